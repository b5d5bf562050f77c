import River

/// Brings rows of lateral inflow, one time after the other, into tiles of reaches, one reach after the other.
struct LateralSpread {
    private let columns: Int
    private let members: Int
    private let reachOfColumn: [Int32]
    /// Columns that are the only one of their reach, and those that are not.
    private let alone: [Int32]
    private let together: [Int32]
    /// Reaches that no column has for itself.
    private let cleared: [Int32]

    /// - Parameter network: its rows are those that the table names.
    init(_ table: HydrographTable, network: RiverNetwork) {
        let reaches = network.reachOfRow
        reachOfColumn = table.networkRows.map { reaches[Int($0)] }
        columns = reachOfColumn.count
        members = table.members
        var count = [Int32](repeating: 0, count: network.count)
        for reach in reachOfColumn { count[Int(reach)] &+= 1 }
        let all = 0..<Int32(columns)
        let ofColumn = reachOfColumn
        alone = all.filter { count[Int(ofColumn[Int($0)])] == 1 }
        together = all.filter { count[Int(ofColumn[Int($0)])] > 1 }
        cleared = (0..<Int32(network.count)).filter { count[Int($0)] != 1 }
    }

    /// Some routing steps and the rows that hold for them.
    struct Span {
        /// Steps since the start of the run.
        let steps: Range<Int>
        /// Routing steps of a row.
        let perRow: Int
        /// The first row that was read.
        let firstRow: Int
    }

    /// Fills the tiles of all reaches.
    ///
    /// - Parameters:
    ///   - rows: shape [row][member][column].
    ///   - tiles: shape [reach][step][lane].
    ///   - hands: how many work at once, and what runs them.
    func fill<Scalar: RoutingScalar>(
        _ tiles: UnsafeMutablePointer<Scalar>, from rows: UnsafePointer<Scalar>, _ span: Span, lanes: Int, hands: Int,
        parallelFor: ParallelFor
    ) {
        nonisolated(unsafe) let (source, target) = (rows, tiles)  // every column of a band has memory of its own
        let size = span.steps.count * lanes
        for reach in cleared { (target + Int(reach) * size).update(repeating: 0, count: size) }
        let bands = max(1, min(hands * 4, alone.count / 64))
        parallelFor(bands) { band in
            for place in (alone.count * band / bands)..<(alone.count * (band + 1) / bands) {
                let column = Int(alone[place])
                write(column, from: source, to: target + Int(reachOfColumn[column]) &* size, span, lanes, adds: false)
            }
        }
        for column in together {
            let column = Int(column)
            write(column, from: source, to: target + Int(reachOfColumn[column]) * size, span, lanes, adds: true)
        }
    }

    @inline(__always) private func write<Scalar: RoutingScalar>(
        _ column: Int, from source: UnsafePointer<Scalar>, to tile: UnsafeMutablePointer<Scalar>, _ span: Span,
        _ lanes: Int, adds: Bool
    ) {
        var (step, row) = (span.steps.lowerBound, span.steps.lowerBound / span.perRow)
        var place = 0
        while step < span.steps.upperBound {
            let end = min(span.steps.upperBound, (row &+ 1) &* span.perRow)
            var value = source + ((row &- span.firstRow) &* members &* columns &+ column)
            for member in 0..<members {
                var at = place &+ member
                for _ in step..<end {
                    tile[at] = adds ? tile[at] + value[0] : value[0]
                    at &+= lanes
                }
                value += columns
            }
            place &+= (end &- step) &* lanes
            (step, row) = (end, row &+ 1)
        }
    }
}
