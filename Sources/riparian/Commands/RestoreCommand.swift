import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// `riparian restore`: a node from a backup, without ever signing two histories.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a node back from a backup, or check one.",
        discussion: """
            Examples:
              riparian restore lao-cai.tar.age --key backup.key --check
              riparian restore lao-cai.tar.age --key backup.key --dir nodes
              riparian restore --status --dir nodes --party vn-lao-cai
              riparian restore --hold --dir nodes --party vn-lao-cai
              riparian restore --confirm-nothing-missing --by "Head of office" --dir nodes --party vn-lao-cai

            A node may have signed entries after its backup. Until each reader of a lane has shown how much of it it holds,
            which happens when the node pulls from it, nothing more is signed for that lane: readings are stored and wait.
            What a reader has and the node lacks is fetched back. Stop the old node for good before the new one starts.
            See Documentation/Backup.md.
            """)

    @Argument(help: "A file of riparian backup.") var file: String?
    @Option(help: "The folder that holds one folder a party.") var dir: String?
    @Option(help: "The party; by default whose node the backup is of.") var party: String?
    @Option(help: "The file with the key that opens a sealed backup.") var key: String?
    @Option(help: "A file whose first line is the passphrase.") var passphraseFile: String?
    @Option(help: "A folder with the node's secret keys, for a backup without them.") var keys: String?
    @Flag(help: "Go on without the secret keys of a backup that has none: the node will make a new one.")
    var withoutKeys = false
    @Flag(help: "Only verify the backup.") var check = false
    @Flag(help: "Say what is still held after a restore.") var status = false
    @Flag(help: "Hold every own lane as after a restore: for a node whose database was put back by hand.")
    var hold = false
    @Flag(help: "Declare that the node had signed nothing after its backup.") var confirmNothingMissing = false
    @Option(help: "Who declares it.") var by: String?
    @Flag(help: "Print a JSON document.") var json = false

    func validate() throws {
        guard !hold || !confirmNothingMissing else {
            throw ValidationError("--hold and --confirm-nothing-missing say the opposite - choose one")
        }
    }

    func run() throws {
        if status || hold || confirmNothingMissing { return try say() }
        guard let file else { throw CommandRefusal(.usage, "a backup is needed - name a file of riparian backup") }
        let opening = try BackupKey(keyFile: key, recipients: [], passphraseFile: passphraseFile).opening()
        let progress = ProgressLine("MB")
        defer { progress.end() }
        let restore = NodeRestore(
            reader: BackupReader(path: file, opening: opening), now: TimeInput.now,
            report: { what, done in progress.update("\(what): \(done)") })
        let found: (manifest: BackupManifest, lanes: [NodeRestore.Lane])
        var place: String?
        if check {
            found = try restore.check()
        } else {
            guard let dir else { throw CommandRefusal(.usage, "--dir is needed - name the folder of the nodes") }
            let party = try party.map { try KeyInput.party($0) }
            let owner = try owner(of: restore.reader, expected: party)
            let folder = NodeFolders(root: dir).folder(of: owner)
            found = try restore.restore(to: folder, keys: keys, isWithoutKeys: withoutKeys)
            place = folder
        }
        progress.end()
        report(found.manifest, found.lanes, place)
    }

    /// Whose node it is, from the manifest; the whole file is read for it.
    private func owner(of reader: BackupReader, expected: PartyID?) throws -> PartyID {
        let manifest = try reader.pass()
        let owner = try KeyInput.party(manifest.party)
        guard expected ?? owner == owner else {
            throw CommandRefusal(.no, "\(reader.path) is a backup of \(owner)'s node (--party) - nothing was written")
        }
        return owner
    }

    private func report(_ manifest: BackupManifest, _ lanes: [NodeRestore.Lane], _ place: String?) {
        if json {
            printDocument([
                "party": .string(manifest.party), "made": .string(manifest.made), "schema": .string(manifest.schema),
                "program": .string(manifest.program), "secrets": .bool(manifest.secrets),
                "files": .integer(manifest.files.count), "place": .optional(place),
                "lanes": .array(
                    lanes.map { lane in
                        [
                            "origin": .string(lane.standing.origin), "own": .bool(lane.standing.isOwn),
                            "size": .integer(lane.standing.signedSize),
                            "root": .string(hexadecimal(lane.standing.signedRoot)),
                            "signed": lane.isSigned.map { .bool($0) } ?? .null,
                        ]
                    }),
            ])
            return
        }
        print(
            "\(manifest.party): a backup of \(manifest.made), \(manifest.files.count) files, every one as its manifest says"
        )
        for lane in lanes {
            let signed =
                lane.isSigned.map { $0 ? ", signed by a key of this node" : ", signed by no key at hand" } ?? ""
            print("  \(lane.standing.origin): \(lane.standing.signedSize) entries lead to the signed root\(signed)")
        }
        guard let place else { return }
        print("restored into \(place)")
        if let advice = FolderOwner.handingOver(place) { print(advice) }
        if !manifest.secrets { print("the backup held no secret keys: see that keys/ holds those that readers know") }
        print(
            "Every own lane is held until its readers have shown what they hold of it: start the node, which asks them. "
                + "See riparian restore --status.")
    }

    // MARK: After a restore

    private func say() throws {
        guard let dir, let party = try party.map({ try KeyInput.party($0) }) else {
            throw CommandRefusal(.usage, "--dir and --party are needed - say whose node it is")
        }
        let path = NodeFolders(root: dir).folder(of: party) + "/node.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandRefusal(
                .usage, "\(FolderOwner.fault(of: path)) (\(path):1:1) - name a node's folder, --dir and --party")
        }
        let database = try NodeDatabase(path: path)
        if hold { try database.noteRestore(at: TimeInput.now) }
        if confirmNothingMissing { try confirm(database) }
        let held = try database.ownLanes().compactMap { lane in try database.hold(of: lane).map { (lane, $0) } }
        let restored = try database.restoreInDoubt()
        if json {
            printDocument([
                "party": .string(party.text), "restored": .optional(try database.lastRestore().map { "\($0)" }),
                "in_doubt": .bool(restored != nil), "waiting": .integer(try database.gateQueueCount()),
                "held": .array(
                    try held.map { lane, hold in
                        [
                            "origin": .string(lane), "size": .integer(try database.lastCheckpoint(of: lane)?.size ?? 0),
                            "reason": .string(hold.sentence),
                        ]
                    }),
            ])
        } else if held.isEmpty, restored == nil {
            print("nothing is held" + (try database.lastRestore().map { "; last restored at \($0)" } ?? ""))
        } else {
            for (lane, hold) in held { print("\(lane): held: \(hold.sentence)") }
            if held.isEmpty {
                let count = try database.ownLanes().count { try (database.lastCheckpoint(of: $0)?.size ?? 0) > 0 }
                let lanes =
                    count == 0 ? "no lane has entries" : "none of \(count) lanes with entries is held, all go on"
                print(
                    "restored at \(restored.map { "\($0)" } ?? "an unknown time"): \(lanes); a lane that begins waits for its "
                        + "reader")
            }
            print("\(try database.gateQueueCount()) readings wait at the gate")
        }
        try database.close()
    }

    private func confirm(_ database: NodeDatabase) throws {
        guard let by, !by.allSatisfy(\.isWhitespace) else {
            throw CommandRefusal(
                .usage,
                "--by NAME is needed: whoever says so answers for it. If the node had signed even one entry after its backup "
                    + "that a reader or a stick holds, the next one makes a second history of the lane: every reader will "
                    + "refuse it, and the proof that this party signed both can be shown to anybody - name the person")
        }
        guard try database.restoreInDoubt() != nil else {
            throw CommandRefusal(
                .usage,
                "no restore is in doubt, nothing is held for one - there is nothing to confirm")
        }
        try database.endRestore(at: TimeInput.now, by: by)
    }
}
