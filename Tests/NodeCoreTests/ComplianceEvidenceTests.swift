import Accord
import Formats
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// The whole path: two nodes exchange readings and receipts, and report on them from one manifest.
@Suite struct ComplianceEvidenceTests {
    let folder: TemporaryFolder
    let federation: Federation
    /// The agreement of the nodes, with a reading due every three hours, one hour later.
    let agreement: Agreement
    let end = Made.start + 24 * 3600

    init() async throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        try await federation.approveAll()
        let provisions = Made.agreement.provisions.map { provision in
            var provision = provision
            if provision.clause == "3.1" {
                provision.rhythm = .every(minutes: 180)
                provision.deadlineMinutes = 60
            }
            return provision
        }
        agreement = Agreement(
            id: Made.agreement.id, identity: Made.agreement.identity, title: Made.agreement.title, isIllustrative: true,
            parties: Made.agreement.parties, provisions: provisions)
    }

    private func at(_ hours: Double) -> Instant { Made.start + Int64(hours * 3600) }

    /// Lao Cai takes a reading in at a time and publishes it; its node answers from then on.
    private func takeIn(hour: Double, at time: Double, station: String = "lao-cai", revision: Int = 0) async throws {
        federation.clock.set(at(time))
        let observation = Observation(
            series: Made.series("vn-lao-cai/\(station)/stage"), observed: at(hour), received: at(time),
            value: 80 + hour,
            revision: revision, source: "made")
        let received = ReceivedObservation(observation, origin: "made:\(station):\(hour):\(revision)")
        _ = try await federation.laoCai.receive([received])
        _ = try await federation.laoCai.publishCheckpoints()
    }

    private func yunnanPulls(at time: Double) async throws {
        federation.clock.set(at(time))
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
    }

    private func exchange() async throws {
        try await yunnanPulls(at: 0.1)
        try await takeIn(hour: 0, at: 0.2)
        try await yunnanPulls(at: 0.5)  // on time
        try await takeIn(hour: 3, at: 4.5)
        try await yunnanPulls(at: 4.6)  // late: the provider had it only after the deadline
        try await yunnanPulls(at: 6.2)
        try await takeIn(hour: 6, at: 6.3)
        try await yunnanPulls(at: 7.5)  // late: looked at 6.2, and it was not there
        try await takeIn(hour: 9, at: 9.1)
        try await yunnanPulls(at: 12)  // nobody looked between 9 and 10
        try await takeIn(hour: 9, at: 12.5, revision: 1)
        try await yunnanPulls(at: 13.5)  // no reading of 12 by 13
        try await takeIn(hour: 15, at: 15.1)
        try await yunnanPulls(at: 15.2)
        federation.clock.set(at(24))
        try await yunnanPulls(at: 24)
        _ = try await federation.laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link)
    }

    private func stored(_ node: Node) -> StoredEvidence {
        StoredEvidence(database: node.database, agreement: agreement)
    }

    private func forms(_ report: ComplianceReport) throws -> [String] {
        [
            report.json.canonicalText, report.csv,
            report.document(in: Language.allCases, catalogues: try Catalogues.sample()),
        ]
    }

    @Test func `two nodes make the same bytes from one manifest`() async throws {
        try await exchange()
        let yunnan = try stored(federation.yunnan).lanes()
        let laoCai = try stored(federation.laoCai).lanes()
        #expect(yunnan.map(\.origin) == laoCai.map(\.origin))
        let manifest = try stored(federation.laoCai).manifest(of: laoCai, from: Made.start, until: end, now: end)
        let reports = try [yunnan, laoCai].map { try compliance(of: agreement, under: manifest, evidence: $0) }
        #expect(reports[0] == reports[1])
        #expect(try forms(reports[0]) == forms(reports[1]))
        let row = try #require(
            reports[0].rows.first { $0.series == "vn-lao-cai/lao-cai/stage" && $0.period == .whole })
        // Due by 1, 4, 7, 10, 13, 16, 19, 22 o'clock.
        #expect(row.counts.standings == [.onTime: 2, .late: 2, .readerOffline: 1, .missing: 3])
        #expect(row.counts.corrected == 1)
        #expect(row.counts.lateSeconds == [1800, 2160])
        #expect(row.evidence.clocks == [Made.yunnan])
    }

    @Test func `what a node has gained since does not change the report`() async throws {
        try await exchange()
        let before = try stored(federation.yunnan).lanes()
        let manifest = try stored(federation.yunnan).manifest(of: before, from: Made.start, until: end, now: end)
        let report = try compliance(of: agreement, under: manifest, evidence: before)
        try await takeIn(hour: 21, at: 25)
        try await takeIn(hour: 0, at: 25.1, station: "bao-ha")
        try await yunnanPulls(at: 26)
        for node in [federation.yunnan, federation.laoCai] {
            let after = try compliance(of: agreement, under: manifest, evidence: try stored(node).lanes())
            #expect(after == report)
        }
    }

    @Test func `a receipt that has not been fetched is named, and what both hold is enough`() async throws {
        try await exchange()
        try await takeIn(hour: 18, at: 24.5)
        try await yunnanPulls(at: 25)
        let yunnan = try stored(federation.yunnan).lanes()
        let laoCai = try stored(federation.laoCai).lanes()
        let theirs = try stored(federation.yunnan).manifest(of: yunnan, from: Made.start, until: end, now: end)
        let refusal = #expect(throws: EvidenceRefusal.self) {
            try compliance(of: agreement, under: theirs, evidence: laoCai)
        }
        #expect(refusal?.missing.count == 1)
        #expect(refusal?.description.contains("the receipt of cn-yunnan at 2024-09-09T01:00:00Z") == true)
        let ours = try stored(federation.laoCai).manifest(of: laoCai, from: Made.start, until: end, now: end)
        let common = try #require(ours.common(with: theirs))
        let reports = try [yunnan, laoCai].map { try compliance(of: agreement, under: common, evidence: $0) }
        #expect(try forms(reports[0]) == forms(reports[1]))
    }

    @Test func `of a lane the store gives every reading with the provider's own time`() async throws {
        try await takeIn(hour: 0, at: 0.2)
        try await yunnanPulls(at: 0.5)
        for node in [federation.laoCai, federation.yunnan] {
            let evidence = try #require(try stored(node).lanes().first)
            #expect(evidence.leafHashes.count == 1 && evidence.withheld.isEmpty)
            #expect(evidence.rows.map(\.received) == [at(0.2)])
        }
    }

    @Test func `only lanes that a partner holds too are shared with it`() async throws {
        try await exchange()
        let all = stored(federation.laoCai)
        #expect(try all.lanes(sharedWith: [Made.yunnan]).count == 1)
        #expect(try all.lanes(sharedWith: [Made.laiChau]).isEmpty)
    }
}
