import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import NodeCore
import River
import Series

/// The pages of the register, the conference, letters and the desk, and what their forms do.
extension SiteRoutes {
    func addDeskRoutes(to router: Router<PageRequestContext>) {
        guard site.desk?.register != nil else { return }
        for place in SheetPlace.patterns where hasPlace(place) {
            router.page(RouterPath("/{party}/" + place)) { request, context in
                let path = request.uri.path.split(separator: "/").dropFirst().map {
                    String($0).removingPercentEncoding ?? String($0)
                }
                return await sheet(request, party: try context.parameters.require("party"), path: path)
            }
        }
        router.page("/{party}/register/{edition}/{clause}") { request, context in
            let (edition, clause) = (
                try context.parameters.require("edition"), try context.parameters.require("clause")
            )
            let party = try context.parameters.require("party")
            guard RegisterFile(rawValue: clause) == nil else {
                return await registerFile(request, party: party, edition: edition, file: clause)
            }
            return await sheet(
                request, party: party, path: ["register", edition, clause.removingPercentEncoding ?? clause])
        }
        router.page("/{party}/conference/{edition}/{file}") { request, context in
            await registerFile(
                request, party: try context.parameters.require("party"),
                edition: try context.parameters.require("edition"),
                file: try context.parameters.require("file"))
        }
        router.page("/{party}/files/{digest}") { request, context in
            await keptFile(
                request, party: try context.parameters.require("party"),
                digest: try context.parameters.require("digest"))
        }
        for path in ["act", "act-with-file"] {
            router.form(RouterPath("/{party}/" + path)) { request, context in
                await act(request, party: try context.parameters.require("party"))
            }
        }
    }

    /// Whether this site has a kind of pages.
    private func hasPlace(_ pattern: String) -> Bool {
        switch pattern.prefix(while: { $0 != "/" }) {
        case "warnings", "notices": site.desk?.messages != nil
        case "plans": site.desk?.plans != nil
        default: true
        }
    }

    // MARK: Pages

    func sheet(
        _ request: PageRequest, party: String, path: [String], state: SheetState = SheetState(),
        query: FormValues? = nil, status: HTTPResponse.Status = .ok
    ) async -> Response {
        await withSheets(request, party: party, state: state) { sheets in
            let query = query ?? FormValues(query: request.uri.query ?? "")
            if path == ["indicators", "figures.csv"] {
                return answer(FigureTable(sheets.register).text, type: "text/csv; charset=utf-8")
            }
            if path.first == "plans", path.last == "document" { return await planDocument(path, of: sheets) }
            guard let sheet = await self.sheet(path, query: query, sheets: sheets) else {
                return missing(.page, request, fallback: sheets.context.language)
            }
            return page("sheet", sheet, status: status)
        }
    }

