import Series

/// The compliance report of an agreement under a manifest: a pure function of the two and of what the manifest names.
///
/// Every node that holds what the manifest names makes the same report; whatever else it holds does not count. A replay's
/// manifest applies the agreement as if it were in force.
///
/// - Parameter evidence: what the node holds, in any order.
/// - Throws: ``EvidenceRefusal`` that names all that is missing.
public func compliance(
    of agreement: Agreement, under manifest: EvidenceManifest, evidence: [LaneEvidence]
) throws(EvidenceRefusal) -> ComplianceReport {
    let held = "\(agreement.id) \(agreement.identity)"
    let named = "\(manifest.agreement) \(manifest.identity)"
    guard named == held else { throw EvidenceRefusal(missing: [.agreement(named: named, held: held)]) }
    let lanes = try manifest.selection(of: evidence)
    return ComplianceCount(
        agreement: manifest.isSimulated ? agreement.asIfInForce : agreement, manifest: manifest, lanes: lanes
    ).report()
}

/// Counts what was due under every provision.
struct ComplianceCount {
    let agreement: Agreement
    let manifest: EvidenceManifest
    let lanes: [String: JudgedLane]
    let joined: Set<PartyID>
    let reasons: AgreedReasons

    init(agreement: Agreement, manifest: EvidenceManifest, lanes: [JudgedLane]) {
        self.agreement = agreement
        self.manifest = manifest
        self.lanes = Dictionary(uniqueKeysWithValues: lanes.map { ($0.origin, $0) })
        joined = Set(lanes.filter { $0.size > 0 }.map(\.provider))
            .union(manifest.lanes.flatMap { $0.receipts.map(\.reader) })
        reasons = AgreedReasons(agreement: agreement, lanes: lanes)
    }

    func report() -> ComplianceReport {
        var provisions: [ProvisionState] = []
        var rows: [ComplianceRow] = []
        var findings: [ComplianceFinding] = []
        var provided: [PartyID: ComplianceCounts] = [:]
        var received: [PartyID: ComplianceCounts] = [:]
        for provision in agreement.provisions {
            let zone = zone(of: provision)
            var total = ComplianceCounts()
            for pair in pairs(of: provision) {
                let judged = judge(pair)
                findings += judged.findings(pair)
                let own = judged.rows(
                    pair, zone: zone, readings: provision.grantsSeries ? readings(of: pair, zone: zone) : [:])
                rows += own
                guard let whole = own.last?.counts else { continue }
                total.add(whole)
                if let provider = pair.provider { provided[provider, default: ComplianceCounts()].add(whole) }
                if case .party(let reader) = pair.reader { received[reader, default: ComplianceCounts()].add(whole) }
            }
            provisions.append(state(of: provision, zone: zone, counts: total))
        }
        let parties = agreement.parties.map(\.id).sorted().map { party in
            PartyState(
                party: party, isJoined: joined.contains(party), provided: provided[party] ?? ComplianceCounts(),
                received: received[party] ?? ComplianceCounts())
        }
        return ComplianceReport(
            agreement: agreement, manifest: manifest, provisions: provisions, parties: parties, rows: rows,
            findings: findings)
    }

    /// The zone in which a provision counts its months: of its deadlines, its season, the agreement's force, else UTC.
    private func zone(of provision: Provision) -> NamedZone {
        if case .clock(let deliveries)? = provision.rhythm, let first = deliveries.first { return first.zone }
        return provision.season?.zone ?? agreement.force?.zone ?? NamedZone(name: "utc", offset: .zero)
    }

    /// All pairs of a provision with what is due between them, by provider, series and reader.
    private func pairs(of provision: Provision) -> [DutyPair] {
        guard provision.grantsSeries else { return noticePairs(of: provision) }
        var pairs: [DutyPair.Key: DutyPair] = [:]
        for duty in agreement.duties(of: provision, from: manifest.from, until: manifest.until) {
            let lane = duty.provider.flatMap { provider in duty.audience.map { origin(of: provider, $0) } }
            for subject in subjects(of: duty.series, lane: lane) {
                for reader in readers(duty.readers) {
                    let key = DutyPair.Key(provider: duty.provider, subject: subject, reader: reader, lane: lane)
                    pairs[key, default: DutyPair(clause: provision.clause, key: key)].values +=
                        values(of: duty, series: subject.series, reader: reader)
                }
            }
        }
        for key in grants(of: provision) where pairs[key] == nil {
            pairs[key] = DutyPair(clause: provision.clause, key: key)
        }
        return pairs.values.sorted { $0.key < $1.key }
    }

    /// The pairs for which the lanes hold readings under a provision, due or not.
    private func grants(of provision: Provision) -> [DutyPair.Key] {
        guard provision.kind == .share else { return [] }
        return lanes.values.flatMap { lane -> [DutyPair.Key] in
            let audience = [manifest.from, manifest.until - 1].compactMap {
                agreement.audience(of: provision, by: lane.provider, at: $0)
            }.first { origin(of: lane.provider, $0) == lane.origin }
            let covered = lane.values.keys.filter { series in provision.series.contains { $0.matches(series) } }
            guard let audience, !covered.isEmpty else { return [] }
            return covered.flatMap { series in
                readers(audience.readers).map {
                    DutyPair.Key(provider: lane.provider, subject: .series(series), reader: $0, lane: lane.origin)
                }
            }
        }
    }

