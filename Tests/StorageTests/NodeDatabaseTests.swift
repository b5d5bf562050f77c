import Accord
import Forecasting
import Foundation
import GRDB
import Series
import Storage
import TestKit
import Testing

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Where a conformance test keeps its database.
enum Place: CaseIterable {
    case memory
    case file

    func open(in folder: TemporaryFolder) throws -> NodeDatabase {
        switch self {
        case .memory: try .inMemory()
        case .file: try NodeDatabase(path: folder.file("node.sqlite"))
        }
    }
}

func series(_ text: String) throws -> SeriesID { try #require(SeriesID(text)) }

func reading(
    _ text: String, at seconds: Int64, value: Double?, revision: Int = 0, received: Int64? = nil
) throws -> Observation {
    Observation(
        series: try series(text), observed: Instant(secondsSinceEpoch: seconds),
        received: Instant(secondsSinceEpoch: received ?? seconds), value: value, quality: .good, revision: revision,
        source: "bulletin")
}

let lane = "riparian/vn-lao-cai/thao/upstream"

/// One entry an observation; the bytes are its description.
func entries(_ observations: [Observation]) -> [SealedEntry] {
    observations.map { SealedEntry(Array("\($0.series)@\($0.observed)".utf8)) }
}

/// Seals without a key: the note is the size.
func sealing(at seconds: Int64 = 1) -> LaneSealing {
    LaneSealing(
        now: Instant(secondsSinceEpoch: seconds), entries: { _, observations in entries(observations) },
        checkpoint: { _, size, _ in Array("\(size)".utf8) })
}

@Suite struct NodeDatabaseTests {
    @Test(arguments: Place.allCases)
    func `a batch is kept with its lane entries and reads back in order`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let batch = IntakeBatch(observations: [
            ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: 7200, value: 57.25), origin: "levels.csv:3",
                departures: [Departure(lane: lane)]),
            ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: 3600, value: 57), origin: "levels.csv:2",
                departures: [Departure(lane: lane)]),
            ObservationRecord(try reading("vn-lao-cai/van-ban/stage", at: 3600, value: nil), origin: "levels.csv:4"),
        ])
        let outcome = try database.record(batch, sealing: sealing())
        #expect(outcome.verdicts == [.recorded, .recorded, .recorded])
        #expect(outcome.appended == [lane: 2])
        let back = try database.observations(of: series("vn-lao-cai/bao-ha/stage"))
        #expect(back.map(\.value) == [57, 57.25])
        #expect(back == [batch.observations[1].observation, batch.observations[0].observation])
        #expect(try database.observations(of: series("vn-lao-cai/van-ban/stage")).map(\.value) == [nil])
        #expect(try database.allSeries().map(\.description) == ["vn-lao-cai/bao-ha/stage", "vn-lao-cai/van-ban/stage"])
        #expect(try database.ownLanes() == [lane])
        #expect(try database.laneEntries(lane).count == 2)
        #expect(try database.laneEntries(lane, from: 1).map(\.bytes) == entries([back[0]]).map(\.bytes))
    }

    @Test(arguments: Place.allCases)
    func `the same batch twice changes nothing the second time`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let batch = IntakeBatch(observations: [
            ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: 3600, value: 57), origin: "levels.csv:2",
                departures: [Departure(lane: lane)])
        ])
        _ = try database.record(batch, sealing: sealing())
        let again = try database.record(batch, sealing: sealing())
        #expect(again.verdicts == [.alreadyKnown])
        #expect(again.appended.isEmpty)
        #expect(try database.observationCount() == 1)
        #expect(try database.laneEntries(lane).count == 1)
    }

    @Test(arguments: Place.allCases)
    func `another value at the same time and revision conflicts, a correction is kept beside`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let name = "vn-lao-cai/bao-ha/stage"
        let records = [
            ObservationRecord(try reading(name, at: 3600, value: 57), origin: "a:1"),
            ObservationRecord(try reading(name, at: 3600, value: 57), origin: "b:1"),
            ObservationRecord(try reading(name, at: 3600, value: 58), origin: "b:2"),
            ObservationRecord(try reading(name, at: 3600, value: 58, revision: 1, received: 9000), origin: "b:3"),
        ]
        let outcome = try database.record(IntakeBatch(observations: records))
        #expect(outcome.verdicts == [.recorded, .alreadyKnown, .conflicting, .recorded])
        #expect(try database.observations(of: series(name)).map(\.value) == [57, 58])
    }

    @Test(arguments: Place.allCases)
    func `only what had been received by a time is read as of that time`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let name = "vn-lao-cai/bao-ha/stage"
        let records = [
            ObservationRecord(try reading(name, at: 3600, value: 57, received: 4000), origin: "a:1"),
            ObservationRecord(try reading(name, at: 7200, value: 58, received: 9000), origin: "a:2"),
        ]
        _ = try database.record(IntakeBatch(observations: records))
        let asOf = Instant(secondsSinceEpoch: 8999)
        #expect(try database.observations(of: series(name), receivedBy: asOf).map(\.value) == [57])
        let late = Instant(secondsSinceEpoch: 7200)...Instant(secondsSinceEpoch: 7200)
        #expect(try database.observations(of: series(name), during: late).map(\.value) == [58])
        #expect(try database.observations(receivedBy: asOf).count == 1)
    }

    @Test(arguments: Place.allCases)
    func `a batch whose entries cannot be sealed leaves nothing behind`(place: Place) throws {
        struct Refusal: Error {}
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let batch = IntakeBatch(observations: [
            ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: 3600, value: 57), origin: "levels.csv:2",
                departures: [Departure(lane: lane)])
        ])
        var broken = sealing()
        broken.entries = { _, _ in throw Refusal() }
        #expect(throws: Refusal.self) { try database.record(batch, sealing: broken) }
        #expect(try database.observationCount() == 0)
        #expect(try database.allSeries().isEmpty)
    }

    @Test(arguments: Place.allCases)
    func `a peer's lane advances only from where it stands`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let hash = MerkleTree.leafHash([1, 2])
        let note = try Checkpoint(origin: lane, size: 2, root: MerkleTree.root([hash, hash])).signed(
            by: TestKeys.key(of: #require(PartyID("peer"))))
        let advance = PeerLaneAdvance(
            lane: lane, from: 0,
            entries: [AcceptedEntry(bytes: [1, 2], leafHash: hash), AcceptedEntry(bytes: nil, leafHash: hash)],
            note: note, accepted: Instant(secondsSinceEpoch: 5))
        let record = ObservationRecord(
            try reading("vn-lao-cai/bao-ha/stage", at: 3600, value: 57), origin: "lane/\(lane)/0/0",
            provenance: LaneReference(lane: lane, index: 0, offset: 0))
        let refusal = IntakeRefusal(
            origin: "lane/\(lane)/1/0", at: Instant(secondsSinceEpoch: 5), code: "not-granted", reason: "no clause")
        let batch = IntakeBatch(observations: [record], refusals: [refusal], advance: advance)
        _ = try database.record(batch)
        #expect(try database.peerLane(lane)?.size == 2)
        #expect(try database.peerEntries(lane) == advance.entries)
        #expect(try database.refusals() == [refusal])
        #expect(try database.kept(of: series("vn-lao-cai/bao-ha/stage")).first?.provenance == record.provenance)
        #expect { try database.record(batch) } throws: { ($0 as? StorageError)?.code == .laneMoved }
        #expect(try database.ownLanes().isEmpty)
    }

    @Test(arguments: Place.allCases)
    func `each batch that enters a lane signs the lane's new end in the same transaction`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        for hour in 1...3 {
            let record = ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: Int64(hour) * 3600, value: 57), origin: "a:\(hour)",
                departures: [Departure(lane: lane)])
            _ = try database.record(IntakeBatch(observations: [record]), sealing: sealing(at: Int64(hour)))
        }
        let leaves = try database.laneEntries(lane).map(\.leafHash)
        #expect(
            try database.checkpoints(of: lane)
                == (1...3).map { size in
                    SignedCheckpoint(
                        size: size, root: MerkleTree.root(Array(leaves.prefix(size))), note: Array("\(size)".utf8),
                        signed: Instant(secondsSinceEpoch: Int64(size)))
                })
        #expect(try database.lastCheckpoint(of: lane)?.size == 3)
        #expect(try database.tree(of: lane).root == MerkleTree.root(leaves))
        for size in 0...3 {
            #expect(try database.root(of: lane, size: size) == MerkleTree.root(Array(leaves.prefix(size))))
        }
        #expect(try database.root(of: lane, size: 4) == nil)
    }

    @Test(arguments: Place.allCases)
    func `a cycle is kept once and never overwritten`(place: Place) throws {
        let folder = try TemporaryFolder()
        let database = try place.open(in: folder)
        let station = try #require(StationID("bao-ha"))
        let issued = Instant(secondsSinceEpoch: 3600)
        let first = CycleRecord(
            issued: issued, forecasts: [forecast(at: issued, 57)], drafts: [], warningStates: [station: state(1)])
        let second = CycleRecord(
            issued: issued, forecasts: [forecast(at: issued, 99)], drafts: [], warningStates: [station: state(2)])
        #expect(try database.lastCycle() == nil)
        #expect(try database.keep(first))
        #expect(try !database.keep(second))
        #expect(try database.forecasts(issued: issued) == first.forecasts)
        #expect(try database.warningStates() == [station: state(1)])
        #expect(try database.lastCycle() == issued)
        let later = CycleRecord(issued: issued + 3600, forecasts: [forecast(at: issued + 3600, 58)], drafts: [])
        #expect(try database.keep(later))
        #expect(try database.latestForecasts() == later.forecasts)
        #expect(try database.latestForecasts(by: issued) == first.forecasts)
        #expect(try database.issueTimes() == [issued, issued + 3600])
    }

    func state(_ level: Int) -> WarningState {
        WarningState(level: level, since: Instant(secondsSinceEpoch: 0), lastProbabilities: [1: 0.5], quietRuns: 0)
    }

    func forecast(at issued: Instant, _ value: Double) -> StationForecast {
        let station = StationID("bao-ha")!  // a valid id
        return StationForecast(
            station: station, property: .stage, issued: issued, axis: TimeAxis(start: issued, step: 3600, count: 1),
            members: [[value]], median: [value], p05: [value], p25: [value], p75: [value], p95: [value],
            method: .tendency, known: .forecast, lastReading: nil, notes: [.uncalibrated(errors: 2), .extrapolated])
    }
}

