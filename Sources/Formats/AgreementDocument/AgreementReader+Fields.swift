import Accord
import Series

extension AgreementReader {
    /// Adds a fault at a value.
    mutating func report(_ value: MarkedValue, _ rule: String, _ message: String, _ advice: String) {
        report(at: value.position, rule, message, advice)
    }

    /// Adds a fault at a position.
    mutating func report(at position: Position, _ rule: String, _ message: String, _ advice: String) {
        faults.append(
            Fault(
                file: file, line: position.line, column: position.column, rule: rule, message: message, advice: advice))
    }

    /// Whether a value is a mapping; keys that the part does not know or lacks are reported.
    mutating func mapping(_ value: MarkedValue, _ part: AgreementPart) -> Bool {
        mapping(value, keys: part.keys, required: part.requiredKeys)
    }

    /// Whether a value is a mapping; unknown and missing keys are reported.
    private mutating func mapping(_ value: MarkedValue, keys: [String], required: [String]) -> Bool {
        guard case .mapping(let members) = value.content else {
            report(value, "form", "a mapping is expected here", "write key: value, one a line")
            return false
        }
        for member in members where !keys.contains(member.key) {
            report(
                at: member.position, "unknown-key", "the key \(member.key) is not known here",
                "use one of " + keys.joined(separator: ", "))
        }
        for key in required where value[key] == nil {
            report(value, "missing-key", "\(key) is missing", "add \(key)")
        }
        return true
    }

    /// The items of a list; a single value is not a list.
    mutating func list(_ value: MarkedValue?) -> [MarkedValue] {
        guard let value else { return [] }
        guard case .sequence(let items) = value.content else {
            report(value, "form", "a list is expected here", "write - item, one a line, or [item, item]")
            return []
        }
        return items
    }

    /// A text; numbers and truth values are not texts.
    mutating func text(_ value: MarkedValue) -> String? {
        if case .scalar(.string, let text) = value.content, !text.isEmpty { return text }
        report(value, "form", "a text is expected here", "write a text between double quotes")
        return nil
    }

    /// A truth value.
    mutating func boolean(_ value: MarkedValue?) -> Bool? {
        guard let value else { return nil }
        if case .scalar(.bool(let flag), _) = value.content { return flag }
        report(value, "form", "true or false is expected here", "write true or false")
        return nil
    }

    /// A number in a range.
    mutating func number(_ value: MarkedValue?, _ range: ClosedRange<Double>) -> Double? {
        guard let value else { return nil }
        if case .scalar(.number(let number), _) = value.content, range.contains(number) { return number }
        report(
            value, "bad-number", "not a number in the range of this term",
            "write a number from \(JSONValue.text(of: range.lowerBound)) to \(JSONValue.text(of: range.upperBound))")
        return nil
    }

    /// A whole number in a range.
    mutating func integer(_ value: MarkedValue?, _ range: ClosedRange<Double>) -> Int? {
        guard let value, let number = number(value, range) else { return nil }
        if number == number.rounded() { return Int(number) }
        report(value, "bad-number", "not a whole number", "write a whole number")
        return nil
    }

    /// A whole number of minutes.
    mutating func minutes(_ value: MarkedValue?, from least: Double = 1) -> Int? {
        integer(value, least...1_000_000)
    }

    /// A date.
    mutating func date(_ value: MarkedValue?) -> CivilDate? {
        guard let value, let text = text(value) else { return nil }
        if let date = try? CivilDate(iso8601: text) { return date }
        report(value, "bad-date", "\(text) is not a date", "write a date that exists as \"YYYY-MM-DD\"")
        return nil
    }

    /// A time of day.
    mutating func clock(_ value: MarkedValue?) -> ClockTime? {
        guard let value, let text = text(value) else { return nil }
        if let time = ClockTime(text) { return time }
        report(value, "bad-clock", "\(text) is not a time of day", "write a time as \"hh:mm\"")
        return nil
    }

