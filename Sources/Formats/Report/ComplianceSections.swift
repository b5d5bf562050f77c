import Accord
import Series

/// The parts of a compliance report in one language, in the order of reading.
struct ComplianceSections {
    let report: ComplianceReport
    let texts: ComplianceTexts

    private var manifest: EvidenceManifest { report.manifest }
    private var zone: NamedZone {
        report.agreement.force?.zone ?? report.provisions.first?.zone ?? NamedZone(name: "utc", offset: .zero)
    }

    func write(into page: inout ReportMarkup) {
        page.line("h1", texts.text("title"))
        page.line("p", ["class": "word"], report.agreement.title[texts.language])
        let span = ["from": texts.time(manifest.from, zone), "until": texts.time(manifest.until, zone)]
        page.line("p", texts.text("span", span))
        if report.agreement.isIllustrative { page.line("p", ["class": "mark"], texts.text("illustrative")) }
        if manifest.isSimulated { page.line("p", ["class": "mark"], texts.text("simulated")) }
        page.line("p", texts.text("words"))
        writeEvidence(into: &page)
        writeParties(into: &page)
        for provision in report.provisions {
            ComplianceProvisionSection(report: report, state: provision, texts: texts).write(into: &page)
        }
        writeLegend(into: &page)
    }

    private func writeEvidence(into page: inout ReportMarkup) {
        page.line("h2", texts.text("evidence"))
        page.line("p", texts.text("evidenceText"))
        page.open("table")
        page.row([.heading(texts.text("identity")), .code(manifest.identity)])
        page.row([
            .heading(texts.text("manifestHash", ["algorithm": "SHA-256"])), .code(manifest.fingerprint),
        ])
        page.close("table")
        if manifest.lanes.isEmpty { page.line("p", texts.text("noLanes")) }
        for lane in manifest.lanes {
            page.open("table")
            page.row([.heading(texts.text("lane")), .code(lane.origin)])
            page.row([.heading(texts.text("entries")), .text(texts.number(lane.size))])
            page.row([.heading(texts.text("root")), .code(hexadecimal(lane.root))])
            if let asOf = lane.asOf { page.row([.heading(texts.text("asOf")), .text(texts.time(asOf, zone))]) }
            writeReceipts(of: lane, into: &page)
            page.close("table")
        }
    }

    private func writeReceipts(of lane: EvidenceManifest.Lane, into page: inout ReportMarkup) {
        let byReader = Dictionary(grouping: lane.receipts, by: \.reader)
        for (reader, receipts) in byReader.sorted(by: { $0.key < $1.key }) {
            guard let first = receipts.first, let last = receipts.last else { continue }
            let arguments = [
                "count": texts.number(receipts.count), "first": texts.time(first.time, zone),
                "last": texts.time(last.time, zone),
            ]
            page.row([
                .heading(texts.text("receiptsOf", ["reader": texts.party(reader)])),
                .text(texts.text("receiptCount", arguments)),
            ])
        }
        if lane.receipts.isEmpty {
            page.row([.heading(texts.text("noReceipts")), .text("–")])
        }
    }

    private func writeParties(into page: inout ReportMarkup) {
        page.line("h2", texts.text("parties"))
        page.open("table")
        page.raw("<thead>")
        page.row(
            ["party", "due", "delivered"].map { .heading(texts.text($0)) }
                + ComplianceBar.order.map { .heading(texts.standing($0)) } + [.heading(texts.text("late"))])
        page.raw("</thead>\n")
        for party in report.parties {
            let joined = party.isJoined ? texts.text("joined") : texts.standing(.notJoined)
            for (key, counts) in [("provided", party.provided), ("received", party.received)] where counts.due > 0 {
                page.row(
                    [.text("\(texts.party(party.party)) (\(joined)) – \(texts.text(key))")]
                        + [counts.due, counts.delivered].map { .count($0, texts.number($0)) }
                        + ComplianceBar.order.map { .count(counts.count($0), texts.number(counts.count($0))) }
                        + [.text(texts.late(counts))])
            }
            if party.provided.due == 0, party.received.due == 0 {
                let dashes = Array(repeating: ReportCell.count(0, ""), count: ComplianceBar.order.count + 2)
                page.row([.text("\(texts.party(party.party)) (\(joined))")] + dashes + [.text("")])
            }
        }
        page.close("table")
    }

    private func writeLegend(into page: inout ReportMarkup) {
        page.line("h2", texts.text("legend"))
        page.open("dl")
        for standing in ComplianceBar.order {
            page.raw(ComplianceBar.sample(standing))
            page.line("dt", texts.standing(standing))
            page.line("dd", texts.text("means." + standing.rawValue))
        }
        page.close("dl")
    }
}

/// A bar of the counts of one provision: server-drawn SVG, the same shades as the legend.
enum ComplianceBar {
    /// The standings in the order of reading.
    static let order: [ComplianceStanding] = [
        .onTime, .noDeadline, .agreedReason, .late, .disputed, .readerOffline, .missing, .open, .unknownTerm,
        .notJoined,
    ]

    private static func fill(_ standing: ComplianceStanding) -> String {
        switch standing {
        case .onTime: "#1b5e8a"
        case .noDeadline: "#5b93b8"
        case .agreedReason: "#8fbfa5"
        case .late: "#d98e2b"
        case .disputed: "#b07cc6"
        case .readerOffline: "#c9b458"
        case .missing: "#8c4a3a"
        case .open: "#cfcfcf"
        case .unknownTerm: "#e8e2d0"
        case .notJoined: "#f4f4f4"
        }
    }

    /// The bar; its title says the same in words.
    static func markup(_ counts: ComplianceCounts, _ texts: ComplianceTexts) -> String {
        let due = counts.due
        guard due > 0 else { return "" }
        let present = order.filter { counts.count($0) > 0 }
        let words = texts.list(present.map { "\(texts.standing($0)) \(texts.number(counts.count($0)))" })
        var drawing = "<svg viewBox=\"0 0 1000 30\" preserveAspectRatio=\"none\" role=\"img\"><title>"
        drawing += "\(MarkupElement.escaped(words))</title>"
        var before = 0
        for standing in present {
            let (from, to) = (before * 1000 / due, (before + counts.count(standing)) * 1000 / due)
            before += counts.count(standing)
            drawing += "<rect x=\"\(from)\" y=\"1\" width=\"\(max(to - from, 1))\" height=\"28\" "
            drawing += "fill=\"\(fill(standing))\" stroke=\"#333\" stroke-width=\"0.5\"/>"
        }
        return drawing + "</svg>\n<p>\(MarkupElement.escaped(words))</p>\n"
    }

    /// A patch of the shade of a standing.
    static func sample(_ standing: ComplianceStanding) -> String {
        "<svg viewBox=\"0 0 40 10\" style=\"width:14mm;height:3.5mm;float:left;margin-right:3mm\" aria-hidden=\"true\">"
            + "<rect width=\"40\" height=\"10\" fill=\"\(fill(standing))\" stroke=\"#333\" stroke-width=\"0.5\"/></svg>\n"
    }
}
