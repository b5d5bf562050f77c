/// An implicit diffusive wave over a whole network: water is held back from below, through confluences, up to a level that is given
/// at an outlet.
///
/// `dA/dt + dQ/dx = q`, `Q = K(y) sqrt(S0 - dy/dx)`: the full equations without inertia (Ponce, Li and Simons 1978; Cunge, Holly and
/// Verwey 1980). Volumes on nodes, flows between them: see ``DiffusiveWaveGrid`` and ``DiffusiveWaveSolver``. All upstreams of a
/// reach act on it and it on them within one step, so that the network goes through time step by step, not reach by reach; basins
/// and members are computed side by side. Lateral inflow, constant over a step, enters at the upper end of its reach. Pools and
/// given hydrographs divide a basin: each gives its mean flow of a step to the tree below, and holds nothing back. All is computed
/// in double precision, whatever the precision of the flows.
///
/// Unchecked: hands write the numbers of different basins and members.
final class DiffusiveWaveEngine<Scalar: RoutingScalar>: @unchecked Sendable {
    /// s: the longest step that is solved at once.
    static var longestStep: Double { 900 }

    typealias Room = UnsafeMutablePointer<Double>

    let network: RiverNetwork
    let grid: DiffusiveWaveGrid
    let points: SpecialPoints
    let members: Int
    let lanes: Int
    let step: Double
    let hands: ParallelFor
    /// Outlets whose depth is given, ascending, and where they start, m.
    let held: [(reach: Int, depth: Double)]
    /// Of each held outlet its place among them.
    let heldRow: [Int: Int]
    /// Depths in m, flows in m3/s and water in m3, shape [lane][node].
    private let (depth, stream, water): (Room, Room, Room)
    /// m3/s at the lower ends, shape [lane][reach].
    let outflow: Room
    /// Shape [lane][point][number].
    let pointState: Room
    /// Lateral inflow and outflow of each reach or point since the start, m3, shape [lane][reach].
    let sums: UnsafeMutablePointer<FlowSums>
    /// m3 at the start, shape [lane][reach].
    let opening: Room

    /// The numbers of a member.
    func member(_ lane: Int) -> DiffusiveWaveMember {
        let offset = lane * grid.down.count
        return DiffusiveWaveMember(depth: depth + offset, flow: stream + offset, water: water + offset)
    }

    init(
        _ network: RiverNetwork, _ reaches: [RoutedReach], points: SpecialPoints, members: Int, step: Double,
        heldDepths: [Int: Double], hands: @escaping ParallelFor
    ) {
        self.network = network
        self.points = points
        self.members = members
        self.step = step
        self.hands = hands
        lanes = members == 1 ? 1 : (members + 3) / 4 * 4
        held = heldDepths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        heldRow = Dictionary(uniqueKeysWithValues: held.enumerated().map { ($1.reach, $0) })
        grid = DiffusiveWaveGrid(network, reaches, points: points, held: Set(heldDepths.keys))
        func room(_ count: Int) -> Room {
            let memory = Room.allocate(capacity: max(1, count))
            memory.initialize(repeating: 0, count: count)
            return memory
        }
        let nodes = grid.down.count
        (depth, stream, water) = (room(nodes * members), room(nodes * members), room(nodes * members))
        outflow = room(network.count * members)
        pointState = room(points.count * SpecialPoints.stateCount * members)
        opening = room(network.count * members)
        sums = .allocate(capacity: max(1, network.count * members))
        sums.initialize(repeating: FlowSums(), count: network.count * members)
    }

    deinit {
        for memory in [depth, stream, water, outflow, pointState, opening] { memory.deallocate() }
        sums.deallocate()
    }

