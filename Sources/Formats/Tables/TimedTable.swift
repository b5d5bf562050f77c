public import Series

/// A file that cannot be used, with the first place at which that shows.
public struct TableProblem: Error, Hashable, Sendable {
    /// What, where and what to do.
    public let fault: Fault

    /// Makes a problem.
    public init(_ fault: Fault) { self.fault = fault }
}

/// A table with a column of times and columns of numbers: the form of weather, observed flow, forecasts and readings.
///
/// Times are days (`2001-01-31`, which stand for their beginning) or ISO 8601; one without a zone is UTC here, because these
/// tables come from archives that say so in their description and only the distance between rows counts. An empty field, `NA` and
/// `NaN` are missing. A comma in a number, a repeated time and rows that are not in order are faults.
public struct TimedTable: Sendable {
    /// The names under which the time may stand.
    public static let timeColumns = ["time", "date", "time_utc", "DatesR", "datetime", "Date", "observed"]

    /// The table beneath.
    public let table: CSVTable
    /// One a row, strictly increasing.
    public let times: [Instant]
    private let timeColumn: String

    /// Reads the times and leaves the numbers until they are asked for.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        guard let column = TimedTable.timeColumns.first(where: { table.index(of: $0) != nil }) else {
            throw TimedTable.missing("time", TimedTable.timeColumns, in: table)
        }
        guard !table.rows.isEmpty else {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "table-without-rows", message: "the table has no rows",
                    advice: "below the header each line is one step"))
        }
        var times: [Instant] = []
        times.reserveCapacity(table.rows.count)
        for row in table.rows {
            let time = try TimedTable.time(column, of: row, in: table)
            if let last = times.last, time <= last {
                throw TableProblem(
                    table.fault(
                        column, of: row, rule: time == last ? "time-repeated" : "time-unsorted",
                        message: time == last
                            ? "the time \(row.fields[table.index(of: column) ?? 0]) stands twice"
                            : "the time \(row.fields[table.index(of: column) ?? 0]) comes after a later one",
                        advice: "sort the rows by time and keep one a time"))
            }
            times.append(time)
        }
        self.table = table
        self.times = times
        timeColumn = column
    }

    /// The file as the caller named it.
    public var file: String { table.file }
    /// The texts of the times as they stand in the file.
    public func timeText(_ row: Int) -> String { table.field(timeColumn, of: table.rows[row]) ?? "" }
    /// The names of the other columns.
    public var columns: [String] { table.header.filter { $0 != timeColumn } }

    /// The first of several names that the table has.
    public func column(named aliases: [String]) -> String? { aliases.first { table.index(of: $0) != nil } }

    /// The first of several names, or the fault that says which were looked for.
    public func requireColumn(_ meaning: String, _ aliases: [String]) throws(TableProblem) -> String {
        guard let name = column(named: aliases) else { throw TimedTable.missing(meaning, aliases, in: table) }
        return name
    }

    private static func missing(_ meaning: String, _ aliases: [String], in table: CSVTable) -> TableProblem {
        let isSemicolons = table.header.count == 1 && table.header[0].contains(";")
        return TableProblem(
            Fault(
                file: table.file, line: 1, rule: "table-missing-column",
                message: "no column of \(meaning) among \(table.header.joined(separator: ", "))",
                advice: isSemicolons
                    ? "separate the fields by commas, not semicolons"
                    : "call it \(aliases.joined(separator: " or "))"))
    }

    /// The numbers of a column; nil where there is none.
    ///
    /// - Parameter range: the values that can be meant; others are a fault, with `advice`.
    public func numbers(
        _ column: String, in range: ClosedRange<Double> = -1e15...1e15,
        advice: String = "write a number with a decimal point"
    ) throws(TableProblem) -> [Double?] {
        guard let index = table.index(of: column) else { throw TimedTable.missing(column, [column], in: table) }
        var values: [Double?] = []
        values.reserveCapacity(table.rows.count)
        for row in table.rows {
            let text = row.fields[index]
            if let value = Double(text), value.isFinite {
                guard range.contains(value) else {
                    throw TableProblem(
                        table.fault(
                            column, of: row, rule: "number-out-of-range",
                            message:
                                "\(column) \(text) is \(value < range.lowerBound ? "below" : "above") what it can be",
                            advice: advice))
                }
                values.append(value)
                continue
            }
            let plain = text.trimmed
            if plain.isEmpty || plain == "NA" || plain.lowercased() == "nan" {
                values.append(nil)
            } else if let value = Double(plain), value.isFinite, range.contains(value) {
                values.append(value)
            } else {
                throw TableProblem(
                    table.fault(
                        column, of: row, rule: "not-a-number", message: "\(column) \(text) is no number",
                        advice: "write a decimal point, no comma and no unit; leave missing values empty"))
            }
        }
        return values
    }

    /// The numbers of a column that may have no hole.
    public func completeNumbers(
        _ column: String, in range: ClosedRange<Double>, advice: String
    ) throws(TableProblem) -> [Double] {
        let values = try numbers(column, in: range, advice: advice)
        if let place = values.firstIndex(where: { $0 == nil }) {
            throw TableProblem(
                table.fault(
                    column, of: table.rows[place], rule: "number-missing",
                    message: "\(column) is missing at \(timeText(place))",
                    advice: "a model needs every step: fill the hole from neighbouring stations and say so"))
        }
        return values.compactMap { $0 }
    }

    /// s between the rows, which must be the same throughout.
    public func step() throws(TableProblem) -> Int64 {
        guard times.count > 1 else {
            throw TableProblem(
                Fault(
                    file: file, line: table.rows[0].line, rule: "table-one-row", message: "one row has no step of time",
                    advice: "give at least two rows"))
        }
        let step = times[1] - times[0]
        for place in times.indices.dropFirst() where times[place] - times[place - 1] != step {
            throw TableProblem(
                table.fault(
                    timeColumn, of: table.rows[place], rule: "step-irregular",
                    message: "\(times[place] - times[place - 1]) s to \(timeText(place)) where the step is \(step) s",
                    advice: "put in the rows that are missing, with empty values where nothing was read"))
        }
        return step
    }

    private static func time(_ column: String, of row: CSVTable.Row, in table: CSVTable) throws(TableProblem) -> Instant
    {
        let text = table.field(column, of: row) ?? ""
        if let time = parse(text) { return time }
        throw TableProblem(
            table.fault(
                column, of: row, rule: "not-a-time",
                message: text.isEmpty ? "the time is missing" : "\(text) is no time",
                advice: "write 2001-01-31 or 2001-01-31T06:00:00Z; without a zone it is UTC"))
    }

    /// A day, an ISO 8601 time, or an ISO 8601 time without a zone, which is UTC.
    public static func parse(_ text: String) -> Instant? {
        if text.utf8.count == 10 { return (try? CivilDate(iso8601: text)).map { Instant($0) } }
        return (try? Instant(iso8601: text)) ?? (try? Instant(iso8601: text + "Z"))
    }
}
