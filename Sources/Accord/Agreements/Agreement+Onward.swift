public import Series

extension Agreement {
    /// Whether a party that has the value of a series from its provider may pass it on to another reader.
    ///
    /// The provider itself is answered by ``verdict(for:reader:at:now:)``, and so is a reader that may have the value from
    /// the provider anyway. Else the clauses by which the holder has the value decide, the most open of them: what their
    /// redistribution says, nobody where they say nothing, unknown where it is not public.
    ///
    /// - Parameters:
    ///   - series: the series of the value.
    ///   - holder: who has the value and would pass it on.
    ///   - reader: who would get it.
    ///   - observed: the observed time of the value.
    ///   - now: the time at which the value would be handed over; nil leaves minimum delays out of account.
    public func onwardVerdict(
        for series: SeriesID, heldBy holder: PartyID, to reader: PartyID, at observed: Instant, now: Instant? = nil
    ) -> Verdict {
        let direct = verdict(for: series, reader: reader, at: observed, now: now)
        if direct.isGranted || holder == series.provider { return direct }
        let held = verdict(for: series, reader: holder, at: observed, now: now)
        guard held.isGranted else {
            if case .unknown = held { return held }
            return .refused(.holderNotGranted(series: series, holder: holder))
        }
        let isSignatory = party(reader)?.role == .signatory && partyRefusal(reader, at: observed, isReader: true) == nil
        var closed: RefusalReason?
        var open: UnknownReason?
        for provision in grantingProvisions(series, to: holder, at: observed, now: now) {
            let clause = provision.clause
            switch provision.redistribution {
            case .everybody: return .granted(clause: clause)
            case .parties where isSignatory: return .granted(clause: clause)
            case .parties:
                if case .onwardToSignatoriesOnly = closed { continue }
                closed = .onwardToSignatoriesOnly(clause: clause, reader: reader)
            case nil where provision.undisclosed.contains(.redistribution):
                open = open ?? .termNotPublic(clause: clause, term: .redistribution)
            case nil, .some(.none):
                closed = closed ?? .onwardNotAllowed(clause: clause, holder: holder, reader: reader)
            }
        }
        if let open { return .unknown(open) }
        return .refused(closed ?? .holderNotGranted(series: series, holder: holder))
    }

    /// The clauses that grant a value to a party of which the verdict is already yes, in the order of the document.
    private func grantingProvisions(
        _ series: SeriesID, to holder: PartyID, at observed: Instant, now: Instant?
    ) -> [Provision] {
        provisions.filter { provision in
            guard provision.grantsSeries,
                case .grants = standing(of: provision, for: series, at: observed, now: now)
            else { return false }
            let judged = judgedTime(of: observed, by: provision)
            return audience(of: provision, by: series.provider, at: judged)?.readers.contains(holder) == true
        }
    }
}
