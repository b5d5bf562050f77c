import Accord
import Forecasting
import Formats
import NodeCore
import Series

/// Files that are made of the register.
enum RegisterFile: String {
    case reportHTML = "report.html"
    case reportPrint = "report.pdf"
    case reportWord = "report.docx"
    case reportSheets = "report.xlsx"
    case provisions = "provisions.csv"
    case agendaHTML = "agenda.html"
    case agendaPrint = "agenda.pdf"
    case agendaWord = "agenda.docx"

    var mediaType: String {
        switch self {
        case .reportHTML, .agendaHTML: "text/html; charset=utf-8"
        case .reportPrint, .agendaPrint: "application/pdf"
        case .reportWord, .agendaWord: WordDocument.mediaType
        case .reportSheets: SpreadsheetDocument.mediaType
        case .provisions: "text/csv; charset=utf-8"
        }
    }

    /// What it is called where it is saved: `conference-6-report.vi.docx`. Tables of all languages have none of their own.
    ///
    /// - Parameter audience: for whom it is made where that is not every party.
    func name(edition: String, language: Language, audience: String? = nil) -> String {
        let mark = audience.map { ".for-" + $0.replacing(",", with: "-") } ?? ""
        guard let dot = rawValue.lastIndex(of: ".") else { return "\(edition)-\(rawValue)" }
        let tongue = self == .provisions ? "" : ".\(language.rawValue)"
        return "\(edition)-\(rawValue[..<dot])\(mark)\(tongue)\(rawValue[dot...])"
    }

    /// Whether it is made by printing the HTML file.
    var isPrinted: Bool { self == .reportPrint || self == .agendaPrint }

    /// The files of an edition that are offered.
    static func offered(_ files: [RegisterFile], canPrint: Bool) -> [RegisterFile] {
        files.filter { canPrint || !$0.isPrinted }
    }
}

/// The report of an edition for the conference: every field, what each party says, evidence, figures side by side. It holds what
/// every party of the edition may read; `for=` names the reader of a narrower or wider one.
struct RegisterReport {
    let sheets: RegisterSheets
    let edition: String
    /// Party ids joined by commas, `own` for everything that is here; nil for what every party may read.
    let audience: String?
    /// What was warned and told of since the conference; nil where the node does not say.
    var review: MessageReview?

    private var register: Register { sheets.register }
    private var environment: FormEnvironment { sheets.environment }
    private var language: Language { sheets.language }

    private func text(_ key: String, _ arguments: [String: String] = [:]) -> String { sheets.text(key, arguments) }

    /// The file, before it is printed; nil where there is no such edition or audience.
    func file(_ kind: RegisterFile) -> [UInt8]? {
        guard let readers, let card = register.editions[edition]?.card else { return nil }
        switch kind {
        case .reportHTML, .reportPrint: return Array(HTMLDocument.text(of: report(card, readers: readers)).utf8)
        case .reportWord: return try? WordDocument.bytes(of: report(card, readers: readers))
        case .reportSheets: return try? workbook(card, readers: readers).bytes()
        case .provisions: return Array(ProvisionTable(rows(readers)).text.utf8)
        case .agendaHTML, .agendaPrint: return Array(HTMLDocument.text(of: agenda(card, readers: readers)).utf8)
        case .agendaWord: return try? WordDocument.bytes(of: agenda(card, readers: readers))
        }
    }

    /// Whose eyes the file is for; empty for the own party alone, nil for a word that means nobody.
    private var readers: [PartyID]? {
        guard register.editions[edition] != nil else { return nil }
        let parties = register.parties(ofEdition: edition)
        guard let audience, !audience.isEmpty else { return parties }
        if audience == "own" { return [] }
        let named = audience.split(separator: ",").compactMap { PartyID(String($0)) }
        return named.isEmpty || !named.allSatisfy(parties.contains) ? nil : named
    }

