import Foundation
import TestKit
import Testing

@testable import Forecasting

/// Made cascades against CLP, whose answers `Scripts/check-plans --table` wrote.
@Suite struct MadeCascadeTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let objective: Double?
        var testDescription: String { "seed \(seed)" }
    }

    /// Two dozen small ones in a plain run, which is not optimised, all of them in a long one.
    static let answers: [Answer] = {
        let lines = (try? Repository.text("Fixtures/plans/made-cascades.csv").split(separator: "\n")) ?? []
        let all = lines.dropFirst().compactMap { line -> Answer? in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 3, let seed = UInt64(fields[0]), fields[1] != "unknown" else { return nil }
            return Answer(seed: seed, objective: Double(fields[2]))
        }
        guard !isLong else { return all }
        let some = stride(from: 0, to: all.count, by: 20).lazy.map { all[$0] }.filter { answer in
            let problem = ReleaseProblem.made(seed: answer.seed)
            return problem.steps * problem.reservoirs.count * problem.scenarios.count <= 400
        }
        return Array(some.prefix(24))
    }()

    private static let isLong = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil

    @Test func `there are two thousand answers to compare with`() throws {
        #expect(try Repository.text("Fixtures/plans/made-cascades.csv").split(separator: "\n").count == 2001)
    }

    @Test(arguments: answers)
    func `a made cascade is planned as CLP plans it, or refused alike`(answer: Answer) {
        switch (ReleasePlanner(.made(seed: answer.seed), form: .linear).plan(), answer.objective) {
        case (.solved(let plan), let objective?):
            #expect((plan.objective - objective).magnitude <= 2e-6 * max(objective.magnitude, 1e-2))
            #expect(plan.gap <= ReleasePlanner.provenGap)
            #expect(plan.review.largestViolation <= ReleasePlanner.tolerance)
            #expect(plan.iterations <= ReleasePlanner.mostIterations)
        case (.infeasible(let limits, let iterations), nil):
            #expect(!limits.isEmpty)
            #expect(iterations <= ReleasePlanner.mostIterations)
        case (let ours, let objective):
            Issue.record("CLP \(objective.map { "\($0)" } ?? "infeasible"), ours \(ours)")
        }
    }

    @Test(arguments: answers.filter { $0.objective == nil })
    func `without any one of the limits in conflict the others can be kept`(answer: Answer) {
        let problem = ReleaseProblem.made(seed: answer.seed)
        guard case .infeasible(let limits, _) = ReleasePlanner(problem, form: .linear).plan() else { return }
        let all = Set(limits)
        let inequalities = LimitInequalities(problem)
        #expect(inequalities.hasPlan(keeping: all) == false, "the limits alone are in conflict")
        // a long conflict is looked at here and there
        for place in stride(from: 0, to: limits.count, by: max(1, limits.count / 6)) {
            #expect(
                inequalities.hasPlan(keeping: all.subtracting([limits[place]])) == true,
                "\(limits[place]) is needed for the conflict")
        }
    }
}
