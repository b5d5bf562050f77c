public import Series

/// Everything that a node asks of the world: clock, chance, disk and log arrive as values, so that several nodes run in one
/// test process.
public struct Effects: Sendable {
    /// The time.
    public var now: @Sendable () -> Instant
    /// That many bytes that nobody can foresee.
    public var randomBytes: @Sendable (_ count: Int) -> [UInt8]
    /// The node's folder.
    public var disk: Disk
    /// Takes one line for whoever runs the node. Lines hold counts and ids that the node itself may see, never values.
    public var log: @Sendable (_ line: String) -> Void

    /// Makes effects.
    public init(
        now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8], disk: Disk,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.disk = disk
        self.log = log
    }
}

/// The node's folder as the node sees it; paths are relative.
public struct Disk: Sendable {
    /// Writes a file so that it appears whole, and does not return before it is durable.
    public var write: @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void
    /// The bytes of a file; nil when there is none.
    public var read: @Sendable (_ path: String) throws -> [UInt8]?
    /// Takes a file away; nothing happens when there is none.
    public var remove: @Sendable (_ path: String) throws -> Void

    /// Makes a disk.
    public init(
        write: @escaping @Sendable (String, [UInt8]) throws -> Void,
        read: @escaping @Sendable (String) throws -> [UInt8]?,
        remove: @escaping @Sendable (String) throws -> Void
    ) {
        self.write = write
        self.read = read
        self.remove = remove
    }
}

/// The line to one peer: it carries bytes only.
public struct LaneLink: Sendable {
    /// Fetches a file that the peer serves, `lanes/<agreement>/<party>/<audience>/...`; nil when the peer has none.
    ///
    /// Throws when the line is down or the peer does not answer.
    public var fetch: @Sendable (_ path: String) async throws -> [UInt8]?
    /// Fetches the end of such a file from a byte on, or the whole of it where the line cannot do so; nil when there is none.
    public var fetchTail: @Sendable (_ path: String, _ offset: Int) async throws -> FetchedTail?
    /// Requests that may be under way at once, 1 or more.
    public var window: Int
    /// Whether the peer itself answers, now; false for files that were carried here and say only what was.
    public var isLive = true

    /// Makes a link.
    ///
    /// - Parameters:
    ///   - fetchTail: by default the whole file.
    ///   - window: 1 for a line whose requests must come one after the other.
    public init(
        fetch: @escaping @Sendable (String) async throws -> [UInt8]?,
        fetchTail: (@Sendable (String, Int) async throws -> FetchedTail?)? = nil, window: Int = 1
    ) {
        precondition(window >= 1, "a line carries one request at least")
        self.fetch = fetch
        self.fetchTail = fetchTail ?? { path, _ in try await fetch(path).map { FetchedTail(bytes: $0, isTail: false) } }
        self.window = window
    }
}

/// A file, or its end.
public struct FetchedTail: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]
    /// Whether they begin at the byte that was asked for; false when they are the whole file.
    public let isTail: Bool

    /// Makes one.
    public init(bytes: [UInt8], isTail: Bool) {
        self.bytes = bytes
        self.isTail = isTail
    }
}

/// The line to a peer does not carry: the pull is tried again later, nothing is lost.
public struct LinkDown: Error, Sendable {
    /// The peer at the other end.
    public let peer: PartyID
    /// What the line said.
    public let reason: String
    /// What the line threw.
    public let cause: any Error

    /// Makes one from what a line threw.
    public init(peer: PartyID, cause: any Error) {
        self.peer = peer
        self.cause = cause
        reason = "\(cause)"
    }
}
