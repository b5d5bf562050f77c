import TestKit
import Testing

@testable import Forecasting

@Suite struct ReleasePlannerTests {
    /// One reservoir straight above the control point, without turbines' or ramps' limits.
    static func pool(
        inflow: [Double], storageMin: Double = 0, storageMax: Double = 100, start: Double = 0, unit: Double = 1,
        rampMax: Double = 1e6, turbineMax: Double = 1e6, lag: Int = 0
    ) -> ReleaseProblem {
        ReleaseProblem(
            name: "pool", steps: inflow.count, sharedSteps: 0, storagePerFlowStep: unit,
            reservoirs: [
                .init(
                    id: "R", storageMin: storageMin, storageFlood: storageMax, storageMax: storageMax,
                    storageStart: start, storageTarget: 0, turbineMax: turbineMax, spillPerStorage: 0,
                    rampMax: rampMax, releaseBefore: 0)
            ],
            links: [.init(from: 0, to: .controlPoint, kernel: [.init(lag: lag, weight: 1)])], controlPoint: "D",
            weights: .init(peak: 1, floodStorage: 0, endStorage: 0, ramp: 0),
            scenarios: [.init(inflow: [inflow], controlInflow: inflow.map { _ in 0 })])
    }

    static func plan(_ problem: ReleaseProblem, _ form: PlanForm = .linear) throws -> ReleasePlan {
        let outcome = ReleasePlanner(problem, form: form).plan()
        guard case .solved(let plan) = outcome else {
            Issue.record("no plan of \(problem.name): \(outcome)")
            throw NoPlan()
        }
        #expect(plan.gap <= ReleasePlanner.provenGap)
        #expect(plan.review.largestViolation <= ReleasePlanner.tolerance)
        #expect(plan.bound <= plan.objective * (1 + 1e-12) + 1e-9)
        return plan
    }

    private struct NoPlan: Error {}

    @Test func `three hours of inflow into an empty pool are spread by hand arithmetic`() throws {
        // 4 + 10 + 4 units come in, 6 fit: the rest, 12, leaves in three steps, but no more than 4 in the first
        let plan = try Self.plan(Self.pool(inflow: [4, 10, 4], storageMax: 6))
        #expect((plan.objective - 4).magnitude <= 1e-5)
        #expect(plan.review.storages[0][0].allSatisfy { (-1e-7...6 + 1e-7).contains($0) })
    }

    @Test(arguments: [(24, 0.02), (72, 2e-3), (288, 2e-4)])
    func `the flat top of a triangular flood nears 2,500 as the step shrinks`(steps: Int, tolerance: Double) throws {
        // Ip 5,000 m3/s, 72 h, 162 hm3 free: z = Ip (1 - sqrt(2 V / (Ip Tb))) = 2,500
        let hours = 72 / Double(steps)
        func volume(_ hour: Double) -> Double {
            hour <= 36 ? 5000 * hour * hour / 72 : 5000 * (36 - (72 - hour) * (72 - hour) / 72)
        }
        let inflow = (0..<steps).map { step in
            (volume(Double(step + 1) * hours) - volume(Double(step) * hours)) / hours
        }
        let plan = try Self.plan(Self.pool(inflow: inflow, storageMax: 162e6, unit: 3600 * hours))
        #expect((plan.objective / 2500 - 1).magnitude <= tolerance, "\(plan.objective)")
    }

