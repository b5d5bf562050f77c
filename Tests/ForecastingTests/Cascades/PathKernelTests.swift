import River
import Series
import Testing

@testable import Forecasting

@Suite struct PathKernelTests {
    // literal ids
    private func reach(_ length: Double, celerity: Double, slope: Double = 3e-4, width: Double = 150) -> Reach {
        Reach(
            id: ReachID("reach")!, river: "sample", upstream: StationID("a")!, downstream: StationID("b")!,
            length: length, slope: slope, manningN: 0.033, bottomWidth: width, sideSlope: 2, celerity: celerity,
            known: .estimated, source: "made")
    }

    @Test func `no path, and one that water passes within half a step, keep water where it is`() {
        #expect(PathKernel.terms([], flow: 1000, step: 3600) == [.init(lag: 0, weight: 1)])
        #expect(PathKernel.terms([reach(5_000, celerity: 3)], flow: 1000, step: 3600) == [.init(lag: 0, weight: 1)])
    }

    @Test(arguments: 0..<40)
    func `shares are no negative numbers, sum to one, and arrive after the travel time on the mean`(
        seed: Int
    ) {
        var random = SeededGenerator(seed: UInt64(seed))
        func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.nextUnit() }
        let path = (0..<(1 + seed % 5)).map { _ in
            reach(number(3_000, 200_000), celerity: number(0.8, 4), slope: number(5e-5, 2e-3), width: number(60, 400))
        }
        let terms = PathKernel.terms(path, flow: number(10, 9_000), step: 3600)
        #expect(terms.allSatisfy { $0.weight > 0 && $0.lag >= 0 })
        #expect((terms.reduce(0) { $0 + $1.weight } - 1).magnitude < 1e-12)
        let hours = path.reduce(0) { $0 + $1.travelTime } / 3600
        let mean = terms.reduce(0) { $0 + Double($1.lag) * $1.weight }
        // whole steps, and tails below a thousandth that are left out
        #expect((mean - hours).magnitude <= max(0.5, 0.03 * hours), "\(mean) for \(hours) h")
    }

    @Test func `a flat and wide river spreads water more than a steep and narrow one`() {
        func spread(_ path: [Reach]) -> Double {
            let terms = PathKernel.terms(path, flow: 2000, step: 3600)
            let mean = terms.reduce(0) { $0 + Double($1.lag) * $1.weight }
            return terms.reduce(0) { $0 + (Double($1.lag) - mean) * (Double($1.lag) - mean) * $1.weight }
        }
        #expect(
            spread([reach(90_000, celerity: 2.5, slope: 6e-5)]) > 2
                * spread([reach(90_000, celerity: 2.5, slope: 2e-3)]))
    }
}
