import Accord
public import River
public import Series

/// The entry of a lane that brought an observation: its provenance.
public struct LaneReference: Hashable, Sendable {
    /// The lane's origin, `riparian/<party>/<agreement>/<audience>`.
    public let lane: String
    /// The entry's index in the lane, >= 0.
    public let index: Int
    /// The observation's place in the entry, >= 0.
    public let offset: Int

    /// Makes a reference.
    public init(lane: String, index: Int, offset: Int) {
        self.lane = lane
        self.index = index
        self.offset = offset
    }

    /// The key of the intake: `lane/<origin>/<index>/<offset>`.
    public var origin: String { "lane/\(lane)/\(index)/\(offset)" }
}

/// How an observation leaves its party: into which lane, by which clause, by whose word, and when.
public struct Departure: Hashable, Sendable {
    /// When it leaves.
    public enum Moment: Hashable, Sendable {
        /// With this batch.
        case now
        /// After the delay of its clause.
        case later(due: Instant)
        /// When a person has said so, and not before a time.
        case asked(notBefore: Instant)
        /// Not before somebody lifts the hold.
        case held(notBefore: Instant)
        /// Summed up with the other readings of its period, min, which ends at `end`.
        case summed(periodMinutes: Int, end: Instant, due: Instant)
    }

    /// The lane's origin.
    public let lane: String
    /// The clause that grants it.
    public let clause: String
    /// The approval under which it leaves; nil while nobody has approved.
    public let approval: Int64?
    /// When.
    public let moment: Moment

    /// Makes a departure.
    public init(lane: String, clause: String = "", approval: Int64? = nil, moment: Moment = .now) {
        self.lane = lane
        self.clause = clause
        self.approval = approval
        self.moment = moment
    }
}

/// An observation ready to be kept.
public struct ObservationRecord: Hashable, Sendable {
    /// The assessed observation.
    public let observation: Observation
    /// Where it came from, for people: a file and line; not kept where there is a ``provenance``.
    public let origin: String
    /// The lane entry it came from; nil for a party's own and for published readings.
    public let provenance: LaneReference?
    /// How it leaves, in any order; empty when it leaves to nobody.
    public let departures: [Departure]
    /// The difference to an alarm level that was printed beside the value; nil when none was.
    public let stated: StatedDifference?

    /// Makes a record.
    public init(
        _ observation: Observation, origin: String, provenance: LaneReference? = nil, departures: [Departure] = [],
        stated: StatedDifference? = nil
    ) {
        self.observation = observation
        self.origin = origin
        self.provenance = provenance
        self.departures = departures
        self.stated = stated
    }
}

/// One thing that was not let in, with its reason. It never holds a value.
public struct IntakeRefusal: Hashable, Sendable {
    /// The key of the intake.
    public let origin: String
    /// When it was refused.
    public let at: Instant
    /// A short word for machines.
    public let code: String
    /// One sentence for people.
    public let reason: String

    /// Makes a refusal.
    public init(origin: String, at: Instant, code: String, reason: String) {
        self.origin = origin
        self.at = at
        self.code = code
        self.reason = reason
    }
}

/// An entry as a lane holds it.
public struct SealedEntry: Hashable, Sendable {
    /// Its bytes, at most 65,535.
    public let bytes: [UInt8]
    /// Its RFC 6962 leaf hash, 32 bytes.
    public let leafHash: [UInt8]

    /// Makes an entry.
    public init(bytes: [UInt8], leafHash: [UInt8]) {
        self.bytes = bytes
        self.leafHash = leafHash
    }

    /// Seals the bytes of an entry.
    public init(_ bytes: [UInt8]) {
        self.init(bytes: bytes, leafHash: MerkleTree.leafHash(bytes))
    }
}

/// How observations become entries of own lanes, and how a lane's new end is signed.
public struct LaneSealing: Sendable {
    /// The entries that hold observations which leave together, in order.
    public var entries: @Sendable (_ departure: Departure, _ observations: [Observation]) throws -> [SealedEntry]
    /// The signed checkpoint of a lane with that many entries and that root.
    public var checkpoint: @Sendable (_ origin: String, _ size: Int, _ root: [UInt8]) throws -> [UInt8]
    /// The time.
    public var now: Instant

    /// Makes a sealing.
    public init(
        now: Instant, entries: @escaping @Sendable (Departure, [Observation]) throws -> [SealedEntry],
        checkpoint: @escaping @Sendable (String, Int, [UInt8]) throws -> [UInt8]
    ) {
        self.now = now
        self.entries = entries
        self.checkpoint = checkpoint
    }
}

/// An entry of a peer's lane as this node keeps it.
public struct AcceptedEntry: Hashable, Sendable {
    /// Its bytes; nil while it is in quarantine: only its hash is kept.
    public let bytes: [UInt8]?
    /// Its RFC 6962 leaf hash, 32 bytes.
    public let leafHash: [UInt8]

    /// Makes an entry.
    public init(bytes: [UInt8]?, leafHash: [UInt8]) {
        self.bytes = bytes
        self.leafHash = leafHash
    }
}

/// How far a peer's lane has been accepted, with the entries that a pull adds.
public struct PeerLaneAdvance: Sendable {
    /// The lane's origin.
    public let lane: String
    /// The size accepted so far: the first new entry's index.
    public let from: Int
    /// The new entries, in order.
    public let entries: [AcceptedEntry]
    /// The signed checkpoint that covers the lane with the new entries, as it was fetched; nil on the way to it.
    public let note: [UInt8]?
    /// When, on this node's clock.
    public let accepted: Instant
    /// What the party has taken back: entry and row, nil for the whole entry.
    public var withdrawn: [(index: Int, offset: Int?)] = []

    /// Makes an advance.
    public init(
        lane: String, from: Int, entries: [AcceptedEntry], note: [UInt8]?, accepted: Instant
    ) {
        self.lane = lane
        self.from = from
        self.entries = entries
        self.note = note
        self.accepted = accepted
    }

    /// The size after the advance.
    public var size: Int { from + entries.count }
}

/// Everything that one intake writes, in one transaction.
public struct IntakeBatch: Sendable {
    /// What to keep, in order.
    public var observations: [ObservationRecord]
    /// What was not let in.
    public var refusals: [IntakeRefusal]
    /// How far a peer's lane has been accepted with this batch; nil for other intake.
    public var advance: PeerLaneAdvance?
    /// Acts of another party in the register of provisions.
    public var acts: [RegisterActRow] = []
    /// What came in about notices.
    public var notices: [NoticeRow] = []

    /// Makes a batch.
    public init(
        observations: [ObservationRecord] = [], refusals: [IntakeRefusal] = [], advance: PeerLaneAdvance? = nil
    ) {
        self.observations = observations
        self.refusals = refusals
        self.advance = advance
    }
}

/// What became of one record.
public enum RecordVerdict: String, Hashable, Sendable {
    /// New, and now kept.
    case recorded
    /// The same intake, or the same series, time, revision and value, is already kept.
    case alreadyKnown = "already-known"
    /// The series already has another value at that time and revision: a correction needs a higher revision.
    case conflicting
}

/// What a batch did.
public struct RecordOutcome: Hashable, Sendable {
    /// One for each record of the batch, in order.
    public let verdicts: [RecordVerdict]
    /// Entries appended, by lane origin; lanes without a new entry are absent.
    public let appended: [String: Int]

    /// Makes an outcome.
    public init(verdicts: [RecordVerdict], appended: [String: Int]) {
        self.verdicts = verdicts
        self.appended = appended
    }

    /// How many records were new.
    public var recordedCount: Int { verdicts.count { $0 == .recorded } }
}
