public import River

/// Orders for a cascade with what they do, beside what its rules would do.
public struct CascadePlan: Sendable {
    /// Why the rules are shown in place of a plan.
    public enum Reason: Hashable, Sendable {
        /// These limits cannot be kept together.
        case conflict([ConflictingLimit])
        /// The same, with limits moved in because the exact model missed them.
        case conflictAfterReplay([ConflictingLimit])
        /// Neither a plan nor a conflict was proven within the bound of iterations.
        case undecided(iterations: Int)
        /// After the last round the exact model still misses a level.
        case missed(ReplayViolation)
        /// The rules keep all levels and cost less than the best plan that was found.
        case rulesCostLess
    }

    /// One round of planning and replay.
    public struct Round: Hashable, Sendable {
        /// Iterations of the solver.
        public let iterations: Int
        /// Cost of the plan before its replay; nil where none was found.
        public let objective: Double?
        /// What the replay missed.
        public let missed: [ReplayViolation]
    }

    /// The plan behind the orders; nil where the rules are shown.
    public let plan: ReleasePlan?
    /// [member][plant][step]; the shared steps are alike in all members, but for the rules.
    public let orders: [[[DamOrder]]]
    /// What the orders do.
    public let replay: CascadeReplay
    /// The moves of gates in the steps that all futures share: [plant].
    public let moves: [[GatePlan.Move]]
    /// What the replay costs.
    public let cost: ReplayCost
    /// The rules.
    public let rules: CascadeRuleRun
    /// What they cost.
    public let rulesCost: ReplayCost
    /// The rounds.
    public let rounds: [Round]
    /// Why the rules are shown; nil where a plan is.
    public let reason: Reason?

    /// How much less the orders cost than the rules; negative where they cost more.
    public var gain: Double { rulesCost.total - cost.total }
}
