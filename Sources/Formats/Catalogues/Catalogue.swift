import Foundation
public import Series

/// All texts of one language that people read on pages, in alerts and in reasons, by key.
public struct Catalogue: Sendable {
    /// The language.
    public let language: Language
    /// The zones that people on the river keep, west before east: texts give a moment in all of them.
    public let zones: [UTCOffset]
    /// The texts by key, with `{name}` where an argument stands.
    private let texts: [String: String]

    /// Makes a catalogue from its texts.
    public init(language: Language, zones: [UTCOffset] = [], texts: [String: String]) {
        self.language = language
        self.zones = zones
        self.texts = texts
    }

    /// Numbers and times as these texts write them.
    public var format: PeopleFormat { PeopleFormat(language, zones: zones) }

    /// The catalogue that is shipped: `vi.po` and every fragment `NAME.vi.po` beside it.
    ///
    /// - Throws: ``CatalogueFault`` when a file is damaged or two files hold the same key.
    public static func bundled(_ language: Language, zones: [UTCOffset] = []) throws -> Catalogue {
        let suffix = "\(language.rawValue).po"
        let folder = Bundle.module.bundleURL.appendingPathComponent("po", isDirectory: true)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0 == suffix || $0.hasSuffix("." + suffix) }.sorted()
        var texts: [String: String] = [:]
        for file in files {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for entry in try PortableObject(parsing: text, file: file).entries {
                guard let key = entry.context, !entry.isFuzzy else { continue }
                if texts.updateValue(entry.translation, forKey: key) != nil {
                    throw CatalogueFault(
                        file: file, line: entry.line, message: "the key \(key) stands twice", advice: "remove one")
                }
            }
        }
        return Catalogue(language: language, zones: zones, texts: texts)
    }

    /// The text of a key with its arguments put in; the key in brackets when there is none, which is a bug that a test
    /// finds.
    public func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
        guard let pattern = texts[key], !pattern.isEmpty else { return "[\(key)]" }
        return arguments.isEmpty ? pattern : Catalogue.fill(pattern, arguments)
    }

    /// All keys, sorted.
    public var keys: [String] { texts.keys.sorted() }

    /// What people call a zone; its distance from UTC where the texts have no word for it.
    public func name(of zone: UTCOffset) -> String {
        let key = "zone-of.\(zone)"
        return contains(key) ? text(key) : zone.name
    }

    /// Whether there is a text for a key.
    public func contains(_ key: String) -> Bool { texts[key]?.isEmpty == false }

    /// Puts arguments in place of `{name}` in one pass: braces inside an argument are left alone.
    private static func fill(_ pattern: String, _ arguments: [String: String]) -> String {
        var output = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            output += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            output += arguments[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return output + rest
    }

    /// The names of the arguments that a text takes, sorted.
    public static func arguments(of pattern: String) -> [String] {
        var names: [String] = []
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            names.append(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return names.sorted()
    }
}

/// The catalogues of the three languages.
public struct Catalogues: Sendable {
    private let vietnamese: Catalogue
    private let chinese: Catalogue
    private let english: Catalogue

    /// Makes a set from one catalogue a language.
    public init(vietnamese: Catalogue, chinese: Catalogue, english: Catalogue) {
        self.vietnamese = vietnamese
        self.chinese = chinese
        self.english = english
    }

    /// The catalogues that are shipped.
    ///
    /// - Parameter zones: the zones that people on the river keep, ``PartyRegister/zones``.
    /// - Throws: ``CatalogueFault`` when a file is damaged.
    public static func bundled(zones: [UTCOffset] = []) throws -> Catalogues {
        Catalogues(
            vietnamese: try .bundled(.vietnamese, zones: zones), chinese: try .bundled(.chinese, zones: zones),
            english: try .bundled(.english, zones: zones))
    }

    /// The catalogue of a language.
    public subscript(language: Language) -> Catalogue {
        switch language {
        case .vietnamese: vietnamese
        case .chinese: chinese
        case .english: english
        }
    }

    /// One text in all languages, for reasons that travel in all three.
    public func localized(_ key: String, _ arguments: [String: String] = [:]) -> LocalizedText {
        LocalizedText(
            vi: vietnamese.text(key, arguments), zh: chinese.text(key, arguments), en: english.text(key, arguments))
    }
}
