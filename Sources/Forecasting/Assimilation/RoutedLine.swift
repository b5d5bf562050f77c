import River

/// Water that goes from gauge to gauge down one river: each gauge follows the one above after a lag, spread by a row of equal linear
/// stores, with a share that is gained or lost and a steady inflow between.
///
/// The readings of each gauge take the place of what was routed to it, up to the issue; what routing missed there last is carried on.
/// Above the uppermost gauge nothing is known: its last reading stays. Sources: Nash (1957), IAHS Publ. 45, 114-121 (the stores);
/// lag and route as in Linsley, Kohler and Paulhus (1949).
struct RoutedLine {
    /// From one gauge to the next.
    struct Reach: Hashable {
        /// Steps.
        let lag: Int
        /// Steps each store holds water.
        let storage: Double
        /// How many stores.
        let stores: Int
        /// Lower over upper flow.
        let gain: Double
        /// In the unit of flow.
        let inflow: Double

        /// What of the water of one step comes in each later step, lag included; sums to one.
        var ordinates: [Double] {
            let bare = RoutedLine.ordinates(storage: storage, stores: stores)
            return [Double](repeating: 0, count: lag) + bare
        }
    }

    /// Fitted with each part of the fitting times left out, and with none.
    private let reaches: [[Reach]]
    private let gauges: [[Double]]
    private let times: [Int]

    /// Fits each reach; nil where a gauge does not vary or fewer than so many steps are complete.
    ///
    /// - Parameters:
    ///   - gauges: flows from the uppermost down to the target; gaps are filled by the value before.
    ///   - range: steps to fit to.
    init?(_ gauges: [[Double?]], fitting range: Range<Int>, least: Int = 100) {
        guard gauges.count >= 2, range.count >= least else { return nil }
        let filled = gauges.map(RoutedLine.filled)
        guard !filled.contains(where: { $0.contains { $0.isNaN } }) else { return nil }
        var all: [[Reach]] = Array(repeating: [], count: RidgeRegression.parts + 1)
        for place in 1..<filled.count {
            guard let fits = RoutedLine.fits(filled[place - 1], filled[place], range) else { return nil }
            for (part, reach) in fits.enumerated() { all[part].append(reach) }
        }
        reaches = all
        self.gauges = filled
        times = Array(range)
    }

    /// Gaps take the value before, those at the beginning the first there is.
    private static func filled(_ values: [Double?]) -> [Double] {
        var last = values.lazy.compactMap { $0 }.first ?? .nan
        return values.map { value in
            last = value ?? last
            return last
        }
    }

    /// Flow routed to the target at issue and a lead later, as known at each issue.
    func forecast(lead: Int) -> (now: [Double], later: [Double]) {
        let count = gauges[0].count
        var (now, later): ([Double], [Double]) = ([], [])
        let kernels = reaches.map { $0.map(\.ordinates) }
        for issue in 0..<count {
            let isFitted = times.first.map { issue >= $0 } ?? false && issue <= times.last ?? -1
            let part =
                isFitted ? RidgeRegression.part(issue - times[0], of: times.count) : RidgeRegression.parts
            let (first, last) = routed(issue, lead, reaches[part], kernels[part])
            now.append(first)
            later.append(last)
        }
        return (now, later)
    }

    private func routed(_ issue: Int, _ lead: Int, _ line: [Reach], _ kernels: [[Double]]) -> (Double, Double) {
        var future = [Double](repeating: gauges[0][issue], count: lead)
        var result = (Double.nan, Double.nan)
        for (place, reach) in line.enumerated() {
            let (above, kernel) = (gauges[place], kernels[place])
            func flow(_ step: Int) -> Double {
                var sum = 0.0
                for (lag, ordinate) in kernel.enumerated().dropFirst(reach.lag) {
                    let from = step - lag
                    sum += ordinate * (from > issue ? future[from - issue - 1] : above[max(from, 0)])
                }
                return max(0, reach.inflow + reach.gain * sum)
            }
            let here = flow(issue)
            let routed = (1...lead).map { flow(issue + $0) }
            result = (here, routed[lead - 1])
            let missed = gauges[place + 1][issue] - here
            future = routed.map { max(0, $0 + missed) }
        }
        return result
    }

