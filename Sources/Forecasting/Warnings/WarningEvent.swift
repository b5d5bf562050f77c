public import Series

/// What warnings are about.
public enum WarningHazard: String, Sendable, Codable, CaseIterable, Hashable {
    /// A river rises.
    case riverFlood = "river-flood"
    /// Water comes within hours of heavy rain.
    case flashFlood = "flash-flood"
    /// A reservoir releases water.
    case reservoirRelease = "reservoir-release"
    /// A dam is in danger.
    case damEmergency = "dam-emergency"
    /// Data are missing.
    case dataOutage = "data-outage"
}

/// Where and of what an event is: at one time at most one is open for it.
public struct WarningSubject: Hashable, Sendable, Codable {
    /// Who warns.
    public let party: PartyID
    /// The office that signs.
    public let office: String
    /// Of what.
    public let hazard: WarningHazard
    /// The station or reservoir that it hangs on.
    public let station: StationID

    /// Makes a subject.
    public init(party: PartyID, office: String, hazard: WarningHazard, station: StationID) {
        self.party = party
        self.office = office
        self.hazard = hazard
        self.station = station
    }
}

/// How a message is called by those that follow it.
public struct WarningReference: Hashable, Sendable, Codable {
    /// Who sent it.
    public let sender: String
    /// Its identifier.
    public let identifier: String
    /// When.
    public let sent: Instant

    /// Makes a reference.
    public init(sender: String, identifier: String, sent: Instant) {
        self.sender = sender
        self.identifier = identifier
        self.sent = sent
    }
}

/// What a bulletin says, as far as the life of its event depends on it.
public struct WarningBulletin: Hashable, Sendable, Codable {
    /// 1...4; 0 when the event is over.
    public let level: Int
    /// The communes or reaches, by id, sorted.
    public let areas: [String]
    /// Until when the danger is expected to last; nil when that is not known.
    public let until: Instant?
    /// When it must be replaced at the latest.
    public let expires: Instant

    /// Makes a bulletin.
    public init(level: Int, areas: [String], until: Instant?, expires: Instant) {
        self.level = level
        self.areas = Array(Set(areas)).sorted()
        self.until = until
        self.expires = expires
    }
}

/// A message that a person has signed.
public struct IssuedWarning: Hashable, Sendable, Codable {
    /// How it is called.
    public let reference: WarningReference
    /// What it did.
    public let action: WarningAction
    /// What it says.
    public let bulletin: WarningBulletin

    /// Makes a record.
    public init(reference: WarningReference, action: WarningAction, bulletin: WarningBulletin) {
        self.reference = reference
        self.action = action
        self.bulletin = bulletin
    }
}

/// What is to be sent next: the action, the kind of message and what it must refer to.
public struct WarningMessagePlan: Hashable, Sendable {
    /// What it does.
    public let action: WarningAction
    /// As which kind; nil for an event that runs out without a message.
    public let kind: WarningMessageKind?
    /// All messages of the event that have not expired, and the last in any case, oldest first.
    public let references: [WarningReference]
}

/// Why a message does not belong to an event.
public enum WarningEventRefusal: Error, Hashable, Sendable {
    /// The event is over.
    case closed
    /// It is not later than the message before.
    case order
    /// Its action is another than the one that follows from what it says.
    case action(expected: WarningAction)
    /// An event of the same subject is open.
    case open(year: Int, serial: Int)
}

/// The life of one event: all that was said about one rise of the water, first to last.
public struct WarningEvent: Hashable, Sendable, Codable {
    /// Where it stands.
    public enum Phase: Hashable, Sendable {
        /// Nothing was said yet.
        case idle
        /// Level 1: watched.
        case watch
        /// Warned of a level of 2 or more.
        case warned(Int)
        /// Lowered, not over.
        case receding(Int)
        /// Over: cancelled or run out.
        case closed
    }

    /// Where and of what.
    public let subject: WarningSubject
    /// The year of its number.
    public let year: Int
    /// Its number in the year, from 1.
    public let serial: Int
    /// What was sent, oldest first.
    public private(set) var messages: [IssuedWarning]

    /// Makes an event of which nothing was said yet.
    public init(subject: WarningSubject, year: Int, serial: Int) {
        self.subject = subject
        self.year = year
        self.serial = serial
        messages = []
    }

