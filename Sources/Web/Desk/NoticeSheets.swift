import Accord
import Formats
import NodeCore
import Series

/// The pages of notices under the agreement: what this party announces, and what others have announced to it.
extension RegisterSheets {
    /// Own notices, those that have come in, and the form for a new one.
    func notices(_ all: [KeptNotice], clauses: [Provision]) -> Sheet {
        var sections: [SheetSection] = []
        sections.append(noticeList(all.filter { !$0.isOwn }, heading: "notices.received", id: "received"))
        sections.append(noticeList(all.filter(\.isOwn), heading: "notices.own", id: "own"))
        var add = SheetSection(text("notices.new"), id: "new", remark: text("notices.new.note"))
        add.form = environment.form(
            .notice, back: "notices", state: state,
            fields: [
                FieldSpec(
                    "clause", text("notices.clause"),
                    .choice(clauses.map { ($0.clause, context.joined($0.clause, $0.text[language])) })),
                FieldSpec("subject", text("notices.subject"), .choice(environment.places)),
            ] + valueFields([:]) + [
                FieldSpec(
                    "exercise", text("notices.exercise"), .several([("yes", text("notices.exercise.yes"))]),
                    hint: text("notices.exercise.hint"))
            ])
        if !clauses.isEmpty, add.form != nil { sections.append(add) }
        return sheet(path: "notices", heading: text("nav.notices"), note: text("notices.note"), sections: sections)
    }

    private func noticeList(_ notices: [KeptNotice], heading: String, id: String) -> SheetSection {
        var section = SheetSection(text(heading), id: id)
        section.columns = ["subject", "clause", "phase", "start", "standing"].map { text("notices." + $0) }
        section.rows = notices.map { kept in
            let marks = marks(kept)
            return SheetSection.Row(
                cells: [
                    SheetCell(
                        subjectName(kept), address: link("notices/\(SiteRoutes.pathValue(kept.id))"), isHead: true,
                        lines: [environment.name(of: kept.notice.sender)]), SheetCell(kept.notice.clause),
                    SheetCell(text("notices.phase." + kept.notice.phase.rawValue)),
                    SheetCell(kept.notice.current.values[.start].map { value($0, of: .start) } ?? "–"),
                    SheetCell(marks.isEmpty ? "–" : context.series(marks)),
                ], rowKind: marks.isEmpty ? "" : "overdue")
        }
        section.empty = text("notices.none")
        return section
    }

    // MARK: One notice

    func notice(_ kept: KeptNotice, signature: AlertSignatureVerdict?, catalogues: Catalogues) -> Sheet {
        let back = "notices/\(kept.id)"
        var sections = [noticeFacts(kept, signature), wording(kept)]
        if let asked = requests(kept, back: back) { sections.append(asked) }
        sections += kept.isOwn ? ownForms(kept, back: back) : [reply(kept, catalogues: catalogues, back: back)]
        sections.append(noticeLog(kept))
        return sheet(
            path: "notices/\(SiteRoutes.pathValue(kept.id))", heading: subjectName(kept),
            note: context.joined(
                text("notices.phase." + kept.notice.phase.rawValue), environment.name(of: kept.notice.sender)),
            back: SheetLink(text: text("nav.notices"), address: link("notices")), sections: sections)
    }

    private func noticeFacts(_ kept: KeptNotice, _ signature: AlertSignatureVerdict?) -> SheetSection {
        let notice = kept.notice
        let standing = notice.standing(at: environment.now)
        var section = SheetSection(text("register.facts"), id: "facts")
        section.add(text("notices.clause"), SheetCell(notice.clause))
        section.add(text("notices.phase"), SheetCell(text("notices.phase." + notice.phase.rawValue)))
        if let last = notice.lastSent {
            let time = context.format.allTimes(last.time, in: context.zone, withYear: false)
            section.add(
                text("notices.sentAt"),
                SheetCell(time, lines: notice.sentAt == nil ? [text("notices.rewording")] : []))
        }
        section.add(text("notices.standing"), SheetCell(context.series(marks(kept))))
        if standing.isKept == true { section.add(text("notices.kept"), SheetCell(text("notices.kept.yes"))) }
        if notice.current.isUrgent { section.add(text("notices.urgent"), SheetCell(text("notices.urgent.yes"))) }
        if let withdrawal = notice.withdrawal, !withdrawal.reason.isEmpty {
            section.add(text("notices.reason"), SheetCell(withdrawal.reason))
        }
        if notice.isExercise { section.add(text("messages.exercise"), SheetCell(text("messages.exercise.yes"))) }
        if let signature {
            section.add(text("messages.signature"), SheetCell(signature.text(catalogues[language])))
        }
        if let identifier = kept.identifier { section.add(text("messages.identifier"), SheetCell(identifier)) }
        return section
    }

