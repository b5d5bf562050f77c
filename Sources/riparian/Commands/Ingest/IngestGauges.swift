import ArgumentParser
import Forecasting
import Formats
import Foundation

/// `riparian ingest gauges`: rain over sub-basins from gauges.
struct IngestGauges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gauges",
        abstract: "Write the rain over sub-basins from a table of rain at gauges.",
        discussion: """
            Examples:
              riparian ingest gauges rain.csv --gauges gauges.csv --areas sub-basins.geojson --output areas.csv
              riparian ingest gauges rain.csv --gauges gauges.csv --areas sub-basins.geojson --method thiessen
              riparian ingest gauges rain.csv --gauges gauges.csv --areas sub-basins.geojson --per-hundred-metres 0.05

            The table of rain has time and a column a gauge, mm of the step; an empty field is a gauge that was silent, and the others
            share its weight. gauges.csv has name,longitude,latitude and, for the last example, elevation_m; the sub-basins then have
            elevation_m as well. The output has time and a column a sub-basin, mm; empty where every gauge was silent.
            """)

    /// How places between gauges are filled.
    enum Method: String, CaseIterable, ExpressibleByArgument {
        case inverseDistance = "inverse-distance"
        case thiessen
    }

    @Argument(help: "The rain at the gauges, CSV.")
    var rain: String

    @Option(help: "The places of the gauges, CSV.")
    var gauges: String

    @Option(help: "The outlines of the sub-basins, GeoJSON; each feature has an id.")
    var areas: String

    @Option(help: "inverse-distance or thiessen.")
    var method = Method.inverseDistance

    @Option(help: "With inverse-distance: the power of the distance.")
    var power = 2.0

    @Option(
        help:
            "The share by which rain grows for each hundred metres of height, for example 0.05; not at all if not given."
    )
    var perHundredMetres: Double?

    @Option(help: "Where the table is written; standard output if not given.")
    var output: String?

    func validate() throws {
        if !(power > 0 && power <= 10) {
            throw ValidationError("--power \(power) - give a number above 0, at most 10; 2 is usual")
        }
        if let share = perHundredMetres, !(-0.5...0.5).contains(share) {
            throw ValidationError("--per-hundred-metres \(share) - give a share from -0.5 to 0.5, for example 0.05")
        }
    }

    func run() throws {
        let outlines = try InputFile.bytes(areas)
        let places = try InputFile.bytes(gauges)
        let table = try InputFile.bytes(rain)
        let text = try InputFile.read { () throws(TableProblem) in
            let areas = try AreaFile(geoJSON: outlines, file: areas).areas
            let gauges = try GaugeTable(places, file: gauges).gauges
            let readings = try GaugeRain(table, file: rain, gauges: gauges)
            let method: GaugeMethod = method == .thiessen ? .thiessen : .inverseDistance(power: power)
            return try readings.text(over: areas, method: method, gradient: perHundredMetres.map { $0 / 100 })
        }
        try InputFile.write(text, to: output)
    }
}
