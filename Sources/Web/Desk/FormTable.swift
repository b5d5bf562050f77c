import Accord
import Formats

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
    private(set) var problems: [Problem] = []

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - fields: those of the form that each row fills.
    ///   - subject: what all rows are about; a column of that name may say the same and nothing else.
    init(_ text: String, fields: [FieldSpec], subject: [String: String]) {
        let table = CSVTable(Array(text.utf8), file: "", separator: CSVTable.Separator(of: text))
        problems = table.faults.map { fault in
            let known = ["csv-field-count", "csv-duplicate-column", "csv-open-quote"].contains(fault.rule)
            return Problem(line: fault.position.line, key: "wrong." + (known ? fault.rule : "csv-empty"))
        }
        let columns = table.header.map { FormTable.column($0, fields: fields, subject: subject) }
        for (name, column) in zip(table.header, columns) where column == nil {
            problems.append(Problem(line: 1, key: "wrong.csv-column", arguments: ["detail": name]))
        }
        if problems.isEmpty, table.rows.isEmpty { problems.append(Problem(line: 1, key: "wrong.csv-empty")) }
        if table.rows.count > FormTable.limit {
            problems.append(
                Problem(line: 1, key: "wrong.csv-long", arguments: ["count": "\(FormTable.limit)"]))
        }
        guard problems.isEmpty else { return }
        for row in table.rows where !row.fields.allSatisfy(\.trimmed.isEmpty) {
            do throws(Problem) {
                rows.append(try FormTable.row(row, columns: columns.compactMap { $0 }, fields: fields))
            } catch {
                problems.append(error)
            }
        }
    }

    // MARK: Columns

    /// What a column of the table fills.
    private enum Column {
        case field(FieldSpec)
        case subject(name: String, value: String)
    }

    private static func column(_ heading: String, fields: [FieldSpec], subject: [String: String]) -> Column? {
        let heading = plain(heading)
        if let value = subject[heading] { return .subject(name: heading, value: value) }
        return fields.first { $0.name == heading || plain($0.label) == heading }.map { .field($0) }
    }

    /// A heading or word without what does not tell it from another.
    private static func plain(_ text: String) -> String {
        text.trimmed.lowercased().replacing(" *", with: "")
    }

    // MARK: Cells

    private static func row(
        _ row: CSVTable.Row, columns: [Column], fields: [FieldSpec]
    ) throws(Problem) -> Row {
        var values = FormValues(defaults(fields))
        for (column, cell) in zip(columns, row.fields.map(\.trimmed)) {
            switch column {
            case .subject(let name, let value):
                guard cell.isEmpty || cell == value else {
                    throw Problem(line: row.line, key: "wrong.csv-subject", arguments: ["name": name, "detail": cell])
                }
            case .field(let field): try fill(field, cell, into: &values, line: row.line, fields: fields)
            }
        }
        return Row(line: row.line, values: values)
    }

    /// What the choices of the form say where nobody chooses.
    private static func defaults(_ fields: [FieldSpec]) -> [String: String] {
        var values: [String: String] = [:]
        for field in fields {
            if case .choice(let all) = field.kind {
                values[field.name] = all.contains { $0.value == field.value } ? field.value : all.first?.value
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
                if let others, part.contains(":"), known(part, among: all) == nil {
                    values.add(part, toLinesOf: others.name)
                } else {
                    values.append(try word(part, of: all, field: field, line: line), to: field.name)
                }
            }
        case .day: values[field.name] = isoDay(cell)
        case .area where field.name.hasSuffix("_named"):
            for part in cell.split(whereSeparator: { "|;\n".contains($0) }) {
                values.add(String(part).trimmed, toLinesOf: field.name)
            }
        case .text, .area, .number, .file: values[field.name] = cell
        }
    }

    private static func known(_ cell: String, among choices: [(value: String, text: String)]) -> String? {
        let cell = plain(cell)
        return choices.first { $0.value == cell }?.value ?? choices.first { plain($0.text) == cell }?.value
    }

    private static func word(
        _ cell: String, of choices: [(value: String, text: String)], field: FieldSpec, line: Int
    ) throws(Problem) -> String {
        guard let value = known(cell, among: choices) else {
            throw Problem(
                line: line, key: "wrong.csv-word",
                arguments: [
                    "name": field.label, "detail": cell,
                    "words": choices.prefix(12).map(\.text).filter { !$0.isEmpty }.joined(separator: " · "),
                ])
        }
        return value
    }

    /// A day as spreadsheets write it year first, in the form of ISO 8601; anything else as it is, for the form to judge.
    private static func isoDay(_ cell: String) -> String {
        let parts = cell.split { "/-.年月日".contains($0) }.map(String.init)
        guard parts.count == 3, parts[0].count == 4, parts.allSatisfy({ $0.allSatisfy(\.isASCII) && Int($0) != nil }),
            parts[1].count <= 2, parts[2].count <= 2
        else { return cell }
        func two(_ text: String) -> String { text.count == 1 ? "0" + text : text }
        return "\(parts[0])-\(two(parts[1]))-\(two(parts[2]))"
    }
}
