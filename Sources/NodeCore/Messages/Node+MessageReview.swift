public import Accord
public import Forecasting
import River
public import Series
import Storage

/// How long something took at the offices of a message.
public struct Delays: Hashable, Sendable {
    /// s from the issue, ascending; one for each office where it has happened.
    public let seconds: [Int64]

    /// Makes them of times in any order.
    public init(_ seconds: [Int64]) { self.seconds = seconds.sorted() }

    /// The time within which it had happened at a share 0...1 of these offices: the nearest rank; nil without one.
    public func within(_ share: Double) -> Int64? {
        guard !seconds.isEmpty else { return nil }
        let rank = Int((share * Double(seconds.count)).rounded(.up))
        return seconds[min(seconds.count, max(1, rank)) - 1]
    }
}

/// What became of a message at its offices.
public struct MessageWay: Hashable, Sendable {
    /// The message.
    public let message: KeptMessage
    /// Until a machine of each office had it.
    public let taken: Delays
    /// Until a person of each office had read it.
    public let read: Delays
    /// Offices of which a person should have answered and has not.
    public let overdue: Int
    /// Steps of the timetable that were taken.
    public let escalations: [NoticeEscalation.Step: Int]
    /// Attempts of which nobody knows what became of them: each may have arrived twice.
    public let uncertain: Int

    /// Follows a message until a time.
    init(_ message: KeptMessage, at now: Instant) {
        let standings = message.card.addressees.compactMap { message.delivery.standing(of: $0.office, at: now) }
        self.message = message
        taken = Delays(standings.compactMap { standing in standing.sent.map { $0 - message.issued } })
        read = Delays(standings.compactMap { standing in standing.read.map { $0 - message.issued } })
        overdue = standings.count { $0.overdueSince != nil }
        escalations = Dictionary(
            message.card.addressees.flatMap { message.delivery.stepsTaken(for: $0.office) }.map { ($0, 1) },
            uniquingKeysWith: +)
        uncertain = standings.reduce(0) { $0 + $1.uncertain }
    }
}

/// Own notices of a span, by what the terms say about them.
public struct NoticeTally: Hashable, Sendable {
    /// Those that were sent, without exercises.
    public let sent: Int
    /// In time; what has no agreed lead or no known beginning is in neither count.
    public let inTime: Int
    /// Too late.
    public let late: Int
    /// With something that must be stated missing.
    public let incomplete: Int
    /// Taken back.
    public let withdrawn: Int
    /// s from the first receipt by a person, else by a machine, to the beginning; negative where it began before that. Ascending.
    public let leads: [Int64]

    /// The middle of the leads, s, the lower one of two; nil without one.
    public var medianLead: Int64? { Delays(leads).within(0.5) }

    /// Counts notices.
    init(_ notices: [KeptNotice], at now: Instant) {
        let standings = notices.map { $0.notice.standing(at: now) }
        sent = notices.count
        inTime = standings.count { $0.isLate == false }
        late = standings.count { $0.isLate == true }
        incomplete = standings.count { !$0.missing.isEmpty }
        withdrawn = notices.count { $0.notice.phase == .withdrawn }
        leads = notices.compactMap { kept -> Int64? in
            let notice = kept.notice
            let read = notice.addressees.compactMap { notice.acknowledgement(of: $0) }.min()
            let received = read ?? notice.addressees.compactMap { notice.delivery(to: $0) }.min()
            guard let received, let start = notice.current.start else { return nil }
            return start - received
        }.sorted()
    }
}

/// What a party warned and told of in a span, and what came of it.
public struct MessageReview: Sendable {
    /// The first moment.
    public let from: Instant
    /// The moment after the last.
    public let until: Instant
    /// Warnings and levels reached, by station, level and time. Exercises are no warnings, unless a past event is gone through again.
    public let outcomes: [WarningOutcome]
    /// Whether the warnings are those of a past event that is gone through again.
    public let judgesExercises: Bool
    /// Stations whose levels were looked at: the party's own, and those of which it has warned.
    public let stations: [StationID]
    /// Every message, oldest first, exercises among them.
    public let ways: [MessageWay]
    /// Its notices.
    public let notices: NoticeTally

    /// All outcomes together.
    public var tally: WarningTally { WarningTally(outcomes) }
}

extension Node {
    /// s before a span from which messages are read: what still held when it began was issued then.
    private static let prelude: Int64 = 10 * 86_400

    /// Everything that was issued from one moment to another, oldest first.
    ///
    /// - Throws: when the store cannot be read.
    public func messages(issuedFrom from: Instant, until: Instant) throws -> [KeptMessage] {
        try database.messages(issuedFrom: from, until: min(until, effects.now() + 1)).compactMap { try kept($0) }
    }

    /// Looks back on a span: every warning beside what the river did, every message beside who has read it.
    ///
    /// Linear in the messages of the span and in the readings of its stations.
    ///
    /// - Throws: when the store cannot be read.
    public func messageReview(from: Instant, until: Instant) throws -> MessageReview {
        let now = effects.now()
        let messages = try messages(issuedFrom: from - Node.prelude, until: until)
        let warnings = messages.filter { $0.kind == .warning }
        let judgesExercises = configuration.replay != nil && !warnings.isEmpty && warnings.allSatisfy(\.card.isExercise)
        let said = Dictionary(
            grouping: warnings.filter { $0.card.isExercise == judgesExercises }, by: \.card.station)
        let stations = configuration.basin.stations.values.filter { station in
            !station.alarms.isEmpty && (station.provider == party || said[station.id] != nil)
        }.sorted { $0.id < $1.id }
        let own = try notices().filter { kept in
            let sent = kept.notice.sentAt
            return kept.isOwn && !kept.notice.isExercise && sent.map { $0 >= from && $0 < until } ?? false
        }
        return MessageReview(
            from: from, until: until,
            outcomes: try stations.flatMap {
                try outcomes(at: $0, messages: said[$0.id] ?? [], from: from, until: until, now: now)
            }, judgesExercises: judgesExercises, stations: stations.map(\.id),
            ways: messages.filter { $0.issued >= from }.map { MessageWay($0, at: now) },
            notices: NoticeTally(own, at: now))
    }

    private func outcomes(
        at station: Station, messages: [KeptMessage], from: Instant, until: Instant, now: Instant
    ) throws -> [WarningOutcome] {
        let point = SeriesPoint(station.id, .stage)
        let begin = from - WarningJudge.pause
        guard begin <= min(until, now) else { return [] }
        let judge = WarningJudge(
            station: station.id,
            messages: messages.map {
                WarnedLevel(issued: $0.issued, expires: $0.expires, level: $0.card.level)
            }, readings: try usable(point, from: begin, until: min(until, now), at: now))
        let basin = configuration.basin
        return Set(station.alarms.filter { $0.property == .stage }.map(\.level)).sorted().flatMap { level in
            judge.outcomes(
                of: level,
                value: { time in
                    let day = basin.day(of: time)
                    return station.alarms.last {
                        $0.property == .stage && $0.level == level && $0.validity.contains(day)
                    }?.value
                }, from: from, until: until, now: now)
        }
    }
}
