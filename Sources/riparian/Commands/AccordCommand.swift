import Accord
import ArgumentParser
import Formats
import Foundation
import Series

/// `riparian accord`: the agreement as code.
struct AccordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accord",
        abstract: "Check an agreement, name its identity, say who may have what, what is due, and what changed.",
        discussion: """
            Examples:
              riparian accord check Packs/red-river/agreement.yaml
              riparian accord duties Packs/red-river/agreement.yaml --from 2026-07-01T00:00Z --to 2026-07-02T00:00Z
              riparian accord diff edition-4.yaml edition-5.yaml
            """,
        subcommands: [
            Check.self, Hash.self, Explain.self, Duties.self, Diff.self, Report.self,
            Sign.self, Status.self, Agenda.self, OpenEdition.self,
        ])

    /// Reads the bytes of an agreement; a missing file is unreadable input.
    static func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandRefusal(.usage, "the agreement cannot be read (\(path):1:1) - check the path")
        }
        return Array(data)
    }

    /// Reads an agreement without fault; the first fault ends the command.
    static func agreement(at path: String) throws -> Agreement { try text(at: path).agreement }

    /// Reads an agreement with its document; the first fault ends the command.
    static func text(at path: String) throws -> AgreementText {
        let reading = readAgreement(try bytes(of: path), file: path)
        if let fault = reading.faults.first { throw CommandRefusal(unreadable: fault) }
        guard let agreement = reading.agreement, let document = reading.document else {
            throw CommandRefusal(.usage, "no agreement stands in the file (\(path):1:1) - run riparian accord check")
        }
        return AgreementText(agreement: agreement, document: document)
    }

    /// Reads a time with its zone.
    static func instant(_ text: String) throws -> Instant {
        do {
            return try Instant(iso8601: text)
        } catch {
            throw CommandRefusal(.usage, "\(text) is not a time - \(error.advice)")
        }
    }

    /// Reads a series id.
    static func series(_ text: String) throws -> SeriesID {
        if let series = SeriesID(text) { return series }
        throw CommandRefusal(.usage, "\(text) is not a series - write party/station/property")
    }

    /// Reads a party id.
    static func party(_ text: String) throws -> PartyID {
        if let party = PartyID(text) { return party }
        throw CommandRefusal(.usage, "\(text) is not a party - write an id such as vn-lao-cai")
    }
}
