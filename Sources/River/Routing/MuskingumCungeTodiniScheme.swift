/// Muskingum-Cunge-Todini routing, mass-exact, from the section, slope and length of each reach: see ``MuskingumCungeTodiniKernel``.
///
/// Lateral inflow, constant over a step, enters at the upper end. Nothing is clamped: a sudden fall of the inflow of a long
/// reach can draw its outflow below zero.
struct MuskingumCungeTodiniScheme<Scalar: RoutingScalar>: RoutingScheme {
    private let sections: [SectionLane<Scalar>]
    /// Section and length in double precision, for the start.
    private let geometry: [(section: TrapezoidSection, length: Double)]
    /// s
    private let step: Double

    static var stateCount: Int { TodiniState<Scalar>.fieldCount }
    static var stateNames: [String] { ["inflow_m3s", "outflow_m3s", "stored_m3s", "depth_m"] }
    static var columnCount: Int { MuskingumCungeTodiniKernel<Scalar>.fieldCount }

    /// - Parameters:
    ///   - geometry: section and length, m, in canonical order.
    ///   - step: s.
    init(_ geometry: [(section: TrapezoidSection, length: Double)], step: Double) {
        self.geometry = geometry
        self.step = step
        sections = geometry.map { SectionLane($0.section, length: $0.length, step: step) }
    }

    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar] {
        let outflow = inflow + lateral
        let depth = geometry[reach].section.normalDepth(max(outflow, SectionLane<Double>.leastFlow))
        let state = TodiniState(
            sections[reach], inflow: Scalar(inflow), lateral: Scalar(lateral), outflow: Scalar(outflow),
            depth: Scalar(depth))
        return [state.inflow, state.outflow, state.stored, state.depth]
    }

    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double {
        step / 2 * state[2 &* stride].inDouble
    }

    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int
    ) {
        sections[reach].write(memory, lane, width: width)
        for field in 0..<4 { memory[lane &+ (6 &+ field) &* width] = state[field &* stride] }
    }

    func save(
        _ memory: UnsafePointer<Scalar>, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>, stride: Int
    ) {
        for field in 0..<4 { state[field &* stride] = memory[lane &+ (6 &+ field) &* width] }
    }

    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        MuskingumCungeTodiniKernel.route(
            memory, width: width, lateral: lateral, inflow: inflow, outflow: outflow, row: row, steps: steps)
    }
}
