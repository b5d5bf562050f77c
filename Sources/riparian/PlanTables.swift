import Accord
import Forecasting
import Formats
import Foundation
import Series

/// A plan as a person reads it on a terminal.
struct PlanTables {
    let problem: ReleaseProblem
    let outcome: PlanOutcome
    /// What plain rules would do.
    let rules: ScheduleReview
    /// s that planning took.
    let seconds: Double

    var text: String {
        get throws {
            switch outcome {
            case .solved(let plan): return solved(plan)
            case .infeasible(let limits, _):
                let catalogues = try Catalogues.bundled()
                let sentences = ConflictWords(limits, of: problem).sentences(catalogues)
                return ([catalogues[.english].text("plan.conflict")] + sentences.map { "  " + $0.en })
                    .joined(separator: "\n")
            case .undecided(let iterations):
                return "neither a plan nor a conflict was proven within \(iterations) iterations: go by the rules, "
                    + "which cost \(figure(rules.objective)) and miss a limit by \(figure(rules.largestViolation)) at most"
            }
        }
    }

    private func solved(_ plan: ReleasePlan) -> String {
        let review = plan.review
        var lines = [
            "\(problem.name): \(problem.reservoirs.count) reservoirs, \(problem.steps) steps, "
                + "\(problem.scenarios.count) scenarios, the first \(problem.sharedSteps) steps shared",
            "cost \(figure(plan.objective)), proven best to \(String(format: "%.1e", plan.gap)), "
                + "\(plan.iterations) iterations, \(String(format: "%.0f", seconds * 1000)) ms",
            "highest flow at \(problem.controlPoint): mean \(figure(review.meanPeak)), "
                + "largest \(figure(review.peaks.max() ?? 0))",
            "plain rules: cost \(figure(rules.objective)), mean \(figure(rules.meanPeak)), a limit missed by "
                + "\(figure(rules.largestViolation)) at most",
            "",
            row(["reservoir", "release at once", "largest release", "lowest storage", "highest storage", "at the end"]),
        ]
        for (place, reservoir) in problem.reservoirs.enumerated() {
            let releases = problem.scenarios.indices.map { scenario in
                let flows = plan.schedule.wholeFlows(place, scenario: scenario)
                return zip(flows.turbine, flows.spill).map { $0 + $1 }
            }
            let storages = review.storages.map { $0[place] }
            let ends = storages.compactMap(\.last)
            lines.append(
                row([
                    reservoir.id, span(releases.compactMap(\.first)), figure(releases.joined().max() ?? 0),
                    figure(storages.joined().min() ?? 0), figure(storages.joined().max() ?? 0), span(ends),
                ]))
        }
        guard !plan.prices.isEmpty else { return lines.joined(separator: "\n") }
        lines += ["", row(["reservoir", "limit that holds", "saved by one unit", "most at step"])]
        for price in plan.prices {
            lines.append(
                row([
                    problem.reservoirs[price.reservoir].id, price.limit.rawValue, figure(price.saving), "\(price.step)",
                ]))
        }
        return lines.joined(separator: "\n")
    }

    private func span(_ values: [Double]) -> String {
        guard let low = values.min(), let high = values.max() else { return "" }
        return figure(low) == figure(high) ? figure(low) : "\(figure(low))...\(figure(high))"
    }

    private func figure(_ value: Double) -> String { String(format: "%.6g", value) }

    private func row(_ cells: [String]) -> String {
        cells.map { $0.padding(toLength: max(18, $0.count + 2), withPad: " ", startingAt: 0) }.joined()
            .trimmingCharacters(in: .whitespaces)
    }
}
