import Accord
import Forecasting
import River
public import Series
import Storage

extension Node {
    /// What this party's duty page shows at a time: only series that the party may see, worst first.
    ///
    /// At a time that has passed it is what the page showed then, as far as the store tells: what had come in, the forecasts
    /// and warnings of the cycles until then. The access is that of the agreement as it stands now.
    public nonisolated func dutyBoard(at now: Instant) throws -> DutyBoard {
        let series = try database.allSeries()
        let newest = try database.lastCycle()
        let lastCycle = try newest.map { $0 <= now } ?? false ? newest : database.lastIssue(by: now)
        let forecasts = try database.latestForecasts(by: now).filter { now - $0.issued <= Node.current }
        let previous = try forecasts.map(\.issued).max().map { try database.latestForecasts(by: $0 - 1) } ?? []
        let levels = try standingLevels(at: now)
        var points: [DutyPoint] = []
        for item in series {
            let forecast = forecasts.first { $0.station == item.station && $0.property == item.property }
            let level = item.property == .stage ? levels[item.station] ?? 0 : 0
            guard
                var point = try point(of: item, at: now, forecast: forecast, warningLevel: level)
            else { continue }
            point.previousForecast = previous.first { before in
                before.station == item.station && before.property == item.property
                    && now - before.issued <= Node.current
            }
            // another party's series that has been silent for days is shown only while a warning stands on it
            let isAlive = point.readings.last.map { now - $0.observed <= Node.alive } ?? false
            if isAlive || level > 0 || point.access == .own { points.append(point) }
        }
        var board = DutyBoard(
            party: party, partyName: configuration.name(of: party),
            zone: configuration.register.zone(of: party), now: now, lastCycle: lastCycle,
            replay: configuration.replay,
            agreement: AgreementBanner(
                id: configuration.agreement.id.text, title: configuration.agreement.title,
                isIllustrative: configuration.agreement.isIllustrative),
            points: points.sorted { $0.urgency < $1.urgency }, granted: grantedSeries(at: now),
            drafts: try openDrafts(at: now),
            partners: try partners(at: now, received: series))
        board.exercises = try exercises(at: now).filter { $0.phase == .due }
        return board
    }

    /// The usual series of every place, where this party may have them at a time.
    private nonisolated func grantedSeries(at now: Instant) -> [SeriesID: DutyPoint.Access] {
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
    private static let shown: Int64 = 7 * 86_400
    /// s for which a reading still says where the water stands.
    private static let fresh: Int64 = 3 * 86_400
    /// s of silence after which another party's point is no longer shown.
    private static let alive: Int64 = 7 * 86_400

    /// The level of the warnings that stand at a time: as the last cycle left them, or as the drafts until then tell.
    private nonisolated func standingLevels(at now: Instant) throws -> [StationID: Int] {
        if try database.lastCycle().map({ $0 <= now }) ?? true {
            return try database.warningStates().mapValues(\.level)
        }
        return Dictionary(try database.warningDrafts(by: now).map { ($0.station, $0.level) }) { _, last in last }
    }

    private nonisolated func point(
        of series: SeriesID, at now: Instant, forecast: StationForecast?, warningLevel: Int
    ) throws -> DutyPoint? {
        guard let station = configuration.basin.stations[series.station],
            let newest = try database.newest(of: series, receivedBy: now)?.observation,
            let access = access(to: series, at: newest.observed)
        else { return nil }
        var readings = try assessedReadings(of: series, at: station, now: now)
        if readings.isEmpty {
            // the last word of a silent series; nothing lies beside it that a check could hold it against
            readings = [newest]
        }
        let alarms = station.alarms(for: series.property, on: configuration.basin.day(of: now))
        let good = readings.filter { $0.value != nil && $0.quality != .fail && $0.quality != .missing }
        let isSilent = good.last.map { now - $0.observed > Node.fresh } ?? false
        let reached = alarms.last { alarm in (good.last?.value).map { $0 >= alarm.value } ?? false }?.level ?? 0
        var point = DutyPoint(
            station: station,
            riverName: configuration.rivers[station.river]
                ?? LocalizedText(vi: station.river, zh: station.river, en: station.river),
            providerName: configuration.name(of: series.provider), access: access, property: series.property,
            readings: readings, trend: Node.trend(of: good), alarms: alarms, levelNow: isSilent ? 0 : reached,
            forecast: forecast, warningLevel: warningLevel)
        point.isSilent = isSilent
        return point
    }

    /// Why this party may see a series at a time; nil when it may not.
    nonisolated func access(to series: SeriesID, at now: Instant) -> DutyPoint.Access? {
        guard let clause = configuration.agreement.verdict(for: series, reader: party, at: now).clause else {
            return nil
        }
        if clause == Verdict.ownClause { return .own }
        return isPublished(clause) ? .published : .granted(clause: clause)
    }

    /// The current revisions of the last days as they had been received by `now`, with what the checks say of them now.
    private nonisolated func assessedReadings(of series: SeriesID, at station: Station, now: Instant) throws
        -> [Observation]
    {
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
        let assessments = assess(
            checked, of: series.property, at: station, in: configuration.basin.zone, limits: limits)
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
    private nonisolated func openDrafts(at now: Instant) throws -> [WarningDraft] {
        var newest: [StationID: WarningDraft] = [:]
        for draft in try database.warningDrafts(by: now) { newest[draft.station] = draft }
        return newest.values.filter { $0.expires > now }.sorted {
            ($1.level, $0.crossing ?? $0.issued, $0.station) < ($0.level, $1.crossing ?? $1.issued, $1.station)
        }
    }
}

extension StationKind {
    /// What such a place is expected to report.
    var usualProperties: [Property] {
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
