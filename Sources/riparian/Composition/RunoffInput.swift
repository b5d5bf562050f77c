import ArgumentParser
import Formats
import River

/// A runoff model and the weather it runs on, shared by the commands that run one.
struct RunoffInput: ParsableArguments {
    @Option(help: "The model, for example GR4J, GR4H, XAJ, CemaNeigeGR4J; `riparian runoff --list` names all.")
    var model = "GR4J"

    @Option(help: "CSV with time, P_mm and PET_mm a step.")
    var forcing: String?

    @Option(help: "CSV of snow layers of equal area from the lowest: P1,T1,S1,P2,... with the times of the forcing.")
    var layers: String?

    @Option(help: "mm of snow that fall in a year; the mean of the layers if not given.")
    var meanAnnualSolid: Double?

    @Option(help: "Steps at the beginning that only warm the model up.")
    var warmup = 0

    @Option(help: "km2 of the sub-basin: flow in m3/s is read and written.")
    var areaKm2: Double?

    @Option(help: "Constants of the GR models: published, or airgr with its 32-bit numbers.")
    var constants = "published"

    @Option(help: "How XAJ parts runoff: whole, or 5mm in pieces of at most 5 mm.")
    var sources = "whole"

    /// The choices beside the parameters.
    var options: RunoffOptions {
        get throws {
            guard let constants = RunoffOptions.Constants(rawValue: constants) else {
                throw CommandRefusal(.usage, "no constants are called \(constants) (--constants) - published or airgr")
            }
            guard let sources = RunoffOptions.Sources(rawValue: sources) else {
                throw CommandRefusal(.usage, "no parting is called \(sources) (--sources) - whole or 5mm")
            }
            return RunoffOptions(constants: constants, sources: sources)
        }
    }

    /// The model by its name.
    func namedModel() throws -> any RunoffModel {
        guard let found = RunoffModels.named(model, try options) else {
            let names = RunoffModels.all().map(\.name).joined(separator: ", ")
            throw CommandRefusal(.usage, "no model is called \(model) (--model) - one of \(names)")
        }
        return found
    }

    /// The weather, checked against what the model needs.
    func weather(for model: any RunoffModel) throws -> ForcingTable {
        guard let forcing else { throw CommandRefusal(.usage, "no weather is given - add --forcing FILE") }
        return try weather(for: model, at: forcing)
    }

    /// The weather of a file, checked against what the model needs.
    func weather(for model: any RunoffModel, at forcing: String) throws -> ForcingTable {
        guard areaKm2.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw CommandRefusal(.usage, "--area-km2 is not a positive number - give km2")
        }
        guard meanAnnualSolid.map({ $0 >= 0 && $0.isFinite }) ?? true else {
            throw CommandRefusal(.usage, "--mean-annual-solid is not 0 or more - give mm a year")
        }
        if model.needsSnow, layers == nil {
            throw CommandRefusal(.usage, "\(model.name) needs snow layers - add --layers FILE")
        }
        let bytes = try InputFile.bytes(forcing)
        let snow = try layers.map { (bytes: try InputFile.bytes($0), file: $0) }
        let table = try InputFile.read { () throws(TableProblem) in
            try ForcingTable(
                bytes, file: forcing, layers: model.needsSnow ? snow : nil, meanAnnualSolid: meanAnnualSolid)
        }
        if let step = model.step, step != table.forcing.step {
            throw CommandRefusal(
                .usage,
                "\(model.name) runs in steps of \(step) s and the weather has \(table.forcing.step) s (\(forcing):2:1) - "
                    + "give weather of that step, or another model")
        }
        guard (0..<table.times.count).contains(warmup) else {
            throw CommandRefusal(
                .usage, "--warmup \(warmup) leaves none of \(table.times.count) steps - give fewer")
        }
        return table
    }

    /// The parameters of a text with commas, checked against their ranges.
    static func parameters(_ text: String, of model: any RunoffModel) throws -> [Double] {
        let names = model.parameters.map(\.name).joined(separator: ",")
        let values = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let value = Double(part.trimmingPrefix(while: \.isWhitespace)), value.isFinite else {
                throw CommandRefusal(.usage, "\(part) is no number (--parameters) - give \(names)")
            }
            return value
        }
        guard values.count == model.parameters.count else {
            throw CommandRefusal(
                .usage,
                "\(model.name) has \(model.parameters.count) parameters and \(values.count) are given (--parameters) - "
                    + "give \(names)")
        }
        if let place = model.problem(with: values) {
            let parameter = model.parameters[place]
            throw CommandRefusal(
                .usage,
                "\(parameter.name) \(values[place]) is out of range (--parameters) - \(parameter.meaning), "
                    + "\(parameter.range.lowerBound) to \(parameter.range.upperBound) \(parameter.unit)")
        }
        return values
    }
}
