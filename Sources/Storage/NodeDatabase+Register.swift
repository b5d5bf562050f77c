import GRDB
public import Series

/// An act of the register as it is kept.
public struct RegisterActRow: Hashable, Sendable {
    /// Whose act it is.
    public let party: PartyID
    /// 1, 2, ... among the acts of that party.
    public let number: Int
    /// When it was done, by the clock of that party's node.
    public let at: Instant
    /// Who did it; empty for other parties.
    public let person: String
    /// The act as a JSON document.
    public let document: [UInt8]

    /// Makes a row.
    public init(party: PartyID, number: Int, at: Instant, person: String, document: [UInt8]) {
        self.party = party
        self.number = number
        self.at = at
        self.person = person
        self.document = document
    }
}

/// Something that a person has asked for and that waits for another person's word.
public struct WaitingWord: Hashable, Sendable {
    /// Its number.
    public let number: Int64
    /// When it was asked for.
    public let at: Instant
    /// By whom.
    public let person: String
    /// What kind of thing: the caller's word.
    public let kind: String
    /// The thing itself, as the caller writes it.
    public let document: [UInt8]
}

extension NodeDatabase {
    // MARK: Acts

    /// Every act that is kept, by time, party and number: the order in which they count.
    public func registerActs() throws -> [RegisterActRow] {
        try read("cannot read the register") { database in
            try Row.fetchAll(
                database, sql: "SELECT party, number, at, person, document FROM register_act ORDER BY at, party, number"
            ).compactMap(NodeDatabase.act)
        }
    }

    /// Another number whenever an act has been kept, by this process or another.
    public func registerVersion() throws -> Int64 {
        try read("cannot read the register") { database in
            try Int64.fetchOne(database, sql: "SELECT MAX(rowid) FROM register_act") ?? 0
        }
    }

    /// Keeps acts of the own party under the next numbers, all or none.
    ///
    /// After a restore the numbers go on from its time: acts that the backup did not hold may stand in the lanes of others.
    ///
    /// - Parameter documents: each act, and whether nothing of it has to be sent.
    /// - Returns: the number of the first.
    public func keep(
        actsOf party: PartyID, at time: Instant, person: String, documents: [(bytes: [UInt8], isSent: Bool)]
    ) throws -> Int {
        try write("cannot keep an act of the register") { database in
            let last = try Int.fetchOne(
                database, sql: "SELECT MAX(number) FROM register_act WHERE party = ?", arguments: [party.text])
            let restored = try NodeDatabase.fact(NodeDatabase.lastRestoreFact, in: database).flatMap { Int($0) }
            let first = max((last ?? 0) + 1, restored ?? 1)
            for (place, document) in documents.enumerated() {
                try database.execute(
                    sql: """
                        INSERT INTO register_act (party, number, at, person, document, sent) VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        party.text, first + place, time.secondsSinceEpoch, person, document.bytes.blob,
                        document.isSent ? 1 : 0,
                    ])
            }
            return first
        }
    }

    /// Acts of a party that have not been sent yet, in order.
    public func actsToSend(of party: PartyID) throws -> [RegisterActRow] {
        try read("cannot read the acts that wait") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT party, number, at, person, document FROM register_act
                        WHERE party = ? AND sent = 0 ORDER BY number
                    """, arguments: [party.text]
            ).compactMap(NodeDatabase.act)
        }
    }

    /// Notes that acts have been sent to whomever they can be sent.
    public func noteSent(actsOf party: PartyID, numbers: [Int]) throws {
        try write("cannot note that acts were sent") { database in
            for number in numbers {
                try database.execute(
                    sql: "UPDATE register_act SET sent = 1 WHERE party = ? AND number = ?",
                    arguments: [party.text, number])
            }
        }
    }

    /// Keeps an act that has come in by a lane; one that is kept already stays as it is.
    static func insert(_ row: RegisterActRow, in database: Database) throws -> Bool {
        try database.execute(
            sql: """
                INSERT INTO register_act (party, number, at, person, document, sent) VALUES (?, ?, ?, ?, ?, 1)
                    ON CONFLICT (party, number) DO NOTHING
                """,
            arguments: [row.party.text, row.number, row.at.secondsSinceEpoch, row.person, row.document.blob])
        return database.changesCount > 0
    }

    private static func act(_ row: Row) -> RegisterActRow? {
        guard let party = PartyID(row[0] as String) else { return nil }
        return RegisterActRow(
            party: party, number: row[1], at: Instant(secondsSinceEpoch: row[2]), person: row[3], document: row.bytes(4)
        )
    }

    // MARK: Second words

    /// Keeps something until another person has said a word about it.
    public func await(_ kind: String, document: [UInt8], by person: String, at time: Instant) throws -> Int64 {
        try write("cannot keep what waits for a second word") { database in
            try database.execute(
                sql: "INSERT INTO second_word (at, person, kind, document) VALUES (?, ?, ?, ?)",
                arguments: [time.secondsSinceEpoch, person, kind, document.blob])
            return database.lastInsertedRowID
        }
    }

    /// What waits, oldest first.
    public func waitingWords() throws -> [WaitingWord] {
        try read("cannot read what waits for a second word") { database in
            try Row.fetchAll(
                database,
                sql: "SELECT number, at, person, kind, document FROM second_word WHERE ended IS NULL ORDER BY number"
            ).map { row in
                WaitingWord(
                    number: row[0], at: Instant(secondsSinceEpoch: row[1]), person: row[2], kind: row[3],
                    document: row.bytes(4))
            }
        }
    }

    /// Ends the waiting of something by another person's word.
    ///
    /// - Returns: what waited; nil where nothing does, or where the same person has asked for it.
    public func end(
        waiting number: Int64, by person: String, isApproved: Bool, at time: Instant
    ) throws -> WaitingWord? {
        try write("cannot keep a second word") { database in
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT number, at, person, kind, document FROM second_word
                            WHERE number = ? AND ended IS NULL AND (person <> ? OR ? = 0)
                        """, arguments: [number, person, isApproved ? 1 : 0])
            else { return nil }
            try database.execute(
                sql: "UPDATE second_word SET ended = ?, ended_by = ?, outcome = ? WHERE number = ?",
                arguments: [time.secondsSinceEpoch, person, isApproved ? "approved" : "declined", number])
            return WaitingWord(
                number: row[0], at: Instant(secondsSinceEpoch: row[1]), person: row[2], kind: row[3],
                document: row.bytes(4))
        }
    }
}
