public import Series

extension Agreement {
    /// Whether a reader may have the value of a series that was observed at a time.
    ///
    /// A party's own series are always visible to itself. Series with readers `public` are visible to everybody, in force
    /// or not, because their provider publishes them anyway. Everything else needs a clause that covers the series, names
    /// the reader, and holds at the observed time, of two parties that take part at that time.
    ///
    /// - Parameters:
    ///   - at: the observed time of the value: force, season and the parties' validity are judged by it.
    ///   - now: the time at which the value would be handed over; nil leaves minimum delays out of account.
    public func verdict(for series: SeriesID, reader: PartyID, at: Instant, now: Instant? = nil) -> Verdict {
        if reader == series.provider { return .granted(clause: Verdict.ownClause) }
        let standings = provisions.filter(\.grantsSeries).map {
            ($0, standing(of: $0, for: series, at: at, now: now))
        }
        for (provision, standing) in standings where provision.readers == .everybody {
            if case .grants = standing { return .granted(clause: provision.clause) }
        }
        if undisclosed.contains(.force) { return .unknown(.documentTermNotPublic(term: .force)) }
        if let refusal = forceRefusal(at: at) ?? partyRefusal(series.provider, at: at, isReader: false)
            ?? partyRefusal(reader, at: at, isReader: true)
        {
            return .refused(refusal)
        }
        return verdict(of: standings, series: series, reader: reader)
    }

    /// How one provision stands to a value, before its readers are looked at.
    enum Standing {
        /// It does not cover the series.
        case apart
        /// It covers the series and holds.
        case grants
        /// It covers the series and does not hold at the time.
        case refuses(RefusalReason)
        /// It may cover the series; a term is not public.
        case open(Term)
    }

    /// How a provision stands to a value of a series.
    func standing(of provision: Provision, for series: SeriesID, at observed: Instant, now: Instant?) -> Standing {
        let covers = provision.series.contains { $0.matches(series) }
        let isOpen = provision.series.isEmpty && provision.undisclosed.contains(.series)
        guard covers || isOpen else { return .apart }
        if let season = provision.season, !season.contains(observed) {
            return .refuses(.outOfSeason(clause: provision.clause, season: season))
        }
        for term in [Term.series, .season, .readers] where provision.undisclosed.contains(term) {
            if term == .series && covers { continue }
            return .open(term)
        }
        if let delay = provision.minimumDelayMinutes, let now, now < observed + Int64(delay) * 60 {
            return .refuses(.heldBack(clause: provision.clause, until: observed + Int64(delay) * 60))
        }
        return .grants
    }

    /// Why nothing holds at a time; nil while the agreement is in force.
    func forceRefusal(at observed: Instant) -> RefusalReason? {
        guard let force else { return nil }
        let day = observed.civil(in: force.zone.offset).date
        if let from = force.validity.from, day < from { return .notYetInForce(from: from) }
        if let until = force.validity.until, day >= until { return .expired(until: until) }
        return nil
    }

    /// Why a party has no part at a time; nil while it has.
    func partyRefusal(_ id: PartyID, at observed: Instant, isReader: Bool) -> RefusalReason? {
        guard let party = party(id) else {
            return isReader ? .readerNotParty(reader: id) : .providerNotParty(provider: id)
        }
        let day = observed.civil(in: force?.zone.offset ?? .zero).date
        return party.validity.contains(day) ? nil : .partyNotValid(party: id)
    }

    /// The first clause that grants; else what is not public; else the refusal nearest to a grant.
    private func verdict(
        of standings: [(Provision, Standing)], series: SeriesID, reader: PartyID
    ) -> Verdict {
        var open: UnknownReason?
        var timed: RefusalReason?
        var others: RefusalReason?
        for (provision, standing) in standings {
            let isReader = provision.readers?.contains(reader)
            switch standing {
            case .apart: continue
            case .grants where isReader == true: return .granted(clause: provision.clause)
            case .open(let term) where isReader != false:
                open = open ?? .termNotPublic(clause: provision.clause, term: term)
            case .refuses(let reason) where isReader == true: timed = timed ?? reason
            default:
                others = others ?? .readerNotListed(series: series, reader: reader, clause: provision.clause)
            }
        }
        if let open { return .unknown(open) }
        return .refused(timed ?? others ?? .notListed(series: series))
    }
}
