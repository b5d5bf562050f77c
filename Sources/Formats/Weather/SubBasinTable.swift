public import Forecasting
public import River
import Series

/// Sub-basins with their models: `id,outlet,area_km2,model,parameters`, a row a model; parameters with spaces between them.
public struct SubBasinTable: Sendable {
    /// In the order of their first rows.
    public let subBasins: [SubBasin]

    /// Reads the table.
    ///
    /// - Parameters:
    ///   - basin: where the outlets are.
    ///   - step: s, of the models.
    public init(_ bytes: [UInt8], file: String, basin: Basin, step: Int64) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        for name in ["id", "outlet", "area_km2", "model", "parameters"] where table.index(of: name) == nil {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "sub-basin-column", message: "the column \(name) is missing",
                    advice: "give id,outlet,area_km2,model,parameters"))
        }
        var groups: [(name: String, rows: [CSVTable.Row])] = []
        for row in table.rows {
            let name = SubBasinTable.text("id", row, table)
            if let place = groups.firstIndex(where: { $0.name == name }) {
                groups[place].rows.append(row)
            } else {
                groups.append((name, [row]))
            }
        }
        var subBasins: [SubBasin] = []
        for group in groups {
            let part = try SubBasinTable.subBasin(group.name, group.rows, table, basin, step)
            if let first = subBasins.first, first.models.count != part.models.count {
                throw SubBasinTable.problem(
                    "model", group.rows[0], table,
                    "\(part.name) has \(part.models.count) models, \(first.name) \(first.models.count)",
                    "give every sub-basin the same number of models")
            }
            subBasins.append(part)
        }
        guard !subBasins.isEmpty else {
            throw TableProblem(
                Fault(
                    file: file, line: 1, rule: "sub-basin-none", message: "there is no sub-basin in the table",
                    advice: "give one row a model"))
        }
        self.subBasins = subBasins
    }

    private static func subBasin(
        _ name: String, _ rows: [CSVTable.Row], _ table: CSVTable, _ basin: Basin, _ step: Int64
    ) throws(TableProblem) -> SubBasin {
        let first = rows[0]
        guard !name.isEmpty else {
            throw problem(
                "id", first, table, "the sub-basin has no id", "give the name of its column in the tables of weather")
        }
        let outletText = text("outlet", first, table)
        guard let outlet = StationID(outletText), basin.stations[outlet] != nil else {
            throw problem(
                "outlet", first, table, "\(outletText) is no point of the basin", "give a station of the pack")
        }
        guard let area = Double(text("area_km2", first, table)), area > 0, area < 1e7 else {
            throw problem(
                "area_km2", first, table, "the area is '\(text("area_km2", first, table))'", "give km2, above 0")
        }
        var models: [SubBasin.Model] = []
        for row in rows {
            for column in ["outlet", "area_km2"] where text(column, row, table) != text(column, first, table) {
                throw problem(
                    column, row, table, "\(name) has another \(column) in line \(first.line)",
                    "give the same in each row")
            }
            models.append(try model(row, table, step))
        }
        return SubBasin(name: name, outlet: outlet, area: area, models: models)
    }

    private static func model(
        _ row: CSVTable.Row, _ table: CSVTable, _ step: Int64
    ) throws(TableProblem) -> SubBasin.Model {
        let name = text("model", row, table)
        guard let model = RunoffModels.named(name), model.step ?? step == step, !model.needsSnow else {
            throw problem(
                "model", row, table, "\(name) is no model of steps of \(step) s without snow",
                "riparian runoff --list names the models")
        }
        let texts = text("parameters", row, table).split(separator: " ")
        let values = texts.compactMap { Double($0) }
        guard values.count == texts.count, model.problem(with: values) == nil else {
            let place = model.problem(with: values) ?? 0
            let parameter = place < model.parameters.count ? model.parameters[place].name : "none further"
            throw problem(
                "parameters", row, table, "the parameters of \(model.name) do not fit at \(parameter)",
                "give \(model.parameters.map(\.name).joined(separator: " ")), in range: riparian runoff --list")
        }
        return SubBasin.Model(model, values)
    }

    private static func text(_ column: String, _ row: CSVTable.Row, _ table: CSVTable) -> String {
        table.field(column, of: row)?.trimmed ?? ""
    }

    private static func problem(
        _ column: String, _ row: CSVTable.Row, _ table: CSVTable, _ message: String, _ advice: String
    ) -> TableProblem {
        TableProblem(table.fault(column, of: row, rule: "sub-basin", message: message, advice: advice))
    }
}
