/// Where something stands in a file; lines and columns count from 1.
public struct Position: Hashable, Sendable, Comparable {
    /// Line, from 1.
    public let line: Int
    /// Column of the field, from 1.
    public let column: Int

    /// Makes a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Earlier in the file sorts first.
    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// What is wrong with an input, where, and what to do: the one form in which every reader answers.
public struct Fault: Error, Hashable, Sendable {
    /// The file as the caller named it.
    public let file: String
    /// Where.
    public let position: Position
    /// The id of the rule, documented.
    public let rule: String
    /// What is wrong.
    public let message: String
    /// What to do.
    public let advice: String

    /// Makes a fault.
    public init(file: String, line: Int, column: Int = 1, rule: String, message: String, advice: String) {
        self.file = file
        self.position = Position(line: line, column: column)
        self.rule = rule
        self.message = message
        self.advice = advice
    }
}

/// A table as it stands in a CSV file (RFC 4180, UTF-8, comma), every field with its place.
///
/// A reader of our own, because none of the packages at hand keeps line and column, which every message needs.
public struct CSVTable: Sendable {
    /// One record.
    public struct Row: Sendable {
        /// The line on which the record begins, from 1.
        public let line: Int
        /// The fields in the order of the header, exactly as many.
        public let fields: [String]
        /// The column at which each field begins, from 1.
        public let columns: [Int]

        /// The record with so many fields, as far as only empty ones differ.
        fileprivate func evened(to count: Int) -> Row {
            let missing = max(0, count - fields.count)
            guard fields.dropFirst(count).allSatisfy({ $0.trimmed.isEmpty }) else { return self }
            return Row(
                line: line, fields: Array(fields.prefix(count)) + Array(repeating: "", count: missing),
                columns: Array(columns.prefix(count)) + Array(repeating: columns.last ?? 1, count: missing))
        }
    }

    /// What stands between the fields of a record.
    public enum Separator: UInt8, Sendable {
        /// As files of this program have it.
        case comma = 0x2C
        /// As spreadsheets write it where the comma is the decimal mark.
        case semicolon = 0x3B
        /// As a table comes out of a spreadsheet's or a text's clipboard.
        case tab = 0x09

        /// The one that stands in the first line of a text: a tab where there is any, else what stands there more often.
        public init(of text: String) {
            let heading = text.prefix { !$0.isNewline }
            let commas = heading.count { $0 == "," }
            self = heading.contains("\t") ? .tab : heading.count { $0 == ";" } > commas ? .semicolon : .comma
        }
    }

    /// The file as the caller named it.
    public let file: String
    /// The names in the first record.
    public let header: [String]
    /// The records below it; those with a wrong number of fields are left out and named in ``faults``.
    public let rows: [Row]
    /// What is wrong with the form of the file.
    public let faults: [Fault]
    private let indexByName: [String: Int]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte-order mark, lines ended by LF or CR LF; at most 256 MiB.
    ///   - file: the name for messages.
    ///   - separator: what stands between fields.
    ///   - isEven: whether every record must have as many fields as the header; else missing ones at its end are empty, and empty
    ///     ones beyond the header are left out.
    public init(_ bytes: [UInt8], file: String, separator: Separator = .comma, isEven: Bool = true) {
        var scanner = CSVScanner(bytes: bytes, file: file, separator: separator.rawValue)
        let records = scanner.records()
        var faults = scanner.faults
        self.file = file
        header = records.first?.fields.map { $0.trimmed } ?? []
        var index: [String: Int] = [:]
        for (position, name) in header.enumerated() {
            if index.updateValue(position, forKey: name) != nil, isEven || !name.isEmpty {
                faults.append(
                    Fault(
                        file: file, line: 1, column: records[0].columns[position], rule: "csv-duplicate-column",
                        message: "the column \(name) stands twice in the header", advice: "keep one of the two columns")
                )
            }
        }
        indexByName = index
        var kept: [Row] = []
        let width = header.count
        for record in records.dropFirst().map({ isEven ? $0 : $0.evened(to: width) }) {
            if record.fields.count == header.count {
                kept.append(record)
            } else {
                faults.append(
                    Fault(
                        file: file, line: record.line, rule: "csv-field-count",
                        message: "\(record.fields.count) fields where the header has \(header.count)",
                        advice: "put a text that holds a comma between double quotes, and keep empty fields"))
            }
        }
        if records.isEmpty {
            faults.append(
                Fault(
                    file: file, line: 1, rule: "csv-empty", message: "the file is empty",
                    advice: "the first line names the columns"))
        }
        rows = kept
        self.faults = faults
    }

