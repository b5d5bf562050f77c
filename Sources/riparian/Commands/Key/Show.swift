import Accord
import ArgumentParser
import Foundation
import Series

extension KeyCommand {
    /// `riparian key show MANIFEST`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a manifest says, and whether a root key has signed it.",
            discussion: "Example: riparian key show cn-yunnan.manifest --root root.key.vkey")

        @Argument(help: "The manifest.") var file: String
        @Option(help: "The public root key, or a file that holds it.") var root: String?
        @Flag(help: "Print it as JSON.") var json = false

        func run() throws {
            let note = try bytes(of: file)
            let manifest = try KeyInput.manifest(of: note, file)
            if let root {
                var ring = KeyRing(party: manifest.party, root: try laneKey(root, in: "."))
                if case .refused(let refusal) = ring.take(note) {
                    throw CommandRefusal(.no, "\(file) is not believed: \(refusal)")
                }
            } else {
                standardError("riparian: remark: no --root was given, so nobody says that the party signed this")
            }
            ManifestReport(manifest: manifest, output: nil, json: json).show()
        }
    }
}
