import Series
import TestKit
import Testing

@testable import Web

/// How periods are written.
struct TimeQueryTests {
    private let now = Instant(secondsSinceEpoch: 1_725_868_800)  // 2024-09-09T08:00:00Z

    private func read(_ values: [String: String]) throws -> TimeQuery { try TimeQuery(now: now) { values[$0] } }

    @Test(arguments: [
        ("P15D", "2024-08-25T08:00:00Z", "2024-09-09T08:00:00Z"),
        ("PT6H", "2024-09-09T02:00:00Z", "2024-09-09T08:00:00Z"),
        ("P1W2DT3H4M5S", "2024-08-31T04:55:55Z", "2024-09-09T08:00:00Z"),
        ("2024-09-01T00:00Z/P3D", "2024-09-01T00:00:00Z", "2024-09-04T00:00:00Z"),
        ("P3D/2024-09-04T00:00Z", "2024-09-01T00:00:00Z", "2024-09-04T00:00:00Z"),
        ("2024-09-01T07:00+07:00/2024-09-02T00:00Z", "2024-09-01T00:00:00Z", "2024-09-02T00:00:00Z"),
        ("2024-09-01T00:00:00.25Z/PT1H", "2024-09-01T00:00:00Z", "2024-09-01T01:00:00Z"),
        ("2024-09-01T07:00 07:00", "2024-09-01T00:00:00Z", "2024-09-09T08:00:00Z"),
    ])
    func `a period is a length before now, or an interval`(text: String, from: String, to: String) throws {
        let query = try read(["start": text])
        #expect(query.from?.iso8601() == from && query.to?.iso8601() == to)
    }

    @Test func `a length may end at another time, and nothing means everything`() throws {
        let query = try read(["start": "P1D", "end": "2024-09-02T00:00Z"])
        #expect(query.from?.iso8601() == "2024-09-01T00:00:00Z" && query.to?.iso8601() == "2024-09-02T00:00:00Z")
        #expect(try read([:]).interval == nil)
        #expect(try read(["from": "2024-09-02T00:00Z"]).interval?.lowerBound.iso8601() == "2024-09-02T00:00:00Z")
    }

    @Test(arguments: [
        "", "P", "PT", "P1", "1D", "P-1D", "P1M", "P1Y", "P1.5D", "PT1D", "P1D1D", "P1DT", "P99999999999D", "p1d",
        "P40000D", "P١D", "2024-09-04T00:00Z/2024-09-01T00:00Z", "P1D/P1D", "2024-09-01T00:00Z/P1D/P1D", "/", "P1D/",
        "2024-09-01/P1D", "2024-09-01T00:00/P1D", "2100-01-01T00:00Z", "\u{0}", "P1D\n",
    ])
    func `what is no period is refused`(text: String) {
        #expect(throws: TimeQuery.Fault(problem: .period, parameter: "start")) { try read(["start": text]) }
    }

    @Test func `each part of a query that is wrong is named`() {
        for (values, problem, parameter) in [
            (["from": "x"], Problem.time, "from"), (["to": "2024-09-09"], .time, "to"), (["as-of": ""], .time, "as-of"),
            (["end": "2024-09-01T00:00Z"], .period, "end"), (["start": "P1D", "to": "x"], .period, "start"),
            (["from": "2024-09-02T00:00Z", "to": "2024-09-01T00:00Z"], .period, "to"),
        ] {
            #expect(throws: TimeQuery.Fault(problem: problem, parameter: parameter)) { try read(values) }
        }
    }

    @Test(
        arguments: [
            (nil, nil, nil, "2024-08-11", "2024-09-09", false),
            ("2024-09-07T20:00:00Z", nil, nil, "2024-09-08", "2024-09-09", true),
            ("2024-01-01T00:00:00Z", nil, nil, "2024-08-11", "2024-09-09", false),
            ("2024-09-07T20:00:00Z", "2024-09-01", nil, "2024-09-01", "2024-09-09", false),
            ("2024-09-07T20:00:00Z", nil, "2024-09-05", "2024-08-07", "2024-09-05", false),
            ("2024-09-07T20:00:00Z", "x", nil, "2024-09-08", "2024-09-09", true),
            ("2030-01-01T00:00:00Z", nil, nil, "2024-09-09", "2024-09-09", true),
        ] as [(String?, String?, String?, String, String, Bool)])
    func `a report that names no days begins with the first line to others, one that names them keeps to them`(
        begin: String?, from: String?, to: String?, first: String, last: String, isSinceLine: Bool
    ) throws {
        let asked = ["from": from, "to": to].compactMapValues { $0 }
        let span = ComplianceSpan(
            now: now, zone: .indochina, begin: try begin.map { try Instant(iso8601: $0) }
        ) { asked[$0] }
        #expect("\(span.days.lowerBound)" == first && "\(span.days.upperBound)" == last)
        #expect(span.isSinceLine == isSinceLine)
        if begin == "2024-09-07T20:00:00Z", isSinceLine { #expect(span.from.iso8601() == begin) }
    }
}
