import Accord
import Formats
import Foundation
import NodeCore
import Series

/// The forms of the register, of letters and of the desk; the word of the address and of the texts.
enum ActForm: String, CaseIterable {
    case edition
    case opening
    case carrying
    case provision
    case table
    case standing
    case standings
    case obstacle
    case evidence
    case decision
    case proposal
    case acceptance
    case indicator
    case figure
    case target
    case reconciliation
    case minute
    case agenda
    case holder
    case letter
    case reading
    case reply
    case sent
    case answer
    case told
    case acknowledged
    case shift
    case taken
    case value
    case second
    case warning
    case called
    case notice
    case noticeChange = "notice-change"
    case noticeSend = "notice-send"
    case noticeStep = "notice-step"
    case noticeWithdraw = "notice-withdraw"
    case noticeAnswer = "notice-answer"
    case noticeAsk = "notice-ask"
    case noticeDecline = "notice-decline"
    case exercise
    case exerciseIssue = "exercise-issue"
    case exerciseDrop = "exercise-drop"
    case planMake = "plan-make"
    case planAnswer = "plan-answer"

    /// Whether a file can be chosen in it.
    var takesFile: Bool { self == .evidence || self == .letter }

    /// Whether it is sent in parts: a file, or a text too long to be written as an address is.
    var isMultipart: Bool { takesFile || self == .table }

    /// Whether a person who has one-time codes must give one.
    var asksCode: Bool { act == .saySecondWord || act == .signWarnings }

    /// What a person must be allowed to do.
    var act: PageAct {
        switch self {
        case .letter, .reading, .reply, .sent, .answer, .told, .acknowledged, .shift, .taken, .value, .called, .notice,
            .noticeChange, .noticeStep, .exercise, .exerciseDrop, .planMake, .planAnswer:
            .keepDesk
        case .second: .saySecondWord
        case .warning, .noticeSend, .noticeWithdraw, .noticeAnswer, .noticeAsk, .noticeDecline,
            .exerciseIssue:
            .signWarnings
        default: .keepRegister
        }
    }
}

/// What is wrong with what was typed: texts by field; the empty name stands for the form as a whole.
struct FormFault: Error {
    var errors: [String: String] = [:]

    init(errors: [String: String] = [:]) { self.errors = errors }

    /// A fault at the field of each language in which a text is empty; without errors where it is empty in none.
    init(emptyIn text: LocalizedText, field: String, told: String) {
        for language in Language.allCases where text[language].isEmpty { errors["\(field)_\(language.key)"] = told }
    }
}

/// What forms are made of.
struct FormEnvironment {
    let register: Register
    let desk: RegisterDesk
    let party: PartyID
    let partyName: LocalizedText
    let context: PageContext
    let now: Instant
    let view: RequestView
    let mayPerform: @Sendable (ActForm) -> Bool
    /// Stations of the own party and the properties that they measure, for readings that are typed in.
    let series: [SeriesID]
    /// Reservoirs of the basin, for letters.
    let objects: [(value: String, text: String)]
    /// All places of the basin, its reservoirs first, for notices.
    let places: [(value: String, text: String)]
    /// The party's own points with alarm levels, for exercises.
    let alarmed: [(value: String, text: String)]

    /// Whether the node replays the past: its clock says nothing about what a person types.
    let isReplay: Bool

    var today: CivilDate { now.civil(in: context.zone).date }
    var zoneText: String { context.zone.description }

    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { context.text(key, arguments) }

    func name(of party: PartyID) -> String { desk.offices.register.name(of: party)[context.language] }

    /// A clock of the own zone, for a text field.
    func clock(_ time: Instant) -> String { LetterClock.text(time, zone: context.zone) }

    /// The field of cooperation in words.
    func field(_ id: String, edition: String?) -> String {
        if CooperationFields.known.contains(id) { return text("field-of." + id) }
        let free = edition.flatMap { register.editions[$0]?.card.fields.first { $0.id == id } }
        return free?.name.orOther(context.language) ?? id
    }

