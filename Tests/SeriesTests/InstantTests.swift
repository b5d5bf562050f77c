import Series
import TestKit
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2024-09-09T15:00:00+07:00", 1_725_868_800), ("2024-09-09T16:00+08:00", 1_725_868_800),
        ("2024-09-09T08:00:00Z", 1_725_868_800), ("1970-01-01T00:00:00Z", 0), ("1971-08-20T12:00:00+07:00", 51_512_400),
        ("1969-12-31T23:59:59Z", -1),
    ])
    func `a time with its zone becomes UTC seconds`(text: String, seconds: Int) throws {
        let instant = try Instant(iso8601: text)
        #expect(instant.secondsSinceEpoch == Int64(seconds))
        #expect(try Instant(iso8601: instant.iso8601(in: .indochina)) == instant)
    }

    @Test(arguments: [
        ("2024-09-09T15:00:00", TimeTextProblem.Code.zoneMissing), ("2024-09-09T15:00", .zoneMissing),
        ("2024-02-30T15:00:00Z", .range), ("2024-09-09T25:00:00Z", .range), ("9/9/2024 15:00", .form),
        ("2024-09-09T15:00:00+0700", .form), ("2024-09-09T15:00:00+07:00x", .form), ("", .form),
        ("2024-09-09T1５:00:00Z", .form),
    ])
    func `a time that is not one is refused with its reason`(text: String, code: TimeTextProblem.Code) {
        let problem = #expect(throws: TimeTextProblem.self) { try Instant(iso8601: text) }
        #expect(problem?.code == code)
        #expect(problem?.advice.isEmpty == false)
    }

    @Test func `every day of four centuries survives the calendar there and back`() {
        var expected = (year: 1900, month: 1, day: 1)
        let start = CivilDate(year: 1900, month: 1, day: 1)!.daysSinceEpoch
        for offset in 0..<146_097 {
            let date = CivilDate(daysSinceEpoch: start + Int64(offset))
            #expect(date.parts == expected)
            guard CivilDate(year: expected.year, month: expected.month, day: expected.day) == date else {
                Issue.record("\(expected) does not come back")
                return
            }
            if CivilDate(year: expected.year, month: expected.month, day: expected.day + 1) != nil {
                expected.day += 1
            } else {
                expected = expected.month == 12 ? (expected.year + 1, 1, 1) : (expected.year, expected.month + 1, 1)
            }
        }
    }

    @Test func `a zero offset is written as the alerting protocol asks`() throws {
        let instant = try Instant(iso8601: "2024-09-09T08:00:00Z")
        #expect(instant.commonAlertingProtocolTime(in: .zero) == "2024-09-09T08:00:00-00:00")
        #expect(instant.commonAlertingProtocolTime(in: .china) == "2024-09-09T16:00:00+08:00")
    }

    @Test func `rounding to a step works on both sides of the epoch`() {
        #expect(Instant(secondsSinceEpoch: -1).roundedDown(toStep: 3600).secondsSinceEpoch == -3600)
        #expect(Instant(secondsSinceEpoch: -1).roundedUp(toStep: 3600).secondsSinceEpoch == 0)
        #expect(Instant(secondsSinceEpoch: 7200).roundedUp(toStep: 3600).secondsSinceEpoch == 7200)
    }

    @Test func `a validity includes its first day and excludes its last`() throws {
        let from = try CivilDate(iso8601: "2020-03-20")
        let until = try CivilDate(iso8601: "2025-07-01")
        let validity = Validity(from: from, until: until)
        #expect(validity.contains(from))
        #expect(!validity.contains(until))
        #expect(!validity.overlaps(Validity(from: until, until: nil)))
        #expect(validity.overlaps(Validity(from: nil, until: try CivilDate(iso8601: "2020-03-21"))))
    }
}
