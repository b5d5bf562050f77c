public import Series

/// What happened on the way of a message to an office.
public enum DeliveryStep: Hashable, Sendable {
    /// A machine was about to be given it; kept before it is tried, so that a stop in between is seen.
    case begun(route: String)
    /// The machine took it.
    case sent(route: String)
    /// It did not, in its words.
    case failed(route: String, reason: String)
    /// The other machine has signed that it has it.
    case delivered(route: String)
    /// A person there has read it: who, and how that is known.
    case read(by: String, how: String)
    /// Somebody was called up: who, and whether anybody answered.
    case called(String, isAnswered: Bool)
    /// A step of the timetable was taken.
    case escalated(NoticeEscalation.Step)
}

/// A step with its office and time.
public struct DeliveryEntry: Hashable, Sendable {
    /// When.
    public let time: Instant
    /// The office's id.
    public let office: String
    /// What.
    public let step: DeliveryStep
    /// Who typed it in; empty for machines.
    public let person: String

    /// Makes an entry.
    public init(time: Instant, office: String, step: DeliveryStep, person: String = "") {
        self.time = time
        self.office = office
        self.step = step
        self.person = person
    }
}

/// One delivery that is to be tried now.
public struct DeliveryTask: Hashable, Sendable {
    /// To whom.
    public let office: String
    /// How.
    public let route: DeliveryRoute
    /// How often it was tried before.
    public let attempts: Int

    /// Makes a task.
    public init(office: String, route: DeliveryRoute, attempts: Int) {
        self.office = office
        self.route = route
        self.attempts = attempts
    }
}

/// How a message stands with one office.
public struct DeliveryStanding: Hashable, Sendable {
    /// How far it has come.
    public enum Phase: String, Sendable, CaseIterable, Hashable {
        /// No machine has taken it yet.
        case waiting
        /// A machine has taken it.
        case sent
        /// The other machine has it.
        case delivered
        /// A person has read it.
        case read
    }

    /// How far.
    public let phase: Phase
    /// When the first machine took it.
    public let sent: Instant?
    /// When the other machine had it.
    public let delivered: Instant?
    /// When a person had read it.
    public let read: Instant?
    /// Who, as typed in or as the other machine said.
    public let reader: String?
    /// Routes that have failed and not succeeded since, with the last reason.
    public let failing: [String: String]
    /// Since when a person should have answered; nil where nobody has to or somebody has.
    public let overdueSince: Instant?
    /// Who is to be called next; nil where nobody has to or nobody is left.
    public let nextCall: CallListEntry?
    /// Attempts of which nobody knows what became of them: each may have arrived twice.
    public let uncertain: Int
}

/// A message on its way to its offices. Outside channels are tried until they succeed or the message has run out: each gets it at
/// least once, under one identifier, by which receivers know it again.
///
/// A value: no clock; each entry carries its time.
public struct MessageDelivery: Hashable, Sendable {
    /// s between attempts: doubled each time, from and up to.
    public static let (firstPause, longestPause): (Int64, Int64) = (15, 600)

    /// When it was issued.
    public let issued: Instant
    /// Until when it is tried.
    public let expires: Instant
    /// Whether a person of each office has to answer.
    public let needsAnswer: Bool
    /// Whether it is urgent.
    public let isUrgent: Bool
    /// How quickly.
    public let timetable: NoticeTimetable
    /// The offices, as they were when it was issued.
    public let addressees: [Addressee]
    /// What happened, oldest first.
    public private(set) var entries: [DeliveryEntry]
    private var places: [String: [Int]] = [:]

    /// Makes the delivery of a message from what is known of it.
    public init(
        issued: Instant, expires: Instant, needsAnswer: Bool, isUrgent: Bool, timetable: NoticeTimetable,
        addressees: [Addressee], entries: [DeliveryEntry] = []
    ) {
        self.issued = issued
        self.expires = expires
        self.needsAnswer = needsAnswer
        self.isUrgent = isUrgent
        self.timetable = timetable
        self.addressees = addressees
        self.entries = []
        for entry in entries { add(entry) }
    }

    /// Adds what happened.
    public mutating func add(_ entry: DeliveryEntry) {
        places[entry.office, default: []].append(entries.count)
        entries.append(entry)
    }

    private func steps(of office: String) -> [DeliveryEntry] { (places[office] ?? []).map { entries[$0] } }

    // MARK: What is to be done

    /// What is to be tried at a time, in the order of the offices and of their routes.
    public func tasks(at now: Instant) -> [DeliveryTask] {
        guard now < expires else { return [] }
        return addressees.flatMap { addressee -> [DeliveryTask] in
            let steps = steps(of: addressee.office)
            return addressee.routes.filter(\.channel.isMachine).compactMap { route in
                let state = RouteState(steps, route: route.name)
                guard !state.isDone, state.isDue(at: now) else { return nil }
                return DeliveryTask(office: addressee.office, route: route, attempts: state.attempts)
            }
        }
    }

