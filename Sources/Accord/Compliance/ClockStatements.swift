import Series

/// What signers of receipts have stated about their own clocks, from the lanes that a manifest names.
struct ClockStatements {
    private struct Pair: Hashable {
        let signer: PartyID
        let provider: PartyID
    }

    /// By signer and provider, in the order of their times.
    private let byPair: [Pair: [LaneClock]]

    /// - Parameter lanes: each lane's provider with what it states.
    init(_ lanes: [(signer: PartyID, clocks: [LaneClock])]) {
        var byPair: [Pair: [LaneClock]] = [:]
        for lane in lanes {
            for clock in lane.clocks {
                byPair[Pair(signer: lane.signer, provider: clock.peer), default: []].append(clock)
            }
        }
        self.byPair = byPair.mapValues { clocks in
            clocks.sorted { ($0.measured, $0.ahead, $0.within) < ($1.measured, $1.ahead, $1.within) }
        }
    }

    /// s that a signer's clock was ahead of a provider's when it dated a receipt, by its own word; negative when it was behind,
    /// 0 where it states no difference beyond ``LaneClock/tolerance``.
    ///
    /// The last statement before the receipt counts, for ``LaneClock/validity``; where there is none, one that follows within
    /// an hour: the first exchange with a wrong clock comes before the first statement about it.
    func ahead(of signer: PartyID, against provider: PartyID, at time: Instant) -> Int64 {
        guard let clocks = byPair[Pair(signer: signer, provider: provider)] else { return 0 }
        let next = clocks.partitioningIndex { $0.measured > time }
        let before = next > 0 && time - clocks[next - 1].measured <= LaneClock.validity ? clocks[next - 1] : nil
        let after = next < clocks.count && clocks[next].measured - time <= LaneClock.validity / 2 ? clocks[next] : nil
        guard let clock = before ?? after, clock.differs else { return 0 }
        // The peer's clock behind the signer's: the signer's is ahead. Rounded away from zero, with what is uncertain.
        let margin = Double(clock.within) / 1_000
        let seconds = -Double(clock.ahead) / 1_000
        return Int64((seconds > 0 ? seconds + margin : seconds - margin).rounded(.awayFromZero))
    }
}
