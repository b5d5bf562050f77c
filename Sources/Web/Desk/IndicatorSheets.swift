import Accord
import Formats
import NodeCore
import Series

extension RegisterSheets {
    /// Every indicator with its latest figures side by side.
    func indicators(_ query: FormValues) -> Sheet {
        let parties = register.currentEdition.flatMap { register.editions[$0]?.card.parties } ?? []
        let words = query["words"].lowercased().split(separator: " ")
        let isNarrowed = !words.isEmpty || !query["field"].isEmpty
        let all = register.indicators.keys.sorted().filter { id in
            guard isNarrowed, let card = register.indicators[id]?.card else { return true }
            let text = "\(id) \(card.name.vi) \(card.name.zh) \(card.name.en)".lowercased()
            return words.allSatisfy { text.contains($0) } && (query["field"].isEmpty || card.field == query["field"])
        }
        let from = max(0, min(Int(query["from"]) ?? 0, max(0, all.count - 1)))
        let end = min(all.count, from + RegisterSheets.pageSize)
        var section = SheetSection(text("indicators.found", ["count": "\(all.count)"]), id: "indicators")
        section.filter = environment.filter(
            "/\(party)/indicators",
            fields: [
                FieldSpec(
                    "field", text("register.field"),
                    .choice([("", text("register.all"))] + environment.fieldChoices(register.currentEdition))),
                FieldSpec("words", text("register.words"), .text(maximum: 100)),
            ], values: query)
        section.columns =
            [text("indicators.name"), text("indicators.period")] + parties.map { environment.name(of: $0) } + [
                text("indicators.target")
            ]
        section.rows = all[from..<end].compactMap { id in
            register.indicators[id].map { row(id, $0, parties: parties) }
        }
        section.empty = text("indicators.none")
        section.links = paging(
            query, path: "indicators", asked: ["field", "words"], from: from, count: all.count)
        section.links.append(SheetLink(text: text("indicators.file"), address: link("indicators/figures.csv")))
        var sections = [section]
        if let form = environment.form(
            .indicator, about: [ActReader.isNew: "yes"], back: "indicators", state: state, fields: indicatorFields(nil))
        {
            var add = SheetSection(text("indicators.add"), id: "add")
            add.form = form
            sections.append(add)
        }
        return sheet(
            path: "indicators", asking: stated(query, ["field", "words", "from"]), heading: text("nav.indicators"),
            note: text("indicators.note"), sections: sections)
    }

    private func row(_ id: String, _ entry: Register.IndicatorEntry, parties: [PartyID]) -> SheetSection.Row {
        let period = entry.figures.keys.max()
        let cells = parties.map { party in
            SheetCell(period.flatMap { entry.figures[$0]?[party]?.last }.map { figure($0.body) } ?? "–", isNumber: true)
        }
        let target = entry.notes.last { $0.body.target != nil }
        var lines = ["\(entry.card.unit)"]
        if let period, entry.differs(in: period) { lines.append(text("indicators.differ")) }
        return SheetSection.Row(
            cells: [
                SheetCell(
                    entry.card.name.orOther(language), address: link("indicators/\(id)"), isHead: true, lines: lines),
                SheetCell(period ?? "–"),
            ] + cells + [
                SheetCell(target.map { "\(number($0.body.target)) (\($0.body.period))" } ?? "–", isNumber: true)
            ])
    }

    /// A figure as people read it; one without a number says so.
    func figure(_ figure: FigureStatement) -> String {
        figure.value == nil ? text("indicators.noNumber") : number(figure.value)
    }

