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
            let asked = ComplianceSpan(request, board)
            guard let report = await report(of: board.party, asked) else {
                return missing(.page, request, fallback: frame.view.language)
            }
            return page(
                "compliance",
                CompliancePage(
                    report, days: asked.days, fault: asked.isUsable ? nil : frame.context.text("kept.fault"),
                    isSinceLine: asked.isSinceLine, board: board,
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
            let asked = ComplianceSpan(request, board)
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

/// The days that a report is asked about; the last thirty (or as many as are usual) where nothing usable is asked, but none before
/// a line to others stood, and as many up to the last where only that is named.
struct ComplianceSpan {
    /// Days of a span at most, less one: three years.
    static let most: Int64 = 1_090

    let days: ClosedRange<CivilDate>
    let from: Instant
    let until: Instant
    /// Whether what was asked could be used.
    let isUsable: Bool
    /// Whether there are fewer days than usual because the node's first line began then.
    let isSinceLine: Bool

    /// The span of a page of a party.
    init(_ request: PageRequest, _ board: DutyBoard) {
        self.init(
            request, now: board.now, zone: board.zone, begin: board.partners.compactMap(\.lineBegin).min())
    }

    init(_ request: PageRequest, now: Instant, zone: UTCOffset, usually count: Int64 = 30, begin: Instant? = nil) {
        let query = request.uri.queryParameters
        self.init(now: now, zone: zone, usually: count, begin: begin) { query[$0[...]].map(String.init) }
    }

    /// - Parameters:
    ///   - count: days of a span where nothing is asked.
    ///   - begin: when the node's first line to another party stood; nil where it is not known.
    ///   - value: what the address says under a name.
    init(now: Instant, zone: UTCOffset, usually count: Int64 = 30, begin: Instant? = nil, _ value: (String) -> String?)
    {
        let asked = ["from", "to"].map { name in value(name).flatMap { try? CivilDate(iso8601: $0) } }
        let today = now.civil(in: zone).date
        let begun = begin.map { min($0.civil(in: zone).date, today) }
        let plain = CivilDate(daysSinceEpoch: today.daysSinceEpoch - count + 1)
        let usual = max(plain, begun ?? plain)...today
        let isRead = ["from", "to"].enumerated().allSatisfy { asked[$0.offset] != nil || value($0.element) == nil }
        let last = asked[1] ?? max(today, asked[0] ?? today)
        let isOpen = isRead && asked == [nil, nil]
        let first = asked[0] ?? (isOpen ? usual.lowerBound : CivilDate(daysSinceEpoch: last.daysSinceEpoch - count + 1))
        isUsable = isRead && first <= last && last.daysSinceEpoch - first.daysSinceEpoch <= ComplianceSpan.most
        days = isUsable ? first...last : usual
        isSinceLine = (isOpen || !isUsable) && usual.lowerBound > plain
        let morning = Instant(days.lowerBound, secondOfDay: 0, offset: zone)
        // On the day of the first line itself, what came due before it is nobody's.
        from = isSinceLine ? max(morning, min(begin ?? morning, now)) : morning
        until = Instant(CivilDate(daysSinceEpoch: days.upperBound.daysSinceEpoch + 1), secondOfDay: 0, offset: zone)
    }
}
