import Accord
public import River

/// What a run of a runoff model is written as.
public struct RunoffTable {
    /// The header and one line a step: `time,Qsim,` the stores, `AE` and further series of the model.
    ///
    /// - Parameters:
    ///   - times: one text a step of the run.
    ///   - steps: the steps to write.
    ///   - area: km2; not nil: a column `Q_m3s`.
    public static func text(
        _ run: RunoffRun, of model: any RunoffModel, times: [String], steps: Range<Int>, step: Int64, area: Double?
    ) -> String {
        var columns: [(String, [Double])] = [("Qsim", run.discharge)]
        columns += Array(zip(model.storeNames, run.stores))
        columns.append(("AE", run.evaporation))
        columns += run.further.map { ($0.name, $0.values) }
        if let area {
            columns.append(
                ("Q_m3s", run.discharge.map { RunoffForcing.discharge(ofDepth: $0, area: area, step: step) }))
        }
        var text = "time," + columns.map(\.0).joined(separator: ",") + "\n"
        for place in steps {
            text += times[place]
            for column in columns {
                text += ","
                text += JSONValue.text(of: column.1[place])
            }
            text += "\n"
        }
        return text
    }
}
