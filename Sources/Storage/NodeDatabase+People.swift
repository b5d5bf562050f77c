import GRDB
public import Series

extension NodeDatabase {
    // MARK: People

    /// Whether the node has a person, able to sign in or not: then its pages ask who is there.
    public func hasPeople() throws -> Bool {
        try read("cannot see whether the node has people") { database in
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM person)") ?? false
        }
    }

    /// Everybody, by id.
    public func people() throws -> [PersonRecord] {
        try read("cannot list the people") { database in
            try Row.fetchAll(database, sql: "SELECT \(NodeDatabase.personColumns) FROM person ORDER BY id")
                .map(NodeDatabase.person)
        }
    }

    /// One person; nil where nobody has the id.
    public func person(_ id: String) throws -> PersonRecord? {
        try read("cannot read a person") { try NodeDatabase.person(id, in: $0) }
    }

    /// Adds a person, and the line of the audit log with it.
    ///
    /// - Returns: false where somebody has the id; then nothing is changed.
    public func add(_ person: PersonRecord, noting line: AuditRecord) throws -> Bool {
        try write("cannot add a person") { database in
            guard try NodeDatabase.person(person.id, in: database) == nil else { return false }
            try NodeDatabase.put(person, in: database)
            try NodeDatabase.insert(line, in: database)
            return true
        }
    }

    /// Changes a person, and adds the line of the audit log with it.
    ///
    /// - Returns: the person as it is now; nil where nobody has the id.
    public func change(
        _ id: String, noting line: AuditRecord, _ body: (inout PersonRecord) throws -> Void
    ) throws -> PersonRecord? {
        try write("cannot change a person") { database in
            guard var person = try NodeDatabase.person(id, in: database) else { return nil }
            try body(&person)
            try NodeDatabase.put(person, in: database)
            try NodeDatabase.insert(line, in: database)
            return person
        }
    }

    /// Counts an attempt before it is looked at, so that many at once are not looked at before any is counted.
    ///
    /// A name that nobody has costs one write as well: how long it takes does not tell who exists.
    ///
    /// - Parameters:
    ///   - proof: what is tried; passwords and codes are counted apart, so that a right password does not make guessing the code
    ///     free again.
    ///   - pause: the s to wait after that many failures in a row; 0 for none.
    /// - Returns: nil where nobody has the id.
    public func countAttempt(
        of id: String, with proof: PersonProof, at now: Instant, pause: (_ failures: Int) -> Int64
    ) throws -> AttemptVerdict? {
        try write("cannot count an attempt") { database in
            guard var person = try NodeDatabase.person(id, in: database) else {
                try database.execute(sql: "UPDATE attempt_of_nobody SET count = count + 1")
                return nil
            }
            // A clock that was set back must not shut anybody out for longer than the pause was.
            if let until = person[proof].lockedUntil, until > now, until - now <= pause(person[proof].failures) {
                return .locked(until: until)
            }
            person[proof].failures += 1
            let wait = pause(person[proof].failures)
            person[proof].lockedUntil = wait > 0 ? now + wait : nil
            try NodeDatabase.put(person, in: database)
            return .counted(failures: person[proof].failures, lockedUntil: person[proof].lockedUntil)
        }
    }

    /// Forgets the failures of a person whose attempt was right.
    public func noteSuccess(of id: String, with proof: PersonProof) throws {
        let columns =
            switch proof {
            case .password: "failures = 0, locked_until = NULL"
            case .code: "code_failures = 0, code_locked_until = NULL"
            }
        try write("cannot note that an attempt was right") { database in
            try database.execute(sql: "UPDATE person SET \(columns) WHERE id = ?", arguments: [id])
        }
    }

    /// Uses up the code of a step of time, with every earlier one.
    ///
    /// - Returns: false where it, or a later one, was used before.
    public func useCode(ofStep step: Int64, by id: String) throws -> Bool {
        try write("cannot note a one-time code") { database in
            try database.execute(
                sql: "UPDATE person SET last_code_step = ? WHERE id = ? AND last_code_step < ?",
                arguments: [step, id, step])
            return database.changesCount > 0
        }
    }

    private static let personColumns =
        """
        id, name, role, password_hash, code_secret, last_code_step, failures, locked_until, code_failures,
        code_locked_until, disabled, made
        """

    private static func person(_ id: String, in database: Database) throws -> PersonRecord? {
        try Row.fetchOne(database, sql: "SELECT \(personColumns) FROM person WHERE id = ?", arguments: [id])
            .map(person)
    }

    private static func person(_ row: Row) -> PersonRecord {
        func time(_ column: Int) -> Instant? {
            (row[column] as Int64?).map { Instant(secondsSinceEpoch: $0) }
        }
        return PersonRecord(
            id: row[0], name: row[1], role: row[2], passwordHash: row[3],
            codeSecret: row.hasNull(atIndex: 4) ? nil : row.bytes(4), lastCodeStep: row[5],
            passwordAttempts: FailedAttempts(failures: row[6], lockedUntil: time(7)),
            codeAttempts: FailedAttempts(failures: row[8], lockedUntil: time(9)), disabled: time(10),
            made: Instant(secondsSinceEpoch: row[11]))
    }

    private static func put(_ person: PersonRecord, in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO person (\(personColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                person.id, person.name, person.role, person.passwordHash, person.codeSecret.map { $0.blob },
                person.lastCodeStep, person.passwordAttempts.failures,
                person.passwordAttempts.lockedUntil?.secondsSinceEpoch, person.codeAttempts.failures,
                person.codeAttempts.lockedUntil?.secondsSinceEpoch, person.disabled?.secondsSinceEpoch,
                person.made.secondsSinceEpoch,
            ])
    }

    // MARK: The audit log

    /// Adds a line to the audit log.
    public func note(_ line: AuditRecord) throws {
        try write("cannot write the audit log") { try NodeDatabase.insert(line, in: $0) }
    }

    /// Lines of the audit log, latest first.
    ///
    /// - Parameters:
    ///   - number: only those before this one; nil from the latest on.
    ///   - limit: at most that many.
    public func audit(before number: Int64? = nil, limit: Int = 100) throws -> [AuditRecord] {
        try read("cannot read the audit log") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, time, person, act, object, outcome, address FROM audit
                        WHERE number < ? ORDER BY number DESC LIMIT ?
                    """, arguments: [number ?? .max, max(0, limit)]
            ).map { row in
                AuditRecord(
                    number: row[0], time: Instant(secondsSinceEpoch: row[1]), person: row[2], act: row[3],
                    object: row[4], outcome: row[5], address: row[6])
            }
        }
    }

    private static func insert(_ line: AuditRecord, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO audit (time, person, act, object, outcome, address) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                line.time.secondsSinceEpoch, line.person, line.act, line.object, line.outcome, line.address,
            ])
    }
}
