import Accord
import ArgumentParser
import Formats
import River

/// `riparian runoff`: runs a runoff model.
struct RunoffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runoff",
        abstract: "Run a runoff model on the weather of a sub-basin.",
        discussion: """
            Examples:
              riparian runoff --list
              riparian runoff --model GR4J --forcing weather.csv --parameters 320,0.8,90,1.7 --warmup 365 --output flow.csv
              riparian runoff --model XAJ --forcing weather.csv --parameters 0.95,0.22,... --area-km2 540

            The weather is a CSV table with one row a step: time (or date), P_mm and PET_mm, mm of the step. The output has the
            columns time, Qsim (mm of the step), the stores at the end of the step, AE (actual evaporation), and Q_m3s with
            --area-km2. Steps of the warm-up are run and not written.
            """)

    @OptionGroup var input: RunoffInput

    @Option(help: "The parameters in the model's order and units, with commas.")
    var parameters: String?

    @Option(name: .customLong("run"), help: "Steps to write after the warm-up; all that are left if not given.")
    var written: Int?

    @Option(help: "Where the table is written; standard output if not given.")
    var output: String?

    @Flag(help: "List the models with their parameters.")
    var list = false

    @Flag(help: "Print a JSON document: sums and water balance, with --list the models.")
    var json = false

    func run() throws {
        if list { return listModels() }
        let model = try input.namedModel()
        guard let parameters else {
            let names = model.parameters.map(\.name).joined(separator: ",")
            throw CommandRefusal(.usage, "no parameters are given - add --parameters \(names)")
        }
        let values = try RunoffInput.parameters(parameters, of: model)
        let weather = try input.weather(for: model)
        let rest = weather.times.count - input.warmup
        guard (1...rest).contains(written ?? rest) else {
            throw CommandRefusal(
                .usage, "--run \(written ?? 0) where \(rest) steps are left after the warm-up - give 1 to \(rest)")
        }
        let steps = input.warmup..<input.warmup + (written ?? rest)
        let used = weather.forcing[0..<steps.upperBound]
        let start = model.start(values, used)
        let result = model.run(used, values, from: start)
        let table = RunoffTable.text(
            result, of: model, times: weather.timeTexts, steps: steps, step: used.step, area: input.areaKm2)
        if json {
            if let output { try InputFile.write(table, to: output) }
            printDocument(summary(result, model, values, used, start, steps))
        } else {
            try InputFile.write(table, to: output)
        }
    }

    private func summary(
        _ result: RunoffRun, _ model: any RunoffModel, _ values: [Double], _ forcing: RunoffForcing,
        _ start: RunoffState, _ steps: Range<Int>
    ) -> JSONValue {
        let written = steps.map { result.discharge[$0] }
        return [
            "model": .string(model.name), "parameters": .array(values.map { .number($0) }),
            "steps": .integer(written.count), "step_s": .integer(Int(forcing.step)),
            "sum_mm": .number(written.reduce(0, +)), "max_mm": .number(written.max() ?? 0),
            "balance_mm": .number(model.imbalance(of: result, from: start, values, forcing)),
            "precipitation_mm": .number(result.taken), "evaporation_mm": .number(result.evaporated),
            "exchange_mm": .number(result.exchanged),
            "end": .object(
                [
                    "stores": .array(result.end.stores.map { .number($0) }),
                    "pending": .array(result.end.pending.map { .array($0.map { .number($0) }) }),
                ]),
        ]
    }

    private func listModels() {
        let models = RunoffModels.all()
        guard json else {
            for model in models {
                print("\(model.name): \(model.summary)")
                for parameter in model.parameters {
                    print("    \(parameter.name) [\(parameter.unit)] \(parameter.meaning)")
                }
            }
            return
        }
        printDocument(
            .array(
                models.map { model in
                    [
                        "name": .string(model.name), "summary": .string(model.summary),
                        "step_s": .optional(model.step.map { Double($0) }),
                        "stores": .array(model.storeNames.map { .string($0) }),
                        "parameters": .array(
                            model.parameters.map { parameter in
                                [
                                    "name": .string(parameter.name), "unit": .string(parameter.unit),
                                    "meaning": .string(parameter.meaning),
                                    "min": .number(parameter.range.lowerBound),
                                    "max": .number(parameter.range.upperBound),
                                ]
                            }),
                    ]
                }))
    }
}
