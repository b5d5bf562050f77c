import Accord
import Formats
import Foundation

/// A table that was pasted into a form: each row is one filled form. A person who has forty provisions in a spreadsheet or a
/// document takes them over at once.
///
/// The first line names the fields, as their form calls them or by their names; words of a choice are written as the form shows them
/// or as tables have them. What fits no field, and a cell that is none of the words, is said and never guessed.
struct FormTable {
    /// A filled form and the line on which its row begins.
    struct Row {
        let line: Int
        var values: FormValues
    }

    /// What cannot be read: a key of the catalogues with its arguments.
    struct Problem: Error {
        let line: Int
        let key: String
        var arguments: [String: String] = [:]
    }

    /// Rows of a table at most.
    static let limit = 1_000

    private(set) var rows: [Row] = []
    /// The fields that its columns fill.
    private var names: Set<String> = []
    private(set) var problems: [Problem] = []

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - fields: those of the form that each row fills.
    ///   - subject: what all rows are about; a column of that name may say the same and nothing else.
    init(_ text: String, fields: [FieldSpec], subject: [String: String]) {
        let table = CSVTable(
            Array(text.utf8), file: "", separator: CSVTable.Separator(of: text), isEven: false)
        problems = table.faults.map { fault in
            let known = ["csv-field-count", "csv-duplicate-column", "csv-open-quote"].contains(fault.rule)
            return Problem(line: fault.position.line, key: "wrong." + (known ? fault.rule : "csv-empty"))
        }
        let columns = table.header.map { FormTable.column($0, fields: fields, subject: subject) }
        names = Set(columns.compactMap { if case .field(let field)? = $0 { field.name } else { nil } })
        for (name, column) in zip(table.header, columns) where column == nil && !name.isEmpty {
            problems.append(Problem(line: 1, key: "wrong.csv-column", arguments: ["detail": name]))
        }
        if problems.isEmpty, table.rows.isEmpty { problems.append(Problem(line: 1, key: "wrong.csv-empty")) }
        if table.rows.count > FormTable.limit {
            problems.append(
                Problem(line: 1, key: "wrong.csv-long", arguments: ["count": "\(FormTable.limit)"]))
        }
        for (place, name) in table.header.enumerated() where name.isEmpty {
            guard let row = table.rows.first(where: { !$0.fields[place].trimmed.isEmpty }) else { continue }
            let cell = row.fields[place].trimmed
            problems.append(Problem(line: row.line, key: "wrong.csv-unnamed", arguments: ["detail": cell]))
        }
        guard problems.isEmpty else { return }
        for row in table.rows where !row.fields.allSatisfy(\.trimmed.isEmpty) {
            var faults: [Problem] = []
            let read = FormTable.row(row, columns: columns, fields: fields, faults: &faults)
            if faults.isEmpty { rows.append(read) }
            problems += faults
        }
    }

    /// Whether it has no other columns than some.
    func says(only names: Set<String>) -> Bool { self.names.isSubset(of: names) }

    // MARK: Columns

    /// What a column of the table fills.
    private enum Column {
        case field(FieldSpec)
        case subject(name: String, value: String)
    }

    private static func column(_ heading: String, fields: [FieldSpec], subject: [String: String]) -> Column? {
        if let value = subject[heading.trimmed] { return .subject(name: heading.trimmed, value: value) }
        let (exact, letters) = (heading.trimmed.lowercased(), letters(heading))
        guard !letters.isEmpty else { return nil }
        return (fields.first { $0.name == exact } ?? fields.first { FormTable.letters($0.label) == letters }).map {
            .field($0)
        }
    }

    /// The letters and digits of a heading or a word, in one composed form, small; other signs do not tell two of them apart.
    private static func letters(_ text: String) -> String {
        String(text.precomposedStringWithCanonicalMapping.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    // MARK: Cells

    /// The form of a row; what is wrong with each of its cells goes to the faults.
    private static func row(
        _ row: CSVTable.Row, columns: [Column?], fields: [FieldSpec], faults: inout [Problem]
    ) -> Row {
        var values = FormValues(defaults(fields))
        for (column, cell) in zip(columns, row.fields.map(\.trimmed)) {
            do throws(Problem) {
                try fill(column, cell, into: &values, line: row.line, fields: fields)
            } catch {
                faults.append(error)
            }
        }
        return Row(line: row.line, values: values)
    }

    private static func fill(
        _ column: Column?, _ cell: String, into values: inout FormValues, line: Int, fields: [FieldSpec]
    ) throws(Problem) {
        switch column {
        case nil: return
        case .subject(let name, let value):
            guard cell.isEmpty || cell == value else {
                throw Problem(line: line, key: "wrong.csv-subject", arguments: ["name": name, "detail": cell])
            }
        case .field(let field): try fill(field, cell, into: &values, line: line, fields: fields)
        }
    }

    /// What the choices of the form say where nobody chooses; nothing for those that have to be chosen.
    private static func defaults(_ fields: [FieldSpec]) -> [String: String] {
        var values: [String: String] = [:]
        for field in fields {
            if case .choice(let all) = field.kind {
                if all.contains(where: { $0.value == field.value }) { values[field.name] = field.value }
            }
        }
        return values
    }

    private static func fill(
        _ field: FieldSpec, _ cell: String, into values: inout FormValues, line: Int, fields: [FieldSpec]
    ) throws(Problem) {
        switch field.kind {
        case .choice(let all):
            if !cell.isEmpty { values[field.name] = try word(cell, of: all, field: field, line: line) }
        case .several(let all):
            let others = fields.first { $0.name == field.name + "_named" }
            for part in cell.split(whereSeparator: { "|;\n".contains($0) }).map({ String($0).trimmed })
            where !part.isEmpty {
                if let others, known(part, among: all) == nil {
                    values.add(part, toLinesOf: others.name)
                } else {
                    values.append(try word(part, of: all, field: field, line: line), to: field.name)
                }
            }
        case .area where field.name.hasSuffix("_named"):
            for part in cell.split(whereSeparator: { "|;\n".contains($0) }) {
                values.add(String(part).trimmed, toLinesOf: field.name)
            }
        case .text, .area, .number, .day, .file: values[field.name] = cell
        }
    }

    private static func known(_ cell: String, among choices: [(value: String, text: String)]) -> String? {
        if let exact = choices.first(where: { $0.value == cell.lowercased() }) { return exact.value }
        let word = letters(cell)
        if let same = choices.first(where: { letters($0.text) == word && !word.isEmpty }) { return same.value }
        // Marks are placed in two ways (hoá, hóa) and left out by some keyboards: one word alone may be meant by what is left.
        let alike = choices.filter { SearchText.bytes(letters($0.text)) == SearchText.bytes(word) && !word.isEmpty }
        return alike.count == 1 ? alike[0].value : nil
    }

    private static func word(
        _ cell: String, of choices: [(value: String, text: String)], field: FieldSpec, line: Int
    ) throws(Problem) -> String {
        guard let value = known(cell, among: choices) else {
            throw Problem(
                line: line, key: "wrong.csv-word",
                arguments: [
                    "name": field.label, "detail": cell,
                    "words": choices.prefix(40).map(\.text).filter { !$0.isEmpty }.joined(separator: " | "),
                ])
        }
        return value
    }
}
