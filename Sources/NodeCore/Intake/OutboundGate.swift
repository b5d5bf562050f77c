import Accord
import River
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
        let words = agreement.provisions.compactMap { provision in
            word(on: series, clause: provision.clause).map { (provision.clause, $0) }
        }
        return GatePlan(series: series, agreement: agreement, words: Dictionary(uniqueKeysWithValues: words))
    }

    /// What was said about a series under a clause; nil where the clause does not let it leave: another party's series, and
    /// one that the clause does not cover.
    func word(on series: SeriesID, clause: String) -> GateWord? {
        guard series.provider == party, let provision = agreement.provision(clause),
            provision.series.contains(where: { $0.matches(series) })
        else { return nil }
        return word { $0.covers(series, clause: clause) }
    }

    /// What was said by the rules that cover something: a hold wins, else the latest; without any a person is asked.
    func word(where covers: (GateRule) -> Bool) -> GateWord {
        let covering = rules.filter(covers)
        if covering.contains(where: { $0.mode == .hold }) { return .hold }
        guard let rule = covering.last, rule.mode == .standing else { return .ask }
        return .approved(rule.id)
    }

    /// Why a word about a pattern would concern nothing; nil when it concerns something.
    func refusal(of pattern: SeriesPattern, clause: String?, in basin: Basin) -> GateRefusal? {
        guard pattern.provider == party else { return .foreign(pattern, party) }
        if let clause, agreement.provision(clause)?.kind != .share { return .noSuchClause(clause) }
        if let station = pattern.station, basin.stations[station] == nil { return .noSuchStation(station) }
        if clause == nil, pattern.station == nil, pattern.property == nil { return nil }  // all that it will ever share
        let granting = agreement.provisions.filter { $0.kind == .share && (clause == nil || $0.clause == clause) }
        let isGranted = granting.contains { $0.series.contains { $0.overlaps(pattern) } }
        return isGranted ? nil : .notGranted(pattern, clause)
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

/// How observations of one series leave, worked out once.
struct GatePlan: Sendable {
    /// In which lanes the series belongs, when.
    let lanes: SeriesPlan
    /// How it leaves by each clause; empty for other parties' series: nothing of them ever leaves.
    private let ways: [String: Way]
    /// The origins of the lanes, by audience.
    private let origins: [Audience: String]

    /// One clause as far as a gate needs it.
    private struct Way {
        let word: GateWord
        /// s
        let delay: Int64
        let aggregation: Aggregation?
        /// The approval under which it leaves; nil while nobody has approved.
        var approval: Int64? {
            if case .approved(let id) = word { return id }
            return nil
        }
    }

    init(series: SeriesID, agreement: Agreement, words: [String: GateWord]) {
        lanes = agreement.plan(for: series)
        ways = Dictionary(
            uniqueKeysWithValues: agreement.provisions.compactMap { provision in
                words[provision.clause].map { word in
                    let delay = Int64(provision.minimumDelayMinutes ?? 0) * 60
                    return (provision.clause, Way(word: word, delay: delay, aggregation: provision.aggregation))
                }
            })
        origins = Dictionary(
            uniqueKeysWithValues: agreement.lanes(of: series.provider).map { ($0.audience, $0.origin) })
    }

    /// How one observation leaves at a time.
    func departures(of observation: Observation, at now: Instant) -> [Departure] {
        guard !ways.isEmpty else { return [] }
        return lanes.lanes(at: observation.observed).compactMap { item in
            guard let origin = origins[item.audience], let way = ways[item.clause] else { return nil }
            return departure(of: observation, lane: origin, clause: item.clause, way, at: now)
        }
    }

    private func departure(
        of observation: Observation, lane: String, clause: String, _ way: Way, at now: Instant
    ) -> Departure {
        if let terms = way.aggregation {  // held or not asked yet: its sums wait without an approval
            let end = observation.observed.endOfPeriod(minutes: terms.periodMinutes)
            return Departure(
                lane: lane, clause: clause, approval: way.approval,
                moment: .summed(periodMinutes: terms.periodMinutes, end: end, due: max(end + way.delay, now)))
        }
        let due = observation.observed + way.delay
        let moment: Departure.Moment =
            switch way.word {
            case .approved: way.delay == 0 || due <= now ? .now : .later(due: due)
            case .ask: .asked(notBefore: due)
            case .hold: .held(notBefore: due)
            }
        return Departure(lane: lane, clause: clause, approval: way.approval, moment: moment)
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
