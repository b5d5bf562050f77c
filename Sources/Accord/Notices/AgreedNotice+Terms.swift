public import Series

/// What the terms of an agreement say about a notice at a time.
public struct NoticeStanding: Hashable, Sendable {
    /// Whether the newest version was sent, or would be sent now, too late; nil when the hours or the beginning are not known.
    public let isLate: Bool?
    /// s by which it misses the agreed lead; 0 when it does not; nil when that is not known.
    public let lateness: Int64?
    /// What must be stated and is not, in the order of the document.
    public let missing: [NoticeField]
    /// Addressees whose machine should have answered.
    public let withoutReceipt: [String]
    /// Addressees of whom a person should have answered.
    public let overdue: [String]

    /// Whether it was on time and complete; nil when that is not known.
    public var isKept: Bool? { missing.isEmpty ? isLate.map { !$0 } : false }
}

/// A step that the timetable asks for.
public struct NoticeEscalation: Hashable, Sendable {
    /// What is to be done.
    public enum Step: String, Sendable, CaseIterable, Hashable {
        /// Send it again by another route.
        case otherRoute = "other-route"
        /// Alarm both desks.
        case alarm
        /// Call the next in the call list.
        case nextPerson = "next-person"
        /// Call the foreign-affairs offices of both sides.
        case foreignAffairs = "foreign-affairs"
    }

    /// Because of whom.
    public let addressee: String
    /// What.
    public let step: Step
    /// Since when it is due.
    public let since: Instant
}

extension AgreedNotice {
    /// Whether the newest version is urgent: the sender calls it so, or it begins soon after it was sent.
    public var isUrgent: Bool {
        if current.isUrgent { return true }
        guard let start = current.start else { return false }
        return start - (sentAt ?? current.written) <= terms.timetable.urgentLead
    }

    /// What the terms say at a time. A beginning of which only the day is known counts from the first moment of that day: who
    /// reads it must be ready then.
    public func standing(at time: Instant) -> NoticeStanding {
        let lateness = lateness(at: time)
        return NoticeStanding(
            isLate: lateness.map { $0 > 0 }, lateness: lateness,
            missing: terms.mustState.filter { current.values[$0] == nil },
            withoutReceipt: waiting(at: time, after: terms.timetable.receipt) { delivery(to: $0) },
            overdue: waiting(at: time, after: acknowledgementTime) { acknowledgement(of: $0) })
    }

    /// When it was taken back, and why; nil where it was not.
    public var withdrawal: (time: Instant, reason: String)? {
        entries.lazy.compactMap { entry in
            if case .withdrawn(let reason) = entry.event { (entry.time, reason) } else { nil }
        }.first
    }

    /// Since when an addressee should have answered that has not; nil where none is overdue.
    public func silentSince(at time: Instant) -> Instant? {
        guard !standing(at: time).overdue.isEmpty, let sentAt else { return nil }
        return sentAt + acknowledgementTime
    }

    private var acknowledgementTime: Int64 {
        isUrgent ? terms.timetable.urgentAcknowledgement : terms.timetable.acknowledgement
    }

    private func lateness(at time: Instant) -> Int64? {
        guard let lead = terms.lead(isUrgent: current.isUrgent) else { return nil }
        // What has begun unannounced is late even when no beginning was stated.
        let begun = entries.first { $0.event == .opened }?.time
        guard let start = [current.start, begun].compactMap(\.self).min() else { return nil }
        return max(0, (sentAt ?? time) - (start - lead))
    }

    private func waiting(at time: Instant, after seconds: Int64, _ answer: (String) -> Instant?) -> [String] {
        guard let sentAt, time - sentAt >= seconds, !isOver else { return [] }
        return addressees.filter { answer($0).map { $0 > time } ?? true }
    }

    /// The steps that are due at a time, by addressee in their order, then by time; what was answered asks for none.
    public func escalations(at time: Instant) -> [NoticeEscalation] {
        guard let sentAt, !isOver else { return [] }
        let table = terms.timetable
        return addressees.flatMap { office -> [NoticeEscalation] in
            let hasReceipt = delivery(to: office).map { $0 <= time } ?? false
            let hasAnswer = acknowledgement(of: office).map { $0 <= time } ?? false
            let steps: [(NoticeEscalation.Step, Int64, Bool)] = [
                (.otherRoute, table.receipt, !hasReceipt), (.alarm, table.alarm, !hasReceipt),
                (.nextPerson, acknowledgementTime, !hasAnswer), (.foreignAffairs, table.foreignAffairs, !hasAnswer),
            ]
            return steps.filter { $0.2 && time - sentAt >= $0.1 }.map {
                NoticeEscalation(addressee: office, step: $0.0, since: sentAt + $0.1)
            }
        }
    }

    /// s between the first receipt of any version and the beginning: what the people downstream had; negative when it had
    /// begun; nil when one of the two is not known.
    public var leadTime: Int64? {
        let receipt = entries.first { entry in
            switch entry.event {
            case .delivered, .acknowledged: true
            default: false
            }
        }?.time
        let begun = entries.first { $0.event == .opened }?.time
        guard let receipt, let start = begun ?? current.start else { return nil }
        return start - receipt
    }
}

/// How a party kept the terms of its notices in a year.
public struct NoticePunctuality: Hashable, Sendable {
    /// Notices that were sent and are no exercise.
    public let sent: Int
    /// Of them, on time and complete.
    public let kept: Int
    /// Of them, late or incomplete.
    public let missed: Int
    /// Of them, those of which the terms say too little to judge.
    public let unknown: Int

    /// Counts the notices of a party whose newest version was sent in a period; exercises and withdrawn ones do not count.
    public init(of notices: [AgreedNotice], sender: PartyID, from: Instant, until: Instant) {
        let judged = notices.filter { notice in
            guard notice.sender == sender, !notice.isExercise, notice.phase != .withdrawn, let sent = notice.sentAt
            else { return false }
            return sent >= from && sent < until
        }.map { $0.standing(at: $0.sentAt ?? until).isKept }
        sent = judged.count
        kept = judged.count { $0 == true }
        missed = judged.count { $0 == false }
        unknown = judged.count { $0 == nil }
    }
}
