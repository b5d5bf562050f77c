import Accord
import ArgumentParser
import Foundation
import Series

extension KeyCommand {
    /// `riparian key show MANIFEST`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what a manifest says, and whether a root key has signed it.",
            discussion: "Example: riparian key show cn-yunnan.manifest --root root.key.vkey")

        @Argument(help: "The manifest.") var file: String
        @Option(help: "The public root key, or a file that holds it.") var root: String?
        @Flag(help: "Print it as JSON.") var json = false

        func run() throws {
            let manifest: PartyManifest
            if let root {
                manifest = try KeyInput.manifest(file, signedBy: root)
            } else {
                manifest = try KeyInput.manifest(of: try bytes(of: file), file)
                standardError("riparian: remark: no --root was given, so nobody says that the party signed this")
            }
            ManifestReport(manifest: manifest, output: nil, json: json).show()
        }
    }
}
