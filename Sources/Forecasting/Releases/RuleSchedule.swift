extension ReleaseProblem {
    /// What plain rules would release: the baseline that a plan is compared with, and what is done where there is no plan.
    ///
    /// Hour by hour, without foresight, upstream first. Above the flood storage the release rises from what comes to all that
    /// passes at the highest storage (induced surcharge); between target and flood storage what comes is passed on and the
    /// rest drawn down within ``drawDownSteps``; below the target the reservoir fills. Changes of release keep the ramp
    /// limit, releases what turbines and spillway pass; the storage limits are kept as far as these allow, and
    /// ``ScheduleReview`` says how far. Where scenarios share their releases the rules look at their mean, and release what
    /// all of them can.
    ///
    /// - Parameter drawDownSteps: steps in which water above the target is drawn down, > 0.
    public func ruleSchedule(drawDownSteps: Double = 24) -> ReleaseSchedule {
        precondition(drawDownSteps > 0, "drawing down takes time")
        var run = RuleRun(self, drawDownSteps: drawDownSteps)
        for step in 0..<steps { run.advance(step) }
        return run.schedule
    }
}

/// All scenarios side by side, step by step.
private struct RuleRun {
    private let problem: ReleaseProblem
    private let drawDownSteps: Double
    private let upstreamFirst: [Int]
    private let tree: StageTree
    /// [scenario][reservoir]
    private var storages: [[Double]]
    /// [scenario][reservoir][step]
    private var releases: [[[Double]]]

    init(_ problem: ReleaseProblem, drawDownSteps: Double) {
        self.problem = problem
        self.drawDownSteps = drawDownSteps
        upstreamFirst = problem.downstreamFirst.reversed()
        tree = StageTree(problem)
        storages = Array(repeating: problem.reservoirs.map(\.storageStart), count: problem.scenarios.count)
        releases = Array(
            repeating: Array(repeating: [], count: problem.reservoirs.count), count: problem.scenarios.count)
    }

    mutating func advance(_ step: Int) {
        let groups = tree.groups(sharing: step)
        for place in upstreamFirst {
            let coming = problem.scenarios.indices.map { arriving(at: place, step, scenario: $0) }
            for group in groups {
                let count = Double(group.count)
                let wanted = rule(
                    place, step, scenario: group[0],
                    storage: group.reduce(0) { $0 + storages[$1][place] } / count,
                    coming: group.reduce(0) { $0 + coming[$1] } / count)
                let room = group.reduce(Double.infinity) { min($0, capacity(place, storage: storages[$1][place])) }
                for scenario in group { release(min(wanted, room), place, scenario, coming[scenario]) }
            }
        }
    }

    private mutating func release(_ flow: Double, _ place: Int, _ scenario: Int, _ coming: Double) {
        releases[scenario][place].append(flow)
        storages[scenario][place] += problem.storagePerFlowStep * (coming - flow)
    }

    private func capacity(_ place: Int, storage: Double) -> Double {
        let reservoir = problem.reservoirs[place]
        return reservoir.turbineMax + reservoir.largestSpill(atStorage: max(0, storage))
    }

    /// Local inflow and what arrives from above; reservoirs above have released already.
    private func arriving(at place: Int, _ step: Int, scenario: Int) -> Double {
        var flow = problem.scenarios[scenario].inflow[place][step]
        for link in problem.links where link.to == .reservoir(place) {
            for term in link.kernel {
                let before = problem.reservoirs[link.from].releaseBefore
                flow += term.weight * (step < term.lag ? before : releases[scenario][link.from][step - term.lag])
            }
        }
        return flow
    }

    /// What the rules want within the ramp limit and what the storage has.
    private func rule(_ place: Int, _ step: Int, scenario: Int, storage: Double, coming: Double) -> Double {
        let reservoir = problem.reservoirs[place]
        let unit = problem.storagePerFlowStep
        var wanted: Double
        if storage > reservoir.storageFlood, reservoir.storageMax > reservoir.storageFlood {
            let share = min(1, (storage - reservoir.storageFlood) / (reservoir.storageMax - reservoir.storageFlood))
            wanted = coming + share * max(0, capacity(place, storage: storage) - coming)
        } else if storage >= reservoir.storageTarget {
            wanted = coming + (storage - reservoir.storageTarget) / (unit * drawDownSteps)
        } else {
            wanted = min(coming, reservoir.turbineMax)
        }
        // never above the highest nor below the lowest storage, where the ramp allows
        wanted = max(wanted, (storage - reservoir.storageMax) / unit + coming)
        wanted = min(wanted, (storage - reservoir.storageMin) / unit + coming)
        let before = step == 0 ? reservoir.releaseBefore : releases[scenario][place][step - 1]
        wanted = min(max(wanted, before - reservoir.rampMax), before + reservoir.rampMax)
        return max(reservoir.releaseMin, wanted)
    }

    var schedule: ReleaseSchedule {
        func flows(_ scenario: Int, _ steps: Range<Int>) -> ReleaseSchedule.Flows {
            let limits = problem.reservoirs.map(\.turbineMax)
            let turbine = zip(releases[scenario], limits).map { series, limit in series[steps].map { min($0, limit) } }
            let spill = zip(releases[scenario], limits).map { series, limit in series[steps].map { max(0, $0 - limit) }
            }
            return ReleaseSchedule.Flows(turbine: turbine, spill: spill)
        }
        return ReleaseSchedule(
            first: flows(0, 0..<problem.sharedSteps),
            scenarios: problem.scenarios.indices.map { flows($0, problem.sharedSteps..<problem.steps) })
    }
}
