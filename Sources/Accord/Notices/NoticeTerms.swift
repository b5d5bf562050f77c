/// What a notice must state.
public enum NoticeField: String, Sendable, CaseIterable, Hashable {
    /// The flow before, m3/s.
    case flowFrom = "flow-from"
    /// The flow that follows, m3/s.
    case flowTo = "flow-to"
    /// When it begins.
    case start
    /// When it ends.
    case end
    /// How many gates open.
    case gates
    /// The level of the pool, m.
    case poolLevel = "pool-level"
    /// Where.
    case place
    /// Why.
    case cause
    /// How many people or animals are concerned.
    case number
    /// What is being done.
    case measures

    /// The numbers that it may state; nil for what is no number. No river, dam or herd is beyond them.
    public var range: ClosedRange<Double>? {
        switch self {
        case .flowFrom, .flowTo: 0...1_000_000
        case .gates: 0...1000
        case .poolLevel: -500...9000
        case .number: 0...1_000_000_000
        case .start, .end, .place, .cause, .measures: nil
        }
    }
}

/// How quickly a notice must be answered, s after it was sent.
public struct NoticeTimetable: Hashable, Sendable, Codable {
    /// Without a receipt of the other machine another route is taken.
    public var receipt: Int64 = 120
    /// Without a receipt both desks are alarmed.
    public var alarm: Int64 = 600
    /// Without a person's answer the next in the call list is called.
    public var acknowledgement: Int64 = 1800
    /// The same for an urgent notice.
    public var urgentAcknowledgement: Int64 = 900
    /// Without a person's answer the foreign-affairs offices of both sides are called.
    public var foreignAffairs: Int64 = 3600
    /// A notice is urgent that says a beginning less than this ahead.
    public var urgentLead: Int64 = 7200

    /// The defaults of the project, to be replaced by those of the agreement.
    public init() {}
}

/// The terms of a notice.
public struct NoticeTerms: Hashable, Sendable {
    /// What happens.
    public enum Event: String, Sendable, CaseIterable, Hashable {
        /// A reservoir is about to release more.
        case plannedRelease = "planned-release"
        /// A release had to begin without notice.
        case emergencyRelease = "emergency-release"
        /// An unusual rise or fall, or its cause.
        case abnormalFlow = "abnormal-flow"
        /// The water has passed an agreed level.
        case flood
        /// The line, a station or the data are out of order.
        case outage
        /// A disease of people or animals near the border.
        case health
        /// Something has happened at the border.
        case borderIncident = "border-incident"
        /// A disaster other than a flood.
        case disaster

        /// Whether it is about water that a reservoir lets go.
        public var isRelease: Bool { self == .plannedRelease || self == .emergencyRelease }
    }

    /// What happens.
    public let event: Event
    /// h before it begins; nil when the document states none.
    public let hoursBefore: Double?
    /// h before it begins where the sender calls it urgent; nil when the document makes no difference.
    public let urgentHoursBefore: Double?
    /// What must be stated, in the order of the document; empty when the document asks for nothing in particular.
    public let mustState: [NoticeField]
    /// How quickly it must be answered.
    public let timetable: NoticeTimetable
    /// Whether an addressee that asks for less or later water may show what that would be worth below, and the sender sees it: both
    /// sides have agreed to it in the clause.
    public let showsWorth: Bool

    /// Makes the terms of a notice.
    public init(
        event: Event, hoursBefore: Double? = nil, urgentHoursBefore: Double? = nil, mustState: [NoticeField] = [],
        timetable: NoticeTimetable = NoticeTimetable(), showsWorth: Bool = false
    ) {
        self.event = event
        self.hoursBefore = hoursBefore
        self.urgentHoursBefore = urgentHoursBefore
        self.mustState = mustState
        self.timetable = timetable
        self.showsWorth = showsWorth
    }

    /// s before the beginning by which a notice must be sent; nil when the document states none.
    public func lead(isUrgent: Bool) -> Int64? {
        let hours = isUrgent ? urgentHoursBefore ?? hoursBefore : hoursBefore
        return hours.map { Int64(($0 * 3600).rounded()) }
    }
}
