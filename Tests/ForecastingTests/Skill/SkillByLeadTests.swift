import Foundation
import Series
import Testing

@testable import Forecasting

@Suite struct SkillByLeadTests {
    private let start = Instant(secondsSinceEpoch: 1_700_000_000 / 3600 * 3600)
    private let point: SeriesPoint

    init() throws { point = SeriesPoint(try #require(StationID("lao-cai")), .stage) }

    private func forecast(
        issued hour: Int64, value: Double, known: Double?, members: [Double] = [-2, -1, 0, 1, 2], hours: Int = 12
    ) -> StationForecast {
        let axis = TimeAxis(start: start + hour * 3600, step: 3600, count: hours + 1)
        func flat(_ value: Double) -> [Double] { Array(repeating: value, count: hours + 1) }
        return StationForecast(
            station: point.station, property: point.property, issued: start + hour * 3600, axis: axis,
            members: members.map { flat(value + $0) }, median: flat(value), p05: flat(value - 2), p25: flat(value - 1),
            p75: flat(value + 1), p95: flat(value + 2), method: .tendency, known: .forecast,
            lastReading: known.map { .init(time: start + hour * 3600, value: $0) }, notes: [])
    }

    private func readings(_ values: [(Int64, Double)]) -> PointSeries {
        PointSeries(values.map { .init(time: start + $0.0 * 3600, value: $0.1) })
    }

    private func skill(
        _ archive: [StationForecast], _ readings: PointSeries, now: Int64 = 100, leads: [Int64] = [3, 6]
    ) -> SkillByLead {
        skillByLead(
            archive, of: point, readings: readings, issued: start...start + 1000 * 3600, now: start + now * 3600,
            leads: leads)
    }

    @Test func `scores of a lead are those of a hand calculation`() throws {
        // at 3 h: medians 10 and 12 against 11 and 15; known at issue 9 and 13
        let table = skill(
            [forecast(issued: 4, value: 12, known: 13), forecast(issued: 0, value: 10, known: 9)],
            readings([(3, 11), (7, 15)]), leads: [3])
        let row = try #require(table.rows.first)
        #expect(table.rows.count == 1 && row.leadHours == 3 && row.count == 2)
        #expect(row.meanAbsoluteError == 2 && row.persistenceError == 2)
        // 1 - (1 + 9) / (4 + 4)
        #expect(row.persistenceIndex == -0.25)
        // five members two apart at most: among them 0.8; from 11: (3 + 2 + 1 + 0 + 1) / 5 = 1.4, from 15: 3
        #expect((row.rankedProbability - ((1.4 - 0.8) + (3 - 0.8)) / 2).magnitude < 1e-12)
        #expect((try #require(row.rankedProbabilitySkill) - (1 - 1.4 / 2)).magnitude < 1e-12)
        // the band from 10 to 90 % is as wide as the members: 11 is inside 8...12, 15 is not inside 10...14
        #expect(row.coverage80 == 0.5 && row.meanWidth80 == 4)
        #expect(table.issued == start...start + 4 * 3600)
        #expect(!row.isTold)
    }

    @Test func `what is not known yet, or never, is not scored`() {
        let archive = [forecast(issued: 0, value: 10, known: 9)]
        let all = readings([(0, 9), (3, 11), (6, 12)])
        #expect(skill(archive, all, now: 3).rows.map(\.leadHours) == [3])
        #expect(skill(archive, all, now: 2).rows.isEmpty)
        #expect(skill(archive, all, now: 2).issued == nil)
        // no reading at 6 h, and those around it are too far apart for a straight line
        #expect(skill(archive, readings([(3, 11), (8, 12)])).rows.map(\.leadHours) == [3])
        // half an hour beside a reading on each side is near enough
        let beside = PointSeries([
            .init(time: start + 5 * 3600 + 1800, value: 10), .init(time: start + 6 * 3600 + 1800, value: 11),
        ])
        #expect(skill(archive, beside).rows.map(\.leadHours) == [6])
        #expect(skill([forecast(issued: 0, value: 10, known: nil)], all).rows.isEmpty)
        #expect(skill([forecast(issued: 0, value: 10, known: 9, members: [])], all).rows.isEmpty)
        #expect(skill([forecast(issued: 0, value: .nan, known: 9)], all).rows.isEmpty)
        #expect(skill(archive, all, leads: [48]).rows.isEmpty)
        #expect(skill([], PointSeries()).rows.isEmpty)
    }

    @Test func `order and repetition do not matter, and a second forecast of one issue replaces the first`() {
        let archive = (0..<40).map { forecast(issued: $0, value: 10 + Double($0 % 7), known: 9 + Double($0 % 3)) }
        let readings = readings((0..<60).map { ($0, 10 + Double($0 % 5)) })
        let table = skill(archive, readings)
        #expect(table == skill(archive.reversed(), readings) && table == skill(archive + archive, readings))
        let wrong = archive.map { forecast(issued: ($0.issued - start) / 3600, value: 99, known: 9) }
        #expect(skill(wrong + archive, readings) == table && skill(archive + wrong, readings) != table)
        let whole = skillByLead(
            archive, readings: [point: readings], issued: start...start + 1000 * 3600, now: start + 100 * 3600,
            leads: [3, 6])
        #expect(whole == [table])
        #expect(
            skillByLead(archive, readings: [:], issued: start...start + 3600, now: start + 3600).isEmpty)
    }

    @Test func `members that come true as often as they should are covered, and the band says how surely`() throws {
        var generator = SeededGenerator(seed: 3)
        let members = (0..<51).map { (Double($0) + 0.5) / 51 * 10 - 5 }
        let archive = (0..<400).map { forecast(issued: 4 * $0, value: 50, known: 50, members: members) }
        let outcomes = (0..<400).map { (4 * Int64($0) + 3, 45 + 10 * generator.nextUnit()) }
        let honest = skillByLead(
            archive, of: point, readings: readings(outcomes), issued: start...start + 5000 * 3600,
            now: start + 5000 * 3600, leads: [3])
        let row = try #require(honest.rows.first)
        #expect(row.count == 400 && row.isTold && row.effectiveCount > 100)
        let interval = try #require(row.coverageInterval)
        #expect(interval.contains(row.coverage80) && interval.upperBound - interval.lowerBound < 0.15)
        #expect((row.coverage80 - 0.8).magnitude < 0.06)
        // both uniform over 10: a mean distance of 10 / 3, less half of that among members
        #expect((row.rankedProbability - 10.0 / 6).magnitude < 0.2)
        let narrow = skillByLead(
            (0..<400).map { forecast(issued: 4 * $0, value: 50, known: 50) }, of: point, readings: readings(outcomes),
            issued: start...start + 5000 * 3600, now: start + 5000 * 3600, leads: [3])
        #expect(try #require(narrow.rows.first?.coverageInterval).upperBound < 0.8)
    }

    @Test func `a table survives being kept`() throws {
        let table = skill([forecast(issued: 0, value: 10, known: 9)], readings([(3, 11), (6, 12)]))
        #expect(table.rows.count == 2)
        let kept = try JSONDecoder().decode(SkillByLead.self, from: JSONEncoder().encode(table))
        #expect(kept == table)
    }
}
