public import Series
import River

/// The warning that stands at a station between cycles.
public struct WarningState: Hashable, Sendable, Codable {
    /// 0 when none, else the alarm level.
    public let level: Int
    /// When this level was reached.
    public let since: Instant
    /// The probabilities of the last run, by level.
    public let lastProbabilities: [Int: Double]
    /// Runs in a row in which the level could be lowered.
    public let quietRuns: Int

    /// Makes a state.
    public init(level: Int, since: Instant, lastProbabilities: [Int: Double], quietRuns: Int) {
        self.level = level
        self.since = since
        self.lastProbabilities = lastProbabilities
        self.quietRuns = quietRuns
    }
}

/// When a warning is raised and lowered: raised on probability with persistence over two runs or at once on a reading,
/// lowered one level a bulletin with hysteresis and a hold, and never because data are late.
public enum WarningRule {
    /// Probability from which a level is warned of; the worse the level, the lower (GloFAS practice, worse levels believed).
    public static let raise: [Int: Double] = [1: 0.5, 2: 0.4, 3: 0.3, 4: 0.2]
    /// How far below ``raise`` the probability must fall before a level is lowered.
    public static let hysteresis = 0.15
    /// m below the threshold that a reading must stand before a level is lowered.
    public static let margin = 0.10
    /// s that a level is held at least.
    public static let hold: Int64 = 3 * 3600
    /// s after which a reading is too old to lower a level.
    public static let staleReading: Int64 = 6 * 3600
    /// Expiry of a bulletin after its issue, s, by level: the next bulletin and an hour, never more than 24 h.
    public static let expiry: [Int: Int64] = [0: 24 * 3600, 1: 13 * 3600, 2: 7 * 3600, 3: 4 * 3600, 4: 2 * 3600]
}

/// Decides every station's warning from its forecast; stations without alarm levels have none.
func decideWarnings(
    forecasts: [StationForecast], input: CycleInput, basin: Basin
) -> (drafts: [WarningDraft], states: [StationID: WarningState]) {
    var states = input.warnings
    var drafts: [WarningDraft] = []
    for forecast in forecasts {
        guard let station = basin.stations[forecast.station] else { continue }
        let day = input.issued.civil(in: .indochina).date
        let alarms = station.alarms(for: forecast.property, on: day)
        guard !alarms.isEmpty else { continue }
        let decision = StationDecision(
            forecast: forecast, alarms: alarms, before: states[forecast.station], issued: input.issued)
        states[forecast.station] = decision.state
        if let draft = decision.draft { drafts.append(draft) }
    }
    drafts.sort { ($1.level, $0.crossing ?? $0.issued, $0.station) < ($0.level, $1.crossing ?? $1.issued, $1.station) }
    return (drafts, states)
}

/// One station's decision.
struct StationDecision {
    let state: WarningState
    let draft: WarningDraft?

    init(forecast: StationForecast, alarms: [AlarmLevel], before: WarningState?, issued: Instant) {
        let old = before ?? WarningState(level: 0, since: issued, lastProbabilities: [:], quietRuns: 0)
        var probabilities: [Int: Double] = [:]
        for alarm in alarms { probabilities[alarm.level] = forecast.probability(ofReaching: alarm.value) }
        let raised = StationDecision.highestRaised(forecast, alarms, probabilities, old)
        let quiet = StationDecision.couldBeLowered(forecast, alarms, probabilities, old, issued)
        let level: Int
        if raised > old.level {
            level = raised
        } else if quiet, old.quietRuns >= 1, issued - old.since >= WarningRule.hold {
            level = alarms.last { $0.level < old.level }?.level ?? 0
        } else {
            level = old.level
        }
        state = WarningState(
            level: level, since: level == old.level ? old.since : issued, lastProbabilities: probabilities,
            quietRuns: level < old.level ? 0 : (quiet ? old.quietRuns + 1 : 0))
        draft = StationDecision.draft(forecast, alarms, probabilities, from: old.level, to: level, issued)
    }

    private static func highestRaised(
        _ forecast: StationForecast, _ alarms: [AlarmLevel], _ probabilities: [Int: Double], _ old: WarningState
    ) -> Int {
        var highest = 0
        for alarm in alarms {
            let isObserved = (forecast.lastReading?.value ?? -.infinity) >= alarm.value
            let mean = (probabilities[alarm.level, default: 0] + old.lastProbabilities[alarm.level, default: 0]) / 2
            if isObserved || mean >= WarningRule.raise[alarm.level, default: 0.5] { highest = alarm.level }
        }
        return highest
    }

    private static func couldBeLowered(
        _ forecast: StationForecast, _ alarms: [AlarmLevel], _ probabilities: [Int: Double], _ old: WarningState,
        _ issued: Instant
    ) -> Bool {
        guard let standing = alarms.first(where: { $0.level == old.level }), let last = forecast.lastReading,
            issued - last.time <= WarningRule.staleReading
        else { return false }
        let threshold = WarningRule.raise[standing.level, default: 0.5] - WarningRule.hysteresis
        return probabilities[standing.level, default: 0] < threshold
            && last.value < standing.value - WarningRule.margin
    }

    private static func draft(
        _ forecast: StationForecast, _ alarms: [AlarmLevel], _ probabilities: [Int: Double], from old: Int,
        to level: Int,
        _ issued: Instant
    ) -> WarningDraft? {
        guard old > 0 || level > 0 else { return nil }
        let action: WarningAction =
            if level == 0 { .cancel } else if old == 0 { .new } else if level > old { .upgrade } else if level < old {
                .downgrade
            } else { .continue }
        let alarm = alarms.first { $0.level == level }
        let isObserved = alarm.map { (forecast.lastReading?.value ?? -.infinity) >= $0.value } ?? false
        let crest = forecast.crest
        return WarningDraft(
            station: forecast.station, issued: issued, level: level, previousLevel: old, action: action,
            threshold: alarm?.value, probability: probabilities[level, default: 0], isObserved: isObserved,
            crossing: isObserved ? nil : alarm.flatMap { forecast.medianCrossing(of: $0.value) },
            crestTime: crest?.time, crestMedian: crest?.median, crestLow: crest.map { forecast.p05[$0.index] },
            crestHigh: crest.map { forecast.p95[$0.index] }, latest: forecast.lastReading,
            expires: issued + WarningRule.expiry[level, default: 3600], notes: forecast.notes)
    }
}
