/// What a reach did with the water that entered it, made by the model itself.
public struct ReachBalance: Hashable, Sendable, Codable {
    /// m3 that entered.
    public let inflowVolume: Double
    /// m3 that left.
    public let outflowVolume: Double
    /// m3 by which the water in the reach grew.
    public let storageChange: Double

    init(inflowVolume: Double, outflowVolume: Double, storageChange: Double) {
        self.inflowVolume = inflowVolume
        self.outflowVolume = outflowVolume
        self.storageChange = storageChange
    }

    /// The balance of hydrographs whose flow is straight between instants `step` s apart.
    init(_ inflow: [Double], _ outflow: [Double], step: Double, storageChange: Double) {
        func volume(_ flows: [Double]) -> Double {
            zip(flows, flows.dropFirst()).reduce(0) { $0 + step / 2 * ($1.0 + $1.1) }
        }
        self.init(inflowVolume: volume(inflow), outflowVolume: volume(outflow), storageChange: storageChange)
    }

    /// What does not close, relative to what entered.
    public var relativeError: Double {
        inflowVolume == 0 ? 0 : (inflowVolume - outflowVolume - storageChange) / inflowVolume
    }
}

/// The flow at the lower end of a reach, with the balance of the water.
public struct RoutedFlow: Hashable, Sendable {
    /// m3/s at the times of the inflow, shape [step].
    public let outflow: [Double]
    /// The water balance over the whole run.
    public let balance: ReachBalance
}

extension Reach {
    /// The length that a sub-reach should have, m.
    public static let targetSubReachLength = 10_000.0
    /// The largest balance error that the model accepts from itself, relative to the inflow.
    public static let balanceTolerance = 1e-9

    /// Number of sub-reaches of about 10 km.
    public var subReachCount: Int { max(1, Int((length / Reach.targetSubReachLength).rounded())) }

    /// Routes a hydrograph down the reach by Muskingum-Cunge-Todini, starting in steady flow.
    ///
    /// - Parameters:
    ///   - inflow: m3/s at instants `step` apart, >= 0, not empty.
    ///   - step: s, > 0.
    /// - Returns: the outflow at the same instants. A balance that misses by more than ``balanceTolerance`` traps: the model
    ///   would be wrong.
    public func route(_ inflow: [Double], step: Double) -> RoutedFlow {
        precondition(!inflow.isEmpty, "routing needs an inflow")
        let section = TrapezoidSection(
            bottomWidth: bottomWidth, sideSlope: sideSlope, manningN: manningN, slope: slope)
        let count = subReachCount
        var cells = (0..<count).map { _ in
            MuskingumCungeTodini(
                section: section, length: length / Double(count), step: step, steadyFlow: inflow[0])
        }
        let before = cells.reduce(0) { $0 + $1.storage }
        var outflow = [inflow[0]]
        outflow.reserveCapacity(inflow.count)
        for inflow in inflow.dropFirst() {
            var flow = inflow
            for cell in cells.indices { flow = cells[cell].advance(inflow: flow) }
            outflow.append(flow)
        }
        let after = cells.reduce(0) { $0 + $1.storage }
        let balance = ReachBalance(inflow, outflow, step: step, storageChange: after - before)
        require(balance)
        return RoutedFlow(outflow: outflow, balance: balance)
    }

    /// Routes the hydrographs of an ensemble as ``route(_:step:)`` does each, with the same bits, sixteen side by side.
    ///
    /// - Parameters:
    ///   - inflows: m3/s, [member][instant], of equal length.
    ///   - step: s, > 0.
    /// - Returns: the outflows, [member][instant].
    public func route(ensemble inflows: [[Double]], step: Double) -> [[Double]] {
        stride(from: 0, to: inflows.count, by: 16).flatMap { first in
            routeLanes(Array(inflows[first..<min(first + 16, inflows.count)]), step: step)
        }
    }

