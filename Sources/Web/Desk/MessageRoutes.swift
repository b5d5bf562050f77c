import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import NodeCore
import Series

/// The feed of alerts, the alerts themselves, and the page on which an office says that it has read one.
extension SiteRoutes {
    func addMessageRoutes(to router: Router<PageRequestContext>) {
        guard site.desk?.messages != nil else { return }
        router.page("/{party}/cap/{file}") { request, context in
            let (party, file) = (try context.parameters.require("party"), try context.parameters.require("file"))
            return file == "feed.atom" ? await feed(request, party: party) : await alertFile(party: party, file: file)
        }
        router.page("/read/{key}") { request, context in
            await answerPage(request, key: try context.parameters.require("key"))
        }
        router.form("/read/{key}") { request, context in
            await readAnswer(request, key: try context.parameters.require("key"))
        }
    }

    // MARK: Alerts for everybody

    /// The alerts that hold, each with the address of its document. Notices between offices are not among them.
    private func feed(_ request: PageRequest, party: String) async -> Response {
        guard let entry = entry(party), let desk = site.desk?.messages else { return document(.file) }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        let now = await site.desk?.standing(entry.party).now
        // What is only exercised is no news for everybody, unless everything here is: a past event that is gone through again.
        let isReplay = await site.board(entry.party)?.replay != nil
        let all = await desk.messages(entry.party).filter { $0.kind == .warning && (isReplay || !$0.card.isExercise) }
        let holding = all.filter { message in now.map { message.expires > $0 } ?? true }
        let base = "\(origin(of: request))/\(entry.party)/cap/"
        let office = await desk.office(entry.party)
        let feed = AtomFeed(
            sender: "\(entry.party).riparian", title: site.catalogues[view.language].text("messages.feed"),
            author: (office?.name ?? entry.name)[view.language], address: base + "feed.atom",
            updated: all.first?.issued ?? Instant(secondsSinceEpoch: 0),
            entries: holding.compactMap { message in
                guard let texts = message.card.texts[view.language.rawValue] else { return nil }
                return AtomFeed.Entry(
                    identifier: message.identifier, title: texts.headline, summary: texts.description,
                    updated: message.issued, address: base + SiteRoutes.pathValue(message.identifier) + ".xml",
                    language: view.language)
            })
        return answer(feed.text, type: "application/atom+xml; charset=utf-8")
    }

    /// `http://HOST`, as the reader has asked for it.
    private func origin(of request: PageRequest) -> String {
        let isEncrypted = request.headers[.forwardedProto] == "https"
        return (isEncrypted ? "https://" : "http://") + (request.request.head.authority ?? "localhost")
    }

    /// A document as it was signed; what was issued never changes.
    private func alertFile(party: String, file: String) async -> Response {
        guard let entry = entry(party), let desk = site.desk?.messages, file.hasSuffix(".xml"),
            let name = String(file.dropLast(4)).removingPercentEncoding,
            let message = await desk.named(entry.party, name), message.kind == .warning
        else { return document(.file) }
        var response = answer(message.document, type: "application/cap+xml; charset=utf-8")
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }

    /// Everything that was issued in a span, with its way to each office.
    func messageTable(_ request: PageRequest, party: String) async -> Response {
        await spanTable(request, party: party) { desk, board, asked in
            await desk.issued(board.party, asked.from, asked.until).map {
                MessageTable(messages: $0, now: board.now).text
            }
        }
    }

    /// What became of warnings and notices in a span: the last year where none is asked.
    func messageReview(_ request: PageRequest, party: String) async -> Response {
        await withSheets(request, party: party, state: SheetState()) { sheets in
            let asked = reviewSpan(request, sheets.board)
            guard let review = await site.desk?.messages?.review(sheets.party, asked.from, asked.until) else {
                return missing(.page, request, fallback: sheets.context.language)
            }
            var told = sheets
            if !asked.isUsable { told.state.fault = sheets.text("review.fault") }
            return page("sheet", told.review(review, days: asked.days))
        }
    }

    /// The outcomes of a span for programs.
    func outcomeTable(_ request: PageRequest, party: String) async -> Response {
        await spanTable(request, party: party) { desk, board, asked in
            await desk.review(board.party, asked.from, asked.until).map { OutcomeTable(review: $0).text }
        }
    }

