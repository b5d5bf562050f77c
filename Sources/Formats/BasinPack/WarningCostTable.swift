import River
import Series

extension TableSchema {
    /// What acting on a warning costs, beside what it saves.
    static let warningCosts = TableSchema(
        "warning_costs.csv", isRequired: false, key: ["station", "level", "valid_from"],
        "What acting on a warning costs, beside the loss that it avoids: it pays to warn from the probability cost / loss on.",
        [
            TableColumn("station", .reference("stations.csv")),
            TableColumn("level", .word(["1", "2", "3", "4", "5"]), .filled, "of alarms.csv"),
            TableColumn("cost", .positive, .filled, "of acting when the level is warned of, in any unit"),
            TableColumn(
                "loss", .positive, .filled,
                "that acting avoids when the level is reached, in the same unit; above the cost"),
        ] + .validity + .provenance)
}

/// The costs of warnings by station.
func warningCosts(_ tables: PackFolder) -> [StationID: [WarningCost]] {
    Dictionary(
        grouping: tables.records(.warningCosts).compactMap { row in
            row.id("station", StationID.self).flatMap { station in WarningCost(row).map { (station, $0) } }
        }, by: \.0
    ).mapValues { $0.map(\.1) }
}

/// Losses that do not lie above their costs: no probability would be high enough to warn.
func warningCostFaults(_ tables: PackFolder) -> [Fault] {
    tables.records(.warningCosts).compactMap { row in
        guard let cost = row.number("cost"), let loss = row.number("loss"), loss <= cost else { return nil }
        return row.fault(
            "loss", .lossBelowCost, "the loss \(row.text("loss")) is not above the cost \(row.text("cost"))")
    }
}

extension WarningCost {
    /// Nil when a field is malformed; the field check names it.
    init?(_ row: TableRow) {
        guard let level = row.whole("level"), let cost = row.number("cost"), let loss = row.number("loss"),
            cost > 0, loss > cost, let quality = row.word("quality", FactQuality.self)
        else { return nil }
        self.init(
            level: level, cost: cost, loss: loss, validity: row.validity, quality: quality, source: row.text("source"))
    }
}
