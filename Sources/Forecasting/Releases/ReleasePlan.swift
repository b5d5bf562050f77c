/// A plan with the proof of how good it is.
public struct ReleasePlan: Hashable, Sendable {
    /// The releases.
    public let schedule: ReleaseSchedule
    /// What the schedule costs and violates, computed from its releases alone.
    public let review: ScheduleReview
    /// No plan costs less than this.
    public let bound: Double
    /// Iterations of the solver in all.
    public let iterations: Int
    /// What loosening a limit would save, for limits that hold somewhere.
    public let prices: [LimitPrice]
    /// What one more unit of inflow during one step would cost.
    public let inflowPrices: InflowPrices
    /// Cost of the schedule.
    public var objective: Double { review.objective }
    /// How much of the cost could be saved at most, relative to it.
    public var gap: Double { max(0, objective - bound) / max(objective.magnitude, ReleasePlan.leastUnit) }

    /// Costs smaller than this are compared absolutely.
    static let leastUnit = 1e-6
}

/// What inflow costs: how much more a plan would cost for each unit of flow that came in addition during one step in one
/// scenario, for the first units; negative where water is wanted. Summed over the scenarios it is the price in all of them.
///
/// Exact in one direction: with d units of flow more no plan costs less than the bound plus the price times d, and with d
/// units less none costs less than the bound less the price times d.
public struct InflowPrices: Hashable, Sendable {
    /// [scenario][reservoir][step]
    public let reservoirs: [[[Double]]]
    /// [scenario][control point, then towns][step]
    public let points: [[[Double]]]
}

/// What a limit of a reservoir costs: the multipliers of all its steps and scenarios together.
public struct LimitPrice: Hashable, Sendable {
    /// Which limit.
    public let limit: PlanLimit
    /// Place in ``ReleaseProblem/reservoirs``.
    public let reservoir: Int
    /// How much less the plan would cost for each unit by which the limit is loosened everywhere, for the first units;
    /// >= 0, and exact in one direction: no plan with the limit moved by d costs less than the plan's bound less this times d.
    public let saving: Double
    /// The step at which it counts most, from 0.
    public let step: Int

    /// Makes a price.
    public init(limit: PlanLimit, reservoir: Int, saving: Double, step: Int) {
        self.limit = limit
        self.reservoir = reservoir
        self.saving = saving
        self.step = step
    }
}

/// A limit that takes part in a conflict.
public struct ConflictingLimit: Hashable, Sendable {
    /// Which limit.
    public let limit: PlanLimit
    /// Place in ``ReleaseProblem/reservoirs``.
    public let reservoir: Int
    /// From 0.
    public let step: Int
    /// The scenario, from 0; nil for a limit on releases that all scenarios share.
    public let scenario: Int?

    /// Makes one.
    public init(limit: PlanLimit, reservoir: Int, step: Int, scenario: Int?) {
        self.limit = limit
        self.reservoir = reservoir
        self.step = step
        self.scenario = scenario
    }
}

/// What the planner answers.
public enum PlanOutcome: Hashable, Sendable {
    /// A plan whose cost is proven best to the gap.
    case solved(ReleasePlan)
    /// No plan keeps all limits; these cannot be kept together, and without any of them the others can.
    case infeasible([ConflictingLimit], iterations: Int)
    /// Neither a plan nor a proof was found within the bound of iterations.
    case undecided(iterations: Int)
}
