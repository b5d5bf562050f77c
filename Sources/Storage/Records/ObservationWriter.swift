import GRDB
import GRDBSQLite
import River
import Series

/// Writes observations one after the other within one transaction.
///
/// The statement is bound by position through SQLite's own interface: an array of boxed arguments for each of hundreds of
/// thousands of rows a second would cost more than the row.
struct ObservationWriter {
    private let database: Database
    /// Of an own or published reading with nothing printed beside it: nearly all that come in batches.
    private let plainInsertion: Statement
    private let insertion: Statement
    private let existing: Statement

    init(_ database: Database) throws {
        self.database = database
        plainInsertion = try database.cachedStatement(
            sql: """
                INSERT INTO observation (series, observed, revision, received, value, quality, known, status, source,
                    origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        insertion = try database.cachedStatement(
            sql: """
                INSERT INTO observation (series, observed, revision, received, value, quality, known, status, source,
                    origin, lane, lane_index, lane_offset, stated_difference, stated_alarm)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        existing = try database.cachedStatement(
            sql: "SELECT value FROM observation WHERE series = ? AND observed = ? AND revision = ?")
    }

    func insert(
        _ record: ObservationRecord, series: Int64, _ identifiers: inout IdentifierTable
    ) throws -> RecordVerdict {
        let observation = record.observation
        let source = try identifiers.source(observation.source)
        let lane = try record.provenance.map { try identifiers.lane($0.lane) }
        let isPlain = lane == nil && record.stated == nil
        let row = RowBinder(isPlain ? plainInsertion.sqliteStatement : insertion.sqliteStatement)
        row.bind(1, series)
        row.bind(2, observation.observed.secondsSinceEpoch)
        row.bind(3, Int64(observation.revision))
        row.bind(4, observation.received.secondsSinceEpoch)
        row.bind(5, observation.value)
        row.bind(6, Int64(observation.quality.rawValue))
        row.bind(7, Int64(observation.known.code))
        row.bind(8, Int64(observation.status.code))
        row.bind(9, source)
        row.bind(10, lane == nil ? record.origin : nil)
        guard !isPlain else { return try verdict(of: row, series: series, observation) }
        row.bind(11, lane)
        row.bind(12, record.provenance.map { Int64($0.index) })
        row.bind(13, record.provenance.map { Int64($0.offset) })
        row.bind(14, record.stated?.value)
        row.bind(15, record.stated.map { Int64($0.alarmLevel) })
        return try verdict(of: row, series: series, observation)
    }

    private func verdict(of row: RowBinder, series: Int64, _ observation: Observation) throws -> RecordVerdict {
        if try row.step(in: database) { return .recorded }
        let key: StatementArguments = [series, observation.observed.secondsSinceEpoch, observation.revision]
        let known = try Row.fetchOne(existing, arguments: key)
        let value: Double? = known?[0]
        return value == observation.value ? .alreadyKnown : .conflicting
    }
}

/// Binds the arguments of a statement by position, from 1.
struct RowBinder {
    private let statement: OpaquePointer
    /// SQLite copies the text before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Takes a statement that is not running: ``step(in:)`` leaves none behind that is.
    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    func bind(_ position: Int32, _ value: Int64) { sqlite3_bind_int64(statement, position, value) }

    func bind(_ position: Int32, _ value: Int64?) {
        if let value { bind(position, value) } else { sqlite3_bind_null(statement, position) }
    }

    func bind(_ position: Int32, _ value: Double?) {
        if let value { sqlite3_bind_double(statement, position, value) } else { sqlite3_bind_null(statement, position) }
    }

    func bind(_ position: Int32, _ value: String?) {
        guard let value else {
            sqlite3_bind_null(statement, position)
            return
        }
        var copy = value
        copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(
                    statement, position, characters.baseAddress, Int32(characters.count), RowBinder.copied)
            }
        }
    }

    func bind(_ position: Int32, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob(statement, position, bytes.baseAddress, Int32(bytes.count), RowBinder.copied)
        }
    }

    /// Runs a statement that gives no rows.
    ///
    /// - Returns: whether it changed a row.
    func step(in database: Database) throws -> Bool {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        return sqlite3_changes(database.sqliteConnection) > 0
    }
}
