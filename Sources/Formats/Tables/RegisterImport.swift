public import Accord
public import Series

/// Tables of the register as acts: editions, provisions, standings, indicators, figures and notes; the heading says which it is.
public struct RegisterImport {
    /// What was read, in the order of the rows.
    public private(set) var acts: [(act: RegisterAct, position: Position)] = []
    /// What could not be; a table with a fault gives no act.
    public private(set) var faults: [Fault] = []

    private let table: CSVTable
    private let party: PartyID

    /// The kinds of tables, by the columns that they must have.
    public static let kinds: [(name: String, columns: [String])] = [
        ("editions", ["id", "number", "title_en", "parties", "state", "source"]),
        ("provisions", ["edition", "clause", "kind", "field", "text_en"]),
        ("indicators", ["id", "name_en", "unit", "period", "field", "source"]),
        ("figures", ["indicator", "period", "value", "known", "source"]),
        ("standings", ["edition", "clause", "standing"]),
        ("notes", ["indicator", "period", "target", "text"]),
    ]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - party: whose acts they become; a row of figures that names another party is a fault.
    ///   - file: its name, for faults.
    public init(_ bytes: [UInt8], file: String, party: PartyID) {
        table = CSVTable(bytes, file: file)
        self.party = party
        faults = table.faults
        guard faults.isEmpty else { return }
        guard
            let kind = RegisterImport.kinds.first(where: { kind in
                kind.columns.allSatisfy { table.index(of: $0) != nil }
            })
        else {
            let known = RegisterImport.kinds.map { "\($0.name): \($0.columns.joined(separator: ","))" }.joined(
                separator: "; ")
            faults = [
                Fault(
                    file: file, line: 1, rule: "register-heading",
                    message: "the heading is that of no table of the register",
                    advice: "give it the columns of one of these: \(known)")
            ]
            return
        }
        for row in table.rows {
            do throws(Fault) {
                acts.append((try act(row, kind: kind.name), table.position(of: kind.columns[0], in: row)))
            } catch {
                faults.append(error)
            }
        }
        if !faults.isEmpty { acts = [] }
    }

    private func act(_ row: CSVTable.Row, kind: String) throws(Fault) -> RegisterAct {
        switch kind {
        case "editions": .edition(try edition(row))
        case "provisions": .provision(try provision(row))
        case "indicators": .indicator(try indicator(row))
        case "figures": .figure(try figure(row))
        case "standings":
            .standing(
                StandingStatement(
                    provision: try key(row), standing: try word("standing", row, ProvisionStanding.self),
                    remark: text("remark", row)))
        default:
            .note(
                IndicatorNote(
                    indicator: text("indicator", row), period: text("period", row), target: try number("target", row),
                    text: text("text", row)))
        }
    }

    private func edition(_ row: CSVTable.Row) throws(Fault) -> EditionCard {
        guard let number = Int(text("number", row)) else {
            throw fault("number", row, "is no whole number", "write 1, 2, ...")
        }
        var card = EditionCard(
            id: text("id", row), number: number, title: three("title", row), parties: try parties("parties", row),
            state: try word("state", row, EditionCard.State.self), source: text("source", row))
        card.from = try day("from", row)
        card.until = try day("until", row)
        let place = three("place", row)
        card.place = place.isEmptyInAll ? nil : place
        card.chair = try parties("chair", row).first
        card.nextChair = try parties("next_chair", row).first
        card.observers = list("observers", row)
        card.workingGroup = optional("working_group", row)
        card.previous = optional("previous", row)
        return card
    }

    private func provision(_ row: CSVTable.Row) throws(Fault) -> ProvisionCard {
        var card = ProvisionCard(
            key: try key(row), kind: try word("kind", row, ProvisionKind.self), field: text("field", row),
            text: three("text", row))
        card.responsible = try offices("responsible", row)
        card.supporting = try offices("supporting", row)
        card.due = try day("due", row)
        let readers = try parties("readers", row)
        card.readers = readers.isEmpty ? nil : readers.sorted()
        if let text = optional("continues", row) {
            guard let place = ProvisionKey(text) else {
                throw fault("continues", row, "names no provision", "write edition/clause")
            }
            card.continues = place
        }
        card.friends = try friends(row)
        card.implements = list("implements", row)
        card.indicators = list("indicators", row)
        card.source = text("source", row)
        return card
    }

