import Forecasting
import Series
import Testing

/// What became of warnings: hits, late ones, misses and false alarms, each with its lead.
struct WarningOutcomeTests {
    private let start = Instant(secondsSinceEpoch: 1_700_000_000)
    private let station = StationID("made")!  // a literal id

    private func hour(_ hour: Int64) -> Instant { start + hour * 3600 }

    private func readings(_ values: [(Int64, Double)]) -> PointSeries {
        PointSeries(values.map { PointSeries.Point(time: hour($0.0), value: $0.1) })
    }

    private func message(_ issued: Int64, level: Int, until expires: Int64) -> WarnedLevel {
        WarnedLevel(issued: hour(issued), expires: hour(expires), level: level)
    }

    private func outcomes(
        _ messages: [WarnedLevel], _ values: [(Int64, Double)], level: Int = 1, now: Int64 = 1000
    ) -> [WarningOutcome] {
        WarningJudge(station: station, messages: messages, readings: readings(values)).outcomes(
            of: level, value: { _ in Double(level) }, from: start, until: hour(10_000), now: hour(now))
    }

    @Test func `a level that is reached while it is warned of is a hit, with the time between and the reading before`()
    {
        let found = outcomes([message(2, level: 2, until: 14)], [(0, 0.2), (6, 0.8), (8, 1.1), (20, 0.5)])
        #expect(found.map(\.verdict) == [.hit])
        #expect(found.first?.lead == Int64(21_600))
        #expect(found.first?.below == hour(6) && found.first?.crossed == hour(8))
    }

    @Test func `a warning after the level was reached is late, and none at all is a miss`() {
        let values: [(Int64, Double)] = [(0, 0.2), (6, 1.2), (18, 1.1), (24, 0.4)]
        let late = outcomes([message(10, level: 1, until: 20)], values)
        #expect(late.map(\.verdict) == [.late] && late.first?.lead == -4 * 3600)
        #expect(outcomes([], values).map(\.verdict) == [.missed])
        // A warning of a lower level warns of no higher one.
        #expect(outcomes([message(1, level: 1, until: 20)], [(0, 1), (6, 2.5)], level: 2).map(\.verdict) == [.missed])
    }

    @Test func `a warning whose level no reading reached is false; one without readings cannot be judged`() {
        let warning = [message(2, level: 1, until: 14)]
        #expect(outcomes(warning, [(0, 0.2), (6, 0.8), (30, 0.5)]).map(\.verdict) == [.falseAlarm])
        #expect(outcomes(warning, [(0, 0.2), (30, 0.5)]).map(\.verdict) == [.unjudged])
        #expect(outcomes(warning, [(0, 0.2), (6, 0.8)], now: 10).map(\.verdict) == [.open])
    }

    @Test func `messages that follow each other are one warning, until a lower one or its own end`() {
        let values: [(Int64, Double)] = [(0, 0.1), (5, 0.3), (30, 1.5), (60, 0.2)]
        let said = [
            message(1, level: 1, until: 12), message(10, level: 2, until: 22), message(20, level: 1, until: 40),
        ]
        #expect(outcomes(said, values).map(\.lead) == [29 * 3600])
        // Taken back before the water came: a false alarm and a miss.
        let ended = [message(1, level: 1, until: 12), message(8, level: 0, until: 12)]
        #expect(outcomes(ended, values).map(\.verdict) == [.falseAlarm, .missed])
        // Run out, and said again later.
        let again = [message(1, level: 1, until: 12), message(25, level: 1, until: 40)]
        #expect(outcomes(again, values).map(\.verdict) == [.falseAlarm, .hit])
    }

    @Test func `a level left and reached again within a day is one event, also across a gap without readings`() {
        #expect(outcomes([], [(0, 1.5), (10, 0.9), (20, 1.2), (30, 0.5)]).count == 1)
        #expect(outcomes([], [(0, 1.5), (10, 0.9), (40, 1.2)]).count == 2)
        #expect(outcomes([], [(0, 1.5), (72, 1.2)]).count == 1)
    }

    @Test func `shares are of what was judged, and the middle lead of an even number lies between two`() {
        let tally = WarningTally(
            outcomes(
                [
                    message(0, level: 1, until: 10), message(100, level: 1, until: 120),
                    message(300, level: 1, until: 310),
                ],
                [(4, 1.2), (50, 0.1), (110, 1.1), (200, 0.1), (305, 0.2), (500, 1.4)]))
        #expect(tally[.hit] == 2 && tally[.falseAlarm] == 1 && tally[.missed] == 1)
        #expect(tally.detection == 2.0 / 3 && tally.falseAlarmRatio == 1.0 / 3)
        #expect(tally.medianLead == Int64(25_200))
        #expect(WarningTally([]).detection == nil && WarningTally([]).medianLead == nil)
    }
}
