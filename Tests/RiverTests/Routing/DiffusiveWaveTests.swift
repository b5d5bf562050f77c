import Foundation
import TestKit
import Testing

@testable import River

@Suite struct DiffusiveWaveTests {
    private static let trapezoid = TrapezoidSection(bottomWidth: 15, sideSlope: 5, manningN: 0.035, slope: 1)
    private static let channel = TrapezoidSection(bottomWidth: 40, sideSlope: 2, manningN: 0.035, slope: 1)

    private static func reach(_ slope: Double, isCompound: Bool = false, length: Double = 2000) -> RoutedReach {
        let section = isCompound ? channel : trapezoid
        let own = TrapezoidSection(
            bottomWidth: section.bottomWidth, sideSlope: section.sideSlope, manningN: section.manningN, slope: slope)
        let plain = isCompound ? FloodPlain(width: 400, manningN: 0.07, bankfullWidth: 56, of: own) : nil
        return RoutedReach(channel: own, length: length, floodPlain: plain)
    }

    /// A chain of equal reaches with a hydrograph above it; the last row is the hydrograph.
    private static func chain(
        _ reach: RoutedReach, count: Int, _ scheme: RoutingSchemeName, step: Double, start: Double
    ) throws -> RoutingSetup {
        var rows = (0..<count).map { Int32($0 + 1) }
        rows[count - 1] = -1
        let network = try RiverNetwork(downstreamRow: rows + [0])
        var setup = RoutingSetup(
            network: network, parameters: .sections(Array(repeating: reach, count: count + 1)), scheme: scheme,
            step: step)
        setup.points[Int(network.reachOfRow[count])] = .given(start: start)
        return setup
    }

    /// Flows of one row.
    private static func series(_ made: MadeRun<Double>, _ network: RiverNetwork, row: Int, steps: Int) -> [Double] {
        let reach = Int(network.reachOfRow[row])
        return Array(made.flows[(reach * steps)..<((reach + 1) * steps)])
    }

    /// Time in steps and height of the greatest value, by the parabola through it and its neighbours.
    private static func peak(_ values: [Double]) -> (at: Double, height: Double) {
        let top = values.indices.max { values[$0] < values[$1] } ?? 0
        guard top > 0, top + 1 < values.count else { return (Double(top), values[top]) }
        let (a, b, c) = (values[top - 1], values[top], values[top + 1])
        let offset = 0.5 * (a - c) / (a - 2 * b + c)
        return (Double(top) + offset, b - 0.25 * (a - c) * offset)
    }

    struct Reference: Sendable {
        let file: String
        let slope: Double
        var isCompound: Bool { file.contains("plain") }
    }

    private static let references = [
        Reference(file: "stvenant_s0.00025_n0.035", slope: 2.5e-4), Reference(file: "stvenant_s5e-05", slope: 5e-5),
        Reference(file: "stvenant_s0.0001", slope: 1e-4), Reference(file: "stvenant_s0.0005", slope: 5e-4),
        Reference(file: "stvenant_s0.001", slope: 1e-3), Reference(file: "stvenant_s0.002", slope: 2e-3),
        Reference(file: "stvenant_plain_s0.0001", slope: 1e-4),
        Reference(file: "stvenant_plain_s0.00025", slope: 2.5e-4),
        Reference(file: "stvenant_plain_s0.001", slope: 1e-3),
    ]

