public import Series

/// Water that gets lost or comes from nowhere between gauges: the mean flow over a window against the sum of the flows upstream, one
/// travel time earlier.
public struct WaterBalanceTest: Hashable, Sendable {
    /// s over which flows are averaged.
    public let window: Int64
    /// s from the upstream gauges to this one.
    public let travelTime: Int64
    /// The smallest ratio of downstream to upstream flow that can be, for example 0.8.
    public let leastRatio: Double
    /// The largest ratio, for example 1.5 where a quarter of the basin lies between.
    public let largestRatio: Double

    /// Makes a test.
    public init(window: Int64, travelTime: Int64 = 0, leastRatio: Double, largestRatio: Double) {
        self.window = window
        self.travelTime = travelTime
        self.leastRatio = leastRatio
        self.largestRatio = largestRatio
    }

    /// One flag a value: suspect where the ratio of the window that it closes lies outside; not evaluated where a flow is missing in
    /// the window.
    public func flags(_ values: GappedValues, at times: SeriesTimes, upstream: [GappedValues]) -> [Quality] {
        precondition(upstream.allSatisfy { $0.count == values.count }, "the same times")
        var above = upstream.map { ShiftedValues($0, at: times) }
        let gap = max(window, travelTime)
        let arriving = times.map { time in
            above.indices.reduce(0.0) { $0 + above[$1].value(at: time - travelTime, gap: gap) }
        }
        var flags = values.flags(.notEvaluated)
        var start = 0
        var (down, up, missing) = (0.0, 0.0, 0)
        func count(_ place: Int, _ sign: Double) {
            let pair = values.storage[place] + arriving[place]
            if pair.isNaN {
                missing += sign > 0 ? 1 : -1
            } else {
                down += sign * values.storage[place]
                up += sign * arriving[place]
            }
        }
        for place in values.storage.indices {
            count(place, 1)
            while times[start] <= times[place] - window, start < place {
                count(start, -1)
                start += 1
            }
            guard flags[place] != .missing, missing == 0, times[place] - times[0] >= window, up > 0 else { continue }
            let ratio = down / up
            flags[place] = ratio < leastRatio || ratio > largestRatio ? .suspect : .good
        }
        return flags
    }
}
