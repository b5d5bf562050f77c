import Foundation

/// A lock on a file between processes, held until the value goes away or the process ends, however it ends.
///
/// The file itself is empty and stays: removing it would let two processes hold locks on two files of one name.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; the file is made when there is none.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - waiting: whether to wait for the one who holds it.
    /// - Returns: nil when another process or value holds it and there is no waiting, or the file cannot be opened.
    public init?(_ path: String, waiting: Bool = false) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        var result: Int32
        repeat { result = flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
        guard result == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
