import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

/// `riparian peer`: whom a node knows.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Take in another party's introduction, say where it is, and list whom a node knows.",
        discussion: """
            Examples:
              riparian peer show --dir nodes --party cn-yunnan
              riparian peer add vn-lao-cai.introduction --dir nodes --party cn-yunnan
              riparian peer address vn-lao-cai https://node.example:8443 --dir nodes --party cn-yunnan
              riparian peer list --dir nodes --party cn-yunnan
            """,
        subcommands: [Show.self, Add.self, Address.self, Witness.self, List.self])

    /// Which node.
    struct Place: ParsableArguments {
        @Option(help: "The folder that holds one folder a party.") var dir: String
        @Option(help: "The party whose node it is.") var party: String

        /// The node's folder and description.
        func open() throws -> (folder: String, description: NodeDescription) {
            let id = try KeyInput.party(party)
            return (NodeFolders(root: dir).folder(of: id), try NodeDescription.demanded(of: id, in: dir))
        }
    }

    /// `riparian peer add FILE`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Take in another party's introduction, once its fingerprint has been compared by telephone.",
            discussion: """
                Without --fingerprint the fingerprint is shown and nothing is changed. Read it to each other, then give it:
                  riparian peer add vn-lao-cai.introduction --fingerprint "a1b2 c3d4 ..." --dir nodes --party cn-yunnan

                Codes that riparian peer show has shown on the other side: give what a scanner or a telephone has read of
                them, one part a line, as a file or as - for standard input; or pictures of them, for which the program
                zbarimg (Debian: zbar-tools) must be there:
                  riparian peer add part-1.jpg part-2.jpg part-3.jpg --dir nodes --party cn-yunnan
                """)
        @Argument(
            help: "The file that the other party's riparian init has written, its codes, or - for standard input.")
        var files: [String]
        @Option(help: "The fingerprint as the other party has read it out.") var fingerprint: String?
        @OptionGroup var place: Place
        @Flag(help: "Print the peer as JSON.") var json = false

        func run() throws {
            let (folder, held) = try place.open()
            let met = try IntroductionInput(files: files).introduction()
            let file = files.joined(separator: " ")
            guard met.party != held.party else {
                throw CommandRefusal(.usage, "this is the node's own introduction - take in the other party's")
            }
            guard let fingerprint else {
                if json {
                    printDocument([
                        "party": .string(met.party.text), "fingerprint": .string(met.fingerprint),
                        "address": .optional(met.address), "taken_in": false,
                    ])
                } else {
                    print("\(met.party) introduces itself with the fingerprint \(met.fingerprint)")
                    print("nothing is taken in yet: compare it by telephone, then give it with --fingerprint")
                }
                throw CommandRefusal(.no)
            }
            let digits = fingerprint.lowercased().filter { !$0.isWhitespace }
            let whole = met.fingerprint.filter { !$0.isWhitespace }
            if digits.count < whole.count {
                throw CommandRefusal(
                    .no,
                    "the fingerprint has \(whole.count) digits in eight groups, \(digits.count) are given - ask for the others; "
                        + "nothing was changed")
            }
            guard digits == met.fingerprint.filter({ !$0.isWhitespace }) else {
                throw CommandRefusal(
                    .no,
                    "the fingerprint of the file is \(met.fingerprint), another was read out - do not go on; "
                        + "nothing was changed")
            }
            let trusted = TrustFolder(path: folder + "/keys/trusted")
            let manifest = try trusted.believe(met.manifest, root: met.root, file: file)
            var description = held
            if let address = met.address { description.addresses[met.party] = address }
            if description != held { try FileFolder(path: folder).write("node.yaml", Array(description.text.utf8)) }
            if met.agreement != held.identity {
                standardError(
                    "riparian: remark: \(met.party) has another version of the agreement, \(met.agreement.prefix(12)) - here is "
                        + "\(held.identity.prefix(12)); nothing is exchanged until both have the same")
            }
            if json {
                printDocument([
                    "party": .string(met.party.text), "manifest": manifest.json, "address": .optional(met.address),
                ])
            } else {
                if let before = held.addresses[met.party], let now = met.address, now != before {
                    print("its address was \(before); the fingerprint does not cover it: ask, if that is new to you")
                }
                let at = met.address.map { " at \($0)" } ?? "; where it is, say with riparian peer address"
                print("\(held.party) knows \(met.party) by its manifest \(manifest.sequence)\(at)")
            }
        }
    }

    /// `riparian peer address PARTY URL`.
    struct Address: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "address",
            abstract: "Say where another party's node is.")
        @Argument(help: "The other party.") var peer: String
        @Argument(help: "https://HOST:PORT, or none to forget it.") var address: String
        @OptionGroup var place: Place
        @Flag(help: "Print the addresses as JSON.") var json = false

        func run() throws {
            var (folder, description) = try place.open()
            let id = try KeyInput.party(peer)
            guard address == "none" || Introduction.isComplete(address) else {
                throw CommandRefusal(.usage, "\(address) is no address - write https://HOST:PORT")
            }
            let known = try TrustFolder(path: folder + "/keys/trusted").rings().keys.sorted()
            guard known.contains(id) || description.addresses[id] != nil else {
                let names = known.map(\.text).joined(separator: ", ")
                throw CommandRefusal(
                    .usage, "\(id) is not known here, only \(names) - take in its introduction with riparian peer add")
            }
            description.addresses[id] = address == "none" ? nil : address
            try FileFolder(path: folder).write("node.yaml", Array(description.text.utf8))
            if json {
                printDocument(
                    .object(
                        Dictionary(
                            uniqueKeysWithValues: description.addresses.map { ($0.key.text, .string($0.value)) })))
            } else {
                print(address == "none" ? "\(id) has no address any more" : "\(id) is at \(address)")
                if id == description.party {
                    print("others hear of it by a new introduction: riparian peer show --output FILE")
                }
            }
        }
    }

    /// `riparian peer witness CONFERENCE URL KEY`.
    struct Witness: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "witness",
            abstract: "Have a neutral witness cosign the own lanes, and believe its cosignatures.",
            discussion: """
                Example: riparian peer witness conference http://witness.example:8090 "riparian/conference/witness+HEX+BASE64" \\
                    --dir nodes --party cn-yunnan
                The key is what riparian serve --witness prints. Every node that is to count its cosignatures names it. It
                counts from the node's next start on.
                """)
        @Argument(help: "The conference: the id that the witness runs under.") var conference: String
        @Argument(help: "http://HOST:PORT or https://HOST:PORT, or none to forget it.") var address: String
        @Argument(help: "Its verifier key, or a file that holds it.") var key: String?
        @OptionGroup var place: Place
        @Flag(help: "Print the witnesses as JSON.") var json = false

        func run() throws {
            var (folder, description) = try place.open()
            let id = try KeyInput.party(conference)
            if address == "none" {
                description.witnesses[id] = nil
            } else {
                guard let key else {
                    throw CommandRefusal(.usage, "the witness's key is missing - give it as third word")
                }
                let verifier = try laneKey(key, in: ".")
                guard verifier.name == WitnessName.of(id) else {
                    throw CommandRefusal(
                        .usage,
                        "the key is called \(verifier.name), not \(WitnessName.of(id)) - give the witness's own key")
                }
                guard let witness = WitnessPlace("\(address) \(verifier.text)") else {
                    throw CommandRefusal(
                        .usage, "\(address) is no address - write http://HOST:PORT or https://HOST:PORT")
                }
                description.witnesses[id] = witness
            }
            try FileFolder(path: folder).write("node.yaml", Array(description.text.utf8))
            if json {
                printDocument(
                    .object(
                        Dictionary(
                            uniqueKeysWithValues: description.witnesses.map { ($0.key.text, .string("\($0.value)")) })))
            } else {
                print("\(description.party) has \(description.witnesses.count) witnesses")
            }
        }
    }

    /// `riparian peer list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List whom a node knows, by which key, and where.")
        @OptionGroup var place: Place
        @Flag(help: "Print the peers as JSON.") var json = false

        func run() throws {
            let (folder, description) = try place.open()
            let rings = try TrustFolder(path: folder + "/keys/trusted").rings()
            let known = Set(rings.keys).union(description.peers.keys).union(description.addresses.keys).sorted()
            let rows = known.map { party in
                [
                    party.text, rings[party].map { Introduction.fingerprint(of: $0.root) } ?? "",
                    rings[party]?.manifest.map { "\($0.sequence)" } ?? "", description.addresses[party] ?? "",
                ]
            }
            guard json else {
                let header = ["party", "fingerprint of its root key", "manifest", "address"]
                print(TextTable(header: header, rows: rows, rightAligned: [2]).text)
                return
            }
            printDocument(
                .array(
                    rows.map { row in
                        [
                            "party": .string(row[0]), "fingerprint": row[1].isEmpty ? .null : .string(row[1]),
                            "manifest": Int(row[2]).map { .integer($0) } ?? .null,
                            "address": row[3].isEmpty ? .null : .string(row[3]), "own": .bool(row[0] == place.party),
                        ]
                    }))
        }
    }
}
