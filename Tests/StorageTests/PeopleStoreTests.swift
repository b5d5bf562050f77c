import GRDB
import Series
import Storage
import Testing

/// What the store keeps of people and of what they did.
@Suite struct PeopleStoreTests {
    private let folder: TemporaryFolder
    private let now = Instant(secondsSinceEpoch: 1_000)

    init() throws { folder = try TemporaryFolder() }

    private func person(_ id: String) -> PersonRecord {
        PersonRecord(id: id, name: "Trần Lan", role: "reader", passwordHash: "h", made: now)
    }

    private func line(_ object: String) -> AuditRecord {
        AuditRecord(time: now, person: "test", act: "x", object: object, outcome: "done")
    }

    @Test(arguments: Place.allCases) func `a person is kept whole, and every change with its line`(place: Place) throws
    {
        let database = try place.open(in: folder)
        #expect(try !database.hasPeople())
        var full = person("tran-lan")
        full.codeSecret = [1, 2, 3]
        full.lastCodeStep = 7
        full.passwordAttempts = FailedAttempts(failures: 2, lockedUntil: now + 5)
        full.codeAttempts = FailedAttempts(failures: 3, lockedUntil: now + 6)
        full.disabled = now + 9
        #expect(try database.add(full, noting: line("1")))
        #expect(try !database.add(person("tran-lan"), noting: line("not written")))
        #expect(try database.person("tran-lan") == full)
        #expect(try database.hasPeople())
        #expect(try database.add(person("a"), noting: line("2")))
        #expect(try database.people().map(\.id) == ["a", "tran-lan"])
        #expect(try database.change("a", noting: line("3")) { $0.role = "steward" }?.role == "steward")
        #expect(try database.change("nobody", noting: line("not written")) { $0.role = "steward" } == nil)
        #expect(throws: StorageError.self) {
            _ = try database.change("a", noting: line("not written")) { $0.role = "king" }
        }
        #expect(try database.person("a")?.role == "steward")
        #expect(try database.audit().map(\.object) == ["3", "2", "1"])
    }

    @Test(arguments: Place.allCases) func `attempts are counted before they are looked at, passwords and codes apart`(
        place: Place
    ) throws {
        let database = try place.open(in: folder)
        _ = try database.add(person("a"), noting: line("1"))
        let pause: (Int) -> Int64 = { $0 < 2 ? 0 : 30 }
        func attempt(_ proof: PersonProof, at time: Instant) throws -> AttemptVerdict? {
            try database.countAttempt(of: "a", with: proof, at: time, pause: pause)
        }
        #expect(try attempt(.password, at: now) == .counted(failures: 1, lockedUntil: nil))
        #expect(try attempt(.password, at: now) == .counted(failures: 2, lockedUntil: now + 30))
        #expect(try attempt(.password, at: now + 29) == .locked(until: now + 30))
        #expect(try attempt(.code, at: now) == .counted(failures: 1, lockedUntil: nil))
        #expect(try attempt(.password, at: now + 30) == .counted(failures: 3, lockedUntil: now + 60))
        try database.noteSuccess(of: "a", with: .password)
        #expect(try database.person("a")?.passwordAttempts == FailedAttempts())
        #expect(try database.person("a")?.codeAttempts.failures == 1)
        #expect(try database.countAttempt(of: "nobody", with: .password, at: now, pause: pause) == nil)
        #expect(try database.useCode(ofStep: 5, by: "a"))
        #expect(try !database.useCode(ofStep: 5, by: "a") && !database.useCode(ofStep: 4, by: "a"))
        #expect(try database.useCode(ofStep: 6, by: "a") && !database.useCode(ofStep: 9, by: "nobody"))
    }

    @Test func `the log is read in pages, and nothing in it can be changed or removed`() throws {
        let path = folder.file("node.sqlite")
        let database = try NodeDatabase(path: path)
        for number in 1...5 { try database.note(line("\(number)")) }
        #expect(try database.audit(limit: 2).map(\.object) == ["5", "4"])
        #expect(try database.audit(before: 4, limit: 2).map(\.object) == ["3", "2"])
        #expect(try database.audit(before: 1).isEmpty)
        let queue = try DatabaseQueue(path: path)
        for statement in [
            "DELETE FROM audit", "UPDATE audit SET person = 'nobody'", "DELETE FROM audit WHERE number = 5",
        ] {
            #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: statement) } }
        }
        #expect(try database.audit().count == 5)
    }
}
