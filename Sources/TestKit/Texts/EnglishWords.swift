public import Formats
public import Series

/// English words in a Vietnamese or Chinese text that should have none, in order, each once.
///
/// In Vietnamese: every word of three letters and more that the English catalogue uses and the Vietnamese one does not. In
/// Chinese: every run of two Latin letters and more. Words of `allowed` (names, units, UTC) are no finding.
///
/// - Parameters:
///   - text: what a person reads; use ``visibleText(ofMarkup:)`` for a page.
///   - language: the language that the text should be in; English has no findings.
///   - allowed: words that may stand, compared without regard to case.
///   - catalogues: whose words count as English.
public func englishWords(
    in text: String, language: Language, allowing allowed: Set<String> = [], catalogues: Catalogues
) -> [String] {
    let allowedWords = Set(allowed.flatMap { words(of: $0.lowercased()) })
    var findings: [String] = []
    let english = language == .vietnamese ? vocabulary(catalogues[.english]) : []
    let vietnamese = language == .vietnamese ? vocabulary(catalogues[.vietnamese]) : []
    for word in words(of: text) {
        let lowered = word.lowercased()
        guard !allowedWords.contains(lowered), !findings.contains(word) else { continue }
        switch language {
        case .english: continue
        case .vietnamese:
            if word.count >= 3, english.contains(lowered), !vietnamese.contains(lowered) { findings.append(word) }
        case .chinese:
            if word.count >= 2 { findings.append(word) }
        }
    }
    return findings
}

/// The words that never count as English on a page: the product, zones, units, the languages' own names.
public let neutralWords: Set<String> = ["Riparian", "UTC", "m", "m³", "s", "XML", "English", "Tiếng Việt"]

/// The words of the standard for alerts that texts about its rules name as they are; no translation of a document has them.
public let alertElementNames: Set<String> = [
    "CAP", "HTML", "NFC", "Unicode", "UTF-8", "Z", "alert", "addresses", "altitude", "ceiling", "code", "info", "note",
    "references", "restriction", "Private", "Restricted", "Very Likely", "Likely", "sender,identifier,sent", "vi-VN",
    "image/png", "urn:oid:2.49.0.",
]

/// What a person reads of HTML, SVG or XML: the text between tags and the texts of `title`, `alt` and `aria-label`, without
/// style sheets and without `cite`, which holds the names of sources in their own language.
public func visibleText(ofMarkup markup: String) -> String {
    var output = ""
    var rest = markup[...]
    while let open = rest.firstIndex(of: "<") {
        output += rest[..<open] + " "
        guard let close = rest[open...].firstIndex(of: ">") else { break }
        let tag = rest[rest.index(after: open)..<close]
        rest = rest[rest.index(after: close)...]
        // What is cited is in the words of whoever said it.
        let element = tag.prefix { $0 != " " }
        for attribute in ["title=\"", "alt=\"", "aria-label=\""] {
            guard element != "cite", let found = tag.firstRange(of: attribute) else { continue }
            output += tag[found.upperBound...].prefix { $0 != "\"" } + " "
        }
        for hidden in ["cite", "style"] where element == hidden {
            guard let end = rest.firstRange(of: "</\(hidden)>") else { continue }
            rest = rest[end.upperBound...]
        }
    }
    return (output + rest).replacing("&amp;", with: "&").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
}

private func vocabulary(_ catalogue: Catalogue) -> Set<String> {
    Set(
        catalogue.keys.flatMap { key in
            let arguments = Catalogue.arguments(of: catalogue.text(key))
            return words(of: catalogue.text(key, Dictionary(arguments.map { ($0, " ") }) { first, _ in first }))
        }.map { $0.lowercased() })
}

/// Runs of letters; ideographs and Latin letters stand side by side in Chinese texts and are kept apart.
private func words(of text: some StringProtocol) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text {
        if character.isLetter, isLatin(character) {
            word.append(character)
        } else if !word.isEmpty {
            words.append(word)
            word = ""
        }
    }
    return word.isEmpty ? words : words + [word]
}

private func isLatin(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { $0.value < 0x2000 } ?? false
}
