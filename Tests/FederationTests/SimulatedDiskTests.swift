import Series
import Storage
import TestKit
import Testing

@Suite struct SimulatedDiskTests {
    let disk = SimulatedDisk(seed: 1)

    func open() throws -> NodeDatabase { try NodeDatabase(path: disk.databasePath("node.sqlite")) }

    @Test func `a database lives on a simulated disk, is read beside its writer and opens again`() throws {
        let database = try open()
        try database.note("a", "1")
        #expect(try database.fact("a") == "1")
        try database.close()
        #expect(disk.files.keys.sorted() == ["node.sqlite"])
        #expect(try open().fact("a") == "1")
    }

    @Test(arguments: CrashSurvival.allCases)
    func `what a verb has returned survives a crash`(survival: CrashSurvival) throws {
        var database = try open()
        for round in 0..<20 {
            try database.note("round", "\(round)")
            disk.cutPower()
            #expect(throws: StorageError.self) { try database.note("later", "x") }
            disk.restart(survival)
            #expect(throws: StorageError.self) { try database.fact("round") }
            database = try open()
            #expect(try database.fact("round") == "\(round)")
        }
    }

    /// A disk with a closed database on it, to be copied: a new database takes long.
    static let prepared: Result<SimulatedDisk, any Error> = Result {
        let disk = SimulatedDisk(seed: 0)
        try NodeDatabase(path: disk.databasePath("node.sqlite")).close()
        return disk
    }

    @Test func `a crash at any change loses nothing that was acknowledged and breaks nothing`() throws {
        let prepared = try Self.prepared.get()
        for change in 1...80 {
            let disk = SimulatedDisk(seed: UInt64(change), copying: prepared)
            var acknowledged = -1
            disk.faults.crashAtChange = change
            if let database = try? NodeDatabase(path: disk.databasePath("node.sqlite")) {
                for round in 0..<200 {
                    guard (try? database.note("round", "\(round)")) != nil else { break }
                    acknowledged = round
                }
            }
            #expect(disk.isDown)
            disk.restart(CrashSurvival.allCases[change % 3])
            let database = try NodeDatabase(path: disk.databasePath("node.sqlite"))
            let kept = try database.fact("round").flatMap { Int($0) } ?? -1
            #expect(kept == acknowledged || kept == acknowledged + 1, "change \(change)")
        }
    }

    @Test func `a crash while the tables are made leaves a database that opens`() throws {
        for change in stride(from: 1, to: 160, by: 9) {
            let disk = SimulatedDisk(seed: UInt64(change))
            disk.faults.crashAtChange = change
            _ = try? NodeDatabase(path: disk.databasePath("node.sqlite"))
            disk.restart(.someSectors)
            #expect(try NodeDatabase(path: disk.databasePath("node.sqlite")).fact("a") == nil, "change \(change)")
        }
    }

    @Test func `every verb is synced before it returns`() throws {
        let database = try open()
        for round in 0..<5 {
            let before = disk.syncs
            try database.note("round", "\(round)")
            #expect(disk.syncs > before)
        }
    }

    @Test func `a disk that loses syncs loses what was acknowledged`() throws {
        let disk = SimulatedDisk(seed: 3, copying: try Self.prepared.get())
        disk.faults.losesSyncs = true
        try NodeDatabase(path: disk.databasePath("node.sqlite")).note("a", "1")
        disk.restart(.nothing)
        #expect(try NodeDatabase(path: disk.databasePath("node.sqlite")).fact("a") == nil)
    }

    @Test func `a full disk and a short write are named, and the database goes on afterwards`() throws {
        let disk = SimulatedDisk(seed: 4, copying: try Self.prepared.get())
        let database = try NodeDatabase(path: disk.databasePath("node.sqlite"))
        for fault in [DiskEvent.Kind.full, .shortWrite] {
            var faults = DiskFaults()
            if fault == .full { faults.room = 1 } else { faults.shortWriteAt = 1 }
            disk.faults = faults
            let error = #expect(throws: StorageError.self) { try database.note("a", fault.rawValue) }
            #expect(error?.code == .diskFull)
            #expect(disk.events.last?.kind == fault)
            disk.faults = DiskFaults()
            try database.note("b", fault.rawValue)
            #expect(try database.fact("b") == fault.rawValue)
        }
    }

    @Test func `a database with many flipped bits is named as damaged`() throws {
        let disk = SimulatedDisk(seed: 5, copying: try Self.prepared.get())
        for _ in 0..<400 { #expect(disk.flipBit(in: "node.sqlite")) }
        let error = #expect(throws: StorageError.self) {
            try NodeDatabase(path: disk.databasePath("node.sqlite")).note("a", "1")
        }
        #expect(error?.code == .damaged)
    }

    @Test func `a whole file is in place or not at all, and a crash hits it with the database at one moment`() throws {
        for keeps in [false, true] {
            let disk = SimulatedDisk(seed: 6, copying: try Self.prepared.get())
            let database = try NodeDatabase(path: disk.databasePath("node.sqlite"))
            try disk.write("lanes/checkpoint", [1])
            disk.faults.crashAtChange = 1
            disk.faults.crashKeepsRename = keeps
            #expect(throws: DiskFault.self) { try disk.write("lanes/checkpoint", [2]) }
            #expect(throws: StorageError.self) { try database.note("a", "1") }
            disk.restart(.nothing)
            #expect(try disk.read("lanes/checkpoint") == [keeps ? 2 : 1])
        }
    }
}
