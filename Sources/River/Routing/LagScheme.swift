/// Corresponding lag: what enters is on its way for a time and then runs through a linear reservoir, both by tables over the flow.
///
/// The LAG/K operation of the National Weather Service (NWSRFS user manual, II.6), in a form that keeps water: the mean inflow of
/// a step is a parcel that arrives after its own lag, divided between the two steps that it falls into; the reservoir follows
/// `2 S'/dt + O' = 2 S/dt - O + 2 A` with A the mean arrival of the step and S(O) straight between the points of the table.
/// Lateral inflow enters at the upper end. With K below half a step an outflow can overshoot and fall below zero; nothing is
/// clamped.
struct LagScheme<Scalar: RoutingScalar>: RoutingScheme {
    private let reaches: [LagReach]
    /// s
    private let step: Double
    /// Steps that the longest lag reaches into.
    private let pending: Int

    /// The most steps of a lag.
    static var mostSteps: Int { 2000 }

    /// Inflow, outflow, storage as a flow (2 S / dt), then what arrives in each of the coming steps.
    var stateCount: Int { 3 + pending }
    var stateNames: [String] {
        ["inflow_m3s", "outflow_m3s", "stored_m3s"] + (1...pending).map { "arriving\($0)_m3s" }
    }
    /// The number of the reach in two parts, then the state.
    var columnCount: Int { 2 + stateCount }
    static var takesTiles: Bool { true }

    /// - Parameters:
    ///   - reaches: in canonical order.
    ///   - step: s.
    init(_ reaches: [LagReach], step: Double) {
        self.reaches = reaches
        self.step = step
        pending = 2 + Int(reaches.reduce(0) { max($0, $1.longestLag) } / step)
    }

    func steadyState(_ reach: Int, inflow: Double, lateral: Double) -> [Scalar] {
        let flow = inflow + lateral
        let lag = reaches[reach].lag(flow) / step
        let whole = Int(lag)
        var state = [Scalar(inflow), Scalar(flow), Scalar(2 * reaches[reach].storage(flow) / step)]
        for index in 0..<pending {
            state.append(index < whole ? Scalar(flow) : index == whole ? Scalar(flow * (lag - Double(whole))) : 0)
        }
        return state
    }

    func storage(_ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int) -> Double {
        var sum = 0.5 * state[2 &* stride].inDouble
        for index in 0..<pending { sum += state[(3 &+ index) &* stride].inDouble }
        return step * sum
    }

    func load(
        _ reach: Int, _ state: UnsafePointer<Scalar>, stride: Int, into memory: UnsafeMutablePointer<Scalar>,
        lane: Int, width: Int
    ) {
        memory[lane] = Scalar(reach >> 12)
        memory[lane &+ width] = Scalar(reach & 4095)
        for field in 0..<stateCount { memory[lane &+ (2 &+ field) &* width] = state[field &* stride] }
    }

    func save(
        _ memory: UnsafePointer<Scalar>, kind: Int, lane: Int, width: Int, into state: UnsafeMutablePointer<Scalar>,
        stride: Int
    ) {
        for field in 0..<stateCount { state[field &* stride] = memory[lane &+ (2 &+ field) &* width] }
    }

    func routeLanes(
        _ memory: UnsafeMutablePointer<Scalar>, kind: Int, width: Int, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>, outflow: UnsafeMutablePointer<Scalar>, row: Int, steps: Int
    ) {
        for lane in 0..<width {
            let reach = Int(memory[lane]) << 12 + Int(memory[lane + width])
            for index in 0..<steps {
                let place = index * row + lane
                outflow[place] = advance(
                    reach, memory + (lane + 2 * width), stride: width, lateral: lateral[place], inflow: inflow[place])
            }
        }
    }

    func routeTile(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, lateral: UnsafePointer<Scalar>,
        inflow: UnsafePointer<Scalar>?, outflow: UnsafeMutablePointer<Scalar>, steps: Int,
        scratch: UnsafeMutablePointer<Scalar>, sums: inout FlowSums
    ) {
        for index in 0..<steps {
            let side = lateral[index]
            let flow = advance(reach, state, stride: 1, lateral: side, inflow: inflow.map { $0[index] } ?? 0)
            outflow[index] = flow
            sums.lateral += side.inDouble
            sums.outflow += flow.inDouble
        }
    }

    /// Advances one reach of one member by one step and returns its outflow.
    private func advance(
        _ reach: Int, _ state: UnsafeMutablePointer<Scalar>, stride: Int, lateral: Scalar, inflow: Scalar
    ) -> Scalar {
        let parcel = lateral + 0.5 * (state[0] + inflow)
        let lag = reaches[reach].lag(parcel.inDouble) / step
        let whole = Int(lag)
        let late = Scalar(lag - Double(whole)) * parcel
        let coming = state + 3 * stride
        // what arrives now, before all others move up by a step
        let arrived = coming[0] + (whole == 0 ? parcel - late : 0)
        for index in 1..<pending { coming[(index - 1) * stride] = coming[index * stride] }
        coming[(pending - 1) * stride] = 0
        if whole > 0 { coming[(whole - 1) * stride] += parcel - late }
        coming[whole * stride] += late
        let target = state[2 * stride] + (2 * arrived - state[stride])
        let flow = Scalar(reaches[reach].outflow(target.inDouble, step: step))
        state[0] = inflow
        state[stride] = flow
        state[2 * stride] = target - flow
        return flow
    }
}
