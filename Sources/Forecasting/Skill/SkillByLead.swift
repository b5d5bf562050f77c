public import Series

/// How the forecasts that a node issued for one point did against what came true, lead by lead: what is shown beside its next
/// forecast.
public struct SkillByLead: Hashable, Sendable, Codable {
    /// The scores of one lead.
    public struct Row: Hashable, Sendable, Codable {
        /// h from issue to valid time.
        public let leadHours: Int64
        /// Forecasts that are scored.
        public let count: Int
        /// As many independent forecasts would tell the same: errors of forecasts that were issued one soon after another hang
        /// together. 1...``count``.
        public let effectiveCount: Double
        /// Mean absolute error of the median, in the unit of the property.
        public let meanAbsoluteError: Double
        /// Mean absolute error over the same forecasts of the reading known at issue.
        public let persistenceError: Double
        /// Persistence index of the median, 1 perfect, 0 as good as the reading known at issue (Kitanidis and Bras 1980); nil where
        /// persistence made no error.
        public let persistenceIndex: Double?
        /// Mean continuous ranked probability score of the members, in the unit of the property, 0 perfect (Hersbach 2000).
        public let rankedProbability: Double
        /// 1 - ``rankedProbability`` / ``persistenceError``; nil where persistence made no error.
        public let rankedProbabilitySkill: Double?
        /// Share of readings inside the band from the 10 % to the 90 % quantile of the members: 0.8 where bands are honest.
        public let coverage80: Double
        /// 95 % interval of that share by a block bootstrap; nil with fewer than two blocks.
        public let coverageInterval: ClosedRange<Double>?
        /// Mean width of that band, in the unit of the property.
        public let meanWidth80: Double

        /// Whether as many independent cases are behind the scores as a band is believed from.
        public var isTold: Bool { effectiveCount >= GaugeHindcast.enough }
    }

    /// Where.
    public let station: StationID
    /// Of what.
    public let property: Property
    /// Issue times of the first and the last forecast that is scored; nil when none is.
    public let issued: ClosedRange<Instant>?
    /// By rising lead; a lead at which nothing can be scored has no row.
    public let rows: [Row]
}

/// Scores archived forecasts of one point.
///
/// A forecast counts at a lead when its trace reaches so far, the reading known at issue stands with it, and the water at the valid
/// time is known by `now`: from a reading, or straight between two that are close enough. Of several forecasts of one issue time the
/// last given counts. Forecasts of other points and without members are passed over, so that a whole archive can be given.
///
/// - Parameters:
///   - archive: any order.
///   - readings: usable readings of the point in the unit of the property; those after `now` are not looked at.
///   - issued: issue times that count, for example the last 90 days.
///   - leads: h, each above 0.
///   - maximumGap: s between readings between which the water is taken to run straight.
public func skillByLead(
    _ archive: [StationForecast], of point: SeriesPoint, readings: PointSeries, issued: ClosedRange<Instant>,
    now: Instant, leads: [Int64] = listedLeads, maximumGap: Int64 = 3600
) -> SkillByLead {
    precondition(leads.allSatisfy { $0 > 0 && $0 <= 100_000 }, "a forecast looks ahead")
    let known = PointSeries(readings.points.filter { $0.time <= now })
    var byIssue: [Instant: StationForecast] = [:]
    for forecast in archive
    where forecast.station == point.station && forecast.property == point.property && issued.contains(forecast.issued)
        && !forecast.members.isEmpty
    {
        byIssue[forecast.issued] = forecast
    }
    let forecasts = byIssue.values.sorted { $0.issued < $1.issued }
    var scored: Set<Instant> = []
    let rows = Set(leads).sorted().compactMap { lead -> SkillByLead.Row? in
        let cases = forecasts.compactMap { forecast -> SkillCase? in
            let found = SkillCase(
                forecast, at: forecast.issued + lead * 3600, known: known, now: now, maximumGap: maximumGap)
            if found != nil { scored.insert(forecast.issued) }
            return found
        }
        return cases.isEmpty ? nil : SkillByLead.Row(lead, cases)
    }
    let range = scored.min().flatMap { first in scored.max().map { first...$0 } }
    return SkillByLead(station: point.station, property: point.property, issued: range, rows: rows)
}

