import Foundation
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
        let board = try await federation.yunnan.dutyBoard(at: federation.clock.now)
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
        let board = try await federation.yunnan.dutyBoard(at: federation.clock.now)
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
        let early = try await federation.laoCai.dutyBoard(at: Made.start + 12 * 3600)
        #expect(early.points.flatMap(\.readings).allSatisfy { $0.received <= early.now })
        let late = try await federation.laoCai.dutyBoard(at: Made.start + 100 * 3600)
        #expect(late.points.flatMap(\.readings).allSatisfy { $0.observed >= late.now - 7 * 86_400 })
        let afterwards = try await federation.laoCai.dutyBoard(at: Made.start + 60 * 86_400)
        #expect(!afterwards.points.isEmpty)
        #expect(afterwards.points.allSatisfy { $0.access == .own && $0.readings.count == 1 && $0.levelNow == 0 })
    }
}
