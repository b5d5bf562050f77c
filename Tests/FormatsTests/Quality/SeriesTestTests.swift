import Foundation
import River
import Series
import TestKit
import Testing

@testable import Formats

@Suite struct SeriesTestTests {
    @Test func `all recorded cases of the QARTOD tests are met exactly`() throws {
        let golden = try #require(
            try Repository.json("Fixtures/quality/qartod_golden.json") as? [String: Any])
        let cases = try #require(golden["cases"] as? [[String: Any]])
        #expect(cases.count == 106)
        for entry in cases {
            let name = try #require(entry["fn"] as? String)
            let test = try SeriesTest(name: name, arguments: entry["args"], file: "golden")
            let record = try #require(try TestedRecord(members: entry["args"], file: "golden"))
            let flags = try test.flags(record.series).map(\.rawValue)
            let expected = try #require(entry["flags"] as? [NSNumber]).map(\.intValue)
            #expect(flags == expected, "\(entry["test"] ?? "")")
        }
    }

    private func flags(_ name: String, _ arguments: [String: Any], _ csv: String, column: String? = nil) throws -> [Int]
    {
        let test = try SeriesTest(name: name, arguments: arguments, file: "test")
        let record = try TestedRecord(Array(csv.utf8), file: "test.csv", column: column)
        return try test.flags(record.series).map(\.rawValue)
    }

    /// Rows an hour apart from columns of values.
    private func table(_ names: [String], _ columns: [[Double?]]) -> String {
        var text = "time," + names.joined(separator: ",") + "\n"
        for row in columns[0].indices {
            text += Instant(secondsSinceEpoch: Int64(row) * 3600).description
            for column in columns { text += "," + (column[row].map { String($0) } ?? "") }
            text += "\n"
        }
        return text
    }

    private let wave = (0..<200).map { (place: Int) -> Double in
        let hour = Double(place)
        return 3 + Foundation.sin(hour / 7) + 0.3 * Foundation.sin(hour / 2.3)
    }

    @Test func `a stage that the gauge upstream does not explain is found, with the travel time`() throws {
        var lower: [Double?] = wave.indices.map { $0 < 6 ? nil : 2 * wave[$0 - 6] + 1 }
        lower[80] = (lower[80] ?? 0) + 1.5
        let csv = table(["lower", "upper"], [lower, wave])
        let found = try flags(
            "upstream-test", ["upstream": "upper", "travel_time": 21_600, "tolerance": 0.05], csv, column: "lower")
        #expect(found[80] == 4 && found[0] == 9)
        #expect(found.indices.filter { found[$0] == 3 || found[$0] == 4 } == [80])
    }

    @Test func `water that gets lost between gauges is found`() throws {
        let upper = (0..<100).map { 100 + Double($0 % 10) }
        let lower: [Double?] = upper.indices.map { $0 < 50 ? upper[$0] * 1.1 : upper[$0] * 0.5 }
        let csv = table(["lower", "upper"], [lower, upper])
        let found = try flags(
            "water_balance_test", ["upstream": "upper", "window": 36_000, "least_ratio": 0.8, "largest_ratio": 1.5],
            csv,
            column: "lower")
        #expect(found[0] == 2 && found[40] == 1 && found[80] == 3)
    }

    @Test func `rain without an answer, a repeated batch, a moved zero and a lonely value are found`() throws {
        var rain = [Double](repeating: 0, count: 120)
        for hour in 20..<26 { rain[hour] = 15 }
        for hour in 70..<76 { rain[hour] = 15 }
        let stage = (0..<120).map { (hour: Int) -> Double in hour < 72 ? 2 : 2 + min(1.5, Double(hour - 72) * 0.2) }
        let dull = try flags(
            "rain_response_test",
            ["rain": "rain", "rain_window": 21_600, "rain_mm": 50, "response_time": 43_200, "rise": 0.3],
            table(["stage", "rain"], [stage, rain]), column: "stage")
        #expect(dull[25] == 3 && dull[60] == 1 && dull[76] == 1)

        var batch: [Double?] = wave
        for place in 108..<116 { batch[place] = batch[place - 8] }
        let twice = try flags("repeated_batch_test", ["least_count": 8, "most_count": 8], table(["value"], [batch]))
        #expect(twice.indices.filter { twice[$0] == 3 } == Array(108..<116))

        let quiet = (0..<80).map { (place: Int) -> Double in
            let zero = place < 40 ? 2.0 : 3.2
            return zero + 0.01 * Foundation.sin(Double(place))
        }
        let jump = try flags("datum_jump_test", ["jump": 1], table(["value"], [quiet]))
        #expect(jump[39] == 1 && jump[40] == 3 && jump[79] == 1)

        var lonely: [Double?] = wave
        lonely[33] = 9
        let near = try flags(
            "neighbour_test", ["neighbours": ["a", "b"], "suspect_threshold": 0.5, "fail_threshold": 2],
            table(["value", "a", "b"], [lonely, wave.map { $0 + 4 }, wave.map { $0 - 1 }]), column: "value")
        #expect(near.indices.filter { near[$0] != 1 } == [33] && near[33] == 4)
    }

    @Test func `a clock that is three hours off is found`() throws {
        let late: [Double?] = wave.indices.map { $0 < 100 || $0 < 3 ? wave[$0] : wave[$0 - 3] }
        let found = try flags(
            "clock_shift_test", ["neighbour": "other", "window": 172_800, "margin": 0.05],
            table(["value", "other"], [late, wave]), column: "value")
        #expect(found[..<90].allSatisfy { $0 == 1 })
        #expect(found[150] == 3)
    }

    @Test(arguments: [
        ("no_such_test", "{}", "no test is called no_such_test"),
        ("gross_range_test", "{}", "needs the argument fail_span"),
        ("gross_range_test", #"{"fail_span": [0, 1], "suspect_span": [-1, 2]}"#, "reaches beyond"),
        ("gross_range_test", #"{"fail_span": [0, 1], "colour": 3}"#, "has no argument colour"),
        ("rate_of_change_test", #"{"threshold": true}"#, "is no number"),
        ("climatology_test", #"{"config": [{"tspan": [0, 3], "period": "moon", "vspan": [1, 2]}]}"#, "no period"),
        ("spike_test", #"{"method": "guess"}"#, "no method"),
    ])
    func `wrong arguments are named`(_ name: String, _ json: String, _ message: String) throws {
        let arguments = try JSONSerialization.jsonObject(with: Data(json.utf8))
        #expect {
            _ = try SeriesTest(name: name, arguments: arguments, file: "a")
        } throws: { error in
            (error as? TableProblem)?.fault.message.contains(message) == true
        }
    }

    @Test func `a test that needs times in order says so`() throws {
        let test = try SeriesTest(name: "rate_of_change_test", arguments: ["threshold": 1.0], file: "a")
        let series = TestedSeries(values: GappedValues([1, 2]), times: [10, 10])
        #expect(throws: SeriesTestProblem.self) { _ = try test.flags(series) }
        #expect(throws: SeriesTestProblem.self) { _ = try test.flags(TestedSeries(values: GappedValues([1, 2]))) }
    }

    @Test func `flags of several tests become the worst of each, and a missing value stays missing`() {
        let rolled = Quality.rolledUp([[.good, .missing, .notEvaluated, .good], [.suspect, .missing, .good, .fail]])
        #expect(rolled == [.suspect, .missing, .good, .fail])
    }

    @Test func `the linear flat line test gives the flags of one that looks at each window`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<60 {
            var level = 0.0
            let values = (0..<150).map { _ -> Double? in
                level += (generator.nextUnit() - 0.5) * (generator.nextUnit() < 0.3 ? 0.4 : 0.02)
                return generator.nextUnit() < 0.1 ? nil : level
            }
            let test = FlatLineTest(suspect: 300, fail: 700, tolerance: 0.08)
            let flags = test.flags(GappedValues(values), at: (0..<150).map { Int64($0) * 100 })
            for place in values.indices {
                func isFlat(_ count: Int) -> Bool {
                    let known = place < count ? [] : values[(place - count)...place].compactMap { $0 }
                    return (known.max() ?? 9) - (known.min() ?? 0) < 0.08
                }
                let expected: Quality =
                    values[place] == nil ? .missing : isFlat(7) ? .fail : isFlat(3) ? .suspect : .good
                #expect(flags[place] == expected)
            }
        }
    }
}
