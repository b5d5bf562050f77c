/// Michel's search: the grid of published starts, then candidates one pace away along each axis of the transformed space, the best
/// of which becomes the new optimum; the pace doubles after a row of successes and halves after a failure, and from the fourth
/// round of axes on a step along the mean of recent moves is tried too.
///
/// Source: Michel (1991), Hydrologie appliquee aux petits bassins ruraux, Cemagref; steps, paces and limits as the documentation of
/// airGR 1.7.6 describes them (Coron et al. 2017, Environ. Model. Softw. 94, 166-171), so that runs and iterations can be compared.
///
/// - Parameters:
///   - criteria: the objective of real parameter sets, larger is better.
func michelSearch(_ parameters: [RunoffParameter], _ criteria: ([[Double]]) -> [Double]) -> Calibration {
    precondition(parameters.allSatisfy { !$0.startGrid.isEmpty }, "the search needs starts for every parameter")
    var search = MichelSearch(parameters, criteria)
    let size = parameters.count
    for round in 1...100 * size {
        if search.pace < 0.01 { break }
        search.stepAlongAxes(criteria)
        if round > 4 * size { search.stepAlongMean(criteria) }
        search.history.append(search.criterion)
    }
    return Calibration(
        parameters: search.real(search.best), criterion: search.criterion, runs: search.runs,
        iterations: search.history.count, history: search.history)
}

/// The moving parts of the search, in transformed space.
private struct MichelSearch {
    let parameters: [RunoffParameter]
    var best: [Double] = []
    var before: [Double] = []
    var criterion = -Double.infinity
    var pace = 0.64
    var runs = 0
    var history: [Double] = []
    private var successes = 0
    private var mean: [Double]

    init(_ parameters: [RunoffParameter], _ criteria: ([[Double]]) -> [Double]) {
        self.parameters = parameters
        mean = parameters.map { _ in 0 }
        // the first parameter changes fastest
        var grid: [[Double]] = [[]]
        for parameter in parameters.reversed() {
            grid = grid.flatMap { rest in parameter.startGrid.map { [parameter.transform.restored($0)] + rest } }
        }
        best = grid[0]
        let found = criteria(grid.map(real))
        runs = grid.count
        for (place, value) in found.enumerated() where value > criterion {
            criterion = value
            best = grid[place]
        }
        before = best
        history = [criterion]
    }

    /// Real parameters of a transformed set.
    func real(_ set: [Double]) -> [Double] {
        zip(set, parameters).map { $1.transform.value($0, in: $1.range) }
    }

    private func bounded(_ value: Double) -> Double {
        min(max(value, -ParameterTransform.searchBound), ParameterTransform.searchBound)
    }

    private func axisCandidates() -> [[Double]] {
        var candidates: [[Double]] = []
        for axis in parameters.indices {
            for sign in [1.0, -1.0] {
                var candidate = best
                candidate[axis] = bounded(best[axis] + sign * pace)
                let isAtEnd = best[axis] == sign * ParameterTransform.searchBound
                if !isAtEnd, candidate != before { candidates.append(candidate) }
            }
        }
        return candidates
    }

    mutating func stepAlongAxes(_ criteria: ([[Double]]) -> [Double]) {
        let candidates = axisCandidates()
        let found = criteria(candidates.map(real))
        runs += candidates.count
        var chosen: [Double]?
        for (candidate, value) in zip(candidates, found) where value > criterion {
            criterion = value
            chosen = candidate
        }
        guard let chosen else {
            pace /= 2
            successes = 0
            return
        }
        before = best
        best = chosen
        successes += 1
        if successes > 2 * parameters.count {
            pace *= 2
            successes = 0
        }
        let memory = Elementary.power(0.7, 1 / Double(parameters.count))
        for axis in parameters.indices {
            mean[axis] = memory * mean[axis] + (1 - memory) * (best[axis] - before[axis])
        }
    }

    mutating func stepAlongMean(_ criteria: ([[Double]]) -> [Double]) {
        let candidate = zip(best, mean).map { bounded($0 + $1) }
        runs += 1
        guard candidate != best else { return }
        let value = criteria([real(candidate)])[0]
        guard value > criterion else { return }
        criterion = value
        before = best
        best = candidate
    }
}
