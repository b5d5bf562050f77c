public import Forecasting

/// Rain at gauges, step by step.
public struct GaugeRain: Sendable {
    private let table: TimedTable
    private let file: String
    private let gauges: [RainGauge]
    /// mm, [gauge][step]; nil where a gauge was silent.
    private let readings: [[Double?]]

    /// Reads the table: `time` and a column a gauge; further columns are passed over.
    public init(_ bytes: [UInt8], file: String, gauges: [RainGauge]) throws(TableProblem) {
        let table = try TimedTable(bytes, file: file)
        self.table = table
        self.file = file
        self.gauges = gauges
        var readings: [[Double?]] = []
        for gauge in gauges {
            let column = try table.requireColumn("rain of a gauge in mm", [gauge.name])
            readings.append(
                try table.numbers(
                    column, in: 0...2000,
                    advice: "rain is mm of the step, 0 to 2000; a code such as -999 for a silent gauge is left empty"))
        }
        self.readings = readings
    }

    /// The rain over sub-basins as a table: `time,` and a column each, mm; empty where every gauge was silent.
    ///
    /// - Parameter gradient: the share by which rain grows with each metre of height; nil: not at all.
    public func text(
        over areas: [AreaFile.Area], method: GaugeMethod, gradient: Double? = nil
    ) throws(TableProblem) -> String {
        var columns: [[Double?]] = []
        for area in areas {
            var weights = GaugeWeights(
                of: area.outline, gauges: gauges, method: method, orography: try orography(of: area, gradient))
            columns.append(
                table.times.indices.map { step in weights.mean(readings.map { $0[step] }) })
        }
        var text = "time," + areas.map(\.name).joined(separator: ",") + "\n"
        for step in table.times.indices {
            text += table.timeText(step)
            for column in columns { text += "," + (column[step].map(RainTable.number) ?? "") }
            text += "\n"
        }
        return text
    }

    private func orography(
        of area: AreaFile.Area, _ gradient: Double?
    ) throws(TableProblem) -> GaugeWeights.Orography? {
        guard let gradient else { return nil }
        if let low = gauges.first(where: { $0.elevation == nil }) {
            throw missing("the gauge \(low.name)")
        }
        guard let elevation = area.elevation else { throw missing("the sub-basin \(area.name)") }
        return GaugeWeights.Orography(elevation: elevation, gradient: gradient)
    }

    private func missing(_ what: String) -> TableProblem {
        TableProblem(
            Fault(
                file: file, line: 1, rule: "elevation-missing", message: "\(what) has no elevation_m",
                advice: "give the heights of all gauges and sub-basins, or leave the growth with height out"))
    }
}
