import River

/// Flow some steps ahead from what gauges show now: a ridge regression on the square roots of flows, of their recent changes and on
/// past rain, fitted for one lead.
///
/// In the space of square roots errors of low and high water weigh alike and a forecast cannot become negative. How strongly weights
/// are held back is chosen by leaving out contiguous fifths of the fitting period in turn; where no regression beats persistence
/// there, persistence it is, and ``isPersistence`` says so. Source: Hoerl and Kennard (1970), Technometrics 12, 55-67.
public struct FlowRegression: Sendable {
    /// The series of a table, a value a step.
    public struct Series: Sendable {
        /// The flow to be forecast, >= 0.
        public let target: [Double?]
        /// Flows upstream, >= 0.
        public let upstream: [[Double?]]
        /// Rain of each step, >= 0.
        public let rain: [[Double?]]
        /// Whether the rain of a step is known when the step's flow is: false where a table stamps the beginning of its period.
        public let isRainKnown: Bool
        /// Steps over which the changes of flow up to now are looked at: about the travel times between the gauges.
        public let changes: [Int]

        /// Takes series of equal length; changes are 1 or more.
        public init(
            target: [Double?], upstream: [[Double?]], rain: [[Double?]], isRainKnown: Bool = false,
            changes: [Int] = [1, 2, 3, 4, 8]
        ) {
            precondition((upstream + rain).allSatisfy { $0.count == target.count }, "series of equal length")
            precondition(changes.allSatisfy { $0 >= 1 }, "a change looks back")
            self.changes = changes
            self.target = target
            self.upstream = upstream
            self.rain = rain
            self.isRainKnown = isRainKnown
        }
    }

    /// A forecast with its band.
    public struct Value: Hashable, Sendable {
        /// The best estimate.
        public let flow: Double
        /// 10 % of outcomes lie below.
        public let low: Double
        /// 10 % of outcomes lie above.
        public let high: Double
    }

    /// Steps ahead.
    public let lead: Int
    /// Whether no regression was better than the last known flow.
    public let isPersistence: Bool
    /// The penalty that was chosen.
    public let penalty: Double
    private let weights: [Double]
    private let means: [Double]
    private let scales: [Double]
    /// 10 and 90 % of the errors that were made on what was left out, in units of the usual error there.
    private let spread: (low: Double, high: Double)
    /// The usual error in square roots: so much always, and so much of what changed last.
    private let usual: (always: Double, ofChange: Double)

    private static let rainLags = 4
    private static let rainReach = 13

    /// Fits to the issue times of a range whose outcomes lie in it too; nil with fewer than 100 of them.
    ///
    /// - Parameter isMeant: which issue times count, for example those of a season.
    public init?(_ series: Series, lead: Int, fitting range: Range<Int>, where isMeant: (Int) -> Bool = { _ in true }) {
        precondition(lead >= 1, "a forecast looks ahead")
        let rows = FlowRegression.rows(series, lead, range).filter { isMeant($0.issue) }
        guard rows.count >= 100 else { return nil }
        self.lead = lead
        let size = rows[0].features.count
        let count = Double(rows.count)
        let means = (0..<size).map { place in rows.reduce(0) { $0 + $1.features[place] } / count }
        let scales = (0..<size).map { place -> Double in
            let squares = rows.reduce(0) {
                $0 + ($1.features[place] - means[place]) * ($1.features[place] - means[place])
            }
            return max((squares / count).squareRoot(), 1e-9)
        }
        let sets = rows.map { row in
            Row(
                issue: row.issue, now: row.now, outcome: row.outcome,
                features: row.features.indices.map { (row.features[$0] - means[$0]) / scales[$0] } + [1])
        }
        var choice: (penalty: Double?, error: Double, residuals: [Double]) = (
            nil, sets.reduce(0) { $0 + FlowRegression.flowError($1.now, $1) }, sets.map { $0.outcome - $0.now }
        )
        let folds = (0..<5).map { fold in sets.count * fold / 5..<sets.count * (fold + 1) / 5 }
        let whole = Normal(sets)
        let parts = folds.map { Normal(Array(sets[$0])) }
        // weights are never freer than one row for each of them allows
        for penalty in [1.0, 3, 10, 30].map({ $0 * Double(size) / count }) {
            var (error, residuals): (Double, [Double]) = (0, [])
            for (fold, part) in zip(folds, parts) {
                let weights = whole.without(part).solved(penalty: penalty)
                for row in sets[fold] {
                    let value = FlowRegression.root(row.now, row.features, weights)
                    error += FlowRegression.flowError(value, row)
                    residuals.append(row.outcome - value)
                }
            }
            if error < choice.error { choice = (penalty, error, residuals) }
        }
        self.means = means
        self.scales = scales
        isPersistence = choice.penalty == nil
        penalty = choice.penalty ?? 0
        weights = choice.penalty.map { whole.solved(penalty: $0) } ?? [Double](repeating: 0, count: size + 1)
        let moved = rows.map { FlowRegression.moved(series, $0.issue) }
        let usual = FlowRegression.usualError(choice.residuals.map(\.magnitude), moved)
        self.usual = usual
        let sorted = zip(choice.residuals, moved).map { $0 / (usual.always + usual.ofChange * $1) }.sorted()
        spread = (quantile(0.1, ofSorted: sorted), quantile(0.9, ofSorted: sorted))
    }

