public import Accord
import Series

/// A text as a field of a CSV file: in quotes where it must be.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
public func csvField(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let safe = isFormula && Double(text) == nil ? "'" + text : text
    guard safe.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }) else {
        return safe
    }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
}

/// The provisions of an edition as a table: one row a provision, with the words of each party.
public struct ProvisionTable {
    /// The columns, in order.
    public static let columns = [
        "edition", "clause", "kind", "field", "text_vi", "text_zh", "text_en", "responsible", "supporting", "due",
        "readers", "continues",
        "implements", "indicators", "friends", "source", "standing",
    ]

    private let rows: [RegisterRow]

    /// Makes the table of some rows.
    public init(_ rows: [RegisterRow]) { self.rows = rows }

    /// CSV, UTF-8, with a heading.
    public var text: String {
        let lines = rows.map { row -> String in
            let card = row.card
            let fields = [
                row.key.edition, row.key.clause, card.kind, card.field, card.text.vi, card.text.zh, card.text.en,
                offices(card.responsible), offices(card.supporting), card.due?.description ?? "",
                (card.readers ?? []).map(\.text).joined(separator: "|"), card.continues?.description ?? "",
                card.implements.joined(separator: "|"), card.indicators.joined(separator: "|"),
                card.friends.map { "\($0.one)=\($0.other)" }.joined(separator: "|"), card.source,
                row.standing.rawValue,
            ]
            return fields.map(csvField).joined(separator: ",")
        }
        return ([ProvisionTable.columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    private func offices(_ offices: [OfficeReference]) -> String {
        offices.map { "\($0.party.text):\($0.authority ?? $0.name ?? "")" }.joined(separator: "|")
    }
}

/// Every figure of every indicator as a table.
public struct FigureTable {
    /// The columns, in order.
    public static let columns = ["indicator", "period", "party", "value", "unit", "known", "source", "remark", "said"]

    private let register: Register

    /// Makes the table of a register.
    public init(_ register: Register) { self.register = register }

    /// CSV, UTF-8, with a heading; the latest figure of each party.
    public var text: String {
        var lines = [FigureTable.columns.joined(separator: ",")]
        for (id, entry) in register.indicators.sorted(by: { $0.key < $1.key }) {
            for period in entry.periods {
                for (party, all) in (entry.figures[period] ?? [:]).sorted(by: { $0.key < $1.key }) {
                    guard let last = all.last else { continue }
                    let body = last.body
                    let fields = [
                        id, period, party.text, body.value.map { JSONValue.text(of: $0) } ?? "", entry.card.unit,
                        body.known.rawValue,
                        body.source, body.remark, last.at.description,
                    ]
                    lines.append(fields.map(csvField).joined(separator: ","))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
