import Foundation
import Series

/// One record of a table with typed access: a field that is empty or malformed is nil, and the field check names it.
struct TableRow {
    let table: CSVTable
    let row: CSVTable.Row

    /// The text of a field; nil when empty.
    subscript(column: String) -> String? { table.field(column, of: row) }

    /// The text of a field; empty when there is none.
    func text(_ column: String) -> String { self[column] ?? "" }

    /// The texts of a list field.
    func list(_ column: String) -> [String] {
        text(column).split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// A finite number.
    func number(_ column: String) -> Double? { self[column].flatMap { decimalNumber($0) } }

    /// A whole number.
    func whole(_ column: String) -> Int? { self[column].flatMap { Int($0) } }

    /// A day.
    func date(_ column: String) -> CivilDate? { self[column].flatMap { try? CivilDate(iso8601: $0) } }

    /// A time.
    func instant(_ column: String) -> Instant? { self[column].flatMap { try? Instant(iso8601: $0) } }

    /// A word of an enumeration.
    func word<Word: RawRepresentable<String>>(_ column: String, _ type: Word.Type) -> Word? {
        self[column].flatMap { Word(rawValue: $0) }
    }

    /// An id.
    func id<ID: TableIdentifier>(_ column: String, _ type: ID.Type) -> ID? { self[column].flatMap { ID($0) } }

    /// `valid_from` and `valid_to`.
    var validity: Validity { Validity(from: date("valid_from"), until: date("valid_to")) }

    /// `name_vi`, `name_zh` and `name_en`.
    var name: LocalizedText { LocalizedText(vi: text("name_vi"), zh: text("name_zh"), en: text("name_en")) }

    /// A fault at a field.
    func fault(_ column: String, _ rule: PackRule, _ message: String, advice: String? = nil) -> Fault {
        table.fault(column, of: row, rule: rule.rawValue, message: message, advice: advice ?? rule.advice)
    }
}

extension CSVTable {
    /// The records with typed access.
    var records: [TableRow] { rows.map { TableRow(table: self, row: $0) } }

    /// A fault in the header.
    func headerFault(_ rule: PackRule, _ message: String, column: Int = 1) -> Fault {
        Fault(file: file, line: 1, column: column, rule: rule.rawValue, message: message, advice: rule.advice)
    }
}
