public import Accord
public import Forecasting
public import Series

/// Limits in conflict as a person reads them: neighbouring steps of one limit in one sentence.
public struct ConflictWords: Sendable {
    private let problem: ReleaseProblem
    private let limits: [ConflictingLimit]

    /// Makes the words for limits of a problem.
    public init(_ limits: [ConflictingLimit], of problem: ReleaseProblem) {
        self.limits = limits
        self.problem = problem
    }

    /// One object a limit: `limit`, `reservoir` (its id), `step` and `scenario` from 0; `scenario` is null where the limit is
    /// on a release that all scenarios share.
    public var json: JSONValue {
        .array(
            limits.map { limit in
                .object([
                    "limit": .string(limit.limit.rawValue),
                    "reservoir": .string(problem.reservoirs[limit.reservoir].id), "step": .integer(limit.step),
                    "scenario": limit.scenario.map { .integer($0) } ?? .null,
                ])
            })
    }

    /// The sentences in all languages.
    public func sentences(_ catalogues: Catalogues) -> [LocalizedText] {
        runs.map { run in
            func text(_ language: Language) -> String { sentence(run, catalogues[language]) }
            return LocalizedText(vi: text(.vietnamese), zh: text(.chinese), en: text(.english))
        }
    }

    /// Limits of one kind, reservoir and scenario in steps that follow each other.
    private struct Run {
        let limit: ConflictingLimit
        var last: Int
    }

    private var runs: [Run] {
        let order = Dictionary(uniqueKeysWithValues: PlanLimit.allCases.enumerated().map { ($1, $0) })
        let sorted = limits.sorted { left, right in
            func key(_ limit: ConflictingLimit) -> (Int, Int, Int, Int) {
                (limit.scenario ?? -1, limit.reservoir, order[limit.limit] ?? 0, limit.step)
            }
            return key(left) < key(right)
        }
        return sorted.reduce(into: []) { runs, limit in
            if let before = runs.last, before.limit.limit == limit.limit, before.limit.reservoir == limit.reservoir,
                before.limit.scenario == limit.scenario, before.last + 1 == limit.step
            {
                runs[runs.count - 1].last = limit.step
            } else {
                runs.append(Run(limit: limit, last: limit.step))
            }
        }
    }

    private func sentence(_ run: Run, _ catalogue: Catalogue) -> String {
        let reservoir = problem.reservoirs[run.limit.reservoir]
        let value: Double
        switch run.limit.limit {
        case .storageMin: value = reservoir.storageMin
        case .storageMax: value = reservoir.storageMax
        case .releaseMin: value = 0
        case .releaseMax: value = reservoir.turbineMax
        case .rampMax: value = reservoir.rampMax
        }
        let steps =
            run.limit.step == run.last
            ? catalogue.text("plan.step.one", ["first": "\(run.last)"])
            : catalogue.text("plan.step.several", ["first": "\(run.limit.step)", "last": "\(run.last)"])
        let scenario =
            run.limit.scenario.map { catalogue.text("plan.scenario.one", ["number": "\($0)"]) }
            ?? catalogue.text("plan.scenario.all")
        return catalogue.text(
            "plan.limit.\(run.limit.limit.rawValue)",
            [
                "reservoir": reservoir.id, "steps": steps, "scenario": scenario,
                "value": JSONValue.text(of: value),
            ])
    }
}
