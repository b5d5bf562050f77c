public import Series

/// A value that a notice states.
public enum NoticeValue: Hashable, Sendable {
    /// In the unit of its field.
    case number(Double)
    /// A moment.
    case time(Instant)
    /// A day alone, with the zone in which it lies: nobody has said at what hour.
    case day(CivilDate, UTCOffset)
    /// Words.
    case text(String)

    /// The moment by which what it means is past; nil for what is no time.
    public var latest: Instant? {
        switch self {
        case .time(let instant): instant
        case .day(let date, let zone): Instant(CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1), offset: zone)
        case .number, .text: nil
        }
    }

    /// The first moment that it can mean; nil for what is no time.
    public var earliest: Instant? {
        switch self {
        case .time(let instant): instant
        case .day(let date, let zone): Instant(date, offset: zone)
        case .number, .text: nil
        }
    }
}

/// One wording of a notice. Versions are never changed: a new one replaces the one before and both are kept.
public struct NoticeVersion: Hashable, Sendable {
    /// From 1.
    public let number: Int
    /// When it was written.
    public let written: Instant
    /// What it states; what is unknown is absent.
    public let values: [NoticeField: NoticeValue]
    /// Whether the sender calls it urgent.
    public let isUrgent: Bool

    /// The first moment at which it can begin.
    public var start: Instant? { values[.start]?.earliest }
}

/// What an office that a notice is addressed to asks of its sender: less water, or at another time.
public struct NoticeRequest: Hashable, Sendable {
    /// What may be asked for.
    public static let fields: [NoticeField] = [.flowTo, .start, .end]
    /// Places of which it is said what a request would be worth, at most.
    public static let mostPlaces = 12

    /// What a request would be worth at a place below, as a plan of whoever asks says: **estimated**.
    public struct Worth: Hashable, Sendable {
        /// Where.
        public let place: StationID
        /// m3/s by which the highest flow there would be lower, above 0.
        public let less: Double

        /// Makes one; nil for what is no lowering.
        public init?(place: StationID, less: Double) {
            guard less > 0, less <= 1_000_000 else { return nil }
            self.place = place
            self.less = less
        }
    }

    /// What is asked for in the place of what was announced; never empty.
    public let values: [NoticeField: NoticeValue]
    /// Why.
    public let reason: String
    /// What it would be worth; said only where the clause lets both sides show that, see ``NoticeTerms/showsWorth``.
    public private(set) var worth: [Worth]

    /// Makes a request; nil when nothing of ``fields`` is asked for.
    public init?(values: [NoticeField: NoticeValue], reason: String, worth: [Worth] = []) {
        let kept = values.filter { NoticeRequest.fields.contains($0.key) }
        guard !kept.isEmpty else { return nil }
        self.values = kept
        self.reason = reason
        self.worth = Array(worth.prefix(NoticeRequest.mostPlaces))
    }

    /// The same request without what it would be worth.
    public var withoutWorth: NoticeRequest {
        var other = self
        other.worth = []
        return other
    }
}

/// What happened to a notice.
public enum NoticeEvent: Hashable, Sendable {
    /// The newest version was sent to every addressee.
    case sent
    /// The machine of an addressee has it, by its signed receipt.
    case delivered(to: String)
    /// A person there has read it.
    case acknowledged(by: String, at: String)
    /// An office that is addressed asks for less water, or for it later.
    case asked(NoticeRequest, by: String, at: String)
    /// What an office asked for will not be; the wording stands.
    case declined(reason: String, to: String)
    /// The gates are open, or what was announced has begun.
    case opened
    /// The gates are closed again, or it has ended.
    case ended
    /// The matter is filed.
    case closed
    /// It will not come, or was sent in error.
    case withdrawn(reason: String)
}

/// Why an event does not fit a notice.
public enum NoticeRefusal: Error, Hashable, Sendable {
    /// It is closed or withdrawn.
    case over
    /// It lies before the event before it.
    case order
    /// The newest version has not been sent.
    case notSent
    /// The newest version has been sent already.
    case alreadySent
    /// Nobody of that name is addressed.
    case stranger(String)
    /// Nothing that this office asked for waits for an answer.
    case notAsked(String)
    /// What was announced has not begun.
    case notOpened
    /// It has begun already.
    case alreadyOpened
}

/// A notice under a provision: its versions, what happened to it, and what the terms say about that.
///
/// One machine for releases and for every other notice of an agreement:
/// `draft -> sent -> delivered -> acknowledged -> opened -> updated* -> ended -> closed`, and beside it late, incomplete,
/// overdue and withdrawn. A value: no clock, each event carries its time.
public struct AgreedNotice: Hashable, Sendable {
    /// How far it has come.
    public enum Phase: String, Sendable, CaseIterable, Hashable {
        /// Its newest version has not been sent.
        case draft
        /// Sent; not every addressee has it.
        case sent
        /// Every addressee's machine has it.
        case delivered
        /// A person of every addressee has read it.
        case acknowledged
        /// What was announced has begun.
        case opened
        /// It has ended.
        case ended
        /// Filed.
        case closed
        /// Taken back.
        case withdrawn
    }

    /// An event with its time and the version that was newest then.
    public struct Entry: Hashable, Sendable {
        /// When.
        public let time: Instant
        /// The version.
        public let version: Int
        /// What.
        public let event: NoticeEvent
    }

