import Accord
import Forecasting
import Formats
import NodeCore
import Series

/// The pages of warnings: what waits to be signed, what is on its way, and to whom.
extension RegisterSheets {
    /// Drafts that wait, messages that hold, and those before.
    func warnings(
        _ messages: [KeptMessage], notices: [KeptNotice], received: [ReceivedWarning], exercises: [Exercise],
        office: MessageDesk.Standing?
    ) -> Sheet {
        var sections: [SheetSection] = []
        if let fault = officeFault(office) { sections.append(fault) }
        sections.append(drafts())
        let now = environment.now
        // Answers that something was read stand with the notices that they are about.
        let messages = messages.filter { $0.kind != .answer }
        let holding = messages.filter { $0.expires > now }
        sections.append(
            list(
                holding, notices, heading: "messages.holding", id: "holding", empty: "messages.holding.none"))
        sections.append(receivedList(received))
        sections.append(
            list(
                messages.filter { $0.expires <= now }, notices, heading: "messages.earlier", id: "earlier",
                empty: "messages.earlier.none"))
        sections += exerciseSections(exercises)
        var feed = SheetSection(text("messages.feed"), id: "feed", remark: text("messages.feed.note"))
        feed.links = [
            SheetLink(text: text("messages.feed.link"), address: "/\(party)/cap/feed.atom"),
            SheetLink(text: text("messages.table"), address: link("warnings/messages.csv")),
            SheetLink(text: text("review.link"), address: link("warnings/review")),
        ]
        sections.append(feed)
        return sheet(path: "warnings", heading: text("nav.warnings"), note: text("messages.note"), sections: sections)
    }

    private func officeFault(_ office: MessageDesk.Standing?) -> SheetSection? {
        var section = SheetSection(text("messages.office"), id: "office")
        guard let office else {
            section.remark = text("messages.office.none")
            return section
        }
        guard !office.faults.isEmpty || !office.canSign || office.isUnlisted else { return nil }
        if office.isUnlisted { section.texts.append(SheetText(text("messages.office.unlisted"))) }
        if !office.canSign || !office.faults.isEmpty {
            section.remark = text(office.canSign ? "messages.office.faults" : "messages.office.noKey")
        }
        section.texts += office.faults.map { SheetText($0, lang: "en") }
        return section
    }

    private func drafts() -> SheetSection {
        var section = SheetSection(text("messages.drafts"), id: "drafts", remark: text("messages.drafts.note"))
        section.columns = ["station", "level", "action", "made", "due"].map { text("messages." + $0) }
        section.rows = board.drafts.map { draft in
            SheetSection.Row(
                cells: [
                    SheetCell(
                        stationName(draft.station), address: link("warnings/draft/\(draft.station)"), isHead: true),
                    SheetCell(text("level.\(max(0, min(4, draft.level)))")),
                    SheetCell(action(draft.action, from: draft.previousLevel)),
                    SheetCell(context.format.allTimes(draft.issued, in: context.zone, withYear: false)),
                    SheetCell(text(draft.isDue ? "messages.due.yes" : "messages.due.no")),
                ], rowKind: draft.isDue ? "overdue" : "")
        }
        section.empty = text("messages.drafts.none")
        return section
    }

