import Testing

/// What holds for every text file, and for the catalogues of texts that people read.
struct TextTests {
    private let tree = SourceTree.current

    @Test func `no file names a place of one machine`() {
        // Put together from halves, so that this file does not find itself.
        let places = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/", "/opt/" + "swift", "C:\\" + "Users"]
        let files = tree.sources.map(\.text) + tree.tests.map(\.text) + tree.texts
        let violations = files.flatMap { file in
            places.flatMap { place in
                TextFile.offsets(of: place, in: file.bytes).filter { beginsPath(file.bytes, $0) }.map {
                    Violation(
                        path: file.path, line: file.line(at: $0), what: "'\(place)' exists on one machine only",
                        advice: "use a path relative to the repository, or an argument")
                }
            }
        }
        expectNone(violations)
    }

    /// Whether the slash at an offset begins a path, and is no part of a longer one or of a web address.
    private func beginsPath(_ bytes: [UInt8], _ offset: Int) -> Bool {
        guard offset > 0 else { return true }
        let before = bytes[offset - 1]
        return !WordCursor.isWord(before) && !"./-~%}".utf8.contains(before)
    }

    @Test func `the catalogues of all languages hold the same texts`() {
        let catalogues = tree.texts.filter { $0.path.hasPrefix("Sources/Formats/Catalogues/po/") }
            .map { Catalogue($0) }
        guard let first = catalogues.first(where: { $0.path.hasSuffix("/en.po") }), !first.entries.isEmpty else {
            return
        }
        #expect(catalogues.count >= 3, "vi, zh-Hans and en are due; there is \(catalogues.map(\.path))")
        let keys = Set(catalogues.flatMap { $0.entries.keys }).sorted()
        let violations = catalogues.flatMap { catalogue in
            keys.compactMap { key -> Violation? in
                guard let entry = catalogue.entries[key] else {
                    return Violation(
                        path: catalogue.path, line: 1, what: "has no text '\(key)'", advice: "translate it")
                }
                guard !entry.text.isEmpty || catalogue.path == first.path else {
                    return Violation(
                        path: catalogue.path, line: entry.line, what: "'\(key)' is empty", advice: "translate it")
                }
                let wanted = first.entries[key]?.slots ?? entry.slots
                guard entry.slots == wanted else {
                    return Violation(
                        path: catalogue.path, line: entry.line,
                        what: "'\(key)' has the slots \(entry.slots.sorted()), in English \(wanted.sorted())",
                        advice: "keep every {slot} of the English text")
                }
                return nil
            }
        }
        expectNone(violations)
    }
}

/// A gettext file, read as far as comparing needs.
private struct Catalogue {
    struct Entry {
        let line: Int
        let text: String
        /// Names in braces.
        let slots: Set<String>
    }

    let path: String
    let entries: [String: Entry]

    init(_ file: TextFile) {
        var entries: [String: Entry] = [:]
        var fields: [String: String] = [:]
        var field = ""
        var line = 1
        func finish() {
            let text = fields["msgstr", default: ""]
            let original = fields["msgid", default: ""]
            if let key = fields["msgctxt"] ?? (original.isEmpty ? nil : original) {
                let slots = Catalogue.slots(text.isEmpty ? original : text)
                entries[key] = Entry(line: line, text: text, slots: slots)
            }
            fields = [:]
        }
        for number in 1...file.lineStarts.count {
            let content = file.line(number)
            guard !content.hasPrefix("#") else { continue }
            guard let quote = content.firstIndex(of: "\"") else {
                if content.isEmpty { finish() }
                continue
            }
            let head = content[..<quote].filter { $0 != " " }
            if !head.isEmpty { field = head }
            if head == "msgid" { line = number }
            fields[field, default: ""] += content[quote...].dropFirst().dropLast()
        }
        finish()
        self.path = file.path
        self.entries = entries
    }

    private static func slots(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map {
                String($0.prefix { $0 != "}" })
            })
    }
}
