public import Accord
import Series
public import Storage

extension Node {
    // MARK: The gate

    /// Reads what people have said, once.
    func readGateRules() throws {
        guard !gateIsRead else { return }
        try readGateRulesAgain()
    }

    private func readGateRulesAgain() throws {
        gate.rules = try database.gateApprovals(holdingOnly: true).compactMap { GateRule($0) }
        gateIsRead = true
        desks = [:]
    }

    /// Everything that a person has said about what may leave, oldest first.
    public nonisolated func approvals() throws -> [GateApproval] { try database.gateApprovals() }

    /// What waits at the gate: for a delay, for a person, or on hold.
    public nonisolated func gateQueue(limit: Int = 10_000) throws -> [GateQueueItem] {
        try database.gateQueue(limit: limit)
    }

    /// Lets every observation of a pattern leave from now on without asking again, and what waits of it too.
    ///
    /// - Parameters:
    ///   - pattern: which series; only own ones ever leave.
    ///   - clause: under which clause; nil for every clause that grants them.
    ///   - person: who says so.
    /// - Returns: how many waiting items it lets go.
    @discardableResult
    public func approveStanding(_ pattern: SeriesPattern, clause: String? = nil, by person: String) throws -> Int {
        let id = try database.note(
            .standing, pattern: pattern.description, clause: clause, by: person, at: effects.now())
        try readGateRulesAgain()
        let gate = gate
        return try database.apply(id) { series, itsClause in
            pattern.matches(series) && (clause == nil || clause == itsClause)
                && gate.plan(for: series).words[itsClause] == .approved(id)
        }
    }

    /// Lets nothing of a pattern leave, or asks a person each time, until that is taken back.
    public func restrict(
        _ mode: GateApproval.Mode, _ pattern: SeriesPattern, clause: String? = nil, by person: String
    ) throws {
        precondition(mode == .hold || mode == .ask, "a restriction holds or asks")
        _ = try database.note(mode, pattern: pattern.description, clause: clause, by: person, at: effects.now())
        try readGateRulesAgain()
    }

    /// Takes a standing approval, a hold or a question back. What has left cannot be called back.
    ///
    /// - Returns: whether it held until now.
    public func takeBack(_ approval: Int64, by person: String) throws -> Bool {
        guard let known = try database.gateApprovals(holdingOnly: true).first(where: { $0.id == approval }) else {
            return false
        }
        let wasHolding = try database.endApproval(approval, by: person, at: effects.now())
        try readGateRulesAgain()
        if known.mode == .hold, let rule = GateRule(known) {
            try database.askAgain { rule.covers($0, clause: $1) }
            for standing in gate.rules where standing.mode == .standing {
                let gate = gate
                _ = try database.apply(standing.id) { gate.plan(for: $0).words[$1] == .approved(standing.id) }
            }
        }
        return wasHolding
    }

    /// Lets one waiting item leave, as soon as its delay has passed, or holds it.
    ///
    /// - Returns: whether such an item waited.
    public func decide(_ mode: GateApproval.Mode, on item: GateQueueItem, by person: String) throws -> Bool {
        precondition(mode == .once || mode == .hold, "one item leaves once or is held")
        let observation = item.observation
        return try database.decide(
            mode, series: observation.series, observed: observation.observed, revision: observation.revision,
            lane: item.lane, by: person, at: effects.now())
    }

    /// How observations become entries at a time, and how the new end of a lane is signed.
    func sealing(at now: Instant) -> LaneSealing {
        let (gate, signer) = (gate, configuration.signer)
        return LaneSealing(
            now: now,
            entries: { departure, observations in
                let step = gate.rounding(of: departure.clause)
                let leaving = step.map { step in observations.map { $0.rounded(to: step) } } ?? observations
                return try LaneEntry.entries(leaving).map { SealedEntry($0) }
            }, checkpoint: { try signer.checkpoint($0, $1, $2) })
    }
}
