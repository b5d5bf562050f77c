import Formats
import Foundation
import NodeCore
import Series

/// A form of a sheet, as its template shows it.
struct SheetForm {
    struct Hidden {
        let name: String
        let value: String
    }

    /// Names it among the forms of a page.
    let id: String
    let address: String
    /// `get` for a form that asks, `post` for one that acts.
    let method: String
    let isMultipart: Bool
    /// The heading of the fold in which it stands; nil where it stands open.
    var fold: String?
    var isOpen = false
    let hidden: [Hidden]
    let fields: [SheetField]
    let button: String
    let isPost: Bool
    let asksName: Bool
    let asksCode: Bool
    let codeLabel: String
    let personLabel: String
}

/// A field of a form.
struct SheetField {
    struct Choice {
        let value: String
        let text: String
        let isChosen: Bool
    }

    let id: String
    let name: String
    let label: String
    let value: String
    let hint: String?
    let error: String?
    let isRequired: Bool
    let isText: Bool
    let isArea: Bool
    let isSelect: Bool
    let isSeveral: Bool
    /// Whether there are so many choices that they need the width of the form.
    let isMany: Bool
    let isDay: Bool
    let isFile: Bool
    let inputMode: String
    let maximum: Int
    let rows: Int
    let lang: String?
    let choices: [Choice]
    /// The elements that tell more about it.
    let describedBy: String?
    let isWrong: Bool
}

/// What a form was filled with: the first value of each field, and every value of those that take several.
struct FormValues: Sendable {
    private var values: [String: [String]] = [:]
    /// Chosen files, by field.
    var files: [String: [UInt8]] = [:]

    init(_ values: [String: String] = [:]) { self.values = values.mapValues { [$0] } }

    /// Reads the query of an address as forms write it: a plus is a blank.
    init(query: String) { self.init(fields: FormPost.fields(query)) }

    init(_ form: FormPost) {
        self.init(fields: form.fields)
        files = form.files
    }

    private init(fields: [(name: String, value: String)]) {
        for (name, value) in fields { values[name, default: []].append(value) }
    }

    /// A text in three languages, from the fields that ``FormEnvironment/three(_:_:rows:value:)`` makes.
    func three(_ field: String) -> LocalizedText {
        LocalizedText(vi: self[field + "_vi"], zh: self[field + "_zh"], en: self[field + "_en"])
    }

    /// The first value as it was sent: the ends of a table are cells, too.
    func raw(_ name: String) -> String { values[name]?.first ?? "" }

    /// The first value without blanks around it; empty where there is none.
    subscript(name: String) -> String {
        get {
            let text = values[name]?.first ?? ""
            return text.replacing("\r\n", with: "\n").trimmed
        }
        set { values[name] = [newValue] }
    }

    /// Chooses one more of a field that takes several.
    mutating func append(_ value: String, to name: String) { values[name, default: []].append(value) }

    /// Writes one more line into a field of several lines.
    mutating func add(_ line: String, toLinesOf name: String) {
        self[name] = self[name].isEmpty ? line : self[name] + "\n" + line
    }

    /// The names of fields that begin with some letters, in order.
    func names(beginning prefix: String) -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted() }

    func all(_ name: String) -> [String] { (values[name] ?? []).map(\.trimmed).filter { !$0.isEmpty } }

    func has(_ name: String) -> Bool { values[name] != nil }
}

extension String {
    /// Without blanks and line ends around it, in one composed form, without control characters and those that turn the
    /// direction of what follows (Unicode 15, annex 9).
    var trimmed: String {
        let kept = String(
            unicodeScalars.filter {
                ($0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control)
                    && !(0x202A...0x202E).contains($0.value) && !(0x2066...0x2069).contains($0.value)
            })
        var rest = Substring(kept)
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest).precomposedStringWithCanonicalMapping
    }
}

/// What a field of a form takes.
struct FieldSpec {
    enum Kind {
        case text(maximum: Int)
        /// Bounded by what the reader takes, which says so: a browser would cut a text in silence.
        case area(rows: Int)
        case number
        case day
        case choice([(value: String, text: String)])
        case several([(value: String, text: String)])
        case file
    }

    let name: String
    let label: String
    let kind: Kind
    var isRequired = false
    var hint: String?
    var lang: String?
    var value: String = ""

    init(
        _ name: String, _ label: String, _ kind: Kind, isRequired: Bool = false, hint: String? = nil,
        lang: String? = nil, value: String = ""
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.isRequired = isRequired
        self.hint = hint
        self.lang = lang
        self.value = value
    }

    /// The field as the template shows it.
    ///
    /// - Parameters:
    ///   - typed: what was typed before; nil shows the field's own value.
    ///   - form: the id of its form.
    func model(typed: FormValues?, error: String?, form: String) -> SheetField {
        let id = "\(form)-\(name)"
        let value = typed.map { $0[name] } ?? value
        var choices: [SheetField.Choice] = []
        var (isText, isArea, isSelect, isSeveral, isDay, isFile) = (false, false, false, false, false, false)
        var (mode, maximum, rows) = ("text", RegisterLimits.text, 3)
        switch kind {
        case .text(let most): (isText, maximum) = (true, most)
        case .area(let count): (isArea, rows) = (true, count)
        case .number: (isText, mode, maximum) = (true, "decimal", 40)
        case .day: isDay = true
        case .choice(let all):
            isSelect = true
            choices = all.map { .init(value: $0.value, text: $0.text, isChosen: $0.value == value) }
        case .several(let all):
            isSeveral = true
            let chosen = typed.map { Set($0.all(name)) } ?? Set(self.value.split(separator: "|").map(String.init))
            choices = all.map { .init(value: $0.value, text: $0.text, isChosen: chosen.contains($0.value)) }
        case .file: isFile = true
        }
        let described = [hint == nil ? nil : "\(id)-hint", error == nil ? nil : "\(id)-error"].compactMap { $0 }
        return SheetField(
            id: id, name: name, label: label, value: value, hint: hint, error: error, isRequired: isRequired,
            isText: isText, isArea: isArea, isSelect: isSelect, isSeveral: isSeveral,
            isMany: isSeveral && choices.count > 8, isDay: isDay, isFile: isFile,
            inputMode: mode, maximum: maximum, rows: rows, lang: lang, choices: choices,
            describedBy: described.isEmpty ? nil : described.joined(separator: " "), isWrong: error != nil)
    }
}

/// Bounds of what forms take.
enum RegisterLimits {
    /// Characters of a text.
    static let text = 4_000
    /// Bytes of a file.
    static let file = 10 * 1024 * 1024
}
