public import Series

/// A message under a notice provision.
public struct LaneNotice: Hashable, Sendable {
    /// The provision that asks for it.
    public let clause: String
    /// What happens.
    public let event: NoticeTerms.Event
    /// What it is about: a series, a reservoir or a lane, as the sender names it.
    public let subject: String
    /// When it was issued.
    public let issued: Instant
    /// When it begins.
    public let from: Instant
    /// When it ends; nil while that is not known.
    public let until: Instant?
    /// Its words.
    public let text: LocalizedText
    /// The index of the notice of this lane that it replaces; nil for a first one.
    public let supersedes: Int?

    /// Makes a notice; it ends, if at all, after its beginning.
    public init(
        clause: String, event: NoticeTerms.Event, subject: String, issued: Instant, from: Instant,
        until: Instant? = nil, text: LocalizedText, supersedes: Int? = nil
    ) {
        precondition(until.map { $0 > from } ?? true, "a notice ends after its beginning")
        self.clause = clause
        self.event = event
        self.subject = subject
        self.issued = issued
        self.from = from
        self.until = until
        self.text = text
        self.supersedes = supersedes
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 9, let clause = fields.text("clause"), let name = fields.text("event"),
            let event = NoticeTerms.Event(rawValue: name), let subject = fields.text("subject"),
            let issued = fields.instant("issued"), let from = fields.instant("from"),
            let until = fields.optional("until", { $0.instant("until") }), let text = fields.localized("text"),
            let supersedes = fields.optional("supersedes", { $0.index("supersedes") }),
            until.map({ $0 > from }) ?? true
        else { return nil }
        self.init(
            clause: clause, event: event, subject: subject, issued: issued, from: from, until: until, text: text,
            supersedes: supersedes)
    }

    var cbor: CBOR {
        .map([
            "type": .text("notice-1"), "clause": .text(clause), "event": .text(event.rawValue),
            "subject": .text(subject), "issued": .instant(issued), "from": .instant(from),
            "until": until.map { .instant($0) } ?? .null, "text": .localized(text),
            "supersedes": supersedes.map { .integer(Int64($0)) } ?? .null,
        ])
    }
}

/// A warning as a person signed it.
public struct LaneWarning: Hashable, Sendable {
    /// The provision under which it is sent.
    public let clause: String
    /// The identifier of the document.
    public let identifier: String
    /// When it was issued.
    public let issued: Instant
    /// The document's bytes (CAP 1.2), signature included.
    public let document: [UInt8]

    /// Makes a warning.
    public init(clause: String, identifier: String, issued: Instant, document: [UInt8]) {
        self.clause = clause
        self.identifier = identifier
        self.issued = issued
        self.document = document
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 5, let clause = fields.text("clause"), let identifier = fields.text("identifier"),
            let issued = fields.instant("issued"), let document = fields.bytes("document")
        else { return nil }
        self.init(clause: clause, identifier: identifier, issued: issued, document: document)
    }

    var cbor: CBOR {
        .map([
            "type": .text("warning-1"), "clause": .text(clause), "identifier": .text(identifier),
            "issued": .instant(issued), "document": .bytes(document),
        ])
    }
}

/// A forecast of one series: the median and the 50 and 90 % bands.
public struct LaneForecast: Hashable, Sendable {
    /// The provision under which it is sent.
    public let clause: String
    /// Which series.
    public let series: SeriesID
    /// When it was issued.
    public let issued: Instant
    /// The first time it is about.
    public let first: Instant
    /// s between its times, > 0.
    public let step: Int
    /// p05, p25, p50, p75, p95, each [time], in the property's unit; all of one length, 1...10,000.
    public let quantiles: [[Double]]

    /// Makes a forecast; five rows of one length, finite numbers.
    public init(clause: String, series: SeriesID, issued: Instant, first: Instant, step: Int, quantiles: [[Double]]) {
        precondition(LaneForecast.isSound(step, quantiles), "five rows of one length, of finite numbers")
        self.clause = clause
        self.series = series
        self.issued = issued
        self.first = first
        self.step = step
        self.quantiles = quantiles
    }

