/// Forecasts of a gauge at one lead, one an issue time, by all that is known of it: several ways to forecast are fitted, weighed against
/// each other, and given a band.
///
/// Every issue time uses only what was known at it. For the fitting times, what is fitted has not seen the part that a time lies
/// in; after them, all of them are used. The forecast of the last step is therefore the one to publish, and those before it are how
/// it would have done.
public struct GaugeHindcast: Sendable {
    /// A way to forecast.
    public struct Member: Hashable, Sendable {
        /// For example `persistence`, `flows`, `GR4H updated`.
        public let name: String
        /// Its weight at the last issue time.
        public let weight: Double
        /// Its mean squared error of flow over the fitting times.
        public let fitError: Double
        /// The damping of its error model; nil where it has none.
        public let damping: Double?
        /// What it says, one an issue time; nil where it is silent.
        public let flows: [Double?]
    }

    /// A forecast with its band.
    public struct Value: Hashable, Sendable {
        /// The best estimate.
        public let flow: Double
        /// The band that should hold the share asked for.
        public let band: ClosedRange<Double>
    }

    /// What the fitting times can say about the forecasts.
    public enum Knowledge: Hashable, Sendable {
        /// Enough independent cases.
        case fitted
        /// Too few of them: so many, by how errors hang together or by how few floods made the changes that were to be forecast.
        case tooFew(Double)
    }

    /// Steps ahead.
    public let lead: Int
    /// The ways, persistence first.
    public let members: [Member]
    /// One an issue time; nil where what is needed is missing.
    public let values: [Value?]
    /// What can be known.
    public let knowledge: Knowledge
    /// Mean squared error of flow over the fitting times, each forecast from what has not seen it.
    public let fitError: Double
    /// Fitting times.
    public let fitCount: Int
    /// The power of recent scores in the weights, 0 where weights stand.
    public let recentPower: Double

    /// From so many independent cases on a band is believed.
    public static let enough = 20.0

    /// Fits; nil with fewer than 100 complete fitting times.
    ///
    /// - Parameters:
    ///   - range: steps whose outcomes may be fitted to.
    ///   - share: of outcomes that the band should hold.
    ///   - isMeant: which issue times count, for example those of a season.
    public init?(
        _ series: GaugeSeries, lead: Int, fitting range: Range<Int>, share: Double = 0.8,
        where isMeant: (Int) -> Bool = { _ in true }
    ) {
        precondition(lead >= 1, "a forecast looks ahead")
        let now = GaugeSeries.roots(series.target)
        let outcome = Columns.later(lead, now)
        let times = range.filter { $0 + lead < range.upperBound && isMeant($0) }
        let known = times.filter { !now[$0].isNaN && !outcome[$0].isNaN }
        guard known.count >= 100 else { return nil }
        let ways = ForecastWays(series, lead: lead, fitting: range, times: known).ways
        let weights = MemberWeights(
            ways.map(\.roots), floors: ways.indices.filter { ways[$0].isFloor }, outcome: outcome, lead: lead,
            times: known)
        let moved = Columns.map(now, Columns.before(1, now)) { ($0 - $1).magnitude }
        func signs(_ issue: Int) -> PredictiveBand.Signs {
            PredictiveBand.Signs(
                moved: moved[issue].isNaN ? 0 : moved[issue], spread: weights.spread[issue],
                root: weights.flows[issue].squareRoot())
        }
        let rows = known.filter { row in !weights.flows[row].isNaN && !ways.contains { $0.roots[row].isNaN } }
        guard
            let band = PredictiveBand(
                signs: rows.map(signs), errors: rows.map { outcome[$0] - weights.flows[$0].squareRoot() }, share: share)
        else { return nil }
        self.lead = lead
        var width = BandWidth(share: share)
        values = weights.flows.indices.map { issue in
            // what was issued a lead ago comes true now
            if issue >= lead { width.verify(issue - lead, now[issue]) }
            guard !weights.flows[issue].isNaN else { return nil }
            let found = band.band(signs(issue), widened: width.factor)
            width.issue(issue, found)
            return Value(flow: weights.flows[issue], band: found)
        }
        func error(_ flow: (Int) -> Double) -> Double {
            rows.reduce(0.0) { sum, row in
                let miss = flow(row) - outcome[row] * outcome[row]
                return sum + miss * miss
            } / Double(rows.count)
        }
        members = zip(ways, weights.last).map { way, weight in
            Member(
                name: way.name, weight: weight, fitError: error { way.roots[$0] * way.roots[$0] },
                damping: way.damping, flows: way.roots.map { $0.isNaN ? nil : $0 * $0 })
        }
        fitError = error { weights.flows[$0] }
        fitCount = rows.count
        recentPower = weights.power
        let changes = rows.map { outcome[$0] * outcome[$0] - now[$0] * now[$0] }
        let cases = min(band.effectiveCount, GaugeHindcast.cases(rows, changes: changes, lead: lead))
        knowledge = cases < GaugeHindcast.enough ? .tooFew(cases) : .fitted
    }

