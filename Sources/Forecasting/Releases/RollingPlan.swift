/// Planning in a closed loop: every few steps a new plan from where the water stands, of which the first steps are carried
/// out on a flood that no plan has seen.
///
/// What a plan knows is the past of the flood and a pool of other floods; its scenarios are what ``ConditionedFloods`` makes of
/// both. Where no plan keeps all limits, the rules are carried out until the next one.
public struct RollingPlan: Sendable {
    /// What came of it.
    public struct Run: Hashable, Sendable {
        /// The releases that were carried out, as a schedule of the flood alone.
        public let schedule: ReleaseSchedule
        /// What they did.
        public let review: ScheduleReview
        /// Plans made.
        public let plans: Int
        /// Times that the rules had to be carried out.
        public let byRules: Int
    }

    private let problem: ReleaseProblem
    private let every: Int
    private let scenarios: Int
    private let likeness: Int
    private let observationError: Double
    private let form: PlanForm

    /// Makes one for a problem without a fault, whose scenarios are the pool.
    ///
    /// - Parameters:
    ///   - problem: with its pool of scenarios.
    ///   - every: steps between two plans, >= 1.
    ///   - scenarios: of one plan, >= 1.
    ///   - likeness: how many floods of the pool count as much as like the flood, >= 1.
    ///   - observationError: relative standard error of what is known of the flood's past, >= 0.
    ///   - form: of the cost.
    public init(
        _ problem: ReleaseProblem, every: Int, scenarios: Int, likeness: Int = 10, observationError: Double = 0,
        form: PlanForm = .quadratic
    ) {
        precondition(
            problem.firstFault == nil && every >= 1 && scenarios >= 1 && likeness >= 1 && observationError >= 0,
            "a closed loop needs a problem without a fault and positive numbers")
        self.problem = problem
        self.every = every
        self.scenarios = min(scenarios, problem.scenarios.count)
        self.likeness = likeness
        self.observationError = observationError
        self.form = form
    }

    /// The problem of the flood alone.
    public func alone(_ flood: ReleaseProblem.Scenario) -> ReleaseProblem {
        var alone = problem
        alone.scenarios = [flood]
        alone.sharedSteps = 0
        alone.stages = []
        return alone
    }

    /// Carries plans out on a flood that has the steps, reservoirs and towns of the problem.
    ///
    /// - Parameter observed: the flood as it is seen, with errors; as it is where not given.
    public func run(
        on flood: ReleaseProblem.Scenario, observed: ReleaseProblem.Scenario? = nil,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) -> Run {
        var state = LoopState(problem, flood)
        var (plans, byRules) = (0, 0)
        while state.step < problem.steps {
            let part = part(at: state, observed ?? flood)
            let outcome = ReleasePlanner(part, form: form, loop: loop).plan()
            plans += 1
            let schedule: ReleaseSchedule
            if case .solved(let plan) = outcome {
                schedule = plan.schedule
            } else {
                schedule = part.ruleSchedule()
                byRules += 1
            }
            for step in 0..<min(every, part.steps) {
                // steps that are not shared are those of the scenario that resembles the flood most
                state.advance(
                    problem.reservoirs.indices.map {
                        let flows = schedule.wholeFlows($0, scenario: 0)
                        return flows.turbine[step] + flows.spill[step]
                    })
            }
        }
        let empty = ReleaseSchedule.Flows(
            turbine: problem.reservoirs.map { _ in [] }, spill: problem.reservoirs.map { _ in [] })
        let limits = problem.reservoirs.map(\.turbineMax)
        let flows = ReleaseSchedule.Flows(
            turbine: zip(state.releases, limits).map { series, limit in series.map { min($0, limit) } },
            spill: zip(state.releases, limits).map { series, limit in series.map { max(0, $0 - limit) } })
        let schedule = ReleaseSchedule(first: empty, scenarios: [flows])
        return Run(
            schedule: schedule, review: ScheduleReview(schedule, of: alone(flood), form: form), plans: plans,
            byRules: byRules)
    }