    func origin(of provider: PartyID, _ audience: Audience) -> String {
        "riparian/\(provider)/\(agreement.id)/\(audience)"
    }

    func readers(_ readers: Readers?) -> [DutyReader] {
        switch readers {
        case nil: [.undisclosed]
        case .everybody: [.everybody]
        case .parties(let parties): parties.map { .party($0) }
        }
    }

    /// The series of patterns: named ones, and of those with `*` the ones that the lane holds.
    private func subjects(of patterns: [SeriesPattern], lane: String?) -> [DutyPair.Subject] {
        if patterns.isEmpty { return [.undisclosed] }
        let held = lane.flatMap { lanes[$0] }.map { Array($0.values.keys) } ?? []
        let subjects = patterns.flatMap { pattern -> [DutyPair.Subject] in
            if let provider = pattern.provider, let station = pattern.station, let property = pattern.property {
                return [.series(SeriesID(provider: provider, station: station, property: property))]
            }
            let found = held.filter { pattern.matches($0) }
            return found.isEmpty ? [.pattern(pattern)] : found.map { .series($0) }
        }
        return Set(subjects).sorted()
    }

    private func values(of duty: Duty, series: SeriesID?, reader: DutyReader) -> [DueValue] {
        func value(_ span: ClosedRange<Instant>, rank: Int = 0) -> DueValue {
            DueValue(
                clause: duty.clause, series: series, reader: reader, observed: span, rank: rank, due: duty.due,
                unknown: duty.unknown)
        }
        switch duty.covers {
        case .each(let instants): return instants.map { value($0...$0) }
        case .within(let span, let least): return (0..<least).map { value(span, rank: $0) }
        }
    }

    private func judge(_ pair: DutyPair) -> [JudgedDelivery] {
        var isJoined = pair.key.provider.map { joined.contains($0) } ?? true
        if case .party(let reader) = pair.key.reader { isJoined = isJoined && joined.contains(reader) }
        let judge = DeliveryJudge(
            lane: pair.lane.flatMap { lanes[$0] }, reader: pair.key.reader, isJoined: isJoined,
            reason: { reasons.reason(for: $0, provider: pair.key.provider, lane: pair.lane) })
        return pair.values.sorted { ($0.moment, $0.observed.lowerBound) < ($1.moment, $1.observed.lowerBound) }
            .map(judge.judge)
    }

    /// Readings in the lane by the period of their observed time.
    private func readings(of pair: DutyPair, zone: NamedZone) -> [CompliancePeriod: Int] {
        guard case .series(let series) = pair.key.subject, let lane = pair.lane.flatMap({ lanes[$0] }) else {
            return [:]
        }
        let found = lane.readings(of: series, from: manifest.from, until: manifest.until)
        var counts: [CompliancePeriod: Int] = found.isEmpty ? [:] : [.whole: found.count]
        for value in found { counts[CompliancePeriod(of: value.observed, in: zone), default: 0] += 1 }
        return counts
    }

    private func state(of provision: Provision, zone: NamedZone, counts: ComplianceCounts) -> ProvisionState {
        let notices = lanes.values.sorted { $0.origin < $1.origin }.flatMap { lane in
            lane.notices.filter {
                $0.clause == provision.clause && manifest.from <= $0.issued && $0.issued < manifest.until
            }
            .map {
                NoticeState(
                    provider: lane.provider, lane: lane.origin, index: $0.index, event: $0.event, issued: $0.issued,
                    from: $0.from)
            }
        }
        let indicators = provision.kind == .target ? indicators(of: provision, zone: zone) : []
        return ProvisionState(
            provision: provision, zone: zone,
            word: word(of: provision, counts: counts, notices: notices, indicators: indicators),
            counts: counts, indicators: indicators, notices: notices)
    }

    private func word(
        of provision: Provision, counts: ComplianceCounts, notices: [NoticeState], indicators: [IndicatorState]
    ) -> ComplianceWord {
        switch provision.kind {
        case .share: return !provision.undisclosed.isEmpty && counts.due == 0 ? .unknownTerm : counts.word
        case .notice:
            // Whether a notice was due that no reading sets off cannot be known without a register of what happened.
            let isKnown = provision.undisclosed.isEmpty && provision.triggers.allSatisfy(\.isDecidable)
            return isKnown ? (counts.due > 0 ? counts.word : .open) : .unknownTerm
        case .target: return indicators.contains(where: \.isReached) ? .delivered : .open
        case .action: return notices.isEmpty ? .open : .delivered
        }
    }

    /// The last value of every indicator before the end of the span.
    private func indicators(of provision: Provision, zone: NamedZone) -> [IndicatorState] {
        guard let target = provision.target else { return [] }
        var states: [SeriesID: IndicatorState] = [:]
        for lane in lanes.values.sorted(by: { $0.origin < $1.origin }) {
            for (series, values) in lane.values where provision.series.contains(where: { $0.matches(series) }) {
                guard let last = values.last(where: { $0.isStanding && $0.observed < manifest.until }),
                    let value = last.latest.value, states[series].map({ $0.observed < last.observed }) ?? true
                else { continue }
                let isInTime = target.by.map { last.observed.civil(in: zone.offset).date < $0 } ?? true
                states[series] = IndicatorState(
                    series: series, value: value, observed: last.observed, known: last.latest.known,
                    isReached: isInTime && value >= target.value, lane: lane.origin, index: last.latest.index)
            }
        }
        return states.values.sorted { $0.series < $1.series }
    }
}