    /// Deltares RTC-Tools 2.8.1, `examples/single_reservoir`: ten hours, 15,000 m3 at the start, 10,000 to 20,000 m3 wanted before
    /// everything, then the least squares of the release, at most 1.5 m3/s, then of its changes. Its own run ends 0.23 m3 above
    /// the range, which is all by which its later goals are lower: 46,299.77 m3 and 0.0548445.
    @Test func `the single reservoir of RTC-Tools reaches its goals in their order`() throws {
        let inflow: [Double] = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
        var problem = Self.pool(
            inflow: inflow, storageMin: 10, storageMax: 20, start: 15, unit: 3.6, rampMax: 1.5, turbineMax: 1.5)
        problem.reservoirs[0].storageTarget = 20
        problem.weights = .init(peak: 0, floodStorage: 0, endStorage: 10, ramp: 1)
        let plan = try Self.plan(problem, .quadratic)
        let releases = plan.schedule.scenarios[0].turbine[0]
        let storages = plan.review.storages[0][0]
        // first goal: reached, with 20,000 m3 at the end and no less than 11,000 m3 on the way
        #expect(storages.allSatisfy { (10...20.000_001).contains($0) })
        #expect((storages[9] - 20).magnitude <= 1e-6 && ((storages.min() ?? 0) - 11).magnitude <= 1e-4)
        // by hand: 15 - 5,000 / 3,600 must leave in all, in changes that fall evenly to 1.5 m3/s
        let expected = [19.0 / 30, 197.0 / 180, 83.0 / 60] + Array(repeating: 1.5, count: 7)
        for (release, known) in zip(releases, expected) { #expect((release - known).magnitude <= 1e-4) }
        let changes = zip([0] + releases, releases).map { ($1 - $0) / 3.6 }
        let third = changes.reduce(0) { $0 + $1 * $1 }
        #expect((third - 0.05484587).magnitude <= 1e-6)
    }

    @Test func `no objective needs no peak`() throws {
        var problem = Self.pool(inflow: [1, 2, 3])
        problem.weights.peak = 0
        #expect(try Self.plan(problem).objective.magnitude <= 1e-6)
    }

    @Test func `a reservoir that can release nothing and is full is told apart from one that has room`() throws {
        var problem = Self.pool(inflow: [1, 1, 1], storageMax: 3, turbineMax: 0)
        #expect(try Self.plan(problem).review.storages[0][0].last == 3)
        problem.reservoirs[0].storageMax = 2
        guard case .infeasible(let limits, _) = ReleasePlanner(problem, form: .linear).plan() else {
            Issue.record("nothing can be released, and too much comes")
            return
        }
        #expect(limits.contains(ConflictingLimit(limit: .storageMax, reservoir: 0, step: 2, scenario: 0)))
        #expect(limits.count == 4, "one storage and three releases: \(limits)")
    }

    @Test func `two futures that ask for opposite first releases are in conflict through the shared steps`() {
        var problem = Self.pool(inflow: [0], storageMax: 4, start: 2)
        problem.sharedSteps = 1
        problem.reservoirs[0].storageMin = 2
        problem.scenarios = [
            .init(inflow: [[0]], controlInflow: [0]), .init(inflow: [[4]], controlInflow: [0]),
        ]
        guard case .infeasible(let limits, _) = ReleasePlanner(problem, form: .quadratic).plan() else {
            Issue.record("the dry future keeps everything, the wet one must release 2")
            return
        }
        #expect(
            Set(limits) == [
                ConflictingLimit(limit: .storageMin, reservoir: 0, step: 0, scenario: 0),
                ConflictingLimit(limit: .storageMax, reservoir: 0, step: 0, scenario: 1),
            ])
    }

    @Test func `the number of threads changes no bit`() {
        let problem = ReleaseProblem.made(seed: 98)
        #expect(problem.scenarios.count > 8)
        let forwards = ReleasePlanner(problem, form: .quadratic).plan()
        let backwards = ReleasePlanner(problem, form: .quadratic) { count, body in
            for index in (0..<count).reversed() { body(index) }
        }.plan()
        #expect(forwards == backwards)
    }

    @Test func `equal scenarios cost what one costs`() throws {
        var problem = ReleaseProblem.made(seed: 111)
        problem = ReleaseProblem.made(seed: 109)
        problem.scenarios = [problem.scenarios[0]]
        let one = try Self.plan(problem, .quadratic)
        problem.scenarios = Array(repeating: problem.scenarios[0], count: 11)
        let many = try Self.plan(problem, .quadratic)
        #expect((one.objective / many.objective - 1).magnitude <= 3e-7)
    }

    @Test(arguments: [UInt64](6...13))
    func `a price bounds what moving its limit saves, both ways`(seed: UInt64) throws {
        let problem = ReleaseProblem.made(seed: seed)
        guard case .solved(let plan) = ReleasePlanner(problem, form: .linear).plan() else { return }
        for price in plan.prices.prefix(2) where price.limit != .releaseMin {
            for move in [-0.01, 0.01] {
                var moved = problem
                switch price.limit {
                case .storageMin: moved.reservoirs[price.reservoir].storageMin -= move
                case .storageMax: moved.reservoirs[price.reservoir].storageMax += move
                case .releaseMax: moved.reservoirs[price.reservoir].turbineMax += move
                case .rampMax: moved.reservoirs[price.reservoir].rampMax += move
                case .releaseMin: break
                }
                guard moved.firstFault == nil, case .solved(let other) = ReleasePlanner(moved, form: .linear).plan()
                else { continue }
                #expect(
                    other.objective >= plan.bound - price.saving * move - 1e-6 * max(plan.objective, 1),
                    "\(price) moved by \(move): \(plan.objective) becomes \(other.objective)")
            }
        }
    }
}
