/// A release problem as a structured convex program in cumulative releases.
///
/// The variable of reservoir i and step t is C[i, t], the sum of its releases up to t. Then storage, release, change of
/// release and flow at the control point each touch a few neighbouring variables only, and turbine and spill need no
/// variables of their own: a release r splits into both exactly if 0 <= r <= turbine limit + spill limit. One more
/// variable a scenario is the highest flow at the control point.
struct CascadeProgram {
    let problem: ReleaseProblem
    /// Who shares what; see ``StageTree``.
    let tree: StageTree
    /// Rows of one scenario.
    let scenarioRows: CascadeRows
    /// Rows of each node of the tree: of shared variables, whose constants are the same in all scenarios; counted once.
    let nodeRows: [CascadeRows]
    /// Variable of [reservoir][step].
    let variables: [[Int]]
    /// The variable of the peak of each flow point; nil where a peak costs nothing.
    let peaks: [Int?]
    /// The shared variable of each flow point above which peaks belong to the worst; nil where they count for nothing.
    let tails: [Int?]
    /// The shared variable of the relaxation, see ``CascadeProgram/init(relaxing:)``.
    let relaxation: Int?
    /// Largest change that a feasible plan can make to a variable.
    let ranges: [Double]

    /// The program of the problem's own cost, scaled by the number of scenarios so that its numbers do not depend on it.
    ///
    /// - Parameter widening: added to every limit, so that limits that meet leave a little room.
    init(_ problem: ReleaseProblem, form: PlanForm, widening: Double = 0) {
        self.init(problem, form: form, isRelaxed: false, widening: widening)
    }

    /// The program that asks how far all limits must be moved together until a plan exists.
    ///
    /// Every limit is moved by the same unknown times a scale of its own. The scales differ a little from row to row, so
    /// that the limits that hold in the optimum are few: at a unique optimum they are a smallest conflicting set in the
    /// sense that none can be left out (Gleeson and Ryan 1990). Another seed makes other scales.
    init(relaxing problem: ReleaseProblem, seed: UInt64 = 0) {
        self.init(problem, form: .linear, isRelaxed: true, seed: seed)
    }

    private init(_ problem: ReleaseProblem, form: PlanForm, isRelaxed: Bool, seed: UInt64 = 0, widening: Double = 0) {
        let tree = StageTree(problem)
        let order = VariableOrder(problem, tree: tree, isRelaxed: isRelaxed)
        var builder = ProgramBuilder(problem: problem, order: order, tree: tree, form: form, widening: widening)
        if isRelaxed { builder.relax(seed: seed) } else { builder.build() }
        self.problem = problem
        self.tree = tree
        scenarioRows = builder.scenario
        // what a node's scenarios share costs each of them
        nodeRows = tree.nodes.map {
            builder.levels[$0.level].times(isRelaxed ? 1 : Double($0.scenarios.count))
        }
        variables = order.variables
        peaks = order.peaks
        tails = order.tails
        relaxation = order.relaxation
        ranges = VariableRanges(problem).ranges(of: order)
    }

    /// The rows of the flow at a flow point less its peak.
    func peakRows(of point: Int) -> [Int] {
        scenarioRows.labels.indices.filter {
            scenarioRows.labels[$0].meaning == .peak && scenarioRows.labels[$0].reservoir == point
        }
    }

    /// The constants of the rows of a scenario.
    func constants(of scenario: Int) -> [Double] {
        let known = KnownWater(problem, scenario: scenario)
        return scenarioRows.labels.indices.map { row in
            known.constant(of: scenarioRows.labels[row], in: problem)
        }
    }

    /// The constants of the rows of a node.
    func nodeConstants(_ node: Int) -> [Double] {
        let rows = nodeRows[node]
        return rows.labels.indices.map { row in
            let label = rows.labels[row]
            let before = label.meaning == .ramp && label.step == 0
            return before ? -problem.reservoirs[label.reservoir].releaseBefore : 0
        }
    }

