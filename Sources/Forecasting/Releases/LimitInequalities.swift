/// The limits of a problem as inequalities over the cumulative releases of all scenarios, to find few that cannot be kept
/// together.
struct LimitInequalities {
    /// Rows that cannot be kept together, and their limits in order.
    struct Conflict {
        let limits: [ConflictingLimit]
        /// The places of the rows, and what was found of them.
        fileprivate let taken: [Int]
        fileprivate let found: LeastDistance.Conflict
    }

    private let rows: [LeastDistance.Row]
    /// The limit that each row belongs to; a limit may have several, as a change has either way.
    private let limits: [ConflictingLimit]
    private let places: [ConflictingLimit: [Int]]
    private let variableCount: Int
    /// A row that a point exceeds by less, in the size of its bounds, is kept.
    private let tolerance: Double

    init(_ problem: ReleaseProblem) {
        let program = CascadeProgram(relaxing: problem)
        let numbers = VariableNumbers(program)
        var (rows, limits) = ([LeastDistance.Row](), [ConflictingLimit]())
        func add(_ some: CascadeRows, _ constants: [Double], _ scenario: Int) {
            for row in 0..<some.count {
                let entries = Int(some.starts[row])..<Int(some.starts[row + 1])
                for bound in Int(some.boundStarts[row])..<Int(some.boundStarts[row + 1]) {
                    guard let limit = program.limit(of: row, bound: bound, in: some, scenario) else { continue }
                    let sign = some.boundSigns[bound]
                    // the last variable of all is the relaxation
                    let terms = entries.dropLast().map { entry in
                        LeastDistance.Row.Term(
                            variable: numbers.number(Int(some.variables[entry]) + some.offset, scenario),
                            coefficient: sign * some.coefficients[entry])
                    }
                    rows.append(.init(terms: terms, bound: some.boundLimits[bound] - sign * constants[row]))
                    limits.append(limit)
                }
            }
        }
        for scenario in problem.scenarios.indices {
            add(program.scenarioRows, program.constants(of: scenario), scenario)
        }
        for (node, some) in program.nodeRows.enumerated() {
            add(some, program.nodeConstants(node), program.tree.nodes[node].scenarios[0])
        }
        self.rows = rows
        self.limits = limits
        places = Dictionary(grouping: limits.indices) { limits[$0] }
        variableCount = numbers.count
        tolerance = 1e-9 * rows.reduce(1.0) { max($0, $1.bound.magnitude) }
    }

    /// Whether some limits can be kept together; nil where that is not decided.
    func hasPlan(keeping some: Set<ConflictingLimit>) -> Bool? {
        let taken = some.flatMap { places[$0] ?? [] }.sorted()
        switch solved(taken) {
        case .point(let point): return keeps(point, taken) ? true : nil
        case .conflict: return false
        case .undecided: return nil
        }
    }

    /// A conflict of which no row can be left out; nil where none is found.
    ///
    /// - Parameter some: limits among which it is sought first.
    func conflict(beginningWith some: [ConflictingLimit]) -> Conflict? {
        var taken = Set(some.flatMap { places[$0] ?? [] })
        // as long as a point keeps what was taken, the rows that it breaks most are taken too
        while true {
            switch solved(taken.sorted()) {
            case .conflict(let found): return named(found, taken.sorted())
            case .undecided: return nil
            case .point(let point):
                let broken = rows.indices.filter { !taken.contains($0) && rows[$0].excess(at: point) > tolerance }
                guard !broken.isEmpty else { return nil }
                let worst = broken.map { (excess: rows[$0].excess(at: point), row: $0) }
                    .sorted { ($1.excess, $0.row) < ($0.excess, $1.row) }
                taken.formUnion(worst.prefix(20 + taken.count / 4).map(\.row))
            }
        }
    }

    /// Limits of a conflict of which none can be left out. A conflict without one row too many may have limits too many,
    /// because a limit stands for all its rows.
    func needed(of conflict: Conflict) -> [ConflictingLimit] {
        var left = conflict
        var needed: Set<ConflictingLimit> = []
        while left.limits.count > 1, let tried = left.limits.first(where: { !needed.contains($0) }) {
            let rest = left.limits.filter { $0 != tried }.flatMap { places[$0] ?? [] }.sorted()
            if !hasPoint(left, without: tried, keeping: rest), case .conflict(let found) = solved(rest, from: left) {
                left = named(found, rest)
            } else {
                needed.insert(tried)
            }
        }
        return left.limits
    }

    /// Whether the point that a conflict has without a limit keeps all rows of the others.
    private func hasPoint(_ conflict: Conflict, without tried: ConflictingLimit, keeping rest: [Int]) -> Bool {
        guard let row = conflict.found.weights.keys.filter({ limits[conflict.taken[$0]] == tried }).min(),
            let point = conflict.found.point(without: row)
        else { return false }
        return keeps(point, rest)
    }

    private func keeps(_ point: [Double], _ taken: [Int]) -> Bool {
        taken.allSatisfy { rows[$0].excess(at: point) <= tolerance }
    }

    /// The answer for rows at some places.
    ///
    /// - Parameter known: a conflict to begin with, most of whose rows are among them.
    private func solved(_ taken: [Int], from known: Conflict? = nil) -> LeastDistance.Answer {
        guard !taken.isEmpty else { return .point([Double](repeating: 0, count: variableCount)) }
        var weights: [Int: Double] = [:]
        if let known {
            let old = Dictionary(uniqueKeysWithValues: known.found.weights.map { (known.taken[$0.key], $0.value) })
            for (place, row) in taken.enumerated() { weights[place] = old[row] }
        }
        return LeastDistance(taken.map { rows[$0] }, variableCount: variableCount).answer(from: weights)
    }

    private func named(_ found: LeastDistance.Conflict, _ taken: [Int]) -> Conflict {
        Conflict(
            limits: ConflictSearch.ordered(Set(found.weights.keys.map { limits[taken[$0]] })), taken: taken,
            found: found)
    }
}

/// Numbers the variables of all scenarios: those of a scenario for it alone, shared ones once for each node of the tree.
private struct VariableNumbers {
    private let tree: StageTree
    private let privateCount: Int
    /// Of each node: shared variables with those of the nodes before it.
    private let sizes: [Int]
    /// The number of each node's first variable.
    private let firsts: [Int]
    let count: Int

    init(_ program: CascadeProgram) {
        tree = program.tree
        privateCount = program.scenarioRows.privateCount
        let sizes = program.nodeRows.map(\.sharedCount)
        self.sizes = sizes
        var next = program.problem.scenarios.count * program.scenarioRows.privateCount
        var firsts: [Int] = []
        for (node, size) in zip(program.tree.nodes, sizes) {
            firsts.append(next)
            next += size - (node.parent.map { sizes[$0] } ?? 0)
        }
        self.firsts = firsts
        count = next
        total = program.scenarioRows.privateCount + program.scenarioRows.sharedCount
    }

    private let total: Int

    /// The number of a variable of the program in a scenario.
    func number(_ variable: Int, _ scenario: Int) -> Int {
        guard variable >= privateCount else { return scenario * privateCount + variable }
        // counted from the end, where the variables of the root are
        let fromEnd = total - variable
        var node = tree.leaves[scenario]
        while let parent = tree.nodes[node].parent, fromEnd <= sizes[parent] { node = parent }
        return firsts[node] + sizes[node] - fromEnd
    }
}
