import Series

extension ComplianceCount {
    /// The notices that readings of the lanes set off under a provision, by provider, series and reader.
    ///
    /// Only readings that stand in a lane of the manifest can set one off here; corrected ones count as corrected.
    func noticePairs(of provision: Provision) -> [DutyPair] {
        guard provision.kind == .notice, provision.triggers.contains(where: \.isDecidable) else { return [] }
        var pairs: [DutyPair.Key: DutyPair] = [:]
        var seen: Set<SeriesID> = []
        for lane in lanes.values.sorted(by: { $0.origin < $1.origin }) {
            for series in lane.values.keys.sorted() where seen.insert(series).inserted {
                let duties = agreement.triggeredDuties(of: provision, by: lane.observations(of: series))
                for (place, duty) in duties.enumerated()
                where manifest.from <= duty.moment && duty.moment < manifest.until {
                    let next = duties[(place + 1)...].first { $0.covers.first > duty.covers.first }?.covers.first
                    for value in notices(duty, series, until: next ?? manifest.until) {
                        let key = DutyPair.Key(
                            provider: lane.provider, subject: .series(series), reader: value.reader,
                            lane: duty.audience.map { origin(of: lane.provider, $0) })
                        pairs[key, default: DutyPair(clause: provision.clause, key: key)].values.append(value)
                    }
                }
            }
        }
        return pairs.values.sorted { $0.key < $1.key }
    }

    private func notices(_ duty: Duty, _ series: SeriesID, until end: Instant) -> [DueValue] {
        readers(duty.readers).map { reader in
            DueValue(
                clause: duty.clause, series: series, reader: reader, observed: duty.covers.first...duty.covers.last,
                rank: 0, due: duty.due, unknown: duty.unknown, noticeUntil: end)
        }
    }
}

extension JudgedLane {
    /// The standing readings of a series as observations, by observed time.
    fileprivate func observations(of series: SeriesID) -> [Observation] {
        (values[series] ?? []).filter(\.isStanding).map { value in
            let row = value.latest
            return Observation(
                series: series, observed: row.observed, received: row.received, value: row.value, quality: row.quality,
                known: row.known, revision: row.revision, source: origin)
        }
    }
}
