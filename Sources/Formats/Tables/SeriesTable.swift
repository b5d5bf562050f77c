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
    private let unit: String
    private var observedDay = CachedDay()
    private var receivedDay = CachedDay()
    private var last: Marks?
    private var beforeIndex: [UInt8] = []
    private var afterIndex: [UInt8] = []

    /// Begins a table with its header.
    public init(of property: Property, expectedRows: Int = 0) {
        bytes = Array(SeriesTable.header.utf8)
        bytes.reserveCapacity(bytes.count + expectedRows * 96)
        unit = property.unit.rawValue
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

    /// What many rows share: everything between the value and the end of the line but the index.
    public struct Marks: Hashable, Sendable {
        /// What the checks say.
        public let quality: Quality
        /// How the values are known.
        public let known: Known
        /// How far their provider has worked on them.
        public let status: ReviewStatus
        /// 0 for first reports.
        public let revision: Int
        /// The place of the source among the sources of the table.
        public let source: Int
        /// The place of the lane among the lanes of the table; nil for own and published readings.
        public let lane: Int?

        /// Makes marks.
        public init(
            quality: Quality, known: Known, status: ReviewStatus, revision: Int, source: Int, lane: Int?
        ) {
            self.quality = quality
            self.known = known
            self.status = status
            self.revision = revision
            self.source = source
            self.lane = lane
        }
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - observed: s since 1970.
    ///   - received: s since 1970.
    ///   - value: in the property's standard unit.
    ///   - index: the entry of the lane; nil without a lane.
    ///   - texts: source and provenance of the marks; asked only when the marks differ from those of the row before.
    public mutating func add(
        observed: Int64, received: Int64, value: Double?, marks: Marks, index: Int?,
        texts: () -> (source: String, provenance: Provenance)
    ) {
        if marks != last {
            let texts = texts()
            last = marks
            let words = "\(marks.quality.rawValue),\(marks.known.rawValue),\(marks.status.rawValue),\(marks.revision)"
            let places = "\(SeriesTable.cell(texts.source)),\(SeriesTable.cell(texts.provenance.lane)),"
            beforeIndex = Array(",\(unit),\(words),\(places)".utf8)
            let terms = [texts.provenance.clause, texts.provenance.redistribution].map(SeriesTable.cell)
            afterIndex = Array(",\(terms[0]),\(terms[1])\n".utf8)
        }
        observedDay.write(observed, into: &bytes)
        bytes.append(0x2C)
        receivedDay.write(received, into: &bytes)
        bytes.append(0x2C)
        if let value { SeriesTable.write(value, into: &bytes) }
        bytes.append(contentsOf: beforeIndex)
        if let index { SeriesTable.write(index, into: &bytes) }
        bytes.append(contentsOf: afterIndex)
    }

    private static func cell(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
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
    private var day: Int64 = .min
    private var date: [UInt8] = []
    private static let digits = Array("000102030405060708091011121314151617181920212223242526272829".utf8)
        + Array("303132333435363738394041424344454647484950515253545556575859".utf8)

    mutating func write(_ seconds: Int64, into bytes: inout [UInt8]) {
        var (day, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if rest < 0 { (day, rest) = (day - 1, rest + 86_400) }
        if day != self.day {
            self.day = day
            date = Array(Instant(secondsSinceEpoch: day * 86_400).iso8601().utf8.prefix(11))
        }
        bytes.append(contentsOf: date)
        CachedDay.two(Int(rest / 3600), into: &bytes)
        bytes.append(0x3A)
        CachedDay.two(Int(rest / 60 % 60), into: &bytes)
        bytes.append(0x3A)
        CachedDay.two(Int(rest % 60), into: &bytes)
        bytes.append(0x5A)
    }

    private static func two(_ number: Int, into bytes: inout [UInt8]) {
        bytes.append(digits[number * 2])
        bytes.append(digits[number * 2 + 1])
    }
}