    private func sheet(_ path: [String], query: FormValues, sheets: RegisterSheets) async -> Sheet? {
        let party = sheets.party
        switch (path.first, path.count) {
        case ("register", 1): return sheets.list(query)
        case ("register", 3): return ProvisionKey(edition: path[1], clause: path[2]).flatMap { sheets.provision($0) }
        case ("indicators", 1): return sheets.indicators(query)
        case ("indicators", 2): return sheets.indicator(path[1])
        case ("conference", 1): return sheets.conference()
        case ("conference", 2): return sheets.edition(path[1])
        case ("letters", 1): return sheets.letters()
        case ("letters", 2): return Int(path[1]).flatMap { sheets.letter($0) }
        case ("warnings", 1):
            guard let desk = site.desk?.messages else { return nil }
            return sheets.warnings(
                await desk.messages(party), notices: await desk.notices(party), received: await desk.received(party),
                exercises: await desk.exercises(party), office: await desk.office(party))
        case ("warnings", 2):
            guard let number = Int64(path[1]), let message = await site.desk?.messages?.message(party, number) else {
                return nil
            }
            return sheets.message(message)
        case ("notices", 1):
            guard let desk = site.desk?.messages else { return nil }
            return sheets.notices(
                await desk.notices(party), clauses: await desk.clauses(party))
        case ("notices", 2), ("notices", 3):
            let id = path.dropFirst().joined(separator: "/")
            guard let desk = site.desk?.messages, let notice = await desk.notices(party).first(where: { $0.id == id })
            else { return nil }
            let signature = await desk.noticeSignature(party, notice)
            return sheets.notice(notice, signature: signature, catalogues: site.catalogues)
        case ("warnings", 3) where path[1] == "received":
            return await site.desk?.messages?.received(party).first { $0.identifier == path[2] }.map {
                sheets.received($0)
            }
        case ("warnings", 3) where path[1] == "exercise":
            guard let id = Int(path[2]), let desk = site.desk?.messages,
                let exercise = await desk.exercises(party).first(where: { $0.id == id }),
                let proposal = await desk.exerciseProposal(party, id)
            else { return nil }
            return sheets.exercise(exercise, proposal, office: await desk.office(party))
        case ("warnings", 3):
            guard path[1] == "draft", let station = StationID(path[2]), let desk = site.desk?.messages,
                let proposal = await desk.proposal(party, station)
            else { return nil }
            return sheets.draft(station, proposal, office: await desk.office(party))
        case ("plans", 1): return await site.desk?.plans?.plans(party).map { sheets.plans($0) }
        case ("plans", 2):
            guard let number = Int64(path[1]), let kept = await site.desk?.plans?.plan(party, number) else {
                return nil
            }
            let asked = PlanTrialForm(kept.summary, query)
            let mayTry = asked.isAsked && sheets.environment.mayPerform(.planAnswer)
            let tried = mayTry ? await site.desk?.plans?.tried(party, number, asked.moves) : nil
            return sheets.plan(
                kept, asked: asked, tried: tried, notices: await site.desk?.messages?.notices(party) ?? [])
        case ("desk", 1):
            let desk = sheets.environment.desk
            return sheets.desk(
                waiting: await desk.waiting(party), history: await desk.history(party),
                gate: await site.desk?.gate(party))
        default: return nil
        }
    }

    /// A plan with everything that it was made from, as it is kept.
    private func planDocument(_ path: [String], of sheets: RegisterSheets) async -> Response {
        guard path.count == 3, let number = Int64(path[1]), let desk = site.desk?.plans,
            let kept = await desk.plan(sheets.party, number)
        else { return document(.file) }
        var response = answer(kept.document, type: "application/json")
        response.headers[.contentDisposition] = "attachment; filename=\"plan-\(number).json\""
        return response
    }

    /// Answers with what is made of a party's register; with what stands for a node that does not run.
    func withSheets(
        _ request: PageRequest, party: String, state: SheetState, _ body: (RegisterSheets) async -> Response
    ) async -> Response {
        await withBoard(request, party: party) { board, frame in
            guard let desk = site.desk?.register, let register = await desk.register(board.party) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            return await body(sheets(request, register, desk: desk, board: board, frame: frame, state: state))
        }
    }

    private func sheets(
        _ request: PageRequest, _ register: Register, desk: RegisterDesk, board: DutyBoard, frame: PageFrame,
        state: SheetState
    ) -> RegisterSheets {
        var frame = frame
        frame.isFollowed = false
        let viewer = request.viewer
        let own = board.points.filter { $0.access == .own }.map {
            SeriesID(provider: $0.station.provider, station: $0.station.id, property: $0.property)
        }
        let objects = (site.atlas?.basin.reservoirs.values.map { ($0.id.text, $0.name[frame.context.language]) } ?? [])
            .sorted { $0.1 < $1.1 }
        let others =
            (site.atlas?.basin.stations.values.filter { station in !objects.contains { $0.0 == station.id.text } } ?? [])
            .map { ($0.id.text, $0.name[frame.context.language]) }.sorted { $0.1 < $1.1 }
        let alarmed =
            (site.atlas?.basin.stations.values.filter { $0.provider == board.party && !$0.alarms.isEmpty } ?? [])
            .map { ($0.id.text, $0.name[frame.context.language]) }.sorted { $0.1 < $1.1 }
        let environment = FormEnvironment(
            register: register, desk: desk, party: board.party, partyName: board.partyName, context: frame.context,
            now: board.now, view: frame.view, mayPerform: { viewer.may($0.act) }, series: own, objects: objects,
            places: objects + others, alarmed: alarmed, isReplay: board.replay != nil)
        return RegisterSheets(
            environment: environment, frame: frame, board: board, state: told(state, request, frame),
            catalogues: site.catalogues)
    }

