import Accord
import Series

/// A reading by what makes it one.
struct ReadingKey: Hashable, Comparable, Sendable {
    let series: SeriesID
    let observed: Instant
    let revision: Int

    static func < (left: ReadingKey, right: ReadingKey) -> Bool {
        (left.series, left.observed, left.revision) < (right.series, right.observed, right.revision)
    }
}

/// A lane as its provider has it, seen from outside.
struct KnownLane {
    private(set) var leaves: [[UInt8]] = []
    /// The root of the first n entries, by n.
    private(set) var roots: [[UInt8]] = [MerkleTree.emptyRoot]
    private var tree = MerkleFrontier()

    mutating func append(_ leaf: [UInt8]) {
        tree.append(leaf)
        leaves.append(leaf)
        roots.append(tree.root)
    }
}

/// What a party has been told is safe.
struct Ledger {
    /// Own readings whose intake has returned.
    var acknowledged: [ReadingKey: Double] = [:]
    /// Entries of a peer's lane that a pull has returned, by origin.
    var accepted: [String: Int] = [:]
    /// The largest checkpoint of an own lane that somebody has seen, by origin.
    var shown: [String: Int] = [:]
}
