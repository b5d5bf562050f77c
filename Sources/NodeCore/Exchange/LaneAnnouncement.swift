import Accord

/// A lane has a new signed checkpoint; small news come with the entries themselves.
public struct LaneAnnouncement: Hashable, Sendable {
    /// The lane's origin.
    public let origin: String
    /// The signed checkpoint: whoever gets it believes the signature, not the line.
    public let note: [UInt8]
    /// The index of the first entry that comes along.
    public let from: Int
    /// Entries from there on, as a bundle holds them; empty when they are to be fetched.
    public let entries: [UInt8]

    /// Bytes of entries that come along at most: what a narrow line carries in half a second.
    public static let longestEntries = 4_096
    /// Entries that come along at most.
    public static let mostEntries = 32

    /// Makes an announcement.
    public init(origin: String, note: [UInt8], from: Int = 0, entries: [UInt8] = []) {
        self.origin = origin
        self.note = note
        self.from = from
        self.entries = entries
    }

    /// What a later announcement of the same lane makes of this one that has not been used yet: its entries are kept where
    /// they join.
    public func followed(by next: LaneAnnouncement) -> LaneAnnouncement {
        guard next.origin == origin, !entries.isEmpty, !next.entries.isEmpty,
            let count = LaneTiles.entries(inBundle: entries)?.count, next.from == from + count,
            entries.count + next.entries.count <= 1 << 20
        else { return next }
        return LaneAnnouncement(origin: origin, note: next.note, from: from, entries: entries + next.entries)
    }

    /// The entries of a range of indices, where they have come along; nil where they have not.
    func entries(_ range: Range<Int>) -> [[UInt8]]? {
        guard !entries.isEmpty, let all = LaneTiles.entries(inBundle: entries), from <= range.lowerBound,
            range.upperBound <= from + all.count
        else { return nil }
        return Array(all[(range.lowerBound - from)..<(range.upperBound - from)])
    }
}