    private func friends(_ row: CSVTable.Row) throws(Fault) -> [FriendlyPair] {
        var pairs: [FriendlyPair] = []
        for pair in list("friends", row) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0.trimmed) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw fault("friends", row, "is no pair of units", "write one=other, several joined by |")
            }
            pairs.append(FriendlyPair(parts[0], parts[1]))
        }
        return pairs
    }

    private func indicator(_ row: CSVTable.Row) throws(Fault) -> IndicatorCard {
        var card = IndicatorCard(
            id: text("id", row), name: three("name", row), definition: three("definition", row),
            unit: text("unit", row),
            period: try word("period", row, IndicatorCard.Period.self), source: text("source", row),
            field: text("field", row))
        let readers = try parties("readers", row)
        card.readers = readers.isEmpty ? nil : readers.sorted()
        return card
    }

    private func figure(_ row: CSVTable.Row) throws(Fault) -> FigureStatement {
        if let named = optional("party", row), named != party.text {
            throw fault(
                "party", row, "is not \(party)",
                "import a party's figures at its own node; they come here through its lane")
        }
        return FigureStatement(
            indicator: text("indicator", row), period: text("period", row), value: try number("value", row),
            known: try word("known", row, Known.self), source: text("source", row), remark: text("remark", row))
    }

    // MARK: Fields

    private func text(_ column: String, _ row: CSVTable.Row) -> String { table.field(column, of: row) ?? "" }

    private func optional(_ column: String, _ row: CSVTable.Row) -> String? {
        let text = text(column, row)
        return text.isEmpty ? nil : text
    }

    private func three(_ column: String, _ row: CSVTable.Row) -> LocalizedText {
        LocalizedText(vi: text(column + "_vi", row), zh: text(column + "_zh", row), en: text(column + "_en", row))
    }

    private func list(_ column: String, _ row: CSVTable.Row) -> [String] {
        text(column, row).split(separator: "|").map(String.init)
    }

    private func parties(_ column: String, _ row: CSVTable.Row) throws(Fault) -> [PartyID] {
        var parties: [PartyID] = []
        for name in list(column, row) {
            guard let party = PartyID(name) else {
                throw fault(column, row, "is no party id", "write ids such as cn-yunnan, joined by |")
            }
            parties.append(party)
        }
        return parties
    }

    private func offices(_ column: String, _ row: CSVTable.Row) throws(Fault) -> [OfficeReference] {
        var offices: [OfficeReference] = []
        for text in list(column, row) {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, let party = PartyID(parts[0]) else {
                throw fault(column, row, "names no office", "write party:office, several joined by |")
            }
            let isID = isTableIdentifier(parts[1])
            offices.append(OfficeReference(party: party, authority: isID ? parts[1] : nil, name: isID ? nil : parts[1]))
        }
        return offices
    }

    private func key(_ row: CSVTable.Row) throws(Fault) -> ProvisionKey {
        guard let key = ProvisionKey(edition: text("edition", row), clause: text("clause", row)) else {
            throw fault("clause", row, "is no clause of an edition", "write the edition's id and a number such as 3.1")
        }
        return key
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ column: String, _ row: CSVTable.Row, _ type: Word.Type
    ) throws(Fault) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text(column, row)) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(column, row, "is none of the words", "write one of \(known)")
        }
        return word
    }

    private func day(_ column: String, _ row: CSVTable.Row) throws(Fault) -> CivilDate? {
        guard let text = optional(column, row) else { return nil }
        guard let day = try? CivilDate(iso8601: text) else {
            throw fault(column, row, "is no day", "write it as 2025-10-30")
        }
        return day
    }

    private func number(_ column: String, _ row: CSVTable.Row) throws(Fault) -> Double? {
        guard let text = optional(column, row) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw fault(column, row, "is no number", "write it with a point, without thousands")
        }
        return number
    }

    private func fault(_ column: String, _ row: CSVTable.Row, _ what: String, _ advice: String) -> Fault {
        table.fault(
            column, of: row, rule: "register-\(column.replacing("_", with: "-"))",
            message: "\(column) '\(text(column, row))' \(what)",
            advice: advice)
    }
}