    private func routeLanes(_ inflows: [[Double]], step: Double) -> [[Double]] {
        typealias Kernel = MuskingumCungeTodiniKernel<TrapezoidLane<Double>>
        let (width, steps) = (inflows.count <= 4 ? 4 : inflows.count <= 8 ? 8 : 16, inflows[0].count)
        precondition(steps > 0 && inflows.allSatisfy { $0.count == steps }, "members of equal length")
        let channel = TrapezoidSection(
            bottomWidth: bottomWidth, sideSlope: sideSlope, manningN: manningN, slope: slope)
        let part = RoutedReach(channel: channel, length: length / Double(subReachCount))
        let section = TrapezoidLane<Double>(part, step: step)
        // [instant][lane]; lanes without a member carry the first one
        var flows = [Double](repeating: 0, count: steps * width)
        for lane in 0..<width {
            let own = inflows[lane < inflows.count ? lane : 0]
            for instant in 0..<steps { flows[instant * width + lane] = own[instant] }
        }
        let lateral = [Double](repeating: 0, count: steps * width)
        var memory = [Double](repeating: 0, count: Kernel.fieldCount * width)
        var stored = [Double](repeating: 0, count: width)
        memory.withUnsafeMutableBufferPointer { memory in
            flows.withUnsafeMutableBufferPointer { flows in
                lateral.withUnsafeBufferPointer { lateral in
                    guard let memory = memory.baseAddress, let flow = flows.baseAddress, let side = lateral.baseAddress
                    else { return }
                    let states = memory + TrapezoidLane<Double>.fieldCount * width
                    for _ in 0..<subReachCount {
                        for lane in 0..<width {
                            section.write(memory, lane, width: width)
                            let start = TodiniState(section, channel, steadyFlow: flow[lane])
                            start.write(states, lane, width: width)
                            stored[lane] -= start.stored
                        }
                        Kernel.route(
                            memory, width: width, lateral: side, inflow: flow + width, outflow: flow + width,
                            row: width,
                            steps: steps - 1)
                        for lane in 0..<width { stored[lane] += states[lane + 2 * width] }
                    }
                }
            }
        }
        return inflows.indices.map { lane in
            let outflow = (0..<steps).map { flows[$0 * width + lane] }
            require(ReachBalance(inflows[lane], outflow, step: step, storageChange: step / 2 * stored[lane]))
            return outflow
        }
    }

    private func require(_ balance: ReachBalance) {
        precondition(
            balance.relativeError.magnitude <= Reach.balanceTolerance,
            "the water balance of reach \(id) misses by \(balance.relativeError)")
    }

    /// Routes a hydrograph down the reach by the diffusive wave, starting in steady flow; below the reach the channel goes on.
    ///
    /// - Parameters: as of ``route(_:step:)``.
    /// - Returns: the outflow at the same instants. The balance counts what passed a point a little above the lower end.
    public func routeDiffusively(_ inflow: [Double], step: Double) -> RoutedFlow {
        precondition(!inflow.isEmpty && step > 0, "routing needs an inflow and a step")
        let channel = TrapezoidSection(
            bottomWidth: bottomWidth, sideSlope: sideSlope, manningN: manningN, slope: slope)
        // canonical numbers: the hydrograph, then the reach
        guard let network = try? RiverNetwork(downstreamRow: [1, -1]) else {
            preconditionFailure("two reaches are a network")
        }
        let steps = inflow.count - 1
        let engine = DiffusiveWaveEngine<Double>(
            network, [RoutedReach](repeating: RoutedReach(channel: channel, length: length), count: 2),
            points: SpecialPoints([0: .given(start: inflow[0])], reaches: 2, step: step), members: 1, step: step,
            heldDepths: [:], hands: oneAfterTheOther)
        engine.start { _, _ in 0 }
        let lateral = [Double](repeating: 0, count: 2 * max(1, steps))
        var outflow = lateral
        let given = Array(inflow.dropFirst())
        lateral.withUnsafeBufferPointer { lateral in
            outflow.withUnsafeMutableBufferPointer { outflow in
                given.withUnsafeBufferPointer { given in
                    guard let side = lateral.baseAddress, let flow = outflow.baseAddress else { return }
                    engine.advance(
                        steps: steps, lateral: .memory(side, stride: steps), flows: .all(flow, stride: steps),
                        given: given.baseAddress, depths: nil)
                }
            }
        }
        let found = engine.balance(of: 1)
        let balance = ReachBalance(
            inflowVolume: found.inflowVolume, outflowVolume: found.outflowVolume, storageChange: found.storageChange)
        require(balance)
        return RoutedFlow(outflow: [inflow[0]] + outflow[steps..<(2 * steps)], balance: balance)
    }
}
