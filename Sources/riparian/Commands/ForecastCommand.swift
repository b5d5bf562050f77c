import Accord
import ArgumentParser
import Dispatch
import Forecasting
import Formats
import Foundation
import River
import Series

/// `riparian forecast`: discharge from rain, with every member and model.
struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast discharge at the points of a basin from rain, with an ensemble of rain and several models.",
        discussion: """
            Examples:
              riparian forecast --sub-basins sub-basins.csv --past rain-past.csv --rain rain.csv --evaporation pet.csv
              riparian forecast --sub-basins sub-basins.csv --past rain-past.csv --rain rain.csv --evaporation pet.csv \\
                --observed flows.csv --output forecast.csv --plots plots --lang vi

            sub-basins.csv: id,outlet,area_km2,model,parameters, a row a model, the outlet a station of the pack. rain-past.csv and
            pet.csv: time and a column a sub-basin, mm of the hour that ends at time; pet.csv may have one column all, and reaches as
            far as the forecast. rain.csv is what riparian ingest grids writes. flows.csv: time and a column a station, m3/s. The
            last row of rain-past.csv is the issue. The output has station,time,p10,p50,p90, m3/s. See Documentation/Rain.md.
            """)

    @Option(help: "The folder of the basin pack.")
    var pack: String = StandardPack.folder

    @Option(help: "The sub-basins with their models, CSV.")
    var subBasins: String

    @Option(help: "The rain that fell, CSV, hourly.")
    var past: String

    @Option(help: "The forecast of rain, as riparian ingest grids writes it.")
    var rain: String

    @Option(help: "Potential evaporation, CSV, hourly.")
    var evaporation: String

    @Option(help: "Discharge that was read, CSV; the forecast is corrected by it.")
    var observed: String?

    @Option(help: "Releases of dams after the issue, CSV: time and a column a dam, m3/s; every hour of the forecast.")
    var releases: String?

    @Option(
        help: """
            Discharge from outside, for example of GloFAS, CSV: time and a column a station, m3/s for every past hour and every hour of \
            the forecast. It is added at the station; what stands below is estimated.
            """)
    var inflow: String?

    @Option(help: "Hours of the forecast; as far as the rain goes, at most 360, if not given.")
    var hours: Int?

    @Option(help: "The seed of the members' errors.")
    var seed: UInt64 = 20_240_909

    @Option(help: "Where the table is written; standard output if not given.")
    var output: String?

    @Option(help: "A folder for a plot of each station.")
    var plots: String?

    @Option(help: "Language of the plots: vi, zh-Hans or en.")
    var lang = "en"

    @Flag(help: "Print a JSON document: crests, chances and times of alarm levels, weights of models.")
    var json = false

    func validate() throws {
        if let hours, !(1...360).contains(hours) { throw ValidationError("--hours \(hours) - give 1 to 360") }
        if Language(rawValue: lang) == nil { throw ValidationError("--lang \(lang) - give vi, zh-Hans or en") }
    }

    func run() throws {
        let basin = try loadPack(pack).basin
        let parts = try table(subBasins) { bytes throws(TableProblem) in
            try SubBasinTable(bytes, file: subBasins, basin: basin, step: ForecastWeather.step).subBasins
        }
        let weather = try weather(parts)
        let readings = try observed.map { path in
            try table(path) { bytes throws(TableProblem) in
                try weather.readings(TimedTable(bytes, file: path), in: basin)
            }
        }
        let given = try releases.map { path in
            try table(path) { bytes throws(TableProblem) in
                try weather.releases(TimedTable(bytes, file: path), in: basin)
            }
        }
        let outside = try inflow.map { path in
            try table(path) { bytes throws(TableProblem) in
                try weather.inflows(TimedTable(bytes, file: path), in: basin)
            }
        }
        let forecasts = RainCycle(
            of: basin, subBasins: parts, weather: weather.weather, observed: readings ?? [:],
            thresholds: thresholds(of: basin, on: weather.issued), releases: given ?? [:], inflows: outside ?? [:],
            issued: weather.issued,
            seed: seed
        ).run { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
        if let plots { try draw(forecasts, of: basin, readings ?? [:], in: plots) }
        if json {
            if let output { try InputFile.write(text(of: forecasts), to: output) }
            printDocument(document(forecasts, weather))
        } else {
            try InputFile.write(text(of: forecasts), to: output)
        }
    }

    private func table<Value>(_ path: String, _ read: ([UInt8]) throws(TableProblem) -> Value) throws -> Value {
        let bytes = try InputFile.bytes(path)
        return try InputFile.read { () throws(TableProblem) in try read(bytes) }
    }

    private func weather(_ parts: [SubBasin]) throws -> ForecastWeather {
        let (fallen, expected, demand) = (
            try InputFile.bytes(past), try InputFile.bytes(rain), try InputFile.bytes(evaporation)
        )
        return try InputFile.read { () throws(TableProblem) in
            try ForecastWeather(
                of: parts, past: TimedTable(fallen, file: past), rain: RainForecastTable(expected, file: rain),
                evaporation: TimedTable(demand, file: evaporation), horizon: hours)
        }
    }

    /// The flows of the alarm levels, where a point has levels in discharge, or in stage and a rating.
    private func thresholds(of basin: Basin, on issued: Instant) -> [StationID: [FlowThreshold]] {
        let day = basin.day(of: issued)
        return basin.stations.mapValues { station in
            let rating = station.rating(on: day)
            let flows = station.alarms(for: .discharge, on: day).map { FlowThreshold(level: $0.level, flow: $0.value) }
            if !flows.isEmpty { return flows }
            return station.alarms(for: .stage, on: day).compactMap { alarm in
                rating?.discharge(at: .metres(alarm.value)).map { FlowThreshold(level: alarm.level, flow: $0.value) }
            }
        }
    }

    private func text(of forecasts: [DischargeForecast]) -> String {
        var text = "station,time,p10,p50,p90\n"
        for forecast in forecasts {
            for (step, time) in forecast.axis.instants.enumerated() {
                let flows = [forecast.p10[step], forecast.p50[step], forecast.p90[step]]
                text += "\(forecast.station),\(time),"
                text += flows.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: ",") + "\n"
            }
        }
        return text
    }

    private func draw(
        _ forecasts: [DischargeForecast], of basin: Basin, _ readings: [StationID: [Double?]], in folder: String
    ) throws {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw CommandRefusal(.usage, "\(folder) cannot be made (--plots) - check the path and the permission")
        }
        let language = Language(rawValue: lang) ?? .english
        let plots = ScorePlots(catalogue: try Catalogue.bundled(language))
        for forecast in forecasts {
            let plot = plots.forecast(
                forecast, at: basin.stations[forecast.station]?.name[language] ?? forecast.station.text,
                observed: readings[forecast.station] ?? [])
            try InputFile.write(plot, to: "\(folder)/\(forecast.station).svg")
        }
    }

    private func document(_ forecasts: [DischargeForecast], _ weather: ForecastWeather) -> JSONValue {
        [
            "issued": .string("\(weather.issued)"), "members": .integer(weather.members.count),
            "hours": .integer(forecasts.first?.axis.count ?? 0), "seed": .string("\(seed)"), "known": "forecast",
            "points": .array(forecasts.map(point)),
        ]
    }

    private func point(_ forecast: DischargeForecast) -> JSONValue {
        let crest = forecast.p50.indices.max { (forecast.p50[$0], -$0) < (forecast.p50[$1], -$1) } ?? 0
        return [
            "station": .string(forecast.station.text), "known": .string(forecast.known.rawValue),
            "updated": .bool(forecast.isUpdated),
            "fitted": .bool(forecast.isFitted), "weights": .array(forecast.weights.map { .number($0) }),
            "crest": [
                "time": .string("\(forecast.axis[crest])"), "p10": .number(forecast.p10[crest]),
                "p50": .number(forecast.p50[crest]), "p90": .number(forecast.p90[crest]),
            ],
            "alarms": .array(
                forecast.crossings.map { crossing in
                    [
                        "level": .integer(crossing.threshold.level), "flow_m3s": .number(crossing.threshold.flow),
                        "probability": .number(crossing.probability),
                        "early": crossing.times.map { .string("\($0.early)") } ?? .null,
                        "middle": crossing.times.map { .string("\($0.middle)") } ?? .null,
                        "late": crossing.times.map { .string("\($0.late)") } ?? .null,
                    ]
                }),
        ]
    }
}
