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
        let steps = block.steps.count
        let bench = Workbench<Scalar>(slots: 3, tile: 16 * steps, lanes: 16, run: 1, columns: scheme.columnCount)
        let (lateral, inflow, outflow) = (bench.slots, bench.slots + 16 * steps, bench.slots + 32 * steps)
        for group in groups {
            if group.isPoint {
                let reach = Int(group.reaches[0])
                gather(reach, lane: 0, width: 1, block, bench, flows, stride, lateral, inflow)
                guard let point = points.index(of: reach) else { continue }
                routePoint(
                    point, reach, lateral: lateral, inflow: inflow, flows + reach * stride, row: 1, block)
                continue
            }
            let count = group.reaches.count
            let width = count <= 4 ? 4 : count <= 8 ? 8 : 16
            for lane in 0..<width {
                // idle lanes repeat the first
                let reach = Int(group.reaches[lane < count ? lane : 0])
                gather(reach, lane: lane, width: width, block, bench, flows, stride, lateral, inflow)
                scheme.load(
                    reach, state + reach &* scheme.stateCount, stride: 1, into: bench.columns, lane: lane, width: width)
            }
            scheme.routeLanes(
                bench.columns, kind: group.kind, width: width, lateral: lateral, inflow: inflow, outflow: outflow,
                row: width,
                steps: steps)
            for lane in 0..<count {
                let reach = Int(group.reaches[lane])
                scheme.save(
                    bench.columns, kind: group.kind, lane: lane, width: width, into: state + reach &* scheme.stateCount,
                    stride: 1)
                scatter(reach, lane: lane, width: width, steps, lateral, outflow, flows + reach &* stride)
            }
        }
    }

    /// Writes lateral and summed upstream flows of a reach into one lane.
    @inline(__always) private func gather(
        _ reach: Int, lane: Int, width: Int, _ block: Block, _ bench: Workbench<Scalar>, _ flows: Room, _ stride: Int,
        _ lateral: Room, _ inflow: Room
    ) {
        let steps = block.steps.count
        let (own, _) = laterals(of: reach..<(reach + 1), block, bench)
        var step = 0
        while step < steps {
            lateral[step &* width &+ lane] = own[step]
            step &+= 1
        }
        guard let upstreams else { return }
        let list = Int(upstreams.start[reach])..<Int(upstreams.start[reach &+ 1])
        guard let first = list.first else {
            step = 0
            while step < steps {
                inflow[step &* width &+ lane] = 0
                step &+= 1
            }
            return
        }
        var flow = UnsafePointer(flows + Int(upstreams.reaches[first]) &* stride)
        step = 0
        while step < steps {
            inflow[step &* width &+ lane] = flow[step]
            step &+= 1
        }
        for index in list.dropFirst() {
            flow = UnsafePointer(flows + Int(upstreams.reaches[index]) &* stride)
            step = 0
            while step < steps {
                inflow[step &* width &+ lane] += flow[step]
                step &+= 1
            }
        }
    }

    /// Takes the flows of one lane out and sums them, one step after the other as tiles do.
    @inline(__always) private func scatter(
        _ reach: Int, lane: Int, width: Int, _ steps: Int, _ lateral: Room, _ outflow: Room, _ flow: Room
    ) {
        var sum = sums[reach]
        var step = 0
        while step < steps {
            let value = outflow[step &* width &+ lane]
            flow[step] = value
            sum.outflow += value.inDouble
            sum.lateral += lateral[step &* width &+ lane].inDouble
            step &+= 1
        }
        sums[reach] = sum
    }
}
