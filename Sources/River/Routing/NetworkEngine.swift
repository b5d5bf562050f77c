/// Moves water through a whole network in blocks of time.
///
/// A block is a number of steps of which all reaches of a subtree are computed before the next: the flows of a tile of steps are
/// handed down while they are in the cache. Sums of upstreams have one order, that of the canonical numbers, and every lane
/// keeps its bits whatever stands beside it, so that neither block, nor cut, nor hands show in the result.
///
/// Unchecked: during a block, hands write disjoint reaches, and the stem waits for the pieces.
final class NetworkEngine<Scheme: RoutingScheme>: @unchecked Sendable {
    typealias Scalar = Scheme.Scalar
    typealias Room = UnsafeMutablePointer<Scalar>

    let network: RiverNetwork
    let cut: NetworkCut
    let scheme: Scheme
    let points: SpecialPoints
    /// Members, rounded up to a multiple of four unless there is one.
    let lanes: Int
    /// Steps of one tile; nil for what suits the caches.
    let tileSteps: Int?
    let hands: ParallelFor
    /// Shape [reach][number][lane].
    let state: Room
    /// Shape [special point][number][lane].
    let pointState: UnsafeMutablePointer<Double>
    /// Over steps and members, shape [reach].
    let sums: UnsafeMutablePointer<FlowSums>
    /// How each reach stood when the balance began.
    let opening: UnsafeMutablePointer<Standing>
    /// s
    let step: Double
    /// Lane groups of each piece and, last, of the stem, where one member is routed in lanes.
    let groups: [[LaneGroup]]
    /// Lists of upstreams, where reaches are taken by level.
    let upstreams: UpstreamTable?

    /// Reaches whose lateral inflow is fetched at once.
    static var run: Int { 64 }

    init(
        _ network: RiverNetwork, cut: NetworkCut, scheme: Scheme, points: SpecialPoints, members: Int,
        step: Double, tileSteps: Int?, hands: @escaping ParallelFor
    ) {
        self.network = network
        self.cut = cut
        self.scheme = scheme
        self.points = points
        lanes = members == 1 ? 1 : (members + 3) / 4 * 4
        self.hands = hands
        self.step = step
        let count = network.count
        state = Room.allocate(capacity: max(1, count * scheme.stateCount * lanes))
        state.initialize(repeating: 0, count: count * scheme.stateCount * lanes)
        pointState = .allocate(capacity: max(1, points.count * SpecialPoints.stateCount * lanes))
        pointState.initialize(repeating: 0, count: points.count * SpecialPoints.stateCount * lanes)
        sums = .allocate(capacity: max(1, count))
        sums.initialize(repeating: FlowSums(), count: count)
        opening = .allocate(capacity: max(1, count))
        opening.initialize(repeating: Standing(inflow: 0, outflow: 0, storage: 0), count: count)
        let byLevel = lanes == 1 && !Scheme.takesTiles
        upstreams = byLevel ? UpstreamTable(network) : nil
        groups = byLevel ? LaneGroup.all(network, cut) { points.index(of: $0) == nil ? scheme.kind($0) : -1 } : []
        self.tileSteps = tileSteps
    }

    deinit {
        state.deallocate()
        pointState.deallocate()
        sums.deallocate()
        opening.deallocate()
    }

    /// Advances by some steps.
    ///
    /// - Parameters:
    ///   - given: flows of the given points at the end of each step, m3/s, shape [given point][step].
    func advance(
        steps: Int, lateral: LateralTiles<Scalar>, flows: FlowTiles<Scalar>, given: UnsafePointer<Double>?
    ) {
        let tileSteps = stepsOfTile(lateral, flows)
        let blocks = stride(from: 0, to: steps, by: tileSteps).map { first in
            Block(steps: first..<min(first + tileSteps, steps), of: steps, lateral: lateral, flows: flows, given: given)
        }
        if upstreams == nil {
            for block in blocks { advanceTiles(block) }
        } else {
            advanceGroups(blocks)
        }
    }

    /// As many steps as keep the stacked sums in the second cache; where lateral and flows lie in memory, longer rows, which it
    /// reads ahead. By group, whole lines of memory for each reach, and the flows of all reaches in two tiles within 128 MiB where
    /// they are not kept anyway.
    private func stepsOfTile(_ lateral: LateralTiles<Scalar>, _ flows: FlowTiles<Scalar>) -> Int {
        if let tileSteps { return max(1, tileSteps) }
        guard upstreams != nil else {
            if case .memory = lateral, case .all = flows, lanes > 1 { return max(4, 5000 / lanes) }
            return lanes == 1 ? 96 : max(4, 832 / lanes)
        }
        // The stem of one tile is computed beside the pieces of the next: where it is long, several tiles have to follow each other.
        let most = cut.stemCount * 50 > network.count ? 24 : 96
        if case .all = flows { return most }
        return max(8, min(most, 16_000_000 / max(1, network.count)))
    }

