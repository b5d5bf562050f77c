/// A river network of any number of basins, its reaches numbered so that a subtree is a range.
///
/// The numbering is post-order: every reach stands after all that flow into it, directly after the last of them, and the
/// subtree of reach `r` is the range `r - subtreeSize[r] + 1 ... r`. Among the upstreams of a reach the one with the largest
/// subtree comes first, the others by rank; outlets stand by rank. The numbers, called canonical, follow from ids and links
/// alone, never from the order of the rows. Nothing here recurses: a chain of millions of reaches is a network like any other.
public struct RiverNetwork: Sendable {
    /// The most reaches that a network may have.
    public static let mostReaches = 100_000_000

    /// Of each reach the reach below it; -1 at an outlet. Shape [reach], like every array here unless said.
    public let downstream: [Int32]
    /// Reaches in the subtree, itself included.
    public let subtreeSize: [Int32]
    /// The row from which each reach was made.
    public let rowOfReach: [Int32]
    /// The reach that was made from each row, shape [row].
    public let reachOfRow: [Int32]
    /// Which of the stacked tiles gathers the inflow of a reach during a traversal: at most the binary logarithm of the
    /// number of reaches.
    let slot: [Int32]
    /// How many stacked tiles a traversal needs.
    let slotCount: Int

    /// How many reaches there are.
    public var count: Int { downstream.count }
    /// The reaches that flow into no other.
    public var outlets: [Int] { downstream.indices.filter { downstream[$0] < 0 } }

    /// Whether a reach is the first of those that flow into the reach below it.
    @inline(__always) func isFirstUpstream(_ reach: Int, of below: Int) -> Bool {
        reach &- Int(subtreeSize[reach]) == below &- Int(subtreeSize[below])
    }

    /// Makes a network.
    ///
    /// - Parameters:
    ///   - downstreamRow: of each row the row below it; -1 for an outlet.
    ///   - rank: of each row its place among all ids; nil where the rows stand in the order of the ids.
    /// - Throws: ``NetworkProblem`` for a cycle, with the rows on it, and for too many rows.
    public init(downstreamRow: [Int32], rank: [Int32]? = nil) throws(NetworkProblem) {
        let count = downstreamRow.count
        guard count <= RiverNetwork.mostReaches else { throw NetworkProblem(code: .tooLarge, rows: []) }
        let upstreams = UpstreamLists(downstreamRow, rank: rank)
        let order = TopologicalOrder(downstreamRow, upstreams)
        guard order.rows.count == count else {
            throw NetworkProblem(code: .cycle, rows: order.cycle(downstreamRow))
        }
        let firstOfRow = RiverNetwork.firstReaches(downstreamRow, upstreams, order)
        var downstream = [Int32](repeating: -1, count: count)
        var subtreeSize = downstream
        var rowOfReach = downstream
        var reachOfRow = downstream
        for row in 0..<count {
            let reach = firstOfRow[row] &+ order.size[row] &- 1
            reachOfRow[row] = reach
            rowOfReach[Int(reach)] = Int32(row)
        }
        for reach in 0..<count {
            let row = Int(rowOfReach[reach])
            subtreeSize[reach] = order.size[row]
            let below = downstreamRow[row]
            if below >= 0 { downstream[reach] = reachOfRow[Int(below)] }
        }
        self.downstream = downstream
        self.subtreeSize = subtreeSize
        self.rowOfReach = rowOfReach
        self.reachOfRow = reachOfRow
        slot = RiverNetwork.slots(downstream, subtreeSize)
        slotCount = Int(slot.max() ?? 0) + 1
    }

    /// Of each row the smallest canonical number in its subtree; walks from the outlets up.
    private static func firstReaches(
        _ downstreamRow: [Int32], _ upstreams: UpstreamLists, _ order: TopologicalOrder
    ) -> [Int32] {
        var first = [Int32](repeating: 0, count: downstreamRow.count)
        var next: Int32 = 0
        for row in upstreams.outlets {
            first[Int(row)] = next
            next += order.size[Int(row)]
        }
        for row in order.rows.reversed() {
            let list = upstreams.range(of: Int(row))
            guard !list.isEmpty else { continue }
            var heaviest = list.lowerBound
            for index in list where order.size[Int(upstreams.rows[index])] > order.size[Int(upstreams.rows[heaviest])] {
                heaviest = index
            }
            let largest = upstreams.rows[heaviest]
            first[Int(largest)] = first[Int(row)]
            var begin = first[Int(row)] &+ order.size[Int(largest)]
            for index in list where index != heaviest {
                let upstream = Int(upstreams.rows[index])
                first[upstream] = begin
                begin &+= order.size[upstream]
            }
        }
        return first
    }

