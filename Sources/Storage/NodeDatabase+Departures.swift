public import Accord
import GRDB
import Series

/// Observations that leave with one transaction, in groups that share lane, clause and approval.
struct LeavingGroups: Sendable {
    /// What leaves together.
    struct Group: Sendable {
        let departure: Departure
        var observations: [Observation]
        /// nil until they are sealed.
        var entries: [SealedEntry]?
    }

    private(set) var groups: [Group] = []
    private var numbers: [Departure: Int] = [:]
    private var last: (departure: Departure, number: Int)?

    mutating func add(_ observation: Observation, by departure: Departure) {
        if let last, last.departure == departure {
            groups[last.number].observations.append(observation)
            return
        }
        let number = numbers[departure] ?? groups.count
        if number == groups.count {
            groups.append(Group(departure: departure, observations: []))
            numbers[departure] = number
        }
        groups[number].observations.append(observation)
        last = (departure, number)
    }

    /// Seals what is not sealed yet.
    mutating func seal(_ sealing: LaneSealing) throws {
        for number in groups.indices where groups[number].entries == nil {
            groups[number].entries = try sealing.entries(groups[number].departure, groups[number].observations)
        }
    }

    /// By lane, then clause, then approval: the order in which they enter.
    var ordered: [Group] {
        groups.sorted {
            ($0.departure.lane, $0.departure.clause, $0.departure.approval ?? 0)
                < ($1.departure.lane, $1.departure.clause, $1.departure.approval ?? 0)
        }
    }
}

/// A batch with the entries that its readings make if all of them are new: sealed outside the transaction, which is the one
/// thing that cannot be shared out.
struct PreparedIntake: Sendable {
    let batch: IntakeBatch
    let leaving: LeavingGroups
    /// Whether a reading leaves otherwise than at once.
    let hasOthers: Bool

    init(_ batch: IntakeBatch, sealing: LaneSealing?) throws {
        self.batch = batch
        var leaving = LeavingGroups()
        var hasOthers = false
        for record in batch.observations {
            for departure in record.departures {
                if departure.moment == .now {
                    leaving.add(record.observation, by: departure)
                } else {
                    hasOthers = true
                }
            }
        }
        if let sealing { try leaving.seal(sealing) }
        self.leaving = leaving
        self.hasOthers = hasOthers
    }
}

extension NodeDatabase {
    /// Sends a new record on one of its ways: into a group that leaves now, the queue, or the sum of its period.
    static func depart(
        _ record: ObservationRecord, _ departure: Departure, series: Int64, _ leaving: inout LeavingGroups,
        _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        switch departure.moment {
        case .now: leaving.add(record.observation, by: departure)
        case .later(let due): try queue(record, series, departure, "delayed", due, &identifiers, in: database)
        case .asked(let due): try queue(record, series, departure, "asked", due, &identifiers, in: database)
        case .held(let due): try queue(record, series, departure, "held", due, &identifiers, in: database)
        case .summed(let minutes, let end, let due):
            try database.execute(
                sql: """
                    INSERT INTO gate_sum (lane, series, period_end, period, clause, due, approval, is_open)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (lane, series, period_end) DO UPDATE
                        SET is_open = 1, due = max(due, excluded.due), approval = excluded.approval
                    """,
                arguments: [
                    try identifiers.lane(departure.lane), series, end.secondsSinceEpoch, minutes * 60,
                    departure.clause, due.secondsSinceEpoch, departure.approval,
                ])
        }
    }

