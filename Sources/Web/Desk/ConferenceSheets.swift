import Accord
import Formats
import NodeCore
import Series

extension RegisterSheets {
    /// The editions of the protocol, and the form that opens the next one.
    func conference() -> Sheet {
        var section = SheetSection(text("conference.editions"), id: "editions")
        section.columns = ["number", "title", "dates", "place", "chair", "state", "provisions"].map {
            text("conference." + $0)
        }
        let editions = register.editions.values.map(\.card).sorted { ($0.number, $0.id) > ($1.number, $1.id) }
        section.rows = editions.map { card in
            SheetSection.Row(cells: [
                SheetCell("\(card.number)", isNumber: true),
                SheetCell(card.title.orOther(language), address: link("conference/\(card.id)"), isHead: true),
                SheetCell(card.from == nil ? "–" : dates(card)), SheetCell(card.place?.orOther(language) ?? "–"),
                SheetCell(card.chair.map { environment.name(of: $0) } ?? "–"),
                SheetCell(text("edition-state." + card.state.rawValue)),
                SheetCell(
                    "\(register.keys(ofEdition: card.id).count)", address: link("register", ["edition": card.id]),
                    isNumber: true),
            ])
        }
        section.empty = text("conference.none")
        var sections = [section]
        // What is being negotiated, or has a successor, is followed by no other.
        let followed = Set(editions.compactMap(\.previous))
        let open = editions.filter { $0.state != .draft && !followed.contains($0.id) }
        if let last = open.first {
            var next = SheetSection(text("conference.next"), id: "next", remark: text("conference.next.note"))
            let none = [
                (
                    value: "",
                    text: last.nextChair.map { text("conference.named", ["party": environment.name(of: $0)]) } ?? "–"
                )
            ]
            next.form = environment.form(
                .opening, back: "conference", state: state,
                fields: [
                    FieldSpec(
                        "previous", text("field.previous"),
                        .choice(open.map { ($0.id, $0.title.orOther(language)) }), value: last.id),
                    FieldSpec(
                        "id", text("field.id"), .text(maximum: 60), isRequired: true, hint: text("field.id.hint")),
                ] + environment.three("title", "field.title", rows: 1) + [
                    FieldSpec("chair", text("field.chair"), .choice(none + environment.partyChoices(last.parties)))
                ])
            sections.append(next)
        }
        var new = SheetSection(text("conference.add"), id: "add")
        new.form = environment.form(
            .edition, about: [ActReader.isNew: "yes"], back: "conference", state: state, fields: editionFields(nil))
        if new.form != nil { sections.append(new) }
        return sheet(
            path: "conference", heading: text("nav.conference"), note: text("conference.note"), sections: sections)
    }

    /// The days of an edition's conference; empty where they are not known.
    private func dates(_ card: EditionCard) -> String {
        guard let from = card.from else { return "" }
        return card.until.map { $0 == from ? date(from) : "\(date(from)) – \(date($0))" } ?? date(from)
    }

    /// What an edition's card says, by the keys of its labels; what it leaves open is left out.
    func editionFacts(_ card: EditionCard) -> [(label: String, words: String)] {
        let facts: [(label: String, words: String)] = [
            ("conference.dates", dates(card)), ("conference.place", card.place?.orOther(language) ?? ""),
            ("conference.chair", card.chair.map { environment.name(of: $0) } ?? ""),
            ("field.next_chair", card.nextChair.map { environment.name(of: $0) } ?? ""),
            ("field.parties", context.list(card.parties.map { environment.name(of: $0) })),
            ("field.observers", context.list(card.observers)), ("field.working_group", card.workingGroup ?? ""),
            ("field.source", card.source),
        ]
        return facts.filter { !$0.words.isEmpty }
    }

    /// One edition: what is known of it, its agenda, minutes and instruments.
    func edition(_ id: String) -> Sheet? {
        guard let entry = register.editions[id] else { return nil }
        let card = entry.card
        let back = "conference/\(id)"
        var facts = SheetSection(text("register.facts"), id: "facts")
        facts.add(text("conference.state"), SheetCell(text("edition-state." + card.state.rawValue)))
        for (label, words) in editionFacts(card) { facts.add(text(label), SheetCell(words)) }
        if let previous = card.previous, let before = register.editions[previous]?.card {
            facts.add(
                text("field.previous"),
                SheetCell(before.title.orOther(language), address: link("conference/\(previous)")))
        }
        facts.links = [
            SheetLink(text: text("conference.provisions"), address: link("register", ["edition": id])),
            SheetLink(text: text("conference.agendaFile"), address: link("conference/\(id)/agenda.html")),
            SheetLink(text: text("conference.agendaWord"), address: link("conference/\(id)/agenda.docx")),
        ]
        if environment.desk.print != nil {
            facts.links.append(
                SheetLink(text: text("conference.agendaPrint"), address: link("conference/\(id)/agenda.pdf")))
        }
        var sections = [facts] + carrying(id, back: back) + [agendaSection(id, back: back)]
        sections.append(minutes(entry, back: back))
        sections.append(
            evidence(entry.instruments, subject: ["edition": id], back: back, heading: "conference.instruments"))
        var change = SheetSection(text("conference.change"), id: "change")
        change.form = environment.form(
            .edition, about: ["id": id], back: back, state: state,
            fields: editionFields(card).filter { $0.name != "id" })
        if change.form != nil { sections.append(change) }
        return sheet(
            path: back, heading: card.title.orOther(language), note: nil,
            back: SheetLink(text: text("nav.conference"), address: link("conference")), sections: sections)
    }

