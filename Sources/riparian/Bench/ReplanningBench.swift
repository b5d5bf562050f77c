import Forecasting
import Foundation
import Series

/// Planning in a closed loop on RB4-240: every 6 hours a new plan from floods that it has not seen, beside perfect foresight
/// and plain rules; the floods known as they are, and with errors.
struct ReplanningBench: Benchmark {
    let threads: Int
    /// Floods that are gone through.
    static let floods = 13
    /// Scenarios of the pool, and of one plan.
    static let pool = 101
    static let scenarios = 12
    /// Relative standard error of the readings of the second loop.
    static let observationError = 0.03

    var unit: String { "% above perfect foresight" }
    var size: String {
        "mean peak of \(Self.floods) floods of RB4-240, planned again every 6 h with \(Self.scenarios) of \(Self.pool) others"
    }

    func run() throws -> BenchSample {
        let problem = PlanBench.fourReservoirs(scenarios: Self.pool)
        let rolling = RollingPlan(problem, every: 6, scenarios: Self.scenarios)
        let doubting = RollingPlan(
            problem, every: 6, scenarios: Self.scenarios, observationError: Self.observationError)
        // floods of another size of the ensemble: none of them is in the pool
        let floods = PlanBench.fourReservoirs(scenarios: Self.floods).scenarios
        var peaks = (loop: 0.0, doubting: 0.0, foresight: 0.0, rules: 0.0)
        var (byRules, plans, violation) = (0, 0, 0.0)
        for (number, flood) in floods.enumerated() {
            let alone = rolling.alone(flood)
            guard case .solved(let best) = ReleasePlanner(alone, form: .quadratic).plan() else {
                throw CommandRefusal(.ours, "a flood of the benchmark was not planned - please report it")
            }
            let run = rolling.run(on: flood, loop: parallelLoop(threads))
            peaks.loop += run.review.meanPeak
            let seen = Self.observed(flood, number)
            peaks.doubting += doubting.run(on: flood, observed: seen, loop: parallelLoop(threads)).review.meanPeak
            peaks.foresight += best.review.meanPeak
            peaks.rules += ScheduleReview(alone.ruleSchedule(), of: alone, form: .quadratic).meanPeak
            violation = max(violation, run.review.largestViolation)
            (plans, byRules) = (plans + run.plans, byRules + run.byRules)
        }
        let count = Double(floods.count)
        return BenchSample(
            value: 100 * (peaks.loop / peaks.foresight - 1), checksum: peaks.loop,
            details: [
                "mean_peak": peaks.loop / count, "mean_peak_with_errors": peaks.doubting / count,
                "percent_with_errors": 100 * (peaks.doubting / peaks.foresight - 1),
                "foresight_mean_peak": peaks.foresight / count,
                "rules_mean_peak": peaks.rules / count, "plans": Double(plans), "by_rules": Double(byRules),
                "violation": violation,
            ])
    }

    /// The flood as gauges with errors would tell it.
    private static func observed(_ flood: ReleaseProblem.Scenario, _ number: Int) -> ReleaseProblem.Scenario {
        var generator = SeededGenerator(seed: UInt64(number))
        func told(_ series: [Double]) -> [Double] {
            series.map { $0 * exp(observationError * generator.nextNormal()) }
        }
        return ReleaseProblem.Scenario(inflow: flood.inflow.map(told), controlInflow: told(flood.controlInflow))
    }
}
