import River
import Series

/// A random network with parameters, from one seed.
struct MadeNetwork {
    let network: RiverNetwork
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - reach: how far below a reach its downstream may stand; 1 makes chains, a large number bushes.
    init(reaches count: Int, seed: UInt64, within reach: Int = 40, outlets: Double = 0.02) throws {
        var generator = SeededGenerator(seed: seed)
        var rows = (0..<count).map { row in
            row == count - 1 || generator.nextUnit() < outlets
                ? Int32(-1) : Int32(min(count - 1, row + 1 + Int(generator.next(below: UInt64(reach)))))
        }
        // rows in any order
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(index, Int(generator.next(below: UInt64(index + 1))))
        }
        let places = order.firstIndexTable
        rows = order.map { rows[$0] < 0 ? -1 : Int32(places[Int(rows[$0])]) }
        network = try RiverNetwork(downstreamRow: rows)
        self.generator = generator
    }

    /// Random numbers, one a row.
    mutating func numbers(_ range: ClosedRange<Double>) -> [Double] {
        (0..<network.count).map { _ in range.lowerBound + (range.upperBound - range.lowerBound) * generator.nextUnit() }
    }

    /// What a scheme needs.
    mutating func parameters(for scheme: RoutingSchemeName) -> ReachParameters {
        if scheme == .muskingum { return .muskingum(k: numbers(900...9000), x: numbers(0.05...0.35)) }
        if scheme == .lag {
            let (lag, k, shape) = (numbers(0...9000), numbers(900...9000), numbers(0...1))
            return .lags(
                (0..<network.count).map { row in
                    shape[row] < 0.5
                        ? LagReach(lag: lag[row], k: k[row])
                        : LagReach(
                            points: [
                                .init(flow: 1, lag: lag[row], k: k[row]),
                                .init(flow: 20, lag: 0.5 * lag[row], k: 0.7 * k[row]),
                                .init(flow: 90, lag: 0.8 * lag[row], k: 1.5 * k[row]),
                            ]) ?? LagReach(lag: lag[row], k: k[row])
                })
        }
        let (width, side, n) = (numbers(2...60), numbers(0.5...4), numbers(0.025...0.06))
        let (slope, length, plain) = (numbers(1e-4...5e-3), numbers(500...6000), numbers(0...1))
        return .sections(
            (0..<network.count).map { row in
                let channel = TrapezoidSection(
                    bottomWidth: width[row], sideSlope: side[row], manningN: n[row], slope: slope[row])
                let bankfull = width[row] + 2 * side[row]
                return RoutedReach(
                    channel: channel, length: length[row],
                    floodPlain: plain[row] < 0.3
                        ? FloodPlain(width: 3 * bankfull, manningN: 2 * n[row], bankfullWidth: bankfull, of: channel)
                        : nil)
            })
    }

    /// Lateral inflow with a flood, m3/s, shape [reach][step][lane].
    mutating func lateral<Scalar: RoutingScalar>(steps: Int, members: Int = 1, lanes: Int = 1) -> [Scalar] {
        let (base, peak, time) = (numbers(0...0.5), numbers(0...6), numbers(0...Double(steps)))
        var values = [Scalar](repeating: 0, count: network.count * steps * lanes)
        for reach in 0..<network.count {
            for step in 0..<steps {
                let distance = (Double(step) - time[reach]) / 5
                for member in 0..<members {
                    values[(reach * steps + step) * lanes + member] = Scalar(
                        base[reach] + peak[reach] * (1 + 0.1 * Double(member)) / (1 + distance * distance))
                }
            }
        }
        return values
    }
}

extension [Int] {
    /// Of each number the place at which it stands in a permutation.
    fileprivate var firstIndexTable: [Int] {
        var table = [Int](repeating: 0, count: count)
        for (place, number) in enumerated() { table[number] = place }
        return table
    }
}

/// A run of a whole made case.
struct MadeRun<Scalar: RoutingScalar> {
    /// Shape [reach][step][lane].
    let flows: [Scalar]
    let run: RoutingRun<Scalar>

    /// - Parameters:
    ///   - blocks: into how many calls the steps are divided.
    ///   - byRuns: whether lateral inflow is made, and flows are taken, a few reaches at a time.
    init(
        _ setup: RoutingSetup, lateral: [Scalar], steps: Int, blocks: Int = 1, byRuns: Bool = false,
        given: [[Double]] = [],
        make: (RoutingSetup) throws -> RoutingRun<Scalar>
    ) throws {
        run = try make(setup)
        let lanes = run.lanes
        run.start { reach, member in lateral[reach * steps * lanes + member].inDouble }
        flows = MadeRun.advance(
            run, lateral: lateral, steps: 0..<steps, of: steps, blocks: blocks, byRuns: byRuns, given: given)
    }

    /// Advances by some of the steps and returns the flows of all, zero elsewhere.
    static func advance(
        _ run: RoutingRun<Scalar>, lateral: [Scalar], steps: Range<Int>, of all: Int, blocks: Int = 1,
        byRuns: Bool = false, given: [[Double]] = []
    ) -> [Scalar] {
        let lanes = run.lanes
        var flows = [Scalar](repeating: 0, count: run.count * all * lanes)
        lateral.withUnsafeBufferPointer { source in
            flows.withUnsafeMutableBufferPointer { target in
                var first = steps.lowerBound
                for block in 0..<blocks {
                    let end = steps.lowerBound + steps.count * (block + 1) / blocks
                    let hydrographs = given.flatMap { $0[first..<end] }
                    hydrographs.withUnsafeBufferPointer { hydrographs in
                        let (side, flows) = (source.baseAddress! + first * lanes, target.baseAddress! + first * lanes)
                        let stride = all * lanes
                        run.advance(
                            steps: end - first,
                            lateral: byRuns ? made(side, stride, lanes) : .memory(side, stride: stride),
                            flows: byRuns ? taken(flows, stride, lanes) : .all(flows, stride: stride),
                            given: hydrographs.baseAddress)
                    }
                    first = end
                }
            }
        }
        return flows
    }

    private static func made(_ side: UnsafePointer<Scalar>, _ stride: Int, _ lanes: Int) -> LateralTiles<Scalar> {
        nonisolated(unsafe) let side = side  // read only
        return .made { reaches, steps, room in
            for (place, reach) in reaches.enumerated() {
                (room + place * steps.count * lanes).update(
                    from: side + reach * stride + steps.lowerBound * lanes, count: steps.count * lanes)
            }
        }
    }

    private static func taken(
        _ flows: UnsafeMutablePointer<Scalar>, _ stride: Int, _ lanes: Int
    ) -> FlowTiles<Scalar> {
        nonisolated(unsafe) let flows = flows  // every reach has memory of its own
        return .taken { reaches, steps, own in
            for (place, reach) in reaches.enumerated() {
                (flows + reach * stride + steps.lowerBound * lanes).update(
                    from: own + place * steps.count * lanes, count: steps.count * lanes)
            }
        }
    }
}
