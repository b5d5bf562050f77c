import Accord
public import Series
import Storage

extension Node {
    /// s after which a difference that lasts is stated again.
    static let clockPeriod: Int64 = 3_600
    /// s between two statements about one clock, whatever it does.
    static let clockPause: Int64 = 600

    /// Stands for a clause where the node's list of approvals says why an entry was let out.
    private static let clockClause = "clock"

    /// States in the narrowest lane for a peer how far its clock differs from this one, where it does: so that both sides'
    /// reports know by which clock a receipt was dated. A difference that lasts is stated each hour, its end once.
    ///
    /// - Parameters:
    ///   - ahead: ms that the peer's clock is ahead; negative when it is behind.
    ///   - within: ms by which that may be wrong, 0 or more.
    /// - Returns: whether anything was written.
    @discardableResult
    public func state(clockOf peer: PartyID, ahead: Int64, within: Int64) throws -> Bool {
        let now = effects.now()
        let clock = LaneClock(peer: peer, ahead: ahead, within: within, measured: now)
        if let last = statedClocks[peer] {
            guard now - last.measured >= Node.clockPause || now < last.measured else { return false }
            let isOther = abs(clock.ahead - last.ahead) > LaneClock.tolerance * 1_000
            let isDue = clock.differs && now - last.measured >= Node.clockPeriod
            guard clock.differs != last.differs || (clock.differs && isOther) || isDue else { return false }
        } else {
            guard clock.differs else { return false }
        }
        guard let place = narrowestPlace(for: peer), try database.hold(of: place.origin) == nil else { return false }
        _ = try append(.clock(clock), to: place, clause: Node.clockClause, by: "this node")
        statedClocks[peer] = clock
        effects.log("stated in \(place.origin): the clock of \(peer) differs by \(ahead / 1_000) s")
        return true
    }
}