    /// The fields of an edition, as choices.
    func fieldChoices(_ edition: String?) -> [(value: String, text: String)] {
        let free = edition.flatMap { register.editions[$0]?.card.fields.map(\.id) } ?? []
        return (CooperationFields.known + free).map { ($0, field($0, edition: edition)) }
    }

    /// Parties as they are today, each once: whoever follows one that has ended stands in its place.
    func present(_ parties: [PartyID]) -> [PartyID] {
        var seen: Set<PartyID> = []
        return parties.map { desk.offices.party($0, on: today) }.filter { seen.insert($0).inserted }
    }

    /// Parties as they are today, as choices.
    func partyChoices(_ parties: [PartyID]) -> [(value: String, text: String)] {
        present(parties).map { ($0.text, name(of: $0)) }
    }

    /// Parties as an earlier edition has them, those that have ended included: its form must not change its history.
    func partyChoices(asEntered parties: [PartyID]) -> [(value: String, text: String)] {
        parties.map { party in
            let isEnded = desk.offices.party(party, on: today) != party
            return (party.text, isEnded ? text("register.office.ended", ["name": name(of: party)]) : name(of: party))
        }
    }

    /// An office as forms offer it: whoever follows one that has ended; nil where it is named in words or nobody follows it.
    func present(_ reference: OfficeReference) -> (party: PartyID, office: String)? {
        guard let id = reference.authority else { return nil }
        guard desk.offices.register.authorities[id] != nil else { return (reference.party, id) }
        return desk.offices.office(id, on: today).map { ($0.party, $0.id) }
    }

    /// Offices that exist today, of some parties, as choices `party:office`.
    func officeChoices(_ parties: [PartyID], all: Bool = false) -> [(value: String, text: String)] {
        let parties = Set(present(parties))
        return desk.offices.register.authorities.values.filter {
            (all || parties.contains($0.party)) && $0.validity.contains(today)
        }.map { office in
            (
                value: "\(office.party.text):\(office.id)",
                text: "\(name(of: office.party)): \(office.name[context.language])"
            )
        }.sorted { $0.text < $1.text }
    }

    /// What several faults are, one after the other; how many more there are where they are many.
    func list(_ faults: [String]) -> String {
        let most = 8
        let more = faults.count > most ? [text("wrong.csv-more", ["count": "\(faults.count - most)"])] : []
        return (faults.prefix(most) + more).joined(separator: "\n")
    }

    /// A form with its fields, what was typed, and what was wrong. It carries the number of the last act that its page knew, so that
    /// words of a colleague that came meanwhile are not written over.
    ///
    /// - Parameters:
    ///   - subject: what the form is about, as hidden fields.
    ///   - back: the page to which it returns.
    func form(
        _ form: ActForm, about subject: [String: String] = [:], back: String, state: SheetState,
        fold: Bool = true,
        fields: [FieldSpec], suffix: String = "", button: String? = nil, title: String? = nil
    ) -> SheetForm? {
        guard mayPerform(form), view.at == nil else { return nil }
        let isThis = state.form == form && subject.allSatisfy { state.values[$0.key] == $0.value }
        let id = "form-\(form.rawValue)\(suffix)"
        let person = view.viewer.person
        let hidden = subject.sorted { $0.key < $1.key }.map { SheetForm.Hidden(name: $0.key, value: $0.value) }
        let fields = fields.map {
            $0.model(typed: isThis ? state.values : nil, error: isThis ? state.errors[$0.name] : nil, form: id)
        }
        let route = form.isMultipart ? "act-with-file" : "act"
        return SheetForm(
            id: id, address: view.link("/\(party)/\(route)", keepsRefresh: false) + "#\(id)", method: "post",
            isMultipart: form.isMultipart, fold: fold ? title ?? text("act.\(form.rawValue)") : nil, isOpen: isThis,
            hidden: hidden + [
                .init(name: "form", value: form.rawValue), .init(name: "back", value: back),
                .init(name: "seen", value: "\(register.latest[party] ?? 0)"),
            ],
            fields: fields, button: button ?? text("act.\(form.rawValue).button"), isPost: true,
            asksName: person == nil, asksCode: (person?.asksCode ?? false) && form.asksCode,
            codeLabel: text("people.code"), personLabel: text("form.person"))
    }

