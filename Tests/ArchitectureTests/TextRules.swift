/// What holds for every text file, as faults found in a tree.
extension SourceTree {
    /// Paths that exist on one machine only.
    func machinePaths() -> [Violation] {
        // Put together from halves, so that this file does not find itself.
        let places = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/", "/opt/" + "swift", "C:\\" + "Users"]
        return (sources.map(\.text) + tests.map(\.text) + texts).flatMap { file in
            places.flatMap { place in
                TextFile.offsets(of: place, in: file.bytes).filter { beginsPath(file.bytes, $0) }.map {
                    Violation(
                        path: file.path, line: file.line(at: $0), what: "'\(place)' exists on one machine only",
                        advice: "use a path relative to the repository, or an argument")
                }
            }
        }
    }

    /// Whether the slash at an offset begins a path, and is no part of a longer one or of a web address.
    private func beginsPath(_ bytes: [UInt8], _ offset: Int) -> Bool {
        guard offset > 0 else { return true }
        let before = bytes[offset - 1]
        return !WordCursor.isWord(before) && !"./-~%}".utf8.contains(before)
    }

    /// Texts that a language lacks, left empty, or gave other slots than the English text has. A file `NAME.vi.po` is
    /// compared with the other languages' files of that name.
    func unequalCatalogues() -> [Violation] {
        let folder = "Sources/Formats/Catalogues/po/"
        let catalogues = texts.filter { $0.path.hasPrefix(folder) }.map { Catalogue($0) }
        let fragments = Set(
            catalogues.map { $0.path.dropFirst(folder.count).split(separator: ".").dropLast(2).joined(separator: ".") })
        return fragments.sorted().flatMap { fragment in
            let names = ["en", "vi", "zh-Hans"].map { folder + (fragment.isEmpty ? "" : fragment + ".") + $0 + ".po" }
            return unequal(catalogues.filter { names.contains($0.path) }, names: names)
        }
    }

    /// The faults of one text's files, English first among the names.
    private func unequal(_ catalogues: [Catalogue], names: [String]) -> [Violation] {
        let english = catalogues.first { $0.path == names[0] }?.entries ?? [:]
        let keys = Set(catalogues.flatMap { $0.entries.keys }).sorted()
        let missing = names.filter { name in !catalogues.contains { $0.path == name } }
        return missing.map {
            Violation(path: $0, line: 1, what: "does not exist", advice: "every text has three languages")
        }
            + catalogues.flatMap { catalogue in
                keys.compactMap { catalogue.fault(of: $0, beside: english[$0]) }
            }
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

    /// What is wrong with one text; nil when nothing is.
    func fault(of key: String, beside english: Entry?) -> Violation? {
        guard let entry = entries[key] else {
            return Violation(path: path, line: 1, what: "has no text '\(key)'", advice: "translate it")
        }
        if entry.text.isEmpty, !path.hasSuffix("/en.po") {
            return Violation(path: path, line: entry.line, what: "'\(key)' is empty", advice: "translate it")
        }
        guard let wanted = english?.slots, wanted != entry.slots else { return nil }
        return Violation(
            path: path, line: entry.line,
            what: "'\(key)' has the slots \(entry.slots.sorted()), in English \(wanted.sorted())",
            advice: "keep every {slot} of the English text")
    }

    private static func slots(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map {
                String($0.prefix { $0 != "}" })
            })
    }
}
