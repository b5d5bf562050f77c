import Accord
import Formats
import NodeCore
import Series

extension RegisterSheets {
    /// What came by letter, fax or telephone.
    func letters() -> Sheet {
        var section = SheetSection(text("letters.list"), id: "letters")
        section.columns = ["number", "received", "sender", "object", "open", "told"].map { text("letters." + $0) }
        section.rows = register.letters.values.sorted { $0.card.body.number > $1.card.body.number }.map { letter in
            let card = letter.card.body
            let acknowledged = Set(letter.words.filter { !$0.body.acknowledgedBy.isEmpty }.map(\.body.office))
            let told = Set(letter.words.filter { $0.body.acknowledgedBy.isEmpty }.map(\.body.office))
            let successor = successor(of: card.number)
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        "\(card.number)", address: link("letters/\(card.number)"), isHead: true,
                        lines: [text("channel-of." + card.channel.rawValue)]
                            + (successor.map { [text("letters.replacedBy", ["number": "\($0)"])] } ?? [])),
                    SheetCell(context.format.allTimes(card.received, in: context.zone)), SheetCell(office(card.sender)),
                    SheetCell(object(card.object)),
                    SheetCell(
                        letter.gaps.isEmpty
                            ? text("letters.clear") : context.list(letter.gaps.map { text("gap-of." + $0.rawValue) }),
                        mark: letter.gaps.isEmpty || successor != nil ? "kept" : "open"),
                    SheetCell(
                        text(
                            "letters.toldCount",
                            ["told": "\(told.count)", "acknowledged": "\(acknowledged.count)"])),
                ], rowKind: successor == nil ? "" : "superseded")
        }
        section.empty = text("letters.none")
        var sections = [section]
        var add = SheetSection(text("letters.add"), id: "add")
        add.form = environment.form(.letter, back: "letters", state: state, fields: letterFields(nil))
        if add.form != nil { sections.append(add) }
        return sheet(path: "letters", heading: text("nav.letters"), note: text("letters.note"), sections: sections)
    }

    /// The latest letter that replaces another; nil where none does.
    private func successor(of number: Int) -> Int? {
        register.letters.values.map(\.card.body).filter { $0.supersedes == number }.map(\.number).max()
    }

    func object(_ id: String) -> String { StationID(id).flatMap { context.stationNames[$0]?[language] } ?? id }

    /// One letter: its words, how it can be understood, what is asked, who was told.
    func letter(_ number: Int) -> Sheet? {
        guard let entry = register.letters[number] else { return nil }
        let card = entry.card.body
        let back = "letters/\(number)"
        let subject = ["letter": "\(number)"]
        var facts = SheetSection(text("register.facts"), id: "facts")
        facts.add(text("letters.channel"), SheetCell(text("channel-of." + card.channel.rawValue)))
        facts.add(text("letters.sender"), SheetCell(office(card.sender)))
        facts.add(text("letters.route"), SheetCell(card.route.map { officeName($0) }.joined(separator: " → ")))
        facts.add(text("letters.written"), SheetCell(card.written))
        facts.add(text("letters.received"), SheetCell(context.format.allTimes(card.received, in: context.zone)))
        facts.add(text("letters.object"), SheetCell(object(card.object)))
        if !card.scan.isEmpty {
            facts.add(
                text("letters.scan"), SheetCell(String(card.scan.prefix(12)) + "…", address: link("files/\(card.scan)"))
            )
        }
        if let before = card.supersedes {
            facts.add(text("letters.supersedes"), SheetCell("\(before)", address: link("letters/\(before)")))
        }
        if let next = successor(of: number) {
            facts.add(text("letters.replaced"), SheetCell("\(next)", address: link("letters/\(next)")))
        }
        facts.add(text("register.said"), SheetCell(said(entry.card)))
        facts.texts = [SheetText(card.text, label: text("letters.text"), lang: card.language.rawValue)]
        var sections = [
            facts, gaps(entry), readings(entry, subject: subject, back: back),
            replies(entry, subject: subject, back: back),
        ]
        sections.append(words(entry, subject: subject, back: back))
        if let edition = register.editions.values.map(\.card).filter({ $0.state == .draft }).max(by: {
            $0.number < $1.number
        }) {
            var agenda = SheetSection(text("letters.agenda"), id: "agenda")
            let item = LetterTexts(sheets: self).agendaItem(card)
            let isOn = register.editions[edition.id]?.items.contains { $0.body.text == item } ?? false
            if isOn {
                agenda.texts = [SheetText(text("letters.onAgenda", ["edition": edition.title.orOther(language)]))]
                agenda.links = [
                    SheetLink(text: edition.title.orOther(language), address: link("conference/\(edition.id)"))
                ]
            } else {
                agenda.form = environment.form(
                    .agenda, about: ["edition": edition.id], back: back, state: state,
                    fields: environment.three("text", "conference.agenda.item", rows: 2, value: item) + [
                        FieldSpec(
                            "field", text("register.field"), .choice(environment.fieldChoices(edition.id)),
                            value: "reservoirs")
                    ], suffix: "-letter")
            }
            if isOn || agenda.form != nil { sections.append(agenda) }
        }
        return sheet(
            path: back, heading: text("letters.letter", ["number": "\(number)"]), note: nil,
            back: SheetLink(text: text("nav.letters"), address: link("letters")), sections: sections)
    }

    private func gaps(_ entry: Register.LetterEntry) -> SheetSection {
        var section = SheetSection(text("letters.open"), id: "gaps")
        section.columns = [text("letters.question"), text("letters.asks")]
        section.rows = entry.gaps.map { gap in
            SheetSection.Row(cells: [
                SheetCell(text("gap-of." + gap.rawValue), isHead: true),
                SheetCell(text("gap-asks." + gap.rawValue, ["zones": zoneNames(context.catalogue)])),
            ])
        }
        section.empty = text("letters.nothingOpen")
        return section
    }

    /// The zones of the river as people call them: an hour of a letter is by one of them.
    func zoneNames(_ catalogue: Catalogue) -> String {
        let zones = catalogue.format.zones.isEmpty ? [context.zone] : catalogue.format.zones
        return zones.map { catalogue.name(of: $0) }.joined(separator: " / ")
    }

    private func readings(_ entry: Register.LetterEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("letters.readings"), id: "readings", remark: text("letters.readings.note"))
        section.columns = ["label", "start", "moment", "discharge", "lasts", "where", "holds"].map {
            text("letters." + $0)
        }
        section.rows = entry.readings.map { reading in
            let body = reading.body
            let zone = body.zone.isEmpty ? text("letters.noZone") : UTCOffset(iso8601: body.zone)?.name ?? body.zone
            let lasts =
                body.hours.map { context.format.number($0, digits: 0) + " " + text("letters.hours") } ?? body.end
            let holds: String =
                entry.settled == body.label
                ? text("letters.confirmed")
                : text(entry.isRefuted(reading) ? "letters.notThisOne" : "letters.unanswered")
            return SheetSection.Row(
                cells: [
                    SheetCell(body.label, isHead: true),
                    SheetCell(body.start.isEmpty ? text("letters.missing") : body.start, lines: [zone]),
                    SheetCell(body.begins.map { context.format.allTimes($0, in: context.zone) } ?? "–"),
                    SheetCell(
                        body.discharge.map { "\(number($0)) \(context.format.unit(.cubicMetrePerSecond))" }
                            ?? text("letters.missing"), isNumber: true),
                    SheetCell(lasts.isEmpty ? text("letters.missing") : lasts), SheetCell(body.note), SheetCell(holds),
                ], rowKind: entry.isRefuted(reading) ? "superseded" : "")
        }
        section.empty = text("letters.noReadings")
        let zones =
            [(value: "", text: text("letters.noZone"))]
            + context.zones.sorted { $0.minutes < $1.minutes }.map { ($0.description, $0.name) }
        section.form = environment.form(
            .reading, about: subject, back: back, state: state,
            fields: [
                FieldSpec("start", text("letters.start"), .text(maximum: 40), hint: text("letters.clock.hint")),
                FieldSpec("zone", text("letters.zone"), .choice(zones)),
                FieldSpec("end", text("letters.end"), .text(maximum: 40), hint: text("letters.clock.hint")),
                FieldSpec("hours", text("letters.lastsHours"), .number),
                FieldSpec("discharge", text("letters.dischargeIn"), .number),
                FieldSpec("note", text("letters.where"), .text(maximum: 400)),
            ])
        return section
    }

    private func replies(_ entry: Register.LetterEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("letters.replies"), id: "replies", remark: text("letters.replies.note"))
        let draft = LetterTexts(sheets: self).reply(to: entry)
        let last = entry.replies.last
        var shown: Set<LocalizedText> = []
        for reply in entry.replies.reversed() where shown.insert(reply.body.text).inserted {
            let state = text(reply.body.isSent ? "letters.sentState" : "letters.draftState")
            for language in Language.inOrder(first: language) where !reply.body.text[language].isEmpty {
                section.texts.append(
                    SheetText(
                        reply.body.text[language], label: "\(state) · \(said(reply)) · \(language.ownName)",
                        lang: language.rawValue))
            }
        }
        section.rows = entry.answers.map { answer in
            SheetSection.Row(cells: [
                SheetCell(context.format.allTimes(answer.body.received, in: context.zone), isHead: true),
                SheetCell(answer.body.text),
                SheetCell(answer.body.settles.isEmpty ? "–" : answer.body.settles), SheetCell(said(answer)),
            ])
        }
        section.columns = ["received", "answer", "confirms", "registered"].map { text("letters." + $0) }
        section.form = environment.form(
            .reply, about: subject, back: back, state: state,
            fields: environment.three("text", "letters.reply", rows: 6, value: last?.body.text ?? draft))
        if let last, !last.body.isSent {
            let texts = ["text_vi": last.body.text.vi, "text_zh": last.body.text.zh, "text_en": last.body.text.en]
            if let form = environment.form(
                .sent, about: subject.merging(texts) { first, _ in first }, back: back, state: state, fold: false,
                fields: [])
            {
                section.buttons.append(form)
            }
        }
        let labels = [(value: "", text: "–")] + entry.readings.map { ($0.body.label, $0.body.label) }
        if let form = environment.form(
            .answer, about: subject, back: back, state: state,
            fields: [
                FieldSpec("text", text("letters.answer"), .area(rows: 3), isRequired: true),
                FieldSpec(
                    "received", text("letters.received"), .text(maximum: 16),
                    hint: text("letters.ownClock.hint", ["zone": context.zone.name]),
                    value: environment.clock(environment.now)),
                FieldSpec("settles", text("letters.confirms"), .choice(labels)),
            ])
        {
            section.buttons.append(form)
        }
        return section
    }

    private func words(_ entry: Register.LetterEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("letters.words"), id: "told", remark: text("letters.words.note"))
        section.columns = ["office", "means", "toldAt", "acknowledgedBy", "acknowledgedAt"].map {
            text("letters." + $0)
        }
        let offices = entry.words.map(\.body.office)
        for (place, name) in offices.enumerated() where offices.firstIndex(of: name) == place {
            let told = entry.words.last { $0.body.office == name && $0.body.acknowledgedBy.isEmpty }
            let read = entry.words.last { $0.body.office == name && !$0.body.acknowledgedBy.isEmpty }
            section.rows.append(
                SheetSection.Row(cells: [
                    SheetCell(officeName(name), isHead: true), SheetCell(told?.body.means ?? read?.body.means ?? ""),
                    SheetCell(told.map { context.format.allTimes($0.body.at, in: context.zone) } ?? "–"),
                    SheetCell(read?.body.acknowledgedBy ?? text("letters.notYet"), mark: read == nil ? "open" : "kept"),
                    SheetCell(read.map { context.format.allTimes($0.body.at, in: context.zone) } ?? "–"),
                ]))
        }
        section.empty = text("letters.nobodyTold")
        let all = [(value: "", text: "–")] + environment.officeChoices([], all: true)
        let fields = [
            FieldSpec("office", text("letters.office"), .choice(all)),
            FieldSpec("office_name", text("letters.officeName"), .text(maximum: 200)),
            FieldSpec("means", text("letters.means"), .text(maximum: 100)),
            FieldSpec(
                "at", text("letters.at"), .text(maximum: 16),
                hint: text("letters.ownClock.hint", ["zone": context.zone.name]),
                value: environment.clock(environment.now)),
        ]
        let reader = FieldSpec(
            "acknowledged_by", text("letters.acknowledgedBy"), .text(maximum: 100), isRequired: true)
        section.buttons = [
            environment.form(.told, about: subject, back: back, state: state, fields: fields),
            environment.form(.acknowledged, about: subject, back: back, state: state, fields: fields + [reader]),
        ].compactMap { $0 }
        return section
    }

    private func letterFields(_ card: LetterCard?) -> [FieldSpec] {
        let offices = [(value: "", text: "–")] + environment.officeChoices([], all: true)
        let parties = environment.desk.offices.register.parties.values.filter {
            $0.validity.contains(environment.today)
        }.map(\.id).sorted()
        let objects = environment.objects
        let letters = [(value: "", text: "–")] + register.letters.keys.sorted(by: >).map { ("\($0)", "\($0)") }
        return [
            FieldSpec(
                "channel", text("letters.channel"),
                .choice(LetterCard.Channel.allCases.map { ($0.rawValue, text("channel-of." + $0.rawValue)) })),
            FieldSpec("sender", text("letters.sender"), .choice(offices)),
            FieldSpec(
                "sender_party", text("letters.senderParty"), .choice([("", "–")] + environment.partyChoices(parties))),
            FieldSpec(
                "sender_name", text("letters.senderName"), .text(maximum: 200), hint: text("letters.senderName.hint")),
            FieldSpec("route_1", text("letters.route.1"), .choice(offices)),
            FieldSpec("route_2", text("letters.route.2"), .choice(offices)),
            FieldSpec("route_3", text("letters.route.3"), .choice(offices)),
            FieldSpec("written", text("letters.written"), .text(maximum: 60), hint: text("letters.written.hint")),
            FieldSpec(
                "received", text("letters.received"), .text(maximum: 16),
                hint: text("letters.ownClock.hint", ["zone": context.zone.name]),
                value: environment.clock(environment.now)),
            FieldSpec(
                "object", text("letters.object"),
                objects.isEmpty ? .text(maximum: 100) : .choice([("", "–")] + objects),
                isRequired: true),
            FieldSpec("text", text("letters.text"), .area(rows: 6), isRequired: true, hint: text("letters.text.hint")),
            FieldSpec(
                "language", text("evidence.language"), .choice(Language.allCases.map { ($0.rawValue, $0.ownName) }),
                value: language.rawValue),
            FieldSpec("file", text("letters.scan"), .file, hint: text("letters.scan.hint")),
            FieldSpec("supersedes", text("letters.supersedes"), .choice(letters)),
        ]
    }
}

