import Accord
import Crypto
import Formats
import Foundation
import Series
import Storage

/// Gathers everything that a node needs on a new machine into one file, while the node runs.
struct NodeBackup {
    let folder: String
    let party: PartyID
    let made: Instant
    /// Whether the secret keys go in.
    let secrets: Bool
    let report: (_ what: String, _ done: Int, _ total: Int) -> Void

    /// What is made again from the database, or lives only as long as a process.
    private static let derived: Set<String> = ["lanes", "receipts", "node.lock", "backup.lock"]

    /// A file of the folder on its way.
    private struct Item {
        let path: String
        let source: String
        let mode: Int
    }

    /// Writes the backup.
    ///
    /// - Parameter sink: takes the archive.
    /// - Returns: what stands in it, and the files that were left out with the reason.
    func write(to sink: @escaping ByteSink) throws -> (manifest: BackupManifest, leftOut: [String]) {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        let copy = "\(folder)/node.sqlite.backup.part"
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(copy + suffix) }
        defer { unlink(copy) }
        try NodeDatabase.copy(from: "\(folder)/node.sqlite", to: copy) { report("pages copied", $0, $1) }
        let standings = try NodeDatabase.laneStandings(in: copy)
        if let broken = standings.first(where: { !$0.isSound }) {
            throw CommandRefusal(
                .no,
                "the lane \(broken.origin) does not lead to what was signed - the database is damaged: keep its folder, and "
                    + "restore the node from an earlier backup")
        }
        var (items, leftOut) = try items()
        items.insert(Item(path: BackupManifest.database, source: copy, mode: 0o600), at: 0)
        let tar = TarStreamWriter(to: sink)
        var files: [BackupManifest.File] = []
        for (number, item) in items.enumerated() {
            files.append(try add(item, to: tar))
            report("files", number + 1, items.count)
        }
        leftOut.sort()
        let manifest = BackupManifest(
            format: BackupManifest.format, party: party.text, made: "\(made)", program: Riparian.version,
            schema: try NodeDatabase.schema(of: copy), secrets: secrets,
            lanes: standings.filter(\.isOwn).map { BackupManifest.Lane($0) }, files: files)
        let text = Array(manifest.text.utf8)
        var rest = text[...]
        try tar.add(BackupManifest.name, size: text.count) { count in
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        try tar.finish()
        return (manifest, leftOut)
    }

    /// One backup at a time: the copy of the database stands in the folder meanwhile.
    private func lock() throws -> FileLock {
        let path = "\(folder)/backup.lock"
        // What the superuser makes here must not be in the way of the service's own backups.
        FolderOwner.note(folder)
        if let lock = FileLock(path) { return lock }
        guard access(path, R_OK | W_OK) == 0 || errno == ENOENT else {
            throw CommandRefusal(
                .usage, "\(FolderOwner.fault(of: path)) (\(path):1:1) - \(FolderOwner.advice(for: folder))")
        }
        throw CommandRefusal(
            .usage,
            "another backup of \(folder) is being made, or the folder cannot be written (\(path):1:1) - wait for it")
    }

    private func add(_ item: Item, to tar: TarStreamWriter) throws -> BackupManifest.File {
        // A small file may be replaced at any moment: its bytes are those of one moment.
        let size = (try FileManager.default.attributesOfItem(atPath: item.source)[.size] as? Int) ?? 0
        let source = try BackupFile.source(of: item.source)
        var hash = SHA256()
        do {
            try tar.add(item.path, size: size, mode: item.mode) { count in
                let bytes = try source(count)
                hash.update(data: bytes)
                return bytes
            }
        } catch let problem as ArchiveProblem {
            throw CommandRefusal(.no, "\(problem.what) - make the backup again")
        }
        return BackupManifest.File(
            path: item.path, size: size, mode: item.mode, sha256: hexadecimal(Array(hash.finalize())))
    }

    /// The files beside the database, sorted.
    private func items() throws -> (items: [Item], leftOut: [String]) {
        var items: [Item] = []
        var leftOut: [String] = []
        func look(_ path: String) throws {
            let place = "\(folder)/\(path)"
            let attributes = try FileManager.default.attributesOfItem(atPath: place)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory:
                for name in try FileManager.default.contentsOfDirectory(atPath: place).sorted() {
                    try look(path + "/" + name)
                }
            case .typeRegular:
                if path.hasSuffix(".part") { return }
                guard TarHeader.hasRoom(for: path) else { return leftOut.append("\(path): its name is too long") }
                if !secrets, NodeBackup.isSecret(path) { return leftOut.append("\(path): a secret") }
                let mode = (attributes[.posixPermissions] as? Int) ?? 0o600
                items.append(Item(path: path, source: place, mode: NodeBackup.isSecret(path) ? 0o600 : mode & 0o755))
            default: leftOut.append("\(path): a link or a special file")
            }
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            if NodeBackup.derived.contains(name) || name.hasPrefix("node.sqlite") { continue }
            try look(name)
        }
        return (items, leftOut)
    }

    /// Whether a file must not be read by others: a key, or another secret beside the keys.
    static func isSecret(_ path: String) -> Bool {
        if path.hasSuffix(".key") || path.hasSuffix(".token") || path.hasSuffix(".tokens") { return true }
        let known = [".vkey", ".json", ".line.pem", ".manifest"]
        return path.hasPrefix("keys/") && !path.hasPrefix("keys/trusted/") && !known.contains { path.hasSuffix($0) }
    }
}