    private func wording(_ kept: KeptNotice) -> SheetSection {
        let notice = kept.notice
        var section = SheetSection(text("notices.wording"), id: "wording", remark: text("notices.wording.note"))
        let fields = NoticeField.allCases.filter { field in
            notice.terms.mustState.contains(field) || notice.versions.contains { $0.values[field] != nil }
        }
        section.columns =
            [text("notices.field")]
            + notice.versions.map { version in
                text(
                    "notices.version",
                    ["number": "\(version.number)", "time": context.format.time(version.written, in: context.zone)])
            }
        section.rows = fields.map { field in
            let isNeeded = notice.terms.mustState.contains(field)
            return SheetSection.Row(
                cells: [SheetCell(text("notice.field." + field.rawValue), isHead: true)]
                    + notice.versions.map { version in
                        SheetCell(
                            version.values[field].map { value($0, of: field) }
                                ?? (isNeeded ? text("notices.missing") : "–"))
                    })
        }
        return section
    }

    private func ownForms(_ kept: KeptNotice, back: String) -> [SheetSection] {
        let notice = kept.notice
        guard !notice.isOver else { return [] }
        let about = ["notice": kept.id]
        var sections: [SheetSection] = []
        var send = SheetSection(text("notices.send"), id: "send", remark: text("notices.send.note"))
        send.form =
            notice.sentAt == nil
            ? environment.form(.noticeSend, about: about, back: back, state: state, fold: false, fields: []) : nil
        if send.form != nil { sections.append(send) }
        var steps = SheetSection(text("notices.steps"), id: "steps")
        let begun = notice.entries.contains { $0.event == .opened }
        for word in [begun ? "ended" : "opened", "closed"] {
            if let form = environment.form(
                .noticeStep, about: about.merging(["step": word]) { $1 }, back: back, state: state, fold: false,
                fields: [],
                suffix: "-\(word)", button: text("notices.step." + word))
            {
                steps.buttons.append(form)
            }
        }
        let waiting = notice.addressees.filter { notice.acknowledgement(of: $0) == nil }
        if notice.sentAt != nil, !waiting.isEmpty {
            steps.form = environment.form(
                .noticeStep, about: about.merging(["step": "acknowledged"]) { $1 }, back: back, state: state,
                fields: [
                    FieldSpec(
                        "office", text("notices.addressee"),
                        .choice(waiting.map { ($0, PartyID($0).map { environment.name(of: $0) } ?? $0) })),
                    FieldSpec("name", text("notices.reader"), .text(maximum: 100), isRequired: true),
                ], suffix: "-acknowledged", button: text("notices.step.acknowledged"))
        }
        if !steps.buttons.isEmpty || steps.form != nil { sections.append(steps) }
        var change = SheetSection(text("notices.change"), id: "change")
        change.form = environment.form(
            .noticeChange, about: about, back: back, state: state,
            fields: valueFields(notice.current.values, isUrgent: notice.current.isUrgent))
        if let withdraw = environment.form(
            .noticeWithdraw, about: about, back: back, state: state,
            fields: [FieldSpec("reason", text("notices.reason"), .text(maximum: 400), isRequired: true)]),
            kept.identifier != nil
        {
            change.buttons.append(withdraw)
        }
        if change.form != nil { sections.append(change) }
        return sections
    }

