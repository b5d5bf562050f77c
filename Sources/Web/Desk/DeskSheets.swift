import Accord
import Formats
import NodeCore
import Series

extension RegisterSheets {
    /// The desk of a shift: what was handed over, what waits for a second word, readings typed in, the log.
    func desk(waiting: [WaitingAct], history: [RegisterRecord], gate: GateBoard?) -> Sheet {
        var sections = [handovers()]
        sections.append(second(waiting))
        if let gate {
            var section = SheetSection(text("desk.gate"), id: "gate")
            section.texts = [SheetText(text("desk.gate.waiting", ["count": "\(gate.waiting)"]))]
            section.links = [SheetLink(text: text("nav.gate"), address: link("gate"))]
            sections.append(section)
        }
        if let entry = valueForm() { sections.append(entry) }
        sections.append(log())
        sections.append(acts(history))
        sections.append(holders())
        return sheet(path: "desk", heading: text("nav.desk"), note: text("desk.note"), sections: sections)
    }

    private func handovers() -> SheetSection {
        var section = SheetSection(text("desk.handovers"), id: "handovers")
        section.columns = ["text", "said"].map { text("desk." + $0) }
        let open = register.openHandovers
        section.rows = open.map {
            SheetSection.Row(cells: [SheetCell($0.body.text, isHead: true), SheetCell(said($0))])
        }
        section.empty = text("desk.noHandovers")
        for entry in open {
            if let form = environment.form(
                .taken, about: ["handover": "\(entry.number)"], back: "desk", state: state, fold: false,
                fields: [FieldSpec("text", text("desk.taken.text"), .text(maximum: 400))], suffix: "-\(entry.number)")
            {
                section.buttons.append(form)
            }
        }
        section.form = environment.form(
            .shift, back: "desk", state: state,
            fields: [
                FieldSpec(
                    "kind", text("desk.kind"),
                    .choice([ShiftEntry.Kind.note, .handover].map { ($0.rawValue, text("shift-kind." + $0.rawValue)) })),
                FieldSpec("text", text("desk.text"), .area(rows: 3), isRequired: true),
            ])
        return section
    }

    private func second(_ waiting: [WaitingAct]) -> SheetSection {
        var section = SheetSection(text("desk.second"), id: "second", remark: text("desk.second.note"))
        section.columns = ["act", "about", "askedBy"].map { text("desk." + $0) }
        section.rows = waiting.map { act in
            SheetSection.Row(cells: [
                SheetCell(text("act-name." + act.act.name), isHead: true),
                SheetCell(subject(of: act.act)),
                SheetCell("\(act.person), \(context.format.time(act.at, in: context.zone))"),
            ])
        }
        section.empty = text("desk.second.none")
        for act in waiting {
            for word in ["approve", "decline"] {
                if let form = environment.form(
                    .second, about: ["waiting": "\(act.number)", "word": word], back: "desk", state: state, fold: false,
                    fields: [],
                    suffix: "-\(act.number)-\(word)",
                    button:
                        "\(text("desk.second." + word)): \(text("act-name." + act.act.name)), \(subject(of: act.act))")
                {
                    section.buttons.append(form)
                }
            }
        }
        return section
    }

    private func valueForm() -> SheetSection? {
        guard !environment.series.isEmpty else { return nil }
        let choices = environment.series.map { series in
            (
                value: series.description,
                text: context.joined(object(series.station.text), series.property.standardName.name[language])
            )
        }
        var section = SheetSection(text("desk.value"), id: "value", remark: text("desk.value.note"))
        section.form = environment.form(
            .value, back: "desk", state: state, fold: false,
            fields: [
                FieldSpec("series", text("desk.series"), .choice(choices)),
                FieldSpec(
                    "observed", text("desk.observed"), .text(maximum: 16), isRequired: true,
                    hint: text("letters.ownClock.hint", ["zone": context.zone.name]),
                    value: environment.clock(environment.now.roundedDown(toStep: 3600))),
                FieldSpec("value", text("desk.valueIn"), .number, isRequired: true, hint: text("desk.valueIn.hint")),
                FieldSpec(
                    "revision", text("desk.revision"),
                    .choice([("0", text("desk.first")), ("1", "1"), ("2", "2"), ("3", "3")])),
            ])
        return section.form == nil ? nil : section
    }

    private func log() -> SheetSection {
        var section = SheetSection(text("desk.log"), id: "log")
        section.columns = ["kindColumn", "text", "said"].map { text("desk." + $0) }
        section.rows = register.shifts.suffix(60).reversed().map { entry in
            SheetSection.Row(cells: [
                SheetCell(text("shift-kind." + entry.body.kind.rawValue), isHead: true), SheetCell(entry.body.text),
                SheetCell(said(entry)),
            ])
        }
        section.empty = text("desk.log.none")
        return section
    }

    private func acts(_ history: [RegisterRecord]) -> SheetSection {
        var section = SheetSection(text("desk.acts"), id: "acts")
        section.columns = ["act", "about", "said"].map { text("desk." + $0) }
        section.rows = history.prefix(60).map { record in
            let who =
                record.person.isEmpty
                ? environment.name(of: record.party) : "\(environment.name(of: record.party)) (\(record.person))"
            return SheetSection.Row(cells: [
                SheetCell(text("act-name." + record.act.name), isHead: true),
                SheetCell(subject(of: record.act)),
                SheetCell(context.joined(who, context.format.time(record.at, in: context.zone))),
            ])
        }
        section.empty = text("desk.acts.none")
        return section
    }

    private func holders() -> SheetSection {
        var section = SheetSection(text("desk.holders"), id: "holders", remark: text("desk.holders.note"))
        section.columns = ["office", "name", "spellings", "from", "until"].map { text("desk.holder." + $0) }
        section.rows = register.holders.reversed().map { holder in
            SheetSection.Row(
                cells: [
                    SheetCell(officeName(holder.body.office), isHead: true), SheetCell(holder.body.name),
                    SheetCell(context.list(holder.body.spellings)), SheetCell(date(holder.body.from)),
                    SheetCell(date(holder.body.until)),
                ], rowKind: (holder.body.until.map { $0 <= environment.today } ?? false) ? "superseded" : "")
        }
        section.empty = text("desk.holders.none")
        section.form = environment.form(
            .holder, back: "desk", state: state,
            fields: [
                FieldSpec(
                    "office", text("desk.holder.office"),
                    .choice([("", "–")] + environment.officeChoices([], all: true))),
                FieldSpec("office_name", text("letters.officeName"), .text(maximum: 200)),
                FieldSpec("name", text("desk.holder.name"), .text(maximum: 100), isRequired: true),
                FieldSpec("spellings", text("desk.holder.spellings"), .area(rows: 2), hint: text("field.lines.hint")),
                FieldSpec("from", text("desk.holder.from"), .day), FieldSpec("until", text("desk.holder.until"), .day),
            ])
        return section
    }
}
