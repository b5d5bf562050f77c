import Series
import Testing

@testable import Accord

/// Equal manifest, equal report; whatever else a node holds does not count, and what it lacks is named.
@Suite struct EvidenceManifestTests {
    @Test func `a manifest reads back to the same bytes`() throws {
        var numbers = SeededNumbers(seed: 1)
        for _ in 0..<20 {
            let manifest = RandomCompliance(&numbers).bench.manifest
            #expect(try EvidenceManifest(manifest.bytes) == manifest)
            #expect(try EvidenceManifest(manifest.bytes).bytes == manifest.bytes)
        }
    }

    @Test func `the order of the inputs changes nothing`() throws {
        var numbers = SeededNumbers(seed: 2)
        for _ in 0..<30 {
            let bench = RandomCompliance(&numbers).bench
            let report = try bench.report()
            let lane = bench.lane
            let shuffled = LaneEvidence(
                origin: lane.origin, leafHashes: lane.leafHashes, rows: numbers.shuffled(lane.rows),
                retractions: numbers.shuffled(lane.retractions), receipts: numbers.shuffled(lane.receipts))
            #expect(try compliance(of: bench.agreement, under: bench.manifest, evidence: [shuffled]) == report)
        }
    }

    @Test func `a node that holds more makes the same report`() throws {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<30 {
            var bench = RandomCompliance(&numbers).bench
            let (manifest, report) = (bench.manifest, try bench.report())
            bench.receipt(vnLaiChau, bench.day(-2))
            bench.deliver(bench.day(4), revision: 7, value: 9)
            if !bench.lane.rows.isEmpty { bench.retract(0) }
            bench.receipt(vnLaoCai, bench.day(9))
            bench.outage("cn-yunnan", from: bench.day(-2), until: nil)
            bench.further = [
                LaneEvidence(origin: "riparian/vn-dien-bien/test/public", leafHashes: [MerkleTree.leafHash([1])])
            ]
            #expect(try compliance(of: bench.agreement, under: manifest, evidence: bench.evidence) == report)
        }
    }

    @Test func `an earlier time on a receipt makes nothing worse, a further one nothing that it covers`() throws {
        let ranks: [ComplianceStanding: Int] = [
            .onTime: 0, .noDeadline: 0, .agreedReason: 1, .disputed: 1, .readerOffline: 1, .open: 1, .late: 2,
            .missing: 3,
        ]
        func judged(_ bench: ComplianceBench) throws -> [String: (rank: Int, late: Int64)] {
            var judged: [String: (rank: Int, late: Int64)] = [:]
            for day in -2...8 {
                var one = bench
                (one.from, one.until) = (bench.day(day), bench.day(day + 1))
                for reader in [vnLaoCai, vnLaiChau] {
                    let counts = try one.counts(reader)
                    guard let standing = counts.standings.first?.key else { continue }
                    judged["\(day) \(reader)"] = (ranks[standing] ?? -1, counts.worstLate ?? 0)
                }
            }
            return judged
        }
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<60 {
            var bench = RandomCompliance(&numbers).bench
            bench.asOf = bench.until
            bench.further = [vnLaoCai, vnLaiChau].map {
                LaneEvidence(origin: "riparian/\($0)/test/cn-yunnan", leafHashes: [MerkleTree.leafHash([2])])
            }
            guard !bench.lane.receipts.isEmpty else { continue }
            let before = try judged(bench)
            var earlier = bench
            let place = numbers.below(bench.lane.receipts.count)
            let old = bench.lane.receipts[place]
            let time = old.time - Int64(numbers.below(200_000))
            earlier.lane.receipts[place] = receiptEvidence(old.reader, time, size: old.size)
            for (key, after) in try judged(earlier) {
                let was = try #require(before[key])
                #expect(after.rank <= was.rank && (after.rank < was.rank || after.late <= was.late), "\(key)")
            }
            var further = bench
            further.receipt(old.reader, time, size: bench.lane.leafHashes.count)
            for (key, after) in try judged(further) where before[key]?.rank != 3 {
                let was = try #require(before[key])
                #expect(after.rank <= was.rank || (was.rank == 0 && after.rank == 1), "\(key)")
            }
        }
    }

    @Test func `what two manifests have in common is the same from both sides, and both can report on it`() throws {
        var numbers = SeededNumbers(seed: 6)
        for _ in 0..<20 {
            let one = RandomCompliance(&numbers).bench
            var two = one
            two.lane.receipts = one.lane.receipts.filter { _ in numbers.below(3) > 0 }
            two.receipt(witness, one.day(3), size: 0)
            two.deliver(one.day(5), revision: 3)
            let common = try #require(one.manifest.common(with: two.manifest))
            #expect(two.manifest.common(with: one.manifest)?.bytes == common.bytes)
            #expect(common.lanes.map(\.size) == one.manifest.lanes.map(\.size))
            let reports = try [one, two].map {
                try compliance(of: $0.agreement, under: common, evidence: $0.evidence)
            }
            #expect(reports[0] == reports[1])
        }
        var later = RandomCompliance(&numbers).bench
        let manifest = later.manifest
        later.until = later.until + 1
        #expect(manifest.common(with: later.manifest) == nil)
    }

