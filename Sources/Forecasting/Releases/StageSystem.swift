/// The dense systems of the variables that scenarios share: one a node of the tree, eliminated from the last stage to the
/// root.
struct StageSystem {
    private let tree: StageTree
    private var nodes: [DenseElimination] = []

    /// Eliminates.
    ///
    /// - Parameters:
    ///   - matrices: what the blocks of each node's scenarios and its own rows add, lower triangles by rows over the node's own
    ///     variables and those of the nodes before it.
    ///   - own: number of a node's own variables.
    init(_ matrices: [[Double]], own: [Int], tree: StageTree, regularisation: Double) {
        self.tree = tree
        var open = matrices
        for node in tree.nodes.indices.reversed() {
            let done = DenseElimination(open[node], own: own[node], regularisation: regularisation)
            open[node] = []
            if let parent = tree.nodes[node].parent {
                for (place, value) in done.rest.enumerated() { open[parent][place] += value }
            }
            nodes.append(done)
        }
        nodes.reverse()
    }

    /// Solves for one right side a node, over the same variables; gives the values of the variables of every node.
    func solve(_ sides: [[Double]]) -> [[Double]] {
        var open = sides
        for node in tree.nodes.indices.reversed() {
            nodes[node].reduce(&open[node])
            guard let parent = tree.nodes[node].parent else { continue }
            for (place, value) in open[node][nodes[node].own...].enumerated() { open[parent][place] += value }
        }
        for (node, place) in zip(tree.nodes, 0...) {
            if let parent = node.parent {
                open[place].replaceSubrange(nodes[place].own..., with: open[parent])
            }
            nodes[place].complete(&open[place])
        }
        return open
    }
}

/// A symmetric matrix of which the first variables are eliminated.
private struct DenseElimination {
    let own: Int
    private let count: Int
    /// Lower triangle by rows; the diagonal of the eliminated variables holds inverse pivots.
    private var factor: [Double]

    init(_ matrix: [Double], own: Int, regularisation: Double) {
        self.own = own
        factor = matrix
        var count = own
        while BlockStructure.dense(count, 0) < matrix.count { count += 1 }
        self.count = count
        var scaled = [Double](repeating: 0, count: own)
        for row in 0..<count {
            let begin = BlockStructure.dense(row, 0)
            for column in 0..<row {
                let other = BlockStructure.dense(column, 0)
                var value = factor[begin + column]
                for place in 0..<min(column, own) { value -= scaled[place] * factor[other + place] }
                if column < own {
                    scaled[column] = value
                    value *= factor[other + column]
                }
                factor[begin + column] = value
            }
            var pivot = factor[begin + row] + (row < own ? regularisation : 0)
            for place in 0..<min(row, own) { pivot -= scaled[place] * factor[begin + place] }
            factor[begin + row] = row < own ? 1 / max(pivot, regularisation) : pivot
        }
    }

    /// What is left of the other variables' matrix: a lower triangle by rows.
    var rest: [Double] {
        (own..<max(own, count)).flatMap { row in
            factor[BlockStructure.dense(row, own)...BlockStructure.dense(row, row)]
        }
    }

    /// Takes the own variables out of a right side.
    func reduce(_ side: inout [Double]) {
        for row in 0..<count {
            let begin = BlockStructure.dense(row, 0)
            var value = side[row]
            for column in 0..<min(row, own) { value -= factor[begin + column] * side[column] }
            side[row] = value
        }
    }

    /// Finds the own variables of a reduced right side, in which the others have been found.
    func complete(_ side: inout [Double]) {
        for row in 0..<own { side[row] *= factor[BlockStructure.dense(row, row)] }
        for row in (0..<count).reversed() {
            let begin = BlockStructure.dense(row, 0)
            let value = side[row]
            for column in 0..<min(row, own) { side[column] -= factor[begin + column] * value }
        }
    }
}