    /// How much the target has just changed, in square roots.
    private static func moved(_ series: Series, _ issue: Int) -> Double {
        guard let now = root(series.target, issue),
            let before = root(series.target, issue - (series.changes.first ?? 1))
        else { return 0 }
        return (now - before).magnitude
    }

    /// The size of errors as a straight line over the last change, neither part below zero.
    private static func usualError(_ errors: [Double], _ moved: [Double]) -> (always: Double, ofChange: Double) {
        let moments = PairMoments(observed: moved, simulated: errors)
        let slope = moments.observedSquares > 0 ? max(0, moments.products / moments.observedSquares) : 0
        let always = moments.simulatedMean - slope * moments.observedMean
        return (max(always, 0.1 * moments.simulatedMean, 1e-9), slope)
    }

    /// The forecast issued at a step; nil where something that it needs is missing.
    public func value(_ series: Series, at issue: Int) -> Value? {
        guard let now = FlowRegression.root(series.target, issue),
            let features = FlowRegression.features(series, issue)
        else { return nil }
        let scaled = features.indices.map { (features[$0] - means[$0]) / scales[$0] } + [1]
        let root = FlowRegression.root(now, scaled, weights)
        func flow(_ root: Double) -> Double { max(0, root) * max(0, root) }
        let size = usual.always + usual.ofChange * FlowRegression.moved(series, issue)
        return Value(flow: flow(root), low: flow(root + spread.low * size), high: flow(root + spread.high * size))
    }

    /// An issue time with its outcome.
    private struct Row {
        let issue: Int
        let now: Double
        let outcome: Double
        let features: [Double]
    }

    private static func rows(_ series: Series, _ lead: Int, _ range: Range<Int>) -> [Row] {
        range.compactMap { issue in
            guard issue + lead < range.upperBound, let now = root(series.target, issue),
                let outcome = root(series.target, issue + lead), let features = features(series, issue)
            else { return nil }
            return Row(issue: issue, now: now, outcome: outcome, features: features)
        }
    }

    private static func root(_ values: [Double?], _ place: Int) -> Double? {
        guard values.indices.contains(place), let value = values[place] else { return nil }
        return max(0, value).squareRoot()
    }

    private static func features(_ series: Series, _ issue: Int) -> [Double]? {
        guard issue >= rainReach else { return nil }
        var features: [Double] = []
        for flow in [series.target] + series.upstream {
            guard let now = root(flow, issue) else { return nil }
            features.append(now)
            for change in series.changes {
                guard let before = root(flow, issue - change) else { return nil }
                features.append(now - before)
            }
        }
        let newest = series.isRainKnown ? 0 : 1
        for rain in series.rain {
            var (short, long) = (0.0, 0.0)
            for lag in newest..<rainReach {
                guard let fallen = rain[issue - lag] else { return nil }
                if lag < newest + rainLags { features.append(fallen) }
                if lag < newest + 2 { short += fallen }
                long += fallen
            }
            features.append(short.squareRoot())
            features.append(long.squareRoot())
        }
        return features
    }

    private static func root(_ now: Double, _ features: [Double], _ weights: [Double]) -> Double {
        var sum = now
        for place in features.indices { sum += weights[place] * features[place] }
        return sum
    }

    private static func flowError(_ root: Double, _ row: Row) -> Double {
        let error = max(0, root) * max(0, root) - row.outcome * row.outcome
        return error * error
    }

    /// The normal equations of rows.
    private struct Normal {
        var matrix: [[Double]]
        var right: [Double]
        var count: Double

        init(_ rows: [Row]) {
            let size = rows.first?.features.count ?? 0
            matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
            right = [Double](repeating: 0, count: size)
            count = Double(rows.count)
            for row in rows {
                let change = row.outcome - row.now
                for a in 0..<size {
                    right[a] += row.features[a] * change
                    for b in 0...a { matrix[a][b] += row.features[a] * row.features[b] }
                }
            }
        }

        func without(_ other: Normal) -> Normal {
            var rest = self
            rest.count -= other.count
            for a in right.indices {
                rest.right[a] -= other.right[a]
                for b in 0...a { rest.matrix[a][b] -= other.matrix[a][b] }
            }
            return rest
        }

        /// The weights, the last of which is the constant and bears no penalty (Cholesky).
        func solved(penalty: Double) -> [Double] {
            let size = right.count
            var factor = matrix
            for a in 0..<size {
                for b in 0...a {
                    var sum = matrix[a][b]
                    if a == b { sum += count * (a == size - 1 ? 1e-12 : penalty) }
                    for k in 0..<b { sum -= factor[a][k] * factor[b][k] }
                    factor[a][b] = a == b ? max(sum, 1e-12).squareRoot() : sum / factor[b][b]
                }
            }
            var weights = right
            for a in 0..<size {
                for k in 0..<a { weights[a] -= factor[a][k] * weights[k] }
                weights[a] /= factor[a][a]
            }
            for a in stride(from: size - 1, through: 0, by: -1) {
                for k in a + 1..<size { weights[a] -= factor[k][a] * weights[k] }
                weights[a] /= factor[a][a]
            }
            return weights
        }
    }
}
