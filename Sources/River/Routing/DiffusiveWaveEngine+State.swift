extension DiffusiveWaveEngine {
    /// Numbers kept of a reach: flows, then depths and flows of its nodes, of ghosts too; the rest is zero.
    var stateNames: [String] {
        ["inflow_m3s", "outflow_m3s"] + (0..<grid.mostNodes).map { "depth\($0)_m" }
            + (0..<grid.mostNodes).map { "flow\($0)_m3s" }
    }

    /// Puts every reach into the steady state of a lateral inflow, with the water that the ends hold back; the balance begins anew.
    func start(_ lateral: (Int, Int) -> Double) {
        for lane in 0..<members {
            var entering = [Double](repeating: 0, count: network.count)
            let out = outflow + lane * network.count
            for reach in 0..<network.count {
                let side = lateral(reach, lane)
                if let point = points.index(of: reach) {
                    let numbers = points.start(point, inflow: entering[reach], lateral: side)
                    let own = pointState + (lane * points.count + point) * SpecialPoints.stateCount
                    for (number, value) in numbers.enumerated() { own[number] = value }
                    out[reach] = numbers[1]
                } else {
                    out[reach] = entering[reach] + side
                }
                if network.downstream[reach] >= 0 { entering[Int(network.downstream[reach])] += out[reach] }
            }
            for tree in grid.trees { start(tree, lane: lane, flows: out) }
        }
        beginBalance()
    }

    /// Depths of steady flow, from the lower end up, and the water that they mean.
    private func start(_ tree: DiffusiveWaveGrid.Tree, lane: Int, flows: UnsafePointer<Double>) {
        let member = member(lane)
        for node in tree.nodes.reversed() {
            let reach = Int(grid.reachOfNode[node])
            let profile = SteadyProfile(
                section: grid.sections[reach], slope: grid.slope[node], length: grid.length[node],
                prefersUpwind: node >= tree.end)
            let below = Int(grid.down[node])
            member.flow[node] = flows[reach]
            if below >= 0 {
                member.depth[node] = profile.depth(flows[reach], below: member.depth[below])
            } else if tree.isHeld {
                member.depth[node] = max(0, heldRow[reach].map { held[$0].depth } ?? 0)
            } else {
                member.depth[node] = profile.uniformDepth(flows[reach])
            }
        }
        grid.fill(member.water, from: member.depth, tree)
    }

    private func beginBalance() {
        for index in 0..<(network.count * members) {
            sums[index] = FlowSums()
            opening[index] = storage(index % network.count, lane: index / network.count)
        }
    }

    /// Water in a reach or pool, m3; ghosts hold none.
    private func storage(_ reach: Int, lane: Int) -> Double {
        if let point = points.index(of: reach) {
            return points.storage(
                point, pointState + (lane * points.count + point) * SpecialPoints.stateCount, stride: 1)
        }
        let own = member(lane).water
        var sum = 0.0
        let isRoot = network.downstream[reach] < 0 || points.index(of: Int(network.downstream[reach])) != nil
        let last = Int(grid.lastNode[reach]) + (isRoot ? 1 : 0)
        for node in Int(grid.firstNode[reach])...last { sum += own[node] }
        return sum
    }

    /// The newest outflow, m3/s.
    func flow(_ reach: Int, lane: Int) -> Double { lane < members ? outflow[lane * network.count + reach] : 0 }

    /// All numbers kept, shape [reach][number][lane].
    func kept() -> RoutingState {
        let width = stateNames.count
        var reaches = [Double](repeating: 0, count: network.count * width * lanes)
        var own = [Double](repeating: 0, count: points.count * SpecialPoints.stateCount * lanes)
        for lane in 0..<members {
            var entering = [Double](repeating: 0, count: network.count)
            for reach in 0..<network.count {
                let leaving = outflow[lane * network.count + reach]
                if network.downstream[reach] >= 0 { entering[Int(network.downstream[reach])] += leaving }
                guard points.index(of: reach) == nil else { continue }
                reaches[reach * width * lanes + lane] = entering[reach]
                reaches[(reach * width + 1) * lanes + lane] = leaving
                for (index, node) in grid.nodes(of: reach).enumerated() {
                    let number = reach * width + 2 + index
                    reaches[number * lanes + lane] = member(lane).depth[node]
                    reaches[(number + grid.mostNodes) * lanes + lane] = member(lane).flow[node]
                }
            }
            for number in 0..<(points.count * SpecialPoints.stateCount) {
                own[number * lanes + lane] = pointState[lane * points.count * SpecialPoints.stateCount + number]
            }
        }
        return RoutingState(names: stateNames, reaches: reaches, points: own)
    }

    /// Takes over numbers kept; false when they are of another shape.
    func restore(_ kept: RoutingState) -> Bool {
        let width = stateNames.count
        guard kept.names == stateNames, kept.reaches.count == network.count * width * lanes,
            kept.points.count == points.count * SpecialPoints.stateCount * lanes
        else { return false }
        for lane in 0..<members {
            for number in 0..<(points.count * SpecialPoints.stateCount) {
                pointState[lane * points.count * SpecialPoints.stateCount + number] = kept.points[number * lanes + lane]
            }
            for reach in 0..<network.count {
                if let point = points.index(of: reach) {
                    outflow[lane * network.count + reach] =
                        pointState[(lane * points.count + point) * SpecialPoints.stateCount + 1]
                    continue
                }
                outflow[lane * network.count + reach] = kept.reaches[(reach * width + 1) * lanes + lane]
                for (index, node) in grid.nodes(of: reach).enumerated() {
                    let number = reach * width + 2 + index
                    member(lane).depth[node] = kept.reaches[number * lanes + lane]
                    member(lane).flow[node] = kept.reaches[(number + grid.mostNodes) * lanes + lane]
                }
            }
            for tree in grid.trees { grid.fill(member(lane).water, from: member(lane).depth, tree) }
        }
        beginBalance()
        return true
    }

    /// The balance of one reach or pool.
    func balance(of reach: Int) -> PointBalance {
        var upstream = 0.0
        var other = reach - 1
        while other > reach - Int(network.subtreeSize[reach]) {
            for lane in 0..<members { upstream += sums[lane * network.count + other].outflow }
            other -= Int(network.subtreeSize[other])
        }
        return balance(of: reach, upstream: upstream)
    }

    private func balance(of reach: Int, upstream: Double) -> PointBalance {
        var (entered, left, begin, end) = (upstream, 0.0, 0.0, 0.0)
        for lane in 0..<members {
            entered += sums[lane * network.count + reach].lateral
            left += sums[lane * network.count + reach].outflow
            begin += opening[lane * network.count + reach]
            end += storage(reach, lane: lane)
        }
        return PointBalance(inflowVolume: entered, outflowVolume: left, startStorage: begin, storageChange: end - begin)
    }

    /// The balance of the whole network, and the reach that closes worst.
    func balance() -> NetworkBalance {
        var upstream = [Double](repeating: 0, count: network.count)
        var (entered, left, before, change) = (0.0, 0.0, 0.0, 0.0)
        var worst: (reach: Int, error: Double)?
        for reach in 0..<network.count {
            let own = balance(of: reach, upstream: upstream[reach])
            if network.downstream[reach] >= 0 {
                upstream[Int(network.downstream[reach])] += own.outflowVolume
            } else {
                left += own.outflowVolume
            }
            if let point = points.index(of: reach), case .given = points.kinds[point] {
                entered += own.outflowVolume
                left += upstream[reach]
                continue
            }
            entered += own.inflowVolume - upstream[reach]
            before += own.startStorage
            change += own.storageChange
            if own.relativeError.magnitude > (worst?.error.magnitude ?? -1) || own.relativeError.isNaN {
                worst = (reach, own.relativeError)
                if own.relativeError.isNaN { break }
            }
        }
        return NetworkBalance(
            inflowVolume: entered, outflowVolume: left, startStorage: before, storageChange: change,
            relativeError: (entered - left - change) / max(entered.magnitude, before.magnitude, left.magnitude, 1e-3),
            worstReach: worst?.reach, worstRelativeError: worst?.error ?? 0)
    }
}

