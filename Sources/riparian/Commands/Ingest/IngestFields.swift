import ArgumentParser
import Formats
import Foundation

/// `riparian ingest fields`: reads one file of a gridded forecast and prints a line of JSON a message. A program of its own, because the
/// libraries of GRIB and NetCDF can end on damaged files; `riparian ingest grids` starts it for each file.
struct IngestFields: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields", abstract: "Read one gridded file for riparian ingest grids.", shouldDisplay: false)

    @Argument(help: "A file of GRIB or NetCDF.")
    var file: String

    @OptionGroup var form: GridForm

    @Option(help: "The byte of the first message.")
    var from = 0

    @Option(help: "Messages before it.")
    var read = 0

    func run() throws {
        if let tables = StandardPack.gribTables { GriddedRain.useTables(in: tables) }
        let areas = try form.readAreas()
        // A library reads NetCDF; only messages are read here.
        let isNetCDF = GriddedRain.isNetCDF(try InputFile.bytes(file, first: 8))
        let bytes = isNetCDF ? [] : try InputFile.bytes(file)
        func say(_ line: RainLine) { FileHandle.standardOutput.write(Data((line.text + "\n").utf8)) }
        do throws(TableProblem) {
            if isNetCDF {
                try NetCDFRain(file, variable: form.variable, amounts: form.amounts?.kind).read(areas: areas, each: say)
            } else {
                try GriddedRain.readGrib(bytes, file: file, areas: areas, from: from, read: read, each: say)
            }
        } catch { say(RainLine(refusing: error.fault)) }
    }
}

/// How gridded files are read.
struct GridForm: ParsableArguments {
    @Option(help: "The outlines of the sub-basins, GeoJSON; each feature has an id.")
    var areas: String

    @Option(help: "The name of the rain in NetCDF files; by default the usual one that stands there.")
    var variable: String?

    @Option(help: "What the amounts of NetCDF files without bounds of time are: of steps, or totals since the start.")
    var amounts: RainAmounts?

    func readAreas() throws -> [AreaFile.Area] {
        let bytes = try InputFile.bytes(areas)
        return try InputFile.read { () throws(TableProblem) in try AreaFile(geoJSON: bytes, file: areas).areas }
    }

    /// The arguments that say the same to another program.
    var arguments: [String] {
        ["--areas", areas] + (variable.map { ["--variable", $0] } ?? [])
            + (amounts.map { ["--amounts", $0.rawValue] } ?? [])
    }
}

/// What amounts are of; a type of the command line's own, because the parser is no part of the formats.
enum RainAmounts: String, CaseIterable, ExpressibleByArgument {
    case steps
    case totals

    var kind: NetCDFRain.Amounts { self == .steps ? .steps : .totals }
}
