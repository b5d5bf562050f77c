import Accord
public import Series

/// When a peer is asked again: at a steady pace while it answers, ever later while it does not, never all peers at once.
public struct PeerSchedule: Hashable, Sendable {
    /// s between two polls of a peer that answers.
    public static let poll = 30.0
    /// s after the first failure.
    public static let firstWait = 2.0
    /// s at most, however long a peer has been silent.
    public static let longestWait = 60.0

    /// Failures in a row.
    public private(set) var failures = 0

    /// Nothing has been asked yet.
    public init() {}

    /// The peer has answered.
    public mutating func succeeded() { failures = 0 }

    /// The peer has not answered.
    public mutating func failed() { failures += 1 }

    /// s until the next attempt.
    ///
    /// - Parameter chance: 0..<1, so that many nodes do not come at the same moment: the wait is shortened by up to a half
    ///   after failures, by up to a tenth otherwise.
    public func wait(chance: Double) -> Double {
        precondition(chance >= 0 && chance < 1, "a chance is 0 or more and below 1")
        guard failures > 0 else { return PeerSchedule.poll * (1 - chance / 10) }
        var wait = PeerSchedule.firstWait
        for _ in 1..<failures where wait < PeerSchedule.longestWait { wait *= 2 }
        return min(wait, PeerSchedule.longestWait) * (1 - chance / 2)
    }
}

/// How the line to a peer has been.
public struct LineStanding: Hashable, Sendable {
    /// The peer.
    public let peer: PartyID
    /// When it last answered; nil when it never has.
    public var lastAnswer: Instant?
    /// Since when it has not answered; nil while it does.
    public var silentSince: Instant?
    /// Why it last did not, in a word; nil while it does.
    public var failure: Failure?
    /// Why it last did not, for the log; nil while it does.
    public var fault: String?
    /// ms from a request to its answer, the least of the last readings; nil before the first.
    public private(set) var roundTrip: Int64?
    /// How far its clock is ahead of this node's, ms, from the reading with the least round trip; nil before the first.
    public private(set) var skew: Int64?

    /// Why a peer does not answer, in a word that pages have texts for.
    public enum Failure: String, Hashable, Sendable, CaseIterable {
        /// The other end shows a certificate that is not believed.
        case certificate
        /// The other end does not let this node in.
        case notLetIn = "not-let-in"
        /// Nobody answers.
        case noAnswer = "no-answer"
        /// What was answered is not usable.
        case unusable
        /// It answers, and this node cannot keep what it answers: the own disk, the own database.
        case notKept = "not-kept"
    }

    private var readings: [(roundTrip: Int64, skew: Int64)] = []

    /// Readings that are looked at.
    public static let remembered = 16

    /// Nothing is known yet.
    public init(peer: PartyID) { self.peer = peer }

    /// Takes a reading of the peer's clock.
    ///
    /// - Parameters:
    ///   - roundTrip: ms, 0 or more.
    ///   - skew: ms that the peer's clock is ahead, known to half the round trip.
    public mutating func note(roundTrip: Int64, skew: Int64) {
        readings.append((roundTrip, skew))
        if readings.count > LineStanding.remembered { readings.removeFirst() }
        let best = readings.min { $0.roundTrip < $1.roundTrip }
        self.roundTrip = best?.roundTrip
        self.skew = best?.skew
    }

    /// Whether the two clocks differ by more than is tolerated, whatever the line has added.
    public var isSkewed: Bool {
        guard let skew, let roundTrip else { return false }
        return abs(skew) - roundTrip / 2 > LaneClock.tolerance * 1000
    }

    /// Equal when everything that is shown is equal.
    public static func == (left: LineStanding, right: LineStanding) -> Bool {
        left.peer == right.peer && left.lastAnswer == right.lastAnswer && left.silentSince == right.silentSince
            && left.failure == right.failure && left.fault == right.fault && left.roundTrip == right.roundTrip
            && left.skew == right.skew
    }

    /// Hashes what is shown.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(peer)
        hasher.combine(lastAnswer)
        hasher.combine(skew)
    }
}
