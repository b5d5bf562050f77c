import NodeCore
import Storage

extension Node {
    /// Publishes what this process has stored, unless another one serves the folder: that one does so within a second, and
    /// two must not write the same files.
    func publishUnlessServed(in folder: String) throws {
        guard let lock = FileLock(folder + "/node.lock") else { return }
        defer { withExtendedLifetime(lock) {} }
        _ = try publishCheckpoints()
    }
}
