import Accord
import GRDB
public import Series

/// Entries of an own lane that a reader has given back after a restore, proved by this party's own signature.
public struct LaneRefill: Sendable {
    /// A sum of a period that has left already.
    public struct Sum: Hashable, Sendable {
        /// Of which series.
        public let series: SeriesID
        /// The end of the period.
        public let end: Instant
        /// Its length, min.
        public let periodMinutes: Int
        /// By which clause.
        public let clause: String
        /// How often it has left, at least 1.
        public let released: Int

        /// Makes a sum.
        public init(series: SeriesID, end: Instant, periodMinutes: Int, clause: String, released: Int) {
            self.series = series
            self.end = end
            self.periodMinutes = periodMinutes
            self.clause = clause
            self.released = released
        }
    }

    /// The lane's origin.
    public let lane: String
    /// How many entries stand here: the index of the first that comes back.
    public let from: Int
    /// What comes back, in order.
    public let entries: [SealedEntry]
    /// The checkpoint over all of them.
    public let checkpoint: SignedCheckpoint
    /// The readings in them that become own readings again, with their ways into other lanes.
    public var records: [ObservationRecord] = []
    /// Every reading in them, as it left: what waited for leaving has left.
    public var left: [Observation] = []
    /// The sums in them.
    public var sums: [Sum] = []
    /// The acts of the register in them: they are the party's own again.
    public var acts: [RegisterActRow] = []

    /// Makes a refill without readings.
    public init(lane: String, from: Int, entries: [SealedEntry], checkpoint: SignedCheckpoint) {
        self.lane = lane
        self.from = from
        self.entries = entries
        self.checkpoint = checkpoint
    }
}

extension NodeDatabase {
    /// Takes entries of an own lane back, with their readings, in one transaction.
    ///
    /// - Returns: how many readings are new here.
    /// - Throws: ``StorageError``; `lane-moved` when the entries do not continue the lane to the signed root.
    public func refill(_ refill: LaneRefill, sealing: LaneSealing) throws -> Int {
        try write("cannot take entries of \(refill.lane) back") { database in
            var identifiers = IdentifierTable(database: database)
            let lane = try identifiers.lane(refill.lane)
            let before = try NodeDatabase.tree(of: lane, in: database)
            let tree = try NodeDatabase.append(refill.entries, lane: lane, approval: nil, in: database)
            guard before.size == refill.from, tree.size == refill.checkpoint.size, tree.root == refill.checkpoint.root
            else {
                throw StorageError(
                    code: .laneMoved,
                    what:
                        "the entries that came back do not lead from \(before.size) entries of \(refill.lane) to what "
                        + "was signed", advice: "pull again; if it stays so, keep the node's folder for study")
            }
            try NodeDatabase.keep(refill.checkpoint, lane: lane, in: database)
            let recorded = try NodeDatabase.record(refill.records, of: refill, sealing, &identifiers, in: database)
            for observation in refill.left {
                try database.execute(
                    sql: "DELETE FROM gate_queue WHERE lane = ? AND series = ? AND observed = ? AND revision = ?",
                    arguments: [
                        lane, try identifiers.series(observation.series), observation.observed.secondsSinceEpoch,
                        observation.revision,
                    ])
            }
            for sum in refill.sums { try NodeDatabase.settle(sum, lane: lane, &identifiers, in: database) }
            for act in refill.acts { _ = try NodeDatabase.insert(act, in: database) }
            try database.execute(
                sql: "DELETE FROM node_fact WHERE name = ? AND CAST(value AS INTEGER) <= ?",
                arguments: [NodeDatabase.lostPrefix + refill.lane, tree.size])
            return recorded
        }
    }

    private static func keep(_ checkpoint: SignedCheckpoint, lane: Int64, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO lane_checkpoint (lane, size, root, note, signed) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                """,
            arguments: [
                lane, checkpoint.size, checkpoint.root.blob, checkpoint.note.blob, checkpoint.signed.secondsSinceEpoch,
            ])
    }

    /// Readings become own again; what is new leaves for the other lanes that it belongs in.
    private static func record(
        _ records: [ObservationRecord], of refill: LaneRefill, _ sealing: LaneSealing,
        _ identifiers: inout IdentifierTable, in database: Database
    ) throws -> Int {
        let writer = try ObservationWriter(database)
        let holds = try LaneHolds(in: database)
        var leaving = LeavingGroups()
        var count = 0
        for record in records {
            let series = try identifiers.series(record.observation.series)
            guard try writer.insert(record, series: series, &identifiers) == .recorded else { continue }
            count += 1
            for departure in record.departures where departure.lane != refill.lane {
                try depart(
                    record, holds.departure(departure, at: sealing.now), series: series, &leaving, &identifiers,
                    in: database)
            }
        }
        _ = try seal(leaving, sealing, &identifiers, in: database)
        return count
    }

    private static func settle(
        _ sum: LaneRefill.Sum, lane: Int64, _ identifiers: inout IdentifierTable, in database: Database
    ) throws {
        let end = sum.end.secondsSinceEpoch
        try database.execute(
            sql: """
                INSERT INTO gate_sum (lane, series, period_end, period, clause, due, approval, released, is_open)
                    VALUES (?, ?, ?, ?, ?, ?, NULL, ?, 0) ON CONFLICT (lane, series, period_end) DO UPDATE
                    SET released = max(released, excluded.released), is_open = 0
                """,
            arguments: [
                lane, try identifiers.series(sum.series), end, sum.periodMinutes * 60, sum.clause, end, sum.released,
            ])
    }

    /// The entries accepted from a peer's lane in a range of indices, in order; nil when one is absent or only its hash is
    /// kept.
    public func peerEntryBytes(_ origin: String, from index: Int, before end: Int) throws -> [[UInt8]]? {
        try read("cannot read the lane \(origin)") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT bytes FROM peer_lane_entry WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        AND position >= ? AND position < ? ORDER BY position
                    """, arguments: [origin, index, end])
            guard rows.count == end - index, !rows.contains(where: { $0.hasNull(atIndex: 0) }) else { return nil }
            return rows.map { $0.bytes(0) }
        }
    }
}
