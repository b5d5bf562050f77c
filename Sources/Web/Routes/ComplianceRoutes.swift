import Accord
import Formats
import Hummingbird
import NodeCore
import Series

/// What was kept of the agreement, as a page and as the report's own files.
extension SiteRoutes {
    func addComplianceRoutes(to router: Router<PageRequestContext>) {
        router.page("/{party}/compliance") { request, context in
            await compliance(request, party: try context.parameters.require("party"))
        }
        router.page("/{party}/compliance/{file}") { request, context in
            await complianceFile(
                request, party: try context.parameters.require("party"), file: try context.parameters.require("file"))
        }
    }

    private func compliance(_ request: PageRequest, party: String) async -> Response {
        await withBoard(request, party: party) { board, frame in
            let asked = ComplianceSpan(request, now: board.now, zone: board.zone)
            guard let report = await report(of: board.party, asked) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            return page(
                "compliance",
                CompliancePage(
                    report, days: asked.days, fault: asked.isUsable ? nil : frame.context.text("kept.fault"),
                    board: board,
                    names: site.atlas?.register, frame: frame))
        }
    }

    /// The report of a span; the same again within a minute while nothing of the party has changed.
    private func report(of party: PartyID, _ span: ComplianceSpan) async -> ComplianceReport? {
        guard let desk = site.desk, let compliance = desk.compliance else { return nil }
        let (mark, now) = (await desk.mark?(party), desk.nanoseconds?())
        let key = ComplianceMemory.Key(party: party, from: span.from, until: span.until)
        if let mark, let now, let kept = reports.report(key, mark: mark, now: now) { return kept }
        let report = await compliance(party, span.from, span.until)
        if let report, let mark, let now { reports.keep(report, for: key, mark: mark, now: now) }
        return report
    }

    private func complianceFile(_ request: PageRequest, party: String, file: String) async -> Response {
        await withBoard(request, party: party) { board, frame in
            let asked = ComplianceSpan(request, now: board.now, zone: board.zone)
            guard asked.isUsable else {
                return problem(
                    .days, request.request, viewer: request.viewer, parameter: "from", fallback: frame.view.language)
            }
            guard let report = await report(of: board.party, asked) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            switch file {
            case "report.csv": return answer(report.csv, type: "text/csv; charset=utf-8")
            case "report.json": return answer(report.json.readableText + "\n", type: "application/json")
            case "report.html":
                let names = ComplianceNames(
                    parties: site.atlas?.register.parties.mapValues(\.name) ?? [:], stations: site.stationNames)
                let text = report.document(in: Language.allCases, catalogues: site.catalogues, names: names)
                var response = answer(text, type: "text/html; charset=utf-8")
                response.headers[.contentDisposition] = "attachment; filename=\"report.html\""
                return response
            default: return missing(.page, request, fallback: frame.view.language)
            }
        }
    }
}

/// The days that a report is asked about; the last thirty (or as many as are usual) where nothing usable is asked, and as many up
/// to the last where only that is named.
struct ComplianceSpan {
    /// Days of a span at most, less one: three years.
    static let most: Int64 = 1_090

    let days: ClosedRange<CivilDate>
    let from: Instant
    let until: Instant
    /// Whether what was asked could be used.
    let isUsable: Bool

    init(_ request: PageRequest, now: Instant, zone: UTCOffset, usually count: Int64 = 30) {
        let query = request.uri.queryParameters
        let asked = ["from", "to"].map { name in query[name[...]].flatMap { try? CivilDate(iso8601: String($0)) } }
        let today = now.civil(in: zone).date
        let usual = CivilDate(daysSinceEpoch: today.daysSinceEpoch - count + 1)...today
        let isRead = ["from", "to"].enumerated().allSatisfy { asked[$0.offset] != nil || query[$0.element[...]] == nil }
        let last = asked[1] ?? max(today, asked[0] ?? today)
        let first = asked[0] ?? CivilDate(daysSinceEpoch: last.daysSinceEpoch - count + 1)
        isUsable = isRead && first <= last && last.daysSinceEpoch - first.daysSinceEpoch <= ComplianceSpan.most
        days = isUsable ? first...last : usual
        from = Instant(days.lowerBound, secondOfDay: 0, offset: zone)
        until = Instant(CivilDate(daysSinceEpoch: days.upperBound.daysSinceEpoch + 1), secondOfDay: 0, offset: zone)
    }
}