    /// A table of a span; its maker gives nil while the node does not run.
    private func spanTable(
        _ request: PageRequest, party: String,
        _ make: @Sendable (MessageDesk, DutyBoard, ComplianceSpan) async -> String?
    ) async -> Response {
        await withBoard(request, party: party) { board, frame in
            let asked = reviewSpan(request, board)
            guard asked.isUsable else {
                return problem(
                    .days, request.request, viewer: request.viewer, parameter: "from", fallback: frame.view.language)
            }
            guard let desk = site.desk?.messages, let text = await make(desk, board, asked) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            return answer(text, type: "text/csv; charset=utf-8")
        }
    }

    private func reviewSpan(_ request: PageRequest, _ board: DutyBoard) -> ComplianceSpan {
        ComplianceSpan(request, now: board.now, zone: board.zone, usually: 365)
    }

    // MARK: Answers of offices

    private func found(_ key: String) async -> (entry: DutySite.Entry, message: KeptMessage, office: Addressee)? {
        guard let desk = site.desk?.messages else { return nil }
        for entry in site.parties where entry.hasPage {
            if let (message, office) = await desk.answer(entry.party, key) { return (entry, message, office) }
        }
        return nil
    }

    /// What an office opens from its mail: the warning, and a button that says who has read it.
    private func answerPage(
        _ request: PageRequest, key: String, state: SheetState = SheetState(), status: HTTPResponse.Status = .ok
    ) async -> Response {
        guard let (entry, message, office) = await found(key) else {
            return missing(.page, request, fallback: .english)
        }
        let spoken = office.routes.first.flatMap { Language(rawValue: $0.language) }
        let view = RequestView(request, fallback: spoken ?? RequestView.ownLanguage(of: entry.party))
        let frame = frame(view, zone: entry.zone)
        let context = frame.context
        let now = await site.desk?.standing(entry.party).now ?? message.issued
        var section = SheetSection(office.name[context.language], id: "message")
        if let texts = message.card.texts[context.language.rawValue] {
            section.texts = [texts.headline, texts.description, texts.instruction].map {
                SheetText($0, lang: context.language.rawValue)
            }
        }
        if message.kind == .warning {
            section.links = [
                SheetLink(
                    text: context.text("messages.document"),
                    address: "/\(entry.party)/cap/\(SiteRoutes.pathValue(message.identifier)).xml")
            ]
        }
        let standing = message.delivery.standing(of: office.office, at: now)
        if let read = standing?.read {
            section.remark = context.text(
                "messages.read.already",
                ["name": standing?.reader ?? "", "time": context.format.time(read, in: context.zone)])
        }
        let field = FieldSpec("reader", context.text("messages.read.who"), .text(maximum: 80), isRequired: true)
        section.form = SheetForm(
            id: "form-read", address: view.link("/read/\(key)"), method: "post", isMultipart: false, fold: nil,
            hidden: [], fields: [field.model(typed: state.values, error: state.errors["reader"], form: "form-read")],
            button: context.text("messages.read.button"), isPost: true, asksName: false, asksCode: false, codeLabel: "",
            personLabel: "")
        let sheet = Sheet(
            frame, path: "/read/\(key)", heading: context.text("messages.read.heading"), state: state,
            sections: [section])
        var response = page("sheet", sheet, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func readAnswer(_ request: PageRequest, key: String) async -> Response {
        guard let (entry, message, office) = await found(key), let desk = site.desk?.messages else {
            return missing(.page, request, fallback: .english)
        }
        guard let post = await FormPost(request.request, host: host) else { return refused(request, path: "/") }
        let values = FormValues(post)
        let name = String(values["reader"].filter { !$0.isNewline }.prefix(80))
        var state = SheetState()
        guard name.count >= 2 else {
            state.values = values
            state.errors = ["reader": RequestText.text("messages.read.noName", request, site, of: entry.party)]
            return await answerPage(request, key: key, state: state, status: .unprocessableContent)
        }
        let step = DeliveryStep.read(by: name, how: "page")
        guard await desk.note(entry.party, message.number, office.office, step, "") else {
            state.fault = RequestText.text("wrong.failed", request, site, of: entry.party)
            return await answerPage(request, key: key, state: state, status: .serviceUnavailable)
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        return seeOther(view.link("/read/\(key)"))
    }

    /// A text as one part of an address.
    static func pathValue(_ text: String) -> String { queryValue(text).replacing("/", with: "%2F") }
}
