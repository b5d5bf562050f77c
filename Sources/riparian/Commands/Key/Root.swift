import Accord
import ArgumentParser
import Crypto
import Foundation
import Series

extension KeyCommand {
    /// `riparian key root --party P --output FILE`.
    struct Root: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "root",
            abstract: "Make a party's root key, which signs its manifests and is kept offline.",
            discussion: """
                Example: riparian key root --party cn-yunnan --output /media/safe/root.key
                Writes the secret to FILE, readable by its user alone, and the public key to FILE.vkey. Give the public key
                to the other parties by hand: it is what they pin. Keep two copies of the secret, none of them on a node.
                """)

        @Option(help: "The party.") var party: String
        @Option(help: "The new file for the secret key.") var output: String
        @Flag(help: "Print the public key as JSON.") var json = false

        func run() throws {
            let party = try KeyInput.party(party)
            let key = Curve25519.Signing.PrivateKey()
            let verifier = VerifierKey(lane: PartyManifest.name(party), of: key)
            guard !FileManager.default.fileExists(atPath: output + ".vkey") else {
                throw CommandRefusal(.usage, "\(output).vkey exists - name a new file; nothing is overwritten")
            }
            try SecretKeys.write(key, to: output)
            try KeyInput.write(Array((verifier.text + "\n").utf8), to: output + ".vkey")
            if json {
                printDocument([
                    "party": .string(party.text), "root": .string(verifier.text), "secret": .string(output),
                    "public": .string(output + ".vkey"),
                ])
            } else {
                print(verifier.text)
                print("secret key in \(output), public key in \(output).vkey - keep the secret offline")
            }
        }
    }
}
