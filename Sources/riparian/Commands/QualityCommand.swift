import Accord
import ArgumentParser
import Formats
import Foundation
import River
import Series

/// `riparian qc`: tests of a record.
struct QualityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qc",
        abstract: "Test a record: one flag a value, nothing is deleted.",
        discussion: """
            Examples:
              riparian qc --test gross_range_test --arguments '{"fail_span":[0,30]}' --input stage.csv --json
              riparian qc --test upstream_test --arguments '{"upstream":"lao_cai","travel_time":21600}' --input two.csv:bao_ha
              riparian qc --config checks.yaml --input stage.csv
              riparian qc --list

            Flags: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. The tests of QARTOD have its rules; the others are the
            hydrologist's. The input is a CSV table with a time and values (FILE:COLUMN names the column), or JSON with inp,
            tinp and zinp. With --config several tests run, the worst flag of each value counts, and a person's word with a
            reason stands above it. Exit code 1: some value is suspect or failed.
            """)

    @Option(help: "The test.") var test: String?
    @Option(help: "Its arguments as a JSON object; may hold inp, tinp and zinp.") var arguments: String?
    @Option(help: "CSV or JSON with the record; - is standard input.") var input: String?
    @Option(help: "YAML or JSON with several tests.") var config: String?
    @Flag(help: "List the tests with their arguments.") var list = false
    @Flag(help: "Print JSON: the array of flags, or with --config an object.") var json = false

    func run() throws {
        if list {
            for entry in SeriesTest.names { print("\(entry.name): \(entry.arguments.joined(separator: ", "))") }
            return
        }
        if let config {
            let bytes = try InputFile.bytes(config)
            let plan = try InputFile.read { () throws(TableProblem) in try QualityPlan(bytes, file: config) }
            return try show(plan, on: try record(nil))
        }
        guard let test else {
            throw CommandRefusal(.usage, "no test is given - add --test NAME or --config FILE; --list names the tests")
        }
        let object = try parsedArguments()
        let chosen = try InputFile.read { () throws(TableProblem) in
            try SeriesTest(name: test, arguments: object, file: "--arguments")
        }
        let record = try record(object)
        let flags = try QualityCommand.flags(chosen, test, record)
        if json {
            printDocument(.array(flags.map { .integer($0.rawValue) }))
        } else {
            QualityCommand.table(record, flags, found: [(test, flags)], notes: [:])
        }
        if flags.contains(where: { $0 == .suspect || $0 == .fail }) { throw CommandRefusal(.no) }
    }

    private func parsedArguments() throws -> Any? {
        guard let arguments else { return nil }
        do { return try JSONSerialization.jsonObject(with: Data(arguments.utf8)) } catch {
            throw CommandRefusal(.usage, "the arguments are no JSON (--arguments:1:1) - write {\"name\": value, ...}")
        }
    }

    private func record(_ object: Any?) throws -> TestedRecord {
        if let input {
            let (path, column) = CalibrateCommand.fileAndColumn(input)
            let bytes = try InputFile.bytes(path)
            return try InputFile.read { () throws(TableProblem) in
                try TestedRecord(bytes, file: path, column: column)
            }
        }
        let held = try InputFile.read { () throws(TableProblem) in
            try TestedRecord(members: object, file: "--arguments")
        }
        guard let held else { throw CommandRefusal(.usage, "no record is given - add --input FILE") }
        return held
    }

    private static func flags(_ test: SeriesTest, _ name: String, _ record: TestedRecord) throws -> [Quality] {
        do throws(SeriesTestProblem) { return try test.flags(record.series) } catch {
            throw CommandRefusal(.usage, "\(error.message) (\(name)) - \(error.advice)")
        }
    }

    private func show(_ plan: QualityPlan, on record: TestedRecord) throws {
        var found: [(name: String, flags: [Quality])] = []
        for (name, test) in plan.tests { found.append((name, try QualityCommand.flags(test, name, record))) }
        var flags = Quality.rolledUp(found.map(\.flags))
        var notes: [Int: String] = [:]
        for word in plan.overrules {
            guard let place = record.series.times.firstIndex(of: word.time), flags[place] != .missing else {
                throw CommandRefusal(
                    .usage,
                    "the word of \(word.by) is about a time without a value (\(config ?? ""):1:1) - name a time of the record"
                )
            }
            flags[place] = word.flag
            notes[place] = "\(word.by): \(word.reason)"
        }
        if json {
            printDocument([
                "flags": .array(flags.map { .integer($0.rawValue) }),
                "tests": .array(
                    found.map { ["test": .string($0.name), "flags": .array($0.flags.map { .integer($0.rawValue) })] }),
                "overrules": .array(
                    notes.sorted { $0.key < $1.key }.map { place, note in
                        ["time": .string(record.labels[place]), "note": .string(note)]
                    }),
            ])
        } else {
            QualityCommand.table(record, flags, found: found, notes: notes)
        }
        if flags.contains(where: { $0 == .suspect || $0 == .fail }) { throw CommandRefusal(.no) }
    }

    /// The values that are not good, each with what found it, and the counts.
    private static func table(
        _ record: TestedRecord, _ flags: [Quality], found: [(name: String, flags: [Quality])], notes: [Int: String]
    ) {
        for place in flags.indices where flags[place] == .suspect || flags[place] == .fail || notes[place] != nil {
            let tests = found.filter { $0.flags[place] == .suspect || $0.flags[place] == .fail }.map(\.name)
            let value = place < record.series.values.count ? record.series.values[place] : nil
            print(
                [
                    record.labels[place], value.map { JSONValue.text(of: $0) } ?? "-", String(flags[place].rawValue),
                    tests.joined(separator: ","), notes[place] ?? "",
                ].joined(separator: "  "))
        }
        let counts = Quality.allCases.map { quality in "\(flags.count { $0 == quality }) \(quality)" }
        print(counts.joined(separator: ", "))
    }
}
