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
    /// Multipliers and slacks of the bounds of the shared rows.
    let sharedMultipliers, sharedSlacks: [Double]
}

/// When an iteration may end.
struct InteriorPointGoal {
    /// Gap relative to the larger of the cost and ``unit``.
    var gap = 1e-8
    /// A gap that is good enough where no more can be had.
    var acceptableGap = 1e-6
    /// Largest violation of a row.
    var violation = 1e-8
    /// Cost below which a gap is no longer relative.
    var unit = 1e-3
    /// Bound of the iterations.
    var iterations = 120
    /// Ends when the cost of the relaxation is surely below or above zero.
    var stopsWhenDecided = false
}

/// The primal-dual interior-point method with Mehrotra's predictor and corrector (1992), for scenarios side by side.
///
/// Each iteration factorises the block of every scenario alone and joins them in the dense system of the shared variables.
struct InteriorPoint<V: Lanes>: ~Copyable {
    private var arena = Arena()
    private let blocks: [ProgramBlock<V>]
    private let lanesUsed: [Int]
    private let sharedCount: Int
    private let sharedRanges: [Double]
    private let constantCost: Double
    private let scenarios: Int
    private let loop: ParallelLoop

    init(_ program: CascadeProgram, loop: @escaping ParallelLoop) {
        let count = program.problem.scenarios.count
        let structure = BlockStructure(program.scenarioRows)
        let tables = ProgramTables(program.scenarioRows, structure, ranges: program.ranges, in: &arena)
        var made: [ProgramBlock<V>] = []
        var used: [Int] = []
        for first in stride(from: 0, to: count, by: V.width) {
            let lanes = min(V.width, count - first)
            var mask = V(repeating: 0)
            for lane in 0..<lanes { mask[lane] = 1 }
            let block = ProgramBlock<V>(tables, mask: mask, in: &arena)
            for lane in 0..<V.width {
                let constants = program.constants(of: first + min(lane, lanes - 1))
                for (row, constant) in constants.enumerated() { block.constants[row][lane] = constant }
            }
            made.append(block)
            used.append(lanes)
        }
        if program.sharedRows.count > 0 {
            let own = ProgramTables(
                program.sharedRows, BlockStructure(program.sharedRows), ranges: [], in: &arena)
            var mask = V(repeating: 0)
            mask[0] = 1
            let block = ProgramBlock<V>(own, mask: mask, in: &arena)
            for (row, constant) in program.sharedConstants().enumerated() {
                block.constants[row] = V(repeating: constant)
            }
            made.append(block)
            used.append(0)
        }
        blocks = made
        lanesUsed = used
        sharedCount = program.scenarioRows.sharedCount
        sharedRanges = Array(program.ranges[program.scenarioRows.privateCount...])
        constantCost = program.scenarioRows.constantCost * Double(count) + program.sharedRows.constantCost
        scenarios = count
        self.loop = loop
        start(program)
    }

    private func forEachBlock(_ body: @Sendable (ProgramBlock<V>) -> Void) {
        let blocks = blocks
        loop(blocks.count) { body(blocks[$0]) }
    }

    private func total(_ figure: KeyPath<BlockFigures, Double>) -> Double {
        blocks.reduce(0) { $0 + $1.figures.pointee[keyPath: figure] }
    }

    // MARK: - Start

    /// Releases as before the first step; slacks and multipliers on the central path of a product that suits the cost.
    private func start(_ program:  CascadeProgram) {
        var begin = [Double](repeating: 0, count: program.ranges.count)
        for (reservoir, places) in program.variables.enumerated() {
            let release = program.problem.reservoirs[reservoir].releaseBefore
            for (step, place) in places.enumerated() { begin[place] = release * Double(step + 1) }
        }
        let count = program.scenarioRows.privateCount
        let peakRows = program.scenarioRows.labels.indices.filter { program.scenarioRows.labels[$0].meaning == .peak }
        let rows = program.scenarioRows
        let scale = StartScale(program)
        let least = scale.leastSlacks(of: program.scenarioRows)
        let leastShared = scale.leastSlacks(of: program.sharedRows)
        let centre = scale.centre
        for (block, used) in zip(blocks, lanesUsed) {
            guard used > 0 else {
                for variable in 0..<sharedCount { block.x[variable] = V(repeating: begin[count + variable]) }
                leastShared.withUnsafeBufferPointer { block.start(centre: centre, leastSlack: $0.baseAddress!) }
                continue
            }
            for variable in begin.indices { block.x[variable] = V(repeating: begin[variable]) }
            if let peak = program.peak {
                for lane in 0..<V.width {
                    var highest = 0.0
                    for row in peakRows {
                        var flow = block.constants[row][lane]
                        for place in Int(rows.starts[row])..<Int(rows.starts[row + 1]) {
                            flow += rows.coefficients[place] * begin[Int(rows.variables[place])]
                        }
                        highest = max(highest, flow)
                    }
                    block.x[peak][lane] = highest + scale.flow * 0.1
                }
            }
            least.withUnsafeBufferPointer { pointer in
                if let base = pointer.baseAddress { block.start(centre: centre, leastSlack: base) }
            }
        }
    }

    // MARK: - Iteration

