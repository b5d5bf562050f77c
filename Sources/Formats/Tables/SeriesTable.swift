public import Series

/// A long table of one series as CSV, written row by row into one run of bytes.
///
/// Columns: `observed,received,value,unit,quality,known,status,revision,source,lane,index,clause,redistribution`. Times are
/// UTC, a missing value is empty, the lane is empty for own and published readings.
public struct SeriesTable {
    /// The header line.
    public static let header =
        "observed,received,value,unit,quality,known,status,revision,source,lane,index,clause,redistribution\n"

    private let run: ByteRun
    /// The table so far.
    public var bytes: [UInt8] { run.bytes }
    private let unit: String
    private var observedDay = CachedDay()
    private var receivedDay = CachedDay()
    private var last: Marks?
    private var beforeIndex: [UInt8] = []
    private var afterIndex: [UInt8] = []

    /// Begins a table with its header.
    public init(of property: Property, expectedRows: Int = 0) {
        run = ByteRun(capacity: 512 + expectedRows * 110)
        run.put(SeriesTable.header)
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
        run.reserve(512 + beforeIndex.count + afterIndex.count)
        observedDay.write(observed, into: run)
        run.put(0x2C)
        receivedDay.write(received, into: run)
        run.put(0x2C)
        if let value { SeriesTable.write(value, into: run) }
        run.put(beforeIndex)
        if let index { run.put(String(index)) }
        run.put(afterIndex)
    }

    private static func cell(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    /// The shortest text that reads back to the same number; whole numbers without a point.
    ///
    /// A number that is a whole count of thousandths is written from that count: two decimals of at most 15 digits are never
    /// the same number, so no shorter text reads back to it.
    private static func write(_ value: Double, into run: ByteRun) {
        let thousandths = (value * 1000).rounded()
        guard value.magnitude < 1e9, thousandths / 1000 == value, value != 0 else {
            let isWhole = value == value.rounded() && value.magnitude < 1e15
            return run.put(isWhole ? String(Int64(value)) : value.description)
        }
        run.putDecimal(thousandths: Int64(thousandths))
    }
}

/// Bytes that grow at their end, checked for room once a row instead of once a byte.
private final class ByteRun {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 4096)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Makes room for that many more bytes.
    func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    /// Writes one byte into reserved room.
    @inline(__always) func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    /// Writes two digits of a number below 100 into reserved room.
    @inline(__always) func putTwo(_ number: Int64) {
        put(0x30 + UInt8(truncatingIfNeeded: number / 10))
        put(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Writes a count of thousandths as a decimal without trailing zeros into reserved room.
    func putDecimal(thousandths: Int64) {
        if thousandths < 0 { put(0x2D) }
        var (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        var places = 1
        var bound: UInt64 = 10
        while whole >= bound {
            places += 1
            bound *= 10
        }
        count += places
        for place in 1...places {
            start[count - place] = 0x30 + UInt8(truncatingIfNeeded: whole % 10)
            whole /= 10
        }
        guard rest > 0 else { return }
        put(0x2E)
        while rest > 0 {
            put(0x30 + UInt8(truncatingIfNeeded: rest / 100))
            rest = rest % 100 * 10
        }
    }

    /// Writes bytes into reserved room.
    @inline(__always) func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            (start + count).update(from: base, count: source.count)
        }
        count += bytes.count
    }

    /// Writes a short text, any length.
    func put(_ text: String) {
        reserve(text.utf8.count + 512)
        for byte in text.utf8 { put(byte) }
    }
}

/// Writes instants in ISO 8601 with the date of the last one kept: most neighbours lie on one day.
private struct CachedDay {
    private var day: Int64 = .min
    private var date: [UInt8] = []

    mutating func write(_ seconds: Int64, into run: ByteRun) {
        var (day, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if rest < 0 { (day, rest) = (day - 1, rest + 86_400) }
        if day != self.day {
            self.day = day
            date = Array(Instant(secondsSinceEpoch: day * 86_400).iso8601().utf8.prefix(11))
        }
        run.put(date)
        run.putTwo(rest / 3600)
        run.put(0x3A)
        run.putTwo(rest / 60 % 60)
        run.put(0x3A)
        run.putTwo(rest % 60)
        run.put(0x5A)
    }
}