    /// Where it stands.
    public var phase: Phase {
        guard let last = messages.last else { return .idle }
        switch last.action {
        case .cancel, .expire: return .closed
        case .downgrade: return .receding(last.bulletin.level)
        default:
            let hasReceded = messages.last { $0.action != .continue && $0.action != .correct }?.action == .downgrade
            if hasReceded { return .receding(last.bulletin.level) }
            return last.bulletin.level <= 1 ? .watch : .warned(last.bulletin.level)
        }
    }

    /// Whether more can be said.
    public var isOpen: Bool { phase != .closed }

    /// Whether it is still shown as removed: a day after it was cancelled.
    public func isShownAsRemoved(at time: Instant) -> Bool {
        guard let last = messages.last, last.action == .cancel else { return false }
        return time >= last.reference.sent && time - last.reference.sent < 86_400
    }

    /// What a bulletin does to the event, from what was last said.
    public func action(of bulletin: WarningBulletin) -> WarningAction {
        guard let last = messages.last?.bulletin else { return .new }
        if bulletin.level <= 0 { return .cancel }
        if bulletin.level > last.level { return .upgrade }
        if bulletin.level < last.level { return .downgrade }
        let isWider = !Set(bulletin.areas).isSubset(of: last.areas)
        let isLonger = last.until.map { old in bulletin.until.map { $0 > old } ?? true } ?? false
        switch (isLonger, isWider) {
        case (true, true): return .extendBoth
        case (true, false): return .extendTime
        case (false, true): return .extendArea
        case (false, false): return .continue
        }
    }

    /// What must be sent at a time for an action.
    public func plan(_ action: WarningAction, at time: Instant) -> WarningMessagePlan {
        let last = messages.last?.reference
        let named = messages.filter { message in
            message.action.message != nil && (message.bulletin.expires > time || message.reference == last)
        }.map(\.reference)
        let kind = action.message
        return WarningMessagePlan(action: action, kind: kind, references: kind == .alert ? [] : named)
    }

    /// What must be sent when the last message was wrong: one correction where only its text was; where the level or the
    /// places were, a cancellation and, in a new event, the right warning.
    public func correction(ofText isTextOnly: Bool) -> [WarningAction] {
        messages.isEmpty ? [] : isTextOnly ? [.correct] : [.cancel, .new]
    }

    /// The event after a message; one whose action does not follow from what it says is refused.
    public func recording(_ message: IssuedWarning) throws(WarningEventRefusal) -> WarningEvent {
        guard isOpen else { throw .closed }
        if let last = messages.last, message.reference.sent < last.reference.sent { throw .order }
        switch message.action {
        case .correct, .expire: guard !messages.isEmpty else { throw .action(expected: .new) }
        case .cancel where !messages.isEmpty: break
        default:
            let expected = action(of: message.bulletin)
            guard message.action == expected else { throw .action(expected: expected) }
        }
        var next = self
        next.messages.append(message)
        return next
    }
}

/// All events of a party's offices, in the order in which they began.
public struct WarningRegister: Hashable, Sendable, Codable {
    /// The events, oldest first.
    public private(set) var events: [WarningEvent] = []

    /// Makes an empty register.
    public init() {}

    /// The open event of a subject; nil when there is none.
    public func open(_ subject: WarningSubject) -> WarningEvent? {
        events.last { $0.subject == subject && $0.isOpen && !$0.messages.isEmpty }
    }

    /// The event to which a next message of a subject belongs: the open one, else a new one with the next number of its year.
    public func event(for subject: WarningSubject, year: Int) -> WarningEvent {
        if let open = open(subject) { return open }
        let numbers = events.filter {
            $0.year == year && $0.subject.party == subject.party && $0.subject.office == subject.office
                && $0.subject.hazard == subject.hazard
        }.map(\.serial)
        return WarningEvent(subject: subject, year: year, serial: (numbers.max() ?? 0) + 1)
    }

    /// The register with an event as it is now; a second open event of one subject is refused.
    public func keeping(_ event: WarningEvent) throws(WarningEventRefusal) -> WarningRegister {
        var next = self
        let place = events.firstIndex {
            $0.subject == event.subject && $0.year == event.year && $0.serial == event.serial
        }
        if let place {
            next.events[place] = event
            return next
        }
        if event.isOpen, let other = open(event.subject) { throw .open(year: other.year, serial: other.serial) }
        next.events.append(event)
        return next
    }
}
