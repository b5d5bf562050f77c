import Testing

@testable import Forecasting

@Suite struct RollingPlanTests {
    /// One pool above a control point, floods of several sizes and times.
    private func problem(_ sizes: [Double]) -> ReleaseProblem {
        var problem = ReleasePlannerTests.pool(
            inflow: wave(1), storageMax: 40, start: 5, rampMax: 3, turbineMax: 3, lag: 2)
        problem.reservoirs[0].spillPerStorage = 0.2
        problem.reservoirs[0].releaseBefore = 1
        problem.weights = .init(peak: 10, floodStorage: 0, endStorage: 0.01, ramp: 0.01)
        problem.scenarios = sizes.map { .init(inflow: [wave($0)], controlInflow: wave(0.1 * $0)) }
        problem.sharedSteps = 4
        return problem
    }

    private func wave(_ size: Double) -> [Double] {
        (0..<20).map { step in
            let distance = (Double(step) - 9) / 4
            return 1 + 5 * size / (1 + distance * distance)
        }
    }

    @Test func `what is carried out conserves water, keeps what passes, and is no better than foresight`() throws {
        let problem = problem([0.6, 0.8, 1, 1.2, 1.4])
        let rolling = RollingPlan(problem, every: 2, scenarios: 3)
        let flood = ReleaseProblem.Scenario(inflow: [wave(1.1)], controlInflow: wave(0.11))
        let run = rolling.run(on: flood)
        #expect(run.plans == 10)
        let best = try ReleasePlannerTests.plan(rolling.alone(flood), .quadratic)
        #expect(run.review.objective >= best.bound - 1e-6)
        #expect(run.review.meanPeak <= 1.2 * best.review.meanPeak, "and not far from it")
        let flows = run.schedule.scenarios[0]
        #expect((flows.turbine[0] + flows.spill[0]).allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(rolling.run(on: flood) == run)
    }

    @Test func `a flood of the pool is planned as well as with foresight once it is known`() throws {
        let problem = problem([1, 1, 1])
        let rolling = RollingPlan(problem, every: 4, scenarios: 2)
        let run = rolling.run(on: problem.scenarios[0])
        let best = try ReleasePlannerTests.plan(rolling.alone(problem.scenarios[0]), .quadratic)
        #expect(run.byRules == 0)
        #expect((run.review.objective / best.objective - 1).magnitude <= 1e-4)
        #expect(run.review.largestViolation <= 1e-6)
    }
}
