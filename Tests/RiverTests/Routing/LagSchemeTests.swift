import Testing

@testable import River

@Suite struct LagSchemeTests {
    private func route(_ reach: LagReach, _ inflow: [Double], step: Double) throws -> [Double] {
        let network = try RiverNetwork(downstreamRow: [-1, 0])
        var setup = RoutingSetup(
            network: network, parameters: .lags([reach, reach]), scheme: .lag, step: step)
        setup.points[Int(network.reachOfRow[1])] = .given(start: inflow[0])
        let steps = inflow.count - 1
        let made = try MadeRun(
            setup, lateral: [Double](repeating: 0, count: 2 * steps), steps: steps,
            given: [Array(inflow.dropFirst())]
        ) { try RoutingRun<Double>.make($0) }
        #expect(made.run.balance().relativeError.magnitude < 1e-12)
        let own = Int(network.reachOfRow[0])
        return [inflow[0]] + made.flows[(own * steps)..<((own + 1) * steps)]
    }

    private let flood = (0..<60).map { (hour: Int) -> Double in
        let distance = Double(hour - 15)
        return 10 + 90 / (1 + distance * distance / 20)
    }

    @Test func `a lag of whole steps without storage shifts the hydrograph`() throws {
        let found = try route(LagReach(lag: 3 * 3600, k: 0), flood, step: 3600)
        for index in 3..<60 { #expect((found[index] - flood[index - 3]).magnitude < 1e-9) }
        #expect(found[..<3].allSatisfy { ($0 - flood[0]).magnitude < 1e-9 })
    }

    @Test func `a lag between two steps takes their mean`() throws {
        let found = try route(LagReach(lag: 2.25 * 3600, k: 0), flood, step: 3600)
        for index in 4..<60 {
            let wanted: Double = 0.75 * flood[index - 2] + 0.25 * flood[index - 3]
            #expect((found[index] - wanted).magnitude < 1e-9)
        }
    }

    @Test func `storage without lag is linear Muskingum with X of zero`() throws {
        let found = try route(LagReach(lag: 0, k: 9000), flood, step: 3600)
        let (c1, c3): (Double, Double) = (3600.0 / 21_600.0, 14_400.0 / 21_600.0)
        var outflow = flood[0]
        for index in 1..<60 {
            outflow = c1 * (flood[index - 1] + flood[index]) + c3 * outflow
            #expect((found[index] - outflow).magnitude < 1e-10)
        }
    }

    @Test func `faster large flows come together and no water is lost`() throws {
        let reach = try #require(
            LagReach(points: [.init(flow: 10, lag: 8 * 3600, k: 5400), .init(flow: 100, lag: 6 * 3600, k: 7200)]))
        let found = try route(reach, flood + [Double](repeating: 10, count: 60), step: 3600)
        let top = found.indices.max { found[$0] < found[$1] }!
        #expect((20...24).contains(top) && found[top] < 100)
        #expect(found.allSatisfy { $0 > 9 })
        #expect((found[119] - 10).magnitude < 0.3)
    }

    @Test func `tables between points, beyond them and inverted`() throws {
        let reach = try #require(
            LagReach(points: [.init(flow: 10, lag: 100, k: 50), .init(flow: 30, lag: 60, k: 70)]))
        #expect(reach.lag(5) == 100 && reach.lag(20) == 80 && reach.lag(99) == 60)
        #expect(reach.storage(10) == 500 && reach.storage(20) == 1100 && reach.storage(40) == 2400)
        for flow in [-3.0, 0, 10, 17, 30, 55] {
            let target: Double = 2 * reach.storage(flow) / 40 + flow
            #expect((reach.outflow(target, step: 40) - flow).magnitude < 1e-12)
        }
        #expect(LagReach(points: []) == nil)
        #expect(LagReach(points: [.init(flow: 2, lag: 1, k: 1), .init(flow: 2, lag: 1, k: 1)]) == nil)
        #expect(LagReach(points: [.init(flow: 2, lag: -1, k: 1)]) == nil)
    }

    @Test func `a lag of too many steps is refused`() throws {
        let setup = RoutingSetup(
            network: try RiverNetwork(downstreamRow: [-1]), parameters: .lags([LagReach(lag: 1e8, k: 0)]),
            scheme: .lag, step: 60)
        #expect(throws: RoutingProblem.self) { try RoutingRun<Double>.make(setup) }
    }
}
