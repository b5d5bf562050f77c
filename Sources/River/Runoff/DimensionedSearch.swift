/// Dynamically dimensioned search: one set walks through the whole range, changing many parameters in the beginning and one in the
/// end, and goes where it is better.
///
/// Source: Tolson and Shoemaker (2007), Water Resour. Res. 43, W01413, with r = 0.2 and reflection at the ends. The walk takes place
/// in the transformed space of each parameter.
///
/// - Parameters:
///   - seed: equal seeds give equal walks.
///   - evaluations: runs of the model, at least 10.
///   - criteria: the objective of real parameter sets, larger is better.
func dimensionedSearch(
    _ parameters: [RunoffParameter], seed: UInt64, evaluations: Int, _ criteria: ([[Double]]) -> [Double]
) -> Calibration {
    precondition(evaluations >= 10, "a search needs some runs")
    var numbers = SearchNumbers(seed: seed)
    let starts = (0..<max(5, evaluations / 200)).map { _ in parameters.map { _ in numbers.unit() } }
    let first = criteria(starts.map { parameters.values(ofUnit: $0) })
    var best = starts[0]
    var criterion = -Double.infinity
    for (start, value) in zip(starts, first) where value > criterion {
        (best, criterion) = (start, value)
    }
    var history = [criterion]
    let walk = evaluations - starts.count
    for step in 1...max(1, walk) {
        let share = 1 - Elementary.log(Double(step)) / Elementary.log(Double(max(2, walk)))
        var candidate = best
        var hasChanged = false
        for axis in parameters.indices where numbers.unit() < share {
            candidate[axis] = reflected(best[axis] + 0.2 * numbers.normal())
            hasChanged = true
        }
        if !hasChanged {
            let axis = min(Int(numbers.unit() * Double(parameters.count)), parameters.count - 1)
            candidate[axis] = reflected(best[axis] + 0.2 * numbers.normal())
        }
        let value = criteria([parameters.values(ofUnit: candidate)])[0]
        if value >= criterion { (best, criterion) = (candidate, value) }
        history.append(criterion)
    }
    return Calibration(
        parameters: parameters.values(ofUnit: best), criterion: criterion, runs: starts.count + max(1, walk),
        iterations: history.count, history: history)
}

/// A place in 0...1, thrown back once at each end.
private func reflected(_ place: Double) -> Double {
    if place < 0 { return -place > 1 ? 0 : -place }
    if place > 1 { return 2 - place < 0 ? 1 : 2 - place }
    return place
}
