import Accord
import Formats
import NodeCore
import Series

/// Makes acts of what was typed into forms. What is wrong is told at its field; rules of the register are asked afterwards.
struct ActReader {
    /// The hidden field of a form for something that is not there yet.
    static let isNew = "new"

    let environment: FormEnvironment
    let values: FormValues
    private var register: Register { environment.register }

    init(_ values: FormValues, in environment: FormEnvironment) {
        self.values = values
        self.environment = environment
    }

    /// The acts of a form that say something new; none where the form was sent twice. A form that was made before a colleague has
    /// written the same anew is refused: what was typed stays, and the page shows both.
    func acts(of form: ActForm) throws(FormFault) -> [RegisterAct] {
        let fresh = try allActs(of: form).filter { !register.isRepeated($0, by: environment.party) }
        for act in fresh {
            guard let last = newer(register.lastWord(on: act, by: environment.party)) else { continue }
            throw FormFault(errors: ["": environment.text("wrong.changed", changed(last))])
        }
        return fresh
    }

    private func allActs(of form: ActForm) throws(FormFault) -> [RegisterAct] {
        switch form {
        case .edition: [.edition(try edition())]
        case .opening: try opening()
        case .carrying: try carrying()
        case .provision: [.provision(try provision())]
        case .table: try table()
        case .standings: try standings()
        case .standing: [.standing(try standing(of: try key()))]
        case .obstacle: [.obstacle(try obstacle())]
        case .evidence: [.evidence(try evidence())]
        case .decision:
            [
                .decision(
                    DecisionStatement(
                        provision: try key(), word: try word("word", DecisionStatement.Word.self),
                        reason: values["reason"]))
            ]
        case .proposal:
            [.proposal(ProposalStatement(provision: try key(), text: values.three("text"), reason: values["reason"]))]
        case .acceptance: [.acceptance(AcceptanceStatement(provision: try key(), digest: values["digest"]))]
        case .indicator: [.indicator(try indicator())]
        case .figure: [.figure(try figure())]
        case .target:
            [
                .note(
                    IndicatorNote(
                        indicator: values["indicator"], period: values["period"],
                        target: try number("target", isRequired: true),
                        text: values["text"]))
            ]
        case .reconciliation:
            [.note(IndicatorNote(indicator: values["indicator"], period: values["period"], text: values["text"]))]
        case .minute:
            [
                .minute(
                    MinuteStatement(
                        edition: values["edition"], provision: values["provision"].isEmpty ? nil : try key(),
                        text: values.three("text")))
            ]
        case .agenda:
            [
                .agenda(
                    AgendaStatement(
                        edition: values["edition"], number: nextAgendaNumber, text: values.three("text"),
                        field: values["field"]))
            ]
        case .holder: [.holder(try holder())]
        default: try deskActs(of: form)
        }
    }

    private func deskActs(of form: ActForm) throws(FormFault) -> [RegisterAct] {
        switch form {
        case .letter: [.letter(try letter())]
        case .reading: [.reading(try reading())]
        case .reply, .sent:
            [.reply(LetterReply(letter: try letterNumber(), text: values.three("text"), isSent: form == .sent))]
        case .answer:
            [
                .answer(
                    LetterAnswer(
                        letter: try letterNumber(), received: try past("received", since: .letter),
                        text: values["text"],
                        settles: values["settles"]))
            ]
        case .told: [.word(try told(by: nil))]
        case .acknowledged: [.word(try told(by: values["acknowledged_by"]))]
        case .shift:
            [.shift(ShiftEntry(kind: try word("kind", ShiftEntry.Kind.self), text: values["text"]))]
        case .taken:
            [.shift(ShiftEntry(kind: .taken, text: values["text"], handover: Int(values["handover"])))]
        default: throw FormFault(errors: ["": environment.text("wrong.unknown-form")])
        }
    }

    // MARK: Cards