    /// The limit of the problem that a bound of a row stands for; releases of the shared steps belong to all scenarios,
    /// even where a single one is planned, those of a stage to the first of a group.
    func limit(of row: Int, bound: Int, in rows: CascadeRows, _ scenario: Int) -> ConflictingLimit? {
        guard let name = rows.boundNames[bound] else { return nil }
        let label = rows.labels[row]
        let isRelease = label.meaning == .ramp || label.meaning == .release
        return ConflictingLimit(
            limit: name, reservoir: label.reservoir, step: label.step,
            scenario: isRelease ? problem.sharer(of: scenario, step: label.step) : scenario)
    }
}

/// Which variable stands where in the elimination: latest water first, by the time at which it passes the control point.
///
/// Water that meets is then eliminated together, so that the factor stays a narrow band, and the shared first steps,
/// which come last, are touched by few.
struct VariableOrder {
    let variables: [[Int]]
    let peaks: [Int?]
    let tails: [Int?]
    let relaxation: Int?
    let privateCount: Int
    let sharedCount: Int

    init(_ problem: ReleaseProblem, tree: StageTree, isRelaxed: Bool) {
        let sharedSteps = tree.sharedSteps
        let travel = VariableOrder.travelSteps(problem)
        let count = problem.reservoirs.count
        var own: [(passes: Double, reservoir: Int, step: Int)] = []
        own.reserveCapacity(count * (problem.steps - sharedSteps))
        for reservoir in 0..<count {
            for step in sharedSteps..<problem.steps {
                own.append((Double(step) + travel[reservoir], reservoir, step))
            }
        }
        own.sort { ($1.passes, $0.reservoir, $1.step) < ($0.passes, $1.reservoir, $0.step) }
        var places = [[Int]](repeating: [Int](repeating: 0, count: problem.steps), count: count)
        for (place, entry) in own.enumerated() { places[entry.reservoir][entry.step] = place }
        var next = own.count
        func take(_ isNeeded: Bool) -> Int? {
            guard isNeeded, !isRelaxed else { return nil }
            next += 1
            return next - 1
        }
        // the worst of one scenario is that scenario
        let hasTails = problem.scenarios.count > 1
        peaks = problem.flowPoints.map { take($0.peakWeight + $0.tailWeight > 0) }
        privateCount = next
        for step in (0..<sharedSteps).reversed() {
            for reservoir in 0..<count {
                places[reservoir][step] = next
                next += 1
            }
        }
        tails = problem.flowPoints.map { take(hasTails && $0.tailWeight > 0) }
        relaxation = isRelaxed ? next : nil
        variables = places
        sharedCount = next - privateCount + (isRelaxed ? 1 : 0)
    }

    /// Mean steps from each reservoir to the end of its longest way.
    private static func travelSteps(_ problem: ReleaseProblem) -> [Double] {
        var travel = [Double](repeating: 0, count: problem.reservoirs.count)
        for reservoir in problem.downstreamFirst {
            for link in problem.links where link.from == reservoir {
                let weight = link.kernel.reduce(0) { $0 + $1.weight }
                guard weight > 0 else { continue }
                let mean = link.kernel.reduce(0) { $0 + $1.weight * Double($1.lag) } / weight
                let beyond: Double
                switch link.to {
                case .reservoir(let below): beyond = travel[below]
                case .controlPoint, .town: beyond = 0
                }
                travel[reservoir] = max(travel[reservoir], mean + beyond)
            }
        }
        return travel
    }
}

extension ReleaseProblem {
    /// Reservoirs in an order in which each comes after all below it; those in a cycle are left out.
    var downstreamFirst: [Int] {
        var open = [Int](repeating: 0, count: reservoirs.count)
        for link in links { if case .reservoir = link.to { open[link.from] += 1 } }
        var order = reservoirs.indices.filter { open[$0] == 0 }
        var place = 0
        while place < order.count {
            for link in links where link.to == .reservoir(order[place]) {
                open[link.from] -= 1
                if open[link.from] == 0 { order.append(link.from) }
            }
            place += 1
        }
        return order
    }
}

