public import River

/// Scores of a simulated series against an observed one. nil: the score does not exist for these values.
///
/// Names of scores and their sources: Nash and Sutcliffe (1970); Gupta et al. (2009), Kling et al. (2012), Pool et al. (2018) for the
/// Kling-Gupta efficiencies; Willmott (1981) for the index of agreement; Criss and Winston (2008) for volumetric efficiency;
/// Legates and McCabe (1999) for the modified efficiency.
public struct PairScores: Sendable {
    /// The values that both series have.
    public let observed: [Double]
    /// As many as there are observed ones.
    public let simulated: [Double]
    /// Their sums.
    public let moments: PairMoments

    /// Takes pairs; series of unequal or no length are a bug of the caller.
    public init(observed: [Double], simulated: [Double]) {
        precondition(!observed.isEmpty && observed.count == simulated.count, "pairs come in pairs")
        self.observed = observed
        self.simulated = simulated
        moments = PairMoments(observed: observed, simulated: simulated)
    }

    private var count: Double { Double(observed.count) }
    private func sum(_ part: (Double, Double) -> Double) -> Double {
        zip(observed, simulated).reduce(0) { $0 + part($1.0, $1.1) }
    }

    /// Nash-Sutcliffe efficiency.
    public var nashSutcliffe: Double? { moments.nashSutcliffe }
    /// Root mean square error, in the unit of the values.
    public var rootMeanSquareError: Double { (moments.errorSquares / count).squareRoot() }
    /// Mean absolute error.
    public var meanAbsoluteError: Double { sum { ($1 - $0).magnitude } / count }
    /// Mean of simulated minus observed.
    public var meanError: Double { sum { $1 - $0 } / count }
    /// Mean absolute error in percent of each observed value; nil when one is zero.
    public var meanAbsolutePercentageError: Double? {
        observed.contains(0) ? nil : 100 * sum { (($1 - $0) / $0).magnitude } / count
    }
    /// Bias in percent of the observed sum, positive when too much is simulated.
    public var percentBias: Double? {
        let whole = observed.reduce(0, +)
        return whole == 0 ? nil : 100 * sum { $1 - $0 } / whole
    }
    /// Coefficient of determination.
    public var determination: Double? { moments.correlation.map { $0 * $0 } }
    /// Efficiency of absolute in place of squared errors.
    public var modifiedEfficiency: Double? {
        let spread = sum { observed, _ in (observed - moments.observedMean).magnitude }
        return spread == 0 ? nil : 1 - sum { ($1 - $0).magnitude } / spread
    }
    /// Efficiency of relative errors; nil when an observed value is zero.
    public var relativeEfficiency: Double? {
        guard !observed.contains(0), moments.observedMean != 0, moments.observedSquares > 0 else { return nil }
        let error = sum { (($1 - $0) / $0) * (($1 - $0) / $0) }
        return 1 - error * moments.observedMean * moments.observedMean / moments.observedSquares
    }
    /// Index of agreement.
    public var indexOfAgreement: Double? {
        let mean = moments.observedMean
        let whole = sum {
            let reach = ($1 - mean).magnitude + ($0 - mean).magnitude
            return reach * reach
        }
        return whole == 0 ? nil : 1 - moments.errorSquares / whole
    }
    /// Volumetric efficiency.
    public var volumetricEfficiency: Double? {
        let whole = observed.reduce(0, +)
        return whole == 0 ? nil : 1 - sum { ($1 - $0).magnitude } / whole
    }
    /// Kling-Gupta efficiency of 2009.
    public var klingGupta: Double? { moments.klingGupta }
    /// Kling-Gupta efficiency of 2012.
    public var klingGupta2012: Double? { moments.klingGupta2012 }
    /// Ratio of the coefficients of variation, a part of the efficiency of 2012.
    public var variationRatio: Double? {
        guard let alpha = moments.spreadRatio, let beta = moments.meanRatio, beta != 0 else { return nil }
        return alpha / beta
    }

    /// The non-parametric Kling-Gupta efficiency and its parts: rank correlation and likeness of the flow duration curves.
    public var klingGuptaByRanks: (efficiency: Double, rankCorrelation: Double, likeness: Double)? {
        guard let beta = moments.meanRatio, moments.simulatedMean != 0,
            let ranks = PairMoments(observed: ranked(observed), simulated: ranked(simulated)).correlation
        else { return nil }
        let difference = zip(observed.sorted(), simulated.sorted()).reduce(0) {
            $0 + ($1.1 / (moments.simulatedMean * count) - $1.0 / (moments.observedMean * count)).magnitude
        }
        let alpha = 1 - 0.5 * difference
        return (PairMoments.distance(ranks, alpha, beta), ranks, alpha)
    }
}

/// Ranks from 1; equal values share the mean of theirs.
func ranked(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
        for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
        start = end + 1
    }
    return ranks
}
