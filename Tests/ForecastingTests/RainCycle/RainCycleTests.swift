import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct RainCycleTests {
    private let issued = Instant(secondsSinceEpoch: 1_725_667_200)
    private let parameters = [320.0, 0.2, 60, 6]
    private let upper = StationID("upper")!  // a valid id
    private let lower = StationID("lower")!  // a valid id

    private var basin: Basin {
        let party = PartyID("vn-lao-cai")!  // a valid id
        func station(_ id: StationID) -> Station {
            Station(id: id, name: LocalizedText(vi: id.text, zh: id.text, en: id.text), river: "thao", provider: party)
        }
        return Basin(
            id: "two", name: LocalizedText(vi: "two", zh: "two", en: "two"),
            stations: [station(upper), station(lower)],
            reaches: [
                Reach(
                    id: ReachID("down")!, river: "thao", upstream: upper, downstream: lower, length: 40_000,
                    slope: 8e-4,
                    manningN: 0.035, bottomWidth: 90, sideSlope: 2, celerity: 3, known: .estimated, source: "made")
            ])
    }

    private func rain(_ steps: Int, seed: UInt64) -> RunoffForcing {
        var random = SeededGenerator(seed: seed)
        var wet = 0.0
        return RunoffForcing(
            precipitation: (0..<steps).map { _ in
                wet = random.nextUnit() < 0.05 ? 6 * random.nextUnit() : wet * 0.8
                return wet < 0.05 ? 0 : wet
            }, evaporation: [Double](repeating: 0.1, count: steps), step: 3600)
    }

    private func subBasins(_ models: Int) throws -> [SubBasin] {
        let gr = SubBasin.Model(try #require(RunoffModels.named("GR4H")), parameters)
        let quick = SubBasin.Model(try #require(RunoffModels.named("GR4H")), [250, 0.0, 40, 4])
        return [("a", upper, 2400.0), ("b", lower, 900.0)].map { name, outlet, area in
            SubBasin(name: name, outlet: outlet, area: area, models: models == 1 ? [gr] : [gr, quick])
        }
    }

    /// Weather of which the first steps are past and each member has the rest, times a factor.
    private func weather(_ past: Int, _ horizon: Int, factors: [Double]) -> [SubBasinWeather] {
        (0..<2).map { place in
            let whole = rain(past + horizon, seed: UInt64(place) + 1)
            return SubBasinWeather(
                past: whole[0..<past], rain: factors.map { factor in whole.precipitation[past...].map { $0 * factor } },
                evaporation: Array(whole.evaporation[past...]))
        }
    }

    private func forecasts(
        models: Int = 1, past: Int = 900, factors: [Double] = [1], observed: [StationID: [Double?]] = [:],
        thresholds: [FlowThreshold] = [], releases: [StationID: [Double]] = [:], inflows: [StationID: [Double]] = [:],
        loop: ParallelLoop = RainCycleTests.one
    ) throws -> [DischargeForecast] {
        RainCycle(
            of: basin, subBasins: try subBasins(models), weather: weather(past, 120, factors: factors),
            observed: observed,
            thresholds: [lower: thresholds], releases: releases, inflows: inflows, issued: issued, seed: 7
        ).run(loop: loop)
    }

    private static func one(_ count: Int, _ body: @Sendable (Int) -> Void) { for place in 0..<count { body(place) } }
    private static func backwards(_ count: Int, _ body: @Sendable (Int) -> Void) {
        for place in (0..<count).reversed() { body(place) }
    }

    /// What really flows at both points, before and after the issue.
    private func truth(past: Int = 900) throws -> [StationID: [Double]] {
        let model = try #require(RunoffModels.named("GR4H"))
        let local = try subBasins(1).enumerated().map { place, part in
            let forcing = rain(past + 120, seed: UInt64(place) + 1)
            return model.run(forcing, parameters, from: model.start(parameters, forcing)).discharge.map {
                RunoffForcing.discharge(ofDepth: $0, area: part.area, step: 3600)
            }
        }
        let routed = basin.reaches[0].route(local[0], step: 3600).outflow
        return [upper: local[0], lower: zip(local[1], routed).map { $0 + $1 }]
    }

    @Test func `with the rain that falls and the model that is right the forecast is what comes`() throws {
        let truth = try truth()
        for forecast in try forecasts() {
            let expected = try #require(truth[forecast.station])[900...]
            #expect(forecast.axis.start == issued + 3600)
            for (found, came) in zip(forecast.p50, expected) { #expect((found / came - 1).magnitude < 2e-3) }
            #expect(!forecast.isUpdated)
        }
    }

    @Test func `readings that agree with the model change nothing, and the spread is nearly none`() throws {
        let truth = try truth()
        let observed = truth.mapValues { $0[..<900].map { Optional($0) } }
        for forecast in try forecasts(factors: [1, 1, 1], observed: observed) {
            let expected = try #require(truth[forecast.station])[900...]
            for (found, came) in zip(forecast.p90, expected) { #expect((found / came - 1).magnitude < 5e-3) }
            #expect(forecast.isUpdated && forecast.isFitted)
        }
    }

    @Test func `a gauge that reads more lifts the forecast there and below, and less with each hour`() throws {
        let truth = try truth()
        let observed: [StationID: [Double?]] = [upper: truth[upper]![..<900].map { $0 * 1.5 }]  // made above
        let (plain, lifted) = (try forecasts(), try forecasts(observed: observed))
        for (before, after) in zip(plain, lifted) {
            #expect(after.p50[6] > before.p50[6] * 1.05, "\(after.station)")
        }
        let root = { (value: Double) in value.squareRoot() }
        let gains = zip(plain[0].p50, lifted[0].p50).map { root($1) - root($0) }
        #expect(gains[0] > 0 && gains[0] >= gains[100] - 1e-9)
        #expect((lifted[0].p50[0] / (truth[upper]![900] * 1.5) - 1).magnitude < 0.05)  // made above
    }

    @Test func `without enough readings the correction is judged, and says so; old readings do not count`() throws {
        let truth = try truth()
        var few = [Double?](repeating: nil, count: 900)
        few[895] = truth[upper]![895] * 1.2  // made above
        let judged = try #require(try forecasts(observed: [upper: few]).first { $0.station == upper })
        #expect(judged.isUpdated && !judged.isFitted)
        var old = [Double?](repeating: nil, count: 900)
        old[800] = 5000
        let silent = try #require(try forecasts(observed: [upper: old]).first { $0.station == upper })
        #expect(!silent.isUpdated)
    }

    @Test func `the model that was nearer weighs more`() throws {
        let observed = try truth().mapValues { $0[..<900].map { Optional($0) } }
        for forecast in try forecasts(models: 2, observed: observed) {
            #expect(forecast.weights[0] > 0.95 && (forecast.weights[0] + forecast.weights[1] - 1).magnitude < 1e-12)
        }
        #expect(try forecasts(models: 2).allSatisfy { $0.weights == [0.5, 0.5] })
    }

    @Test func `chances and times of a threshold are those of the traces that reach it`() throws {
        let factors = [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8]
        let plain = try #require(try forecasts(factors: factors).first { $0.station == lower })
        let crests = plain.traces.map { $0.max() ?? 0 }
        let flow = (crests.sorted()[5] + crests.sorted()[6]) / 2
        let forecast = try #require(
            try forecasts(
                factors: factors, thresholds: [FlowThreshold(level: 1, flow: flow), FlowThreshold(level: 3, flow: 1e6)]
            ).first { $0.station == lower })
        #expect((forecast.crossings[0].probability - 0.4).magnitude < 1e-12)
        let times = try #require(forecast.crossings[0].times)
        #expect(times.early <= times.middle && times.middle <= times.late)
        #expect(forecast.crossings[1].probability == 0 && forecast.crossings[1].times == nil)
    }

    @Test func `a dam's release takes the place of what comes to it`() throws {
        let release = [Double](repeating: 40, count: 120)
        let given = try forecasts(releases: [upper: release])
        let above = try #require(given.first { $0.station == upper })
        #expect(above.p50 == release)
        #expect(try #require(given.first { $0.station == lower }).p50 != forecasts().first { $0.station == lower }?.p50)
    }

    @Test func `water from outside joins where it is said, and what stands below is estimated`() throws {
        let outside = [Double](repeating: 75, count: 1020)
        let (plain, more) = (try forecasts(), try forecasts(inflows: [lower: outside]))
        let (above, below) = (more.first { $0.station == upper }, more.first { $0.station == lower })
        #expect(above?.p50 == plain.first { $0.station == upper }?.p50 && above?.known == .forecast)
        let before = try #require(plain.first { $0.station == lower }?.p50)
        for (one, other) in zip(try #require(below?.p50), before) { #expect((one - other - 75).magnitude < 1e-9) }
        #expect(below?.known == .estimated)
        #expect(try forecasts(inflows: [upper: outside]).allSatisfy { $0.known == .estimated })
    }

    @Test func `the order of the work changes no bit`() throws {
        let observed = try truth().mapValues { $0[..<900].map { Optional($0 * 1.1) } }
        let factors = (0..<7).map { 0.4 + 0.3 * Double($0) }
        #expect(
            try forecasts(models: 2, factors: factors, observed: observed)
                == forecasts(models: 2, factors: factors, observed: observed, loop: RainCycleTests.backwards))
    }

    @Test func `quantiles of equal weights stand at Hazen's positions, and a weight of none counts nothing`() {
        let sample = WeightedSample([4, 1, 3, 2], [1, 1, 1, 1])
        #expect(sample.quantile(0.5) == 2.5)
        #expect(sample.quantile(0.125) == 1 && sample.quantile(0.01) == 1 && sample.quantile(0.999) == 4)
        #expect(WeightedSample([5, 1, 9], [1, 0, 0]).quantile(0.5) == 5)
    }
}
