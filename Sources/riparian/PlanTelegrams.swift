import Accord
import Forecasting
import Formats
import Foundation
import River
import Series

/// A flood of the past planned again from its telegrams, beside what was done.
struct PlanTelegrams {
    let path: String
    let reservoir: String
    let pack: BasinPack

    /// The review, with the quality of the least sure number of the dam.
    func run() throws -> (result: TelegramReview.Result, table: TelegramTable, quality: FactQuality) {
        let bytes = try InputFile.bytes(path)
        let table = try InputFile.read { () throws(TableProblem) in try TelegramTable(bytes, file: path) }
        guard let id = StationID(reservoir), pack.basin.reservoirs[id] != nil else {
            throw CommandRefusal(.usage, "the pack knows no reservoir \(reservoir) - name one of reservoirs.csv")
        }
        guard pack.dam(of: id) != nil else {
            throw CommandRefusal(
                .usage, "no storage table of \(reservoir) is public - add its rows to reservoir_storage.csv")
        }
        guard let known = pack.outlook(of: id, at: table.telegrams[0].time) else {
            throw CommandRefusal(
                .usage,
                "\(reservoir) has no normal or dead level in the pack that its storage table reaches - "
                    + "add them to reservoirs.csv")
        }
        guard let review = TelegramReview(known.outlook, telegrams: table.telegrams) else {
            throw CommandRefusal(
                .usage,
                "\(path) cannot be reviewed (\(path):2:1) - the first telegram says level, inflow and release, and the last "
                    + "lies 2 hours to 60 days after it")
        }
        return (review.run(), table, known.quality)
    }

    /// One document.
    static func json(_ result: TelegramReview.Result, _ quality: FactQuality) -> JSONValue {
        .object([
            "dam_quality": .string(quality.rawValue), "inflow": "estimated", "members": "estimated",
            "inflow_factors": .array(result.factors.map { .number($0) }), "plans": .integer(result.plans),
            "by_rules": .integer(result.byRules),
            "executed": .object([
                "highest_level_m": .number(result.highestExecuted),
                "largest_release_m3s": .number(result.largestExecuted),
            ]),
            "planned": .object([
                "highest_level_m": .number(result.highestPlanned),
                "largest_release_m3s": .number(result.largestPlanned),
            ]),
            "hours": .array(
                result.hours.map { hour in
                    .object([
                        "time": .string(hour.time.description), "inflow_m3s": .number(hour.inflow),
                        "executed_m3s": .number(hour.executed), "planned_m3s": .number(hour.planned),
                        "executed_level_m": .number(hour.executedLevel), "planned_level_m": .number(hour.plannedLevel),
                        "gates_open": .integer(hour.gatesOpen),
                    ])
                }),
        ])
    }

    /// A table for a person: every sixth hour.
    static func text(_ result: TelegramReview.Result, _ quality: FactQuality) -> String {
        func line(_ cells: [String]) -> String {
            cells.map { $0.padding(toLength: max(17, $0.count + 1), withPad: " ", startingAt: 0) }.joined()
                .trimmingCharacters(in: .whitespaces)
        }
        func figure(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        let factors = result.factors.map { figure($0, 2) }.joined(separator: ", ")
        var lines = [
            "Inflow between telegrams: estimated, straight and times \(factors.isEmpty ? "1" : factors) between known levels.",
            "Members of the plans: estimated from the telegrams of the past. Dam: \(quality.rawValue).",
            "\(result.plans) plans, \(result.byRules) of them by the rules.", "",
            line(["time (UTC)", "inflow m3/s", "executed m3/s", "level m", "planned m3/s", "level m", "gates"]),
        ]
        for (place, hour) in result.hours.enumerated() where place % 6 == 5 || place == result.hours.count - 1 {
            lines.append(
                line([
                    hour.time.description.replacingOccurrences(of: ":00Z", with: "Z"), figure(hour.inflow, 0),
                    figure(hour.executed, 0), figure(hour.executedLevel, 2), figure(hour.planned, 0),
                    figure(hour.plannedLevel, 2), "\(hour.gatesOpen)",
                ]))
        }
        lines += [
            "",
            "highest level: executed \(figure(result.highestExecuted, 2)) m, planned \(figure(result.highestPlanned, 2)) m",
            "largest release: executed \(figure(result.largestExecuted, 0)) m3/s, planned "
                + "\(figure(result.largestPlanned, 0)) m3/s",
        ]
        return lines.joined(separator: "\n")
    }
}