/// How far a feasible plan can move each variable: what the turbines and the spillway pass, and what the storages hold.
private struct VariableRanges {
    let cumulative: [[Double]]
    let peaks: [Double]

    init(_ problem: ReleaseProblem) {
        var ranges = [[Double]](repeating: [], count: problem.reservoirs.count)
        let largest = problem.reservoirs.map {
            $0.turbineMax + $0.largestSpill(atStorage: max($0.storageMax, $0.storageStart))
        }
        for reservoir in problem.downstreamFirst.reversed() {
            let limits = problem.reservoirs[reservoir]
            let held = max(0, limits.storageMax - limits.storageMin) / problem.storagePerFlowStep
            ranges[reservoir] = (0..<problem.steps).map { step in
                var range = held
                for link in problem.links where link.to == .reservoir(reservoir) {
                    for term in link.kernel where term.lag <= step {
                        range += term.weight * ranges[link.from][step - term.lag]
                    }
                }
                return min(Double(step + 1) * largest[reservoir], range)
            }
        }
        cumulative = ranges
        peaks = problem.flowPoints.enumerated().map { point, place in
            var flow = problem.scenarios.indices.reduce(0.0) {
                problem.inflow(toPoint: point, scenario: $1).reduce($0) { max($0, $1.magnitude) }
            }
            for link in problem.links where link.to == place.destination {
                flow += link.kernel.reduce(0) { $0 + $1.weight } * largest[link.from]
            }
            return 2 * flow
        }
    }

    func ranges(of order: VariableOrder) -> [Double] {
        var result = [Double](repeating: 0, count: order.privateCount + order.sharedCount)
        for (reservoir, places) in order.variables.enumerated() {
            for (step, place) in places.enumerated() { result[place] = cumulative[reservoir][step] }
        }
        for (point, range) in peaks.enumerated() {
            if let place = order.peaks[point] { result[place] = range }
            if let place = order.tails[point] { result[place] = range }
        }
        if let place = order.relaxation { result[place] = 1 }
        return result
    }
}

/// What is known of the water of one scenario before anything is decided.
private struct KnownWater {
    /// [reservoir][step]: storage if nothing were released from step 0 on.
    private var storage: [[Double]] = []
    /// [flow point][step]: flow if nothing were released from step 0 on.
    private var flows: [[Double]] = []

    init(_ problem: ReleaseProblem, scenario: Int) {
        let inflow = problem.scenarios[scenario]
        for (point, place) in problem.flowPoints.enumerated() {
            var flow = problem.inflow(toPoint: point, scenario: scenario)
            KnownWater.addBefore(to: &flow, at: place.destination, problem)
            flows.append(flow)
        }
        for (place, reservoir) in problem.reservoirs.enumerated() {
            var arriving = inflow.inflow[place]
            KnownWater.addBefore(to: &arriving, at: .reservoir(place), problem)
            var level = reservoir.storageStart
            storage.append(
                arriving.map {
                    level += problem.storagePerFlowStep * $0
                    return level
                })
        }
    }

    /// Adds what was released before step 0 and is still under way.
    private static func addBefore(
        to flow: inout [Double], at destination: ReleaseProblem.Destination, _ problem: ReleaseProblem
    ) {
        for link in problem.links where link.to == destination {
            let before = problem.reservoirs[link.from].releaseBefore
            for term in link.kernel {
                for step in 0..<min(term.lag, flow.count) { flow[step] += term.weight * before }
            }
        }
    }

    func constant(of label: CascadeRows.Label, in problem: ReleaseProblem) -> Double {
        switch label.meaning {
        case .storage: return storage[label.reservoir][label.step]
        case .release, .level, .tail: return 0
        case .ramp: return label.step == 0 ? -problem.reservoirs[label.reservoir].releaseBefore : 0
        case .peak, .flow: return flows[label.reservoir][label.step]
        case .room:
            let reservoir = problem.reservoirs[label.reservoir]
            let before = label.step == 0 ? reservoir.storageStart : storage[label.reservoir][label.step - 1]
            let piece = reservoir.spillBounds[label.piece]
            return -piece.constant - piece.perStorage * before
        }
    }
}
