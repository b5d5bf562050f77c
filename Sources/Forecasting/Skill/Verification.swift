public import Series
import River

/// One value of a forecast beside what was read later and beside persistence.
public struct VerifiedForecast: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// Of what.
    public let property: Property
    /// The issue time.
    public let issued: Instant
    /// The valid time.
    public let valid: Instant
    /// 50 % of members are below.
    public let median: Double
    /// 5 % of members are below.
    public let p05: Double
    /// 25 % of members are below.
    public let p25: Double
    /// 75 % of members are below.
    public let p75: Double
    /// 95 % of members are below.
    public let p95: Double
    /// The reading at the valid time; nil when there is none or when it failed a check.
    public let observed: Double?
    /// The newest reading at the issue time: the forecast of persistence.
    public let persistence: Double?
    /// How the forecast was made.
    public let method: ForecastMethod
    /// How it is known.
    public let known: Known

    /// h from issue to valid time.
    public var leadHours: Double { valid.hours(since: issued) }
    /// Median minus reading.
    public var error: Double? { observed.map { median - $0 } }
    /// Persistence minus reading.
    public var persistenceError: Double? {
        guard let observed, let persistence else { return nil }
        return persistence - observed
    }
}

/// The crest as it was forecast at an issue time, beside the official one and the highest reading.
public struct CrestComparison: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// The issue time.
    public let issued: Instant
    /// The highest of the readings of the last day and of the median from the issue time on.
    public let ours: Double
    /// The official forecast issued at that time; nil when there is none.
    public let official: Double?
    /// The highest reading from a day before the issue time on; nil when there is none.
    public let observed: Double?
}

/// When a level was first warned of and when it was first reached.
public struct WarningLead: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// The alarm level.
    public let level: Int
    /// The issue time of the first draft at this level or above; nil when there was none.
    public let firstWarned: Instant?
    /// The first reading at or above the level; nil when there is none.
    public let firstCrossed: Instant?

    /// h from warning to crossing; nil when one of them is missing.
    public var leadHours: Double? {
        guard let firstWarned, let firstCrossed else { return nil }
        return firstCrossed.hours(since: firstWarned)
    }
}

/// A crest that an official service forecast.
public struct OfficialCrest: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// When it was issued.
    public let issued: Instant
    /// In the property's unit.
    public let value: Double

    /// Makes a crest.
    public init(station: StationID, issued: Instant, value: Double) {
        self.station = station
        self.issued = issued
        self.value = value
    }
}

/// Leads at which every forecast is listed, h.
public let listedLeads: [Int64] = [3, 6, 12, 18, 24, 36, 48]

/// Lists forecasts at the fixed leads and at the times of later readings.
///
/// - Parameters:
///   - forecasts: any order.
///   - readings: the final usable readings of each series' station and property.
///   - times: the times of *all* readings of a station, failed ones included, so that the list of valid times does not depend
///     on what a later check says.
/// - Returns: sorted by station, property, issue and valid time.
public func verify(
    _ forecasts: [StationForecast], readings: [SeriesPoint: PointSeries], times: [SeriesPoint: [Instant]]
) -> [VerifiedForecast] {
    var rows: [VerifiedForecast] = []
    for forecast in forecasts {
        let point = SeriesPoint(forecast.station, forecast.property)
        let end = forecast.axis.end ?? forecast.issued
        var valid = Set(listedLeads.map { forecast.issued + $0 * 3600 }.filter { $0 <= end })
        for time in times[point] ?? [] where time > forecast.issued && time <= end { valid.insert(time) }
        for time in valid.sorted() {
            if let row = row(forecast, at: time, observed: readings[point]?.value(at: time, maximumGap: 0)) {
                rows.append(row)
            }
        }
    }
    return rows.sorted {
        ($0.station.text, $0.property.rawValue, $0.issued, $0.valid)
            < ($1.station.text, $1.property.rawValue, $1.issued, $1.valid)
    }
}

private func row(_ forecast: StationForecast, at time: Instant, observed: Double?) -> VerifiedForecast? {
    guard let median = forecast.median(at: time), let p05 = forecast.value(of: forecast.p05, at: time),
        let p25 = forecast.value(of: forecast.p25, at: time), let p75 = forecast.value(of: forecast.p75, at: time),
        let p95 = forecast.value(of: forecast.p95, at: time)
    else { return nil }
    return VerifiedForecast(
        station: forecast.station, property: forecast.property, issued: forecast.issued, valid: time, median: median,
        p05: p05, p25: p25, p75: p75, p95: p95, observed: observed, persistence: forecast.lastReading?.value,
        method: forecast.method, known: forecast.known)
}

/// A property at a station, whoever observes it.
public struct SeriesPoint: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// What.
    public let property: Property

    /// Makes a point.
    public init(_ station: StationID, _ property: Property) {
        self.station = station
        self.property = property
    }
}

/// Puts our crests beside the official ones and the readings, one row for each issue time of each station.
public func compareCrests(
    _ forecasts: [StationForecast], readings: [SeriesPoint: PointSeries], received: [SeriesPoint: [ReceivedPoint]],
    official: [OfficialCrest]
) -> [CrestComparison] {
    var officialByKey: [StationID: [Instant: Double]] = [:]
    for crest in official {
        let known = officialByKey[crest.station]?[crest.issued] ?? -.infinity
        officialByKey[crest.station, default: [:]][crest.issued] = max(known, crest.value)
    }
    return forecasts.filter { $0.property == .stage }.map { forecast in
        let point = SeriesPoint(forecast.station, forecast.property)
        let dayBefore = forecast.issued - 86_400
        let recent = (received[point] ?? []).filter {
            $0.received <= forecast.issued && $0.time >= dayBefore && $0.time <= forecast.issued
        }
        let seen = readings[point]?.points.filter { $0.time >= dayBefore } ?? []
        return CrestComparison(
            station: forecast.station, issued: forecast.issued,
            ours: max(recent.map(\.value).max() ?? -.infinity, forecast.median.max() ?? -.infinity),
            official: officialByKey[forecast.station]?[forecast.issued], observed: seen.map(\.value).max())
    }.sorted { ($0.station.text, $0.issued) < ($1.station.text, $1.issued) }
}

/// A usable reading with the time at which it became known.
public struct ReceivedPoint: Hashable, Sendable {
    /// When it was observed.
    public let time: Instant
    /// When it was received.
    public let received: Instant
    /// In the property's unit.
    public let value: Double
}

/// When each alarm level was first warned of and first reached, for stations with drafts or crossings.
public func warningLeads(
    _ drafts: [WarningDraft], readings: [SeriesPoint: PointSeries], alarms: (StationID, Instant) -> [Int: Double]
) -> [WarningLead] {
    var rows: [WarningLead] = []
    let stations = Set(drafts.map(\.station)).union(readings.keys.filter { $0.property == .stage }.map(\.station))
    for station in stations.sorted() {
        let points = readings[SeriesPoint(station, .stage)]?.points ?? []
        guard let day = points.first?.time ?? drafts.first?.issued else { continue }
        for (level, threshold) in alarms(station, day).sorted(by: { $0.key < $1.key }) {
            let warned = drafts.filter { $0.station == station && $0.level >= level }.map(\.issued).min()
            let crossed = points.first { $0.value >= threshold }?.time
            guard warned != nil || crossed != nil else { continue }
            rows.append(WarningLead(station: station, level: level, firstWarned: warned, firstCrossed: crossed))
        }
    }
    return rows
}