    /// What has been asked for: of an own notice what waits for an answer, of another's what this party asks.
    private func requests(_ kept: KeptNotice, back: String) -> SheetSection? {
        let notice = kept.notice
        guard !notice.isOver else { return nil }
        var section = SheetSection(
            text("notices.asked"), id: "asked", remark: text(kept.isOwn ? "notices.asked.own" : "notices.asked.note"))
        section.columns =
            [text("notices.addressee")] + NoticeRequest.fields.map { text("notice.field." + $0.rawValue) } + [
                text("notices.reason")
            ]
        section.rows = notice.openRequests.map { open in
            SheetSection.Row(
                cells: [
                    SheetCell(
                        PartyID(open.office).map { environment.name(of: $0) } ?? open.office, isHead: true,
                        lines: [context.format.time(open.time, in: context.zone)])
                ]
                    + NoticeRequest.fields.map { field in
                        SheetCell(open.request.values[field].map { value($0, of: field) } ?? "–")
                    } + [
                        SheetCell(
                            open.request.reason.isEmpty ? "–" : open.request.reason,
                            lines: open.request.worth.map { worth($0) })
                    ])
        }
        guard kept.isOwn else {
            section.form = environment.form(
                .noticeAsk, about: ["notice": kept.id], back: back, state: state,
                fields: valueFields([:]).filter { field in NoticeRequest.fields.contains { $0.rawValue == field.name } }
                    + [
                        FieldSpec("reason", text("notices.reason"), .text(maximum: 400), isRequired: true)
                    ])
            return section.form == nil && section.rows.isEmpty ? nil : section
        }
        for open in notice.openRequests {
            if let form = environment.form(
                .noticeDecline, about: ["notice": kept.id, "office": open.office], back: back, state: state,
                fields: [FieldSpec("reason", text("notices.reason"), .text(maximum: 400), isRequired: true)],
                suffix: "-\(open.office)")
            {
                section.buttons.append(form)
            }
        }
        return section.rows.isEmpty ? nil : section
    }

    /// What is missing in words that can be sent to the other side, in the languages of both, and the answer that it was read.
    private func reply(_ kept: KeptNotice, catalogues: Catalogues, back: String) -> SheetSection {
        var section = SheetSection(text("notices.reply"), id: "reply", remark: text("notices.reply.note"))
        let name =
            context.stationNames[StationID(kept.notice.subject) ?? StationID.unknown]
            ?? LocalizedText(
                vi: kept.notice.subject, zh: kept.notice.subject, en: kept.notice.subject)
        section.texts = Language.inOrder(first: language).map { tongue in
            SheetText(
                noticeReply(
                    to: kept.notice, subject: name, at: environment.now, zone: context.zone,
                    catalogue: catalogues[tongue]),
                label: tongue.ownName, lang: tongue.rawValue)
        }
        if !kept.isAnswered {
            section.form = environment.form(
                .noticeAnswer, about: ["notice": kept.id], back: back, state: state, fold: false, fields: [])
        } else {
            section.remark = text("notices.answered")
        }
        return section
    }

    private func noticeLog(_ kept: KeptNotice) -> SheetSection {
        var section = SheetSection(text("messages.log"), id: "log")
        section.columns = [text("messages.time"), text("notices.event"), text("notices.by")]
        section.rows = kept.log.reversed().map { line in
            SheetSection.Row(cells: [
                SheetCell(context.format.time(line.time, in: context.zone), isHead: true),
                SheetCell(
                    text("notices.log." + line.word),
                    lines: line.office.isEmpty
                        ? [] : [PartyID(line.office).map { environment.name(of: $0) } ?? line.office]),
                SheetCell(line.person.isEmpty ? "–" : line.person),
            ])
        }
        return section
    }

    // MARK: Fields and words

    func valueFields(_ values: [NoticeField: NoticeValue], isUrgent: Bool = false) -> [FieldSpec] {
        let hint = text("letters.ownClock.hint", ["zone": context.zone.name])
        let fields = NoticeField.allCases.map { field -> FieldSpec in
            let label = text("notice.field." + field.rawValue)
            let typed = values[field].map { typedText($0) } ?? ""
            switch field {
            case .flowFrom, .flowTo, .gates, .poolLevel, .number:
                return FieldSpec(field.rawValue, label, .number, value: typed)
            case .start, .end: return FieldSpec(field.rawValue, label, .text(maximum: 16), hint: hint, value: typed)
            case .place, .cause, .measures: return FieldSpec(field.rawValue, label, .text(maximum: 400), value: typed)
            }
        }
        return fields + [
            FieldSpec(
                "urgent", text("notices.urgent"),
                .choice([("", text("notices.urgent.no")), ("yes", text("notices.urgent.yes"))]),
                value: isUrgent ? "yes" : "")
        ]
    }

