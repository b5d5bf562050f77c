import Crypto
import Formats
import Foundation
import Storage

/// A new file that is written under another name first, and hashed on its way.
final class BackupFile {
    let path: String
    private let part: String
    private let file: FileHandle
    private var hash = SHA256()
    private(set) var size = 0

    /// Begins a file that does not exist yet, readable by its user alone.
    init(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandRefusal(.usage, "\(path) exists; nothing is overwritten - name another file")
        }
        part = path + ".part"
        unlink(part)  // what an earlier run left that was killed
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw CommandRefusal(
                .usage, "\(part) cannot be written - check the folder and that this user may write there")
        }
        self.path = path
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: [UInt8]) throws {
        do { try file.write(contentsOf: Data(bytes)) } catch {
            throw CommandRefusal(
                .usage, "\(part) cannot be written: \(error.localizedDescription) - check that the disk has room")
        }
        hash.update(data: bytes)
        size += bytes.count
    }

    /// Makes it durable and compares what stands on the disk with what was written.
    func verify() throws {
        do { try file.synchronize() } catch {
            throw CommandRefusal(.usage, "\(part) cannot be written: \(error.localizedDescription) - check the disk")
        }
        // What the machine still remembers of the file is forgotten, so that the disk itself answers.
        posix_fadvise(file.fileDescriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
        var back = SHA256()
        try BackupFile.read(part) { back.update(data: $0) }
        guard back.finalize() == hash.finalize() else {
            throw CommandRefusal(
                .no, "\(part) does not read back as it was written - the disk is not sound: use another")
        }
    }

    /// Where it stands until ``publish()``.
    var provisional: String { part }

    /// Gives it its name.
    func publish() throws {
        guard !FileManager.default.fileExists(atPath: path), rename(part, path) == 0 else {
            throw CommandRefusal(.usage, "\(part) cannot be renamed to \(path) - see whether something stands there")
        }
        let folder = parentFolder(of: path)
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Takes it away when it could not be finished.
    func discard() { unlink(part) }

    /// Reads a file to its end.
    static func read(_ path: String, _ take: ([UInt8]) throws -> Void) throws {
        let source = try source(of: path)
        while true {
            let bytes = try source(TarStreamWriter.piece)
            if bytes.isEmpty { return }
            try take(bytes)
        }
    }

    /// The bytes of a file, piece by piece.
    static func source(of path: String) throws -> ByteSource {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandRefusal(.usage, "\(path) cannot be read (\(path):1:1) - check the path and its rights")
        }
        return { count in
            guard count > 0 else { return [] }
            var bytes: [UInt8] = []
            // A short answer is no end: only an empty one is.
            while bytes.count < count, let more = try file.read(upToCount: count - bytes.count), !more.isEmpty {
                bytes += more
            }
            return bytes
        }
    }
}
