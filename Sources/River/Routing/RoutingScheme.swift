/// The door that every routing scheme goes through: what happens to water inside one reach.
///
/// Networks, members, blocks of time, threads, restarts and balances are not its business. A scheme keeps `stateCount` numbers
/// of every reach and member, of which the first is the newest inflow from upstream and the second the newest outflow; it
/// computes in *lanes*, pairs of reach and member that do not feed each other, or, where one member runs alone, in *tiles*,
/// all steps of one reach. `RoutingConformance` in the tests holds what each has to keep.
protocol RoutingScheme<Scalar>: Sendable {
    /// Single or double precision.
    associatedtype Scalar: RoutingScalar

    /// Numbers kept of a reach and member between two steps, at least two.
    var stateCount: Int { get }
    /// Names of the numbers kept, for state files: `inflow_m3s`, `outflow_m3s` and what the scheme adds.
    var stateNames: [String] { get }
    /// Columns of lane memory, state included.
    var columnCount: Int { get }
    /// Whether one member alone is routed by ``routeTile(_:_:lateral:inflow:outflow:steps:scratch:)``.
    static var takesTiles: Bool { get }

    /// Reaches of one kind are computed side by side; 0 where all are alike.
    func kind(_ reach: Int) -> Int

    /// Numbers of the state in which the reach passes on what enters.
    ///
    /// - Parameters:
    ///   - inflow: from upstream, m3/s.
    ///   - lateral: m3/s.
    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar]

    /// Water in the reach, m3.
    ///
    /// - Parameters:
    ///   - state: its numbers, `stride` apart.
    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double

    /// Writes parameters and state of a reach and member into a lane of columns of `width` numbers.
    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int)

    /// Takes the state out of a lane.
    func save(
        _ memory: UnsafePointer<Scalar>, kind: Int, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>,
        stride: Int)

    /// Advances all lanes by some steps.
    ///
    /// - Parameters:
    ///   - kind: of all reaches in the lanes.
    ///   - width: 4, 8 or 16.
    ///   - lateral: mean over each step, m3/s, shape [step][row] with the lanes first; the other two likewise.
    ///   - inflow: from upstream, at the end of each step.
    ///   - outflow: at the end of each step; may be the memory of the inflow.
    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, kind: Int, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int)

    /// Advances all members of one reach by some steps.
    ///
    /// - Parameters:
    ///   - state: the numbers of the reach, shape [number][lane].
    ///   - lanes: how many, a multiple of four.
    ///   - lateral, inflow, outflow: as of ``routeLanes(_:kind:width:lateral:inflow:outflow:row:steps:)``, in rows of all lanes.
    ///   - columns: room for the columns of sixteen lanes.
    func routeMembers(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lanes: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        columns: UnsafeMutablePointer<Scalar>)

    /// Advances one reach of one member by some steps.
    ///
    /// - Parameters:
    ///   - inflow: nil at a headwater.
    ///   - scratch: room for as many numbers as steps.
    ///   - sums: grow by lateral and outflow of each step, one after the other.
    func routeTile(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>?, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        scratch: UnsafeMutablePointer<Scalar>, sums: inout FlowSums
    )
}

extension RoutingScheme {
    static var takesTiles: Bool { false }
    func kind(_ reach: Int) -> Int { 0 }

    func routeMembers(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lanes: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        columns: UnsafeMutablePointer<Scalar>
    ) {
        let kind = kind(reach)
        var lane = 0
        while lane < lanes {
            let left = lanes &- lane
            let width = left >= 16 ? 16 : left >= 8 ? 8 : 4
            for index in 0..<width {
                load(reach, state + lane + index, stride: lanes, into: columns, lane: index, width: width)
            }
            routeLanes(
                columns, kind: kind, width: width, lateral: lateral + lane, inflow: inflow + lane,
                outflow: outflow + lane, row: lanes, steps: steps)
            for index in 0..<width {
                save(columns, kind: kind, lane: index, width: width, into: state + lane + index, stride: lanes)
            }
            lane &+= width
        }
    }

    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int
    ) {
        preconditionFailure("a scheme that computes in lanes fills them")
    }

    func save(
        _ memory: UnsafePointer<Scalar>, kind: Int, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>,
        stride: Int
    ) {
        preconditionFailure("a scheme that computes in lanes empties them")
    }

    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, kind: Int, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        preconditionFailure("a scheme that computes in lanes routes them")
    }

    func routeTile(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>?, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        scratch: UnsafeMutablePointer<Scalar>, sums: inout FlowSums
    ) {
        preconditionFailure("a scheme that takes tiles routes them")
    }
}
