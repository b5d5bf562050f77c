import River
import Series

/// The made reaches and hydrographs of the routing benchmark.
struct RoutingBench: Benchmark {
    let reaches: [Reach]
    let inflow: [Double]

    init(reaches count: Int, steps: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        reaches = (0..<count).map { number in
            Reach(
                id: ReachID("reach-\(number)")!, river: "bench", upstream: StationID("upper")!,  // made ids are valid
                downstream: StationID("lower")!, length: 10_000, slope: 1e-4 + 1e-3 * generator.nextUnit(),
                manningN: 0.03 + 0.02 * generator.nextUnit(), bottomWidth: 20 + 300 * generator.nextUnit(),
                sideSlope: 2,
                celerity: 2.5, known: .estimated, source: "made")
        }
        inflow = (0..<steps).map { step in
            let x = Double(step) / 24
            return 100 + 2000 * Elementary.power(x * Elementary.exp(1 - x), 3)
        }
    }

    var unit: String { "reach-steps/s" }
    var size: String { "\(reaches.count) reaches x \(inflow.count) steps" }

    func run() -> BenchSample {
        let begin = ContinuousClock.now
        let checksum = reaches.reduce(0) { $0 + ($1.route(inflow, step: 1800).outflow.last ?? 0) }
        let seconds = (ContinuousClock.now - begin).inSeconds
        return BenchSample(value: Double(reaches.count) * Double(inflow.count - 1) / seconds, checksum: checksum)
    }
}
