import River
import Series
import Testing

@testable import Forecasting

@Suite struct RainfallCorrectionTests {
    @Test func `mapped values are distributed as observed ones, in the same order, and a record is not cut off`() throws
    {
        var generator = SeededGenerator(seed: 3)
        func rain(_ share: Double, _ mean: Double) -> [Double] {
            (0..<4000).map { _ in
                generator.nextUnit() < share ? -mean * Elementary.log(generator.nextUnit()) : 0
            }
        }
        // a model that drizzles too often
        let (modelled, observed) = (rain(0.7, 3), rain(0.3, 9))
        let map = try #require(QuantileMapping(modelled: modelled, observed: observed))
        let mapped = modelled.map(map.corrected)
        let (got, wanted) = (mapped.sorted(), observed.sorted())
        for p in [0.5, 0.75, 0.9, 0.99] {
            #expect((quantile(p, ofSorted: got) - quantile(p, ofSorted: wanted)).magnitude < 0.4, "at \(p)")
        }
        #expect((Double(mapped.count { $0 == 0 }) / 4000 - 0.7).magnitude < 0.03)
        let rising = (0..<200).map { map.corrected(Double($0) / 4) }
        #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 <= $1 } && rising[0] == 0)
        let top = modelled.max() ?? 0
        #expect((map.corrected(2 * top) / map.corrected(top) - 2).magnitude < 1e-12)
        #expect(QuantileMapping(modelled: [1, 2], observed: observed) == nil)
        #expect(QuantileMapping(modelled: modelled + [-1], observed: observed) == nil)
        let dry = try #require(QuantileMapping(modelled: [Double](repeating: 0, count: 20), observed: observed))
        #expect(dry.corrected(0) == 0)
    }

    @Test func `the example of Clark and others comes out`() {
        // Clark et al. (2004), figure 2: ten members of one variable and ten past days
        let members = [15.3, 11.2, 8.8, 11.9, 7.5, 9.7, 8.3, 12.5, 10.3, 10.1]
        let days = [10.7, 9.3, 6.8, 11.3, 12.2, 13.6, 8.9, 9.9, 11.8, 12.9]
        let shuffled = SchaakeShuffle.shuffled([members], history: [days])[0]
        #expect(shuffled == [10.1, 8.8, 7.5, 10.3, 11.9, 15.3, 8.3, 9.7, 11.2, 12.5])
    }

    @Test func `places go together again as they did, and no value changes`() {
        var generator = SeededGenerator(seed: 4)
        let days = (0..<51).map { _ in generator.nextUnit() }
        let history = [days, days.map { 3 * $0 + 0.01 * generator.nextUnit() }, days.map { 1 - $0 }]
        let ensembles = (0..<3).map { _ in (0..<51).map { _ in generator.nextUnit() } }
        let shuffled = SchaakeShuffle.shuffled(ensembles, history: history)
        func correlation(_ a: [Double], _ b: [Double]) -> Double {
            PairMoments(observed: a, simulated: b).correlation ?? 0
        }
        #expect(correlation(ensembles[0], ensembles[1]).magnitude < 0.4)
        #expect(correlation(shuffled[0], shuffled[1]) > 0.9 && correlation(shuffled[0], shuffled[2]) < -0.9)
        #expect(zip(shuffled, ensembles).allSatisfy { $0.sorted() == $1.sorted() })
        #expect(SchaakeShuffle.shuffled([[1, 2, 3]], history: [[0, 0, 0]]) == [[1, 2, 3]])
    }
}
