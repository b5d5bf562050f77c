public import Series

/// One value that is due: observed in a span (of one moment where the document states the step), by a time, to a reader.
struct DueValue {
    let clause: String
    /// nil where the document does not say which.
    let series: SeriesID?
    let reader: DutyReader
    let observed: ClosedRange<Instant>
    /// Which of several values of the span it is, from 0 in the order in which they entered the lane.
    let rank: Int
    let due: Instant?
    let unknown: Term?
    /// Of a notice that a reading sets off: until when a message belongs to it, the next reading that sets one off.
    var noticeUntil: Instant?

    /// The time by which it belongs to a period.
    var moment: Instant { due ?? observed.upperBound }
}

/// One value that was due, judged, with the evidence that decides.
struct JudgedDelivery {
    let value: DueValue
    let standing: ComplianceStanding
    /// The row that delivers it.
    var row: LaneEvidence.Row?
    /// The receipt that decides.
    var receipt: ReceiptEvidence?
    /// The receipt of another signer that speaks against it.
    var other: ReceiptEvidence?
    /// s by which it was late.
    var lateBy: Int64?
    var reason: AgreedReason?
    var isDelivered = false
    var isCorrected = false
    var isWithdrawn = false
    var isEstimated = false

    /// Whether two clocks differ that decide: the deciding receipt is dated before the provider says that it had the reading, or
    /// its signer states that its clock and the provider's differ.
    var isSkewed: Bool {
        guard let row, let receipt, receipt.size > row.index else { return false }
        return receipt.ahead != 0 || receipt.time < row.received
    }

    init(_ value: DueValue, _ standing: ComplianceStanding) {
        self.value = value
        self.standing = standing
    }
}

/// Why something need not have been there, as far as both sides have agreed.
public struct AgreedReason: Hashable, Sendable {
    /// The clause of the obstacle or of the notice.
    public let clause: String
    /// The lane that holds the notice; nil for an obstacle that the document itself states.
    public let lane: String?
    /// The index of the notice.
    public let index: Int?
}

/// Who is owed something.
public enum DutyReader: Hashable, Comparable, Sendable {
    /// A party.
    case party(PartyID)
    /// Everybody: it is published.
    case everybody
    /// The document does not say.
    case undisclosed

    /// The party's id, `public`, or nothing.
    public var text: String {
        switch self {
        case .party(let party): party.text
        case .everybody: "public"
        case .undisclosed: ""
        }
    }

    /// By the bytes of the text.
    public static func < (left: DutyReader, right: DutyReader) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

/// Judges the values that a lane owes to one reader.
struct DeliveryJudge {
    /// The lane; nil when the manifest names none.
    let lane: JudgedLane?
    let reader: DutyReader
    /// Whether both sides take part.
    let isJoined: Bool
    /// The agreed reason that covers a due value, if any.
    let reason: (DueValue) -> AgreedReason?

    /// How a due value stands.
    ///
    /// On time as soon as any signer's receipt that covers it is not later than the deadline, unless the reader to whom it
    /// is owed has a receipt of its own that is later: then it is disputed. Late only where something shows that it was
    /// not there before the deadline: the provider's own time of reception, a receipt after the deadline without it, or a
    /// receipt of the reader inside the window without it.
    func judge(_ value: DueValue) -> JudgedDelivery {
        guard isJoined else { return JudgedDelivery(value, .notJoined) }
        let found = value.series.flatMap { self.found(value, of: $0) }
        if value.unknown != nil { return described(JudgedDelivery(value, .unknownTerm), found) }
        guard let lane, value.series != nil else { return excused(JudgedDelivery(value, .open)) }
        guard let found, found.isStanding else {
            let isPast = value.due.map { due in lane.horizon.map { $0 >= due } ?? false } ?? false
            return excused(described(JudgedDelivery(value, isPast ? .missing : .open), found))
        }
        return excused(described(delivered(value, found.first, lane), found))
    }

    private func found(_ value: DueValue, of series: SeriesID) -> JudgedLane.Value? {
        guard let end = value.noticeUntil else {
            return lane?.value(of: series, in: value.observed, rank: value.rank)
        }
        return lane?.notice(under: value.clause, about: series, onset: value.observed.lowerBound, until: end)
    }

    private func described(_ judged: JudgedDelivery, _ found: JudgedLane.Value?) -> JudgedDelivery {
        guard let found else { return judged }
        var judged = judged
        judged.row = found.first
        judged.isDelivered = found.isStanding
        judged.isWithdrawn = !found.isStanding
        judged.isCorrected = found.isCorrected
        judged.isEstimated = found.latest.known == .estimated
        return judged
    }

    private func delivered(_ value: DueValue, _ row: LaneEvidence.Row, _ lane: JudgedLane) -> JudgedDelivery {
        let own = ownLine(lane)?.earliest(covering: row.index)
        let any = lane.everyone.earliest(covering: row.index)
        guard let due = value.due else {
            var judged = JudgedDelivery(value, any == nil ? .readerOffline : .noDeadline)
            judged.receipt = own ?? any
            return judged
        }
        if let own, own.judged <= due {
            var judged = JudgedDelivery(value, .onTime)
            judged.receipt = own
            return judged
        }
        if let any, any.judged <= due {
            var judged = JudgedDelivery(value, own == nil ? .onTime : .disputed)
            judged.receipt = own ?? any
            judged.other = own == nil ? nil : any
            return judged
        }
        return afterDeadline(value, row, due: due, cover: any, lane)
    }

    /// No receipt shows it there by the deadline: late where something shows that it was not there, else unknown.
    private func afterDeadline(
        _ value: DueValue, _ row: LaneEvidence.Row, due: Instant, cover: ReceiptEvidence?, _ lane: JudgedLane
    ) -> JudgedDelivery {
        let without = lane.everyone.latest(withoutEntry: row.index).flatMap { $0.judged > due ? $0 : nil }
        let ownWord = row.received > due ? row.received : nil
        let start = min(value.observed.upperBound, due)
        let hasLooked = cover != nil && ownLine(lane)?.hasReceipt(in: start...due) == true
        guard without != nil || ownWord != nil || hasLooked else {
            var judged = JudgedDelivery(value, .readerOffline)
            judged.receipt = cover
            return judged
        }
        var judged = JudgedDelivery(value, .late)
        judged.receipt = cover ?? without
        let shown = [without?.judged, ownWord].compactMap(\.self).max()
        judged.lateBy = (cover?.judged ?? shown ?? due) - due
        return judged
    }

    private func ownLine(_ lane: JudgedLane) -> ReceiptLine? {
        if case .party(let party) = reader { lane.lines[party] } else { lane.everyone }
    }

    /// What is late, missing or open has an agreed reason where one covers it.
    private func excused(_ judged: JudgedDelivery) -> JudgedDelivery {
        guard [.late, .missing, .open].contains(judged.standing), let reason = reason(judged.value) else {
            return judged
        }
        var excused = JudgedDelivery(judged.value, .agreedReason)
        excused.row = judged.row
        excused.receipt = judged.receipt
        excused.lateBy = judged.lateBy
        excused.isDelivered = judged.isDelivered
        excused.isCorrected = judged.isCorrected
        excused.isWithdrawn = judged.isWithdrawn
        excused.isEstimated = judged.isEstimated
        excused.reason = reason
        return excused
    }
}