    private static func queue(
        _ record: ObservationRecord, _ series: Int64, _ departure: Departure, _ state: String, _ due: Instant,
        _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO gate_queue (lane, series, observed, revision, clause, due, state, approval)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try identifiers.lane(departure.lane), series, record.observation.observed.secondsSinceEpoch,
                record.observation.revision, departure.clause, due.secondsSinceEpoch, state, departure.approval,
            ])
    }

    /// Turns groups into entries and signs the new end of each lane that they enter.
    ///
    /// - Returns: the entries appended, by lane origin.
    static func seal(
        _ leaving: LeavingGroups, _ sealing: LaneSealing?, _ identifiers: inout IdentifierTable, in database: Database
    ) throws -> [String: Int] {
        guard !leaving.groups.isEmpty else { return [:] }
        guard let sealing else { preconditionFailure("what leaves is sealed") }
        var appended: [String: Int] = [:]
        var leaving = leaving
        try leaving.seal(sealing)
        for group in leaving.ordered {
            guard let entries = group.entries, !entries.isEmpty else { continue }
            let lane = try identifiers.lane(group.departure.lane)
            try append(entries, lane: lane, approval: group.departure.approval, in: database)
            appended[group.departure.lane, default: 0] += entries.count
        }
        for origin in appended.keys.sorted() {
            try signEnd(of: origin, lane: identifiers.lane(origin), sealing, in: database)
        }
        return appended
    }

    /// Appends entries with their hashes.
    static func append(_ entries: [SealedEntry], lane: Int64, approval: Int64?, in database: Database) throws {
        var tree = try tree(of: lane, in: database)
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO lane_entry (lane, position, bytes, leaf_hash, approval) VALUES (?, ?, ?, ?, ?)")
        for entry in entries {
            let row = RowBinder(insertion.sqliteStatement)
            row.bind(1, lane)
            row.bind(2, Int64(tree.size))
            row.bind(3, entry.bytes)
            row.bind(4, entry.leafHash)
            row.bind(5, approval)
            _ = try row.step(in: database)
            try extend(&tree, by: entry.leafHash, lane: lane, in: database)
        }
        try keep(tree, lane: lane, in: database)
    }

    /// Signs the lane as it now stands; the first checkpoint signed for a size stands.
    private static func signEnd(
        of origin: String, lane: Int64, _ sealing: LaneSealing, in database: Database
    ) throws {
        let tree = try tree(of: lane, in: database)
        let root = tree.root
        let note = try sealing.checkpoint(origin, tree.size, root)
        try database.execute(
            sql: """
                INSERT INTO lane_checkpoint (lane, size, root, note, signed) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                """,
            arguments: [lane, tree.size, root.blob, note.blob, sealing.now.secondsSinceEpoch])
    }

    /// Appends a notice, a warning, a manifest, a tombstone or any other ready entry to an own lane.
    ///
    /// - Returns: its index.
    public func append(_ entry: SealedEntry, to origin: String, approval: Int64?, sealing: LaneSealing) throws -> Int {
        try write("cannot append an entry to \(origin)") { database in
            var identifiers = IdentifierTable(database: database)
            let lane = try identifiers.lane(origin)
            let index = try NodeDatabase.tree(of: lane, in: database).size
            try NodeDatabase.append([entry], lane: lane, approval: approval, in: database)
            try NodeDatabase.signEnd(of: origin, lane: lane, sealing, in: database)
            return index
        }
    }
}

extension NodeDatabase {
    // MARK: The trees of lanes

    /// The right edge of a lane's tree; made again from the leaf hashes where it is not kept.
    static func tree(of lane: Int64, in database: Database) throws -> MerkleFrontier {
        let kept = try database.cachedStatement(sql: "SELECT size, edge FROM lane_tree WHERE lane = ?")
        if let row = try Row.fetchOne(kept, arguments: [lane]),
            let tree = MerkleFrontier(size: row[0], encoded: row.bytes(1))
        {
            return tree
        }
        var tree = MerkleFrontier()
        for table in ["lane_entry", "peer_lane_entry"] {
            let leaves = try Row.fetchCursor(
                database, sql: "SELECT leaf_hash FROM \(table) WHERE lane = ? ORDER BY position", arguments: [lane])
            while let row = try leaves.next() { try extend(&tree, by: row.bytes(0), lane: lane, in: database) }
        }
        try keep(tree, lane: lane, in: database)
        return tree
    }