    private static func isSound(_ step: Int, _ quantiles: [[Double]]) -> Bool {
        guard step > 0, quantiles.count == 5, let count = quantiles.first?.count, (1...10_000).contains(count) else {
            return false
        }
        return quantiles.allSatisfy { $0.count == count && $0.allSatisfy(\.isFinite) }
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 7, let clause = fields.text("clause"), let name = fields.text("series"),
            let series = SeriesID(name), let issued = fields.instant("issued"), let first = fields.instant("first"),
            let step = fields.index("step"), let rows = fields.array("quantiles")
        else { return nil }
        let quantiles = rows.compactMap { row -> [Double]? in
            guard case .array(let values) = row else { return nil }
            let numbers = values.compactMap { value -> Double? in
                if case .float(let number) = value { number } else { nil }
            }
            return numbers.count == values.count ? numbers : nil
        }
        guard quantiles.count == rows.count, LaneForecast.isSound(step, quantiles) else { return nil }
        self.init(clause: clause, series: series, issued: issued, first: first, step: step, quantiles: quantiles)
    }

    var cbor: CBOR {
        .map([
            "type": .text("forecast-1"), "clause": .text(clause), "series": .text(series.description),
            "issued": .instant(issued), "first": .instant(first), "step": .integer(Int64(step)),
            "quantiles": .array(quantiles.map { .array($0.map { .float($0) }) }),
        ])
    }
}

/// Takes back what stands in a lane: the values stay in the history and no longer count.
public struct Tombstone: Hashable, Sendable {
    /// The provision that asks for it.
    public let clause: String
    /// The entry that is taken back, >= 0 and before this one.
    public let index: Int
    /// The row of the entry; nil for the whole entry.
    public let offset: Int?
    /// Why, in the words of the party.
    public let reason: String
    /// When it was issued.
    public let issued: Instant

    /// Makes a tombstone.
    public init(clause: String, index: Int, offset: Int? = nil, reason: String, issued: Instant) {
        precondition(index >= 0 && offset ?? 0 >= 0, "an entry and its rows count from zero")
        self.clause = clause
        self.index = index
        self.offset = offset
        self.reason = reason
        self.issued = issued
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 6, let clause = fields.text("clause"), let index = fields.index("index"),
            let offset = fields.optional("offset", { $0.index("offset") }), let reason = fields.text("reason"),
            let issued = fields.instant("issued")
        else { return nil }
        self.init(clause: clause, index: index, offset: offset, reason: reason, issued: issued)
    }

    var cbor: CBOR {
        .map([
            "type": .text("tombstone-1"), "clause": .text(clause), "index": .integer(Int64(index)),
            "offset": offset.map { .integer(Int64($0)) } ?? .null, "reason": .text(reason),
            "issued": .instant(issued),
        ])
    }
}

/// The members of an entry by name, each read as what it should be.
struct EntryFields {
    private let members: [String: CBOR]

    init(_ members: [String: CBOR]) { self.members = members }

    var count: Int { members.count }

    func text(_ key: String) -> String? {
        if case .text(let text)? = members[key] { text } else { nil }
    }

    func bytes(_ key: String) -> [UInt8]? {
        if case .bytes(let bytes)? = members[key] { bytes } else { nil }
    }

    func array(_ key: String) -> [CBOR]? {
        if case .array(let values)? = members[key] { values } else { nil }
    }

    func instant(_ key: String) -> Instant? {
        integer(key).flatMap { Instant(foreign: $0) }
    }

    func integer(_ key: String) -> Int64? {
        switch members[key] {
        case .unsigned(let number)?: Int64(exactly: number)
        case .negative(let number)?: Int64(exactly: number).map { -1 - $0 }
        default: nil
        }
    }

    func index(_ key: String) -> Int? {
        if case .unsigned(let number)? = members[key] { Int(exactly: number) } else { nil }
    }

    func localized(_ key: String) -> LocalizedText? {
        guard case .map(let texts)? = members[key], texts.count == 3, case .text(let vi)? = texts["vi"],
            case .text(let zh)? = texts["zh"], case .text(let en)? = texts["en"]
        else { return nil }
        return LocalizedText(vi: vi, zh: zh, en: en)
    }

    /// Null is `.some(nil)`; anything that is not what it should be is nil.
    func optional<Value>(_ key: String, _ read: (EntryFields) -> Value?) -> Value?? {
        if members[key] == .null { return .some(nil) }
        return read(self).map { .some($0) }
    }
}

extension CBOR {
    static func instant(_ time: Instant) -> CBOR { .integer(time.secondsSinceEpoch) }

    static func localized(_ text: LocalizedText) -> CBOR {
        .map(["vi": .text(text.vi), "zh": .text(text.zh), "en": .text(text.en)])
    }
}
