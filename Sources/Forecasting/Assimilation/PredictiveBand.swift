import River

/// How far a forecast may miss, learned from how far it missed: the size of errors grows with what the river and the members do
/// (ensemble model output statistics), and their shape is the one that was seen.
///
///     size = a + b |last change| + c (spread of members) + d (forecast),  all >= 0, in roots of flow
///
/// The four are those of least continuous ranked probability score of a normal distribution (Gneiting et al. 2005, Mon. Weather Rev.
/// 133, 1098-1118). The band then takes the quantiles of the errors in units of their size. Errors that hang together tell less than
/// so many independent ones: quantiles are taken further out the fewer independent ones there are (split conformal prediction: Vovk et
/// al. 2005), and with very few the band is that of the largest error seen.
struct PredictiveBand: Hashable {
    /// a to d.
    let terms: [Double]
    /// The lower and the upper quantile of errors in units of their size.
    let quantiles: ClosedRange<Double>
    /// As many independent errors would tell the same.
    let effectiveCount: Double

    /// What the size of an error depends on.
    struct Signs {
        /// |change of the root of flow| over the last step.
        let moved: Double
        /// Of the members, in roots.
        let spread: Double
        /// The forecast root.
        let root: Double
    }

    /// Fits a band that holds a share of outcomes; nil without errors.
    ///
    /// - Parameters:
    ///   - signs: one an error, in the order of time.
    ///   - errors: outcome minus forecast, in roots.
    ///   - share: within 0...1, for example 0.8.
    init?(signs: [Signs], errors: [Double], share: Double) {
        precondition(signs.count == errors.count && share > 0 && share < 1, "an error for each forecast")
        guard !errors.isEmpty else { return nil }
        terms = PredictiveBand.fitted(signs, errors)
        let terms = terms
        let standard = zip(signs, errors).map { $1 / PredictiveBand.size($0, terms) }
        let effective = EffectiveSample.count(standard.map(\.magnitude))
        effectiveCount = effective
        let outer = min(1, (1 + share) / 2 * (effective + 1) / effective)
        let sorted = standard.sorted()
        let (low, high) = (quantile(1 - outer, ofSorted: sorted), quantile(outer, ofSorted: sorted))
        quantiles = min(low, 0)...max(high, 0)
    }

    /// The band about a forecast, flow, widened by a factor.
    func band(_ signs: Signs, widened factor: Double = 1) -> ClosedRange<Double> {
        let size = factor * PredictiveBand.size(signs, terms)
        let low = max(0, signs.root + quantiles.lowerBound * size)
        let high = max(0, signs.root + quantiles.upperBound * size)
        return low * low...high * high
    }

    private static func size(_ signs: Signs, _ terms: [Double]) -> Double {
        terms[0] + terms[1] * signs.moved + terms[2] * signs.spread + terms[3] * signs.root
    }

    /// A search along each term with steps that shrink.
    private static func fitted(_ signs: [Signs], _ errors: [Double]) -> [Double] {
        // a few thousand errors tell four numbers as well as more do
        let stride = max(1, errors.count / 3000)
        let places = Array(Swift.stride(from: 0, to: errors.count, by: stride))
        let usual = max(1e-9, (places.reduce(0) { $0 + errors[$1] * errors[$1] } / Double(places.count)).squareRoot())
        func score(_ terms: [Double]) -> Double {
            places.reduce(0.0) { sum, place in
                let sigma = size(signs[place], terms)
                let z = errors[place] / sigma
                let inner =
                    z * (2 * Elementary.normalDistribution(z) - 1) + 2 * Elementary.normalDensity(z)
                return sum + sigma * (inner - 0.564189583547756287)
            }
        }
        func mean(_ value: (Signs) -> Double) -> Double {
            places.reduce(0) { $0 + value(signs[$1]) } / Double(places.count)
        }
        // a sign that is nought all the time says nothing
        let scales = [1, mean(\.moved), mean(\.spread), mean(\.root)].map { $0 > 1e-6 * usual ? usual / $0 : 0 }
        var terms = [usual, 0, 0, 0]
        var best = score(terms)
        var pace = 0.5
        for _ in 0..<100 where pace > 0.02 {
            var isBetter = false
            for place in terms.indices {
                for sign in [1.0, -1] {
                    var next = terms
                    let floor = place == 0 ? 1e-3 * usual : 0
                    next[place] = max(floor, next[place] + sign * pace * scales[place])
                    let found = score(next)
                    if found < best * (1 - 1e-6) { (terms, best, isBetter) = (next, found, true) }
                }
            }
            if !isBetter { pace /= 2 }
        }
        return terms
    }
}

/// The width of bands as what has come true shows them: after each outcome outside its band they become a little wider, after each
/// inside a little narrower, so that in the long run they hold their share whatever the river does.
///
/// Source: Gibbs and Candes (2021), Adv. Neural Inf. Process. Syst. 34 (adaptive conformal inference), on the logarithm of the width.
struct BandWidth {
    /// 1 at the beginning.
    private(set) var factor = 1.0
    private let share: Double
    private var issued: [Int: ClosedRange<Double>] = [:]

    /// By how much the logarithm of the width moves for each outcome that was missed for sure.
    static let pace = 0.03

    init(share: Double) { self.share = share }

    /// Keeps a band until its outcome is known.
    mutating func issue(_ time: Int, _ band: ClosedRange<Double>) { issued[time] = band }

    /// Learns from the outcome of a band: its root, not a number when none was read.
    mutating func verify(_ time: Int, _ root: Double) {
        guard let band = issued.removeValue(forKey: time), !root.isNaN else { return }
        let missed = band.contains(root * root) ? 0.0 : 1.0
        // at a rate of misses of 1 - share the width stays where it is
        let moved = factor * Elementary.exp(BandWidth.pace * (missed - (1 - share)))
        factor = min(max(moved, 0.2), 5)
    }
}

/// How many independent values tell as much as values that hang together.
public enum EffectiveSample {
    /// n / (1 + 2 sum of autocorrelations up to the first that is not positive), at least one.
    ///
    /// Source: Bayley and Hammersley (1946), J. R. Stat. Soc. Suppl. 8, 184-197; the sum is cut as Geyer (1992) has it.
    public static func count(_ values: [Double]) -> Double {
        let count = values.count
        guard count > 2 else { return Double(max(count, 1)) }
        let mean = values.reduce(0, +) / Double(count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares > 0 else { return 1 }
        var sum = 0.0
        for lag in 1..<min(count / 2, 2000) {
            var product = 0.0
            for place in 0..<count - lag { product += (values[place] - mean) * (values[place + lag] - mean) }
            if product <= 0 { break }
            sum += product / squares
        }
        return max(1, Double(count) / (1 + 2 * sum))
    }
}
