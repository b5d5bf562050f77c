import Accord
import ArgumentParser
import Forecasting
import Formats
import Foundation
import Series

/// `riparian ingest grids`: rain over sub-basins from gridded forecasts.
struct IngestGrids: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grids",
        abstract: "Read gridded forecasts of rain, and write the rain over sub-basins.",
        discussion: """
            Examples:
              riparian ingest grids enfo/ --areas sub-basins.geojson --output rain.csv
              riparian ingest grids gfs.t00z.pgrb2.0p25.f006 gfs.t00z.pgrb2.0p25.f012 --areas sub-basins.geojson --output rain.csv
              riparian ingest grids incoming/ --areas sub-basins.geojson --output rain/ --watch --members 51 --hours 240

            Files are GRIB 1 or 2 (ECMWF Open Data, GFS, any regular longitudes and latitudes) or NetCDF. Totals since the start of
            the run and buckets are taken apart into steps; several runs may lie in one folder. The table has a row a step and member:
            begin, time, member, and mm over each sub-basin. With --watch each run is written to the folder of --output as soon as it
            is whole, until the program is stopped. See Documentation/Rain.md.
            """)

    @Argument(
        help:
            "Files, or one folder: its files that end in .grib, .grib1, .grib2, .grb, .grb2, .nc, .nc4, or begin with gfs."
    )
    var files: [String]

    @OptionGroup var form: GridForm

    @Option(help: "Where the table is written; standard output if not given. With --watch the folder for the tables.")
    var output: String?

    @Option(help: "The start of the run to write, ISO 8601; the latest if not given.")
    var run: String?

    @Option(help: "How many members a run must have; as many as there are if not given.")
    var members: Int?

    @Flag(help: "Go on reading the folder, and write each run when it is whole; needs --members and --hours.")
    var watch = false

    @Option(help: "With --watch: how many hours a whole run reaches.")
    var hours: Int?

    @Option(help: "With --watch: seconds between two looks at the folder.")
    var every = 30.0

    @Flag(help: "Print a JSON document: runs, members, steps, sums.")
    var json = false

    func validate() throws {
        if watch, members == nil || hours == nil || output == nil {
            throw ValidationError(
                "--watch needs --members, --hours and --output - say when a run is whole, and where its table goes")
        }
        if watch, files.count != 1 { throw ValidationError("--watch looks at one folder - give one") }
        if let members, members < 1 { throw ValidationError("--members \(members) - give 1 or more") }
        if let hours, hours < 1 { throw ValidationError("--hours \(hours) - give 1 or more") }
        if !(every >= 1 && every <= 86_400) { throw ValidationError("--every \(every) - give 1 to 86400 seconds") }
    }

    func run() async throws {
        let areas = try form.readAreas().map(\.name)
        let reader = GridFiles(form: form)
        if watch { return try await RunWatch(command: self, areas: areas, reader: reader).go() }
        let chosen = try TimeInput.time(run, option: "--run")
        let paths = try paths()
        let readings = try await reader.read(paths.map(GridFiles.Stand.init)) { done in
            if paths.count > 1 { standardError("read \(done) of \(paths.count) files") }
        }
        if let fault = readings.lazy.flatMap(\.faults).first { throw CommandRefusal(unreadable: fault) }
        let others = Set(readings.flatMap(\.others))
        let amounts = readings.flatMap(\.amounts)
        if amounts.isEmpty, !others.isEmpty {
            throw CommandRefusal(
                .usage,
                "no message is the whole rain; there are \(others.sorted().joined(separator: ", ")) (\(files[0]):1:1) - take total "
                    + "precipitation")
        }
        let runs = try InputFile.read { () throws(TableProblem) in
            try RainRuns(amounts, source: files[0], areas: areas, expected: members).runs
        }
        guard let run = chosen.map({ time in runs.last { $0.start == time } }) ?? runs.last else {
            let known = runs.map { "\($0.start)" }.joined(separator: ", ")
            throw CommandRefusal(.usage, "there is no such run (--run) - there are \(known)")
        }
        let table = RainTable.text(run.rain, areas: areas)
        if json {
            if let output { try InputFile.write(table, to: output) }
            printDocument(summary(run, of: runs, areas, others))
        } else {
            try InputFile.write(table, to: output)
            for line in remarks(run, of: runs, others) { standardError("riparian: remark: \(line)") }
        }
    }

    private func paths() throws -> [String] {
        var isFolder: ObjCBool = false
        guard files.count == 1, FileManager.default.fileExists(atPath: files[0], isDirectory: &isFolder),
            isFolder.boolValue
        else {
            if let file = files.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) {
                throw CommandRefusal(.usage, "\(file) cannot be read (\(file):1:1) - check the path")
            }
            return files
        }
        let paths = try GridFiles.files(in: files[0])
        guard !paths.isEmpty else {
            throw CommandRefusal(
                .usage,
                "no file of \(files[0]) is named as a gridded forecast (\(files[0]):1:1) - name the files one by one")
        }
        return paths
    }

    private func remarks(_ run: RainRuns.Run, of runs: [RainRuns.Run], _ others: Set<String>) -> [String] {
        var lines: [String] = []
        if runs.count > 1 {
            let rest = runs.filter { $0.start != run.start }.map { "\($0.start)" }.joined(separator: ", ")
            lines.append("the run of \(run.start) was written; there are also \(rest) (--run)")
        }
        if !others.isEmpty { lines.append("passed over: \(others.sorted().joined(separator: ", "))") }
        if run.rain.clamped > 0 {
            lines.append("\(run.rain.clamped) totals fell by less than packing explains, and count as no rain")
        }
        return lines
    }

    private func summary(
        _ run: RainRuns.Run, of runs: [RainRuns.Run], _ areas: [String], _ others: Set<String>
    ) -> JSONValue {
        var sums: [String: JSONValue] = [:]
        for (area, name) in areas.enumerated() {
            sums[name] = .array(
                run.rain.depths.map { member in
                    member[area].contains { $0 == nil } ? .null : .number(member[area].reduce(0) { $0 + ($1 ?? 0) })
                })
        }
        return [
            "run": .string("\(run.start)"), "runs": .array(runs.map { .string("\($0.start)") }),
            "members": .array(run.rain.members.map { .integer($0) }), "steps": .integer(run.rain.steps.count),
            "end": .string(run.rain.steps.last.map { "\($0.end)" } ?? ""), "sum_mm": .object(sums),
            "clamped": .integer(run.rain.clamped), "passed_over": .array(others.sorted().map { .string($0) }),
            "known": "forecast",
        ]
    }
}

