import Accord
import ArgumentParser
import Formats
import Foundation
import River
import Series

/// `riparian rating`: stage-discharge relations.
struct RatingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rating", abstract: "Fit a rating to gaugings, or read discharges from one.",
        subcommands: [Fit.self, Apply.self])
}

extension RatingCommand {
    /// `riparian rating fit FILE`.
    struct Fit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit",
            abstract: "Fit power laws to gaugings, with a band.",
            discussion: """
                Examples:
                  riparian rating fit gaugings.csv --json
                  riparian rating fit gaugings.csv --controls weir,channel --valid-from 2020-06-01 --output rating.json --svg r.svg

                The table has the columns stage, q and, where it is known, q_sigma. The first figures are the least squares fit of
                ln Q to one law Q = a (h - h0)^b. The segments and the band come from a seeded walk that weighs the gaugings and what
                is known of each control beforehand: channel (exponent 5/3), weir (3/2) or free. Beyond the gaugings a discharge is
                marked estimated. The band holds 90 % of gaugings.
                """)

        @Argument(help: "CSV with gaugings.") var file: String
        @Option(help: "Controls from the lowest up, with commas: channel, weir or free.") var controls = "free"
        @Flag(help: "Weigh gaugings of the least squares fit by q_sigma.") var weighted = false
        @Option(help: "Seed of the walk.") var seed: UInt64 = 1
        @Option(help: "Steps of the walk, 1000 or more.") var steps = 40_000
        @Option(help: "First day on which it holds, YYYY-MM-DD.") var validFrom: String?
        @Option(help: "First day on which it no longer holds.") var validUntil: String?
        @Option(help: "Where the document is written, for rating apply.") var output: String?
        @Option(help: "Where a plot is written.") var svg: String?
        @Option(help: "Language of the plot: vi, zh-Hans or en.") var lang = "en"
        @Flag(help: "Print the document as JSON.") var json = false

        func run() throws {
            let bytes = try InputFile.bytes(file)
            let gaugings = try InputFile.read { () throws(TableProblem) in
                try GaugingTable(bytes, file: file).gaugings
            }
            let kinds = try controls.split(separator: ",").map { name in
                guard let kind = RatingControl(rawValue: String(name)) else {
                    throw CommandRefusal(.usage, "no control is called \(name) (--controls) - channel, weir or free")
                }
                return kind
            }
            guard (1000...10_000_000).contains(steps), !kinds.isEmpty, kinds.count <= 5 else {
                throw CommandRefusal(.usage, "--steps takes 1000 or more, --controls one to five - give other values")
            }
            guard let law = PowerLawFit(gaugings, isWeighted: weighted),
                let posterior = RatingPosterior(gaugings, controls: kinds, seed: seed, steps: steps)
            else {
                throw CommandRefusal(.no, "\(gaugings.count) gaugings carry no rating of \(kinds.count) segments")
            }
            let validity = Validity(
                from: try RatingCommand.day(validFrom, "--valid-from"),
                until: try RatingCommand.day(validUntil, "--valid-until"))
            let document = JSONValue.object(
                RatingDocument.members(gaugings, law: law, posterior: posterior, validity: validity))
            if let output { try InputFile.write(document.readableText + "\n", to: output) }
            if let svg {
                guard let language = Language(rawValue: lang) else {
                    throw CommandRefusal(.usage, "no language is called \(lang) (--lang) - vi, zh-Hans or en")
                }
                let plots = ScorePlots(catalogue: try Catalogue.bundled(language))
                try InputFile.write(plots.rating(gaugings, posterior), to: svg)
            }
            if json { return printDocument(document) }
            let text = { (value: Double) in String(format: "%.6f", value) }
            print("least squares: Q = \(text(law.coefficient)) (h - \(text(law.zero)))^\(text(law.exponent))")
            print("deviation of ln Q: \(text(law.deviation))")
            let best = posterior.best
            for place in best.activations.indices {
                print(
                    "from \(text(best.activations[place])): Q = \(text(best.coefficients[place])) "
                        + "(h - \(text(best.offsets[place])))^\(text(best.exponents[place]))")
            }
        }
    }

    /// `riparian rating apply`.
    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Read discharges from a rating.",
            discussion: """
                Example:
                  riparian rating apply --rating rating.json --stages stage.csv:value --shift 0.05

                Prints time, stage, q, p05, p95 and known: derived where the stage was gauged, estimated beyond, and nothing beyond
                the band. A time outside the rating's days is refused. --shift is taken off each stage.
                """)

        @Option(help: "A document of rating fit.") var rating: String
        @Option(help: "CSV with a time and stages: FILE or FILE:COLUMN.") var stages: String
        @Option(help: "Unit of the stage: what the water stands higher for the same discharge.") var shift = 0.0
        @Option(help: "Where the table is written; standard output if not given.") var output: String?

        func run() throws {
            guard shift.isFinite else { throw CommandRefusal(.usage, "--shift is no number - give one") }
            let bytes = try InputFile.bytes(rating)
            let document = try InputFile.read { () throws(TableProblem) in
                try RatingDocument(bytes, file: rating)
            }
            let (path, column) = CalibrateCommand.fileAndColumn(stages)
            let stageBytes = try InputFile.bytes(path)
            let (table, values) = try InputFile.read { () throws(TableProblem) in
                let table = try TimedTable(stageBytes, file: path)
                let name = try table.requireColumn("stage", column.map { [$0] } ?? ["value", "stage", "stage_m"])
                return (table, try table.numbers(name))
            }
            var text = "time,stage,q,p05,p95,known\n"
            for (place, value) in values.enumerated() {
                let day = table.times[place].civil(in: .zero).date
                guard document.validity.contains(day) else {
                    throw CommandRefusal(
                        .usage,
                        "the rating does not hold on \(day) (\(path):\(table.table.rows[place].line):1) - give the rating of that day"
                    )
                }
                text += table.timeText(place) + "," + (value.map { JSONValue.text(of: $0) } ?? "") + ","
                if let value, let q = document.discharge(value - shift) {
                    let numbers = [q.median, q.low, q.high].map { JSONValue.text(of: $0) }.joined(separator: ",")
                    text += numbers + "," + q.known.rawValue + "\n"
                } else {
                    text += ",,,\n"
                }
            }
            try InputFile.write(text, to: output)
        }
    }

    fileprivate static func day(_ text: String?, _ option: String) throws -> CivilDate? {
        guard let text else { return nil }
        guard let day = try? CivilDate(iso8601: text) else {
            throw CommandRefusal(.usage, "\(text) is not a day (\(option)) - write YYYY-MM-DD")
        }
        return day
    }
}
