import Accord
import Forecasting
import Formats
import Foundation

/// Made cascades of all kinds, planned in the linear form one after the other; kept in a folder, they can be held against
/// another solver (`Scripts/check-plans`).
struct CascadeBench: Benchmark {
    let first: UInt64
    let count: Int
    /// Where problems and answers are kept; nil for nowhere.
    let folder: String?

    var unit: String { "ms" }
    var size: String { "each of \(count) made cascades, 1 to 8 reservoirs, 1 to 51 scenarios, linear" }

    func run() throws -> BenchSample {
        if let folder { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        var spent = Duration.zero
        var sums = (objective: 0.0, infeasible: 0.0, undecided: 0.0, slowest: 0.0)
        for seed in first..<first + UInt64(count) {
            let problem = ReleaseProblem.made(seed: seed)
            let begin = ContinuousClock.now
            let outcome = ReleasePlanner(problem, form: .linear, loop: parallelLoop(1)).plan()
            let time = ContinuousClock.now - begin
            spent += time
            sums.slowest = max(sums.slowest, time.inSeconds * 1000)
            var answer: [String: JSONValue] = [:]
            switch outcome {
            case .solved(let plan):
                sums.objective += plan.objective
                answer = [
                    "status": "optimal", "objective": .number(plan.objective), "bound": .number(plan.bound),
                    "prices": .array(plan.prices.map { PlanCommand.json(of: $0, problem) }),
                ]
            case .infeasible(let limits, _):
                sums.infeasible += 1
                answer = ["status": "infeasible", "conflict": ConflictWords(limits, of: problem).json]
            case .undecided:
                sums.undecided += 1
                answer = ["status": "undecided"]
            }
            guard let folder else { continue }
            try PlanFiles.write(problem.json.canonicalText + "\n", to: "\(folder)/\(seed).json")
            try PlanFiles.write(JSONValue.object(answer).canonicalText + "\n", to: "\(folder)/\(seed).answer.json")
        }
        return BenchSample(
            value: spent.inSeconds * 1000 / Double(count), checksum: sums.objective,
            details: [
                "infeasible": sums.infeasible, "undecided": sums.undecided, "slowest_ms": sums.slowest,
            ])
    }
}
