import Accord
import Foundation
import Yams

/// A value of a YAML document with its place: what the reader of agreements walks.
struct MarkedValue: Sendable {
    /// What stands there.
    indirect enum Content: Sendable {
        case scalar(JSONValue, text: String)
        case sequence([MarkedValue])
        case mapping([Member])
    }

    /// A key with its value.
    struct Member: Sendable {
        let key: String
        let position: Position
        let value: MarkedValue
    }

    let position: Position
    let content: Content

    /// The same value without places, as canonical JSON takes it.
    var json: JSONValue {
        switch content {
        case .scalar(let value, _): value
        case .sequence(let values): .array(values.map(\.json))
        case .mapping(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// The member of a mapping; nil when it has none of that key or is no mapping.
    subscript(key: String) -> MarkedValue? {
        guard case .mapping(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }
}

/// Reads YAML into marked values, and names what another YAML reader could read differently.
///
/// The document is read by the core schema of YAML 1.2; a plain word that YAML 1.1 reads as something else (`yes`,
/// `21:00`, `2026-01-01`) is a fault, so that every reader computes the same identity.
struct MarkedDocumentReader {
    /// No agreement is longer.
    static let largestDocument = 1 << 20
    private static let largestCount = 100_000

    let file: String
    private(set) var faults: [Fault] = []
    private var count = 0
    private var places: Set<Position> = []

    init(file: String) { self.file = file }

    /// The document's root; nil when it cannot be read at all.
    mutating func read(_ bytes: [UInt8]) -> MarkedValue? {
        guard bytes.count <= Self.largestDocument else {
            report(Position(line: 1, column: 1), "yaml-too-long", "the document is longer than 1 MiB", "shorten it")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            report(
                Position(line: 1, column: 1), "yaml-not-utf8", "the document is not UTF-8",
                "save the file as UTF-8")
            return nil
        }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                report(Position(line: 1, column: 1), "yaml-empty", "the document is empty", "write an agreement")
                return nil
            }
            return marked(root)
        } catch let error as YamlError {
            report(error)
        } catch {
            report(Position(line: 1, column: 1), "yaml-syntax", "the document is not YAML: \(error)", "correct it")
        }
        return nil
    }

    private mutating func report(_ position: Position, _ rule: String, _ message: String, _ advice: String) {
        faults.append(
            Fault(
                file: file, line: position.line, column: position.column, rule: rule, message: message, advice: advice))
    }

    private mutating func report(_ error: YamlError) {
        let advice = "correct the YAML here or just above"
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            report(Position(line: mark.line, column: mark.column), "yaml-syntax", "not YAML: \(problem)", advice)
        case .duplicatedKeysInMapping(let duplicates, let context):
            report(
                Position(line: context.mark.line, column: context.mark.column), "yaml-duplicate-key",
                "the key \(duplicates.joined(separator: ", ")) stands twice in one mapping", "keep one")
        default:
            report(Position(line: 1, column: 1), "yaml-syntax", "the document is not YAML: \(error)", advice)
        }
    }

    private mutating func marked(_ node: Node) -> MarkedValue? {
        let position = node.mark.map { Position(line: $0.line, column: $0.column) } ?? Position(line: 1, column: 1)
        count += 1
        guard count <= Self.largestCount else {
            if count == Self.largestCount + 1 {
                report(position, "yaml-too-long", "the document holds more than 100,000 values", "shorten it")
            }
            return nil
        }
        guard places.insert(position).inserted else {
            // The library puts the value itself where an alias stands; its place is that of the anchor.
            report(position, "yaml-alias", "an alias repeats this value", "write the value out where it is repeated")
            return nil
        }
        switch node {
        case .scalar(let scalar): return marked(scalar, tag: node.tag.description, position)
        case .sequence(let sequence):
            return MarkedValue(position: position, content: .sequence(sequence.compactMap { marked($0) }))
        case .mapping(let mapping): return marked(mapping, position)
        case .alias:
            report(position, "yaml-alias", "an alias repeats a value", "write the value out")
            return nil
        }
    }

    private mutating func marked(_ mapping: Node.Mapping, _ position: Position) -> MarkedValue {
        var members: [MarkedValue.Member] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                report(position, "yaml-key", "a key is not a word", "write a single word before the colon")
                continue
            }
            let place = key.mark.map { Position(line: $0.line, column: $0.column) } ?? position
            guard let value = marked(value) else { continue }
            members.append(MarkedValue.Member(key: name, position: place, value: value))
        }
        return MarkedValue(position: position, content: .mapping(members))
    }

    private mutating func marked(_ scalar: Node.Scalar, tag: String, _ position: Position) -> MarkedValue {
        let text = scalar.string
        let composed = text.precomposedStringWithCanonicalMapping
        if !composed.utf8.elementsEqual(text.utf8) {
            report(
                position, "not-nfc", "the text is not in Unicode NFC: letters and their marks are written apart",
                "save the text in NFC; most editors and input methods do")
        }
        guard scalar.style == .plain else {
            return MarkedValue(position: position, content: .scalar(.string(composed), text: composed))
        }
        let value = MarkedDocumentReader.coreValue(composed)
        if MarkedDocumentReader.tag(of: value) != tag {
            report(
                position, "yaml-ambiguous", "\(text) is read differently by YAML 1.1 and 1.2",
                "put it between double quotes")
        }
        return MarkedValue(position: position, content: .scalar(value, text: composed))
    }

    /// A plain scalar by the core schema of YAML 1.2.2, section 10.3.2; special floats stay texts.
    private static func coreValue(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default:
            let isNumber = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
            guard isNumber, text.utf8.contains(where: { (48...57).contains($0) }), let value = Double(text),
                value.isFinite
            else { return .string(text) }
            return .number(value)
        }
    }

    private static func tag(of value: JSONValue) -> String {
        switch value {
        case .null: "tag:yaml.org,2002:null"
        case .bool: "tag:yaml.org,2002:bool"
        case .number(let number) where number == number.rounded(): "tag:yaml.org,2002:int"
        case .number: "tag:yaml.org,2002:float"
        default: "tag:yaml.org,2002:str"
        }
    }
}