    private func list(
        _ messages: [KeptMessage], _ notices: [KeptNotice], heading: String, id: String, empty: String
    ) -> SheetSection {
        var section = SheetSection(text(heading), id: id)
        section.columns = ["issued", "what", "sent", "delivered", "read", "overdue"].map { text("messages." + $0) }
        section.rows = messages.map { message in
            let tally = MessageTally(message, notice: message.notice(among: notices), at: environment.now)
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        context.format.time(message.issued, in: context.zone),
                        address: link("warnings/\(message.number)"),
                        isHead: true),
                    SheetCell(headline(message), lines: [said(message)]),
                    SheetCell("\(tally.sent)/\(tally.offices)", isNumber: true),
                    SheetCell("\(tally.delivered)/\(tally.offices)", isNumber: true),
                    SheetCell("\(tally.read)/\(tally.offices)", isNumber: true),
                    SheetCell(tally.overdue == 0 ? "–" : "\(tally.overdue)", isNumber: true),
                ], rowKind: tally.overdue > 0 ? "overdue" : "")
        }
        section.empty = text(empty)
        return section
    }

    // MARK: To be signed

    /// A draft as it would leave, in three languages with what it changes, to whom, and the form that signs it.
    func draft(_ station: StationID, _ proposal: Result<WarningProposal, IssueRefusal>, office: MessageDesk.Standing?)
        -> Sheet
    {
        let path = "warnings/draft/\(station)"
        guard let made = try? proposal.get() else {
            return toSign(proposal, path: path, heading: stationName(station), note: nil, form: nil, office: office)
        }
        let form = environment.form(
            .warning, about: ["station": station.text, "cycle": "\(made.draft.issued.secondsSinceEpoch)"], back: path,
            state: state, fold: false, fields: environment.three("addition", "messages.addition", rows: 2))
        return toSign(
            proposal, path: path,
            heading: context.joined(stationName(station), action(made.action, from: made.previous?.card.level ?? 0)),
            note: text("messages.draft.note"), form: form, office: office)
    }

    /// A warning that waits for a signature, or why there is none.
    func toSign(
        _ proposal: Result<WarningProposal, IssueRefusal>, path: String, heading: String, note: String?,
        form: SheetForm?, isAssumed: Bool = false, office: MessageDesk.Standing?
    ) -> Sheet {
        let back = SheetLink(text: text("nav.warnings"), address: link("warnings"))
        guard case .success(let proposal) = proposal else {
            var section = SheetSection(text("messages.drafts"), id: "draft")
            if case .failure(let refusal) = proposal { section.remark = text(refusal.key) }
            return sheet(path: path, heading: heading, note: nil, back: back, sections: [section])
        }
        var sections = [draftFacts(proposal, isAssumed: isAssumed)] + languages(proposal)
        sections.append(addressed(proposal))
        var sign = SheetSection(text("messages.sign"), id: "sign", remark: text("messages.sign.note"))
        sign.form = form
        if office?.canSign == true, form != nil { sections.append(sign) }
        if let fault = officeFault(office) { sections.insert(fault, at: 0) }
        return sheet(path: path, heading: heading, note: note, back: back, sections: sections)
    }

    private func draftFacts(_ proposal: WarningProposal, isAssumed: Bool) -> SheetSection {
        let draft = proposal.draft
        var section = SheetSection(text("register.facts"), id: "facts")
        section.add(text("messages.level"), SheetCell(text("level.\(max(0, min(4, draft.level)))")))
        if !isAssumed {
            section.add(text("messages.probability"), SheetCell(context.format.percent(draft.probability)))
        }
        section.add(
            text(isAssumed ? "exercise.begin" : "messages.made"),
            SheetCell(context.format.allTimes(draft.issued, in: context.zone, withYear: false)))
        section.add(
            text("messages.expires"),
            SheetCell(context.format.allTimes(draft.expires, in: context.zone, withYear: false)))
        section.links = [SheetLink(text: text("messages.station"), address: link("station/\(draft.station)"))]
        if !isAssumed {
            section.links.append(
                SheetLink(text: text("messages.document"), address: "/\(party)/warnings/\(draft.station).xml"))
        }
        return section
    }

    private func languages(_ proposal: WarningProposal) -> [SheetSection] {
        Language.inOrder(first: language).compactMap { tongue in
            guard let texts = proposal.texts[tongue] else { return nil }
            let before = proposal.previous?.card.texts[tongue.rawValue]
            var section = SheetSection(tongue.ownName, id: "text-\(tongue.key)")
            for (key, now, then) in [
                ("headline", texts.headline, before?.headline), ("description", texts.description, before?.description),
                ("instruction", texts.instruction, before?.instruction), ("short", texts.short, before?.short),
                ("spoken", texts.spoken, before?.spoken), ("chat", texts.chat, before?.chat),
            ] {
                var shown = SheetText(now, label: text("messages.text." + key), lang: tongue.rawValue)
                if let then, then != now {
                    shown.pieces = ProvisionText.changes(from: then, to: now).map {
                        .init(isAdded: $0.kind == .added, isRemoved: $0.kind == .removed, text: $0.text)
                    }
                }
                section.texts.append(shown)
            }
            if before != nil { section.remark = text("messages.changes") }
            return section
        }
    }

    private func addressed(_ proposal: WarningProposal) -> SheetSection {
        var section = SheetSection(text("messages.addressees"), id: "addressees")
        section.columns = ["office.column", "routes", "calls"].map { text("messages." + $0) }
        section.rows = proposal.addressees.map { addressee in
            SheetSection.Row(cells: [
                SheetCell(addressee.name[language], isHead: true),
                SheetCell(context.list(addressee.routes.map { route($0) })),
                SheetCell("\(addressee.calls.count)", isNumber: true),
            ])
        }
        section.empty = text("messages.addressees.none")
        section.remark = text(proposal.needsAnswer ? "messages.answer.needed" : "messages.answer.notNeeded")
        return section
    }

    // MARK: On its way

    /// A message and its way to each office, with the forms by which a person writes down calls and answers.
    func message(_ message: KeptMessage) -> Sheet {
        let path = "warnings/\(message.number)"
        var facts = SheetSection(text("register.facts"), id: "facts")
        facts.add(text("messages.signedBy"), SheetCell(said(message)))
        facts.add(text("messages.identifier"), SheetCell(message.identifier))
        facts.add(
            text("messages.expires"),
            SheetCell(context.format.allTimes(message.expires, in: context.zone, withYear: false)))
        if message.card.isExercise { facts.add(text("messages.exercise"), SheetCell(text("messages.exercise.yes"))) }
        if let clause = message.card.clause { facts.add(text("messages.clause"), SheetCell(clause)) }
        if message.kind == .warning {
            facts.links = [
                SheetLink(
                    text: text("messages.document"),
                    address: "/\(party)/cap/\(SiteRoutes.pathValue(message.identifier)).xml")
            ]
        }
        var sections = [facts, offices(message, back: path)]
        if let texts = message.card.texts[language.rawValue] {
            var words = SheetSection(text("messages.texts"), id: "texts")
            words.texts = [
                SheetText(texts.headline, label: text("messages.text.headline"), lang: language.rawValue),
                SheetText(texts.description, label: text("messages.text.description"), lang: language.rawValue),
                SheetText(texts.instruction, label: text("messages.text.instruction"), lang: language.rawValue),
                SheetText(texts.spoken, label: text("messages.text.spoken"), lang: language.rawValue),
            ]
            sections.append(words)
        }
        sections.append(log(message))
        return sheet(
            path: path, heading: headline(message), note: nil,
            back: SheetLink(text: text("nav.warnings"), address: link("warnings")), sections: sections)
    }

    private func offices(_ message: KeptMessage, back: String) -> SheetSection {
        let now = environment.now
        var section = SheetSection(text("messages.offices"), id: "offices")
        section.columns = ["office.column", "sent", "delivered", "read", "overdue", "next"].map {
            text("messages." + $0)
        }
        for addressee in message.card.addressees {
            guard let standing = message.delivery.standing(of: addressee.office, at: now) else { continue }
            func time(_ instant: Instant?) -> String {
                instant.map { context.format.time($0, in: context.zone) } ?? "–"
            }
            var troubles = standing.failing.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            if standing.uncertain > 0 {
                troubles.append(text("messages.uncertain", ["count": "\(standing.uncertain)"]))
            }
            section.rows.append(
                SheetSection.Row(
                    cells: [
                        SheetCell(addressee.name[language], isHead: true, lines: troubles),
                        SheetCell(time(standing.sent)),
                        SheetCell(time(standing.delivered)),
                        SheetCell(time(standing.read), lines: standing.reader.map { [$0] } ?? []),
                        SheetCell(
                            standing.overdueSince.map {
                                text("messages.overdueFor", ["time": context.duration(now - $0)])
                            } ?? "–"),
                        SheetCell(standing.nextCall.map { "\($0.name), \($0.telephone)" } ?? "–"),
                    ], rowKind: standing.overdueSince != nil ? "overdue" : ""))
            if standing.read == nil { section.buttons += answerForms(message, addressee, standing, back: back) }
        }
        return section
    }

    private func answerForms(
        _ message: KeptMessage, _ addressee: Addressee, _ standing: DeliveryStanding, back: String
    ) -> [SheetForm] {
        let about = ["message": "\(message.number)", "office": addressee.office]
        let names = addressee.calls.map { (value: $0.name, text: "\($0.name), \($0.telephone)") }
        let called = environment.form(
            .called, about: about, back: back, state: state,
            fields: [
                FieldSpec(
                    "name", text("messages.called.who"), .choice(names + [("", text("messages.called.other"))]),
                    value: standing.nextCall?.name ?? ""),
                FieldSpec("other", text("messages.called.otherName"), .text(maximum: 100)),
                FieldSpec(
                    "answered", text("messages.called.answered"),
                    .choice([("read", text("messages.called.read")), ("no", text("messages.called.no"))])),
            ], suffix: "-\(addressee.office)")
        guard var form = called else { return [] }
        form.fold = text("messages.called.fold", ["office": addressee.name[language]])
        return [form]
    }

    private func log(_ message: KeptMessage) -> SheetSection {
        var section = SheetSection(text("messages.log"), id: "log")
        section.columns = ["time", "office.column", "step"].map { text("messages." + $0) }
        let names = Dictionary(message.card.addressees.map { ($0.office, $0.name[language]) }) { first, _ in first }
        section.rows = message.delivery.entries.suffix(200).reversed().map { entry in
            SheetSection.Row(cells: [
                SheetCell(context.format.time(entry.time, in: context.zone), isHead: true),
                SheetCell(names[entry.office] ?? entry.office),
                SheetCell(step(entry.step), lines: entry.person.isEmpty ? [] : [entry.person]),
            ])
        }
        section.empty = text("messages.log.none")
        return section
    }

    // MARK: Words

    private func step(_ step: DeliveryStep) -> String {
        switch step {
        case .begun(let route): text("messages.step.begun", ["route": route])
        case .sent(let route): text("messages.step.sent", ["route": route])
        case .failed(let route, let reason): text("messages.step.failed", ["route": route, "reason": reason])
        case .delivered(let route): text("messages.step.delivered", ["route": route])
        case .read(let name, _): text("messages.step.read", ["name": name])
        case .called(let name, let isAnswered):
            text(isAnswered ? "messages.step.answered" : "messages.step.called", ["name": name])
        case .escalated(let step): text("messages.escalation." + step.rawValue)
        }
    }

    private func action(_ action: WarningAction, from level: Int) -> String {
        text("draft." + action.rawValue, ["level": context.levelName(level)])
    }

    private func route(_ route: DeliveryRoute) -> String {
        "\(text("messages.channel." + route.channel.rawValue)) \(route.target) (\(Language(rawValue: route.language)?.ownName ?? route.language))"
    }

    func headline(_ message: KeptMessage) -> String {
        (message.card.texts[language.rawValue] ?? message.card.texts["en"])?.headline ?? message.identifier
    }

    private func said(_ message: KeptMessage) -> String {
        context.joined(message.person, context.format.time(message.issued, in: context.zone))
    }

    /// A point's name as its readers know it; its id where it has none.
    func stationName(_ station: StationID) -> String {
        context.stationNames[station]?[language] ?? station.text
    }
}

