public import Accord
import Foundation
import GRDB
public import Forecasting
public import Series

/// A message that a person has signed.
public struct MessageRow: Hashable, Sendable {
    /// Its number at this node.
    public let number: Int64
    /// By which receivers know it again.
    public let identifier: String
    /// What it is: the caller's word.
    public let kind: String
    /// What it is about: messages of one subject follow one another.
    public let subject: String
    /// When it was issued.
    public let issued: Instant
    /// Until when it holds.
    public let expires: Instant
    /// Who signed it.
    public let person: String
    /// The document as it was sent.
    public let document: [UInt8]
    /// What else is known of it, as the caller writes it.
    public let card: [UInt8]
}

/// A message that is to be kept.
public struct NewMessage: Sendable {
    /// By which receivers know it again.
    public let identifier: String
    let kind: String
    let subject: String
    let issued: Instant
    let expires: Instant
    let person: String
    let document: [UInt8]
    let card: [UInt8]
    /// Whether nothing of it has to go into a lane.
    let isSent: Bool

    /// Makes a message.
    public init(
        identifier: String, kind: String, subject: String, issued: Instant, expires: Instant, person: String,
        document: [UInt8], card: [UInt8], isSent: Bool
    ) {
        self.identifier = identifier
        self.kind = kind
        self.subject = subject
        self.issued = issued
        self.expires = expires
        self.person = person
        self.document = document
        self.card = card
        self.isSent = isSent
    }
}

/// Something that was written about a notice, a warning of another party, or an exercise, as the caller writes it.
public struct NoticeRow: Hashable, Sendable {
    /// Names the notice.
    public let notice: String
    /// When it was written.
    public let at: Instant
    /// Who did it; empty for other parties.
    public let person: String
    /// The entry.
    public let document: [UInt8]

    /// Makes a row.
    public init(notice: String, at: Instant, person: String, document: [UInt8]) {
        self.notice = notice
        self.at = at
        self.person = person
        self.document = document
    }
}

extension NodeDatabase {
    // MARK: Messages

    /// The columns that ``message(_:)`` reads, in its order.
    private static let messageQuery =
        "SELECT number, identifier, kind, subject, issued, expires, person, document, card FROM message"

    /// Keeps a message and the event that it belongs to, in one transaction.
    ///
    /// - Returns: its number; nil where a message of that identifier is kept already.
    public func keep(_ message: NewMessage, event: WarningEvent? = nil) throws -> Int64? {
        try write("cannot keep the message \(message.identifier)") { database in
            let isKept = try Bool.fetchOne(
                database, sql: "SELECT 1 FROM message WHERE identifier = ?", arguments: [message.identifier])
            guard isKept == nil else { return nil }
            let number = try NodeDatabase.insert(message, in: database)
            if let event { try NodeDatabase.keep(event, in: database) }
            return number
        }
    }