    func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        let isWhole = value.rounded() == value && abs(value) < 1e15
        return context.format.number(value, digits: isWhole ? 0 : abs(value) < 10 ? 2 : 1)
    }

    /// One indicator: definition, figures of each party by period, targets, notes, a drawing.
    func indicator(_ id: String) -> Sheet? {
        guard let entry = register.indicators[id] else { return nil }
        let card = entry.card
        let back = "indicators/\(id)"
        let subject = ["indicator": id]
        var facts = SheetSection(text("register.facts"), id: "facts")
        facts.add(text("indicators.definition"), SheetCell(card.definition.orOther(language)))
        facts.add(text("indicators.unit"), SheetCell(card.unit))
        facts.add(text("indicators.every"), SheetCell(text("period-of." + card.period.rawValue)))
        facts.add(text("field.source"), SheetCell(card.source))
        facts.add(text("register.field"), SheetCell(environment.field(card.field, edition: register.currentEdition)))
        let parties = register.readers(ofIndicator: id)
        var sections = [facts, figures(entry, parties: parties, subject: subject, back: back)]
        if entry.periods.count > 1 || entry.figures.count > 0 {
            var drawing = SheetSection(text("indicators.drawing"), id: "drawing")
            drawing.picture = IndicatorSVG(entry: entry, parties: parties, sheets: self).markup
            if drawing.picture != nil { sections.append(drawing) }
        }
        sections.append(notes(entry, subject: subject, back: back))
        if let form = environment.form(
            .indicator, about: ["id": id], back: back, state: state, fields: indicatorFields(card))
        {
            var change = SheetSection(text("indicators.change"), id: "change")
            change.form = form
            sections.append(change)
        }
        return sheet(
            path: back, heading: card.name.orOther(language), note: text("indicators.sideBySide"),
            back: SheetLink(text: text("nav.indicators"), address: link("indicators")), sections: sections)
    }

    private func figures(
        _ entry: Register.IndicatorEntry, parties: [PartyID], subject: [String: String], back: String
    ) -> SheetSection {
        var section = SheetSection(text("indicators.figures"), id: "figures")
        section.columns = ["period", "party", "value", "known", "source", "remark", "said"].map {
            text("indicators." + $0)
        }
        for period in entry.periods.reversed() {
            for party in (entry.figures[period] ?? [:]).keys.sorted() {
                for figure in (entry.figures[period]?[party] ?? []).reversed() {
                    let isNow = figure.number == entry.figures[period]?[party]?.last?.number
                    section.rows.append(
                        SheetSection.Row(
                            cells: [
                                SheetCell(
                                    period, isHead: true,
                                    lines: entry.differs(in: period) ? [text("indicators.differ")] : []),
                                SheetCell(environment.name(of: party)),
                                SheetCell(self.figure(figure.body), isNumber: true, lines: [entry.card.unit]),
                                SheetCell(context.known(figure.body.known)), SheetCell(figure.body.source),
                                SheetCell(figure.body.remark), SheetCell(said(figure)),
                            ], rowKind: isNow ? "" : "superseded"))
                }
            }
        }
        section.empty = text("indicators.noFigures")
        section.form = environment.form(
            .figure, about: subject, back: back, state: state,
            fields: [
                periodField(entry.card),
                FieldSpec("value", text("indicators.value"), .number, hint: text("indicators.value.hint")),
                FieldSpec(
                    "known", text("indicators.known"), .choice(Known.allCases.map { ($0.rawValue, context.known($0)) }),
                    value: "observed"),
                FieldSpec("source", text("indicators.source"), .text(maximum: 400), isRequired: true),
                FieldSpec("remark", text("indicators.remark"), .area(rows: 2)),
            ])
        return section
    }

    private func notes(_ entry: Register.IndicatorEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("indicators.notes"), id: "notes", remark: text("indicators.notes.note"))
        section.columns = ["period", "target", "text", "said"].map { text("indicators." + $0) }
        section.rows = entry.notes.reversed().map { note in
            SheetSection.Row(cells: [
                SheetCell(note.body.period, isHead: true), SheetCell(number(note.body.target), isNumber: true),
                SheetCell(note.body.text), SheetCell(said(note)),
            ])
        }
        section.empty = text("indicators.noNotes")
        let period = periodField(entry.card)
        section.form = environment.form(
            .target, about: subject, back: back, state: state,
            fields: [
                period, FieldSpec("target", text("indicators.target"), .number, isRequired: true),
                FieldSpec("text", text("indicators.text"), .area(rows: 2)),
            ])
        if let form = environment.form(
            .reconciliation, about: subject, back: back, state: state,
            fields: [period, FieldSpec("text", text("indicators.why"), .area(rows: 2), isRequired: true)])
        {
            section.buttons.append(form)
        }
        return section
    }

    /// The period of a figure: an edition is chosen, everything else is typed as its hint shows.
    private func periodField(_ card: IndicatorCard) -> FieldSpec {
        guard card.period == .edition else {
            return FieldSpec(
                "period", text("indicators.period"), .text(maximum: 24), isRequired: true,
                hint: text("period-hint." + card.period.rawValue))
        }
        let editions = register.editions.values.map(\.card).sorted { $0.number > $1.number }
        return FieldSpec(
            "period", text("register.edition"), .choice(editions.map { ($0.id, $0.title.orOther(language)) }),
            isRequired: true, value: register.currentEdition ?? "")
    }

    func indicatorFields(_ card: IndicatorCard?) -> [FieldSpec] {
        let parties = register.currentEdition.flatMap { register.editions[$0]?.card.parties } ?? []
        let id = FieldSpec("id", text("field.id"), .text(maximum: 60), isRequired: true, hint: text("field.id.hint"))
        return (card == nil ? [id] : []) + environment.three("name", "indicators.name", rows: 1, value: card?.name)
            + environment.three("definition", "indicators.definition", rows: 2, value: card?.definition) + [
                FieldSpec(
                    "unit", text("indicators.unit"), .text(maximum: 60), isRequired: true, value: card?.unit ?? ""),
                FieldSpec(
                    "period", text("indicators.every"),
                    .choice(IndicatorCard.Period.allCases.map { ($0.rawValue, text("period-of." + $0.rawValue)) }),
                    value: card?.period.rawValue ?? "year"),
                FieldSpec(
                    "field", text("register.field"), .choice(environment.fieldChoices(register.currentEdition)),
                    value: card?.field ?? ""),
                FieldSpec("source", text("field.source"), .text(maximum: 400), value: card?.source ?? ""),
                FieldSpec(
                    "readers", text("field.readers"), .several(environment.partyChoices(parties)),
                    hint: text("field.readers.hint"),
                    value: (card?.readers ?? []).map(\.text).joined(separator: "|")),
            ]
    }
}

