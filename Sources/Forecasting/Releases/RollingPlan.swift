/// Planning in a closed loop: every few steps a new plan from where the water stands, of which the first steps are carried
/// out on a flood that no plan has seen.
///
/// What a plan knows is the past of the flood and a pool of other floods. Its scenarios are those of the pool whose inflow
/// resembles the flood's of the last steps most, moved to its present inflow with a difference that fades. Where no plan
/// keeps all limits, the rules are carried out until the next one.
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
    /// Steps of the past that are compared.
    private let memory: Int
    /// Share of a difference that is left after a step.
    private let fading: Double
    private let form: PlanForm

    /// Makes one for a problem without a fault, whose scenarios are the pool.
    ///
    /// - Parameters:
    ///   - problem: with its pool of scenarios.
    ///   - every: steps between two plans, >= 1.
    ///   - scenarios: of one plan, >= 1.
    ///   - memory: steps of the past that are compared, >= 1.
    ///   - fading: share of the difference between flood and scenario that is left after a step, 0..<1.
    ///   - form: of the cost.
    public init(
        _ problem: ReleaseProblem, every: Int, scenarios: Int, memory: Int = 48, fading: Double = 0.92,
        form: PlanForm = .quadratic
    ) {
        precondition(
            problem.firstFault == nil && every >= 1 && scenarios >= 1 && memory >= 1 && fading >= 0 && fading < 1,
            "a closed loop needs a problem without a fault and positive numbers")
        self.problem = problem
        self.every = every
        self.scenarios = min(scenarios, problem.scenarios.count)
        self.memory = memory
        self.fading = fading
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
    public func run(
        on flood: ReleaseProblem.Scenario,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) -> Run {
        var state = LoopState(problem, flood)
        var (plans, byRules) = (0, 0)
        while state.step < problem.steps {
            let part = part(at: state, flood)
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
        part.scenarios = resembling(flood, at: now).map { scenario in
            var future = forecast(problem.scenarios[scenario], flood, from: now)
            state.addWaterUnderWay(to: &future, steps: part.steps)
            return future
        }
        return part
    }

    /// The scenarios of the pool that resemble the past of the flood most, the nearest first; evenly spaced ones before
    /// anything is known.
    private func resembling(_ flood: ReleaseProblem.Scenario, at now: Int) -> [Int] {
        let count = problem.scenarios.count
        guard now > 0 else { return (0..<scenarios).map { $0 * count / scenarios } }
        let past = max(0, now - memory)..<now
        func distance(_ other: ReleaseProblem.Scenario) -> Double {
            zip(flood.series, other.series).reduce(0.0) { sum, pair in
                past.reduce(sum) { $0 + (pair.0[$1] - pair.1[$1]) * (pair.0[$1] - pair.1[$1]) }
            }
        }
        let ranked = problem.scenarios.enumerated().map { (distance($1), $0) }.sorted { $0 < $1 }
        return ranked.prefix(scenarios).map(\.1)
    }

    /// A scenario from a step on, moved to what the flood was at the step before.
    private func forecast(
        _ scenario: ReleaseProblem.Scenario, _ flood: ReleaseProblem.Scenario, from now: Int
    ) -> ReleaseProblem.Scenario {
        func moved(_ series: [Double], _ seen: [Double]) -> [Double] {
            guard now > 0 else { return series }
            var difference = seen[now - 1] - series[now - 1]
            return series[now...].map { value in
                difference *= fading
                return max(0, value + difference)
            }
        }
        return ReleaseProblem.Scenario(
            inflow: zip(scenario.inflow, flood.inflow).map { moved($0, $1) },
            controlInflow: moved(scenario.controlInflow, flood.controlInflow),
            townInflow: zip(scenario.townInflow, flood.townInflow).map { moved($0, $1) })
    }
}

extension ReleaseProblem.Scenario {
    /// All inflows, one after the other.
    fileprivate var series: [[Double]] { inflow + [controlInflow] + townInflow }
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
