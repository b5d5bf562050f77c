import Foundation
import River
import Series
import Testing

@testable import Formats

/// The readers of weather, flow, readings, gaugings, ratings, plans of tests and forecasts on damaged files: each is read or refused
/// with a place and an advice, and what was read can be used.
@Suite struct DamagedTableTests {
    private static let count =
        ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? 10_000 : 1_000_000

    /// Makes damaged copies of a text.
    private struct Damage {
        var generator: SeededGenerator

        private static let texts: [String] = [
            ",", ",,", "\n", "\r\n", "\"", "\"\"", ";", ":", "-", "{", "}", "[", "]", "null", "NaN", "inf",
            "-1", "0", "1e308", "-1e308", "1e400", "9223372036854775807", "-9223372036854775808", "1e19",
            "0x1p3", "1,5", "1 cm", "9999-12-31", "0000-01-01", "2001-02-30", "2001-01-01T24:00:00Z",
            "2001-01-01T00:00:00+99:99", "-999999999-01-01", "\u{0}", "\u{FEFF}", "é", "😀", "true", "~", "*a",
            "&a", "!!binary", "- ", "  ", "\t", "P_mm", "PET_mm", "date", "time", "Q_mm", "value", "month",
            "tspan",
        ]
        private static let broken: [[UInt8]] = [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]
        private static let pieces = texts.map { Array($0.utf8) } + broken

        mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(generator.next(below: UInt64(bound))) : 0 }

        mutating func next(of bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for _ in 0...below(4) { hurt(&bytes) }
            return bytes
        }

