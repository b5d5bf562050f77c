public import Series

/// An observation that the agreement lets this party have: the only way to one is ``Agreement/verify(_:reader:)``.
public struct VerifiedObservation: Hashable, Sendable {
    /// What was reported.
    public let observation: Observation
    /// Where it came from, for messages: a file and line, or a lane and index.
    public let origin: String
    /// The clause that grants it; ``Verdict/ownClause`` for the party's own.
    public let clause: String
}

/// What the agreement says about an observation that came in.
public enum Admission: Hashable, Sendable {
    /// It may be used.
    case admitted(VerifiedObservation)
    /// It may not; the verdict is never `granted`.
    case refused(Verdict)
}

extension Agreement {
    /// Lets in what a reader may have, and answers with the verdict for what it may not.
    public func verify(_ received: ReceivedObservation, reader: PartyID) -> Admission {
        let observation = received.observation
        let verdict = verdict(for: observation.series, reader: reader, at: observation.observed)
        guard let clause = verdict.clause else { return .refused(verdict) }
        return .admitted(VerifiedObservation(observation: observation, origin: received.origin, clause: clause))
    }
}
