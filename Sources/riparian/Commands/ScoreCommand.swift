import Accord
import ArgumentParser
import Forecasting
import Formats
import Foundation
import Series

/// `riparian score`: scores of forecasts and simulations.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score a simulation or an ensemble against what was observed.",
        discussion: """
            Examples:
              riparian score --observed stage.csv:value --simulated run.csv:Qsim --threshold 50 --json
              riparian score --observed flow.csv --members ensemble.csv --threshold 60 --svg plots
              riparian score --observed flow.csv:Q_m3s --simulated run.csv:Q_m3s --known known.csv:Q_m3s

            Tables are CSV with a time and a column of values, or without times and then row by row; an ensemble has a column for
            each member. Times without a value in every file are left out. JSON names each score as the packages of the field do,
            the same score under each name. --threshold gives scores of the event that the value is reached, --known (the last
            known value at each time) the persistence index.
            """)

    @Option(help: "Observed values: FILE or FILE:COLUMN.") var observed: String
    @Option(help: "Simulated values: FILE or FILE:COLUMN.") var simulated: String?
    @Option(help: "Ensemble: FILE with a column for each member.") var members: String?
    @Option(help: "Values known when each forecast was issued: FILE or FILE:COLUMN.") var known: String?
    @Option(help: "A value whose reaching is an event; may be given several times.") var threshold: [Double] = []
    @Option(help: "Folder for plots as SVG.") var svg: String?
    @Option(help: "Language of the plots: vi, zh-Hans or en.") var lang = "en"
    @Flag(help: "Print a JSON document.") var json = false

    func run() throws {
        guard simulated != nil || members != nil else {
            throw CommandRefusal(.usage, "nothing to score is given - add --simulated FILE or --members FILE")
        }
        guard threshold.allSatisfy(\.isFinite) else {
            throw CommandRefusal(
                .usage, "a threshold is no number (--threshold) - give a value in the unit of the series")
        }
        let files = (
            try ScoreCommand.file(observed), try simulated.map(ScoreCommand.file), try members.map(ScoreCommand.file)
        )
        let input = try InputFile.read { () throws(TableProblem) in
            try ScoreInput(observed: files.0, simulated: files.1, members: files.2)
        }
        var document: [String: JSONValue] = [:]
        if let simulated = input.simulated {
            let pairs = PairScores(observed: input.observed, simulated: simulated)
            document.merge(ScoreDocument.members(of: pairs)) { first, _ in first }
            for value in threshold {
                document.merge(ScoreDocument.members(of: pairs, threshold: value)) { first, _ in first }
                document["peaks \(JSONValue.text(of: value))"] = ScoreCommand.peaks(pairs, above: value)
            }
            document["persistence_index"] = try persistenceIndex(files.0, files.1)
        }
        if let members = input.members {
            let ensemble = EnsembleScores(observed: input.observed, members: members)
            document.merge(ScoreDocument.members(of: ensemble)) { first, _ in first }
            for value in threshold {
                let events = EventScores(observed: input.observed, members: members, threshold: value)
                document.merge(ScoreDocument.members(of: events, threshold: value)) { _, last in last }
            }
        }
        if let svg { try draw(input, into: svg) }
        if json {
            printDocument(.object(document.filter { $0.value != .null || $0.key != "persistence_index" }))
        } else {
            for (name, value) in document.sorted(by: { $0.key < $1.key }) where value != .null {
                print("\(name)  \(value.canonicalText)")
            }
        }
    }

    private static func file(_ text: String) throws -> ScoreInput.File {
        let (path, column) = CalibrateCommand.fileAndColumn(text)
        return ScoreInput.File(bytes: try InputFile.bytes(path), name: path, column: column)
    }

    /// Of the times at which the known values have one too; null without them.
    private func persistenceIndex(_ observed: ScoreInput.File, _ simulated: ScoreInput.File?) throws -> JSONValue {
        guard let known, let simulated else { return .null }
        let last = try ScoreCommand.file(known)
        let (own, other) = try InputFile.read { () throws(TableProblem) in
            (
                try ScoreInput(observed: observed, simulated: simulated, members: nil, alsoIn: last),
                try ScoreInput(observed: observed, simulated: last, members: nil, alsoIn: simulated)
            )
        }
        guard let forecast = own.simulated, let persistence = other.simulated else { return .null }
        return .optional(
            LeadSkill.persistenceIndex(observed: own.observed, forecast: forecast, known: persistence))
    }

    private static func peaks(_ scores: PairScores, above threshold: Double) -> JSONValue {
        .array(
            LeadSkill.peaks(
                observed: scores.observed, simulated: scores.simulated, threshold: threshold, gap: 3, window: 12
            ).map { peak in
                [
                    "row": .integer(peak.place), "observed": .number(peak.observed),
                    "simulated": .number(peak.simulated), "delay_steps": .integer(peak.delay),
                    "error_percent": peak.percentError.isFinite ? .number(peak.percentError) : .null,
                ]
            })
    }

    private func draw(_ input: ScoreInput, into folder: String) throws {
        guard let language = Language(rawValue: lang) else {
            throw CommandRefusal(.usage, "no language is called \(lang) (--lang) - vi, zh-Hans or en")
        }
        let plots = ScorePlots(catalogue: try Catalogue.bundled(language))
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw CommandRefusal(.usage, "\(folder) cannot be made (--svg) - check the path")
        }
        if let simulated = input.simulated {
            try InputFile.write(plots.series(input.observed, simulated), to: folder + "/series.svg")
            try InputFile.write(plots.pairs(input.observed, simulated), to: folder + "/pairs.svg")
        }
        guard let members = input.members else { return }
        let ensemble = EnsembleScores(observed: input.observed, members: members)
        try InputFile.write(plots.ranks(ensemble.rankHistogram), to: folder + "/ranks.svg")
        for value in threshold {
            let events = EventScores(observed: input.observed, members: members, threshold: value)
            try InputFile.write(
                plots.reliability(events.reliability),
                to: folder + "/reliability-\(JSONValue.text(of: value)).svg")
        }
    }
}
