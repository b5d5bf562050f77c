import Series

/// How one value that was due stands, in a neighbour's words.
public enum ComplianceStanding: String, Sendable, CaseIterable, Hashable {
    /// A receipt that covers it is not later than the deadline.
    case onTime = "on-time"
    /// Delivered; the document states no deadline to judge by.
    case noDeadline = "no-deadline"
    /// The earliest receipt that covers it is later than the deadline, and something shows that it was not there before.
    case late
    /// The lane, as signed after the deadline, holds no such value.
    case missing
    /// Late by the clock of the reader to whom it is owed, on time by another's.
    case disputed
    /// It stands in the lane, and no receipt tells since when.
    case readerOffline = "reader-offline"
    /// Not there in time, and the agreement or a notice of an outage says why.
    case agreedReason = "agreed-reason"
    /// One of the two parties keeps no lane and gives no receipt.
    case notJoined = "not-joined"
    /// A term that decides is not public.
    case unknownTerm = "unknown-term"
    /// The evidence ends before it could tell.
    case open
}

/// How a provision stands, in one word for people.
public enum ComplianceWord: String, Sendable, CaseIterable, Hashable {
    /// Everything that was due is there, and in time where a time is stated.
    case delivered
    /// What was not there in time has a reason on which both sides have agreed.
    case agreedReason = "agreed-reason"
    /// Something is still open.
    case open
    /// A term that decides is not public.
    case unknownTerm = "unknown-term"
    /// One of the two parties has not joined.
    case notJoined = "not-joined"
}

/// What the values that were due came to: counts of values, and how late the late ones were.
///
/// ``due`` is the sum over the standings; ``delivered``, ``corrected``, ``withdrawn`` and ``estimated`` cut across them.
public struct ComplianceCounts: Hashable, Sendable {
    /// How many values stand how; standings that do not occur are absent.
    public private(set) var standings: [ComplianceStanding: Int] = [:]
    /// Of those due, the values that stand in the lane and have not been taken back.
    public private(set) var delivered = 0
    /// Of the delivered ones, those that a later revision corrects.
    public private(set) var corrected = 0
    /// Of those due, values that were delivered and taken back by a tombstone, without another in their place.
    public private(set) var withdrawn = 0
    /// Of the delivered ones, those that the provider marks as estimated.
    public private(set) var estimated = 0
    /// Of the delivered ones, those whose deciding receipt is dated by a clock that differs from the provider's: before the
    /// provider had the reading, or by its signer's own word.
    public private(set) var skewed = 0
    private var late: [Int64] = []
    /// Readings in the lane that were observed in the period, due or not.
    public var readings = 0

    /// Nothing was due.
    public init() {}

    /// Values due.
    public var due: Int { standings.values.reduce(0, +) }

    /// How many values stand in a way.
    public func count(_ standing: ComplianceStanding) -> Int { standings[standing] ?? 0 }

    /// s by which each late value was late, sorted.
    public var lateSeconds: [Int64] { late.sorted() }

    /// s, the median of how late the late values were, of an even number the lower of the middle two; nil when none was.
    public var medianLate: Int64? { late.isEmpty ? nil : late.sorted()[(late.count - 1) / 2] }

    /// s by which the latest value was late; nil when none was.
    public var worstLate: Int64? { late.max() }

    /// The word that sums up the counts: what is still open outweighs what is explained.
    public var word: ComplianceWord {
        let due = due
        if due == 0 { return readings > 0 ? .delivered : .open }
        if count(.notJoined) == due { return .notJoined }
        if count(.unknownTerm) > 0 { return .unknownTerm }
        let undecided: [ComplianceStanding] = [.late, .missing, .disputed, .readerOffline, .open]
        if undecided.contains(where: { count($0) > 0 }) { return .open }
        return count(.agreedReason) > 0 ? .agreedReason : .delivered
    }

    /// Adds one judged value.
    mutating func add(_ judged: JudgedDelivery) {
        standings[judged.standing, default: 0] += 1
        if judged.isDelivered { delivered += 1 }
        if judged.isDelivered, judged.isCorrected { corrected += 1 }
        if judged.isWithdrawn { withdrawn += 1 }
        if judged.isDelivered, judged.isEstimated { estimated += 1 }
        if judged.isDelivered, judged.isSkewed { skewed += 1 }
        if judged.standing == .late, let seconds = judged.lateBy { late.append(seconds) }
    }

    /// Adds the counts of another group.
    mutating func add(_ other: ComplianceCounts) {
        for (standing, count) in other.standings { standings[standing, default: 0] += count }
        delivered += other.delivered
        corrected += other.corrected
        withdrawn += other.withdrawn
        estimated += other.estimated
        readings += other.readings
        skewed += other.skewed
        late += other.late
    }
}
