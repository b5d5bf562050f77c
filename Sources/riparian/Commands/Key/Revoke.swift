import Accord
import ArgumentParser
import Foundation
import NodeCore
import Series

extension KeyCommand {
    /// `riparian key revoke`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Give a key up: nothing that it signs beyond the last trusted sizes is believed any more.",
            discussion: """
                Example: riparian key revoke node-2026 --root root.key --previous m2 --reason "laptop stolen" \\
                    --at 2026-07-01T08:00+08:00 --lanes nodes/cn-yunnan/lanes --output m3 --yes
                The last trusted sizes are those of the checkpoints below --lanes (a copy from before the loss), or are
                given one by one: --trusted ORIGIN=SIZE. Lanes without one are not believed at all under this key.
                A revocation cannot be taken back.
                """)

        @Argument(help: "The id of the key.") var id: String
        @Option(help: "The file with the secret root key.") var root: String
        @Option(help: "The manifest that this one follows.") var previous: String
        @Option(help: "Why, for people.") var reason: String
        @Option(help: "From when on the key is lost, ISO 8601 with a zone; by default now.") var at: String?
        @Option(help: "A folder of lanes whose checkpoints state the last trusted sizes.") var lanes: String?
        @Option(parsing: .singleValue, help: "ORIGIN=SIZE, once for each lane.") var trusted: [String] = []
        @Option(help: "The new file.") var output: String
        @Flag(help: "Confirm.") var yes = false
        @Flag(help: "Print the manifest as JSON.") var json = false

        func run() throws {
            let (held, key) = try KeyInput.manifest(previous, root: root)
            guard let lost = held.key(id), lost.revocation == nil else {
                throw CommandRefusal(.usage, "\(previous) lists no valid key \(id) - run riparian key show")
            }
            guard !reason.allSatisfy(\.isWhitespace) else {
                throw CommandRefusal(.usage, "a revocation has a reason (--reason) - say why, it is kept")
            }
            let time = try KeyInput.time(at, option: "--at")
            guard time >= lost.from else {
                throw CommandRefusal(
                    .usage,
                    "\(id) is valid from \(lost.from) on, it cannot be lost at \(time) (--at) - give a later time")
            }
            let revocation = Revocation(at: time, reason: reason, lastTrusted: try sizes(lost, held))
            guard yes else {
                let sizes = revocation.lastTrusted.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                throw CommandRefusal(
                    .no,
                    "\(id) of \(held.party) would be revoked from \(time) on, believed up to: "
                        + "\(sizes.isEmpty ? "nothing" : sizes.joined(separator: ", ")) - this cannot be taken back; "
                        + "add --yes")
            }
            let issued = max(try KeyInput.time(nil, option: "--at"), held.issued)
            let keys = held.keys.map { $0.id == id ? $0.revoked(revocation) : $0 }
            let manifest = held.following(issued: issued, keys: keys)
            try KeyInput.write(try manifest.signed(byRoot: key), after: held, key, to: output)
            ManifestReport(manifest: manifest, output: output, json: json).show()
        }

        private func sizes(_ lost: NodeKey, _ held: PartyManifest) throws -> [String: Int] {
            var sizes: [String: Int] = [:]
            for (origin, checkpoint) in try checkpoints(held) { sizes[origin] = checkpoint.size }
            for text in trusted {
                let parts = text.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, let size = Int(parts[1]), size >= 0, LaneName(origin: String(parts[0])) != nil
                else { throw CommandRefusal(.usage, "\(text) is no size of a lane (--trusted) - write ORIGIN=SIZE") }
                sizes[String(parts[0])] = size
            }
            return sizes
        }

        /// The checkpoints of the party's lanes below a folder, each signed by a key of the manifest.
        private func checkpoints(_ held: PartyManifest) throws -> [(String, Checkpoint)] {
            guard let lanes else { return [] }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: lanes, isDirectory: &isFolder), isFolder.boolValue,
                let walk = FileManager.default.enumerator(atPath: lanes)
            else { throw CommandRefusal(.usage, "\(lanes) cannot be read (--lanes) - name a folder of lanes") }
            let paths = walk.compactMap { $0 as? String }.filter { ($0 as NSString).lastPathComponent == "checkpoint" }
            let found = try read(paths, below: lanes, held)
            guard !found.isEmpty else {
                throw CommandRefusal(
                    .usage,
                    "no checkpoint of \(held.party) lies below \(lanes) (--lanes) - name the folder of its lanes, or leave "
                        + "--lanes out to believe nothing of this key")
            }
            return found
        }

        private func read(
            _ paths: [String], below lanes: String, _ held: PartyManifest
        ) throws -> [(String, Checkpoint)] {
            try paths.sorted().compactMap { path in
                let note = try bytes(of: lanes + "/" + path)
                guard let name = LaneName(note: note), name.party == held.party else { return nil }
                for key in held.keys {
                    guard let verifier = key.laneVerifier(name.origin) else { continue }
                    if let checkpoint = try? Checkpoint(note: note, origin: name.origin, key: verifier) {
                        return (name.origin, checkpoint)
                    }
                }
                throw CommandRefusal(
                    .no, "\(lanes)/\(path) is not signed by a key of the manifest - take it out, or find a sound copy")
            }
        }
    }
}
