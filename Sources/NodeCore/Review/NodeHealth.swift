public import Series
import Storage

/// How a node is, in numbers for its operators. Nothing of the river is in it.
public struct NodeHealth: Hashable, Sendable {
    /// One lane.
    public struct Lane: Hashable, Sendable {
        /// Its origin.
        public let origin: String
        /// Whether it is the node's own.
        public let isOwn: Bool
        /// Entries, signed or accepted.
        public let size: Int

        /// Makes a lane.
        public init(origin: String, isOwn: Bool, size: Int) {
            self.origin = origin
            self.isOwn = isOwn
            self.size = size
        }
    }

    /// The version of the program.
    public var version: String
    /// When the program started; nil where that is not known.
    public var started: Instant?
    /// Bytes of the database with its journal; nil where it cannot be seen.
    public var databaseBytes: Int?
    /// Free bytes of its disk; nil where it cannot be seen.
    public var freeBytes: Int?
    /// When the last forecast was made; nil before the first.
    public var lastCycle: Instant?
    /// What waits at the gate, by why it waits: `delayed`, `asked`, `held`.
    public var waiting: [String: Int]
    /// The lanes, by origin.
    public var lanes: [Lane]
    /// The lines to the peers, by peer.
    public var lines: [LineStanding]

    /// Makes a state.
    public init(
        version: String, started: Instant? = nil, databaseBytes: Int? = nil, freeBytes: Int? = nil,
        lastCycle: Instant? = nil, waiting: [String: Int] = [:], lanes: [Lane] = [], lines: [LineStanding] = []
    ) {
        self.version = version
        self.started = started
        self.databaseBytes = databaseBytes
        self.freeBytes = freeBytes
        self.lastCycle = lastCycle
        self.waiting = waiting
        self.lanes = lanes
        self.lines = lines
    }
}

extension Node {
    /// What the node's store tells of its health; the rest is for whoever runs it to fill in.
    public func health(version: String) throws -> NodeHealth {
        let board = try exchangeBoard()
        let waiting = Dictionary(grouping: try gateQueue()) { $0.state.rawValue }.mapValues(\.count)
        let lanes =
            board.own.map { NodeHealth.Lane(origin: $0.origin, isOwn: true, size: $0.size) }
            + board.peers.map { NodeHealth.Lane(origin: $0.origin, isOwn: false, size: $0.size) }
        return NodeHealth(
            version: version, lastCycle: try database.lastCycle(), waiting: waiting,
            lanes: lanes.sorted { $0.origin < $1.origin })
    }
}