    /// Advances by some steps.
    ///
    /// - Parameters:
    ///   - given: flows of the given points, shape [given point][step].
    ///   - depths: at the held outlets at the end of each step, m, shape [held outlet][step].
    func advance(
        steps: Int, lateral: LateralTiles<Scalar>, flows: FlowTiles<Scalar>, given: UnsafePointer<Double>?,
        depths: UnsafePointer<Double>?
    ) {
        nonisolated(unsafe) let (given, depths) = (given, depths)  // only read during the call
        hands(grid.basins.count * members) { [self] index in
            let basin = BasinWork(self, basin: grid.basins[index % grid.basins.count], lane: index / grid.basins.count)
            basin.advance(steps: steps, lateral, flows, given: given, depths: depths)
        }
    }
}

/// One member of one basin on its way through a block of steps.
private struct BasinWork<Scalar: RoutingScalar> {
    private let engine: DiffusiveWaveEngine<Scalar>
    private let basin: [DiffusiveWaveGrid.Item]
    private let lane: Int
    private let solver: DiffusiveWaveSolver
    /// Canonical numbers of the basin's reaches and points.
    private let reaches: Range<Int>

    init(_ engine: DiffusiveWaveEngine<Scalar>, basin: [DiffusiveWaveGrid.Item], lane: Int) {
        self.engine = engine
        self.basin = basin
        self.lane = lane
        var (most, last) = (1, 0)
        for item in basin {
            switch item {
            case .tree(let index):
                most = max(most, engine.grid.trees[index].nodes.count)
                last = max(last, engine.grid.trees[index].root)
            case .point(let reach, _): last = max(last, reach)
            }
        }
        reaches = (last + 1 - Int(engine.network.subtreeSize[last]))..<(last + 1)
        solver = DiffusiveWaveSolver(engine.grid, nodes: most)
    }

    func advance(
        steps: Int, _ lateral: LateralTiles<Scalar>, _ flows: FlowTiles<Scalar>, given: UnsafePointer<Double>?,
        depths: UnsafePointer<Double>?
    ) {
        let lanes = engine.lanes
        let block = max(1, min(steps, 4_000_000 / (reaches.count * lanes)))
        var made: UnsafeMutablePointer<Scalar>?
        if case .made = lateral { made = .allocate(capacity: reaches.count * block * lanes) }
        defer { made?.deallocate() }
        var pointFlows = PointFlows(engine, reaches: reaches, lane: lane)
        for step in 0..<steps {
            let offset = step % block
            var (side, stride): (UnsafePointer<Scalar>, Int)
            switch lateral {
            case .memory(let base, let distance):
                (side, stride) = (base + (reaches.lowerBound * distance + step * lanes + lane), distance)
            case .made(let fill):
                guard let made else { preconditionFailure("made lateral inflow has room") }
                let count = min(block, steps - step + offset)
                if offset == 0 { fill(reaches, step..<(step + count), made) }
                (side, stride) = (UnsafePointer(made) + (offset * lanes + lane), count * lanes)
            }
            for item in basin {
                switch item {
                case .tree(let index):
                    let row = engine.heldRow[engine.grid.trees[index].root]
                    let depth = row.flatMap { row in depths.map { $0[row * steps + step] } } ?? 0
                    route(engine.grid.trees[index], side, stride, &pointFlows, held: depth)
                case .point(let reach, let point):
                    let own = side[(reach - reaches.lowerBound) * stride].inDouble
                    pointFlows.route(
                        reach, point, lateral: own,
                        given: given.map { $0 + engine.points.givenRow(point) * steps + step })
                }
            }
            for reach in reaches {
                guard let room = flows.room(reach, offset: step * lanes) else { continue }
                room[lane] = Scalar(engine.outflow[lane * engine.network.count + reach])
            }
        }
    }