    /// A line that says for whom it is, where that is not every party of the edition.
    private func restriction(_ readers: [PartyID]) -> String? {
        guard readers != register.parties(ofEdition: edition) else { return nil }
        return readers.isEmpty
            ? text("report.forOwn", ["party": environment.name(of: sheets.party)])
            : text("report.for", ["parties": sheets.context.list(readers.map { environment.name(of: $0) })])
    }

    private func rows(_ readers: [PartyID]) -> [RegisterRow] {
        var query = RegisterQuery(edition: edition)
        query.audience = readers.isEmpty ? nil : readers
        return register.rows(query)
    }

    private func mayRead(indicator id: String, _ readers: [PartyID]) -> Bool {
        readers.allSatisfy(register.readers(ofIndicator: id).contains)
    }

    // MARK: The report

    private func report(_ card: EditionCard, readers: [PartyID]) -> PaperDocument {
        let rows = rows(readers)
        var blocks: [PaperBlock] =
            [
                .paragraph(
                    PaperText(text("report.lead", ["day": sheets.date(environment.today), "count": "\(rows.count)"])),
                    .note)
            ] + restricted(readers) + cover(card) + [
                .heading(.first, PaperText(text("register.summary"))), .table(summary(rows, card)),
            ]
        for (id, name) in environment.fieldChoices(edition) {
            let inField = rows.filter { $0.card.field == id }
            guard !inField.isEmpty else { continue }
            blocks.append(.heading(.first, PaperText(name)))
            for row in inField { blocks += provision(row) }
        }
        blocks += figures(rows, readers: readers)
        blocks += messages(readers)
        let subtitle = [card.place?.orOther(language), card.from.map { sheets.date($0) }].compactMap { $0 }.filter {
            !$0.isEmpty
        }
        return PaperDocument(
            title: text("report.title", ["edition": card.title.orOther(language)]),
            subtitle: subtitle.isEmpty ? [] : [PaperText(subtitle.joined(separator: ", "))], language: language,
            header: card.title.orOther(language), footer: text("report.footer"),
            contents: .init(heading: text("report.contents")),
            blocks: blocks)
    }

    private func restricted(_ readers: [PartyID]) -> [PaperBlock] {
        restriction(readers).map { [.paragraph(PaperText([PaperRun($0, isBold: true)]))] } ?? []
    }

    /// What is known of the edition itself, a line each.
    private func cover(_ card: EditionCard) -> [PaperBlock] {
        list(sheets.editionFacts(card).map { "\(text($0.label)): \($0.words)" })
    }

    private func summary(_ rows: [RegisterRow], _ card: EditionCard) -> PaperTable {
        let counts = Register.counts(rows)
        let words = ProvisionStanding.allCases
        return PaperTable(
            columns: [.init(width: 3)] + words.map { _ in .init(alignment: .trailing) } + [
                .init(alignment: .trailing), .init(alignment: .trailing),
            ],
            heading: [PaperText(text("register.field"))] + words.map { PaperText(sheets.standing($0)) } + [
                PaperText(text("register.unsaid")), PaperText(text("register.sum")),
            ],
            rows: environment.fieldChoices(card.id).compactMap { id, name in
                counts[id].map { inField in
                    .cells(
                        [PaperText(name)] + words.map { PaperText(inField[$0].map { "\($0)" } ?? "–") }
                            + [
                                PaperText(inField[ProvisionStanding?.none].map { "\($0)" } ?? "–"),
                                PaperText("\(inField.values.reduce(0, +))"),
                            ])
                }
            })
    }

