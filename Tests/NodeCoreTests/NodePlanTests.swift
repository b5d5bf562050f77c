import Accord
import Forecasting
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage
import TestKit
import Testing

/// Plans that a node keeps, and what people say to them.
@Suite struct NodePlanTests {
    private let party = PartyID("vn-lao-cai")!  // literal ids, here and below
    private let clock = SimulatedClock(Instant(secondsSinceEpoch: 1_725_753_600))
    private let catalogues: Catalogues
    private let pack: BasinPack

    init() throws {
        let place = Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)
        pack = try #require(readBasinPack(at: place).pack)
        catalogues = try Catalogues.bundled()
    }

    /// A node with a clause on planned releases, if wanted.
    private func node(hasClause: Bool = true) throws -> Node {
        let neighbour = PartyID("cn-yunnan")!
        var clause = Provision(clause: "3.1", kind: .notice, field: .water, text: Made.text("3.1"))
        clause.readers = .parties([party, neighbour])
        clause.notice = NoticeTerms(event: .plannedRelease, hoursBefore: 4, mustState: [.flowTo, .start])
        let clock = clock
        return Node(
            configuration: NodeConfiguration(
                party: party, basin: pack.basin, register: pack.register,
                agreement: Agreement(
                    id: AgreementID("made")!, identity: AgreementIdentity(of: .null), title: Made.text("made"),
                    isIllustrative: true, parties: [AgreementParty(id: party), AgreementParty(id: neighbour)],
                    provisions: hasClause ? [clause] : []),
                signer: try TestKeys.signer(of: party)),
            database: try NodeDatabase.inMemory(),
            effects: Effects(
                now: { clock.now }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                disk: Disk(write: { _, _ in }, read: { _ in nil }, remove: { _ in })))
    }

    private func record() -> PlanRecord {
        PlanRecord(samplePlan(start: clock.now, party: party)) { count, body in for index in 0..<count { body(index) } }
    }

    @Test
    func `a plan is kept with all that it was made from, read back without planning, and made again to the same bytes`()
        async throws
    {
        let (node, record) = (try node(), record())
        let number = try await node.keep(plan: record, catalogues: catalogues, by: "Duty officer")
        #expect(try await node.plans().map(\.number) == [number])
        let kept = try #require(try await node.plan(number))
        #expect(kept.entry.person == "Duty officer" && kept.entry.decision == nil && !kept.summary.isByRules)
        let plant = try #require(kept.summary.plants.first)
        #expect(plant.gates.map(\.gate) == record.advice.plants[0].gateSteps.map(\.gate) && !plant.gates.isEmpty)
        #expect(plant.level.count == 30 && plant.ordered == record.advice.plants[0].ordered)
        #expect(kept.summary.latestNotice == record.advice.latestNotice)
        #expect(kept.summary.towns.map(\.alarms) == record.advice.towns.map(\.alarmsAfter))
        #expect(kept.summary.reasons.map(\.en).allSatisfy { !$0.isEmpty } && !kept.summary.reasons.isEmpty)
        let again = PlanRecord(try readCascadeDocument(kept.document, file: "plan")) { count, body in
            for index in 0..<count { body(index) }
        }
        #expect(Array(again.json(catalogues).canonicalText.utf8) == kept.document)
        #expect(try await node.plan(number + 1) == nil)
    }

    @Test func `an accepted plan drafts a notice of the first gate, which nothing has sent`() async throws {
        let (node, record) = (try node(), record())
        let number = try await node.keep(plan: record, catalogues: catalogues, by: "Duty officer")
        let accept = PlanWord(isAccepted: true, reason: "")
        #expect(try await node.answer(plan: number, with: accept, by: "Head of shift") == .success(.kept))
        let draft = try #require(try await node.notices().first)
        #expect(draft.notice.phase == .draft && draft.notice.subject == "thac-ba-dam" && draft.notice.clause == "3.1")
        let first = try #require(record.advice.plants[0].gateSteps.map(\.time).min())
        #expect(draft.notice.current.values[.start] == .time(first))
        guard case .number(let flow)? = draft.notice.current.values[.flowTo] else {
            Issue.record("no flow is stated")
            return
        }
        #expect(flow > 600)
        #expect(try await node.plan(number)?.entry.decision?.person == "Head of shift")
        #expect(try await node.answer(plan: number, with: accept, by: "Somebody else") == .failure(.answered))
        #expect(try await node.notices().count == 1)
    }

    @Test func `without a clause on releases a plan can be accepted, which drafts nothing and says so`() async throws {
        let node = try node(hasClause: false)
        let number = try await node.keep(plan: record(), catalogues: catalogues, by: "Duty officer")
        #expect(
            try await node.answer(plan: number, with: .init(isAccepted: true, reason: ""), by: "Head")
                == .success(.keptWithoutNotice))
        #expect(try await node.notices().isEmpty)
        #expect(try await node.plan(number)?.entry.decision?.word.isAccepted == true)
    }

    @Test func `no notice is due of a plan that is rejected`() async throws {
        let node = try node(hasClause: false)
        let number = try await node.keep(plan: record(), catalogues: catalogues, by: "Duty officer")
        #expect(
            try await node.answer(plan: number, with: .init(isAccepted: false, reason: "work"), by: "Head")
                == .success(.kept))
    }

    @Test func `a plan is rejected with a reason only, and one whose hours are past can no more be accepted`()
        async throws
    {
        let node = try node()
        let first = try await node.keep(plan: record(), catalogues: catalogues, by: "Duty officer")
        #expect(
            try await node.answer(plan: first, with: .init(isAccepted: false, reason: ""), by: "Head")
                == .failure(.noReason))
        #expect(
            try await node.answer(plan: first, with: .init(isAccepted: false, reason: "work at gate 3"), by: "Head")
                == .success(.kept))
        #expect(try await node.plan(first)?.entry.decision?.word.reason == "work at gate 3")
        let second = try await node.keep(plan: record(), catalogues: catalogues, by: "Duty officer")
        clock.set(clock.now + 7 * 3600)
        #expect(
            try await node.answer(plan: second, with: .init(isAccepted: true, reason: ""), by: "Head")
                == .failure(.old))
        #expect(try await node.plan(second)?.entry.decision == nil)
        #expect(
            try await node.answer(plan: 99, with: .init(isAccepted: true, reason: ""), by: "Head")
                == .failure(.noPlan))
        #expect(try await node.notices().isEmpty)
    }

    @Test func `what cannot be planned is told, dam by dam`() async throws {
        let found = try await node().cascade(pack: pack)
        #expect(found.document == nil)
        let told = Dictionary(grouping: found.missing, by: \.place).mapValues { $0.map(\.key) }
        #expect(told[StationID("thac-ba-dam")!] == ["advice.missing.reading"])
        #expect(told[StationID("bac-ha-dam")!] == ["advice.missing.tables"])
    }
}
