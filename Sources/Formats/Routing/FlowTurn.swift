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
        let best = found.withLock { $0.flow }
        var peaks = Peaks<Scalar>()
        let memory = UnsafeMutablePointer<Scalar>.allocate(capacity: FlowExtremes<Scalar>.capacity)
        defer { memory.deallocate() }
        let extremes = FlowExtremes(memory)
        places.withUnsafeBufferPointer { lines in
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: Self.most) {
                let own = first..<min(first + Self.most, range.upperBound)
                let source = tiles + (first - range.lowerBound) * stride
                extremes.begin()
                write(source, stride: stride, of: own, lines, to: rows + places.startIndex * columns, extremes)
                let (most, negative) = extremes.result
                peaks.count(negative: negative)
                guard most >= max(best, peaks.flow) else { continue }
                search(source, stride: stride, of: own, places, &peaks)
            }
        }
        found.withLock { $0.take(peaks) }
    }

    /// Tiles that are looked at together.
    private static var most: Int { 64 }

    /// Writes tiles into their columns, and looks at them while they are in the caches.
    private func write(
        _ tiles: UnsafePointer<Scalar>, stride: Int, of range: Range<Int>, _ places: UnsafeBufferPointer<Int>,
        to rows: UnsafeMutablePointer<Scalar>, _ extremes: FlowExtremes<Scalar>
    ) {
        columnOfTile.withUnsafeBufferPointer { columnOfTile in
            let own = UnsafeBufferPointer(rebasing: columnOfTile[range])
            LineTransposition.collect(tiles, stride: stride, columns: own, places: places, to: rows, row: columns)
            if let last = places.last, places.count == stride, last &- places[0] == stride &- 1,
                own.allSatisfy({ $0 >= 0 })
            {
                return extremes.take(tiles + places[0], count: own.count &* stride)
            }
            for tile in own.indices where own[tile] >= 0 { watch(tiles + tile &* stride, places, extremes) }
        }
    }

    /// Looks at what of a tile is written.
    @inline(__always) private func watch(
        _ tile: UnsafePointer<Scalar>, _ places: UnsafeBufferPointer<Int>, _ extremes: FlowExtremes<Scalar>
    ) {
        var line = 0
        while line < places.count {
            var end = line &+ 1
            while end < places.count, places[end] == places[end &- 1] &+ 1 { end &+= 1 }
            extremes.take(tile + places[line], count: end &- line)
            line = end
        }
    }

    /// Looks where the largest of the flows stands.
    private func search(
        _ tiles: UnsafePointer<Scalar>, stride: Int, of range: Range<Int>, _ places: ArraySlice<Int>,
        _ peaks: inout Peaks<Scalar>
    ) {
        for tile in range where columnOfTile[tile] >= 0 {
            let source = tiles + (tile - range.lowerBound) * stride
            for (line, place) in zip(places.indices, places) {
                peaks.take(source[place], column: Int(columnOfTile[tile]), row: line / members)
            }
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
