import Series
import TestKit
import Testing

@testable import Accord

@Suite struct LaneEntryTests {
    private let received = Instant(secondsSinceEpoch: 2_000_000)

    @Test func `an entry reads back to its observations and nothing else reads as one`() throws {
        for value in [nil, 0, 86.91, -0.5, 1e10, 5.960464477539063e-08, 65_504, 0.1, -0.0] as [Double?] {
            let observation = Observation(
                series: try #require(SeriesID("cn-yunnan/manhao/stage")), observed: Instant(secondsSinceEpoch: 10),
                received: Instant(secondsSinceEpoch: 20), value: value, source: "test")
            let entry = try #require(try LaneEntry.entries([observation]).first)
            let read = try LaneEntry.observations(entry, received: received)
            #expect(read.count == 1 && read[0].value?.bitPattern == value?.bitPattern && read[0].received == received)
            #expect(read[0].series == observation.series && read[0].source == "test")
            for cut in 0..<entry.count {
                #expect(throws: LaneProblem.self) {
                    try LaneEntry.observations(Array(entry[..<cut]), received: received)
                }
            }
            #expect(throws: LaneProblem.self) { try LaneEntry.observations(entry + [0], received: received) }
        }
    }

    @Test func `many observations make several entries in order, each within its limits`() throws {
        let long = String(repeating: "s", count: 400)
        let observations = try (0..<1_203).map { try LaneFixture.observation($0, source: $0 < 500 ? long : "short") }
        let entries = try LaneEntry.entries(observations)
        #expect(entries.allSatisfy { $0.count <= LaneTiles.maximumEntry })
        let read = try entries.flatMap { try LaneEntry.observations($0, received: received) }
        #expect(read.map(\.observed) == observations.map(\.observed))
        #expect(try entries.allSatisfy { try LaneEntry.observations($0, received: received).count <= 500 })
        #expect(try LaneEntry.entries([]).isEmpty)
    }

    @Test func `a source longer than an entry is refused and named, not cut`() throws {
        let observation = try LaneFixture.observation(1, source: String(repeating: "s", count: 70_000))
        let problem = #expect(throws: LaneProblem.self) {
            try LaneEntry.entries([try LaneFixture.observation(0), observation])
        }
        #expect(problem?.code == .entry && problem?.what.contains("cn-yunnan/manhao/stage") == true)
    }

    @Test func `rows that break a rule are refused`() throws {
        let fields: [CBOR] = [
            .text("cn-yunnan/manhao/stage"), .integer(10), .integer(20), .float(1.5), .integer(1), .text("observed"),
            .text("raw"), .integer(0), .text("test"),
        ]
        func reads(_ change: (inout [CBOR]) -> Void) -> Bool {
            var row = fields
            change(&row)
            let entry = CBOR.map(["type": .text("observations-1"), "rows": .array([.array(row)])]).encoded
            return (try? LaneEntry.observations(entry, received: received)) != nil
        }
        #expect(reads { _ in })
        #expect(!reads { $0[0] = .text("no series") })
        #expect(!reads { $0[2] = .integer(9) }, "received before observed")
        #expect(!reads { $0[3] = .integer(1) }, "a value is a float")
        #expect(!reads { $0[4] = .integer(7) }, "no such quality")
        #expect(!reads { $0[5] = .text("guessed") })
        #expect(!reads { $0[6] = .text("final") })
        #expect(!reads { $0[7] = .integer(-1) })
        #expect(!reads { $0[8] = .null })
        #expect(!reads { $0.removeLast() })
        #expect(!reads { $0.append(.null) })
        let many = CBOR.map([
            "type": .text("observations-1"), "rows": .array(.init(repeating: .array(fields), count: 501)),
        ])
        let other = CBOR.map(["type": .text("observations-2"), "rows": .array([.array(fields)])])
        let none = CBOR.map(["type": .text("observations-1"), "rows": .array([])])
        for entry in [many, other, none] {
            #expect(throws: LaneProblem.self) { try LaneEntry.observations(entry.encoded, received: received) }
        }
    }

    @Test func `the grammar of entries names every field in its order`() throws {
        let text = try Repository.text("Documentation/LaneEntries.cddl")
        let names = text.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.contains("\"rows\"") }
            .compactMap { $0.split(separator: ":").first?.trimmingPrefix(while: { $0 == " " }) }.map { String($0) }
        #expect(
            names.filter { !$0.contains("\"") } == [
                "series", "observed", "received", "value", "quality", "known", "status", "revision", "source",
            ])
        for word in Known.allCases.map(\.rawValue) + ReviewStatus.allCases.map(\.rawValue) + ["observations-1"] {
            #expect(text.contains("\"\(word)\""), "\(word)")
        }
        for flag in Quality.allCases { #expect(text.contains(" \(flag.rawValue)")) }
        #expect(text.contains("1*\(LaneEntry.maximumObservations) observation"))
    }
}