    /// Adds a leaf, and keeps the hashes of the tiles that it completes.
    static func extend(
        _ tree: inout MerkleFrontier, by leaf: [UInt8], lane: Int64, in database: Database
    ) throws {
        var completed: [(level: Int, number: Int, hash: [UInt8])] = []
        tree.append(leaf) { level, number, hash in completed.append((level, number, hash)) }
        for tile in completed {
            try database.execute(
                sql: "INSERT OR REPLACE INTO lane_tile (lane, level, number, hash) VALUES (?, ?, ?, ?)",
                arguments: [lane, tile.level, tile.number, tile.hash.blob])
        }
    }

    static func keep(_ tree: MerkleFrontier, lane: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO lane_tree (lane, size, edge) VALUES (?, ?, ?)")
        try statement.execute(arguments: [lane, tree.size, tree.encoded.blob])
    }

    /// The right edge of a lane's tree, an own one or an accepted one; empty when nothing is known of it.
    public func tree(of origin: String) throws -> MerkleFrontier {
        let kept = try read("cannot read the tree of \(origin)") { database -> MerkleFrontier? in
            guard let lane = try NodeDatabase.lane(origin, in: database) else { return MerkleFrontier() }
            let row = try Row.fetchOne(
                database, sql: "SELECT size, edge FROM lane_tree WHERE lane = ?", arguments: [lane])
            return row.flatMap { MerkleFrontier(size: $0[0], encoded: $0.bytes(1)) }
        }
        if let kept { return kept }
        return try write("cannot make the tree of \(origin) again") { database in
            guard let lane = try NodeDatabase.lane(origin, in: database) else { return MerkleFrontier() }
            return try NodeDatabase.tree(of: lane, in: database)
        }
    }

    static func lane(_ origin: String, in database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT id FROM lane WHERE origin = ?", arguments: [origin])
    }

    /// The root of a lane's first entries, from its leaf hashes and full tiles; nil when it has fewer.
    public func root(of origin: String, size: Int) throws -> [UInt8]? {
        try read("cannot compute a root of \(origin)") { database in
            guard size >= 0, let lane = try NodeDatabase.lane(origin, in: database) else { return nil }
            var levels: [[[UInt8]]] = []
            var level = 0
            while size >> (8 * level) > 0 {
                let count = size >> (8 * level)
                let first = count / LaneTiles.width * LaneTiles.width
                let hashes = try NodeDatabase.hashes(level: level, first..<count, lane: lane, in: database)
                guard hashes.count == count - first else { return nil }
                levels.append(hashes)
                level += 1
            }
            var rest: [[UInt8]] = []
            for hashes in levels {
                let all = hashes + rest
                if !all.isEmpty { rest = [MerkleTree.root(all)] }
            }
            return rest.first ?? MerkleTree.emptyRoot
        }
    }

    private static func hashes(
        level: Int, _ numbers: Range<Int>, lane: Int64, in database: Database
    ) throws -> [[UInt8]] {
        guard level == 0 else {
            return try Row.fetchAll(
                database,
                sql:
                    "SELECT hash FROM lane_tile WHERE lane = ? AND level = ? AND number >= ? AND number < ? ORDER BY number",
                arguments: [lane, level, numbers.lowerBound, numbers.upperBound]
            ).map { $0.bytes(0) }
        }
        for table in ["lane_entry", "peer_lane_entry"] {
            let hashes = try Row.fetchAll(
                database,
                sql: """
                    SELECT leaf_hash FROM \(table) WHERE lane = ? AND position >= ? AND position < ? ORDER BY position
                    """, arguments: [lane, numbers.lowerBound, numbers.upperBound])
            if !hashes.isEmpty { return hashes.map { $0.bytes(0) } }
        }
        return []
    }

    /// The hashes of a lane's full tiles of a level, from one number to before another.
    public func tileHashes(of origin: String, level: Int, numbers: Range<Int>) throws -> [[UInt8]] {
        try read("cannot read the tiles of \(origin)") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT hash FROM lane_tile WHERE lane = (SELECT id FROM lane WHERE origin = ?) AND level = ?
                        AND number >= ? AND number < ? ORDER BY number
                    """, arguments: [origin, level, numbers.lowerBound, numbers.upperBound]
            ).map { $0.bytes(0) }
        }
    }
}
