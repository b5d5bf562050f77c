import Forecasting
import Foundation
import Series
import Testing

@testable import Formats

@Suite struct NetCDFRainTests {
    private typealias Axis = (name: String, values: [Double], units: String)

    private let path = FileManager.default.temporaryDirectory.appending(
        path: "riparian-rain-\(UUID().uuidString).nc"
    ).path(percentEncoded: false)

    private func areas() throws -> [AreaFile.Area] {
        let outline = #"""
            {"type":"FeatureCollection","features":[{"type":"Feature","id":"box","geometry":
            {"type":"Polygon","coordinates":[[[-0.5,-0.5],[0.5,-0.5],[0.5,0.5],[-0.5,0.5],[-0.5,-0.5]]]}}]}
            """#
        return try AreaFile(geoJSON: Array(outline.utf8), file: "areas.geojson").areas
    }

    /// Writes rain over axes and reads it.
    private func rain(
        _ axes: [Axis], _ values: [Double], units: String, bounds: [Double]? = nil, amounts: NetCDFRain.Amounts? = nil,
        variable: String? = nil
    ) throws -> [RainLine] {
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let file = try NetCDFFile(creating: path)
            let numbers = try axes.map {
                ($0.name, $0.values.count, try file.define(dimension: $0.name, length: $0.values.count))
            }
            var written: [(NetCDFFile.Variable, [Double])] = []
            for (axis, number) in zip(axes, numbers) {
                let isBounded = bounds != nil && axis.name == "time"
                let attributes = [("units", axis.units)] + (isBounded ? [("bounds", "time_bnds")] : [])
                written.append(
                    (
                        try file.define(
                            axis.name, type: NetCDFFile.doubleType, dimensions: [(number.2, number.0, number.1)],
                            attributes: attributes), axis.values
                    ))
            }
            if let bounds {
                let pair = try file.define(dimension: "bnds", length: 2)
                let time = numbers[0]
                written.append(
                    (
                        try file.define(
                            "time_bnds", type: NetCDFFile.doubleType,
                            dimensions: [(time.2, time.0, time.1), (pair, "bnds", 2)], attributes: []), bounds
                    ))
            }
            written.append(
                (
                    try file.define(
                        "tp", type: NetCDFFile.doubleType,
                        dimensions: numbers.map { (number: $0.2, name: $0.0, length: $0.1) },
                        attributes: [("units", units)]), values
                ))
            try file.endDefinitions()
            for (variable, values) in written {
                try file.write(variable, rows: 0..<variable.dimensions[0].length, from: values)
            }
            try file.synchronise()
        }
        var lines: [RainLine] = []
        try NetCDFRain(path, variable: variable, amounts: amounts).read(areas: areas()) { lines.append($0) }
        return lines
    }

    private let hours: Axis = ("time", [3, 6], "hours since 2024-09-07 00:00:00")
    private let north: Axis = ("latitude", [1, 0, -1], "degrees_north")
    private let east: Axis = ("longitude", [-1, 0, 1], "degrees_east")

    private func rule(_ body: () throws -> [RainLine]) -> String? {
        #expect(throws: TableProblem.self) { _ = try body() }?.fault.rule
    }

    @Test func `steps, totals and bounds say which interval an amount is of`() throws {
        let values = (0..<18).map { Double($0) }
        let steps = try rain([hours, north, east], values, units: "mm", amounts: .steps)
        #expect(steps.map(\.depths) == [[4], [13]])
        #expect(steps.map(\.begin) == ["2024-09-07T00:00:00Z", "2024-09-07T03:00:00Z"])
        let totals = try rain([hours, north, east], values.map { $0 / 2 }, units: "m", amounts: .totals)
        #expect(totals.map(\.depths) == [[2000], nil])
        #expect(totals[1].rule == "rain-range")
        let rates = try rain(
            [hours, north, east], values.map { $0 / 10_800 }, units: "kg m-2 s-1", bounds: [0, 3, 3, 6])
        #expect(rates.allSatisfy { $0.rule == nil })
        #expect((try #require(rates[1].depths?[0]) - 13).magnitude < 1e-9)
        #expect(rule { try rain([hours, north, east], values, units: "mm") } == "netcdf-time")
    }

    @Test func `rows from south to north and members are put in order`() throws {
        let values = (0..<36).map { Double($0) }
        let south: Axis = ("latitude", [-1, 0, 1], "degrees_north")
        let members: Axis = ("number", [0, 1], "1")
        let lines = try rain([hours, members, south, east], values, units: "kg m-2", amounts: .steps)
        #expect(lines.map(\.member) == [0, 1, 0, 1])
        #expect(lines.map(\.depths) == [[4], [13], [22], [31]])
        let tall = try rain(
            [hours, ("latitude", [0, 10, 20], ""), ("longitude", [-10, 0, 10], "")], (0..<18).map { Double($0) },
            units: "mm", amounts: .steps)
        #expect(tall.map(\.depths) == [[1], [10]])
    }

    @Test func `centimetres, other grids, negative rain and unsorted times are refused by name`() throws {
        let values = [Double](repeating: 1, count: 18)
        #expect(rule { try rain([hours, north, east], values, units: "cm", amounts: .steps) } == "rain-unit")
        #expect(rule { try rain([hours, north, east], values, units: "mm", variable: "snow") } == "rain-none")
        #expect(
            rule {
                try rain(
                    [hours, ("y", [1, 0, -1], "m"), ("x", [0, 1, 2], "m")], values, units: "mm", amounts: .steps)
            } == "grid-kind")
        #expect(
            rule { try rain([hours, ("latitude", [1, 0, -3], ""), east], values, units: "mm", amounts: .steps) }
                == "grid-kind")
        #expect(
            rule {
                try rain(
                    [("time", [6, 3], "hours since 2024-09-07 00:00:00"), north, east], values, units: "mm",
                    amounts: .steps)
            } == "netcdf-order")
        #expect(
            rule {
                try rain(
                    [("time", [3, 3], "hours since 2024-09-07 00:00:00"), north, east], values, units: "mm",
                    amounts: .steps)
            } == "netcdf-order")
        let negative = try rain([hours, north, east], values.map { -$0 }, units: "mm", amounts: .steps)
        #expect(negative.allSatisfy { $0.rule == "rain-negative" })
        let missing = try rain([hours, north, east], values.map { _ in .nan }, units: "mm", amounts: .steps)
        #expect(missing.map(\.depths) == [[nil], [nil]])
    }

    @Test func `a file that is no NetCDF is refused`() throws {
        try Data("nothing of the kind".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(
            #expect(throws: TableProblem.self) { try NetCDFRain(path, variable: nil, amounts: nil) }?.fault.rule
                == "netcdf")
    }
}
