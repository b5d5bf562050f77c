import Accord
import ArgumentParser
import Foundation
import Series

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

        func run() throws {
            let note = try bytes(of: file)
            let manifest = try Trust.manifest(note, file)
            let folder = TrustFolder(path: "\(dir)/\(try KeyInput.party(party))/keys/trusted")
            let pin = "\(folder.path)/\(manifest.party).vkey"
            let pinned = contents(pin) == nil ? nil : try folder.rootKey(pin)
            let given = try root.map { try laneKey($0, in: ".") }
            guard let key = pinned ?? given else {
                throw CommandRefusal(.usage, "the root key of \(manifest.party) is not known - give --root once")
            }
            if let pinned, let given, !pinned.isSameKey(as: given) {
                throw CommandRefusal(
                    .no, "another root key of \(manifest.party) is pinned (\(pin):1:1) - nothing was changed")
            }
            var ring = try folder.rings()[manifest.party] ?? KeyRing(party: manifest.party, root: key)
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
                try files.replace("\(manifest.party).manifest", note)
            }
            ManifestReport(manifest: manifest, output: nil, json: json).show()
        }
    }
}
