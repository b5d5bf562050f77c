import Foundation
import River
import TestKit
import Testing

@testable import Formats

@Suite struct NetworkNetCDFTests {
    private let path = FileManager.default.temporaryDirectory.appending(
        path: "riparian-network-\(UUID().uuidString).nc"
    ).path(percentEncoded: false)

    /// Writes variables over dimensions and reads the network.
    private func network(
        _ dimensions: [(String, Int)], _ variables: [(String, [String], [Double], [(String, String)])],
        _ scheme: RoutingSchemeName
    ) throws -> NetworkTable {
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let file = try NetCDFFile(creating: path)
            let numbers = try dimensions.map { ($0.0, $0.1, try file.define(dimension: $0.0, length: $0.1)) }
            var made: [(NetCDFFile.Variable, [Double])] = []
            for (name, own, values, attributes) in variables {
                let places = own.compactMap { one in numbers.first { $0.0 == one } }
                made.append(
                    (
                        try file.define(
                            name, type: NetCDFFile.doubleType,
                            dimensions: places.map { (number: $0.2, name: $0.0, length: $0.1) }, attributes: attributes),
                        values
                    ))
            }
            try file.endDefinitions()
            for (variable, values) in made {
                try file.write(variable, rows: 0..<(variable.dimensions.first?.length ?? 1), from: values)
            }
            try file.synchronise()
        }
        return try NetworkTable.read(RoutingFile(path), scheme: scheme)
    }

    @Test func `a list of reaches is the table that it would be as CSV`() throws {
        let table = try network(
            [("reach", 3)],
            [
                ("id", ["reach"], [7, 3, 5], []), ("downstream_id", ["reach"], [5, 5, 0], []),
                ("k_s", ["reach"], [900, 1800, 3600], []), ("x", [], [0.2], []),
            ], .muskingum)
        #expect(table.downstreamRow == [2, 2, -1] && table.ids.row(of: "3") == 1)
        guard case .muskingum(let k, let x) = table.parameters else { return #expect(Bool(false)) }
        #expect(k == [900, 1800, 3600] && x == [0.2, 0.2, 0.2])
    }

    @Test func `a raster of directions is a network of its cells with lengths from its axes`() throws {
        let sections: [(String, [String], [Double], [(String, String)])] = [
            ("slope", [], [0.001], []), ("manning_n", [], [0.04], []), ("bottom_width_m", [], [20], []),
            ("side_slope", ["y", "x"], [1, 2, 3, 4, 5, 6], []),
        ]
        let axes: [(String, [String], [Double], [(String, String)])] = [
            ("y", ["y"], [200, 100], [("units", "m")]), ("x", ["x"], [0, 50, 100], [("units", "m")]),
            ("flow_direction", ["y", "x"], [2, 4, 247, 1, 1, 0], []),
        ]
        let table = try network([("y", 2), ("x", 3)], axes + sections, .mct)
        #expect((0..<5).map { table.ids.text($0) } == ["1", "2", "4", "5", "6"])
        #expect(table.downstreamRow == [3, 3, 3, 4, -1])
        guard case .sections(let reaches) = table.parameters else { return #expect(Bool(false)) }
        #expect(reaches.map(\.length) == [(12_500.0).squareRoot(), 100, 50, 50, 100])
        #expect(reaches.map(\.channel.sideSlope) == [1, 2, 4, 5, 6])
        // degrees: a hundredth of a degree at 60 degrees north
        let geographic: [(String, [String], [Double], [(String, String)])] = [
            ("y", ["y"], [59.995, 60.005], [("units", "degrees_north")]),
            ("x", ["x"], [10, 10.01, 10.02], [("units", "degrees_east")]),
            ("flow_direction", ["y", "x"], [1, 1, 0, 247, 4, 247], []),
        ]
        let turned = try network([("y", 2), ("x", 3)], geographic + sections, .mct)
        #expect(turned.downstreamRow == [1, 2, -1, 1])
        guard case .sections(let far) = turned.parameters else { return #expect(Bool(false)) }
        #expect((far[0].length - 556).magnitude < 0.5 && (far[3].length - 1111.95).magnitude < 0.01)
        #expect((RasterAxes.cosine(1.2) - cos(1.2)).magnitude < 1e-15)
    }

    @Test func `what a file lacks or has wrong is named`() throws {
        func refusal(
            _ dimensions: [(String, Int)], _ variables: [(String, [String], [Double], [(String, String)])],
            _ scheme: RoutingSchemeName
        ) -> String {
            do {
                _ = try network(dimensions, variables, scheme)
                return "none"
            } catch let problem as RoutingFileProblem {
                return problem.fault.rule
            } catch { return "\(error)" }
        }
        let ids: [(String, [String], [Double], [(String, String)])] = [
            ("id", ["reach"], [1, 2], []), ("downstream_id", ["reach"], [2, 0], []),
        ]
        #expect(refusal([("reach", 2)], [ids[0]], .lag) == "network-column")
        #expect(refusal([("reach", 2)], ids, .lag) == "network-column")
        let lag = ids + [("lag_s", [], [60], []), ("k_s", ["reach"], [1, .nan], [])]
        #expect(refusal([("reach", 2)], lag, .lag) == "network-range")
        let far: [(String, [String], [Double], [(String, String)])] = [
            ids[0], ("downstream_id", ["reach"], [9, 0], []),
        ]
        #expect(refusal([("reach", 2)], far, .lag) == "network-unknown-downstream")
        let raster: [(String, [String], [Double], [(String, String)])] = [
            ("flow_direction", ["y", "x"], [1, 3], []), ("lag_s", [], [60], []), ("k_s", [], [60], []),
        ]
        #expect(refusal([("y", 1), ("x", 2)], raster, .lag) == "network-raster")
        let bare: [(String, [String], [Double], [(String, String)])] = [
            ("flow_direction", ["y", "x"], [1, 0], []), ("slope", [], [1e-3], []), ("manning_n", [], [0.04], []),
            ("bottom_width_m", [], [9], []), ("side_slope", [], [1], []),
        ]
        #expect(refusal([("y", 1), ("x", 2)], bare, .mct) == "network-raster")
    }
}
