/// What holds the water back in a range of stages, and with it what is known of the exponent beforehand.
public enum RatingControl: String, Sendable, CaseIterable, Hashable {
    /// A wide channel: exponent 5/3 (Manning), standard deviation 0.05.
    case channel
    /// A weir or a sill: exponent 3/2, standard deviation 0.05.
    case weir
    /// Not known: 1.7 with a standard deviation of 0.5.
    case free

    /// Mean and standard deviation of the exponent before any gauging.
    public var exponent: (mean: Double, deviation: Double) {
        switch self {
        case .channel: (5.0 / 3, 0.05)
        case .weir: (1.5, 0.05)
        case .free: (1.7, 0.5)
        }
    }
}

/// A rating of one or more power laws, each taking over from the one below at its stage of activation without a step.
///
/// `Q = a_i (h - b_i)^c_i` from activation stage k_i on; b_1 = k_1, and b_i follows from the continuity at k_i. Source: Le Coz et al.
/// (2014), J. Hydrol. 509, 573-587, equations 1-6.
public struct SegmentedRating: Hashable, Sendable {
    /// Stages of activation, increasing; the first is the stage of no flow.
    public let activations: [Double]
    /// a of each segment.
    public let coefficients: [Double]
    /// c of each segment.
    public let exponents: [Double]
    /// b of each segment.
    public let offsets: [Double]
    /// Standard deviation of ln Q around the curve, beside that of the gaugings.
    public let deviation: Double

    /// Makes a rating; nil when activations do not increase, or a later law cannot begin where it should.
    public init?(activations: [Double], coefficients: [Double], exponents: [Double], deviation: Double) {
        guard !activations.isEmpty, coefficients.count == activations.count, exponents.count == activations.count,
            zip(activations, activations.dropFirst()).allSatisfy({ $0 < $1 }),
            coefficients.allSatisfy({ $0 > 0 && $0.isFinite }), exponents.allSatisfy({ $0 > 0.1 && $0 < 6 }),
            deviation > 0, deviation.isFinite
        else { return nil }
        var offsets = [activations[0]]
        for place in activations.indices.dropFirst() {
            let below =
                coefficients[place - 1]
                * Elementary.power(activations[place] - offsets[place - 1], exponents[place - 1])
            offsets.append(activations[place] - Elementary.power(below / coefficients[place], 1 / exponents[place]))
        }
        guard offsets.allSatisfy(\.isFinite) else { return nil }
        self.activations = activations
        self.coefficients = coefficients
        self.exponents = exponents
        self.offsets = offsets
        self.deviation = deviation
    }

    /// The discharge at a stage; 0 at and below the stage of no flow.
    public func discharge(_ stage: Double) -> Double {
        guard let segment = activations.lastIndex(where: { $0 < stage }) else { return 0 }
        return coefficients[segment] * Elementary.power(stage - offsets[segment], exponents[segment])
    }
}

/// Segmented ratings as likely as the gaugings and what is known beforehand make them.
public struct RatingPosterior: Sendable {
    /// The most likely of the draws.
    public let best: SegmentedRating
    /// Draws, thinned.
    public let draws: [SegmentedRating]
    /// Share of proposals that were taken.
    public let acceptance: Double

    /// Draws ratings by an adaptive Metropolis walk (Haario, Saksman and Tamminen 2001) from the least squares fit; the first half is
    /// thrown away. nil with fewer than three gaugings a segment or when no start can be found.
    ///
    /// Known beforehand: the exponents of the controls, activations within half the gauged range around even parts of it, and that the
    /// deviation of ln Q is of the order of a tenth.
    ///
    /// - Parameters:
    ///   - controls: one a segment, from the lowest up.
    ///   - seed: equal seeds give equal draws.
    ///   - steps: of the walk, at least 1000.
    public init?(_ gaugings: [Gauging], controls: [RatingControl], seed: UInt64, steps: Int = 40_000) {
        guard !controls.isEmpty, gaugings.count >= 3 * controls.count, let law = PowerLawFit(gaugings) else {
            return nil
        }
        var walk = RatingWalk(gaugings, controls, law, seed: seed)
        guard walk.density > -.infinity else { return nil }
        let count = max(1000, steps)
        var draws: [SegmentedRating] = []
        for step in 0..<count {
            walk.advance(step, isLearning: step < count / 2)
            if step >= count / 2, step % max(1, count / 2000) == 0, let rating = walk.rating { draws.append(rating) }
        }
        guard let best = walk.best else { return nil }
        self.best = best
        self.draws = draws
        acceptance = Double(walk.taken) / Double(count)
    }

    /// 5, 50 and 95 % of the discharge that a gauging at a stage would give: the spread of the curve and that around it.
    public func band(at stage: Double) -> (low: Double, median: Double, high: Double) {
        let spread = draws.indices.map { place -> Double in
            let q = draws[place].discharge(stage)
            // the deviation enters by quantiles in turn, so that no chance is needed
            let z = Elementary.normalQuantile((Double(place % 100) + 0.5) / 100)
            return q * Elementary.exp(z * draws[place].deviation)
        }.sorted()
        guard !spread.isEmpty else { return (0, 0, 0) }
        func at(_ p: Double) -> Double { spread[min(spread.count - 1, Int(p * Double(spread.count)))] }
        return (at(0.05), at(0.5), at(0.95))
    }
}

