extension NetworkEngine {
    /// Puts every reach into the steady state of a lateral inflow, upstreams first; the balance begins anew.
    func start(_ lateral: (Int, Int) -> Double, members: Int) {
        let width = scheme.stateCount
        var entering = [Double](repeating: 0, count: network.count)
        for lane in 0..<lanes {
            for index in entering.indices { entering[index] = 0 }
            for reach in 0..<network.count {
                let side = lane < members ? lateral(reach, lane) : 0
                var leaving: Double
                if let point = points.index(of: reach) {
                    let numbers = points.start(point, inflow: entering[reach], lateral: side)
                    leaving = numbers[1]
                    for (number, value) in numbers.enumerated() {
                        pointState[(point * SpecialPoints.stateCount + number) * lanes + lane] = value
                    }
                } else {
                    let numbers = scheme.steadyState(reach, inflow: entering[reach], lateral: side)
                    leaving = numbers[1].inDouble
                    for (number, value) in numbers.enumerated() {
                        state[(reach * width + number) * lanes + lane] = value
                    }
                }
                if network.downstream[reach] >= 0 { entering[Int(network.downstream[reach])] += leaving }
            }
        }
        beginBalance()
    }

    /// Takes storage and flows as the start of the balance.
    private func beginBalance() {
        for reach in 0..<network.count {
            sums[reach] = FlowSums()
            opening[reach] = standing(reach)
        }
    }

    /// Inflow from upstream, outflow and storage of a reach now, over its members.
    func standing(_ reach: Int) -> Standing {
        var result = Standing(inflow: 0, outflow: 0, storage: 0)
        for lane in 0..<lanes {
            if let point = points.index(of: reach) {
                let own = pointState + point * SpecialPoints.stateCount * lanes + lane
                result.inflow += own[0]
                result.outflow += own[lanes]
                result.storage += points.storage(point, own, stride: lanes)
            } else {
                let own = state + reach * scheme.stateCount * lanes + lane
                result.inflow += own[0].inDouble
                result.outflow += own[lanes].inDouble
                result.storage += scheme.storage(reach, own, stride: lanes)
            }
        }
        return result
    }

    /// The newest outflow, m3/s.
    func flow(_ reach: Int, lane: Int) -> Double {
        if let point = points.index(of: reach) {
            return pointState[(point * SpecialPoints.stateCount + 1) * lanes + lane]
        }
        return state[(reach * scheme.stateCount + 1) * lanes + lane].inDouble
    }

    /// All numbers kept.
    func kept() -> RoutingState {
        let reaches = UnsafeBufferPointer(start: state, count: network.count * scheme.stateCount * lanes)
        let own = UnsafeBufferPointer(start: pointState, count: points.count * SpecialPoints.stateCount * lanes)
        return RoutingState(names: scheme.stateNames, reaches: reaches.map(\.inDouble), points: Array(own))
    }

    /// Takes over numbers kept; false when they are of another shape.
    func restore(_ kept: RoutingState) -> Bool {
        guard kept.names == scheme.stateNames, kept.reaches.count == network.count * scheme.stateCount * lanes,
            kept.points.count == points.count * SpecialPoints.stateCount * lanes
        else { return false }
        for (index, value) in kept.reaches.enumerated() { state[index] = Scalar(value) }
        for (index, value) in kept.points.enumerated() { pointState[index] = value }
        beginBalance()
        return true
    }

    /// Volumes of one reach or pool: flows at the ends of steps count by the trapezoidal rule, laterals as means.
    ///
    /// - Parameter upstream: sum of the outflows of its upstreams at the ends of steps, m3/s.
    private func balance(of reach: Int, upstream: Double) -> PointBalance {
        let (begin, end) = (opening[reach], standing(reach))
        let entered = sums[reach].lateral + upstream - (end.inflow - begin.inflow) / 2
        let left = sums[reach].outflow - (end.outflow - begin.outflow) / 2
        return PointBalance(
            inflowVolume: entered * step, outflowVolume: left * step, startStorage: begin.storage,
            storageChange: end.storage - begin.storage)
    }

    /// The balance of one reach; a given hydrograph passes on what it has.
    func balance(of reach: Int) -> PointBalance {
        var upstream = 0.0
        var other = reach - 1
        while other > reach - Int(network.subtreeSize[reach]) {
            upstream += sums[other].outflow
            other -= Int(network.subtreeSize[other])
        }
        return balance(of: reach, upstream: upstream)
    }

    /// The balance of the whole network, and the reach that closes worst.
    func balance() -> NetworkBalance {
        var upstream = [Double](repeating: 0, count: network.count)
        var (entered, left, before, change) = (0.0, 0.0, 0.0, 0.0)
        var worst: (reach: Int, error: Double)?
        for reach in 0..<network.count {
            let own = balance(of: reach, upstream: upstream[reach])
            if network.downstream[reach] >= 0 {
                upstream[Int(network.downstream[reach])] += sums[reach].outflow
            } else {
                left += own.outflowVolume
            }
            if let point = points.index(of: reach), case .given = points.kinds[point] {
                entered += own.outflowVolume
                continue
            }
            entered += sums[reach].lateral * step
            before += own.startStorage
            change += own.storageChange
            if own.relativeError.magnitude > (worst?.error.magnitude ?? -1) || own.relativeError.isNaN {
                worst = (reach, own.relativeError)
                if own.relativeError.isNaN { break }
            }
        }
        let missing = entered - left - change
        return NetworkBalance(
            inflowVolume: entered, outflowVolume: left, startStorage: before, storageChange: change,
            relativeError: missing / max(entered.magnitude, before.magnitude, left.magnitude, 1e-3),
            worstReach: worst?.reach, worstRelativeError: worst?.error ?? 0)
    }
}

/// What a reach holds and passes at one moment.
struct Standing {
    /// From upstream, m3/s.
    var inflow: Double
    /// m3/s
    var outflow: Double
    /// m3
    var storage: Double
}
