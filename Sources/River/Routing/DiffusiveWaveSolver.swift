/// The numbers of one member, by node of the whole network.
struct DiffusiveWaveMember {
    /// m above the bed.
    let depth: UnsafeMutablePointer<Double>
    /// Down the segment below, m3/s.
    let flow: UnsafeMutablePointer<Double>
    /// m3 in the halves of the segments that end here: what the depths say.
    let water: UnsafeMutablePointer<Double>
}

/// Solves the diffusive wave in one tree for one short step, implicitly.
///
/// Each node keeps the water of half of every segment that ends in it. With `V` of the depths and weights `theta` in time,
/// `V' = V + dt (source + sum of theta Q' + (1 - theta) Q)`: Newton's method, whose matrix is a tree and is eliminated from the
/// headwaters down without filling in (one pass down, one up). theta is 0.53, and more where the flows before would empty a node.
final class DiffusiveWaveSolver {
    /// Parts of a step that has to be taken in smaller ones.
    private static let ticks = 64
    private static let mostTurns = 30
    private static let explicitShare = 0.47

    private let grid: DiffusiveWaveGrid
    private let room: UnsafeMutablePointer<Double>
    private let upper: UnsafeMutablePointer<ConveyanceSection.Hydraulics>
    private let lower: UnsafeMutablePointer<ConveyanceSection.Hydraulics>
    private let isSteady: UnsafeMutablePointer<Bool>
    /// By node of the tree, from its first: depths being sought, flow and its growth, far share, theta, flow before, matrix.
    private let (depth, flow, overUpper, overLower, share, theta, before): Columns
    private let (diagonal, right, far, near, wet): OtherColumns
    /// By node: water that enters from elsewhere, m3/s.
    let source: UnsafeMutablePointer<Double>
    /// By node: what ran down the segment below over the last step, m3.
    let volume: UnsafeMutablePointer<Double>

    private typealias Room = UnsafeMutablePointer<Double>
    private typealias Columns = (Room, Room, Room, Room, Room, Room, Room)
    private typealias OtherColumns = (Room, Room, Room, Room, Room)

    init(_ grid: DiffusiveWaveGrid, nodes count: Int) {
        self.grid = grid
        room = .allocate(capacity: 14 * count)
        room.initialize(repeating: 0, count: 14 * count)
        let room = room
        func column(_ index: Int) -> Room { room + index * count }
        (depth, flow, overUpper, overLower) = (column(0), column(1), column(2), column(3))
        (share, theta, before) = (column(4), column(5), column(6))
        (diagonal, right, far, near, wet) = (column(7), column(8), column(9), column(10), column(11))
        (source, volume) = (column(12), column(13))
        upper = .allocate(capacity: count)
        upper.initialize(repeating: ConveyanceSection.Hydraulics(), count: count)
        lower = .allocate(capacity: count)
        lower.initialize(repeating: ConveyanceSection.Hydraulics(), count: count)
        isSteady = .allocate(capacity: count)
        isSteady.initialize(repeating: false, count: count)
    }

    deinit {
        room.deallocate()
        upper.deallocate()
        lower.deallocate()
        isSteady.deallocate()
    }

    /// Advances one tree by one step.
    ///
    /// - Parameters:
    ///   - held: depth at the lower end at the end of the step, where one is given, m.
    ///   - outflow: of each reach of the tree, at its lower end at the end of the step, m3/s.
    func advance(
        _ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, step: Double, held: Double,
        outflow: (_ reach: Int, _ flow: Double) -> Void
    ) {
        let y = member.depth + tree.nodes.lowerBound
        let first = member.depth[tree.end]
        for node in 0..<tree.nodes.count { volume[node] = 0 }
        measure(tree, y)
        var (done, size) = (0, Self.ticks)
        while done < Self.ticks {
            size = min(size, Self.ticks - done)
            let h = step * Double(size) / Double(Self.ticks)
            let isLast = done + size == Self.ticks
            let level = isLast ? held : first + (held - first) * (Double(done + size) / Double(Self.ticks))
            prepare(tree, member, h)
            if search(tree, member, h, level) || size == 1 {
                finish(tree, member, h, isLast: isLast, outflow)
                done += size
            } else {
                size /= 2
                measure(tree, y)
            }
        }
    }

