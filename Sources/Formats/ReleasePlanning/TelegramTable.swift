public import Forecasting
public import River
import Series

/// Telegrams of a dam as they stand in a CSV file: `time` with its zone, `level_m`, `inflow_m3s`, `release_m3s`, `gates_open`
/// and `quality`. Further columns are not read; a field may be empty but for the time and the quality.
public struct TelegramTable: Sendable {
    /// In the order of the file.
    public let telegrams: [TelegramReview.Telegram]
    /// How sure each of them is.
    public let qualities: [FactQuality]

    /// Reads a table.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        for column in ["time", "level_m", "inflow_m3s", "release_m3s", "gates_open", "quality"]
        where table.index(of: column) == nil {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "table-missing-column", message: "no column \(column)",
                    advice: "add it; a field may be empty but for time and quality"))
        }
        var telegrams: [TelegramReview.Telegram] = []
        var qualities: [FactQuality] = []
        for row in table.rows {
            let time = try TelegramTable.time(row, table)
            if let before = telegrams.last, time <= before.time {
                throw TableProblem(
                    table.fault(
                        "time", of: row, rule: "times-out-of-order",
                        message: "the time is not after that of the row before",
                        advice: "put the rows in the order of their times, one for each"))
            }
            let level = try TelegramTable.number("level_m", -500...9000, row, table)
            let inflow = try TelegramTable.number("inflow_m3s", 0...1e6, row, table)
            let release = try TelegramTable.number("release_m3s", 0...1e6, row, table)
            let gates = try TelegramTable.number("gates_open", 0...1000, row, table)
            guard let quality = FactQuality(rawValue: table.field("quality", of: row) ?? "") else {
                throw TableProblem(
                    table.fault(
                        "quality", of: row, rule: "unknown-quality", message: "no quality that exists",
                        advice: "write one of \(FactQuality.allCases.map(\.rawValue).joined(separator: ", "))"))
            }
            telegrams.append(
                .init(time: time, level: level, inflow: inflow, release: release, gatesOpen: gates.map { Int($0) }))
            qualities.append(quality)
        }
        guard telegrams.count >= 2 else {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "telegrams-few", message: "fewer than two telegrams",
                    advice: "give the telegram from which is planned, and those of what came"))
        }
        self.telegrams = telegrams
        self.qualities = qualities
    }

    private static func time(_ row: CSVTable.Row, _ table: CSVTable) throws(TableProblem) -> Instant {
        let text = table.field("time", of: row) ?? ""
        do throws(TimeTextProblem) { return try Instant(iso8601: text) } catch {
            throw TableProblem(
                table.fault(
                    "time", of: row, rule: "malformed-time", message: "\(text) is no time with a zone",
                    advice: "write it like 2024-09-03T14:30+07:00"))
        }
    }

    private static func number(
        _ column: String, _ range: ClosedRange<Double>, _ row: CSVTable.Row, _ table: CSVTable
    ) throws(TableProblem) -> Double? {
        guard let text = table.field(column, of: row), !text.isEmpty else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw TableProblem(
                table.fault(
                    column, of: row, rule: "not-a-number", message: "\(text) is no such number",
                    advice: "write a number with a decimal point, or leave the field empty"))
        }
        return value
    }
}
