import Accord
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

@Suite struct ExchangeTests {
    let folder: TemporaryFolder
    let federation: Federation

    init() async throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        try await federation.approveAll()
    }

    func laoCaiTakesIn(_ readings: ReceivedObservation...) async throws -> [IntakeOutcome] {
        federation.clock.set(readings.map(\.observation.received).max() ?? Made.start)
        let outcomes = try await federation.laoCai.receive(readings)
        _ = try await federation.laoCai.publishCheckpoints()
        return outcomes
    }

    @Test func `a granted reading arrives once, with its provenance`() async throws {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        let first = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(first.recorded == 1)
        #expect(first.refused.isEmpty)
        let again = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(again == PullOutcome())
        let kept = try federation.yunnan.database.kept(of: Made.series("vn-lao-cai/lao-cai/stage"))
        #expect(kept.map(\.observation.value) == [80.25])
        #expect(kept.first?.observation.received == federation.clock.now)
        let lane = "riparian/vn-lao-cai/made-agreement/cn-yunnan"
        #expect(kept.first?.provenance == LaneReference(lane: lane, index: 0, offset: 0))
        let receipt = try FileFolder(path: folder.path + "/cn-yunnan").read(
            "receipts/made-agreement/vn-lao-cai/cn-yunnan/cn-yunnan/0")
        #expect(receipt != nil)
    }

    @Test func `own readings that no clause grants stay at home`() async throws {
        let outcomes = try await laoCaiTakesIn(Made.reading("vn-lao-cai/van-ban/stage", hour: 3, Made.secret))
        #expect(outcomes.map(\.result) == [.recorded])
        #expect(try federation.laoCai.database.ownLanes().isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/vn-lao-cai/lanes") == false)
    }

    @Test func `another party's series is refused unless it comes through its lane or is published`() async throws {
        let outcomes = try await federation.yunnan.receive([
            Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25),
            Made.reading("vn-lao-cai/van-ban/stage", hour: 3, Made.secret),
            Made.reading("vn-national/ha-noi/stage", hour: 3, 4.5),
        ])
        #expect(outcomes.last?.result == .recorded)
        let codes = outcomes.map { outcome in
            if case .refused(let reason) = outcome.result { reason.code } else { "" }
        }
        #expect(codes == ["not-through-lane", "not-granted", ""])
        #expect(try federation.yunnan.database.allSeries() == [Made.series("vn-national/ha-noi/stage")])
        #expect(try federation.yunnan.database.refusals().count == 2)
    }

    @Test func `what a peer puts into its lane against the agreement is quarantined, the rest is kept`() async throws {
        // A provider whose gate is broken: its lane holds a reading that this agreement does not grant.
        let lane = "riparian/vn-lao-cai/made-agreement/cn-yunnan"
        let readings = [
            Made.reading("vn-lao-cai/van-ban/stage", hour: 3, Made.secret),
            Made.reading("vn-lao-cai/bao-ha/stage", hour: 3, 53.5),
        ]
        let signer = try TestKeys.signer(of: Made.laoCai)
        let sealing = LaneSealing(
            now: Made.start,
            entries: { _, observations in try LaneEntry.entries(observations).map { SealedEntry($0) } },
            checkpoint: { try signer.checkpoint($0, $1, $2) })
        for reading in readings {
            let record = ObservationRecord(
                reading.observation, origin: reading.origin, departures: [Departure(lane: lane, clause: "3.1")])
            _ = try federation.laoCai.database.record(IntakeBatch(observations: [record]), sealing: sealing)
        }
        _ = try await federation.laoCai.publishCheckpoints()
        let outcome = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.recorded == 1)
        #expect(outcome.refused.map(\.value.code) == ["not-granted"])
        let database = federation.yunnan.database
        #expect(try database.allSeries() == [Made.series("vn-lao-cai/bao-ha/stage")])
        #expect(try database.peerEntries(lane).map { $0.bytes == nil } == [true, false])
        try expectAbsence(in: folder.path + "/cn-yunnan", log: federation.log)
    }

    @Test(arguments: ["checkpoint", "tile/entries"])
    func `falsified bytes are refused and nothing of them is stored`(part: String) async throws {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        federation.toLaoCai.falsify { path, bytes in
            guard path.contains(part) else { return bytes }
            guard part != "checkpoint" else {
                // The size 1 becomes 2.
                return Array(String(decoding: bytes, as: UTF8.self).replacing("\n1\n", with: "\n2\n").utf8)
            }
            var changed = bytes
            changed[bytes.count / 2] ^= 1
            return changed
        }
        let outcome = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.recorded == 0)
        #expect(outcome.refused.map(\.value.code) == ["tampered"])
        #expect(try federation.yunnan.database.allSeries().isEmpty)
        #expect(try federation.yunnan.database.peerLanes().isEmpty)
        federation.toLaoCai.falsify(nil)
        let honest = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(honest.recorded == 1)
    }

    @Test func `a lane that becomes shorter is refused and its checkpoint kept as evidence`() async throws {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        let lane = "lanes/made-agreement/vn-lao-cai/cn-yunnan/checkpoint"
        let early = try #require(try FileFolder(path: folder.path + "/vn-lao-cai").read(lane))
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 6, 80.5))
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        federation.toLaoCai.falsify { path, bytes in path == lane ? early : bytes }
        let outcome = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.refused.map(\.value.code) == ["other-history"])
        #expect(try federation.yunnan.database.observationCount() == 2)
        let kept = try TemporaryFolder.files(below: folder.path + "/cn-yunnan/evidence")
        #expect(kept.values.contains { [UInt8]($0) == early })
    }

    @Test func `after the line was down every entry arrives once and in order`() async throws {
        federation.toLaoCai.setUp(false)
        for hour in 1...6 {
            _ = try await laoCaiTakesIn(
                Made.reading("vn-lao-cai/lao-cai/stage", hour: Double(hour), 80 + Double(hour) / 8))
            await #expect(throws: LinkDown.self) {
                try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
            }
        }
        federation.toLaoCai.setUp(true)
        federation.toLaoCai.lose(every: 2)
        _ = try? await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        _ = try? await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        federation.toLaoCai.lose(every: 0)
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let kept = try federation.yunnan.database.kept(of: Made.series("vn-lao-cai/lao-cai/stage"))
        #expect(kept.map(\.observation.value) == [80.125, 80.25, 80.375, 80.5, 80.625, 80.75])
        #expect(kept.map { $0.provenance?.index } == [0, 1, 2, 3, 4, 5])
    }

    @Test func `what a clause delays and rounds leaves later and rounded`() async throws {
        let rain = Made.reading("vn-lao-cai/bao-ha/precipitation", hour: 3, 12.4)
        _ = try await laoCaiTakesIn(rain)
        #expect(try federation.laoCai.database.ownLanes().isEmpty)
        federation.clock.set(rain.observation.observed + 6 * 3600)
        _ = try await federation.laoCai.publishCheckpoints()
        let outcome = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.recorded == 1)
        #expect(try federation.yunnan.database.observations(of: rain.observation.series).map(\.value) == [12])
        #expect(try federation.laoCai.database.observations(of: rain.observation.series).map(\.value) == [12.4])
        _ = try await federation.laoCai.publishCheckpoints()
        #expect(try federation.laoCai.database.laneEntries("riparian/vn-lao-cai/made-agreement/cn-yunnan").count == 1)
    }

    @Test func `a provider restored from an old copy says so and publishes nothing over what it had signed`()
        async throws
    {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        let place = folder.path + "/vn-lao-cai"
        let copy = folder.path + "/copy.sqlite"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: place + "/node.sqlite" + suffix, toPath: copy + suffix)
        }
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 6, 80.5))
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let restored = try Federation.node(
            Made.laoCai, in: folder.path, database: copy, clock: federation.clock, log: federation.log)
        let outcome = try await restored.pull(from: Made.yunnan, over: federation.toYunnan.link)
        #expect(outcome.refused.map(\.value.code) == ["other-history"])
        let checkpoint = place + "/lanes/made-agreement/vn-lao-cai/cn-yunnan/checkpoint"
        let before = FileManager.default.contents(atPath: checkpoint)
        _ = try await restored.receive([Made.reading("vn-lao-cai/lao-cai/stage", hour: 9, 81)])
        _ = try await restored.publishCheckpoints()
        #expect(FileManager.default.contents(atPath: checkpoint) == before)
        #expect(federation.log.all.contains { $0.contains("nothing more is published") })
    }

    @Test func `receipt files that a killed process left out are written at the next start`() async throws {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        _ = try await federation.yunnan.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        let receipts = folder.path + "/cn-yunnan/receipts"
        let before = try TemporaryFolder.files(below: receipts)
        #expect(!before.isEmpty)
        try FileManager.default.removeItem(atPath: receipts)
        let restarted = try Federation.node(Made.yunnan, in: folder.path, clock: federation.clock, log: federation.log)
        _ = try await restarted.publishCheckpoints()
        #expect(try TemporaryFolder.files(below: receipts) == before)
    }

    @Test func `lane files are made again from the database, byte for byte`() async throws {
        _ = try await laoCaiTakesIn(Made.reading("vn-lao-cai/lao-cai/stage", hour: 3, 80.25))
        let lanes = folder.path + "/vn-lao-cai/lanes"
        let before = try TemporaryFolder.files(below: lanes)
        #expect(
            before.keys.contains { $0.hasSuffix("checkpoint") } && before.keys.contains { $0.hasSuffix("lane.vkey") })
        try FileManager.default.removeItem(atPath: lanes)
        let restarted = try Federation.node(
            Made.laoCai, in: folder.path, clock: federation.clock, log: federation.log)
        _ = try await restarted.publishCheckpoints()
        #expect(try TemporaryFolder.files(below: lanes) == before)
    }
}

/// Searches every file below a folder, and the log, for the reading that nobody may have.
func expectAbsence(
    in path: String, log: LogLines, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let bits = Made.secret.bitPattern
    let big = withUnsafeBytes(of: bits.bigEndian) { Data($0) }
    let little = withUnsafeBytes(of: bits.littleEndian) { Data($0) }
    let needles = [Data("89.67".utf8), Data("van-ban".utf8), big, little]
    let files = try TemporaryFolder.files(below: path)
    #expect(!files.isEmpty, sourceLocation: sourceLocation)
    for (name, bytes) in files {
        for needle in needles {
            #expect(bytes.range(of: needle) == nil, "\(name) holds it", sourceLocation: sourceLocation)
        }
    }
    for line in log.all {
        #expect(!line.contains("89.67") && !line.contains("van-ban"), sourceLocation: sourceLocation)
    }
}
