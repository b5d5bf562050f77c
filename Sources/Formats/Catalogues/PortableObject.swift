/// A gettext catalogue as its file writes it: keys are the contexts, sources the English texts.
///
/// Reads the part of the format that Riparian's catalogues use: comments, `msgctxt`, `msgid`, `msgstr` and continued
/// strings. Plural forms are refused: the texts are written so that they need none.
struct PortableObject: Sendable {
    /// One text.
    struct Entry: Hashable, Sendable {
        /// The key (`msgctxt`); nil for the header.
        var context: String?
        /// The English text (`msgid`).
        var source: String
        /// The translated text (`msgstr`).
        var translation: String
        /// Whether a translator has marked it as unsure.
        var isFuzzy: Bool
        /// The line of its first keyword, from 1.
        var line: Int
    }

    /// In the order of the file, without the header.
    var entries: [Entry]

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - file: its name, for messages.
    init(parsing text: String, file: String) throws(CatalogueFault) {
        var reader = Reader(file: file)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            try reader.read(line.trimmingBlanks, number: index + 1)
        }
        entries = try reader.finish()
    }

    /// Collects entries line by line.
    private struct Reader {
        enum Field { case context, source, translation }

        let file: String
        var entries: [Entry] = []
        var current: Entry?
        var field: Field?
        var isFuzzy = false

        mutating func read(_ line: Substring, number: Int) throws(CatalogueFault) {
            if line.isEmpty {
                close()
            } else if line.hasPrefix("#,") {
                close()
                isFuzzy = line.contains("fuzzy")
            } else if line.hasPrefix("#") {
                return
            } else if line.hasPrefix("\"") {
                try append(unquoted(line, number), number)
            } else {
                try begin(line, number)
            }
        }

        mutating func finish() throws(CatalogueFault) -> [Entry] {
            close()
            for entry in entries where entry.context == nil && !entry.source.isEmpty {
                throw CatalogueFault(
                    file: file, line: entry.line, message: "the text has no key", advice: "add msgctxt")
            }
            return entries.filter { $0.context != nil }
        }

        private mutating func begin(_ line: Substring, _ number: Int) throws(CatalogueFault) {
            guard let blank = line.firstIndex(of: " ") else { throw fault(number, "a keyword without a text") }
            let text = try unquoted(line[blank...].trimmingBlanks, number)
            switch line[..<blank] {
            case "msgctxt":
                close()
                current = Entry(context: text, source: "", translation: "", isFuzzy: isFuzzy, line: number)
                isFuzzy = false
                field = .context
            case "msgid":
                if field != .context {
                    close()
                    current = Entry(context: nil, source: "", translation: "", isFuzzy: isFuzzy, line: number)
                    isFuzzy = false
                }
                field = .source
                current?.source = text
            case "msgstr":
                guard field == .source else { throw fault(number, "msgstr without msgid") }
                field = .translation
                current?.translation = text
            default: throw fault(number, "the keyword \(line[..<blank]) is not used here")
            }
        }

        private mutating func append(_ text: String, _ number: Int) throws(CatalogueFault) {
            switch field {
            case .context: current?.context? += text
            case .source: current?.source += text
            case .translation: current?.translation += text
            case nil: throw fault(number, "a text that belongs to no keyword")
            }
        }

        private mutating func close() {
            if let current, field == .translation { entries.append(current) }
            current = nil
            field = nil
        }

        private func fault(_ line: Int, _ message: String) -> CatalogueFault {
            CatalogueFault(
                file: file, line: line, message: message,
                advice: "write msgctxt, msgid and msgstr in this order, each with a quoted text")
        }

        private func unquoted(_ line: Substring, _ number: Int) throws(CatalogueFault) -> String {
            guard line.count >= 2, line.first == "\"", line.last == "\"" else {
                throw fault(number, "a text is not between double quotes")
            }
            var output = ""
            var isEscaped = false
            for character in line.dropFirst().dropLast() {
                switch (isEscaped, character) {
                case (false, "\\"): isEscaped = true
                case (false, "\""): throw fault(number, "a double quote inside a text is not escaped")
                case (false, _): output.append(character)
                case (true, "n"): (isEscaped, _) = (false, output.append("\n"))
                case (true, "t"): (isEscaped, _) = (false, output.append("\t"))
                case (true, "\""), (true, "\\"): (isEscaped, _) = (false, output.append(character))
                case (true, _): throw fault(number, "the escape \\\(character) is not known")
                }
            }
            if isEscaped { throw fault(number, "a text ends inside an escape") }
            return output
        }
    }
}

/// What is wrong with a catalogue file.
public struct CatalogueFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// What is wrong.
    public let message: String
    /// What to do.
    public let advice: String

    /// `WHAT (FILE:LINE) - ADVICE`.
    public var description: String { "\(message) (\(file):\(line)) - \(advice)" }
}

extension Substring {
    /// Without blanks, tabs and carriage returns at both ends.
    fileprivate var trimmingBlanks: Substring {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
        var rest = self.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return rest
    }
}
