import Series
import Testing

@testable import Accord

/// One small lane for each standing, judged by hand: a reading of 00:00Z is due at 01:00Z.
@Suite struct ComplianceStandingTests {
    private func bench() -> ComplianceBench {
        var bench = ComplianceBench()
        bench.span(10, 10)
        bench.provisions = [outageClause]
        return bench
    }

    private func standing(_ bench: ComplianceBench, _ reader: PartyID = vnLaoCai) throws -> ComplianceStanding? {
        let counts = try bench.counts(reader)
        #expect(counts.due == 1)
        return counts.standings.first?.key
    }

    @Test func `a receipt exactly at the deadline is on time, a second later is not`() throws {
        for (late, expected) in [(Int64(0), ComplianceStanding.onTime), (1, .late)] {
            var bench = bench()
            bench.receipt(vnLaoCai, bench.day(10) + 600)
            bench.deliver(bench.day(10))
            bench.receipt(vnLaoCai, bench.day(10) + 3600 + late)
            #expect(try standing(bench) == expected)
            #expect(try bench.counts().worstLate == (late == 0 ? nil : 1))
        }
    }

    @Test func `another reader's receipt proves it on time where the owed reader has given none`() throws {
        for signer in [vnLaiChau, witness] {
            var bench = bench()
            bench.receipt(vnLaoCai, bench.day(2))
            bench.deliver(bench.day(10))
            bench.receipt(signer, bench.day(10) + 60)
            #expect(try standing(bench) == .onTime)
            let row = try #require(
                try bench.report().rows.first { $0.reader == .party(vnLaoCai) && $0.period == .whole })
            #expect(row.evidence.clocks == [signer])
            #expect(row.evidence.lane == bench.lane.origin)
            #expect(row.evidence.entries == 0...0)
        }
    }

    @Test func `late by one clock and on time by another is disputed`() throws {
        for signer in [vnLaiChau, witness] {
            var bench = bench()
            bench.receipt(vnLaiChau, bench.day(2))
            bench.deliver(bench.day(10))
            bench.receipt(signer, bench.day(10) + 60)
            bench.receipt(vnLaoCai, bench.day(10) + 7200)
            #expect(try standing(bench) == .disputed)
            #expect(try standing(bench, vnLaiChau) == .onTime)
            let finding = try #require(try bench.report().findings.first { $0.standing == .disputed })
            #expect(finding.receipt?.reader == vnLaoCai && finding.other?.reader == signer)
        }
    }

    @Test func `without a receipt that could tell, the reader was offline`() throws {
        var bench = bench()
        bench.receipt(vnLaoCai, bench.day(2))
        bench.receipt(vnLaiChau, bench.day(2))
        bench.deliver(bench.day(10))
        #expect(try standing(bench) == .readerOffline)
        bench.receipt(vnLaoCai, bench.day(11))
        #expect(try standing(bench) == .readerOffline)
        #expect(try bench.counts().delivered == 1)
    }

    @Test func `late needs something that shows it was not there`() throws {
        var looked = bench()
        looked.receipt(vnLaoCai, looked.day(10) + 1800)
        looked.deliver(looked.day(10))
        looked.receipt(vnLaoCai, looked.day(10) + 5400)
        #expect(try standing(looked) == .late)
        #expect(try looked.counts().worstLate == 1800)

        var shown = bench()
        shown.receipt(vnLaiChau, shown.day(10) + 4000)
        shown.deliver(shown.day(10))
        shown.receipt(vnLaoCai, shown.day(10) + 5400)
        #expect(try standing(shown) == .late)

        var ownWord = bench()
        ownWord.receipt(vnLaoCai, ownWord.day(2))
        ownWord.deliver(ownWord.day(10), received: ownWord.day(10) + 3900)
        ownWord.receipt(vnLaoCai, ownWord.day(11))
        #expect(try standing(ownWord) == .late)
        #expect(try ownWord.counts().worstLate == 86_400 - 3600)
    }

    @Test func `a value that the signed lane lacks after the deadline is missing, before it the question is open`()
        throws
    {
        var bench = bench()
        bench.grow()
        bench.receipt(vnLaoCai, bench.day(10) + 3599)
        #expect(try standing(bench) == .open)
        bench.receipt(vnLaoCai, bench.day(10) + 3600)
        #expect(try standing(bench) == .missing)
        var stated = self.bench()
        stated.grow()
        stated.receipt(vnLaoCai, stated.day(2))
        stated.asOf = stated.day(11)
        #expect(try standing(stated) == .missing)
    }

    @Test func `a value that the provider reports as missing is not delivered`() throws {
        var bench = bench()
        bench.deliver(bench.day(10), value: nil)
        bench.receipt(vnLaoCai, bench.day(10) + 3600)
        #expect(try standing(bench) == .missing)
    }

    @Test func `an outage that the agreement lets a party announce is an agreed reason`() throws {
        for subject in [
            "cn-yunnan", "cn-yunnan/manhao/stage", "manhao", "riparian/cn-yunnan/test/vn-lai-chau_vn-lao-cai",
        ] {
            var bench = bench()
            bench.outage(subject, from: bench.day(9), until: bench.day(10))
            bench.receipt(vnLaoCai, bench.day(11))
            #expect(try standing(bench) == .agreedReason)
            let finding = try #require(try bench.report().findings.first { $0.reader == .party(vnLaoCai) })
            #expect(finding.reason == AgreedReason(clause: "3.4", lane: bench.lane.origin, index: 0))
        }
    }

    @Test func `an obstacle that the document states is an agreed reason while it holds`() throws {
        var bench = bench()
        bench.grow()
        bench.receipt(vnLaoCai, bench.day(12))
        for (until, expected) in [(11, ComplianceStanding.agreedReason), (10, .missing)] {
            bench.provision.obstacle = Obstacle(
                reason: threeWords, since: CivilDate(year: 2024, month: 9, day: 1)!,
                until: CivilDate(year: 2024, month: 9, day: until)!, zone: beijingClock)  // days that exist
            #expect(try standing(bench) == expected)
        }
        bench.provision.obstacle = nil
        bench.deliver(bench.day(10))
        #expect(try standing(bench) == .late)
    }

    @Test func `an outage about something else, ended before, taken back, replaced or without a clause is none`() throws
    {
        var cases: [ComplianceBench] = []
        var other = bench()
        other.outage("hekou", from: other.day(9), until: nil)
        cases.append(other)
        var ended = bench()
        ended.outage("manhao", from: ended.day(8), until: ended.day(10) - 1)
        cases.append(ended)
        var retracted = bench()
        retracted.outage("manhao", from: retracted.day(9), until: nil)
        retracted.retract(0)
        cases.append(retracted)
        var replaced = bench()
        replaced.outage("manhao", from: replaced.day(8), until: nil)
        replaced.outage("manhao", from: replaced.day(8), until: replaced.day(9), supersedes: 0)
        cases.append(replaced)
        var without = bench()
        without.provisions = []
        without.outage("manhao", from: without.day(9), until: nil)
        cases.append(without)
        for var bench in cases {
            bench.receipt(vnLaoCai, bench.day(11))
            #expect(try standing(bench) == .missing)
        }
    }

    @Test func `a party without lane and receipts has not joined, whatever it owes or is owed`() throws {
        var bench = bench()
        bench.deliver(bench.day(10))
        bench.receipt(vnLaoCai, bench.day(10) + 60)
        #expect(try standing(bench, vnLaiChau) == .notJoined)
        bench.lane = LaneEvidence(origin: bench.lane.origin, leafHashes: [])
        #expect(try standing(bench) == .notJoined)
        let states = try bench.report().parties
        #expect(states.allSatisfy { !$0.isJoined })
    }

    @Test func `a lane that the manifest does not name leaves the question open`() throws {
        var bench = bench()
        bench.further = [
            LaneEvidence(
                origin: "riparian/vn-lao-cai/test/cn-yunnan", leafHashes: [MerkleTree.leafHash([1])],
                receipts: [receiptEvidence(cnYunnan, bench.day(11), size: 1)])
        ]
        let evidence = bench.further
        let manifest = EvidenceManifest(
            of: evidence, agreement: bench.agreement, from: bench.from, until: bench.until, isSimulated: false)
        let report = try compliance(of: bench.agreement, under: manifest, evidence: evidence)
        #expect(report.rows.first { $0.reader == .party(vnLaoCai) }?.counts.standings == [.open: 1])
    }

    @Test func `a correction counts beside the standing, the first report decides the time`() throws {
        var bench = bench()
        bench.deliver(bench.day(10))
        bench.receipt(vnLaoCai, bench.day(10) + 60)
        bench.deliver(bench.day(10), revision: 1, value: 2, known: .estimated)
        bench.receipt(vnLaoCai, bench.day(12))
        #expect(try standing(bench) == .onTime)
        let counts = try bench.counts()
        #expect(counts.corrected == 1 && counts.estimated == 1 && counts.delivered == 1)
    }

    @Test func `a value that is taken back is missing, unless another stands in its place`() throws {
        var bench = bench()
        bench.deliver(bench.day(10))
        bench.receipt(vnLaoCai, bench.day(10) + 60)
        bench.retract(0, offset: 0)
        bench.receipt(vnLaoCai, bench.day(11))
        #expect(try standing(bench) == .missing)
        #expect(try bench.counts().withdrawn == 1)
        bench.deliver(bench.day(10), revision: 1)
        bench.receipt(vnLaoCai, bench.day(12))
        #expect(try standing(bench) == .onTime)
        #expect(try bench.counts().withdrawn == 0)
    }

    @Test func `a tombstone beyond the manifest's size does not count`() throws {
        var bench = bench()
        bench.deliver(bench.day(10))
        bench.receipt(vnLaoCai, bench.day(10) + 60)
        let manifest = bench.manifest
        bench.retract(0)
        let report = try compliance(of: bench.agreement, under: manifest, evidence: bench.evidence)
        #expect(report.rows.last { $0.reader == .party(vnLaoCai) }?.counts.count(.onTime) == 1)
    }

    @Test func `a term that is not public makes no breach`() throws {
        var bench = bench()
        bench.provision.undisclosed = [.deadline]
        bench.provision.deadlineMinutes = nil
        bench.grow()
        bench.receipt(vnLaoCai, bench.day(11))
        #expect(try standing(bench) == .unknownTerm)
        bench.deliver(bench.day(10))
        #expect(try bench.counts().delivered == 1)
        bench.provision.undisclosed = []
        #expect(try standing(bench) == .readerOffline)
        bench.receipt(vnLaoCai, bench.day(12))
        #expect(try standing(bench) == .noDeadline)
    }

    @Test func `a reader whose clock is ahead is judged by it, and the difference is seen`() throws {
        var fast = bench()
        fast.receipt(vnLaoCai, fast.day(10) + 60)
        fast.deliver(fast.day(10), received: fast.day(10) + 3500)
        fast.receipt(vnLaoCai, fast.day(10) + 4200)
        #expect(try standing(fast) == .late)
        var slow = bench()
        slow.deliver(slow.day(10), received: slow.day(10) + 3500)
        slow.receipt(vnLaoCai, slow.day(10) + 2900)
        #expect(try standing(slow) == .onTime)
        #expect(try slow.counts().skewed == 1)
        #expect(try fast.counts().skewed == 0)
    }

    @Test func `a provider's own countersignature proves nothing`() throws {
        var bench = bench()
        bench.receipt(vnLaoCai, bench.day(2))
        bench.deliver(bench.day(10))
        bench.receipt(cnYunnan, bench.day(10) + 60)
        #expect(try standing(bench) == .readerOffline)
    }
}
