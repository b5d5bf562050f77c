import Forecasting
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

@Suite struct DemoFederationTests {
    /// Ends a replay in the middle.
    struct Stop: Error {}

    @Test func `two nodes replay an event, each with what it may have`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        try await federation.demo.run()
        let yunnan = federation.yunnan.database
        let laoCai = federation.laoCai.database
        #expect(
            try yunnan.allSeries().map(\.description) == [
                "cn-yunnan/manhao/stage", "vn-lao-cai/bao-ha/stage", "vn-lao-cai/lao-cai/stage",
                "vn-national/ha-noi/stage",
            ])
        #expect(try laoCai.allSeries().count == 5)
        #expect(try yunnan.observations(of: Made.series("vn-lao-cai/lao-cai/stage")).count == 17)
        #expect(try laoCai.observations(of: Made.series("cn-yunnan/manhao/stage")).count == 17)
        #expect(try laoCai.issueTimes() == Made.event.cycleTimes)
        #expect(try yunnan.forecasts(issuedFrom: Made.start).allSatisfy { $0.station.text != "van-ban" })
    }

    @Test func `a reading that is not granted is nowhere at the reader`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        try await federation.demo.run()
        try expectAbsence(in: folder.path + "/cn-yunnan", log: federation.log)
        try expectAbsence(in: folder.path + "/vn-lao-cai/lanes", log: federation.log)
        let board = try federation.yunnan.dutyBoard(at: federation.clock.now)
        #expect(!"\(board)".contains("89.67") && !"\(board)".contains("van-ban"))
        let own = try federation.laoCai.dutyBoard(at: federation.clock.now)
        #expect("\(own)".contains("89.67"), "the search finds what is there")
    }

    @Test(arguments: [1, 5, 9, 16])
    func `a replay that is ended anywhere and started again has the same tables`(ending: Int) async throws {
        let whole = try TemporaryFolder()
        let uninterrupted = try Federation(in: whole.path)
        try await uninterrupted.demo.run()
        let folder = try TemporaryFolder()
        let first = try Federation(in: folder.path)
        let stop = Made.event.steps[ending]
        await #expect(throws: Stop.self) {
            try await first.demo.run(pause: { if $0 == stop { throw Stop() } })
        }
        // The next step has begun in one node only, as when the process is killed in the middle of it.
        first.clock.set(stop)
        let begun = Made.readings.filter {
            $0.observation.received == stop && $0.observation.series.provider == Made.laoCai
        }
        _ = try await first.laoCai.receive(begun)
        _ = try await first.laoCai.publishCheckpoints()
        let second = try Federation(in: folder.path)
        try await second.demo.run()
        #expect(try second.tables() == uninterrupted.tables())
        try await second.demo.run()
        #expect(try second.tables() == uninterrupted.tables())
        let lanes = "/vn-lao-cai/lanes"
        #expect(
            try TemporaryFolder.files(below: folder.path + lanes)
                == TemporaryFolder.files(below: whole.path + lanes))
    }

    @Test func `a line that is down delays readings and does not stop the replay`() async throws {
        let folder = try TemporaryFolder()
        let federation = try Federation(in: folder.path)
        let line = federation.toLaoCai
        let back = Made.start + 30 * 3600
        line.setUp(false)
        try await federation.demo.run(pause: { if $0 >= back { line.setUp(true) } })
        let kept = try federation.yunnan.database.kept(of: Made.series("vn-lao-cai/lao-cai/stage"))
        #expect(kept.count == 17)
        #expect(kept.map(\.observation.received).min().map { $0 >= back } == true)
        #expect(kept.compactMap { $0.provenance?.index } == Array(0..<17))
    }
}
