import River
import Series

/// A made river network as large as wanted: random trees of Shreve's topology, one of which has three tenths of all reaches, the
/// others sizes that a few large and many small basins have (Pareto, exponent 0.7); a quarter of the reaches follow another
/// one without a confluence. Numbered upstream first.
struct MadeRivers {
    private var generator: SeededGenerator
    let network: RiverNetwork

    init(reaches count: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var downstream = [Int32](repeating: -1, count: count)
        var begin = 0
        while begin < count {
            let wanted =
                begin == 0 ? Double(count) * 0.3 : Elementary.power(generator.nextUnit(), -1 / 0.7)
            let size = max(1, min(Int(min(wanted, 1e9)), count - begin))
            MadeRivers.grow(&downstream, from: begin, size: size, &generator)
            begin += size
        }
        network = try RiverNetwork(downstreamRow: downstream)
        self.generator = generator
    }

    /// One tree by the cycle lemma: of a shuffled sequence of sources, confluences and links exactly one rotation is a tree.
    private static func grow(
        _ downstream: inout [Int32], from begin: Int, size: Int, _ generator: inout SeededGenerator
    ) {
        let sources = max(1, (size - size / 4 + 1) / 2)
        var steps = [Int8](repeating: 1, count: sources) + [Int8](repeating: -1, count: sources - 1)
        steps += [Int8](repeating: 0, count: size - steps.count)
        for index in stride(from: size - 1, to: 0, by: -1) {
            steps.swapAt(index, Int(generator.next(below: UInt64(index + 1))))
        }
        var (sum, least, first) = (0, Int.max, 0)
        for (index, step) in steps.enumerated() {
            sum += Int(step)
            if sum <= least { (least, first) = (sum, index + 1) }
        }
        var open: [Int32] = []
        for index in 0..<size {
            let reach = Int32(begin + index)
            for _ in 0..<(1 - Int(steps[(first + index) % size])) {
                if let upstream = open.popLast() { downstream[Int(upstream)] = reach }
            }
            open.append(reach)
        }
    }

    /// What a scheme needs of the reaches.
    mutating func parameters(for scheme: RoutingSchemeName) -> ReachParameters {
        if scheme == .muskingum {
            let k = network.downstream.map { _ in 900 + 8100 * generator.nextUnit() }
            return .muskingum(k: k, x: k.map { _ in 0.05 + 0.3 * generator.nextUnit() })
        }
        if scheme == .lag {
            return .lags(
                network.downstream.map { _ in
                    LagReach(lag: 3600 * generator.nextUnit(), k: 900 + 3600 * generator.nextUnit())
                })
        }
        return .sections(
            network.downstream.map { _ in
                let channel = TrapezoidSection(
                    bottomWidth: 2 + 30 * generator.nextUnit(), sideSlope: 0.5 + 2 * generator.nextUnit(),
                    manningN: 0.03 + 0.03 * generator.nextUnit(),
                    slope: 2e-4 * Elementary.power(100, generator.nextUnit()))
                return RoutedReach(channel: channel, length: 500 + 3500 * generator.nextUnit())
            })
    }

    /// Base flow, height and time of the flood of each reach, m3/s and steps.
    mutating func floods(steps: Int) -> [MadeFlood] {
        network.downstream.map { _ in
            MadeFlood(
                base: Float(0.05 + 0.2 * generator.nextUnit()), height: Float(2 * generator.nextUnit()),
                time: Float(Double(steps) * generator.nextUnit()))
        }
    }
}

/// Lateral inflow with one flood.
struct MadeFlood: Sendable {
    let base: Float
    let height: Float
    let time: Float

    @inline(__always) func flow(_ step: Int) -> Float {
        let distance = (Float(step) - time) * 0.125
        return base + height / (1 + distance * distance)
    }
}
