public import Series

extension Agreement {
    /// What is due in a period by every provision, earliest first.
    ///
    /// See ``duties(of:from:until:)``.
    public func duties(from: Instant, until: Instant) -> [Duty] {
        provisions.flatMap { duties(of: $0, from: from, until: until) }.sorted()
    }

    /// The deliveries of a provision that are due in a period, earliest first.
    ///
    /// A delivery belongs to the period by its deadline, and by the last observed time that it covers where it has none.
    /// Every covered time is judged by itself: it is owed only inside the season (midnight as the season's zone has it),
    /// while the agreement is in force, and between parties that take part; readers that come or go inside a delivery
    /// split it. A provision without a rhythm asks for nothing at a fixed time. Where the rhythm, or the threshold of a
    /// notice, is not public, one duty a provider covers what lies in the period and says so; another term that is not
    /// public marks every duty. What readings set off is told by ``triggeredDuties(of:by:)``.
    ///
    /// - Parameters:
    ///   - from: the first moment of the period.
    ///   - until: the first moment after it.
    public func duties(of provision: Provision, from: Instant, until: Instant) -> [Duty] {
        guard from < until else { return [] }
        let deliveries = deliveries(of: provision, from: from, until: until)
        guard !deliveries.isEmpty else { return [] }
        let unknown = unknownTerms(of: provision)
        return providers(of: provision).flatMap { provider in
            deliveries.flatMap { duties(of: provision, for: $0, by: provider, unknown: unknown) }
        }.sorted()
    }

    /// The notices that the readings of one series set off, earliest first.
    ///
    /// Each is due so many minutes after the reading that sets it off as the provision says, and marked where the deadline
    /// is not public. A trigger whose numbers are not public sets nothing off here.
    ///
    /// - Parameter readings: of one series, in the order of their observed times.
    public func triggeredDuties(of provision: Provision, by readings: [Observation]) -> [Duty] {
        guard let series = readings.first?.series else { return [] }
        let onsets = provision.triggers.filter { $0.series.matches(series) }.flatMap { $0.onsets(in: readings) }
        let unknown = unknownTerms(of: provision, apartFrom: .threshold)
        return Set(onsets).sorted().flatMap { onset in
            let due = provision.deadlineMinutes.map { onset + Int64($0) * 60 }
            let notice = Delivery(covers: .each([onset]), due: due, zone: nil)
            return duties(of: provision, for: notice, by: series.provider, unknown: unknown)
        }
    }

    /// A delivery as one provider owes it, split where the readers change.
    private func duties(
        of provision: Provision, for delivery: Delivery, by provider: PartyID?, unknown: [Term]
    ) -> [Duty] {
        let patterns = (provision.series + provision.triggers.map(\.series)).compactMap { $0.narrowed(to: provider) }
        var seen: Set<SeriesPattern> = []
        let series = patterns.filter { seen.insert($0).inserted }
        return owedParts(of: delivery.covers, provision: provision, provider: provider).map { part in
            Duty(
                clause: provision.clause, kind: provision.kind, provider: provider, series: series,
                readers: part.readers, covers: part.covers, due: delivery.due, zone: delivery.zone,
                unknownTerms: unknown)
        }
    }

    /// Who owes what a provision asks for: the parties that its series name; for `*` every signatory; where the series
    /// are not public, the responsible parties that are not readers, else nobody that is named.
    private func providers(of provision: Provision) -> [PartyID?] {
        let patterns = provision.series + provision.triggers.map(\.series)
        guard patterns.isEmpty else {
            return Set(patterns.flatMap { $0.provider.map { [$0] } ?? signatories }).sorted()
        }
        let named = Set(provision.responsible.map(\.party)).filter { provision.readers?.contains($0) != true }
        return named.isEmpty ? [nil] : named.sorted()
    }

    /// The terms without which nobody can tell whether the duties of a provision are met.
    private func unknownTerms(of provision: Provision, apartFrom known: Term? = nil) -> [Term] {
        let isHidden = provision.triggers.contains { !$0.isDecidable }
        let terms = [Term.series, .readers, .season, .rhythm, .threshold, .deadline].filter { term in
            term != known && (provision.undisclosed.contains(term) || (term == .threshold && isHidden))
        }
        return undisclosed.contains(.force) ? [.force] + terms : terms
    }

    /// A part of a delivery in which the same readers are owed.
    private struct OwedPart {
        var covers: Coverage
        let readers: Readers?
    }

    private func owedParts(of covers: Coverage, provision: Provision, provider: PartyID?) -> [OwedPart] {
        var parts: [OwedPart] = []
        for piece in covers.pieces(splitAtMidnightsOf: [provision.season?.zone, force?.zone]) {
            guard let owed = owed(provision, by: provider, at: piece.first) else { continue }
            if let last = parts.last, last.readers == owed.readers, let joined = last.covers.joined(with: piece) {
                parts[parts.count - 1].covers = joined
            } else {
                parts.append(OwedPart(covers: piece, readers: owed.readers))
            }
        }
        return parts
    }

    /// To whom something is owed; nil readers are not public.
    private struct Owed {
        let readers: Readers?
    }

    /// To whom a value observed at a time is owed; nil when it is owed to nobody.
    private func owed(_ provision: Provision, by provider: PartyID?, at observed: Instant) -> Owed? {
        if let season = provision.season, !season.contains(observed) { return nil }
        if let history = provision.history, observed < history.start { return nil }
        let judged = judgedTime(of: observed, by: provision)
        if forceRefusal(at: judged) != nil { return nil }
        if let provider, partyRefusal(provider, at: judged, isReader: false) != nil { return nil }
        guard let readers = provision.readers else {
            return provision.undisclosed.contains(.readers) ? Owed(readers: nil) : nil
        }
        return present(readers, without: provider, at: judged).map { Owed(readers: $0) }
    }
}

extension Coverage {
    /// The coverage as pieces in which no day ends in any of the zones, UTC among them.
    fileprivate func pieces(splitAtMidnightsOf zones: [NamedZone?]) -> [Coverage] {
        guard case .within(let span, let least) = self else {
            guard case .each(let instants) = self else { return [] }
            return instants.map { .each([$0]) }
        }
        var cuts: Set<Instant> = []
        for offset in Set(zones.map { $0?.offset ?? .zero } + [.zero]) {
            var day = span.lowerBound.civil(in: offset).date.daysSinceEpoch + 1
            while true {
                let midnight = Instant(CivilDate(daysSinceEpoch: day), offset: offset)
                guard midnight <= span.upperBound else { break }
                cuts.insert(midnight)
                day += 1
            }
        }
        let starts = [span.lowerBound] + cuts.sorted()
        return starts.enumerated().map { index, start in
            .within(start...(index + 1 < starts.count ? starts[index + 1] - 1 : span.upperBound), least: least)
        }
    }

    /// Two coverages as one; nil when a gap lies between two spans.
    fileprivate func joined(with next: Coverage) -> Coverage? {
        switch (self, next) {
        case (.each(let left), .each(let right)): .each(left + right)
        case (.within(let left, let least), .within(let right, _)) where left.upperBound + 1 == right.lowerBound:
            .within(left.lowerBound...right.upperBound, least: least)
        default: nil
        }
    }
}