/// Steady flow in one segment: the depth at its upper end that gives a flow for the depth at its lower end.
struct SteadyProfile {
    let section: ConveyanceSection
    let slope: Double
    let length: Double
    let prefersUpwind: Bool

    /// m, for a flow in m3/s; zero or less stands for still water.
    func depth(_ flow: Double, below: Double) -> Double {
        let lower = section.hydraulics(below)
        let wanted = max(0, flow)
        return root(wanted, least: 0) { depth in
            let upper = section.hydraulics(depth)
            let fall = slope + (depth - below) / length
            let share = DiffusiveFlux.share(
                upper, lower, depths: (depth, below), surfaceSlope: fall, length: length, prefersUpwind: prefersUpwind)
            return DiffusiveFlux(
                upper, lower, surfaceSlope: fall, share: share, length: length, isSteady: false
            ).flow
        }
    }

    /// m of uniform flow.
    func uniformDepth(_ flow: Double) -> Double {
        let rootSlope = slope.squareRoot()
        return root(max(0, flow), least: 0) { section.hydraulics($0).conveyance * rootSlope }
    }

    /// Where a function that rises with the depth has a value: false position with halved ends (Illinois), kept within its bracket.
    private func root(_ wanted: Double, least: Double, _ function: (Double) -> Double) -> Double {
        var (low, high) = (least, 1.0)
        var lowValue = function(low) - wanted
        guard lowValue < 0 else { return low }
        var highValue = function(high) - wanted
        while highValue < 0, high < 1e6 {
            (low, lowValue) = (high, highValue)
            high *= 2
            highValue = function(high) - wanted
        }
        var side = 0
        for _ in 0..<200 where high - low > 1e-15 * high {
            var middle = high - highValue * (high - low) / (highValue - lowValue)
            if !(middle > low && middle < high) { middle = 0.5 * (low + high) }
            let value = function(middle) - wanted
            if value == 0 { return middle }
            if value < 0 {
                (low, lowValue) = (middle, value)
                if side < 0 { highValue *= 0.5 }
                side = -1
            } else {
                (high, highValue) = (middle, value)
                if side > 0 { lowValue *= 0.5 }
                side = 1
            }
        }
        return highValue.magnitude < lowValue.magnitude ? high : low
    }
}
