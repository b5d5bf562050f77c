public import Accord
public import Series
import Synchronization

/// What a running node believes about its peers' keys: it can be exchanged while the node works, so that a rotation or a
/// revocation counts from the moment at which it is known.
public final class TrustBook: Sendable {
    private struct Pages {
        var rings: [PartyID: KeyRing]
        var pinned: [PartyID: VerifierKey]
        var trust: LaneTrust
    }

    private let pages: Mutex<Pages>
    private let witnesses: [PartyID: VerifierKey]

    /// A book with what is known at the start.
    ///
    /// - Parameter witnesses: the keys of witnesses, by conference; they stay as they are.
    public init(
        rings: [PartyID: KeyRing] = [:], pinned: [PartyID: VerifierKey] = [:],
        witnesses: [PartyID: VerifierKey] = [:]
    ) {
        self.witnesses = witnesses
        pages = Mutex(Pages(rings: rings, pinned: pinned, trust: .keyRings(rings, pinned: pinned)))
    }

    /// The rings as they stand.
    public var rings: [PartyID: KeyRing] { pages.withLock { $0.rings } }

    /// Puts other knowledge in the place of the old.
    ///
    /// - Returns: whether anything is different.
    @discardableResult
    public func replace(rings: [PartyID: KeyRing], pinned: [PartyID: VerifierKey]) -> Bool {
        pages.withLock { pages in
            guard pages.rings != rings || pages.pinned != pinned else { return false }
            pages = Pages(rings: rings, pinned: pinned, trust: .keyRings(rings, pinned: pinned))
            return true
        }
    }

    private var current: LaneTrust { pages.withLock { $0.trust } }

    /// The trust of a node, which follows the book.
    public var trust: LaneTrust {
        var trust = LaneTrust(
            joined: self.current.joined, checkpoint: { try self.current.checkpoint($0, $1, $2, $3) },
            receiptTime: { self.current.receiptTime($0, $1) })
        trust.witnesses = witnesses
        trust.alertKeys = { self.current.alertKeys($0) }
        return trust
    }
}
