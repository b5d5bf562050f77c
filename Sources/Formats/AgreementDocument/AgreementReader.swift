public import Accord
public import Series

/// What a file that should hold an agreement holds.
public struct AgreementReading: Sendable {
    /// The agreement; nil when there is a fault.
    public let agreement: Agreement?
    /// The parsed document whose canonical text is hashed; nil when there is a fault.
    public let document: JSONValue?
    /// What is wrong, in the order of the file.
    public let faults: [Fault]
}

/// Reads an agreement document; its schema stands in `Documentation/AgreementDocument.md`.
///
/// - Parameters:
///   - bytes: YAML in UTF-8, at most 1 MiB.
///   - file: the name for messages.
///   - stations: the places that series may name; nil leaves them unchecked.
public func readAgreement(_ bytes: [UInt8], file: String, stations: Set<StationID>? = nil) -> AgreementReading {
    var document = MarkedDocumentReader(file: file)
    guard let root = document.read(bytes) else {
        return AgreementReading(agreement: nil, document: nil, faults: document.faults)
    }
    var reader = AgreementReader(file: file, stations: stations)
    let agreement = reader.agreement(root)
    let faults = (document.faults + reader.faults).sorted {
        ($0.position, $0.rule, $0.message) < ($1.position, $1.rule, $1.message)
    }
    return faults.isEmpty
        ? AgreementReading(agreement: agreement, document: root.json, faults: [])
        : AgreementReading(agreement: nil, document: nil, faults: faults)
}

/// Walks a marked document and collects what is wrong with it.
struct AgreementReader {
    let file: String
    let stations: Set<StationID>?
    var faults: [Fault] = []
    var zones: [String: UTCOffset] = [:]
    var parties: [AgreementParty] = []
    /// The ids of the instruments that provisions may name.
    var instruments: Set<String> = []

    init(file: String, stations: Set<StationID>?) {
        self.file = file
        self.stations = stations
    }

    /// The agreement, incomplete where faults have been reported.
    mutating func agreement(_ root: MarkedValue) -> Agreement? {
        guard mapping(root, .document) else { return nil }
        if let schema = root["schema"], text(schema) != "riparian-agreement-1" {
            report(schema, "unknown-schema", "this schema is not known", "write schema: riparian-agreement-1")
        }
        readZones(root["zones"])
        for item in list(root["parties"]) { readParty(item) }
        let isIllustrative = boolean(root["illustrative"]) ?? false
        let undisclosed = terms(root["undisclosed"])
        let force = force(root["in_force"])
        if force == nil, root["in_force"] == nil, !isIllustrative, !undisclosed.contains(.force) {
            report(
                root, "in-force-missing", "the document says neither when it is in force nor that this is not public",
                "add in_force, or in-force under undisclosed, or illustrative: true")
        }
        let title = localized(root["title"])
        if isIllustrative, let title, let place = root["title"] { checkIllustrative(title, at: place) }
        let general = generalTerms(root)
        instruments = Set(general.instruments.map(\.id))
        let provisions = provisions(root["provisions"])
        guard let id = identifier(root["id"], AgreementID.init), let title else { return nil }
        return Agreement(
            id: id, identity: AgreementIdentity(of: root.json), title: title, isIllustrative: isIllustrative,
            model: root["model"].flatMap { localized($0) }, parties: parties, force: force, undisclosed: undisclosed,
            zones: zones, general: general, provisions: provisions)
    }

    private mutating func provisions(_ value: MarkedValue?) -> [Provision] {
        var provisions: [Provision] = []
        for item in list(value) {
            guard let provision = provision(item) else { continue }
            if provisions.contains(where: { $0.clause == provision.clause }) {
                report(
                    item["clause"] ?? item, "duplicate-clause", "the clause \(provision.clause) stands twice",
                    "give every provision its own number")
            } else {
                provisions.append(provision)
            }
        }
        return provisions
    }

    private mutating func checkIllustrative(_ title: LocalizedText, at place: MarkedValue) {
        let says =
            title.vi.lowercased().contains("minh họa") && title.zh.contains("示例")
            && title.en.lowercased().contains("illustrative")
        if !says {
            report(
                place, "illustrative-title", "the title of an illustrative document does not say so in every language",
                "write minh họa, 示例 and illustrative in the title")
        }
    }

    private mutating func readZones(_ value: MarkedValue?) {
        guard let value else { return }
        guard case .mapping(let members) = value.content else {
            report(value, "form", "zones is not a mapping", "write name: \"+07:00\", one a line")
            return
        }
        for member in members {
            if let offset = UTCOffset(iso8601: text(member.value) ?? "") {
                zones[member.key] = offset
            } else {
                report(member.value, "bad-zone", "not a zone", "write the offset from UTC as \"+07:00\"")
            }
        }
    }

    private mutating func readParty(_ value: MarkedValue) {
        guard mapping(value, .party) else { return }
        guard let place = value["id"], let id = identifier(place, PartyID.init) else { return }
        if id.text == "public" {
            report(place, "reserved-party", "public is the word for everybody", "give the party another id")
        }
        if parties.contains(where: { $0.id == id }) {
            report(place, "duplicate-party", "the party \(id) stands twice", "keep one")
            return
        }
        let role = value["role"].flatMap { choice($0, AgreementParty.Role.self) } ?? .signatory
        let kind = value["kind"].flatMap { choice($0, AgreementParty.Kind.self) }
        parties.append(
            AgreementParty(
                id: id, role: role, validity: validity(value), kind: kind, name: localized(value["name"])))
    }

    private mutating func force(_ value: MarkedValue?) -> DatedForce? {
        guard let value, mapping(value, .inForce) else { return nil }
        let validity = validity(value)
        guard let zone = zone(of: value, rule: "in-force-without-zone") else { return nil }
        return DatedForce(validity: validity, zone: zone)
    }

    /// The days of a mapping, the first of them under a key of its own.
    mutating func validity(_ value: MarkedValue, from key: String = "from") -> Validity {
        let (from, until) = (date(value[key]), date(value["until"]))
        if let from, let until, from >= until {
            report(
                value["until"] ?? value, "validity-inverted", "it ends on \(until), not after its beginning on \(from)",
                "until is the first day on which it no longer holds, later than \(key)")
            return .always
        }
        return Validity(from: from, until: until)
    }
}
