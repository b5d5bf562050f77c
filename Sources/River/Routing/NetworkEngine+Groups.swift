/// The upstreams of every reach, in canonical order.
struct UpstreamTable: Sendable {
    let start: [Int32]
    let reaches: [Int32]

    init(_ network: RiverNetwork) {
        let count = network.count
        var start = [Int32](repeating: 0, count: count + 1)
        for below in network.downstream where below >= 0 { start[Int(below) + 1] += 1 }
        for index in 0..<count { start[index + 1] += start[index] }
        var filled = start
        var reaches = [Int32](repeating: 0, count: Int(start[count]))
        for reach in 0..<count where network.downstream[reach] >= 0 {
            let below = Int(network.downstream[reach])
            reaches[Int(filled[below])] = Int32(reach)
            filled[below] += 1
        }
        self.start = start
        self.reaches = reaches
    }
}

extension NetworkEngine {
    /// One member in lanes of reaches: all flows of a tile are kept, because upstreams may stand anywhere. The stem of a tile, which one
    /// hand computes, goes beside the pieces of the next.
    func advanceGroups(_ blocks: [Block]) {
        var before: GroupTile?
        for block in blocks {
            let tile = GroupTile(block, reaches: network.count)
            let stem = before
            hands(groups.count) { [self] index in
                if index > 0 {
                    route(groups[index - 1], tile.block, tile.flows, stride: tile.stride)
                } else if let stem {
                    route(groups[groups.count - 1], stem.block, stem.flows, stride: stem.stride)
                }
            }
            if let stem { finish(stem) }
            before = tile
        }
        guard let last = before else { return }
        route(groups[groups.count - 1], last.block, last.flows, stride: last.stride)
        finish(last)
    }

    /// Hands out the flows that are wanted, and the memory of the others back.
    private func finish(_ tile: GroupTile) {
        guard let own = tile.own else { return }
        if case .taken(let take) = tile.block.flows {
            take(0..<network.count, tile.block.steps, UnsafePointer(own))
        }
        if case .some = tile.block.flows {
            for reach in 0..<network.count {
                guard let room = tile.block.flows.room(reach, offset: tile.block.steps.lowerBound) else { continue }
                room.update(from: own + reach * tile.stride, count: tile.block.steps.count)
            }
        }
        own.deallocate()
    }

    /// A tile of steps, and where the flows of all reaches are.
    private struct GroupTile: @unchecked Sendable {  // each reach is written by one hand
        let block: Block
        let flows: Room
        let stride: Int
        /// The memory, where it is not that of the caller.
        let own: Room?

        init(_ block: Block, reaches: Int) {
            self.block = block
            if case .all(let base, let stride) = block.flows {
                (flows, self.stride, own) = (base + block.steps.lowerBound, stride, nil)
            } else {
                stride = block.steps.count
                flows = .allocate(capacity: max(1, reaches * stride))
                own = flows
            }
        }
    }

    private func route(_ groups: [LaneGroup], _ block: Block, _ flows: Room, stride: Int) {
        guard !groups.isEmpty else { return }
        let bench = GroupBench(self, block, flows, stride: stride)
        for group in groups {
            if group.isPoint {
                let reach = Int(group.reaches[0])
                guard let point = points.index(of: reach) else { continue }
                let (lateral, inflow) = (bench.lateral(reach, lane: 0), bench.inflow(reach, lane: 0))
                routePoint(point, reach, lateral: lateral, inflow: inflow, flows + reach * stride, row: 1, block)
            } else {
                route(group, bench)
            }
        }
    }

    /// Routes reaches side by side; idle lanes repeat the first.
    private func route(_ group: LaneGroup, _ bench: GroupBench<Scheme>) {
        let count = group.reaches.count
        let width = count <= 4 ? 4 : count <= 8 ? 8 : 16
        for first in Swift.stride(from: 0, to: width, by: 4) {
            let reaches = (0..<4).map { Int(group.reaches[first + $0 < count ? first + $0 : 0]) }
            bench.gather((reaches[0], reaches[1], reaches[2], reaches[3]), lane: first, width: width)
        }
        for lane in 0..<width {
            let reach = Int(group.reaches[lane < count ? lane : 0])
            scheme.load(
                reach, state + reach &* scheme.stateCount, stride: 1, into: bench.columns, lane: lane, width: width)
            bench.sums[lane] = sums[reach].lateral
            bench.sums[16 &+ lane] = sums[reach].outflow
        }
        scheme.routeLanes(
            bench.columns, kind: group.kind, width: width, lateral: bench.laterals, inflow: bench.inflows,
            outflow: bench.outflows, row: width, steps: bench.steps)
        bench.sum(width: width)
        for lane in 0..<count {
            let reach = Int(group.reaches[lane])
            scheme.save(
                bench.columns, kind: group.kind, lane: lane, width: width, into: state + reach &* scheme.stateCount,
                stride: 1)
            sums[reach] = FlowSums(lateral: bench.sums[lane], outflow: bench.sums[16 &+ lane])
        }
        for first in Swift.stride(from: 0, to: count, by: 4) {
            bench.scatter(group.reaches, lane: first, width: width)
        }
    }
}