    /// What the last form did, where the address says so.
    private func told(_ state: SheetState, _ request: PageRequest, _ frame: PageFrame) -> SheetState {
        var state = state
        guard state.form == nil, let told = request.uri.queryParameters["did"] else { return state }
        let parts = told.split(separator: ".").map(String.init)
        guard let word = parts.first,
            ["done", "kept", "carried", "waits", "unreached", "issued", "unnoticed"].contains(word)
        else {
            return state
        }
        if word == "kept" || word == "carried" {
            state.done = frame.context.text("did." + word, ["count": parts.count > 1 ? "\(Int(parts[1]) ?? 1)" : "1"])
            return state
        }
        let parties = site.desk?.register?.offices.register.parties
        let names = parts.dropFirst().compactMap { id in
            PartyID(id).flatMap { parties?[$0]?.name[frame.context.language] }
        }
        state.done = frame.context.text("did." + word, ["parties": frame.context.list(names)])
        return state
    }

    // MARK: Forms

    private func act(_ request: PageRequest, party: String) async -> Response {
        guard let entry = entry(party), let desk = site.desk?.register else {
            return missing(.page, request, fallback: .english)
        }
        guard let post = await FormPost(request, host: host),
            let form = post.value("form").flatMap({ ActForm(rawValue: $0) })
        else { return refused(request, path: "/\(entry.party)/") }
        let back = SheetPlace.path(post.value("back"))
        guard request.viewer.may(form.act) else {
            note(.register, on: form.rawValue, outcome: .notAllowed, by: request)
            return notAllowed(request, of: entry)
        }
        var values = FormValues(post)
        var state = SheetState()
        (state.form, state.values) = (form, values)
        func again(_ errors: [String: String]) async -> Response {
            state.errors = errors
            state.fault = errors[""] ?? RequestText.text("wrong.form", request, site, of: entry.party)
            return await sheet(
                request, party: party, path: back, state: state, query: FormValues(SheetPlace.query(of: back, values)),
                status: .unprocessableContent)
        }
        guard let person = request.viewer.person?.name ?? post.person else {
            return await again(["": RequestText.text("form.noPerson", request, site, of: entry.party)])
        }
        if form.asksCode, let fault = codeFault(post, request, for: .register, on: form.rawValue) {
            return await again(["": RequestText.text(fault, request, site, of: entry.party)])
        }
        if form.takesFile, let bytes = values.files["file"] {
            guard let digest = await desk.keepFile(entry.party, bytes) else {
                return await again(["file": RequestText.text("wrong.file-not-kept", request, site, of: entry.party)])
            }
            values["digest"] = digest
            state.values = values
        }
        let outcome = await perform(form, values, request: request, party: party, desk: desk, person: person)
        switch outcome {
        case .failure(let fault): return await again(fault.errors)
        case .success(let done):
            note(
                .register, on: "\(form.rawValue) \(values["provision"])\(values["letter"])\(values["indicator"])",
                outcome: .done, by: request)
            let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
            let (word, back) =
                switch done {
                case .planned(let number): ("done", ["plans", "\(number)"])
                case .told(let word): (word, [.warning, .exerciseIssue].contains(form) ? ["warnings"] : back)
                }
            var asking = SheetPlace.query(of: back, values).merging(["did": word]) { $1 }
            if form == .provision, back == ["register"] { asking["after"] = SiteRoutes.queryValue(values["clause"]) }
            return seeOther(view.link("/\(entry.party)/\(back.joined(separator: "/"))", asking: asking) + "#done")
        }
    }

    /// What a form has done.
    private enum Done {
        /// The word that the next page says about it.
        case told(String)
        /// The number of the plan that was made, whose page is next.
        case planned(Int64)
    }

