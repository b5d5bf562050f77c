import Accord
import ArgumentParser
import Foundation
import Series
import Storage

extension KeyCommand {
    /// `riparian key trust MANIFEST --dir NODES --party P`.
    struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a node believe a party's manifest: its own, or a neighbour's.",
            discussion: """
                Examples:
                  riparian key trust cn-yunnan.manifest --root root.key.vkey --dir nodes --party vn-lao-cai
                  riparian key trust cn-yunnan.manifest.2 --dir nodes --party vn-lao-cai
                The root key is pinned with the first manifest and never changed afterwards. Older manifests stay.
                """)

        @Argument(help: "The manifest.") var file: String
        @Option(help: "The public root key, or a file that holds it; needed once.") var root: String?
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node believes.") var party: String
        @Flag(help: "Print the manifest as JSON.") var json = false

        static func manifest(_ note: [UInt8], _ file: String) throws -> PartyManifest {
            do throws(ManifestRefusal) { return try PartyManifest(unverified: note) } catch {
                throw CommandRefusal(.usage, "no manifest (\(file):1:1): \(error)")
            }
        }

        /// A root key as its party gave it: the name in it says whose it is.
        static func rootKey(_ text: String, of party: PartyID) throws -> VerifierKey {
            let key = try laneKey(text, in: ".")
            guard key.name == PartyManifest.name(party) else {
                throw CommandRefusal(
                    .no,
                    "the root key is called \(key.name) and the manifest is of \(party) (--root) - give the key that "
                        + "\(party) handed over; nothing was changed")
            }
            return key
        }

        func run() throws {
            let note = try bytes(of: file)
            let manifest = try Trust.manifest(note, file)
            let folder = TrustFolder(path: "\(dir)/\(try KeyInput.party(party))/keys/trusted")
            let pin = "\(folder.path)/\(manifest.party).vkey"
            let pinned = contents(pin) == nil ? nil : try folder.rootKey(pin)
            let given = try root.map { try Trust.rootKey($0, of: manifest.party) }
            guard let key = pinned ?? given else {
                throw CommandRefusal(.usage, "the root key of \(manifest.party) is not known - give --root once")
            }
            if let pinned, let given, !pinned.isSameKey(as: given) {
                throw CommandRefusal(
                    .no, "another root key of \(manifest.party) is pinned (\(pin):1:1) - nothing was changed")
            }
            let rings = try folder.rings()
            if let other = rings.first(where: { $0.key != manifest.party && $0.value.root.isSameKey(as: key) })?.key {
                throw CommandRefusal(
                    .no,
                    "this root key is pinned as that of \(other) (\(folder.path)/\(other).vkey:1:1) - no two parties share "
                        + "one: ask both; nothing was changed")
            }
            var ring = rings[manifest.party] ?? KeyRing(party: manifest.party, root: key)
            let held = ring.manifest
            switch ring.take(note) {
            case .refused(let refusal): throw CommandRefusal(.no, "\(file) is not believed: \(refusal)")
            case .held: break
            case .taken:
                let files = PlainFolder(folder.path)
                if pinned == nil { try files.write("\(manifest.party).vkey", Array((key.text + "\n").utf8)) }
                if let held, let old = contents("\(folder.path)/\(manifest.party).manifest") {
                    try files.write("\(manifest.party).manifest.\(held.sequence)", old)
                }
                try FileFolder(path: folder.path).write("\(manifest.party).manifest", note)
            }
            ManifestReport(manifest: manifest, output: nil, json: json).show()
        }
    }
}
