/// The National Water Model's Muskingum-Cunge equations, solved to convergence: see ``NationalWaterModelLane``. For comparison.
///
/// K and X change from step to step without regard to the water that is in the reach, and X is held above 0.25: the scheme neither
/// keeps volume nor attenuates enough on flat beds, and it does not claim to.
struct NationalWaterModelScheme<Scalar: RoutingScalar>: RoutingScheme {
    private let lanes: [NationalWaterModelLane<Scalar>]
    private let reaches: [RoutedReach]

    var stateCount: Int { 4 }
    var stateNames: [String] { ["inflow_m3s", "outflow_m3s", "storage_m3", "depth_m"] }
    var columnCount: Int { NationalWaterModelKernel<Scalar>.fieldCount }

    /// - Parameters:
    ///   - reaches: in canonical order.
    ///   - step: s.
    init(_ reaches: [RoutedReach], step: Double) {
        self.reaches = reaches
        lanes = reaches.map { NationalWaterModelLane($0, step: step) }
    }

    /// One step of steady flow from the depth of uniform flow in the channel.
    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar] {
        let depth = reaches[reach].channel.normalDepth(max(inflow + lateral, 1e-6))
        let state: [Scalar] = [Scalar(inflow), Scalar(inflow + lateral), 0, Scalar(max(depth, 1e-4))]
        let memory = UnsafeMutablePointer<Scalar>.allocate(capacity: columnCount * 4)
        defer { memory.deallocate() }
        memory.initialize(repeating: 0, count: columnCount * 4)
        for lane in 0..<4 { load(reach, state, stride: 1, into: memory, lane: lane, width: 4) }
        let flow = UnsafeMutablePointer<Scalar>.allocate(capacity: 12)
        defer { flow.deallocate() }
        for lane in 0..<4 {
            flow[lane] = Scalar(lateral)
            flow[4 + lane] = Scalar(inflow)
            flow[8 + lane] = 0
        }
        routeLanes(
            memory, kind: kind(reach), width: 4, lateral: flow, inflow: flow + 4, outflow: flow + 8, row: 4, steps: 1)
        var result = state
        save(memory, kind: kind(reach), lane: 0, width: 4, into: &result, stride: 1)
        result[1] = state[1]
        return result
    }

    /// 1 with a flood plain.
    func kind(_ reach: Int) -> Int { reaches[reach].floodPlain == nil ? 0 : 1 }

    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double { state[2 &* stride].inDouble }

    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int
    ) {
        lanes[reach].write(memory, lane, width: width)
        let first = NationalWaterModelKernel<Scalar>.stateBegin
        for field in 0..<4 { memory[lane &+ (first &+ field) &* width] = state[field &* stride] }
    }

    func save(
        _ memory: UnsafePointer<Scalar>, kind: Int, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>,
        stride: Int
    ) {
        let first = NationalWaterModelKernel<Scalar>.stateBegin
        for field in 0..<4 { state[field &* stride] = memory[lane &+ (first &+ field) &* width] }
    }

    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, kind: Int, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        NationalWaterModelKernel.route(
            memory, hasPlain: kind != 0, width: width, lateral: lateral, inflow: inflow, outflow: outflow, row: row,
            steps: steps)
    }
}