    private func isOfThisYear(_ time: Instant) -> Bool {
        time.civil(in: context.zone).date.parts.year == environment.now.civil(in: context.zone).date.parts.year
    }

    private func typedText(_ value: NoticeValue) -> String {
        switch value {
        case .number(let number): context.format.number(number, digits: number == number.rounded() ? 0 : 2)
        case .time(let time): environment.clock(time)
        case .day(let day, _): day.description
        case .text(let words): words
        }
    }

    private func value(_ value: NoticeValue, of field: NoticeField) -> String {
        switch value {
        case .number(let number):
            let unit = field == .flowFrom || field == .flowTo ? " m³/s" : field == .poolLevel ? " m" : ""
            return context.format.stated(number, of: field) + unit
        case .time(let time): return context.format.allTimes(time, in: context.zone, withYear: !isOfThisYear(time))
        case .day(let day, let zone): return context.format.date(day, in: zone)
        case .text(let words): return words
        }
    }

    /// Late, incomplete, without receipt, overdue: what the terms say.
    private func marks(_ kept: KeptNotice) -> [String] {
        let standing = kept.notice.standing(at: environment.now)
        var marks: [String] = []
        if standing.isLate == true {
            marks.append(text("notices.late", ["time": context.duration(standing.lateness ?? 0)]))
        }
        if !standing.missing.isEmpty {
            marks.append(
                text(
                    "notices.incomplete",
                    ["fields": context.list(standing.missing.map { text("notice.field." + $0.rawValue) })]))
        }
        func names(_ offices: [String]) -> String {
            context.list(offices.map { office in PartyID(office).map { environment.name(of: $0) } ?? office })
        }
        if kept.isOwn, kept.notice.sentAt != nil, !kept.notice.isOver {
            if !standing.withoutReceipt.isEmpty {
                marks.append(text("notices.withoutReceipt", ["offices": names(standing.withoutReceipt)]))
            }
            if !standing.overdue.isEmpty { marks.append(text("notices.overdue", ["offices": names(standing.overdue)])) }
        }
        let begun = kept.notice.entries.first { $0.event == .opened }?.time
        if let begun, let start = kept.notice.current.start, begun < start {
            marks.append(text("notices.begunEarly", ["time": context.format.time(begun, in: context.zone)]))
        }
        if kept.isOwn, !kept.notice.openRequests.isEmpty { marks.append(text("notices.asked.open")) }
        if !kept.isOwn, !kept.isAnswered, !kept.notice.isOver { marks.append(text("notices.unread")) }
        return marks
    }

    private func worth(_ worth: NoticeRequest.Worth) -> String {
        text(
            "notices.asked.worth",
            [
                "place": context.stationNames[worth.place]?[language] ?? worth.place.text,
                "value": context.format.number(worth.less, digits: 0),
            ])
    }

    private func subjectName(_ kept: KeptNotice) -> String {
        StationID(kept.notice.subject).flatMap { context.stationNames[$0]?[language] } ?? kept.notice.subject
    }
}

extension StationID {
    fileprivate static let unknown = StationID("unknown")!  // a valid id
}

/// Reads what was typed into the form of a notice.
struct NoticeReader {
    let values: FormValues
    let environment: FormEnvironment

