import Accord
import River
import Series
import Storage

extension Node {
    // MARK: Partners

    /// The other parties of the agreement on that day, in a neighbour's words: whoever has not joined is never late.
    nonisolated func partners(at now: Instant, received: [SeriesID]) throws -> [PartnerState] {
        let day = now.civil(in: configuration.register.zone(of: party)).date
        let parties = configuration.register.parties.values
            .filter { $0.id != party && $0.kind != .former && $0.validity.contains(day) }.sorted { $0.id < $1.id }
        let duties = recentDuties(at: now)
        return try parties.map { partner in
            var newest: [SeriesID: Instant] = [:]
            for series in received where series.provider == partner.id {
                guard let last = try database.newest(of: series, receivedBy: now)?.observation.observed,
                    access(to: series, at: last) != nil
                else { continue }
                newest[series] = last
            }
            let candidates = candidates(of: partner.id, received: newest.keys.sorted())
            var state = PartnerState(
                party: partner.id, name: partner.name, participation: participation(of: partner),
                lastObservation: newest.values.max(), seriesReceived: newest.count,
                seriesGranted: candidates.count { newest[$0] != nil || access(to: $0, at: now) != nil })
            if state.participation == .joined, let begin = try lineBegin(with: partner.id) {
                let owed = duties.filter { duty in duty.provider == partner.id && duty.due.map { $0 >= begin } ?? false
                }
                state.open = open(owed, candidates: candidates, newest: newest)
                state.lineBegin = begin > Instant(secondsSinceEpoch: 0) ? begin : nil
            }
            return state
        }
    }

    private nonisolated func participation(of partner: Party) -> PartnerState.Participation {
        if configuration.trust.joined.contains(partner.id) { return .joined }
        return partner.kind == .observer ? .observer : .notJoined
    }

    /// What other parties owed this one by a stated time within the last day.
    private nonisolated func recentDuties(at now: Instant) -> [Duty] {
        configuration.agreement.duties(from: now - 86_400, until: now).filter { duty in
            guard duty.kind == .share, duty.due != nil, duty.unknownTerms.isEmpty else { return false }
            switch duty.readers {
            case .parties(let readers)?: return readers.contains(party)
            case .everybody?: return true
            case nil: return false
            }
        }
    }

    /// What of some duties has not come in, clause by clause, what is awaited longest first.
    ///
    /// A series that has not yet reached the last time of a delivery is awaited since that delivery's deadline.
    private nonisolated func open(
        _ duties: [Duty], candidates: Set<SeriesID>, newest: [SeriesID: Instant]
    ) -> [PartnerState.Open] {
        var awaited: [String: [SeriesID: Instant]] = [:]
        for duty in duties {
            guard let due = duty.due else { continue }
            for series in candidates
            where duty.asks(for: series) && newest[series].map({ $0 < duty.covers.last }) ?? true {
                let before = awaited[duty.clause]?[series]
                awaited[duty.clause, default: [:]][series] = min(before ?? due, due)
            }
        }
        let open = awaited.compactMap { clause, series in
            series.values.min().map { PartnerState.Open(clause: clause, since: $0, series: series.count) }
        }
        return open.sorted { ($0.since, $0.clause) < ($1.since, $1.clause) }
    }

    /// The series of the basin that a partner may be expected to deliver.
    private nonisolated func candidates(of partner: PartyID, received: [SeriesID]) -> Set<SeriesID> {
        var candidates = Set(received)
        for station in configuration.basin.stations.values where station.provider == partner {
            for property in station.kind.usualProperties {
                candidates.insert(SeriesID(provider: partner, station: station.id, property: property))
            }
        }
        for pattern in configuration.agreement.provisions.flatMap(\.series) where pattern.provider == partner {
            if let station = pattern.station, let property = pattern.property {
                candidates.insert(SeriesID(provider: partner, station: station, property: property))
            }
        }
        return candidates
    }
}
