import NodeCore
import Series
import Storage
import Synchronization
import TestKit
import Testing

/// A party's node is stopped and started while the others go on.
@Suite struct DemoStoppingTests {
    /// Two nodes that are opened by the federation itself, so that a stopped one can be opened again.
    private func federation(
        in folder: String, clock: SimulatedClock, character: LineCharacter = .perfect
    ) -> DemoFederation {
        let log = LogLines()
        let seats = [Made.yunnan, Made.laoCai].map { party in
            DemoSeat(
                party: party, open: { try Federation.node(party, in: folder, clock: clock, log: log) })
        }
        return DemoFederation(
            event: Made.event, seats: seats,
            lines: SimulatedLines(seed: 1, character: character, periods: 60...300), clock: clock)
    }

    private let bridge = Made.series("vn-lao-cai/lao-cai/stage")
    private let above = Made.series("cn-yunnan/manhao/stage")

    @Test func `a provider that was stopped hands on what it missed after the start, nothing is lost`() async throws {
        let folder = try TemporaryFolder()
        let clock = SimulatedClock(Made.start)
        let demo = federation(in: folder.path, clock: clock)
        let (stop, start) = (Made.start + 12 * 3600, Made.start + 30 * 3600)
        let hasStarted = Mutex(false)
        try await demo.run(pause: { next in
            if hasStarted.withLock({ $0 }) { return }
            if next >= stop, next < start { try await demo.stop(Made.laoCai) }
            if next >= start {
                try await demo.start(Made.laoCai)
                hasStarted.withLock { $0 = true }
            }
            if next >= stop + 4 * 3600, next < start {
                let standing = await demo.standing(of: Made.laoCai)
                guard case .stopped(let since) = standing.state else {
                    Issue.record("the node is stopped")
                    return
                }
                #expect((stop - 4 * 3600...stop).contains(since), "\(since)")
                #expect(await demo.standing(of: Made.yunnan).unreachable[Made.laoCai] != nil)
                #expect(await demo.node(of: Made.laoCai) == nil)
            }
        })
        #expect(await demo.standing(of: Made.yunnan).unreachable.isEmpty)
        let yunnan = try #require(await demo.node(of: Made.yunnan)).database
        let laoCai = try #require(await demo.node(of: Made.laoCai)).database
        #expect(try laoCai.observations(of: bridge).count == 17)
        #expect(try yunnan.observations(of: bridge).count == 17)
        #expect(try laoCai.observations(of: above).count == 17)
        let missed = try laoCai.observations(of: bridge).filter { $0.observed > stop && $0.observed < start - 3 * 3600 }
        #expect(!missed.isEmpty && missed.allSatisfy { $0.received >= start - 3 * 3600 })
        let places = try yunnan.kept(of: bridge).compactMap(\.provenance)
        #expect(places.count == 17 && Set(places).count == 17, "each reading arrived once, through the lane")
    }

    @Test func `a stopped node stays stopped when it is stopped again, and nobody else has one`() async throws {
        let folder = try TemporaryFolder()
        let demo = federation(in: folder.path, clock: SimulatedClock(Made.start))
        try await demo.run()
        #expect(try await demo.stop(Made.yunnan))
        #expect(try await demo.stop(Made.yunnan))
        #expect(try await !demo.stop(Made.laiChau))
        #expect(try await !demo.start(Made.laiChau))
        #expect(await demo.standing(of: Made.laiChau).state == .notJoined)
        try await demo.run()
        #expect(await demo.standing(of: Made.laoCai).unreachable[Made.yunnan] != nil)
        let gate = try await demo.act(at: Made.yunnan) { try await $0.gateBoard() }
        #expect(gate == nil)
        #expect(try await demo.start(Made.yunnan))
        #expect(try await demo.start(Made.yunnan))
        try await demo.run()
        #expect(await demo.standing(of: Made.laoCai).unreachable.isEmpty)
        #expect(await demo.standing(of: Made.yunnan).state == .running)
    }

    @Test func `what a person holds stays, what a person lets go reaches the reader`() async throws {
        let folder = try TemporaryFolder()
        let demo = federation(in: folder.path, clock: SimulatedClock(Made.start))
        let noon = Made.start + 12 * 3600
        try await demo.run(pause: { next in
            guard next >= noon, await demo.node(of: Made.laoCai)?.asks() == false else { return }
            let answer = GateAnswer.rule(.ask, pattern: "vn-lao-cai/lao-cai/stage", clause: "3.1")
            let count = try await demo.act(at: Made.laoCai) { try await $0.answer(answer, by: "Lan, hydromet") }
            #expect(count == 1)
        })
        let yunnan = try #require(await demo.node(of: Made.yunnan))
        let before = try yunnan.database.observations(of: bridge).count
        #expect((3..<17).contains(before))
        let asked = try await demo.act(at: Made.laoCai) { try await $0.gateBoard() }
        let board = try #require(asked)
        #expect(board.waiting == 17 - before)
        #expect(board.items.allSatisfy { $0.state == "asked" && $0.clause == "3.1" })
        #expect(board.choices.contains { $0.pattern == "vn-lao-cai/lao-cai/stage" && $0.word == .ask })
        let one = try #require(board.items.first?.id)
        let count = try await demo.act(at: Made.laoCai) { try await $0.answer(.approve([one]), by: "Lan, hydromet") }
        #expect(count == 1)
        let none = try await demo.act(at: Made.laoCai) { try await $0.answer(.approve(["x"]), by: "Lan") }
        #expect(none == 0)
        try await demo.run()
        #expect(try yunnan.database.observations(of: bridge).count == before + 1)
        let after = try await demo.act(at: Made.laoCai) { try await $0.gateBoard() }
        let said = try #require(after).said
        #expect(said.first?.mode == "once" && said.first?.person == "Lan, hydromet")
    }

    @Test func `the exchange board names receipts, and the history the entry and the checkpoint`() async throws {
        let folder = try TemporaryFolder()
        let demo = federation(in: folder.path, clock: SimulatedClock(Made.start))
        try await demo.run()
        let laoCai = try #require(await demo.node(of: Made.laoCai))
        let own = try await laoCai.exchangeBoard().own
        let lane = try #require(own.first { $0.size > 0 })
        #expect(lane.readings.map(\.reader) == [Made.yunnan])
        #expect(lane.readings.first?.size == lane.size)
        #expect(lane.root.count == 64)
        let yunnan = try #require(await demo.node(of: Made.yunnan))
        let board = try await yunnan.exchangeBoard()
        #expect(board.peers.contains { $0.origin == lane.origin && $0.root == lane.root && $0.heartbeat != nil })
        #expect(board.notJoined.map(\.en) == ["vn-lai-chau"])
        let now = Made.start + 100 * 3600
        let found = try await yunnan.history(of: bridge, at: now)
        let history = try #require(found)
        #expect(history.rows.count == 17)
        for row in history.rows {
            guard case .lane(let proof) = row.way else {
                Issue.record("a partner's value comes through a lane")
                continue
            }
            #expect(proof.lane == lane.origin && (proof.checkpoint ?? 0) > proof.index && proof.root?.count == 64)
            #expect(row.clause == "3.1" && row.onward == .nobody && row.isCurrent)
        }
        #expect(try await yunnan.history(of: Made.series("vn-lao-cai/van-ban/stage"), at: now) == nil)
        #expect(try await laoCai.history(of: bridge, at: now)?.rows.allSatisfy { $0.onward == .own } == true)
    }
}

extension Node {
    /// Whether a person is asked about something here.
    fileprivate func asks() -> Bool {
        ((try? approvals()) ?? []).contains { $0.mode == .ask }
    }
}
