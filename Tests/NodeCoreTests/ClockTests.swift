import Accord
import NodeCore
import Series
import TestKit
import Testing

/// What a node states about its neighbours' clocks.
@Suite struct ClockTests {
    private let place: TemporaryFolder
    private let federation: Federation

    init() throws {
        place = try TemporaryFolder()
        federation = try Federation(in: place.path)
    }

    private func state(_ seconds: Int64, after later: Int64) async throws -> Bool {
        federation.clock.set(Made.start + later)
        return try await federation.laoCai.state(clockOf: Made.yunnan, ahead: seconds * 1_000, within: 500)
    }

    @Test func `a difference is stated once, again when it changes or an hour has passed, and its end once`()
        async throws
    {
        #expect(try await !state(60, after: 0))
        #expect(try await state(-600, after: 10))
        #expect(try await !state(-900, after: 300))
        #expect(try await !state(-601, after: 700))
        #expect(try await state(-900, after: 1_000))
        #expect(try await !state(-900, after: 4_599))
        #expect(try await state(-900, after: 4_600))
        #expect(try await state(3, after: 5_300))
        #expect(try await !state(3, after: 20_000))
        #expect(try await state(70, after: 30_000))
        #expect(try await !federation.laoCai.state(clockOf: Made.laiChau, ahead: 600_000, within: 0))
    }

    @Test func `a statement stands in the neighbour's copy of the lane, and no reading with it`() async throws {
        #expect(try await state(-600, after: 0))
        _ = try await federation.laoCai.publishCheckpoints()
        let outcome = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.recorded == 0 && outcome.refused.isEmpty)
        let evidence = try federation.yunnan.storedEvidence.lanes(sharedWith: [Made.laoCai])
        let statements = evidence.flatMap(\.clocks).map(\.statement)
        #expect(
            statements == [LaneClock(peer: Made.yunnan, ahead: -600_000, within: 500, measured: Made.start)])
    }
}