    /// The index of a column; nil when the table has none of that name.
    public func index(of column: String) -> Int? { indexByName[column] }

    /// A field of a row, without surrounding blanks; nil when empty or when the table lacks the column.
    public func field(_ column: String, of row: Row) -> String? {
        guard let index = indexByName[column] else { return nil }
        let text = row.fields[index].trimmed
        return text.isEmpty ? nil : text
    }

    /// Where a field stands, for messages; the beginning of the row when the table lacks the column.
    public func position(of column: String, in row: Row) -> Position {
        Position(line: row.line, column: indexByName[column].map { row.columns[$0] } ?? 1)
    }

    /// A fault at a field.
    public func fault(_ column: String, of row: Row, rule: String, message: String, advice: String) -> Fault {
        let position = position(of: column, in: row)
        return Fault(
            file: file, line: position.line, column: position.column, rule: rule, message: message, advice: advice)
    }
}

extension StringProtocol {
    /// The text without blanks, tabs and line ends at both ends.
    var trimmed: String {
        var view = Substring(self)
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }
}

/// Splits bytes into records and fields.
private struct CSVScanner {
    let bytes: [UInt8]
    let file: String
    let separator: UInt8
    var faults: [Fault] = []
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(bytes: [UInt8], file: String, separator: UInt8) {
        self.bytes = bytes
        self.file = file
        self.separator = separator
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            lineStart = 3
        }
    }

    mutating func records() -> [CSVTable.Row] {
        var records: [CSVTable.Row] = []
        while position < bytes.count {
            let startLine = line
            var fields: [String] = []
            var columns: [Int] = []
            repeat {
                columns.append(column)
                fields.append(field())
            } while consumeSeparator()
            endLine()
            if fields.count == 1, fields[0].trimmed.isEmpty { continue }
            records.append(CSVTable.Row(line: startLine, fields: fields, columns: columns))
        }
        return records
    }

    private var column: Int {
        String(decoding: bytes[lineStart..<position], as: UTF8.self).count + 1
    }

    private mutating func consumeSeparator() -> Bool {
        guard position < bytes.count, bytes[position] == separator else { return false }
        position += 1
        return true
    }

    private mutating func endLine() {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        line += 1
        lineStart = position
    }

    private mutating func field() -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return plainField() }
        // Out of a clipboard come cells between quotes only where something in them needs it; other quotes are the text's own.
        if separator == CSVTable.Separator.tab.rawValue, !isQuotedCell { return plainField() }
        let (startLine, startColumn) = (line, column)
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                    return text(content) + plainField()
                }
                content.append(byte)
            } else {
                content.append(byte)
                if byte == UInt8(ascii: "\n") {
                    line += 1
                    lineStart = position + 1
                }
            }
            position += 1
        }
        faults.append(
            Fault(
                file: file, line: startLine, column: startColumn, rule: "csv-open-quote",
                message: "a double quote is opened and never closed",
                advice: "close the quote, or double it inside text"))
        return text(content)
    }

    /// Whether the quote at the position opens a cell that ends with one, holds no tab, and holds a line end or a doubled quote, as
    /// spreadsheets write it.
    private var isQuotedCell: Bool {
        var place = position + 1
        var isNeeded = false
        while place < bytes.count, bytes[place] != separator {
            if bytes[place] == UInt8(ascii: "\"") {
                guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") else {
                    return isNeeded && (place + 1 == bytes.count || isEndOfField(bytes[place + 1]))
                }
                isNeeded = true
                place += 1
            } else if bytes[place] == UInt8(ascii: "\n") {
                isNeeded = true
            }
            place += 1
        }
        return false
    }

    private mutating func plainField() -> String {
        let start = position
        while position < bytes.count, !isEndOfField(bytes[position]) { position += 1 }
        return text(bytes[start..<position])
    }

    private func isEndOfField(_ byte: UInt8) -> Bool {
        byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        faults.append(
            Fault(
                file: file, line: line, column: column, rule: "csv-not-utf8", message: "these bytes are not UTF-8",
                advice: "save the file as UTF-8; Chinese spreadsheets often write GB 18030"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
