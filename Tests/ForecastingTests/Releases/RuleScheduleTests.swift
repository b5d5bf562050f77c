import TestKit
import Testing

@testable import Forecasting

@Suite struct RuleScheduleTests {
    @Test(arguments: [UInt64](1...60))
    func `rules release the same in all scenarios while these are shared, and never more than passes`(seed: UInt64) {
        let problem = ReleaseProblem.made(seed: seed)
        let schedule = problem.ruleSchedule()
        #expect(schedule.fits(problem))
        let review = ScheduleReview(schedule, of: problem, form: .linear)
        #expect(review.objective.isFinite)
        // what turbines and spillway pass and what the ramp allows is kept; storages as far as these let them
        if let worst = review.worst, worst.limit == "spill_max" || worst.limit == "turbine_max" {
            let reservoir = problem.reservoirs[worst.reservoir]
            #expect(reservoir.releaseBefore - reservoir.rampMax > 0 || worst.amount <= 1e-9)
        }
    }

    @Test func `no plan is worse than the rules where the rules keep all limits`() {
        var compared = 0
        for seed in UInt64(1)...20 {
            let problem = ReleaseProblem.made(seed: seed)
            let rules = ScheduleReview(problem.ruleSchedule(), of: problem, form: .quadratic)
            guard rules.largestViolation <= ReleasePlanner.tolerance else { continue }
            guard case .solved(let plan) = ReleasePlanner(problem, form: .quadratic).plan() else {
                Issue.record("the rules keep all limits of seed \(seed), the planner found no plan")
                continue
            }
            compared += 1
            #expect(plan.bound <= rules.objective + 1e-9)
            #expect(plan.objective <= rules.objective * (1 + 2e-6) + 1e-9)
        }
        #expect(compared >= 1)
    }

    @Test func `a flood above the flood storage is let through more and more`() {
        var problem = ReleasePlannerTests.pool(
            inflow: Array(repeating: 10, count: 60), storageMax: 100, start: 20, turbineMax: 2)
        problem.reservoirs[0].storageFlood = 40
        problem.reservoirs[0].storageTarget = 20
        problem.reservoirs[0].spillPerStorage = 0.12
        let review = ScheduleReview(problem.ruleSchedule(), of: problem, form: .linear)
        #expect(review.largestViolation <= 1e-9)
        let storages = review.storages[0][0]
        #expect((storages.max() ?? 0) < 100)
        #expect((storages[59] - storages[58]).magnitude < 0.1, "it settles where as much leaves as comes")
    }
}
