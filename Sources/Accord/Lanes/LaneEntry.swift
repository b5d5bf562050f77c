public import Series

/// What stands in a lane, one entry a value: deterministic CBOR; `Documentation/LaneEntries.cddl` is its grammar.
public enum LaneEntry: Hashable, Sendable {
    /// A batch of observations: readings, reservoir states and indicators, 1...``maximumObservations``.
    ///
    /// `received` is the time at which the provider first had each.
    case observations([Observation])
    /// Something that is about to happen or has happened.
    case notice(LaneNotice)
    /// A signed warning.
    case warning(LaneWarning)
    /// A forecast of one series.
    case forecast(LaneForecast)
    /// The key manifest of the party, as its root key signed it.
    case manifest(note: [UInt8])
    /// Takes back something that stands in the lane; it stays in the history.
    case tombstone(Tombstone)
    /// A marked test entry, and the answer to one.
    case drill(LaneDrill)
    /// How far another party's clock differs from this one's.
    case clock(LaneClock)
    /// An act of the party in the register of provisions.
    case register(LaneRegister)

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
            var encoded = ObservationRows.encode(rest.prefix(count))
            while encoded.count > LaneTiles.maximumEntry {
                guard count > 1 else {
                    let series = rest[rest.startIndex].series
                    throw LaneProblem(
                        code: .entry,
                        what: "an observation of \(series) is longer than 65,535 bytes: shorten its source")
                }
                count /= 2
                encoded = ObservationRows.encode(rest.prefix(count))
            }
            entries.append(encoded)
            rest = rest.dropFirst(count)
        }
        return entries
    }

    /// The bytes of an entry.
    ///
    /// - Throws: ``LaneProblem`` when they are longer than 65,535, or a batch is empty or too large; nothing is cut.
    public func encoded() throws(LaneProblem) -> [UInt8] {
        let bytes: [UInt8]
        switch self {
        case .observations(let rows):
            guard (1...LaneEntry.maximumObservations).contains(rows.count) else {
                throw LaneProblem(code: .entry, what: "an entry holds 1 to 500 observations, not \(rows.count)")
            }
            bytes = ObservationRows.encode(rows[...])
        case .notice(let notice): bytes = notice.cbor.encoded
        case .warning(let warning): bytes = warning.cbor.encoded
        case .forecast(let forecast): bytes = forecast.cbor.encoded
        case .manifest(let note): bytes = CBOR.map(["type": .text("manifest-1"), "note": .bytes(note)]).encoded
        case .tombstone(let tombstone): bytes = tombstone.cbor.encoded
        case .drill(let drill): bytes = drill.cbor.encoded
        case .clock(let clock): bytes = clock.cbor.encoded
        case .register(let act): bytes = act.cbor.encoded
        }
        guard bytes.count <= LaneTiles.maximumEntry else {
            throw LaneProblem(code: .entry, what: "an entry is longer than 65,535 bytes: shorten its texts")
        }
        return bytes
    }

    /// Reads an entry; throws for any bytes but the one encoding of a known type.
    public init(_ bytes: [UInt8]) throws(LaneProblem) {
        if let rows = ObservationRows.decode(bytes) {
            self = .observations(rows)
            return
        }
        guard case .map(let members)? = CBOR.decode(bytes), case .text(let type)? = members["type"] else {
            throw LaneProblem(code: .entry, what: "not an entry in its one encoding")
        }
        let fields = EntryFields(members)
        let entry: LaneEntry? =
            switch type {
            case "notice-1": LaneNotice(fields).map { .notice($0) }
            case "warning-1": LaneWarning(fields).map { .warning($0) }
            case "forecast-1": LaneForecast(fields).map { .forecast($0) }
            case "manifest-1": members.count == 2 ? fields.bytes("note").map { .manifest(note: $0) } : nil
            case "tombstone-1": Tombstone(fields).map { .tombstone($0) }
            case "drill-1": LaneDrill(fields).map { .drill($0) }
            case "clock-1": LaneClock(fields).map { .clock($0) }
            case "register-1": LaneRegister(fields).map { .register($0) }
            default: nil
            }
        guard let entry else {
            throw LaneProblem(code: .entry, what: "an entry of type \(type.prefix(40)) breaks the rules of its type")
        }
        self = entry
    }

    /// The observations of an entry of observations, as received at a time; throws for any other bytes.
    public static func observations(_ entry: [UInt8], received: Instant) throws(LaneProblem) -> [Observation] {
        guard case .observations(let rows) = try LaneEntry(entry) else {
            throw LaneProblem(code: .entry, what: "not an entry of observations")
        }
        return rows.map { $0.received(at: received) }
    }
}

extension Observation {
    /// The same observation as another party had it later.
    public func received(at time: Instant) -> Observation {
        Observation(
            series: series, observed: observed, received: time, value: value, quality: quality, known: known,
            status: status, revision: revision, source: source)
    }
}
