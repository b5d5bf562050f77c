/// Scores of the forecast of an event: a value at or above a threshold.
///
/// Sources: Brier (1950), Mon. Weather Rev. 78, 1-3; Murphy (1973), J. Appl. Meteorol. 12, 595-600 (decomposition); Ferro (2014) (fair
/// score); Wilks (2011), Statistical Methods in the Atmospheric Sciences, chapter 8; Richardson (2000), Q. J. R. Meteorol. Soc. 126,
/// 649-667 (value for users with a cost and a loss).
public struct EventScores: Sendable {
    /// Whether each observed value is at or above the threshold.
    public let happened: [Bool]
    /// How many members are at or above it.
    public let counts: [Int]
    /// Members of an ensemble.
    public let size: Int

    /// Takes ensembles; an event is a value at or above the threshold.
    public init(observed: [Double], members: [[Double]], threshold: Double) {
        happened = observed.map { $0 >= threshold }
        counts = members.map { members in members.count { $0 >= threshold } }
        size = members.first?.count ?? 1
    }

    private var number: Double { Double(happened.count) }
    /// Share of observed events.
    public var baseRate: Double { Double(happened.count { $0 }) / number }

    /// Brier score.
    public var brier: Double {
        zip(happened, counts).reduce(0) {
            let error = Double($1.1) / Double(size) - ($1.0 ? 1 : 0)
            return $0 + error * error
        } / number
    }

    /// The Brier score as it would be for an ensemble without end; nil for a single member.
    public var fairBrier: Double? {
        guard size > 1 else { return nil }
        let m = Double(size)
        let excess = counts.reduce(0) { $0 + Double($1) * (m - Double($1)) / (m * m * (m - 1)) } / number
        return brier - excess
    }

    /// Skill against always giving the base rate; nil when the event never or always happened.
    public var brierSkill: Double? {
        let uncertainty = baseRate * (1 - baseRate)
        return uncertainty > 0 ? 1 - brier / uncertainty : nil
    }

    /// Forecast probability, share of events and number of forecasts for each number of members that can be above the threshold; the
    /// share is nil where there was no such forecast.
    public var reliability: [(probability: Double, share: Double?, count: Int)] {
        (0...size).map { members in
            let places = counts.indices.filter { counts[$0] == members }
            let events = places.count { happened[$0] }
            let share = places.isEmpty ? nil : Double(events) / Double(places.count)
            return (Double(members) / Double(size), share, places.count)
        }
    }

    /// Reliability, resolution and uncertainty: the Brier score is the first minus the second plus the third.
    public var decomposition: (reliability: Double, resolution: Double, uncertainty: Double) {
        var (first, second) = (0.0, 0.0)
        for row in reliability {
            guard let share = row.share else { continue }
            first += Double(row.count) * (row.probability - share) * (row.probability - share)
            second += Double(row.count) * (share - baseRate) * (share - baseRate)
        }
        return (first / number, second / number, baseRate * (1 - baseRate))
    }

    /// The table of warnings given when at least so many members are above the threshold.
    public func contingency(atLeast members: Int) -> Contingency {
        Contingency(observed: happened, forecast: counts.map { $0 >= members })
    }

    /// Skill of the curve of detection against false detection: 1 perfect, 0 by chance; nil when the event never or always happened.
    public var relativeOperatingSkill: Double? {
        var points: [(x: Double, y: Double)] = [(0, 0)]
        for members in stride(from: size, through: 0, by: -1) {
            let table = contingency(atLeast: members)
            guard let x = table.falseDetection, let y = table.detection else { return nil }
            points.append((x, y))
        }
        let area = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.x - $1.0.x) * ($1.1.y + $1.0.y) / 2 }
        return 2 * area - 1
    }

    /// The value of the forecast for a user who loses 1 without and `cost` with protection: 1 as good as knowing, 0 as good as the
    /// base rate, the best over all numbers of members to act upon.
    ///
    /// - Parameter cost: 0..<1 of the loss.
    public func value(cost: Double) -> Double? {
        let climate = min(cost, baseRate)
        let perfect = cost * baseRate
        guard climate > perfect else { return nil }
        return (0...size + 1).map { members in
            let table = contingency(atLeast: members)
            let expense =
                (cost * Double(table.hits + table.falseAlarms) + Double(table.misses)) / number
            return (climate - expense) / (climate - perfect)
        }.max()
    }
}

/// Hits, misses, false alarms and rightly quiet times.
public struct Contingency: Hashable, Sendable {
    /// Forecast and observed.
    public let hits: Int
    /// Observed, not forecast.
    public let misses: Int
    /// Forecast, not observed.
    public let falseAlarms: Int
    /// Neither.
    public let quiet: Int

    /// Counts pairs.
    public init(observed: [Bool], forecast: [Bool]) {
        let pairs = Array(zip(observed, forecast))
        hits = pairs.count { $0.0 && $0.1 }
        misses = pairs.count { $0.0 && !$0.1 }
        falseAlarms = pairs.count { !$0.0 && $0.1 }
        quiet = pairs.count { !$0.0 && !$0.1 }
    }

    private static func ratio(_ part: Double, _ whole: Double) -> Double? { whole == 0 ? nil : part / whole }
    private static func ratio(_ part: Int, _ whole: Int) -> Double? { ratio(Double(part), Double(whole)) }
    private var all: Int { hits + misses + falseAlarms + quiet }

    /// Probability of detection: hits of all events.
    public var detection: Double? { Contingency.ratio(hits, hits + misses) }
    /// False alarm ratio: false alarms of all alarms.
    public var falseAlarmRatio: Double? { Contingency.ratio(falseAlarms, hits + falseAlarms) }
    /// Probability of false detection: false alarms of all quiet times.
    public var falseDetection: Double? { Contingency.ratio(falseAlarms, falseAlarms + quiet) }
    /// Hits of all alarms.
    public var successRatio: Double? { Contingency.ratio(hits, hits + falseAlarms) }
    /// Critical success index, also called threat score.
    public var criticalSuccess: Double? { Contingency.ratio(hits, hits + misses + falseAlarms) }
    /// The same without the hits by chance.
    public var equitableThreat: Double? {
        let chance = Double((hits + misses) * (hits + falseAlarms)) / Double(max(all, 1))
        return Contingency.ratio(Double(hits) - chance, Double(hits + misses + falseAlarms) - chance)
    }
    /// Heidke's skill.
    public var heidke: Double? {
        let (a, b, c, d) = (Double(hits), Double(falseAlarms), Double(misses), Double(quiet))
        return Contingency.ratio(2 * (a * d - b * c), (a + c) * (c + d) + (a + b) * (b + d))
    }
    /// Alarms over events.
    public var frequencyBias: Double? { Contingency.ratio(hits + falseAlarms, hits + misses) }
    /// Share of right answers.
    public var accuracy: Double? { Contingency.ratio(hits + quiet, all) }
    /// Peirce's skill: detection minus false detection.
    public var peirce: Double? {
        guard let detection, let falseDetection else { return nil }
        return detection - falseDetection
    }
}
