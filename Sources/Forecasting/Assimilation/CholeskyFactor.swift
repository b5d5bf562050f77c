/// The lower factor of a symmetric positive matrix (Cholesky).
struct CholeskyFactor {
    private var factor: [Double]
    private let size: Int

    /// Factorises.
    ///
    /// - Parameters:
    ///   - matrix: by rows, `size * size`, of which the lower triangle counts.
    ///   - leastPivot: what a pivot is taken for at least, > 0.
    init(_ matrix: [Double], size: Int, leastPivot: Double) {
        self.size = size
        factor = matrix
        factor.withUnsafeMutableBufferPointer { factor in
            for a in 0..<size {
                for b in 0...a {
                    var sum = factor[a * size + b]
                    for k in 0..<b { sum -= factor[a * size + k] * factor[b * size + k] }
                    factor[a * size + b] = a == b ? max(sum, leastPivot).squareRoot() : sum / factor[b * size + b]
                }
            }
        }
    }

    /// The solution for a right side of `size` numbers.
    func solve(_ right: [Double]) -> [Double] {
        var solution = right
        for a in 0..<size {
            for k in 0..<a { solution[a] -= factor[a * size + k] * solution[k] }
            solution[a] /= factor[a * size + a]
        }
        for a in stride(from: size - 1, through: 0, by: -1) {
            for k in a + 1..<size { solution[a] -= factor[k * size + a] * solution[k] }
            solution[a] /= factor[a * size + a]
        }
        return solution
    }
}
