import Foundation
import Series
import TestKit
import Testing

@testable import River

@Suite struct MuskingumCungeTodiniTests {
    private let section = TrapezoidSection(bottomWidth: 15, sideSlope: 5, manningN: 0.035, slope: 2.5e-4)

    @Test func `normal depth returns the flow it was asked for`() {
        for q in [0.001, 1, 100, 900, 20_000] {
            let depth = section.normalDepth(q)
            #expect((section.discharge(atDepth: depth) - q).magnitude <= 1e-10 * q)
        }
    }

    @Test func `Todini's base case is met at 20 and 100 km to 1e-4`() throws {
        let rows = try Repository.text("Fixtures/routing/mct_s0.00025_n0.035.csv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map { Double($0)! } }
        var cells = (0..<50).map { _ in
            MuskingumCungeTodini(section: section, length: 2000, step: 1800, steadyFlow: 100)
        }
        var worst = 0.0
        for row in rows.dropFirst() {
            var flow = row[1]
            for index in cells.indices {
                flow = cells[index].advance(inflow: flow)
                if index == 9 { worst = max(worst, (flow - row[2]).magnitude) }
            }
            worst = max(worst, (flow - row[3]).magnitude)
        }
        #expect(rows.count == 385)
        #expect(worst < 1e-4, "largest distance \(worst) m3/s")
    }

    @Test func `a reach in steady flow stays steady and a flood keeps its volume`() {
        let steady = reach.route(Array(repeating: 800, count: 50), step: 1800)
        #expect(steady.outflow.allSatisfy { ($0 - 800).magnitude < 1e-9 })
        let flood = (0..<400).map { hour in
            let x = Double(hour) / 60
            return 500 + 9000 * Elementary.power(x * Elementary.exp(1 - x), 4)
        }
        let routed = reach.route(flood, step: 1800)
        #expect(routed.balance.relativeError.magnitude < 1e-12)
        #expect(routed.outflow.max()! < flood.max()!)
        #expect(routed.outflow.firstIndex(of: routed.outflow.max()!)! > 60)
        #expect(routed.outflow.allSatisfy { $0 >= 0 })
    }

    private var reach: Reach {
        Reach(
            id: ReachID("upper-to-lower")!, river: "thao", upstream: StationID("upper")!,
            downstream: StationID("lower")!, length: 100_000, slope: 3e-4, manningN: 0.033, bottomWidth: 200,
            sideSlope: 3, celerity: 2.5, known: .estimated, source: "test")
    }
}
