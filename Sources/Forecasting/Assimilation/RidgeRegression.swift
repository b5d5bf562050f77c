/// A ridge regression for what a base forecast misses, as if it had been made live: for times that it is fitted to, the forecast
/// comes from a fit that has not seen them.
///
/// The fitting times are cut into seven contiguous parts. How strongly weights are held back, and how much more floods weigh than low
/// water, is what gives the smallest squared error of flow on the parts left out. Source: Hoerl and Kennard (1970), Technometrics
/// 12, 55-67.
struct RidgeRegression {
    /// The forecast roots of flow, one an issue time; not a number where something is missing.
    let roots: [Double]
    /// The penalty that was chosen, a multiple of parameters over rows.
    let penalty: Double
    /// The power of the base root by which rows are weighted.
    let exponent: Double

    static let parts = 7

    /// The part of a fitting time among so many.
    static func part(_ place: Int, of count: Int) -> Int { min(parts - 1, place * parts / max(count, 1)) }

    /// Fits; nil with fewer than so many complete times.
    ///
    /// - Parameters:
    ///   - columns: what is looked at.
    ///   - base: roots that are corrected, one an issue time.
    ///   - outcome: roots that came true, one an issue time.
    ///   - times: issue times to fit to, rising; those with something missing are left out.
    init?(_ columns: [[Double]], base: [Double], outcome: [Double], times: [Int], least: Int = 100) {
        let isComplete = base.indices.map { place in !columns.contains { $0[place].isNaN } && !base[place].isNaN }
        let rows = times.filter { isComplete[$0] && !outcome[$0].isNaN }
        guard rows.count >= least else { return nil }
        let scaling = columns.map { Scaling($0, rows) }
        let sets = rows.map { row in zip(columns, scaling).map { $1.scaled($0[row]) } + [1] }
        let errors = rows.map { outcome[$0] - base[$0] }
        let meanBase = rows.reduce(0) { $0 + base[$1] } / Double(rows.count)
        var best: (error: Double, exponent: Double, penalty: Double, weights: [Double], out: [Double])?
        for exponent in [0.0, 1, 2] {
            let weights = rows.map { row in
                let share = max(base[row], 0) / max(meanBase, 1e-9) + 1e-3
                return exponent == 0 ? 1 : exponent == 1 ? share : share * share
            }
            let whole = (0..<RidgeRegression.parts).map { part in
                NormalEquations(
                    sets, errors, weights,
                    rows.indices.filter { RidgeRegression.part($0, of: rows.count) == part })
            }
            let all = NormalEquations(sum: whole)
            for penalty in [1.0, 3, 10, 30, 100] {
                let held = penalty * Double(columns.count) / Double(rows.count)
                let solved = whole.map { all.without($0).solved(penalty: held) }
                var error = 0.0
                var out: [Double] = []
                out.reserveCapacity(rows.count)
                for (place, row) in rows.enumerated() {
                    let part = RidgeRegression.part(place, of: rows.count)
                    let root = max(0, base[row] + RidgeRegression.product(sets[place], solved[part]))
                    out.append(root)
                    let miss = root * root - outcome[row] * outcome[row]
                    error += miss * miss
                }
                if error < best?.error ?? .infinity {
                    best = (error, exponent, penalty, all.solved(penalty: held), out)
                }
            }
        }
        guard let best else { return nil }
        var roots = [Double](repeating: .nan, count: base.count)
        for place in base.indices where isComplete[place] {
            let set = zip(columns, scaling).map { $1.scaled($0[place]) } + [1]
            roots[place] = max(0, base[place] + RidgeRegression.product(set, best.weights))
        }
        for (row, value) in zip(rows, best.out) { roots[row] = value }
        self.roots = roots
        penalty = best.penalty
        exponent = best.exponent
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for place in a.indices { sum += a[place] * b[place] }
        return sum
    }

    /// Mean zero and spread one over the fitted rows. What did not vary there says nothing later either.
    private struct Scaling {
        let mean: Double
        let inverse: Double

        init(_ column: [Double], _ rows: [Int]) {
            let count = Double(rows.count)
            let mean = rows.reduce(0) { $0 + column[$1] } / count
            let squares = rows.reduce(0) { $0 + (column[$1] - mean) * (column[$1] - mean) }
            let spread = (squares / count).squareRoot()
            self.mean = mean
            inverse = spread > 1e-9 * max(1, mean.magnitude) ? 1 / spread : 0
        }

        func scaled(_ value: Double) -> Double { (value - mean) * inverse }
    }
}

/// The weighted normal equations of rows, in which the last entry is the constant.
struct NormalEquations {
    private var matrix: [Double]
    private var right: [Double]
    private var count = 0.0
    private let size: Int

    init(_ sets: [[Double]], _ outcomes: [Double], _ weights: [Double], _ rows: [Int]) {
        let size = sets.first?.count ?? 0
        self.size = size
        matrix = [Double](repeating: 0, count: size * size)
        right = [Double](repeating: 0, count: size)
        for row in rows {
            let (weight, outcome) = (weights[row], outcomes[row])
            count += weight
            sets[row].withUnsafeBufferPointer { set in
                for a in 0..<size {
                    let weighted = weight * set[a]
                    right[a] += weighted * outcome
                    matrix.withUnsafeMutableBufferPointer { matrix in
                        for b in 0...a { matrix[a * size + b] += weighted * set[b] }
                    }
                }
            }
        }
    }

    init(sum parts: [NormalEquations]) {
        self = parts[0]
        for part in parts.dropFirst() { add(part, sign: 1) }
    }

    func without(_ other: NormalEquations) -> NormalEquations {
        var rest = self
        rest.add(other, sign: -1)
        return rest
    }

    private mutating func add(_ other: NormalEquations, sign: Double) {
        count += sign * other.count
        for place in matrix.indices { matrix[place] += sign * other.matrix[place] }
        for place in right.indices { right[place] += sign * other.right[place] }
    }

    /// The weights, the last of which is the constant and bears no penalty.
    func solved(penalty: Double) -> [Double] {
        var penalised = matrix
        for a in 0..<size { penalised[a * size + a] += count * (a == size - 1 ? 1e-12 : penalty) }
        return CholeskyFactor(penalised, size: size, leastPivot: 1e-12).solve(right)
    }
}