    /// What the depths mean at both ends of each segment.
    private func measure(_ tree: DiffusiveWaveGrid.Tree, _ y: UnsafePointer<Double>) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        var node = 0
        while node < count {
            upper[node] = grid.sections[Int(grid.reachOfNode[base &+ node])].hydraulics(y[node])
            node &+= 1
        }
        node = 0
        while node < count {
            let below = Int(grid.down[base &+ node]) &- base
            if below > 0 {
                let own = grid.reachOfNode[base &+ node]
                lower[node] =
                    grid.reachOfNode[base &+ below] == own
                    ? upper[below] : grid.sections[Int(own)].hydraulics(y[below])
            }
            node &+= 1
        }
    }

    /// Flows of the depths measured.
    private func flows(_ tree: DiffusiveWaveGrid.Tree, _ y: UnsafePointer<Double>) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        var node = 0
        while node < count {
            let below = Int(grid.down[base &+ node]) &- base
            if below > 0 {
                let dx = grid.length[base &+ node]
                let fall = grid.slope[base &+ node] + (y[node] - y[below]) / dx
                let found = DiffusiveFlux(
                    upper[node], lower[node], surfaceSlope: fall, share: share[node], length: dx,
                    isSteady: isSteady[node])
                // a search that runs past still water goes on along the chord
                if (found.flow < 0) != (flow[node] < 0) { isSteady[node] = true }
                (flow[node], overUpper[node], overLower[node]) = (found.flow, found.overUpper, found.overLower)
            } else if tree.isHeld {
                (flow[node], overUpper[node], overLower[node]) = (0, 0, 0)
            } else {
                // far below, uniform flow
                let root = grid.slope[base &+ node].squareRoot()
                (flow[node], overUpper[node], overLower[node]) = (
                    upper[node].conveyance * root, upper[node].slope * root, 0
                )
            }
            node &+= 1
        }
    }

    /// Weights in space and time, and what the flows before leave in each node.
    private func prepare(_ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, _ h: Double) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        let y = member.depth + base
        let ghosts = tree.end - base
        for node in 0..<count {
            isSteady[node] = false
            let below = Int(grid.down[base + node]) - base
            guard below > 0 else { continue }
            let dx = grid.length[base + node]
            let fall = grid.slope[base + node] + (y[node] - y[below]) / dx
            share[node] = DiffusiveFlux.share(
                upper[node], lower[node], depths: (y[node], y[below]), surfaceSlope: fall, length: dx,
                prefersUpwind: node >= ghosts)
            flow[node] = fall >= 0 ? 0 : -1
        }
        flows(tree, y)
        weigh(tree, member, h)
    }

    /// Weights in time: the flows before count for 47 %, less where they would take more than 90 % of the water of a node and of
    /// what they bring it.
    private func weigh(_ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, _ h: Double) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        for node in 0..<count {
            before[node] = member.flow[base + node]
            theta[node] = 1
            wet[node] = 0.9 * max(0, member.water[base + node])
            isSteady[node] = false
        }
        for node in 0..<count where before[node] < 0 {
            let below = Int(grid.down[base + node]) - base
            guard below > 0 else { continue }
            let taken = min(-Self.explicitShare * h * before[node], 0.5 * wet[below])
            theta[node] = 1 + taken / (h * before[node])
            wet[below] -= taken
            wet[node] += taken
        }
        for node in 0..<count where before[node] > 0 {
            let below = Int(grid.down[base + node]) - base
            let taken = min(Self.explicitShare * h * before[node], wet[node])
            theta[node] = 1 - taken / (h * before[node])
            wet[node] -= taken
            if below > 0 { wet[below] += taken }
        }
    }

    /// Newton's method; false where it does not come to rest.
    private func search(
        _ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, _ h: Double, _ held: Double
    ) -> Bool {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        let w = member.water + base
        for node in 0..<count { depth[node] = member.depth[base + node] }
        if tree.isHeld {
            depth[count - 1] = held
            measure(tree, depth)
            flows(tree, depth)
        }
        for _ in 0..<Self.mostTurns {
            assemble(tree, w, h)
            var isAtRest = true
            var change = 0.0
            // up again: every correction needs that of the node below
            var node = count &- 1
            while node >= 0 {
                let below = Int(grid.down[base &+ node]) &- base
                let next = below > 0 ? wet[below] : 0
                change = tree.isHeld && node == count &- 1 ? 0 : (-right[node] - far[node] * next) / diagonal[node]
                let own = depth[node]
                let least = -0.8 * own
                let most = 2 * own + 2
                let bounded = change < least ? least : change > most ? most : change
                wet[node] = bounded
                depth[node] = own + bounded
                if !(bounded.magnitude <= 1e-9 * depth[node] + 1e-9) { isAtRest = false }
                node &-= 1
            }
            measure(tree, depth)
            flows(tree, depth)
            if isAtRest { return true }
        }
        return false
    }

    /// The matrix and its elimination from the headwaters down.
    private func assemble(_ tree: DiffusiveWaveGrid.Tree, _ w: UnsafePointer<Double>, _ h: Double) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        var node = 0
        while node < count {
            right[node] = -(w[node] + h * source[node])
            diagonal[node] = 0
            node &+= 1
        }
        node = 0
        while node < count {
            let below = Int(grid.down[base &+ node]) &- base
            let weight = h * theta[node]
            let passed = weight * flow[node] + h * (1 - theta[node]) * before[node]
            let half = 0.5 * grid.length[base &+ node]
            right[node] += passed + upper[node].area * half
            diagonal[node] += weight * overUpper[node] + upper[node].width * half
            if below > 0 {
                right[below] += lower[node].area * half - passed
                diagonal[below] += lower[node].width * half - weight * overLower[node]
                far[node] = weight * overLower[node]
                near[node] = -weight * overUpper[node]
                // node has all its upstreams: it can be eliminated
                let factor = near[node] / diagonal[node]
                diagonal[below] -= factor * far[node]
                right[below] -= factor * right[node]
            } else {
                far[node] = 0
            }
            node &+= 1
        }
    }

    /// Takes the depths found over. What ran follows from the water that they mean, from the headwaters down: so it is kept to the
    /// last bit however near the search came, and known where the surface is so flat that its fall drowns in rounding.
    private func finish(
        _ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, _ h: Double, isLast: Bool,
        _ outflow: (_ reach: Int, _ flow: Double) -> Void
    ) {
        let (base, count) = (tree.nodes.lowerBound, tree.nodes.count)
        let (y, w, q) = (member.depth + base, member.water + base, member.flow + base)
        for node in 0..<count {
            right[node] = upper[node].area * (0.5 * grid.length[base + node])
            wet[node] = h * source[node]
        }
        for node in 0..<count {
            let below = Int(grid.down[base + node]) - base
            if below > 0 { right[below] += lower[node].area * (0.5 * grid.length[base + node]) }
        }
        for node in 0..<count {
            let passed = wet[node] + (w[node] - right[node])
            w[node] = right[node]
            volume[node] += passed
            q[node] = (passed / h - (1 - theta[node]) * before[node]) / theta[node]
            let below = Int(grid.down[base + node]) - base
            if below > 0 { wet[below] += passed }
        }
        if isLast { report(tree, member, h, outflow) }
        for node in 0..<count { y[node] = depth[node] }
    }

    /// Flows at the lower ends: that in the middle of the last segment, less what its lower half keeps.
    private func report(
        _ tree: DiffusiveWaveGrid.Tree, _ member: DiffusiveWaveMember, _ h: Double,
        _ outflow: (_ reach: Int, _ flow: Double) -> Void
    ) {
        for reach in tree.reaches {
            let node = Int(grid.lastNode[Int(reach)])
            let below = Int(grid.down[node])
            let old = grid.sections[Int(reach)].hydraulics(member.depth[below]).area
            let kept = (lower[node - tree.nodes.lowerBound].area - old) * (0.5 * grid.length[node])
            outflow(Int(reach), member.flow[node] - kept / h)
        }
    }
}
