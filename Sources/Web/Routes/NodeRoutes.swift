import Hummingbird
import NodeCore
import Series

/// The pages of a node: its lanes, its gate, whether it runs; and the forms on them.
extension SiteRoutes {
    func addNodeRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/exchange") { request, context in
            await exchange(request, party: try context.parameters.require("party"))
        }
        router.page("/{party}/gate") { request, context in
            await gate(request, party: try context.parameters.require("party"))
        }
        router.form("/{party}/gate") { request, context in
            await answerAtGate(request, party: try context.parameters.require("party"))
        }
        router.page("/{party}/node") { request, context in
            await node(request, party: try context.parameters.require("party"))
        }
        router.form("/{party}/node") { request, context in
            await changeNode(request, party: try context.parameters.require("party"))
        }
    }

    // MARK: Lanes

    private func exchange(_ request: PageRequest, party: String) async -> Response {
        await withBoard(request, party: party) { board, frame in
            guard let exchange = await site.desk?.exchange(board.party) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            return page("exchange", ExchangePage(exchange, board: board, frame: frame))
        }
    }

    // MARK: Approvals

    private func gate(
        _ request: PageRequest, party: String, fault: String? = nil, status: HTTPResponse.Status = .ok
    ) async -> Response {
        await withBoard(request, party: party) { board, frame in
            guard let gate = await site.desk?.gate(board.party) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            let done = request.uri.queryParameters["done"].flatMap { Int($0) }
            let model = GatePage(
                gate, board: board, canAnswer: site.desk?.answer != nil && request.viewer.may(.answerGate),
                done: fault == nil ? done : nil,
                fault: fault.map { frame.context.text($0) }, frame: frame)
            return page("gate", model, status: status)
        }
    }

    private func answerAtGate(_ request: PageRequest, party: String) async -> Response {
        guard let entry = entry(party), let answer = site.desk?.answer else {
            return missing(.page, request, fallback: .english)
        }
        guard let form = await FormPost(request, host: host) else { return refused(request, of: entry) }
        guard request.viewer.may(.answerGate) else {
            note(.gate, on: form.value("action").map { String($0.prefix(20)) } ?? "", outcome: .notAllowed, by: request)
            return notAllowed(request, of: entry)
        }
        guard let person = request.viewer.person?.name ?? form.person else {
            return await gate(request, party: party, fault: "form.noPerson", status: .badRequest)
        }
        guard let said = SiteRoutes.gateAnswer(form) else {
            return await gate(request, party: party, fault: "form.nothing", status: .badRequest)
        }
        if let fault = codeFault(form, request, for: .gate, on: said.summary) {
            return await gate(request, party: party, fault: fault, status: .forbidden)
        }
        let count = await answer(entry.party, said, person)
        note(.gate, on: said.summary, outcome: count > 0 ? .done : .nothing, by: request)
        guard count > 0 else {
            return await gate(request, party: party, fault: "form.nothing", status: .conflict)
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        return seeOther(view.link("/\(entry.party)/gate") + "&done=\(count)")
    }

    /// What a form of the gate page says; nil when it says nothing.
    static func gateAnswer(_ form: FormPost) -> GateAnswer? {
        let items = form.values("item")
        switch form.value("action") {
        case "approve": return items.isEmpty ? nil : .approve(items)
        case "hold": return items.isEmpty ? nil : .hold(items)
        case "rule":
            guard let word = form.value("word").flatMap({ GateBoard.Word(rawValue: $0) }),
                let parts = form.value("choice")?.split(separator: "|", omittingEmptySubsequences: false),
                parts.count == 2
            else { return nil }
            return .rule(word, pattern: String(parts[0]), clause: parts[1].isEmpty ? nil : String(parts[1]))
        case "take-back": return form.value("said").flatMap { Int64($0) }.map { .takeBack($0) }
        default: return nil
        }
    }

    // MARK: Whether it runs

    private func node(
        _ request: PageRequest, party: String, fault: String? = nil, status: HTTPResponse.Status = .ok
    ) async -> Response {
        guard let entry = entry(party), let standing = await site.desk?.standing(entry.party) else {
            return missing(.page, request, fallback: .english)
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        let board = await site.board(entry.party)
        let frame = frame(view, zone: entry.zone, party: entry.party, standing: standing, board: board)
        let model = NodePage(
            standing, name: entry.name, path: "/\(entry.party)/node",
            canChange: site.desk?.setRunning != nil && request.viewer.may(.changeNode),
            fault: fault.map { frame.context.text($0) }, health: await site.desk?.health?(entry.party), frame: frame,
            board: board)
        return page("node", model, status: status)
    }

    private func changeNode(_ request: PageRequest, party: String) async -> Response {
        guard let entry = entry(party), let setRunning = site.desk?.setRunning else {
            return missing(.page, request, fallback: .english)
        }
        guard let form = await FormPost(request, host: host), let action = form.value("action"),
            action == "stop" || action == "start"
        else { return refused(request, of: entry) }
        guard request.viewer.may(.changeNode) else {
            note(.node, on: action, outcome: .notAllowed, by: request)
            return notAllowed(request, of: entry)
        }
        guard form.value("confirm") == "yes" else {
            return await node(request, party: party, fault: "form.confirm", status: .badRequest)
        }
        let isKnown = await setRunning(entry.party, action == "start")
        note(.node, on: action, outcome: isKnown ? .done : .nothing, by: request)
        guard isKnown else {
            return missing(.node, request, fallback: RequestView.ownLanguage(of: entry.party))
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        return seeOther(view.link("/\(entry.party)/node"))
    }

    // MARK: Answers to forms

    private func refused(_ request: PageRequest, of entry: DutySite.Entry) -> Response {
        guard !SiteRoutes.wantsData(request.request) else { return document(.refused) }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        let model = RefusedPage(path: "/\(entry.party)/", frame: frame(view, zone: entry.zone))
        return page("refused", model, status: .forbidden)
    }
}
