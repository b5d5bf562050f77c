import Accord
import Forecasting
import River
public import Series
import Storage

extension Node {
    /// What this party's duty page shows at a time: only series that the party may see, worst first.
    public func dutyBoard(at now: Instant) throws -> DutyBoard {
        let series = try database.allSeries()
        let forecasts = try database.latestForecasts(by: now).filter { now - $0.issued <= Node.current }
        let states = try database.warningStates()
        var points: [DutyPoint] = []
        for item in series {
            let forecast = forecasts.first { $0.station == item.station && $0.property == item.property }
            let level = item.property == .stage ? states[item.station]?.level ?? 0 : 0
            guard let point = try point(of: item, at: now, forecast: forecast, warningLevel: level) else { continue }
            // a series that has been silent for days is shown only while a warning stands on it
            if !point.readings.isEmpty || level > 0 { points.append(point) }
        }
        return DutyBoard(
            party: party, partyName: configuration.name(of: party),
            zone: configuration.register.parties[party]?.zone ?? .zero, now: now, lastCycle: try database.lastCycle(),
            replay: configuration.replay,
            agreement: AgreementBanner(
                id: configuration.agreement.id.text, title: configuration.agreement.title,
                isIllustrative: configuration.agreement.isIllustrative),
            points: points.sorted { $0.urgency < $1.urgency }, granted: grantedSeries(at: now),
            drafts: try openDrafts(at: now),
            partners: try partners(at: now, received: series))
    }

    /// The usual series of every place, where this party may have them at a time.
    private func grantedSeries(at now: Instant) -> [SeriesID: DutyPoint.Access] {
        var granted: [SeriesID: DutyPoint.Access] = [:]
        for station in configuration.basin.stations.values {
            for property in station.kind.usualProperties {
                let series = SeriesID(provider: station.provider, station: station.id, property: property)
                if let access = access(to: series, at: now) { granted[series] = access }
            }
        }
        return granted
    }

    /// s after which a forecast is out of date and no longer shown.
    private static let current: Int64 = 6 * 3600
    /// s of readings that a point shows.
    private static let shown: Int64 = 3 * 86_400

    private func point(
        of series: SeriesID, at now: Instant, forecast: StationForecast?, warningLevel: Int
    ) throws -> DutyPoint? {
        guard let station = configuration.basin.stations[series.station],
            let access = access(to: series, at: now)
        else { return nil }
        let readings = try assessedReadings(of: series, at: station, now: now)
        let day = now.civil(in: configuration.register.parties[series.provider]?.zone ?? .zero).date
        let alarms = station.alarms(for: series.property, on: day)
        let good = readings.filter { $0.value != nil && $0.quality != .fail && $0.quality != .missing }
        let levelNow = alarms.last { alarm in (good.last?.value).map { $0 >= alarm.value } ?? false }?.level ?? 0
        return DutyPoint(
            station: station,
            riverName: configuration.rivers[station.river]
                ?? LocalizedText(vi: station.river, zh: station.river, en: station.river),
            providerName: configuration.name(of: series.provider), access: access, property: series.property,
            readings: readings, trend: Node.trend(of: good), alarms: alarms, levelNow: levelNow, forecast: forecast,
            warningLevel: warningLevel)
    }

    /// Why this party may see a series at a time; nil when it may not.
    private func access(to series: SeriesID, at now: Instant) -> DutyPoint.Access? {
        guard let clause = configuration.agreement.verdict(for: series, reader: party, at: now).clause else {
            return nil
        }
        if clause == Verdict.ownClause { return .own }
        return isPublished(clause) ? .published : .granted(clause: clause)
    }

