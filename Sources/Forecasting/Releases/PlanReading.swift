extension CascadeProgram {
    /// The schedule that a point of the program stands for.
    ///
    /// - Parameter variables: of each scenario, private and shared ones.
    func schedule(from variables: [[Double]]) -> ReleaseSchedule {
        let cut = problem.sharedSteps
        let count = problem.reservoirs.count
        let empty = ReleaseSchedule.Flows(
            turbine: Array(repeating: [], count: count), spill: Array(repeating: [], count: count))
        var first = empty
        var scenarios: [ReleaseSchedule.Flows] = []
        for (scenario, values) in variables.enumerated() {
            var later = empty
            for (place, reservoir) in problem.reservoirs.enumerated() {
                var before = 0.0
                for step in 0..<problem.steps {
                    let total = values[self.variables[place][step]]
                    let release = max(0, total - before)
                    let turbine = min(release, reservoir.turbineMax)
                    before = total
                    if step < cut {
                        guard scenario == 0 else { continue }
                        first.turbine[place].append(turbine)
                        first.spill[place].append(release - turbine)
                    } else {
                        later.turbine[place].append(turbine)
                        later.spill[place].append(release - turbine)
                    }
                }
            }
            scenarios.append(later)
        }
        return ReleaseSchedule(first: first, scenarios: scenarios)
    }
}

extension CascadeProgram {
    /// Cumulative releases of a point: [scenario][reservoir][step].
    func cumulative(_ points: [[Double]]) -> [[[Double]]] {
        points.map { values in variables.map { places in places.map { values[$0] } } }
    }
}

extension CascadeProgram {
    /// What the limits of each reservoir cost, largest first within a reservoir; limits that hold nowhere are left out.
    func prices(of result: InteriorPointResult) -> [LimitPrice] {
        let empty = [[Double]](repeating: Array(repeating: 0, count: problem.steps), count: problem.reservoirs.count)
        var sums = Dictionary(uniqueKeysWithValues: PlanLimit.allCases.map { ($0, empty) })
        // the scaled cost is that of all scenarios together
        let share = 1 / Double(problem.scenarios.count)
        func add(_ rows: CascadeRows, _ multipliers: [Double]) {
            guard multipliers.count == rows.bounds else { return }
            for row in 0..<rows.count {
                let label = rows.labels[row]
                for bound in Int(rows.boundStarts[row])..<Int(rows.boundStarts[row + 1]) {
                    guard let name = rows.boundNames[bound] else { continue }
                    sums[name]?[label.reservoir][label.step] += share * multipliers[bound]
                }
            }
        }
        for multipliers in result.multipliers { add(scenarioRows, multipliers) }
        for (rows, multipliers) in zip(nodeRows, result.nodeMultipliers) { add(rows, multipliers) }
        let unit = max(1e-9 * result.cost.magnitude * share, 1e-12)
        return problem.reservoirs.indices.flatMap { reservoir in
            PlanLimit.allCases.compactMap { limit -> LimitPrice? in
                guard let series = sums[limit]?[reservoir] else { return nil }
                let total = series.reduce(0, +)
                guard total * limitScale(limit, reservoir) > 1e3 * unit else { return nil }
                let step = series.indices.max { series[$0] < series[$1] } ?? 0
                return LimitPrice(limit: limit, reservoir: reservoir, saving: total, step: step)
            }
        }
    }

    /// What counts as a unit of a limit when small prices are left out.
    private func limitScale(_ limit: PlanLimit, _ reservoir: Int) -> Double {
        let limits = problem.reservoirs[reservoir]
        switch limit {
        case .storageMin, .storageMax: return max(limits.storageMax - limits.storageMin, 1)
        case .releaseMin, .releaseMax, .rampMax: return max(limits.turbineMax, limits.rampMax, 1e-3)
        }
    }
}