    /// Does what a form says.
    private func perform(
        _ form: ActForm, _ values: FormValues, request: PageRequest, party: String, desk: RegisterDesk, person: String
    ) async -> Result<Done, FormFault> {
        guard let id = entry(party)?.party, let board = await site.board(id), let register = await desk.register(id)
        else {
            return .failure(
                FormFault(errors: ["": RequestText.text("wrong.failed", request, site, of: PartyID(party))]))
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: id))
        let frame = frame(view, zone: board.zone, party: id, board: board)
        let environment = sheets(request, register, desk: desk, board: board, frame: frame, state: SheetState())
            .environment
        let told: Result<String, FormFault>
        switch form {
        case .planMake: return await makePlan(environment, person: person).map { .planned($0) }
        case .planAnswer: told = await answerPlan(values, environment, person: person)
        case .second: told = await second(values, environment, person: person)
        case .value: told = await enter(values, environment)
        case .warning: told = await issue(values, environment, person: person)
        case .called: told = await called(values, environment, person: person)
        case .notice, .noticeChange, .noticeSend, .noticeStep, .noticeWithdraw, .noticeAnswer, .noticeAsk,
            .noticeDecline:
            told = await noticeDeed(form, values, environment, person: person)
        case .exercise, .exerciseIssue, .exerciseDrop:
            told = await exerciseDeed(form, values, environment, person: person)
        default: told = await acts(form, values, environment, person: person)
        }
        return told.map { .told($0) }
    }

    private func acts(
        _ form: ActForm, _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        let fresh: [RegisterAct]
        do { fresh = try ActReader(values, in: environment).acts(of: form) } catch { return .failure(error) }
        guard !fresh.isEmpty else { return .success("done") }
        switch await environment.desk.perform(environment.party, fresh, person) {
        case .done(let unreached):
            if unreached.isEmpty, let count = kept(fresh, by: form) {
                let isCarried = form == .carrying || form == .opening
                return .success("\(isCarried ? "carried" : "kept").\(count)")
            }
            return .success(
                (unreached.isEmpty ? ["done"] : ["unreached"] + unreached.map(\.text)).joined(separator: "."))
        case .waits: return .success("waits")
        case .refused(let place, let problem): return .failure(environment.fault(problem, of: form, in: fresh[place]))
        case .failed: return .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
        }
    }

    /// How many provisions a form that is about several has kept, or of how many it has said how they stand; nil for others.
    private func kept(_ acts: [RegisterAct], by form: ActForm) -> Int? {
        guard [.table, .standings, .opening, .carrying].contains(form) else { return nil }
        let provisions = acts.count { if case .provision = $0 { true } else { false } }
        let standings = acts.count { if case .standing = $0 { true } else { false } }
        if form == .opening { return provisions > 0 ? provisions : nil }
        return provisions > 0 ? provisions : standings
    }

    private func second(_ values: FormValues, _ environment: FormEnvironment, person: String) async -> Result<
        String, FormFault
    > {
        guard let number = Int64(values["waiting"]),
            await environment.desk.answer(environment.party, number, values["word"] == "approve", person)
        else { return .failure(FormFault(errors: ["": environment.text("desk.second.same")])) }
        return .success("done")
    }

    /// Issues a warning that an officer has looked at.
    private func issue(
        _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        guard let station = StationID(values["station"]), let cycle = Int64(values["cycle"]),
            let desk = site.desk?.messages
        else { return .failure(FormFault(errors: ["": environment.text("wrong.failed")])) }
        let addition = values.three("addition")
        let order = WarningOrder(station: station, cycle: Instant(secondsSinceEpoch: cycle), addition: addition)
        switch await desk.issue(environment.party, order, person) {
        case .success: return .success("issued")
        case .failure(let refusal): return .failure(issueFault(refusal, addition, environment))
        case nil: return .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
        }
    }

    /// Why a warning was not issued; an addition that lacks a language is told at its field.
    private func issueFault(
        _ refusal: IssueRefusal, _ addition: LocalizedText, _ environment: FormEnvironment
    ) -> FormFault {
        let told = environment.text(refusal.key)
        guard refusal == .additionIncomplete else { return FormFault(errors: ["": told]) }
        return FormFault(emptyIn: addition, field: "addition", told: told)
    }

    /// Does what a form wants with an exercise.
    private func exerciseDeed(
        _ form: ActForm, _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        let deed: ExerciseDeed
        do { deed = try ExerciseReader(values: values, environment: environment).deed(of: form) } catch {
            return .failure(error)
        }
        switch await site.desk?.messages?.exercise(environment.party, deed, person) {
        case .success: return .success(form == .exerciseIssue ? "issued" : "done")
        case .failure(.problem(let problem)):
            let (field, key) = problem.fault
            return .failure(FormFault(errors: [field: environment.text(key)]))
        case .failure(.issue(let refusal)):
            return .failure(issueFault(refusal, values.three("addition"), environment))
        case nil: return .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
        }
    }

    /// Makes a plan.
    private func makePlan(_ environment: FormEnvironment, person: String) async -> Result<Int64, FormFault> {
        planned(await site.desk?.plans?.make(environment.party, person), environment)
    }

    /// Keeps what is said to a plan.
    private func answerPlan(
        _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        do {
            let (plan, word) = try PlanReader(values: values, environment: environment).word()
            return planned(await site.desk?.plans?.answer(environment.party, plan, word, person), environment).map {
                switch $0 {
                case .kept: "done"
                case .keptWithoutNotice: "unnoticed"
                }
            }
        } catch { return .failure(error) }
    }

    /// What came of a plan, or why nothing did.
    private func planned<Outcome>(
        _ outcome: Result<Outcome, PlanProblem>?, _ environment: FormEnvironment
    ) -> Result<Outcome, FormFault> {
        outcome?.mapError { environment.fault($0, site.catalogues) }
            ?? .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
    }

    /// Does what a form wants with a notice.
    private func noticeDeed(
        _ form: ActForm, _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        let deed: NoticeDeed
        do { deed = try NoticeReader(values: values, environment: environment).deed(of: form) } catch {
            return .failure(error)
        }
        switch await site.desk?.messages?.act(environment.party, deed, person) {
        case .success: return .success("done")
        case .failure(let problem): return .failure(FormFault(errors: ["": environment.text(problem.key)]))
        case nil: return .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
        }
    }

    /// Writes down that somebody was called, and whether that person has read the message.
    private func called(
        _ values: FormValues, _ environment: FormEnvironment, person: String
    ) async -> Result<String, FormFault> {
        guard let number = Int64(values["message"]), let desk = site.desk?.messages else {
            return .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
        }
        let name = values["name"].isEmpty ? values["other"] : values["name"]
        guard name.count >= 2 else {
            return .failure(FormFault(errors: ["other": environment.text("messages.read.noName")]))
        }
        let hasRead = values["answered"] == "read"
        var isKept = await desk.note(
            environment.party, number, values["office"], .called(name, isAnswered: hasRead), person)
        if isKept, hasRead {
            isKept = await desk.note(
                environment.party, number, values["office"], .read(by: name, how: "telephone"), person)
        }
        return isKept ? .success("done") : .failure(FormFault(errors: ["": environment.text("wrong.failed")]))
    }

    private func enter(_ values: FormValues, _ environment: FormEnvironment) async -> Result<String, FormFault> {
        guard let series = SeriesID(values["series"]), environment.series.contains(series) else {
            return .failure(FormFault(errors: ["series": environment.text("wrong.choose")]))
        }
        guard
            let observed = LetterClock.moment(
                values["observed"], zone: environment.context.zone, language: environment.context.language)
        else {
            return .failure(
                FormFault(errors: ["observed": environment.text("wrong.moment", ["detail": values["observed"]])]))
        }
        guard observed <= environment.now + 600 else {
            return .failure(FormFault(errors: ["observed": environment.text("wrong.ahead")]))
        }
        guard let value = TypedNumber.read(values["value"], language: environment.context.language) else {
            return .failure(FormFault(errors: ["value": environment.text("wrong.number")]))
        }
        let reading = Observation(
            series: series, observed: observed, received: max(observed, environment.now), value: value,
            quality: .notEvaluated, known: .observed,
            status: .raw, revision: Int(values["revision"]) ?? 0, source: "desk")
        guard let reason = await environment.desk.enter(environment.party, reading) else { return .success("done") }
        return .failure(FormFault(errors: ["value": environment.text("wrong.value", ["detail": reason])]))
    }

    // MARK: Files

    private func registerFile(_ request: PageRequest, party: String, edition: String, file: String) async -> Response {
        await withSheets(request, party: party, state: SheetState()) { sheets in
            let audience = request.uri.queryParameters["for"].flatMap { $0.isEmpty ? nil : String($0) }
            guard let kind = RegisterFile(rawValue: file), let card = sheets.register.editions[edition]?.card,
                let bytes = RegisterReport(
                    sheets: sheets, edition: edition, audience: audience,
                    review: await yearReview(since: card, of: sheets)
                ).file(kind)
            else { return missing(.page, request, fallback: sheets.context.language) }
            let printer = sheets.environment.desk.print
            guard let bytes = kind.isPrinted ? await printer?(bytes) : bytes else {
                return missing(.page, request, fallback: sheets.context.language)
            }
            var response = answer(bytes, type: kind.mediaType)
            let name = kind.name(edition: edition, language: sheets.language, audience: audience)
            response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
            return response
        }
    }

    /// What was warned and told of since the conference of an edition, of the last three years at most; of the last one where no
    /// day of the conference is known.
    private func yearReview(since card: EditionCard, of sheets: RegisterSheets) async -> MessageReview? {
        let today = sheets.environment.today
        let begun = card.until ?? card.from ?? CivilDate(daysSinceEpoch: today.daysSinceEpoch - 364)
        let first = CivilDate(
            daysSinceEpoch: max(min(begun, today).daysSinceEpoch, today.daysSinceEpoch - ComplianceSpan.most))
        let zone = sheets.context.zone
        return await site.desk?.messages?.review(
            sheets.party, Instant(first, secondOfDay: 0, offset: zone),
            Instant(CivilDate(daysSinceEpoch: today.daysSinceEpoch + 1), secondOfDay: 0, offset: zone))
    }

    private func keptFile(_ request: PageRequest, party: String, digest: String) async -> Response {
        guard let entry = entry(party), let desk = site.desk?.register, EvidenceStatement.isDigest(digest),
            let bytes = await desk.file(entry.party, digest)
        else { return missing(.page, request, fallback: .english) }
        // Whatever it holds, a browser saves it and does not run it.
        let kind = FileKind(bytes)
        var response = answer(bytes, type: kind.mediaType)
        let plain = "attachment; filename=\"\(digest.prefix(16))\(kind.ending)\""
        let title = await desk.register(entry.party)?.title(ofFile: digest).flatMap {
            KeptFile.name($0, ending: kind.ending)
        }
        response.headers[.contentDisposition] = title.map { "\(plain); filename*=UTF-8''\($0)" } ?? plain
        return response
    }
}

