import NodeCore
import Storage

extension Node {
    /// Publishes what this process has stored, unless another one serves the folder: that one does so within a second, and
    /// two must not write the same files.
    ///
    /// - Returns: whether this process has published.
    @discardableResult
    func publishUnlessServed(in folder: String) throws -> Bool {
        guard let lock = FileLock(folder + "/node.lock") else { return false }
        defer { withExtendedLifetime(lock) {} }
        _ = try publishCheckpoints()
        return true
    }
}
