import Foundation
import GRDB
public import Series

/// A release plan as it is kept.
public struct PlanRow: Hashable, Sendable {
    /// Its number at this node.
    public let number: Int64
    /// When it was made.
    public let made: Instant
    /// Who asked for it.
    public let person: String
    /// Everything that it was made from, and the answer; empty in lists.
    public let document: [UInt8]
    /// What a person said to it; nil where nobody has.
    public let answer: PlanAnswerRow?
}

/// What a person said to a plan.
public struct PlanAnswerRow: Hashable, Sendable {
    /// When.
    public let at: Instant
    /// Who.
    public let person: String
    /// Whether it is to be carried out.
    public let isAccepted: Bool
    /// Why, or what is to be noted.
    public let reason: String

    /// Makes an answer.
    public init(at: Instant, person: String, isAccepted: Bool, reason: String) {
        self.at = at
        self.person = person
        self.isAccepted = isAccepted
        self.reason = reason
    }
}

extension NodeDatabase {
    private static let planColumns = "number, made, release_plan.person, at, plan_answer.person, word, reason"
    private static let plans = "release_plan LEFT JOIN plan_answer ON plan = number"

    /// Keeps a plan.
    ///
    /// - Returns: its number.
    public func keep(plan document: [UInt8], made: Instant, by person: String) throws -> Int64 {
        try write("cannot keep the plan") { database in
            try database.execute(
                sql: "INSERT INTO release_plan (made, person, document) VALUES (?, ?, ?)",
                arguments: [made.secondsSinceEpoch, person, document.blob])
            return database.lastInsertedRowID
        }
    }

    /// Keeps what a person says to a plan, once, with first wordings of notices that follow from it.
    ///
    /// - Returns: false where there is no such plan, or somebody has said something to it already; nothing is kept then.
    public func answer(
        plan number: Int64, with answer: PlanAnswerRow, drafting notices: [NoticeRow] = []
    ) throws -> Bool {
        try write("cannot keep what was said to plan \(number)") { database in
            let isOpen = try Bool.fetchOne(
                database,
                sql:
                    "SELECT NOT EXISTS (SELECT 1 FROM plan_answer WHERE plan = number) FROM release_plan WHERE number = ?",
                arguments: [number])
            guard isOpen == true else { return false }
            try database.execute(
                sql: "INSERT INTO plan_answer (plan, at, person, word, reason) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    number, answer.at.secondsSinceEpoch, answer.person, answer.isAccepted ? "accepted" : "rejected",
                    answer.reason,
                ])
            for notice in notices { try NodeDatabase.add(notice, in: database) }
            return true
        }
    }

    /// The latest plans without their documents, latest first.
    public func plans(latest limit: Int) throws -> [PlanRow] {
        try read("cannot read the plans") { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(NodeDatabase.planColumns) FROM \(NodeDatabase.plans) ORDER BY number DESC LIMIT ?",
                arguments: [limit]
            ).map { NodeDatabase.plan($0, document: []) }
        }
    }

    /// A plan by its number.
    public func plan(_ number: Int64) throws -> PlanRow? {
        try read("cannot read plan \(number)") { database in
            try Row.fetchOne(
                database,
                sql: "SELECT \(NodeDatabase.planColumns), document FROM \(NodeDatabase.plans) WHERE number = ?",
                arguments: [number]
            ).map { NodeDatabase.plan($0, document: $0.bytes(7)) }
        }
    }

    private static func plan(_ row: Row, document: [UInt8]) -> PlanRow {
        let word: String? = row[5]
        return PlanRow(
            number: row[0], made: Instant(secondsSinceEpoch: row[1]), person: row[2], document: document,
            answer: word.map {
                PlanAnswerRow(
                    at: Instant(secondsSinceEpoch: row[3]), person: row[4], isAccepted: $0 == "accepted", reason: row[6]
                )
            })
    }
}