    /// Some of the steps of a block, and where their flows come from and go to.
    struct Block: @unchecked Sendable {  // pointers that are read, or written by one hand each
        let steps: Range<Int>
        let of: Int
        let lateral: LateralTiles<Scalar>
        let flows: FlowTiles<Scalar>
        let given: UnsafePointer<Double>?
    }

    // MARK: Tiles: one reach after the other, upstreams first

    private func advanceTiles(_ block: Block) {
        let tile = block.steps.count * lanes
        let exchange = Room.allocate(capacity: max(1, cut.roots.count * tile))
        defer { exchange.deallocate() }
        nonisolated(unsafe) let shared = exchange  // each piece writes the rows of its own roots
        hands(cut.pieces.count) { [self] index in
            let bench = Workbench<Scalar>(
                slots: network.slotCount, tile: tile, lanes: lanes, run: Self.run,
                columns: scheme.columnCount)
            for range in cut.pieces[index].ranges { traverse(range, block, bench, exchange: shared) }
        }
        guard !cut.stem.isEmpty else { return }
        let bench = Workbench<Scalar>(
            slots: network.slotCount, tile: tile, lanes: lanes, run: Self.run,
            columns: scheme.columnCount)
        for (position, reach) in cut.stem.enumerated() {
            let reach = Int(reach)
            let row = Int(cut.exchangeRow[position])
            if row >= 0 {
                deliver(exchange + row * tile, from: reach, bench, tile: tile)
            } else {
                let lateral = laterals(of: reach..<(reach + 1), block, bench)
                let flow = route(reach, lateral.0, block, own: bench.flow, bench)
                deliver(flow, from: reach, bench, tile: tile)
                if case .taken(let take) = block.flows { take(reach..<(reach + 1), block.steps, flow) }
            }
        }
    }

    private func traverse(_ range: Range<Int>, _ block: Block, _ bench: Workbench<Scalar>, exchange: Room) {
        let tile = block.steps.count * lanes
        var (root, taker): (Int, (@Sendable (Range<Int>, Range<Int>, UnsafePointer<Scalar>) -> Void)?) = (0, nil)
        if case .taken(let take) = block.flows { taker = take }
        let spacing = taker == nil ? 0 : tile
        if !cut.roots.isEmpty { root = lowerBound(cut.roots, range.lowerBound) }
        var first = range.lowerBound
        while first < range.upperBound {
            let end = min(first + Self.run, range.upperBound)
            let (lateral, stride) = laterals(of: first..<end, block, bench)
            for reach in first..<end {
                let flow = route(
                    reach, lateral + (reach &- first) &* stride, block, own: bench.flow + (reach &- first) &* spacing,
                    bench)
                if root < cut.roots.count, Int(cut.roots[root]) == reach {
                    (exchange + root &* tile).update(from: flow, count: tile)
                    root &+= 1
                } else {
                    deliver(flow, from: reach, bench, tile: tile)
                }
            }
            taker?(first..<end, block.steps, UnsafePointer(bench.flow))
            first = end
        }
    }

