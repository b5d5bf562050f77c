extension StageCorrespondence {
    /// The stage at the lower gauge that belongs to a stage at the upper one, m, and whether it lies beyond the pairs.
    ///
    /// Straight between pairs; beyond them the slope of the nearest two pairs goes on. Always *estimated*.
    public func downstreamStage(for upstream: Double) -> (stage: Double, isExtrapolated: Bool) {
        let isOutside = upstream < pairs[0].upstream || upstream > pairs[pairs.count - 1].upstream
        let start = pairs[segment(at: upstream)]
        return (start.downstream + slope(at: upstream) * (upstream - start.upstream), isOutside)
    }

    /// Metres at the lower gauge for each metre at the upper one, at a stage of the upper one.
    public func slope(at upstream: Double) -> Double {
        let lower = segment(at: upstream)
        let (a, b) = (pairs[lower], pairs[lower + 1])
        return (b.downstream - a.downstream) / (b.upstream - a.upstream)
    }

    /// The index of the lower pair of the two that a stage lies between, or of the nearest two beyond the ends.
    private func segment(at upstream: Double) -> Int {
        let last = pairs.count - 1
        return min(max(pairs.firstIndex { $0.upstream > upstream } ?? last, 1), last) - 1
    }
}
