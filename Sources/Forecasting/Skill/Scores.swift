public import Series

/// Mean absolute errors of the median and of persistence over the same pairs, with their number.
public struct LeadScore: Hashable, Sendable {
    /// Where.
    public let station: StationID
    /// h: leads above this ...
    public let leadFrom: Double
    /// ... up to and including this.
    public let leadTo: Double
    /// Pairs of forecast and reading.
    public let count: Int
    /// Mean absolute error of the median, in the property's unit.
    public let meanAbsoluteError: Double
    /// Mean absolute error of persistence over the same pairs.
    public let persistenceError: Double
    /// Share of readings inside the 5-95 % band.
    public let coverage: Double
}

/// Bands of lead for the tables, h.
public let scoredLeads: [(from: Double, to: Double)] = [(0, 6), (6, 12), (12, 24), (24, 48)]

/// Scores forecasts of stage against persistence by station and lead; a band without pairs has no row.
public func score(_ rows: [VerifiedForecast]) -> [LeadScore] {
    var scores: [LeadScore] = []
    for station in Set(rows.map(\.station)).sorted() {
        for band in scoredLeads {
            let pairs = rows.filter {
                $0.station == station && $0.leadHours > band.from && $0.leadHours <= band.to && $0.property == .stage
                    && $0.error != nil && $0.persistenceError != nil
            }
            guard !pairs.isEmpty else { continue }
            let count = Double(pairs.count)
            let inside = pairs.count { $0.p05 <= $0.observed! && $0.observed! <= $0.p95 }  // pairs have a reading
            scores.append(
                LeadScore(
                    station: station, leadFrom: band.from, leadTo: band.to, count: pairs.count,
                    meanAbsoluteError: pairs.reduce(0) { $0 + ($1.error ?? 0).magnitude } / count,
                    persistenceError: pairs.reduce(0) { $0 + ($1.persistenceError ?? 0).magnitude } / count,
                    coverage: Double(inside) / count))
        }
    }
    return scores
}
