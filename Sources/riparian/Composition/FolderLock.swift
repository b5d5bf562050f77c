import Foundation
import NodeCore

extension Node {
    /// Publishes what this process has stored, unless another one serves the folder: that one does so within a second, and
    /// two must not write the same files.
    func publishUnlessServed(in folder: String) throws {
        guard let lock = FolderLock(folder + "/node.lock") else { return }
        defer { withExtendedLifetime(lock) {} }
        _ = try publishCheckpoints()
    }
}

/// A lock on a file, held until the value goes away or the process ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// nil when another process holds it.
    init?(_ path: String) {
        descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