    /// Iterates until the goal, a stall or the bound of iterations.
    func solve(_ goal: InteriorPointGoal, trace: ((String) -> Void)? = nil) -> InteriorPointResult {
        let pairs = blocks.reduce(0) { $0 + $1.pairs }
        var end = InteriorPointEnd.exhausted
        var iteration = 0
        var (cost, bound, violation) = (0.0, 0.0, 0.0)
        while true {
            forEachBlock { $0.evaluate() }
            cost = total(\.cost) + constantCost
            let loose = sharedResidual()
            bound = total(\.bound) + constantCost - loose
            violation = blocks.reduce(0) { max($0, $1.figures.pointee.worst) }
            let mu = total(\.products) / pairs
            let gap = (cost - bound) / max(cost.magnitude, goal.unit)
            trace?("\(iteration) cost \(cost) bound \(bound) gap \(gap) violation \(violation) mu \(mu) loose \(loose + total(\.dualResidual))")
            if violation <= goal.violation, gap <= goal.gap {
                end = .converged
                break
            }
            if iteration >= goal.iterations || !cost.isFinite || !bound.isFinite { break }
            if !step(mu: mu, pairs: pairs, trace: trace) {
                end = .stalled
                break
            }
            iteration += 1
        }
        return result(end, iteration, cost, bound, violation)
    }

    private func sharedResidual() -> Double {
        var sum = 0.0
        for variable in 0..<sharedCount {
            let slope = blocks.reduce(0) { $0 + $1.sharedSide[variable] }
            sum += slope.magnitude * sharedRanges[variable]
        }
        return sum
    }

    /// One iteration; false when no step is possible.
    private func step(mu: Double, pairs: Double, trace: ((String) -> Void)?) -> Bool {
        let regularisation = 1e-10 
        forEachBlock { $0.factorise(regularisation: regularisation) }
        var matrix = [Double](repeating: 0, count: sharedCount * (sharedCount + 1) / 2)
        for block in blocks { for place in matrix.indices { matrix[place] += block.sharedMatrix[place] } }
        let system = SharedSystem(matrix, count: sharedCount, regularisation: regularisation)
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
        guard primalStep.isFinite, dualStep.isFinite, max(primalStep, dualStep) > 1e-10 else { return false }
        forEachBlock { $0.advance(primal: primalStep, dual: dualStep) }
        return true
    }

    private func direct(_ system: SharedSystem, centre: Double, isCorrected: Bool) {
        forEachBlock { $0.makeSide(centre: centre, isCorrected: isCorrected) }
        var side = [Double](repeating: 0, count: sharedCount)
        for block in blocks { for variable in side.indices { side[variable] += block.sharedSide[variable] } }
        let shared = system.solve(side)
        forEachBlock { $0.complete(shared: shared, centre: centre, isCorrected: isCorrected) }
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
        var variables: [[Double]] = []
        var multipliers: [[Double]] = []
        var slacks: [[Double]] = []
        var shared: (multipliers: [Double], slacks: [Double]) = ([], [])
        for (block, used) in zip(blocks, lanesUsed) {
            let program = block.program
            if used == 0 {
                shared = ((0..<program.bounds).map { block.z[$0][0] }, (0..<program.bounds).map { block.s[$0][0] })
            }
            for lane in 0..<used {
                variables.append((0..<program.privateCount + program.sharedCount).map { block.x[$0][lane] })
                multipliers.append((0..<program.bounds).map { block.z[$0][lane] })
                slacks.append((0..<program.bounds).map { block.s[$0][lane] })
            }
        }
        return InteriorPointResult(
            end: end, iterations: iterations, cost: cost, bound: bound, violation: violation, variables: variables,
            multipliers: multipliers, slacks: slacks, sharedMultipliers: shared.multipliers,
            sharedSlacks: shared.slacks)
    }
}

/// Natural sizes of the quantities of a problem, for a start that is neither too near to a limit nor far from all.
struct StartScale {
    /// Flow at the control point.
    let flow: Double
    /// Product of slack and multiplier.
    let centre: Double
    private let problem: ReleaseProblem

    init(_ program: CascadeProgram) {
        problem = program.problem
        var highest = problem.scenarios.reduce(0.0) { $1.controlInflow.reduce($0) { max($0, $1.magnitude) } }
        for reservoir in problem.reservoirs { highest += reservoir.turbineMax + reservoir.rampMax }
        flow = max(highest, 1e-3)
        let steps = Double(problem.steps)
        let weights = problem.weights
        let storage = problem.reservoirs.reduce(0.0) { max($0, $1.storageMax - $1.storageMin) }
        centre =
            program.relaxation != nil
            ? 1 / steps
            : max(weights.peak * flow / steps, weights.endStorage * storage / steps, 1e-3 * weights.floodStorage * storage,
                weights.ramp * flow / steps, 1e-9)
    }

    func leastSlacks(of rows: CascadeRows) -> [Double] {
        var result: [Double] = []
        for row in 0..<rows.count {
            let label = rows.labels[row]
            for _ in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                let reservoir = problem.reservoirs[label.reservoir]
                let floor: Double
                switch label.meaning {
                case .storage: floor = 0.1 * (reservoir.storageMax - reservoir.storageMin)
                case .release, .room: floor = 0.1 * max(reservoir.turbineMax, reservoir.rampMax)
                case .ramp: floor = 0.5 * reservoir.rampMax
                case .peak: floor = 0.1 * flow
                case .level: floor = 1
                }
                result.append(max(floor, 1e-4 * flow))
            }
        }
        return result
    }
}
