/// Ways to weigh members by their errors over the fitting times, each also fitted with one part of them left out.
struct MemberMixes {
    /// Weights from all fitting times, and from those without each part.
    struct Mix {
        let all: [Double]
        let parted: [[Double]]
    }

    /// Errors of flow, [member][fitting time].
    private let errors: [[Double]]
    private let parts: [Int]

    init(_ errors: [[Double]], _ parts: [Int]) {
        self.errors = errors
        self.parts = parts
    }

    /// The mix to use: see ``MemberWeights``.
    func choice(floors: [Int]) -> Mix {
        let trimmed = mix { MemberMixes.trimmed(errors, $0, floors) }
        let stacked = mix { MemberMixes.stacked(errors, $0) }
        let singles = errors.indices.map { place -> Mix in
            let alone = errors.indices.map { $0 == place ? 1.0 : 0 }
            return Mix(all: alone, parted: Array(repeating: alone, count: RidgeRegression.parts))
        }
        guard let best = singles.min(by: { mean(squares($0)) < mean(squares($1)) }) else { return trimmed }
        var chosen = trimmed
        let gain = MemberMixes.difference(squares(trimmed), squares(stacked))
        if gain.mean > gain.error { chosen = stacked }
        let limit = floors.map { mean(squares(singles[$0])) }.min() ?? .infinity
        return mean(squares(chosen)) <= limit ? chosen : best
    }

    private func mix(_ weights: ([Int]) -> [Double]) -> Mix {
        let places = Array(parts.indices)
        return Mix(
            all: weights(places),
            parted: (0..<RidgeRegression.parts).map { part in
                let kept = places.filter { parts[$0] != part }
                return weights(kept.isEmpty ? places : kept)
            })
    }

    /// Squared errors of a mix, each weighted by what has not seen it.
    private func squares(_ mix: Mix) -> [Double] {
        parts.indices.map { place in
            let weights = mix.parted[parts[place]]
            var sum = 0.0
            for member in errors.indices { sum += weights[member] * errors[member][place] }
            return sum * sum
        }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    /// The mean of a minus b, and its standard error.
    private static func difference(_ a: [Double], _ b: [Double]) -> (mean: Double, error: Double) {
        let differences = zip(a, b).map { $0 - $1 }
        guard differences.count > 2 else { return (0, .infinity) }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / count / EffectiveSample.count(differences)).squareRoot())
    }

    /// Inverse squared errors of the members that are not clearly worse than the best. What others are made from, persistence and a
    /// model alone, must be nearer to it.
    private static func trimmed(_ errors: [[Double]], _ places: [Int], _ floors: [Int]) -> [Double] {
        let squares = errors.map { member in places.map { member[$0] * member[$0] } }
        let means = squares.map { $0.reduce(0, +) / Double(max(places.count, 1)) }
        guard let best = means.indices.min(by: { means[$0] < means[$1] }) else { return [] }
        let weights = means.indices.map { place -> Double in
            let behind = difference(squares[place], squares[best])
            let margin = floors.contains(place) ? 1.0 : 2
            return place == best || behind.mean <= margin * behind.error ? 1 / max(means[place], 1e-12) : 0
        }
        let whole = weights.reduce(0, +)
        return weights.map { $0 / whole }
    }

    /// Weights of least squared error: weight is moved between pairs of members until nothing is gained.
    private static func stacked(_ errors: [[Double]], _ places: [Int]) -> [Double] {
        let count = errors.count
        var products = Array(repeating: [Double](repeating: 0, count: count), count: count)
        for a in 0..<count {
            for b in 0...a {
                let sum = places.reduce(0) { $0 + errors[a][$1] * errors[b][$1] }
                products[a][b] = sum
                products[b][a] = sum
            }
        }
        var weights = [Double](repeating: 0, count: count)
        weights[(0..<count).min { products[$0][$0] < products[$1][$1] } ?? 0] = 1
        for _ in 0..<500 {
            var largest = 0.0
            for a in 0..<count {
                for b in 0..<count where a != b && weights[b] > 0 {
                    // moving d from b to a changes the error by 2 d slope + d d curve
                    let slope = (0..<count).reduce(0) { $0 + weights[$1] * (products[a][$1] - products[b][$1]) }
                    let curve = products[a][a] - 2 * products[a][b] + products[b][b]
                    guard slope < 0, curve > 0 else { continue }
                    let step = min(-slope / curve, weights[b])
                    weights[a] += step
                    weights[b] -= step
                    largest = max(largest, step)
                }
            }
            if largest < 1e-6 { break }
        }
        return weights
    }
}