    /// How many equal floods would make up the changes that were to be forecast: the square of the sum of their squares, taken over blocks
    /// of two leads, over the sum of squares of these. One flood in a long quiet record is one case.
    private static func cases(_ rows: [Int], changes: [Double], lead: Int) -> Double {
        var (sum, squares, block, last) = (0.0, 0.0, 0.0, -1)
        for (row, change) in zip(rows, changes) {
            if row / (2 * lead) != last {
                squares += block * block
                (block, last) = (0, row / (2 * lead))
            }
            block += change * change
            sum += change * change
        }
        squares += block * block
        return squares > 0 ? sum * sum / squares : 0
    }
}

/// The ways to forecast that a series allows.
struct ForecastWays {
    struct Way {
        let name: String
        /// Roots of flow, one an issue time.
        let roots: [Double]
        var damping: Double?
        /// Whether the mean of all may not be worse.
        var isFloor = false
    }

    private(set) var ways: [Way] = []

    init(_ series: GaugeSeries, lead: Int, fitting range: Range<Int>, times: [Int]) {
        let now = GaugeSeries.roots(series.target)
        let outcome = Columns.later(lead, now)
        ways = [Way(name: "persistence", roots: now, isFloor: true)]
        let features = FlowFeatures(series)
        let flows = features.flows()
        func add(_ name: String, _ columns: [[Double]], on base: [Double]) {
            guard let fit = RidgeRegression(columns, base: base, outcome: outcome, times: times) else { return }
            ways.append(Way(name: name, roots: fit.roots))
        }
        add("flows", flows, on: now)
        if !series.rain.isEmpty {
            let (rain, wetness) = (features.rain(), features.wetness())
            let base = ways.first { $0.name == "flows" }?.roots
            // flows are often known for longer than rain: then what they tell is kept, and rain says what they missed
            let together = times.count { place in !rain.contains { $0[place].isNaN } }
            if base == nil || 2 * together >= times.count {
                add("flows and rain", flows + rain, on: now)
                add("flows, rain and wetness", flows + rain + wetness, on: now)
            }
            if let base {
                add("rain on flows", rain, on: base)
                add("rain and wetness on flows", rain + wetness, on: base)
            }
        }
        if !series.line.isEmpty, let line = RoutedLine(series.line + [series.target], fitting: range) {
            let routed = line.forecast(lead: lead)
            addUpdated(
                "routed", now: routed.now.map { $0.squareRoot() }, later: routed.later.map { $0.squareRoot() }, now,
                outcome, times)
        }
        for simulation in series.simulations {
            let roots = GaugeSeries.roots(simulation.flow)
            let restarted = simulation.later[lead].map { GaugeSeries.roots($0) }
            let later = restarted ?? Columns.later(lead, roots)
            ways.append(Way(name: "\(simulation.name) alone", roots: later, isFloor: restarted == nil))
            addUpdated("\(simulation.name) updated", now: roots, later: later, now, outcome, times)
        }
        let long = times.count / 4
        // a way that is silent in most of the fitting times cannot be weighed
        ways = ways.filter { way in times.count { !way.roots[$0].isNaN } >= min(100, long) }
    }

    /// The error model, and a regression on what the error did last and what the simulation does next.
    private mutating func addUpdated(
        _ name: String, now: [Double], later: [Double], _ observed: [Double], _ outcome: [Double], _ times: [Int]
    ) {
        guard let update = ErrorUpdate(now: now, later: later, observed: observed, outcome: outcome, times: times)
        else { return }
        ways.append(Way(name: name, roots: update.roots, damping: update.damping))
        ways.append(
            Way(
                name: "\(name) in full",
                roots: now.indices.map { later[$0].isNaN ? .nan : plain(later[$0] + observed[$0] - now[$0]) },
                damping: 1))
        let error = Columns.map(observed, now) { $0 - $1 }
        let change = Columns.map(error, Columns.before(1, error)) { $0 - $1 }
        let rise = Columns.map(later, now) { $0 - $1 }
        let columns = [error, change, Columns.before(1, change), rise, Columns.map(error, rise, *)]
        if let fit = RidgeRegression(columns, base: update.roots, outcome: outcome, times: times) {
            ways.append(Way(name: "\(name), by its last errors", roots: fit.roots))
        }
    }

    private func plain(_ root: Double) -> Double { root.isNaN ? .nan : max(0, root) }
}
