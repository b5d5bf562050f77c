import Foundation
import TestKit
import Testing

/// `riparian runoff`, `calibrate`, `qc` and `score` as a user runs them.
@Suite struct ModelCommandTests {
    private let fixtures = "Fixtures/runoff"

    private func object(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `a run writes the columns of the reference and meets its first and last row`() throws {
        let outcome = try Program.run(
            "runoff", "--model", "GR4J", "--forcing", "\(fixtures)/forcing_daily.csv", "--parameters", "320,0.8,90,1.7",
            "--warmup", "365", "--run", "4018", "--constants", "airgr")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows.count == 4019 && rows[0] == ["time", "Qsim", "Prod", "Rout", "AE"])
        let reference = try Repository.text("\(fixtures)/gr4j_x1.csv").split(separator: "\n")
        for line in [1, 2000, 4018] {
            let expected = reference[line].split(separator: ",").map(String.init)
            #expect(rows[line][0] == expected[0])
            for (own, other) in zip(rows[line].dropFirst(), expected.dropFirst()) {
                let (a, b) = (try #require(Double(own)), try #require(Double(other)))
                #expect((a - b).magnitude <= 1e-10 * max(b.magnitude, 1e-2))
            }
        }
    }

    @Test func `a run says its balance and needs what the model needs`() throws {
        let forcing = "\(fixtures)/forcing_daily.csv"
        let snow = try Program.run(
            "runoff", "--model", "cemaneigegr4j", "--forcing", forcing, "--layers", "\(fixtures)/cemaneige_layers.csv",
            "--parameters", "320,0.8,90,1.7,0.9,3.2", "--json")
        #expect(snow.status == 0)
        #expect(((try object(snow)["balance_mm"] as? Double)?.magnitude ?? 1) < 1e-6)
        let refusals: [([String], String)] = [
            (["--model", "GR9"], "no model is called GR9"),
            (["--model", "GR4J", "--forcing", forcing], "no parameters"),
            (["--model", "GR4J", "--forcing", forcing, "--parameters", "1,2"], "has 4 parameters"),
            (["--model", "GR4J", "--forcing", forcing, "--parameters", "320,0.8,90,a"], "is no number"),
            (["--model", "GR4J", "--forcing", forcing, "--parameters", "320,0.8,90,99"], "X4 99.0 is out of range"),
            (["--model", "GR4H", "--forcing", forcing, "--parameters", "320,0.8,90,2"], "runs in steps of 3600 s"),
            (["--model", "CemaNeigeGR4J", "--forcing", forcing, "--parameters", "320,0.8,90,1.7,0.9,3.2"], "layers"),
            (["--model", "GR4J", "--forcing", "none.csv", "--parameters", "320,0.8,90,1.7"], "cannot be read"),
            (["--model", "GR4J", "--forcing", forcing, "--parameters", "320,0.8,90,1.7", "--run", "0"], "--run 0"),
        ]
        for (arguments, message) in refusals {
            let outcome = try Program.run(arguments: ["runoff"] + arguments)
            #expect(outcome.status == 2 && outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("riparian: error: ") && outcome.errors.contains(message))
        }
    }

    @Test func `a calibration takes the reference's runs and iterations`() throws {
        let outcome = try Program.run(
            "calibrate", "--model", "GR4J", "--forcing", "\(fixtures)/forcing_daily.csv", "--observed",
            "\(fixtures)/synthetic_q_daily.csv:Q_mm", "--objective", "kge", "--warmup", "365", "--constants", "airgr",
            "--json")
        let result = try object(outcome)
        #expect(outcome.status == 0 && result["runs"] as? Int == 173 && result["iterations"] as? Int == 13)
        #expect((((result["criterion"] as? Double) ?? 0) - 0.993787260307154).magnitude < 1e-10)
    }

    @Test func `many basins give the same bytes as each alone`() throws {
        let place = try TemporaryPlace()
        let folder = Repository.root.appending(path: fixtures).path(percentEncoded: false)
        for name in ["forcing_daily.csv", "synthetic_q_daily.csv"] {
            try FileManager.default.createSymbolicLink(
                at: place.url.appending(path: name), withDestinationURL: URL(filePath: folder + "/" + name))
        }
        let list = place.url.appending(path: "basins.csv")
        let rows = (1...2).map { "b\($0),forcing_daily.csv,synthetic_q_daily.csv" }
        try Data((["id,forcing,observed"] + rows).joined(separator: "\n").utf8).write(to: list)
        let many = try Program.run(
            "calibrate", "--model", "GR4J", "--basins", list.path(percentEncoded: false), "--warmup", "365",
            "--objective", "kge", "--json")
        let results = try #require(
            try JSONSerialization.jsonObject(with: Data(many.output.utf8)) as? [[String: Any]])
        let alone = try object(
            Program.run(
                "calibrate", "--model", "GR4J", "--forcing", "\(fixtures)/forcing_daily.csv", "--observed",
                "\(fixtures)/synthetic_q_daily.csv", "--warmup", "365", "--objective", "kge", "--json"))
        #expect(results.map { $0["id"] as? String } == ["b1", "b2"])
        for result in results { #expect(result["parameters"] as? [Double] == alone["parameters"] as? [Double]) }
        let unfit = try Program.run(
            "calibrate", "--model", "XAJ", "--method", "michel", "--forcing", "\(fixtures)/forcing_daily.csv",
            "--observed", "\(fixtures)/synthetic_q_daily.csv")
        #expect(unfit.status == 2 && unfit.errors.contains("no starts are published for XAJ"))
    }

    @Test func `a test of a record prints flags, a plan rolls them up and a word stands above`() throws {
        let place = try TemporaryPlace()
        let input = place.url.appending(path: "stage.csv").path(percentEncoded: false)
        try Data("time,value\n2024-09-09T00:00:00Z,3\n2024-09-09T01:00:00Z,99\n2024-09-09T02:00:00Z,\n".utf8)
            .write(to: URL(filePath: input))
        let single = try Program.run(
            "qc", "--test", "gross-range", "--arguments", #"{"fail_span":[0,30]}"#, "--input", input, "--json")
        #expect(single.status == 1 && single.output.filter(\.isNumber) == "149")
        let plan = place.url.appending(path: "plan.yaml").path(percentEncoded: false)
        let text = """
            tests:
              - test: gross_range_test
                arguments: {fail_span: [0, 30]}
              - {test: spike_test, arguments: {suspect_threshold: 1}}
            overrules:
              - {time: 2024-09-09T01:00:00Z, flag: 1, by: Duty officer, reason: seen on the staff gauge}
            """
        try Data(text.utf8).write(to: URL(filePath: plan))
        let several = try Program.run("qc", "--config", plan, "--input", input, "--json")
        let rolled = try object(several)["flags"] as? [Int]
        #expect(several.status == 0 && rolled == [1, 1, 9])
        let table = try Program.run("qc", "--config", plan, "--input", input)
        #expect(
            table.output.contains("Duty officer: seen on the staff gauge") && table.output.contains("gross_range_test"))
        let wrong = try Program.run("qc", "--test", "gross_range_test", "--arguments", "{", "--input", input)
        #expect(wrong.status == 2 && wrong.errors.contains("no JSON"))
    }

    @Test func `scores come with their names and plots with their words`() throws {
        let place = try TemporaryPlace()
        let golden = "Fixtures/verification/verification_golden.json"
        let plots = place.url.appending(path: "plots").path(percentEncoded: false)
        let outcome = try Program.run(
            "score", "--observed", golden, "--simulated", golden, "--members", golden, "--threshold", "60", "--svg",
            plots, "--lang", "vi", "--json")
        let scores = try object(outcome)
        #expect(outcome.status == 0)
        #expect((((scores["HydroErr.nse"] as? Double) ?? 0) - 0.9793261792880276).magnitude < 1e-12)
        #expect((((scores["evalhyd.BSS"] as? Double) ?? 0) - 0.985).magnitude < 1e-12)
        let files = try FileManager.default.contentsOfDirectory(atPath: plots).sorted()
        #expect(files == ["pairs.svg", "ranks.svg", "reliability-60.svg", "series.svg"])
        let nothing = try Program.run("score", "--observed", golden)
        #expect(nothing.status == 2 && nothing.errors.contains("nothing to score"))
    }

    @Test func `a rating is fitted, written, plotted and read, marked where nobody has gauged`() throws {
        let place = try TemporaryPlace()
        let path = { (name: String) in place.url.appending(path: name).path(percentEncoded: false) }
        let rows = (0..<20).map { number -> String in
            let stage = 1 + Double(number) * 0.2
            return "\(stage),\(20 * Foundation.pow(stage - 0.3, 1.6))"
        }
        try Data((["stage,q"] + rows).joined(separator: "\n").utf8).write(to: URL(filePath: path("g.csv")))
        let fit = try Program.run(
            "rating", "fit", path("g.csv"), "--steps", "4000", "--valid-from", "2020-01-01", "--output", path("r.json"),
            "--svg", path("r.svg"), "--json")
        #expect(fit.status == 0)
        let law = try #require(try object(fit)["least_squares"] as? [String: Double])
        #expect(((law["exponent"] ?? 0) - 1.6).magnitude < 1e-5 && ((law["zero"] ?? 0) - 0.3).magnitude < 1e-5)
        try Data("time,value\n2020-05-01,2\n2020-05-02,5.2\n2020-05-03,90\n2020-05-04,\n".utf8)
            .write(to: URL(filePath: path("h.csv")))
        let read = try Program.run("rating", "apply", "--rating", path("r.json"), "--stages", path("h.csv"))
        let lines = read.output.split(separator: "\n")
        #expect(read.status == 0 && lines[0] == "time,stage,q,p05,p95,known")
        #expect(lines[1].hasSuffix("derived") && lines[2].hasSuffix("estimated"))
        #expect(lines[3] == "2020-05-03,90,,,," && lines[4] == "2020-05-04,,,,,")
        try Data("time,value\n2019-05-01,2\n".utf8).write(to: URL(filePath: path("old.csv")))
        let old = try Program.run("rating", "apply", "--rating", path("r.json"), "--stages", path("old.csv"))
        #expect(old.status == 2 && old.errors.contains("does not hold on 2019-05-01"))
        try Data("stage,q\n1,0\n".utf8).write(to: URL(filePath: path("bad.csv")))
        let bad = try Program.run("rating", "fit", path("bad.csv"))
        #expect(bad.status == 2 && bad.errors.contains("no positive number"))
    }

    @Test func `a hindcast scores each lead on the later part and repeats its bytes`() throws {
        let place = try TemporaryPlace()
        let path = place.url.appending(path: "flows.csv").path(percentEncoded: false)
        var (store, rows): (Double, [String]) = (5, ["date,upper,lower"])
        var before = [5.0, 5.0]
        for day in 0..<700 {
            store = 0.85 * store + Double((day * 7919) % 23 == 0 ? 12 : 1)
            let date = Date(timeIntervalSince1970: Double(day) * 86_400).formatted(.iso8601.year().month().day())
            rows.append("\(date),\(store),\(2 * before[0])")
            before = [before[1], store]
        }
        try Data(rows.joined(separator: "\n").utf8).write(to: URL(filePath: path))
        let arguments = [
            "hindcast", "--table", path, "--target", "lower", "--upstream", "upper", "--leads", "1,2", "--fit-until",
            "1971-04-01", "--json",
        ]
        let outcome = try Program.run(arguments: arguments)
        let leads = try #require(try object(outcome)["leads"] as? [[String: Any]])
        #expect(outcome.status == 0 && leads.count == 2)
        #expect(leads.allSatisfy { ($0["persistence_index"] as? Double ?? 0) > 0.8 })
        #expect(try Program.run(arguments: arguments).output == outcome.output)
        let short = try Program.run(
            "hindcast", "--table", path, "--target", "lower", "--fit-until", "1970-01-20", "--json")
        #expect(short.status == 2 && short.errors.contains("fewer than 100"))
        let table = try Program.run(
            "hindcast", "--table", path, "--target", "lower", "--line", "upper", "--leads", "2", "--fit-until",
            "1971-04-01",
            "--forecasts", path + ".out")
        #expect(table.status == 0 && table.output.contains("eff. n") && table.output.contains("% "))
        let lines = try String(contentsOf: URL(filePath: path + ".out"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "issued,lead_steps,forecast,p10,p90,observed" && lines.count > 200)
    }

    @Test func `a hindcast updates a model, sums columns, takes rain from elsewhere and refuses what it cannot use`()
        throws
    {
        let place = try TemporaryPlace()
        func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }
        var (store, rows, rains): (Double, [String], [String]) = (5, ["date,q,p,e"], ["date,north,south"])
        for day in 0..<500 {
            let rain = (day * 7919) % 23 == 0 ? 30 : (day * 31) % 17 == 0 ? 12 : 0
            store = 0.85 * store + 0.4 * Double(rain) + 0.2
            let date = Date(timeIntervalSince1970: Double(day) * 86_400).formatted(.iso8601.year().month().day())
            rows.append("\(date),\(store),\(rain),1")
            rains.append("\(date),\(rain / 2),\(rain - rain / 2)")
        }
        try Data(rows.joined(separator: "\n").utf8).write(to: URL(filePath: path("q.csv")))
        try Data(rains.joined(separator: "\n").utf8).write(to: URL(filePath: path("p.csv")))
        let common = [
            "hindcast", "--table", path("q.csv"), "--target", "q", "--leads", "1", "--fit-until", "1970-12-01",
        ]
        let modelled = try Program.run(
            arguments: common + [
                "--simulate", "GR4J", "--simulate-rain", "p", "--simulate-evaporation", "e", "--area-km2", "86.4",
                "--warmup", "30", "--alarm", "12", "--rain-table", path("p.csv"), "--rain", "north+south",
                "--rain-at-issue", "--json",
            ])
        let document = try object(modelled)
        let lead = try #require((document["leads"] as? [[String: Any]])?.first)
        let names = (lead["members"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        #expect(names.contains("GR4J alone") && names.contains("GR4J updated") && names.contains("flows and rain"))
        let alarm = try #require(lead["alarm"] as? [String: Any])
        #expect((alarm["hits"] as? Int ?? 0) + (alarm["misses"] as? Int ?? 0) > 0)
        #expect((document["models"] as? [[String: Any]])?.count == 1)
        let refused: [([String], String)] = [
            (["--simulate", "GR4J"], "--simulate-rain"), (["--rain", "north"], "north"), (["--leads", ","], "--leads"),
            (["--simulate", "GR4H", "--simulate-rain", "p", "--simulate-evaporation", "e", "--area-km2", "9"], "3600"),
            (["--months", "11-2"], "--months"), (["--above", "nan"], "--above"),
        ]
        for (more, word) in refused {
            let outcome = try Program.run(arguments: common + more)
            #expect(outcome.status == 2 && outcome.errors.contains(word), "\(more): \(outcome.errors)")
        }
    }
}
