import Accord
import NodeCore
import Series
import Storage
import Synchronization
import Testing

@testable import NodeCore

/// Proofs of people by the published examples, and what a node's list of people does with them.
@Suite struct PeopleTests {
    private static let password = "correct horse battery"
    private static let cheap = PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1)
    private let clock = SimulatedClock(Instant(secondsSinceEpoch: 1_725_868_800))
    private let database: NodeDatabase

    init() throws { database = try NodeDatabase.inMemory() }

    /// A node's desk; another one on the same store is what another process sees.
    private func desk() -> PeopleDesk {
        let (clock, count) = (clock, Count())
        return PeopleDesk(
            database: database, now: { clock.now }, randomBytes: { count.bytes($0) },
            sealingKey: { _ in [UInt8](repeating: 9, count: 32) }, cost: PeopleTests.cheap)
    }

    /// Bytes that differ each time.
    private final class Count: Sendable {
        private let next = Mutex<UInt64>(1)

        func bytes(_ count: Int) -> [UInt8] {
            let number = next.withLock { value in
                value += 1
                return value
            }
            return (0..<count).map { UInt8(truncatingIfNeeded: number &* 0x9E37_79B9_7F4A_7C15 >> UInt64($0 % 8 * 8)) }
        }
    }

    private func added() throws -> PeopleDesk {
        let desk = desk()
        try desk.add("tran-lan", name: "Trần Lan", role: .dutyOfficer, password: PeopleTests.password, by: "test")
        return desk
    }

    private func wait(_ seconds: Int64) { clock.set(clock.now + seconds) }

    private func acts(_ desk: PeopleDesk) throws -> [String] {
        try desk.audit().reversed().map { "\($0.act?.rawValue ?? "?") \($0.person) \($0.outcome?.rawValue ?? "?")" }
    }

    // MARK: Published examples

    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func `codes are those of the examples of RFC 6238`(seconds: Int64, code: String) {
        let made = OneTimeCode(secret: Array("12345678901234567890".utf8))
        let step = OneTimeCode.step(at: Instant(secondsSinceEpoch: seconds))
        #expect(made.code(ofStep: step, digits: 8) == code)
        #expect(made.code(ofStep: step) == code.suffix(6))
    }

    @Test func `the secret is written in the letters of RFC 4648, and its address is what telephones read`() {
        for (secret, text) in [
            ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"), ("12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ] {
            #expect(OneTimeCode(secret: Array(secret.utf8)).base32 == text)
        }
        #expect(
            OneTimeCode(secret: Array("fooba".utf8)).address(label: "tran-lan@vn-lao-cai")
                == "otpauth://totp/Riparian:tran-lan@vn-lao-cai?secret=MZXW6YTB&issuer=Riparian&algorithm=SHA1&digits=6&period=30"
        )
    }

    @Test func `hashes are those of another implementation of scrypt, and say how they were made`() throws {
        let salt = (0..<16).map { UInt8($0) }
        let cost = PasswordHash.Cost(logN: 10, blockSize: 8, parallelism: 2)
        let hash = try PasswordHash(of: PeopleTests.password, salt: salt, cost: cost)
        // hashlib.scrypt of Python 3.11
        let digest = "e55f88c8d386ed574da9f13092eedf55136646ad12ae39ec500f211f6672e7d3"
        #expect(hash.text == "scrypt$10$8$2$000102030405060708090a0b0c0d0e0f$\(digest)")
        let read = try #require(PasswordHash(text: hash.text))
        #expect(try read.matches(PeopleTests.password))
        #expect(try !read.matches(PeopleTests.password + " "))
        let vietnamese = try PasswordHash(of: "mật khẩu ổn định", salt: salt, cost: PeopleTests.cheap)
        #expect(vietnamese.text.hasSuffix("8e867e204327ae6e4a8311414ea8e594d860f18ae762d8197e8cceac4c2a4516"))
        #expect(try vietnamese.matches("ma\u{323}\u{302}t kha\u{302}\u{309}u o\u{302}\u{309}n đi\u{323}nh"))
        for wrong in [
            "", "scrypt", "scrypt$0$8$1$00$00", "scrypt$63$8$1$00$00", "argon2$1$1$1$00$00", hash.text + "00",
        ] {
            #expect(PasswordHash(text: wrong) == nil, "\(wrong)")
        }
    }

    // MARK: Signing in

    @Test func `the right password lets in, whatever the case of the name; nothing else does`() async throws {
        let desk = try added()
        guard case .signedIn(let person) = try await desk.check("Tran-Lan", password: PeopleTests.password, from: "a")
        else {
            Issue.record("not let in")
            return
        }
        #expect(person.id == "tran-lan" && person.role == .dutyOfficer && !person.asksCode)
        for (name, word) in [
            ("tran-lan", "wrong"), ("tran-lan", ""), ("nobody", PeopleTests.password), ("", PeopleTests.password),
            ("tran-lan' OR 1=1 --", PeopleTests.password),
        ] {
            #expect(try await desk.check(name, password: word, from: "b") == .refused(.wrong), "\(name)")
        }
        try desk.disable("tran-lan", by: "test")
        #expect(try await desk.check("tran-lan", password: PeopleTests.password, from: "b") == .refused(.wrong))
        try desk.enable("tran-lan", by: "test")
        #expect(try await desk.check("tran-lan", password: PeopleTests.password, from: "c") == .signedIn(person))
    }

    @Test func `pauses grow, end by themselves, and are the same for names that nobody has`() async throws {
        let desk = try added()
        for (name, place) in [("tran-lan", "1"), ("nobody", "2"), ("no one at all", "3")] {
            for attempt in 1...5 {
                #expect(try await desk.check(name, password: "wrong", from: "\(place).\(attempt)") == .refused(.wrong))
            }
            // The right password does not count either while the pause lasts.
            #expect(
                try await desk.check(name, password: PeopleTests.password, from: "x")
                    == .refused(.paused(seconds: 30)), "\(name)")
            wait(30)
            #expect(try await desk.check(name, password: "wrong", from: "x" + place) == .refused(.wrong), "\(name)")
            #expect(
                try await desk.check(name, password: "wrong", from: "y") == .refused(.paused(seconds: 60)), "\(name)")
            wait(3_600)
        }
        #expect((1...40).allSatisfy { LockOut.pause(after: $0) <= 900 })
        guard case .signedIn = try await desk.check("tran-lan", password: PeopleTests.password, from: "z") else {
            Issue.record("a pause lasts for ever")
            return
        }
        #expect(try desk.person("tran-lan")?.lockedUntil == nil)
        // Another process sees the pause, and a command ends it.
        for _ in 1...5 { _ = try await desk.check("tran-lan", password: "wrong", from: "q") }
        let other = self.desk()
        #expect(try other.person("tran-lan")?.lockedUntil == clock.now + 30)
        try other.unlock("tran-lan", by: "test")
        #expect(try await desk.check("tran-lan", password: "wrong", from: "r") == .refused(.wrong))
    }

    @Test func `an address that tries many names has to wait`() async throws {
        let desk = try added()
        for number in 1...20 {
            #expect(try await desk.check("name-\(number)", password: "wrong", from: "one") == .refused(.wrong))
        }
        #expect(
            try await desk.check("tran-lan", password: PeopleTests.password, from: "one")
                == .refused(.paused(seconds: 30)))
        guard case .signedIn = try await desk.check("tran-lan", password: PeopleTests.password, from: "other") else {
            Issue.record("another address has to wait too")
            return
        }
    }

    @Test func `a clock that was set back shuts nobody out for longer`() async throws {
        let desk = try added()
        for _ in 1...5 { _ = try await desk.check("tran-lan", password: "wrong", from: "a") }
        wait(-86_400)
        guard case .signedIn = try await desk.check("tran-lan", password: PeopleTests.password, from: "b") else {
            Issue.record("shut out for a day")
            return
        }
    }

    // MARK: Codes

    @Test func `a code counts once, one step early or late, and none before a used one counts again`() throws {
        let desk = try added()
        let codes = try desk.beginCodes(of: "tran-lan", by: "test")
        let person = try #require(try desk.person("tran-lan"))
        #expect(person.asksCode)
        let step = OneTimeCode.step(at: clock.now)
        let text = { codes.code(ofStep: $0) }
        #expect(try desk.check(code: text(step - 2), of: person) == .wrong)
        #expect(try desk.check(code: text(step - 1), of: person) == .right)
        #expect(try desk.check(code: text(step - 1), of: person) == .used)
        #expect(try desk.check(code: text(step + 1), of: person) == .right)
        #expect(try desk.check(code: text(step), of: person) == .used)
        wait(60)
        let spaced = String(text(step + 2).prefix(3)) + " " + text(step + 2).suffix(3)
        #expect(try desk.check(code: spaced, of: person) == .right)
        let renewed = try desk.beginCodes(of: "tran-lan", by: "test")
        #expect(renewed.base32 != codes.base32)
        try desk.endCodes(of: "tran-lan", by: "test")
        #expect(try desk.person("tran-lan")?.asksCode == false)
    }

    @Test func `guessing codes is paused, and the right password does not make it free again`() async throws {
        let desk = try added()
        let codes = try desk.beginCodes(of: "tran-lan", by: "test")
        let person = try #require(try desk.person("tran-lan"))
        for attempt in 1...5 {
            #expect(try desk.check(code: "x\(attempt)", of: person) == .wrong)
            _ = try await desk.check("tran-lan", password: PeopleTests.password, from: "a")
        }
        let right = codes.code(ofStep: OneTimeCode.step(at: clock.now))
        #expect(try desk.check(code: right, of: person) == .paused(seconds: 30))
        wait(30)
        let next = codes.code(ofStep: OneTimeCode.step(at: clock.now))
        #expect(try desk.check(code: next, of: person) == .right)
    }

    @Test func `a secret is sealed, for this person and by this key alone`() throws {
        let desk = try added()
        let codes = try desk.beginCodes(of: "tran-lan", by: "test")
        let sealed = try #require(try database.person("tran-lan")?.codeSecret)
        #expect(sealed.count == OneTimeCode.secretSize + 28)
        let clock = clock
        let other = PeopleDesk(
            database: database, now: { clock.now }, randomBytes: { [UInt8](repeating: 1, count: $0) },
            sealingKey: { _ in [UInt8](repeating: 8, count: 32) }, cost: PeopleTests.cheap)
        let right = codes.code(ofStep: OneTimeCode.step(at: clock.now))
        #expect(try other.check(code: right, of: try #require(try desk.person("tran-lan"))) == .unreadable)
        try desk.add("li-na", name: "李娜", role: .reader, password: PeopleTests.password, by: "test")
        let line = AuditRecord(time: clock.now, person: "", act: "x", outcome: "x")
        _ = try database.change("li-na", noting: line) { $0.codeSecret = sealed }
        #expect(try desk.check(code: right, of: try #require(try desk.person("li-na"))) == .unreadable)
    }

    // MARK: Changes and the log

    @Test func `every change has its line, wrong ones none, and no line holds a secret`() async throws {
        let desk = try added()
        try desk.setRole(.administrator, of: "tran-lan", by: "user root")
        try desk.setPassword("another long password", of: "tran-lan", by: "user root")
        let codes = try desk.beginCodes(of: "tran-lan", by: "user root")
        _ = try await desk.check("tran-lan", password: "wrong", from: "192.0.2.1")
        _ = try await desk.check("password typed as a name", password: "x", from: "192.0.2.1")
        try desk.disable("tran-lan", by: "user root")
        try desk.note(.gate, by: "tran-lan", on: "approve\nforged line", outcome: .done, from: "")
        #expect(
            try acts(desk) == [
                "person-added test done", "role-set user root done", "password-set user root done",
                "codes-set user root done", "sign-in tran-lan wrong", "sign-in  wrong",
                "person-disabled user root done", "gate tran-lan done",
            ])
        let all = try desk.audit().map { "\($0)" }.joined()
        for secret in [PeopleTests.password, "another long password", codes.base32, "typed as a name", "\n"] {
            #expect(!all.contains(secret))
        }
        let refusals: [(PeopleRefusal, () throws -> Void)] = [
            (.noID("Tran Lan"), { try desk.add("Tran Lan", name: "x y", role: .reader, password: "p", by: "t") }),
            (.noName, { try desk.add("x", name: "\u{1b}[2J", role: .reader, password: "p", by: "t") }),
            (
                .idInUse("tran-lan"),
                { try desk.add("tran-lan", name: "x y", role: .reader, password: PeopleTests.password, by: "t") }
            ), (.unknown("x"), { try desk.setRole(.reader, of: "x", by: "t") }),
            (.unknown("x"), { try desk.unlock("x", by: "t") }),
            (.unknown("x"), { _ = try desk.beginCodes(of: "x", by: "t") }),
        ]
        for (refusal, act) in refusals { #expect(throws: refusal) { try act() } }
        for word in ["short", "aaaaaaaaaaaaaaaa", "tran-lan-2024-09", String(repeating: "abcdefg", count: 40)] {
            #expect(PasswordRule.refusal(of: word, id: "tran-lan") != nil, "\(word)")
        }
        #expect(try desk.audit().count == 8)
        let made = desk.madePassword()
        #expect(made.count == 23 && PasswordRule.refusal(of: made, id: "tran-lan") == nil)
    }

    @Test func `only those who are named may do more than read`() {
        let table = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, $0.acts) })
        #expect(table.values.allSatisfy { $0.contains(.seePages) })
        #expect(Role.allCases.filter { $0.acts.contains(.answerGate) } == [.dutyOfficer])
        #expect(Role.allCases.filter { $0.acts.contains(.seeAudit) } == [.steward, .administrator])
        #expect(Role.allCases.filter { $0.acts.contains(.changeNode) } == [.administrator])
    }
}
