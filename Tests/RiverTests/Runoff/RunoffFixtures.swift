import Foundation
import River
import TestKit
import Testing

/// The committed inputs and reference runs of the runoff models.
enum RunoffFixtures {
    /// A CSV file by columns; empty fields are NaN.
    struct Columns {
        private let values: [String: [Double]]
        let names: [String]

        init(_ file: String) throws {
            let lines = try Repository.text("Fixtures/runoff/\(file)").split(separator: "\n")
            names = lines[0].split(separator: ",").map(String.init)
            var columns = [[Double]](repeating: [], count: names.count)
            for line in lines.dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                for (place, field) in fields.enumerated() { columns[place].append(Double(field) ?? .nan) }
            }
            values = Dictionary(uniqueKeysWithValues: zip(names, columns))
        }

        subscript(name: String) -> [Double] { values[name] ?? [] }
    }

    static func forcing(_ file: String, step: Int64, snow: SnowForcing? = nil) throws -> RunoffForcing {
        let table = try Columns(file)
        return RunoffForcing(precipitation: table["P_mm"], evaporation: table["PET_mm"], step: step, snow: snow)
    }

    static func daily() throws -> RunoffForcing { try forcing("forcing_daily.csv", step: 86_400) }
    static func hourly() throws -> RunoffForcing { try forcing("forcing_hourly.csv", step: 3600) }

    static func snowy() throws -> RunoffForcing {
        let table = try Columns("cemaneige_layers.csv")
        let layers = (1...5).map {
            SnowForcing.Layer(
                precipitation: table["P\($0)"], temperature: table["T\($0)"], solidShare: table["S\($0)"])
        }
        let mean = SnowForcing.meanAnnualSolid(layers, during: 0..<table["P1"].count, step: 86_400)
        return try forcing(
            "forcing_daily.csv", step: 86_400, snow: SnowForcing(layers: layers, meanAnnualSolid: mean))
    }

    static func numbers(_ value: Any?) -> [Double] { (value as? [NSNumber])?.map(\.doubleValue) ?? [] }

    static func cases(_ file: String) throws -> [[String: Any]] {
        try #require(try Repository.json("Fixtures/runoff/\(file)") as? [[String: Any]])
    }

    /// The largest relative distance, with a floor of 1e-12.
    static func distance(_ own: [Double], _ expected: [Double]) -> Double {
        own.count == expected.count
            ? zip(own, expected).map { ($0 - $1).magnitude / max($1.magnitude, 1e-12) }.max() ?? 0 : .infinity
    }
}