    /// The current revisions of the last days as they had been received by `now`, with what the checks say of them now.
    private func assessedReadings(of series: SeriesID, at station: Station, now: Instant) throws -> [Observation] {
        let interval = (now - Node.shown - SeriesDesk.memory)...now
        var current: [Instant: KeptObservation] = [:]
        for kept in try database.kept(of: series, receivedBy: now, during: interval) {
            current[kept.observation.observed] = kept  // ordered by revision: the highest stays
        }
        let ordered = current.values.sorted { $0.observation.observed < $1.observation.observed }
        let checked = ordered.compactMap { kept in
            kept.observation.value.map {
                CheckedReading(time: kept.observation.observed, value: $0, stated: kept.stated)
            }
        }
        let limits = configuration.basin.checkLimits.limits(for: series.station, series.property)
        let assessments = assess(checked, of: series.property, at: station, limits: limits)
        let qualities = Dictionary(uniqueKeysWithValues: zip(checked.map(\.time), assessments.map(\.quality)))
        return ordered.map(\.observation).filter { $0.observed >= now - Node.shown }.map { observation in
            var assessed = observation
            assessed.quality = qualities[observation.observed] ?? .missing
            return assessed
        }
    }

    /// Unit per hour from the last two readings; nil when there are fewer, or when they lie more than a day apart.
    private static func trend(of readings: [Observation]) -> Double? {
        guard let last = readings.last, let before = readings.dropLast().last, let high = last.value,
            let low = before.value, last.observed - before.observed <= 86_400
        else { return nil }
        return (high - low) / last.observed.hours(since: before.observed)
    }

    /// The newest draft of each station that has not run out, worst first.
    private func openDrafts(at now: Instant) throws -> [WarningDraft] {
        var newest: [StationID: WarningDraft] = [:]
        for draft in try database.warningDrafts(by: now) { newest[draft.station] = draft }
        return newest.values.filter { $0.expires > now }.sorted {
            ($1.level, $0.crossing ?? $0.issued, $0.station) < ($0.level, $1.crossing ?? $1.issued, $1.station)
        }
    }

    // MARK: Partners

    /// The other parties of the agreement on that day, in a neighbour's words: whoever has not joined is never late.
    private func partners(at now: Instant, received: [SeriesID]) throws -> [PartnerState] {
        let day = now.civil(in: configuration.register.parties[party]?.zone ?? .zero).date
        let parties = configuration.register.parties.values
            .filter { $0.id != party && $0.kind != .former && $0.validity.contains(day) }.sorted { $0.id < $1.id }
        return try parties.map { partner in
            let theirs = received.filter { $0.provider == partner.id && access(to: $0, at: now) != nil }
            let newest = try theirs.compactMap { series in
                try database.observations(of: series, receivedBy: now).last?.observed
            }.max()
            return PartnerState(
                party: partner.id, name: partner.name, participation: participation(of: partner),
                lastObservation: newest, seriesReceived: theirs.count,
                seriesGranted: seriesGranted(by: partner.id, received: theirs, at: now))
        }
    }

    private func participation(of partner: Party) -> PartnerState.Participation {
        if configuration.trust.joined.contains(partner.id) { return .joined }
        return partner.kind == .observer ? .observer : .notJoined
    }

    /// The series of the basin that the agreement lets this party have from a partner.
    private func seriesGranted(by partner: PartyID, received: [SeriesID], at now: Instant) -> Int {
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
        return candidates.count { access(to: $0, at: now) != nil }
    }
}

extension StationKind {
    /// What such a place is expected to report.
    fileprivate var usualProperties: [Property] {
        switch self {
        case .gauge: [.stage]
        case .dam: [.poolLevel, .inflow, .release]
        case .junction: []
        }
    }
}

extension DutyPoint {
    /// Sorts points: the worse level, then the sooner crossing of the next level, then the name of the series.
    fileprivate var urgency: Urgency {
        let next = alarms.first { $0.level > levelNow }
        let crossing = next.flatMap { forecast?.medianCrossing(of: $0.value) }
        return Urgency(
            level: max(levelNow, warningLevel), crossing: crossing ?? Instant(secondsSinceEpoch: .max),
            station: station.id, property: property.rawValue)
    }
}

/// How urgent a point is; the smaller, the more.
private struct Urgency: Comparable {
    let level: Int
    let crossing: Instant
    let station: StationID
    let property: String

    static func < (left: Urgency, right: Urgency) -> Bool {
        (right.level, left.crossing, left.station, left.property)
            < (left.level, right.crossing, right.station, right.property)
    }
}
