import GRDB
public import Series

extension NodeDatabase {
    // MARK: What people have said

    /// Every approval, hold and question, oldest first; those that still hold when asked so.
    public func gateApprovals(holdingOnly: Bool = false) throws -> [GateApproval] {
        try read("cannot read the approvals") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, pattern, clause, mode, person, at, ended, ended_by FROM gate_approval
                        WHERE ? = 0 OR (ended IS NULL AND mode <> 'once') ORDER BY id
                    """, arguments: [holdingOnly]
            ).compactMap { row in
                guard let mode = GateApproval.Mode(rawValue: row[3]) else { return nil }
                let ended: Int64? = row[6]
                return GateApproval(
                    id: row[0], pattern: row[1], clause: row[2], mode: mode, person: row[4],
                    at: Instant(secondsSinceEpoch: row[5]), ended: ended.map { Instant(secondsSinceEpoch: $0) },
                    endedBy: row[7])
            }
        }
    }

    /// Writes down what a person has said.
    ///
    /// - Returns: its number.
    public func note(
        _ mode: GateApproval.Mode, pattern: String, clause: String?, by person: String, at time: Instant
    ) throws -> Int64 {
        try write("cannot write down an approval") { database in
            try NodeDatabase.insert(mode, pattern: pattern, clause: clause, by: person, at: time, in: database)
        }
    }

    private static func insert(
        _ mode: GateApproval.Mode, pattern: String, clause: String?, by person: String, at time: Instant,
        in database: Database
    ) throws -> Int64 {
        try database.execute(
            sql: "INSERT INTO gate_approval (pattern, clause, mode, person, at) VALUES (?, ?, ?, ?, ?)",
            arguments: [pattern, clause, mode.rawValue, person, time.secondsSinceEpoch])
        let number = database.lastInsertedRowID
        if mode != .once { try wordsChanged(in: database) }
        return number
    }

    /// Counts the changes of what people have said, so that another process on this store sees that there is something new.
    public func gateWordsVersion() throws -> String? { try fact(NodeDatabase.wordsFact) }

    private static let wordsFact = "gate words"

    private static func wordsChanged(in database: Database) throws {
        let before = try fact(wordsFact, in: database).flatMap { Int($0) } ?? 0
        try set(wordsFact, "\(before + 1)", in: database)
    }

    /// Takes an approval, hold or question back; what has left stays out.
    ///
    /// - Returns: whether it held until now.
    public func endApproval(_ id: Int64, by person: String, at time: Instant) throws -> Bool {
        try write("cannot take the approval \(id) back") { database in
            try database.execute(
                sql: "UPDATE gate_approval SET ended = ?, ended_by = ? WHERE id = ? AND ended IS NULL",
                arguments: [time.secondsSinceEpoch, person, id])
            let hasEnded = database.changesCount > 0
            if hasEnded { try NodeDatabase.wordsChanged(in: database) }
            return hasEnded
        }
    }

    // MARK: What waits

    /// What waits at the gate, by lane, observed time, series and revision.
    ///
    /// - Parameter limit: at most that many.
    public func gateQueue(limit: Int = 10_000) throws -> [GateQueueItem] {
        try read("cannot read what waits at the gate") { try NodeDatabase.queue("1", [], limit: limit, in: $0) }
    }

    /// How many wait at the gate.
    public func gateQueueCount() throws -> Int {
        try read("cannot count what waits at the gate") { database in
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM gate_queue") ?? 0
        }
    }

    private static func queue(
        _ condition: String, _ arguments: StatementArguments, limit: Int, in database: Database
    ) throws -> [GateQueueItem] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT \(observationColumns), n.name, g.clause, g.due, g.state, w.origin
                    FROM gate_queue g JOIN lane w ON w.id = g.lane JOIN series n ON n.id = g.series
                    JOIN observation o USING (series, observed, revision) JOIN source s ON s.id = o.source
                    LEFT JOIN lane l ON l.id = o.lane
                    WHERE \(condition) ORDER BY w.origin, o.observed, n.name, o.revision LIMIT \(limit == .max ? -1 : limit)
                """, arguments: arguments
        ).compactMap { row in
            guard let state = GateQueueItem.State(rawValue: row[18]) else { return nil }
            let series = try NodeDatabase.series(named: row[15])
            return GateQueueItem(
                lane: row[19], observation: try NodeDatabase.observation(of: series, row).observation, clause: row[16],
                due: Instant(secondsSinceEpoch: row[17]), state: state)
        }
    }

    private static func set(
        _ state: GateQueueItem.State, by approval: Int64?, _ item: GateQueueItem, in database: Database
    ) throws {
        try set(
            state, by: approval, series: item.observation.series, observed: item.observation.observed,
            revision: item.observation.revision, lane: item.lane, in: database)
    }

    private static func set(
        _ state: GateQueueItem.State, by approval: Int64?, series: SeriesID, observed: Instant, revision: Int,
        lane: String, in database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE gate_queue SET state = ?, approval = ? WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                    AND series = (SELECT id FROM series WHERE name = ?) AND observed = ? AND revision = ?
                """,
            arguments: [state.rawValue, approval, lane, series.description, observed.secondsSinceEpoch, revision])
    }

    /// Lets one waiting item of the queue go, at once or when its delay has passed, or holds it.
    ///
    /// - Returns: whether such an item waited.
    public func decide(
        _ mode: GateApproval.Mode, series: SeriesID, observed: Instant, revision: Int, lane: String,
        by person: String, at time: Instant
    ) throws -> Bool {
        try write("cannot decide about an item at the gate") { database in
            let clause = try String.fetchOne(
                database,
                sql: """
                    SELECT clause FROM gate_queue WHERE lane = (SELECT id FROM lane WHERE origin = ?)
                        AND series = (SELECT id FROM series WHERE name = ?) AND observed = ? AND revision = ?
                    """, arguments: [lane, series.description, observed.secondsSinceEpoch, revision])
            guard let clause else { return false }
            let approval = try NodeDatabase.insert(
                mode, pattern: series.description, clause: clause, by: person, at: time, in: database)
            if mode == .hold {
                // A hold of one item is no rule for what comes later.
                try database.execute(
                    sql: "UPDATE gate_approval SET ended = at, ended_by = person WHERE id = ?", arguments: [approval])
            }
            try NodeDatabase.set(
                mode == .hold ? .held : .delayed, by: approval, series: series, observed: observed, revision: revision,
                lane: lane, in: database)
            return true
        }
    }

    /// Brings everything that waits in line with the words that stand now: what a hold covers is held, even where it was
    /// approved and waited only for its delay; what nobody approves any more asks again; what is approved may leave. A
    /// person's word about one item stands until a hold comes over it.
    ///
    /// - Parameter word: what stands on a series under a clause; nil leaves an item as it is.
    /// - Returns: what changed.
    public func reviewGate(_ word: (SeriesID, _ clause: String) -> GateWord?) throws -> GateReview {
        try write("cannot bring what waits at the gate in line with what was said") { database in
            var review = GateReview()
            let singles = try NodeDatabase.decidedSingly(in: database)
            for item in try NodeDatabase.queue("1", [], limit: .max, in: database) {
                guard let word = word(item.observation.series, item.clause) else { continue }
                try NodeDatabase.review(item, isSingle: singles.contains(item.name), word, &review, in: database)
            }
            try NodeDatabase.reviewSums(word, in: database)
            return review
        }
    }

    /// The names of the items about which a person has decided one by one.
    private static func decidedSingly(in database: Database) throws -> Set<String> {
        let singles = try queue(
            "g.approval IN (SELECT id FROM gate_approval WHERE mode IN ('once', 'hold'))", [], limit: .max, in: database
        )
        return Set(singles.map(\.name))
    }

    private static func review(
        _ item: GateQueueItem, isSingle: Bool, _ word: GateWord, _ review: inout GateReview, in database: Database
    ) throws {
        switch word {
        case .hold where item.state != .held:
            try set(.held, by: nil, item, in: database)
            review.held += 1
        case .ask where item.state != .asked && !isSingle:
            try set(.asked, by: nil, item, in: database)
            review.asked += 1
        case .approved(let id) where !isSingle:
            try set(.delayed, by: id, item, in: database)
            if item.state != .delayed { review.leaving += 1 }
        default: break
        }
    }

    /// Sums of periods have no single decisions: the word on their series is theirs.
    private static func reviewSums(_ word: (SeriesID, _ clause: String) -> GateWord?, in database: Database) throws {
        let sums = try Row.fetchAll(
            database,
            sql: "SELECT DISTINCT g.series, n.name, g.clause FROM gate_sum g JOIN series n ON n.id = g.series")
        for row in sums {
            guard let word = word(try series(named: row[1]), row[2]) else { continue }
            let approval: Int64? = if case .approved(let id) = word { id } else { nil }
            try database.execute(
                sql: "UPDATE gate_sum SET approval = ? WHERE series = ? AND clause = ? AND is_open = 1",
                arguments: [approval, row[0] as Int64, row[2] as String])
        }
    }

    // MARK: What leaves later

    /// Lets approved readings whose time has come into their lanes, and the sums of periods that are over, in one
    /// transaction.
    ///
    /// - Parameter sum: the value of a period from its readings of that lane and clause, latest revisions; nil when there is
    ///   nothing to sum. `release` counts how often the period has left before: the revision of what leaves.
    /// - Returns: the entries appended, by lane origin.
    public func releaseDue(
        sealing: LaneSealing,
        sum: (_ clause: String, _ readings: [Observation], _ end: Instant, _ release: Int) throws -> Observation?
    ) throws -> [String: Int] {
        let now = sealing.now.secondsSinceEpoch
        let isAnyDue = try read("cannot look for readings that may leave") { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM gate_queue WHERE state = 'delayed' AND due <= ?)
                        OR EXISTS (SELECT 1 FROM gate_sum WHERE is_open = 1 AND due <= ?)
                    """, arguments: [now, now]) ?? false
        }
        guard isAnyDue else { return [:] }
        return try write("cannot let waiting readings into their lanes") { database in
            var leaving = LeavingGroups()
            let holds = try LaneHolds(in: database)
            try NodeDatabase.collectDelayed(by: now, holds, &leaving, in: database)
            try NodeDatabase.collectSums(by: now, holds, &leaving, sum, in: database)
            var identifiers = IdentifierTable(database: database)
            return try NodeDatabase.seal(leaving, sealing, &identifiers, in: database)
        }
    }

    private static func collectDelayed(
        by now: Int64, _ holds: LaneHolds, _ leaving: inout LeavingGroups, in database: Database
    ) throws {
        let condition = "g.state = 'delayed' AND g.due <= ? AND \(try holds.condition(on: "g.lane", in: database))"
        let approvals = try Row.fetchAll(
            database,
            sql: """
                SELECT g.approval FROM gate_queue g JOIN lane w ON w.id = g.lane JOIN series n ON n.id = g.series
                    WHERE \(condition) ORDER BY w.origin, g.observed, n.name, g.revision
                """, arguments: [now])
        let items = try queue(condition, [now], limit: .max, in: database)
        for (item, row) in zip(items, approvals) {
            leaving.add(item.observation, by: Departure(lane: item.lane, clause: item.clause, approval: row[0]))
        }
        try database.execute(
            sql:
                "DELETE FROM gate_queue WHERE state = 'delayed' AND due <= ? AND \(try holds.condition(on: "lane", in: database))",
            arguments: [now])
    }

    private static func collectSums(
        by now: Int64, _ holds: LaneHolds, _ leaving: inout LeavingGroups,
        _ sum: (String, [Observation], Instant, Int) throws -> Observation?, in database: Database
    ) throws {
        let due = try Row.fetchAll(
            database,
            sql: """
                SELECT g.series, n.name, g.period_end, g.period, g.clause, g.approval, g.released, w.origin
                    FROM gate_sum g JOIN lane w ON w.id = g.lane JOIN series n ON n.id = g.series
                    WHERE g.is_open = 1 AND g.approval IS NOT NULL AND g.due <= ?
                        AND \(try holds.condition(on: "g.lane", in: database)) ORDER BY w.origin, n.name, g.period_end
                """, arguments: [now])
        for row in due {
            let (end, period): (Int64, Int64) = (row[2], row[3])
            let readings = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(observationColumns) FROM observation o JOIN source s ON s.id = o.source
                        LEFT JOIN lane l ON l.id = o.lane WHERE o.series = ? AND o.observed > ? AND o.observed <= ?
                        AND o.withdrawn IS NULL AND o.revision = (SELECT MAX(revision) FROM observation
                            WHERE series = o.series AND observed = o.observed) ORDER BY o.observed
                    """, arguments: [row[0] as Int64, end - period, end]
            ).map { try observation(of: series(named: row[1]), $0).observation }
            let departure = Departure(lane: row[7], clause: row[4], approval: row[5])
            if let value = try sum(row[4], readings, Instant(secondsSinceEpoch: end), row[6]) {
                leaving.add(value, by: departure)
            }
            try database.execute(
                sql: """
                    UPDATE gate_sum SET is_open = 0, released = released + 1
                        WHERE lane = (SELECT id FROM lane WHERE origin = ?) AND series = ? AND period_end = ?
                    """, arguments: [row[7] as String, row[0] as Int64, end])
        }
    }
}
