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
    /// split it. A provision without a rhythm asks for nothing at a fixed time. Where the rhythm is not public, one duty
    /// a provider covers what lies in the period and says so; another term that is not public marks every duty.
    ///
    /// - Parameters:
    ///   - from: the first moment of the period.
    ///   - until: the first moment after it.
    public func duties(of provision: Provision, from: Instant, until: Instant) -> [Duty] {
        guard provision.grantsSeries, from < until else { return [] }
        let deliveries = deliveries(of: provision, from: from, until: until)
        guard !deliveries.isEmpty else { return [] }
        let unknown = firstUnknownTerm(of: provision)
        var duties: [Duty] = []
        for provider in providers(of: provision) {
            let patterns = provision.series.compactMap { $0.narrowed(to: provider) }
            let audience = provision.readers.flatMap { $0.without(provider) }.map(Audience.init)
            for delivery in deliveries {
                for part in owedParts(of: delivery.covers, provision: provision, provider: provider) {
                    duties.append(
                        Duty(
                            clause: provision.clause, provider: provider, series: patterns, readers: part.readers,
                            audience: audience, covers: part.covers, due: delivery.due, zone: delivery.zone,
                            unknown: unknown))
                }
            }
        }
        return duties.sorted()
    }

    /// Who owes what a provision asks for: the parties that its series name; for `*` every signatory; where the series
    /// are not public, the responsible parties that are not readers, else nobody that is named.
    private func providers(of provision: Provision) -> [PartyID?] {
        if provision.series.isEmpty {
            let named = Set(provision.responsible.map(\.party)).filter { provision.readers?.contains($0) != true }
            return named.isEmpty ? [nil] : named.sorted()
        }
        let named = provision.series.flatMap { $0.provider.map { [$0] } ?? signatories }
        return Set(named).sorted()
    }

    /// The first term without which nobody can tell whether the duties of a provision are met.
    private func firstUnknownTerm(of provision: Provision) -> Term? {
        if undisclosed.contains(.force) { return .force }
        return [Term.series, .readers, .season, .rhythm, .deadline].first { provision.undisclosed.contains($0) }
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
        if forceRefusal(at: observed) != nil { return nil }
        if let provider, partyRefusal(provider, at: observed, isReader: false) != nil { return nil }
        switch provision.readers {
        case nil: return provision.undisclosed.contains(.readers) ? Owed(readers: nil) : nil
        case .everybody: return Owed(readers: .everybody)
        case .parties(let parties):
            let present = parties.filter {
                $0 != provider && partyRefusal($0, at: observed, isReader: true) == nil
            }
            return Readers(present).map { Owed(readers: $0) }
        }
    }
}

extension Coverage {
    /// The coverage as pieces in which no day ends in any of the zones, UTC among them.
    fileprivate func pieces(splitAtMidnightsOf zones: [NamedZone?]) -> [Coverage] {
        switch self {
        case .each(let instants): return instants.map { .each([$0]) }
        case .within(let span):
            let offsets = Set(zones.map { $0?.offset ?? .zero } + [.zero])
            var cuts: Set<Instant> = []
            for offset in offsets {
                var day = span.lowerBound.civil(in: offset).date.daysSinceEpoch + 1
                while true {
                    let midnight = Instant(CivilDate(daysSinceEpoch: day), offset: offset)
                    guard midnight <= span.upperBound else { break }
                    cuts.insert(midnight)
                    day += 1
                }
            }
            let starts = [span.lowerBound] + cuts.filter { $0 > span.lowerBound }.sorted()
            return starts.enumerated().map { index, start in
                .within(start...(index + 1 < starts.count ? starts[index + 1] - 1 : span.upperBound))
            }
        }
    }

    /// Two coverages as one; nil when a gap lies between two spans.
    fileprivate func joined(with next: Coverage) -> Coverage? {
        switch (self, next) {
        case (.each(let left), .each(let right)): .each(left + right)
        case (.within(let left), .within(let right)) where left.upperBound + 1 == right.lowerBound:
            .within(left.lowerBound...right.upperBound)
        default: nil
        }
    }
}
