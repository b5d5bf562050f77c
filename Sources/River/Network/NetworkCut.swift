/// A network cut into pieces that can be computed apart: whole subtrees, and the stem that they flow into.
///
/// The same object serves threads and borders: at a cut the outflow of a subtree is a hydrograph, whoever computed or measured
/// it. What is computed does not depend on where the cut lies.
public struct NetworkCut: Sendable {
    /// Ranges of whole subtrees that one hand computes in this order.
    struct Piece: Sendable {
        var ranges: [Range<Int>]
        var weight: Int
    }

    /// Pieces of about equal weight, none of which waits for another.
    let pieces: [Piece]
    /// What is left below the pieces, and the roots of the pieces that flow into it, in canonical order.
    let stem: [Int32]
    /// Of each reach of ``stem`` its row in the exchange where it is the root of a piece; -1 where it is computed here.
    let exchangeRow: [Int32]
    /// Roots of subtrees that hand their outflow on, ascending.
    public let roots: [Int32]

    /// The reaches that are computed last, by one hand.
    public var stemCount: Int { stem.count - roots.count }

    /// Cuts a network into subtrees of at most a share of it.
    ///
    /// - Parameters:
    ///   - network: the network.
    ///   - pieces: how many pieces are wanted, >= 1; there are more where the shape of the network asks for it.
    public init(_ network: RiverNetwork, pieces wanted: Int) {
        let count = network.count
        let most = wanted <= 1 ? max(1, count) : max(1, count / wanted)
        var pieces: [Piece] = []
        var stem: [Int32] = []
        var exchangeRow: [Int32] = []
        var roots: [Int32] = []
        var reach = 0
        while reach < count {
            if network.subtreeSize[reach] > 1 {
                stem.append(Int32(reach))
                exchangeRow.append(-1)
                reach += 1
                continue
            }
            var root = reach
            while network.downstream[root] >= 0 {
                let below = Int(network.downstream[root])
                guard network.isFirstUpstream(root, of: below), network.subtreeSize[below] <= most else { break }
                root = below
            }
            NetworkCut.add(reach..<(root + 1), to: &pieces, most: most)
            if network.downstream[root] >= 0 {
                stem.append(Int32(root))
                exchangeRow.append(Int32(roots.count))
                roots.append(Int32(root))
            }
            reach = root + 1
        }
        self.pieces = pieces
        self.stem = stem
        self.exchangeRow = exchangeRow
        self.roots = roots
    }

    private static func add(_ range: Range<Int>, to pieces: inout [Piece], most: Int) {
        guard let last = pieces.last, last.weight + range.count <= most else {
            return pieces.append(Piece(ranges: [range], weight: range.count))
        }
        let index = pieces.count - 1
        pieces[index].weight += range.count
        if let end = last.ranges.last, end.upperBound == range.lowerBound {
            pieces[index].ranges[last.ranges.count - 1] = end.lowerBound..<range.upperBound
        } else {
            pieces[index].ranges.append(range)
        }
    }
}
