import River
import Series

/// Starts a piece of work beside its caller, one after the other in the order in which they were started; what is returned waits for
/// its end.
public typealias Aside = @Sendable (_ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void

/// Does a piece of work at once.
public let atOnce: Aside = { body in
    body()
    return {}
}

/// Reads the rows of a run ahead and writes its flows behind it, while it computes.
///
/// Unchecked: the tables are touched only by work beside the run, which comes one after the other, and at the end.
final class RouteStream<Scalar: RoutingScalar>: @unchecked Sendable {
    private var table: HydrographTable?
    private var output: FlowTable?
    private var fault: RoutingFileProblem?
    private let aside: Aside
    private var waits: [Place: @Sendable () -> Void] = [:]
    /// Of each of two rooms where its rows lie.
    private var rows: [LateralRows<Scalar>?] = [nil, nil]

    /// What is waited for: the beginning of the output, the rows of one of two rooms, or the flows of one.
    enum Place: Hashable {
        case output
        case rows(Int)
        case flows(Int)
    }

    init(_ table: HydrographTable?, aside: @escaping Aside) { (self.table, self.aside) = (table, aside) }

    /// Begins the output.
    func open(_ begin: @escaping @Sendable () throws(RoutingFileProblem) -> FlowTable) {
        start(.output) { (stream) throws(RoutingFileProblem) in stream.output = try begin() }
    }

    /// Begins to read rows, into a room unless they can be read where the file has them.
    func read(_ count: Int, into room: UnsafeMutablePointer<Scalar>, _ place: Int) {
        nonisolated(unsafe) let room = room  // nobody else has it until it is waited for
        start(.rows(place)) { (stream) throws(RoutingFileProblem) in
            stream.rows[place] = try stream.table?.next(rows: count, room: room)
        }
    }

    /// The rows of a room, once they are read.
    func rows(_ place: Int) throws(RoutingFileProblem) -> LateralRows<Scalar>? {
        try wait(.rows(place))
        return rows[place]
    }

    /// Begins to write the flows of a room.
    func write(_ times: [Instant], from room: UnsafeMutablePointer<Scalar>, _ place: Int) {
        nonisolated(unsafe) let room = room  // nobody else has it until it is waited for
        start(.flows(place)) { (stream) throws(RoutingFileProblem) in
            try stream.output?.write(times: times, UnsafePointer(room))
        }
    }

    private func start(
        _ place: Place, _ body: @escaping @Sendable (RouteStream) throws(RoutingFileProblem) -> Void
    ) {
        waits[place] = aside { [self] in
            guard fault == nil else { return }
            do throws(RoutingFileProblem) { try body(self) } catch { fault = error }
        }
    }

    /// Waits until a room is read or written.
    func wait(_ place: Place) throws(RoutingFileProblem) {
        guard let wait = waits.removeValue(forKey: place) else { return }
        wait()
        if let fault { throw fault }
    }

    /// Waits for everything; nothing of a room is touched after that.
    func settle() {
        for wait in waits.values { wait() }
        waits = [:]
    }

    /// Ends the output.
    func close() throws(RoutingFileProblem) {
        settle()
        if let fault { throw fault }
        try output?.close()
    }
}

/// The steps that are computed at once, and the rows of lateral inflow that hold for them.
struct RouteBlock {
    let steps: Range<Int>
    let rows: Range<Int>
    /// Whether the rows are others than those of the block before.
    let reads: Bool

    static func all(_ plan: BlockPlan, _ clock: RouteClock) -> [RouteBlock] {
        var read = 0
        return stride(from: 0, to: clock.steps, by: plan.steps).map { step in
            let end = min(clock.steps, step + plan.steps)
            let rows = (step / clock.stepsPerRow)..<((end - 1) / clock.stepsPerRow + 1)
            defer { read = rows.upperBound }
            return RouteBlock(steps: step..<end, rows: rows, reads: rows.upperBound > read)
        }
    }
}