    /// The first upstream shares the tile of the reach below it, the others use the next.
    private static func slots(_ downstream: [Int32], _ size: [Int32]) -> [Int32] {
        var slot = [Int32](repeating: 0, count: downstream.count)
        for reach in stride(from: downstream.count - 1, through: 0, by: -1) where downstream[reach] >= 0 {
            let below = Int(downstream[reach])
            let isFirst = reach - Int(size[reach]) == below - Int(size[below])
            slot[reach] = slot[below] + (isFirst ? 0 : 1)
        }
        return slot
    }
}

/// The upstreams of every row in one array, each list by rank.
private struct UpstreamLists {
    private let start: [Int32]
    let rows: [Int32]
    /// Rows that flow into no other, by rank.
    let outlets: [Int32]

    init(_ downstreamRow: [Int32], rank: [Int32]?) {
        let count = downstreamRow.count
        var start = [Int32](repeating: 0, count: count + 1)
        for below in downstreamRow where below >= 0 { start[Int(below) + 1] += 1 }
        for index in 0..<count { start[index + 1] += start[index] }
        var rows = [Int32](repeating: 0, count: Int(start[count]))
        var filled = start
        var outlets: [Int32] = []
        func place(_ row: Int32) {
            let below = downstreamRow[Int(row)]
            guard below >= 0 else { return outlets.append(row) }
            rows[Int(filled[Int(below)])] = row
            filled[Int(below)] += 1
        }
        if let rank {
            var rowOfRank = [Int32](repeating: 0, count: count)
            for row in 0..<count { rowOfRank[Int(rank[row])] = Int32(row) }
            for row in rowOfRank { place(row) }
        } else {
            for row in 0..<Int32(count) { place(row) }
        }
        self.start = start
        self.rows = rows
        self.outlets = outlets
    }

    @inline(__always) func range(of row: Int) -> Range<Int> { Int(start[row])..<Int(start[row + 1]) }
}

/// Rows so ordered that each stands after all that flow into it; shorter than the table where there is a cycle.
private struct TopologicalOrder {
    let rows: [Int32]
    let size: [Int32]

    init(_ downstreamRow: [Int32], _ upstreams: UpstreamLists) {
        let count = downstreamRow.count
        if let size = TopologicalOrder.sizesInOrder(downstreamRow) {
            rows = (0..<Int32(count)).map { $0 }
            self.size = size
            return
        }
        var waiting = [Int32](repeating: 0, count: count)
        for below in downstreamRow where below >= 0 { waiting[Int(below)] += 1 }
        var rows: [Int32] = []
        rows.reserveCapacity(count)
        for row in 0..<count where waiting[row] == 0 { rows.append(Int32(row)) }
        var size = [Int32](repeating: 1, count: count)
        var position = 0
        while position < rows.count {
            let row = Int(rows[position])
            position += 1
            guard downstreamRow[row] >= 0 else { continue }
            let below = Int(downstreamRow[row])
            size[below] &+= size[row]
            waiting[below] -= 1
            if waiting[below] == 0 { rows.append(Int32(below)) }
        }
        self.rows = rows
        self.size = size
    }

    /// Of each row the rows in its subtree, where every row stands before the one below it; nil elsewhere.
    private static func sizesInOrder(_ downstreamRow: [Int32]) -> [Int32]? {
        var size = [Int32](repeating: 1, count: downstreamRow.count)
        for (row, below) in downstreamRow.enumerated() where below >= 0 {
            guard Int(below) > row else { return nil }
            size[Int(below)] &+= size[row]
        }
        return size
    }

    /// The rows of the cycle that is reached from the first row which was not ordered.
    func cycle(_ downstreamRow: [Int32]) -> [Int] {
        var isOrdered = [Bool](repeating: false, count: downstreamRow.count)
        for row in rows { isOrdered[Int(row)] = true }
        guard var row = isOrdered.firstIndex(of: false) else { return [] }
        for _ in downstreamRow.indices { row = Int(downstreamRow[row]) }  // surely on the cycle now
        var least = row
        var next = Int(downstreamRow[row])
        while next != row {
            least = min(least, next)
            next = Int(downstreamRow[next])
        }
        row = least
        var cycle = [row]
        while cycle.count < 10, Int(downstreamRow[cycle[cycle.count - 1]]) != row {
            cycle.append(Int(downstreamRow[cycle[cycle.count - 1]]))
        }
        return cycle
    }
}
