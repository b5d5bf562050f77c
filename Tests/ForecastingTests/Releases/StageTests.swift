import Series
import TestKit
import Testing

@testable import Forecasting

/// Releases that groups of scenarios share after the steps that all share.
@Suite struct StageTests {
    /// Two reservoirs one above the other and four futures, from a seed.
    private static func cascade(_ seed: UInt64) -> ReleaseProblem {
        var generator = SeededGenerator(seed: seed)
        func reservoir(_ id: String) -> ReleaseProblem.Reservoir {
            .init(
                id: id, storageMin: 0, storageFlood: 30, storageMax: 60, storageStart: 15 + 10 * generator.nextUnit(),
                storageTarget: 20, turbineMax: 3, spillPerStorage: 0.1, rampMax: 4, releaseBefore: 1)
        }
        let made = [reservoir("A"), reservoir("B")]
        let futures = (0..<4).map { _ -> ReleaseProblem.Scenario in
            let size = 2 + 6 * generator.nextUnit()
            let top = 3 + 5 * generator.nextUnit()
            let flow = (0..<9).map { 1 + size / (1 + (Double($0) - top) * (Double($0) - top)) }
            return .init(inflow: [flow, flow.map { $0 / 3 }], controlInflow: flow.map { $0 / 2 })
        }
        return ReleaseProblem(
            name: "stages", steps: 9, sharedSteps: 2, storagePerFlowStep: 1, reservoirs: made,
            links: [
                .init(from: 0, to: .reservoir(1), kernel: [.init(lag: 1, weight: 1)]),
                .init(from: 1, to: .controlPoint, kernel: [.init(lag: 0, weight: 0.5), .init(lag: 1, weight: 0.5)]),
            ], controlPoint: "D", weights: .init(peak: 10, floodStorage: 0.1, endStorage: 0.05, ramp: 0.05),
            scenarios: futures)
    }

    private static func cost(_ problem: ReleaseProblem) -> Double? {
        guard case .solved(let plan) = ReleasePlanner(problem, form: .quadratic).plan() else { return nil }
        return plan.objective
    }

    private static func isNear(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return (left - right).magnitude <= 3e-6 * max(left.magnitude, 1e-2)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a stage with one group for all is a longer time of shared steps`(seed: UInt64) {
        var staged = Self.cascade(seed)
        var longer = staged
        staged.stages = [.init(until: 5, groups: staged.scenarios.map { _ in 7 })]
        longer.sharedSteps = 5
        #expect(Self.isNear(Self.cost(staged), Self.cost(longer)))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a stage in which every scenario is alone changes nothing`(seed: UInt64) {
        let plain = Self.cascade(seed)
        var staged = plain
        staged.stages = [.init(until: 6, groups: Array(staged.scenarios.indices))]
        #expect(Self.isNear(Self.cost(staged), Self.cost(plain)))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `scenarios of a group share their releases, and knowing less never costs less`(seed: UInt64) throws {
        let plain = Self.cascade(seed)
        var staged = plain
        staged.stages = [
            .init(until: 4, groups: plain.scenarios.indices.map { $0 % 2 }),
            .init(until: 7, groups: [0, 1, 0, 2]),
        ]
        let outcome = ReleasePlanner(staged, form: .quadratic).plan()
        guard case .solved(let plan) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        for place in plain.reservoirs.indices {
            for scenario in plain.scenarios.indices {
                let own = plan.schedule.scenarios[scenario].turbine[place]
                #expect(own.prefix(2) == plan.schedule.scenarios[scenario % 2].turbine[place].prefix(2))
                if scenario % 2 == 0 { #expect(own.prefix(5) == plan.schedule.scenarios[0].turbine[place].prefix(5)) }
            }
        }
        let free = try #require(Self.cost(plain))
        #expect(plan.objective >= free * (1 - 1e-6))
        var all = plain
        all.sharedSteps = 7
        let bound = try #require(Self.cost(all))
        #expect(plan.objective <= bound * (1 + 1e-6))
    }

    @Test func `the review finds releases that differ inside a group`() throws {
        var problem = Self.cascade(1)
        problem.stages = [.init(until: 4, groups: problem.scenarios.indices.map { $0 % 2 })]
        var schedule = problem.ruleSchedule()
        let before = ScheduleReview(schedule, of: problem, form: .linear)
        #expect(before.worst?.limit != "stage")
        schedule.scenarios[2].spill[0][1] += 1e3
        let worst = try #require(ScheduleReview(schedule, of: problem, form: .linear).worst)
        #expect(worst.limit == "stage" || worst.amount > 999)
    }

    @Test func `the answer is the same on any number of threads and whatever the names of the groups`() {
        var problem = Self.cascade(2)
        problem.stages = [.init(until: 5, groups: problem.scenarios.indices.map { $0 % 3 })]
        let first = ReleasePlanner(problem, form: .quadratic).plan()
        let backwards = ReleasePlanner(problem, form: .quadratic) { count, body in
            for index in (0..<count).reversed() { body(index) }
        }
        #expect(backwards.plan() == first)
        problem.stages = [.init(until: 5, groups: problem.stages[0].groups.map { 100 - $0 })]
        #expect(ReleasePlanner(problem, form: .quadratic).plan() == first)
    }

    @Test func `stages that go back, end nowhere or join again are named`() {
        var problem = Self.cascade(3)
        let count = problem.scenarios.count
        problem.stages = [.init(until: 2, groups: Array(repeating: 0, count: count))]
        #expect(problem.firstFault?.contains("stage 1 must end after step 2") == true)
        problem.stages = [.init(until: 4, groups: [0])]
        #expect(problem.firstFault?.contains("a group for each") == true)
        problem.stages = [
            .init(until: 4, groups: (0..<count).map { $0 % 2 }),
            .init(until: 6, groups: Array(repeating: 0, count: count)),
        ]
        #expect(problem.firstFault?.contains("joins scenarios again") == true)
    }
}
