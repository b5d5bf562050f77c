public import Series

/// A warning as far as its outcome depends on it.
public struct WarnedLevel: Hashable, Sendable {
    /// When it was issued.
    public let issued: Instant
    /// Until when it said it would hold.
    public let expires: Instant
    /// 0 for the end of a warning.
    public let level: Int

    /// Makes one.
    public init(issued: Instant, expires: Instant, level: Int) {
        self.issued = issued
        self.expires = expires
        self.level = level
    }
}

/// What became of a warning of a level, or of a level that was reached.
public struct WarningOutcome: Hashable, Sendable {
    /// How it ended.
    public enum Verdict: String, Sendable, CaseIterable, Hashable {
        /// Warned of before it was reached, or in the same moment.
        case hit
        /// Warned of only after it had been reached.
        case late
        /// Reached without a warning.
        case missed
        /// Warned of, and no reading of that time reached it.
        case falseAlarm = "false-alarm"
        /// Warned of, not reached yet, and the warning still holds.
        case open
        /// Warned of, and there was no reading of that time.
        case unjudged
    }

    /// Where.
    public let station: StationID
    /// The alarm level, 1...4.
    public let level: Int
    /// When a warning of this level or a higher one began; nil where there was none.
    public let warned: Instant?
    /// The first reading at or above the level; nil where there was none.
    public let crossed: Instant?
    /// The last reading below the level before that: the water reached it at some time between the two.
    public let below: Instant?
    /// How it ended.
    public let verdict: Verdict

    /// s from the warning to the reading that reached the level, negative where the warning was late. At most so long before the
    /// water reached it: the crossing itself lies up to a reading earlier.
    public var lead: Int64? {
        guard let warned, let crossed else { return nil }
        return crossed - warned
    }
}

/// A stretch of time in which something held.
private struct Spell {
    var start: Instant
    var end: Instant
    var below: Instant?

    /// Whether both held at some moment.
    func overlaps(_ other: Spell) -> Bool { start <= other.end && end >= other.start }
}

/// What became of the warnings of a station, level by level.
///
/// A level that is left and reached again within ``pause`` is one event, as are readings at the level with none below it between
/// them. A warning holds from the first message of the level or a higher one until a message of a lower one, or until it expires.
public struct WarningJudge: Sendable {
    /// s without the level after which the next time is an event of its own.
    public static let pause: Int64 = 86_400

    private let station: StationID
    private let messages: [WarnedLevel]
    private let points: [PointSeries.Point]

    /// Makes a judge.
    ///
    /// - Parameters:
    ///   - messages: in the order in which they were issued.
    ///   - readings: those that no check has failed, from ``pause`` before the first moment that is asked about.
    public init(station: StationID, messages: [WarnedLevel], readings: PointSeries) {
        self.station = station
        self.messages = messages
        points = readings.points
    }

    /// The outcomes of a level whose warning began, or which was reached, within a span, by time.
    ///
    /// - Parameters:
    ///   - level: 1...4.
    ///   - value: what the level stands for at a time, in the readings' unit; nil while there is none.
    ///   - from: the first moment.
    ///   - until: the moment after the last.
    ///   - now: a warning that holds beyond it is open.
    public func outcomes(
        of level: Int, value: (Instant) -> Double?, from: Instant, until: Instant, now: Instant
    ) -> [WarningOutcome] {
        let reached = events(value)
        let warned = warnings(of: level)
        var outcomes: [WarningOutcome] = []
        for event in reached where event.start >= from && event.start < until {
            let warning = warned.first { $0.overlaps(event) }
            let verdict: WarningOutcome.Verdict =
                warning.map { $0.start <= event.start ? .hit : .late } ?? .missed
            outcomes.append(outcome(level, warned: warning?.start, event: event, verdict))
        }
        for warning in warned where warning.start >= from && warning.start < until {
            guard !reached.contains(where: warning.overlaps) else { continue }
            let isRead = points.contains { $0.time >= warning.start && $0.time <= warning.end }
            outcomes.append(
                outcome(
                    level, warned: warning.start, event: nil,
                    warning.end > now ? .open : isRead ? .falseAlarm : .unjudged))
        }
        return outcomes.sorted { ($0.warned ?? $0.crossed ?? from) < ($1.warned ?? $1.crossed ?? from) }
    }

    private func outcome(
        _ level: Int, warned: Instant?, event: Spell?, _ verdict: WarningOutcome.Verdict
    ) -> WarningOutcome {
        WarningOutcome(
            station: station, level: level, warned: warned, crossed: event?.start, below: event?.below, verdict: verdict
        )
    }

    /// The times at which the water stood at a level.
    private func events(_ value: (Instant) -> Double?) -> [Spell] {
        var events: [Spell] = []
        var below: Instant?
        for point in points {
            guard let value = value(point.time) else { continue }
            guard point.value >= value else {
                below = point.time
                continue
            }
            if let last = events.last, point.time - last.end <= WarningJudge.pause || (below ?? last.start) <= last.end
            {
                events[events.count - 1].end = point.time
            } else {
                events.append(Spell(start: point.time, end: point.time, below: below))
            }
        }
        return events
    }

    /// The times for which a level or a higher one was warned of.
    private func warnings(of level: Int) -> [Spell] {
        var spells: [Spell] = []
        var holds = false
        for message in messages {
            if let last = spells.last, holds, message.issued > last.end { holds = false }
            if message.level >= level {
                if holds {
                    spells[spells.count - 1].end = max(spells[spells.count - 1].end, message.expires)
                } else {
                    spells.append(Spell(start: message.issued, end: message.expires))
                    holds = true
                }
            } else if holds {
                spells[spells.count - 1].end = message.issued
                holds = false
            }
        }
        return spells
    }
}

/// How many warnings ended how.
public struct WarningTally: Hashable, Sendable {
    private let counts: [WarningOutcome.Verdict: Int]
    /// s between a warning and the reading that reached its level, of hits and late ones, ascending.
    public let leads: [Int64]

    /// Counts outcomes.
    public init(_ outcomes: [WarningOutcome]) {
        counts = Dictionary(outcomes.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        leads = outcomes.compactMap(\.lead).sorted()
    }

    /// How many ended so.
    public subscript(_ verdict: WarningOutcome.Verdict) -> Int { counts[verdict] ?? 0 }

    /// Share of the levels reached that were warned of in time; nil where none was reached.
    public var detection: Double? { share(self[.hit], of: self[.hit] + self[.late] + self[.missed]) }

    /// Share of the warnings judged whose level was not reached; nil where none was judged.
    public var falseAlarmRatio: Double? {
        share(self[.falseAlarm], of: self[.hit] + self[.late] + self[.falseAlarm])
    }

    /// The middle of the leads, s; nil without one.
    public var medianLead: Int64? {
        guard !leads.isEmpty else { return nil }
        let upper = leads[leads.count / 2]
        return leads.count % 2 == 1 ? upper : (leads[leads.count / 2 - 1] + upper) / 2
    }

    private func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
