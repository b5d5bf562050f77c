import HTTPTypes
import Hummingbird
import NodeCore
import Series

/// The values of a series as a table file or a document, for a party's own users.
extension SiteRoutes {
    func addSeriesRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/series/{provider}/{station}/{file}") { request, context in
            let name = try ["provider", "station", "file"].map { try context.parameters.require($0) }
                .joined(separator: "/")
            return await withRunningNode(request, party: try context.parameters.require("party")) { entry, desk in
                await series(request, of: entry, at: desk, name: name)
            }
        }
    }

    private func series(
        _ request: PageRequest, of entry: DutySite.Entry, at desk: NodeDesk, name: String
    ) async -> Response {
        let form = PageForm(name)
        guard form.kind == .table || form.kind == .document, let series = SeriesID(form.name) else {
            return missing(.page, request, fallback: RequestView.ownLanguage(of: entry.party))
        }
        let paging: SeriesPaging
        do {
            paging = try SeriesPaging(request.uri, now: await desk.standing(entry.party).now)
        } catch {
            return document(error.problem, parameter: error.parameter)
        }
        let asked = paging.request(series)
        let path = "/\(entry.party)/series/\(series)" + (form.kind == .table ? ".csv" : ".json")
        if form.kind == .table {
            guard let part = await desk.table(entry.party, asked) else { return document(.series) }
            let next = part.next.map { paging.address(path, after: $0) }
            return linked(answer(part.content, type: "text/csv; charset=utf-8"), to: next)
        }
        guard let part = await desk.values?(entry.party, asked) else { return document(.series) }
        let next = part.next.map { paging.address(path, after: $0) }
        let found = SeriesDocument(party: entry.party, request: asked, part: part, next: next)
        return linked(answer(found.json), to: next)
    }

    /// An answer that says where the next part is (RFC 8288).
    private func linked(_ response: Response, to next: String?) -> Response {
        var response = response
        if let next { response.headers[.link] = "<\(next)>; rel=\"next\"" }
        return response
    }
}
