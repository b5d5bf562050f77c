import River
import Series
import Testing

@testable import Forecasting

@Suite struct GaugeHindcastTests {
    /// A river whose gauge follows the one above after three steps.
    private func river(_ count: Int, seed: UInt64) -> GaugeSeries {
        var generator = SeededGenerator(seed: seed)
        var (store, upper): (Double, [Double]) = (5, [])
        for _ in 0..<count {
            store = 0.9 * store + (generator.nextUnit() < 0.1 ? 20 * generator.nextUnit() : 0.4)
            upper.append(store)
        }
        let lower = upper.indices.map { place -> Double? in
            place < 3 ? nil : 1.5 * upper[place - 3] * (0.97 + 0.06 * generator.nextUnit())
        }
        return GaugeSeries(target: lower, upstream: [upper])
    }

    @Test func `a gauge that follows the one above is forecast far better than by its last flow`() throws {
        let series = river(1500, seed: 3)
        let hindcast = try #require(GaugeHindcast(series, lead: 3, fitting: 0..<900))
        var (observed, forecast, known): ([Double], [Double], [Double]) = ([], [], [])
        var inside = 0
        for issue in 900..<1497 {
            let value = try #require(hindcast.values[issue])
            let outcome = series.target[issue + 3] ?? 0
            observed.append(outcome)
            forecast.append(value.flow)
            known.append(series.target[issue] ?? 0)
            if value.band.contains(outcome) { inside += 1 }
            #expect(value.band.lowerBound >= 0)
        }
        let index = LeadSkill.persistenceIndex(observed: observed, forecast: forecast, known: known)
        #expect((index ?? 0) > 0.9)
        #expect((0.75...0.85).contains(Double(inside) / Double(observed.count)))
        #expect(hindcast.knowledge == .fitted)
    }

    @Test func `nothing after the fitting period and nothing after the issue is used`() throws {
        let series = river(1500, seed: 4)
        let hindcast = try #require(GaugeHindcast(series, lead: 2, fitting: 0..<900))
        func changed(from place: Int) -> GaugeSeries {
            GaugeSeries(
                target: series.target.enumerated().map { $0 < place ? $1 : 900 },
                upstream: series.upstream.map { $0.enumerated().map { $0 < place ? $1 : 5 } })
        }
        let same = try #require(GaugeHindcast(changed(from: 951), lead: 2, fitting: 0..<900))
        #expect(hindcast.values[950] == same.values[950] && hindcast.values[900] == same.values[900])
        #expect(hindcast.values[951] != same.values[951])
    }

    @Test func `on what it was fitted to it is never worse than persistence or the model alone`() throws {
        for seed in 1..<9 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var (level, error): (Double, Double) = (10, 0)
            var flow: [Double?] = []
            var model: [Double?] = []
            for step in 0..<600 {
                level = max(0.5, level + (generator.nextUnit() - 0.5) * (step % 97 < 9 ? 6 : 0.5))
                error = 0.9 * error + (generator.nextUnit() - 0.5) * Double(seed)
                flow.append(level)
                model.append(max(0, level + error))
            }
            let series = GaugeSeries(target: flow, simulations: [.init(name: "GR4H", flow: model)])
            for lead in [1, 6, 24] {
                let hindcast = try #require(GaugeHindcast(series, lead: lead, fitting: 0..<500))
                let floors = hindcast.members.filter { $0.name == "persistence" || $0.name == "GR4H alone" }
                #expect(floors.count == 2)
                for floor in floors {
                    #expect(hindcast.fitError <= floor.fitError * (1 + 1e-9), "seed \(seed), lead \(lead)")
                }
            }
        }
    }

    @Test func `a flow that nothing explains is left near persistence, and a gap gives no forecast`() throws {
        var generator = SeededGenerator(seed: 5)
        var level = 10.0
        let walk = (0..<600).map { _ -> Double? in
            level = max(1, level + generator.nextUnit() - 0.5)
            return level
        }
        let series = GaugeSeries(target: walk, upstream: [(0..<600).map { _ in generator.nextUnit() }])
        let hindcast = try #require(GaugeHindcast(series, lead: 1, fitting: 0..<500))
        let value = try #require(hindcast.values[550])
        #expect((value.flow / (walk[550] ?? 1) - 1).magnitude < 0.2)
        var holes = walk
        holes[549] = nil
        let torn = try #require(GaugeHindcast(GaugeSeries(target: holes), lead: 1, fitting: 0..<500))
        #expect(torn.values[549] == nil)
        #expect(GaugeHindcast(series, lead: 1, fitting: 0..<80) == nil)
    }

    @Test func `a record with one flood says that it cannot know`() throws {
        let flow = (0..<400).map { step -> Double? in
            step < 150 ? 1 + 0.001 * Double(step % 7) : 1 + 80 * Elementary.exp(-Double(step - 150) / 60)
        }
        let hindcast = try #require(GaugeHindcast(GaugeSeries(target: flow), lead: 12, fitting: 0..<400))
        guard case .tooFew(let cases) = hindcast.knowledge else {
            Issue.record("one flood is no experience")
            return
        }
        #expect(cases < GaugeHindcast.enough)
    }

    @Test func `rain that is known for the last years only still corrects what flows say`() throws {
        var generator = SeededGenerator(seed: 11)
        var (store, flow): (Double, [Double?]) = (10, [])
        let rain = (0..<2400).map { _ in generator.nextUnit() < 0.2 ? 30 * generator.nextUnit() : 0 }
        for step in 0..<2400 {
            // rain of a day is in the river the day after
            store = 0.8 * store + 2 + (step > 0 ? 0.5 * rain[step - 1] : 0)
            flow.append(store)
        }
        let known = rain.enumerated().map { $0 < 1400 ? nil : Optional($1) }
        let series = GaugeSeries(target: flow, rain: [known], isRainKnown: true)
        let hindcast = try #require(GaugeHindcast(series, lead: 1, fitting: 0..<2000))
        #expect(!hindcast.members.contains { $0.name == "flows and rain" })
        let rainy = try #require(hindcast.members.first { $0.name == "rain on flows" })
        let plain = try #require(hindcast.members.first { $0.name == "flows" })
        #expect(rainy.fitError < 0.3 * plain.fitError && hindcast.fitError < 0.3 * plain.fitError)
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
