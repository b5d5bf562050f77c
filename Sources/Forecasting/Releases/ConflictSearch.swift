/// Finds few limits that cannot be kept together.
///
/// At the optimum of the relaxation the limits with a multiplier are a certificate: their weighted sum says that something
/// negative is at least zero (Farkas 1902). The scales of the relaxation make the optimum unique, and then the certificate
/// has no part that is one by itself. Several scales are tried, the shortest certificate wins, and each of its limits is tried
/// to be left out.
struct ConflictSearch {
    /// How often other scales are tried.
    static let tries = 6
    /// How many limits are tried to be left out at most.
    static let mostTests = 200
    /// A relaxation of less counts as none.
    static let leastMove = 1e-10

    /// Whether limits must be moved: by the bound, and by the point itself, whose cost no rounding of limits far out of the
    /// way reaches.
    static func isProven(_ result: InteriorPointResult) -> Bool {
        result.bound > leastMove && result.cost > 1e-6 && result.cost < 1e6
    }

    /// Which of the limits that a program keeps hold, where these must be moved although all others are out of the way; nil where
    /// that is not proven.
    static func certificate(_ result: InteriorPointResult, of program: CascadeProgram) -> Set<ConflictingLimit>? {
        let holding = Set(holding(result, program))
        // a limit out of the way that holds all the same takes part in what was found
        return isProven(result) && holding.isSubset(of: program.kept ?? []) ? holding : nil
    }

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
        var best: [ConflictingLimit] = []
        for seed in 0..<UInt64(ConflictSearch.tries) {
            let other = CascadeProgram(relaxing: part, seed: seed)
            let found = solve(other)
            iterations += found.iterations
            let limits = ConflictSearch.holding(found, other)
            if found.bound > 0, !limits.isEmpty, limits.count < best.count || best.isEmpty { best = limits }
        }
        guard !best.isEmpty else { return first }
        return filtered(best, of: part, iterations: &iterations).map { limit in
            let isRelease = limit.limit == .rampMax || limit.limit == .releaseMin
            return ConflictingLimit(
                limit: limit.limit, reservoir: limit.reservoir, step: limit.step,
                scenario: limit.scenario.flatMap {
                    isRelease ? problem.sharer(of: places[$0], step: limit.step) : places[$0]
                })
        }
    }

    /// Leaves out one limit after the other and keeps out those without which the conflict remains (Chinneck and Dravnieks
    /// 1991); needed where the certificate was not unique. Every set on the way but the first is proven.
    private func filtered(
        _ limits: [ConflictingLimit], of part: ReleaseProblem, iterations: inout Int
    ) -> [ConflictingLimit] {
        var program = CascadeProgram(relaxing: part)
        var (left, tests, spent) = (limits, 0, 0)
        var needed: Set<ConflictingLimit> = []
        /// Which of some limits hold where these alone are in conflict.
        func certificate(of some: [ConflictingLimit]) -> Set<ConflictingLimit>? {
            program.kept = Set(some)
            let result = solve(program)
            (tests, spent) = (tests + 1, spent + result.iterations)
            return ConflictSearch.certificate(result, of: program)
        }
        while let place = left.firstIndex(where: { !needed.contains($0) }), left.count > 1,
            tests < ConflictSearch.mostTests - 1
        {
            var fewer = left
            let tried = fewer.remove(at: place)
            guard let holding = certificate(of: fewer) else {
                needed.insert(tried)
                continue
            }
            // the certificate of the rest may need still less
            let shorter = fewer.filter { holding.contains($0) }
            let isLess = shorter.count < fewer.count && !shorter.isEmpty
            left = isLess && certificate(of: shorter) != nil ? shorter : fewer
        }
        iterations += spent
        return left
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
        return found.sorted { left, right in
            func key(_ limit: ConflictingLimit) -> (Int, Int, Int, String) {
                (limit.scenario ?? -1, limit.step, limit.reservoir, limit.limit.rawValue)
            }
            return key(left) < key(right)
        }
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

/// Whether some of a problem's limits can be kept together, the others left out.
struct ConflictProof {
    /// Whether a plan keeps them.
    let hasPlan: Bool

    init(_ problem: ReleaseProblem, keeping limits: Set<ConflictingLimit>) {
        var program = CascadeProgram(relaxing: problem)
        program.kept = limits
        let loop: ParallelLoop = { count, body in for index in 0..<count { body(index) } }
        let result =
            problem.scenarios.count <= 2
            ? InteriorPoint<OneLane>(program, loop: loop).solve(.relaxation)
            : InteriorPoint<FourLanes>(program, loop: loop).solve(.relaxation)
        hasPlan = ConflictSearch.certificate(result, of: program) == nil
    }
}
