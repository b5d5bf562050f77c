import Foundation
import Testing

@testable import River

/// Chains and bushes of a million reaches: nothing recurses, nothing grows with the square.
@Suite struct LargeRoutingTests {
    /// A million by `make soak`; else so many that a build without optimisation is done in seconds.
    private static let count = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? 50_000 : 1_000_000

    private func route(_ downstream: [Int32], _ scheme: RoutingSchemeName, steps: Int) throws -> RoutingRun<Float> {
        let count = downstream.count
        let channel = TrapezoidSection(bottomWidth: 20, sideSlope: 2, manningN: 0.035, slope: 1e-3)
        let parameters: ReachParameters =
            switch scheme {
            case .muskingum:
                .muskingum(k: [Double](repeating: 1800, count: count), x: [Double](repeating: 0.2, count: count))
            case .lag: .lags([LagReach](repeating: LagReach(lag: 500, k: 1800), count: count))
            case .mct, .nwm, .diffusive:
                .sections([RoutedReach](repeating: RoutedReach(channel: channel, length: 900), count: count))
            }
        var setup = RoutingSetup(
            network: try RiverNetwork(downstreamRow: downstream), parameters: parameters, scheme: scheme, step: 900)
        setup.hands = 2
        let run = try RoutingRun<Float>.make(setup)
        let first = Int(setup.network.reachOfRow[0])
        run.start { reach, _ in reach == first ? 40 : 0 }
        run.advance(
            steps: steps,
            lateral: .made { reaches, steps, room in
                for (index, reach) in reaches.enumerated() {
                    for step in 0..<steps.count { room[index * steps.count + step] = reach == first ? 60 : 0 }
                }
            }, flows: .none)
        return run
    }

    @Test(arguments: RoutingSchemeName.allCases) func `a chain keeps its water and passes the flow on`(
        scheme: RoutingSchemeName
    ) throws {
        let count = scheme == .muskingum || scheme == .lag ? max(Self.count, 1_000_000) : Self.count
        let run = try route((0..<count).map { $0 == count - 1 ? -1 : Int32($0 + 1) }, scheme, steps: 2)
        #expect(run.balance().relativeError.magnitude < (scheme.keepsVolume ? 1e-6 : 0.1))
        #expect((run.flow(count - 1) - 40).magnitude < 1e-3)
        #expect(run.flow(0) > 40)
    }

    @Test(arguments: RoutingSchemeName.allCases) func `every reach may be an outlet`(scheme: RoutingSchemeName) throws {
        let count = scheme == .muskingum || scheme == .lag ? max(Self.count, 1_000_000) : Self.count
        let run = try route([Int32](repeating: -1, count: count), scheme, steps: 1)
        #expect(run.balance().relativeError.magnitude < (scheme.keepsVolume ? 1e-6 : 0.1))
        #expect(run.flow(0) > 40 && run.flow(1) == 0 && run.flow(count - 1) == 0)
    }
}
