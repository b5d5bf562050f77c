import Foundation
import Series
import Testing

@testable import River

/// Seeded networks at the ends of what is possible: one chain of all reaches, outlets only, one reach, beds that fall dry.
@Suite struct ExtremeNetworkTests {
    private static let isLong = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil
    /// A million by `make soak`; else so many that a build without optimisation is done in a second.
    private static let count = isLong ? 1_000_000 : 2_000
    /// How many networks of one reach are tried.
    private static let singles: UInt64 = isLong ? 500 : 12
    private static let steps = 4
    private static let schemes = RoutingSchemeName.allCases

    enum Shape: CaseIterable {
        case chain, outlets

        fileprivate func network(_ count: Int, seed: UInt64) throws -> MadeNetwork {
            switch self {
            case .chain: try MadeNetwork(reaches: count, seed: seed, within: 1, outlets: 0)
            case .outlets: try MadeNetwork(reaches: count, seed: seed, outlets: 1)
            }
        }
    }

    /// Water enters a few seeded reaches, so that the lowest of a chain carries no sea.
    private struct Case {
        let setup: RoutingSetup
        /// m3/s before the flood; zero in most reaches.
        let base: [Double]

        init(_ scheme: RoutingSchemeName, _ shape: Shape, seed: UInt64, count: Int) throws {
            var made = try shape.network(count, seed: seed)
            var setup = RoutingSetup(
                network: made.network, parameters: made.parameters(for: scheme), scheme: scheme, step: 900)
            setup.hands = 2
            self.setup = setup
            let (share, size) = (made.numbers(0...1), made.numbers(0.1...4))
            base = (0..<count).map { share[$0] < 12 / Double(count) || $0 == 0 ? size[$0] : 0 }
        }

        /// A flood in the wet reaches, m3/s, shape [reach][step]: thrice as much in the second step, nothing in the third.
        func flood<Scalar: RoutingScalar>(steps: Int) -> [Scalar] {
            let factors = (0..<steps).map { [1, 3, 0, 0.5][$0 % 4] }
            return base.flatMap { flow in factors.map { Scalar(flow * $0) } }
        }

        /// What flows out of each reach in steady flow, m3/s.
        var sums: [Double] {
            var sums = base
            for reach in base.indices where setup.network.downstream[reach] >= 0 {
                sums[Int(setup.network.downstream[reach])] += sums[reach]
            }
            return sums
        }
    }

    @Test(arguments: schemes, Shape.allCases) func `a flood keeps its water however deep or wide the network is`(
        scheme: RoutingSchemeName, shape: Shape
    ) throws {
        let made = try Case(scheme, shape, seed: 31, count: Self.count)
        let exact = try MadeRun(made.setup, lateral: made.flood(steps: Self.steps), steps: Self.steps) {
            try RoutingRun<Double>.make($0)
        }
        let quick = try MadeRun(made.setup, lateral: made.flood(steps: Self.steps), steps: Self.steps) {
            try RoutingRun<Float>.make($0)
        }
        let isFinite = exact.flows.allSatisfy(\.isFinite) && quick.flows.allSatisfy(\.isFinite)
        #expect(isFinite)
        #expect(exact.run.balance().inflowVolume > 0)
        guard scheme.keepsVolume else { return }
        #expect(exact.run.balance().relativeError.magnitude < 1e-12)
        #expect(quick.run.balance().relativeError.magnitude < 1e-6)
    }