    /// - Returns: its number.
    private static func insert(_ message: NewMessage, in database: Database) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO message (identifier, kind, subject, issued, expires, person, document, card, sent)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                message.identifier, message.kind, message.subject, message.issued.secondsSinceEpoch,
                message.expires.secondsSinceEpoch, message.person, message.document.blob, message.card.blob,
                message.isSent ? 1 : 0,
            ])
        return database.lastInsertedRowID
    }

    /// Up to where a store has been read.
    public struct MessageMarks: Hashable, Sendable, CustomStringConvertible {
        /// The number of the last message; 0 where there is none.
        public let message: Int64
        /// The number of the last step of a delivery.
        public let step: Int64

        /// Both numbers.
        public var description: String { "\(message)/\(step)" }
    }

    /// Others whenever a message was issued or something happened to one.
    public func messageMarks() throws -> MessageMarks {
        try read("cannot read the messages") { database in
            MessageMarks(
                message: try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM message") ?? 0,
                step: try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM delivery") ?? 0)
        }
    }

    /// Messages with numbers after one and up to another, latest first: the latest of them, and every one that still holds.
    public func messages(
        after first: Int64, upTo last: Int64, latest limit: Int, orHoldingAt time: Instant
    ) throws -> [MessageRow] {
        try read("cannot read the messages") { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(NodeDatabase.messageQuery)
                        WHERE number > ?1 AND number <= ?2 AND (expires > ?4 OR number IN
                            (SELECT number FROM message WHERE number > ?1 AND number <= ?2 ORDER BY number DESC LIMIT ?3))
                        ORDER BY number DESC
                    """, arguments: [first, last, limit, time.secondsSinceEpoch]
            ).map(NodeDatabase.message)
        }
    }

    /// Messages that were issued from a time on and before another, oldest first.
    public func messages(issuedFrom from: Instant, until: Instant) throws -> [MessageRow] {
        try read("cannot read the messages of a time") { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(NodeDatabase.messageQuery)
                        WHERE issued >= ? AND issued < ? ORDER BY number
                    """, arguments: [from.secondsSinceEpoch, until.secondsSinceEpoch]
            ).map(NodeDatabase.message)
        }
    }

    /// Every message of a subject, latest first.
    public func messages(about subject: String) throws -> [MessageRow] {
        try read("cannot read the messages") { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(NodeDatabase.messageQuery)
                        WHERE subject = ? ORDER BY number DESC
                    """, arguments: [subject]
            ).map(NodeDatabase.message)
        }
    }

    /// A message by its number.
    public func message(_ number: Int64) throws -> MessageRow? { try message("number = ?", [number]) }

    /// A message by its identifier.
    public func message(identifier: String) throws -> MessageRow? { try message("identifier = ?", [identifier]) }

    private func message(_ condition: String, _ arguments: StatementArguments) throws -> MessageRow? {
        try read("cannot read a message") { database in
            try Row.fetchOne(
                database,
                sql: """
                    \(NodeDatabase.messageQuery)
                        WHERE \(condition)
                    """, arguments: arguments
            ).map(NodeDatabase.message)
        }
    }

    private static func message(_ row: Row) -> MessageRow {
        MessageRow(
            number: row[0], identifier: row[1], kind: row[2], subject: row[3],
            issued: Instant(secondsSinceEpoch: row[4]), expires: Instant(secondsSinceEpoch: row[5]), person: row[6],
            document: row.bytes(7), card: row.bytes(8))
    }

    /// Messages that are kept and stand in no lane yet, oldest first.
    public func messagesToSend() throws -> [MessageRow] {
        try read("cannot read the messages that wait") { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(NodeDatabase.messageQuery)
                        WHERE sent = 0 ORDER BY number
                    """
            ).map(NodeDatabase.message)
        }
    }

    /// Notes that a message stands in its lane.
    public func noteSent(message number: Int64) throws {
        try write("cannot note that a message was sent") { database in
            try database.execute(sql: "UPDATE message SET sent = 1 WHERE number = ?", arguments: [number])
        }
    }

    // MARK: Events

    /// All events of warnings, in the order in which they began.
    public func warningEvents() throws -> [WarningEvent] {
        try read("cannot read the events of warnings") { database in
            try Data.fetchAll(database, sql: "SELECT document FROM warning_event ORDER BY rowid").map {
                try JSONDecoder().decode(WarningEvent.self, from: $0)
            }
        }
    }

    private static func keep(_ event: WarningEvent, in database: Database) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let subject = event.subject
        let key = "\(subject.party)/\(subject.office)/\(subject.hazard.rawValue)/\(subject.station)"
        try database.execute(
            sql: """
                INSERT INTO warning_event (subject, year, serial, document) VALUES (?, ?, ?, ?)
                    ON CONFLICT (subject, year, serial) DO UPDATE SET document = excluded.document
                """, arguments: [key, event.year, event.serial, try encoder.encode(event)])
    }

    // MARK: Deliveries

    /// What happened to a message on its way, oldest first.
    ///
    /// - Parameter last: steps up to this number; nil for all.
    public func deliveries(of message: Int64, upTo last: Int64? = nil) throws -> [DeliveryEntry] {
        try read("cannot read the deliveries of a message") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT at, office, step, route, detail, person FROM delivery
                        WHERE message = ?1 AND (?2 IS NULL OR number <= ?2) ORDER BY number
                    """, arguments: [message, last]
            ).compactMap(NodeDatabase.deliveryEntry)
        }
    }

    /// What happened to messages on their way, by message, oldest first: steps with numbers after one and up to another.
    public func deliverySteps(after first: Int64, upTo last: Int64) throws -> [Int64: [DeliveryEntry]] {
        try read("cannot read the deliveries") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT at, office, step, route, detail, person, message FROM delivery
                        WHERE number > ? AND number <= ? ORDER BY number
                    """, arguments: [first, last]
            ).reduce(into: [:]) { steps, row in
                guard let entry = NodeDatabase.deliveryEntry(row) else { return }
                steps[row[6], default: []].append(entry)
            }
        }
    }

    private static func deliveryEntry(_ row: Row) -> DeliveryEntry? {
        guard let step = DeliveryStep(word: row[2], route: row[3], detail: row[4]) else { return nil }
        return DeliveryEntry(time: Instant(secondsSinceEpoch: row[0]), office: row[1], step: step, person: row[5])
    }

    /// Notes what happened to messages on their way, all of it or nothing.
    public func note(_ entries: [DeliveryEntry], of message: Int64) throws {
        try write("cannot note a delivery") { database in
            for entry in entries {
                let (word, route, detail) = entry.step.columns
                try database.execute(
                    sql: """
                        INSERT INTO delivery (message, at, office, step, route, detail, person)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        message, entry.time.secondsSinceEpoch, entry.office, word, route, detail, entry.person,
                    ])
            }
        }
    }

    // MARK: Notices

    /// Everything that was written about notices, oldest first.
    public func noticeEntries() throws -> [NoticeRow] {
        try read("cannot read the notices") { database in
            try Row.fetchAll(database, sql: "SELECT notice, at, person, document FROM notice_entry ORDER BY number")
                .map(NodeDatabase.noticeRow)
        }
    }

    /// What was written under names that begin in a way, oldest first; not empty, and of letters, digits and `:` alone.
    public func noticeEntries(named prefix: String) throws -> [NoticeRow] {
        precondition(!prefix.isEmpty && prefix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":") })
        return try read("cannot read the notices of a kind") { database in
            try Row.fetchAll(
                database,
                sql: "SELECT notice, at, person, document FROM notice_entry WHERE notice GLOB ? ORDER BY number",
                arguments: [prefix + "*"]
            ).map(NodeDatabase.noticeRow)
        }
    }

    private static func noticeRow(_ row: Row) -> NoticeRow {
        NoticeRow(
            notice: row[0], at: Instant(secondsSinceEpoch: row[1]), person: row[2], document: row.bytes(3))
    }

    /// Writes something about a notice, and keeps the message by which it leaves, in one transaction.
    public func add(_ row: NoticeRow, sending message: NewMessage? = nil) throws -> Int64? {
        try write("cannot write a notice") { database in
            try NodeDatabase.add(row, in: database)
            guard let message else { return nil }
            return try NodeDatabase.insert(message, in: database)
        }
    }

    static func add(_ row: NoticeRow, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO notice_entry (notice, at, person, document) VALUES (?, ?, ?, ?)",
            arguments: [row.notice, row.at.secondsSinceEpoch, row.person, row.document.blob])
    }
}

extension DeliveryStep {
    /// As the store writes it: the word, the route, and what else is said.
    fileprivate var columns: (word: String, route: String, detail: String) {
        switch self {
        case .begun(let route): ("begun", route, "")
        case .sent(let route): ("sent", route, "")
        case .failed(let route, let reason): ("failed", route, reason)
        case .delivered(let route): ("delivered", route, "")
        case .read(let name, let how): ("read", how, name)
        case .called(let name, let isAnswered): (isAnswered ? "answered" : "called", "", name)
        case .escalated(let step): ("escalated", "", step.rawValue)
        }
    }

    fileprivate init?(word: String, route: String, detail: String) {
        switch word {
        case "begun": self = .begun(route: route)
        case "sent": self = .sent(route: route)
        case "failed": self = .failed(route: route, reason: detail)
        case "delivered": self = .delivered(route: route)
        case "read": self = .read(by: detail, how: route)
        case "answered": self = .called(detail, isAnswered: true)
        case "called": self = .called(detail, isAnswered: false)
        case "escalated":
            guard let step = NoticeEscalation.Step(rawValue: detail) else { return nil }
            self = .escalated(step)
        default: return nil
        }
    }
}
