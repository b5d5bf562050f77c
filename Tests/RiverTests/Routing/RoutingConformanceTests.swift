import Foundation
import Series
import TestKit
import Testing

@testable import River

/// What every routing scheme has to keep.
@Suite struct RoutingConformanceTests {
    private static let schemes = RoutingSchemeName.allCases
    /// How many random networks each property is tried on.
    private static let seeds: UInt64 = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? 3 : 60

    /// Pieces in an order of their own.
    private static let backwards: ParallelFor = { count, body in
        for index in (0..<count).reversed() { body(index) }
    }

    private func setup(_ scheme: RoutingSchemeName, seed: UInt64, reaches: Int = 300) throws -> (
        RoutingSetup, MadeNetwork
    ) {
        var made = try MadeNetwork(reaches: reaches, seed: seed, within: [1, 3, 40][Int(seed % 3)])
        let parameters = made.parameters(for: scheme)
        var setup = RoutingSetup(network: made.network, parameters: parameters, scheme: scheme, step: 900)
        // a lake and a hydrograph from elsewhere
        let outlet = try #require(made.network.outlets.first)
        let rows = (0...20).map { (number: Int) -> LevelPool.Row in
            let level = Double(number)
            return LevelPool.Row(level: level, storage: 1e5 * (level * level + level), outflow: 3 * level)
        }
        setup.points[outlet] = .pool(try #require(LevelPool(rows: rows)), startLevel: 3)
        setup.points[0] = .given(start: 2)
        // and a reservoir whose gates are moved
        let gated = GatedPool(
            pool: try #require(LevelPool(rows: rows)),
            gate: try #require(SluiceGate(width: 4, sill: 1, coefficient: 0.6)))
        let dam = try #require((5..<20).first { $0 != outlet })
        setup.points[dam] = .gated(gated, startLevel: 2, startOpening: 0.3)
        return (setup, made)
    }

    /// The given flow and the openings of the gates.
    private func hydrograph(_ steps: Int) -> [[Double]] {
        [(0..<steps).map { 2 + Double($0 % 7) }, (0..<steps).map { Double($0 % 4) * 0.25 }]
    }

    @Test(arguments: schemes) func `hands, cut, block and tile leave no trace in a single bit`(
        scheme: RoutingSchemeName
    ) throws {
        for seed in 1...Self.seeds {
            var (setup, made) = try setup(scheme, seed: seed)
            let lateral: [Float] = made.lateral(steps: 40)
            let given = hydrograph(40)
            let first = try MadeRun(setup, lateral: lateral, steps: 40, given: given) { try RoutingRun<Float>.make($0) }
            for (hands, tile, blocks, byRuns) in [
                (1, 7, 1, false), (2, 40, 3, false), (5, 1, 2, false), (30, 16, 40, false), (1, 40, 1, true),
                (5, 7, 3, true),
            ] {
                setup.hands = hands
                setup.tileSteps = tile
                setup.parallelFor = Self.backwards
                let other = try MadeRun(
                    setup, lateral: lateral, steps: 40, blocks: blocks, byRuns: byRuns, given: given
                ) {
                    try RoutingRun<Float>.make($0)
                }
                let isSame = other.flows == first.flows
                #expect(isSame, "seed \(seed), \(hands) hands, tiles of \(tile), \(blocks) blocks, by runs: \(byRuns)")
                let isSameState = other.run.state() == first.run.state()
                #expect(isSameState)
            }
        }
    }

    @Test(arguments: schemes) func `a restart equals the run without a break`(scheme: RoutingSchemeName) throws {
        for seed in 1...Self.seeds {
            var (setup, made) = try setup(scheme, seed: seed)
            let lateral: [Double] = made.lateral(steps: 30)
            let given = hydrograph(30)
            let whole = try MadeRun(setup, lateral: lateral, steps: 30, given: given) {
                try RoutingRun<Double>.make($0)
            }
            let before = try RoutingRun<Double>.make(setup)
            before.start { reach, _ in lateral[reach * 30] }
            _ = MadeRun.advance(before, lateral: lateral, steps: 0..<13, of: 30, given: given)
            setup.hands = 3
            let after = try RoutingRun<Double>.make(setup)
            #expect(after.restore(before.state()))
            let flows = MadeRun.advance(after, lateral: lateral, steps: 13..<30, of: 30, given: given)
            let isSame = (0..<whole.run.count).allSatisfy { reach in
                let end = (reach * 30 + 13)..<(reach * 30 + 30)
                return flows[end] == whole.flows[end]
            }
            #expect(isSame)
        }
    }

    @Test(arguments: schemes) func `members go on after a break as if there had been none`(
        scheme: RoutingSchemeName
    ) throws {
        var (setup, made) = try setup(scheme, seed: 5, reaches: 90)
        setup.members = 7
        let (lanes, steps) = (8, 24)
        let lateral: [Float] = made.lateral(steps: steps, members: 7, lanes: lanes)
        let given = hydrograph(steps)
        let whole = try MadeRun(setup, lateral: lateral, steps: steps, given: given) { try RoutingRun<Float>.make($0) }
        let before = try RoutingRun<Float>.make(setup)
        before.start { reach, member in Double(lateral[reach * steps * lanes + member]) }
        _ = MadeRun.advance(before, lateral: lateral, steps: 0..<11, of: steps, given: given)
        setup.hands = 3
        let after = try RoutingRun<Float>.make(setup)
        #expect(after.restore(before.state()))
        let flows = MadeRun.advance(after, lateral: lateral, steps: 11..<steps, of: steps, given: given)
        let isSame = (0..<90).allSatisfy { reach in
            let end = ((reach * steps + 11) * lanes)..<((reach + 1) * steps * lanes)
            return flows[end] == whole.flows[end]
        }
        #expect(isSame)
        let isSameState = after.state() == whole.run.state()
        #expect(isSameState)
    }

    @Test(arguments: schemes) func `a member has the bits that it has alone`(scheme: RoutingSchemeName) throws {
        var (setup, made) = try setup(scheme, seed: 4, reaches: 120)
        let members = 21
        setup.members = members
        let lanes = 24
        let lateral: [Float] = made.lateral(steps: 20, members: members, lanes: lanes)
        let given = hydrograph(20)
        let together = try MadeRun(setup, lateral: lateral, steps: 20, given: given) { try RoutingRun<Float>.make($0) }
        #expect(together.run.lanes == lanes)
        setup.members = 1
        for member in [0, 3, 15, 16, 20] {
            let own = (0..<(120 * 20)).map { lateral[$0 * lanes + member] }
            let alone = try MadeRun(setup, lateral: own, steps: 20, given: given) { try RoutingRun<Float>.make($0) }
            let isSame = alone.flows == (0..<(120 * 20)).map { together.flows[$0 * lanes + member] }
            #expect(isSame)
        }
        #expect(together.run.balance().relativeError.magnitude < (scheme.keepsVolume ? 1e-6 : 0.2))
    }

    @Test(arguments: schemes) func `water is neither made nor lost`(scheme: RoutingSchemeName) throws {
        for seed in 1...Self.seeds {
            let (setup, made) = try setup(scheme, seed: seed)
            var (one, two) = (made, made)
            let double: [Double] = one.lateral(steps: 60)
            let single: [Float] = two.lateral(steps: 60)
            let exact = try MadeRun(setup, lateral: double, steps: 60, given: hydrograph(60)) {
                try RoutingRun<Double>.make($0)
            }
            let quick = try MadeRun(setup, lateral: single, steps: 60, given: hydrograph(60)) {
                try RoutingRun<Float>.make($0)
            }
            #expect(exact.run.balance().inflowVolume > 0)
            if scheme.keepsVolume {
                #expect(exact.run.balance().relativeError.magnitude < 1e-12)
                #expect(exact.run.balance().worstRelativeError.magnitude < 1e-12)
                #expect(quick.run.balance().relativeError.magnitude < 1e-6)
                let balance = exact.run.balance(of: exact.run.count - 1)
                #expect(balance.relativeError.magnitude < 1e-12)
            } else {
                #expect(exact.run.balance().relativeError.magnitude < 0.2)
            }
            let worst = zip(exact.flows, quick.flows).reduce(0) {
                max($0, ($1.0 - $1.1.inDouble).magnitude / max($1.0.magnitude, 0.1))
            }
            #expect(worst < 1e-3, "single precision is \(worst) off")
        }
    }

    @Test(arguments: schemes) func `what flows steadily goes on so`(scheme: RoutingSchemeName) throws {
        for seed in 1...Self.seeds {
            var (setup, made) = try setup(scheme, seed: seed)
            setup.points = [:]
            let base = made.numbers(0...3)
            let steps = 50
            let lateral = (0..<(300 * steps)).map { base[$0 / steps] }
            let run = try MadeRun(setup, lateral: lateral, steps: steps) { try RoutingRun<Double>.make($0) }
            var sums = base
            for reach in 0..<300 where setup.network.downstream[reach] >= 0 {
                sums[Int(setup.network.downstream[reach])] += sums[reach]
            }
            // The diffusive wave knows flows from the water that depths mean: where a brook ends in the pool of a river, the
            // last bits of the pool are many of the brook.
            let worst = (0..<300).reduce(0.0) { worst, reach in
                let pool = scheme == .diffusive ? run.run.balance(of: reach).startStorage / 900 : 0
                let error = (run.flows[reach * steps + steps - 1] - sums[reach]).magnitude
                return max(worst, error / (sums[reach] + pool))
            }
            #expect(worst < 1e-12, "seed \(seed)")
        }
    }

    @Test(arguments: schemes) func `dry stays dry and a single reach is a network`(scheme: RoutingSchemeName) throws {
        var (setup, made) = try setup(scheme, seed: 2)
        setup.points = [:]
        let dry = try MadeRun(setup, lateral: [Double](repeating: 0, count: 300 * 30), steps: 30) {
            try RoutingRun<Double>.make($0)
        }
        let isDry = dry.flows.allSatisfy { $0 == 0 }
        #expect(isDry)
        made = try MadeNetwork(reaches: 1, seed: 3)
        let one = RoutingSetup(
            network: made.network, parameters: made.parameters(for: scheme), scheme: scheme, step: 900)
        let run = try MadeRun(one, lateral: (0..<200).map { $0 < 10 ? 5 : 1 }, steps: 200) {
            try RoutingRun<Double>.make($0)
        }
        #expect((run.flows[199] - 1).magnitude < 1e-3)
    }
}