@Suite struct NodeDatabaseFileTests {
    @Test func `what a verb has kept is there after an end without a farewell`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("node.sqlite")
        let left = try NodeDatabase(path: path)
        for hour in 1...20 {
            let record = ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: Int64(hour) * 3600, value: Double(hour)),
                origin: "a:\(hour)", departures: [Departure(lane: lane)])
            _ = try left.record(IntakeBatch(observations: [record]), sealing: sealing())
        }
        // The files as a killed process leaves them: database and log, without a last write-out.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: folder.file("after.sqlite") + suffix)
        }
        let found = try NodeDatabase(path: folder.file("after.sqlite"))
        #expect(try found.observationCount() == 20)
        #expect(try found.laneEntries(lane).count == 20)
    }

    @Test func `a database newer than the program is refused and left untouched`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("node.sqlite")
        try NodeDatabase(path: path).close()
        // The name of the last step becomes one that this program does not know.
        var bytes = try Data(contentsOf: URL(filePath: path))
        while let place = bytes.range(of: Data("2 cycle".utf8)) {
            bytes.replaceSubrange(place, with: Data("9 cycle".utf8))
        }
        try bytes.write(to: URL(filePath: path))
        #expect {
            try NodeDatabase(path: path)
        } throws: { error in
            guard let error = error as? StorageError else { return false }
            return error.code == .newerSchema && error.advice.contains("use that version")
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    @Test func `a database whose maker was killed before its first step opens`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("node.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        try queue.close()
        #expect(try NodeDatabase(path: path).observationCount() == 0)
    }

    @Test func `those who open a new database at one moment all find it made`() async throws {
        let folder = try TemporaryFolder()
        for round in 0..<8 {
            let path = folder.file("\(round).sqlite")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try NodeDatabase(path: path).observationCount() } }
                for try await count in group { #expect(count == 0) }
            }
        }
    }

    @Test func `a database of another program is refused and left untouched`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("node.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE letters (text TEXT)") }
        try queue.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect { try NodeDatabase(path: path) } throws: { ($0 as? StorageError)?.code == .foreignFile }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func `a file of another program is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("node.sqlite")
        try Data("this is not a database, only a note of some length that fills the header of a page".utf8).write(
            to: URL(fileURLWithPath: path))
        #expect { try NodeDatabase(path: path) } throws: { ($0 as? StorageError)?.code == .damaged }
    }

    @Test func `a folder that does not exist is named with advice`() throws {
        #expect {
            try NodeDatabase(path: "/nowhere/at/all/node.sqlite")
        } throws: { error in
            guard let error = error as? StorageError else { return false }
            return error.code == .unavailable && error.what.contains("/nowhere/at/all/node.sqlite")
        }
    }
}
