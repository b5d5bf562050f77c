import Forecasting
import Foundation
import Series
import TestKit
import Testing

@testable import Formats

@Suite struct GriddedRainTests {
    private func areas() throws -> [AreaFile.Area] {
        try AreaFile(geoJSON: Array(Repository.text("Fixtures/grids/areas.geojson").utf8), file: "areas.geojson").areas
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Repository.root.appending(path: "Fixtures/grids/\(name)")))
    }

    private func lines(_ bytes: [UInt8]) throws -> [RainLine] {
        var lines: [RainLine] = []
        try GriddedRain.readGrib(bytes, file: "rain.grib2", areas: areas()) { lines.append($0) }
        return lines
    }

    private func rain(_ bytes: [UInt8]) throws -> [RainRuns.Run] {
        let lines = try lines(bytes)
        try #require(lines.allSatisfy { $0.rule == nil }, "\(lines.compactMap(\.fault))")
        return try RainRuns(lines.compactMap(\.amount), source: "rain.grib2", areas: areas().map(\.name)).runs
    }

    @Test(arguments: ["ensemble.grib2", "buckets.grib2"])
    func `steps and members are those that exactextract finds in the numbers before they were packed`(name: String)
        throws
    {
        let run = try #require(try rain(bytes(name)).first)
        let rows = try Repository.text("Fixtures/grids/means.csv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map(String.init) }.filter { $0[0] == name }
        #expect(rows.count == run.rain.members.count * run.rain.steps.count)
        for row in rows {
            let begin = run.start + (try #require(Int64(row[1]))) * 3600
            let step = try #require(run.rain.steps.firstIndex { $0.begin == begin })
            let member = try #require(run.rain.members.firstIndex { "\($0)" == row[3] })
            for area in 0..<2 {
                let expected = try #require(Double(row[4 + area]))
                let found = try #require(run.rain.depths[member][area][step])
                // 20 bits over the largest total of a message, 60 mm
                #expect((found - expected).magnitude < 1e-4, "\(row) \(found)")
            }
        }
    }

    @Test(.enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"))
    func `edition 1 with two grids gives two runs, and other parameters are passed over by name`() throws {
        let folder = try #require(Repository.sharedData)
        func read(_ name: String) throws -> [RainLine] {
            let outline = #"""
                {"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":null,"geometry":
                {"type":"Polygon","coordinates":[[[-10,-10],[10,-10],[10,10],[-10,10],[-10,-10]]]}}]}
                """#
            var lines: [RainLine] = []
            try GriddedRain.readGrib(
                [UInt8](try Data(contentsOf: folder.appending(path: "forecast/\(name)"))), file: name,
                areas: AreaFile(geoJSON: Array(outline.utf8), file: "areas.geojson").areas
            ) { lines.append($0) }
            return lines
        }
        let totals = try read("tp_on_different_grid_resolutions.grib")
        #expect(totals.map(\.run) == ["2017-10-18T12:00:00Z", "2017-10-17T12:00:00Z"])
        #expect(totals.map(\.end) == ["2017-10-19T00:00:00Z", "2017-10-18T00:00:00Z"])
        #expect(try read("cfrzr_and_cprat.grib").allSatisfy { $0.other != nil && $0.depths == nil })
        #expect(try Set(read("step_60m.grib").compactMap(\.other)) == ["2t (0-0-0)"])
    }

    @Test func `a cut file is told before the library reads it`() throws {
        let whole = try bytes("ensemble.grib2")
        for length in [17, 100, whole.count / 2, whole.count - 1] {
            let problem = #expect(throws: TableProblem.self) { try lines(Array(whole[..<length])) }
            #expect(problem?.fault.rule == "grib-cut", "\(length)")
        }
        #expect(#expect(throws: TableProblem.self) { try lines([]) }?.fault.rule == "grib-none")
        #expect(#expect(throws: TableProblem.self) { try lines(Array("GRIB".utf8)) }?.fault.rule == "grib-none")
    }

    @Test func `headings between messages are passed over`() throws {
        let whole = try bytes("buckets.grib2")
        #expect(try lines(Array("ZCZC\r\r\nHEADING\r\r\n".utf8) + whole + [0, 0, 0]).count == 4)
    }

    @Test(arguments: 1...300) func `any cut or changed frame is read or refused, never more`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try bytes("buckets.grib2")
        for _ in 0...random.next(below: 3) {
            bytes[Int(random.next(below: UInt64(bytes.count)))] = UInt8(random.next(below: 256))
        }
        bytes.removeLast(Int(random.next(below: UInt64(bytes.count))) / 2)
        do throws(TableProblem) {
            let frames = try GribFrames.find(in: bytes, file: "rain.grib2")
            #expect(frames.allSatisfy { $0.upperBound <= bytes.count && $0.count >= 16 })
        } catch { #expect(error.fault.rule.hasPrefix("grib-")) }
    }

    @Test func `a line of a message is read back as it was written`() throws {
        for line in try lines(bytes("ensemble.grib2")) { #expect(RainLine(text: line.text) == line) }
        #expect(RainLine(text: "{}") == nil)
    }

    @Test func `a sub-basin beyond the grid is refused by name`() throws {
        let outline = #"""
            {"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far"},"geometry":
            {"type":"Polygon","coordinates":[[[104,22],[106,22],[106,22.5],[104,22]]]}}]}
            """#
        var lines: [RainLine] = []
        try GriddedRain.readGrib(
            bytes("buckets.grib2"), file: "rain.grib2",
            areas: AreaFile(geoJSON: Array(outline.utf8), file: "areas.geojson").areas
        ) { lines.append($0) }
        #expect(lines.allSatisfy { $0.rule == "grid-outside" && $0.fault?.contains("far") == true })
    }

    @Test func `runs with other members than expected, and mixed runs, are told`() throws {
        let amounts = try lines(bytes("ensemble.grib2")).compactMap(\.amount)
        func rule(_ amounts: [(run: Instant, amount: RainAmount)], _ expected: Int?) -> String? {
            #expect(throws: TableProblem.self) {
                try RainRuns(amounts, source: "enfo", areas: ["bend", "two"], expected: expected)
            }?.fault.rule
        }
        #expect(rule(amounts, 51) == "rain-members")
        #expect(rule(Array(amounts.dropLast()), nil) == "rain-members")
        #expect(rule([], nil) == "rain-none")
        #expect(rule(amounts.filter { $0.amount.member != 1 || $0.amount.end - $0.amount.begin != 21_600 }, nil) != nil)
    }
}
