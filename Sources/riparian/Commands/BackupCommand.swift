import Accord
import ArgumentParser
import Formats
import Foundation
import Series
import Storage

/// `riparian backup`: one file with everything that a node needs on a new machine.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a node into one file while it runs, and read the file back.",
        discussion: """
            Examples:
              riparian backup --make-key backup.key
              riparian backup --dir nodes --party vn-lao-cai --output lao-cai.tar.age --encrypt-to age1...
              riparian backup --dir nodes --party vn-lao-cai --output lao-cai.tar.age --key backup.key
              riparian backup --dir nodes --party vn-lao-cai --output lao-cai.tar --with-secrets

            A sealed backup holds the node's secret keys. One that is not sealed leaves them out unless --with-secrets is
            given: whoever has such a file can sign in the party's name. Sealed files have the form of age
            (age-encryption.org/v1); keep the key that opens them elsewhere than the backups.
            See Documentation/Backup.md.
            """)

    @Option(help: "The folder that holds one folder a party.") var dir: String?
    @Option(help: "The party whose node is copied.") var party: String?
    @Option(help: "The file to write; nothing is overwritten.") var output: String?
    @Option(help: "Seal it with the key in this file, and open it again to see that it is sound.") var key: String?
    @Option(help: "Seal it for the holder of this public key, age1...; may be given several times.")
    var encryptTo: [String] = []
    @Option(help: "Seal it by the passphrase on the first line of this file.") var passphraseFile: String?
    @Flag(help: "Put the secret keys into a backup that is not sealed.") var withSecrets = false
    @Option(help: "Only make a key for sealing backups, in a new file.") var makeKey: String?
    @Flag(help: "Print what was written as JSON.") var json = false

    func run() throws {
        if let makeKey { return try make(makeKey) }
        guard let dir, let output, let party = try party.map({ try KeyInput.party($0) }) else {
            throw CommandRefusal(.usage, "--dir, --party and --output are needed - see riparian backup --help")
        }
        let folder = NodeFolders(root: dir).folder(of: party)
        guard FileManager.default.fileExists(atPath: folder + "/node.sqlite") else {
            throw CommandRefusal(.usage, "\(folder) is no node's folder (--dir, --party) - it has no node.sqlite")
        }
        try refuseInside(folder, output)
        let key = BackupKey(keyFile: key, recipients: encryptTo, passphraseFile: passphraseFile)
        let seal = try key.seal()
        let file = try BackupFile(output)
        do {
            let backup = try write(folder, party, seal, file)
            try file.verify()
            let isOpened = try check(file, seal, key)
            try file.publish()
            report(backup.manifest, backup.leftOut, file, isSealed: seal != nil, isOpened: isOpened)
        } catch {
            file.discard()
            throw error
        }
    }

    private func make(_ path: String) throws {
        let recipient = try BackupKey.make(at: path)
        if json {
            printDocument(["file": .string(path), "public_key": .string(recipient.text)])
        } else {
            print("secret key in \(path): keep it elsewhere than the backups, and a copy on paper")
            print("public key: \(recipient.text)")
        }
    }

    /// A backup within the node's folder would stand in the next one.
    private func refuseInside(_ folder: String, _ output: String) throws {
        let places = [folder, parentFolder(of: output)].map {
            URL(filePath: $0.isEmpty ? "." : $0).resolvingSymlinksInPath().standardizedFileURL.path(
                percentEncoded: false)
        }.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        guard !places[1].hasPrefix(places[0]) else {
            throw CommandRefusal(.usage, "\(output) lies in the node's own folder - name a file on another disk")
        }
    }

    private func write(
        _ folder: String, _ party: PartyID, _ seal: AgeSeal?, _ file: BackupFile
    ) throws -> (manifest: BackupManifest, leftOut: [String]) {
        let progress = ProgressLine("backup")
        defer { progress.end() }
        let backup = NodeBackup(
            folder: folder, party: party, made: TimeInput.now, secrets: seal != nil || withSecrets,
            report: { what, done, total in progress.update("\(what): \(done) of \(total)") })
        guard let seal else { return try backup.write { try file.write($0) } }
        var sealed = try AgeWriter(
            seal, randomBytes: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } },
            to: { try file.write($0) })
        let written = try backup.write { try sealed.write($0) }
        try sealed.finish()
        return written
    }

    /// Opens what was written where the key for it is at hand; for others' keys the bytes have been compared.
    private func check(_ file: BackupFile, _ seal: AgeSeal?, _ key: BackupKey) throws -> Bool {
        let opening = try key.opening()
        if seal != nil, opening == nil { return false }
        _ = try BackupReader(path: file.provisional, opening: opening).pass()
        return true
    }

    private func report(
        _ manifest: BackupManifest, _ leftOut: [String], _ file: BackupFile, isSealed: Bool, isOpened: Bool
    ) {
        if json {
            printDocument([
                "party": .string(manifest.party), "file": .string(file.path), "bytes": .integer(file.size),
                "made": .string(manifest.made), "schema": .string(manifest.schema), "sealed": .bool(isSealed),
                "secrets": .bool(manifest.secrets), "files": .integer(manifest.files.count),
                "lanes": .array(manifest.lanes.map(\.json)), "left_out": .array(leftOut.map { .string($0) }),
                "opened": .bool(isOpened),
            ])
            return
        }
        print(
            "\(manifest.party): \(manifest.files.count) files in \(file.path), \(file.size) bytes, "
                + "\(isSealed ? "sealed" : "not sealed"), \(manifest.secrets ? "with" : "without") the secret keys")
        for lane in manifest.lanes { print("  \(lane.origin): \(lane.size) entries") }
        for item in leftOut { print("  left out: \(item)") }
        print(
            isOpened
                ? "read back: every file is what the manifest says"
                : "read back: the bytes are those that were written; only the holder of the key can open them")
        if !isSealed, manifest.secrets {
            print("whoever has this file can sign in the party's name: keep it as you keep the keys")
        }
    }
}
