import Formats
import Hummingbird
import Mustache
import NodeCore
import River
import Series

/// The routes of a site.
struct SiteRoutes: Sendable {
    let site: DutySite

    /// A router with every route.
    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: LocalizedNotFound(routes: self))
        router.get("/health") { _, _ in answer("ok\n", type: "text/plain; charset=utf-8") }
        router.get("/") { request, _ in front(request) }
        router.get("/assets/{file}") { _, context in asset(try context.parameters.require("file")) }
        router.get("/{party}") { request, context in
            await duty(request, party: try context.parameters.require("party"))
        }
        router.get("/{party}/station/{file}") { request, context in
            await station(
                request, party: try context.parameters.require("party"), file: try context.parameters.require("file"))
        }
        router.get("/{party}/warnings/{file}") { request, context in
            await alert(
                request, party: try context.parameters.require("party"), file: try context.parameters.require("file"))
        }
        return router
    }

    private var stylesheet: String {
        "/assets/" + (site.assets.first { $0.file == "riparian.css" }?.address ?? "riparian.css")
    }

    private func front(_ request: Request) -> Response {
        let view = RequestView(request, fallback: .english)
        let context = pageContext(view, zone: .indochina, board: nil)
        return page("front", FrontPage(site.parties, view: view, context: context, stylesheet: stylesheet))
    }

    private func duty(_ request: Request, party: String) async -> Response {
        guard let id = PartyID(party), let board = await board(of: id) else {
            return missing(.party, request, fallback: .english)
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: id))
        let context = pageContext(view, zone: board.zone, board: board)
        return page("duty", DutyPage(board, view: view, context: context, stylesheet: stylesheet))
    }

    private func station(_ request: Request, party: String, file: String) async -> Response {
        guard let id = PartyID(party), let board = await board(of: id) else {
            return missing(.party, request, fallback: .english)
        }
        let isImage = file.hasSuffix(".svg")
        let name = isImage ? String(file.dropLast(4)) : file
        guard let point = board.points.first(where: { $0.station.id.text == name }) else {
            return missing(.station, request, fallback: RequestView.ownLanguage(of: id))
        }
        let view = RequestView(request, fallback: RequestView.ownLanguage(of: id))
        let context = pageContext(view, zone: board.zone, board: board)
        if isImage {
            let graph = HydrographSVG(point: point, now: board.now, context: context).markup
            return answer(graph, type: "image/svg+xml")
        }
        return page(
            "station", StationPage(point, board: board, view: view, context: context, stylesheet: stylesheet))
    }

    private func alert(_ request: Request, party: String, file: String) async -> Response {
        guard let id = PartyID(party), site.parties.contains(where: { $0.party == id }) else {
            return missing(.party, request, fallback: .english)
        }
        guard file.hasSuffix(".xml"), let station = StationID(String(file.dropLast(4))),
            let text = await site.alertDraft(of: id, for: station)
        else { return missing(.draft, request, fallback: RequestView.ownLanguage(of: id)) }
        return answer(text, type: "application/cap+xml; charset=utf-8")
    }

    private func asset(_ name: String) -> Response {
        guard let asset = site.assets.first(where: { $0.address == name }) else {
            return answer("", type: "text/plain; charset=utf-8", status: .notFound)
        }
        var response = answer(String(decoding: asset.bytes, as: UTF8.self), type: asset.contentType)
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }

    private func board(of party: PartyID) async -> DutyBoard? {
        guard site.parties.contains(where: { $0.party == party && $0.hasPage }) else { return nil }
        return await site.board(party)
    }

    fileprivate func missing(_ missing: NotFoundPage.Missing, _ request: Request, fallback: Language) -> Response {
        let view = RequestView(request, fallback: fallback)
        let context = pageContext(view, zone: .indochina, board: nil)
        let model = NotFoundPage(missing, path: "/", view: view, context: context, stylesheet: stylesheet)
        return page("notFound", model, status: .notFound)
    }

    private func pageContext(_ view: RequestView, zone: UTCOffset, board: DutyBoard?) -> PageContext {
        let own = board?.points.map { ($0.station.id, $0.station.name) } ?? []
        return PageContext(
            catalogue: site.catalogues[view.language], zone: zone,
            stationNames: site.stationNames.merging(own) { given, _ in given })
    }

    private func page(_ template: String, _ model: Any, status: HTTPResponse.Status = .ok) -> Response {
        guard let text = site.templates.render(model, withTemplate: template) else {
            preconditionFailure("the template \(template) is part of the bundle")
        }
        return answer(text, type: "text/html; charset=utf-8", status: status)
    }

    /// An answer with what every answer says to browsers: nothing from elsewhere, no frames, no guessing of types.
    private func answer(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache", .vary: "Accept-Language"]
        headers[.contentSecurityPolicy] =
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Answers requests that no route takes with a page in the reader's language.
private struct LocalizedNotFound: RouterMiddleware {
    let routes: SiteRoutes

    @concurrent func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return routes.missing(.page, request, fallback: .english)
        }
    }
}
