/// What a simulated disk does wrong; the plain value is an honest disk.
public struct DiskFaults: Hashable, Sendable {
    /// The machine loses power at that change of the disk, counted from now, the next one being 1; nil for never.
    public var crashAtChange: Int?
    /// Whether a whole file that the crash hits is in place afterwards; the crash comes just before its rename or just after.
    public var crashKeepsRename = false
    /// Syncs answer that all is well and make nothing durable.
    public var losesSyncs = false
    /// Syncs of the database answer that all is well and make nothing durable, while whole files are written as they should:
    /// what is derived outlives what it is derived from.
    public var losesDatabaseSyncs = false
    /// Bytes that all files together may have; nil for no limit.
    public var room: Int?
    /// The write of a database file, counted from now, that stores half of its bytes and says so; nil for none.
    public var shortWriteAt: Int?
    /// The read of a database file, counted from now, in which one bit is flipped; nil for none.
    public var flipAtRead: Int?

    /// An honest disk.
    public init() {}
}

/// How much of what was not synced is on the disk after a crash.
public enum CrashSurvival: String, CaseIterable, Sendable {
    /// Nothing.
    case nothing
    /// Everything, as when only the process dies.
    case everything
    /// A subset of the 512-byte sectors that the seed chooses, the last one possibly torn.
    case someSectors
}

/// A fault that a simulated disk has played, for the trace.
public struct DiskEvent: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Kind: String, Sendable {
        /// Power was lost.
        case crash
        /// The disk was full.
        case full
        /// A write stored only half.
        case shortWrite
        /// A read returned a flipped bit.
        case flippedRead
        /// A stored bit was flipped.
        case flippedBit
    }

    /// What happened.
    public let kind: Kind
    /// The file.
    public let path: String

    /// One line.
    public var description: String { "\(kind.rawValue) \(path)" }
}

/// A simulated disk does not do what was asked.
public struct DiskFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds.
    public enum Reason: String, Sendable {
        /// The machine is down: the disk must be restarted.
        case down
        /// No room is left.
        case full
    }

    /// Why.
    public let reason: Reason
    /// The file.
    public let path: String

    /// One line for people.
    public var description: String {
        switch reason {
        case .down: "the machine went down at \(path)"
        case .full: "no room is left for \(path)"
        }
    }
}
