import Series

/// What must hold after every step.
enum Invariant: String, CaseIterable, Sendable {
    /// Every replica is a prefix of its provider's lane.
    case replicaIsPrefix = "every replica is a prefix"
    /// Nothing that was acknowledged is lost.
    case acknowledgedIsKept = "nothing acknowledged is lost"
    /// Nothing that was not granted stands anywhere.
    case nothingUngrantedStands = "nothing ungranted stands anywhere"
    /// Nothing that was not granted leaves its provider.
    case nothingUngrantedLeaves = "nothing ungranted leaves"
    /// No signed checkpoint or receipt is ahead of durable data.
    case signedIsDurable = "what is signed is durable"
    /// Every fault is named.
    case faultIsNamed = "every fault is named"
    /// Equal manifests give equal reports.
    case reportsAreEqual = "equal manifests give equal reports"
    /// When everything is whole again, every replica is complete.
    case healedIsComplete = "what is healed is complete"
}

/// An invariant that does not hold.
struct BrokenInvariant: Error, CustomStringConvertible {
    let invariant: Invariant
    let party: PartyID
    let detail: String

    var description: String { "\(invariant.rawValue): \(party): \(detail)" }
}

/// A fault that is built in on purpose, to see that the simulation finds it. The program has no such switches: each is a
/// false disk, a false paper or a false door around an unchanged node.
enum PlantedBug: String, CaseIterable, Sendable {
    /// Lane files become durable, the database that they are made of does not.
    case checkpointBeforeData
    /// A reader believes every checkpoint, whoever has signed it.
    case skippedProof
    /// Syncs do nothing.
    case lostSync
    /// A provider hands its lanes to whoever asks; only the reader looks at the agreement.
    case policyAtTheReaderOnly
    /// A text for one partner goes into the lane of all.
    case restrictedTextInCommonLane
}