/// What one hand computes groups with.
private final class GroupBench<Scheme: RoutingScheme> {
    typealias Scalar = Scheme.Scalar
    typealias Room = UnsafeMutablePointer<Scalar>

    private let engine: NetworkEngine<Scheme>
    private let block: NetworkEngine<Scheme>.Block
    private let flows: Room
    private let stride: Int
    private let memory: Room
    let steps: Int
    /// Columns of a scheme.
    let columns: Room
    /// Of each of sixteen lanes the sum of lateral inflow, then of outflow.
    let sums: UnsafeMutablePointer<Double>

    init(_ engine: NetworkEngine<Scheme>, _ block: NetworkEngine<Scheme>.Block, _ flows: Room, stride: Int) {
        (self.engine, self.block, self.flows, self.stride) = (engine, block, flows, stride)
        steps = block.steps.count
        memory = .allocate(capacity: 16 * 5 * steps)
        memory.initialize(repeating: 0, count: 16 * 5 * steps)
        columns = .allocate(capacity: engine.scheme.columnCount * 16)
        columns.initialize(repeating: 0, count: engine.scheme.columnCount * 16)
        sums = .allocate(capacity: 32)
        sums.initialize(repeating: 0, count: 32)
    }

    deinit {
        memory.deallocate()
        columns.deallocate()
        sums.deallocate()
    }

    /// Rows of lanes.
    var laterals: Room { memory }
    var inflows: Room { memory + 16 &* steps }
    var outflows: Room { memory + 32 &* steps }
    /// Series of lanes, where they are not at hand.
    private var made: Room { memory + 48 &* steps }
    private var summed: Room { memory + 64 &* steps }

    /// The lateral inflow of a reach.
    @inline(__always) func lateral(_ reach: Int, lane: Int) -> UnsafePointer<Scalar> {
        switch block.lateral {
        case .memory(let base, let stride): return base + (reach &* stride &+ block.steps.lowerBound)
        case .made(let fill):
            let room = made + lane &* steps
            fill(reach..<(reach + 1), block.steps, room)
            return UnsafePointer(room)
        }
    }

    /// The sum of the flows of the upstreams of a reach.
    @inline(__always) func inflow(_ reach: Int, lane: Int) -> UnsafePointer<Scalar> {
        let room = summed + lane &* steps
        guard let upstreams = engine.upstreams else { return UnsafePointer(room) }
        let list = Int(upstreams.start[reach])..<Int(upstreams.start[reach &+ 1])
        if list.count == 1 { return UnsafePointer(flow(upstreams, list.lowerBound)) }
        guard !list.isEmpty else {
            room.update(repeating: 0, count: steps)
            return UnsafePointer(room)
        }
        let (first, second) = (flow(upstreams, list.lowerBound), flow(upstreams, list.lowerBound &+ 1))
        var step = 0
        while step < steps {
            room[step] = first[step] + second[step]
            step &+= 1
        }
        for index in list.dropFirst(2) {
            let other = flow(upstreams, index)
            step = 0
            while step < steps {
                room[step] += other[step]
                step &+= 1
            }
        }
        return UnsafePointer(room)
    }

    @inline(__always) private func flow(_ upstreams: UpstreamTable, _ index: Int) -> Room {
        flows + Int(upstreams.reaches[index]) &* stride
    }

    /// Writes lateral and summed upstream flows of four reaches into lanes.
    @inline(__always) func gather(_ reaches: (Int, Int, Int, Int), lane: Int, width: Int) {
        LaneTransposition.join(
            (
                lateral(reaches.0, lane: lane), lateral(reaches.1, lane: lane &+ 1),
                lateral(reaches.2, lane: lane &+ 2), lateral(reaches.3, lane: lane &+ 3)
            ), steps: steps, into: laterals + lane, row: width)
        LaneTransposition.join(
            (
                inflow(reaches.0, lane: lane), inflow(reaches.1, lane: lane &+ 1), inflow(reaches.2, lane: lane &+ 2),
                inflow(reaches.3, lane: lane &+ 3)
            ), steps: steps, into: inflows + lane, row: width)
    }

    /// Sums lateral inflow and flows, one step after the other as tiles do.
    func sum(width: Int) {
        LaneTransposition.sum(laterals, width: width, steps: steps, to: sums)
        LaneTransposition.sum(outflows, width: width, steps: steps, to: sums + 16)
    }

    /// Takes the flows of up to four lanes out.
    @inline(__always) func scatter(_ reaches: [Int32], lane: Int, width: Int) {
        func room(_ index: Int) -> Room {
            lane &+ index < reaches.count ? flows + Int(reaches[lane &+ index]) &* stride : summed + index &* steps
        }
        LaneTransposition.part(
            outflows + lane, row: width, steps: steps, into: (room(0), room(1), room(2), room(3)))
    }
}