        private mutating func hurt(_ bytes: inout [UInt8]) {
            let place = below(bytes.count + 1)
            let end = min(bytes.count, place + 1 + below(12))
            switch below(7) {
            case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.replaceSubrange(place..<end, with: Damage.pieces[below(Damage.pieces.count)])
            case 5:
                // a whole line again somewhere else
                let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
                let line = Array(lines[below(lines.count)]) + [0x0A]
                bytes.insert(contentsOf: line, at: place)
            default: bytes.insert(contentsOf: Damage.pieces[below(Damage.pieces.count)], at: place)
            }
        }
    }

    /// A reader, the text it likes, and what is done with what was read.
    private struct Reader: Sendable {
        let name: String
        let text: String
        let use: @Sendable ([UInt8]) throws(TableProblem) -> Void
    }

    private static let hours = (0..<6).map { Instant(secondsSinceEpoch: 978_307_200 + Int64($0) * 3600) }

    private static func table(_ header: String, _ rows: [String]) -> String {
        ([header] + rows).joined(separator: "\n") + "\n"
    }

    private static let plan = """
        tests:
          - test: gross_range_test
            arguments: {fail_span: [0, 30], suspect_span: [1, 25]}
          - test: spike_test
            arguments: {suspect_threshold: 0.5, fail_threshold: 2, method: average}
          - test: flat_line_test
            arguments: {suspect_threshold: 7200, fail_threshold: 10800, tolerance: 0.01}
          - test: attenuated_signal_test
            arguments: {suspect_threshold: 0.5, fail_threshold: 0.1, test_period: 7200, min_obs: 2}
          - test: climatology_test
            arguments: {config: [{tspan: [6, 10], vspan: [0, 9], period: month}]}
          - test: clock_shift_test
            arguments: {neighbour: upper, window: 7200, largest_shift: 3600}
          - test: datum_jump_test
            arguments: {jump: 0.5, count: 3}
          - test: repeated_batch_test
            arguments: {least_count: 3, most_count: 5}
        overrules:
          - {time: 2001-01-01T02:00:00Z, flag: 1, by: Duty officer, reason: seen on the staff gauge}
        """

    private static let record =
        #"{"inp": [1, 2, 2, null, 9, 2], "tinp": [0, 3600, 7200, 10800, 14400, 18000], "zinp": [1, 1, 1, 1, 1, 1]}"#

    private static let rating = """
        {"band": [{"stage": 1, "p05": 4, "p50": 5, "p95": 6}, {"stage": 2, "p05": 14, "p50": 15, "p95": 16},
        {"stage": 3, "p05": 34, "p50": 35, "p95": 36}], "gauged_range": [1.1, 2.5], "valid_from": "2001-01-01",
        "valid_until": "2009-12-31"}
        """

    private static let readers: [Reader] = [
        Reader(
            name: "weather",
            text: table("date,P_mm,PET_mm", (1...6).map { "2001-01-0\($0),\($0 % 3).5,2" })
        ) { (bytes) throws(TableProblem) in
            let read = try ForcingTable(bytes, file: "f")
            guard let model = RunoffModels.named("GR4J") else { return }
            let set = [320, 0.8, 90, 1.7]
            let run = model.run(read.forcing, set, from: model.start(set, read.forcing))
            #expect(run.discharge.allSatisfy { $0.isFinite && $0 >= 0 })
        },
        Reader(
            name: "snow", text: table("date,P1,T1,S1", (1...3).map { "2001-01-0\($0),1,-\($0),0.5" })
        ) { (bytes) throws(TableProblem) in
            let weather = Array("date,P_mm,PET_mm\n2001-01-01,1,2\n2001-01-02,0,2\n2001-01-03,0,2\n".utf8)
            _ = try ForcingTable(weather, file: "w", layers: (bytes, "f"))
        },
        Reader(
            name: "flow", text: table("time,Q_mm", (0..<6).map { "2001-01-01T0\($0):00:00Z,\($0).25" })
        ) { (bytes) throws(TableProblem) in
            let read = try ObservedTable(bytes, file: "f", column: nil, area: 12, at: hours, step: 3600)
            #expect(read.depths.count == hours.count)
        },
        Reader(name: "gaugings", text: table("stage_m,q_m3s", (1...6).map { "\($0).5,\($0 * $0)" })) {
            (bytes) throws(TableProblem) in
            _ = try GaugingTable(bytes, file: "f")
        },
        Reader(name: "rating", text: rating) { (bytes) throws(TableProblem) in
            let read = try RatingDocument(bytes, file: "f")
            for stage in [-1e300, 0, 1, 1.5, 2, 2.7, 3, 1e300] {
                if let found = read.discharge(stage) { #expect(found.low <= found.high) }
            }
        },
        Reader(
            name: "readings",
            text: table("time,value,upper", (0..<6).map { "2001-01-01T0\($0):00:00Z,\($0).25,\($0)" })
        ) { (bytes) throws(TableProblem) in try flagged(TestedRecord(bytes, file: "f", column: nil)) },
        Reader(name: "record", text: record) { (bytes) throws(TableProblem) in
            try flagged(TestedRecord(bytes, file: "f", column: nil))
        },
        Reader(name: "plan", text: plan) { (bytes) throws(TableProblem) in
            let plan = try QualityPlan(bytes, file: "f")
            let csv = table("time,value,upper", (0..<6).map { "2001-01-01T0\($0):00:00Z,\($0).25,\($0)" })
            let record = try TestedRecord(Array(csv.utf8), file: "r", column: "value")
            for (_, test) in plan.tests { try flags(test, record) }
        },
        Reader(
            name: "forecasts", text: table("time,m1,m2,m3", (0..<6).map { "2001-01-01T0\($0):00:00Z,1,2,\($0)" })
        ) { (bytes) throws(TableProblem) in
            let observed = table("time,value", (0..<6).map { "2001-01-01T0\($0):00:00Z,\($0)" })
            let read = try ScoreInput(
                observed: .init(bytes: Array(observed.utf8), name: "o"), simulated: nil,
                members: .init(bytes: bytes, name: "f"))
            #expect(read.members?.count == read.observed.count)
        },
    ]

    /// Runs a test; a series that the record lacks is a refusal like any other.
    private static func flags(_ test: SeriesTest, _ record: TestedRecord) throws(TableProblem) {
        guard let flags = try? test.flags(record.series) else { return }
        #expect(flags.count == record.labels.count)
    }

    private static func flagged(_ record: TestedRecord) throws(TableProblem) {
        for (_, test) in try QualityPlan(Array(plan.utf8), file: "p").tests { try flags(test, record) }
    }

    @Test func `damaged files are read or refused with their place, and what was read can be used`() {
        var damage = Damage(generator: SeededGenerator(seed: 20_010_101))
        var refused = [Int](repeating: 0, count: Self.readers.count)
        for reader in Self.readers {
            #expect(throws: Never.self, "\(reader.name)") { try reader.use(Array(reader.text.utf8)) }
        }
        for number in 0..<Self.count {
            let place = number % Self.readers.count
            let bytes = damage.next(of: Array(Self.readers[place].text.utf8))
            do throws(TableProblem) { try Self.readers[place].use(bytes) } catch {
                refused[place] += 1
                let (fault, lines) = (error.fault, bytes.count { $0 == 0x0A || $0 == 0x0D } + 1)
                let isTold = !fault.message.isEmpty && !fault.advice.isEmpty && !fault.rule.isEmpty
                #expect(isTold && (1...max(lines, 9)).contains(fault.position.line) && fault.position.column >= 1)
            }
        }
        // damage is felt, and does not always kill
        for (place, reader) in Self.readers.enumerated() {
            #expect(refused[place] > 0 && refused[place] < Self.count / Self.readers.count, "\(reader.name)")
        }
    }
}
