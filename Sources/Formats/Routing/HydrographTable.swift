import Foundation
import River
public import Series

/// Hydrographs of many reaches at regular times, read in blocks of rows.
public struct HydrographTable: Sendable {
    enum Source: Sendable {
        case csv(HydrographCSV)
        case numbers(HydrographNumbers)
        case netCDF(HydrographNetCDF)
    }

    var source: Source
    /// The file as the caller named it.
    public let file: String
    /// Of each column the row of the network that it belongs to; several columns may have the same.
    public let networkRows: [Int32]
    /// Runs side by side; 1 where the file knows none.
    public let members: Int
    /// How many rows of time there are.
    public let rowCount: Int
    /// The time of the first row.
    public let first: Instant
    /// s between two rows; nil where there is only one.
    public let interval: Int64?

    /// Opens a CSV or NetCDF file.
    ///
    /// - Parameters:
    ///   - refusesNegative: true for hydrographs, false for lateral inflow, from which water may be taken.
    ///   - ids: of the rows of the network.
    public static func open(
        _ file: RoutingFile, refusesNegative: Bool, ids: ReachIDs
    ) throws(RoutingFileProblem) -> HydrographTable {
        if file.isNetCDF {
            return try HydrographNetCDF.open(file.name, refusesNegative: refusesNegative, ids: ids)
        }
        let csv = try HydrographCSV(file, refusesNegative: refusesNegative, row: { ids.row(of: $0) })
        return HydrographTable(
            source: .csv(csv), file: file.name, networkRows: csv.networkRows, members: 1, rowCount: csv.rowCount,
            first: csv.first, interval: csv.interval)
    }

    /// Reads rows that follow those read before, shape [row][member][column], m3/s.
    mutating func read<Scalar: RoutingScalar>(
        rows: Int, into room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        switch source {
        case .csv(var csv):
            try csv.read(rows: rows, into: room)
            source = .csv(csv)
        case .numbers(var numbers):
            try numbers.read(rows: rows, columns: networkRows.count, into: room)
            source = .numbers(numbers)
        case .netCDF(var file):
            try file.read(rows: rows, columns: networkRows.count, into: room)
            source = .netCDF(file)
        }
    }

    /// Reads rows that follow those read before, shape [row][member][column], m3/s, where the file has them, or else into a room.
    mutating func next<Scalar: RoutingScalar>(
        rows: Int, room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) -> LateralRows<Scalar> {
        if case .netCDF(var file) = source, let inPlace = try file.next(rows: rows, of: Scalar.self) {
            source = .netCDF(file)
            return inPlace
        }
        try read(rows: rows, into: room)
        return LateralRows(memory: room)
    }
}

/// Plain numbers of four bytes, least significant first, one row of all columns after the other.
struct HydrographNumbers: Sendable {
    let source: RoutingFile
    /// Rows read.
    var row = 0

    mutating func read<Scalar: RoutingScalar>(
        rows: Int, columns: Int, into room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        let begin = row * columns
        let bad: Int? = source.data.withUnsafeBytes { raw in
            for index in 0..<(rows * columns) {
                let bits = raw.loadUnaligned(fromByteOffset: (begin + index) * 4, as: UInt32.self)
                let value = Float(bitPattern: UInt32(littleEndian: bits))
                guard value.isFinite else { return index }
                room[index] = Scalar(value)
            }
            return nil
        }
        if let bad {
            throw RoutingFileProblem(
                source.name, line: row + bad / columns + 1, column: bad % columns + 1, rule: "hydrograph-number",
                "a value is no finite number", advice: "a gap is no zero: fill it, or route the parts one by one")
        }
        row += rows
    }
}

/// A CSV file of hydrographs: `time,ID,ID,...`, times with a zone, values in m3/s, nothing empty.
struct HydrographCSV: Sendable {
    let file: String
    let networkRows: [Int32]
    let rowCount: Int
    let first: Instant
    let interval: Int64?
    private let source: RoutingFile
    private var position: Int
    private var line: Int
    private var next: Instant
    /// Whether values below zero are refused.
    private let refusesNegative: Bool

    /// Opens a table.
    ///
    /// - Parameter row: the row of the network of an id; nil for none.
    init(
        _ source: RoutingFile, refusesNegative: Bool, row: (String) -> Int?
    ) throws(RoutingFileProblem) {
        self.source = source
        self.refusesNegative = refusesNegative
        file = source.name
        let head = try source.scan { (scanner) throws(RoutingFileProblem) in
            try HydrographCSV.head(&scanner, row: row)
        }
        networkRows = head.rows
        position = head.position
        line = head.line
        guard let first = head.times.first else {
            throw RoutingFileProblem(
                file, rule: "hydrograph-empty", "the table has no row", advice: "one row a time below the header")
        }
        self.first = first
        next = first
        interval = head.times.count > 1 ? head.times[1] - first : nil
        if let interval, interval <= 0 {
            throw RoutingFileProblem(
                file, line: head.line + 1, rule: "hydrograph-time", "the times do not rise",
                advice: "sort the rows by time, one row a time")
        }
        rowCount = HydrographCSV.rows(source.data, from: head.position)
    }

