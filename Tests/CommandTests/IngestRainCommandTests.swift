import Foundation
import TestKit
import Testing

/// `riparian ingest grids` and `riparian ingest gauges` as a forecaster uses them.
@Suite struct IngestRainCommandTests {
    private let place: TemporaryPlace
    private let areas = "Fixtures/grids/areas.geojson"

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    @Test func `an ensemble becomes a table with a row a step and member`() throws {
        let outcome = try Program.run(
            "ingest", "grids", "Fixtures/grids/ensemble.grib2", "--areas", areas, "--members", "3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n")
        #expect(rows.count == 10)
        #expect(rows[0] == "begin,time,member,bend,two")
        #expect(rows[1].hasPrefix("2024-09-07T00:00:00Z,2024-09-07T03:00:00Z,0,5.2327"))
    }

    @Test func `a folder with several runs gives the latest, or the one that is asked for`() throws {
        for name in ["ensemble.grib2", "buckets.grib2"] {
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "Fixtures/grids/\(name)"), to: place.url.appending(path: name))
        }
        let latest = try Program.run("ingest", "grids", path(""), "--areas", areas)
        #expect(latest.output.contains("2024-09-07T18:00:00Z,0,"))
        #expect(latest.errors.contains("there are also 2024-09-07T00:00:00Z (--run)"))
        let asked = try Program.run(
            "ingest", "grids", path(""), "--areas", areas, "--run", "2024-09-07T00:00:00Z", "--json")
        #expect(asked.output.contains("\"members\": [\n    0,\n    1,\n    2\n  ]"))
        let none = try Program.run("ingest", "grids", path(""), "--areas", areas, "--run", "2024-09-08T00:00:00Z")
        #expect(none.status == 2)
        #expect(none.errors.contains("there are 2024-09-07T00:00:00Z, 2024-09-07T06:00:00Z"))
    }

    @Test func `missing members, cut files and files of something else are refused by name`() throws {
        let members = try Program.run(
            "ingest", "grids", "Fixtures/grids/ensemble.grib2", "--areas", areas, "--members", "51")
        #expect(members.status == 2)
        #expect(members.errors.contains("has 3 members, 51 are expected"))
        let whole = try Data(contentsOf: Repository.root.appending(path: "Fixtures/grids/ensemble.grib2"))
        try whole.dropLast(7).write(to: URL(filePath: path("cut.grib2")))
        let cut = try Program.run("ingest", "grids", path("cut.grib2"), "--areas", areas)
        #expect(cut.status == 2)
        #expect(cut.errors.contains("message 9") && cut.errors.contains("fetch it again"))
        let other = try Program.run("ingest", "grids", try write("not a grid", "text.grib2"), "--areas", areas)
        #expect(other.status == 2)
        #expect(other.errors.contains("there is no GRIB message"))
        let nothing = try Program.run("ingest", "grids", path("nothing.grib2"), "--areas", areas)
        #expect(nothing.status == 2)
        #expect(nothing.errors.contains("cannot be read"))
    }

    @Test func `a message on which the library ends is told, and the program goes on`() throws {
        // Three bytes on which ecCodes 2.28 ends the program that reads them.
        var bytes = [UInt8](try Data(contentsOf: Repository.root.appending(path: "Fixtures/grids/ensemble.grib2")))
        for (place, byte) in [(137, 0), (42, 128), (191, 0)] { bytes[place] = UInt8(byte) }
        try Data(bytes).write(to: URL(filePath: path("broken.grib2")))
        let outcome = try Program.run("ingest", "grids", path("broken.grib2"), "--areas", areas)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("message 1: the library that reads it ends on it"), "\(outcome.errors)")
        #expect(outcome.errors.contains("fetch the file again"))
    }

    @Test func `a watched folder gives each run as soon as it is whole`() throws {
        try FileManager.default.copyItem(
            at: Repository.root.appending(path: "Fixtures/grids/ensemble.grib2"),
            to: place.url.appending(path: "a.grib2"))
        let program = try Program.start(
            [
                "ingest", "grids", path(""), "--areas", areas, "--output", path("out"), "--watch", "--members", "3",
                "--hours",
                "12", "--every", "1",
            ], output: place.url.appending(path: "said.txt"), errors: place.url.appending(path: "errors.txt"))
        defer { program.terminate() }
        let table = path("out/rain-2024-09-07T000000Z.csv")
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: table) { usleep(100_000) }
        #expect(try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").count == 10)
    }

    @Test func `rain at gauges becomes rain over sub-basins, with silent gauges and heights`() throws {
        let box = #"{"type":"Polygon","coordinates":[[[0,-1],[4,-1],[4,1],[0,1],[0,-1]]]}"#
        let areas = try write(
            #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"box","elevation_m":500},"geometry":\#(box)}]}"#,
            "areas.geojson")
        let gauges = try write("name,longitude,latitude,elevation_m\na,0,0,100\nb,2,0,500\nc,6,0,900\n", "gauges.csv")
        let rain = try write(
            "time,a,b,c\n2024-09-07T00:00Z,4,8,0\n2024-09-07T01:00Z,8,,4\n2024-09-07T02:00Z,,,\n", "rain.csv")
        let plain = try Program.run(
            "ingest", "gauges", rain, "--gauges", gauges, "--areas", areas, "--method", "thiessen")
        #expect(
            plain.output == "time,box\n2024-09-07T00:00Z,7\n2024-09-07T01:00Z,7\n2024-09-07T02:00Z,\n",
            "\(plain.errors)")
        let high = try Program.run(
            "ingest", "gauges", rain, "--gauges", gauges, "--areas", areas, "--method", "thiessen",
            "--per-hundred-metres",
            "0.05")
        // 0.25 x 4 x 1.2 + 0.75 x 8
        #expect(high.output.contains("00:00Z,7.2\n"))
        let negative = try Program.run(
            "ingest", "gauges", try write("time,a,b,c\n2024-09-07T00:00Z,-1,0,0\n", "negative.csv"), "--gauges", gauges,
            "--areas", areas)
        #expect(negative.status == 2)
        #expect(negative.errors.contains("a -1 is below what it can be"))
        let unknown = try Program.run(
            "ingest", "gauges", rain, "--gauges", try write("name,longitude,latitude\na,0,0\na,1,0\n", "twice.csv"),
            "--areas", areas)
        #expect(unknown.errors.contains("gauge") && unknown.status == 2)
    }
}
