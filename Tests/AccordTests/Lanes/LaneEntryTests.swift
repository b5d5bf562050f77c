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
            .integer(0), .integer(10), .integer(20), .float(1.5), .integer(1), .integer(1), .integer(1), .integer(0),
            .integer(0),
        ]
        func entry(
            _ rows: [[CBOR]], type: String = "observations-2", series: [CBOR] = [.text("cn-yunnan/manhao/stage")],
            sources: [CBOR] = [.text("test")]
        ) -> [UInt8] {
            CBOR.map([
                "type": .text(type), "rows": .array(rows.map { .array($0) }), "series": .array(series),
                "sources": .array(sources),
            ]).encoded
        }
        func reads(_ change: (inout [CBOR]) -> Void) -> Bool {
            var row = fields
            change(&row)
            return (try? LaneEntry.observations(entry([row]), received: received)) != nil
        }
        #expect(reads { _ in })
        #expect(!reads { $0[0] = .integer(1) }, "no such series")
        #expect(!reads { $0[2] = .integer(9) }, "received before observed")
        #expect(!reads { $0[3] = .integer(1) }, "a value is a float")
        #expect(!reads { $0[4] = .integer(7) }, "no such quality")
        #expect(!reads { $0[5] = .integer(6) })
        #expect(!reads { $0[6] = .integer(0) })
        #expect(!reads { $0[7] = .integer(-1) })
        #expect(!reads { $0[8] = .null })
        #expect(!reads { $0.removeLast() })
        #expect(!reads { $0.append(.null) })
        let others = [
            entry(.init(repeating: fields, count: 501)), entry([fields], type: "observations-3"), entry([]),
            entry([fields], series: [.text("no series")]), entry([fields], series: []),
            entry([fields], sources: [.text("test"), .text("never used")]),
        ]
        for other in others {
            #expect(throws: LaneProblem.self) { try LaneEntry.observations(other, received: received) }
        }
    }

    @Test func `a batch reads back whatever its series and sources are`() throws {
        var generator = SeededGenerator(seed: 5)
        let names = ["cn-yunnan/manhao/stage", "vn-lao-cai/bao-ha/stage", "vn-lao-cai/bao-ha/precipitation"]
        for count in [1, 2, 23, 24, 255, 256, 257, 499, 500] {
            let observations = try (0..<count).map { number in
                let time = Int64(generator.next() % 4_000_000_000) - 1_000_000_000
                return Observation(
                    series: try #require(SeriesID(names[Int(generator.next() % 3)])),
                    observed: Instant(secondsSinceEpoch: time), received: Instant(secondsSinceEpoch: time + 60),
                    value: number % 7 == 0 ? nil : Double(bitPattern: generator.next()).finite,
                    quality: Quality.allCases[Int(generator.next() % 5)],
                    known: Known.allCases[Int(generator.next() % 5)],
                    status: ReviewStatus.allCases[Int(generator.next() % 3)],
                    revision: Int(generator.next() % 1_000_000), source: "source \(generator.next() % 30)")
            }
            let entry = try LaneEntry.observations(observations).encoded()
            #expect(try LaneEntry(entry) == .observations(observations))
            #expect(CBOR.decode(entry) != nil, "the one encoding of CBOR")
        }
    }

    @Test func `messages read back, and no other bytes read as one`() throws {
        let time = Instant(secondsSinceEpoch: 1_725_753_600)
        let words = LocalizedText(vi: "Xả lũ", zh: "泄洪", en: "Release")
        let messages: [LaneEntry] = [
            .notice(
                LaneNotice(
                    clause: "3.1", event: .plannedRelease, subject: "cn-yunnan/madushan", issued: time,
                    from: time + 3600, until: time + 7200, text: words, supersedes: 4)),
            .notice(LaneNotice(clause: "3.4", event: .outage, subject: "line", issued: time, from: time, text: words)),
            .warning(LaneWarning(clause: "3.3", identifier: "a", issued: time, document: [1, 2, 3])),
            .forecast(
                LaneForecast(
                    clause: "1.4", series: try #require(SeriesID("vn-lao-cai/bao-ha/stage")), issued: time,
                    first: time + 3600, step: 3600, quantiles: (0..<5).map { [Double($0), 0.5] })),
            .manifest(note: [9, 9]),
            .tombstone(Tombstone(clause: "3.4", index: 3, offset: 2, reason: "gauge was moved", issued: time)),
            .tombstone(Tombstone(clause: "3.4", index: 3, reason: "gauge was moved", issued: time)),
            .drill(
                LaneDrill(
                    name: "演练", issued: time,
                    part: .question([try #require(PartyID("cn-yunnan")), try #require(PartyID("vn-lao-cai"))]))),
            .drill(
                LaneDrill(
                    name: "", issued: time, part: .answer(lane: "riparian/a/b/c", index: 7, received: time - 3))),
            .clock(
                LaneClock(
                    peer: try #require(PartyID("vn-lao-cai")), ahead: -600_250, within: 35, measured: time)),
            .clock(LaneClock(peer: try #require(PartyID("vn-lao-cai")), ahead: 61_000, within: 0, measured: time)),
        ]
        for message in messages {
            let bytes = try message.encoded()
            #expect(try LaneEntry(bytes) == message)
            for cut in 0..<bytes.count {
                #expect(throws: LaneProblem.self) { try LaneEntry(Array(bytes[..<cut])) }
            }
            #expect(throws: LaneProblem.self) { try LaneEntry(bytes + [0]) }
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= 0x20
                if let read = try? LaneEntry(changed) { #expect(read != message) }
            }
        }
    }

    @Test func `times with which nothing can be computed make no entry`() throws {
        let party = try #require(PartyID("vn-lao-cai"))
        for seconds in [Int64.min, .min / 2, -62_167_219_201, 253_402_300_800, .max / 2, .max] {
            let time = Instant(secondsSinceEpoch: seconds)
            let entries: [LaneEntry] = [
                .drill(LaneDrill(name: "", issued: time, part: .question([party]))),
                .clock(LaneClock(peer: party, ahead: 0, within: 0, measured: time)),
                .tombstone(Tombstone(clause: "3.4", index: 3, reason: "", issued: time)),
                .observations([
                    Observation(
                        series: try #require(SeriesID("vn-lao-cai/bao-ha/stage")), observed: time, received: time,
                        value: 1, source: "")
                ]),
            ]
            for entry in entries {
                let bytes = try entry.encoded()
                #expect(throws: LaneProblem.self) { try LaneEntry(bytes) }
            }
        }
    }

    @Test func `the grammar of entries names every type and every field of a row in its order`() throws {
        let text = try Repository.text("Documentation/LaneEntries.cddl")
        let row = try #require(text.split(separator: "observation = [").last?.split(separator: "]").first)
        let names = row.split(separator: "\n").compactMap {
            $0.split(separator: ":").first?.trimmingPrefix(while: { $0 == " " })
        }.map { String($0) }
        #expect(
            names == [
                "series", "observed", "received", "value", "quality", "known", "status", "revision", "source",
            ])
        for known in Known.allCases { #expect(text.contains("\(known.code) \"\(known.rawValue)\"")) }
        for status in ReviewStatus.allCases { #expect(text.contains("\(status.code) \"\(status.rawValue)\"")) }
        for event in NoticeTerms.Event.allCases { #expect(text.contains("\"\(event.rawValue)\"")) }
        let types = [
            "observations-2", "notice-1", "warning-1", "forecast-1", "manifest-1", "tombstone-1", "drill-1", "clock-1",
        ]
        for type in types { #expect(text.contains("\"type\": \"\(type)\"")) }
        #expect(text.contains("quality: " + Quality.allCases.map { "\($0.rawValue)" }.joined(separator: " / ")))
        #expect(text.contains("1*\(LaneEntry.maximumObservations) observation"))
    }
}

extension Double {
    /// The number, or 0 where the bits are none.
    fileprivate var finite: Double { isFinite ? self : 0 }
}
