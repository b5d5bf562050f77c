import Accord
import ArgumentParser
import Formats
import Foundation
import NodeCore
import Series

/// `riparian series`: one series of a node as a table, as it is known now or was known then.
struct SeriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Print the readings of a series with their provenance, as CSV or JSON.",
        discussion: """
            Examples:
              riparian series vn-lao-cai/bao-ha/stage --dir nodes --party cn-yunnan
              riparian series vn-lao-cai/bao-ha/stage --dir nodes --party cn-yunnan --as-of 2024-09-09T15:00+07:00 --latest

            The column redistribution says to whom a reading may be passed on: none, parties, public; own readings say own.
            Times in the table are UTC.
            With --as-of the table is what the node knew then: later readings, corrections and withdrawals are not in it.
            Exit code 1: the node has nothing of the series, or may not have it; the two look alike on purpose.
            """)

    @Argument(help: "The series: party/station/property.")
    var series: String

    @OptionGroup var node: GateNode

    @Option(help: "Only readings observed from then on, ISO 8601 with a zone.")
    var from: String?

    @Option(help: "Only readings observed up to then.")
    var to: String?

    @Option(help: "As the node knew the series then, ISO 8601 with a zone.")
    var asOf: String?

    @Flag(help: "Print a JSON document: an array of the rows.")
    var json = false

    @Flag(help: "Of each observed time only the last correction.")
    var latest = false

    func run() async throws {
        guard let id = SeriesID(series) else {
            throw CommandRefusal(
                .usage, "not a series: \(series) - write party/station/property with a standard name")
        }
        let first = try TimeInput.time(from, option: "--from") ?? Instant(secondsSinceEpoch: .min / 4)
        let last = try TimeInput.time(to, option: "--to") ?? Instant(secondsSinceEpoch: .max / 4)
        guard first <= last else { throw CommandRefusal(.usage, "--from lies after --to - give them in order") }
        let table = try node.open().seriesTable(
            of: id, during: first...last, asOf: TimeInput.time(asOf, option: "--as-of"), latestOnly: latest)
        guard let table else { throw CommandRefusal(.no, "nothing of \(id) is here") }
        if json {
            printDocument(rows(of: CSVTable(table, file: series)))
        } else {
            FileHandle.standardOutput.write(Data(table))
        }
    }

    /// The table as an array of its rows: numbers as numbers, `null` for what is empty.
    private func rows(of table: CSVTable) -> JSONValue {
        .array(
            table.rows.map { row in
                let members = zip(table.header, row.fields).map { name, text -> (String, JSONValue) in
                    if text.isEmpty { return (name, .null) }
                    let isNumber = ["value", "revision", "index"].contains(name)
                    return (name, isNumber ? Double(text).map { .number($0) } ?? .string(text) : .string(text))
                }
                return .object(Dictionary(uniqueKeysWithValues: members))
            })
    }
}
