import Accord
import Crypto
import Foundation
import NodeCore
import Series
import Storage

/// Brings a node back from a backup into a folder that does not exist.
struct NodeRestore {
    let reader: BackupReader
    let now: Instant
    let report: (_ what: String, _ done: Int) -> Void

    /// How a lane of the restored node stands.
    struct Lane {
        let standing: LaneStanding
        /// Whether a key of the folder has signed its checkpoint; nil where no key is at hand.
        let isSigned: Bool?
    }

    /// Looks through the whole backup and its lanes; what it unpacks for that goes away again.
    func check() throws -> (manifest: BackupManifest, lanes: [Lane]) {
        let folder = FileManager.default.temporaryDirectory.path + "/riparian-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let manifest = try unpack(into: folder)
        return (manifest, try lanes(in: folder, manifest))
    }

    /// Writes the node's folder.
    ///
    /// - Parameters:
    ///   - folder: does not exist.
    ///   - keys: a folder with the secret keys, for a backup without them.
    func restore(to folder: String, keys: String?, isWithoutKeys: Bool) throws -> (
        manifest: BackupManifest, lanes: [Lane]
    ) {
        FolderOwner.note(folder)
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw CommandRefusal(
                .usage, "\(folder) exists; a node is never overwritten - move it away, or give another --dir")
        }
        let part = folder + ".part"
        guard !FileManager.default.fileExists(atPath: part) else {
            throw CommandRefusal(
                .usage, "\(part) is left of a restore that was stopped - take it away and run the command again")
        }
        do {
            let manifest = try unpack(into: part)
            try bring(keys, into: part, manifest, isWithoutKeys: isWithoutKeys)
            let lanes = try lanes(in: part, manifest)
            try hold(in: part)
            guard rename(part, folder) == 0 else {
                throw CommandRefusal(.usage, "\(part) cannot be renamed to \(folder) - check the folder's rights")
            }
            return (manifest, lanes)
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    /// Unpacks the backup; the first pass must find every file sound before one is written.
    private func unpack(into folder: String) throws -> BackupManifest {
        _ = try reader.pass(progress: { report("MB checked", $0 >> 20) })
        try make(folder)
        return try reader.pass(progress: { report("MB unpacked", $0 >> 20) }) { path, mode in
            let target = "\(folder)/\(path)"
            try make(parentFolder(of: target))
            let isPrivate = NodeBackup.isSecret(path) || path == BackupManifest.database
            let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL, mode_t(isPrivate ? 0o600 : mode & 0o755))
            guard descriptor >= 0 else {
                throw CommandRefusal(.usage, "\(target) cannot be written - check the disk and the folder's rights")
            }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            return { bytes in
                do { try file.write(contentsOf: Data(bytes)) } catch {
                    throw CommandRefusal(
                        .usage,
                        "\(target) cannot be written: \(error.localizedDescription) - check that the disk has room")
                }
            }
        }
    }

    private func make(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandRefusal(.usage, "\(folder) cannot be made - give a folder that this user may write in")
        }
    }

    /// A node without its keys would make a new one, which no reader knows: that is said before, not after.
    private func bring(_ keys: String?, into folder: String, _ manifest: BackupManifest, isWithoutKeys: Bool) throws {
        if let keys {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []).filter {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(keys)/\($0)", isDirectory: &isFolder)
                return NodeBackup.isSecret("keys/" + $0) && !isFolder.boolValue
            }.sorted()
            guard names.contains(where: { $0.hasSuffix(".key") }) else {
                throw CommandRefusal(
                    .usage, "\(keys) holds no keys - name the folder in which the node's keys are kept")
            }
            try make(folder + "/keys")
            for name in names where !FileManager.default.fileExists(atPath: "\(folder)/keys/\(name)") {
                guard
                    FileManager.default.createFile(
                        atPath: "\(folder)/keys/\(name)", contents: Data(try bytes(of: "\(keys)/\(name)")),
                        attributes: [.posixPermissions: 0o600])
                else { throw CommandRefusal(.usage, "\(folder)/keys/\(name) cannot be written - check the disk") }
            }
        } else if !manifest.secrets, !isWithoutKeys {
            throw CommandRefusal(
                .no,
                "the backup holds no secret keys, and a node without them would sign with a new one that no reader knows - "
                    + "give --keys FOLDER with the node's keys, or --without-keys if they are lost for good")
        }
    }

    /// Every lane's root computed again from its entries, beside what was signed and what the manifest says.
    private func lanes(in folder: String, _ manifest: BackupManifest) throws -> [Lane] {
        let standings = try NodeDatabase.laneStandings(in: folder + "/" + BackupManifest.database)
        let keys = try signers(in: folder)
        let lanes = standings.map { standing in
            let isSigned = keys.contains {
                (try? Checkpoint(note: standing.note, origin: standing.origin, key: $0.named(standing.origin))) != nil
            }
            return Lane(standing: standing, isSigned: standing.isOwn && !keys.isEmpty ? isSigned : nil)
        }
        for lane in lanes where !lane.standing.isSound {
            throw CommandRefusal(
                .no,
                "the entries of \(lane.standing.origin) do not lead to what was signed - the backup was made of a damaged "
                    + "database: use an earlier one")
        }
        let own = standings.filter(\.isOwn).map { BackupManifest.Lane($0) }
        guard own.map(\.json) == manifest.lanes.map(\.json) else {
            throw CommandRefusal(
                .no, "the lanes are not those that the manifest names - use another copy of the backup")
        }
        return lanes
    }

    /// The public keys that the folder knows as the node's own.
    private func signers(in folder: String) throws -> [VerifierKey] {
        let secrets = SecretKeys(folder: folder + "/keys")
        // Keys of other kinds, such as that of the line, are no lane keys.
        let own = secrets.ids.compactMap { id in (try? secrets.key(id)).flatMap { $0 } }
        let text = contents(folder + "/node.yaml").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let named = text.split(separator: "\n").filter { $0.hasPrefix("key:") }.compactMap {
            VerifierKey($0.dropFirst(4).trimmingCharacters(in: CharacterSet(charactersIn: " \"")))
        }
        return own.map { VerifierKey(lane: "own", of: $0) } + named
    }

    /// Opens the database once, which brings its tables up to date, and holds every own lane.
    private func hold(in folder: String) throws {
        let database = try NodeDatabase(path: folder + "/" + BackupManifest.database)
        try database.noteRestore(at: now)
        let files = PlainFolder(folder)
        for receipt in try database.receipts() {
            guard let lane = LaneName(origin: receipt.lane) else { continue }
            try files.write("\(lane.receipts)/\(receipt.reader)/\(receipt.number)", receipt.note)
        }
        try database.close()
        sync()  // all of it is on the disk before the folder gets its name
    }
}
