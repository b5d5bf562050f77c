/// Finds few limits that cannot be kept together.
///
/// At the optimum of the relaxation the limits with a multiplier are a certificate: their weighted sum says that something
/// negative is at least zero (Farkas 1902). The scales of the relaxation make the optimum unique, and then the certificate
/// has no part that is one by itself. Several scales are tried and the shortest certificate wins.
struct ConflictSearch {
    /// How often other scales are tried.
    static let tries = 6

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
        var best = holding(result, program)
        // only scenarios that take part need to be looked at again
        let involved = Set(best.compactMap(\.scenario)).sorted()
        let places = involved.isEmpty ? [0] : involved
        var part = problem
        part.scenarios = places.map { problem.scenarios[$0] }
        for seed in 1...UInt64(ConflictSearch.tries) {
            let other = CascadeProgram(relaxing: part, seed: seed)
            let found = solve(other)
            iterations += found.iterations
            guard found.bound > 0 else { continue }
            let limits = holding(found, other).map { limit in
                ConflictingLimit(
                    limit: limit.limit, reservoir: limit.reservoir, step: limit.step,
                    scenario: limit.scenario.map { places[$0] })
            }
            if !limits.isEmpty, limits.count < best.count || best.isEmpty { best = limits }
        }
        return best
    }

    /// The limits whose multiplier outweighs their slack, both in the scale of the relaxation.
    private func holding(_ result: InteriorPointResult, _ program: CascadeProgram) -> [ConflictingLimit] {
        var found: Set<ConflictingLimit> = []
        for scenario in result.multipliers.indices {
            add(program.scenarioRows, result.multipliers[scenario], result.slacks[scenario], scenario, program, &found)
        }
        add(program.sharedRows, result.sharedMultipliers, result.sharedSlacks, nil, program, &found)
        return found.sorted { left, right in
            func key(_ limit: ConflictingLimit) -> (Int, Int, Int, String) {
                (limit.scenario ?? -1, limit.step, limit.reservoir, limit.limit.rawValue)
            }
            return key(left) < key(right)
        }
    }

    private func add(
        _ rows: CascadeRows, _ multipliers: [Double], _ slacks: [Double], _ scenario: Int?, _ program: CascadeProgram,
        _ found: inout Set<ConflictingLimit>
    ) {
        guard !multipliers.isEmpty else { return }
        for row in 0..<rows.count {
            let move = rows.coefficients[Int(rows.starts[row + 1]) - 1].magnitude
            for bound in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                guard let limit = rows.boundNames[bound], multipliers[bound] * move > slacks[bound] / move else {
                    continue
                }
                let label = rows.labels[row]
                // a release of the shared steps belongs to all scenarios, even where a single one is planned
                let isShared =
                    label.step < problem.sharedSteps && (label.meaning == .ramp || label.meaning == .release)
                found.insert(
                    ConflictingLimit(
                        limit: limit, reservoir: label.reservoir, step: label.step, scenario: isShared ? nil : scenario))
            }
        }
    }
}
