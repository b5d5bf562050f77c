import Hummingbird
import NodeCore
import Series

/// The values of a series as a table file, for a party's own users.
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
        guard name.hasSuffix(".csv"), let series = SeriesID(String(name.dropLast(4))) else {
            return missing(.page, request, fallback: RequestView.ownLanguage(of: entry.party))
        }
        var times: [String: Instant] = [:]
        for key in ["from", "to", "as-of"] {
            // a plus that was not written as %2B reads as a blank
            guard let text = request.uri.queryParameters[key[...]].map({ String($0).replacing(" ", with: "+") }) else {
                continue
            }
            guard let time = try? Instant(iso8601: text) else {
                return answer(
                    "riparian: error: \(key) is no time with a zone - write 2024-09-08T07:00:00+07:00\n",
                    type: "text/plain; charset=utf-8", status: .badRequest)
            }
            times[key] = time
        }
        let from = times["from"] ?? Instant(secondsSinceEpoch: .min / 4)
        let to = times["to"] ?? Instant(secondsSinceEpoch: .max / 4)
        let question = HistoryQuestion(series: series, interval: min(from, to)...to, asOf: times["as-of"])
        let latestOnly = request.uri.queryParameters["latest"] == "true"
        guard from <= to, let table = await desk.table(entry.party, question, latestOnly) else {
            return missing(.station, request, fallback: RequestView.ownLanguage(of: entry.party))
        }
        return answer(table, type: "text/csv; charset=utf-8")
    }
}
