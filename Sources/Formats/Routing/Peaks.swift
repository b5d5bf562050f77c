import River
import Series

/// The largest flow and the flows below zero among those that are written. Of equal flows the earliest counts, and then the first.
struct Peaks<Scalar: RoutingScalar> {
    private(set) var largest: (column: Int, flow: Scalar, time: Instant)?
    private(set) var negative = 0
    /// The largest of the block that is not closed yet.
    private(set) var flow = -Scalar.infinity
    private var (column, row) = (0, 0)

    /// Takes a flow of the block that is not closed yet.
    @inline(__always) mutating func take(_ flow: Scalar, column: Int, row: Int) {
        if flow > self.flow || (flow == self.flow && (row, column) < (self.row, self.column)) {
            (self.flow, self.column, self.row) = (flow, column, row)
        }
    }

    /// Counts flows below zero.
    mutating func count(negative: Int) { self.negative += negative }

    /// Takes what was found among other columns of the same block.
    mutating func take(_ other: Peaks) {
        negative += other.negative
        if other.flow > -Scalar.infinity { take(other.flow, column: other.column, row: other.row) }
    }

    /// Ends a block.
    ///
    /// - Parameter times: of its rows.
    mutating func close(_ times: [Instant]) {
        if flow > (largest?.flow ?? -.infinity) { largest = (column, flow, times[row]) }
        (flow, column, row) = (-.infinity, 0, 0)
    }
}
