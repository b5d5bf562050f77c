import Forecasting
import Formats
import HTTPTypes
import Hummingbird
import Mustache
import NodeCore
import River
import Series

/// The routes of a site.
struct SiteRoutes: Sendable {
    let site: DutySite
    /// The name under which the site listens, beside `localhost` and addresses in digits.
    let host: String
    var limits = SiteLimits()
    /// What addresses there are; complete once a router has been made.
    let methods = RouteMethods()
    private let memory = PageMemory()
    let reports = ComplianceMemory()

    /// A router with every route.
    func router() -> Router<PageRequestContext> {
        let router = Router(context: PageRequestContext.self, options: .autoGenerateHeadEndpoints)
        let times = RequestTimes()
        let desk = site.desk
        if let steady = desk?.nanoseconds {
            router.add(middleware: RequestTiming(times: times, nanoseconds: steady))
        }
        router.add(middleware: AnswerGuard(routes: self))
        router.add(middleware: PageDelivery())
        if let steady = desk?.nanoseconds {
            router.add(
                middleware: AddressLimiting(
                    routes: self, limit: AddressLimit(limits), nanoseconds: steady,
                    trustsOwnMachine: desk?.trustsOwnMachine ?? false))
        }
        router.add(middleware: Doorkeeper(routes: self))
        router.add(middleware: BodyBounds(routes: self))
        router.add(middleware: MethodGuard(routes: self, methods: methods))
        router.get("/health") { _, _ in answer("ok\n", type: "text/plain; charset=utf-8") }
        router.page("/") { request, _ in await front(request) }
        router.get("/assets/{file}") { _, context in asset(try context.parameters.require("file")) }
        router.page("/{party}") { request, context in
            await duty(request, party: try context.parameters.require("party"))
        }
        router.page("/{party}/station/{file}") { request, context in
            await station(
                request, party: try context.parameters.require("party"), file: try context.parameters.require("file"))
        }
        router.page("/{party}/warnings/{file}") { request, context in
            let (party, file) = (try context.parameters.require("party"), try context.parameters.require("file"))
            if file == "messages.csv" { return await messageTable(request, party: party) }
            if file == "outcomes.csv" { return await outcomeTable(request, party: party) }
            if file == "review" { return await messageReview(request, party: party) }
            guard file.hasSuffix(".xml") || site.desk?.messages == nil || site.desk?.register == nil else {
                return await sheet(request, party: party, path: ["warnings", file])
            }
            return await alert(request, party: party, file: file)
        }
        addChangeRoutes(to: router)
        addNodeRoutes(to: router)
        addWaterRoutes(to: router)
        addComplianceRoutes(to: router)
        addMetricsRoutes(to: router, times: times)
        addLaneRoutes(to: router)
        addSeriesRoutes(to: router)
        addPeopleRoutes(to: router)
        addDataRoutes(to: router)
        addDeskRoutes(to: router)
        addMessageRoutes(to: router)
        methods.learn(router.routes.map { ("\($0.path)", $0.method) })
        return router
    }

    func address(of file: String) -> String {
        "/assets/" + (site.assets.first { $0.file == file }?.address ?? file)
    }

    private func front(_ request: PageRequest) async -> Response {
        let view = RequestView(request, fallback: .english)
        let frame = frame(view, zone: site.zone)
        var standings: [PartyID: PartyStanding] = [:]
        for entry in site.parties { standings[entry.party] = await site.desk?.standing(entry.party) }
        return page("front", FrontPage(site.parties, standings: standings, frame: frame))
    }

    private func duty(_ request: PageRequest, party: String) async -> Response {
        let remembered = await memoryKey(request, party: party)
        if let (key, mark) = remembered {
            let isFresh = request.headers[SiteRoutes.following] != nil
            if let page = memory.page(key, mark: mark, isFresh: isFresh) {
                return answer(page, type: SiteRoutes.pageType)
            }
        }
        defer { if let (key, _) = remembered { memory.leave(key) } }
        return await withBoard(request, party: party) { board, frame in
            let all = request.uri.queryParameters["all"] == "1"
            let messages = await outgoing(of: board.party)
            let bytes = rendered(
                "duty",
                DutyPage(
                    board, atlas: site.atlas, messages: messages, notices: await notices(messages, of: board.party),
                    advice: await advice(on: board, frame), showsAll: all, frame: frame))
            if let (key, mark) = remembered { memory.keep(bytes, for: key, mark: mark) }
            return answer(bytes, type: SiteRoutes.pageType)
        }
    }

