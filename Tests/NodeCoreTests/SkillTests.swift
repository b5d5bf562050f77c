import Forecasting
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// A node looks back on its own forecasts once a day.
@Suite struct SkillTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let station = StationID("bao-ha")!  // a literal id

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
    }

    private func forecast(at issued: Instant, _ value: Double) -> StationForecast {
        let steps = [Double](repeating: value, count: 49)
        return StationForecast(
            station: station, property: .stage, issued: issued, axis: TimeAxis(start: issued, step: 3600, count: 49),
            members: [steps, steps.map { $0 + 0.2 }, steps.map { $0 - 0.2 }], median: steps, p05: steps, p25: steps,
            p75: steps, p95: steps, method: .tendency, known: .forecast,
            lastReading: .init(time: issued, value: 53), notes: [])
    }

    @Test func `forecasts are scored against what came true, once a day, and the scores stay until the next`()
        async throws
    {
        let node = federation.laoCai
        federation.clock.set(Made.start + 49 * 3600)
        _ = try await node.receive(Made.readings.filter { $0.observation.series.provider == Made.laoCai })
        for hour in stride(from: Int64(0), through: 24, by: 6) {
            let issued = Made.start + hour * 3600
            #expect(
                try node.database.keep(CycleRecord(issued: issued, forecasts: [forecast(at: issued, 54)], drafts: [])))
        }
        let point = SeriesPoint(station, .stage)
        #expect(try node.skill(of: point) == nil)
        let now = Made.start + 49 * 3600
        #expect(try node.scoreForecasts(at: now) == 1)
        let skill = try #require(try node.skill(of: point))
        #expect(skill.rows.map(\.leadHours) == [3, 6, 12, 18, 24, 36, 48])
        let first = try #require(skill.rows.first)
        // Readings of 3, 9, 15, 21 and 27 hours: 53.25 + hour / 6, falling after a day.
        let errors = [3.0, 9, 15, 21, 27].map { (hour: Double) -> Double in
            let wave = hour < 24 ? hour / 6 : (48 - hour) / 6
            return (54 - (53.25 + wave)).magnitude
        }
        let mean = errors.reduce(0, +) / 5
        #expect((first.meanAbsoluteError - mean).magnitude < 1e-9)
        #expect(first.count == 5)
        #expect(try node.scoreForecasts(at: now + 600) == 0)
        #expect(try node.scoreForecasts(at: now + 86_400) == 1)
    }
}
