import Accord
import GRDB
public import Series

/// A checkpoint of an own lane, as it was signed.
public struct SignedCheckpoint: Hashable, Sendable {
    /// Entries covered.
    public let size: Int
    /// The root hash, 32 bytes.
    public let root: [UInt8]
    /// The signed note.
    public let note: [UInt8]
    /// When it was signed.
    public let signed: Instant

    /// Makes a checkpoint.
    public init(size: Int, root: [UInt8], note: [UInt8], signed: Instant) {
        self.size = size
        self.root = root
        self.note = note
        self.signed = signed
    }
}

/// How far a peer's lane has been accepted.
public struct PeerLane: Hashable, Sendable {
    /// The lane's origin.
    public let origin: String
    /// Entries accepted.
    public let size: Int
    /// The root hash over them, 32 bytes.
    public let root: [UInt8]
    /// The last signed checkpoint that was reached; empty before the first.
    public let note: [UInt8]
    /// When, on this node's clock.
    public let accepted: Instant

    /// Entries that the kept checkpoint covers; nil before the first: a pull may be on its way to the next.
    public var coveredSize: Int? { Checkpoint(unverifiedNote: note)?.size }

    /// Whether the kept checkpoint covers exactly what has been accepted.
    public var isCovered: Bool { coveredSize == size }
}

extension NodeDatabase {
    // MARK: Own lanes

    /// The origins of the own lanes that hold an entry, sorted.
    public func ownLanes() throws -> [String] {
        try read("cannot list the lanes") { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT origin FROM lane WHERE EXISTS (SELECT 1 FROM lane_entry WHERE lane = lane.id) ORDER BY origin
                    """)
        }
    }

    /// The entries of an own lane in a range of indices, in order; from an index on when only that is given.
    public func laneEntries(_ origin: String, from index: Int = 0, before end: Int = .max) throws -> [SealedEntry] {
        try read("cannot read the lane \(origin)") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT bytes, leaf_hash FROM lane_entry WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        AND position >= ? AND position < ? ORDER BY position
                    """, arguments: [origin, index, end])
            return rows.map { SealedEntry(bytes: $0.bytes(0), leafHash: $0.bytes(1)) }
        }
    }

    /// The last checkpoint of an own lane; nil before the first.
    public func lastCheckpoint(of origin: String) throws -> SignedCheckpoint? {
        try read("cannot read the checkpoints of \(origin)") { database in
            try NodeDatabase.checkpoints(of: origin, "DESC LIMIT 1", in: database).first
        }
    }

    /// The checkpoints of an own lane, smallest first.
    public func checkpoints(of origin: String) throws -> [SignedCheckpoint] {
        try read("cannot read the checkpoints of \(origin)") { try NodeDatabase.checkpoints(of: origin, "", in: $0) }
    }

    private static func checkpoints(
        of origin: String, _ order: String, in database: Database
    ) throws -> [SignedCheckpoint] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT size, root, note, signed FROM lane_checkpoint
                    WHERE lane = (SELECT id FROM lane WHERE origin = ?) ORDER BY size \(order)
                """, arguments: [origin]
        ).map { row in
            SignedCheckpoint(
                size: row[0], root: row.bytes(1), note: row.bytes(2), signed: Instant(secondsSinceEpoch: row[3]))
        }
    }

    // MARK: Lanes of peers

    /// How far a peer's lane has been accepted; nil when nothing has.
    public func peerLane(_ origin: String) throws -> PeerLane? {
        try peerLanes().first { $0.origin == origin }
    }

    /// All lanes of peers, sorted by origin.
    public func peerLanes() throws -> [PeerLane] {
        try read("cannot list the lanes of peers") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT origin, size, root, note, accepted FROM peer_lane JOIN lane ON lane.id = peer_lane.lane
                        ORDER BY origin
                    """
            ).map { row in
                PeerLane(
                    origin: row[0], size: row[1], root: row.bytes(2), note: row.bytes(3),
                    accepted: Instant(secondsSinceEpoch: row[4]))
            }
        }
    }

    /// The entries accepted from a peer's lane from an index on, in order; bytes are nil where an entry is in quarantine.
    public func peerEntries(_ origin: String, from index: Int = 0) throws -> [AcceptedEntry] {
        try read("cannot read the lane \(origin)") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT leaf_hash, bytes FROM peer_lane_entry WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        AND position >= ? ORDER BY position
                    """, arguments: [origin, index]
            ).map { row in
                AcceptedEntry(bytes: row.hasNull(atIndex: 1) ? nil : row.bytes(1), leafHash: row.bytes(0))
            }
        }
    }

    static func advance(
        _ advance: PeerLaneAdvance, _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        let lane = try identifiers.lane(advance.lane)
        let size = try Int.fetchOne(database, sql: "SELECT size FROM peer_lane WHERE lane = ?", arguments: [lane]) ?? 0
        guard size == advance.from else {
            throw StorageError(
                code: .laneMoved,
                what: "the lane \(advance.lane) has \(size) accepted entries, not \(advance.from)",
                advice: "pull again: another pull of the same lane was faster")
        }
        var tree = try tree(of: lane, in: database)
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO peer_lane_entry (lane, position, bytes, leaf_hash) VALUES (?, ?, ?, ?)")
        for entry in advance.entries {
            try insertion.execute(arguments: [lane, tree.size, entry.bytes?.blob, entry.leafHash.blob])
            try extend(&tree, by: entry.leafHash, lane: lane, in: database)
        }
        if let note = advance.note {
            let covered = Checkpoint(unverifiedNote: note)
            guard tree.size == covered?.size, tree.root == covered?.root else {
                throw StorageError(
                    code: .laneMoved, what: "the entries of \(advance.lane) do not lead to the root that was accepted",
                    advice: "pull again; if it stays so, keep the node's folder for study")
            }
        }
        try keep(tree, lane: lane, in: database)
        try database.execute(
            sql: """
                INSERT INTO peer_lane (lane, size, root, note, accepted) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (lane) DO UPDATE SET size = excluded.size, root = excluded.root,
                        note = CASE WHEN length(excluded.note) > 0 THEN excluded.note ELSE note END,
                        accepted = excluded.accepted
                """,
            arguments: [
                lane, advance.size, tree.root.blob, (advance.note ?? []).blob, advance.accepted.secondsSinceEpoch,
            ])
    }

    /// Bytes of a run of entries accepted from a peer, as a bundle holds them; nil where one is in quarantine or absent.
    public func bundleBytes(of origin: String, _ range: Range<Int>) throws -> Int? {
        try read("cannot measure entries of \(origin)") { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT COUNT(bytes), TOTAL(length(bytes) + 2) FROM peer_lane_entry
                        WHERE lane = (SELECT id FROM lane WHERE origin = ?) AND position >= ? AND position < ?
                    """, arguments: [origin, range.lowerBound, range.upperBound])
            guard let row, row[0] == range.count else { return nil }
            return Int(row[1] as Double)
        }
    }

    /// Marks what a peer has taken back.
    static func withdraw(
        _ advance: PeerLaneAdvance, _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        for item in advance.withdrawn {
            try database.execute(
                sql: """
                    UPDATE observation SET withdrawn = ? WHERE lane = ? AND lane_index = ?
                        AND (? IS NULL OR lane_offset = ?) AND withdrawn IS NULL
                    """,
                arguments: [
                    advance.accepted.secondsSinceEpoch, try identifiers.lane(advance.lane), item.index, item.offset,
                    item.offset,
                ])
        }
    }
}
