import GRDB
import GRDBSQLite
public import Series

/// One reading of a series as it is kept, for long tables: numbers as they stand, names looked up once a series.
public struct SeriesRow: Sendable {
    /// When the water stood there, s since 1970.
    public let observed: Int64
    /// When this node had it, s since 1970.
    public let received: Int64
    /// In the property's unit; nil when missing.
    public let value: Double?
    /// What the checks say.
    public let quality: Quality
    /// How it is known.
    public let known: Known
    /// How far its provider has worked on it.
    public let status: ReviewStatus
    /// 0 for the first report.
    public let revision: Int
    /// The place of its source in the names of the table.
    public let source: Int
    /// The place of its lane in the names of the table; nil for own and published readings.
    public let lane: Int?
    /// The entry of the lane.
    public let index: Int
}

/// Names that many rows share.
public struct SeriesRowNames: Sendable {
    /// The sources.
    public internal(set) var sources: [String] = []
    /// The origins of lanes.
    public internal(set) var lanes: [String] = []
}

extension NodeDatabase {
    /// Walks a series in the order of observed time, then revision, without making a value of each reading.
    ///
    /// - Parameters:
    ///   - received: only what had been received, and not yet taken back, by then; nil for everything that counts.
    ///   - latestOnly: of each observed time only the highest revision.
    ///   - place: only what follows it; nil for everything.
    ///   - limit: rows at most, > 0; nil for all.
    ///   - body: called for each row with the names met so far.
    /// - Returns: whether rows follow that the limit has left out.
    @discardableResult
    public func forEachRow(
        of series: SeriesID, receivedBy received: Instant? = nil, during interval: ClosedRange<Instant>? = nil,
        latestOnly: Bool = false, after place: SeriesCursor? = nil, limit: Int? = nil,
        _ body: (SeriesRow, SeriesRowNames) throws -> Void
    ) throws -> Bool {
        try read("cannot read the series \(series)") { database in
            let knownThen =
                received == nil ? "withdrawn IS NULL" : "received <= ?4 AND (withdrawn IS NULL OR withdrawn > ?4)"
            let statement = try database.cachedStatement(
                sql: """
                    SELECT observed, received, value, quality, known, status, revision, source, lane, lane_index
                        FROM observation WHERE series = (SELECT id FROM series WHERE name = ?1)
                        AND observed BETWEEN ?2 AND ?3 AND \(knownThen) ORDER BY observed, revision
                    """)
            var names = NameNumbers(database)
            let rows = RowBinder(statement.sqliteStatement)
            rows.bind(1, series.description)
            let first = place?.observed.secondsSinceEpoch ?? Int64.min
            rows.bind(2, max(first, interval?.lowerBound.secondsSinceEpoch ?? Int64.min))
            rows.bind(3, interval?.upperBound.secondsSinceEpoch ?? Int64.max)
            if let received { rows.bind(4, received.secondsSinceEpoch) }
            defer { sqlite3_reset(statement.sqliteStatement) }
            var (held, left) = (SeriesRow?.none, limit ?? Int.max)
            while let row = try NodeDatabase.nextRow(statement.sqliteStatement, &names, in: database) {
                if let place, row.observed == first, row.revision <= place.revision { continue }
                if let held, !latestOnly || held.observed != row.observed {
                    guard left > 0 else { return true }
                    left -= 1
                    try body(held, names.names)
                }
                held = row
            }
            guard let held else { return false }
            guard left > 0 else { return true }
            try body(held, names.names)
            return false
        }
    }

    private static func nextRow(
        _ statement: OpaquePointer, _ names: inout NameNumbers, in database: Database
    ) throws -> SeriesRow? {
        let code = sqlite3_step(statement)
        if code == SQLITE_DONE { return nil }
        guard code == SQLITE_ROW else {
            let message = sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
        func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
        guard let quality = Quality(rawValue: Int(integer(3))), let known = Known(code: Int(integer(4))),
            let status = ReviewStatus(code: Int(integer(5)))
        else {
            throw StorageError(
                code: .unreadableRecord, what: "an observation has a mark that this version does not know",
                advice: "use the version of riparian that wrote it")
        }
        return SeriesRow(
            observed: integer(0), received: integer(1), value: isNull(2) ? nil : sqlite3_column_double(statement, 2),
            quality: quality, known: known, status: status, revision: Int(integer(6)),
            source: try names.source(integer(7)), lane: isNull(8) ? nil : try names.lane(integer(8)),
            index: Int(integer(9)))
    }
}

/// The names of sources and lanes, numbered as they are met.
private struct NameNumbers {
    let database: Database
    var names = SeriesRowNames()
    private var sources: [Int64: Int] = [:]
    private var lanes: [Int64: Int] = [:]
    private var lastSource: (id: Int64, number: Int)?

    init(_ database: Database) { self.database = database }

    mutating func source(_ id: Int64) throws -> Int {
        if let lastSource, lastSource.id == id { return lastSource.number }
        let number: Int
        if let known = sources[id] {
            number = known
        } else {
            number = names.sources.count
            let text = try String.fetchOne(database, sql: "SELECT text FROM source WHERE id = ?", arguments: [id])
            names.sources.append(text ?? "")
            sources[id] = number
        }
        lastSource = (id, number)
        return number
    }

    mutating func lane(_ id: Int64) throws -> Int {
        if let known = lanes[id] { return known }
        let text = try String.fetchOne(database, sql: "SELECT origin FROM lane WHERE id = ?", arguments: [id])
        names.lanes.append(text ?? "")
        lanes[id] = names.lanes.count - 1
        return names.lanes.count - 1
    }
}