/// The walk: activations, ln a, c of each segment, then ln of the deviation.
private struct RatingWalk {
    private let gaugings: [Gauging]
    private let logs: [Double]
    private let controls: [RatingControl]
    private let middles: [Double]
    private let range: (low: Double, width: Double)
    private var numbers: SearchNumbers
    private var place: [Double]
    private(set) var density: Double
    private(set) var best: SegmentedRating?
    private(set) var taken = 0
    private var bestDensity = -Double.infinity
    private var mean: [Double]
    private var covariance: [[Double]]
    private var factor: [[Double]]
    /// ln of the length of steps, led to an acceptance of a quarter while the walk still learns.
    private var length = 0.0

    init(_ gaugings: [Gauging], _ controls: [RatingControl], _ law: PowerLawFit, seed: UInt64) {
        self.gaugings = gaugings
        self.controls = controls
        logs = gaugings.map { Elementary.log($0.discharge) }
        numbers = SearchNumbers(seed: seed)
        let low = gaugings.map(\.stage).min() ?? 0
        let high = gaugings.map(\.stage).max() ?? 1
        range = (low, max(high - low, 1e-9))
        let size = controls.count
        middles = (1..<max(size, 1)).map { low + (high - low) * Double($0) / Double(size) }
        var start = [max(law.zero, low - range.width)] + middles
        for _ in controls { start.append(Elementary.log(law.coefficient)) }
        for _ in controls { start.append(min(max(law.exponent, 0.5), 4)) }
        start.append(Elementary.log(max(law.deviation, 0.005)))
        place = start
        mean = start
        let scales =
            [Double](repeating: 0.02 * range.width, count: size) + [Double](repeating: 0.05, count: 2 * size) + [0.1]
        covariance = scales.indices.map { row in scales.indices.map { $0 == row ? scales[row] * scales[row] : 0 } }
        factor = scales.indices.map { row in scales.indices.map { $0 == row ? 0.3 * scales[row] : 0 } }
        density = -.infinity
        density = logDensity(place)
        best = rating
        bestDensity = density
    }

    var rating: SegmentedRating? { rating(place) }

    private func rating(_ place: [Double]) -> SegmentedRating? {
        let size = controls.count
        return SegmentedRating(
            activations: Array(place[..<size]), coefficients: place[size..<2 * size].map { Elementary.exp($0) },
            exponents: Array(place[2 * size..<3 * size]), deviation: Elementary.exp(place[3 * size]))
    }

    private func logDensity(_ place: [Double]) -> Double {
        guard place.allSatisfy({ $0.isFinite && $0.magnitude < 300 || $0.magnitude < 1e6 }),
            let rating = rating(place), rating.activations[0] < range.low
        else { return -.infinity }
        var sum = 0.0
        let size = controls.count
        for (number, control) in controls.enumerated() {
            let (mean, deviation) = control.exponent
            let z = (place[2 * size + number] - mean) / deviation
            sum -= z * z / 2
        }
        let bottom = (place[0] - range.low) / range.width
        sum -= bottom * bottom / 2
        for (number, middle) in middles.enumerated() {
            let z = (place[number + 1] - middle) / (0.25 * range.width)
            sum -= z * z / 2
        }
        let spread = (place[3 * size] - Elementary.log(0.1)) / 1.5
        sum -= spread * spread / 2
        for (gauging, log) in zip(gaugings, logs) {
            let q = rating.discharge(gauging.stage)
            guard q > 0 else { return -.infinity }
            let own = gauging.deviation.map { $0 / gauging.discharge } ?? 0
            let variance = rating.deviation * rating.deviation + own * own
            let rest = log - Elementary.log(q)
            sum -= rest * rest / (2 * variance) + Elementary.log(variance) / 2
        }
        return sum
    }

    mutating func advance(_ step: Int, isLearning: Bool) {
        let scale = Elementary.exp(length)
        let z = place.indices.map { _ in scale * numbers.normal() }
        let candidate = place.indices.map { row in
            (0...row).reduce(place[row]) { $0 + factor[row][$1] * z[$1] }
        }
        let value = logDensity(candidate)
        var isTaken = false
        if value > -.infinity, value >= density || Elementary.log(numbers.unit()) < value - density {
            (place, density) = (candidate, value)
            taken += 1
            isTaken = true
            if density > bestDensity { (best, bestDensity) = (rating, density) }
        }
        guard isLearning else { return }
        length += ((isTaken ? 1 : 0) - 0.25) / Elementary.power(Double(step + 1), 0.6)
        learn(step)
    }

    /// Keeps mean and covariance of the walk and, now and then, the factor from which steps are made.
    private mutating func learn(_ step: Int) {
        // the older half of the walk is forgotten, for it came from afar
        let weight = max(1 / Double(step + 2), 5e-4)
        let before = mean
        for row in place.indices { mean[row] += weight * (place[row] - before[row]) }
        for row in place.indices {
            for column in 0...row {
                let product = (place[row] - before[row]) * (place[column] - mean[column])
                covariance[row][column] += weight * (product - covariance[row][column])
            }
        }
        guard step >= 500, step % 100 == 0 else { return }
        let scale = 2.38 * 2.38 / Double(place.count)
        for row in place.indices {
            for column in 0...row {
                var sum = scale * (covariance[row][column] + (row == column ? 1e-12 : 0))
                for k in 0..<column { sum -= factor[row][k] * factor[column][k] }
                factor[row][column] =
                    row == column
                    ? max(sum, 1e-18).squareRoot() : sum / factor[column][column]
            }
        }
    }
}
