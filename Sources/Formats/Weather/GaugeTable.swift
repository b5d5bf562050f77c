public import Forecasting

/// The places of rain gauges: `name,longitude,latitude[,elevation_m]`.
public struct GaugeTable: Sendable {
    /// In the order of the file.
    public let gauges: [RainGauge]

    /// Reads the table.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        for name in ["name", "longitude", "latitude"] where table.index(of: name) == nil {
            throw GaugeTable.problem(
                file, "gauge-column", "the column \(name) is missing",
                "give name,longitude,latitude and, where it is known, elevation_m")
        }
        var gauges: [RainGauge] = []
        for row in table.rows {
            let gauge = try GaugeTable.gauge(row, of: table)
            if let other = gauges.first(where: { $0.name == gauge.name || $0.point == gauge.point }) {
                throw TableProblem(
                    table.fault(
                        "name", of: row, rule: "gauge-twice",
                        message: "\(gauge.name) has the name or the place of \(other.name)",
                        advice: "give each gauge once"))
            }
            gauges.append(gauge)
        }
        guard !gauges.isEmpty else {
            throw GaugeTable.problem(file, "gauge-none", "there is no gauge in the table", "give one row a gauge")
        }
        self.gauges = gauges
    }

    private static func gauge(_ row: CSVTable.Row, of table: CSVTable) throws(TableProblem) -> RainGauge {
        let name = table.field("name", of: row)?.trimmed ?? ""
        guard !name.isEmpty else {
            throw TableProblem(
                table.fault(
                    "name", of: row, rule: "gauge-name", message: "the gauge has no name",
                    advice: "give the name of its column in the table of rain"))
        }
        let hasElevation = !(table.field("elevation_m", of: row)?.trimmed ?? "").isEmpty
        return RainGauge(
            name: name,
            point: GroundPoint(
                longitude: try number("longitude", -180...180, row, of: table),
                latitude: try number("latitude", -90...90, row, of: table)),
            elevation: hasElevation ? try number("elevation_m", -500...9000, row, of: table) : nil)
    }

    private static func number(
        _ column: String, _ range: ClosedRange<Double>, _ row: CSVTable.Row, of table: CSVTable
    ) throws(TableProblem) -> Double {
        let text = table.field(column, of: row)?.trimmed ?? ""
        guard let value = Double(text), range.contains(value) else {
            throw TableProblem(
                table.fault(
                    column, of: row, rule: "gauge-number", message: "\(column) is '\(text)'",
                    advice: "give a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"))
        }
        return value
    }

    private static func problem(
        _ file: String, _ rule: String, _ message: String, _ advice: String
    ) -> TableProblem {
        TableProblem(Fault(file: file, line: 1, rule: rule, message: message, advice: advice))
    }
}
