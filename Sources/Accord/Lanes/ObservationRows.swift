import Series

/// The entry of a batch of observations: series and sources once, then one row a reading.
///
/// Written and read without a tree of values between, because a node seals hundreds of thousands of readings a second.
enum ObservationRows {
    static let type = "observations-2"

    /// The one encoding of a batch, names in the order of their first use.
    static func encode(_ observations: ArraySlice<Observation>) -> [UInt8] {
        var seriesNames = NameTable<SeriesID>()
        var sources = NameTable<String>()
        var writer = CBORWriter(capacity: 64 + observations.count * 32)
        writer.head(5, 4)
        writer.text("rows")
        writer.head(4, UInt64(observations.count))
        for observation in observations {
            writer.head(4, 9)
            writer.head(0, UInt64(seriesNames.number(of: observation.series)))
            writer.integer(observation.observed.secondsSinceEpoch)
            writer.integer(observation.received.secondsSinceEpoch)
            if let value = observation.value { writer.float(value) } else { writer.null() }
            writer.head(0, UInt64(observation.quality.rawValue))
            writer.head(0, UInt64(observation.known.code))
            writer.head(0, UInt64(observation.status.code))
            writer.head(0, UInt64(observation.revision))
            writer.head(0, UInt64(sources.number(of: observation.source)))
        }
        writer.text("type")
        writer.text(type)
        writer.text("series")
        writer.head(4, UInt64(seriesNames.names.count))
        for name in seriesNames.names { writer.text(name.description) }
        writer.text("sources")
        writer.head(4, UInt64(sources.names.count))
        for name in sources.names { writer.text(name) }
        return writer.bytes
    }

    /// The observations of an entry; nil for anything but the one encoding of a batch that keeps the rules.
    static func decode(_ bytes: [UInt8]) -> [Observation]? {
        var reader = CBORReader(bytes: bytes)
        guard reader.head(5) == 4, reader.text() == "rows", let count = reader.head(4),
            (1...UInt64(LaneEntry.maximumObservations)).contains(count)
        else { return nil }
        var rows: [Row] = []
        rows.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let row = Row(&reader) else { return nil }
            rows.append(row)
        }
        guard reader.text() == "type", reader.text() == type, reader.text() == "series",
            let seriesNames = names(&reader), reader.text() == "sources", let sources = names(&reader), reader.isAtEnd
        else { return nil }
        let series = seriesNames.compactMap { SeriesID($0) }
        guard series.count == seriesNames.count else { return nil }
        var observations: [Observation] = []
        observations.reserveCapacity(rows.count)
        for row in rows {
            guard let observation = row.observation(series, sources) else { return nil }
            observations.append(observation)
        }
        return encode(observations[...]) == bytes ? observations : nil
    }

    private static func names(_ reader: inout CBORReader) -> [String]? {
        guard let count = reader.head(4), count <= UInt64(LaneEntry.maximumObservations) else { return nil }
        var names: [String] = []
        for _ in 0..<count {
            guard let name = reader.text() else { return nil }
            names.append(name)
        }
        return names
    }
}

/// One row as it stands in the bytes.
private struct Row {
    let series: UInt64
    let observed: Int64
    let received: Int64
    let value: Double?
    let quality: UInt64
    let known: UInt64
    let status: UInt64
    let revision: UInt64
    let source: UInt64

    init?(_ reader: inout CBORReader) {
        guard reader.head(4) == 9, let series = reader.head(0), let observed = reader.integer(),
            let received = reader.integer(), let value = reader.floatOrNull(), let quality = reader.head(0),
            let known = reader.head(0), let status = reader.head(0), let revision = reader.head(0),
            let source = reader.head(0)
        else { return nil }
        (self.series, self.observed, self.received, self.value) = (series, observed, received, value)
        (self.quality, self.known, self.status, self.revision, self.source) = (quality, known, status, revision, source)
    }

    func observation(_ names: [SeriesID], _ sources: [String]) -> Observation? {
        guard series < UInt64(names.count), source < UInt64(sources.count), revision < 1_000_000,
            let flag = Quality(rawValue: Int(clamping: quality)), let word = Known(code: Int(clamping: known)),
            let review = ReviewStatus(code: Int(clamping: status)), let observed = Instant(foreign: observed),
            let received = Instant(foreign: received)
        else { return nil }
        let name = names[Int(series)]
        guard received >= observed || name.property == .releaseIntention || word == .forecast else { return nil }
        return Observation(
            series: name, observed: observed, received: received, value: value, quality: flag, known: word,
            status: review, revision: Int(revision), source: sources[Int(source)])
    }
}

/// Numbers names in the order of their first use.
private struct NameTable<Name: Hashable> {
    private(set) var names: [Name] = []
    private var numbers: [Name: Int] = [:]
    private var last: Name?
    private var lastNumber = 0

    mutating func number(of name: Name) -> Int {
        if name == last { return lastNumber }
        let number: Int
        if let known = numbers[name] {
            number = known
        } else {
            number = names.count
            names.append(name)
            numbers[name] = number
        }
        (last, lastNumber) = (name, number)
        return number
    }
}
