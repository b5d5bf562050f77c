import Accord
import Series
import Storage

/// What stands between a party's own store and its lanes: only what a clause grants an audience, and a person has approved,
/// enters that audience's lane; nothing else ever leaves.
///
/// One rule is one ``GateApproval``: among those that cover a series and clause a hold wins, else the latest; without any
/// the observation waits in the queue for a person.
struct OutboundGate: Sendable {
    let party: PartyID
    let agreement: Agreement
    /// What people have said and not taken back, oldest first.
    var rules: [GateRule] = []

    /// What may leave of a series; made again when a rule changes.
    func plan(for series: SeriesID) -> GatePlan {
        guard series.provider == party else { return GatePlan(series: series, agreement: agreement, words: [:]) }
        var words: [String: GateWord] = [:]
        for provision in agreement.provisions where provision.series.contains(where: { $0.matches(series) }) {
            words[provision.clause] = word(on: series, clause: provision.clause)
        }
        return GatePlan(series: series, agreement: agreement, words: words)
    }

    private func word(on series: SeriesID, clause: String) -> GateWord {
        let covering = rules.filter { $0.covers(series, clause: clause) }
        if covering.contains(where: { $0.mode == .hold }) { return .hold }
        guard let rule = covering.last, rule.mode == .standing else { return .ask }
        return .approved(rule.id)
    }

    /// The step to which a clause rounds what leaves; nil where it rounds nothing.
    func rounding(of clause: String) -> Double? { agreement.provision(clause)?.rounding }

    /// The sum of a period as it leaves: marked as derived, stamped with the end of the period, received when it was made.
    ///
    /// - Parameter readings: latest revisions in the period; those that failed a check and missing ones are not counted.
    /// - Returns: nil when no usable reading is left and nothing has left before; else a missing value tells so.
    func sum(
        _ clause: String, _ readings: [Observation], end: Instant, release: Int, now: Instant
    ) -> Observation? {
        guard let terms = agreement.provision(clause)?.aggregation, let last = readings.last else { return nil }
        let values = readings.filter { $0.quality != .fail }.compactMap(\.value)
        if values.isEmpty && release == 0 { return nil }
        let value: Double? =
            switch terms.statistic {
            case .mean: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            case .sum: values.isEmpty ? nil : values.reduce(0, +)
            case .maximum: values.max()
            case .minimum: values.min()
            case .last: values.last
            }
        return Observation(
            series: last.series, observed: end, received: max(now, end), value: value,
            quality: value == nil ? .missing : .good, known: .derived, status: last.status, revision: release,
            source: "\(terms.statistic.rawValue) of \(values.count) readings over \(terms.periodMinutes) min")
    }
}

/// A rule of the gate with its pattern read.
struct GateRule: Sendable {
    let id: Int64
    let mode: GateApproval.Mode
    let pattern: SeriesPattern
    let clause: String?

    /// nil for a pattern that this version cannot read: it covers nothing.
    init?(_ approval: GateApproval) {
        guard let pattern = SeriesPattern(approval.pattern) else { return nil }
        id = approval.id
        mode = approval.mode
        self.pattern = pattern
        clause = approval.clause
    }

    func covers(_ series: SeriesID, clause: String) -> Bool {
        pattern.matches(series) && (self.clause == nil || self.clause == clause)
    }
}

/// What was said about a series under one clause.
enum GateWord: Hashable, Sendable {
    case approved(Int64)
    case ask
    case hold
}

/// How observations of one series leave, worked out once.
struct GatePlan: Sendable {
    let series: SeriesID
    let agreement: Agreement
    /// By clause; empty for other parties' series: nothing of them ever leaves.
    let words: [String: GateWord]
    /// In which lanes it belongs, when.
    let lanes: SeriesPlan
    /// The origins of those lanes, by audience.
    private let origins: [Audience: String]

    init(series: SeriesID, agreement: Agreement, words: [String: GateWord]) {
        self.series = series
        self.agreement = agreement
        self.words = words
        lanes = agreement.plan(for: series)
        let audiences = agreement.audiences(of: series.provider)
        origins = Dictionary(
            uniqueKeysWithValues: audiences.map {
                ($0, LanePlace(party: series.provider, agreement: agreement.id, audience: $0).origin)
            })
    }

    /// How one observation leaves at a time.
    func departures(of observation: Observation, at now: Instant) -> [Departure] {
        guard !words.isEmpty else { return [] }
        return lanes.lanes(at: observation.observed).compactMap { item in
            guard let origin = origins[item.audience] else { return nil }
            return departure(of: observation, lane: origin, clause: item.clause, at: now)
        }
    }

    private func departure(of observation: Observation, lane: String, clause: String, at now: Instant) -> Departure {
        let provision = agreement.provision(clause)
        let delay = Int64(provision?.minimumDelayMinutes ?? 0) * 60
        let word = words[clause] ?? .ask
        var approval: Int64?
        if case .approved(let id) = word { approval = id }
        if let terms = provision?.aggregation {  // held or not asked yet: its sums wait without an approval
            let end = observation.observed.endOfPeriod(minutes: terms.periodMinutes)
            return Departure(
                lane: lane, clause: clause, approval: approval,
                moment: .summed(periodMinutes: terms.periodMinutes, end: end, due: max(end + delay, now)))
        }
        let due = observation.observed + delay
        switch word {
        case .approved:
            let leavesNow = delay == 0 || due <= now
            return Departure(
                lane: lane, clause: clause, approval: approval, moment: leavesNow ? .now : .later(due: due))
        case .ask: return Departure(lane: lane, clause: clause, moment: .asked(notBefore: due))
        case .hold: return Departure(lane: lane, clause: clause, moment: .held(notBefore: due))
        }
    }
}

extension Instant {
    /// The end of the period of UTC that a moment lies in; a moment on an end belongs to the period that it ends.
    func endOfPeriod(minutes: Int) -> Instant {
        let period = Int64(minutes) * 60
        let (quotient, remainder) = secondsSinceEpoch.quotientAndRemainder(dividingBy: period)
        return Instant(secondsSinceEpoch: (remainder > 0 ? quotient + 1 : quotient) * period)
    }
}

extension Observation {
    /// The same observation with its value on a multiple of a step.
    func rounded(to step: Double) -> Observation {
        Observation(
            series: series, observed: observed, received: received, value: value.map { ($0 / step).rounded() * step },
            quality: quality, known: known, status: status, revision: revision, source: source)
    }
}
