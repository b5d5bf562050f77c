import GRDB
public import Series

/// Why nothing more is signed for an own lane for now.
public enum LaneHold: Hashable, Sendable {
    /// The node was brought back from a backup at that time, and nobody knows yet whether it had signed more.
    case restored(Instant)
    /// A reader has shown that the node had signed so many entries, more than it has.
    case lost(size: Int)

    /// One sentence for people at the command line, in English.
    public var sentence: String {
        switch self {
        case .restored(let time):
            "the node was restored at \(time): nothing is signed before the lane's readers have shown that nothing is missing"
        case .lost(let size):
            "a reader holds \(size) entries, which is more than this node has: they come back from a reader's copy first"
        }
    }
}

/// What is held of the own lanes, as a transaction finds it: while a lane is held, what would enter it waits at the gate.
struct LaneHolds {
    private var restored: Instant?
    private var cleared: [String: Instant] = [:]
    private var lost: [String: Int] = [:]

    init(in database: Database) throws {
        let facts = try database.cachedStatement(
            sql: """
                SELECT name, value FROM node_fact
                    WHERE name = 'restored.at' OR (name >= 'lane.cleared/' AND name < 'lane.cleared0')
                        OR (name >= 'lane.lost/' AND name < 'lane.lost0')
                """)
        for row in try Row.fetchAll(facts) {
            let (name, value): (String, String) = (row[0], row[1])
            guard let number = Int64(value) else { continue }
            if name == NodeDatabase.restoredFact {
                restored = Instant(secondsSinceEpoch: number)
            } else if name.hasPrefix(NodeDatabase.clearedPrefix) {
                let origin = String(name.dropFirst(NodeDatabase.clearedPrefix.count))
                cleared[origin] = Instant(secondsSinceEpoch: number)
            } else {
                lost[String(name.dropFirst(NodeDatabase.lostPrefix.count))] = Int(number)
            }
        }
    }

    /// Whether nothing is held.
    var isEmpty: Bool { restored == nil && lost.isEmpty }

    func hold(of origin: String) -> LaneHold? {
        if let size = lost[origin] { return .lost(size: size) }
        guard let restored, cleared[origin].map({ $0 < restored }) ?? true else { return nil }
        return .restored(restored)
    }

    /// The departure, or the same one waiting at the gate where its lane is held.
    func departure(_ departure: Departure, at now: Instant) -> Departure {
        guard departure.moment == .now, hold(of: departure.lane) != nil else { return departure }
        return Departure(
            lane: departure.lane, clause: departure.clause, approval: departure.approval, moment: .later(due: now))
    }

    /// A condition on a column of lane numbers that leaves held lanes out.
    func condition(on column: String, in database: Database) throws -> String {
        guard !isEmpty else { return "1" }
        let held = try Row.fetchAll(database, sql: "SELECT id, origin FROM lane ORDER BY id").filter {
            hold(of: $0[1]) != nil
        }.map { row -> Int64 in row[0] }
        return held.isEmpty ? "1" : "\(column) NOT IN (\(held.map(String.init).joined(separator: ", ")))"
    }
}

extension NodeDatabase {
    static let restoredFact = "restored.at"
    static let clearedPrefix = "lane.cleared/"
    static let lostPrefix = "lane.lost/"
    private static let confirmedPrefix = "lane.confirmed/"
    static let lastRestoreFact = "restored.last"

    /// Why nothing is signed for an own lane for now; nil when nothing holds it.
    public func hold(of lane: String) throws -> LaneHold? {
        try read("cannot read what holds \(lane)") { try LaneHolds(in: $0).hold(of: lane) }
    }

    /// When the node was last brought back from a backup; nil when it never was.
    public func lastRestore() throws -> Instant? { try time(NodeDatabase.lastRestoreFact) }

    /// When the node was brought back from a backup, while lanes may still be held for it; else nil.
    public func restoreInDoubt() throws -> Instant? { try time(NodeDatabase.restoredFact) }

    private func time(_ fact: String) throws -> Instant? {
        try self.fact(fact).flatMap { Int64($0) }.map { Instant(secondsSinceEpoch: $0) }
    }

    /// Remembers that the node was brought back from a backup: every own lane is held from now on.
    public func noteRestore(at time: Instant) throws {
        try write("cannot note the restore") { database in
            for fact in [NodeDatabase.restoredFact, NodeDatabase.lastRestoreFact] {
                try NodeDatabase.set(fact, "\(time.secondsSinceEpoch)", in: database)
            }
        }
    }

    /// Remembers that a reader holds nothing of an own lane that this node does not have.
    public func confirm(_ lane: String, by reader: PartyID, at time: Instant) throws {
        try note("\(NodeDatabase.confirmedPrefix)\(lane)/\(reader)", "\(time.secondsSinceEpoch)")
    }

    /// When a reader last showed that it holds nothing more of an own lane; nil when it has not since the last restore.
    public func confirmation(of lane: String, by reader: PartyID) throws -> Instant? {
        guard let restored = try lastRestore(),
            let time = try time("\(NodeDatabase.confirmedPrefix)\(lane)/\(reader)"), time >= restored
        else { return nil }
        return time
    }

    /// Ends the hold of a restore on one lane.
    public func clear(_ lane: String, at time: Instant) throws {
        try note(NodeDatabase.clearedPrefix + lane, "\(time.secondsSinceEpoch)")
    }

    /// Ends the hold of the restore on all lanes: those of which a reader has shown more than is here stay held.
    ///
    /// - Parameter person: who has said so; nil when every lane has been cleared by its readers.
    public func endRestore(at time: Instant, by person: String?) throws {
        try write("cannot end the hold of the restore") { database in
            try database.execute(
                sql: "DELETE FROM node_fact WHERE name = ?", arguments: [NodeDatabase.restoredFact])
            if let person {
                try NodeDatabase.set("restored.confirmed", "\(time) \(person)", in: database)
            }
        }
    }

    /// Whether this party's own receipts were collected from a peer after a restore.
    public func hasReceipts(from peer: PartyID, since restore: Instant) throws -> Bool {
        try time("receipts.back/\(peer)").map { $0 >= restore } ?? false
    }

    /// Remembers that this party's own receipts were collected from a peer after a restore.
    public func noteReceipts(from peer: PartyID, at restore: Instant) throws {
        try note("receipts.back/\(peer)", "\(restore.secondsSinceEpoch)")
    }

    /// Remembers that a reader holds that many entries of an own lane, more than are here.
    public func noteLost(_ lane: String, size: Int) throws { try note(NodeDatabase.lostPrefix + lane, "\(size)") }
}
