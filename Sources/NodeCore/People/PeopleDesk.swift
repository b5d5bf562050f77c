import Accord
import Crypto
public import Series
public import Storage
import Synchronization

/// The people of a node: who they are, how they prove it, and what they have done.
///
/// Nothing of a secret leaves it but once, to whoever made it.
public final class PeopleDesk: Sendable {
    /// Lines of one page of the audit log.
    public static let auditPage = 100

    let database: NodeDatabase
    private let clock: @Sendable () -> Instant
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let sealingKey: @Sendable (_ makesOne: Bool) throws -> [UInt8]?
    private let cost: PasswordHash.Cost
    let pauses = Mutex(PauseBook())
    private let checker = PasswordChecker()
    /// Checked for names that nobody has, so that they cost as much as a wrong password.
    private let decoy: PasswordHash

    /// Makes a desk.
    ///
    /// - Parameters:
    ///   - sealingKey: the 32 bytes that seal the secrets of one-time codes, made when there are none and the flag says so.
    ///   - cost: of new passwords.
    public init(
        database: NodeDatabase, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        sealingKey: @escaping @Sendable (_ makesOne: Bool) throws -> [UInt8]?, cost: PasswordHash.Cost = .usual
    ) {
        self.database = database
        clock = now
        self.randomBytes = randomBytes
        self.sealingKey = sealingKey
        self.cost = cost
        decoy = PasswordHash.ofNothing(cost: cost)
    }

    /// The time.
    public var now: Instant { clock() }

    /// 64 hexadecimal digits that nobody can foresee.
    public func secret() -> String { hexadecimal(randomBytes(UploadToken.size)) }

    /// Whether the node has a person: then its pages ask who is there.
    public func hasPeople() throws -> Bool { try database.hasPeople() }

    /// Everybody, by id.
    public func people() throws -> [Person] { try database.people().compactMap { Person($0) } }

    /// One person as it is now; nil where nobody has the id.
    public func person(_ id: String) throws -> Person? { try database.person(id).flatMap { Person($0) } }

    // MARK: Passwords

    /// Looks whether a name and a password are those of a person, counts the attempt, and writes what came of it down.
    ///
    /// - Parameter act: what the person wants to do; only signing in is written down here where the password is right.
    public func check(
        _ name: String, password: String, from address: String, for act: AuditAct = .signIn
    ) async throws -> SignInAnswer {
        let now = now
        let id = name.lowercased()
        let record = isTableIdentifier(id) ? try database.person(id) : nil
        // Names that nobody has are counted as those of people are: a pause says nothing of who exists.
        let (origin, nobody) = ("address " + address, record == nil ? "name " + id.prefix(80) : nil)
        let wait = pauses.withLock { book in
            let wait = [origin, nobody].compactMap { $0 }.compactMap { book.wait($0, at: now) }.max()
            if wait == nil {
                book.count(origin, free: LockOut.freeForAddress, at: now)
                if let nobody { book.count(nobody, at: now) }
            }
            return wait
        }
        if let wait { return .refused(.paused(seconds: wait)) }
        var lockedUntil: Instant?
        switch try database.countAttempt(of: id, with: .password, at: now, pause: { LockOut.pause(after: $0) }) {
        case .locked(let until): return .refused(.paused(seconds: until - now))
        case .counted(_, let until): lockedUntil = until
        case nil: break
        }
        let hash = record.flatMap { PasswordHash(text: $0.passwordHash) }
        guard let isRight = try await checker.matches(password, hash ?? decoy) else {
            return .refused(.paused(seconds: PasswordChecker.pause))
        }
        guard isRight, hash != nil, let person = record.flatMap({ Person($0) }), person.disabled == nil else {
            try note(
                act, by: record?.id ?? "", outcome: lockedUntil == nil ? .wrong : .paused, from: address)
            return .refused(.wrong)
        }
        try database.noteSuccess(of: id, with: .password)
        pauses.withLock { $0.forget(origin) }
        if act == .signIn { try note(act, by: id, outcome: .done, from: address) }
        return .signedIn(person)
    }

    /// Hashes a password for keeping.
    func hash(_ password: String) throws -> String {
        try PasswordHash(of: password, salt: randomBytes(PasswordHash.saltSize), cost: cost).text
    }

    /// A password that nobody can foresee.
    public func madePassword() -> String { PasswordRule.made(from: randomBytes(20)) }

    // MARK: One-time codes

