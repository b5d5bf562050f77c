public import Series

/// A long table of one series as CSV, written row by row into one run of bytes.
///
/// Columns: `observed,received,value,unit,quality,known,status,revision,source,lane,index,clause,redistribution`. Times are
/// UTC, a missing value is empty, the lane is empty for own and published readings.
public struct SeriesTable: Sendable {
    /// The header line.
    public static let header =
        "observed,received,value,unit,quality,known,status,revision,source,lane,index,clause,redistribution\n"

    /// The table so far.
    public private(set) var bytes: [UInt8]
    private let unit: [UInt8]
    private var day = CachedDay()
    private var quoted: [String: [UInt8]] = [:]

    /// Begins a table with its header.
    public init(of property: Property, expectedRows: Int = 0) {
        bytes = Array(SeriesTable.header.utf8)
        bytes.reserveCapacity(bytes.count + expectedRows * 96)
        unit = Array(property.unit.rawValue.utf8)
    }

    /// Where a row came from and whether it may be passed on.
    public struct Provenance: Hashable, Sendable {
        /// The lane's origin; empty for own and published readings.
        public let lane: String
        /// The clause that grants the readings.
        public let clause: String
        /// `none`, `parties`, `public`, or empty where the agreement does not say.
        public let redistribution: String

        /// Makes a provenance.
        public init(lane: String = "", clause: String, redistribution: String) {
            self.lane = lane
            self.clause = clause
            self.redistribution = redistribution
        }
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - observed: s since 1970.
    ///   - received: s since 1970.
    ///   - value: in the property's standard unit.
    ///   - index: the entry of the lane; nil without a lane.
    public mutating func add(
        observed: Int64, received: Int64, value: Double?, quality: Quality, known: Known, status: ReviewStatus,
        revision: Int, source: String, index: Int?, provenance: Provenance
    ) {
        day.write(observed, into: &bytes)
        bytes.append(0x2C)
        day.write(received, into: &bytes)
        bytes.append(0x2C)
        if let value { SeriesTable.write(value, into: &bytes) }
        bytes.append(0x2C)
        bytes.append(contentsOf: unit)
        bytes.append(0x2C)
        SeriesTable.write(quality.rawValue, into: &bytes)
        bytes.append(0x2C)
        bytes.append(contentsOf: known.rawValue.utf8)
        bytes.append(0x2C)
        bytes.append(contentsOf: status.rawValue.utf8)
        bytes.append(0x2C)
        SeriesTable.write(revision, into: &bytes)
        bytes.append(0x2C)
        text(source)
        bytes.append(0x2C)
        text(provenance.lane)
        bytes.append(0x2C)
        if let index { SeriesTable.write(index, into: &bytes) }
        bytes.append(0x2C)
        text(provenance.clause)
        bytes.append(0x2C)
        text(provenance.redistribution)
        bytes.append(0x0A)
    }

    private mutating func text(_ text: String) {
        if text.isEmpty { return }
        if let known = quoted[text] {
            bytes.append(contentsOf: known)
            return
        }
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        let cell = needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        quoted[text] = Array(cell.utf8)
        bytes.append(contentsOf: cell.utf8)
    }

    private static func write(_ number: Int, into bytes: inout [UInt8]) {
        if (0..<10).contains(number) {
            bytes.append(0x30 + UInt8(number))
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
    }

    /// The shortest text that reads back to the same number; whole numbers without a point.
    private static func write(_ value: Double, into bytes: inout [UInt8]) {
        if value == value.rounded(), value.magnitude < 1e15 {
            bytes.append(contentsOf: String(Int64(value)).utf8)
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }
}

/// Writes instants in ISO 8601 with the date of the last one kept: most neighbours lie on one day.
private struct CachedDay {
    private var number: Int64 = .min
    private var date: [UInt8] = []

    mutating func write(_ seconds: Int64, into bytes: inout [UInt8]) {
        var (day, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if rest < 0 { (day, rest) = (day - 1, rest + 86_400) }
        if day != number {
            number = day
            date = Array(Instant(secondsSinceEpoch: day * 86_400).iso8601().prefix { $0 != "T" }.utf8)
        }
        bytes.append(contentsOf: date)
        bytes.append(0x54)
        CachedDay.two(rest / 3600, into: &bytes)
        bytes.append(0x3A)
        CachedDay.two(rest / 60 % 60, into: &bytes)
        bytes.append(0x3A)
        CachedDay.two(rest % 60, into: &bytes)
        bytes.append(0x5A)
    }

    private static func two(_ number: Int64, into bytes: inout [UInt8]) {
        bytes.append(0x30 + UInt8(number / 10))
        bytes.append(0x30 + UInt8(number % 10))
    }
}
