/// Covariance matrix adaptation: a cloud of sets that moves, widens and turns towards what is better.
///
/// Source: Hansen and Ostermeier (2001), Evol. Comput. 9, 159-195; default constants of Hansen (2016), arXiv:1604.00772. The cloud
/// lives in the unit cube of transformed parameters; a set outside is run at the nearest place inside and pays the square of its
/// distance.
///
/// - Parameters:
///   - seed: equal seeds give equal clouds.
///   - evaluations: runs of the model, at least 10.
///   - criteria: the objective of real parameter sets, larger is better.
func covarianceSearch(
    _ parameters: [RunoffParameter], seed: UInt64, evaluations: Int, _ criteria: ([[Double]]) -> [Double]
) -> Calibration {
    precondition(evaluations >= 10, "a search needs some runs")
    var cloud = Cloud(size: parameters.count, seed: seed)
    var best: (place: [Double], criterion: Double) = (cloud.mean, -.infinity)
    var history: [Double] = []
    var runs = 0
    while runs + cloud.population <= max(evaluations, cloud.population), cloud.width > 1e-7 {
        let sets = cloud.sample()
        let inside = sets.map { set in set.map { min(max($0, 0), 1) } }
        let found = criteria(inside.map { parameters.values(ofUnit: $0) })
        runs += sets.count
        for (place, value) in zip(inside, found) where value > best.criterion { best = (place, value) }
        let costs = zip(found, zip(sets, inside)).map { value, pair in
            let outside = zip(pair.0, pair.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return (value.isFinite ? -value : 1e30) + outside
        }
        cloud.adapt(sets, costs)
        history.append(best.criterion)
    }
    return Calibration(
        parameters: parameters.values(ofUnit: best.place), criterion: best.criterion, runs: runs,
        iterations: history.count, history: history)
}

/// The distribution of the search.
private struct Cloud {
    private(set) var mean: [Double]
    private(set) var width = 0.25
    let population: Int
    private let size: Int
    private let weights: [Double]
    private let effective: Double
    private var covariance: [[Double]]
    private var axes: [[Double]]
    private var lengths: [Double]
    private var path: [Double]
    private var widthPath: [Double]
    private var generation = 0
    private var numbers: SearchNumbers

    init(size: Int, seed: UInt64) {
        self.size = size
        numbers = SearchNumbers(seed: seed)
        // a multiple of eight, so that the lanes are full
        population = (4 + Int(3 * Elementary.log(Double(size))) + 7) / 8 * 8
        let parents = population / 2
        let raw = (1...parents).map { Elementary.log(Double(parents) + 0.5) - Elementary.log(Double($0)) }
        let sum = raw.reduce(0, +)
        weights = raw.map { $0 / sum }
        effective = 1 / weights.reduce(0) { $0 + $1 * $1 }
        mean = [Double](repeating: 0.5, count: size)
        covariance = Cloud.identity(size)
        axes = Cloud.identity(size)
        lengths = [Double](repeating: 1, count: size)
        path = [Double](repeating: 0, count: size)
        widthPath = path
    }

    private static func identity(_ size: Int) -> [[Double]] {
        (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } }
    }

    mutating func sample() -> [[Double]] {
        (0..<population).map { _ in
            let z = (0..<size).map { _ in numbers.normal() }
            return (0..<size).map { row in
                mean[row] + width * (0..<size).reduce(0.0) { $0 + axes[row][$1] * lengths[$1] * z[$1] }
            }
        }
    }

    mutating func adapt(_ sets: [[Double]], _ costs: [Double]) {
        let n = Double(size)
        let order = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
        let parents = order.prefix(weights.count).map { sets[$0] }
        let old = mean
        mean = (0..<size).map { axis in zip(weights, parents).reduce(0) { $0 + $1.0 * $1.1[axis] } }
        let step = (0..<size).map { (mean[$0] - old[$0]) / width }
        // the step without stretch: B D^-1 B^T y
        let turned = (0..<size).map { column in
            (0..<size).reduce(0.0) { $0 + axes[$1][column] * step[$1] } / lengths[column]
        }
        let plain = (0..<size).map { row in (0..<size).reduce(0.0) { $0 + axes[row][$1] * turned[$1] } }
        let cs = (effective + 2) / (n + effective + 5)
        let damping = 1 + cs + 2 * max(0, ((effective - 1) / (n + 1)).squareRoot() - 1)
        let expected = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
        for axis in 0..<size {
            widthPath[axis] = (1 - cs) * widthPath[axis] + (cs * (2 - cs) * effective).squareRoot() * plain[axis]
        }
        generation += 1
        let norm = widthPath.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let faded = (1 - Elementary.power(1 - cs, 2 * Double(generation))).squareRoot()
        let isShort = norm / faded < (1.4 + 2 / (n + 1)) * expected
        let cc = (4 + effective / n) / (n + 4 + 2 * effective / n)
        for axis in 0..<size {
            path[axis] = (1 - cc) * path[axis] + (isShort ? (cc * (2 - cc) * effective).squareRoot() * step[axis] : 0)
        }
        updateCovariance(parents.map { set in (0..<size).map { (set[$0] - old[$0]) / width } }, isShort, cc)
        width = min(1, width * Elementary.exp(min(1, cs / damping * (norm / expected - 1))))
        (axes, lengths) = Cloud.eigen(covariance)
    }

    private mutating func updateCovariance(_ steps: [[Double]], _ isShort: Bool, _ cc: Double) {
        let n = Double(size)
        let c1 = 2 / ((n + 1.3) * (n + 1.3) + effective)
        let cm = min(1 - c1, 2 * (effective - 2 + 1 / effective) / ((n + 2) * (n + 2) + effective))
        let lost = isShort ? 0 : cc * (2 - cc)
        for row in 0..<size {
            for column in 0..<size {
                let rank = zip(weights, steps).reduce(0) { $0 + $1.0 * $1.1[row] * $1.1[column] }
                covariance[row][column] =
                    (1 - c1 - cm + c1 * lost) * covariance[row][column] + c1 * path[row] * path[column] + cm * rank
            }
        }
    }

    /// Axes and lengths of a symmetric matrix by Jacobi's rotations.
    private static func eigen(_ matrix: [[Double]]) -> ([[Double]], [Double]) {
        let size = matrix.count
        var a = matrix
        var v = identity(size)
        for _ in 0..<30 {
            var off = 0.0
            for p in 0..<size { for q in 0..<size where q > p { off += a[p][q] * a[p][q] } }
            if off < 1e-26 { break }
            for p in 0..<size {
                for q in 0..<size where q > p && a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    rotate(&a, &v, p, q, c, t * c)
                }
            }
        }
        return (v, (0..<size).map { max(a[$0][$0], 1e-20).squareRoot() })
    }

    private static func rotate(
        _ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int, _ c: Double, _ s: Double
    ) {
        for k in a.indices {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in a.indices {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
            (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
        }
    }
}
