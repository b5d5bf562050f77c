/// Where the lateral inflow of a block of steps comes from.
public enum LateralTiles<Scalar: RoutingScalar>: @unchecked Sendable {  // only read during the call it is passed to
    /// Memory of shape [reach][step][lane], reaches in canonical order and `stride` numbers apart.
    case memory(UnsafePointer<Scalar>, stride: Int)
    /// Made when needed, so that no more of it exists than the caches hold: fills shape [reach][step][lane] of the given
    /// reaches and steps, counted from the first step of the block, and may be called by several hands at once.
    case made(@Sendable (_ reaches: Range<Int>, _ steps: Range<Int>, _ room: UnsafeMutablePointer<Scalar>) -> Void)
}

/// Where the flows of a block of steps go.
public enum FlowTiles<Scalar: RoutingScalar>: @unchecked Sendable {  // every reach has memory of its own
    /// Nowhere.
    case none
    /// Memory of shape [reach][step][lane], all reaches in canonical order and `stride` numbers apart.
    case all(UnsafeMutablePointer<Scalar>, stride: Int)
    /// Of each reach its row in memory of shape [row][step][lane]; -1 for none. Rows are `stride` numbers apart.
    case some([Int32], UnsafeMutablePointer<Scalar>, stride: Int)
    /// Taken while they are in the caches, so that no more of them exists: shape [reach][step][lane] of the given reaches and steps,
    /// counted from the first step of the block. Called once for every reach and step, by several hands at once.
    case taken(@Sendable (_ reaches: Range<Int>, _ steps: Range<Int>, _ flows: UnsafePointer<Scalar>) -> Void)

    /// Where the flow of a reach goes, from a step on; nil for nowhere.
    @inline(__always) func room(_ reach: Int, offset: Int) -> UnsafeMutablePointer<Scalar>? {
        switch self {
        case .none, .taken: nil
        case .all(let base, let stride): base + (reach &* stride &+ offset)
        case .some(let rows, let base, let stride):
            rows[reach] < 0 ? nil : base + (Int(rows[reach]) &* stride &+ offset)
        }
    }
}

/// What runs a body for each of a number of indices, in any order or at once; returns when all are done.
public typealias ParallelFor = @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

/// Runs one index after the other.
public let oneAfterTheOther: ParallelFor = { count, body in
    for index in 0..<count { body(index) }
}