    /// An id.
    mutating func identifier<ID>(_ value: MarkedValue?, _ make: (String) -> ID?) -> ID? {
        guard let value, let text = text(value) else { return nil }
        if let id = make(text) { return id }
        report(value, "bad-id", "\(text) is not an id", "use lower-case ASCII words and digits joined by hyphens")
        return nil
    }

    /// One of a fixed set of words.
    mutating func choice<Word>(_ value: MarkedValue, _ type: Word.Type) -> Word?
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        guard let text = text(value) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        report(value, "unknown-word", "\(text) is not known here", "use one of \(words)")
        return nil
    }

    /// A text in three languages.
    mutating func localized(_ value: MarkedValue?) -> LocalizedText? {
        guard let value else { return nil }
        guard case .mapping = value.content, mapping(value, keys: ["vi", "zh", "en"], required: []) else {
            report(value, "missing-language", "the text is not in three languages", "write vi, zh and en")
            return nil
        }
        var texts: [String: String] = [:]
        for key in ["vi", "zh", "en"] {
            if let member = value[key] {
                texts[key] = text(member)
            } else {
                report(value, "missing-language", "the text in \(key) is missing", "write vi, zh and en")
            }
        }
        guard let vi = texts["vi"], let zh = texts["zh"], let en = texts["en"] else { return nil }
        return LocalizedText(vi: vi, zh: zh, en: en)
    }

    /// The terms that are not public.
    mutating func terms(_ value: MarkedValue?) -> [Term] {
        list(value).compactMap { choice($0, Term.self) }
    }

    /// A party that the document lists.
    mutating func party(_ value: MarkedValue?) -> PartyID? {
        guard let value, let id = identifier(value, PartyID.init) else { return nil }
        if parties.contains(where: { $0.id == id }) { return id }
        report(value, "unknown-party", "\(id) is no party of this document", "add it to parties or correct the id")
        return nil
    }

    /// The identity of a document.
    mutating func identity(_ value: MarkedValue?) -> AgreementIdentity? {
        guard let value, let text = text(value) else { return nil }
        if let identity = AgreementIdentity(text) { return identity }
        report(
            value, "bad-identity", "\(text) is not the identity of a document",
            "write the 64 lower-case hexadecimal digits that riparian accord hash prints, between double quotes")
        return nil
    }

    /// An id that no item before it has.
    mutating func newIdentifier(_ value: MarkedValue?, among taken: [String]) -> String? {
        guard let value, let id = identifier(value, { isTableIdentifier($0) ? $0 : nil }) else { return nil }
        if !taken.contains(id) { return id }
        report(value, "duplicate-id", "the id \(id) stands twice", "give every item its own id")
        return nil
    }

    /// Offices of parties.
    mutating func bodies(_ value: MarkedValue?) -> [ResponsibleBody] {
        list(value).compactMap { item in
            guard mapping(item, .body), let party = party(item["party"]) else { return nil }
            let authority = identifier(item["authority"]) { isTableIdentifier($0) ? $0 : nil }
            return ResponsibleBody(party: party, authority: authority, name: localized(item["name"]))
        }
    }

    /// Who pays.
    mutating func cost(_ value: MarkedValue?) -> CostRule? {
        guard let value, mapping(value, .cost),
            let bearer = value["bearer"].flatMap({ choice($0, CostRule.Bearer.self) })
        else { return nil }
        return CostRule(bearer: bearer, text: localized(value["text"]))
    }

    /// The zone that a mapping names.
    mutating func zone(of value: MarkedValue, rule: String) -> NamedZone? {
        guard let place = value["zone"] else {
            report(value, rule, "the zone is missing", "add zone with a name from zones")
            return nil
        }
        guard let name = text(place) else { return nil }
        if let offset = zones[name] { return NamedZone(name: name, offset: offset) }
        report(place, "unknown-zone", "the zone \(name) does not stand in zones", "add it to zones with its offset")
        return nil
    }
}
