import Accord
import ArgumentParser
import Forecasting
import Formats
import Foundation
import River
import Series

/// `riparian hindcast`: forecasts of a gauge from what is known around it, as they would have been made, scored on a later part.
struct HindcastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hindcast",
        abstract: "Fit forecasts of a gauge to the first part of a record and score them on the rest.",
        discussion: """
            Examples:
              riparian hindcast --table flows.csv --target ha_noi --upstream son_tay,vu_quang --rain p1,p2 --leads 1,2,3 \\
                --fit-until 2003-01-01 --months 6-10
              riparian hindcast --table flows.csv --target columbus --line bastrop,smithville,la_grange --leads 24,96 \\
                --fit-until 2020-06-11T00:00:00Z --block 96
              riparian hindcast --table hours.csv --target q --simulate GR4H --simulate-rain p --simulate-evaporation e \\
                --area-km2 381.7 --warmup 240 --leads 1,3,6 --fit-until 2014-10-12T12:00:00Z --above 40

            For each lead persistence, regressions on flows and rain, flow routed down a line of gauges, and runs of models with their
            errors carried on in square roots are fitted before --fit-until and weighed against each other; only what is known at
            issue is used. Scored are the persistence index with a 95 % interval from a block bootstrap, the Nash-Sutcliffe
            efficiency, and the share of outcomes in the band that should hold 80 %, with its interval and effective sample size.
            Rain counts as known one step later, unless --rain-at-issue says that a row's rain has fallen by the row's time.
            """)

    @OptionGroup var input: HindcastInput
    @Option(help: "Leads in steps, with commas.") var leads = "1,2,3"
    @Option(help: "Time before which is fitted and from which on is scored.") var fitUntil: String
    @Option(help: "Months that are fitted to and scored, for example 6-10; all if not given.") var months: String?
    @Option(help: "Score only outcomes at or above this flow.") var above: Double?
    @Option(help: "A flow or level: warnings that it will be reached within the lead are counted.") var alarm: Double?
    @Option(help: "Steps of a block of the bootstrap.") var block = 40
    @Option(help: "Seed of the bootstrap and of calibrations that draw numbers.") var seed: UInt64 = 1
    @Option(help: "CSV that gets the forecasts of the later part with their bands.") var forecasts: String?
    @Flag(help: "Print a JSON document.") var json = false

    func run() throws {
        guard let cut = TimedTable.parse(fitUntil) else {
            throw CommandRefusal(
                .usage, "\(fitUntil) is no time (--fit-until) - write 2004-01-01 or a time with its zone")
        }
        guard (1...100_000).contains(block) else {
            throw CommandRefusal(.usage, "--block takes 1 or more - give steps")
        }
        for (value, option) in [(above, "--above"), (alarm, "--alarm")] where !(value?.isFinite ?? true) {
            throw CommandRefusal(.usage, "\(option) is no number - give a flow")
        }
        let season = try parsedMonths()
        let steps = try HindcastInput.steps(leads, "--leads")
        func place(_ times: [Instant]) -> Int { times.firstIndex { $0 >= cut } ?? times.count }
        let records = try input.records(fitUntil: place, leads: steps, seed: seed)
        let split = place(records.times)
        func isMeant(_ issue: Int) -> Bool {
            season?.contains(records.times[issue].civil(in: .zero).date.parts.month) ?? true
        }
        let hindcasts = try steps.map { lead in
            guard let found = GaugeHindcast(records.series, lead: lead, fitting: 0..<split, where: isMeant) else {
                throw CommandRefusal(
                    .usage,
                    "fewer than 100 complete rows before \(fitUntil) (\(input.table):2:1) - fit to a longer part")
            }
            return found
        }
        let scores = hindcasts.map { hindcast in
            HindcastScore(
                hindcast, target: records.series.target, from: split, above: above, alarm: alarm, block: block,
                seed: seed,
                where: isMeant)
        }
        if let forecasts {
            try InputFile.write(table(hindcasts, records, from: split, where: isMeant), to: forecasts)
        }
        if json {
            return printDocument([
                "target": .string(input.target), "fit_until": .string(cut.description),
                "leads": .array(scores.map(\.document)),
                "models": .array(
                    records.models.map { model in
                        [
                            "name": .string(model.name), "criterion": .number(model.calibration.criterion),
                            "parameters": .array(model.calibration.parameters.map { .number($0) }),
                        ]
                    }),
            ])
        }
        for model in records.models {
            print(
                "\(model.name) \(input.objective) \(HindcastScore.figure(model.calibration.criterion)) before \(fitUntil)"
            )
        }
        print(HindcastScore.header)
        for score in scores { print(score.line) }
        for score in scores { score.remarks.forEach { print($0) } }
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

    private func table(
        _ hindcasts: [GaugeHindcast], _ records: HindcastInput.Records, from split: Int, where isMeant: (Int) -> Bool
    ) -> String {
        var text = "issued,lead_steps,forecast,p10,p90,observed\n"
        for issue in split..<records.times.count where isMeant(issue) {
            for hindcast in hindcasts {
                guard let value = hindcast.values[issue] else { continue }
                let valid = issue + hindcast.lead
                let outcome = valid < records.series.count ? records.series.target[valid] : nil
                let numbers = [value.flow, value.band.lowerBound, value.band.upperBound].map(JSONValue.text)
                text += "\(records.times[issue]),\(hindcast.lead),\(numbers.joined(separator: ",")),"
                text += (outcome.map(JSONValue.text) ?? "") + "\n"
            }
        }
        return text
    }
}
