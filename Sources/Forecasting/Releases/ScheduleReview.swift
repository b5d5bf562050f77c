/// What a schedule does, computed from the water balance alone: its cost and what it violates.
///
/// It shares nothing with the solver, so that either can be held against the other.
public struct ScheduleReview: Hashable, Sendable {
    /// A limit at a place and time.
    public struct Violation: Hashable, Sendable {
        /// In the words of the problem's file.
        public let limit: String
        /// Place in ``ReleaseProblem/reservoirs``.
        public let reservoir: Int
        /// From 0.
        public let step: Int
        /// From 0.
        public let scenario: Int
        /// By how much, in the unit of the limit, >= 0.
        public let amount: Double
    }

    /// Cost by ``PlanForm``.
    public private(set) var objective = 0.0
    /// Highest flow at the control point of each scenario.
    public private(set) var peaks: [Double] = []
    /// The same of every town: [town][scenario].
    public private(set) var townPeaks: [[Double]]
    /// The largest violation; nil where there is none.
    public private(set) var worst: Violation?
    /// Storage at the end of every step: [scenario][reservoir][step].
    public private(set) var storages: [[[Double]]] = []

    /// The largest violation, 0 where there is none.
    public var largestViolation: Double { worst?.amount ?? 0 }
    /// Mean of ``peaks``.
    public var meanPeak: Double { peaks.reduce(0, +) / Double(max(peaks.count, 1)) }

    /// Reviews a schedule that fits the problem.
    public init(_ schedule: ReleaseSchedule, of problem: ReleaseProblem, form: PlanForm) {
        precondition(schedule.fits(problem), "the schedule has other reservoirs, scenarios or steps than the problem")
        let points = problem.flowPoints
        townPeaks = Array(repeating: [], count: problem.towns.count)
        for scenario in problem.scenarios.indices {
            let flows = problem.reservoirs.indices.map { schedule.wholeFlows($0, scenario: scenario) }
            let releases = flows.map { zip($0.turbine, $0.spill).map { $0 + $1 } }
            let arrivals = CascadeFlow(problem, releases: releases)
            for point in points.indices {
                addFlows(arrivals.flows(atPoint: point, problem, scenario), points[point], point, problem)
            }
            storages.append([])
            for (place, flow) in flows.enumerated() {
                let inflow = zip(problem.scenarios[scenario].inflow[place], arrivals.atReservoirs[place]).map {
                    $0 + $1
                }
                let run = ReservoirRun(turbine: flow.turbine, spill: flow.spill, inflow: inflow, place, scenario)
                review(run, problem, form)
            }
        }
        noteParted(schedule, problem)
        for (peaks, point) in zip([peaks] + townPeaks, points) where point.tailWeight > 0 {
            objective += point.tailWeight * ReleaseProblem.tailMean(peaks, share: problem.tailShare)
        }
    }

    /// What the flows of a scenario at a point cost.
    private mutating func addFlows(_ flows: [Double], _ place: FlowPoint, _ point: Int, _ problem: ReleaseProblem) {
        let peak = flows.max() ?? 0
        if point == 0 { peaks.append(peak) } else { townPeaks[point - 1].append(peak) }
        var cost = place.peakWeight * peak
        for threshold in place.thresholds {
            for flow in flows { cost += threshold.weight * max(0, flow - threshold.flow) }
        }
        objective += cost / Double(problem.scenarios.count)
    }

    private struct ReservoirRun {
        let turbine, spill, inflow: [Double]
        let place, scenario: Int

        init(turbine: [Double], spill: [Double], inflow: [Double], _ place: Int, _ scenario: Int) {
            self.turbine = turbine
            self.spill = spill
            self.inflow = inflow
            self.place = place
            self.scenario = scenario
        }
    }