    private func provision(_ row: RegisterRow) -> [PaperBlock] {
        guard let entry = register.provisions[row.key] else { return [] }
        var blocks: [PaperBlock] = [
            .heading(.second, PaperText("\(row.key.clause) – \(sheets.standing(of: row))")),
            .paragraph(PaperText(row.card.text.orOther(language))),
        ]
        blocks += facts(row).map { .paragraph(PaperText("\(text($0.label)): \($0.words)"), .note) }
        let said = entry.now.sorted { $0.key < $1.key }.map { party, said in
            line(party, sheets.standing(said.body.standing), because: said.body.remark)
        }
        blocks += list(said.isEmpty ? [text("register.nothingSaid")] : said)
        let obstacles = entry.obstacles.map { said in
            let days = [("register.since", said.body.since), ("register.ended", said.body.until)].compactMap {
                key, day in day.map { "\(text(key)) \(sheets.date($0))" }
            }
            let words = line(said.party, said.body.text)
            return days.isEmpty ? words : sheets.context.remarked(words, sheets.context.list(days))
        }
        blocks += list(obstacles, under: "register.obstaclesHeading")
        let decisions = entry.decisions.sorted { $0.key < $1.key }.map { party, said in
            line(party, text("decision-of." + said.body.word.rawValue), because: said.body.reason)
        }
        blocks += list(decisions, under: "register.decisions")
        let evidence = entry.evidence.map { piece in
            let publicity = text(piece.body.isPublic ? "evidence.public" : "evidence.notPublic")
            return line(piece.party, "\(piece.body.title) (\(publicity), SHA-256 \(piece.body.digest.prefix(16))…)")
        }
        return blocks + list(evidence, under: "register.evidenceHeading")
    }

    private func line(_ party: PartyID, _ words: String, because reason: String = "") -> String {
        "\(environment.name(of: party)): \(words)\(reason.isEmpty ? "" : " – \(reason)")"
    }

    /// A list under its heading; nothing where there is nothing to list.
    private func list(_ lines: [String], under heading: String? = nil) -> [PaperBlock] {
        guard !lines.isEmpty else { return [] }
        let above: [PaperBlock] = heading.map { [.paragraph(PaperText(text($0)), .note)] } ?? []
        return above + [.list(lines.map { PaperListItem(PaperText($0)) })]
    }

    /// What a provision's card says beside its text, by the keys of its labels; what it leaves open is left out.
    private func facts(_ row: RegisterRow) -> [(label: String, words: String)] {
        let card = row.card
        let readers = row.isRestricted ? sheets.context.list(row.readers.map { environment.name(of: $0) }) : ""
        let due = card.due.map { day in
            row.isOverdue(on: environment.today)
                ? sheets.context.joined(sheets.date(day), text("register.overdue")) : sheets.date(day)
        }
        let friends = card.friends.map { "\(sheets.unit($0.one)) – \(sheets.unit($0.other))" }
        let indicators = card.indicators.compactMap { register.indicators[$0]?.card.name.orOther(language) }
        let all: [(label: String, words: String)] = [
            ("register.responsible", sheets.context.list(card.responsible.map { sheets.office($0) })),
            ("field.supporting", sheets.context.list(card.supporting.map { sheets.office($0) })),
            ("register.due", due ?? ""), ("field.kind", text("kind-of." + card.kind)),
            ("register.friends", sheets.context.list(friends)),
            ("field.continues", card.continues?.description ?? ""),
            ("field.implements", sheets.context.list(card.implements)),
            ("field.indicators", sheets.context.list(indicators)), ("field.source", card.source),
            ("field.readers", readers),
        ]
        return all.filter { !$0.words.isEmpty }
    }
    /// What the party warned of and what the river did. Other parties read of warnings alone, which are published.
    private func messages(_ readers: [PartyID]) -> [PaperBlock] {
        guard let review, !review.judgesExercises, !review.ways.isEmpty || !review.outcomes.isEmpty else { return [] }
        let isOwn = readers.isEmpty
        let outcomes = isOwn ? review.outcomes : review.outcomes.filter { $0.warned != nil }
        var blocks: [PaperBlock] = [.heading(.first, PaperText(text("report.warnings")))]
        let zone = sheets.context.zone
        let days = [review.from, review.until - 1].map { $0.civil(in: zone).date }
        blocks.append(.paragraph(PaperText(sheets.span(days[0]...days[1])), .note))
        blocks.append(.table(factTable(sheets.tallyFacts(WarningTally(outcomes)))))
        guard isOwn else { return blocks }
        blocks.append(.heading(.second, PaperText(text("report.notices"))))
        blocks.append(.table(factTable(sheets.noticeFacts(review.notices))))
        return blocks
    }

