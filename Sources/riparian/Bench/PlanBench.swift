import Dispatch
import Forecasting
import Foundation
import River

/// The four-reservoir benchmark RB4-240 with any number of scenarios: from the problem in memory to the proven plan.
struct PlanBench: Benchmark {
    let problem: ReleaseProblem
    let form: PlanForm
    let threads: Int

    init(scenarios: Int, form: PlanForm, threads: Int) {
        problem = PlanBench.fourReservoirs(scenarios: scenarios)
        self.form = form
        self.threads = threads
    }

    var unit: String { "ms" }
    var size: String {
        "RB4-240, \(problem.scenarios.count) scenarios, \(form.rawValue), \(threads == 0 ? "all" : "\(threads)") threads"
    }

    func run() throws -> BenchSample {
        let processor = ProcessUse.processorSeconds
        let begin = ContinuousClock.now
        let outcome = ReleasePlanner(problem, form: form, loop: parallelLoop(threads)).plan()
        let wall = (ContinuousClock.now - begin).inSeconds
        guard case .solved(let plan) = outcome else {
            throw CommandRefusal(.ours, "the benchmark was not planned - please report it")
        }
        return BenchSample(
            value: wall * 1000, checksum: plan.objective,
            details: [
                "cpu_ms": (ProcessUse.processorSeconds - processor) * 1000, "gap": plan.gap,
                "iterations": Double(plan.iterations), "violation": plan.review.largestViolation,
            ])
    }

    /// RB4-240 as `Fixtures/rb4/README.md` defines it.
    static func fourReservoirs(scenarios count: Int) -> ReleaseProblem {
        func reservoir(
            _ id: String, _ low: Double, _ flood: Double, _ high: Double, _ start: Double, _ turbine: Double,
            _ spill: Double, _ ramp: Double, _ before: Double
        ) -> ReleaseProblem.Reservoir {
            ReleaseProblem.Reservoir(
                id: id, storageMin: low, storageFlood: flood, storageMax: high, storageStart: start,
                storageTarget: start, turbineMax: turbine, spillPerStorage: spill, rampMax: ramp, releaseBefore: before)
        }
        func link(_ from: Int, _ to: ReleaseProblem.Destination, _ lag: Int) -> ReleaseProblem.Link {
            ReleaseProblem.Link(
                from: from, to: to,
                kernel: [(-1, 0.25), (0, 0.5), (1, 0.25)].map { .init(lag: lag + $0, weight: $1) })
        }
        return ReleaseProblem(
            name: "RB4-240", steps: 240, sharedSteps: 24, storagePerFlowStep: 3.6,
            reservoirs: [
                reservoir("R1", 440, 1200, 1450, 1200, 1.66, 0.008, 0.5, 1.2),
                reservoir("R2", 2800, 7600, 10300, 7600, 3.46, 0.003, 0.8, 2.7),
                reservoir("R3", 3850, 8000, 10600, 8000, 2.4, 0.0032, 0.8, 2.7),
                reservoir("R4", 600, 1500, 2450, 1500, 0.75, 0.005, 0.4, 0.7),
            ],
            links: [
                link(0, .reservoir(1), 6), link(1, .reservoir(2), 10), link(2, .controlPoint, 12),
                link(3, .controlPoint, 14),
            ],
            controlPoint: "D", weights: .init(peak: 100, floodStorage: 0.002 / 24, endStorage: 0.002, ramp: 0.05),
            scenarios: (0..<count).map { scenario($0, of: count) })
    }

    private static func scenario(_ number: Int, of count: Int) -> ReleaseProblem.Scenario {
        let sites: [(base: Double, peak: Double, time: Double)] = [
            (1.2, 7.5, 72), (1.5, 11, 78), (0.5, 4, 84), (0.7, 6.5, 66), (1.5, 5, 60),
        ]
        let share = 2 * Double.pi / Double(count)
        let quantile = Elementary.normalQuantile((Double(number) + 0.5) / Double(count))
        let shift = 8 * sin(share * Double(7 * number))
        let series = sites.enumerated().map { site, shape in
            (0..<240).map { step in
                func wave(_ peakTime: Double) -> Double {
                    let x = Double(step) / peakTime
                    return shape.base + (shape.peak - shape.base) * pow(x * exp(1 - x), 6)
                }
                guard count > 1 else { return wave(shape.time) }
                let factor = exp(0.30 * quantile + 0.15 * sin(share * Double(5 * number + 13 * site)))
                let member = shape.base + (wave(shape.time + shift) - shape.base) * factor
                let weight = min(1, Double(step) / 48)
                return wave(shape.time) * (1 - weight) + member * weight
            }
        }
        return ReleaseProblem.Scenario(inflow: Array(series.dropLast()), controlInflow: series[4])
    }
}
