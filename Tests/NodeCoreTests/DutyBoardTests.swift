import Foundation
import Accord
import NodeCore
import River
import Series
import TestKit
import Testing

@Suite struct DutyBoardTests {
    @Test func `the board shows the worst point first and says why each is seen`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        let noon = Made.start + 26 * 3600
        try? await federation.demo.run(pause: { if $0 > noon { throw DemoFederationTests.Stop() } })
        let board = try federation.yunnan.dutyBoard(at: federation.clock.now)
        #expect(board.points.map(\.station.id.text).first == "bao-ha")
        #expect(board.points.first?.levelNow == 3)
        let access = Dictionary(uniqueKeysWithValues: board.points.map { ($0.station.id.text, $0.access) })
        #expect(access["manhao"] == .own)
        #expect(access["lao-cai"] == .granted(clause: "3.1"))
        #expect(access["ha-noi"] == .published)
        #expect(board.points.first?.trend.map { $0 > 0 } == true)
        #expect(board.agreement.isIllustrative)
    }

    @Test func `a neighbour that has not joined is never late`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        try await federation.demo.run()
        let board = try federation.yunnan.dutyBoard(at: federation.clock.now)
        let states = Dictionary(uniqueKeysWithValues: board.partners.map { ($0.party, $0) })
        #expect(states[Made.laiChau]?.participation == .notJoined)
        #expect(states[Made.laiChau]?.lastObservation == nil)
        #expect(states[Made.laoCai]?.participation == .joined)
        #expect(states[Made.laoCai]?.seriesReceived == 2)
        #expect(states[Made.laoCai]?.seriesGranted == 3)
        #expect(states[Made.national]?.participation == .observer)
    }

    @Test func `readings of the last seven days received by then are shown, and the last one of a silent own series`()
        async throws
    {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        try await federation.demo.run()
        let early = try federation.laoCai.dutyBoard(at: Made.start + 12 * 3600)
        #expect(early.points.flatMap(\.readings).allSatisfy { $0.received <= early.now })
        let late = try federation.laoCai.dutyBoard(at: Made.start + 100 * 3600)
        #expect(late.points.flatMap(\.readings).allSatisfy { $0.observed >= late.now - 7 * 86_400 })
        let afterwards = try federation.laoCai.dutyBoard(at: Made.start + 60 * 86_400)
        #expect(!afterwards.points.isEmpty)
        #expect(afterwards.points.allSatisfy { $0.access == .own && $0.readings.count == 1 && $0.levelNow == 0 })
    }

    @Test func `a partner's values are awaited from the agreement's own limit on, with the clause`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        try await federation.demo.run()
        let node = try expecting(federation.yunnan)
        func open(_ hours: Double) throws -> [PartnerState.Open] {
            let board = try node.dutyBoard(at: Made.start + Int64(hours * 3_600))
            return try #require(board.partners.first { $0.party == Made.laoCai }).open
        }
        // the last values are of hour 48; those of hour 51 are due an hour later
        #expect(try open(51.9) == [])
        #expect(try open(52.1) == [PartnerState.Open(clause: "3.1", since: Made.start + 52 * 3_600, series: 2)])
        #expect(try open(70).first?.since == Made.start + 52 * 3_600)
        let board = try node.dutyBoard(at: Made.start + 52 * 3_600 + 60)
        #expect(board.partners.filter { $0.party != Made.laoCai }.allSatisfy { $0.open.isEmpty })
    }

    @Test func `what came due before a node first had a line to its partner is not awaited`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        let node = try expecting(federation.yunnan)
        func open(_ hours: Double) throws -> [PartnerState.Open] {
            let board = try node.dutyBoard(at: Made.start + Int64(hours * 3_600))
            return try #require(board.partners.first { $0.party == Made.laoCai }).open
        }
        #expect(try open(30) == [])
        federation.clock.set(Made.start + Int64(30.5 * 3_600))
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        // the values of hour 27 were due at hour 28, those of hour 30 are due at hour 31
        #expect(try open(30.9) == [])
        #expect(try open(31.1).map(\.since) == [Made.start + 31 * 3_600])
        federation.clock.set(Made.start + 40 * 3_600)
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(try open(40).map(\.since) == [Made.start + 31 * 3_600])
    }

    /// A node of the same data whose agreement asks for values every three hours, each within an hour.
    private func expecting(_ node: Node) throws -> Node {
        var share = try #require(Made.agreement.provisions.first)
        share.rhythm = .every(minutes: 180)
        share.deadlineMinutes = 60
        let held = node.configuration
        var configuration = held
        configuration.agreement = Agreement(
            id: held.agreement.id, identity: held.agreement.identity, title: held.agreement.title, isIllustrative: true,
            parties: held.agreement.parties, provisions: [share])
        return Node(
            configuration: configuration, database: node.database,
            effects: Effects(
                now: { Made.start }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                disk: Disk(write: { _, _ in }, read: { _ in nil }, remove: { _ in }), log: { _ in }))
    }
}