    // MARK: - The problem of one plan

    private func part(at state: LoopState, _ flood: ReleaseProblem.Scenario) -> ReleaseProblem {
        var part = problem
        let now = state.step
        part.steps = problem.steps - now
        part.sharedSteps = min(problem.sharedSteps, part.steps)
        // which futures look alike is not known of those chosen here
        part.stages = []
        for place in part.reservoirs.indices {
            part.reservoirs[place].storageStart = max(0, state.storages[place])
            part.reservoirs[place].releaseBefore = state.lastRelease(place)
            let moved = problem.reservoirs[place].tightening
            part.reservoirs[place].tightening.storageMin = Array(moved.storageMin.dropFirst(now))
            part.reservoirs[place].tightening.storageMax = Array(moved.storageMax.dropFirst(now))
            part.reservoirs[place].tightening.releaseMax = Array(moved.releaseMax.dropFirst(now))
            part.reservoirs[place].tightening.rampMax = Array(moved.rampMax.dropFirst(now))
        }
        part.scenarios = futures(of: flood, from: now).map { scenario in
            var future = scenario
            state.addWaterUnderWay(to: &future, steps: part.steps)
            return future
        }
        return part
    }

    /// Evenly spaced ones of the pool before anything is known, then those that resemble the flood, moved to its past.
    private func futures(of flood: ReleaseProblem.Scenario, from now: Int) -> [ReleaseProblem.Scenario] {
        let pool = problem.scenarios
        guard now > 0 else { return (0..<scenarios).map { pool[$0 * pool.count / scenarios] } }
        return ConditionedFloods(
            pool, resembling: flood, at: now, observationError: observationError, likeness: likeness
        ).futures(scenarios)
    }
}

/// Where the water stands while plans are carried out.
private struct LoopState {
    private let problem: ReleaseProblem
    private let flood: ReleaseProblem.Scenario
    private let upstreamFirst: [Int]
    private(set) var step = 0
    private(set) var storages: [Double]
    /// [reservoir][step]
    private(set) var releases: [[Double]]

    init(_ problem: ReleaseProblem, _ flood: ReleaseProblem.Scenario) {
        self.problem = problem
        self.flood = flood
        upstreamFirst = problem.downstreamFirst.reversed()
        storages = problem.reservoirs.map(\.storageStart)
        releases = problem.reservoirs.map { _ in [] }
    }

    func lastRelease(_ place: Int) -> Double { releases[place].last ?? problem.reservoirs[place].releaseBefore }

    /// Carries one step out: no more than passes, no more than is there.
    mutating func advance(_ wanted: [Double]) {
        for place in upstreamFirst {
            let limits = problem.reservoirs[place]
            var inflow = flood.inflow[place][step]
            for link in problem.links where link.to == .reservoir(place) {
                for term in link.kernel { inflow += term.weight * release(link.from, step - term.lag) }
            }
            let passes = limits.turbineMax + limits.largestSpill(atStorage: storages[place])
            let there = (storages[place] - limits.storageMin) / problem.storagePerFlowStep + inflow
            let flow = max(0, min(wanted[place], passes, there))
            releases[place].append(flow)
            storages[place] += problem.storagePerFlowStep * (inflow - flow)
        }
        step += 1
    }

    private func release(_ place: Int, _ step: Int) -> Double {
        step < 0 ? problem.reservoirs[place].releaseBefore : releases[place][step]
    }

    /// Adds to an inflow what differs between the water that is under way and a last release that had always been so.
    func addWaterUnderWay(to scenario: inout ReleaseProblem.Scenario, steps: Int) {
        for link in problem.links {
            for term in link.kernel {
                for later in 0..<min(term.lag, steps) {
                    let flow = term.weight * (release(link.from, step + later - term.lag) - lastRelease(link.from))
                    switch link.to {
                    case .reservoir(let place): scenario.inflow[place][later] += flow
                    case .controlPoint: scenario.controlInflow[later] += flow
                    case .town(let place): scenario.townInflow[place][later] += flow
                    }
                }
            }
        }
    }
}
