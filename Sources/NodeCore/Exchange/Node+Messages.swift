public import Accord
public import Storage

/// What became of a message that somebody wanted to send.
public enum DispatchOutcome: Hashable, Sendable {
    /// It stands in these lanes, at these indices, by origin.
    case sent([String: Int])
    /// The agreement has no such clause, or it does not let this party send such a message.
    case noSuchClause(String)
    /// Nothing stands there that could be taken back.
    case nothingThere
}

/// A message cannot be sent now: its lane is held after a restore.
public struct LaneHeld: Error, Hashable, Sendable, CustomStringConvertible {
    /// The lane's origin.
    public let lane: String
    /// Why.
    public let hold: LaneHold

    /// What is wrong and what to do, for people at the command line, in English.
    public var description: String {
        "nothing can be sent into \(lane): \(hold.sentence) - let the node pull from them"
    }
}

extension Node {
    /// Sends a message under a clause into the lane of that clause's readers; a person has signed it.
    ///
    /// - Parameters:
    ///   - entry: a notice, a warning or a forecast that names the clause.
    ///   - person: who sends it.
    public func send(_ entry: LaneEntry, by person: String) throws -> DispatchOutcome {
        let clause: String
        switch entry {
        case .notice(let notice): clause = notice.clause
        case .warning(let warning): clause = warning.clause
        case .forecast(let forecast): clause = forecast.clause
        case .observations, .manifest, .tombstone, .drill, .clock, .register: return .noSuchClause("")
        }
        guard let provision = configuration.agreement.provision(clause),
            provision.kind == .notice || provision.kind == .share,
            let place = place(of: provision)
        else { return .noSuchClause(clause) }
        return .sent([place.origin: try append(entry, to: place, clause: clause, by: person)])
    }

    /// Takes back an entry of an own lane, or one row of it, by a clause of the agreement; it stays in the history.
    public func withdraw(
        lane origin: String, index: Int, offset: Int? = nil, clause: String, reason: String, by person: String
    ) throws -> DispatchOutcome {
        guard configuration.agreement.provision(clause) != nil else { return .noSuchClause(clause) }
        guard let place = ownPlaces.first(where: { $0.origin == origin }), index >= 0,
            let entry = try database.laneEntries(origin, from: index, before: index + 1).first
        else { return .nothingThere }
        if let offset {
            guard case .observations(let rows)? = try? LaneEntry(entry.bytes), rows.indices.contains(offset) else {
                return .nothingThere
            }
        }
        let tombstone = Tombstone(
            clause: clause, index: index, offset: offset, reason: reason, issued: effects.now())
        return .sent([origin: try append(.tombstone(tombstone), to: place, clause: clause, by: person)])
    }

    func place(of provision: Provision) -> LanePlace? {
        let agreement = configuration.agreement
        return agreement.audience(of: provision, by: party, at: effects.now()).map {
            LanePlace(party: party, agreement: agreement.id, audience: $0)
        }
    }

    func append(_ entry: LaneEntry, to place: LanePlace, clause: String, by person: String) throws -> Int {
        try append([entry], to: place, clause: clause, by: person)
    }

    /// Appends entries to an own lane, all or none.
    ///
    /// - Parameter message: the kept message that they are; it is noted with them.
    /// - Returns: the index of the first.
    func append(
        _ entries: [LaneEntry], to place: LanePlace, clause: String, by person: String, message: Int64? = nil
    ) throws -> Int {
        let now = effects.now()
        if let hold = try database.hold(of: place.origin) { throw LaneHeld(lane: place.origin, hold: hold) }
        let approval = try database.note(.once, pattern: "\(party)/*/*", clause: clause, by: person, at: now)
        return try database.append(
            try entries.map { SealedEntry(try $0.encoded()) }, to: place.origin, approval: approval,
            sealing: sealing(at: now), message: message)
    }
}