    /// What is proposed for a party's own reservoirs now; nothing for the past.
    func advice(on board: DutyBoard, _ frame: PageFrame) async -> [StationID: DamAdvice] {
        frame.view.at == nil ? await site.desk?.advice?(board) ?? [:] : [:]
    }

    /// What a party has issued; nil where the site issues nothing.
    private func outgoing(of party: PartyID) async -> [KeptMessage]? {
        guard site.desk?.register != nil else { return nil }
        return await site.desk?.messages?.messages(party)
    }

    /// The notices of a party, own ones and those of others; none where the site issues nothing.
    private func notices(_ messages: [KeptMessage]?, of party: PartyID) async -> [KeptNotice] {
        guard messages != nil else { return [] }
        return await site.desk?.messages?.notices(party) ?? []
    }

    /// What a page sends that follows its node.
    private static let following = HTTPField.Name("riparian-follow")!  // a valid name

    /// What the present duty page of a party depends on; nil where nobody tells of changes, and for the past.
    private func memoryKey(_ request: PageRequest, party: String) async -> (PageMemory.Key, mark: String)? {
        guard let entry = entry(party), let mark = await site.desk?.mark?(entry.party), !mark.isEmpty else {
            return nil
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        let query = request.uri.query ?? ""
        guard view.at == nil, query.utf8.count <= 256 else { return nil }
        let viewer = request.viewer.formKey ?? (request.viewer.may(.seePages) ? "anybody" : "stranger")
        return (PageMemory.Key(party: entry.party, query: query, language: view.language, viewer: viewer), mark)
    }

    private func station(_ request: PageRequest, party: String, file: String) async -> Response {
        await withBoard(request, party: party) { board, frame in
            let form = PageForm(file)
            let asked = request.uri.queryParameters["property"].map { String($0) }
            let here = board.points.filter { $0.station.id.text == form.name }
            if form.kind == .document || form.kind == .table, let asked, Property(rawValue: asked) == nil {
                return document(.property, parameter: "property")
            }
            guard let point = asked == nil ? here.first : here.first(where: { $0.property.rawValue == asked }) else {
                return missing(.station, request, fallback: RequestView.ownLanguage(of: board.party))
            }
            switch form.kind {
            case .picture:
                let graph = HydrographSVG(point: point, now: board.now, context: frame.context).markup
                return answer(graph, type: "image/svg+xml")
            case .document: return answer(StationDocument(point, beside: here, board: board, site: site).json)
            case .table: return answer(StationTable(point).text, type: "text/csv; charset=utf-8")
            case .page:
                return page(
                    "station",
                    StationPage(
                        point, beside: here, board: board, atlas: site.atlas,
                        skill: await site.desk?.skill?(board.party, SeriesPoint(point.station.id, point.property)),
                        history: await history(of: point, on: board), frame: frame))
            }
        }
    }

    /// Where the values of a point's last thirty days come from.
    private func history(of point: DutyPoint, on board: DutyBoard) async -> SeriesHistory? {
        let series = SeriesID(
            provider: point.station.provider, station: point.station.id, property: point.property)
        let question = HistoryQuestion(series: series, interval: (board.now - 30 * 86_400)...board.now, asOf: board.now)
        return await site.desk?.history(board.party, question)
    }

    private func alert(_ request: PageRequest, party: String, file: String) async -> Response {
        guard let id = PartyID(party), site.parties.contains(where: { $0.party == id }) else {
            return missing(.party, request, fallback: .english)
        }
        guard file.hasSuffix(".xml"), let station = StationID(String(file.dropLast(4))),
            let text = await site.alertDraft(of: id, for: station)
        else { return missing(.draft, request, fallback: RequestView.ownLanguage(of: id)) }
        return answer(text, type: "application/cap+xml; charset=utf-8")
    }

    func asset(_ name: String) -> Response {
        guard let asset = site.assets.first(where: { $0.address == name }) else { return document(.file) }
        var response = answer(String(decoding: asset.bytes, as: UTF8.self), type: asset.contentType)
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }

    // MARK: What every route needs

    /// Answers with a party's board; with the page of its node while that does not run.
    func withBoard(
        _ request: PageRequest, party: String, _ body: (DutyBoard, PageFrame) async -> Response
    ) async -> Response {
        guard let entry = entry(party) else { return missing(.party, request, fallback: .english) }
        var view = RequestView(request, fallback: RequestView.ownLanguage(of: entry.party))
        let standing = await site.desk?.standing(entry.party)
        if site.desk?.past == nil || view.at.map({ time in standing.map { time >= $0.now } ?? false }) ?? false {
            view.at = nil  // what lies ahead is not known: the present is shown
        }
        if SiteRoutes.wantsData(request.request), let text = request.uri.queryParameters["at"],
            TimeQuery.time(String(text)) == nil
        {
            return document(.time, parameter: "at")
        }
        if let standing, case .stopped = standing.state {
            guard !SiteRoutes.wantsData(request.request) else { return document(.stopped) }
            let frame = frame(view, zone: entry.zone, party: entry.party, standing: standing)
            let model = NodePage(
                standing, name: entry.name, path: "/\(entry.party)/",
                canChange: site.desk?.setRunning != nil && request.viewer.may(.changeNode),
                fault: nil, frame: frame, board: nil)
            return page("node", model, status: .serviceUnavailable)
        }
        guard let board = await self.board(of: entry.party, at: view.at) else {
            return missing(.party, request, fallback: .english)
        }
        return await body(
            board, frame(view, zone: board.zone, party: entry.party, standing: standing, board: board))
    }

    private func board(of party: PartyID, at time: Instant?) async -> DutyBoard? {
        if let time, let past = site.desk?.past { return await past(party, time) }
        return await site.board(party)
    }

    /// Answers with a file of a party's node; with nothing while that does not run.
    func withRunningNode(
        _ request: PageRequest, party: String, _ body: (DutySite.Entry, NodeDesk) async -> Response
    ) async -> Response {
        guard let entry = entry(party), let desk = site.desk else {
            return missing(.page, request, fallback: .english)
        }
        if case .stopped = await desk.standing(entry.party).state {
            return problem(.stopped, request.request, viewer: request.viewer)
        }
        return await body(entry, desk)
    }

    /// The entry of a party that has a page.
    func entry(_ party: String) -> DutySite.Entry? {
        PartyID(party).flatMap { id in site.parties.first { $0.party == id && $0.hasPage } }
    }

    func missing(_ missing: NotFoundPage.Missing, _ request: PageRequest, fallback: Language) -> Response {
        guard !SiteRoutes.wantsData(request.request) else { return document(missing.problem) }
        let view = RequestView(request, fallback: fallback)
        let model = NotFoundPage(missing, path: "/", frame: frame(view, zone: site.zone))
        return page("notFound", model, status: .notFound)
    }

    /// What a page of this request is made with.
    func frame(
        _ view: RequestView, zone: UTCOffset, party: PartyID? = nil, standing: PartyStanding? = nil,
        board: DutyBoard? = nil
    ) -> PageFrame {
        let own = board?.points.map { ($0.station.id, $0.station.name) } ?? []
        let context = PageContext(
            catalogue: site.catalogues[view.language], zone: zone,
            stationNames: site.stationNames.merging(own) { given, _ in given })
        return PageFrame(
            view: view, context: context, styles: site.styles, party: party, standing: standing,
            replay: site.replay, tabs: site.tabs(for: view.viewer), script: address(of: "riparian.js"),
            isFollowed: site.desk?.mark != nil && view.at == nil, icon: address(of: "riparian.svg"),
            paperStyle: address(of: SiteStyles.print))
    }

    static let pageType = "text/html; charset=utf-8"

    func page(_ template: String, _ model: Any, status: HTTPResponse.Status = .ok) -> Response {
        answer(rendered(template, model), type: SiteRoutes.pageType, status: status)
    }

    private func rendered(_ template: String, _ model: Any) -> [UInt8] {
        guard let text = site.templates.render(model, withTemplate: template) else {
            preconditionFailure("the template \(template) is part of the bundle")
        }
        return Array(text.utf8)
    }

    func answer(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        answer(Array(text.utf8), type: type, status: status)
    }

    /// An answer with what every answer says to browsers: nothing from elsewhere, no frames, no guessing of types.
    func answer(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache", .vary: "Accept-Language"]
        headers[.contentSecurityPolicy] = AnswerGuard.policy(site.styles)
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