    /// Routes one tree through one step.
    private func route(
        _ tree: DiffusiveWaveGrid.Tree, _ side: UnsafePointer<Scalar>, _ stride: Int, _ flows: inout PointFlows<Scalar>,
        held: Double
    ) {
        let (grid, network) = (engine.grid, engine.network)
        let base = tree.nodes.lowerBound
        let parts = max(1, Int((engine.step / DiffusiveWaveEngine<Scalar>.longestStep).rounded(.up)))
        let part = engine.step / Double(parts)
        let member = engine.member(lane)
        let (sums, outflow) = (engine.sums + lane * network.count, engine.outflow + lane * network.count)
        let first = member.depth[tree.end]
        for node in 0..<tree.nodes.count { solver.source[node] = 0 }
        for number in 0..<parts {
            for reach in tree.reaches {
                let reach = Int(reach)
                let lateral = side[(reach - reaches.lowerBound) * stride].inDouble
                var entering = lateral
                if !grid.pointsAbove.isEmpty, let above = grid.pointsAbove[reach] {
                    for point in above {
                        entering += flows.mean(
                            point.reach, between: Double(number) / Double(parts),
                            and: Double(number + 1) / Double(parts))
                    }
                }
                solver.source[Int(grid.firstNode[reach]) - base] = entering
                sums[reach].lateral += lateral * part
            }
            let level = number == parts - 1 ? held : first + (held - first) * (Double(number + 1) / Double(parts))
            solver.advance(tree, member, step: part, held: level) { reach, flow in outflow[reach] = flow }
            for reach in tree.reaches {
                let reach = Int(reach)
                let node = reach == tree.root ? tree.end : Int(grid.lastNode[reach])
                sums[reach].outflow += solver.volume[node - base]
                if reach == tree.root { flows.add(solver.volume[node - base], from: reach, isFirst: number == 0) }
            }
        }
    }
}

/// Flows of the points of a basin within a step, and what trees bring them.
private struct PointFlows<Scalar: RoutingScalar> {
    private let engine: DiffusiveWaveEngine<Scalar>
    private let lane: Int
    /// m3/s at the begin and the end of the step, by reach of the point.
    private var flows: [Int: (before: Double, now: Double)] = [:]
    /// m3 that roots and points brought in this step, by reach.
    private var volumes: [Int: Double] = [:]
    private let upstreams: [Int: [Int]]

    init(_ engine: DiffusiveWaveEngine<Scalar>, reaches: Range<Int>, lane: Int) {
        self.engine = engine
        self.lane = lane
        var upstreams: [Int: [Int]] = [:]
        if engine.points.count > 0 {
            for reach in reaches {
                let below = Int(engine.network.downstream[reach])
                if below >= 0, engine.points.index(of: below) != nil { upstreams[below, default: []].append(reach) }
            }
        }
        self.upstreams = upstreams
    }

    /// The mean flow of a point between two parts of the step, linear over the step.
    func mean(_ reach: Int, between begin: Double, and end: Double) -> Double {
        guard let flow = flows[reach] else { return 0 }
        return flow.before + (flow.now - flow.before) * (0.5 * (begin + end))
    }

    mutating func add(_ volume: Double, from root: Int, isFirst: Bool) {
        guard engine.points.count > 0 else { return }
        volumes[root] = isFirst ? volume : (volumes[root] ?? 0) + volume
    }

    /// Advances a point by one step.
    mutating func route(_ reach: Int, _ point: Int, lateral: Double, given: UnsafePointer<Double>?) {
        let count = SpecialPoints.stateCount
        let state = engine.pointState + (lane * engine.points.count + point) * count
        let outflow = engine.outflow + (lane * engine.network.count + reach)
        var entering = 0.0
        for upstream in upstreams[reach] ?? [] { entering += (volumes[upstream] ?? 0) / engine.step }
        // the mean over the step stands for both of its ends: the pool gets the volume that came
        state[0] = entering
        let before = outflow.pointee
        var flow = 0.0
        var unused = FlowSums()
        withUnsafePointer(to: lateral) { lateral in
            withUnsafePointer(to: entering) { entering in
                engine.points.route(
                    point, state, stride: 1, lateral: lateral, inflow: entering, flow: &flow, row: 1, given: given,
                    steps: 1, sums: &unused)
            }
        }
        outflow.pointee = flow
        flows[reach] = (before, flow)
        volumes[reach] = 0.5 * (before + flow) * engine.step
        let sums = engine.sums + (lane * engine.network.count + reach)
        sums.pointee.lateral += lateral * engine.step
        sums.pointee.outflow += 0.5 * (before + flow) * engine.step
    }
}
