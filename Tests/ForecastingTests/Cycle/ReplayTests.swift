import Forecasting
import River
import Series
import TestKit
import Testing

@Suite struct ReplayTests {
    private let readings = SampleBasin.flood().map { CycleReading($0) }

    @Test func `two runs give the same numbers, whatever the order in which readings are listed`() {
        let one = replay(readings, official: [], in: SampleBasin.basin)
        let two = replay(readings.reversed(), official: [], in: SampleBasin.basin)
        #expect(one.forecasts == two.forecasts)
        #expect(one.drafts == two.drafts)
        #expect(one.forecasts.count > 100)
    }

    @Test(arguments: [24, 51, 78])
    func `raising every later reading by 5 m leaves all earlier forecasts and drafts as they were`(hour: Int) {
        let cut = SampleBasin.start + Int64(hour) * 3600
        let raised = readings.map { reading in
            let old = reading.observation
            guard old.received > cut, let value = old.value else { return reading }
            return CycleReading(
                Observation(
                    series: old.series, observed: old.observed, received: old.received, value: value + 5,
                    known: old.known, source: old.source))
        }
        let one = replay(readings, official: [], in: SampleBasin.basin)
        let two = replay(raised, official: [], in: SampleBasin.basin)
        #expect(one.forecasts.filter { $0.issued <= cut } == two.forecasts.filter { $0.issued <= cut })
        #expect(one.drafts.filter { $0.issued <= cut } == two.drafts.filter { $0.issued <= cut })
        #expect(one.forecasts.filter { $0.issued > cut } != two.forecasts.filter { $0.issued > cut })
    }

    @Test func `a reading that arrives late is used only from then on`() {
        var late = readings.filter { $0.observation.series.station.text != "upper" }
        late += SampleBasin.flood().filter { $0.series.station.text == "upper" }.map {
            CycleReading(
                Observation(
                    series: $0.series, observed: $0.observed, received: $0.observed + 12 * 3600, value: $0.value,
                    source: $0.source))
        }
        let result = replay(late, official: [], in: SampleBasin.basin)
        for forecast in result.forecasts where forecast.station.text == "upper" {
            #expect(forecast.lastReading!.time <= forecast.issued - 12 * 3600)
        }
    }

    @Test func `every routed reach keeps its water to 1e-9`() {
        let result = replay(readings, official: [], in: SampleBasin.basin)
        #expect(result.balances.keys.map(\.text).sorted() == ["lower-to-mouth"])
        #expect(result.balances.values.allSatisfy { $0.magnitude <= 1e-9 })
    }

    @Test func `each station uses the best method that its data allow`() throws {
        let result = replay(readings, official: [], in: SampleBasin.basin)
        let last = try #require(result.issueTimes.last)
        let methods = result.forecasts.filter { $0.issued == last }.map { "\($0.station) \($0.method.rawValue)" }
        #expect(
            methods.sorted() == [
                "lower tendency", "middle corresponding-stage", "mouth routed-discharge", "upper tendency",
            ])
    }

    @Test func `a station whose upstream sent nothing says so`() throws {
        let alone = readings.filter { $0.observation.series.station.text == "middle" }
        let result = replay(alone, official: [], in: SampleBasin.basin)
        let forecast = try #require(result.forecasts.last)
        #expect(forecast.notes.contains(.upstreamMissing(StationID("upper")!)))
        #expect(forecast.method == .tendency)
    }

    @Test func `knowing the water upstream narrows the band and improves the rise`() throws {
        let alone = readings.filter { $0.observation.series.station.text == "middle" }
        let with = replay(readings, official: [], in: SampleBasin.basin).comparison
        let without = replay(alone, official: [], in: SampleBasin.basin).comparison
        func error(_ rows: [VerifiedForecast]) -> Double {
            let pairs = rows.filter { $0.station.text == "middle" && $0.error != nil && $0.leadHours == 6 }
            return pairs.reduce(0) { $0 + $1.error!.magnitude } / Double(pairs.count)
        }
        #expect(error(with.forecasts) < error(without.forecasts))
    }

    @Test func `an empty event has no cycles and no tables`() {
        let result = replay([], official: [], in: SampleBasin.basin)
        #expect(result.issueTimes.isEmpty)
        #expect(result.comparison.forecasts.isEmpty)
    }

    @Test func `years without readings between two floods make no cycles`() {
        let first = SampleBasin.reading("upper", hour: 0, 47)
        let later = SampleBasin.reading("upper", hour: 24 * 365 * 40, 47)
        let times = cycleTimes(received: [first.received, later.received], official: [], every: 3)
        #expect(times.count < 40)
    }

    @Test func `a correction counts from the moment it is received`() throws {
        let wrong = SampleBasin.reading("upper", hour: 12, 49)
        let right = Observation(
            series: wrong.series, observed: wrong.observed, received: wrong.observed + 6 * 3600, value: 47,
            revision: 1, source: "made")
        let readings = [SampleBasin.reading("upper", hour: 6, 46.5), wrong, right].map { CycleReading($0) }
        func last(at hours: Int64) -> Double? {
            runForecastCycle(
                CycleInput(issued: wrong.observed + hours * 3600, readings: readings), in: SampleBasin.basin
            ).forecasts.first?.lastReading?.value
        }
        #expect(last(at: 3) == 49)
        #expect(last(at: 6) == 47)
    }
}
