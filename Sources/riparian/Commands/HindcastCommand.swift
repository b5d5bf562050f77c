import Accord
import ArgumentParser
import Forecasting
import Formats
import Foundation
import Series

/// `riparian hindcast`: forecasts of a gauge from the gauges above it, as they would have been made, scored on a later part.
struct HindcastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hindcast",
        abstract: "Fit forecasts of a gauge to the first part of a record and score them on the rest.",
        discussion: """
            Example:
              riparian hindcast --table flows.csv --target yen_bai --upstream lao_cai,bao_ha --rain p1,p2 --leads 1,2,3 \\
                --fit-until 2004-01-01 --months 6-10 --json

            For each lead a regression on square roots of flow, its recent changes and past rain is fitted before --fit-until; only what
            is known at issue is used. Scored are the persistence index with a 95 % interval from a block bootstrap, the Nash-Sutcliffe
            efficiency, and the share of outcomes in the band that should hold 80 %, with its interval and effective sample size.
            Rain counts as known one step later, unless --rain-at-issue says that a row's rain has fallen by the row's time.
            """)

    @Option(help: "CSV with a time and a column for each series, one step throughout.") var table: String
    @Option(help: "Column of the flow to be forecast.") var target: String
    @Option(help: "Columns of flows upstream, with commas.") var upstream: String?
    @Option(help: "Columns of rain, with commas.") var rain: String?
    @Option(help: "Steps over which changes of flow are looked at, with commas: about the travel times.")
    var changes = "1,2,3,4,8"
    @Option(help: "Leads in steps, with commas.") var leads = "1,2,3"
    @Option(help: "Time before which is fitted and from which on is scored.") var fitUntil: String
    @Option(help: "Months that are fitted to and scored, for example 6-10; all if not given.") var months: String?
    @Option(help: "Steps of a block of the bootstrap.") var block = 40
    @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
    @Flag(help: "The rain of a row has fallen by the row's time.") var rainAtIssue = false
    @Flag(help: "Print a JSON document.") var json = false

    func run() throws {
        let bytes = try InputFile.bytes(table)
        let spans = try HindcastCommand.steps(changes, "--changes")
        let (times, series) = try InputFile.read { () throws(TableProblem) in try read(bytes, changes: spans) }
        guard let cut = TimedTable.parse(fitUntil) else {
            throw CommandRefusal(
                .usage, "\(fitUntil) is no time (--fit-until) - write 2004-01-01 or a time with its zone")
        }
        let split = times.firstIndex { $0 >= cut } ?? times.count
        let season = try parsedMonths()
        let steps = try HindcastCommand.steps(leads, "--leads")
        func isMeant(_ issue: Int) -> Bool {
            season?.contains(times[issue].civil(in: .zero).date.parts.month) ?? true
        }
        guard (1...100_000).contains(block) else {
            throw CommandRefusal(.usage, "--block takes 1 or more - give steps")
        }
        var rows: [JSONValue] = []
        for lead in steps {
            guard let model = FlowRegression(series, lead: lead, fitting: 0..<split, where: isMeant) else {
                throw CommandRefusal(
                    .usage, "fewer than 100 complete rows before \(fitUntil) (\(table):2:1) - fit to a longer part")
            }
            rows.append(row(model, series, split..<times.count, isMeant))
        }
        if json {
            return printDocument([
                "target": .string(target), "fit_until": .string(cut.description), "leads": .array(rows),
            ])
        }
        for row in rows { print(row.canonicalText) }
    }

    private static func steps(_ text: String, _ option: String) throws -> [Int] {
        try text.split(separator: ",").map { part in
            guard let step = Int(part), (1...1000).contains(step) else {
                throw CommandRefusal(.usage, "\(part) is no number of steps (\(option)) - give whole steps, 1 to 1000")
            }
            return step
        }
    }

    private func read(_ bytes: [UInt8], changes: [Int]) throws(TableProblem) -> ([Instant], FlowRegression.Series) {
        let read = try TimedTable(bytes, file: table)
        _ = try read.step()
        func column(_ name: String) throws(TableProblem) -> [Double?] {
            try read.numbers(read.requireColumn("values", [name]), in: 0...1e7, advice: "flow and rain are 0 or more")
        }
        func columns(_ names: String?) throws(TableProblem) -> [[Double?]] {
            var list: [[Double?]] = []
            for name in names?.split(separator: ",") ?? [] { list.append(try column(String(name))) }
            return list
        }
        return (
            read.times,
            FlowRegression.Series(
                target: try column(target), upstream: try columns(upstream), rain: try columns(rain),
                isRainKnown: rainAtIssue, changes: changes)
        )
    }

    private func parsedMonths() throws -> ClosedRange<Int>? {
        guard let months else { return nil }
        let parts = months.split(separator: "-").compactMap { Int($0) }
        guard let first = parts.first, let last = parts.last, parts.count <= 2, 1 <= first, first <= last, last <= 12
        else {
            throw CommandRefusal(.usage, "\(months) is no span of months (--months) - write 6-10")
        }
        return first...last
    }

    private func row(
        _ model: FlowRegression, _ series: FlowRegression.Series, _ range: Range<Int>, _ isMeant: (Int) -> Bool
    ) -> JSONValue {
        var (observed, forecast, known): ([Double], [Double], [Double]) = ([], [], [])
        var inside: [Bool] = []
        for issue in range where issue + model.lead < range.upperBound {
            guard isMeant(issue), let outcome = series.target[issue + model.lead],
                let now = series.target[issue], let value = model.value(series, at: issue)
            else { continue }
            observed.append(outcome)
            forecast.append(value.flow)
            known.append(now)
            inside.append(value.low <= outcome && outcome <= value.high)
        }
        guard !observed.isEmpty else { return ["lead_steps": .integer(model.lead), "n": .integer(0)] }
        func share(_ places: [Int]) -> Double { Double(places.count { inside[$0] }) / Double(max(places.count, 1)) }
        let skill = BlockBootstrap.interval(count: observed.count, block: block, seed: seed) { places in
            LeadSkill.persistenceIndex(
                observed: places.map { observed[$0] }, forecast: places.map { forecast[$0] },
                known: places.map { known[$0] })
        }
        let coverage = BlockBootstrap.interval(count: observed.count, block: block, seed: seed) { share($0) }
        let p = share(Array(observed.indices))
        // a share whose interval is as wide as that of so many independent cases
        let effective = coverage.map { interval in
            let half = (interval.high - interval.low) / 2 / 1.96
            return half > 0 ? min(Double(observed.count), p * (1 - p) / (half * half)) : Double(observed.count)
        }
        func list(_ interval: (low: Double, high: Double)?) -> JSONValue {
            interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null
        }
        return [
            "lead_steps": .integer(model.lead), "n": .integer(observed.count),
            "persistence_index": .optional(
                LeadSkill.persistenceIndex(observed: observed, forecast: forecast, known: known)),
            "persistence_index_95": list(skill),
            "nse": .optional(PairScores(observed: observed, simulated: forecast).nashSutcliffe),
            "coverage_80": .number(p), "coverage_80_95": list(coverage), "effective_n": .optional(effective),
            "method": .string(model.isPersistence ? "persistence" : "regression"), "penalty": .number(model.penalty),
        ]
    }
}