/// How many offices of a message have it.
struct MessageTally {
    let offices: Int
    let sent: Int
    let delivered: Int
    let read: Int
    let overdue: Int
    /// The office that has been silent longest, and who is to be called there.
    let worst: (addressee: Addressee, since: Instant, call: CallListEntry?)?

    /// Since when somebody has been silent: an office, or a party that reads the lane; nil where nobody is overdue.
    let silentSince: Instant?

    /// - Parameter notice: the notice that the message carries; the parties that read its lane count as its offices do.
    init(_ message: KeptMessage, notice: KeptNotice? = nil, at now: Instant) {
        let all = message.card.addressees.compactMap { addressee in
            message.delivery.standing(of: addressee.office, at: now).map { (addressee, $0) }
        }
        let parties = notice?.notice.addressees ?? []
        offices = all.count + parties.count
        sent = all.count { $0.1.sent != nil } + parties.count
        delivered = all.count { $0.1.delivered != nil } + parties.count { notice?.notice.delivery(to: $0) != nil }
        read = all.count { $0.1.read != nil } + parties.count { notice?.notice.acknowledgement(of: $0) != nil }
        let silent = all.filter { $0.1.overdueSince != nil }
        overdue = silent.count + (notice?.notice.standing(at: now).overdue.count ?? 0)
        worst = silent.min { ($0.1.overdueSince ?? now, $0.0.office) < ($1.1.overdueSince ?? now, $1.0.office) }.map {
            ($0.0, $0.1.overdueSince ?? now, $0.1.nextCall)
        }
        silentSince = [worst?.since, notice?.notice.silentSince(at: now)].compactMap(\.self).min()
    }
}

extension KeptMessage {
    /// The own notice of which it carries the newest wording; nil for none.
    func notice(among notices: [KeptNotice]) -> KeptNotice? {
        kind == .notice ? notices.first { $0.isOwn && $0.identifier == identifier } : nil
    }
}

extension IssueRefusal {
    /// The text that says why nothing was issued.
    var key: String {
        switch self {
        case .noDraft: "issue.noDraft"
        case .newerDraft: "issue.newerDraft"
        case .additionIncomplete: "issue.additionIncomplete"
        case .noKey: "issue.noKey"
        case .notSigned: "issue.notSigned"
        case .rejected: "issue.rejected"
        case .eventMoved: "issue.eventMoved"
        }
    }
}
