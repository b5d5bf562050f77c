import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series
import Storage

extension PeerCommand {
    /// `riparian peer show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the node's own introduction as codes for a telephone or a scanner.",
            discussion: """
                The codes hold what the file PARTY.introduction holds, in parts: no secret. The other side takes in what it has
                read of them with riparian peer add, and compares the fingerprint by telephone as ever.

                Examples:
                  riparian peer show --dir nodes --party cn-yunnan
                  riparian peer show --part 1 --dir nodes --party cn-yunnan
                  riparian peer show --output cn-yunnan.introduction.2 --dir nodes --party cn-yunnan
                  riparian peer show --svg codes --dir nodes --party cn-yunnan
                """)
        @Option(help: "Write one drawing a code into this new folder instead of showing them.") var svg: String?
        @Option(help: "Show one code alone, counted from 1.") var part: Int?
        @Option(help: "Write the introduction as it is now into this new file instead of showing codes.") var output:
            String?
        @OptionGroup var place: Place
        @Flag(help: "Print the parts as JSON.") var json = false

        func run() throws {
            let (folder, description) = try place.open()
            let introduction = try Introduction.own(of: description, in: folder)
            let parts = CodeParts.split(introduction.line)
            let codes = parts.compactMap { QRCode($0) }
            precondition(codes.count == parts.count, "a part fits into a code")
            if let output { try KeyInput.write(Array(introduction.text.utf8), to: output) }
            guard part.map({ (1...codes.count).contains($0) }) ?? true else {
                throw CommandRefusal(
                    .usage, "there are \(codes.count) codes (--part) - give a number from 1 to \(codes.count)")
            }
            if let svg {
                guard !FileManager.default.fileExists(atPath: svg) else {
                    throw CommandRefusal(
                        .usage, "\(svg) exists (\(svg):1:1) - nothing is overwritten: name a new folder")
                }
                for (number, code) in codes.enumerated() {
                    try FileFolder(path: svg).write("part-\(number + 1).svg", Array(code.svg.utf8))
                }
            }
            if json {
                return printDocument([
                    "party": .string(introduction.party.text), "fingerprint": .string(introduction.fingerprint),
                    "parts": .array(parts.map { .string($0) }),
                ])
            }
            if part != nil || (svg == nil && output == nil) {
                for (number, code) in codes.enumerated() where part.map({ $0 == number + 1 }) ?? true {
                    print("\(number + 1) of \(codes.count)\n\(code.terminalText)")
                }
            }
            print("\(introduction.party): \(codes.count) codes; its fingerprint, for the telephone:")
            print("  \(introduction.fingerprint)")
        }
    }
}

extension Introduction {
    /// The introduction of a node as it is now: with the manifest and the address that its folder holds.
    static func own(of description: NodeDescription, in folder: String) throws -> Introduction {
        let trusted = folder + "/keys/trusted"
        let manifest = "\(trusted)/\(description.party).manifest"
        guard let ring = try TrustFolder(path: trusted).rings()[description.party],
            FileManager.default.fileExists(atPath: manifest)
        else {
            throw CommandRefusal(
                .usage, "the node has no manifest of its own party (\(trusted):1:1) - run riparian key trust for it")
        }
        return Introduction(
            party: description.party, root: ring.root, manifest: try bytes(of: manifest),
            address: description.addresses[description.party], agreement: description.identity)
    }
}