    @Test(arguments: schemes, Shape.allCases) func `what flows steadily goes on so however deep or wide`(
        scheme: RoutingSchemeName, shape: Shape
    ) throws {
        let made = try Case(scheme, shape, seed: 32, count: Self.count)
        let lateral = made.base.flatMap { [Double](repeating: $0, count: Self.steps) }
        let run = try MadeRun(made.setup, lateral: lateral, steps: Self.steps) { try RoutingRun<Double>.make($0) }
        let sums = made.sums
        var worst = 0.0
        for reach in sums.indices {
            for step in 0..<Self.steps {
                worst = max(
                    worst, (run.flows[reach * Self.steps + step] - sums[reach]).magnitude / max(sums[reach], 1e-3))
            }
        }
        // the diffusive wave's flows are sums of what every node keeps, from the headwaters down: a million roundings add up
        let limit = scheme == .diffusive && Self.isLong ? 1e-11 : 1e-12
        #expect(worst < limit, "\(worst)")
    }

    @Test(arguments: schemes, Shape.allCases) func `hands, tiles, blocks and a break leave no bit however deep or wide`(
        scheme: RoutingSchemeName, shape: Shape
    ) throws {
        let made = try Case(scheme, shape, seed: 33, count: Self.count)
        let lateral: [Float] = made.flood(steps: Self.steps)
        let whole = try MadeRun(made.setup, lateral: lateral, steps: Self.steps) { try RoutingRun<Float>.make($0) }
        var setup = made.setup
        setup.hands = 5
        setup.tileSteps = 3
        setup.parallelFor = { count, body in
            for index in (0..<count).reversed() { body(index) }
        }
        let before = try RoutingRun<Float>.make(setup)
        before.start { reach, _ in lateral[reach * Self.steps].inDouble }
        let first = MadeRun.advance(before, lateral: lateral, steps: 0..<2, of: Self.steps)
        setup.hands = 1
        let after = try RoutingRun<Float>.make(setup)
        #expect(after.restore(before.state()))
        let second = MadeRun.advance(after, lateral: lateral, steps: 2..<Self.steps, of: Self.steps, blocks: 2)
        let isSame = whole.flows.indices.allSatisfy {
            ($0 % Self.steps < 2 ? first : second)[$0].bitPattern == whole.flows[$0].bitPattern
        }
        #expect(isSame)
        let isSameState = after.state() == whole.run.state()
        #expect(isSameState)
    }

    @Test(arguments: schemes, Shape.allCases) func `without water nothing flows however deep or wide`(
        scheme: RoutingSchemeName, shape: Shape
    ) throws {
        let made = try Case(scheme, shape, seed: 34, count: Self.count)
        let none = [Float](repeating: 0, count: Self.count * Self.steps)
        let run = try MadeRun(made.setup, lateral: none, steps: Self.steps) { try RoutingRun<Float>.make($0) }
        let isDry = run.flows.allSatisfy { $0 == 0 }
        #expect(isDry)
        #expect(run.run.balance().inflowVolume == 0)
    }

    @Test(arguments: schemes) func `one reach alone keeps its water, falls dry and fills again`(
        scheme: RoutingSchemeName
    ) throws {
        let steps = 120
        for seed in 1...Self.singles {
            let made = try Case(scheme, .outlets, seed: seed, count: 1)
            // wet, dry from the fourteenth step, wet again from the eightieth
            let lateral = (0..<steps).map { made.base[0] * ($0 < 14 ? 1 + Double($0) : $0 < 80 ? 0 : 2) }
            let exact = try MadeRun(made.setup, lateral: lateral, steps: steps) { try RoutingRun<Double>.make($0) }
            let quick = try MadeRun(made.setup, lateral: lateral.map { Float($0) }, steps: steps) {
                try RoutingRun<Float>.make($0)
            }
            let isFinite = exact.flows.allSatisfy(\.isFinite) && quick.flows.allSatisfy(\.isFinite)
            #expect(isFinite)
            // slow reaches are still filling, or still drain the flood
            #expect(exact.flows[steps - 1] > 0.5 * made.base[0], "seed \(seed)")
            guard scheme.keepsVolume else { continue }
            #expect(exact.run.balance().relativeError.magnitude < 1e-12, "seed \(seed)")
            #expect(quick.run.balance().relativeError.magnitude < 1e-6, "seed \(seed)")
        }
    }
}
