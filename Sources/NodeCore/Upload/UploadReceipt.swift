public import Formats
public import Series

/// One row of a post and what became of it.
public struct UploadRow: Hashable, Sendable {
    /// What became of a row; of one that was only checked, what would.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// New, and kept.
        case taken
        /// Kept before, with the same value.
        case known = "already-known"
        /// Kept, in place of another value, which stays known.
        case corrected
        /// Not kept.
        case refused
    }

    /// The line of the table, or the place in a JSON array; from 1.
    public let line: Int
    /// What became of it.
    public var verdict: Verdict
    /// Why it was refused; nil for any other verdict.
    public var reason: UploadReason?
    /// Which series; nil where the row could not be read.
    public let series: SeriesID?
    /// When the water stood there, or for when a release is intended.
    public let observed: Instant?
    /// In the unit of the property's standard name.
    public let value: Double?
    /// What was done on reading, `converted from cm to m`; nil when nothing was.
    public let remark: String?
    /// What the node's checks say of a value that was kept now; nil for any other row.
    public var quality: Quality?

    /// Whether the value was kept although the checks doubt it.
    public var isDoubted: Bool { quality == .suspect || quality == .fail }
}

/// What became of one post.
public struct UploadReceipt: Hashable, Sendable {
    /// The id, `20260914T080000Z-1f2e3d4c`; it is part of the origin of every reading that the post brought.
    public let id: String
    /// Who has posted.
    public let uploader: UploaderID
    /// When, on the node's clock.
    public let at: Instant
    /// Whether the rows were only checked and nothing was kept.
    public let isCheck: Bool
    /// One a value, in the order of lines.
    public var rows: [UploadRow]

    /// How many rows had a verdict.
    public func count(_ verdict: UploadRow.Verdict) -> Int { rows.count { $0.verdict == verdict } }
}

/// How a post is meant.
public struct UploadWish: Hashable, Sendable {
    /// Whether nothing is to be kept.
    public var onlyChecks = false
    /// Whether readings older than ``UploadRules/oldestDays`` are meant.
    public var meansOld = false
    /// Whether another value than the kept one replaces it.
    public var corrects = false

    /// The usual one: keep what is new, refuse what is old or contradicts.
    public init(onlyChecks: Bool = false, meansOld: Bool = false, corrects: Bool = false) {
        self.onlyChecks = onlyChecks
        self.meansOld = meansOld
        self.corrects = corrects
    }
}
