/// Runs a body for every index below a count, on as many threads as it likes; returns when all are done.
///
/// The planner's answer does not depend on the order or the number of threads.
public typealias ParallelLoop = (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

/// Why an iteration ended.
enum InteriorPointEnd: Hashable {
    /// Feasible with the gap asked for.
    case converged
    /// No further progress.
    case stalled
    /// The bound of iterations was reached.
    case exhausted
}

/// Where an iteration ended, in the scaled units of the program.
struct InteriorPointResult {
    let end: InteriorPointEnd
    let iterations: Int
    /// Cost of the point, a lower bound of every plan's cost, and the largest violation of a row.
    let cost, bound, violation: Double
    /// Variables of each scenario: private ones, then the shared ones.
    let variables: [[Double]]
    /// Multipliers of the bounds of each scenario's rows: [scenario][bound].
    let multipliers: [[Double]]
    /// Slacks beside them.
    let slacks: [[Double]]
    /// Multipliers of the hinges of each scenario's rows: [scenario][hinge].
    let hingeMultipliers: [[Double]]
    /// Multipliers and slacks of the bounds of the rows of each node of the tree.
    let nodeMultipliers, nodeSlacks: [[Double]]
}

/// When an iteration may end.
struct InteriorPointGoal {
    /// Gap relative to the larger of the cost and ``unit``.
    var gap = 1e-7
    /// Largest violation of a row.
    var violation = 1e-9
    /// Cost below which a gap is no longer relative.
    var unit = 1e-6
    /// Bound of the iterations.
    var iterations = ReleasePlanner.iterationsOfASolve
    /// Iterations without progress after which the method gives up.
    var patience = 15
    /// A cost that is low enough to end with, whatever the gap.
    var enough = -Double.infinity
}

/// The primal-dual interior-point method with Mehrotra's predictor and corrector (1992), for scenarios side by side.
///
/// Each iteration factorises the block of every scenario alone and joins them in the dense systems of the shared variables.
struct InteriorPoint<V: Lanes>: ~Copyable {
    private var arena = Arena()
    private let blocks: [ProgramBlock<V>]
    /// The scenarios in the lanes of each block; none of a node's own rows.
    private let lanes: [[Int]]
    /// The node whose variables, with those of the nodes before it, are the shared ones of a block.
    private let nodeOfBlock: [Int]
    private let tree: StageTree
    /// Of each node: how many variables it has, with those of the nodes before it, and how many of its own.
    private let sizes, own: [Int]
    private let sharedRanges: [Double]
    /// Shared variables that nothing keeps near those of a plan.
    private let freeShared: [Int]
    private let constantCost: Double
    private let scenarios: Int
    private let loop: ParallelLoop

    /// - Parameter point: where to begin, [scenario][reservoir][step] of cumulative releases; as before the first step if
    ///   not given.
    init(_ program: CascadeProgram, from point: [[[Double]]]? = nil, loop: @escaping ParallelLoop) {
        let structure = BlockStructure(program.scenarioRows)
        // limits that are moved let a plan go further
        let reach = program.relaxation != nil ? 10.0 : 1.0
        let ranges = program.ranges.map { reach * $0 }
        let tables = ProgramTables(
            program.scenarioRows, structure, ranges: ranges, peaks: program.peaks.compactMap { $0 }, in: &arena)
        var made: [ProgramBlock<V>] = []
        var used: [[Int]] = []
        var nodes: [Int] = []
        for (leaf, members) in InteriorPoint.lanes(of: program.tree) {
            var mask = V(repeating: 0)
            for lane in members.indices { mask[lane] = 1 }
            let block = ProgramBlock<V>(tables, mask: mask, in: &arena)
            for lane in 0..<V.width {
                let constants = program.constants(of: members[min(lane, members.count - 1)])
                for (row, constant) in constants.enumerated() { block.constants[row][lane] = constant }
            }
            made.append(block)
            used.append(members)
            nodes.append(leaf)
        }
        for (node, rows) in program.nodeRows.enumerated() where rows.count > 0 {
            let own = ProgramTables(rows, BlockStructure(rows), ranges: [], peaks: [], in: &arena)
            var mask = V(repeating: 0)
            mask[0] = 1
            let block = ProgramBlock<V>(own, mask: mask, in: &arena)
            for (row, constant) in program.nodeConstants(node).enumerated() {
                block.constants[row] = V(repeating: constant)
            }
            made.append(block)
            used.append([])
            nodes.append(node)
        }
        blocks = made
        lanes = used
        nodeOfBlock = nodes
        tree = program.tree
        let sizes = program.nodeRows.map(\.sharedCount)
        self.sizes = sizes
        own = program.tree.nodes.enumerated().map { sizes[$0] - ($1.parent.map { sizes[$0] } ?? 0) }
        sharedRanges = Array(ranges[program.scenarioRows.privateCount...])
        freeShared = program.tails.compactMap { $0.map { $0 - program.nodeRows[0].offset } }
        scenarios = program.problem.scenarios.count
        constantCost =
            program.scenarioRows.constantCost * Double(scenarios)
            + program.nodeRows.reduce(0) { $0 + $1.constantCost }
        self.loop = loop
        start(program, from: point)
    }

    /// Scenarios side by side, of one last node each.
    private static func lanes(of tree: StageTree) -> [(leaf: Int, members: [Int])] {
        tree.nodes.indices.flatMap { node -> [(leaf: Int, members: [Int])] in
            let members = tree.nodes[node].scenarios.filter { tree.leaves[$0] == node }
            return stride(from: 0, to: members.count, by: V.width).map {
                (node, Array(members[$0..<min($0 + V.width, members.count)]))
            }
        }
    }

    private func forEachBlock(_ body: @Sendable (ProgramBlock<V>) -> Void) {
        let blocks = blocks
        loop(blocks.count) { body(blocks[$0]) }
    }

    private func total(_ figure: KeyPath<BlockFigures, Double>) -> Double {
        blocks.reduce(0) { $0 + $1.figures.pointee[keyPath: figure] }
    }

    // MARK: - Start

    /// Variables; slacks and multipliers on the central path of a product that suits the cost.
    private func start(_ program: CascadeProgram, from point: [[[Double]]]?) {
        let scale = StartScale(program)
        for (place, block) in blocks.enumerated() {
            let members = lanes[place]
            let node = nodeOfBlock[place]
            for lane in 0..<V.width {
                let scenario = members.isEmpty ? tree.nodes[node].scenarios[0] : members[min(lane, members.count - 1)]
                let values = StartPoint(program, from: point?[scenario]).values
                let own = members.isEmpty ? values[program.nodeRows[node].offset...] : values[...]
                for (variable, value) in zip(0..., own) { block.x[variable][lane] = value }
            }
            guard !members.isEmpty else { continue }
            for (point, peak) in program.peaks.enumerated() {
                guard let peak else { continue }
                block.raise(peak, above: program.peakRows(of: point), by: 0.1 * scale.flow)
            }
        }
        startTails(program, scale)
        if program.relaxation != nil {
            let most = blocks.reduce(0) { max($0, $1.largestMove()) } + 0.1
            for block in blocks {
                block.x[block.program.privateCount + block.program.sharedCount - 1] = V(repeating: most)
            }
        }
        let least = scale.leastSlacks(of: program.scenarioRows)
        let leastOfNodes = program.nodeRows.map { scale.leastSlacks(of: $0) }
        for (place, block) in blocks.enumerated() {
            block.start(
                centre: scale.centre, leastSlack: lanes[place].isEmpty ? leastOfNodes[nodeOfBlock[place]] : least,
                atLeast: point == nil ? 1 : 1e-3)
        }
    }

    /// The peaks of a point with a tail begin alike, and its tail where all of them have the multiplier that their share asks
    /// for.
    private func startTails(_ program: CascadeProgram, _ scale: StartScale) {
        let share = min(program.problem.tailShare, 0.9)
        for (point, place) in program.problem.flowPoints.enumerated() {
            guard let tail = program.tails[point], let peak = program.peaks[point] else { continue }
            var most = -Double.infinity
            for (block, used) in zip(blocks, lanes) where !used.isEmpty { most = max(most, block.x[peak].largest) }
            let slope = place.tailWeight / program.problem.tailShare
            let level = most + scale.centre / slope * (1 / share - 1 / (1 - share))
            for (place, block) in blocks.enumerated() {
                if !lanes[place].isEmpty { block.x[peak] = V(repeating: most) }
                let first = lanes[place].isEmpty ? program.nodeRows[nodeOfBlock[place]].offset : 0
                block.x[tail - first] = V(repeating: level)
            }
        }
    }

    // MARK: - Iteration

    /// Iterates until the goal, a stall or the bound of iterations.
    func solve(_ goal: InteriorPointGoal, trace: ((String) -> Void)? = nil) -> InteriorPointResult {
        let pairs = blocks.reduce(0) { $0 + $1.pairs }
        var end = InteriorPointEnd.exhausted
        var bound = -Double.infinity
        var progress = Progress(patience: goal.patience)
        var iteration = 0
        while true {
            forEachBlock { $0.evaluate() }
            let cost = total(\.cost) + constantCost
            let here = total(\.bound) + constantCost - sharedResidual()
            let violation = blocks.reduce(0) { max($0, $1.figures.pointee.worst) }
            // every bound of a feasible point is a proof of its own, so that the best counts
            if here > bound, violation <= goal.violation { bound = here }
            let mu = total(\.products) / pairs
            let gap = (cost - bound) / max(cost.magnitude, goal.unit)
            trace?("\(iteration) cost \(cost) bound \(here) gap \(gap) violation \(violation) mu \(mu)")
            let isFeasible = violation <= goal.violation
            if isFeasible, gap <= goal.gap || cost < goal.enough { end = .converged }
            if progress.hasStalled(gap: cost - max(here, bound), violation: max(violation, goal.violation)) {
                end = .stalled
            }
            guard end == .exhausted, iteration < goal.iterations else {
                return result(end, iteration, cost, bound, violation)
            }
            guard step(mu: mu, pairs: pairs, trace: trace) else {
                return result(.stalled, iteration, cost, bound, violation)
            }
            iteration += 1
        }
    }

    /// Tells when neither gap nor violation have become smaller for long. The gap is not relative: a cost that falls from far
    /// above is progress.
    private struct Progress {
        let patience: Int
        private var gap = Double.infinity
        private var violation = Double.infinity
        private var since = 0

        init(patience: Int) { self.patience = patience }

        mutating func hasStalled(gap: Double, violation: Double) -> Bool {
            let isSmaller = gap < 0.9 * self.gap && gap > 0 || violation < 0.9 * self.violation
            since = isSmaller ? 0 : since + 1
            self.gap = min(self.gap, max(gap, 0))
            self.violation = min(self.violation, violation)
            return since > patience
        }
    }

    private func sharedResidual() -> Double {
        var sides = sides
        var sum = 0.0
        for (node, place) in zip(tree.nodes, 0...).reversed() {
            if let parent = node.parent {
                for variable in 0..<sizes[parent] { sides[parent][variable] += sides[place][own[place] + variable] }
            }
            let ranges = sharedRanges[(sharedRanges.count - sizes[place])...]
            for (slope, range) in zip(sides[place].prefix(own[place]), ranges) { sum += slope.magnitude * range }
        }
        let block = blocks[0]
        for variable in freeShared {
            let value = block.x[block.program.privateCount + block.program.sharedCount - sizes[0] + variable][0]
            sum += sides[0][variable].magnitude * value.magnitude
        }
        return sum
    }

    /// What the blocks of each node add to its right side.
    private var sides: [[Double]] {
        sums { block, sum in
            for variable in sum.indices { sum[variable] += block.sharedSide[variable] }
        } from: {
            sizes[$0]
        }
    }

    private func sums(
        _ add: (ProgramBlock<V>, inout [Double]) -> Void, from count: (Int) -> Int
    ) -> [[Double]] {
        var sums = tree.nodes.indices.map { [Double](repeating: 0, count: count($0)) }
        for (block, node) in zip(blocks, nodeOfBlock) { add(block, &sums[node]) }
        return sums
    }

    /// One iteration; false when no step is possible.
    private func step(mu: Double, pairs: Double, trace: ((String) -> Void)?) -> Bool {
        let regularisation = 1e-10
        forEachBlock { $0.factorise(regularisation: regularisation) }
        let matrices = sums { block, sum in
            for place in sum.indices { sum[place] += block.sharedMatrix[place] }
        } from: {
            BlockStructure.dense(sizes[$0], 0)
        }
        let system = StageSystem(matrices, own: own, tree: tree, regularisation: regularisation)
        direct(system, centre: 0, isCorrected: false)
        let (primal, dual) = lengths(share: 1)
        let predicted =
            (mu * pairs + primal * total(\.primalGain) + dual * total(\.dualGain)
                + primal * dual * total(\.jointGain)) / pairs
        let ratio = max(0, predicted / mu)
        let centring = min(1, ratio * ratio * ratio)
        forEachBlock { $0.keepProducts() }
        direct(system, centre: centring * mu, isCorrected: true)
        let (primalStep, dualStep) = lengths(share: 0.995)
        trace?("   centring \(centring) steps \(primalStep) \(dualStep)")
        let gains = total(\.primalGain) + total(\.dualGain) + total(\.jointGain)
        guard gains.isFinite, primalStep.isFinite, dualStep.isFinite, max(primalStep, dualStep) > 1e-10 else {
            return false
        }
        forEachBlock { $0.advance(primal: primalStep, dual: dualStep) }
        return true
    }

    private func direct(_ system: StageSystem, centre: Double, isCorrected: Bool) {
        forEachBlock { $0.makeSide(centre: centre, isCorrected: isCorrected) }
        let shared = system.solve(sides)
        let (blocks, nodes) = (blocks, nodeOfBlock)
        loop(blocks.count) {
            blocks[$0].complete(shared: shared[nodes[$0]], centre: centre, isCorrected: isCorrected)
        }
    }

    /// The longest steps that keep everything positive, at most 1, times a share.
    private func lengths(share: Double) -> (primal: Double, dual: Double) {
        let primal = blocks.reduce(0) { max($0, $1.figures.pointee.primalRatio) }
        let dual = blocks.reduce(0) { max($0, $1.figures.pointee.dualRatio) }
        return (min(1, share / primal), min(1, share / dual))
    }

    private func result(
        _ end: InteriorPointEnd, _ iterations: Int, _ cost: Double, _ bound: Double, _ violation: Double
    ) -> InteriorPointResult {
        let none = [[Double]](repeating: [], count: scenarios)
        var (variables, multipliers, slacks, hinges) = (none, none, none, none)
        let noNode = [[Double]](repeating: [], count: tree.nodes.count)
        var (nodeMultipliers, nodeSlacks) = (noNode, noNode)
        for (place, block) in blocks.enumerated() {
            let program = block.program
            if lanes[place].isEmpty {
                nodeMultipliers[nodeOfBlock[place]] = (0..<program.bounds).map { block.z[$0][0] }
                nodeSlacks[nodeOfBlock[place]] = (0..<program.bounds).map { block.s[$0][0] }
            }
            for (lane, scenario) in lanes[place].enumerated() {
                variables[scenario] = (0..<program.privateCount + program.sharedCount).map { block.x[$0][lane] }
                multipliers[scenario] = (0..<program.bounds).map { block.z[$0][lane] }
                slacks[scenario] = (0..<program.bounds).map { block.s[$0][lane] }
                hinges[scenario] = (0..<program.hinges).map { block.u[$0][lane] }
            }
        }
        return InteriorPointResult(
            end: end, iterations: iterations, cost: cost, bound: bound, violation: violation, variables: variables,
            multipliers: multipliers, slacks: slacks, hingeMultipliers: hinges, nodeMultipliers: nodeMultipliers,
            nodeSlacks: nodeSlacks)
    }
}