    private func factTable(_ facts: [(String, SheetCell)]) -> PaperTable {
        PaperTable(
            columns: [.init(width: 3), .init(alignment: .trailing)],
            heading: [PaperText(text("report.what")), PaperText(text("report.count"))],
            rows: facts.map { .cells([PaperText($0.0), PaperText($0.1.text)]) })
    }

    private func figures(_ rows: [RegisterRow], readers: [PartyID]) -> [PaperBlock] {
        var ids: [String] = []
        for id in rows.flatMap(\.card.indicators) where !ids.contains(id) { ids.append(id) }
        // First those of the provisions, then the others that somebody has given a figure or a target.
        ids += register.indicators.filter { !$0.value.periods.isEmpty && !ids.contains($0.key) }.keys.sorted()
        ids = ids.filter { register.indicators[$0] != nil && mayRead(indicator: $0, readers) }
        guard !ids.isEmpty else { return [] }
        var blocks: [PaperBlock] = [.heading(.first, PaperText(text("nav.indicators")))]
        for id in ids {
            guard let entry = register.indicators[id] else { continue }
            let parties = register.readers(ofIndicator: id)
            blocks.append(.heading(.second, PaperText("\(entry.card.name.orOther(language)) (\(entry.card.unit))")))
            let definition = entry.card.definition.orOther(language)
            if !definition.isEmpty { blocks.append(.paragraph(PaperText(definition), .note)) }
            blocks.append(.table(figureTable(entry, parties: parties)))
            let sources = entry.periods.flatMap { period in
                (entry.figures[period] ?? [:]).sorted { $0.key < $1.key }.compactMap { party, all in
                    all.last.map { said in
                        let remark = said.body.remark.isEmpty ? "" : " – \(said.body.remark)"
                        return "\(period), \(environment.name(of: party)): \(said.body.source)\(remark)"
                    }
                }
            }
            blocks += list(sources, under: "indicators.source")
            let drawing = IndicatorSVG(entry: entry, parties: parties, sheets: sheets)
            if let markup = drawing.markup {
                blocks.append(
                    .drawing(PaperDrawing(markup: markup, alternative: text("report.drawing"), chart: drawing.chart)))
            }
            blocks += list(
                entry.notes.filter { !$0.body.text.isEmpty }.map {
                    "\($0.body.period), \(environment.name(of: $0.party)): \($0.body.text)"
                })
        }
        return blocks
    }

    private func figureTable(_ entry: Register.IndicatorEntry, parties: [PartyID]) -> PaperTable {
        PaperTable(
            columns: [.init()] + parties.map { _ in .init(alignment: .trailing) } + [.init(alignment: .trailing)],
            heading: [PaperText(text("indicators.period"))] + parties.map { PaperText(environment.name(of: $0)) } + [
                PaperText(text("indicators.target"))
            ],
            rows: entry.periods.map { period in
                let target = entry.notes.last { $0.body.period == period && $0.body.target != nil }?.body.target
                return .cells(
                    [PaperText(period)]
                        + parties.map { party in
                            guard let said = entry.figures[period]?[party]?.last else { return PaperText("–") }
                            let known =
                                said.body.known == .observed ? "" : " (\(sheets.context.known(said.body.known)))"
                            return PaperText(sheets.figure(said.body) + known)
                        } + [PaperText(sheets.number(target))])
            })
    }

    // MARK: The agenda

