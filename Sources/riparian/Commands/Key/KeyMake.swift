import Accord
import ArgumentParser
import Crypto
import Foundation
import Series

extension KeyCommand {
    /// `riparian key make --party P --dir NODES`.
    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Make a key of a node and the request to list it in the party's manifest.",
            discussion: """
                Example: riparian key make --party cn-yunnan --dir nodes --id node-2027 --from 2027-01-01T00:00+08:00
                The secret stays in NODES/PARTY/keys/ID.key, readable by its user alone. ID.request.json beside it holds the
                public key: carry it to the holder of the root key. --id lane asks for the key that the node began with.
                """)

        @Option(help: "The party.") var party: String
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The key's id: words of a-z and digits, joined by hyphens.") var id: String
        @Option(help: "What it may sign: lane, receipt, agreement, separated by commas.")
        var roles = "lane,receipt,agreement"
        @Option(help: "From when on, ISO 8601 with a zone; by default a day ago.") var from: String?
        @Option(help: "Until when; by default without end.") var until: String?
        @Flag(help: "Print the request as JSON.") var json = false

        func run() throws {
            let party = try KeyInput.party(party)
            try KeyInput.expectIdentifier(id)
            let begin = try KeyInput.begin(from)
            let end = try until.map { try KeyInput.time($0, option: "--until") }
            if let end, end <= begin { throw CommandRefusal(.usage, "--until is not after --from - give a later time") }
            let secrets = SecretKeys(folder: "\(dir)/\(party)/keys")
            let roles = try KeyInput.roles(roles)
            let request = "\(secrets.folder)/\(id).request.json"
            guard !FileManager.default.fileExists(atPath: request) else {
                throw CommandRefusal(.usage, "\(request) exists - name another id; nothing is overwritten")
            }
            let key: Curve25519.Signing.PrivateKey
            if id == "lane", let standing = try secrets.key("lane") {
                key = standing
            } else {
                key = Curve25519.Signing.PrivateKey()
                try secrets.keep(key, as: id)
            }
            let listed = NodeKey(
                id: id, publicKey: Array(key.publicKey.rawRepresentation), roles: roles, from: begin, until: end)
            try KeyInput.write(Array(listed.request.utf8), to: request)
            if json {
                printDocument(listed.json)
            } else {
                print("secret key in \(secrets.folder)/\(id).key, request in \(request)")
            }
        }
    }
}
