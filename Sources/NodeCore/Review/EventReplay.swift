public import Forecasting
public import Formats
import River
import Series

/// Replays an event folder against a basin pack without nodes: what would have been forecast, and what became of every row.
public struct EventReplay: Sendable {
    /// The pack.
    public let pack: BasinPack
    /// The event, with every row.
    public let event: EventReading
    /// Choices of the cycles.
    public let settings: CycleSettings

    /// Makes a replay.
    public init(pack: BasinPack, event: EventReading, settings: CycleSettings = CycleSettings()) {
        self.pack = pack
        self.event = event
        self.settings = settings
    }

    /// Runs the cycles and compares.
    ///
    /// - Parameters:
    ///   - whatIf: a further, estimated series; nil for none.
    ///   - progress: told after each cycle how many of how many are done.
    public func run(whatIf: WhatIf? = nil, progress: (Int, Int) -> Void = { _, _ in }) -> ReplayReport {
        let basin = pack.basin.adding(event.stations)
        let readings = event.cycleReadings
        let official = event.officialCrests
        let result = replay(readings, official: official, in: basin, settings: settings, progress: progress)
        var alternative: ReplayComparison?
        if let whatIf, let provider = basin.stations[whatIf.station]?.provider {
            let recipe = WhatIfSeries(whatIf)
            let record = result.records.first { $0.series.station == whatIf.reference && $0.series.property == .stage }
            if let record = record?.usable {
                alternative =
                    replay(
                        readings + recipe.readings(from: record, provider: provider), official: official,
                        in: recipe.basin(basin, record: record), settings: settings, progress: progress
                    ).comparison
            }
        }
        return ReplayReport(
            event: event.description.id, seed: settings.seed, rows: event.rowVerdicts(after: result.records),
            comparison: result.comparison, balances: result.balances, whatIf: alternative, deliveries: event.deliveries)
    }
}

extension EventReading {
    /// The readings that the cycles use: every row that was not refused on reading, with what its bulletin printed.
    public var cycleReadings: [CycleReading] {
        rows.compactMap { row in
            guard row.verdict != .refused, let observation = row.observation else { return nil }
            return CycleReading(observation, stated: row.statedDifference)
        }
    }

    /// The official crests of stage.
    public var officialCrests: [OfficialCrest] {
        officialForecasts.filter { $0.property == .stage }.map {
            OfficialCrest(station: $0.station, issued: $0.issued, value: $0.value)
        }
    }

    /// Every row with its last verdict: rows that failed a check are refused, doubtful ones are used with a remark.
    public func rowVerdicts(after records: [SeriesRecord]) -> [RowVerdict] {
        var assessments: [Observation: (quality: Quality, reason: String)] = [:]
        for record in records {
            for (reading, assessment) in zip(record.readings, record.assessments) {
                let reason = assessment.findings.map { "\($0.check.rawValue): \($0.reason)" }.joined(separator: "; ")
                assessments[reading.observation] = (assessment.quality, reason)
            }
        }
        return rows.map { row in
            guard row.verdict == .used, let observation = row.observation, let found = assessments[observation],
                !found.reason.isEmpty
            else { return row.rowVerdict }
            let isRefused = found.quality == .fail
            return RowVerdict(
                file: row.file, line: row.line, verdict: isRefused ? .refused : .used,
                reason: (isRefused ? "failed a check: " : "used although doubtful: ") + found.reason)
        }
    }
}

extension WhatIfSeries {
    /// The recipe of a what-if file.
    init(_ question: WhatIf) {
        self.init(
            station: question.station, reference: question.reference, travelTimeHours: question.travelTime,
            offset: question.offset, noise: question.noise, seed: question.seed,
            stepHours: max(1, Int(question.step.rounded())), latencyMinutes: Int(question.latency.rounded()))
    }
}