    /// A form that asks for another view of a page.
    func filter(
        _ path: String, fields: [FieldSpec], values: FormValues, hidden more: [String: String] = [:],
        button: String? = nil
    ) -> SheetForm {
        let hidden = more.merging(["lang": context.language.rawValue]) { $1 }.sorted { $0.key < $1.key }.map {
            SheetForm.Hidden(name: $0.key, value: $0.value)
        }
        return SheetForm(
            id: "filter", address: path, method: "get", isMultipart: false, fold: nil, hidden: hidden,
            fields: fields.map { $0.model(typed: values, error: nil, form: "filter") },
            button: button ?? text("register.filter"),
            isPost: false, asksName: false, asksCode: false, codeLabel: "", personLabel: "")
    }

    /// Three fields for one text.
    func three(_ name: String, _ label: String, rows: Int = 3, value: LocalizedText? = nil) -> [FieldSpec] {
        [(Language.vietnamese, value?.vi), (.chinese, value?.zh), (.english, value?.en)].map { language, value in
            FieldSpec(
                "\(name)_\(language.key)", "\(text(label)) · \(language.ownName)",
                rows > 1 ? .area(rows: rows) : .text(maximum: 400), lang: language.rawValue, value: value ?? "")
        }
    }

    /// What a rule says of one of several acts of a form: with the clause that it is about, at the field that the form has.
    func fault(_ problem: RegisterProblem, of form: ActForm, in act: RegisterAct) -> FormFault {
        let fault = fault(problem)
        switch (form, act) {
        case (.table, .provision(let card)): return gathered(fault, at: "table", clause: card.key.clause)
        case (.table, .standing(let said)): return gathered(fault, at: "table", clause: said.provision.clause)
        case (.standings, .standing(let said)):
            return gathered(fault, at: "standing-" + said.provision.clause, clause: said.provision.clause)
        default: return fault
        }
    }

    private func gathered(_ fault: FormFault, at field: String, clause: String) -> FormFault {
        let labels = provisionFields(edition: "")
        let told = fault.errors.sorted { $0.key < $1.key }.map { name, text in
            labels.first { $0.name == name }.map { "\(clause), \($0.label): \(text)" } ?? "\(clause): \(text)"
        }
        return FormFault(errors: [field: list(told)])
    }

    /// What a rule says, at its field.
    func fault(_ problem: RegisterProblem) -> FormFault {
        var field = problem.field
        if field == "text" || field == "title" || field == "name" { field = field + "_" + context.language.key }
        let isOrder = problem.code == .day && problem.detail.isEmpty
        let key = isOrder ? "wrong.day-order" : "wrong." + problem.code.rawValue
        return FormFault(errors: [field: text(key, ["detail": problem.detail])])
    }
}

/// Clocks as people type them: `2025-09-30 12:00`.
enum LetterClock {
    static func text(_ time: Instant, zone: UTCOffset) -> String {
        let local = time.iso8601(in: zone)
        return local.prefix(10) + " " + local.dropFirst(11).prefix(5)
    }

    /// A clock as it is kept, `2025-09-30 12:00`: the day as the page's language writes it, and a `T` before the hour, are read too.
    /// What is no clock stays as it is.
    static func plain(_ typed: String, language: Language) -> String {
        let text = typed.replacing("T", with: " ")
        guard let gap = text.lastIndex(of: " "), let day = TypedDay.read(String(text[..<gap]), language: language)
        else {
            return text
        }
        let hour = text[gap...].dropFirst()
        return "\(day) \(hour.count == 4 && hour.contains(":") ? "0" : "")\(hour)"
    }

    /// A clock of a zone as a moment.
    static func moment(_ text: String, zone: UTCOffset, language: Language) -> Instant? {
        LetterReading.moment(plain(text, language: language), zone: zone.description)
    }
}
