/// Linear Muskingum routing with K and X of each reach: see ``MuskingumCoefficients``.
///
/// The lateral inflow enters with the weight `c1 + c2` and is no part of the wedge, as in the matrix form (David et al. 2011):
/// `S = K [X I + (1 - X) O]` with the inflow from upstream alone, and the balance closes for a lateral that is a mean over the
/// step. Flows may be negative where a coefficient is; nothing is clamped.
struct LinearMuskingumScheme<Scalar: RoutingScalar>: RoutingScheme {
    private let coefficients: [MuskingumCoefficients<Scalar>]
    /// s
    private let step: Double

    var stateCount: Int { 2 }
    var stateNames: [String] { ["inflow_m3s", "outflow_m3s"] }
    var columnCount: Int { 0 }
    static var takesTiles: Bool { true }

    /// - Parameters:
    ///   - rows: of the reaches in canonical order.
    ///   - k: s, > 0, by row; `x` beside it, at most 0.5.
    ///   - step: s.
    ///   - parallelFor: what runs the bands of reaches.
    init(rows: [Int32], k: [Double], x: [Double], step: Double, parallelFor: ParallelFor = oneAfterTheOther) {
        self.step = step
        let count = rows.count
        coefficients = Array(unsafeUninitializedCapacity: count) { room, filled in
            guard let first = room.baseAddress else { return }
            nonisolated(unsafe) let own = first  // every band has places of its own
            let bands = min(16, count)
            parallelFor(bands) { band in
                for reach in (count * band / bands)..<(count * (band + 1) / bands) {
                    let row = Int(rows[reach])
                    (own + reach).initialize(to: MuskingumCoefficients(k: k[row], x: x[row], step: step))
                }
            }
            filled = count
        }
    }

    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar] {
        [Scalar(inflow), Scalar(inflow + lateral)]
    }

    /// Storage of the rounded coefficients, so that the balance is that of the numbers computed with: with `d = 2 dt / (c1 + c2)`,
    /// `K X = d (c2 - c1) / 4` for each m3/s of inflow and `K (1 - X) = d (1 + c3) / 4` of outflow.
    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double {
        let c = coefficients[reach]
        let d = 2 * step / c.c4.inDouble
        let (inflow, outflow) = (d * (c.c2.inDouble - c.c1.inDouble) / 4, d * (1 + c.c3.inDouble) / 4)
        return inflow * state[0].inDouble + outflow * state[stride].inDouble
    }

    func routeMembers(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lanes: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        columns: UnsafeMutablePointer<Scalar>
    ) {
        LinearMuskingumKernel.routeMembers(
            coefficients[reach], state, lanes: lanes, lateral: lateral, inflow: inflow, outflow: outflow, steps: steps)
    }

    func routeTile(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>?, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        scratch: UnsafeMutablePointer<Scalar>, sums: inout FlowSums
    ) {
        var kept = MuskingumState(inflow: state[0], outflow: state[1])
        LinearMuskingumKernel.route(
            coefficients[reach], &kept, lateral: lateral, inflow: inflow, outflow: outflow, steps: steps,
            scratch: scratch, sums: &sums)
        state[0] = kept.inflow
        state[1] = kept.outflow
    }
}