    private func agenda(_ card: EditionCard, readers: [PartyID]) -> PaperDocument {
        let agenda = register.agenda(of: edition, audience: readers.isEmpty ? nil : readers, on: environment.today)
        var blocks: [PaperBlock] = []
        var field: String?
        for (number, item) in (agenda?.items ?? []).enumerated() {
            if item.field != field {
                field = item.field
                blocks.append(.heading(.first, PaperText(environment.field(item.field, edition: edition))))
            }
            let clause = item.provision.map { "\($0.edition) \($0.clause): " } ?? ""
            blocks.append(
                .paragraph(
                    PaperText([
                        PaperRun("\(number + 1). ", isBold: true), PaperRun(clause + item.text.orOther(language)),
                    ])))
            var lines = [text("agenda-reason." + item.reason.rawValue)]
            lines += item.standings.sorted { $0.key < $1.key }.map {
                "\(environment.name(of: $0.key)): \(sheets.standing($0.value))"
            }
            lines += sheets.decisions(item) + item.obstacles + [item.period].compactMap { $0 }
            blocks += list(lines)
        }
        if blocks.isEmpty { blocks.append(.paragraph(PaperText(text("conference.agenda.none")))) }
        blocks = restricted(readers) + blocks
        return PaperDocument(
            title: text("report.agenda", ["edition": card.title.orOther(language)]), language: language,
            header: card.title.orOther(language), footer: text("report.footer"), blocks: blocks)
    }

    // MARK: The workbook

    private func workbook(_ card: EditionCard, readers: [PartyID]) -> SpreadsheetDocument {
        let rows = rows(readers)
        let provisions = SpreadsheetSheet(
            name: text("nav.register"),
            columns: [
                "register.clause", "register.field", "field.kind", "register.text", "register.responsible",
                "field.supporting", "register.friends", "register.due", "register.standing", "register.overdue",
                "field.source",
            ]
            .map { SpreadsheetColumn(text($0)) },
            rows: rows.map { row in
                [
                    .text(row.key.clause), .text(environment.field(row.card.field, edition: edition)),
                    .text(text("kind-of." + row.card.kind)),
                    .text(row.card.text.orOther(language)),
                    .text(sheets.context.list(row.card.responsible.map { sheets.office($0) })),
                    .text(sheets.context.list(row.card.supporting.map { sheets.office($0) })),
                    .text(
                        sheets.context.list(
                            row.card.friends.map { "\(sheets.unit($0.one)) – \(sheets.unit($0.other))" })),
                    row.card.due.map { .date($0) } ?? .empty, .text(sheets.standing(of: row)),
                    row.isOverdue(on: environment.today) ? .text(text("register.overdue")) : .empty,
                    .text(row.card.source),
                ]
            })
        let said = SpreadsheetSheet(
            name: text("register.standings"),
            columns: ["register.clause", "register.party", "register.standing", "register.remark"].map {
                SpreadsheetColumn(text($0))
            },
            rows: rows.flatMap { row in
                (register.provisions[row.key]?.now ?? [:]).sorted { $0.key < $1.key }.map { party, said in
                    [
                        .text(row.key.clause), .text(environment.name(of: party)),
                        .text(sheets.standing(said.body.standing)), .text(said.body.remark),
                    ]
                }
            })
        let figures = SpreadsheetSheet(
            name: text("nav.indicators"),
            columns: [
                "indicators.name", "indicators.unit", "indicators.period", "indicators.party", "indicators.value",
                "indicators.known", "indicators.source", "indicators.remark",
            ]
            .map { SpreadsheetColumn(text($0)) },
            rows: register.indicators.sorted { $0.key < $1.key }.filter { mayRead(indicator: $0.key, readers) }.flatMap
            { _, entry in
                entry.periods.flatMap { period in
                    (entry.figures[period] ?? [:]).sorted { $0.key < $1.key }.compactMap {
                        party, all -> [SpreadsheetCell]? in
                        guard let last = all.last?.body else { return nil }
                        return [
                            .text(entry.card.name.orOther(language)), .text(entry.card.unit), .text(period),
                            .text(environment.name(of: party)),
                            last.value.map { .number($0) } ?? .text(text("indicators.noNumber")),
                            .text(sheets.context.known(last.known)), .text(last.source), .text(last.remark),
                        ]
                    }
                }
            })
        return SpreadsheetDocument(
            title: text("report.title", ["edition": card.title.orOther(language)]), language: language,
            sheets: [
                factSheet(card, readers: readers), provisions, said, obstacleSheet(rows), evidenceSheet(rows),
                decisionSheet(rows),
                figures,
                targetSheet(readers),
            ])
    }