    private struct Head {
        var rows: [Int32]
        var times: [Instant]
        var position: Int
        var line: Int
    }

    private static func head(
        _ scanner: inout FieldScanner, row: (String) -> Int?
    ) throws(RoutingFileProblem) -> Head {
        guard scanner.text(try scanner.field()) == "time" else {
            throw scanner.problem("hydrograph-column", "the first column is not time", "begin the header with time")
        }
        var rows: [Int32] = []
        var seen = Set<Int32>()
        while scanner.comma() {
            let id = scanner.text(try scanner.field())
            guard let found = row(id) else {
                throw scanner.problem(
                    "hydrograph-unknown-id", "\(id.isEmpty ? "a column without a name" : id) is no id of the network",
                    "name each column after a reach of the network, or take the column out")
            }
            guard seen.insert(Int32(found)).inserted else {
                throw scanner.problem("csv-duplicate-column", "the column \(id) stands twice", "keep one of the two")
            }
            rows.append(Int32(found))
        }
        scanner.endLine()
        scanner.skipEmptyLines()
        let (position, line) = (scanner.position, scanner.line)
        var times: [Instant] = []
        while times.count < 2, !scanner.isAtEnd {
            times.append(try time(&scanner))
            while scanner.comma() { _ = try scanner.field() }
            scanner.endLine()
            scanner.skipEmptyLines()
        }
        return Head(rows: rows, times: times, position: position, line: line)
    }

    private static func time(_ scanner: inout FieldScanner) throws(RoutingFileProblem) -> Instant {
        let text = scanner.text(try scanner.field())
        do throws(TimeTextProblem) { return try Instant(iso8601: text) } catch {
            throw scanner.problem("hydrograph-time", "no time: \(text)", error.advice)
        }
    }

    /// Lines that hold something.
    private static func rows(_ data: Data, from position: Int) -> Int {
        data.withUnsafeBytes { raw in
            var (count, isFilled) = (0, false)
            for index in position..<raw.count {
                let byte = raw[index]
                if byte == 0x0A {
                    if isFilled { count += 1 }
                    isFilled = false
                } else if byte != 0x0D {
                    isFilled = true
                }
            }
            return isFilled ? count + 1 : count
        }
    }

    mutating func read<Scalar: RoutingScalar>(
        rows: Int, into room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        let columns = networkRows.count
        var (place, number, expected) = (position, line, next)
        let (spacing, refuses) = (interval ?? 0, refusesNegative)
        (place, number, expected) = try source.scan { (scanner) throws(RoutingFileProblem) in
            scanner.move(to: place, line: number)
            for row in 0..<rows {
                scanner.skipEmptyLines()
                let time = try HydrographCSV.time(&scanner)
                guard time == expected else {
                    throw scanner.problem(
                        "hydrograph-time", "the time is \(time) where \(expected) is due",
                        "keep one spacing; a gap is no zero: fill it, or route the parts one by one")
                }
                expected = time + spacing
                try HydrographCSV.values(&scanner, columns, refuses, room + row * columns)
            }
            return (scanner.position, scanner.line, expected)
        }
        (position, line, next) = (place, number, expected)
    }

    private static func values<Scalar: RoutingScalar>(
        _ scanner: inout FieldScanner, _ columns: Int, _ refusesNegative: Bool, _ room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        var column = 0
        while scanner.comma() {
            let range = try scanner.field()
            guard column < columns else { throw fieldCount(scanner, columns) }
            guard let value = scanner.number(range), value.magnitude < 1e12, value >= 0 || !refusesNegative else {
                throw scanner.problem(
                    "hydrograph-number",
                    range.isEmpty ? "a value is missing" : "not a flow in m3/s: \(scanner.text(range))",
                    "a gap is no zero: fill it, or route the parts one by one")
            }
            room[column] = Scalar(value)
            column += 1
        }
        guard column == columns, scanner.isAtEndOfLine else {
            throw fieldCount(scanner, columns)
        }
        scanner.endLine()
    }

    private static func fieldCount(_ scanner: FieldScanner, _ columns: Int) -> RoutingFileProblem {
        scanner.problem(
            "csv-field-count", "the row has not \(columns + 1) fields as the header has", "complete the row")
    }
}
