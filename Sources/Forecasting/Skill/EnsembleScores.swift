import River

/// Scores of ensembles against observed values.
///
/// Sources: Hersbach (2000), Weather Forecast. 15, 559-570 (continuous ranked probability score); Ferro (2014), Q. J. R. Meteorol. Soc.
/// 140, 1917-1923 (fair scores); Gneiting et al. (2005), Mon. Weather Rev. 133, 1098-1118 (normal distribution); Candille and
/// Talagrand (2005), Q. J. R. Meteorol. Soc. 131, 2131-2150 (flatness of the rank histogram); Renard et al. (2010), Water Resour. Res.
/// 46, W05521 (alpha).
public struct EnsembleScores: Sendable {
    /// One value an ensemble.
    public let observed: [Double]
    /// [ensemble, member].
    public let members: [[Double]]
    private let distances: (fromObserved: [Double], amongMembers: [Double])
    private let sorted: [[Double]]

    /// Takes ensembles of equal, non-zero size; anything else is a bug of the caller.
    public init(observed: [Double], members: [[Double]]) {
        precondition(!observed.isEmpty && members.count == observed.count, "an ensemble for each observed value")
        precondition(members.allSatisfy { $0.count == members[0].count && !$0.isEmpty }, "ensembles of equal size")
        self.observed = observed
        self.members = members
        distances = EnsembleSorting.distances(
            observed: observed, members: members.flatMap { $0 }, count: members[0].count)
        sorted = members.map { $0.sorted() }
    }

    /// Number of members.
    public var size: Int { members[0].count }
    private var count: Double { Double(observed.count) }

    /// Continuous ranked probability score of each ensemble, in the unit of the values, from the steps of its distribution.
    public var rankedProbability: [Double] {
        zip(distances.fromObserved, distances.amongMembers).map { $0 - $1 }
    }

    /// Its mean as it would be for an ensemble without end; nil for a single member.
    public var fairRankedProbability: Double? {
        guard size > 1 else { return nil }
        let stretch = Double(size) / Double(size - 1)
        var sum = 0.0
        for (from, among) in zip(distances.fromObserved, distances.amongMembers) { sum += from - among * stretch }
        return sum / count
    }

    /// The score of the normal distribution with the mean and standard deviation (of a sample) of each ensemble; nil for a single
    /// member.
    public var normalRankedProbability: [Double]? {
        guard size > 1 else { return nil }
        return zip(observed, members).map { observed, members in
            let mean = members.reduce(0, +) / Double(size)
            let squares = members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let sigma = (squares / Double(size - 1)).squareRoot()
            guard sigma > 0 else { return (observed - mean).magnitude }
            let z = (observed - mean) / sigma
            let inner = z * (2 * Elementary.normalDistribution(z) - 1) + 2 * Elementary.normalDensity(z)
            return sigma * (inner - 0.564189583547756287)
        }
    }

    /// Quantile score of each order statistic, taken as the quantile k / (m + 1).
    public var quantileScores: [Double] {
        (0..<size).map { place in
            let level = Double(place + 1) / Double(size + 1)
            let sum = zip(observed, sorted).reduce(0.0) {
                let (y, q) = ($1.0, $1.1[place])
                return $0 + 2 * ((y < q ? 1 : 0) - level) * (q - y)
            }
            return sum / count
        }
    }

    /// The ranked probability score as the integral of the quantile scores between the first and the last level.
    public var rankedProbabilityFromQuantiles: Double {
        let scores = quantileScores
        let area = zip(scores, scores.dropFirst()).reduce(0.0) { $0 + ($1.0 + $1.1) / 2 }
        return area / Double(size + 1)
    }

    /// The ranked probability score as the integral of Brier scores between the observed percentiles.
    public var rankedProbabilityFromBrier: Double {
        let ordered = observed.sorted()
        let thresholds = (0...100).map { percentile($0, ofSorted: ordered) }
        let scores = thresholds.map { EventScores(observed: observed, members: members, threshold: $0).brier }
        var area = 0.0
        for place in 1..<thresholds.count {
            area += (scores[place] + scores[place - 1]) / 2 * (thresholds[place] - thresholds[place - 1])
        }
        return area
    }

    /// How often the observed value had each rank among the members, from below all to above all; where members equal it, the ranks
    /// that it could have share it.
    public var rankHistogram: [Double] {
        var counts = [Double](repeating: 0, count: size + 1)
        for (observed, members) in zip(observed, members) {
            let below = members.count { $0 < observed }
            let equal = members.count { $0 == observed }
            for rank in below...below + equal { counts[rank] += 1 / Double(equal + 1) }
        }
        return counts
    }

    /// How far the rank histogram is from flat: about 1 for a perfect ensemble.
    public var flatness: Double {
        let expected = count / Double(size + 1)
        let sum = rankHistogram.reduce(0) { $0 + ($1 - expected) * ($1 - expected) }
        return sum / (count * Double(size) / Double(size + 1))
    }

    /// Likeness of the distribution of ranks to the uniform one, 0...1; nil for a single pair.
    public var alpha: Double? {
        guard observed.count > 1 else { return nil }
        let ranks = zip(observed, members).map { observed, members in
            Double(members.count { $0 < observed }) / Double(size)
        }.sorted()
        var distance = 0.0
        for (place, rank) in ranks.enumerated() { distance += (rank - Double(place) / (count - 1)).magnitude }
        return 1 - 2 / count * distance
    }

    /// Share of observed values inside the central interval of that probability, with quantiles straight between members.
    public func coverage(of probability: Double) -> Double {
        let inside = zip(observed, sorted).count { observed, sorted in
            quantile((1 - probability) / 2, ofSorted: sorted) <= observed
                && observed <= quantile((1 + probability) / 2, ofSorted: sorted)
        }
        return Double(inside) / count
    }
}

/// A percentile of sorted values, the first and the last being 0 and 100 (Hyndman and Fan 1996, type 7).
private func percentile(_ percent: Int, ofSorted values: [Double]) -> Double {
    let place = Double(percent) / 100 * Double(values.count - 1)
    let low = Int(place)
    guard low + 1 < values.count else { return values[values.count - 1] }
    return values[low] + (place - Double(low)) * (values[low + 1] - values[low])
}
