import Accord
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
        case .later(let due): try queue(record, series, departure, .delayed, due, &identifiers, in: database)
        case .asked(let due): try queue(record, series, departure, .asked, due, &identifiers, in: database)
        case .held(let due): try queue(record, series, departure, .held, due, &identifiers, in: database)
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
        _ record: ObservationRecord, _ series: Int64, _ departure: Departure, _ state: GateQueueItem.State,
        _ due: Instant,
        _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO gate_queue (lane, series, observed, revision, clause, due, state, approval)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try identifiers.lane(departure.lane), series, record.observation.observed.secondsSinceEpoch,
                record.observation.revision, departure.clause, due.secondsSinceEpoch, state.rawValue,
                departure.approval,
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
        var trees: [String: MerkleFrontier] = [:]
        var leaving = leaving
        try leaving.seal(sealing)
        for group in leaving.ordered {
            guard let entries = group.entries, !entries.isEmpty else { continue }
            let origin = group.departure.lane
            trees[origin] = try append(
                entries, lane: identifiers.lane(origin), approval: group.departure.approval, in: database)
            appended[origin, default: 0] += entries.count
        }
        for (origin, tree) in trees.sorted(by: { $0.key < $1.key }) {
            try sign(tree, of: origin, lane: identifiers.lane(origin), sealing, in: database)
        }
        return appended
    }

    /// Appends entries with their hashes.
    ///
    /// - Returns: the lane's tree with them.
    static func append(
        _ entries: [SealedEntry], lane: Int64, approval: Int64?, in database: Database
    ) throws -> MerkleFrontier {
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
        return tree
    }

    /// Signs the lane as it now stands; the first checkpoint signed for a size stands.
    private static func sign(
        _ tree: MerkleFrontier, of origin: String, lane: Int64, _ sealing: LaneSealing, in database: Database
    ) throws {
        let root = tree.root
        let note = try sealing.checkpoint(origin, tree.size, root)
        try database.execute(
            sql: """
                INSERT INTO lane_checkpoint (lane, size, root, note, signed) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                """,
            arguments: [lane, tree.size, root.blob, note.blob, sealing.now.secondsSinceEpoch])
    }

    /// Appends notices, warnings, manifests, tombstones, acts or any other ready entries to an own lane, all or none.
    ///
    /// - Parameter message: a kept message that stands in the lane with this; noted with it, so that it enters once.
    /// - Returns: the index of the first.
    public func append(
        _ entries: [SealedEntry], to origin: String, approval: Int64?, sealing: LaneSealing, message: Int64? = nil
    ) throws -> Int {
        try write("cannot append an entry to \(origin)") { database in
            if let hold = try LaneHolds(in: database).hold(of: origin) {
                throw StorageError(
                    code: .laneHeld, what: "nothing can be sent into \(origin): \(hold.sentence)",
                    advice: "let the node pull from the lane's readers, or see riparian restore --status")
            }
            var identifiers = IdentifierTable(database: database)
            let lane = try identifiers.lane(origin)
            let tree = try NodeDatabase.append(entries, lane: lane, approval: approval, in: database)
            try NodeDatabase.sign(tree, of: origin, lane: lane, sealing, in: database)
            if let message {
                try database.execute(sql: "UPDATE message SET sent = 1 WHERE number = ?", arguments: [message])
            }
            return tree.size - entries.count
        }
    }
}
