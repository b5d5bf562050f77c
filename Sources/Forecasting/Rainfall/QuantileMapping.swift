/// Corrects what a model says so that its values are distributed as observed ones are: the same rank, the other's value.
///
/// Both distributions are empirical. Between ranks the map is straight; above the largest value that was seen the last ratio of both is
/// kept, so that a record flood is not cut off. Rain of nought stays nought where the model rains too seldom, and where it rains too
/// often its smallest amounts become nought. Source: Panofsky and Brier (1968); Gudmundsson et al. (2012), Hydrol. Earth Syst. Sci.
/// 16, 3383-3390.
public struct QuantileMapping: Hashable, Sendable {
    private let modelled: [Double]
    private let observed: [Double]

    /// Learns from values of one season and place; nil with fewer than ten of either, or values that are negative or no numbers.
    ///
    /// - Parameters:
    ///   - modelled: what the model said, >= 0; in any order, not paired with the observed ones.
    ///   - observed: what was measured, >= 0.
    ///   - ranks: points of the map, at least two.
    public init?(modelled: [Double], observed: [Double], ranks: Int = 100) {
        guard modelled.count >= 10, observed.count >= 10, ranks >= 2,
            (modelled + observed).allSatisfy({ $0 >= 0 && $0.isFinite })
        else { return nil }
        let (sortedModel, sortedTruth) = (modelled.sorted(), observed.sorted())
        func points(_ sorted: [Double]) -> [Double] {
            (0...ranks).map { rank in
                rank == 0
                    ? sorted[0]
                    : rank == ranks
                        ? sorted[sorted.count - 1] : quantile(Double(rank) / Double(ranks), ofSorted: sorted)
            }
        }
        self.modelled = points(sortedModel)
        self.observed = points(sortedTruth)
    }

    /// The corrected value of `value` >= 0.
    public func corrected(_ value: Double) -> Double {
        let last = modelled.count - 1
        guard value > modelled[0] else { return min(value, observed[0]) }
        guard value < modelled[last] else {
            return modelled[last] > 0 ? observed[last] * (value / modelled[last]) : observed[last]
        }
        // the last of equal points: nought may hold many ranks
        var (low, high) = (0, last)
        while high - low > 1 {
            let middle = (low + high) / 2
            if modelled[middle] <= value { low = middle } else { high = middle }
        }
        let share = (value - modelled[low]) / (modelled[high] - modelled[low])
        return observed[low] + share * (observed[high] - observed[low])
    }
}
