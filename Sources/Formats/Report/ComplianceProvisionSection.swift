import Accord
import Series

/// One provision of a compliance report in one language.
struct ComplianceProvisionSection {
    let report: ComplianceReport
    let state: ProvisionState
    let texts: ComplianceTexts

    private var provision: Provision { state.provision }

    func write(into page: inout ReportMarkup) {
        let kind = texts.text("kind." + provision.kind.rawValue)
        page.line("h2", "\(texts.text("clause", ["clause": provision.clause])) – \(kind)")
        page.line("p", provision.text[texts.language])
        if let model = provision.model { page.line("p", texts.text("model", ["model": model])) }
        page.line("p", ["class": "word"], texts.text("word." + state.word.rawValue))
        if !provision.undisclosed.isEmpty {
            let terms = provision.undisclosed.map { texts.text("term." + $0.rawValue) }
            page.line("p", texts.text("unknownTerms", ["terms": texts.list(terms)]))
        }
        writeTarget(into: &page)
        writeNotices(into: &page)
        if state.counts.due == 0 {
            if provision.grantsSeries { page.line("p", texts.text("nothingDue")) }
        } else {
            page.raw(ComplianceBar.markup(state.counts, texts))
            page.line("p", texts.text("months", ["zone": state.zone.offset.name]))
        }
        writeRows(into: &page)
        writeFindings(into: &page)
    }

    private func writeTarget(into page: inout ReportMarkup) {
        guard let target = provision.target else { return }
        if let day = target.by { page.line("p", texts.text("by", ["day": day.description])) }
        guard !state.indicators.isEmpty else { return }
        page.line("h3", texts.text("indicators"))
        for indicator in state.indicators {
            let property = indicator.series.property
            let words = texts.text(
                "indicator",
                [
                    "series": texts.series(indicator.series.description),
                    "value": texts.value(indicator.value, of: property),
                    "target": texts.value(target.value, of: property),
                    "time": texts.time(indicator.observed, state.zone),
                ])
            let known = texts.catalogue.text("known." + indicator.known.rawValue)
            page.line("p", "\(words) (\(known); \(indicator.lane), \(indicator.index))")
        }
    }

    private func writeNotices(into page: inout ReportMarkup) {
        if provision.kind == .notice { page.line("p", texts.text("noticeLimit")) }
        guard !state.notices.isEmpty else { return }
        page.line("h3", texts.text("notices"))
        for notice in state.notices {
            page.line(
                "p",
                texts.text(
                    "notice",
                    [
                        "event": texts.text("event." + notice.event.rawValue), "party": texts.party(notice.provider),
                        "time": texts.time(notice.issued, state.zone), "index": "\(notice.index)", "lane": notice.lane,
                    ]))
        }
    }

    /// Columns that say something in this table; the others would hold dashes only.
    private func columns(_ rows: [ComplianceRow]) -> [ComplianceStanding] {
        ComplianceBar.order.filter { standing in rows.contains { $0.counts.count(standing) > 0 } }
    }

    /// One group of rows a series and pair: a line that names them, then the periods; a single month is the whole span.
    private func writeRows(into page: inout ReportMarkup) {
        let rows = report.rows.filter { $0.clause == provision.clause }
        guard !rows.isEmpty else { return }
        let standings = columns(rows)
        let further: [(key: String, count: (ComplianceCounts) -> Int)] = [
            ("corrected", \.corrected), ("withdrawn", \.withdrawn), ("estimated", \.estimated), ("skewed", \.skewed),
        ].filter { column in rows.contains { column.count($0.counts) > 0 } }
        let headings =
            ["period", "readings", "due", "delivered"].map { texts.text($0) } + standings.map(texts.standing)
            + further.map { texts.text($0.key) } + [texts.text("late"), texts.text("decides")]
        page.open("table")
        page.raw("<thead>")
        page.row(headings.map { .heading($0) })
        page.raw("</thead>\n")
        var months = 0
        for (place, row) in rows.enumerated() {
            let isFirst = place == 0 || rows[place - 1].period == .whole
            if isFirst {
                months = rows[place...].prefix { $0.period != .whole }.count
                page.row([.group(pair(of: row), codes: codes(of: row), columns: headings.count)])
            }
            if months == 1, row.period != .whole { continue }
            let counts = row.counts
            let numbers =
                [counts.readings, counts.due, counts.delivered] + standings.map { counts.count($0) }
                + further.map { $0.count(counts) }
            page.row(
                [.text(texts.period(row.period))] + numbers.map { .count($0, texts.number($0)) }
                    + [.text(texts.late(counts)), .text(decides(row))])
        }
        page.close("table")
    }

