import GRDB
public import River
public import Series

/// An observation with the way it came in.
public struct KeptObservation: Hashable, Sendable {
    /// The observation.
    public let observation: Observation
    /// The key of its intake.
    public let origin: String
    /// The lane entry that brought it; nil for own and published readings.
    public let provenance: LaneReference?
    /// The difference to an alarm level that was printed beside the value; nil when none was.
    public let stated: StatedDifference?
    /// When its provider took it back; nil while it counts.
    public let withdrawn: Instant?
}

extension NodeDatabase {
    /// Every series of which anything has been kept, sorted.
    public func allSeries() throws -> [SeriesID] {
        try read("cannot list the series") { database in
            try String.fetchAll(
                database,
                sql: "SELECT name FROM series WHERE EXISTS (SELECT 1 FROM observation WHERE series = series.id)"
            ).map(NodeDatabase.series(named:)).sorted()
        }
    }

    /// The observations of a series, ordered by observed time, then revision; what its provider has taken back is left out.
    ///
    /// - Parameters:
    ///   - received: only what had been received by then; nil for everything.
    ///   - interval: observed times, both ends included; nil for all.
    public func observations(
        of series: SeriesID, receivedBy received: Instant? = nil, during interval: ClosedRange<Instant>? = nil
    ) throws -> [Observation] {
        try kept(of: series, receivedBy: received, during: interval).map(\.observation)
    }

    /// The same with the way each came in.
    ///
    /// - Parameter withdrawnToo: whether what its provider has taken back, by the time asked for, is listed too.
    public func kept(
        of series: SeriesID, receivedBy received: Instant? = nil, during interval: ClosedRange<Instant>? = nil,
        withdrawnToo: Bool = false
    ) throws -> [KeptObservation] {
        try read("cannot read the series \(series)") { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(NodeDatabase.observationColumns)
                    FROM observation o JOIN source s ON s.id = o.source LEFT JOIN lane l ON l.id = o.lane
                    WHERE o.series = (SELECT id FROM series WHERE name = ?) AND o.observed BETWEEN ? AND ?
                        AND o.received <= ? AND (? OR o.withdrawn IS NULL OR o.withdrawn > ?)
                    ORDER BY o.observed, o.revision
                    """)
            let arguments: StatementArguments = [
                series.description, interval?.lowerBound.secondsSinceEpoch ?? Int64.min,
                interval?.upperBound.secondsSinceEpoch ?? Int64.max, received?.secondsSinceEpoch ?? Int64.max,
                withdrawnToo, received?.secondsSinceEpoch ?? Int64.max,
            ]
            var kept: [KeptObservation] = []
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            while let row = try rows.next() { kept.append(try NodeDatabase.observation(of: series, row)) }
            return kept
        }
    }

    /// The newest observation of a series, of its highest revision, as it had been received by a time; nil when there is none.
    ///
    /// O(log n) in the length of the series.
    public func newest(of series: SeriesID, receivedBy received: Instant) throws -> KeptObservation? {
        try read("cannot read the newest of the series \(series)") { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(NodeDatabase.observationColumns)
                    FROM observation o JOIN source s ON s.id = o.source LEFT JOIN lane l ON l.id = o.lane
                    WHERE o.series = (SELECT id FROM series WHERE name = ?) AND o.received <= ?
                        AND (o.withdrawn IS NULL OR o.withdrawn > ?)
                    ORDER BY o.observed DESC, o.revision DESC LIMIT 1
                    """)
            let arguments: StatementArguments = [
                series.description, received.secondsSinceEpoch, received.secondsSinceEpoch,
            ]
            return try Row.fetchOne(statement, arguments: arguments).map {
                try NodeDatabase.observation(of: series, $0)
            }
        }
    }

    /// Everything that had been received by a time, sorted by series, observed time and revision.
    public func observations(receivedBy received: Instant, during interval: ClosedRange<Instant>? = nil) throws
        -> [Observation]
    {
        try allSeries().flatMap { try observations(of: $0, receivedBy: received, during: interval) }
    }

    /// How many observations are kept.
    public func observationCount() throws -> Int {
        try read("cannot count the observations") { database in
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM observation") ?? 0
        }
    }

    static func series(named name: String) throws -> SeriesID {
        guard let series = SeriesID(name) else {
            throw StorageError(
                code: .unreadableRecord, what: "the series \(name) has no standard name in this version",
                advice: "use the version of riparian that wrote it")
        }
        return series
    }

    /// What ``observation(of:_:)`` reads, in its order; the tables are `o`, `s` and `l`.
    static let observationColumns = """
        o.observed, o.received, o.value, o.quality, o.known, o.status, o.revision, s.text, o.origin, l.origin,
        o.lane_index, o.lane_offset, o.stated_difference, o.stated_alarm, o.withdrawn
        """

    static func observation(of series: SeriesID, _ row: Row) throws -> KeptObservation {
        guard let quality = Quality(rawValue: row[3]), let known = Known(code: row[4]),
            let status = ReviewStatus(code: row[5])
        else {
            throw StorageError(
                code: .unreadableRecord, what: "an observation of \(series) has a mark that this version does not know",
                advice: "use the version of riparian that wrote it")
        }
        let observation = Observation(
            series: series, observed: Instant(secondsSinceEpoch: row[0]), received: Instant(secondsSinceEpoch: row[1]),
            value: row[2], quality: quality, known: known, status: status, revision: row[6], source: row[7])
        let lane: String? = row[9]
        let difference: Double? = row[12]
        let provenance = lane.map { LaneReference(lane: $0, index: row[10], offset: row[11]) }
        let origin: String? = row[8]
        let withdrawn: Int64? = row[14]
        return KeptObservation(
            observation: observation, origin: origin ?? provenance?.origin ?? "", provenance: provenance,
            stated: difference.map { StatedDifference(value: $0, alarmLevel: row[13]) },
            withdrawn: withdrawn.map { Instant(secondsSinceEpoch: $0) })
    }
}
