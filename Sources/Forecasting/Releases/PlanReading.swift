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
