import ArgumentParser
import Forecasting
import Formats
import River
import Series

/// The records that a forecast of a gauge learns from, shared by what reads them.
struct HindcastInput: ParsableArguments {
    @Option(help: "CSV with a time and a column for each series, one step throughout.") var table: String
    @Option(help: "Column of the flow to be forecast. Columns joined by + are summed, here and in all others.")
    var target: String
    @Option(help: "Columns of flows elsewhere, with commas.") var upstream: String?
    @Option(help: "Columns of gauges on one river above the target, the uppermost first: flow is routed down them.")
    var line: String?
    @Option(help: "Columns of rain, with commas.") var rain: String?
    @Option(help: "CSV that holds the rain, matched by time; the table if not given.") var rainTable: String?
    @Flag(help: "The rain of a row has fallen by the row's time.") var rainAtIssue = false
    @Option(help: "Steps over which changes of flow are looked at, with commas: about the travel times.")
    var changes = "1,2,3,4,8"
    @Option(help: "Runoff models, with commas, for example GR4H,XAJ: calibrated before --fit-until, then updated.")
    var simulate: String?
    @Option(
        help: "Column of the rain that models run on, mm a step: forecasts are then those of a perfect rain forecast.")
    var simulateRain: String?
    @Option(help: "Column of potential evaporation, mm a step.") var simulateEvaporation: String?
    @Option(help: "km2 of the basin that models run on.") var areaKm2: Double?
    @Option(help: "Steps at the beginning that only warm models up.") var warmup = 0
    @Flag(
        help: "Move the stores of GR models towards each reading (ensemble Kalman filter) as another way to forecast.")
    var filter = false
    @Option(help: "What calibrations make as large as they can: nse, kge, kge-sqrt, nse-floods, mixture.")
    var objective = "nse"

    /// What was read.
    struct Records {
        let times: [Instant]
        let series: GaugeSeries
        /// Calibrated models, in the order asked for.
        let models: [(name: String, calibration: Calibration)]
    }

    /// Reads the tables, and calibrates models before a step.
    func records(fitUntil split: ([Instant]) throws -> Int, leads: [Int], seed: UInt64) throws -> Records {
        let bytes = try InputFile.bytes(table)
        let spans = try HindcastInput.steps(changes, "--changes")
        let read = try InputFile.read { () throws(TableProblem) in try TimedTable(bytes, file: table) }
        let step = try InputFile.read { () throws(TableProblem) in try read.step() }
        let rainFrom = try rainTable.map { path in
            let bytes = try InputFile.bytes(path)
            return try InputFile.read { () throws(TableProblem) in try TimedTable(bytes, file: path) }
        }
        func columns(_ names: String?, of table: TimedTable) throws -> [[Double?]] {
            try (names?.split(separator: ",") ?? []).map { try column(String($0), of: table) }
        }
        let flow = try column(target, of: read)
        let split = try split(read.times)
        let (simulations, models) = try simulated(read, flow, step, split, leads, seed)
        let rains = try columns(rain, of: rainFrom ?? read).map { values in
            guard let rainFrom else { return values }
            return HindcastInput.matched(values, rainFrom.times, to: read.times)
        }
        let series = GaugeSeries(
            target: flow, upstream: try columns(upstream, of: read), line: try columns(line, of: read), rain: rains,
            isRainKnown: rainAtIssue, changes: spans, simulations: simulations)
        return Records(times: read.times, series: series, models: models)
    }

    /// Whole steps of a list.
    static func steps(_ text: String, _ option: String) throws -> [Int] {
        let steps = try text.split(separator: ",").map { part in
            guard let step = Int(part), (1...1000).contains(step) else {
                throw CommandRefusal(.usage, "\(part) is no number of steps (\(option)) - give whole steps, 1 to 1000")
            }
            return step
        }
        guard !steps.isEmpty else { throw CommandRefusal(.usage, "\(option) is empty - give whole steps, 1 to 1000") }
        return steps
    }

    /// A column, or the sum of several where all are known.
    private func column(_ names: String, of table: TimedTable) throws -> [Double?] {
        let whole = table.columns.contains(names) ? [names] : names.split(separator: "+").map(String.init)
        return try InputFile.read { () throws(TableProblem) in
            var sum: [Double?] = []
            for name in whole.isEmpty ? [names] : whole {
                let values = try table.numbers(
                    table.requireColumn("values", [name]), in: 0...1e7, advice: "flow and rain are 0 or more")
                sum = sum.isEmpty ? values : zip(sum, values).map { a, b in a.flatMap { a in b.map { a + $0 } } }
            }
            return sum
        }
    }

    private static func matched(_ values: [Double?], _ times: [Instant], to axis: [Instant]) -> [Double?] {
        let known = Dictionary(uniqueKeysWithValues: zip(times, values))
        return axis.map { known[$0] ?? nil }
    }

