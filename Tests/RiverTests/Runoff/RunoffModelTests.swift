import Foundation
import TestKit
import Testing

@testable import River

@Suite struct RunoffModelTests {
    private let options = RunoffOptions(constants: .airGR)

    @Test func `all GR runs of the reference program are met to 1e-10, with every store and what is under way`() throws
    {
        let (daily, hourly, snowy) = (
            try RunoffFixtures.daily(), try RunoffFixtures.hourly(), try RunoffFixtures.snowy()
        )
        let cases = try RunoffFixtures.cases("gr_cases.json")
        #expect(cases.count == 12)
        for entry in cases {
            let name = try #require(entry["model"] as? String)
            let model = try #require(RunoffModels.named(name, options))
            let parameters = RunoffFixtures.numbers(entry["param"])
            let forcing = model.needsSnow ? snowy : model.step == 3600 ? hourly : daily
            let run = model.run(forcing, parameters, from: model.start(parameters, forcing))
            let warmup = try #require(entry["warmup_steps"] as? Int)
            try compare(run, model, warmup, entry)
        }
    }

    private func compare(_ run: RunoffRun, _ model: any RunoffModel, _ warmup: Int, _ entry: [String: Any]) throws {
        let label = "\(model.name) \(entry["set"] ?? "")"
        let flow = Array(run.discharge[warmup...])
        let sum = try #require(entry["sum_Qsim"] as? Double)
        let largest = try #require(entry["max_Qsim"] as? Double)
        #expect((flow.reduce(0, +) - sum).magnitude < 1e-10 * sum, "\(label)")
        #expect((flow.max()! - largest).magnitude < 1e-10 * largest, "\(label)")
        let end = try #require(entry["end"] as? [String: Any])
        for (name, value) in zip(model.storeNames, run.end.stores) {
            #expect(RunoffFixtures.distance([value], [try #require(end[name] as? Double)]) < 1e-10, "\(label) \(name)")
        }
        for (name, pending) in zip(run.end.pending.count == 1 ? ["UH2"] : ["UH1", "UH2"], run.end.pending) {
            let expected = RunoffFixtures.numbers(end[name])
            let own = pending + [Double](repeating: 0, count: expected.count - pending.count)
            #expect(RunoffFixtures.distance(own, expected) < 1e-10, "\(label) \(name)")
        }
        let file = try #require(entry["file"] as? String)
        guard FileManager.default.fileExists(atPath: Repository.root.appending(path: "Fixtures/runoff/\(file)").path())
        else { return }
        let table = try RunoffFixtures.Columns(file)
        var series = [("Qsim", run.discharge), ("AE", run.evaporation)]
        series += Array(zip(model.storeNames, run.stores)) + run.further.map { ($0.name, $0.values) }
        for (name, values) in series where table.names.contains(name) {
            #expect(RunoffFixtures.distance(Array(values[warmup...]), table[name]) < 1e-10, "\(label) \(name)")
        }
    }

