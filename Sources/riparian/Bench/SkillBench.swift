import Forecasting
import River
import Series

/// Quality control of a million values with five tests of QARTOD.
struct QualityBench: Benchmark {
    let seed: UInt64
    let unit = "ms"
    let size = "1e6 values, gross range, spike, rate of change, flat line, attenuated signal"

    func run() -> BenchSample {
        var generator = SeededGenerator(seed: seed)
        var level = 5.0
        let values = GappedValues(
            (0..<1_000_000).map { number -> Double? in
                level += (generator.nextUnit() - 0.5) * 0.1
                return number % 1000 == 7 ? nil : level
            })
        let times: SeriesTimes = (0..<1_000_000).map { Int64($0) * 900 }
        var checksum = 0.0
        var details: [String: Double] = [:]
        func time(_ name: String, _ body: () -> [Quality]) -> Double {
            let seconds = BenchWeather.seconds(1) { checksum += Double(body().count { $0 != .good }) }
            details[name + "_ms"] = seconds * 1e3
            return seconds
        }
        let all =
            time("gross_range") { GrossRangeTest(failSpan: -500...500, suspectSpan: -20...30).flags(values) }
            + time("spike") { SpikeTest(suspect: 0.08, fail: 0.09).flags(values) }
            + time("rate_of_change") { RateOfChangeTest(suspect: 4e-5, fail: 5e-5).flags(values, at: times) }
            + time("flat_line") {
                FlatLineTest(suspect: 7200, fail: 21_600, tolerance: 0.02).flags(values, at: times)
            }
            + time("attenuated") {
                AttenuatedSignalTest(suspect: 0.05, fail: 0.01, period: 43_200).flags(values, at: times)
            }
        return BenchSample(value: all * 1e3, checksum: checksum, details: details)
    }
}

/// Continuous ranked probability scores of a hundred thousand ensembles of 51.
struct RankedProbabilityBench: Benchmark {
    let seed: UInt64
    let unit = "ms"
    let size = "1e5 ensembles of 51"

    func run() -> BenchSample {
        var generator = SeededGenerator(seed: seed)
        let members = (0..<5_100_000).map { _ in generator.nextUnit() }
        let observed = (0..<100_000).map { _ in generator.nextUnit() }
        var checksum = 0.0
        let seconds = BenchWeather.seconds(1) {
            let parts = EnsembleSorting.distances(observed: observed, members: members, count: 51)
            checksum = zip(parts.fromObserved, parts.amongMembers).reduce(0) { $0 + $1.0 - $1.1 }
        }
        return BenchSample(value: seconds * 1e3, checksum: checksum)
    }
}
