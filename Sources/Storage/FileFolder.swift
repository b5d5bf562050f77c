import Foundation

/// A folder on disk whose files appear whole or not at all.
public struct FileFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes a folder value; the folder itself is made when first written to.
    public init(path: String) {
        self.path = path
    }

    /// Writes a file and does not return before it is durable: a temporary file beside it, fsync, rename, fsync of the
    /// folder. Missing folders are made.
    ///
    /// - Parameters:
    ///   - name: a relative path below the folder.
    ///   - isPrivate: whether only this user may read it, from its first moment.
    /// - Throws: ``StorageError``.
    public func write(_ name: String, _ bytes: [UInt8], isPrivate: Bool = false) throws {
        let target = path + "/" + name
        let folder = parentFolder(of: target)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let temporary = target + ".part"
            // Opened by its name: the library's way of making a file leaves one of a name of its own where it is killed.
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, isPrivate ? 0o600 : 0o644)
            guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
            if isPrivate, fchmod(descriptor, 0o600) != 0 { throw CocoaError(.fileWriteUnknown) }
            keepOwner(of: folder, on: descriptor)
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
            try file.close()
            guard rename(temporary, target) == 0 else { throw CocoaError(.fileWriteUnknown) }
            try synchronize(folder: folder)
        } catch {
            throw StorageError(
                code: .unavailable, what: "cannot write \(target): \(error.localizedDescription)",
                advice: "check that the disk has room and that this user may write there")
        }
    }

    /// The bytes of a file; nil when there is none.
    public func read(_ name: String) throws -> [UInt8]? {
        let target = path + "/" + name
        guard FileManager.default.fileExists(atPath: target) else { return nil }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: target)))
        } catch {
            throw StorageError(
                code: .unavailable, what: "cannot read \(target): \(error.localizedDescription)",
                advice: "check that this user may read it and that the disk is sound")
        }
    }

    /// Takes a file away; nothing happens when there is none.
    public func remove(_ name: String) throws {
        let target = path + "/" + name
        guard unlink(target) != 0, errno != ENOENT, errno != ENOTDIR else { return }
        throw StorageError(
            code: .unavailable, what: "cannot remove \(target)", advice: "check that this user may write there")
    }

    /// What the superuser writes into another user's folder belongs to that user, whose service must go on with it.
    private func keepOwner(of folder: String, on descriptor: Int32) {
        guard geteuid() == 0, let facts = try? FileManager.default.attributesOfItem(atPath: folder),
            let user = (facts[.ownerAccountID] as? NSNumber)?.uint32Value, user != 0,
            let group = (facts[.groupOwnerAccountID] as? NSNumber)?.uint32Value
        else { return }
        _ = fchown(descriptor, user, group)
    }

    private func synchronize(folder: String) throws {
        let descriptor = open(folder, O_RDONLY)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
