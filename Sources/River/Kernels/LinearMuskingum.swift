/// The coefficients of linear Muskingum routing of one reach over one step.
///
/// With `d = 2 K (1 - X) + dt`: `c1 = (dt - 2 K X) / d` weighs the upstream inflow at the end of the step, `c2 = (dt + 2 K X) / d`
/// that at its beginning, `c3 = (2 K (1 - X) - dt) / d` the outflow at its beginning, and `c1 + c2` the lateral inflow, mean over
/// the step. Source: McCarthy 1938; Chow, Maidment and Mays 1988, section 8.4; matrix form David et al. 2011, J. Hydrometeorology
/// 12, 913-934 (there C1, C2, C3 in this order).
///
/// The coefficients are rounded to multiples of 2^-24 (single) or 2^-52 (double) precision, so that `c1 + c2 + c3 = 1` exactly:
/// what flows steadily neither gains nor loses on a way of thousands of reaches. None is clamped: below `dt = 2 K X` the first,
/// above `dt = 2 K (1 - X)` the third is negative, and flows may be.
public struct MuskingumCoefficients<Scalar: RoutingScalar>: Sendable {
    /// Of the upstream inflow at the end of the step.
    public let c1: Scalar
    /// Of the upstream inflow at its beginning.
    public let c2: Scalar
    /// Of the outflow at its beginning.
    public let c3: Scalar
    /// Of the lateral inflow: `c1 + c2`.
    public let c4: Scalar

    /// Makes the coefficients.
    ///
    /// - Parameters:
    ///   - k: storage constant, s, > 0.
    ///   - x: weight of the inflow, at most 0.5; negative where the wave is strongly attenuated.
    ///   - step: s, > 0.
    @inlinable
    public init(k: Double, x: Double, step: Double) {
        precondition(
            k > 0 && k.isFinite && x <= 0.5 && x.isFinite && step > 0, "K and the step are positive, X at most 0.5")
        let d = 2 * k * (1 - x) + step
        let unit: Double = Scalar.significandBitCount < 30 ? 0x1p24 : 0x1p52
        c1 = Scalar(((step - 2 * k * x) / d * unit).rounded() / unit)
        c2 = Scalar(((step + 2 * k * x) / d * unit).rounded() / unit)
        c4 = c1 + c2
        c3 = 1 - c4
    }

    /// Whether no coefficient is negative, so that no flow can be.
    public var keepsSign: Bool { c1 >= 0 && c3 >= 0 }
}

/// The state of one reach and member between two steps.
struct MuskingumState<Scalar: RoutingScalar> {
    /// Inflow from upstream at the end of the last step, m3/s.
    var inflow: Scalar
    /// Outflow at the end of the last step, m3/s.
    var outflow: Scalar
}

/// What has entered from the side and what has left, summed over steps, m3/s: times the step it is a volume.
struct FlowSums: Hashable, Sendable {
    var lateral = 0.0
    var outflow = 0.0
}

/// The loops of linear Muskingum routing over one tile.
enum LinearMuskingumKernel<Scalar: RoutingScalar> {
    /// Routes one member through one reach.
    ///
    /// - Parameters:
    ///   - lateral: mean over each step, m3/s, shape [step].
    ///   - inflow: from upstream at the end of each step, m3/s; nil at a headwater.
    ///   - outflow: taken at the end of each step; may be the memory of the inflow.
    ///   - scratch: room for as many numbers as steps.
    static func route(
        _ c: MuskingumCoefficients<Scalar>, _ state: inout MuskingumState<Scalar>, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>?, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        scratch: UnsafeMutablePointer<Scalar>, sums: inout FlowSums
    ) {
        let (c1, c2, c3, c4) = (c.c1, c.c2, c.c3, c.c4)
        if let inflow {
            var before = state.inflow
            if steps > 0 {
                scratch[0] = c4 * lateral[0] + c1 * inflow[0] + c2 * before
                before = inflow[steps &- 1]
            }
            var step = 1
            while step < steps {
                scratch[step] = c4 * lateral[step] + c1 * inflow[step] + c2 * inflow[step &- 1]
                step &+= 1
            }
            state.inflow = before
        } else {
            var step = 0
            while step < steps {
                scratch[step] = c4 * lateral[step]
                step &+= 1
            }
        }
        var last = state.outflow
        var (lateralSum, outflowSum) = (sums.lateral, sums.outflow)
        var step = 0
        while step < steps {
            last = scratch[step] + c3 * last
            outflow[step] = last
            outflowSum += last.inDouble
            lateralSum += lateral[step].inDouble
            step &+= 1
        }
        state.outflow = last
        sums = FlowSums(lateral: lateralSum, outflow: outflowSum)
    }

    /// Routes all members of one reach.
    ///
    /// - Parameters:
    ///   - state: newest inflow and newest outflow, shape [number][lane].
    ///   - lanes: a multiple of four.
    ///   - lateral, inflow, outflow: shape [step][lane].
    static func routeMembers(
        _ c: MuskingumCoefficients<Scalar>, _ state: UnsafeMutablePointer<Scalar>, lanes: Int,
        lateral: UnsafePointer<Scalar>, inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, steps: Int
    ) {
        var lane = 0
        while lane < lanes {
            let left = lanes &- lane
            let (own, side, above, flow) = (state + lane, lateral + lane, inflow + lane, outflow + lane)
            if left >= 16 {
                run(SIMD16<Scalar>.self, c, own, lanes, side, above, flow, steps)
                lane &+= 16
            } else if left >= 8 {
                run(SIMD8<Scalar>.self, c, own, lanes, side, above, flow, steps)
                lane &+= 8
            } else {
                run(SIMD4<Scalar>.self, c, own, lanes, side, above, flow, steps)
                lane &+= 4
            }
        }
    }

    /// Coefficients and state stay in registers over all steps.
    @inline(__always) private static func run<Lanes: SIMD>(
        _ lanes: Lanes.Type, _ c: MuskingumCoefficients<Scalar>, _ state: UnsafeMutablePointer<Scalar>, _ row: Int,
        _ lateral: UnsafePointer<Scalar>, _ inflow: UnsafePointer<Scalar>, _ outflow: UnsafeMutablePointer<Scalar>,
        _ steps: Int
    ) where Lanes.Scalar == Scalar {
        let (c1, c2) = (lanes.init(repeating: c.c1), lanes.init(repeating: c.c2))
        let (c3, c4) = (lanes.init(repeating: c.c3), lanes.init(repeating: c.c4))
        var (before, flow) = (lanes.init(at: state), lanes.init(at: state + row))
        var place = 0
        for _ in 0..<steps {
            let now = lanes.init(at: inflow + place)
            flow = c4 * lanes.init(at: lateral + place) + c1 * now + c2 * before + c3 * flow
            before = now
            flow.store(at: outflow + place)
            place &+= row
        }
        before.store(at: state)
        flow.store(at: state + row)
    }
}

extension SIMD where Scalar: RoutingScalar {
    /// Numbers that follow each other in memory.
    @inline(__always) init(at memory: UnsafePointer<Scalar>) {
        self.init()
        for lane in 0..<Self.scalarCount { self[lane] = memory[lane] }
    }

    /// Writes the numbers one after the other.
    @inline(__always) func store(at memory: UnsafeMutablePointer<Scalar>) {
        for lane in 0..<Self.scalarCount { memory[lane] = self[lane] }
    }
}