/// Texts about letters in three languages, from templates of the catalogues.
struct LetterTexts {
    let sheets: RegisterSheets
    private var catalogues: Catalogues { sheets.catalogues }

    /// What a reply asks, by what the letter leaves open.
    func reply(to entry: Register.LetterEntry) -> LocalizedText {
        func text(_ language: Language) -> String {
            let catalogue = catalogues[language]
            let card = entry.card.body
            let object = StationID(card.object).flatMap { sheets.context.stationNames[$0]?[language] } ?? card.object
            let received = catalogue.format.allTimes(card.received, in: sheets.context.zone)
            let questions = entry.gaps.enumerated().map { number, gap in
                "\(number + 1). \(question(gap, entry, language))"
            }
            let opening = catalogue.text("reply.opening", ["object": object, "received": received])
            let closing = catalogue.text("reply.closing", ["party": sheets.environment.partyName[language]])
            guard !questions.isEmpty else {
                return [opening, catalogue.text("reply.noQuestions"), closing].joined(separator: "\n")
            }
            return ([opening, catalogue.text("reply.asks")] + questions + [closing]).joined(separator: "\n")
        }
        return LocalizedText(vi: text(.vietnamese), zh: text(.chinese), en: text(.english))
    }

    private func question(_ gap: LetterGap, _ entry: Register.LetterEntry, _ language: Language) -> String {
        let catalogue = catalogues[language]
        let format = catalogue.format
        let starts = Set(entry.readings.compactMap(\.body.begins)).sorted().map {
            format.allTimes($0, in: sheets.context.zone)
        }
        let flows = Set(entry.readings.compactMap(\.body.discharge)).sorted().map { format.number($0, digits: 0) }
        let join = language == .chinese ? "、" : ", "
        return catalogue.text(
            "reply.question." + gap.rawValue,
            [
                "starts": starts.joined(separator: join), "discharges": flows.joined(separator: join),
                "zones": sheets.zoneNames(catalogue),
            ])
    }

    /// The item that a letter gives the next conference.
    func agendaItem(_ card: LetterCard) -> LocalizedText {
        func text(_ language: Language) -> String {
            let object = StationID(card.object).flatMap { sheets.context.stationNames[$0]?[language] } ?? card.object
            let day = catalogues[language].format.date(card.received.civil(in: sheets.context.zone).date)
            return catalogues[language].text("letters.agendaItem", ["object": object, "day": day])
        }
        return LocalizedText(vi: text(.vietnamese), zh: text(.chinese), en: text(.english))
    }
}
