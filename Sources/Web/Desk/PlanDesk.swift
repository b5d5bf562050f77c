public import Forecasting
public import NodeCore
public import Series

/// What the pages of release plans ask and do; a site without it shows proposals alone.
public struct PlanDesk: Sendable {
    /// The latest plans, latest first; nil while the node does not run.
    public var plans: @Sendable (PartyID) async -> [PlanEntry]?
    /// A plan by its number.
    public var plan: @Sendable (PartyID, Int64) async -> KeptPlan?
    /// Plans from the newest readings: the number of the plan; nil while the node does not run.
    public var make: @Sendable (PartyID, _ person: String) async -> Result<Int64, PlanProblem>?
    /// What other moves of gates would do than those of a plan; nil where there is no such plan.
    public var tried: @Sendable (PartyID, Int64, [ReleaseTrial.Move]) async -> ReleaseTrial.Comparison?
    /// Keeps what a person says to a plan; nil while the node does not run.
    public var answer:
        @Sendable (PartyID, Int64, PlanWord, _ person: String) async -> Result<PlanAnswered, PlanProblem>?

    /// Makes a desk.
    public init(
        plans: @escaping @Sendable (PartyID) async -> [PlanEntry]?,
        plan: @escaping @Sendable (PartyID, Int64) async -> KeptPlan?,
        make: @escaping @Sendable (PartyID, String) async -> Result<Int64, PlanProblem>?,
        tried: @escaping @Sendable (PartyID, Int64, [ReleaseTrial.Move]) async -> ReleaseTrial.Comparison?,
        answer: @escaping @Sendable (PartyID, Int64, PlanWord, String) async -> Result<PlanAnswered, PlanProblem>?
    ) {
        self.plans = plans
        self.plan = plan
        self.make = make
        self.tried = tried
        self.answer = answer
    }
}
