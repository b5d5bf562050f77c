import Accord
import ArgumentParser
import Formats
import Foundation
import Series

/// `riparian accord`: the agreement as code.
struct AccordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accord", abstract: "Check an agreement, name its identity, explain who may have what.",
        subcommands: [Check.self, Hash.self, Explain.self, Report.self, Sign.self, Status.self])

    /// Reads the bytes of an agreement; a missing file is unreadable input.
    static func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandRefusal(.usage, "the agreement cannot be read (\(path):1:1) - check the path")
        }
        return Array(data)
    }

    /// Reads an agreement without fault; the first fault ends the command.
    static func agreement(at path: String) throws -> Agreement {
        let reading = readAgreement(try bytes(of: path), file: path)
        if let fault = reading.faults.first { throw CommandRefusal(unreadable: fault) }
        guard let agreement = reading.agreement else {
            throw CommandRefusal(.usage, "no agreement stands in the file (\(path):1:1) - run riparian accord check")
        }
        return agreement
    }
}

extension AccordCommand {
    /// `riparian accord check FILE`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Name every fault of an agreement document.")
        @Argument(help: "The YAML document.") var file: String
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let faults = readAgreement(try AccordCommand.bytes(of: file), file: file).faults
            if json {
                printDocument(.array(faults.map(\.json)))
            } else {
                for fault in faults { print(fault.text) }
                if faults.isEmpty { print("\(file): no fault") }
            }
            if !faults.isEmpty { throw CommandRefusal(.no) }
        }
    }

    /// `riparian accord hash FILE`.
    struct Hash: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the identity of an agreement document.")
        @Argument(help: "The YAML document.") var file: String
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            let agreement = try AccordCommand.agreement(at: file)
            if json {
                printDocument(["id": .string(agreement.id.text), "identity": .string(agreement.identity.description)])
            } else {
                print("\(agreement.identity)  \(agreement.id)")
            }
        }
    }

    /// `riparian accord explain SERIES --reader PARTY --at TIME`.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a reader may have a series observed at a time, by which clause or why not.")
        @Argument(help: "party/station/property") var series: String
        @Option(help: "The party that would read.") var reader: String
        @Option(help: "The observed time, with its zone.") var at: String
        @Option(help: "The agreement document.") var agreement = "Packs/red-river/agreement.yaml"
        @Flag(help: "Write JSON.") var json = false

        func run() throws {
            guard let id = SeriesID(series) else {
                throw CommandRefusal(.usage, "\(series) is not a series - write party/station/property")
            }
            guard let party = PartyID(reader) else {
                throw CommandRefusal(.usage, "\(reader) is not a party - write an id such as vn-lao-cai")
            }
            let time: Instant
            do {
                time = try Instant(iso8601: at)
            } catch {
                throw CommandRefusal(.usage, "\(at) is not a time - \(error.advice)")
            }
            let document = try AccordCommand.agreement(at: agreement)
            let verdict = document.verdict(for: id, reader: party, at: time)
            let sentence = verdict.sentence
            let reason = try Catalogues.bundled().localized(sentence.catalogueKey, sentence.arguments)
            if json {
                printDocument([
                    "verdict": .string(verdict.word), "clause": .optional(verdict.clause),
                    "reason": ["vi": .string(reason.vi), "zh": .string(reason.zh), "en": .string(reason.en)],
                    "illustrative": .bool(document.isIllustrative),
                ])
            } else {
                print("\(verdict.word): \(reason.en)")
            }
            if !verdict.isGranted { throw CommandRefusal(.no) }
        }
    }
}
