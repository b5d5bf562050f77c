/// A gauging: stage and discharge measured together.
public struct Gauging: Hashable, Sendable {
    /// In the unit of the stage.
    public let stage: Double
    /// > 0.
    public let discharge: Double
    /// Standard deviation of the discharge in its unit, > 0; nil where it is not known.
    public let deviation: Double?

    /// Makes a gauging; a discharge that is not positive is a bug of the caller.
    public init(stage: Double, discharge: Double, deviation: Double? = nil) {
        precondition(discharge > 0 && discharge.isFinite && stage.isFinite, "a gauging has a positive discharge")
        self.stage = stage
        self.discharge = discharge
        self.deviation = deviation
    }
}

/// A power law `Q = a (h - h0)^b` fitted to gaugings by least squares of ln Q.
public struct PowerLawFit: Hashable, Sendable {
    /// a.
    public let coefficient: Double
    /// b.
    public let exponent: Double
    /// h0, below every gauging.
    public let zero: Double
    /// Root of the mean square of the residuals of ln Q.
    public let deviation: Double

    /// The discharge at a stage; nil at and below the zero.
    public func discharge(_ stage: Double) -> Double? {
        stage > zero ? coefficient * Elementary.power(stage - zero, exponent) : nil
    }

    /// Fits a law; nil with fewer than three different stages.
    ///
    /// h0 is searched below the lowest gauging, by a scan on a logarithmic scale and golden sections; for each h0 the two others are a
    /// straight line in ln (h - h0). Golden fits: ratingcurve's data sets, see `RatingFitTests`.
    ///
    /// - Parameter isWeighted: whether a gauging counts by the inverse square of its relative deviation; those without one count as
    ///   the median of the others.
    public init?(_ gaugings: [Gauging], isWeighted: Bool = false) {
        let stages = Set(gaugings.map(\.stage))
        guard stages.count >= 3, let low = stages.min(), let high = stages.max() else { return nil }
        let line = WeightedLine(gaugings, isWeighted: isWeighted)
        // depths of the lowest gauging above h0, from a ten-thousandth to a hundred times the gauged range
        let range = high - low
        let scale = (0...600).map { Elementary.log(range * 1e-4) + Double($0) / 600 * Elementary.log(1e6) }
        let errors = scale.map { line.fit(zero: low - Elementary.exp($0)).error }
        guard let best = errors.indices.min(by: { errors[$0] < errors[$1] }) else { return nil }
        var (a, b) = (scale[max(best - 1, 0)], scale[min(best + 1, scale.count - 1)])
        let golden = 0.6180339887498949
        while b - a > 1e-11 {
            let (x, y) = (b - golden * (b - a), a + golden * (b - a))
            if line.fit(zero: low - Elementary.exp(x)).error < line.fit(zero: low - Elementary.exp(y)).error {
                b = y
            } else {
                a = x
            }
        }
        zero = low - Elementary.exp((a + b) / 2)
        let found = line.fit(zero: zero)
        coefficient = Elementary.exp(found.offset)
        exponent = found.slope
        deviation = (found.error / line.weight).squareRoot()
    }
}

/// The straight line of ln Q over ln (h - h0).
private struct WeightedLine {
    let weight: Double
    private let stages: [Double]
    private let logs: [Double]
    private let weights: [Double]

    init(_ gaugings: [Gauging], isWeighted: Bool) {
        stages = gaugings.map(\.stage)
        logs = gaugings.map { Elementary.log($0.discharge) }
        let relative = gaugings.map { gauging in gauging.deviation.map { $0 / gauging.discharge } }
        let known = relative.compactMap { $0 }.filter { $0 > 0 }.sorted()
        if isWeighted, !known.isEmpty {
            let usual = known[known.count / 2]
            weights = relative.map { value in
                let ratio = usual / (value.flatMap { $0 > 0 ? $0 : nil } ?? usual)
                return ratio * ratio
            }
        } else {
            weights = gaugings.map { _ in 1 }
        }
        weight = weights.reduce(0, +)
    }

    func fit(zero: Double) -> (offset: Double, slope: Double, error: Double) {
        let x = stages.map { Elementary.log($0 - zero) }
        var (sumX, sumY) = (0.0, 0.0)
        for place in x.indices {
            sumX += weights[place] * x[place]
            sumY += weights[place] * logs[place]
        }
        let (meanX, meanY) = (sumX / weight, sumY / weight)
        var (xx, xy) = (0.0, 0.0)
        for place in x.indices {
            xx += weights[place] * (x[place] - meanX) * (x[place] - meanX)
            xy += weights[place] * (x[place] - meanX) * (logs[place] - meanY)
        }
        let slope = xx > 0 ? xy / xx : 0
        let offset = meanY - slope * meanX
        var error = 0.0
        for place in x.indices {
            let rest = logs[place] - offset - slope * x[place]
            error += weights[place] * rest * rest
        }
        return (offset, slope, error)
    }
}
