import Accord
import Formats
import NodeCore
import Series

/// The pages of the register of provisions.
struct RegisterSheets {
    let environment: FormEnvironment
    let frame: PageFrame
    let board: DutyBoard
    var state: SheetState
    let catalogues: Catalogues

    var register: Register { environment.register }
    var context: PageContext { environment.context }
    var party: PartyID { environment.party }
    var language: Language { context.language }

    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { context.text(key, arguments) }
    func link(_ path: String, _ asking: [String: String] = [:]) -> String {
        frame.view.link("/\(party)/\(path)", asking: asking)
    }

    /// What a person is told who may change nothing on a page.
    private func readOnly(_ path: String) -> String? {
        guard frame.view.viewer.person != nil else { return nil }
        let isOfDuty = ["letters", "desk", "warnings", "notices", "plans"].contains {
            path == $0 || path.hasPrefix($0 + "/")
        }
        guard !environment.mayPerform(isOfDuty ? .letter : .standing) else { return nil }
        // Office holders are entered on the desk's page by whoever keeps the register.
        if path == "desk", environment.mayPerform(.holder) { return nil }
        return text(isOfDuty ? "desk.readOnly" : "register.readOnly")
    }

    // MARK: The list

    /// Rows of a page at most.
    static let pageSize = 100

    /// All provisions of an edition, narrowed down by a query.
    func list(_ query: FormValues) -> Sheet {
        guard let id = query["edition"].isEmpty ? register.currentEdition : query["edition"],
            let entry = register.editions[id]
        else { return empty() }
        var asked = RegisterQuery(edition: id)
        asked.field = query["field"].isEmpty ? nil : query["field"]
        asked.standing = ProvisionStanding(rawValue: query["standing"])
        asked.party = PartyID(query["party"])
        asked.words = query["words"].split(separator: " ").map(String.init)
        let rows = register.rows(asked)
        let from = max(0, min(Int(query["from"]) ?? 0, max(0, rows.count - 1)))
        var found = SheetSection(text("register.found", ["count": "\(rows.count)"]), id: "provisions")
        var asking = query
        asking["edition"] = id
        found.filter = filter(asking, edition: id)
        found.columns = ["clause", "text", "responsible", "due", "standing", "evidence"].map { text("register." + $0) }
        let end = min(rows.count, from + RegisterSheets.pageSize)
        found.rows = rows[from..<end].map { row($0, edition: id) }
        found.empty = text("register.none")
        found.links =
            paging(
                query, path: "register", asked: ["edition", "field", "standing", "party", "words"], from: from,
                count: rows.count) + exports(id, asked)
        let shown = Array(rows[from..<end])
        return sheet(
            path: "register", asking: stated(query, ["edition", "field", "standing", "party", "words", "from"]),
            heading: entry.card.title.orOther(language), note: text("register.note"),
            sections: [summary(rows, entry.card), found] + additions(query, edition: id, shown: shown))
    }

    /// What a page of the list offers to do: say how its provisions stand, add one, add several.
    private func additions(_ query: FormValues, edition id: String, shown: [RegisterRow]) -> [SheetSection] {
        var sections: [SheetSection] = []
        func add(_ key: String, id: String, remark: String? = nil, _ form: SheetForm?) {
            guard let form else { return }
            var section = SheetSection(text(key), id: id, remark: remark)
            section.form = form
            sections.append(section)
        }
        let isAsked = !query["say"].isEmpty || state.form == .standings
        if isAsked, !shown.isEmpty, environment.mayPerform(.standings) {
            add(
                "register.say", id: "say", remark: text("register.say.note"),
                environment.form(
                    .standings, about: ["edition": id], back: "register", state: state, fold: false,
                    fields: environment.standingFields(shown)))
        }
        if !isAsked, !shown.isEmpty, environment.mayPerform(.standings) {
            var section = SheetSection(text("register.say"), id: "say", remark: text("register.say.note"))
            section.links = saying(query, edition: id)
            sections.append(section)
        }
        guard environment.mayPerform(.provision) || environment.mayPerform(.table) else { return sections }
        let before = ProvisionKey(edition: id, clause: query["after"]).flatMap { register.card($0) }
        let fields = environment.provisionFields(edition: id, after: before)
        var form = environment.form(
            .provision, about: ["edition": id, ActReader.isNew: "yes"], back: "register", state: state, fields: fields)
        if before != nil { form?.isOpen = true }
        add(
            "register.add", id: "add", remark: before.map { text("register.add.next", ["clause": $0.key.clause]) }, form
        )
        let columns = (fields + environment.tableOnlyFields).map(\.label).joined(separator: " | ")
        add(
            "register.table", id: "table", remark: text("register.table.note"),
            environment.form(
                .table, about: ["edition": id],
                back: "register", state: state,
                fields: [
                    FieldSpec(
                        "table", text("register.table.field"), .area(rows: 10),
                        isRequired: true,
                        hint: text("register.table.hint", ["columns": columns]))
                ]))
        return sections
    }

