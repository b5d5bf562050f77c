public import Series

/// A stage or a flow that the gauge upstream does not explain: its distance from a straight line through the pairs, each with the
/// upstream value of one travel time before, in units of the usual distance.
///
/// The line is that of Theil's medians (1950) over pairs far apart, so that the values to be found do not bend it; the usual
/// distance is 1.4826 times the median one.
public struct UpstreamTest: Hashable, Sendable {
    /// s from the upstream gauge to this one.
    public let travelTime: Int64
    /// Further than so many usual distances is suspect.
    public let suspect: Double
    /// Further than so many usual distances fails; nil: nothing does.
    public let fail: Double?
    /// Unit: distances below it are never remarked.
    public let tolerance: Double

    /// Makes a test.
    public init(travelTime: Int64, suspect: Double = 5, fail: Double? = 10, tolerance: Double = 0) {
        self.travelTime = travelTime
        self.suspect = suspect
        self.fail = fail
        self.tolerance = tolerance
    }

    /// One flag a value; not evaluated where the upstream gauge has none, or with fewer than 20 pairs.
    public func flags(_ values: GappedValues, at times: SeriesTimes, upstream: GappedValues) -> [Quality] {
        precondition(upstream.count == values.count && times.count == values.count, "the same times")
        var above = ShiftedValues(upstream, at: times)
        let gap = max(travelTime, Int64((times.medianStep ?? 0) * 2))
        let earlier = times.map { above.value(at: $0 - travelTime, gap: gap) }
        let pairs = values.storage.indices.filter { !(values.storage[$0] + earlier[$0]).isNaN }
        guard pairs.count >= 20, let line = line(pairs.map { (earlier[$0], values.storage[$0]) }) else {
            return values.flags(.notEvaluated)
        }
        var flags = values.flags(.notEvaluated)
        var distances = [Double](repeating: 0, count: values.count)
        for place in pairs {
            distances[place] = (values.storage[place] - line.offset - line.slope * earlier[place]).magnitude
        }
        let usual = 1.4826 * (median(pairs.map { distances[$0] }) ?? 0)
        for place in pairs {
            let limit = { (count: Double) in max(tolerance, count * usual) }
            let isFailed = fail.map { distances[place] > limit($0) } ?? false
            flags[place] = isFailed ? .fail : distances[place] > limit(suspect) ? .suspect : .good
        }
        return flags
    }

    private func line(_ pairs: [(x: Double, y: Double)]) -> (slope: Double, offset: Double)? {
        let sorted = pairs.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        let half = sorted.count / 2
        let slopes = (0..<half).compactMap { place -> Double? in
            let (a, b) = (sorted[place], sorted[place + half])
            return b.x > a.x ? (b.y - a.y) / (b.x - a.x) : nil
        }
        let slope = median(slopes) ?? 0
        guard let offset = median(sorted.map { $0.y - slope * $0.x }) else { return nil }
        return (slope, offset)
    }
}
