import River
import Testing

@testable import Forecasting

@Suite struct ConditionedFloodsTests {
    /// A wave of a size to a power in each series.
    private func flood(_ size: Double) -> ReleaseProblem.Scenario {
        func wave(_ share: Double) -> [Double] {
            (0..<20).map { step in
                let height = 2 - (Double(step) - 10) * (Double(step) - 10) / 100
                return 5 * Elementary.power(size, share * height)
            }
        }
        return .init(inflow: [wave(1), wave(0.5)], controlInflow: wave(0.2))
    }

    private func gap(_ scenario: ReleaseProblem.Scenario, _ other: ReleaseProblem.Scenario, from now: Int) -> Double {
        zip(scenario.inflow + [scenario.controlInflow], other.inflow + [other.controlInflow]).reduce(0.0) {
            most, pair in
            zip(pair.0, pair.1.dropFirst(now)).reduce(most) { max($0, ($1.0 / $1.1 - 1).magnitude) }
        }
    }

    @Test func `a flood of the pool's own kind is known from its past, whatever its size`() {
        let pool = [0.5, 0.8, 1.1, 1.4, 2].map(flood)
        let floods = ConditionedFloods(pool, resembling: flood(1.7), at: 4, observationError: 0, likeness: 3)
        let futures = floods.futures(4)
        #expect(futures.count == 4)
        for future in futures {
            #expect(future.controlInflow.count == 16)
            #expect(gap(future, flood(1.7), from: 4) < 1e-5)
        }
    }

    @Test func `what is known badly leaves the pool as wide as it was`() {
        let pool = [0.5, 0.8, 1.1, 1.4, 2].map(flood)
        let floods = ConditionedFloods(pool, resembling: flood(1.7), at: 4, observationError: 1e4, likeness: 1)
        for (future, other) in zip(floods.futures(5), pool) { #expect(gap(future, other, from: 4) < 1e-5) }
    }

    @Test func `floods without water, and more futures than floods, make numbers all the same`() {
        let none = ReleaseProblem.Scenario(
            inflow: [[Double](repeating: 0, count: 6)], controlInflow: [Double](repeating: 0, count: 6))
        let floods = ConditionedFloods([none, none], resembling: none, at: 2, observationError: 0, likeness: 9)
        let futures = floods.futures(3)
        #expect(futures.count == 3)
        #expect(
            futures.allSatisfy {
                $0.controlInflow.count == 4 && $0.controlInflow.allSatisfy { (0..<1e-9).contains($0) }
            })
    }
}
