import GRDB
import Series

extension NodeDatabase {
    /// Keeps a batch: observations, lane entries with their hashes and signed checkpoints, refusals and the advance of a
    /// peer's lane, in one transaction. When it returns, all of it is durable: that is what *acknowledged* means.
    ///
    /// Only what is new enters a lane, so the same batch twice changes nothing the second time.
    ///
    /// - Parameter sealing: makes entries and checkpoints; what it throws undoes the whole batch. A batch without
    ///   departures needs none.
    /// - Throws: ``StorageError``; `lane-moved` when the batch's advance does not begin where the stored one ends.
    public func record(_ batch: IntakeBatch, sealing: LaneSealing? = nil) throws -> RecordOutcome {
        let prepared = try PreparedIntake(batch, sealing: sealing)
        return try write("cannot keep a batch of \(batch.observations.count) observations") {
            try NodeDatabase.keep(prepared, sealing: sealing, in: $0)
        }
    }

    /// The same without holding the caller up: batches are kept in the order of the calls, and the entries are sealed before
    /// the transaction of an earlier batch has ended.
    public func recordInTurn(_ batch: IntakeBatch, sealing: LaneSealing? = nil) async throws -> RecordOutcome {
        let prepared = try PreparedIntake(batch, sealing: sealing)
        do {
            return try await withCheckedThrowingContinuation { continuation in
                connections.asyncWrite({ try NodeDatabase.keep(prepared, sealing: sealing, in: $0) }) { _, result in
                    continuation.resume(with: result)
                }
            }
        } catch {
            throw StorageError.explaining(
                error, while: "cannot keep a batch of \(batch.observations.count) observations")
        }
    }

    private static func keep(
        _ prepared: PreparedIntake, sealing: LaneSealing?, in database: Database
    ) throws -> RecordOutcome {
        let batch = prepared.batch
        var identifiers = IdentifierTable(database: database)
        if let advance = batch.advance { try NodeDatabase.advance(advance, &identifiers, in: database) }
        for act in batch.acts { _ = try NodeDatabase.insert(act, in: database) }
        for notice in batch.notices { try NodeDatabase.add(notice, in: database) }
        var verdicts: [RecordVerdict] = []
        verdicts.reserveCapacity(batch.observations.count)
        let writer = try ObservationWriter(database)
        for record in batch.observations {
            let series = try identifiers.series(record.observation.series)
            verdicts.append(try writer.insert(record, series: series, &identifiers))
        }
        let holds = try LaneHolds(in: database)
        let isAsPrepared = holds.isEmpty && !verdicts.contains { $0 != .recorded }
        var leaving = isAsPrepared ? prepared.leaving : LeavingGroups()
        if !isAsPrepared || prepared.hasOthers {
            for (record, verdict) in zip(batch.observations, verdicts) where verdict == .recorded {
                let series = try identifiers.series(record.observation.series)
                for departure in record.departures where !isAsPrepared || departure.moment != .now {
                    let way = sealing.map { holds.departure(departure, at: $0.now) } ?? departure
                    try depart(record, way, series: series, &leaving, &identifiers, in: database)
                }
            }
        }
        if let advance = batch.advance { try NodeDatabase.withdraw(advance, &identifiers, in: database) }
        let appended = try NodeDatabase.seal(leaving, sealing, &identifiers, in: database)
        for refusal in batch.refusals { try NodeDatabase.insert(refusal, in: database) }
        return RecordOutcome(verdicts: verdicts, appended: appended)
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

    private static func insert(_ refusal: IntakeRefusal, in database: Database) throws {
        let insertion = try database.cachedStatement(
            sql: "INSERT INTO intake_refusal (origin, at, code, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        try insertion.execute(arguments: [
            refusal.origin, refusal.at.secondsSinceEpoch, refusal.code, refusal.reason,
        ])
    }
}
