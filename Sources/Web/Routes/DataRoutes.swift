import Accord
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NodeCore
import Series

/// The pages as documents for programs, each beside its page: `Documentation/Api.md`, `/api/openapi.json`.
extension SiteRoutes {
    func addDataRoutes(to router: Router<PageRequestContext>) {
        router.page("/api/openapi.json") { _, _ in
            var response = answer(site.interface, type: "application/json")
            response.headers[.cacheControl] = "public, max-age=3600"
            return response
        }
        router.page("/{party}/board.json") { request, context in
            await withBoard(request, party: try context.parameters.require("party")) { board, frame in
                answer(BoardDocument(board: board, site: site, standing: frame.standing).json)
            }
        }
        router.page("/{party}/reservoirs.json") { request, context in
            try await water(request, context) { board, atlas, frame in
                let advice = await advice(on: board, frame)
                return answer(ReservoirsDocument(board: board, atlas: atlas, advice: advice).json)
            }
        }
        router.page("/{party}/map.geojson") { request, context in
            try await water(request, context) { board, atlas, _ in
                answer(MapDocument(board: board, atlas: atlas).json, type: "application/geo+json")
            }
        }
        router.page("/{party}/rivers.geojson") { request, context in
            try await water(request, context) { _, atlas, _ in
                answer(RiversDocument(atlas: atlas).json, type: "application/geo+json")
            }
        }
        router.page("/{party}/exchange.json") { request, context in
            await withBoard(request, party: try context.parameters.require("party")) { board, frame in
                guard let exchange = await site.desk?.exchange(board.party) else { return document(.page) }
                return answer(ExchangeDocument(exchange: exchange, board: board, standing: frame.standing).json)
            }
        }
    }

    private func water(
        _ request: PageRequest, _ context: PageRequestContext,
        _ body: (DutyBoard, BasinAtlas, PageFrame) async -> Response
    ) async throws -> Response {
        await withBoard(request, party: try context.parameters.require("party")) { board, frame in
            guard let atlas = site.atlas else { return document(.page) }
            return await body(board, atlas, frame)
        }
    }

    /// A document as an answer. Its tag does not tell apart two that differ in the node's time alone.
    func answer(_ document: JSONValue, type: String = "application/json") -> Response {
        var response = answer(document.readableText + "\n", type: type)
        if case .object(var members) = document, members.removeValue(forKey: "now") != nil {
            response.headers[.eTag] = PageDelivery.tag(of: Array(JSONValue.object(members).canonicalText.utf8))
        }
        return response
    }
}

/// Which part of a series a query asks for.
struct SeriesPaging {
    /// Rows of a part, where the query does not say.
    static let usual = 10_000
    /// Rows of a part at most.
    static let most = 100_000

    let times: TimeQuery
    let limit: Int
    let place: SeriesCursor?
    let latestOnly: Bool

    init(_ uri: URI, now: Instant) throws(TimeQuery.Fault) {
        times = try TimeQuery(uri, now: now)
        let query = uri.queryParameters
        guard ["true", "false", nil].contains(query["latest"]) else {
            throw TimeQuery.Fault(problem: .choice, parameter: "latest")
        }
        latestOnly = query["latest"] == "true"
        if let text = query["limit"] {
            guard let number = Int(text), (1...SeriesPaging.most).contains(number) else {
                throw TimeQuery.Fault(problem: .limit, parameter: "limit")
            }
            limit = number
        } else {
            limit = SeriesPaging.usual
        }
        if let text = query["after"] {
            guard let found = SeriesPaging.place(String(text)) else {
                throw TimeQuery.Fault(problem: .place, parameter: "after")
            }
            place = found
        } else {
            place = nil
        }
    }

    func request(_ series: SeriesID) -> SeriesRequest {
        SeriesRequest(
            series, during: times.interval, asOf: times.asOf, latestOnly: latestOnly, after: place, limit: limit)
    }

    /// The address of the part that begins after a place. Its times are those of this part, not counted from another now.
    func address(_ path: String, after place: SeriesCursor) -> String {
        var query: [String] = []
        if let from = times.from { query.append("from=\(from.iso8601())") }
        if let to = times.to { query.append("to=\(to.iso8601())") }
        if let asOf = times.asOf { query.append("as-of=\(asOf.iso8601())") }
        if latestOnly { query.append("latest=true") }
        query += ["limit=\(limit)", "after=\(place.observed.iso8601())~\(place.revision)"]
        return path + "?" + query.joined(separator: "&")
    }

    private static func place(_ text: String) -> SeriesCursor? {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = TimeQuery.time(String(parts[0])), parts[1].utf8.count <= 9,
            let revision = Int(parts[1]), revision >= 0
        else { return nil }
        return SeriesCursor(observed: time, revision: revision)
    }
}