    private func pair(of row: ComplianceRow) -> String {
        "\(texts.series(row.series)) · \(texts.party(row.provider)) → \(texts.reader(row.reader))"
    }

    private func codes(of row: ComplianceRow) -> [String] {
        (SeriesID(row.series) == nil ? [] : [row.series]) + (row.evidence.lane.map { [$0] } ?? [])
    }

    private func decides(_ row: ComplianceRow) -> String {
        var phrases: [String] = []
        if let entries = row.evidence.entries {
            let arguments = ["first": "\(entries.lowerBound)", "last": "\(entries.upperBound)"]
            phrases.append(texts.text("entryRange", arguments))
        }
        phrases += row.evidence.clocks.map { texts.text("clockOf", ["reader": texts.party($0)]) }
        if let last = row.evidence.receipts.last { phrases.append(receipt(last)) }
        return texts.list(phrases)
    }

    private func receipt(_ receipt: ReceiptEvidence) -> String {
        texts.text(
            "receipt",
            [
                "reader": texts.party(receipt.reader), "time": texts.time(receipt.time, state.zone),
                "size": texts.number(receipt.size),
            ])
    }

    private func writeFindings(into page: inout ReportMarkup) {
        // A partner that has not joined says so once, in the table above.
        let findings = report.findings.filter { $0.clause == provision.clause && $0.standing != .notJoined }
        guard !findings.isEmpty else { return }
        page.line("h3", texts.text("findings"))
        page.open("table")
        page.raw("<thead>")
        page.row(
            ["series", "standing", "count", "observed", "deadline", "late", "decides"].map {
                .heading(texts.text($0))
            })
        page.raw("</thead>\n")
        for finding in findings {
            page.row([
                .text(
                    "\(texts.series(finding.series)) · \(texts.party(finding.provider)) → "
                        + texts.reader(finding.reader)),
                .text(texts.standing(finding.standing)), .count(finding.count, texts.number(finding.count)),
                .text(range(finding.observed)), .text(finding.due.map(range) ?? ""),
                .text(finding.worstLate.map { texts.duration($0) } ?? ""), .text(decides(finding)),
            ])
        }
        page.close("table")
    }

    private func range(_ range: ClosedRange<Instant>) -> String {
        let (first, last) = (texts.time(range.lowerBound, state.zone), texts.time(range.upperBound, state.zone))
        return first == last ? first : texts.text("range", ["first": first, "last": last])
    }

    private func decides(_ finding: ComplianceFinding) -> String {
        var phrases: [String] = []
        if let reason = finding.reason {
            if let lane = reason.lane, let index = reason.index {
                phrases.append(
                    texts.text("reasonNotice", ["clause": reason.clause, "index": "\(index)", "lane": lane]))
            } else {
                phrases.append(texts.text("reasonObstacle", ["clause": reason.clause]))
            }
        }
        if let entries = finding.entries {
            let arguments = ["first": "\(entries.lowerBound)", "last": "\(entries.upperBound)"]
            phrases.append(texts.text("entryRange", arguments))
        }
        if let receipt = finding.receipt { phrases.append(self.receipt(receipt)) }
        if let other = finding.other {
            let arguments = ["reader": texts.party(other.reader), "time": texts.time(other.time, state.zone)]
            phrases.append(texts.text("against", arguments))
        }
        return texts.list(phrases)
    }
}
