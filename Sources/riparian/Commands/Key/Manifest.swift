import Accord
import ArgumentParser
import Crypto
import Foundation
import Series

extension KeyCommand {
    /// `riparian key manifest`.
    struct Manifest: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "manifest",
            abstract: "Sign a party's manifest with its root key: the first one, or the next with further keys.",
            discussion: """
                Examples:
                  riparian key manifest --party cn-yunnan --root root.key --keys node-2026.request.json --output m1
                  riparian key manifest --root root.key --previous m1 --keys seal-2026.request.json --output m2
                """)

        @Option(help: "The party; only for the first manifest.") var party: String?
        @Option(help: "The file with the secret root key.") var root: String
        @Option(parsing: .upToNextOption, help: "Requests of riparian key make.") var keys: [String]
        @Option(help: "The manifest that this one follows.") var previous: String?
        @Option(help: "When it is issued, ISO 8601 with a zone; by default now.") var at: String?
        @Option(help: "The new file.") var output: String
        @Flag(help: "Print the manifest as JSON.") var json = false

        func run() throws {
            let issued = try KeyInput.time(at, option: "--at")
            let added = try KeyInput.requests(keys)
            let held = try previous.map { try KeyInput.manifest($0, root: root) }
            let (manifest, key) =
                try held.map { ($0.following(issued: issued, keys: try merged(added, into: $0)), $1) }
                ?? first(added, issued)
            try KeyInput.write(try manifest.signed(byRoot: key), after: held?.0, key, to: output)
            ManifestReport(manifest: manifest, output: output, json: json).show()
        }

        private func first(
            _ keys: [NodeKey], _ issued: Instant
        ) throws -> (PartyManifest, Curve25519.Signing.PrivateKey) {
            guard !keys.isEmpty else {
                throw CommandRefusal(.usage, "no key is named (--keys) - give the request of riparian key make")
            }
            guard let party else {
                throw CommandRefusal(.usage, "whose manifest is it? - give --party, or --previous with the one before")
            }
            let key = try SecretKeys.read(root)
            let manifest = PartyManifest(
                party: try KeyInput.party(party), sequence: 1, issued: issued,
                root: Array(key.publicKey.rawRepresentation), keys: keys)
            return (manifest, key)
        }
    }
}

/// New keys beside those of a manifest.
func merged(_ added: [NodeKey], into held: PartyManifest) throws -> [NodeKey] {
    for key in added where held.keys.contains(where: { $0.id == key.id || $0.publicKey == key.publicKey }) {
        throw CommandRefusal(.no, "the manifest lists the key \(key.id) already - make another with riparian key make")
    }
    return held.keys + added
}
