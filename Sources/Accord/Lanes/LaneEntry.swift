public import Series

/// What stands in a lane: a batch of observations in deterministic CBOR; `Documentation/LaneEntries.cddl` is its grammar.
public enum LaneEntry {
    /// The most observations of one entry.
    public static let maximumObservations = 500

    /// The entries that hold observations, in order, each within the limits of an entry.
    ///
    /// - Throws: ``LaneProblem`` when one observation alone is longer than an entry may be; nothing is cut.
    public static func entries(_ observations: [Observation]) throws(LaneProblem) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var rest = observations[...]
        while !rest.isEmpty {
            var count = min(maximumObservations, rest.count)
            var encoded = entry(rest.prefix(count))
            while encoded.count > LaneTiles.maximumEntry {
                guard count > 1 else {
                    let series = rest[rest.startIndex].series
                    throw LaneProblem(
                        code: .entry,
                        what: "an observation of \(series) is longer than 65,535 bytes: shorten its source")
                }
                count /= 2
                encoded = entry(rest.prefix(count))
            }
            entries.append(encoded)
            rest = rest.dropFirst(count)
        }
        return entries
    }

    /// The observations of an entry, as received at a time; throws for any other bytes.
    public static func observations(_ entry: [UInt8], received: Instant) throws(LaneProblem) -> [Observation] {
        guard case .map(let members)? = CBOR.decode(entry), members.count == 2,
            members["type"] == .text("observations-1"), case .array(let rows)? = members["rows"],
            !rows.isEmpty, rows.count <= maximumObservations
        else { throw LaneProblem(code: .entry, what: "not an entry of observations in its one encoding") }
        var observations: [Observation] = []
        for row in rows {
            guard let observation = observation(row, received) else {
                throw LaneProblem(code: .entry, what: "row \(observations.count + 1) is not an observation")
            }
            observations.append(observation)
        }
        return observations
    }

    private static func entry(_ observations: ArraySlice<Observation>) -> [UInt8] {
        CBOR.map(["type": .text("observations-1"), "rows": .array(observations.map(row))]).encoded
    }

    private static func row(_ observation: Observation) -> CBOR {
        .array([
            .text(observation.series.description), .integer(observation.observed.secondsSinceEpoch),
            .integer(observation.received.secondsSinceEpoch), observation.value.map { .float($0) } ?? .null,
            .integer(Int64(observation.quality.rawValue)), .text(observation.known.rawValue),
            .text(observation.status.rawValue), .integer(Int64(observation.revision)), .text(observation.source),
        ])
    }

    private static func observation(_ row: CBOR, _ received: Instant) -> Observation? {
        guard case .array(let fields) = row, fields.count == 9, case .text(let name) = fields[0],
            let series = SeriesID(name), let observed = integer(fields[1]), let issued = integer(fields[2]),
            issued >= observed || series.property == .releaseIntention, let quality = integer(fields[4]),
            let flag = Quality(rawValue: Int(quality)), case .text(let knownText) = fields[5],
            let known = Known(rawValue: knownText), case .text(let statusText) = fields[6],
            let status = ReviewStatus(rawValue: statusText), let revision = integer(fields[7]), revision >= 0,
            revision < 1_000_000, case .text(let source) = fields[8]
        else { return nil }
        let value: Double?
        switch fields[3] {
        case .float(let number): value = number
        case .null: value = nil
        default: return nil
        }
        return Observation(
            series: series, observed: Instant(secondsSinceEpoch: observed), received: received, value: value,
            quality: flag, known: known, status: status, revision: Int(revision), source: source)
    }

    private static func integer(_ value: CBOR) -> Int64? {
        switch value {
        case .unsigned(let number): Int64(exactly: number)
        case .negative(let number): Int64(exactly: number).map { -1 - $0 }
        default: nil
        }
    }
}