    @Test func `what a node lacks is named`() throws {
        var bench = ComplianceBench()
        for day in 1...3 { bench.deliver(bench.day(day)) }
        bench.receipt(vnLaoCai, bench.day(4))
        let (manifest, lane) = (bench.manifest, bench.lane)
        func missing(_ evidence: [LaneEvidence], _ agreement: Agreement? = nil) -> [MissingEvidence] {
            do {
                _ = try compliance(of: agreement ?? bench.agreement, under: manifest, evidence: evidence)
                return []
            } catch { return error.missing }
        }
        #expect(missing([lane]) == [])
        #expect(missing([]) == [.lane(origin: lane.origin)])
        let short = LaneEvidence(origin: lane.origin, leafHashes: Array(lane.leafHashes.prefix(2)))
        #expect(missing([short]) == [.entries(origin: lane.origin, named: 3, held: 2)])
        let forked = LaneEvidence(
            origin: lane.origin, leafHashes: Array(lane.leafHashes.prefix(2)) + [MerkleTree.leafHash([9])])
        #expect(missing([forked]) == [.root(origin: lane.origin, size: 3)])
        var partial = lane
        partial.receipts = []
        partial.withheld = [1, 7]
        #expect(
            missing([partial]) == [
                .content(origin: lane.origin, index: 1), .receipt(origin: lane.origin, lane.receipts[0]),
            ])
        let other = Agreement(
            id: bench.agreement.id, identity: AgreementIdentity(of: "other"), title: threeWords, isIllustrative: true,
            parties: [], provisions: [])
        #expect(missing([lane], other).count == 1)
        #expect("\(EvidenceRefusal(missing: missing([])))" == "the lane \(lane.origin) is not held here")
    }

    @Test func `a damaged manifest is refused with its place`() throws {
        var bench = ComplianceBench()
        bench.deliver(bench.day(1))
        bench.receipt(vnLaoCai, bench.day(4))
        bench.receipt(vnLaiChau, bench.day(4))
        let text = bench.manifest.json.canonicalText
        let cases = [
            ("{", "", "line 1, column 1"), ("\"simulated\":false", "\"simulated\":0", "the manifest"),
            ("\"size\":1,", "\"size\":2,", "lane 1, receipt 1"), ("\"root\":\"", "\"root\":\"A", "lane 1"),
            ("riparian/cn", "Riparian/cn", "lane 1"), ("\"size\":1,", "", "lane 1"),
            ("\"reader\":\"vn-lao-cai\"", "\"reader\":\"vn-aa\"", "lane 1, receipt 2"),
            ("2024-09-04T00:00:00Z", "2024-09-04T00:00Z", "lane 1, receipt 1"),
            ("\"from\":", "\"from\":\"\",\"from\":", "line 1"), ("\"lanes\":[", "\"lanes\":[ 1,", "lane 1"),
        ]
        for (old, new, place) in cases {
            guard let range = text.firstRange(of: old) else {
                Issue.record("\(old) does not occur")
                continue
            }
            let damaged = Array(text.replacingCharacters(in: range, with: new).utf8)
            let problem = #expect(throws: ManifestProblem.self) { try EvidenceManifest(damaged) }
            #expect(problem?.place.hasPrefix(place) == true, "\(old): \(problem.map(\.description) ?? "")")
        }
        for length in stride(from: 0, to: text.utf8.count, by: 7) {
            #expect(throws: ManifestProblem.self) { try EvidenceManifest(Array(text.utf8.prefix(length))) }
        }
    }

    @Test func `JSON is read strictly`() throws {
        let good = " {\"a\": [1, -0.5e2, \"\\u00e9\\ud83d\\ude00\\n\", true, null]}\n"
        #expect(
            try JSONText.value(Array(good.utf8)) == ["a": [.number(1), .number(-50), "é😀\n", true, .null]])
        for bad in [
            "", "01", "1.", "+1", "nul", "[1,]", "{\"a\":1,}", "\"\\x\"", "\"\\ud83d\"", "\"\u{1}\"", "1 2", "{a:1}",
        ] {
            #expect(throws: JSONText.Problem.self, "\(bad)") { try JSONText.value(Array(bad.utf8)) }
        }
        #expect(throws: JSONText.Problem.self) {
            try JSONText.value(Array(repeating: UInt8(ascii: "["), count: 100_000))
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
