import Foundation
import GRDB

/// What one node remembers, behind verbs of the field: observations, lane entries, forecasts, drafts and facts.
///
/// SQLite in WAL mode with `synchronous = FULL`: when a verb returns, its effect has survived. Every verb is one
/// transaction. No SQL and no row leaves this room.
public final class NodeDatabase: Sendable {
    /// Writes in turn, reads beside the writer.
    let connections: any DatabaseWriter
    /// Where it is, for messages.
    let place: String

    /// Opens the database of a node, making it when there is none.
    ///
    /// - Parameter path: the file; its folder must exist.
    /// - Throws: ``StorageError``; a file of a newer program or of another one is refused untouched.
    public convenience init(path: String) throws {
        let what = "cannot open the node's database \(path)"
        // Two processes that find an old or an empty file would both bring it up to date: the second one waits.
        let turn = FileLock(path + ".opening", waiting: true)
        defer { withExtendedLifetime(turn) {} }
        do {
            if FileManager.default.fileExists(atPath: path), let old = try NodeDatabase.glance(at: path) {
                try NodeDatabase.keepCopy(of: path, schema: old)
            }
            let pool = try DatabasePool(path: path, configuration: NodeDatabase.configuration)
            // A pool sets its writer to NORMAL when it turns to WAL, after the configuration has been applied.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try self.init(connections: pool, place: path)
        } catch {
            throw StorageError.explaining(error, while: what)
        }
    }

    /// Sees whose file it is before anything is written to it.
    ///
    /// A process that was killed in its first transaction leaves a journal that only a writer may undo: then the glance is
    /// a writer's, which changes nothing but that.
    ///
    /// - Returns: the form of its tables where this program will bring them up to its own; nil when there is nothing to do.
    private static func glance(at path: String) throws -> String? {
        try looking(at: path) { queue in
            try NodeMigrations.checkOwnership(queue, place: path)
            let schema = try NodeMigrations.schema(queue)
            return schema.isEmpty || schema == NodeMigrations.latest ? nil : schema
        }
    }

    /// Keeps the file as it was before this program changes the form of its tables: `node.sqlite.before-6` before step 6.
    ///
    /// A copy of that name that stands there is of an earlier attempt: it is left alone and the new one gets a number.
    private static func keepCopy(of path: String, schema: String) throws {
        let next = NodeMigrations.step(after: schema).prefix { $0 != " " }
        let name = "\(path).before-\(next)"
        var copy = name
        var number = 2
        while FileManager.default.fileExists(atPath: copy) {
            copy = "\(name).\(number)"
            number += 1
        }
        // What a process that was killed while it copied has left; it is worth nothing.
        try? FileManager.default.removeItem(atPath: copy + ".part")
        try self.copy(from: path, to: copy + ".part")
        guard rename(copy + ".part", copy) == 0 else {
            throw StorageError(
                code: .unavailable, what: "cannot keep \(copy) before the tables are changed",
                advice: "check that the disk has room for a copy of the database; nothing has been changed")
        }
    }

    /// A database that lives as long as this value, for tests and trials.
    public static func inMemory() throws -> NodeDatabase {
        do {
            return try NodeDatabase(connections: DatabaseQueue(configuration: configuration), place: "memory")
        } catch {
            throw StorageError.explaining(error, while: "cannot make a database in memory")
        }
    }

    private init(connections: any DatabaseWriter, place: String) throws {
        self.connections = connections
        self.place = place
        try NodeMigrations.bringUpToDate(connections)
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.label = "node"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA cache_size = -65536")
            // Pages are written several times a minute: they are carried over to the file once, not each time.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
        }
        return configuration
    }

    /// Writes everything out and closes the file; any later verb throws.
    public func close() throws {
        do {
            if let pool = connections as? DatabasePool {
                _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            try connections.close()
        } catch {
            throw StorageError.explaining(error, while: "cannot close \(place)")
        }
    }

    /// One read of a consistent state.
    func read<Value>(_ what: String, _ body: (Database) throws -> Value) throws -> Value {
        do { return try connections.read(body) } catch { throw StorageError.explaining(error, while: what) }
    }

    /// One transaction.
    func write<Value>(_ what: String, _ body: (Database) throws -> Value) throws -> Value {
        do { return try connections.write(body) } catch { throw StorageError.explaining(error, while: what) }
    }
}