    /// The provision under which it is sent.
    public let clause: String
    /// Who sends it.
    public let sender: PartyID
    /// What it is about: a reservoir, a station, a place.
    public let subject: String
    /// The offices that must have it, each once, in the order of the document.
    public let addressees: [String]
    /// The terms of the provision.
    public let terms: NoticeTerms
    /// Whether it is an exercise.
    public let isExercise: Bool
    /// All wordings, oldest first; never empty.
    public private(set) var versions: [NoticeVersion]
    /// All that happened, oldest first.
    public private(set) var entries: [Entry] = []

    /// Begins a notice with its first draft.
    public init(
        clause: String, sender: PartyID, subject: String, addressees: [String], terms: NoticeTerms,
        isExercise: Bool = false, written: Instant, values: [NoticeField: NoticeValue], isUrgent: Bool = false
    ) {
        self.clause = clause
        self.sender = sender
        self.subject = subject
        self.addressees = addressees.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.terms = terms
        self.isExercise = isExercise
        versions = [NoticeVersion(number: 1, written: written, values: values, isUrgent: isUrgent)]
    }

    /// The newest wording.
    public var current: NoticeVersion { versions[versions.count - 1] }

    /// How far it has come. A new version takes it back to draft until it is sent, but not behind what has begun.
    public var phase: Phase {
        for entry in entries.reversed() {
            switch entry.event {
            case .withdrawn: return .withdrawn
            case .closed: return .closed
            case .ended: return .ended
            case .opened: return .opened
            case .sent, .delivered, .acknowledged, .asked, .declined: continue
            }
        }
        guard sentAt != nil else { return .draft }
        if addressees.allSatisfy({ acknowledgement(of: $0) != nil }) { return .acknowledged }
        return addressees.allSatisfy { delivery(to: $0) != nil } ? .delivered : .sent
    }

    /// Whether nothing more can happen to it.
    public var isOver: Bool { phase == .closed || phase == .withdrawn }

    /// The newest version that was sent, and when; nil when none was.
    public var lastSent: (version: NoticeVersion, time: Instant)? {
        entries.last { $0.event == .sent }.map { (versions[$0.version - 1], $0.time) }
    }

    /// When the newest version was sent; nil when it was not.
    public var sentAt: Instant? { first { if case .sent = $0 { true } else { false } } }

    /// When the newest version reached an addressee's machine. A person who has read it proves that too.
    public func delivery(to addressee: String) -> Instant? {
        first { event in
            switch event {
            case .delivered(let office): office == addressee
            case .acknowledged(_, let office), .asked(_, _, let office): office == addressee
            default: false
            }
        }
    }

    /// When a person of an addressee read the newest version.
    public func acknowledgement(of addressee: String) -> Instant? {
        first { event in
            switch event {
            case .acknowledged(_, let office), .asked(_, _, let office): office == addressee
            default: false
            }
        }
    }

    /// What has been asked for and not been answered, oldest first: a wording that was sent afterwards answers all before it.
    public var openRequests: [(time: Instant, request: NoticeRequest, office: String)] {
        var open: [(time: Instant, request: NoticeRequest, office: String)] = []
        for entry in entries {
            switch entry.event {
            case .asked(let request, _, let office):
                open.removeAll { $0.office == office }
                open.append((entry.time, request, office))
            case .declined(_, let office): open.removeAll { $0.office == office }
            case .sent: open.removeAll()
            default: continue
            }
        }
        return isOver ? [] : open
    }

    private func first(_ isWanted: (NoticeEvent) -> Bool) -> Instant? {
        entries.first { $0.version == current.number && isWanted($0.event) }?.time
    }
}

// MARK: - Moving on

extension AgreedNotice {
    /// The notice with a new wording; the ones before are kept.
    public func updated(
        at time: Instant, values: [NoticeField: NoticeValue], isUrgent: Bool = false
    ) throws(NoticeRefusal) -> AgreedNotice {
        guard !isOver else { throw .over }
        guard time >= (entries.last?.time ?? current.written), time >= current.written else { throw .order }
        var next = self
        next.versions.append(
            NoticeVersion(number: current.number + 1, written: time, values: values, isUrgent: isUrgent))
        return next
    }

    /// The notice after an event.
    public func recording(_ event: NoticeEvent, at time: Instant) throws(NoticeRefusal) -> AgreedNotice {
        guard !isOver || isLateAnswer(event) else { throw .over }
        guard time >= (entries.last?.time ?? current.written), time >= current.written else { throw .order }
        try check(event)
        var next = self
        next.entries.append(Entry(time: time, version: current.number, event: event))
        return next
    }

    /// Answers still count when the matter is filed: they are evidence.
    private func isLateAnswer(_ event: NoticeEvent) -> Bool {
        switch event {
        case .delivered, .acknowledged: true
        default: false
        }
    }

    private func check(_ event: NoticeEvent) throws(NoticeRefusal) {
        switch event {
        case .sent: if sentAt != nil { throw .alreadySent }
        case .delivered(let office), .acknowledged(_, let office):
            guard addressees.contains(office) else { throw .stranger(office) }
            guard sentAt != nil else { throw .notSent }
        case .asked(_, _, let office):
            guard addressees.contains(office) else { throw .stranger(office) }
            guard lastSent != nil else { throw .notSent }
        case .declined(_, let office):
            guard openRequests.contains(where: { $0.office == office }) else { throw .notAsked(office) }
        case .opened:
            // Gates may open before the notice is out: that is what makes it late.
            if hasBegun { throw .alreadyOpened }
        case .ended: guard phase == .opened else { throw .notOpened }
        case .closed:
            // A release that has begun unannounced is told of before it is filed.
            if hasBegun, !entries.contains(where: { $0.event == .sent }) { throw .notSent }
        case .withdrawn: break
        }
    }

    private var hasBegun: Bool { entries.contains { $0.event == .opened } }
}