/// Figures of an indicator as bars, a colour and a pattern for each party, targets as marks.
struct IndicatorSVG {
    let entry: Register.IndicatorEntry
    let parties: [PartyID]
    let sheets: RegisterSheets

    private static let colours = ["#1f6fb2", "#b33a0a", "#8a6800", "#4f7f3f", "#7a4fa3", "#52606d"]

    private var periods: [String] { Array(entry.periods.suffix(8)) }

    /// The same numbers for word processors, targets as bars of their own.
    var chart: PaperChart {
        let given = parties.filter { party in periods.contains { entry.figures[$0]?[party] != nil } }
        var rows = given.map { party in
            PaperChart.Row(
                name: sheets.environment.name(of: party),
                values: periods.map { entry.figures[$0]?[party]?.last?.body.value })
        }
        let targets = periods.map { period in
            entry.notes.last { $0.body.period == period && $0.body.target != nil }?.body.target
        }
        if targets.contains(where: { $0 != nil }) {
            rows.append(PaperChart.Row(name: sheets.text("indicators.target"), values: targets))
        }
        return PaperChart(
            title: entry.card.name.orOther(sheets.language), unit: entry.card.unit, categories: periods, rows: rows)
    }

    /// The drawing; nil where there is nothing to draw.
    var markup: String? {
        let periods = periods
        let values = periods.flatMap { period in parties.compactMap { entry.figures[period]?[$0]?.last?.body.value } }
        let targets = entry.notes.filter { periods.contains($0.body.period) }.compactMap(\.body.target)
        guard let highest = (values + targets).max(), highest > 0, !periods.isEmpty else { return nil }
        let given = parties.filter { party in periods.contains { entry.figures[$0]?[party] != nil } }
        let (width, height, left, base) = (760.0, 260.0, 70.0, 220.0)
        let step = (width - left - 10) / Double(periods.count)
        let bar = min(40, step * 0.8 / Double(max(1, given.count)))
        func y(_ value: Double) -> Double { base - max(0, value) / highest * 190 }
        var parts = [
            "<svg class=\"hydrograph\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">",
            "<title>\(Drawing.escaped(entry.card.name.orOther(sheets.language)))</title>",
        ]
        for share in [0.0, 0.5, 1.0] {
            let value = highest * share
            parts.append(
                "<line class=\"h-grid\" x1=\"\(Int(left))\" x2=\"\(Int(width))\" y1=\"\(Drawing.coordinate(y(value)))\" y2=\"\(Drawing.coordinate(y(value)))\" stroke=\"#d5dce2\"/>"
                    + "<text class=\"h-text\" x=\"\(Int(left) - 6)\" y=\"\(Drawing.coordinate(y(value) + 4))\" text-anchor=\"end\" fill=\"#16202a\">\(sheets.number(value))</text>"
            )
        }
        for (place, period) in periods.enumerated() {
            let start = left + step * Double(place) + step * 0.1
            for (number, party) in given.enumerated() {
                guard let value = entry.figures[period]?[party]?.last?.body.value else { continue }
                let colour = IndicatorSVG.colours[number % IndicatorSVG.colours.count]
                parts.append(
                    "<rect x=\"\(Drawing.coordinate(start + bar * Double(number)))\" y=\"\(Drawing.coordinate(y(value)))\" width=\"\(Drawing.coordinate(bar - 2))\" height=\"\(Drawing.coordinate(base - y(value)))\" fill=\"\(colour)\"><title>\(Drawing.escaped(sheets.environment.name(of: party))) \(Drawing.escaped(period)): \(sheets.number(value)) \(Drawing.escaped(entry.card.unit))</title></rect>"
                )
            }
            if let target = entry.notes.last(where: { $0.body.period == period && $0.body.target != nil })?.body.target
            {
                parts.append(
                    "<line x1=\"\(Drawing.coordinate(start - 4))\" x2=\"\(Drawing.coordinate(start + bar * Double(max(1, given.count)) + 2))\" y1=\"\(Drawing.coordinate(y(target)))\" y2=\"\(Drawing.coordinate(y(target)))\" stroke=\"#16202a\" stroke-width=\"2\" stroke-dasharray=\"4 3\" class=\"h-now\"/>"
                )
            }
            parts.append(
                "<text class=\"h-text\" x=\"\(Drawing.coordinate(left + step * (Double(place) + 0.5)))\" y=\"\(Int(base) + 16)\" text-anchor=\"middle\" fill=\"#16202a\">\(Drawing.escaped(period))</text>"
            )
        }
        for (number, party) in given.enumerated() {
            let colour = IndicatorSVG.colours[number % IndicatorSVG.colours.count]
            let x = left + Double(number) * (width - left) / Double(max(1, given.count))
            parts.append(
                "<rect x=\"\(Drawing.coordinate(x))\" y=\"\(Int(height) - 14)\" width=\"10\" height=\"10\" fill=\"\(colour)\"/><text class=\"h-text\" x=\"\(Drawing.coordinate(x + 14))\" y=\"\(Int(height) - 5)\" fill=\"#16202a\">\(Drawing.escaped(sheets.environment.name(of: party)))</text>"
            )
        }
        return parts.joined() + "</svg>"
    }
}
