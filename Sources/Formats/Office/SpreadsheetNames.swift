extension SpreadsheetDocument {
    /// The names of the sheets as they stand in the file: what spreadsheets do not allow is replaced, and each is unique where
    /// the case of letters does not count.
    ///
    /// 1 to 31 UTF-16 code units; none of `[ ] : * ? / \`, which become `-`; no control character; no apostrophe at either end;
    /// not `History`. A name that is taken gets ` (2)`, ` (3)` and so on.
    public var sheetNames: [String] {
        var taken: Set<String> = []
        return sheets.enumerated().map { index, sheet in
            let base = SpreadsheetName.clean(sheet.name) ?? "Sheet\(index + 1)"
            var name = base
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                let suffix = " (\(number))"
                name = SpreadsheetName.cut(base, to: 31 - suffix.utf16.count) + suffix
                number += 1
            }
            return name
        }
    }
}

/// What a sheet may be called, and where a cell lies.
enum SpreadsheetName {
    /// The name without what is not allowed; nil where nothing is left.
    static func clean(_ wanted: String) -> String? {
        var scalars = String.UnicodeScalarView()
        for scalar in wanted.unicodeScalars {
            switch scalar {
            case "[", "]", ":", "*", "?", "/", "\\": scalars.append("-")
            case _ where scalar.properties.generalCategory == .control: continue
            case "\u{FFFE}", "\u{FFFF}": continue
            default: scalars.append(scalar)
            }
        }
        let name = trimmed(cut(trimmed(String(scalars)), to: 31))
        guard !name.isEmpty else { return nil }
        return name.lowercased() == "history" ? name + "-" : name
    }

    /// The beginning of a text that takes up at most `limit` UTF-16 code units, no character cut in two unless the first alone is
    /// longer.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var kept = ""
        var length = 0
        for character in text {
            length += character.utf16.count
            if length > limit { break }
            kept.append(character)
        }
        guard kept.isEmpty else { return kept }
        var scalars = String.UnicodeScalarView()
        length = 0
        for scalar in text.unicodeScalars {
            length += scalar.utf16.count
            if length > limit { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static func trimmed(_ text: String) -> String {
        func isEdge(_ character: Character) -> Bool { character == "'" || character.isWhitespace }
        var rest = text[...].drop(while: isEdge)
        while let last = rest.last, isEdge(last) { rest.removeLast() }
        return String(rest)
    }

    /// The letters of a column, counted from 0: A, B, ... Z, AA.
    static func column(_ index: Int) -> String {
        var letters: [UInt8] = []
        var rest = index + 1
        while rest > 0 {
            letters.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
            rest = (rest - 1) / 26
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }
}