    private func obstacleSheet(_ rows: [RegisterRow]) -> SpreadsheetSheet {
        SpreadsheetSheet(
            name: text("register.obstaclesHeading"),
            columns: ["clause", "party", "obstacle", "since", "ended"].map {
                SpreadsheetColumn(text("register." + $0))
            },
            rows: rows.flatMap { row in
                (register.provisions[row.key]?.obstacles ?? []).map { said in
                    [
                        .text(row.key.clause), .text(environment.name(of: said.party)), .text(said.body.text),
                        said.body.since.map { .date($0) } ?? .empty, said.body.until.map { .date($0) } ?? .empty,
                    ]
                }
            })
    }

    private func factSheet(_ card: EditionCard, readers: [PartyID]) -> SpreadsheetSheet {
        SpreadsheetSheet(
            name: text("register.edition"),
            columns: ["report.what", "register.remark"].map { SpreadsheetColumn(text($0)) },
            rows: (restriction(readers).map { [[.text(text("report.audience")), .text($0)]] } ?? [])
                + sheets.editionFacts(card).map { [.text(text($0.label)), .text($0.words)] })
    }

    private func decisionSheet(_ rows: [RegisterRow]) -> SpreadsheetSheet {
        SpreadsheetSheet(
            name: text("register.decisions"),
            columns: ["clause", "party", "decision", "reason"].map { SpreadsheetColumn(text("register." + $0)) },
            rows: rows.flatMap { row in
                (register.provisions[row.key]?.decisions ?? [:]).sorted { $0.key < $1.key }.map { party, said in
                    [
                        .text(row.key.clause), .text(environment.name(of: party)),
                        .text(text("decision-of." + said.body.word.rawValue)), .text(said.body.reason),
                    ]
                }
            })
    }

    private func targetSheet(_ readers: [PartyID]) -> SpreadsheetSheet {
        SpreadsheetSheet(
            name: text("indicators.target"),
            columns: ["name", "unit", "period", "party", "target"].map { SpreadsheetColumn(text("indicators." + $0)) }
                + [SpreadsheetColumn(text("register.remark"))],
            rows: register.indicators.sorted { $0.key < $1.key }.filter { mayRead(indicator: $0.key, readers) }.flatMap
            { _, entry in
                entry.notes.map { note in
                    [
                        .text(entry.card.name.orOther(language)), .text(entry.card.unit), .text(note.body.period),
                        .text(environment.name(of: note.party)), note.body.target.map { .number($0) } ?? .empty,
                        .text(note.body.text),
                    ]
                }
            })
    }

    private func evidenceSheet(_ rows: [RegisterRow]) -> SpreadsheetSheet {
        SpreadsheetSheet(
            name: text("register.evidenceHeading"),
            columns: ["register.clause", "register.party"].map { SpreadsheetColumn(text($0)) }
                + ["title", "language", "publicity", "digest"].map { SpreadsheetColumn(text("evidence." + $0)) },
            rows: rows.flatMap { row in
                (register.provisions[row.key]?.evidence ?? []).map { said in
                    [
                        .text(row.key.clause), .text(environment.name(of: said.party)), .text(said.body.title),
                        said.body.language.map { .text($0.ownName) } ?? .empty,
                        .text(text(said.body.isPublic ? "evidence.public" : "evidence.notPublic")),
                        .text(said.body.digest),
                    ]
                }
            })
    }
}