    private func simulated(
        _ table: TimedTable, _ flow: [Double?], _ step: Int64, _ split: Int, _ leads: [Int],
        _ seed: UInt64
    ) throws -> ([GaugeSeries.Simulation], [(name: String, calibration: Calibration)]) {
        guard let simulate else { return ([], []) }
        guard let rain = simulateRain, let evaporation = simulateEvaporation, let area = areaKm2, area > 0,
            area.isFinite
        else {
            throw CommandRefusal(
                .usage,
                "a model needs weather and an area (--simulate) - add --simulate-rain, --simulate-evaporation and "
                    + "--area-km2")
        }
        guard let objective = CalibrationObjective(rawValue: objective) else {
            let names = CalibrationObjective.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(.usage, "no objective is called \(objective) (--objective) - one of \(names)")
        }
        guard (0..<split).contains(warmup) else {
            throw CommandRefusal(.usage, "--warmup \(warmup) leaves nothing to fit to - give fewer steps")
        }
        let weather = try InputFile.read { () throws(TableProblem) in
            RunoffForcing(
                precipitation: try table.completeNumbers(rain, in: 0...10_000, advice: "rain is 0 or more"),
                evaporation: try table.completeNumbers(
                    evaporation, in: 0...10_000, advice: "potential evaporation is 0 or more"), step: step)
        }
        let unit = RunoffForcing.discharge(ofDepth: 1, area: area, step: step)
        var found: (simulations: [GaugeSeries.Simulation], models: [(name: String, calibration: Calibration)]) = (
            [], []
        )
        for name in simulate.split(separator: ",").map(String.init) {
            guard let model = RunoffModels.named(name), !model.needsSnow else {
                throw CommandRefusal(
                    .usage, "no model without snow is called \(name) (--simulate) - `riparian runoff --list` names all")
            }
            guard model.step == nil || model.step == step else {
                throw CommandRefusal(
                    .usage,
                    "\(name) runs in steps of \(model.step ?? 0) s and the table has \(step) s (--simulate) - "
                        + "choose a model of that step")
            }
            let problem = CalibrationProblem(
                model: model, forcing: weather[0..<split], observed: flow[0..<split].map { $0.map { $0 / unit } },
                warmup: warmup, objective: objective)
            guard problem.canBeScored else {
                throw CommandRefusal(
                    .usage, "no flow that varies before --fit-until (\(self.table):2:1) - fit to a longer part")
            }
            let fit = calibrate(problem, method: model.hasStartGrid ? .michel : .dds, seed: seed)
            found.models.append((name, fit))
            let sets = parameterSets(model, problem, fit, seed)
            func flows(_ depths: [Double?]) -> [Double?] {
                depths.enumerated().map { $0 < warmup ? nil : $1.map { max(0, $0) * unit } }
            }
            let plain = sets.map { model.run(weather, $0.values, from: model.start($0.values, weather)).discharge }
            found.simulations.append(
                GaugeSeries.Simulation(name: name, flow: flows(HindcastInput.spliced(plain, sets))))
            guard filter, let model = model as? GRModel else { continue }
            let filtered = sets.map { set in
                StateFilter(model, set.values)
                    .run(weather, observed: flow.map { $0.map { $0 / unit } }, leads: leads, seed: seed)
            }
            let later = leads.map { lead in
                (lead, flows(HindcastInput.spliced(filtered.map { $0.later[lead] ?? [] }, sets)))
            }
            found.simulations.append(
                GaugeSeries.Simulation(
                    name: "\(name) filtered", flow: flows(HindcastInput.spliced(filtered.map(\.analysed), sets)),
                    later: Dictionary(later) { first, _ in first }))
        }
        return found
    }

    /// A set of parameters and the steps whose flow it has not seen; the first is fitted to all and used elsewhere.
    private struct ParameterSet {
        let values: [Double]
        let unseen: Range<Int>
    }

    private func parameterSets(
        _ model: any RunoffModel, _ problem: CalibrationProblem, _ fit: Calibration, _ seed: UInt64
    ) -> [ParameterSet] {
        var sets = [ParameterSet(values: model.clamped(fit.parameters), unseen: 0..<0)]
        let (length, parts) = (problem.forcing.count - warmup, 5)
        for part in 0..<parts {
            let out = warmup + length * part / parts..<warmup + length * (part + 1) / parts
            let rest = problem.keeping { !out.contains($0) }
            guard rest.canBeScored else { continue }
            let other = calibrate(rest, method: model.hasStartGrid ? .michel : .dds, seed: seed)
            sets.append(ParameterSet(values: model.clamped(other.parameters), unseen: out))
        }
        return sets
    }

    private static func spliced<Value>(_ runs: [[Value]], _ sets: [ParameterSet]) -> [Value] {
        var whole = runs[0]
        for (run, set) in zip(runs, sets).dropFirst() { whole.replaceSubrange(set.unseen, with: run[set.unseen]) }
        return whole
    }
}
