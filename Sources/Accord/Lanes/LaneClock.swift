public import Series

/// How far another party's clock differed from the writer's, as the writer's node measured it at an exchange.
///
/// A node writes one by itself where the difference is more than ``tolerance``, again each hour while it lasts, and once when
/// it has ended. It counts only for receipts of the writer: whoever states that the own clock and another's differ speaks
/// about the own times.
public struct LaneClock: Hashable, Sendable {
    /// s by which two clocks may differ before figures that rest on them are marked.
    public static let tolerance: Int64 = 60
    /// s for which a statement says something about the writer's receipts.
    public static let validity: Int64 = 7_200

    /// Whose clock was compared with the writer's.
    public let peer: PartyID
    /// ms that the peer's clock was ahead of the writer's; negative when it was behind.
    public let ahead: Int64
    /// ms by which ``ahead`` may be wrong, half of the round trip; 0 or more.
    public let within: Int64
    /// When it was measured, by the writer's clock.
    public let measured: Instant

    /// Makes a statement; a negative ``within`` is a bug of the caller.
    public init(peer: PartyID, ahead: Int64, within: Int64, measured: Instant) {
        precondition(within >= 0, "an uncertainty is not negative")
        self.peer = peer
        self.ahead = ahead
        self.within = within
        self.measured = measured
    }

    /// Whether the two clocks differ by more than is tolerated, whatever the line has added.
    public var differs: Bool { Double(ahead).magnitude - Double(within) > Double(LaneClock.tolerance * 1_000) }

    init?(_ fields: EntryFields) {
        guard fields.count == 5, let peer = fields.text("peer").flatMap({ PartyID($0) }),
            let ahead = fields.integer("ahead"), let within = fields.index("within"),
            let measured = fields.instant("measured")
        else { return nil }
        self.init(peer: peer, ahead: ahead, within: Int64(within), measured: measured)
    }

    var cbor: CBOR {
        .map([
            "type": .text("clock-1"), "peer": .text(peer.text), "ahead": .integer(ahead), "within": .integer(within),
            "measured": .instant(measured),
        ])
    }
}
