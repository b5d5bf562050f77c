import River

/// Brings rows of lateral inflow, one time after the other, into tiles of reaches, one reach after the other.
struct LateralSpread: Sendable {
    private let columns: Int
    private let members: Int
    /// Of each reach its column; -1 for none, -2 for several.
    private let columnOfReach: [Int32]
    /// The columns of reaches that have several, in their order.
    private let several: [Int: [Int32]]

    /// - Parameter network: its rows are those that the table names.
    init(_ table: HydrographTable, network: RiverNetwork) {
        columns = table.networkRows.count
        members = table.members
        var columnOfReach = [Int32](repeating: -1, count: network.count)
        var several: [Int: [Int32]] = [:]
        for (column, row) in table.networkRows.enumerated() {
            let reach = Int(network.reachOfRow[Int(row)])
            let before = columnOfReach[reach]
            if before == -1 {
                columnOfReach[reach] = Int32(column)
            } else {
                columnOfReach[reach] = -2
                several[reach, default: before < 0 ? [] : [before]].append(Int32(column))
            }
        }
        self.columnOfReach = columnOfReach
        self.several = several
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

    /// Of each place of a tile, shape [step][lane], where its line of values begins in the rows; -1 for lanes without a member.
    func lines(_ span: Span, lanes: Int) -> [Int] {
        span.steps.flatMap { step in
            let row = step / span.perRow - span.firstRow
            return (0..<lanes).map { $0 < members ? (row * members + $0) * columns : -1 }
        }
    }

    /// Fills the tiles of some reaches; places of lanes without a member stay as they are where a reach has one column.
    ///
    /// - Parameters:
    ///   - tiles: of the first of the reaches, shape [reach][place], `stride` numbers apart.
    ///   - rows: shape [row][member][column].
    ///   - lines: of the places of a tile, as ``lines(_:lanes:)`` gives them.
    func fill<Scalar: RoutingScalar>(
        _ tiles: UnsafeMutablePointer<Scalar>, stride: Int, reaches: Range<Int>, from rows: LateralRows<Scalar>,
        lines: ArraySlice<Int>
    ) {
        columnOfReach.withUnsafeBufferPointer { columnOfReach in
            lines.withUnsafeBufferPointer { lines in
                let own = UnsafeBufferPointer(rebasing: columnOfReach[reaches])
                LineTransposition.spread(rows.memory, columns: own, lines: lines, to: tiles, stride: stride)
                for (tile, column) in own.enumerated() where column < 0 {
                    gather(several[reaches.lowerBound + tile] ?? [], into: tiles + tile &* stride, from: rows, lines)
                }
            }
        }
    }

    /// The sum of several columns, or zero for none.
    private func gather<Scalar: RoutingScalar>(
        _ own: [Int32], into tile: UnsafeMutablePointer<Scalar>, from rows: LateralRows<Scalar>,
        _ lines: UnsafeBufferPointer<Int>
    ) {
        tile.update(repeating: 0, count: lines.count)
        for column in own {
            for (place, line) in lines.enumerated() where line >= 0 { tile[place] += rows[line + Int(column)] }
        }
    }

    /// Fills the tiles of all reaches.
    ///
    /// - Parameter hands: how many work at once, and what runs them.
    func fillAll<Scalar: RoutingScalar>(
        _ tiles: UnsafeMutablePointer<Scalar>, from rows: LateralRows<Scalar>, _ span: Span, lanes: Int, hands: Int,
        parallelFor: ParallelFor
    ) {
        nonisolated(unsafe) let target = tiles  // every reach of a band has memory of its own
        let (size, count, lines) = (span.steps.count * lanes, columnOfReach.count, lines(span, lanes: lanes))
        let bands = max(1, min(hands * 4, count / 64))
        parallelFor(bands) { band in
            let reaches = (count * band / bands)..<(count * (band + 1) / bands)
            fill(
                target + reaches.lowerBound * size, stride: size, reaches: reaches, from: rows, lines: lines[...])
        }
    }
}

/// Numbers that are only read and lie where the file has them, at any byte.
struct LateralRows<Scalar: RoutingScalar>: @unchecked Sendable {  // nobody writes them while they are read
    let memory: UnsafeRawPointer

    @inline(__always) subscript(index: Int) -> Scalar {
        memory.loadUnaligned(fromByteOffset: index &* MemoryLayout<Scalar>.size, as: Scalar.self)
    }
}
