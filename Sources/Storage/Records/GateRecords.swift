public import Series

/// A word of a person about what may leave: for a pattern of series, now or standing.
public struct GateApproval: Hashable, Sendable {
    /// What was said.
    public enum Mode: String, Sendable, CaseIterable, Hashable {
        /// What matches leaves without asking again.
        case standing
        /// What matches waits in the queue until a person has said so.
        case ask
        /// What matches stays, whatever else was said.
        case hold
        /// One item of the queue left.
        case once
    }

    /// Its number in the node's list.
    public let id: Int64
    /// `party/station/property`, each part an id or `*`.
    public let pattern: String
    /// The clause that it is limited to; nil for every clause.
    public let clause: String?
    /// What was said.
    public let mode: Mode
    /// Who said so.
    public let person: String
    /// When.
    public let at: Instant
    /// When it was taken back; nil while it holds.
    public let ended: Instant?
    /// Who took it back.
    public let endedBy: String?

    /// Makes an approval.
    public init(
        id: Int64, pattern: String, clause: String?, mode: Mode, person: String, at: Instant, ended: Instant? = nil,
        endedBy: String? = nil
    ) {
        self.id = id
        self.pattern = pattern
        self.clause = clause
        self.mode = mode
        self.person = person
        self.at = at
        self.ended = ended
        self.endedBy = endedBy
    }
}

/// What stands on a series under one clause.
public enum GateWord: Hashable, Sendable {
    /// It leaves, by that standing approval.
    case approved(Int64)
    /// A person is asked about each reading.
    case ask
    /// It stays.
    case hold
}

/// What changed at the gate because words changed.
public struct GateReview: Hashable, Sendable {
    /// Items that may leave now, at once or when their delay has passed.
    public var leaving = 0
    /// Items that wait for a person now.
    public var asked = 0
    /// Items that are held now.
    public var held = 0

    /// Nothing has changed.
    public init() {}
}

/// One observation that waits at the gate of one lane.
public struct GateQueueItem: Hashable, Sendable {
    /// Why it waits.
    public enum State: String, Sendable, CaseIterable, Hashable {
        /// For the delay of its clause to pass; approved.
        case delayed
        /// For a person.
        case asked
        /// Because a person holds it.
        case held
    }

    /// The lane's origin.
    public let lane: String
    /// What waits.
    public let observation: Observation
    /// The clause that grants it.
    public let clause: String
    /// Not before.
    public let due: Instant
    /// Why it waits.
    public let state: State

    /// Names the item: lane, series, observed time in s since 1970, revision.
    public var name: String {
        "\(lane)|\(observation.series)|\(observation.observed.secondsSinceEpoch)|\(observation.revision)"
    }
}
