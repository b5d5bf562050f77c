public import Accord
import Series
public import Storage

extension Node {
    // MARK: The gate

    /// Reads what people have said when it has changed, in this process or another.
    func readGateRules() throws {
        let version = try database.gateWordsVersion() ?? ""
        guard gateVersion != version else { return }
        gate.rules = try database.gateApprovals(holdingOnly: true).compactMap { GateRule($0) }
        gateVersion = version
        desks = [:]
    }

    /// Everything that a person has said about what may leave, oldest first.
    public nonisolated func approvals() throws -> [GateApproval] { try database.gateApprovals() }

    /// What waits at the gate: for a delay, for a person, or on hold.
    public nonisolated func gateQueue(limit: Int = 10_000) throws -> [GateQueueItem] {
        try database.gateQueue(limit: limit)
    }

    /// Takes a person's word about series: they leave without asking again, are asked about, or stay; what waits follows.
    ///
    /// - Parameters:
    ///   - mode: ``GateApproval/Mode/standing``, `ask` or `hold`.
    ///   - pattern: which series; only own ones ever leave.
    ///   - clause: under which clause; nil for every clause that grants them.
    ///   - person: who says so.
    /// - Returns: what changed of what waits. What has left stays with its readers.
    /// - Throws: ``GateRefusal`` where the word would concern nothing.
    @discardableResult
    public func say(
        _ mode: GateApproval.Mode, of pattern: SeriesPattern, clause: String? = nil, by person: String
    ) throws -> GateReview {
        precondition(mode != .once, "a word about series stands")
        try expectName(person)
        if let refusal = gate.refusal(of: pattern, clause: clause, in: configuration.basin) { throw refusal }
        _ = try database.note(mode, pattern: pattern.description, clause: clause, by: person, at: effects.now())
        return try reviewGate()
    }

    /// Takes a standing approval, a hold or a question back. What has left cannot be called back.
    ///
    /// - Returns: what changed of what waits.
    /// - Throws: ``GateRefusal`` where no such word stands.
    @discardableResult
    public func takeBack(_ approval: Int64, by person: String) throws -> GateReview {
        try expectName(person)
        let standing = try database.gateApprovals(holdingOnly: true)
        guard standing.contains(where: { $0.id == approval }),
            try database.endApproval(approval, by: person, at: effects.now())
        else { throw GateRefusal.noSuchWord(approval) }
        return try reviewGate()
    }

    private func reviewGate() throws -> GateReview {
        try readGateRules()
        let gate = gate
        return try database.reviewGate { gate.word(on: $0, clause: $1) }
    }

    /// Lets one waiting item leave, as soon as its delay has passed, or holds it.
    ///
    /// - Returns: whether such an item waited.
    public func decide(_ mode: GateApproval.Mode, on item: GateQueueItem, by person: String) throws -> Bool {
        precondition(mode == .once || mode == .hold, "one item leaves once or is held")
        try expectName(person)
        let observation = item.observation
        return try database.decide(
            mode, series: observation.series, observed: observation.observed, revision: observation.revision,
            lane: item.lane, by: person, at: effects.now())
    }

    private func expectName(_ person: String) throws(GateRefusal) {
        if person.allSatisfy(\.isWhitespace) { throw .noName }
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
