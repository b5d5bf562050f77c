/// Finds few limits that cannot be kept together.
///
/// At the optimum of the relaxation the limits with a multiplier are a certificate: their weighted sum says that something
/// negative is at least zero (Farkas 1902). The scales of the relaxation make the optimum unique, so that it says near where to
/// look; several scales are tried. Among those limits ``LimitInequalities`` finds a set of which none can be left out (Gleeson
/// and Ryan 1990), and the shortest set wins.
struct ConflictSearch {
    /// How often other scales are tried.
    static let tries = 6
    /// A relaxation of less counts as none.
    static let leastMove = 1e-10

    private let problem: ReleaseProblem
    private let solve: (CascadeProgram) -> InteriorPointResult

    init(_ problem: ReleaseProblem, solve: @escaping (CascadeProgram) -> InteriorPointResult) {
        self.problem = problem
        self.solve = solve
    }

    /// The limits, in the order of scenario, step and reservoir.
    func conflict(
        from result: InteriorPointResult, of program: CascadeProgram, iterations: inout Int
    ) -> [ConflictingLimit] {
        // only scenarios that take part need to be looked at again
        let first = ConflictSearch.holding(result, program)
        let involved = Set(first.compactMap(\.scenario)).sorted()
        let places = involved.isEmpty ? [0] : involved
        let part = problem.restricted(to: places)
        let inequalities = LimitInequalities(part)
        var best: LimitInequalities.Conflict?
        for seed in 0..<UInt64(ConflictSearch.tries) {
            let other = CascadeProgram(relaxing: part, seed: seed)
            let found = solve(other)
            iterations += found.iterations
            let conflict = inequalities.conflict(beginningWith: ConflictSearch.holding(found, other))
            if let conflict, conflict.limits.count < best?.limits.count ?? .max { best = conflict }
        }
        guard let best else {
            let whole = LimitInequalities(problem)
            return whole.conflict(beginningWith: first).map(whole.needed(of:)) ?? first
        }
        return inequalities.needed(of: best).map { limit in
            let isRelease = limit.limit == .rampMax || limit.limit == .releaseMin
            return ConflictingLimit(
                limit: limit.limit, reservoir: limit.reservoir, step: limit.step,
                scenario: limit.scenario.flatMap {
                    isRelease ? problem.sharer(of: places[$0], step: limit.step) : places[$0]
                })
        }
    }

    /// Limits in the order of scenario, step and reservoir.
    static func ordered(_ limits: Set<ConflictingLimit>) -> [ConflictingLimit] {
        limits.sorted { left, right in
            func key(_ limit: ConflictingLimit) -> (Int, Int, Int, String) {
                (limit.scenario ?? -1, limit.step, limit.reservoir, limit.limit.rawValue)
            }
            return key(left) < key(right)
        }
    }

    /// The limits whose multiplier outweighs their slack, both in the scale of the relaxation.
    private static func holding(
        _ result: InteriorPointResult, _ program: CascadeProgram
    ) -> [ConflictingLimit] {
        var found: Set<ConflictingLimit> = []
        for scenario in result.multipliers.indices {
            add(program.scenarioRows, result.multipliers[scenario], result.slacks[scenario], scenario, program, &found)
        }
        for (node, rows) in program.nodeRows.enumerated() {
            add(
                rows, result.nodeMultipliers[node], result.nodeSlacks[node], program.tree.nodes[node].scenarios[0],
                program, &found)
        }
        return ordered(found)
    }

    private static func add(
        _ rows: CascadeRows, _ multipliers: [Double], _ slacks: [Double], _ scenario: Int, _ program: CascadeProgram,
        _ found: inout Set<ConflictingLimit>
    ) {
        guard !multipliers.isEmpty else { return }
        for row in 0..<rows.count {
            let move = rows.coefficients[Int(rows.starts[row + 1]) - 1].magnitude
            for bound in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                guard multipliers[bound] * move > slacks[bound] / move,
                    let limit = program.limit(of: row, bound: bound, in: rows, scenario)
                else { continue }
                found.insert(limit)
            }
        }
    }
}
