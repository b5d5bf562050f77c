import Accord
import Hummingbird
import NodeCore
import Series

/// The values of a series as a table file, for a party's own users.
extension SiteRoutes {
    func addSeriesRoutes(to router: Router<BasicRequestContext>) {
        router.get("/{party}/series/{provider}/{station}/{file}") { request, context in
            await series(
                request, party: try context.parameters.require("party"),
                name: [
                    try context.parameters.require("provider"), try context.parameters.require("station"),
                    try context.parameters.require("file"),
                ].joined(separator: "/"))
        }
    }

    private func series(_ request: Request, party: String, name: String) async -> Response {
        guard let entry = entry(party), let desk = site.desk else {
            return missing(.page, request, fallback: .english)
        }
        let standing = await desk.standing(entry.party)
        if case .stopped = standing.state {
            return answer("", type: "text/plain; charset=utf-8", status: .serviceUnavailable)
        }
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
        guard from <= to, let history = await desk.history(entry.party, question) else {
            return missing(.station, request, fallback: RequestView.ownLanguage(of: entry.party))
        }
        let isWhole = request.uri.queryParameters["revisions"] == "all"
        return answer(SeriesFile(history, isWhole: isWhole).bytes, type: "text/csv; charset=utf-8")
    }
}

/// The table of a series: one value a row, with where it came from and whether it may be passed on.
struct SeriesFile {
    /// The columns, in order.
    static let columns = [
        "observed", "received", "value", "unit", "quality", "known", "status", "revision", "source", "lane", "index",
        "clause", "redistribution",
    ]

    let bytes: [UInt8]

    /// Writes the table.
    ///
    /// - Parameter isWhole: whether replaced and withdrawn revisions stand in it too.
    init(_ history: SeriesHistory, isWhole: Bool) {
        let unit = history.series.property.unit.rawValue
        var text = SeriesFile.columns.joined(separator: ",") + "\n"
        for row in history.rows where row.isCurrent || isWhole {
            let observation = row.observation
            var lane = ("", "")
            if case .lane(let proof) = row.way { lane = (proof.lane, "\(proof.index)") }
            let fields = [
                observation.observed.iso8601(), observation.received.iso8601(),
                observation.value.map { JSONValue.text(of: $0) } ?? "", unit, "\(observation.quality.rawValue)",
                observation.known.rawValue, observation.status.rawValue, "\(observation.revision)",
                SeriesFile.quoted(observation.source), lane.0, lane.1, row.clause ?? "",
                HistoryTable.name(row.onward),
            ]
            text += fields.joined(separator: ",") + "\n"
        }
        bytes = Array(text.utf8)
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
