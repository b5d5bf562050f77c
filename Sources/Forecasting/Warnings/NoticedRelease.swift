import River
public import Series

/// A release that a party has announced under the agreement, or is carrying out.
public struct NoticedRelease: Hashable, Sendable {
    /// Which dam.
    public let dam: StationID
    /// m3/s from the beginning on, 0 or more; nil where the notice names none.
    public let flow: Double?
    /// m3/s before it, 0 or more; nil where the notice names none.
    public let before: Double?
    /// When it begins, at the earliest.
    public let start: Instant
    /// When it ends; nil where nobody has said.
    public let end: Instant?

    /// Makes a release.
    public init(dam: StationID, flow: Double?, before: Double? = nil, start: Instant, end: Instant? = nil) {
        self.dam = dam
        self.flow = flow
        self.before = before
        self.start = start
        self.end = end
    }

    /// m3/s that it adds; where the flow before is not known all of it is counted, which is the most that it can be.
    var added: Double? { flow.map { $0 - (before ?? 0) } }

    /// Whether it adds water at a time at a place that the water needs some seconds to reach.
    func reaches(_ travel: Double, at time: Instant) -> Bool {
        let there = time - Int64(travel.rounded())
        return there >= start && end.map { there < $0 } ?? true
    }
}

/// What announced releases would do to a station's forecast: the water is added after its way down, not flattened, and turned into
/// stage by the station's rating. An upper bound for short releases; without a rating nothing can be counted.
///
/// Source: the project's warning practice (raised at once where a release notice makes the deterministic peak reach a level).
struct NoticedRise {
    /// The forecast with the added water; nil where nothing can be counted.
    let forecast: StationForecast?
    /// What a reader must know of the notices.
    let notes: [ForecastNote]

    init(_ forecast: StationForecast, _ releases: [NoticedRelease], in basin: Basin) {
        let rating = basin.stations[forecast.station]?.rating(on: basin.day(of: forecast.issued))
        var counted: [(release: NoticedRelease, travel: Double)] = []
        var notes: [ForecastNote] = []
        for release in releases {
            guard let travel = basin.travelTime(from: release.dam, to: forecast.station) else { continue }
            guard let flow = release.flow else {
                notes.append(.releaseWithoutFlow(release.dam, start: release.start))
                continue
            }
            notes.append(
                .releaseNoticed(release.dam, flow: Int(flow.rounded()), start: release.start, isCounted: rating != nil))
            if rating != nil { counted.append((release, travel)) }
        }
        self.notes = notes
        guard let rating, forecast.property == .stage, !counted.isEmpty else {
            self.forecast = nil
            return
        }
        let added = forecast.axis.instants.map { time in
            counted.reduce(0.0) { $0 + ($1.release.reaches($1.travel, at: time) ? $1.release.added ?? 0 : 0) }
        }
        func raised(_ stages: [Double]) -> [Double] {
            zip(stages, added).map { stage, more in
                guard more != 0, let flow = rating.discharge(at: .metres(stage))?.value,
                    let there = rating.stage(at: .cubicMetresPerSecond(max(flow + more, 1e-6)))
                else { return stage }
                return there.metres
            }
        }
        self.forecast = StationForecast(
            station: forecast.station, property: forecast.property, issued: forecast.issued, axis: forecast.axis,
            members: forecast.members.map(raised), median: raised(forecast.median), p05: raised(forecast.p05),
            p25: raised(forecast.p25), p75: raised(forecast.p75), p95: raised(forecast.p95), method: forecast.method,
            known: .estimated, lastReading: forecast.lastReading, notes: forecast.notes + notes)
    }
}

extension Basin {
    /// s that water needs from a dam to a station below it; nil where the station does not lie below, or another dam lies between.
    func travelTime(from dam: StationID, to station: StationID) -> Double? {
        for (reach, seconds) in path(from: dam) {
            if reach.downstream == station { return seconds }
            if stations[reach.downstream]?.kind == .dam { return nil }
        }
        return nil
    }
}