    private mutating func review(_ run: ReservoirRun, _ problem: ReleaseProblem, _ form: PlanForm) {
        let limits = problem.reservoirs[run.place]
        let weights = problem.weights
        let count = Double(problem.scenarios.count)
        var storage = limits.storageStart
        var before = limits.releaseBefore
        var cost = 0.0
        var series: [Double] = []
        for step in 0..<problem.steps {
            let (turbine, spill) = (run.turbine[step], run.spill[step])
            let change = turbine + spill - before
            note("turbine_min", -turbine, run, step)
            note("turbine_max", turbine - limits.turbineMax, run, step)
            note("spill_min", -spill, run, step)
            for piece in limits.spillBounds {
                note("spill_max", spill - piece.constant - piece.perStorage * storage, run, step)
            }
            if let held = limits.tightening.releaseMax.dropFirst(step).first {
                let most = limits.spillBounds.reduce(Double.infinity) { min($0, $1.constant + $1.perStorage * storage) }
                note("release_max", turbine + spill - (limits.turbineMax + most - held), run, step)
            }
            note("release_min", limits.releaseMin - turbine - spill, run, step)
            note("ramp_max", change.magnitude - limits.changeMax(step), run, step)
            storage += problem.storagePerFlowStep * (run.inflow[step] - turbine - spill)
            let (lowest, highest) = limits.storageRange(step)
            note("storage_min", lowest - storage, run, step)
            note("storage_max", storage - highest, run, step)
            let ramp = weights.ramp * (form == .quadratic ? change * change : change.magnitude)
            // what is shared is the same in every scenario, so that its mean counts it once
            cost += ramp + weights.floodStorage * max(0, storage - limits.storageFlood)
            cost += weights.safety * max(0, storage - (limits.storageSafe ?? storage))
            series.append(storage)
            before = turbine + spill
        }
        cost += weights.endStorage * (storage - limits.storageTarget).magnitude
        objective += cost / count
        storages[run.scenario].append(series)
    }

    /// Releases of the steps of a stage that differ inside a group.
    private mutating func noteParted(_ schedule: ReleaseSchedule, _ problem: ReleaseProblem) {
        guard let last = problem.stages.last else { return }
        for scenario in problem.scenarios.indices {
            for step in problem.sharedSteps..<last.until {
                guard let other = problem.sharer(of: scenario, step: step), other != scenario else { continue }
                let (own, theirs) = (schedule.scenarios[scenario], schedule.scenarios[other])
                for place in problem.reservoirs.indices {
                    let later = step - problem.sharedSteps
                    let turbine = own.turbine[place][later] - theirs.turbine[place][later]
                    let spill = own.spill[place][later] - theirs.spill[place][later]
                    note("stage", max(turbine.magnitude, spill.magnitude), place, scenario, step)
                }
            }
        }
    }

    private mutating func note(_ limit: String, _ amount: Double, _ run: ReservoirRun, _ step: Int) {
        note(limit, amount, run.place, run.scenario, step)
    }

    private mutating func note(_ limit: String, _ amount: Double, _ place: Int, _ scenario: Int, _ step: Int) {
        guard amount > largestViolation || !amount.isFinite else { return }
        worst = Violation(
            limit: limit, reservoir: place, step: step, scenario: scenario,
            amount: amount.isFinite ? amount : .greatestFiniteMagnitude)
    }
}

/// Where releases arrive and when.
struct CascadeFlow {
    /// [reservoir][step]
    private(set) var atReservoirs: [[Double]]
    /// [flow point][step]: what comes from reservoirs
    private(set) var atPoints: [[Double]]

    /// - Parameter releases: [reservoir][step]; before step 0 each reservoir released what the problem says.
    init(_ problem: ReleaseProblem, releases: [[Double]]) {
        atReservoirs = Array(repeating: Array(repeating: 0, count: problem.steps), count: problem.reservoirs.count)
        atPoints = Array(repeating: Array(repeating: 0, count: problem.steps), count: 1 + problem.towns.count)
        for link in problem.links {
            let before = problem.reservoirs[link.from].releaseBefore
            let release = releases[link.from]
            for term in link.kernel {
                for step in 0..<problem.steps {
                    let flow = term.weight * (step < term.lag ? before : release[step - term.lag])
                    switch link.to {
                    case .reservoir(let place): atReservoirs[place][step] += flow
                    case .controlPoint: atPoints[0][step] += flow
                    case .town(let place): atPoints[1 + place][step] += flow
                    }
                }
            }
        }
    }

    /// All the flow at a point in a scenario.
    func flows(atPoint point: Int, _ problem: ReleaseProblem, _ scenario: Int) -> [Double] {
        zip(atPoints[point], problem.inflow(toPoint: point, scenario: scenario)).map { $0 + $1 }
    }
}
