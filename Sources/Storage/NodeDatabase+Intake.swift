import GRDB
import River
public import Series

extension NodeDatabase {
    /// Makes the entries of one lane from the observations that enter it, in order.
    public typealias Sealing = (_ lane: String, _ observations: [Observation]) throws -> [SealedEntry]

    /// Keeps a batch: observations, lane entries, refusals and the advance of a peer's lane, in one transaction.
    ///
    /// Only what is new enters a lane, so the same batch twice changes nothing the second time.
    ///
    /// - Parameter sealing: called once for each own lane that gains observations, lanes sorted by origin. What it throws
    ///   undoes the whole batch.
    /// - Throws: ``StorageError``; `lane-moved` when the batch's advance does not begin where the stored one ends.
    public func record(_ batch: IntakeBatch, sealing: Sealing = { _, _ in [] }) throws -> RecordOutcome {
        try write("cannot keep a batch of \(batch.observations.count) observations") { database in
            var identifiers = IdentifierTable(database: database)
            if let advance = batch.advance {
                try NodeDatabase.advance(advance, lane: identifiers.lane(advance.lane), in: database)
            }
            var verdicts: [RecordVerdict] = []
            verdicts.reserveCapacity(batch.observations.count)
            var entering: [String: [Observation]] = [:]
            for record in batch.observations {
                let verdict = try NodeDatabase.insert(record, &identifiers, in: database)
                verdicts.append(verdict)
                guard verdict == .recorded else { continue }
                for lane in Set(record.lanes).sorted() { entering[lane, default: []].append(record.observation) }
            }
            var appended: [String: Int] = [:]
            for (lane, observations) in entering.sorted(by: { $0.key < $1.key }) {
                let entries = try sealing(lane, observations)
                try NodeDatabase.append(entries, lane: identifiers.lane(lane), in: database)
                if !entries.isEmpty { appended[lane] = entries.count }
            }
            for refusal in batch.refusals { try NodeDatabase.insert(refusal, in: database) }
            return RecordOutcome(verdicts: verdicts, appended: appended)
        }
    }

    /// What was not let in, ordered by time and origin.
    public func refusals() throws -> [IntakeRefusal] {
        try read("cannot read the refusals") { database in
            try Row.fetchAll(database, sql: "SELECT origin, at, code, reason FROM intake_refusal ORDER BY at, origin")
                .map { row in
                    IntakeRefusal(
                        origin: row[0], at: Instant(secondsSinceEpoch: row[1]), code: row[2], reason: row[3])
                }
        }
    }

    private static func insert(
        _ record: ObservationRecord, _ identifiers: inout IdentifierTable, in database: Database
    ) throws -> RecordVerdict {
        let observation = record.observation
        let known = try database.cachedStatement(sql: "SELECT 1 FROM observation WHERE origin = ?")
        if try Bool.fetchOne(known, arguments: [record.origin]) != nil { return .alreadyKnown }
        let series = try identifiers.series(observation.series)
        let same = try database.cachedStatement(
            sql: "SELECT value FROM observation WHERE series = ? AND observed = ? AND revision = ?")
        let key: StatementArguments = [series, observation.observed.secondsSinceEpoch, observation.revision]
        if let row = try Row.fetchOne(same, arguments: key) {
            let value: Double? = row[0]
            return value == observation.value ? .alreadyKnown : .conflicting
        }
        let lane = try record.provenance.map { try identifiers.lane($0.lane) }
        let insertion = try database.cachedStatement(
            sql: """
                INSERT INTO observation (series, observed, revision, received, value, quality, known, status, source,
                    origin, lane, lane_index, lane_offset, stated_difference, stated_alarm)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try insertion.execute(arguments: [
            series, observation.observed.secondsSinceEpoch, observation.revision,
            observation.received.secondsSinceEpoch, observation.value, observation.quality.rawValue,
            observation.known.rawValue, observation.status.rawValue, observation.source, record.origin, lane,
            record.provenance?.index, record.provenance?.offset, record.stated?.value, record.stated?.alarmLevel,
        ])
        for item in record.waiting {
            try database.execute(
                sql: "INSERT INTO lane_waiting (lane, series, observed, revision, due) VALUES (?, ?, ?, ?, ?)",
                arguments: [try identifiers.lane(item.lane)] + key + [item.due.secondsSinceEpoch])
        }
        return .recorded
    }

    private static func insert(_ refusal: IntakeRefusal, in database: Database) throws {
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO intake_refusal (origin, at, code, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        try insertion.execute(arguments: [
            refusal.origin, refusal.at.secondsSinceEpoch, refusal.code, refusal.reason,
        ])
    }
}

/// The numbers that stand for names inside the file, made when a name is first used.
struct IdentifierTable {
    let database: Database
    private var seriesNumbers: [SeriesID: Int64] = [:]
    private var laneNumbers: [String: Int64] = [:]

    init(database: Database) {
        self.database = database
    }

    mutating func series(_ series: SeriesID) throws -> Int64 {
        if let number = seriesNumbers[series] { return number }
        let number = try number(of: series.description, table: "series", column: "name")
        seriesNumbers[series] = number
        return number
    }

    mutating func lane(_ origin: String) throws -> Int64 {
        if let number = laneNumbers[origin] { return number }
        let number = try number(of: origin, table: "lane", column: "origin")
        laneNumbers[origin] = number
        return number
    }

    private func number(of text: String, table: String, column: String) throws -> Int64 {
        let lookup = try database.cachedStatement(sql: "SELECT id FROM \(table) WHERE \(column) = ?")
        if let number = try Int64.fetchOne(lookup, arguments: [text]) { return number }
        let insertion = try database.cachedStatement(sql: "INSERT INTO \(table) (\(column)) VALUES (?)")
        try insertion.execute(arguments: [text])
        return database.lastInsertedRowID
    }
}
