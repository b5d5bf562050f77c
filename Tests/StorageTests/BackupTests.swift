import Foundation
import GRDB
import Series
import Storage
import Testing

/// Copies of a database, and databases of other versions.
@Suite struct BackupTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func made(_ count: Int = 5) throws -> String {
        let path = folder.file("node.sqlite")
        let database = try NodeDatabase(path: path)
        for number in 0..<count {
            let record = ObservationRecord(
                try reading("vn-lao-cai/bao-ha/stage", at: Int64(number) * 3600, value: 57), origin: "a:\(number)",
                departures: [Departure(lane: lane)])
            _ = try database.record(IntakeBatch(observations: [record]), sealing: sealing())
        }
        try database.close()
        return path
    }

    private func tables(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test func `a copy is one sound file, and its lanes lead to what was signed`() throws {
        let path = try made()
        let running = try NodeDatabase(path: path)
        let copy = folder.file("copy.sqlite")
        var steps: [Int] = []
        try NodeDatabase.copy(from: path, to: copy) { done, total in
            #expect(done <= total)
            steps.append(done)
        }
        #expect(!steps.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        #expect(try NodeDatabase.schema(of: copy) == NodeDatabase.schema)
        let standing = try #require(try NodeDatabase.laneStandings(in: copy).first)
        #expect(standing.isOwn && standing.isSound && standing.entries == 5)
        #expect(throws: StorageError.self) { try NodeDatabase.copy(from: path, to: copy) }
        try running.close()
    }

    @Test func `an entry that was changed in the file is named`() throws {
        let path = try made()
        try tables(path, "UPDATE lane_entry SET bytes = x'00' WHERE position = 3")
        let standing = try #require(try NodeDatabase.laneStandings(in: path).first)
        #expect(!standing.isSound && standing.firstDamaged == 3)
        try tables(path, "DELETE FROM lane_entry WHERE position = 4")
        #expect(try NodeDatabase.laneStandings(in: path).first?.entries == 4)
    }

    @Test func `a database of a newer program is refused and left as it is, in opening and in copying`() throws {
        let path = try made()
        try tables(path, "INSERT INTO grdb_migrations (identifier) VALUES ('99 to come')")
        let before = FileManager.default.contents(atPath: path)
        for action in [
            { _ = try NodeDatabase(path: path) }, { try NodeDatabase.copy(from: path, to: path + ".copy") },
            { _ = try NodeDatabase.laneStandings(in: path) },
        ] {
            let error = #expect(throws: StorageError.self) { try action() }
            #expect(error?.code == .newerSchema)
            #expect(error?.description.contains("newer version of riparian") == true)
        }
        #expect(FileManager.default.contents(atPath: path) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("before") }.isEmpty)
    }

    @Test func `before the tables are changed a copy of the file as it was is kept`() throws {
        let path = try made()
        // As a program before the fifth step left it.
        try tables(
            path,
            """
            DELETE FROM grdb_migrations WHERE identifier LIKE '5 %' OR identifier LIKE '6 %';
            DROP TABLE person; DROP TABLE audit; DROP TABLE attempt_of_nobody;
            DROP TABLE gate_sum; DROP TABLE gate_queue; DROP TABLE receipt; DROP TABLE lane_tile; DROP TABLE lane_tree;
            ALTER TABLE lane_entry DROP COLUMN approval;
            DROP TABLE gate_approval;
            CREATE TABLE lane_waiting (lane, series, observed, revision, due);
            """)
        let old = try NodeDatabase.schema(of: path)
        #expect(old == "4 compact readings")
        for copies in [["node.sqlite.before-5"], ["node.sqlite.before-5"]] {
            try NodeDatabase(path: path).close()
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.filter { $0.contains("before") } == copies)
        }
        #expect(try NodeDatabase.schema(of: path) == NodeDatabase.schema)
        #expect(try NodeDatabase.schema(of: path + ".before-5") == old)
        let standing = try #require(try NodeDatabase.laneStandings(in: path + ".before-5").first)
        #expect(standing.isSound && standing.entries == 5)
    }

    @Test func `after a restore nothing enters a lane; it waits, and enters once when the doubt is over`() throws {
        let database = try NodeDatabase(path: try made(3))
        try database.noteRestore(at: Instant(secondsSinceEpoch: 50))
        #expect(try database.hold(of: lane) == .restored(Instant(secondsSinceEpoch: 50)))
        let record = ObservationRecord(
            try reading("vn-lao-cai/bao-ha/stage", at: 90_000, value: 58), origin: "b:1",
            departures: [Departure(lane: lane)])
        let outcome = try database.record(IntakeBatch(observations: [record]), sealing: sealing(at: 60))
        #expect(outcome.recordedCount == 1 && outcome.appended.isEmpty)
        #expect(try database.releaseDue(sealing: sealing(at: 70)) { _, _, _, _ in nil }.isEmpty)
        let error = #expect(throws: StorageError.self) {
            try database.append([entries([record.observation])[0]], to: lane, approval: nil, sealing: sealing(at: 70))
        }
        #expect(error?.code == .laneHeld)
        #expect(try database.laneEntries(lane).count == 3)
        try database.clear(lane, at: Instant(secondsSinceEpoch: 80))
        #expect(try database.hold(of: lane) == nil)
        #expect(try database.hold(of: lane + "-2") != nil)
        #expect(try database.releaseDue(sealing: sealing(at: 90)) { _, _, _, _ in nil } == [lane: 1])
        #expect(try database.laneEntries(lane).count == 4)
        // A later restore holds it again; a person's word ends that, but not what a reader has shown.
        try database.noteRestore(at: Instant(secondsSinceEpoch: 100))
        #expect(try database.hold(of: lane) != nil)
        try database.noteLost(lane, size: 9)
        try database.endRestore(at: Instant(secondsSinceEpoch: 110), by: "head of office")
        #expect(try database.hold(of: lane) == .lost(size: 9))
        try database.close()
    }
}