    private func empty() -> Sheet {
        var section = SheetSection(text("register.begin"), id: "begin", remark: text("register.begin.note"))
        section.form = environment.form(
            .edition, about: [ActReader.isNew: "yes"], back: "register", state: state, fold: false,
            fields: editionFields(nil))
        return sheet(path: "register", heading: text("nav.register"), note: nil, sections: [section])
    }

    private func filter(_ query: FormValues, edition: String) -> SheetForm {
        let all = [(value: "", text: text("register.all"))]
        let editions = register.editions.values.map(\.card).sorted { $0.number > $1.number }
        return environment.filter(
            "/\(party)/register",
            fields: [
                FieldSpec(
                    "edition", text("register.edition"),
                    .choice(editions.map { ($0.id, $0.title.orOther(language)) }), value: edition),
                FieldSpec("field", text("register.field"), .choice(all + environment.fieldChoices(edition))),
                FieldSpec(
                    "standing", text("register.standing"),
                    .choice(all + environment.standingChoices)),
                FieldSpec(
                    "party", text("register.party"),
                    .choice(all + environment.partyChoices(register.editions[edition]?.card.parties ?? []))),
                FieldSpec("words", text("register.words"), .text(maximum: 100)),
            ], values: query)
    }

    /// What a query says under some names, as addresses write it.
    func stated(_ query: FormValues, _ names: [String]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: names.filter { !query[$0].isEmpty }.map { ($0, SiteRoutes.queryValue(query[$0])) })
    }

    /// Links to the pages before and after one of a list; what was asked for stays asked.
    func paging(_ query: FormValues, path: String, asked: [String], from: Int, count: Int) -> [SheetLink] {
        func page(_ start: Int, _ key: String) -> SheetLink {
            let asking = stated(query, asked).merging(["from": "\(start)"]) { $1 }
            return SheetLink(text: text(key), address: link(path, asking))
        }
        var links: [SheetLink] = []
        if from > 0 { links.append(page(max(0, from - RegisterSheets.pageSize), "register.earlier")) }
        if from + RegisterSheets.pageSize < count {
            links.append(page(from + RegisterSheets.pageSize, "register.later"))
        }
        return links
    }

    /// The link to a page of the list with a form that says how all of its provisions stand.
    private func saying(_ query: FormValues, edition: String) -> [SheetLink] {
        var asking = ["edition": edition, "say": "yes"]
        for name in ["field", "standing", "party", "words", "from"] where !query[name].isEmpty {
            asking[name] = SiteRoutes.queryValue(query[name])
        }
        return [SheetLink(text: text("register.say.open"), address: link("register", asking) + "#say")]
    }

    private func exports(_ edition: String, _ query: RegisterQuery) -> [SheetLink] {
        let files: [RegisterFile] = [.reportHTML, .reportPrint, .reportWord, .reportSheets, .provisions]
        let forAll = RegisterFile.offered(files, canPrint: environment.desk.print != nil).map { file in
            SheetLink(
                text: text("register.file." + file.rawValue.replacing(".", with: "-")),
                address: link("register/\(edition)/\(file.rawValue)"))
        }
        let own = [RegisterFile.reportHTML, .reportWord, .reportSheets].map { file in
            SheetLink(
                text: text("register.file.own-" + file.rawValue.replacing(".", with: "-")),
                address: link("register/\(edition)/\(file.rawValue)", ["for": "own"]))
        }
        return forAll + own
    }

    /// How many stand how, by field.
    private func summary(_ rows: [RegisterRow], _ card: EditionCard) -> SheetSection {
        var section = SheetSection(text("register.summary"), id: "summary")
        let counts = Register.counts(rows)
        section.columns =
            [text("register.field")] + ProvisionStanding.allCases.map { standing($0) } + [
                text("register.unsaid"), text("register.sum"),
            ]
        section.rows = environment.fieldChoices(card.id).compactMap { choice in
            guard let inField = counts[choice.value] else { return nil }
            let cells = ProvisionStanding.allCases.map { word in
                SheetCell(
                    inField[word].map { "\($0)" } ?? "–",
                    address: inField[word].map { _ in
                        link("register", ["edition": card.id, "field": choice.value, "standing": word.rawValue])
                    }, isNumber: true)
            }
            let unsaid = inField[ProvisionStanding?.none].map { "\($0)" } ?? "–"
            let total = inField.values.reduce(0, +)
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        choice.text, address: link("register", ["edition": card.id, "field": choice.value]),
                        isHead: true)
                ]
                    + cells + [SheetCell(unsaid, isNumber: true), SheetCell("\(total)", isNumber: true)])
        }
        section.empty = text("register.none")
        return section
    }

    private func row(_ row: RegisterRow, edition: String) -> SheetSection.Row {
        let offices = row.card.responsible.map { office($0) }
        var lines: [String] = []
        if row.isRestricted { lines.append(text("register.restricted")) }
        let obstacles = row.obstacles(on: environment.today).count
        if obstacles > 0 { lines.append(text("register.obstacles", ["count": "\(obstacles)"])) }
        let isOverdue = row.isOverdue(on: environment.today)
        return SheetSection.Row(
            cells: [
                SheetCell(
                    row.key.clause, address: link("register/\(edition)/\(row.key.clause)"), isHead: true,
                    lines: [environment.field(row.card.field, edition: edition)]),
                SheetCell(row.card.text.orOther(language), lines: lines),
                SheetCell(context.list(offices)),
                SheetCell(date(row.card.due), lines: isOverdue ? [text("register.overdue")] : []),
                row.standings.isEmpty
                    ? SheetCell(text("register.unsaid"))
                    : SheetCell(standing(row.standing), mark: row.standing.rawValue, lines: told(row.standings)),
                SheetCell("\(row.evidence)", isNumber: true),
            ], rowKind: isOverdue ? "overdue" : "")
    }

    private func told(_ standings: [PartyID: ProvisionStanding]) -> [String] {
        guard Set(standings.values).count > 1 else { return [] }
        return standings.sorted { $0.key < $1.key }.map { "\(environment.name(of: $0.key)): \(standing($0.value))" }
    }

    // MARK: Words

    /// A day as the page's language writes it; a dash for none.
    func date(_ day: CivilDate?) -> String { day.map { context.format.date($0) } ?? "–" }

    /// How a provision stands, or that nobody has said so.
    func standing(of row: RegisterRow) -> String {
        row.standings.isEmpty ? text("register.unsaid") : standing(row.standing)
    }

    func standing(_ standing: ProvisionStanding) -> String { text("standing-of." + standing.rawValue) }

    /// An office as it is called today: whoever follows it where it has ended.
    func office(_ reference: OfficeReference) -> String {
        let party = environment.desk.offices.party(reference.party, on: environment.today)
        guard let id = reference.authority else { return "\(environment.name(of: party)): \(reference.name ?? "")" }
        return environment.name(of: party) + ": " + officeName(id)
    }

    /// An office by id as it is called today, with its former name where another follows it; a name stands for itself.
    func officeName(_ id: String) -> String {
        let offices = environment.desk.offices
        guard let entered = offices.register.authorities[id] else { return id }
        guard let now = offices.office(id, on: environment.today) else {
            return text("register.office.ended", ["name": entered.name[language]])
        }
        return now.id == id
            ? now.name[language]
            : text("register.office.followed", ["name": now.name[language], "former": entered.name[language]])
    }

    func unit(_ id: String) -> String { environment.unit(id) }

    /// `Lao Cai, 3 May 14:10`.
    func said<Body>(_ said: Register.Said<Body>) -> String {
        let who =
            said.person.isEmpty
            ? environment.name(of: said.party) : "\(environment.name(of: said.party)) (\(said.person))"
        return context.joined(who, context.format.time(said.at, in: context.zone))
    }

    func sheet(
        path: String, asking: [String: String] = [:], heading: String, note: String?, back: SheetLink? = nil,
        sections: [SheetSection]
    ) -> Sheet {
        Sheet(
            frame, path: "/\(party)/\(path)", asking: asking, heading: heading, note: note, state: state,
            readOnly: readOnly(path),
            back: back,
            board: board, sections: sections)
    }

    // MARK: Fields of forms

    func editionFields(_ card: EditionCard?) -> [FieldSpec] {
        let signatories = environment.desk.offices.register.signatories(on: environment.today).map(\.id)
        let parties =
            card.map { environment.partyChoices(asEntered: $0.parties) } ?? environment.partyChoices(signatories)
        let others = environment.partyChoices(signatories).filter { choice in
            !parties.contains { $0.value == choice.value }
        }
        let none = [(value: "", text: "–")]
        return [
            FieldSpec(
                "id", text("field.id"), .text(maximum: 60), isRequired: true, hint: text("field.id.hint"),
                value: card?.id ?? ""),
            FieldSpec(
                "number", text("field.number"), .number, isRequired: true, value: card.map { "\($0.number)" } ?? ""),
            FieldSpec(
                "state", text("field.state"),
                .choice(EditionCard.State.allCases.map { ($0.rawValue, text("edition-state." + $0.rawValue)) }),
                value: card?.state.rawValue ?? "draft"),
        ] + environment.three("title", "field.title", rows: 1, value: card?.title) + [
            FieldSpec("from", text("field.from"), .day, value: card?.from?.description ?? ""),
            FieldSpec("until", text("field.until"), .day, value: card?.until?.description ?? ""),
        ] + environment.three("place", "field.place", rows: 1, value: card?.place) + [
            FieldSpec(
                "chair", text("field.chair"), .choice(none + parties),
                value: card?.chair?.text ?? ""),
            FieldSpec(
                "next_chair", text("field.next_chair"), .choice(none + parties + others),
                hint: text("field.next_chair.hint"), value: card?.nextChair?.text ?? ""),
            FieldSpec(
                "parties", text("field.parties"), .several(parties + others),
                value: (card?.parties ?? signatories).map(\.text).joined(separator: "|")),
            FieldSpec(
                "observers", text("field.observers"), .area(rows: 2), hint: text("field.lines.hint"),
                value: card?.observers.joined(separator: "\n") ?? ""),
            FieldSpec(
                "working_group", text("field.working_group"), .text(maximum: 400), value: card?.workingGroup ?? ""),
            FieldSpec(
                "previous", text("field.previous"),
                .choice(
                    none
                        + register.editions.values.map(\.card).sorted { $0.number > $1.number }.filter {
                            $0.id != card?.id
                        }
                        .map { ($0.id, $0.title.orOther(language)) }), value: card?.previous ?? ""),
            FieldSpec(
                "fields", text("field.fields"), .area(rows: 2), hint: text("field.fields.hint"),
                value: (card?.fields ?? []).map { "\($0.id)|\($0.name.vi)|\($0.name.zh)|\($0.name.en)" }.joined(
                    separator: "\n")),
            FieldSpec("source", text("field.source"), .text(maximum: 400), value: card?.source ?? ""),
        ]
    }
}