    private func edition() throws(FormFault) -> EditionCard {
        try check(
            { _ = try whole("number") }, { _ = try word("state", EditionCard.State.self) }, { _ = try day("from") },
            { _ = try day("until") }, { _ = try freeFields() })
        let parties = values.all("parties").compactMap { PartyID($0) }
        var card = EditionCard(
            id: values["id"], number: try whole("number"), title: values.three("title"),
            parties: parties, state: try word("state", EditionCard.State.self), source: values["source"])
        if let other = register.editions.values.first(where: { $0.card.number == card.number && $0.card.id != card.id })
        {
            throw fault(
                "number", "wrong.number-taken", ["edition": other.card.title.orOther(environment.context.language)])
        }
        card.from = try day("from")
        card.until = try day("until")
        let place = values.three("place")
        card.place = place.isEmptyInAll ? nil : place
        card.chair = PartyID(values["chair"])
        card.nextChair = PartyID(values["next_chair"])
        card.observers = lines("observers")
        card.workingGroup = optional("working_group")
        card.previous = optional("previous")
        card.fields = try freeFields()
        try isFree(.edition(card), "id", "wrong.edition-exists", isThere: register.editions[card.id] != nil)
        return card
    }

    private func freeFields() throws(FormFault) -> [FreeField] {
        var fields: [FreeField] = []
        for line in lines("fields") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard parts.count == 4 else { throw fault("fields", "wrong.free-field") }
            fields.append(FreeField(id: parts[0], name: LocalizedText(vi: parts[1], zh: parts[2], en: parts[3])))
        }
        return fields
    }

    private func opening() throws(FormFault) -> [RegisterAct] {
        let chair = PartyID(values["chair"])
        if let next = register.editions.values.first(where: { $0.card.previous == values["previous"] })?.card,
            next.id != values["id"]
        {
            // Told above the page: the form is offered no longer, where another person has opened it meanwhile.
            let title = next.title.orOther(environment.context.language)
            throw FormFault(errors: ["": environment.text("wrong.followed", ["edition": title])])
        }
        guard
            let acts = register.opening(
                after: values["previous"], id: values["id"], title: values.three("title"), chair: chair,
                by: environment.party,
                on: environment.today)
        else { throw fault("id", "wrong.edition-exists") }
        return acts
    }

    private func carrying() throws(FormFault) -> [RegisterAct] {
        let acts = register.carrying(into: values["edition"], by: environment.party, on: environment.today)
        guard !acts.isEmpty else { throw fault("", "wrong.nothing-carried") }
        return acts
    }

    private func provision() throws(FormFault) -> ProvisionCard {
        try check(
            {
                if ProvisionKey(edition: values["edition"], clause: values["clause"]) == nil {
                    throw fault("clause", "wrong.key")
                }
            },
            { _ = try word("kind", ProvisionKind.self) }, { _ = try offices("responsible") },
            { _ = try offices("supporting") }, { _ = try friends() }, { _ = try day("due") },
            {
                if !values["continues"].isEmpty, ProvisionKey(values["continues"]) == nil {
                    throw fault("continues", "wrong.key")
                }
            })
        guard let key = ProvisionKey(edition: values["edition"], clause: values["clause"]) else {
            throw fault("clause", "wrong.key")
        }
        var card = ProvisionCard(
            key: key, kind: try word("kind", ProvisionKind.self), field: values["field"], text: values.three("text"))
        let before = environment.register.card(key)
        card.responsible = try offices("responsible") + named("responsible_named", before: before?.responsible ?? [])
        card.supporting = try offices("supporting") + named("supporting_named", before: before?.supporting ?? [])
        // What the form does not offer stays as it was registered.
        card.friends = try friends() + (before?.friends.dropFirst() ?? [])
        card.due = try day("due")
        let readers = values.all("readers").compactMap { PartyID($0) }
        card.readers = readers.isEmpty ? nil : readers.sorted()
        if !values["continues"].isEmpty {
            guard let place = ProvisionKey(values["continues"]) else { throw fault("continues", "wrong.key") }
            card.continues = place
        }
        card.implements = lines("implements")
        card.indicators = values.all("indicators").flatMap { $0.split(whereSeparator: \.isNewline) }.map {
            String($0).trimmed
        }.filter { !$0.isEmpty }
        card.source = values["source"]
        try isFree(.provision(card), "clause", "wrong.clause-taken", isThere: before != nil)
        return card
    }

    /// Refuses what is said to be new and is there already, unless it says just the same: then the form was sent twice.
    private func isFree(
        _ act: RegisterAct, _ field: String, _ key: String, isThere: Bool
    ) throws(FormFault) {
        guard isThere, !values[ActReader.isNew].isEmpty, !register.isRepeated(act, by: environment.party) else {
            return
        }
        throw fault(field, key)
    }

    // MARK: Several at once

    /// The provisions of a pasted table, each with how it stands where the table says so; one fault keeps all of them out.
    private func table() throws(FormFault) -> [RegisterAct] {
        let fields = environment.tableFields(edition: values["edition"])
        let table = FormTable(values.raw("table"), fields: fields, subject: ["edition": values["edition"]])
        var faults = table.problems.map { problem in
            (line: problem.line, text: environment.text(problem.key, problem.arguments))
        }
        let areStandings = table.says(only: ["clause", "standing", "remark"])
        var acts: [RegisterAct] = []
        var lines: [ProvisionKey: Int] = [:]
        for row in table.rows {
            do throws(FormFault) {
                let reader = ActReader(row, of: values["edition"], seen: values["seen"], in: environment)
                let (key, read) = try areStandings ? reader.rowOfStandings() : reader.rowOfProvisions()
                if let line = lines.updateValue(row.line, forKey: key) {
                    throw fault("clause", "wrong.csv-twice", ["line": "\(line)"])
                }
                acts += read
            } catch {
                faults += error.errors.sorted { $0.key < $1.key }.map { field, text in
                    // What a column of offices names in words is read as that of the list beside it.
                    let base = field.hasSuffix("_named") ? String(field.dropLast("_named".count)) : field
                    let name = fields.first { $0.name == base }?.label ?? base
                    return (row.line, "\(name): \(text)")
                }
            }
        }
        guard faults.isEmpty else {
            let told = faults.sorted { $0.line < $1.line }.map {
                environment.text("wrong.csv-line", ["line": "\($0.line)", "detail": $0.text])
            }
            throw FormFault(errors: ["table": environment.list(told)])
        }
        return acts
    }

    /// The provision that a row of standings is about.
    private func known() throws(FormFault) -> ProvisionKey {
        guard let key = ProvisionKey(edition: values["edition"], clause: values["clause"]),
            register.provisions[key] != nil
        else { throw fault("clause", "wrong.clause-unknown") }
        return key
    }

    /// A row of a table of standings, which may leave some of them unsaid.
    private func rowOfStandings() throws(FormFault) -> (ProvisionKey, [RegisterAct]) {
        let key = try known()
        let said = try standingIfSaid(of: key)
        if let last = newer(register.provisions[key]?.now[environment.party]) {
            throw FormFault(errors: ["clause": environment.text("wrong.changed", changed(last))])
        }
        return (key, said)
    }

    /// A row of a table of provisions, with how it stands where the row says so.
    private func rowOfProvisions() throws(FormFault) -> (ProvisionKey, [RegisterAct]) {
        guard !values["field"].isEmpty else { throw fault("field", "wrong.empty") }
        let card = try provision()
        return (card.key, [.provision(card)] + (try standingIfSaid(of: card.key)))
    }

    private func standingIfSaid(of key: ProvisionKey) throws(FormFault) -> [RegisterAct] {
        guard values["standing"].isEmpty else { return [.standing(try standing(of: key))] }
        guard values["remark"].isEmpty else { throw fault("remark", "wrong.remark-alone") }
        return []
    }

    private init(_ row: FormTable.Row, of edition: String, seen: String, in environment: FormEnvironment) {
        var values = row.values
        values["edition"] = edition
        values["seen"] = seen
        values[ActReader.isNew] = "yes"
        self.init(values, in: environment)
    }

    private func standing(of key: ProvisionKey) throws(FormFault) -> StandingStatement {
        StandingStatement(
            provision: key, standing: try word("standing", ProvisionStanding.self), remark: values["remark"])
    }

    /// What was said last, where it was said after the form was made; nil where the form does not say when.
    private func newer<Body>(_ last: Register.Said<Body>?) -> Register.Said<Body>? {
        guard let seen = Int(values["seen"]), let last, last.number > seen else { return nil }
        return last
    }

    private func changed<Body>(_ last: Register.Said<Body>) -> [String: String] {
        let context = environment.context
        return [
            "person": last.person.isEmpty ? environment.name(of: last.party) : last.person,
            "time": context.format.time(last.at, in: context.zone),
        ]
    }

    /// How several provisions stand; what a party has said already is not said again.
    private func standings() throws(FormFault) -> [RegisterAct] {
        var acts: [RegisterAct] = []
        var faults: [String: String] = [:]
        for name in values.names(beginning: "standing-") {
            let clause = String(name.dropFirst("standing-".count))
            guard let key = ProvisionKey(edition: values["edition"], clause: clause),
                let entry = register.provisions[key]
            else { throw fault(name, "wrong.no-provision") }
            let remark = values["remark-" + clause]
            guard !values[name].isEmpty else {
                if !remark.isEmpty { faults[name] = environment.text("wrong.remark-alone") }
                continue
            }
            let act = RegisterAct.standing(
                StandingStatement(provision: key, standing: try word(name, ProvisionStanding.self), remark: remark))
            if !register.isRepeated(act, by: environment.party), let last = newer(entry.now[environment.party]) {
                faults[name] = environment.text("wrong.changed", changed(last))
            }
            acts.append(act)
        }
        guard faults.isEmpty else { throw FormFault(errors: faults) }
        guard !acts.isEmpty else { throw fault("", "wrong.nothing-chosen") }
        return acts
    }

    private func obstacle() throws(FormFault) -> ObstacleStatement {
        let key = try key()
        let own = (register.provisions[key]?.obstacles ?? []).filter { $0.party == environment.party }
        let number = Int(values["number"]) ?? ((own.map(\.body.number).max() ?? 0) + 1)
        let isNew = values["number"].isEmpty
        try check({ if isNew { _ = try required("text") } }, { _ = try day("since") }, { _ = try day("until") })
        let text = values["text"]
        return ObstacleStatement(
            provision: key, number: number, text: text, since: try day("since"), until: try day("until"))
    }

    private func evidence() throws(FormFault) -> EvidenceStatement {
        guard EvidenceStatement.isDigest(values["digest"]), let bytes = values.files["file"] else {
            throw fault("file", "wrong.no-file")
        }
        let language = Language.allCases.first { $0.rawValue == values["language"] }
        var said = EvidenceStatement(
            title: try required("title"), digest: values["digest"], size: bytes.count,
            mediaType: FileKind(bytes).mediaType, language: language, isPublic: values["public"] == "yes")
        said.provision = values["provision"].isEmpty ? nil : try key()
        said.indicator = optional("indicator")
        said.edition = optional("edition")
        return said
    }

    private func indicator() throws(FormFault) -> IndicatorCard {
        var card = IndicatorCard(
            id: values["id"], name: values.three("name"), definition: values.three("definition"), unit: values["unit"],
            period: try word("period", IndicatorCard.Period.self), source: values["source"], field: values["field"])
        let readers = values.all("readers").compactMap { PartyID($0) }
        card.readers = readers.isEmpty ? nil : readers.sorted()
        try isFree(.indicator(card), "id", "wrong.indicator-exists", isThere: register.indicators[card.id] != nil)
        return card
    }

    private func figure() throws(FormFault) -> FigureStatement {
        try check({ try checkPeriod() }, { _ = try number("value") }, { _ = try word("known", Known.self) })
        return FigureStatement(
            indicator: values["indicator"], period: values["period"], value: try number("value"),
            known: try word("known", Known.self), source: values["source"], remark: values["remark"])
    }

    /// The rule of the register says the same; here the form is told how such a period is written.
    private func checkPeriod() throws(FormFault) {
        if let card = register.indicators[values["indicator"]]?.card,
            !card.period.isPeriod(values["period"], editions: register.editions)
        {
            let hint = environment.text("period-hint." + card.period.rawValue)
            throw fault("period", "wrong.period", ["hint": hint])
        }
    }

    private func holder() throws(FormFault) -> OfficeHolder {
        try check({ _ = try required("name") }, { _ = try day("from") }, { _ = try day("until") })
        return OfficeHolder(
            office: officeOrName("office"), name: try required("name"), spellings: lines("spellings"),
            from: try day("from"),
            until: try day("until"))
    }

    // MARK: Letters

    private func letter() throws(FormFault) -> LetterCard {
        let sender = values["sender"].split(separator: ":", maxSplits: 1).map(String.init)
        let reference: OfficeReference? =
            if sender.count == 2, let party = PartyID(sender[0]) {
                OfficeReference(party: party, authority: sender[1])
            } else if let party = PartyID(values["sender_party"]), !values["sender_name"].isEmpty {
                OfficeReference(party: party, name: values["sender_name"])
            } else { nil }
        try check(
            { if reference == nil { throw fault("sender", "wrong.empty") } },
            { _ = try word("channel", LetterCard.Channel.self) }, { _ = try past("received") },
            { _ = try required("object") })
        guard let reference else { throw fault("sender", "wrong.empty") }
        return LetterCard(
            number: Int(values["number"]) ?? ((register.letters.keys.max() ?? 0) + 1),
            channel: try word("channel", LetterCard.Channel.self), sender: reference,
            route: ["route_1", "route_2", "route_3"].compactMap {
                values[$0].split(separator: ":").last.map(String.init)
            },
            written: values["written"], received: try past("received"), object: try required("object"),
            text: values["text"],
            language: Language.allCases.first { $0.rawValue == values["language"] } ?? .vietnamese,
            scan: values["digest"], supersedes: Int(values["supersedes"]))
    }

    private func reading() throws(FormFault) -> LetterReading {
        try check({ _ = try letterNumber() }, { _ = try number("hours") }, { _ = try number("discharge") })
        let letter = try letterNumber()
        let labels = Set((register.letters[letter]?.readings ?? []).map(\.body.label))
        let next = (0..<26).map { String(UnicodeScalar(UInt8(65 + $0))) }.first { !labels.contains($0) } ?? "Z"
        return LetterReading(
            letter: letter, label: values["label"].isEmpty ? next : values["label"],
            start: LetterClock.plain(values["start"], language: environment.context.language), zone: values["zone"],
            end: LetterClock.plain(values["end"], language: environment.context.language),
            hours: try number("hours"), discharge: try number("discharge"), note: values["note"])
    }

    /// Who was told of a letter, or who there has read it.
    private func told(by reader: String?) throws(FormFault) -> LetterWord {
        let before: Before = reader == nil ? .letter : .telling
        try check(
            { if reader != nil { _ = try required("acknowledged_by") } }, { _ = try past("at", since: before) })
        return LetterWord(
            letter: try letterNumber(), office: officeOrName("office"), means: values["means"],
            acknowledgedBy: reader ?? "",
            at: try past("at", since: before))
    }

    private func letterNumber() throws(FormFault) -> Int {
        guard let number = Int(values["letter"]) else { throw fault("letter", "wrong.no-letter") }
        return number
    }

    private var nextAgendaNumber: Int {
        let own = register.editions[values["edition"]]?.items.filter { $0.party == environment.party } ?? []
        return (own.map(\.body.number).max() ?? 0) + 1
    }

    // MARK: Fields

    /// The error of a field.
    func fault(_ field: String, _ key: String, _ arguments: [String: String] = [:]) -> FormFault {
        FormFault(errors: [
            field: environment.text(key, arguments.merging(["detail": values[field]]) { given, _ in given })
        ])
    }

    private func required(_ field: String) throws(FormFault) -> String {
        let text = values[field]
        guard !text.isEmpty else { throw fault(field, "wrong.empty") }
        return text
    }

    /// Reads several fields for their faults alone, so that a person is told of all of them at once.
    private func check(_ reads: (() throws -> Void)...) throws(FormFault) {
        var faults: [String: String] = [:]
        for read in reads {
            do { try read() } catch {
                guard let fault = error as? FormFault else { preconditionFailure("fields are read with form faults") }
                faults.merge(fault.errors) { first, _ in first }
            }
        }
        guard faults.isEmpty else { throw FormFault(errors: faults) }
    }

    private func optional(_ field: String) -> String? { values[field].isEmpty ? nil : values[field] }

    private func key() throws(FormFault) -> ProvisionKey {
        guard let key = ProvisionKey(values["provision"]) else { throw fault("provision", "wrong.no-provision") }
        return key
    }

    private func word<Word: RawRepresentable>(_ field: String, _ type: Word.Type) throws(FormFault) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: values[field]) else { throw fault(field, "wrong.choose") }
        return word
    }

    func lines(_ field: String) -> [String] {
        values[field].split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    private func officeOrName(_ field: String) -> String {
        let chosen = values[field].split(separator: ":").last.map(String.init) ?? ""
        return chosen.isEmpty ? values[field + "_name"] : chosen
    }

    private func day(_ field: String) throws(FormFault) -> CivilDate? {
        let text = values[field]
        guard !text.isEmpty else { return nil }
        guard let day = TypedDay.read(text, language: environment.context.language) else {
            throw fault(field, "wrong.date")
        }
        guard (1990...2199).contains(day.parts.year) else { throw fault(field, "wrong.year") }
        return day
    }

    private func moment(_ field: String) throws(FormFault) -> Instant {
        let text = values[field]
        guard !text.isEmpty else { return environment.now }
        guard
            let time = LetterClock.moment(text, zone: environment.context.zone, language: environment.context.language)
        else {
            throw fault(field, "wrong.moment")
        }
        return time
    }

    /// What must have happened to a letter before something else can.
    private enum Before {
        /// It came in.
        case letter
        /// The office of the form was told, where that was entered.
        case telling
    }

    /// A moment that is over, and lies no earlier than what it follows; the past of a replay is whenever somebody types.
    private func past(_ field: String, since before: Before? = nil) throws(FormFault) -> Instant {
        let time = try moment(field)
        guard environment.isReplay || time <= environment.now + 600 else { throw fault(field, "wrong.future") }
        guard let before, let entry = register.letters[try letterNumber()] else { return time }
        // Clocks of forms show whole minutes.
        let (received, zone) = (entry.card.body.received.roundedDown(toStep: 60), environment.context.zone)
        guard time >= received else {
            throw fault(
                field, "wrong.before-letter", ["time": environment.context.format.time(received, in: zone)])
        }
        let office = officeOrName("office")
        guard before == .telling,
            let told = entry.words.last(where: { $0.body.office == office && $0.body.acknowledgedBy.isEmpty })?.body.at
                .roundedDown(toStep: 60), time < told
        else { return time }
        throw fault(field, "wrong.before-telling", ["time": environment.context.format.time(told, in: zone)])
    }

    private func whole(_ field: String) throws(FormFault) -> Int {
        guard let number = Int(values[field]) else { throw fault(field, "wrong.number") }
        return number
    }

    /// A number as people of the page's language type it; both marks of decimals are read where they cannot mean thousands.
    private func number(_ field: String, isRequired: Bool = false) throws(FormFault) -> Double? {
        let text = values[field]
        guard !text.isEmpty else {
            if isRequired { throw fault(field, "wrong.empty") }
            return nil
        }
        guard let number = TypedNumber.read(text, language: environment.context.language) else {
            throw fault(field, "wrong.number")
        }
        return number
    }
}
