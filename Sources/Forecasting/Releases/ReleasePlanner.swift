/// Plans the releases of a cascade: the schedule of least cost with a proof, or the limits that cannot be kept together.
///
/// Solves the scenario-tree program of ``CascadeProgram`` by a primal-dual interior-point method whose iterations take one
/// elimination of each scenario and one dense system of the shared steps. At most ``ReleasePlanner/mostIterations``
/// iterations are spent in all; what is found then is told as it is.
public struct ReleasePlanner {
    /// Bound of the iterations of one answer.
    public static let mostIterations = 3 * 120

    private let problem: ReleaseProblem
    private let form: PlanForm
    private let loop: ParallelLoop
    var trace: ((String) -> Void)?

    /// Makes a planner.
    ///
    /// - Parameter loop: how bodies of independent indices are run; one after the other if not given.
    public init(
        _ problem: ReleaseProblem, form: PlanForm,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        self.problem = problem
        self.form = form
        self.loop = loop
    }

    /// The answer.
    public func plan() -> PlanOutcome {
        let program = CascadeProgram(problem, form: form)
        let result = solve(program, InteriorPointGoal())
        let scenarios = Double(problem.scenarios.count)
        let schedule = program.schedule(from: result.variables)
        let review = ScheduleReview(schedule, of: problem, form: form)
        return .solved(
            ReleasePlan(
                schedule: schedule, review: review, bound: result.bound / scenarios, iterations: result.iterations))
    }

    private func solve(_ program: CascadeProgram, _ goal: InteriorPointGoal) -> InteriorPointResult {
        // a scenario alone, or two, would leave most lanes empty
        problem.scenarios.count <= 2
            ? InteriorPoint<OneLane>(program, loop: loop).solve(goal, trace: trace)
            : InteriorPoint<FourLanes>(program, loop: loop).solve(goal, trace: trace)
    }
}
