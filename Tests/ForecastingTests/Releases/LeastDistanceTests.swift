import Series
import Testing

@testable import Forecasting

@Suite struct LeastDistanceTests {
    private func row(_ coefficients: [Double], atMost bound: Double) -> LeastDistance.Row {
        .init(
            terms: coefficients.enumerated().filter { $1 != 0 }.map { .init(variable: $0, coefficient: $1) },
            bound: bound)
    }

    @Test func `the shortest point that keeps all rows is found`() throws {
        // x + y >= 2 and x <= 5: the nearest to zero is (1, 1)
        let rows = [row([-1, -1], atMost: -2), row([1, 0], atMost: 5)]
        guard case .point(let point) = LeastDistance(rows, variableCount: 2).answer() else {
            Issue.record("there is a point")
            return
        }
        #expect((point[0] - 1).magnitude < 1e-12 && (point[1] - 1).magnitude < 1e-12)
    }

    @Test func `rows that do not take part stay out of the conflict, and each of the others is needed`() throws {
        // x + y <= 1, x >= 1, y >= 1/2 cannot be kept; y <= 7 and z >= 2 have nothing to do with it
        let rows = [
            row([0, 1, 0], atMost: 7), row([1, 1, 0], atMost: 1), row([0, 0, -1], atMost: -2),
            row([-1, 0, 0], atMost: -1),
            row([0, -1, 0], atMost: -0.5),
        ]
        guard case .conflict(let conflict) = LeastDistance(rows, variableCount: 3).answer() else {
            Issue.record("there is no point")
            return
        }
        #expect(Set(conflict.weights.keys) == [1, 3, 4])
        for left in [1, 3, 4] {
            let point = try #require(conflict.point(without: left))
            for other in [1, 3, 4] where other != left { #expect(rows[other].excess(at: point).magnitude < 1e-12) }
            #expect(rows[left].excess(at: point) > 0.4, "the one left out is broken")
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `either a point keeps all rows or weights prove that none does, and no row of the proof is too many`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        func number() -> Double { (8 * generator.nextUnit()).rounded() / 2 - 2 }
        let variables = 1 + Int(generator.next(below: 6))
        let rows = (0..<2 + Int(generator.next(below: 20))).map { _ in
            row((0..<variables).map { _ in number() }, atMost: number() + 1.25)
        }
        switch LeastDistance(rows, variableCount: variables).answer() {
        case .point(let point): for row in rows { #expect(row.excess(at: point) < 1e-9) }
        case .conflict(let conflict):
            try expectProof(conflict, rows, variables)
            for left in conflict.weights.keys {
                let rest = conflict.weights.keys.filter { $0 != left }
                let point = try #require(conflict.point(without: left))
                for row in rest { #expect(rows[row].excess(at: point) < 1e-7) }
            }
        case .undecided: Issue.record("seed \(seed) was not decided")
        }
    }

    /// The weighted sum of the rows says that zero is negative.
    private func expectProof(_ conflict: LeastDistance.Conflict, _ rows: [LeastDistance.Row], _ variables: Int) throws {
        var sum = [Double](repeating: 0, count: variables)
        var bound = 0.0
        for (row, weight) in conflict.weights {
            #expect(weight > 0)
            for term in rows[row].terms { sum[term.variable] += weight * term.coefficient }
            bound += weight * rows[row].bound
        }
        let size = conflict.weights.values.reduce(0, +)
        #expect(sum.allSatisfy { $0.magnitude <= 1e-9 * size } && bound < 0)
    }
}

@Suite struct LimitInequalitiesTests {
    @Test func `a conflict is found without a hint where to look`() throws {
        // 9 flow into a pool of room 10 in each of 4 steps, of which the turbines pass 1: the second step is too much
        let problem = ReleasePlannerTests.pool(
            inflow: [9, 9, 9, 9], storageMax: 10, start: 0, rampMax: 5, turbineMax: 1, lag: 0)
        let inequalities = LimitInequalities(problem)
        let limits = inequalities.needed(of: try #require(inequalities.conflict(beginningWith: [])))
        #expect(inequalities.hasPlan(keeping: Set(limits)) == false)
        for limit in limits { #expect(inequalities.hasPlan(keeping: Set(limits).subtracting([limit])) == true) }
        #expect(limits.contains { $0.limit == .storageMax })
    }
}
