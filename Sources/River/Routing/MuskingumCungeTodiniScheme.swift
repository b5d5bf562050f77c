/// Muskingum-Cunge-Todini routing, mass-exact, from the section, slope and length of each reach: see ``MuskingumCungeTodiniKernel``.
///
/// Lateral inflow, constant over a step, enters at the upper end. Nothing is clamped: a sudden fall of the inflow of a long
/// reach can draw its outflow below zero.
struct MuskingumCungeTodiniScheme<Scalar: RoutingScalar>: RoutingScheme {
    private enum Section {
        case trapezoid(TrapezoidLane<Scalar>)
        case compound(CompoundLane<Scalar>)
    }

    private let sections: [Section]
    /// In canonical order, for the start.
    private let reaches: [RoutedReach]
    /// s
    private let step: Double

    var stateCount: Int { TodiniState<Scalar>.fieldCount }
    var stateNames: [String] { ["inflow_m3s", "outflow_m3s", "stored_m3s", "depth_m"] }
    var columnCount: Int { MuskingumCungeTodiniKernel<CompoundLane<Scalar>>.fieldCount }

    /// - Parameters:
    ///   - reaches: in canonical order.
    ///   - step: s.
    init(_ reaches: [RoutedReach], step: Double) {
        self.reaches = reaches
        self.step = step
        sections = reaches.map {
            $0.floodPlain == nil
                ? .trapezoid(TrapezoidLane($0, step: step)) : .compound(CompoundLane($0, step: step))
        }
    }

    func kind(_ reach: Int) -> Int {
        if case .trapezoid = sections[reach] { 0 } else { 1 }
    }

    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar] {
        switch sections[reach] {
        case .trapezoid(let section): steadyState(section, reach, inflow, lateral)
        case .compound(let section): steadyState(section, reach, inflow, lateral)
        }
    }

    private func steadyState<Lane: SectionLane<Scalar>>(
        _ section: Lane, _ reach: Int, _ inflow: Double, _ lateral: Double
    ) -> [Scalar] {
        let outflow = inflow + lateral
        let flow = max(outflow, TrapezoidLane<Double>.leastFlow)
        let depth = section.depth(Scalar(flow), near: Scalar(reaches[reach].channel.normalDepth(flow)))
        let state = TodiniState(
            section, inflow: Scalar(inflow), lateral: Scalar(lateral), outflow: Scalar(outflow), depth: depth)
        return [state.inflow, state.outflow, state.stored, state.depth]
    }

    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double {
        step / 2 * state[2 &* stride].inDouble
    }

    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int
    ) {
        let first: Int
        switch sections[reach] {
        case .trapezoid(let section):
            section.write(memory, lane, width: width)
            first = TrapezoidLane<Scalar>.fieldCount
        case .compound(let section):
            section.write(memory, lane, width: width)
            first = CompoundLane<Scalar>.fieldCount
        }
        for field in 0..<4 { memory[lane &+ (first &+ field) &* width] = state[field &* stride] }
    }

    func save(
        _ memory: UnsafePointer<Scalar>, kind: Int, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>,
        stride: Int
    ) {
        let first = kind == 0 ? TrapezoidLane<Scalar>.fieldCount : CompoundLane<Scalar>.fieldCount
        for field in 0..<4 { state[field &* stride] = memory[lane &+ (first &+ field) &* width] }
    }

    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, kind: Int, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        if kind == 0 {
            MuskingumCungeTodiniKernel<TrapezoidLane<Scalar>>.route(
                memory, width: width, lateral: lateral, inflow: inflow, outflow: outflow, row: row, steps: steps)
        } else {
            MuskingumCungeTodiniKernel<CompoundLane<Scalar>>.route(
                memory, width: width, lateral: lateral, inflow: inflow, outflow: outflow, row: row, steps: steps)
        }
    }
}
