import River
import Series
import Testing

@testable import Forecasting

@Suite struct FlowRegressionTests {
    /// A river whose gauge follows the one above after three steps.
    private func river(_ count: Int, seed: UInt64) -> FlowRegression.Series {
        var generator = SeededGenerator(seed: seed)
        var (store, upper): (Double, [Double]) = (5, [])
        for _ in 0..<count {
            store = 0.9 * store + (generator.nextUnit() < 0.1 ? 20 * generator.nextUnit() : 0.4)
            upper.append(store)
        }
        let lower = upper.indices.map { place -> Double? in
            place < 3 ? nil : 1.5 * upper[place - 3] * (0.97 + 0.06 * generator.nextUnit())
        }
        return FlowRegression.Series(target: lower, upstream: [upper], rain: [])
    }

    @Test func `a gauge that follows the one above is forecast far better than by its last flow`() throws {
        let series = river(1500, seed: 3)
        let model = try #require(FlowRegression(series, lead: 3, fitting: 0..<900))
        #expect(!model.isPersistence)
        var (observed, forecast, known): ([Double], [Double], [Double]) = ([], [], [])
        var inside = 0
        for issue in 900..<1497 {
            let value = try #require(model.value(series, at: issue))
            let outcome = series.target[issue + 3] ?? 0
            observed.append(outcome)
            forecast.append(value.flow)
            known.append(series.target[issue] ?? 0)
            if value.low <= outcome, outcome <= value.high { inside += 1 }
            #expect(value.low <= value.high && value.low >= 0)
        }
        let index = LeadSkill.persistenceIndex(observed: observed, forecast: forecast, known: known)
        #expect((index ?? 0) > 0.9)
        #expect((0.7...0.9).contains(Double(inside) / Double(observed.count)))
    }

    @Test func `nothing after the fitting period and nothing after the issue is used`() throws {
        let series = river(1500, seed: 4)
        let model = try #require(FlowRegression(series, lead: 2, fitting: 0..<900))
        func changed(from place: Int) -> FlowRegression.Series {
            FlowRegression.Series(
                target: series.target.enumerated().map { $0 < place ? $1 : 900 },
                upstream: series.upstream.map { $0.enumerated().map { $0 < place ? $1 : 5 } }, rain: [])
        }
        let same = try #require(FlowRegression(changed(from: 900), lead: 2, fitting: 0..<900))
        #expect(model.value(series, at: 950) == same.value(series, at: 950))
        #expect(model.value(series, at: 950) == model.value(changed(from: 951), at: 950))
    }

    @Test func `a flow that nothing explains is left to persistence, and a gap gives no forecast`() throws {
        var generator = SeededGenerator(seed: 5)
        var level = 10.0
        let walk = (0..<600).map { _ -> Double? in
            level = max(1, level + generator.nextUnit() - 0.5)
            return level
        }
        let noise = (0..<600).map { _ -> Double? in generator.nextUnit() }
        let series = FlowRegression.Series(target: walk, upstream: [noise], rain: [])
        let model = try #require(FlowRegression(series, lead: 1, fitting: 0..<500))
        let value = try #require(model.value(series, at: 550))
        #expect((value.flow / (walk[550] ?? 1) - 1).magnitude < 0.2)
        var holes = noise
        holes[549] = nil
        let torn = FlowRegression.Series(target: walk, upstream: [holes], rain: [])
        #expect(model.value(torn, at: 550) == nil && model.value(torn, at: 3) == nil)
        #expect(FlowRegression(series, lead: 1, fitting: 0..<80) == nil)
    }

    @Test func `an interval by blocks is wider than one by single values and a seed repeats it`() throws {
        var generator = SeededGenerator(seed: 6)
        var (value, values): (Double, [Double]) = (0, [])
        for _ in 0..<800 {
            value = 0.95 * value + generator.nextNormal()
            values.append(value)
        }
        func mean(_ places: [Int]) -> Double? { places.reduce(0) { $0 + values[$1] } / Double(places.count) }
        let blocks = try #require(BlockBootstrap.interval(count: 800, block: 60, seed: 1, mean))
        let single = try #require(BlockBootstrap.interval(count: 800, block: 1, seed: 1, mean))
        #expect(blocks.high - blocks.low > 2 * (single.high - single.low))
        let again = try #require(BlockBootstrap.interval(count: 800, block: 60, seed: 1, mean))
        #expect(again == blocks)
        #expect(BlockBootstrap.interval(count: 10, block: 20, seed: 1, mean) == nil)
    }
}
