import River
import Series
import Testing

@Suite struct QualityCheckTests {
    private let station = Station(
        id: StationID("lao-cai")!, name: LocalizedText(vi: "Lào Cai", zh: "老街", en: "Lao Cai"), river: "thao",
        provider: PartyID("vn-lao-cai")!, datum: "vn-hon-dau",
        alarms: [
            AlarmLevel(level: 1, value: 80, scheme: "vn", quality: .solid, source: "test"),
            AlarmLevel(level: 2, value: 82, scheme: "vn", quality: .solid, source: "test"),
            AlarmLevel(level: 3, value: 83.5, scheme: "vn", quality: .solid, source: "test"),
        ])
    private let limits = CheckLimits(
        failRange: 50...95, suspectRange: 65...89, suspectRate: 1, failRate: 3, suspectSpike: 2, failSpike: 5,
        flatTolerance: 0.005, flatHours: 24, statedDifferenceTolerance: 0.02)

    private func qualities(_ values: [Double], stepHours: Int64 = 6) -> [Quality] {
        assessments(values, stepHours: stepHours).map(\.quality)
    }

    private func assessments(_ values: [Double], stepHours: Int64 = 6) -> [Assessment] {
        let readings = values.enumerated().map {
            CheckedReading(time: Instant(secondsSinceEpoch: Int64($0) * stepHours * 3600), value: $1)
        }
        return assess(readings, of: .stage, at: station, in: .zero, limits: limits)
    }

    @Test func `bounds of the range are inclusive and the worse bound wins`() {
        #expect(qualities([65, 89, 64.99, 95], stepHours: 24) == [.good, .good, .suspect, .suspect])
        #expect(qualities([49.99]) == [.fail])
    }

    @Test func `a change faster than water moves is named with its speed`() {
        let result = assessments([76, 78, 84.5, 84.6], stepHours: 1)
        #expect(result.map(\.quality) == [.good, .suspect, .fail, .fail])
        #expect(result[2].findings.contains { $0.check == .rate && $0.reason.contains("6.5 m per hour") })
    }

    @Test func `a reading that failed is not the measure for the next one`() {
        #expect(qualities([76, 94, 76.4], stepHours: 1) == [.good, .fail, .good])
    }

    @Test func `a spike is judged only once its right neighbour is known`() {
        #expect(qualities([76, 79, 76.2], stepHours: 6) == [.good, .suspect, .good])
        #expect(qualities([76, 78.4, 94, 78.8], stepHours: 6) == [.good, .good, .fail, .good])
        #expect(qualities([76, 79], stepHours: 6) == [.good, .good])
    }

    @Test func `a record that stands still for a day is suspect at its end`() {
        #expect(qualities([76, 76, 76.001, 76, 76, 76.3]) == [.good, .good, .good, .good, .suspect, .good])
    }

    @Test(arguments: [(86.91, 3.41, 3, Quality.good), (86.91, 3.5, 3, .suspect), (80.65, 0.65, 1, .good)])
    func `level minus alarm must be the printed difference`(
        level: Double, difference: Double, alarm: Int, expected: Quality
    ) {
        let reading = CheckedReading(
            time: Instant(secondsSinceEpoch: 0), value: level,
            stated: StatedDifference(value: difference, alarmLevel: alarm))
        #expect(assess([reading], of: .stage, at: station, in: .zero, limits: limits)[0].quality == expected)
    }

    @Test func `without limits no check is run`() {
        let readings = [CheckedReading(time: Instant(secondsSinceEpoch: 0), value: -999)]
        #expect(assess(readings, of: .stage, at: station, in: .zero, limits: CheckLimits())[0].quality == .good)
    }
}