    @Test(arguments: references, [1, 2]) func `the peak of the full equations is met to 0.5 % and a quarter of an hour`(
        reference: Reference, coarseness: Int
    ) throws {
        let rows = try Repository.text("Fixtures/routing/\(reference.file).csv").split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map { Double($0)! } }
        // steps of half an hour or an hour, reaches of 2 or 4 km
        let taken = rows.indices.filter { ($0 - rows.startIndex).isMultiple(of: coarseness) }.map { rows[$0] }
        let (count, steps) = (50 / coarseness, taken.count - 1)
        let reach = Self.reach(reference.slope, isCompound: reference.isCompound, length: 100_000 / Double(count))
        let setup = try Self.chain(
            reach, count: count, .diffusive, step: 1800 * Double(coarseness), start: taken[0][1])
        let made = try MadeRun(
            setup, lateral: [Double](repeating: 0, count: (count + 1) * steps), steps: steps,
            given: [taken.dropFirst().map { $0[1] }]
        ) { try RoutingRun<Double>.make($0) }
        let found = Self.peak(Self.series(made, setup.network, row: count - 1, steps: steps))
        let wanted = Self.peak(rows.dropFirst().map { $0[2] })
        let late = (found.at + 1) * 0.5 * Double(coarseness) - (wanted.at + 1) * 0.5
        #expect((found.height / wanted.height - 1).magnitude < 0.005, "\(found.height), not \(wanted.height) m3/s")
        #expect(late.magnitude < 0.25, "\(late) h late")
        #expect(made.run.balance().relativeError.magnitude < 1e-12)
    }

    /// Depths at the nodes of the reach above an outlet that is held.
    private func profile(_ run: RoutingRun<Double>, _ reach: Int, count: Int) -> [Double] {
        let state = run.state()
        return (0..<count).map { state.reaches[reach * state.names.count + 2 + $0] }
    }

    @Test(arguments: [1.0, 4, 9]) func `steady water held back has the depths of the equation of gradually varied flow`(
        depth: Double
    ) throws {
        let length = 40_000.0
        let reach = Self.reach(2.5e-4, length: length)
        var setup = RoutingSetup(
            network: try RiverNetwork(downstreamRow: [-1]), parameters: .sections([reach]), scheme: .diffusive,
            step: 3600)
        setup.heldDepths[0] = depth
        let run = try RoutingRun<Double>.make(setup)
        run.start { _, _ in 150 }
        let nodes = run.state().names.count / 2 - 1
        let found = profile(run, 0, count: nodes)
        let grid = DiffusiveWaveGrid(
            setup.network, [reach], points: SpecialPoints([:], reaches: 1, step: 3600), held: [0])
        // dy/dx = S0 - (Q/K)^2, upward from the held end by Runge and Kutta
        let section = ConveyanceSection(reach)
        func fall(_ y: Double) -> Double {
            let ratio = 150 / section.hydraulics(y).conveyance
            return 2.5e-4 - ratio * ratio
        }
        var (y, worst) = (depth, 0.0)
        for node in (0..<(nodes - 1)).reversed() {
            let dx = grid.length[node] / 2000
            for _ in 0..<2000 {
                let a = fall(y)
                let b = fall(y - dx / 2 * a)
                let c = fall(y - dx / 2 * b)
                let d = fall(y - dx * c)
                y -= dx / 6 * (a + 2 * b + 2 * c + d)
            }
            worst = max(worst, (found[node] / y - 1).magnitude)
        }
        // a drawdown is steeper than the grid
        #expect(worst < (depth < 2 ? 0.02 : 0.002), "\(worst)")
        #expect(found[nodes - 1] == depth)
    }

    @Test func `a tide runs upstream, keeps its water and goes on after a break`() throws {
        let count = 20
        var rows = (0..<count).map { Int32($0 + 1) }
        rows[count - 1] = -1
        let network = try RiverNetwork(downstreamRow: rows)
        var setup = RoutingSetup(
            network: network,
            parameters: .sections(Array(repeating: Self.reach(5e-5), count: count)), scheme: .diffusive, step: 1800)
        setup.heldDepths[count - 1] = 4
        let steps = 150
        let depths = (1...steps).map { 4 + 1.5 * sin(Double($0) * 0.5 / 12.42 * 2 * Double.pi) }
        func advance(_ run: RoutingRun<Double>, _ range: Range<Int>) -> [Double] {
            var flows = [Double](repeating: 0, count: count * range.count)
            let lateral = (0..<(count * range.count)).map { $0 / range.count == 0 ? 60.0 : 0 }
            lateral.withUnsafeBufferPointer { lateral in
                flows.withUnsafeMutableBufferPointer { flows in
                    Array(depths[range]).withUnsafeBufferPointer { depths in
                        run.advance(
                            steps: range.count, lateral: .memory(lateral.baseAddress!, stride: range.count),
                            flows: .all(flows.baseAddress!, stride: range.count), depths: depths.baseAddress)
                    }
                }
            }
            return flows
        }
        let whole = try RoutingRun<Double>.make(setup)
        whole.start { reach, _ in reach == 0 ? 60 : 0 }
        let all = advance(whole, 0..<steps)
        let mouth = Array(all[((count - 1) * steps)..<(count * steps)])
        // the tide turns the flow at the mouth round; up the river it is felt less
        #expect(mouth.min()! < -20 && mouth.max()! > 100, "\(mouth.min()!) \(mouth.max()!)")
        let above = Array(all[(3 * steps)..<(4 * steps)].dropFirst(60))
        #expect(above.max()! - above.min()! < 0.5 * (mouth.max()! - mouth.min()!))
        #expect(above.max()! - above.min()! > 0.1)
        #expect(whole.balance().relativeError.magnitude < 1e-12)
        let first = try RoutingRun<Double>.make(setup)
        first.start { reach, _ in reach == 0 ? 60 : 0 }
        _ = advance(first, 0..<70)
        let second = try RoutingRun<Double>.make(setup)
        #expect(second.restore(first.state()))
        let rest = advance(second, 70..<steps)
        let isSame = (0..<count).allSatisfy { reach in
            rest[(reach * (steps - 70))..<((reach + 1) * (steps - 70))]
                == all[(reach * steps + 70)..<((reach + 1) * steps)]
        }
        #expect(isSame)
    }

    @Test func `a flood in the main river holds its tributary back and fills it`() throws {
        // 0 and 1 flow into 2; the flood comes down 0
        let network = try RiverNetwork(downstreamRow: [2, 2, -1])
        let small = RoutedReach(
            channel: TrapezoidSection(bottomWidth: 8, sideSlope: 2, manningN: 0.04, slope: 2e-4), length: 15_000)
        var setup = RoutingSetup(
            network: network, parameters: .sections([Self.reach(2e-4), small, Self.reach(2e-4, length: 20_000)]),
            scheme: .diffusive, step: 900)
        let steps = 200
        var lateral = [Double](repeating: 0, count: 3 * steps)
        let (main, tributary) = (Int(network.reachOfRow[0]), Int(network.reachOfRow[1]))
        for step in 0..<steps {
            lateral[main * steps + step] = step < 20 ? 40 : 600
            lateral[tributary * steps + step] = 5
        }
        let held = try MadeRun(setup, lateral: lateral, steps: steps) { try RoutingRun<Double>.make($0) }
        let flows = Self.series(held, network, row: 1, steps: steps)
        // the river runs up the tributary until it is full; then what comes down leaves again
        #expect(flows.min()! < -20)
        #expect((flows[steps - 1] - 5).magnitude < 0.5)
        #expect(held.run.balance().relativeError.magnitude < 1e-12)
        setup.scheme = .mct
        let free = try MadeRun(setup, lateral: lateral, steps: steps) { try RoutingRun<Double>.make($0) }
        let unheld = Self.series(free, network, row: 1, steps: steps).allSatisfy { ($0 - 5).magnitude < 1e-9 }
        #expect(unheld)
    }

    @Test func `a sudden front on a steep dry bed arrives with waves of its own of less than 4 %`() throws {
        let reach = RoutedReach(
            channel: TrapezoidSection(bottomWidth: 20, sideSlope: 1, manningN: 0.04, slope: 5e-3), length: 3000)
        let setup = try Self.chain(reach, count: 20, .diffusive, step: 600, start: 0)
        let steps = 100
        let made = try MadeRun(
            setup, lateral: [Double](repeating: 0, count: 21 * steps), steps: steps,
            given: [(0..<steps).map { $0 < 60 ? 500 : 0 }]
        ) { try RoutingRun<Double>.make($0) }
        for row in [0, 10, 19] {
            let flows = Self.series(made, setup.network, row: row, steps: steps)
            #expect(flows.allSatisfy { $0 > -1e-6 && $0 < 500 * 1.04 }, "row \(row): \(flows.min()!) \(flows.max()!)")
            let top = flows.indices.max { flows[$0] < flows[$1] }!
            #expect(zip(flows[..<top], flows[1...top]).allSatisfy { $0 <= $1 + 0.02 * 500 })
        }
        #expect(made.run.balance().relativeError.magnitude < 1e-12)
    }

    @Test func `a level is refused where none can act`() throws {
        var setup = RoutingSetup(
            network: try RiverNetwork(downstreamRow: [1, -1]),
            parameters: .sections(Array(repeating: Self.reach(1e-4), count: 2)), scheme: .mct, step: 900)
        setup.heldDepths[1] = 3
        #expect(throws: RoutingProblem.self) { try RoutingRun<Double>.make(setup) }
        setup.scheme = .diffusive
        #expect(throws: Never.self) { try RoutingRun<Double>.make(setup) }
        setup.heldDepths = [0: 3]
        #expect(throws: RoutingProblem.self) { try RoutingRun<Double>.make(setup) }
        setup.heldDepths = [1: -.infinity]
        #expect(throws: RoutingProblem.self) { try RoutingRun<Double>.make(setup) }
    }
}
