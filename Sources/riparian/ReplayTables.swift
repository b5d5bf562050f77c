import Forecasting
import Formats
import Foundation
import River
import Series

/// The tables of a replay for a person, in the basin's zone.
struct ReplayTables {
    let report: ReplayReport
    let event: EventReading
    let basin: Basin

    private var zone: UTCOffset { basin.zone }

    var text: String {
        [
            heading, rowSummary, scores(report.comparison, title: "Stage forecasts beside persistence"), crests,
            warnings,
            whatIf, deliveries, balance,
        ].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var heading: String {
        let remarks = event.description.remarks.map { "  - " + $0.en }
        return ([event.description.title.en + " (times are \(zone.name))"] + remarks).joined(separator: "\n")
    }

    private var rowSummary: String {
        let counts = Dictionary(grouping: report.rows, by: \.verdict).mapValues(\.count)
        let line =
            "Rows: \(counts[.used] ?? 0) used, \(counts[.refused] ?? 0) refused, \(counts[.superseded] ?? 0) superseded"
        let remarks = report.rows.filter { $0.verdict == .refused || $0.reason.hasPrefix("used although") }
        return ([line] + remarks.map { "  \($0.file):\($0.line) \($0.verdict.rawValue): \($0.reason)" })
            .joined(separator: "\n")
    }

    private func scores(_ comparison: ReplayComparison, title: String) -> String {
        guard !comparison.scores.isEmpty else { return "" }
        let rows = comparison.scores.map { score in
            [
                name(score.station), "\(Int(score.leadFrom))-\(Int(score.leadTo)) h", "\(score.count)",
                metres(score.meanAbsoluteError), metres(score.persistenceError), percent(score.coverage),
            ]
        }
        return title + " (mean absolute error, m)\n"
            + TextTable(
                header: ["station", "lead", "n", "ours", "persistence", "in 90 % band"], rows: rows,
                rightAligned: [2, 3, 4, 5]
            ).text
    }

    private var crests: String {
        let rows = report.comparison.crests.filter { $0.official != nil }.map { crest in
            [
                name(crest.station), hour(crest.issued), metres(crest.ours), crest.official.map(metres) ?? "-",
                crest.observed.map(metres) ?? "-",
            ]
        }
        guard !rows.isEmpty else { return "" }
        return "Crests at the official issue times (m)\n"
            + TextTable(
                header: ["station", "issued", "ours", "official", "highest reading"], rows: rows,
                rightAligned: [2, 3, 4]
            ).text
    }

    private var warnings: String {
        let rows = report.comparison.warnings.map { lead in
            [
                name(lead.station), "\(lead.level)", lead.firstWarned.map(hour) ?? "not warned",
                lead.firstCrossed.map(hour) ?? "not reached", lead.leadHours.map { decimals($0, 1) } ?? "-",
            ]
        }
        guard !rows.isEmpty else { return "" }
        return "Warnings (lead from the first draft to the first reading at the level, h)\n"
            + TextTable(
                header: ["station", "level", "first warned", "first reached", "lead"], rows: rows, rightAligned: [1, 4]
            ).text
    }

    private var whatIf: String {
        guard let whatIf = report.whatIf else { return "" }
        let base = Dictionary(
            report.comparison.scores.map { ("\($0.station) \($0.leadFrom)", $0) },
            uniquingKeysWith: { first, _ in first })
        let rows = whatIf.scores.compactMap { score -> [String]? in
            guard let without = base["\(score.station) \(score.leadFrom)"], score.count == without.count else {
                return nil
            }
            return [
                name(score.station), "\(Int(score.leadFrom))-\(Int(score.leadTo)) h", "\(score.count)",
                metres(without.meanAbsoluteError), metres(score.meanAbsoluteError),
            ]
        }
        return "What the share would have been worth: an ESTIMATED series made from later readings, an upper bound "
            + "(mean absolute error, m)\n"
            + TextTable(
                header: ["station", "lead", "n", "without", "with"], rows: rows, rightAligned: [2, 3, 4]
            ).text
    }

    private var deliveries: String {
        guard !report.deliveries.isEmpty else { return "" }
        let rows = report.deliveries.map { row in
            [row.series.description, hour(row.observed), decimals(Double(row.delivered - row.observed) / 60, 0)]
        }
        return "Deliveries (SIMULATED, from deliveries.csv)\n"
            + TextTable(header: ["series", "observed", "delay, min"], rows: rows, rightAligned: [2]).text
    }

    private var balance: String {
        guard !report.balances.isEmpty else { return "" }
        let worst = report.balances.values.map(\.magnitude).max() ?? 0
        return "Water balance of \(report.balances.count) routed reaches closes to \(worst) of the inflow."
    }

    private func name(_ station: StationID) -> String { basin.stations[station]?.name.en ?? station.text }

    private func hour(_ instant: Instant) -> String {
        instant.civil(in: zone).date.description + " " + instant.clock(in: zone)
    }

    private func metres(_ value: Double) -> String { decimals(value, 2) }
    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    private func decimals(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}

/// A plain table with aligned columns.
struct TextTable {
    let header: [String]
    let rows: [[String]]
    let rightAligned: Set<Int>

    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                let blank = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? blank + cell : cell + blank
            }
            return "  " + cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