    /// The values that were typed; a field that is empty is not stated.
    func stated() throws(FormFault) -> [NoticeField: NoticeValue] {
        var stated: [NoticeField: NoticeValue] = [:]
        for field in NoticeField.allCases {
            let typed = values[field.rawValue]
            guard !typed.isEmpty else { continue }
            switch field {
            case .flowFrom, .flowTo, .gates, .poolLevel, .number:
                guard let number = TypedNumber.read(typed, language: environment.context.language) else {
                    throw FormFault(errors: [field.rawValue: environment.text("wrong.number")])
                }
                guard field == .poolLevel || number >= 0 else {
                    throw FormFault(errors: [field.rawValue: environment.text("wrong.negative")])
                }
                if let range = field.range, !range.contains(number) {
                    let format = environment.context.format
                    throw FormFault(errors: [
                        field.rawValue: environment.text(
                            "wrong.range",
                            [
                                "least": format.number(range.lowerBound, digits: 0),
                                "most": format.number(range.upperBound, digits: 0),
                            ])
                    ])
                }
                guard ![.gates, .number].contains(field) || number == number.rounded() else {
                    throw FormFault(errors: [field.rawValue: environment.text("wrong.whole")])
                }
                stated[field] = .number(number)
            case .start, .end:
                if let time = LetterClock.moment(
                    typed, zone: environment.context.zone, language: environment.context.language)
                {
                    stated[field] = .time(time)
                } else if let day = TypedDay.read(typed, language: environment.context.language) {
                    stated[field] = .day(day, environment.context.zone)
                } else {
                    throw FormFault(errors: [field.rawValue: environment.text("wrong.moment", ["detail": typed])])
                }
            case .place, .cause, .measures:
                guard typed.count <= NoticeParameter.limit else {
                    throw FormFault(errors: [
                        field.rawValue: environment.text("wrong.longText", ["most": "\(NoticeParameter.limit)"])
                    ])
                }
                stated[field] = .text(typed)
            }
            if let time = stated[field]?.earliest, (time - environment.now).magnitude > 366 * 86_400 {
                throw FormFault(errors: [field.rawValue: environment.text("wrong.far")])
            }
        }
        if let start = stated[.start]?.earliest, let end = stated[.end]?.latest, end <= start {
            throw FormFault(errors: [NoticeField.end.rawValue: environment.text("wrong.day-order")])
        }
        return stated
    }

    private func reason() throws(FormFault) -> String {
        guard !values["reason"].isEmpty else { throw FormFault(errors: ["reason": environment.text("wrong.empty")]) }
        return values["reason"]
    }

    /// The proposal of a plan whose worth is to be shown; nil where nothing is.
    private var proposal: PlanProposal? {
        guard values["worth"] == "yes", let plan = Int64(values["plan"]), let number = Int(values["proposal"]) else {
            return nil
        }
        return PlanProposal(plan: plan, number: number)
    }

    /// What the form asks for.
    func deed(of form: ActForm) throws(FormFault) -> NoticeDeed {
        let id = values["notice"]
        switch form {
        case .notice:
            guard let subject = StationID(values["subject"]) else {
                throw FormFault(errors: ["subject": environment.text("wrong.choose")])
            }
            return .draft(
                NoticeOrder(
                    clause: values["clause"], subject: subject, values: try stated(),
                    isUrgent: values["urgent"] == "yes", isExercise: values["exercise"] == "yes"))
        case .noticeChange: return .revise(id, values: try stated(), isUrgent: values["urgent"] == "yes")
        case .noticeSend: return .send(id)
        case .noticeAnswer: return .answer(id)
        case .noticeWithdraw: return .withdraw(id, reason: try reason())
        case .noticeAsk:
            let reason = try reason()
            guard let request = NoticeRequest(values: try stated(), reason: reason) else {
                throw FormFault(errors: ["": environment.text("notices.asked.nothing")])
            }
            return .ask(id, request, worthOf: proposal)
        case .noticeDecline:
            guard let asker = PartyID(values["office"]) else {
                throw FormFault(errors: ["": environment.text("wrong.failed")])
            }
            return .decline(id, to: asker, reason: try reason())
        default:
            switch values["step"] {
            case "opened": return .note(id, .opened)
            case "ended": return .note(id, .ended)
            case "closed": return .note(id, .closed)
            case "acknowledged":
                guard values["name"].count >= 2 else {
                    throw FormFault(errors: ["name": environment.text("messages.read.noName")])
                }
                return .note(id, .acknowledged(by: values["name"], at: values["office"]))
            default: throw FormFault(errors: ["": environment.text("wrong.failed")])
            }
        }
    }
}

extension NoticeProblem {
    /// The text that says why nothing was done.
    var key: String {
        switch self {
        case .noClause: "notices.problem.noClause"
        case .noSubject: "notices.problem.noSubject"
        case .noNotice: "notices.problem.noNotice"
        case .order: "notices.problem.order"
        case .worthNotShown: "notices.problem.worthNotShown"
        case .noProposal: "notices.problem.noProposal"
        case .issue(let refusal): refusal.key
        }
    }
}
