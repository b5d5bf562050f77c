public import River
public import Series

/// When a warning is raised and lowered, and how often it is said again: what the parties agree, with defaults.
///
/// Source of the defaults: thresholds of 0.5 to 0.2 after the practice of GloFAS, worse levels believed; the mean of two runs
/// after EFAS; cost and loss after Verkade and Werner (2011, HESS 15, 3751-3765): it pays to warn above C/L.
public struct WarningTerms: Hashable, Sendable {
    /// Probability from which a level is warned of; the worse the level, the lower.
    public var raise: [Int: Double] = [1: 0.5, 2: 0.4, 3: 0.3, 4: 0.2]
    /// How far below ``raise`` the probability must fall before a level is lowered, and above it before it counts as steady.
    public var hysteresis = 0.15
    /// m below the threshold, or in the unit of the property, that a reading must stand before a level is lowered.
    public var margin = 0.10
    /// Standard deviation of a reading, in the unit of the property: twice of it is the margin where that is more.
    public var readingDeviation = 0.0
    /// s that a level is held at least.
    public var hold: Int64 = 3 * 3600
    /// s after which a reading is too old to lower a level.
    public var staleReading: Int64 = 6 * 3600
    /// s between two bulletins, by level, while the level is steady.
    public var rhythm: [Int: Int64] = [0: 24 * 3600, 1: 12 * 3600, 2: 6 * 3600, 3: 3 * 3600, 4: 3600]
    /// s between two bulletins while it is doubtful whether the level will stay.
    public var doubtfulRhythm: Int64 = 12 * 3600
    /// s between the first bulletin of a level and the next at least, unless a reading stands clearly above the level.
    public var freshRhythm: Int64 = 6 * 3600
    /// s for which a doubt about a level lasts after the run that raised it.
    public var doubtMemory: Int64 = 24 * 3600
    /// s after a lowering within which a new raise counts as flapping.
    public var flapMemory: Int64 = 24 * 3600
    /// s that a level is held after it has flapped; from then on it is lowered only when a bulletin is due.
    public var flapHold: Int64 = 24 * 3600
    /// s between two bulletins of a level that has flapped.
    public var flapRhythm: Int64 = 18 * 3600
    /// s beyond the next bulletin for which one holds.
    public var grace: Int64 = 3600
    /// s for which a bulletin holds at most.
    public var longestValidity: Int64 = 24 * 3600

    /// The defaults.
    public static let standard = WarningTerms()

    /// Makes terms with the defaults.
    public init() {}

    /// The terms for a station: where the cost of acting and the loss that it avoids are known, their ratio is the threshold; the
    /// other levels keep theirs.
    public func weighing(_ costs: [WarningCost], on day: CivilDate) -> WarningTerms {
        var terms = self
        for cost in costs where cost.validity.contains(day) { terms.raise[cost.level] = cost.probability }
        return terms
    }

    /// The probability from which a level is warned of.
    func raise(_ level: Int) -> Double { raise[level, default: 0.5] }

    /// The probability below which a level may be lowered: the hysteresis below the mark, and never less than a quarter of it, so
    /// that a level of a low mark does not stand for ever.
    func lower(_ level: Int) -> Double { max(raise(level) - hysteresis, raise(level) / 4) }

    /// How sure a level is when a bulletin is written.
    enum Certainty {
        /// Beyond doubt: said again in the rhythm of the level.
        case steady
        /// Raised a short while ago by forecasts alone.
        case fresh
        /// A run of the last day spoke against it, or against a higher one.
        case doubtful
        /// Raised again a short while after it was lowered.
        case flapping
    }

    /// When the bulletin after one must follow.
    func next(after issued: Instant, level: Int, _ certainty: Certainty) -> Instant {
        let steady = rhythm[level, default: 3600]
        switch certainty {
        case .steady: return issued + steady
        case .fresh: return issued + max(steady, freshRhythm)
        case .doubtful: return issued + max(steady, doubtfulRhythm)
        case .flapping: return issued + max(steady, flapRhythm)
        }
    }

    /// Until when a bulletin holds whose successor is due at `next`.
    func expiry(of issued: Instant, next: Instant) -> Instant { min(next + grace, issued + longestValidity) }
}
