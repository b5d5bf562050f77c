public import Accord
public import Series

/// Why something was not let in.
public enum IntakeRefusalReason: Hashable, Sendable {
    /// The agreement does not let this party have it.
    case agreement(Verdict)
    /// Another party's series that is not published: it comes only through its provider's lane.
    case notThroughLane(SeriesID)
    /// The lane belongs to another party than the series.
    case foreignSeries(SeriesID)
    /// The clause that grants it belongs to another audience than the lane.
    case otherAudience(SeriesID)
    /// The series already has another value at that time and revision.
    case conflicting(SeriesID)
    /// The checkpoint, an entry or a hash is not what the provider signed.
    case tampered(String)
    /// The lane is shorter than what was accepted, or has another history: evidence to keep.
    case otherHistory(String)
    /// An entry of the lane is of a type or form that this version does not know.
    case unreadableEntry
    /// A message names a clause that does not let its sender tell it to this party.
    case otherClause(String)
    /// A receipt is not what its reader signed, or covers a checkpoint that the provider did not sign.
    case falseReceipt

    /// A short word for machines.
    public var code: String {
        switch self {
        case .agreement: "not-granted"
        case .notThroughLane: "not-through-lane"
        case .foreignSeries: "foreign-series"
        case .otherAudience: "other-audience"
        case .conflicting: "conflicting"
        case .tampered: "tampered"
        case .otherHistory: "other-history"
        case .unreadableEntry: "unreadable-entry"
        case .otherClause: "other-clause"
        case .falseReceipt: "false-receipt"
        }
    }

    /// One sentence for people at the command line, in English. It names no series and no value that the node may not see.
    public var sentence: String {
        switch self {
        case .agreement: "the agreement does not let this party have it"
        case .notThroughLane: "another party's series comes only through its provider's lane"
        case .foreignSeries: "the lane belongs to another party than the series"
        case .otherAudience: "the clause that grants it belongs to another audience than the lane"
        case .conflicting:
            "another value is already kept for that time and revision; a correction needs a higher revision"
        case .tampered(let what): "what was fetched is not what the provider signed: \(what)"
        case .otherHistory(let what): "the lane has another history than the one accepted before: \(what)"
        case .unreadableEntry: "an entry of the lane is of a type or form that this version does not know"
        case .otherClause(let clause): "the clause \(clause) does not let its sender tell it to this party"
        case .falseReceipt: "a receipt is not what its reader signed, or covers what the provider did not sign"
        }
    }
}

/// What became of one reading that came in.
public struct IntakeOutcome: Hashable, Sendable {
    /// What became of it.
    public enum Result: Hashable, Sendable {
        /// New, and now kept.
        case recorded
        /// Already kept.
        case alreadyKnown
        /// Not let in.
        case refused(IntakeRefusalReason)
    }

    /// Where it came from.
    public let origin: String
    /// What became of it.
    public let result: Result
}
