import Accord
import ArgumentParser
import Formats
import Foundation
import River
import Synchronization

/// `riparian calibrate`: searches the parameters of a runoff model.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Search the parameters of a runoff model against observed flow.",
        discussion: """
            Examples:
              riparian calibrate --model GR4J --forcing weather.csv --observed flow.csv:Q_mm --warmup 365 --json
              riparian calibrate --model XAJ --forcing weather.csv --observed flow.csv --area-km2 540 --method dds --seed 7
              riparian calibrate --model GR4J --basins basins.csv --warmup 365 --json

            Objectives: nse, kge, kge-sqrt (square root of flow), nse-floods (steps weighted by flow), mixture (0.4 kge, 0.4
            kge-sqrt, 0.2 nse-floods). Methods: michel (GR models), dds and cmaes (any model, with a seed and --evaluations).
            --parts N leaves each of N parts of the period out in turn and scores on it; 2 is the split sample test both ways.
            --basins FILE has the columns id,forcing,observed (files beside it) and works on all cores; the result does not
            depend on their number. The same input and seed give the same bytes.
            """)

    @OptionGroup var input: RunoffInput

    @Option(help: "CSV with observed flow, and :COLUMN if it is not called Q_mm; a column that ends in _m3s is m3/s.")
    var observed: String?

    @Option(help: "nse, kge, kge-sqrt, nse-floods or mixture.")
    var objective = "nse"

    @Option(help: "michel, dds or cmaes.")
    var method: String?

    @Option(help: "Seed of the methods that draw numbers.")
    var seed: UInt64 = 1

    @Option(help: "Runs of the model that dds and cmaes may use, 10 or more.")
    var evaluations = 2000

    @Option(help: "Parts of the period to leave out in turn, 2 or more.")
    var parts: Int?

    @Option(help: "CSV of basins: id,forcing,observed.")
    var basins: String?

    @Flag(help: "Print a JSON document.")
    var json = false

    func run() throws {
        let model = try input.namedModel()
        let method = try chosenMethod(for: model)
        guard (10...10_000_000).contains(evaluations), (2...1000).contains(parts ?? 2) else {
            throw CommandRefusal(.usage, "--evaluations takes 10 or more, --parts 2 to 1000 - give other numbers")
        }
        if let basins { return try runMany(basins, model, method) }
        guard let observed, let forcing = input.forcing else {
            throw CommandRefusal(.usage, "weather or flow is missing - add --forcing FILE and --observed FILE")
        }
        let problem = try problem(model, forcing: forcing, observed: observed)
        let result = calibrate(problem, method: method, seed: seed, evaluations: evaluations)
        let tests = parts.map {
            crossValidate(problem, parts: $0, method: method, seed: seed, evaluations: evaluations)
        }
        show(result, tests, model)
    }

    private func chosenMethod(for model: any RunoffModel) throws -> CalibrationMethod {
        let name = method ?? (model.hasStartGrid ? "michel" : "dds")
        guard let chosen = CalibrationMethod(rawValue: name) else {
            throw CommandRefusal(.usage, "no method is called \(name) (--method) - michel, dds or cmaes")
        }
        if chosen == .michel, !model.hasStartGrid {
            throw CommandRefusal(
                .usage, "no starts are published for \(model.name) (--method michel) - use dds or cmaes")
        }
        return chosen
    }

    private func problem(
        _ model: any RunoffModel, forcing: String, observed: String
    ) throws -> CalibrationProblem {
        guard let objective = CalibrationObjective(rawValue: objective) else {
            let names = CalibrationObjective.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(.usage, "no objective is called \(objective) (--objective) - one of \(names)")
        }
        let weather = try input.weather(for: model, at: forcing)
        let (path, column) = CalibrateCommand.fileAndColumn(observed)
        let bytes = try InputFile.bytes(path)
        let area = input.areaKm2
        let flow = try InputFile.read { () throws(TableProblem) in
            try ObservedTable(
                bytes, file: path, column: column, area: area, at: weather.times, step: weather.forcing.step)
        }
        let problem = CalibrationProblem(
            model: model, forcing: weather.forcing, observed: flow.depths, warmup: input.warmup, objective: objective)
        guard problem.canBeScored else {
            throw CommandRefusal(
                .usage,
                "no flow that varies after the warm-up (\(path):2:1) - give a longer record or a shorter --warmup")
        }
        return problem
    }

    /// `flow.csv:Q_mm` as file and column; a file whose whole name exists is taken as it is.
    static func fileAndColumn(_ text: String) -> (String, String?) {
        guard !FileManager.default.fileExists(atPath: text), let colon = text.lastIndex(of: ":") else {
            return (text, nil)
        }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private func runMany(_ path: String, _ model: any RunoffModel, _ method: CalibrationMethod) throws {
        let table = CSVTable(try InputFile.bytes(path), file: path)
        if let fault = table.faults.first { throw CommandRefusal(unreadable: fault) }
        let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
        let rows = try table.rows.map { row in
            guard let id = table.field("id", of: row), let forcing = table.field("forcing", of: row),
                let observed = table.field("observed", of: row)
            else {
                throw CommandRefusal(
                    unreadable: Fault(
                        file: path, line: row.line, rule: "basin-incomplete",
                        message: "id, forcing or observed is missing",
                        advice: "name the three columns and fill them in each row"))
            }
            return (id, folder + forcing, folder + observed)
        }
        let problems = try rows.map { try problem(model, forcing: $0.1, observed: $0.2) }
        let (seed, evaluations) = (seed, evaluations)
        let results = calibrateAll(problems, method: method, seed: seed, evaluations: evaluations)
        guard json else {
            for (row, result) in zip(rows, results) {
                print("\(row.0)  \(JSONValue.text(of: result.criterion))  \(CalibrateCommand.list(result.parameters))")
            }
            return
        }
        printDocument(
            .array(
                zip(rows, results).map { row, result in
                    .object(CalibrateCommand.members(result).merging(["id": .string(row.0)]) { first, _ in first })
                }))
    }

    private static func list(_ values: [Double]) -> String {
        values.map { JSONValue.text(of: $0) }.joined(separator: ",")
    }

    private static func members(_ result: Calibration) -> [String: JSONValue] {
        [
            "parameters": .array(result.parameters.map { .number($0) }), "criterion": .number(result.criterion),
            "runs": .integer(result.runs), "iterations": .integer(result.iterations),
        ]
    }

    private func show(_ result: Calibration, _ tests: [Validation]?, _ model: any RunoffModel) {
        guard json else {
            for (parameter, value) in zip(model.parameters, result.parameters) {
                print("\(parameter.name)  \(JSONValue.text(of: value)) \(parameter.unit)  \(parameter.meaning)")
            }
            print("\(objective)  \(JSONValue.text(of: result.criterion))")
            print("\(result.runs) runs, \(result.iterations) iterations")
            for (part, test) in (tests ?? []).enumerated() {
                print(
                    "part \(part + 1) left out: fitted \(String(format: "%.4f", test.calibration.criterion)), "
                        + "there \(String(format: "%.4f", test.criterion))")
            }
            return
        }
        var document = CalibrateCommand.members(result)
        document["objective"] = .string(objective)
        document["history"] = .array(result.history.map { .number($0) })
        if let tests {
            document["validation"] = .array(
                tests.map { test in
                    var members = CalibrateCommand.members(test.calibration)
                    members["left_out_criterion"] = test.criterion.isFinite ? .number(test.criterion) : .null
                    return .object(members)
                })
        }
        printDocument(.object(document))
    }
}

/// Calibrates many basins on all cores; results stand in the order of the problems.
func calibrateAll(
    _ problems: [CalibrationProblem], method: CalibrationMethod, seed: UInt64, evaluations: Int
) -> [Calibration] {
    let results = Mutex([Calibration?](repeating: nil, count: problems.count))
    DispatchQueue.concurrentPerform(iterations: problems.count) { place in
        let result = calibrate(problems[place], method: method, seed: seed, evaluations: evaluations)
        results.withLock { $0[place] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
}
