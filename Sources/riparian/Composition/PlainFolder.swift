import Foundation
import Storage

/// A folder that files are put into as they come, made as needed.
final class PlainFolder {
    let path: String
    private var made: Set<String> = []

    init(_ path: String) { self.path = path }

    /// Writes a file, whatever stands there.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        let target = path + "/" + name
        let folder = parentFolder(of: target)
        do {
            if made.insert(folder).inserted {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try Data(bytes).write(to: URL(filePath: target))
        } catch {
            let advice = FolderOwner.lostAdvice(for: path) ?? "check the disk and the folder"
            throw CommandRefusal(
                .usage, "\(target) cannot be written: \(error.localizedDescription) - \(advice)")
        }
    }

    /// Writes a file that does not stand there yet; false when it does, with the same bytes.
    func add(_ name: String, _ bytes: [UInt8]) throws -> Bool {
        guard let standing = contents(path + "/" + name) else {
            try write(name, bytes)
            return true
        }
        guard standing == bytes else {
            throw CommandRefusal(
                .no,
                "\(path)/\(name) holds something else - nothing is overwritten: take that file away, or another folder")
        }
        return false
    }
}
