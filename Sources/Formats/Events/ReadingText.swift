import River
import Series

/// A reason to refuse a row, in English.
struct RowRefusal: Error, Hashable {
    /// The reason.
    let reason: String
    /// What kind of thing is wrong.
    let fault: RowFault

    /// Makes a refusal.
    init(_ reason: String, _ fault: RowFault = .other) {
        self.reason = reason
        self.fault = fault
    }
}

/// The fields of one reading as a table writes them, before anything is believed; nil where a field is empty.
struct ReadingText {
    /// When the water stood there.
    var observed: String?
    /// When it was received; nil: ``defaultReceived``, or when it was observed.
    var received: String?
    /// The station's id.
    var station: String?
    /// The word of the standard name.
    var property: String?
    /// The number.
    var value: String?
    /// The unit.
    var unit: String?
    /// How it is known; nil: observed.
    var known: String?
    /// nil: 0.
    var revision: String?
    /// Where it was published; nil: ``origin``.
    var source: String?
    /// Which row it replaces.
    var supersedes: String?
    /// A remark.
    var note: String?
    /// File and line, for a source that is not stated.
    var origin: String
}

/// Turns the fields of a reading into an observation, or says why not: the one place in which a row is judged.
struct ReadingJudge {
    /// The basin with the event's own stations.
    let basin: Basin
    /// Reads the times of the table.
    var clock = ClockText()
    /// For tables that do not say when a row was received.
    var defaultReceived: Instant?
    /// Which zone a party's offices keep: a time written in another one is refused.
    var zones: [PartyID: UTCOffset] = [:]
    /// Whether tables may say when a row was received.
    var readsReceived = true
    private let idByName: [String: StationID]
    /// Bytes; a lane entry of one observation must hold it.
    private static let longestSource = 1_000

    /// Makes a judge of readings in a basin.
    init(basin: Basin, clock: ClockText = ClockText(), defaultReceived: Instant? = nil) {
        self.basin = basin
        self.clock = clock
        self.defaultReceived = defaultReceived
        var names: [String: StationID] = [:]
        for station in basin.stations.values.sorted(by: { $0.id < $1.id }) {
            for name in [station.name.vi, station.name.zh, station.name.en] where names[name.lowercased()] == nil {
                names[name.lowercased()] = station.id
            }
        }
        idByName = names
    }

    /// Judges one reading.
    ///
    /// - Returns: the observation, and a remark when the value was converted.
    func observation(_ text: ReadingText) throws(RowRefusal) -> (Observation, remark: String?) {
        let station = try station(text.station)
        let property = try self.property(text.property)
        let (value, remark) = try quantity(text.value, unit: text.unit, property: property)
        let observed = try clock.instant(text.observed, column: "observed")
        if let written = otherZone(text.observed, at: station) {
            throw RowRefusal(
                "\(text.observed ?? "") is written in \(written), and the station's office keeps "
                    + "\(zones[station.provider] ?? written): is the hour meant so? Write it in the office's zone or in UTC; where a table is meant as it "
                    + "is, riparian ingest --any-zone takes it", .zone)
        }
        var received = defaultReceived ?? observed
        if readsReceived, let word = text.received { received = try clock.instant(word, column: "received") }
        if received < observed, property != .releaseIntention {
            throw RowRefusal(
                "observed \(observed) lies after its receipt, \(received): check the time, its zone and the machine's clock",
                .time)
        }
        let source = text.source ?? text.origin
        guard source.utf8.count <= Self.longestSource else {
            throw RowRefusal("the source has \(source.utf8.count) bytes: write at most \(Self.longestSource)", .source)
        }
        let known = try Self.known(text.known)
        let observation = Observation(
            series: SeriesID(provider: station.provider, station: station.id, property: property), observed: observed,
            received: received, value: value, known: known, revision: try Self.revision(text.revision),
            source: source)
        return (observation, remark)
    }

    /// The zone that a time carries, where the station's office keeps another one: at a border an hour is soon wrong. UTC is
    /// nobody's mistake.
    private func otherZone(_ observed: String?, at station: Station) -> UTCOffset? {
        guard let kept = zones[station.provider], let observed, !observed.hasSuffix("Z"),
            let written = UTCOffset(iso8601: String(observed.suffix(6))), written != kept
        else { return nil }
        return written
    }

    /// Whether two words differ by two letters at most that are left out, put in or another (Levenshtein 1966).
    private func isNear(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard abs(one.count - other.count) <= 2, max(one.count, other.count) <= 40, min(one.count, other.count) >= 3
        else {
            return false
        }
        var row = Array(0...other.count)
        for (place, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in 1..<row.count {
                let change = diagonal + (letter == other[column - 1] ? 0 : 1)
                diagonal = row[column]
                row[column] = min(change, row[column] + 1, row[column - 1] + 1)
            }
        }
        return row[other.count] <= 2
    }

