import Foundation
import TestKit
import Testing

@testable import River

@Suite struct LevelPoolTests {
    @Test func `the detention pond of Chow's example 8.2.1 is met in full precision`() throws {
        let cases = try #require(Repository.json("Fixtures/textbook_cases.json") as? [String: Any])
        let list = try #require((cases["cases"] ?? cases.values.first { $0 is [[String: Any]] }) as? [[String: Any]])
        let pond = try #require(list.first { $0["id"] as? String == "level-pool-chow-8-2-1" })
        let input = try #require(pond["input"] as? [String: [Double]])
        let area = 43_560.0
        let outflows = try #require(input["outflow_cfs_of_level"])
        let rows = zip(try #require(input["level_ft"]), outflows).map {
            LevelPool.Row(level: $0, storage: area * $0, outflow: $1)
        }
        let pool = try #require(LevelPool(rows: rows))
        let inflow = try #require(input.first { $0.key.hasPrefix("inflow") }?.value)
        let expected = try #require((pond["expected"] as? [String: Any])?["outflow_cfs"] as? [Double])
        let routed = pool.route(inflow, from: pool.state(atLevel: 0), step: 600)
        for (state, value) in zip(routed, expected) {
            #expect((state.outflow - value).magnitude <= 1e-10 * max(1, value))
        }
        #expect(routed.count >= 16)
    }

    @Test func `every step keeps the water`() throws {
        var rows: [LevelPool.Row] = []
        for level in 0...20 {
            let x = Double(level)
            rows.append(LevelPool.Row(level: x, storage: 1e6 * (x * x + x), outflow: 40 * x))
        }
        let pool = try #require(LevelPool(rows: rows))
        let inflow = (0..<100).map { 300 + 250 * Double($0 % 17) / 16 }
        let states = pool.route(inflow, from: pool.state(atLevel: 5), step: 3600)
        for index in 1..<states.count {
            let (a, b) = (states[index - 1], states[index])
            let entered = 1800 * (inflow[index - 1] + inflow[index])
            let left = 1800 * (a.outflow + b.outflow)
            let miss = entered - left - (b.storage - a.storage)
            #expect(miss.magnitude < 1e-9 * entered)
        }
    }

    @Test func `a table that does not rise is refused`() {
        #expect(LevelPool(rows: [.init(level: 1, storage: 1, outflow: 1)]) == nil)
        #expect(
            LevelPool(rows: [.init(level: 1, storage: 2, outflow: 1), .init(level: 2, storage: 2, outflow: 1)]) == nil)
    }
}
