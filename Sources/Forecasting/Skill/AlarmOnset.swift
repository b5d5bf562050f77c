/// Warnings that a level will be reached within a lead, where it is not reached yet: the case in which a forecast is worth something.
///
/// A warning is given where a point of the band reaches the level: the best estimate, or one nearer to the lower or the upper end.
/// Which one is decided in the fitting times, by the most hits among hits, misses and false alarms together.
public struct AlarmOnset: Hashable, Sendable {
    /// A case: water is below the level at issue.
    public struct Case: Hashable, Sendable {
        /// The best estimate.
        public let forecast: Double
        /// The band about it.
        public let band: ClosedRange<Double>
        /// Whether the level was reached.
        public let isReached: Bool

        /// Makes a case.
        public init(forecast: Double, band: ClosedRange<Double>, isReached: Bool) {
            self.forecast = forecast
            self.band = band
            self.isReached = isReached
        }

        /// -1 the lower end of the band, 0 the best estimate, 1 the upper end.
        func point(_ place: Double) -> Double {
            place < 0
                ? forecast + place * (forecast - band.lowerBound) : forecast + place * (band.upperBound - forecast)
        }
    }

    /// Warned and reached.
    public let hits: Int
    /// Reached without a warning.
    public let misses: Int
    /// Warned and not reached.
    public let falseAlarms: Int

    /// Counts warnings.
    ///
    /// - Parameter place: of the point of the band that must reach the level, -1...1.
    public init(_ cases: [Case], level: Double, place: Double) {
        let warned = cases.map { $0.point(place) >= level }
        hits = zip(cases, warned).count { $0.isReached && $1 }
        misses = zip(cases, warned).count { $0.isReached && !$1 }
        falseAlarms = zip(cases, warned).count { !$0.isReached && $1 }
    }

    /// The point of the band that does best; the best estimate where none does better, or where the level was never reached.
    public static func place(_ cases: [Case], level: Double) -> Double {
        var best = (place: 0.0, index: AlarmOnset(cases, level: level, place: 0).criticalSuccess ?? 0)
        for place in [-0.25, 0.25, -0.5, 0.5, -0.75, 0.75, -1, 1] {
            let index = AlarmOnset(cases, level: level, place: place).criticalSuccess ?? 0
            if index > best.index { best = (place, index) }
        }
        return best.place
    }

    /// Share of onsets that were warned of; nil without one.
    public var detection: Double? { hits + misses > 0 ? Double(hits) / Double(hits + misses) : nil }
    /// Share of warnings that were false; nil without one.
    public var falseAlarmRatio: Double? {
        hits + falseAlarms > 0 ? Double(falseAlarms) / Double(hits + falseAlarms) : nil
    }
    /// Hits among hits, misses and false alarms; nil without any.
    public var criticalSuccess: Double? {
        let all = hits + misses + falseAlarms
        return all > 0 ? Double(hits) / Double(all) : nil
    }
}