    /// When something is to be tried again after a time; nil where nothing is.
    public func nextTask(after now: Instant) -> Instant? {
        let times = addressees.flatMap { addressee -> [Instant] in
            let steps = steps(of: addressee.office)
            return addressee.routes.filter(\.channel.isMachine).compactMap { route in
                let state = RouteState(steps, route: route.name)
                return state.isDone ? nil : max(now, state.due ?? now)
            }
        }
        return times.filter { $0 < expires }.min()
    }

    /// How it stands with an office at a time; nil for one that is not addressed.
    public func standing(of office: String, at now: Instant) -> DeliveryStanding? {
        guard let addressee = addressees.first(where: { $0.office == office }) else { return nil }
        let steps = steps(of: office)
        func time(_ isWanted: (DeliveryStep) -> Bool) -> Instant? { steps.first { isWanted($0.step) }?.time }
        let read = steps.first { if case .read = $0.step { true } else { false } }
        let delivered = time { if case .delivered = $0 { true } else { false } } ?? read?.time
        let called = steps.last { if case .called(_, isAnswered: true) = $0.step { true } else { false } }
        let sent = time { if case .sent = $0 { true } else { false } } ?? delivered ?? called?.time
        let states = addressee.routes.map { ($0.name, RouteState(steps, route: $0.name)) }
        let overdue = needsAnswer && read == nil && now - issued >= answerTime ? issued + answerTime : nil
        let reader = read.flatMap { if case .read(let name, _) = $0.step { name } else { nil } }
        return DeliveryStanding(
            phase: read != nil ? .read : delivered != nil ? .delivered : sent != nil ? .sent : .waiting,
            sent: sent, delivered: delivered, read: read?.time, reader: reader,
            failing: Dictionary(
                uniqueKeysWithValues: states.compactMap { name, state in state.failing.map { (name, $0) } }),
            overdueSince: overdue, nextCall: overdue == nil ? nil : nextCall(addressee, steps),
            uncertain: states.reduce(0) { $0 + $1.1.uncertain })
    }

    /// s within which a person has to answer.
    public var answerTime: Int64 { isUrgent ? timetable.urgentAcknowledgement : timetable.acknowledgement }

    /// Steps of the timetable that were taken for an office, oldest first.
    public func stepsTaken(for office: String) -> [NoticeEscalation.Step] {
        steps(of: office).compactMap { entry in if case .escalated(let step) = entry.step { step } else { nil } }
    }

    /// Steps of the timetable that are due and were not taken yet, most urgent first.
    public func escalations(at now: Instant) -> [NoticeEscalation] {
        guard needsAnswer else { return [] }
        return addressees.flatMap { addressee -> [NoticeEscalation] in
            guard let standing = standing(of: addressee.office, at: now), standing.read == nil else { return [] }
            let taken = stepsTaken(for: addressee.office)
            let unsent = standing.sent == nil
            let steps: [(NoticeEscalation.Step, Int64, Bool)] = [
                (.otherRoute, timetable.receipt, unsent), (.alarm, timetable.alarm, unsent),
                (.nextPerson, answerTime, true), (.foreignAffairs, timetable.foreignAffairs, true),
            ]
            return steps.filter { step, after, applies in applies && now - issued >= after && !taken.contains(step) }
                .map { NoticeEscalation(addressee: addressee.office, step: $0.0, since: issued + $0.1) }
        }.sorted { ($1.since, $0.addressee) < ($0.since, $1.addressee) }
    }

    /// The first of the call list who has not been called, else the one who was called longest ago.
    private func nextCall(_ addressee: Addressee, _ steps: [DeliveryEntry]) -> CallListEntry? {
        let called = steps.compactMap { entry -> String? in
            if case .called(let name, _) = entry.step { name } else { nil }
        }
        if let fresh = addressee.calls.first(where: { !called.contains($0.name) }) { return fresh }
        return addressee.calls.min {
            (called.lastIndex(of: $0.name) ?? -1) < (called.lastIndex(of: $1.name) ?? -1)
        }
    }
}

/// What is known of one route.
private struct RouteState {
    var attempts = 0
    var uncertain = 0
    var isDone = false
    var failing: String?
    var due: Instant?

    init(_ steps: [DeliveryEntry], route: String) {
        var open = false
        for entry in steps {
            switch entry.step {
            case .begun(route):
                // The attempt before has left no word: it may have arrived.
                if open { uncertain += 1 }
                open = true
                attempts += 1
                due = entry.time + RouteState.pause(after: attempts)
            case .sent(route), .delivered(route):
                (open, isDone, failing) = (false, true, nil)
            case .failed(route, let reason):
                (open, failing) = (false, reason)
                due = entry.time + RouteState.pause(after: attempts)
            default: continue
            }
        }
    }

    func isDue(at now: Instant) -> Bool { due.map { $0 <= now } ?? true }

    private static func pause(after attempts: Int) -> Int64 {
        let doubled = MessageDelivery.firstPause << Int64(min(max(0, attempts - 1), 10))
        return min(MessageDelivery.longestPause, doubled)
    }
}