    /// The instantaneous answer of a row of stores, averaged over each step and cut where less than a thousandth is left.
    private static func ordinates(storage: Double, stores: Int) -> [Double] {
        guard storage > 0 else { return [1] }
        func held(_ time: Double) -> Double {
            let x = time / storage
            var (term, sum) = (1.0, 1.0)
            for number in 1..<max(stores, 1) {
                term *= x / Double(number)
                sum += term
            }
            return Elementary.exp(-x) * sum
        }
        var values: [Double] = []
        var before = 1.0
        while before > 1e-3, values.count < 2000 {
            let after = held(Double(values.count) + 1)
            values.append(before - after)
            before = after
        }
        let whole = values.reduce(0, +)
        return values.map { $0 / whole }
    }

    /// The reach of least squares with each part left out, and of all; nil where flows do not vary.
    private static func fits(_ upper: [Double], _ lower: [Double], _ range: Range<Int>) -> [Reach]? {
        let parts = RidgeRegression.parts
        var best = [(error: Double, reach: Reach)?](repeating: nil, count: parts + 1)
        let furthest = min(64, range.count / 6)
        for (storage, stores) in [(0.0, 1)]
            + [1.0, 2, 3, 4, 6, 8, 12, 16].flatMap({ storage in [1, 2, 3].map { (storage, $0) } })
        {
            let kernel = ordinates(storage: storage, stores: stores)
            let spread = upper.indices.map { step in
                var sum = 0.0
                for (lag, ordinate) in kernel.enumerated() { sum += ordinate * upper[max(0, step - lag)] }
                return sum
            }
            for lag in 0...furthest {
                var sums = [LineSums](repeating: LineSums(), count: parts)
                for step in range where step >= lag + range.lowerBound {
                    let part = RidgeRegression.part(step - range.lowerBound, of: range.count)
                    sums[part].add(spread[step - lag], lower[step])
                }
                let whole = sums.reduce(LineSums()) { $0.plus($1, 1) }
                for part in 0...parts {
                    let kept = part < parts ? whole.plus(sums[part], -1) : whole
                    guard let line = kept.line, line.error < best[part]?.error ?? .infinity else { continue }
                    best[part] = (
                        line.error,
                        Reach(lag: lag, storage: storage, stores: stores, gain: line.gain, inflow: line.inflow)
                    )
                }
            }
        }
        let found = best.compactMap { $0?.reach }
        return found.count == parts + 1 ? found : nil
    }

    /// Sums for a straight line.
    private struct LineSums {
        var count = 0.0
        var x = 0.0
        var y = 0.0
        var xx = 0.0
        var xy = 0.0
        var yy = 0.0

        mutating func add(_ a: Double, _ b: Double) {
            count += 1
            x += a
            y += b
            xx += a * a
            xy += a * b
            yy += b * b
        }

        func plus(_ other: LineSums, _ sign: Double) -> LineSums {
            var sum = self
            sum.count += sign * other.count
            sum.x += sign * other.x
            sum.y += sign * other.y
            sum.xx += sign * other.xx
            sum.xy += sign * other.xy
            sum.yy += sign * other.yy
            return sum
        }

        /// The line of least squares that does not fall, and its mean squared error.
        var line: (gain: Double, inflow: Double, error: Double)? {
            guard count > 2 else { return nil }
            let (a, b) = (x / count, y / count)
            let (sxx, sxy, syy) = (xx / count - a * a, xy / count - a * b, yy / count - b * b)
            guard sxx > 1e-12 * max(1, a * a) else { return nil }
            let gain = max(0, sxy / sxx)
            return (gain, b - gain * a, syy - 2 * gain * sxy + gain * gain * sxx)
        }
    }
}