    /// The first position at which a root is not below a reach.
    private func lowerBound(_ roots: [Int32], _ reach: Int) -> Int {
        var (low, high) = (0, roots.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(roots[middle]) < reach { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Lateral inflow of reaches that follow each other, with the distance between them.
    @inline(__always) func laterals(
        of reaches: Range<Int>, _ block: Block, _ bench: Workbench<Scalar>
    ) -> (UnsafePointer<Scalar>, Int) {
        switch block.lateral {
        case .memory(let base, let stride):
            return (base + (reaches.lowerBound &* stride &+ block.steps.lowerBound &* lanes), stride)
        case .made(let fill):
            fill(reaches, block.steps, bench.lateral)
            return (UnsafePointer(bench.lateral), block.steps.count &* lanes)
        }
    }

    /// Gives a tile of flows to the reach below: the first upstream opens its sum, the others are added.
    @inline(__always) private func deliver(
        _ flow: UnsafePointer<Scalar>, from reach: Int, _ bench: Workbench<Scalar>, tile: Int
    ) {
        guard network.downstream[reach] >= 0 else { return }
        let below = Int(network.downstream[reach])
        let sum = bench.slots + Int(network.slot[below]) &* tile
        if network.isFirstUpstream(reach, of: below) {
            if sum != flow { sum.update(from: flow, count: tile) }
        } else {
            var index = 0
            while index < tile {
                sum[index] += flow[index]
                index &+= 1
            }
        }
    }

    /// Routes all members of a reach and returns where its flows are.
    ///
    /// - Parameter own: where they go when the caller keeps none.
    private func route(
        _ reach: Int, _ lateral: UnsafePointer<Scalar>, _ block: Block, own room: Room, _ bench: Workbench<Scalar>
    ) -> UnsafePointer<Scalar> {
        let steps = block.steps.count
        let tile = steps &* lanes
        let isHeadwater = network.subtreeSize[reach] == 1
        let inflow = isHeadwater ? nil : UnsafePointer(bench.slots + Int(network.slot[reach]) &* tile)
        let flow = block.flows.room(reach, offset: block.steps.lowerBound &* lanes) ?? room
        if points.count > 0, let point = points.index(of: reach) {
            routePoint(
                point, reach, lateral: lateral, inflow: inflow ?? UnsafePointer(bench.zeros), flow, row: lanes, block)
            return UnsafePointer(flow)
        }
        let own = state + reach &* scheme.stateCount &* lanes
        if lanes == 1 {
            scheme.routeTile(
                reach, own, lateral: lateral, inflow: inflow, outflow: flow, steps: steps, scratch: bench.scratch,
                sums: &sums[reach])
            return UnsafePointer(flow)
        }
        let upstream = inflow ?? UnsafePointer(bench.zeros)
        scheme.routeMembers(
            reach, own, lanes: lanes, lateral: lateral, inflow: upstream, outflow: flow, steps: steps,
            columns: bench.columns)
        sums[reach].lateral += sum(lateral, count: tile)
        sums[reach].outflow += sum(flow, count: tile)
        return UnsafePointer(flow)
    }

    /// The sum of a tile in double precision, sixteen partial sums of fixed order.
    @inline(__always) func sum(_ tile: UnsafePointer<Scalar>, count: Int) -> Double {
        var (low, high) = (SIMD8<Double>(), SIMD8<Double>())
        var index = 0
        while index &+ 15 < count {
            var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
            for lane in 0..<8 {
                first[lane] = tile[index &+ lane].inDouble
                second[lane] = tile[index &+ lane &+ 8].inDouble
            }
            low += first
            high += second
            index &+= 16
        }
        let all = low + high
        var sum = ((all[0] + all[1]) + (all[2] + all[3])) + ((all[4] + all[5]) + (all[6] + all[7]))
        while index < count {
            sum += tile[index].inDouble
            index &+= 1
        }
        return sum
    }

    /// Advances a special point; its flows go to rows that are `row` numbers apart.
    func routePoint(
        _ point: Int, _ reach: Int, lateral: UnsafePointer<Scalar>, inflow: UnsafePointer<Scalar>, _ flow: Room,
        row: Int, _ block: Block
    ) {
        let given = block.given.map { $0 + block.of * points.givenRow(point) + block.steps.lowerBound }
        for lane in 0..<lanes {
            points.route(
                point, pointState + point * SpecialPoints.stateCount * lanes + lane, stride: lanes,
                lateral: lateral + lane, inflow: inflow + lane, flow: flow + lane, row: row, given: given,
                steps: block.steps.count, sums: &sums[reach])
        }
    }
}

/// What one hand computes with.
final class Workbench<Scalar: RoutingScalar> {
    /// Stacked sums of inflows, shape [slot][step][lane].
    let slots: UnsafeMutablePointer<Scalar>
    /// Flows of a run of reaches that nobody else keeps.
    let flow: UnsafeMutablePointer<Scalar>
    let scratch: UnsafeMutablePointer<Scalar>
    let zeros: UnsafeMutablePointer<Scalar>
    let lateral: UnsafeMutablePointer<Scalar>
    /// Lanes of a scheme: its columns of 16.
    let columns: UnsafeMutablePointer<Scalar>

    /// - Parameter width: columns of the scheme.
    init(slots count: Int, tile: Int, lanes: Int, run: Int, columns width: Int) {
        slots = .allocate(capacity: count * tile)
        flow = .allocate(capacity: run * tile)
        scratch = .allocate(capacity: tile)
        zeros = .allocate(capacity: tile)
        zeros.initialize(repeating: 0, count: tile)
        lateral = .allocate(capacity: run * tile)
        columns = .allocate(capacity: width * 16)
        columns.initialize(repeating: 0, count: width * 16)
    }

    deinit {
        for memory in [slots, flow, scratch, zeros, lateral, columns] { memory.deallocate() }
    }
}