/// What a kept file is called where it is saved.
enum KeptFile {
    /// The name in the form of RFC 8187: what it was called here, without what no file may be called; nil where nothing is left.
    static func name(_ title: String, ending: String) -> String? {
        let kept = title.trimmed.map { "/\\:*?\"<>|\n\t".contains($0) ? "-" : $0 }.prefix(80)
        let plain = String(kept).hasSuffix(ending) ? String(kept) : String(kept) + ending
        return kept.isEmpty ? nil : SiteRoutes.pathValue(plain)
    }
}

/// A text in the language of a request.
enum RequestText {
    static func text(_ key: String, _ request: PageRequest, _ site: DutySite, of party: PartyID?) -> String {
        let fallback = party.map { RequestView.ownLanguage(of: $0) } ?? .english
        return site.catalogues[RequestView(request, fallback: fallback).language].text(key)
    }
}

/// Where sheets are.
enum SheetPlace {
    /// Addresses of one and two parts below a party.
    static let patterns = [
        "register", "indicators", "indicators/{id}", "conference", "conference/{edition}", "letters", "letters/{id}",
        "desk", "warnings", "warnings/draft/{station}",
        "warnings/received/{identifier}", "warnings/exercise/{id}", "notices", "notices/{id}", "notices/{id}/{rest}",
        "plans", "plans/{number}", "plans/{number}/document",
    ]

    /// What the address of a page says beside its path, after a form of that page: the list stays at its edition.
    static func query(of path: [String], _ values: FormValues) -> [String: String] {
        let edition = values["edition"]
        return path == ["register"] && ProvisionKey(edition: edition, clause: "1") != nil ? ["edition": edition] : [:]
    }

    /// The page that a form names to return to; the desk for anything that is none.
    static func path(_ text: String?) -> [String] {
        let parts = (text ?? "").split(separator: "/").map(String.init)
        let isOne =
            parts.first.map {
                ["register", "indicators", "conference", "letters", "desk", "warnings", "notices", "plans"].contains($0)
            }
            ?? false
        let isPlain = parts.allSatisfy { part in
            part.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
                    || $0 == 0x2E
            }
                && part != "." && part != ".."
        }
        return isOne && isPlain && parts.count <= 3 ? parts : ["desk"]
    }
}