    /// The station that a row names.
    func station(_ word: String?) throws(RowRefusal) -> Station {
        guard let word else { throw RowRefusal("no station: give its id", .station) }
        if let id = StationID(word), let station = basin.stations[id] { return station }
        if let id = idByName[word.lowercased()] {
            throw RowRefusal("unknown station \(word): write its id \(id)", .station)
        }
        let near = basin.stations.keys.map(\.text).filter { isNear($0, word.lowercased()) }.sorted().prefix(3)
        let meant = near.isEmpty ? "" : " - is \(near.joined(separator: " or ")) meant?"
        throw RowRefusal(
            "unknown station \(word): the pack does not have it, nor a stations.csv beside the table\(meant)", .station)
    }

    /// The property that a row names.
    func property(_ word: String?) throws(RowRefusal) -> Property {
        guard let word else { throw RowRefusal("no property: give a standard name such as stage", .property) }
        guard let property = Property(rawValue: word) else {
            throw RowRefusal(
                "unknown property \(word): no standard name is called so; levels are stage, flows discharge", .property)
        }
        return property
    }

    /// A value in the unit of its standard name, and a remark when it was converted.
    func quantity(_ word: String?, unit unitWord: String?, property: Property) throws(RowRefusal) -> (
        Double, remark: String?
    ) {
        let name = property.standardName
        let unit = try Self.unit(unitWord, for: name)
        guard let word else { throw RowRefusal("no value: the row reports none", .value) }
        let number = try Self.number(word)
        guard let value = unit.convert(number, to: name.unit), value.isFinite else {
            throw RowRefusal("value \(word) \(unit.rawValue) cannot be held in \(name.unit.rawValue)", .range)
        }
        guard name.validRange.contains(value) else {
            throw RowRefusal(Self.outside(word, unit: unit, name: name, number: number), .range)
        }
        let remark = unit == name.unit ? nil : "converted from \(unit.rawValue) to \(name.unit.rawValue)"
        return (value, remark)
    }

    private static func outside(_ word: String, unit: Unit, name: StandardName, number: Double) -> String {
        let range = "\(plain(name.validRange.lowerBound)) to \(plain(name.validRange.upperBound)) \(name.unit.rawValue)"
        let text = "value \(word) \(unit.rawValue) outside the range of \(name.property.rawValue), \(range)"
        let candidates: [Unit] = name.unit.kind == .length ? [.centimetre, .millimetre] : [.litrePerSecond]
        for other in candidates where other != unit {
            if let value = other.convert(number, to: name.unit), name.validRange.contains(value) {
                return text + ": it would fit as \(other.rawValue), check the unit"
            }
        }
        return text
    }

    private static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func unit(_ word: String?, for name: StandardName) throws(RowRefusal) -> Unit {
        guard let word else {
            if name.unit == .count { return .count }
            throw RowRefusal("no unit: \(name.property.rawValue) is given in \(name.unit.rawValue)", .unit)
        }
        let spelt = word.replacing("³", with: "3").replacing("^", with: "")
        guard let unit = Unit(rawValue: spelt) else {
            let known = Unit.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowRefusal("unknown unit \(word): the units are \(known)", .unit)
        }
        guard unit.kind == name.unit.kind else {
            throw RowRefusal(
                "unit \(word) does not fit \(name.property.rawValue), which is given in \(name.unit.rawValue)", .unit)
        }
        return unit
    }

    private static func number(_ word: String) throws(RowRefusal) -> Double {
        if let value = decimalNumber(word) { return value }
        if word.contains(","), decimalNumber(word.replacing(",", with: ".")) != nil {
            throw RowRefusal("decimal comma in \(word): write the number with a point", .value)
        }
        throw RowRefusal("malformed number \(word): write digits with a decimal point", .value)
    }

    private static func known(_ word: String?) throws(RowRefusal) -> Known {
        guard let word else { return .observed }
        guard let known = Known(rawValue: word) else {
            let words = Known.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowRefusal("unknown word \(word) in known: the words are \(words)", .known)
        }
        return known
    }

    private static func revision(_ word: String?) throws(RowRefusal) -> Int {
        guard let word else { return 0 }
        guard !word.isEmpty, word.utf8.allSatisfy({ (48...57).contains($0) }), let revision = Int(word),
            revision < 1_000_000
        else {
            throw RowRefusal("revision \(word) is not a whole number from 0 to 999999", .revision)
        }
        return revision
    }
}

/// Reads a decimal number in ASCII: digits, one point, an exponent; nil for anything else, also for `nan` and `0x10`.
func decimalNumber(_ text: some StringProtocol) -> Double? {
    let allowed = text.utf8.allSatisfy {
        (48...57).contains($0)
            || [
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"),
            ].contains($0)
    }
    guard allowed, let value = Double(String(text)), value.isFinite else { return nil }
    return value
}
