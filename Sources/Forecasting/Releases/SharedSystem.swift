/// The dense system of the variables that all scenarios share.
struct SharedSystem {
    private let count: Int
    /// Lower triangle by rows; the diagonal holds inverse pivots.
    private var factor: [Double]

    /// Factorises a symmetric matrix given as its lower triangle by rows.
    init(_ matrix: [Double], count: Int, regularisation: Double) {
        self.count = count
        factor = matrix
        var scaled = [Double](repeating: 0, count: count)
        for row in 0..<count {
            let begin = BlockStructure.dense(row, 0)
            for column in 0..<row {
                let other = BlockStructure.dense(column, 0)
                var value = factor[begin + column]
                for place in 0..<column { value -= scaled[place] * factor[other + place] }
                scaled[column] = value
                factor[begin + column] = value * factor[other + column]
            }
            var pivot = factor[begin + row] + regularisation
            for place in 0..<row { pivot -= scaled[place] * factor[begin + place] }
            factor[begin + row] = 1 / max(pivot, regularisation)
        }
    }

    /// Solves for one right side.
    func solve(_ side: [Double]) -> [Double] {
        var result = side
        for row in 0..<count {
            let begin = BlockStructure.dense(row, 0)
            var value = result[row]
            for column in 0..<row { value -= factor[begin + column] * result[column] }
            result[row] = value
        }
        for row in 0..<count { result[row] *= factor[BlockStructure.dense(row, row)] }
        for row in (0..<count).reversed() {
            let begin = BlockStructure.dense(row, 0)
            let value = result[row]
            for column in 0..<row { result[column] -= factor[begin + column] * value }
        }
        return result
    }
}
