import River
import Series

// Digests of routed flows, one line a case: what Scripts/check-instruction-sets compares between two builds.

/// FNV-1a over the bits of numbers.
struct Digest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: Double) {
        var bits = number.bitPattern
        for _ in 0..<8 {
            value = (value ^ (bits & 0xff)) &* 0x100_0000_01b3
            bits >>= 8
        }
    }
}

/// A seeded network: rows flow into rows a little further down.
func network(_ count: Int, _ generator: inout SeededGenerator) throws -> RiverNetwork {
    try RiverNetwork(
        downstreamRow: (0..<count).map { row in
            row == count - 1 || generator.nextUnit() < 0.02
                ? -1 : Int32(min(count - 1, row + 1 + Int(generator.next(below: 12))))
        })
}

func parameters(_ scheme: RoutingSchemeName, _ count: Int, _ generator: inout SeededGenerator) -> ReachParameters {
    func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.nextUnit() }
    switch scheme {
    case .muskingum:
        return .muskingum(
            k: (0..<count).map { _ in number(900, 9000) }, x: (0..<count).map { _ in number(0.05, 0.35) })
    case .lag:
        return .lags((0..<count).map { _ in LagReach(lag: number(0, 9000), k: number(600, 6000)) })
    case .mct, .nwm, .diffusive:
        return .sections(
            (0..<count).map { _ in
                let channel = TrapezoidSection(
                    bottomWidth: number(2, 60), sideSlope: number(0.5, 4), manningN: number(0.025, 0.06),
                    slope: number(1e-4, 5e-3))
                let bankfull = channel.bottomWidth + number(2, 9) * channel.sideSlope
                return RoutedReach(
                    channel: channel, length: number(500, 6000),
                    floodPlain: number(0, 1) < 0.3
                        ? FloodPlain(width: 3 * bankfull, manningN: 0.08, bankfullWidth: bankfull, of: channel) : nil)
            })
    }
}

func digest<Scalar: RoutingScalar>(
    _ setup: RoutingSetup, _ seed: UInt64, make: (RoutingSetup) throws -> RoutingRun<Scalar>
) throws -> UInt64 {
    var generator = SeededGenerator(seed: seed)
    let run = try make(setup)
    let (count, lanes, steps) = (run.count, run.lanes, 48)
    var lateral = [Scalar](repeating: 0, count: count * steps * lanes)
    for reach in 0..<count {
        let (base, peak, time) = (generator.nextUnit(), 8 * generator.nextUnit(), 48 * generator.nextUnit())
        for step in 0..<steps {
            for member in 0..<setup.members {
                let distance = (Double(step) - time) / 5
                lateral[(reach * steps + step) * lanes + member] = Scalar(
                    base + peak * (1 + 0.1 * Double(member)) / (1 + distance * distance))
            }
        }
    }
    var flows = [Scalar](repeating: 0, count: lateral.count)
    run.start { reach, member in lateral[(reach * steps) * lanes + member].inDouble }
    lateral.withUnsafeBufferPointer { source in
        flows.withUnsafeMutableBufferPointer { target in
            guard let side = source.baseAddress, let flow = target.baseAddress else { return }
            for first in [0, 20] {
                run.advance(
                    steps: first == 0 ? 20 : 28, lateral: .memory(side + first * lanes, stride: steps * lanes),
                    flows: .all(flow + first * lanes, stride: steps * lanes))
            }
        }
    }
    var digest = Digest()
    for flow in flows { digest.add(flow.inDouble) }
    for number in run.state().reaches { digest.add(number) }
    digest.add(run.balance().relativeError)
    return digest.value
}

for scheme in RoutingSchemeName.allCases {
    for (seed, members) in [(UInt64(1), 1), (2, 1), (3, 5), (4, 21), (5, 51)] {
        var generator = SeededGenerator(seed: seed)
        let network = try network(400, &generator)
        var setup = RoutingSetup(
            network: network, parameters: parameters(scheme, 400, &generator), scheme: scheme, step: 900)
        setup.members = members
        setup.hands = Int(seed)
        let single = try digest(setup, seed) { try RoutingRun<Float>.make($0) }
        let double = try digest(setup, seed) { try RoutingRun<Double>.make($0) }
        print(scheme.rawValue, seed, members, String(single, radix: 16), String(double, radix: 16))
    }
}
