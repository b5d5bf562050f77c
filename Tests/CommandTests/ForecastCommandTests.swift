import Foundation
import Testing

/// `riparian forecast` as a forecaster uses it.
@Suite struct ForecastCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func write(_ lines: [String], _ name: String) throws -> String {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    private func hour(_ place: Int) -> String {
        let (day, hour) = (1 + place / 24, place % 24)
        return "2024-09-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z"
    }

    /// Ten days of rain, a storm that three members forecast as none, as it is and doubled, and readings of 120 m3/s.
    private func arguments(_ changes: [String: [String]] = [:]) throws -> [String] {
        let tables: [(String, String, [String])] = [
            (
                "--sub-basins", "sub-basins.csv",
                [
                    "id,outlet,area_km2,model,parameters", "thao,lao-cai,4000,GR4H,320 0.2 60 6",
                    "thao,lao-cai,4000,XAJ,0.95 0.25 0.02 20 70 60 0.15 25 1.2 0.35 0.3 0.3 0.5 0.8 0.98",
                    "below,bao-ha,2500,GR4H,320 0.2 60 6",
                    "below,bao-ha,2500,XAJ,0.95 0.25 0.02 20 70 60 0.15 25 1.2 0.35 0.3 0.3 0.5 0.8 0.98",
                ]
            ),
            (
                "--past", "past.csv",
                ["time,thao,below"] + (0..<240).map { "\(hour($0)),\($0 % 50 < 6 ? 3 : 0),\($0 % 60 < 5 ? 2 : 0)" }
            ),
            (
                "--rain", "rain.csv",
                ["begin,time,member,thao,below"]
                    + (0..<8).flatMap { step in
                        (0..<3).map { member in
                            let depth = (2...3).contains(step) ? 20 * member : 0
                            return "\(hour(234 + 6 * step)),\(hour(240 + 6 * step)),\(member),\(depth),\(depth)"
                        }
                    }
            ),
            ("--evaporation", "pet.csv", ["time,all"] + (0..<300).map { "\(hour($0)),0.12" }),
            ("--observed", "flows.csv", ["time,lao-cai"] + (100..<240).map { "\(hour($0)),\($0 == 150 ? "" : "120")" }),
        ]
        return try ["forecast"]
            + tables.flatMap { option, name, lines in [option, try write(changes[name] ?? lines, name)] }
    }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
    }

    @Test func `rain becomes discharge with chances of alarm levels, and plots in three languages`() throws {
        let given = try arguments()
        let outcome = try Program.run(
            arguments: given + ["--json", "--output", path("out.csv"), "--plots", path("plots"), "--lang", "vi"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try document(outcome)
        #expect(document["issued"] as? String == hour(239))
        #expect(document["members"] as? Int == 3 && document["hours"] as? Int == 43)
        let points = try #require(document["points"] as? [[String: Any]])
        let first = try #require(points.first { $0["station"] as? String == "lao-cai" })
        #expect(first["updated"] as? Bool == true && first["fitted"] as? Bool == true)
        #expect((first["weights"] as? [Double])?.count == 2)
        let crest = try #require(first["crest"] as? [String: Any])
        #expect(try #require(crest["p10"] as? Double) < #require(crest["p90"] as? Double))
        let rows = try String(contentsOfFile: path("out.csv"), encoding: .utf8).split(separator: "\n")
        #expect(rows[0] == "station,time,p10,p50,p90")
        #expect(rows.contains { $0.hasPrefix("lao-cai,\(hour(240)),") })
        #expect(try String(contentsOfFile: path("plots/lao-cai.svg"), encoding: .utf8).contains("dự báo lưu lượng"))
        #expect(try Program.run(arguments: given) == Program.run(arguments: given))
    }

    @Test func `holes, gaps, other models and unknown points are refused by name`() throws {
        func refusal(_ name: String, _ lines: [String]) throws -> String {
            let outcome = try Program.run(arguments: arguments([name: lines]))
            #expect(outcome.status == 2, "\(name): \(outcome.output.prefix(200))")
            return outcome.errors
        }
        let head = "id,outlet,area_km2,model,parameters"
        #expect(
            try refusal("sub-basins.csv", [head, "thao,nowhere,4000,GR4H,320 0.2 60 6"]).contains(
                "no point of the basin"))
        #expect(
            try refusal("sub-basins.csv", [head, "thao,lao-cai,4000,GR4J,320 0.2 60 1.6"]).contains(
                "no model of steps of 3600 s"))
        #expect(try refusal("sub-basins.csv", [head, "thao,lao-cai,4000,GR4H,320 0.2"]).contains("do not fit at X3"))
        #expect(
            try refusal("past.csv", ["time,thao,below", "\(hour(238)),1,", "\(hour(239)),1,1"]).contains("missing"))
        #expect(
            try refusal("past.csv", ["time,thao,below", "\(hour(1)),1,1", "\(hour(2)),1,1"]).contains(
                "after the last past hour"))
        #expect(
            try refusal("past.csv", ["time,thao,below", "\(hour(238)),-4,1", "\(hour(239)),1,1"]).contains(
                "below what it can be"))
        #expect(
            try refusal("pet.csv", ["time,all"] + (0..<250).map { "\(hour($0)),0.1" }).contains("has not every hour"))
        #expect(
            try refusal(
                "rain.csv",
                ["begin,time,member,thao,below", "\(hour(234)),\(hour(240)),0,1,1", "\(hour(246)),\(hour(252)),0,1,1"]
            ).contains("does not begin where"))
        #expect(
            try refusal("rain.csv", ["begin,time,member,thao,below", "\(hour(234)),\(hour(240)),0,1,"]).contains(
                "below is ''"))
        #expect(
            try refusal("flows.csv", ["time,elsewhere", "\(hour(200)),4"]).contains("no column of the table is a point")
        )
    }
}
