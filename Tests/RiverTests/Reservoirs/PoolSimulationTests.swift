import Foundation
import Series
import TestKit
import Testing

@testable import River

@Suite struct PoolSimulationTests {
    /// The expected pairs of a closed form of the textbook cases.
    private func expected(_ id: String, _ time: String, _ value: String) throws -> [(Double, Double)] {
        let document = try #require(Repository.json("Fixtures/textbook_cases.json") as? [String: Any])
        let cases = try #require(document["cases"] as? [[String: Any]])
        let found = try #require(cases.first { $0["id"] as? String == id })
        let rows = try #require(found["expected"] as? [[String: Double]])
        return try rows.map { (try #require($0[time]), try #require($0[value])) }
    }

    private func basin(area: Double, depth: Double) throws -> PoolSimulation {
        PoolSimulation(table: try #require(StorageTable(area: area, from: 0, to: depth)), tolerance: 1e-15)
    }

    @Test func `a pool empties over a weir as the closed form says`() throws {
        let pool = try basin(area: 1e6, depth: 5)
        let weir = Weir(crest: 0, length: 50, coefficient: 1.7)
        for (time, level) in try expected("weir-recession", "t_s", "h") {
            var state = pool.state(atLevel: 2)
            pool.advance(&state, over: time, inflow: (0, 0)) { weir.discharge(atLevel: $0) }
            #expect((state.level / level - 1).magnitude <= 1e-11, "\(state.level) after \(state.steps) steps")
        }
    }

    @Test func `a pool empties through an orifice as the closed form says`() throws {
        let pool = try basin(area: 1e5, depth: 50)
        let orifice = Orifice(centre: 0, area: 6, coefficient: 1)
        for (time, level) in try expected("orifice-recession", "t_s", "h") {
            var state = pool.state(atLevel: 25)
            pool.advance(&state, over: time, inflow: (0, 0)) { orifice.discharge(atLevel: $0) }
            #expect((state.level / level - 1).magnitude <= 1e-11, "\(state.level) after \(state.steps) steps")
        }
    }

    @Test func `a linear reservoir answers a step as the closed form says`() throws {
        // Q = S / k with k = 10 h, an area of 36,000 m2 makes Q = level
        let pool = try basin(area: 36_000, depth: 1000)
        for (hours, flow) in try expected("linear-reservoir-step", "t_h", "Q") {
            var state = pool.state(atLevel: 0)
            pool.advance(&state, over: hours * 3600, inflow: (100, 100)) { $0 }
            #expect((state.level / flow - 1).magnitude <= 1e-11, "\(state.level) after \(state.steps) steps")
        }
    }

    @Test func `the crest of Chow's pond is that of the continuous truth, not of ten-minute steps`() throws {
        let document = try #require(Repository.json("Fixtures/textbook_cases.json") as? [String: Any])
        let cases = try #require(document["cases"] as? [[String: Any]])
        let pond = try #require(cases.first { $0["id"] as? String == "level-pool-chow-8-2-1" })
        let input = try #require(pond["input"] as? [String: [Double]])
        let truth = try #require(pond["continuous"] as? [String: Any])
        let levels = try #require(input["level_ft"])
        let outflows = try #require(input["outflow_cfs_of_level"])
        let rating = try #require(RatingTable(inputs: levels, outputs: outflows))
        let pool = PoolSimulation(table: try #require(StorageTable(area: 43_560, from: 0, to: 10)))
        let inflow = try #require(input["inflow_cfs"])
        var state = pool.state(atLevel: 0)
        var crest = (flow: 0.0, second: 0)
        for step in 1..<inflow.count {
            for part in 0..<120 {
                let change = (inflow[step] - inflow[step - 1]) / 120
                let first = inflow[step - 1] + Double(part) * change
                pool.advance(&state, over: 5, inflow: (first, first + change)) { rating.value(at: $0) }
                let flow = rating.value(at: state.level)
                if flow > crest.flow { crest = (flow, (step - 1) * 600 + (part + 1) * 5) }
            }
        }
        #expect((crest.flow - (truth["peak_outflow"] as? Double ?? 0)).magnitude <= 0.01)
        #expect((Double(crest.second) / 60 - (truth["peak_minute"] as? Double ?? 0)).magnitude <= 0.1)
    }

    @Test(arguments: 1...20)
    func `water is conserved to a billionth whatever the tables, gates and inflows`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var rows = [StorageTable.Row(level: 100, storage: 1e8, area: 1e6)]
        for _ in 0..<8 {
            let last = rows[rows.count - 1]
            rows.append(
                StorageTable.Row(
                    level: last.level + 1 + 10 * generator.nextUnit(),
                    storage: last.storage * (1.1 + generator.nextUnit()),
                    area: (last.area ?? 0) * (1.1 + generator.nextUnit())))
        }
        let table = try #require(StorageTable(rows: rows))
        let gates = try #require(
            GateGroup(
                id: "bottom", count: 8,
                rating: .underflow(sill: 101, width: 6, height: 9, weir: 1.8, contraction: 0.65), movesWhole: false))
        let pool = PoolSimulation(table: table, evaporation: 5e-8)
        var state = pool.state(atLevel: table.rows[4].level)
        let start = state
        var inflow = 500 * generator.nextUnit()
        for _ in 0..<60 {
            let open = (generator.nextUnit() * 16).rounded() / 2
            let next = 8000 * generator.nextUnit()
            pool.advance(&state, over: 3600 * (1 + 5 * generator.nextUnit()), inflow: (inflow, next)) {
                gates.discharge(atLevel: $0, open: open)
            }
            inflow = next
        }
        let error = state.storage - start.storage - state.inflowVolume + state.releaseVolume + state.evaporationVolume
        #expect(error.magnitude <= 1e-9 * max(state.inflowVolume, start.storage), "\(error)")
        #expect(state.evaporationVolume > 0)
        #expect(state.level == table.level(atStorage: state.storage))
    }
}
