import Foundation
import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct TendencyTests {
    private let prior = ForecastPrior(
        tendencyMemory: 16, recessionMemory: 25, residualMemory: 167, errorAt24Hours: 0.4, tendencyErrorShare: 1,
        source: "made")

    private func record(_ values: [(hour: Double, value: Double)]) -> PointSeries {
        PointSeries(
            values.map { PointSeries.Point(time: SampleBasin.start + Int64($0.hour * 3600), value: $0.value) })
    }

    @Test func `two close readings give nearly their slope, and the change dies away over the memory`() throws {
        let tendency = try #require(Tendency(of: record([(0, 50), (0.25, 50.1)]), prior: prior))
        #expect((tendency.speed - 0.4).magnitude < 0.005)
        #expect((tendency.change(after: 1000) - tendency.speed * 16).magnitude < 1e-9)
        #expect((tendency.change(after: 16) - tendency.speed * 16 * (1 - exp(-1))).magnitude < 1e-12)
        #expect(tendency.change(after: -3) == 0)
    }

    @Test func `a mean over a day says less about now, by the share that the process gives`() throws {
        let tendency = try #require(Tendency(of: record([(0, 50), (24, 52.4)]), prior: prior))
        let x = 16.0 / 24
        let covariance = x * (1 - exp(-24.0 / 16))
        let share = covariance / (2 * x * (1 - covariance))
        #expect((tendency.speed - 0.1 * share).magnitude < 1e-12)
        #expect(share < 0.85 && share > 0.75)
    }

    @Test func `a fall is remembered longer than a rise`() throws {
        let fall = try #require(Tendency(of: record([(0, 50), (3, 49)]), prior: prior))
        #expect(fall.memory == 25)
        #expect(fall.speed < 0)
    }

    @Test func `one reading, or one after a long silence, tells no speed`() throws {
        for values in [[(0.0, 50.0)], [(0, 50), (31, 54)]] {
            let tendency = try #require(Tendency(of: record(values.map { (hour: $0.0, value: $0.1) }), prior: prior))
            #expect(tendency.speed == 0)
            #expect(tendency.isSpeedUnknown)
        }
        #expect(Tendency(of: PointSeries(), prior: prior) == nil)
    }

    @Test func `members are standard normal in number and the same on every machine`() {
        let one = EnsembleErrors(count: 51, seed: 7)
        #expect(one.standardErrors == EnsembleErrors(count: 51, seed: 7).standardErrors)
        #expect(one.standardErrors != EnsembleErrors(count: 51, seed: 8).standardErrors)
        let sorted = one.standardErrors.sorted()
        #expect(sorted == EnsembleErrors(count: 51, seed: 8).standardErrors.sorted())
        #expect(quantile(0.5, ofSorted: sorted).magnitude < 1e-12)
        #expect((quantile(0.05, ofSorted: sorted) + 1.645).magnitude < 0.05)
    }

    @Test func `splitmix gives its published numbers`() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test func `without errors the factor is one, with large errors it grows and stops`() {
        let none = ErrorModel(archive: [], record: record([(0, 50)]), prior: prior)
        #expect(none.scale == 1)
        #expect(!none.isCalibrated)
        let archive = (0..<12).map { hour in
            StationForecast(
                station: StationID("upper")!, property: .stage, issued: SampleBasin.start + Int64(hour) * 3600,
                axis: TimeAxis(start: SampleBasin.start + Int64(hour) * 3600, step: 3600, count: 3), members: [],
                median: [50, 50, 50], p05: [50, 50, 50], p25: [50, 50, 50], p75: [50, 50, 50], p95: [50, 50, 50],
                method: .tendency, known: .forecast,
                lastReading: .init(time: SampleBasin.start + Int64(hour) * 3600, value: 50), notes: [])
        }
        let wrong = record((1...12).map { (hour: Double($0), value: 58.0 + Double($0) / 100) })
        let model = ErrorModel(archive: archive, record: wrong, prior: prior)
        #expect(model.scale == 1.5)
        #expect(model.isCalibrated)
        let right = record((1...12).map { (hour: Double($0), value: 50.0 + Double($0) / 10_000) })
        #expect(ErrorModel(archive: archive, record: right, prior: prior).scale == 0.7)
    }
}
