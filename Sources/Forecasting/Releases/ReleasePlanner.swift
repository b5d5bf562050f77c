/// Plans the releases of a cascade: the schedule of least cost with a proof, or the limits that cannot be kept together.
///
/// Solves the scenario-tree program of ``CascadeProgram`` by a primal-dual interior-point method whose iterations take one
/// elimination of each scenario and one dense system of the shared steps. Where that does not end with a plan, a second
/// program asks how far all limits must be moved together: if they must, no plan exists and the limits that hold there
/// are in conflict; if they need not, the plan is sought again from the point found. No solve takes more than
/// ``iterationsOfASolve`` iterations and no answer more than ``mostIterations``.
public struct ReleasePlanner {
    /// Bound of the iterations of one solve.
    public static let iterationsOfASolve = 150
    /// Bound of the iterations of one answer: the plan twice, the relaxation, and that with other scales.
    public static let mostIterations = (3 + ConflictSearch.tries) * iterationsOfASolve
    /// A gap that proves a plan.
    public static let provenGap = 1e-6
    /// Limits are kept to this much, in the units of the problem, where its numbers are below a million; see ``tolerance``.
    public static let tolerance = 1e-7
    /// What the digits of the problem's storages allow: a rounding of the largest is more than ``ReleasePlanner/tolerance``
    /// where storages are counted in m3.
    private let tolerance: Double

    private let problem: ReleaseProblem
    private let form: PlanForm
    private let loop: ParallelLoop
    /// Told the figures of every iteration.
    var trace: ((String) -> Void)?

    /// Makes a planner for a problem that ``ReleaseProblem/firstFault`` finds nothing wrong with.
    ///
    /// - Parameter loop: how bodies of independent indices are run; one after the other if not given.
    public init(
        _ problem: ReleaseProblem, form: PlanForm,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        precondition(problem.firstFault == nil, "the problem is not well formed")
        self.problem = problem
        self.form = form
        self.loop = loop
        let size = problem.reservoirs.reduce(0.0) { max($0, $1.storageMax.magnitude, $1.storageStart) }
        tolerance = max(ReleasePlanner.tolerance, 1e-13 * size)
    }

    private var goal: InteriorPointGoal {
        var goal = InteriorPointGoal()
        goal.violation = max(goal.violation, 0.1 * (tolerance - ReleasePlanner.tolerance))
        return goal
    }

    /// The answer; the same for the same problem, whatever the loop.
    public func plan() -> PlanOutcome {
        let program = CascadeProgram(problem, form: form)
        let first = solve(program, goal)
        if let plan = accepted(first, program, iterations: first.iterations) { return .solved(plan) }
        let relaxed = CascadeProgram(relaxing: problem)
        let moved = solve(relaxed, .relaxation)
        var spent = first.iterations + moved.iterations
        if moved.bound > ConflictSearch.leastMove {
            let search = ConflictSearch(problem, solve: { solve($0, .relaxation) })
            let conflict = search.conflict(from: moved, of: relaxed, iterations: &spent)
            return .infeasible(conflict, iterations: spent)
        }
        // limits that meet leave no room inside: give each a little, less than the tolerance
        let widened = CascadeProgram(problem, form: form, widening: 0.2 * tolerance)
        let inside = moved.cost < -1e-6 ? relaxed.cumulative(moved.variables) : nil
        let second = solve(widened, goal, from: inside)
        spent += second.iterations
        if let plan = accepted(second, widened, iterations: spent) { return .solved(plan) }
        return .undecided(iterations: spent)
    }

    /// The plan of a result, where its releases keep the limits and the gap is proven.
    private func accepted(_ result: InteriorPointResult, _ program: CascadeProgram, iterations: Int) -> ReleasePlan? {
        guard result.bound.isFinite, result.violation <= tolerance else { return nil }
        let schedule = program.schedule(from: result.variables)
        let review = ScheduleReview(schedule, of: problem, form: form)
        let bound = result.bound / Double(problem.scenarios.count)
        let plan = ReleasePlan(
            schedule: schedule, review: review, bound: bound, iterations: iterations,
            prices: program.prices(of: result), inflowPrices: program.inflowPrices(of: result))
        return plan.gap <= ReleasePlanner.provenGap && review.largestViolation <= tolerance ? plan : nil
    }

    private func solve(
        _ program: CascadeProgram, _ goal: InteriorPointGoal, from point: [[[Double]]]? = nil
    ) -> InteriorPointResult {
        // a scenario alone, or two, would leave most lanes empty
        program.problem.scenarios.count <= 2
            ? InteriorPoint<OneLane>(program, from: point, loop: loop).solve(goal, trace: trace)
            : InteriorPoint<FourLanes>(program, from: point, loop: loop).solve(goal, trace: trace)
    }
}

extension InteriorPointGoal {
    /// For the relaxation: ends when limits surely need not be moved, else when the rows that hold stand out.
    static var relaxation: InteriorPointGoal {
        var goal = InteriorPointGoal()
        goal.gap = 1e-9
        goal.unit = 1e-3
        goal.enough = -1e-3
        return goal
    }
}
