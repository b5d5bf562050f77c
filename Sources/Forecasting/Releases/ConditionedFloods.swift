import River

/// What may come of a flood of which the past is known, learnt from other floods.
///
/// Each of the others is moved, in logarithms, by what its past differs from the flood's, in the way in which the future of the
/// floods goes with their past (ensemble Kalman smoother, Evensen and van Leeuwen 2000, Monthly Weather Review 128, 1852-1867).
/// Those that resemble the flood count most in that way, because what holds for large floods need not hold for small ones.
struct ConditionedFloods {
    private let pool: [ReleaseProblem.Scenario]
    private let now: Int
    /// How much each of the pool counts: as likely as it is, but at least so many count.
    private let weights: [Double]
    /// Logarithms of the series before and from now on: [flood][series and step].
    private let past, future: [[Double]]
    private let seen: [Double]
    /// The same less the mean, times the root of the flood's weight.
    private let pastParts, futureParts: [[Double]]
    private let factor: CholeskyFactor
    /// Of each series the least and the largest logarithm that a future may have.
    private let ranges: [ClosedRange<Double>]

    /// - Parameters:
    ///   - pool: other floods, at least one.
    ///   - flood: of which the steps before `now` are looked at.
    ///   - now: >= 1.
    ///   - observationError: relative standard error of what is known of the flood, >= 0.
    ///   - likeness: how many floods count as much as like it, >= 1.
    init(
        _ pool: [ReleaseProblem.Scenario], resembling flood: ReleaseProblem.Scenario, at now: Int,
        observationError: Double, likeness: Int
    ) {
        self.pool = pool
        self.now = now
        let ranges = ConditionedFloods.ranges(of: pool)
        self.ranges = ranges
        let steps = flood.controlInflow.count
        func logarithms(_ scenario: ReleaseProblem.Scenario, _ part: Range<Int>) -> [Double] {
            zip(scenario.series, ranges).flatMap { series, range in
                series[part].map { $0 > 0 ? max(range.lowerBound, Elementary.log($0)) : range.lowerBound }
            }
        }
        past = pool.map { logarithms($0, 0..<now) }
        future = pool.map { logarithms($0, now..<steps) }
        let known = logarithms(flood, 0..<now)
        seen = known
        let distances = past.map { zip($0, known).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        let order = distances.sorted()
        let scale = max(
            order[min(likeness, order.count - 1)] - order[0], observationError * observationError)
        let weights = distances.map { scale > 0 ? Elementary.exp(-0.5 * ($0 - order[0]) / scale) : 1 }
        self.weights = weights
        pastParts = ConditionedFloods.parts(past, weights)
        futureParts = ConditionedFloods.parts(future, weights)
        factor = ConditionedFloods.factor(pastParts, observationError: observationError)
    }

    /// Some futures from now on that stand for all of them: evenly spaced by their water, each as often as it counts.
    func futures(_ count: Int) -> [ReleaseProblem.Scenario] {
        let all = pool.indices.map(moved)
        let water = all.map { $0.series.reduce(0.0) { $1.reduce($0, +) } }
        let order = pool.indices.sorted { (water[$0], $0) < (water[$1], $1) }
        let step = weights.reduce(0, +) / Double(count)
        var (place, before) = (0, 0.0)
        return (0..<count).map { number in
            while place < order.count - 1, before + weights[order[place]] < (Double(number) + 0.5) * step {
                before += weights[order[place]]
                place += 1
            }
            return all[order[place]]
        }
    }

    private func moved(_ flood: Int) -> ReleaseProblem.Scenario {
        let misses = zip(seen, past[flood]).map { $0 - $1 }
        let shares = factor.solve(
            pastParts.map { part in zip(part, misses).reduce(0.0) { $0 + $1.0 * $1.1 } })
        var values = future[flood]
        for (share, part) in zip(shares, futureParts) {
            for place in values.indices { values[place] += share * part[place] }
        }
        let steps = values.count / ranges.count
        let series = ranges.enumerated().map { number, range in
            values[number * steps..<(number + 1) * steps].map {
                Elementary.exp(min(max($0, range.lowerBound), range.upperBound))
            }
        }
        return pool[flood].with(series)
    }

    // MARK: - Numbers of the pool

    /// From a millionth of the largest value of the pool to twice as much.
    private static func ranges(of pool: [ReleaseProblem.Scenario]) -> [ClosedRange<Double>] {
        pool[0].series.indices.map { place in
            let largest = pool.reduce(0.0) { $1.series[place].reduce($0, max) }
            return Elementary.log(1e-6 * max(largest, 1e-6))...Elementary.log(2 * max(largest, 1e-6))
        }
    }

    private static func parts(_ values: [[Double]], _ weights: [Double]) -> [[Double]] {
        let total = weights.reduce(0, +)
        var mean = [Double](repeating: 0, count: values[0].count)
        for (weight, row) in zip(weights, values) {
            for place in mean.indices { mean[place] += weight / total * row[place] }
        }
        return zip(weights, values).map { weight, row in
            let root = (weight / total).squareRoot()
            return zip(row, mean).map { root * ($0 - $1) }
        }
    }

    /// The factor of what pasts have in common and of the error, flood by flood.
    private static func factor(_ parts: [[Double]], observationError: Double) -> CholeskyFactor {
        let size = parts.count
        var matrix = [Double](repeating: 0, count: size * size)
        var trace = 0.0
        for a in 0..<size {
            for b in 0...a { matrix[a * size + b] = zip(parts[a], parts[b]).reduce(0.0) { $0 + $1.0 * $1.1 } }
            trace += matrix[a * size + a]
        }
        // where nothing differs, or nothing errs, roundings need a floor
        let least = max(1e-13 * trace, 1e-300)
        for a in 0..<size { matrix[a * size + a] += observationError * observationError + least }
        return CholeskyFactor(matrix, size: size, leastPivot: least)
    }
}

extension ReleaseProblem.Scenario {
    /// All inflows, one after the other.
    fileprivate var series: [[Double]] { inflow + [controlInflow] + townInflow }

    /// A scenario of the same places with other series.
    fileprivate func with(_ series: [[Double]]) -> ReleaseProblem.Scenario {
        ReleaseProblem.Scenario(
            inflow: Array(series[..<inflow.count]), controlInflow: series[inflow.count],
            townInflow: Array(series[(inflow.count + 1)...]))
    }
}