/// Scores a whole archive: a table for each point that has forecasts and readings, by station and property.
///
/// - Parameters: as of ``skillByLead(_:of:readings:issued:now:leads:maximumGap:)``.
public func skillByLead(
    _ archive: [StationForecast], readings: [SeriesPoint: PointSeries], issued: ClosedRange<Instant>, now: Instant,
    leads: [Int64] = listedLeads, maximumGap: Int64 = 3600
) -> [SkillByLead] {
    let byPoint = Dictionary(grouping: archive) { SeriesPoint($0.station, $0.property) }
    let points = byPoint.keys.sorted {
        ($0.station.text, $0.property.rawValue) < ($1.station.text, $1.property.rawValue)
    }
    return points.compactMap { point in
        guard let readings = readings[point] else { return nil }
        return skillByLead(
            byPoint[point] ?? [], of: point, readings: readings, issued: issued, now: now, leads: leads,
            maximumGap: maximumGap)
    }
}

/// One forecast at one valid time beside what came true.
private struct SkillCase {
    let observed: Double
    let known: Double
    let median: Double
    let rankedProbability: Double
    let band: ClosedRange<Double>

    init?(_ forecast: StationForecast, at time: Instant, known: PointSeries, now: Instant, maximumGap: Int64) {
        let members = forecast.members.compactMap { forecast.value(of: $0, at: time) }
        guard time <= now, let reading = forecast.lastReading, let median = forecast.median(at: time),
            members.count == forecast.members.count, let observed = known.value(at: time, maximumGap: maximumGap),
            ([observed, reading.value, median] + members).allSatisfy(\.isFinite)
        else { return nil }
        self.observed = observed
        self.known = reading.value
        self.median = median
        rankedProbability = EnsembleScores(observed: [observed], members: [members]).rankedProbability[0]
        let sorted = members.sorted()
        band = quantile(0.1, ofSorted: sorted)...quantile(0.9, ofSorted: sorted)
    }

    var isInside: Bool { band.contains(observed) }
}

extension SkillByLead.Row {
    /// Scores cases of one lead in the order of their issue, at least one.
    fileprivate init(_ lead: Int64, _ cases: [SkillCase]) {
        let count = Double(cases.count)
        func mean(_ value: (SkillCase) -> Double) -> Double { cases.reduce(0) { $0 + value($1) } / count }
        leadHours = lead
        self.count = cases.count
        let effective = EffectiveSample.count(cases.map { ($0.median - $0.observed).magnitude })
        effectiveCount = effective
        meanAbsoluteError = mean { ($0.median - $0.observed).magnitude }
        let persistence = mean { ($0.known - $0.observed).magnitude }
        persistenceError = persistence
        persistenceIndex = LeadSkill.persistenceIndex(
            observed: cases.map(\.observed), forecast: cases.map(\.median), known: cases.map(\.known))
        let score = mean(\.rankedProbability)
        rankedProbability = score
        rankedProbabilitySkill = persistence > 0 ? 1 - score / persistence : nil
        coverage80 = mean { $0.isInside ? 1 : 0 }
        let interval = BlockBootstrap.interval(
            count: cases.count, block: Int((count / effective).rounded(.up)), draws: 200, seed: UInt64(lead)
        ) { places in
            places.isEmpty ? nil : Double(places.count { cases[$0].isInside }) / Double(places.count)
        }
        coverageInterval = interval.map { $0.low...$0.high }
        meanWidth80 = mean { $0.band.upperBound - $0.band.lowerBound }
    }
}
