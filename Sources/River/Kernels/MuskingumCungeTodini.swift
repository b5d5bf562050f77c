/// Mass-exact Muskingum-Cunge routing of one sub-reach in double precision.
///
/// Source: E. Todini (2007), "A mass conservative and water storage consistent variable parameter Muskingum-Cunge approach",
/// Hydrol. Earth Syst. Sci. 11, 1645-1659. Worked example in `MuskingumCungeTodiniTests`. The arithmetic is that of
/// ``MuskingumCungeTodiniKernel``, with one lane.
struct MuskingumCungeTodini {
    private let section: TrapezoidLane<Double>
    private let step: Double
    private var state: TodiniState<Double>

    /// Starts in steady flow.
    ///
    /// - Parameters:
    ///   - length: of the sub-reach, m.
    ///   - step: s.
    ///   - flow: m3/s, >= 0.
    init(section: TrapezoidSection, length: Double, step: Double, steadyFlow flow: Double) {
        precondition(length > 0 && step > 0 && flow >= 0, "routing needs a positive length and step")
        self.section = TrapezoidLane(RoutedReach(channel: section, length: length), step: step)
        self.step = step
        state = TodiniState(self.section, section, steadyFlow: flow)
    }

    /// m3/s at the upper end, newest.
    var inflow: Double { state.inflow }
    /// m3/s at the lower end, newest.
    var outflow: Double { state.outflow }
    /// Water in the sub-reach, m3, from which the balance is made.
    var storage: Double { step / 2 * state.stored }

    /// Advances by one step and returns the outflow at its end, m3/s.
    mutating func advance(inflow next: Double) -> Double {
        state.advance(section, lateral: 0, inflow: next)
        return state.outflow
    }
}

/// What a sub-reach keeps between two steps.
struct TodiniState<Scalar: RoutingScalar> {
    /// From upstream, newest, m3/s.
    var inflow: Scalar
    /// Newest, m3/s.
    var outflow: Scalar
    /// Water in the reach as a flow: 2 S / dt, m3/s.
    var stored: Scalar
    /// m, of the newest reference flow: where the next search begins.
    var depth: Scalar

    /// How many numbers a state is.
    static var fieldCount: Int { 4 }

    @inline(__always) init(inflow: Scalar, outflow: Scalar, stored: Scalar, depth: Scalar) {
        self.inflow = inflow
        self.outflow = outflow
        self.stored = stored
        self.depth = depth
    }

    /// The state in which the reach passes on what enters.
    init<Section: SectionLane<Scalar>>(
        _ section: Section, inflow: Scalar, lateral: Scalar, outflow: Scalar, depth: Scalar
    ) {
        let entering = inflow + lateral
        let (c, d) = section.numbers(TodiniState.reference(entering, outflow), depth)
        self.init(
            inflow: inflow, outflow: outflow, stored: ((1 - d) * entering + (1 + d) * outflow) / c, depth: depth)
    }

    /// Writes a lane into columns of `width` numbers.
    func write(_ memory: UnsafeMutablePointer<Scalar>, _ lane: Int, width: Int) {
        (memory[lane], memory[lane + width]) = (inflow, outflow)
        (memory[lane + 2 * width], memory[lane + 3 * width]) = (stored, depth)
    }

    /// Advances one lane by one step.
    mutating func advance<Section: SectionLane<Scalar>>(_ section: Section, lateral: Scalar, inflow next: Scalar) {
        let (i0, i1) = (lateral + inflow, lateral + next)
        let kept = stored + (i0 - outflow)
        var o = outflow + (i1 - i0)
        for _ in 0..<2 {
            let q = TodiniState.reference(i1, o)
            depth = section.depth(q, near: depth)
            o = TodiniState.outflow(section.numbers(q, depth), kept: kept, inflow: i1)
        }
        inflow = next
        outflow = o
        stored = kept + (i1 - o)
    }

    /// The reference flow of Todini's scheme, floored, m3/s.
    @inline(__always) static func reference(_ inflow: Scalar, _ outflow: Scalar) -> Scalar {
        let mean = (inflow + outflow) * 0.5
        return mean > TrapezoidLane<Scalar>.leastFlow ? mean : TrapezoidLane<Scalar>.leastFlow
    }

    /// The outflow that keeps the balance: `2 S1/dt + O1 - I1 = 2 S0/dt + I0 - O0` with
    /// `S1 = dt/(2 C) [(1 - D) I1 + (1 + D) O1]`.
    @inline(__always) static func outflow(
        _ number: (courant: Scalar, reynolds: Scalar), kept: Scalar, inflow: Scalar
    ) -> Scalar {
        let (c, d) = number
        return ((c + d - 1) * inflow + c * kept) / (1 + c + d)
    }
}

extension TodiniState<Double> {
    /// The state of steady flow through a channel, without lateral inflow.
    init(_ section: TrapezoidLane<Double>, _ channel: TrapezoidSection, steadyFlow flow: Double) {
        self.init(
            section, inflow: flow, lateral: 0, outflow: flow,
            depth: channel.normalDepth(max(flow, TrapezoidLane<Double>.leastFlow)))
    }
}
