import Series
import Yams

/// A YAML mapping with the places of its members, for messages.
struct YAMLDocument {
    /// The file as the caller named it.
    let file: String
    /// The mapping at the top.
    let root: Node

    /// Reads a mapping.
    ///
    /// - Throws: ``EventFileProblem`` when the text is no YAML or no mapping.
    init(_ bytes: [UInt8], file: String) throws(EventFileProblem) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EventFileProblem(file: file, line: 1, "the file is not UTF-8", "save it as UTF-8")
        }
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch {
            throw Self.problem(error, file: file)
        }
        guard let node, node.mapping != nil else {
            throw EventFileProblem(file: file, line: 1, "the file is no mapping", "write lines of the form key: value")
        }
        self.file = file
        root = node
    }

    /// The text of a member; nil when it is absent or empty.
    func text(_ key: String, of node: Node? = nil) -> String? {
        guard let scalar = (node ?? root)[key]?.scalar?.string, !scalar.isEmpty else { return nil }
        return scalar
    }

    /// The members of a list; empty when it is absent.
    func list(_ key: String) -> [Node] { root[key]?.array() ?? [] }

    /// The texts of a list; empty when it is absent.
    func words(_ key: String) -> [String] { list(key).compactMap { $0.scalar?.string } }

    /// The members at the top, or of the mapping at `key`, as texts in the order of the file; those that are no text
    /// are empty.
    func members(of key: String? = nil) throws(EventFileProblem) -> [(key: String, text: String)] {
        let node = key.map { root[$0] } ?? root
        guard let node else { return [] }
        guard let mapping = node.mapping else {
            if node.scalar?.string.isEmpty ?? false { return [] }
            throw problem(node, "\(key ?? "the file") is no mapping", "write lines of the form name: value")
        }
        return mapping.map { ($0.key.scalar?.string ?? "", $0.value.scalar?.string ?? "") }
    }

    /// A problem at a member.
    func problem(at key: String, _ message: String, _ advice: String) -> EventFileProblem {
        problem(root[key] ?? root, message, advice)
    }

    /// A text in three languages; nil when the member is absent.
    func localizedText(_ key: String) throws(EventFileProblem) -> LocalizedText? {
        guard let node = root[key] else { return nil }
        return try localizedText(node)
    }

    /// A text in three languages.
    func localizedText(_ node: Node) throws(EventFileProblem) -> LocalizedText {
        guard let vi = text("vi", of: node), let zh = text("zh", of: node), let en = text("en", of: node) else {
            throw problem(node, "a text lacks one of vi, zh, en", "give the text in all three languages")
        }
        return LocalizedText(vi: vi, zh: zh, en: en)
    }

    /// A number within a range; nil when the member is absent.
    func number(_ key: String, within range: ClosedRange<Double>) throws(EventFileProblem) -> Double? {
        guard let node = root[key] else { return nil }
        guard let word = node.scalar?.string, let value = decimalNumber(word), range.contains(value) else {
            throw problem(
                node, "\(key) is no number between \(range.lowerBound) and \(range.upperBound)", "write a number")
        }
        return value
    }

    /// A problem at a node.
    func problem(_ node: Node?, _ message: String, _ advice: String) -> EventFileProblem {
        EventFileProblem(
            file: file, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1, message, advice)
    }

    private static func problem(_ error: any Error, file: String) -> EventFileProblem {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            EventFileProblem(
                file: file, line: mark.line, column: mark.column, "not YAML: \(problem)", "correct the line")
        case YamlError.duplicatedKeysInMapping(let keys, _):
            EventFileProblem(
                file: file, line: 1, "the key \(keys.sorted().joined(separator: ", ")) stands twice",
                "keep one of the two")
        default: EventFileProblem(file: file, line: 1, "not YAML", "correct the file")
        }
    }
}

/// A file beside the tables of an event, or a mapping, that cannot be read.
public struct EventFileProblem: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public let fault: Fault

    /// Makes a problem.
    init(file: String, line: Int, column: Int = 1, _ message: String, _ advice: String) {
        fault = Fault(
            file: file, line: line, column: column, rule: "event-yaml", message: message, advice: advice)
    }

    /// `FILE:LINE:COLUMN: MESSAGE [RULE] - ADVICE`.
    public var description: String { fault.text }
}
