public import Series

extension Agreement {
    /// Whether a reader may have the value of a series that was observed at a time.
    ///
    /// A party's own series are always visible to itself. Series with readers `public` are visible to everybody, in force
    /// or not, because their provider publishes them anyway. Everything else needs a clause that covers the series, names
    /// the reader, and holds at the observed time, of two parties that take part at that time. A history clause also
    /// covers what was observed before the agreement began. Where the days in force are not public, what would be granted
    /// is unknown, and what is refused for another reason stays refused.
    ///
    /// - Parameters:
    ///   - at: the observed time of the value: force, season and the parties' validity are judged by it.
    ///   - now: the time at which the value would be handed over; nil leaves minimum delays out of account.
    public func verdict(for series: SeriesID, reader: PartyID, at: Instant, now: Instant? = nil) -> Verdict {
        if reader == series.provider { return .granted(clause: Verdict.ownClause) }
        let standings = provisionsAbout(series).map {
            (provisions[$0], standing(of: provisions[$0], for: series, at: at, now: now))
        }
        for (provision, standing) in standings where provision.readers == .everybody {
            if case .grants = standing { return .granted(clause: provision.clause) }
        }
        let verdict = verdict(of: standings, series: series, reader: reader, at: at)
        if verdict.isGranted, undisclosed.contains(.force) { return .unknown(.documentTermNotPublic(term: .force)) }
        return verdict
    }

    /// The places of the provisions that grant the series or may do so, in the order of the document.
    ///
    /// Places, because copying a provision costs more than passing over it.
    func provisionsAbout(_ series: SeriesID) -> [Int] {
        provisions.indices.filter { place in
            guard provisions[place].grantsSeries else { return false }
            return provisions[place].series.isEmpty || provisions[place].series.contains { $0.matches(series) }
        }
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
        if let history = provision.history, observed < history.start {
            return .refuses(.beforeHistory(clause: provision.clause, since: history.since))
        }
        if let term = openTerm(of: provision, coversSeries: covers) { return .open(term) }
        if let delay = provision.minimumDelayMinutes, let now, now < observed + Int64(delay) * 60 {
            return .refuses(.heldBack(clause: provision.clause, until: observed + Int64(delay) * 60))
        }
        return .grants
    }

    /// The term of a provision that is not public and without which it grants nothing; nil when there is none.
    func openTerm(of provision: Provision, coversSeries: Bool) -> Term? {
        [Term.series, .season, .readers].first {
            provision.undisclosed.contains($0) && !($0 == .series && coversSeries)
        }
    }

    /// The first moment in force; nil when the agreement states none.
    var beginningOfForce: Instant? {
        guard let force, let from = force.validity.from else { return nil }
        return Instant(from, offset: force.zone.offset)
    }

    /// The time by which force and parties are judged: the observed time, and for a history clause not before the
    /// agreement began.
    func judgedTime(of observed: Instant, by provision: Provision) -> Instant {
        guard provision.history != nil, let begin = beginningOfForce else { return observed }
        return max(observed, begin)
    }

    /// Those of a clause's readers that take part at a time, without the provider; nil when nobody is left.
    func present(_ readers: Readers, without provider: PartyID?, at judged: Instant) -> Readers? {
        guard case .parties(let parties) = readers else { return readers }
        return Readers(parties.filter { $0 != provider && partyRefusal($0, at: judged, isReader: true) == nil })
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

    /// Why nothing passes from a provider to a reader at a time; nil while something may.
    private func refusal(from provider: PartyID, to reader: PartyID, at judged: Instant) -> RefusalReason? {
        forceRefusal(at: judged) ?? partyRefusal(provider, at: judged, isReader: false)
            ?? partyRefusal(reader, at: judged, isReader: true)
    }

    /// The first clause that grants; else why nothing can; else what is not public; else the refusal nearest to a grant.
    private func verdict(
        of standings: [(Provision, Standing)], series: SeriesID, reader: PartyID, at observed: Instant
    ) -> Verdict {
        var open: UnknownReason?
        var timed: RefusalReason?
        var others: RefusalReason?
        for (provision, standing) in standings {
            let isReader = provision.readers?.contains(reader)
            switch standing {
            case .apart: continue
            case .grants where isReader == true:
                let judged = judgedTime(of: observed, by: provision)
                if refusal(from: series.provider, to: reader, at: judged) == nil {
                    return .granted(clause: provision.clause)
                }
            case .open(let term) where isReader != false:
                open = open ?? .termNotPublic(clause: provision.clause, term: term)
            case .refuses(let reason) where isReader == true: timed = timed ?? reason
            default:
                others = others ?? .readerNotListed(series: series, reader: reader, clause: provision.clause)
            }
        }
        if let refusal = refusal(from: series.provider, to: reader, at: observed) { return .refused(refusal) }
        if let open { return .unknown(open) }
        return .refused(timed ?? others ?? .notListed(series: series))
    }
}