    @Test func `Xin'anjiang meets the reference in both partings to 1e-9`() throws {
        let daily = try RunoffFixtures.daily()
        for entry in try RunoffFixtures.cases("xaj_cases.json") {
            let model = Xinanjiang(sources: entry["source_type"] as? String == "sources" ? .whole : .fiveMillimetres)
            let named = try #require(entry["param"] as? [String: NSNumber])
            let parameters = try model.parameters.map { try #require(named[$0.name]).doubleValue }
            let run = model.run(daily, parameters, from: model.start(parameters, daily))
            let table = try RunoffFixtures.Columns(try #require(entry["file"] as? String))
            #expect(RunoffFixtures.distance(run.discharge, table["q_mm"]) < 1e-9)
            #expect(RunoffFixtures.distance(run.evaporation, table["es_mm"]) < 1e-9)
            let end = try #require(entry["end"] as? [String: NSNumber])
            for (name, value) in zip(model.storeNames, run.end.stores) where end[name] != nil {
                #expect(RunoffFixtures.distance([value], [end[name]!.doubleValue]) < 1e-9, "\(name)")
            }
        }
    }

    @Test func `Xin'anjiang meets the synthetic 730 days, outflows that sum to more than one included`() throws {
        let golden = try #require(try Repository.json("Fixtures/runoff/xaj_golden.json") as? [String: Any])
        let forcing = RunoffForcing(
            precipitation: RunoffFixtures.numbers(golden["P"]), evaporation: RunoffFixtures.numbers(golden["E"]),
            step: 86_400)
        let cases = try #require(golden["cases"] as? [[String: Any]])
        #expect(cases.count == 4)
        for entry in cases {
            let model = Xinanjiang(sources: entry["source_type"] as? String == "sources" ? .whole : .fiveMillimetres)
            let named = try #require(entry["physical"] as? [String: NSNumber])
            let parameters = try model.parameters.map { try #require(named[$0.name]).doubleValue }
            let run = model.run(forcing, parameters, from: model.start(parameters, forcing))
            #expect(RunoffFixtures.distance(run.discharge, RunoffFixtures.numbers(entry["q"])) < 1e-9)
            #expect(RunoffFixtures.distance(run.evaporation, RunoffFixtures.numbers(entry["es"])) < 1e-9)
        }
    }

    /// An ordinary set of each model.
    static func ordinary(_ model: any RunoffModel) -> [Double] {
        let sets: [String: [Double]] = [
            "GR4J": [320, 0.8, 90, 1.7], "GR5J": [300, 0.9, 85, 1.6, 0.4], "GR6J": [310, 0.5, 70, 1.8, 0.3, 6],
            "GR4H": [521, -0.3, 60, 6.5], "GR5H": [480, -0.2, 55, 7.3, 0.3],
            "XAJ": [0.95, 0.22, 0.037, 14, 78, 90, 0.14, 20.8, 1.25, 0.35, 0.315, 0.55, 2.08, 0.63, 0.9908],
            "recession": [12, 3],
        ]
        let base = model.name.replacing("CemaNeige", with: "")
        return (sets[base] ?? []) + (model.needsSnow ? [0.9, 3.2] : [])
    }

    @Test(arguments: RunoffModels.all().map(\.name) + ["XAJ in pieces", "XAJ by the hour"])
    func `every model keeps its water, stays in range, restarts and repeats`(_ name: String) throws {
        let pieces = RunoffOptions(sources: name == "XAJ in pieces" ? .fiveMillimetres : .whole)
        let model = try #require(RunoffModels.named(name.split(separator: " ")[0].description, pieces))
        let isHourly = model.step == 3600 || name == "XAJ by the hour"
        var forcing = isHourly ? try RunoffFixtures.hourly()[0..<9000] : try RunoffFixtures.daily()
        if model.needsSnow { forcing = snow(on: forcing) }
        let suite = RunoffConformance(model, parameters: RunoffModelTests.ordinary(model), forcing: forcing)
        #expect(suite.complaints == [])
    }

    /// Two layers with a winter, for any step.
    private func snow(on forcing: RunoffForcing) -> RunoffForcing {
        let layers = [4.0, -3.0].map { base in
            let warmth = (0..<forcing.count).map { step in
                let day = Double(step) * Double(forcing.step) / 86_400
                let phase = (day - 200) / 365.25 - ((day - 200) / 365.25).rounded(.down)
                return base + 12 * (1 - 4 * min(phase, 1 - phase))
            }
            return SnowForcing.Layer(
                precipitation: forcing.precipitation, temperature: warmth,
                solidShare: warmth.map { min(1, max(0, 0.75 - $0 / 4)) })
        }
        return RunoffForcing(
            precipitation: forcing.precipitation, evaporation: forcing.evaporation, step: forcing.step,
            snow: SnowForcing(layers: layers, meanAnnualSolid: 150))
    }

    @Test func `a model with a leak does not pass the suite`() throws {
        let complaints = RunoffConformance(
            Leaking(), parameters: [2], forcing: try RunoffFixtures.daily()
        ).complaints
        #expect(complaints.contains { $0.contains("water balance") })
        #expect(complaints.contains { $0.contains("goes on differs") })
    }

    @Test func `a rain that falls within an hour runs off as if spread over the day where nothing else changes`() throws
    {
        // the recession constants of a day, spread over 24 steps, leave the same water after each day
        let model = Recession()
        let day = RunoffForcing(precipitation: [0, 0, 0], evaporation: [0, 0, 0], step: 86_400)
        let none = [Double](repeating: 0, count: 72)
        let hours = RunoffForcing(precipitation: none, evaporation: none, step: 3600)
        let start = model.start([5, 2], day)
        let (a, b) = (model.run(day, [5, 2], from: start), model.run(hours, [5, 2], from: start))
        #expect((a.end.stores[0] - b.end.stores[0]).magnitude < 1e-12)
        #expect((a.discharge[0] - b.discharge[..<24].reduce(0, +)).magnitude < 1e-12)
    }

    @Test func `the hydrographs are those of Perrin's equations`() {
        // X4 = 2: UH1 (1/2)^2.5, 1 - that; UH2 0.5 (1/2)^2.5, 0.5 - that, and mirrored
        let first = GRHydrograph.rising(base: 2, exponent: 2.5)
        let half = 0.17677669529663687
        #expect(RunoffFixtures.distance(first, [half, 1 - half]) < 1e-14)
        let second = GRHydrograph.falling(base: 2, exponent: 2.5)
        #expect(RunoffFixtures.distance(second, [half / 2, (1 - half) / 2, (1 - half) / 2, half / 2]) < 1e-14)
    }
}

/// A model that is wrong on purpose: it loses a tenth of the rain and forgets its store between runs.
private struct Leaking: RunoffModel {
    var name: String { "leaking" }
    var summary: String { "wrong on purpose" }
    var step: Int64? { nil }
    var parameters: [RunoffParameter] { [RunoffParameter("K", unit: "d", meaning: "time", range: 1...10)] }
    var storeNames: [String] { ["Store"] }
    func start(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState { RunoffState(stores: [10]) }
    func dryStart(_ parameters: [Double], _ forcing: RunoffForcing) -> RunoffState { RunoffState(stores: [0]) }
    func water(in state: RunoffState, _ parameters: [Double], _ forcing: RunoffForcing) -> Double { state.stores[0] }

    func run(_ forcing: RunoffForcing, _ parameters: [Double], from state: RunoffState) -> RunoffRun {
        var store = 10.0
        let flow = forcing.precipitation.map { rain in
            store += 0.9 * rain
            let out = store / parameters[0]
            store -= out
            return out
        }
        return RunoffRun(
            discharge: flow, stores: [flow], evaporation: flow.map { _ in 0 },
            taken: forcing.precipitation.reduce(0, +), evaporated: 0, exchanged: 0, end: RunoffState(stores: [store]))
    }
}