    /// What the edition before has gained since this draft was opened, with a button that takes it over.
    private func carrying(_ id: String, back: String) -> [SheetSection] {
        let clauses = register.carrying(into: id, by: party, on: environment.today).compactMap { act in
            if case .provision(let card) = act { card.key.clause } else { nil }
        }
        guard !clauses.isEmpty,
            let form = environment.form(
                .carrying, about: ["edition": id], back: back, state: state, fold: false, fields: [])
        else { return [] }
        var section = SheetSection(
            text("conference.carrying"), id: "carrying",
            remark: text("conference.carrying.note", ["clauses": context.list(clauses)]))
        section.form = form
        return [section]
    }

    /// What an edition is called; its id where it has no name.
    func editionTitle(_ id: String) -> String { register.editions[id]?.card.title.orOther(language) ?? id }

    private func agendaSection(_ id: String, back: String) -> SheetSection {
        var section = SheetSection(text("conference.agenda"), id: "agenda", remark: text("conference.agenda.note"))
        section.columns = ["number", "field", "item", "why", "how"].map { text("conference.agenda." + $0) }
        let agenda = register.agenda(of: id, on: environment.today)
        section.rows = (agenda?.items ?? []).enumerated().map { number, item in
            let place = item.provision.map { link("register/\($0.edition)/\($0.clause)") }
            let lines =
                [item.provision.map { context.joined(editionTitle($0.edition), $0.clause) }, item.period]
                .compactMap { $0 }
                + item.obstacles
            return SheetSection.Row(cells: [
                SheetCell("\(number + 1)", isNumber: true), SheetCell(environment.field(item.field, edition: id)),
                SheetCell(
                    item.text.orOther(language), address: item.indicator.map { link("indicators/\($0)") } ?? place,
                    isHead: true,
                    lines: lines),
                SheetCell(
                    text("agenda-reason." + item.reason.rawValue),
                    lines: (item.party.map { [environment.name(of: $0)] } ?? []) + decisions(item)),
                SheetCell(
                    context.list(
                        item.standings.sorted { $0.key < $1.key }.map {
                            "\(environment.name(of: $0.key)): \(standing($0.value))"
                        })),
            ])
        }
        section.empty = text("conference.agenda.none")
        section.form = environment.form(
            .agenda, about: ["edition": id], back: back, state: state,
            fields: environment.three("text", "conference.agenda.item", rows: 2) + [
                FieldSpec("field", text("register.field"), .choice(environment.fieldChoices(id)), value: "water")
            ])
        return section
    }

    /// Who wants an item's provision to go on or to end, a line each.
    func decisions(_ item: ConferenceAgenda.Item) -> [String] {
        item.decisions.sorted { $0.key < $1.key }.map {
            "\(environment.name(of: $0.key)): \(text("decision-of." + $0.value.rawValue))"
        }
    }

    private func minutes(_ entry: Register.EditionEntry, back: String) -> SheetSection {
        var section = SheetSection(text("conference.minutes"), id: "minutes")
        section.columns = ["provision", "text", "said"].map { text("conference.minutes." + $0) }
        section.rows = entry.minutes.map { minute in
            SheetSection.Row(cells: [
                SheetCell(minute.body.provision?.clause ?? "–", isHead: true),
                SheetCell(minute.body.text.orOther(language)),
                SheetCell(said(minute)),
            ])
        }
        section.empty = text("conference.minutes.none")
        let id = entry.card.id
        let places = [id, entry.card.previous].compactMap { $0 }.flatMap { register.keys(ofEdition: $0) }.prefix(400)
        section.form = environment.form(
            .minute, about: ["edition": id], back: back, state: state,
            fields: [
                FieldSpec(
                    "provision", text("conference.minutes.provision"),
                    .choice(
                        [("", "–")]
                            + places.map { ($0.description, context.joined(editionTitle($0.edition), $0.clause)) }))
            ] + environment.three("text", "conference.minutes.text", rows: 3))
        return section
    }
}