    /// Looks whether a code is the one of a person and of this time, and uses it up.
    public func check(code: String, of person: Person) throws -> CodeVerdict {
        let now = now
        guard let sealed = try database.person(person.id)?.codeSecret else { return .wrong }
        guard let secret = try opened(sealed, of: person.id) else { return .unreadable }
        if case .locked(let until)? = try database.countAttempt(
            of: person.id, with: .code, at: now, pause: { LockOut.pause(after: $0) })
        {
            return .paused(seconds: until - now)
        }
        let typed = code.filter { $0 != " " }
        guard let step = OneTimeCode(secret: secret).step(of: typed, at: now) else { return .wrong }
        guard try database.useCode(ofStep: step, by: person.id) else { return .used }
        try database.noteSuccess(of: person.id, with: .code)
        return .right
    }

    /// A new secret of one-time codes, and the same as it is kept.
    func newCodeSecret(of id: String) throws -> (code: OneTimeCode, sealed: [UInt8]) {
        guard let key = try sealingKey(true) else { throw PeopleRefusal.noSealingKey }
        let secret = randomBytes(OneTimeCode.secretSize)
        let nonce = try ChaChaPoly.Nonce(data: randomBytes(12))
        let box = try ChaChaPoly.seal(
            secret, using: SymmetricKey(data: key), nonce: nonce, authenticating: Array(id.utf8))
        return (OneTimeCode(secret: secret), Array(box.combined))
    }

    private func opened(_ sealed: [UInt8], of id: String) throws -> [UInt8]? {
        guard let key = try sealingKey(false), key.count == 32,
            let box = try? ChaChaPoly.SealedBox(combined: sealed)
        else { return nil }
        return (try? ChaChaPoly.open(box, using: SymmetricKey(data: key), authenticating: Array(id.utf8)))
            .map { Array($0) }
    }

    // MARK: The audit log

    /// Writes a line. Never give it a secret, nor what somebody typed who is not known.
    public func note(
        _ act: AuditAct, by person: String, on object: String = "", outcome: AuditOutcome, from address: String
    ) throws {
        try database.note(line(act, by: person, on: object, outcome: outcome, from: address))
    }

    func line(
        _ act: AuditAct, by person: String, on object: String = "", outcome: AuditOutcome = .done,
        from address: String = ""
    ) -> AuditRecord {
        AuditRecord(
            time: now, person: PeopleDesk.plain(person), act: act.rawValue, object: PeopleDesk.plain(object),
            outcome: outcome.rawValue, address: address)
    }

    /// A text as it stands in the log: one line stays one line wherever it is printed, and none is longer than 500 characters.
    private static func plain(_ text: String) -> String {
        String(text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }.prefix(500))
    }

    /// Lines of the audit log, latest first, ``auditPage`` at most and one more where there are more.
    ///
    /// - Parameter number: only those before this one; nil from the latest on.
    public func audit(before number: Int64? = nil) throws -> [AuditLine] {
        try database.audit(before: number, limit: PeopleDesk.auditPage + 1).map { AuditLine($0) }
    }
}

/// Checks one password after the other: each takes 64 MiB. Few may wait, so that a flood of attempts takes neither memory
/// nor the time of everybody else.
private final class PasswordChecker: Sendable {
    /// Attempts that wait at most.
    static let capacity = 16
    /// s that others are asked to wait.
    static let pause: Int64 = 5

    private let line = Line()
    private let waiting = Mutex(0)

    private actor Line {
        func matches(_ password: String, _ hash: PasswordHash) throws -> Bool { try hash.matches(password) }
    }

    /// Whether a password is right; nil where too many wait.
    func matches(_ password: String, _ hash: PasswordHash) async throws -> Bool? {
        let mayWait = waiting.withLock { count in
            guard count < PasswordChecker.capacity else { return false }
            count += 1
            return true
        }
        guard mayWait else { return nil }
        defer { waiting.withLock { $0 -= 1 } }
        return try await line.matches(password, hash)
    }
}

/// Signing in by a name and a password.
public struct PasswordDoor: SignInDoor {
    private let desk: PeopleDesk

    /// Makes a door.
    public init(desk: PeopleDesk) { self.desk = desk }

    /// Lets somebody in, or not.
    public func signIn(_ name: String, secret: String, from address: String) async throws -> SignInAnswer {
        try await desk.check(name, password: secret, from: address)
    }
}
