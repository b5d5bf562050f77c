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
    /// The signed checkpoint that covers exactly them.
    public let note: [UInt8]
    /// When, on this node's clock.
    public let accepted: Instant
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

    /// The entries of an own lane from an index on, in order.
    public func laneEntries(_ origin: String, from index: Int = 0) throws -> [SealedEntry] {
        try read("cannot read the lane \(origin)") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT bytes, leaf_hash FROM lane_entry WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        AND position >= ? ORDER BY position
                    """, arguments: [origin, index])
            return rows.map { SealedEntry(bytes: $0.bytes(0), leafHash: $0.bytes(1)) }
        }
    }

    /// Lets the readings whose delay has passed into their lanes, in one transaction.
    ///
    /// - Returns: the entries appended, by lane origin.
    public func releaseWaiting(by now: Instant, sealing: Sealing) throws -> [String: Int] {
        let due = try read("cannot look for readings that may leave") { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM lane_waiting WHERE due <= ?", arguments: [now.secondsSinceEpoch])
        }
        guard let due, due > 0 else { return [:] }
        return try write("cannot let waiting readings into their lanes") { database in
            var leaving: [String: [Observation]] = [:]
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT o.observed, o.received, o.value, o.quality, o.known, o.status, o.revision, o.source, o.origin,
                        NULL, NULL, NULL, NULL, NULL, s.name, l.origin
                    FROM lane_waiting w JOIN lane l ON l.id = w.lane JOIN series s ON s.id = w.series
                        JOIN observation o USING (series, observed, revision)
                    WHERE w.due <= ? ORDER BY l.origin, o.observed, s.name, o.revision
                    """, arguments: [now.secondsSinceEpoch])
            for row in rows {
                let series = try NodeDatabase.series(named: row[14])
                leaving[row[15], default: []].append(try NodeDatabase.observation(of: series, row).observation)
            }
            var identifiers = IdentifierTable(database: database)
            var appended: [String: Int] = [:]
            for (lane, observations) in leaving.sorted(by: { $0.key < $1.key }) {
                let entries = try sealing(lane, observations)
                try NodeDatabase.append(entries, lane: identifiers.lane(lane), in: database)
                appended[lane] = entries.count
            }
            try database.execute(
                sql: "DELETE FROM lane_waiting WHERE due <= ?", arguments: [now.secondsSinceEpoch])
            return appended
        }
    }

    /// Remembers a checkpoint of an own lane. The first one signed for a size stands: a lane is never re-signed.
    ///
    /// - Returns: the checkpoint that stands for that size.
    public func keep(_ checkpoint: SignedCheckpoint, of origin: String) throws -> SignedCheckpoint {
        try write("cannot keep a checkpoint of \(origin)") { database in
            var identifiers = IdentifierTable(database: database)
            try database.execute(
                sql: """
                    INSERT INTO lane_checkpoint (lane, size, root, note, signed) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    try identifiers.lane(origin), checkpoint.size, checkpoint.root.blob, checkpoint.note.blob,
                    checkpoint.signed.secondsSinceEpoch,
                ])
            return try NodeDatabase.checkpoints(of: origin, in: database).last { $0.size == checkpoint.size }
                ?? checkpoint
        }
    }

    /// The checkpoints of an own lane, smallest first.
    public func checkpoints(of origin: String) throws -> [SignedCheckpoint] {
        try read("cannot read the checkpoints of \(origin)") { try NodeDatabase.checkpoints(of: origin, in: $0) }
    }

    private static func checkpoints(of origin: String, in database: Database) throws -> [SignedCheckpoint] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT size, root, note, signed FROM lane_checkpoint
                    WHERE lane = (SELECT id FROM lane WHERE origin = ?) ORDER BY size
                """, arguments: [origin]
        ).map { row in
            SignedCheckpoint(
                size: row[0], root: row.bytes(1), note: row.bytes(2), signed: Instant(secondsSinceEpoch: row[3]))
        }
    }

    static func append(_ entries: [SealedEntry], lane: Int64, in database: Database) throws {
        let size = try Int.fetchOne(
            database, sql: "SELECT MAX(position) + 1 FROM lane_entry WHERE lane = ?", arguments: [lane])
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO lane_entry (lane, position, bytes, leaf_hash) VALUES (?, ?, ?, ?)")
        for (offset, entry) in entries.enumerated() {
            try insertion.execute(arguments: [lane, (size ?? 0) + offset, entry.bytes.blob, entry.leafHash.blob])
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

    /// The entries accepted from a peer's lane, in order; bytes are nil where an entry is in quarantine.
    public func peerEntries(_ origin: String) throws -> [AcceptedEntry] {
        try read("cannot read the lane \(origin)") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT leaf_hash, bytes FROM peer_lane_entry WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        ORDER BY position
                    """, arguments: [origin]
            ).map { row in
                AcceptedEntry(bytes: row.hasNull(atIndex: 1) ? nil : row.bytes(1), leafHash: row.bytes(0))
            }
        }
    }

    static func advance(_ advance: PeerLaneAdvance, lane: Int64, in database: Database) throws {
        let size = try Int.fetchOne(database, sql: "SELECT size FROM peer_lane WHERE lane = ?", arguments: [lane]) ?? 0
        guard size == advance.from else {
            throw StorageError(
                code: .laneMoved,
                what: "the lane \(advance.lane) has \(size) accepted entries, not \(advance.from)",
                advice: "pull again: another pull of the same lane was faster")
        }
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO peer_lane_entry (lane, position, bytes, leaf_hash) VALUES (?, ?, ?, ?)")
        for (offset, entry) in advance.entries.enumerated() {
            try insertion.execute(arguments: [lane, size + offset, entry.bytes?.blob, entry.leafHash.blob])
        }
        try database.execute(
            sql: """
                INSERT INTO peer_lane (lane, size, root, note, accepted) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (lane) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note,
                        accepted = excluded.accepted
                """,
            arguments: [
                lane, advance.size, advance.root.blob, advance.note.blob, advance.accepted.secondsSinceEpoch,
            ])
    }
}
