import Accord
import Formats
import NodeCore
import Series

extension RegisterSheets {
    /// One provision: its words, who answers for it, how each party sees it, what stands in its way, what shows it.
    func provision(_ key: ProvisionKey) -> Sheet? {
        guard let entry = register.provisions[key], let card = register.card(key),
            let edition = register.editions[key.edition]?.card
        else { return nil }
        let back = "register/\(key.edition)/\(key.clause)"
        let subject = ["provision": key.description]
        var sections = [words(card, entry: entry, edition: edition), facts(card, key: key, edition: edition)]
        sections.append(standings(entry, subject: subject, back: back))
        if edition.state == .draft, let negotiation = negotiation(key, entry: entry, subject: subject, back: back) {
            sections.append(negotiation)
        }
        sections.append(obstacles(entry, subject: subject, back: back))
        sections.append(evidence(entry.evidence, subject: subject, back: back))
        sections.append(decisions(entry, subject: subject, back: back))
        if let form = environment.form(
            .provision, about: ["edition": key.edition, "clause": key.clause], back: back,
            state: state,
            fields: environment.provisionFields(edition: key.edition, card: card))
        {
            var change = SheetSection(text("register.change"), id: "change")
            change.form = form
            sections.append(change)
        }
        return sheet(
            path: back, heading: text("register.provision", ["clause": key.clause]),
            note: context.joined(edition.title.orOther(language), environment.field(card.field, edition: key.edition)),
            back: SheetLink(text: text("nav.register"), address: link("register", ["edition": key.edition])),
            sections: sections)
    }

    private func words(_ card: ProvisionCard, entry: Register.ProvisionEntry, edition: EditionCard) -> SheetSection {
        var section = SheetSection(text("register.text"), id: "words")
        section.texts = Language.inOrder(first: language).filter { !card.text[$0].isEmpty }.map {
            SheetText(card.text[$0], label: $0.ownName, lang: $0.rawValue)
        }
        for party in entry.differing(chair: edition.chair) {
            guard let other = entry.cards[party]?.body.text.orOther(language), other != card.text.orOther(language)
            else { continue }
            section.texts.append(
                SheetText(other, label: text("register.otherText", ["party": environment.name(of: party)])))
        }
        for old in entry.earlier.suffix(ProvisionWords.most).reversed() {
            for language in Language.inOrder(first: language)
            where !old.body.text[language].isEmpty && old.body.text[language] != card.text[language] {
                var marked = SheetText(
                    "", label: "\(context.joined(text("register.earlier-text"), said(old))) · \(language.ownName)",
                    lang: language.rawValue)
                marked.pieces = marks(from: old.body.text[language], to: card.text[language])
                section.texts.append(marked)
            }
        }
        return section
    }

    /// What one text has that another has not, both ways.
    private func marks(from old: String, to new: String) -> [SheetText.Piece] {
        ProvisionText.changes(from: old, to: new).map {
            SheetText.Piece(isAdded: $0.kind == .added, isRemoved: $0.kind == .removed, text: $0.text)
        }
    }

    private func facts(_ card: ProvisionCard, key: ProvisionKey, edition: EditionCard) -> SheetSection {
        var section = SheetSection(text("register.facts"), id: "facts")
        section.add(text("field.kind"), SheetCell(text("kind-of." + card.kind)))
        section.add(text("register.responsible"), SheetCell(context.list(card.responsible.map { office($0) })))
        section.add(text("field.supporting"), SheetCell(context.list(card.supporting.map { office($0) })))
        section.add(
            text("register.friends"),
            SheetCell(context.list(card.friends.map { "\(unit($0.one)) – \(unit($0.other))" })))
        section.add(text("register.due"), SheetCell(card.due.map { date($0) } ?? ""))
        let readers = register.readers(of: key)
        if readers.count < register.parties(ofEdition: key.edition).count {
            section.add(text("field.readers"), SheetCell(context.list(readers.map { environment.name(of: $0) })))
        }
        section.add(text("field.implements"), SheetCell(context.list(card.implements)))
        for place in register.lineage(of: key) {
            section.add(text("field.continues"), provisionCell(place))
        }
        for place in register.successors(of: key) { section.add(text("register.continuedBy"), provisionCell(place)) }
        for id in card.indicators where register.indicators[id] != nil {
            section.add(
                text("register.indicator"),
                SheetCell(register.indicators[id]?.card.name.orOther(language) ?? id, address: link("indicators/\(id)"))
            )
        }
        section.add(text("field.source"), SheetCell(card.source))
        return section
    }

