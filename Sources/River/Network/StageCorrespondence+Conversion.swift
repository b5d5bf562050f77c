extension StageCorrespondence {
    /// The stage at the lower gauge that belongs to a stage at the upper one, m, and whether it lies beyond the pairs.
    ///
    /// Straight between pairs; beyond them the slope of the nearest two pairs goes on. Always *estimated*.
    public func downstreamStage(for upstream: Double) -> (stage: Double, isExtrapolated: Bool) {
        let last = pairs.count - 1
        let isOutside = upstream < pairs[0].upstream || upstream > pairs[last].upstream
        let upper = min(max(pairs.firstIndex { $0.upstream > upstream } ?? last, 1), last)
        let (a, b) = (pairs[upper - 1], pairs[upper])
        return (a.downstream + slope(a, b) * (upstream - a.upstream), isOutside)
    }

    /// Metres at the lower gauge for each metre at the upper one, at a stage of the upper one.
    public func slope(at upstream: Double) -> Double {
        let last = pairs.count - 1
        let upper = min(max(pairs.firstIndex { $0.upstream > upstream } ?? last, 1), last)
        return slope(pairs[upper - 1], pairs[upper])
    }

    private func slope(_ a: Pair, _ b: Pair) -> Double {
        (b.downstream - a.downstream) / (b.upstream - a.upstream)
    }
}