/// Looks at a folder again and again, and writes each run that is whole.
private struct RunWatch {
    let command: IngestGrids
    let areas: [String]
    let reader: GridFiles

    func go() async throws {
        let (folder, output) = (command.files[0], command.output ?? ".")
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        standardError("watching \(folder) every \(command.every) s; stop with Ctrl-C")
        var (before, said): (Set<GridFiles.Stand>, Set<String>) = ([], [])
        while !Task.isCancelled {
            let stands = try GridFiles.files(in: folder).map(GridFiles.Stand.init)
            // A file that still grows is left for the next look.
            let settled = stands.filter(before.contains)
            before = Set(stands)
            var now: Set<String> = []
            for line in try await look(at: settled, output) where now.insert(line).inserted && !said.contains(line) {
                standardError(line)
            }
            said = now
            try await Task.sleep(for: .seconds(command.every))
        }
    }

    /// What is to be said of the folder as it is; runs that are whole are written.
    private func look(at files: [GridFiles.Stand], _ output: String) async throws -> [String] {
        var lines: [String] = []
        var groups: [Instant: [(run: Instant, amount: RainAmount)]] = [:]
        for reading in try await reader.read(files) {
            lines += reading.faults.map { "\($0.file): \($0.message) - \($0.advice)" }
            for each in reading.amounts { groups[each.run, default: []].append((each.run, each.amount)) }
        }
        for (start, amounts) in groups.sorted(by: { $0.key < $1.key }) {
            let name = "\(output)/rain-\(start.description.filter { $0 != ":" }).csv"
            guard !FileManager.default.fileExists(atPath: name) else { continue }
            do throws(TableProblem) {
                let runs = try RainRuns(amounts, source: command.files[0], areas: areas, expected: command.members)
                guard let run = runs.runs.first, let end = run.rain.steps.last?.end else { continue }
                guard end >= start + Int64(command.hours ?? 0) * 3600 else {
                    lines.append("the run of \(start) reaches \(end); waiting for \(command.hours ?? 0) h")
                    continue
                }
                lines.append("the run of \(start) is whole: \(name)")
                try write(RainTable.text(run.rain, areas: areas), to: name)
            } catch { lines.append("waiting: \(error.fault.message)") }
        }
        return lines
    }

    private func write(_ text: String, to name: String) throws(TableProblem) {
        do { try InputFile.write(text, to: name) } catch {
            throw TableProblem(
                Fault(
                    file: name, line: 1, rule: "rain-output", message: "\(name) cannot be written",
                    advice: "check the folder and the permission"))
        }
    }
}
