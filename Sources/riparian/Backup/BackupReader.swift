import Accord
import Crypto
import Formats
import Foundation

/// Reads a backup, sealed or not.
struct BackupReader {
    let path: String
    let opening: AgeOpening?

    /// Passes through the whole archive and compares every file with the manifest.
    ///
    /// - Parameters:
    ///   - progress: is told the bytes that have been read.
    ///   - take: gets each file before it is known whether it is sound; nil content of what it returns is passed over.
    /// - Returns: the manifest of a sound backup.
    /// - Throws: ``CommandRefusal`` that names what is wrong.
    func pass(
        progress: (_ done: Int) -> Void = { _ in },
        to take: (_ path: String, _ mode: Int) throws -> (([UInt8]) throws -> Void)? = { _, _ in nil }
    ) throws -> BackupManifest {
        var found: [String: (size: Int, sha256: String)] = [:]
        var manifest: [UInt8]?
        var done = 0
        do {
            try TarStreamReader(from: try source()).forEach { header, content in
                guard manifest == nil, found[header.name] == nil else {
                    throw ArchiveProblem(.unreadable, "\(header.name) follows the manifest or stands there twice")
                }
                let isManifest = header.name == BackupManifest.name
                let sink = isManifest ? nil : try take(header.name, header.mode)
                var (hash, kept) = (SHA256(), [UInt8]())
                var rest = header.size
                while rest > 0 {
                    let bytes = try content(TarStreamWriter.piece)
                    rest -= bytes.count
                    done += bytes.count
                    hash.update(data: bytes)
                    try sink?(bytes)
                    if isManifest { kept += bytes }
                    progress(done)
                }
                if isManifest { manifest = kept }
                found[header.name] = (header.size, hexadecimal(Array(hash.finalize())))
            }
        } catch let problem as ArchiveProblem {
            throw CommandRefusal(.no, "\(path) is no sound backup: \(problem.what) - use another copy of it")
        }
        return try compared(manifest, found)
    }

    private func source() throws -> ByteSource {
        let begin = try BackupFile.source(of: path)(64)
        let file = try BackupFile.source(of: path)
        guard AgeReader.isSealed(begin) else { return file }
        guard let opening else {
            throw CommandRefusal(.usage, "\(path) is sealed - give --key FILE or --passphrase-file FILE")
        }
        do {
            let reader = try AgeReader(opening, from: file)
            return { try reader.read($0) }
        } catch let problem as ArchiveProblem {
            throw CommandRefusal(
                problem.code == .wrongKey ? .usage : .no,
                "\(path) cannot be opened: \(problem.what) - check the file and key")
        }
    }

    private func compared(_ bytes: [UInt8]?, _ found: [String: (size: Int, sha256: String)]) throws -> BackupManifest {
        guard let bytes, let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(bytes)) else {
            throw CommandRefusal(
                .no, "\(path) has no manifest that can be read - it is no backup of riparian, or damaged")
        }
        guard manifest.format == BackupManifest.format else {
            throw CommandRefusal(
                .no,
                "\(path) has the form \(manifest.format), this program knows \(BackupManifest.format) - use a newer one"
            )
        }
        let stated = Dictionary(manifest.files.map { ($0.path, $0) }) { first, _ in first }
        for file in manifest.files {
            guard let there = found[file.path] else {
                throw CommandRefusal(.no, "\(file.path) is missing in \(path) - use another copy of the backup")
            }
            guard there.size == file.size, there.sha256 == file.sha256 else {
                throw CommandRefusal(
                    .no,
                    "\(file.path) in \(path) is not what the manifest says (SHA-256) - use another copy of the backup")
            }
        }
        if let extra = found.keys.sorted().first(where: { stated[$0] == nil && $0 != BackupManifest.name }) {
            throw CommandRefusal(
                .no, "\(path) holds \(extra), which its manifest does not name - use another copy of it")
        }
        guard stated[BackupManifest.database] != nil else {
            throw CommandRefusal(.no, "\(path) holds no database - it is no backup of a node")
        }
        return manifest
    }
}
