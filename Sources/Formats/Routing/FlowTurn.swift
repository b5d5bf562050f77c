import River
import Series
import Synchronization

/// Brings tiles of flows, one reach after the other, into rows of time, and watches the largest of them.
///
/// Unchecked: every reach has columns of its own in the rows, and what was found is behind a lock.
final class FlowTurn<Scalar: RoutingScalar>: @unchecked Sendable {
    /// Of each tile, by canonical number of its reach or by column, the column that it goes to; -1 for none.
    private let columnOfTile: [Int32]
    private let columns: Int
    private let members: Int
    private let lanes: Int
    private let found = Mutex(Peaks<Scalar>())

    /// - Parameters:
    ///   - wanted: of each column the canonical number of its reach.
    ///   - reaches: how many there are; nil where the tiles stand in the order of the columns.
    init(wanted: [Int32], reaches: Int?, members: Int, lanes: Int) {
        columns = wanted.count
        (self.members, self.lanes) = (members, lanes)
        guard let reaches else {
            columnOfTile = (0..<Int32(wanted.count)).map { $0 }
            return
        }
        var columnOfTile = [Int32](repeating: -1, count: reaches)
        for (column, reach) in wanted.enumerated() { columnOfTile[Int(reach)] = Int32(column) }
        self.columnOfTile = columnOfTile
    }

    /// Of each line of the rows, shape [row][member], its place in a tile.
    ///
    /// - Parameter offsets: the steps of the block at whose ends rows are written.
    func places(_ offsets: [Int]) -> [Int] {
        offsets.flatMap { offset in (0..<members).map { offset * lanes + $0 } }
    }

    /// Takes the tiles of some reaches.
    ///
    /// - Parameters:
    ///   - tiles: of the first of them, shape [tile][place], `stride` numbers apart.
    ///   - places: in a tile, of some of the lines of the rows.
    ///   - rows: all of the lines, shape [row][member][column].
    func take(
        _ tiles: UnsafePointer<Scalar>, stride: Int, of range: Range<Int>, places: ArraySlice<Int>,
        into rows: UnsafeMutablePointer<Scalar>
    ) {
        let (lines, first) = (places.indices, rows + places.startIndex * columns)
        let best = found.withLock { $0.flow }
        var peaks = Peaks<Scalar>()
        let memory = UnsafeMutablePointer<Scalar>.allocate(capacity: 2 * Transposition.most)
        defer { memory.deallocate() }
        let extremes = Extremes(memory)
        places.withUnsafeBufferPointer { places in
            columnOfTile.withUnsafeBufferPointer { columnOfTile in
                var tile = range.lowerBound
                while tile < range.upperBound {
                    let column = columnOfTile[tile]
                    guard column >= 0 else {
                        tile &+= 1
                        continue
                    }
                    let limit = min(range.upperBound &- tile, Transposition.most)
                    var count = 1
                    while count < limit, columnOfTile[tile &+ count] == column &+ Int32(truncatingIfNeeded: count) {
                        count &+= 1
                    }
                    let (source, target) = (tiles + (tile &- range.lowerBound) &* stride, first + Int(column))
                    extremes.begin(count)
                    Transposition.collect(
                        source, stride: stride, count: count, places: places, to: target, row: columns, extremes)
                    let own = extremes.result(count)
                    peaks.count(negative: own.negative)
                    if own.most >= max(best, peaks.flow) {
                        search(target, count: count, column: Int(column), lines: lines, &peaks)
                    }
                    tile &+= count
                }
            }
        }
        found.withLock { $0.take(peaks) }
    }

    /// Looks where the largest of the flows stands.
    private func search(
        _ target: UnsafePointer<Scalar>, count: Int, column: Int, lines: Range<Int>, _ peaks: inout Peaks<Scalar>
    ) {
        for line in lines {
            let flows = target + (line - lines.lowerBound) * columns
            for offset in 0..<count { peaks.take(flows[offset], column: column + offset, row: line / members) }
        }
    }

    /// Takes the tiles of all reaches, or of all columns.
    func takeAll(
        _ tiles: UnsafePointer<Scalar>, stride: Int, places: [Int], into rows: UnsafeMutablePointer<Scalar>, hands: Int,
        parallelFor: ParallelFor
    ) {
        nonisolated(unsafe) let (source, target) = (tiles, rows)  // every column has memory of its own
        let count = columnOfTile.count
        let bands = max(1, min(hands * 4, count / 64))
        parallelFor(bands) { [self] band in
            let range = (count * band / bands)..<(count * (band + 1) / bands)
            take(source + range.lowerBound * stride, stride: stride, of: range, places: places[...], into: target)
        }
    }

    /// Ends a block.
    ///
    /// - Parameter times: of its rows.
    func close(_ times: [Instant]) { found.withLock { $0.close(times) } }

    /// What was found in all blocks.
    var peaks: Peaks<Scalar> { found.withLock { $0 } }
}
