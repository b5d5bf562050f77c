import GRDB

/// Sees whether anybody has written to a node's database: the node itself, or another process.
public final class DatabaseWatch: Sendable {
    private let connection: DatabaseQueue
    private let place: String

    /// Opens a reading connection of its own.
    ///
    /// - Parameter path: the file of a node's database that stands there.
    /// - Throws: ``StorageError``.
    public init(path: String) throws {
        place = path
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do { connection = try DatabaseQueue(path: path, configuration: configuration) } catch {
            throw StorageError.explaining(error, while: "cannot watch \(path)")
        }
    }

    /// A number that is another one after each transaction that another connection has written.
    ///
    /// - Throws: ``StorageError``.
    public func version() throws -> Int {
        do {
            return try connection.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        } catch { throw StorageError.explaining(error, while: "cannot watch \(place)") }
    }
}