    private func provisionCell(_ key: ProvisionKey) -> SheetCell {
        let title = register.editions[key.edition]?.card.title.orOther(language) ?? key.edition
        let known = register.provisions[key] != nil
        return SheetCell(
            context.joined(title, key.clause), address: known ? link("register/\(key.edition)/\(key.clause)") : nil)
    }

    private func standings(_ entry: Register.ProvisionEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("register.standings"), id: "standings")
        section.columns = ["party", "standing", "remark", "said"].map { text("register." + $0) }
        let all = entry.standings.values.flatMap { $0 }.sorted {
            ($0.at, $0.party, $0.number) > ($1.at, $1.party, $1.number)
        }
        let latest = Set(entry.now.values.map { "\($0.party) \($0.number)" })
        section.rows = all.map { statement in
            let isNow = latest.contains("\(statement.party) \(statement.number)")
            return SheetSection.Row(
                cells: [
                    SheetCell(environment.name(of: statement.party), isHead: true),
                    SheetCell(standing(statement.body.standing), mark: statement.body.standing.rawValue),
                    SheetCell(statement.body.remark), SheetCell(said(statement)),
                ], rowKind: isNow ? "" : "superseded")
        }
        section.empty = text("register.nothingSaid")
        let own = entry.now[party]
        section.form = environment.form(
            .standing, about: subject, back: back, state: state,
            fields: [
                FieldSpec(
                    "standing", text("register.standing"), .choice(environment.standingChoices),
                    value: own?.body.standing.rawValue ?? ProvisionStanding.onCourse.rawValue),
                FieldSpec("remark", text("register.remark"), .area(rows: 2), value: own?.body.remark ?? ""),
            ])
        return section
    }

    private func negotiation(
        _ key: ProvisionKey, entry: Register.ProvisionEntry, subject: [String: String], back: String
    ) -> SheetSection? {
        guard let agreement = register.agreement(on: key) else { return nil }
        var section = SheetSection(
            text("register.negotiation"), id: "negotiation", remark: text("register.negotiation.note"))
        if agreement.agreed != nil {
            section.add(text("register.agreed"), SheetCell(text("register.agreed.yes"), mark: "kept"))
        } else if agreement.proposed != nil {
            section.add(
                text("register.accepting"),
                SheetCell(context.list(agreement.accepting.map { environment.name(of: $0) })))
            section.add(
                text("register.waiting"), SheetCell(context.list(agreement.waiting.map { environment.name(of: $0) })))
        }
        let before = register.card(key)?.continues.flatMap { register.card($0)?.text } ?? register.card(key)?.text
        for (number, proposal) in entry.proposals.enumerated().suffix(6).reversed() {
            let earlier = number > 0 ? entry.proposals[number - 1].body.text : before
            for language in Language.inOrder(first: language) where !proposal.body.text[language].isEmpty {
                var marked = SheetText("", label: "\(said(proposal)) · \(language.ownName)", lang: language.rawValue)
                marked.pieces = marks(from: earlier?[language] ?? "", to: proposal.body.text[language])
                section.texts.append(marked)
            }
        }
        let last = entry.proposals.last?.body.text ?? register.card(key)?.text
        section.form = environment.form(
            .proposal, about: subject, back: back, state: state,
            fields: environment.three("text", "register.text", value: last) + [
                FieldSpec("reason", text("register.reason"), .area(rows: 2))
            ])
        if let proposed = agreement.proposed, !agreement.accepting.contains(party) {
            let digest = ProvisionText.digest(of: proposed)
            if let accept = environment.form(
                .acceptance, about: subject.merging(["digest": digest]) { first, _ in first }, back: back, state: state,
                fold: false, fields: [])
            {
                section.buttons.append(accept)
            }
        }
        return section
    }

    private func obstacles(_ entry: Register.ProvisionEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("register.obstaclesHeading"), id: "obstacles")
        section.columns = ["party", "obstacle", "since", "ended", "said"].map { text("register." + $0) }
        section.rows = entry.obstacles.map { obstacle in
            SheetSection.Row(
                cells: [
                    SheetCell(environment.name(of: obstacle.party), isHead: true), SheetCell(obstacle.body.text),
                    SheetCell(date(obstacle.body.since)),
                    SheetCell(date(obstacle.body.until)),
                    SheetCell(said(obstacle)),
                ], rowKind: obstacle.body.holds(on: environment.today) ? "" : "superseded")
        }
        section.empty = text("register.noObstacles")
        let own = entry.obstacles.filter { $0.party == party }
        let choices =
            [(value: "", text: text("register.newObstacle"))]
            + own.map { ("\($0.body.number)", String($0.body.text.prefix(60))) }
        section.form = environment.form(
            .obstacle, about: subject, back: back, state: state,
            fields: [
                FieldSpec("number", text("register.which"), .choice(choices)),
                FieldSpec("text", text("register.obstacle"), .area(rows: 2), hint: text("register.obstacle.hint")),
                FieldSpec("since", text("register.since"), .day), FieldSpec("until", text("register.ended"), .day),
            ])
        return section
    }

    /// Files that show something, and the form that adds one.
    func evidence(
        _ pieces: [Register.Said<EvidenceStatement>], subject: [String: String], back: String,
        heading: String = "register.evidenceHeading"
    ) -> SheetSection {
        var section = SheetSection(text(heading), id: "evidence")
        section.columns = ["title", "language", "publicity", "size", "digest", "said"].map { text("evidence." + $0) }
        section.rows = pieces.map { piece in
            SheetSection.Row(cells: [
                SheetCell(
                    piece.body.title, address: piece.party == party ? link("files/\(piece.body.digest)") : nil,
                    isHead: true),
                SheetCell(piece.body.language?.ownName ?? "–"),
                SheetCell(text(piece.body.isPublic ? "evidence.public" : "evidence.notPublic")),
                SheetCell(context.format.number(Double(piece.body.size) / 1000, digits: 1), isNumber: true),
                SheetCell(String(piece.body.digest.prefix(12)) + "…"), SheetCell(said(piece)),
            ])
        }
        section.empty = text("register.noEvidence")
        let languages = [(value: "", text: "–")] + Language.allCases.map { ($0.rawValue, $0.ownName) }
        section.form = environment.form(
            .evidence, about: subject, back: back, state: state,
            fields: [
                FieldSpec("title", text("evidence.title"), .text(maximum: 200), isRequired: true),
                FieldSpec("file", text("evidence.file"), .file, isRequired: true, hint: text("evidence.file.hint")),
                FieldSpec("language", text("evidence.language"), .choice(languages)),
                FieldSpec(
                    "public", text("evidence.publicity"),
                    .choice([("", text("evidence.notPublic")), ("yes", text("evidence.public"))])),
            ])
        return section
    }

    private func decisions(_ entry: Register.ProvisionEntry, subject: [String: String], back: String) -> SheetSection {
        var section = SheetSection(text("register.decisions"), id: "decisions", remark: text("register.decisions.note"))
        section.columns = ["party", "decision", "reason", "said"].map { text("register." + $0) }
        section.rows = entry.decisions.values.sorted { $0.party < $1.party }.map { decision in
            SheetSection.Row(cells: [
                SheetCell(environment.name(of: decision.party), isHead: true),
                SheetCell(text("decision-of." + decision.body.word.rawValue)), SheetCell(decision.body.reason),
                SheetCell(said(decision)),
            ])
        }
        section.empty = text("register.noDecisions")
        section.form = environment.form(
            .decision, about: subject, back: back, state: state,
            fields: [
                FieldSpec(
                    "word", text("register.decision"),
                    .choice(DecisionStatement.Word.allCases.map { ($0.rawValue, text("decision-of." + $0.rawValue)) })),
                FieldSpec("reason", text("register.reason"), .area(rows: 2)),
            ])
        return section
    }
}

/// Bounds of what a page tells of a provision's words.
private enum ProvisionWords {
    /// Earlier wordings at most.
    static let most = 6
}

extension Language {
    /// The three languages, one of them first.
    static func inOrder(first: Language) -> [Language] {
        [first] + [.vietnamese, .chinese, .english].filter { $0 != first }
    }
}
