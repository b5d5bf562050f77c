import Series
import Testing

@testable import Accord

/// A reader's clock that is ten minutes off, either way.
@Suite struct ClockStatementTests {
    private static let readerOrigin = "riparian/vn-lao-cai/test/cn-yunnan"

    /// Yunnan delivers one reading a day, due at 01:00Z, 5 minutes before that by its own clock; Lao Cai's receipts are dated
    /// by a clock that is some seconds ahead.
    private func bench(ahead: Int64, delivered minutes: Int64 = -5) -> ComplianceBench {
        var bench = ComplianceBench()
        bench.span(1, 2)
        bench.receipt(vnLaoCai, bench.day(1) + 600 + ahead, size: 0)
        let due = bench.day(1) + 3600
        bench.deliver(bench.day(1), received: due + minutes * 60)
        bench.receipt(vnLaoCai, due + minutes * 60 + ahead)
        bench.receipt(vnLaoCai, due + 7200 + ahead)
        return bench
    }

    /// A lane of a party that states how far another's clock is ahead of its own, in s.
    private func statement(
        of party: PartyID = vnLaoCai, about peer: PartyID = cnYunnan, ahead: Int64, at time: Instant
    ) -> LaneEvidence {
        var lane = LaneEvidence(
            origin: party == vnLaoCai ? ClockStatementTests.readerOrigin : "riparian/\(party)/test/vn-lao-cai",
            leafHashes: [MerkleTree.leafHash([1])])
        lane.clocks = [
            LaneEvidence.Clock(
                index: 0, statement: LaneClock(peer: peer, ahead: ahead * 1_000, within: 40, measured: time))
        ]
        return lane
    }

    private func counts(_ bench: ComplianceBench, _ lane: LaneEvidence?) throws -> ComplianceCounts {
        var bench = bench
        bench.span(1, 1)
        bench.further = lane.map { [$0] } ?? []
        return try bench.counts()
    }

    @Test func `a reader whose clock is ahead makes nobody late by that once it states it`() throws {
        let bench = bench(ahead: 600)
        #expect(try counts(bench, nil).count(.late) == 1)
        let judged = try counts(bench, statement(ahead: -600, at: bench.day(1) + 1800))
        #expect(judged.count(.onTime) == 1 && judged.skewed == 1 && judged.word == .delivered)
    }

    @Test func `what is really late stays late, by the time without the difference`() throws {
        let bench = bench(ahead: 600, delivered: 7)
        let judged = try counts(bench, statement(ahead: -600, at: bench.day(1) + 1800))
        #expect(judged.count(.late) == 1 && judged.skewed == 1)
        // The uncertainty of 40 ms counts for the provider, in whole seconds.
        #expect(judged.worstLate == 419)
    }

    @Test func `a reader whose clock is behind speaks for the provider, and the value is marked`() throws {
        let bench = bench(ahead: -600)
        let judged = try counts(bench, statement(ahead: 600, at: bench.day(1) + 1800))
        #expect(judged.count(.onTime) == 1 && judged.skewed == 1)
        #expect(try counts(bench, nil).skewed == 1)
    }

    @Test func `neither an old statement, nor a small difference, nor another party's word moves a receipt`() throws {
        let bench = bench(ahead: 600)
        let time = bench.day(1) + 1800
        let idle = [
            statement(ahead: -600, at: bench.day(1) - 7200), statement(ahead: -60, at: time),
            statement(of: cnYunnan, about: vnLaoCai, ahead: 600, at: time),
            statement(of: vnLaiChau, ahead: -600, at: time), statement(about: vnLaiChau, ahead: -600, at: time),
        ]
        for lane in idle { #expect(try counts(bench, lane).count(.late) == 1, "\(lane.clocks)") }
    }

    @Test func `times and differences of any size are judged without a fault`() throws {
        let bench = bench(ahead: 600)
        for ahead: Int64 in [.min / 1_000, -1, 0, .max / 1_000] {
            for time: Int64 in [-62_167_219_200, 0, 253_402_300_799] {
                let lane = statement(ahead: ahead, at: Instant(secondsSinceEpoch: time))
                #expect(try counts(bench, lane).due == 1)
            }
        }
    }

    @Test func `statements beyond the size that the manifest names do not count`() throws {
        var bench = bench(ahead: 600)
        var lane = statement(ahead: -600, at: bench.day(1) + 1800)
        lane.clocks = [LaneEvidence.Clock(index: 1, statement: lane.clocks[0].statement)]
        bench.further = [lane]
        bench.span(1, 1)
        #expect(try bench.counts().count(.late) == 1)
    }
}
