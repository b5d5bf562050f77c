import Forecasting
import Foundation

/// Planning in a closed loop on RB4-240: every 6 hours a new plan from floods that it has not seen, beside perfect foresight
/// and plain rules.
struct ReplanningBench: Benchmark {
    let threads: Int
    /// Floods that are gone through.
    static let floods = 13
    /// Scenarios of the pool, and of one plan.
    static let pool = 101
    static let scenarios = 12

    var unit: String { "% above perfect foresight" }
    var size: String {
        "mean peak of \(Self.floods) floods of RB4-240, planned again every 6 h with \(Self.scenarios) of \(Self.pool) others"
    }

    func run() throws -> BenchSample {
        let problem = PlanBench.fourReservoirs(scenarios: Self.pool)
        let rolling = RollingPlan(problem, every: 6, scenarios: Self.scenarios)
        // floods of another size of the ensemble: none of them is in the pool
        let floods = PlanBench.fourReservoirs(scenarios: Self.floods).scenarios
        var peaks = (loop: 0.0, foresight: 0.0, rules: 0.0)
        var (byRules, plans, violation) = (0, 0, 0.0)
        for flood in floods {
            let alone = rolling.alone(flood)
            guard case .solved(let best) = ReleasePlanner(alone, form: .quadratic).plan() else {
                throw CommandRefusal(.ours, "a flood of the benchmark was not planned - please report it")
            }
            let run = rolling.run(on: flood, loop: parallelLoop(threads))
            peaks.loop += run.review.meanPeak
            peaks.foresight += best.review.meanPeak
            peaks.rules += ScheduleReview(alone.ruleSchedule(), of: alone, form: .quadratic).meanPeak
            violation = max(violation, run.review.largestViolation)
            (plans, byRules) = (plans + run.plans, byRules + run.byRules)
        }
        let count = Double(floods.count)
        return BenchSample(
            value: 100 * (peaks.loop / peaks.foresight - 1), checksum: peaks.loop,
            details: [
                "mean_peak": peaks.loop / count, "foresight_mean_peak": peaks.foresight / count,
                "rules_mean_peak": peaks.rules / count, "plans": Double(plans), "by_rules": Double(byRules),
                "violation": violation,
            ])
    }
}
