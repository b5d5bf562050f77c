import Accord
import Foundation
import GRDB

/// How a lane stands in a database: what its entries are, and what was signed over them.
public struct LaneStanding: Hashable, Sendable {
    /// The lane's origin.
    public let origin: String
    /// Whether it is this party's; else a peer's that was accepted.
    public let isOwn: Bool
    /// Entries that are kept.
    public let entries: Int
    /// The root computed from them, 32 bytes.
    public let root: [UInt8]
    /// Entries covered by the last signed checkpoint.
    public let signedSize: Int
    /// Its root, 32 bytes.
    public let signedRoot: [UInt8]
    /// The signed note.
    public let note: [UInt8]
    /// The index of the first entry whose bytes are not those that were hashed; nil when all are sound.
    public let firstDamaged: Int?

    /// Whether the entries are what was signed.
    public var isSound: Bool { entries == signedSize && root == signedRoot && firstDamaged == nil }
}

extension NodeDatabase {
    /// Copies the database of a node as it stands at one moment, while the node may be at work.
    ///
    /// The copy is one file and its pages have been looked through. A copy that could not be finished is taken away.
    ///
    /// - Parameters:
    ///   - source: the database; nothing is written to it.
    ///   - target: a file that does not exist.
    ///   - progress: is told the pages that are done, and of how many.
    /// - Throws: ``StorageError``.
    public static func copy(
        from source: String, to target: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let what = "cannot copy the node's database \(source)"
        guard FileManager.default.fileExists(atPath: source), !FileManager.default.fileExists(atPath: target) else {
            throw StorageError(
                code: .unavailable, what: "\(what): it is absent, or \(target) exists",
                advice: "name the folder of a node; nothing is overwritten")
        }
        do {
            try looking(at: source) { original in
                try NodeMigrations.checkOwnership(original, place: source)
                let copy = try DatabaseQueue(path: target, configuration: configuration)
                try copyPages(of: original, to: copy, progress)
                try copy.close()
            }
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(target + suffix) }
            throw StorageError.explaining(error, while: what)
        }
    }

    /// One read transaction on the original: its writer goes on, and what it writes meanwhile is not in the copy.
    private static func copyPages(
        of original: DatabaseQueue, to copy: DatabaseQueue, _ progress: (Int, Int) -> Void
    ) throws {
        try withoutActuallyEscaping(progress) { progress in
            try original.backup(to: copy, pagesPerStep: 512) { step in
                progress(step.completedPageCount, step.totalPageCount)
            }
        }
        try copy.writeWithoutTransaction { database in
            // The original's write-ahead log is not the copy's.
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            let found = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? ""
            guard found == "ok" else {
                throw StorageError(
                    code: .damaged, what: "the copy is not sound: \(found)",
                    advice: "the node's own database may be damaged: keep its folder, and look at the disk")
            }
        }
    }

    /// Opens a file for reading only; one whose last process was killed may need a writer's right to read it.
    static func looking<Value>(at path: String, _ body: (DatabaseQueue) throws -> Value) throws -> Value {
        func open(readonly: Bool) throws -> Value {
            var configuration = configuration
            configuration.readonly = readonly
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try body(queue)
        }
        do { return try open(readonly: true) } catch let error as DatabaseError
            where error.resultCode == .SQLITE_READONLY
        {
            return try open(readonly: false)
        }
    }

    /// The name of the tables' form in a file, for example `5 gate and receipts`; empty before the first step.
    public static func schema(of path: String) throws -> String {
        do { return try looking(at: path) { try NodeMigrations.schema($0) } } catch {
            throw StorageError.explaining(error, while: "cannot read \(path)")
        }
    }

    /// The name of the tables' form that this program writes.
    public static var schema: String { NodeMigrations.latest }

    /// How every lane stands in a file that is not opened as a node's: own ones by their entries and last checkpoint, those
    /// of peers by what was accepted. Every entry is hashed again.
    ///
    /// - Throws: ``StorageError``; a file of a newer program or of another one is refused.
    public static func laneStandings(in path: String) throws -> [LaneStanding] {
        do {
            return try looking(at: path) { queue in
                try NodeMigrations.checkOwnership(queue, place: path)
                return try queue.read { try standings(in: $0) }
            }
        } catch { throw StorageError.explaining(error, while: "cannot look through the lanes of \(path)") }
    }

    private static func standings(in database: Database) throws -> [LaneStanding] {
        let own = try Row.fetchAll(
            database,
            sql: """
                SELECT l.id, l.origin, c.size, c.root, c.note FROM lane l JOIN lane_checkpoint c ON c.lane = l.id
                    WHERE c.size = (SELECT MAX(size) FROM lane_checkpoint WHERE lane = l.id) ORDER BY l.origin
                """)
        let others = try Row.fetchAll(
            database,
            sql: """
                SELECT l.id, l.origin, p.size, p.root, p.note FROM lane l JOIN peer_lane p ON p.lane = l.id
                    ORDER BY l.origin
                """)
        return try own.map { try standing($0, table: "lane_entry", isOwn: true, in: database) }
            + others.map { try standing($0, table: "peer_lane_entry", isOwn: false, in: database) }
    }

    private static func standing(
        _ row: Row, table: String, isOwn: Bool, in database: Database
    ) throws -> LaneStanding {
        let entries = try Row.fetchCursor(
            database, sql: "SELECT bytes, leaf_hash FROM \(table) WHERE lane = ? ORDER BY position",
            arguments: [row[0] as Int64])
        var tree = MerkleFrontier()
        var damaged: Int?
        while let entry = try entries.next() {
            let leaf = entry.bytes(1)
            // Of an entry in quarantine only the hash is kept.
            if !entry.hasNull(atIndex: 0), MerkleTree.leafHash(entry.bytes(0)) != leaf {
                damaged = damaged ?? tree.size
            }
            tree.append(leaf)
        }
        return LaneStanding(
            origin: row[1], isOwn: isOwn, entries: tree.size, root: tree.root, signedSize: row[2],
            signedRoot: row.bytes(3), note: row.bytes(4), firstDamaged: damaged)
    }
}
