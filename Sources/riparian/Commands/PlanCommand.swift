import Accord
import ArgumentParser
import Dispatch
import Forecasting
import Formats
import Foundation
import Series

/// `riparian plan`: what to release, from a self-describing problem.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan the releases of reservoirs, with a proof of how good the plan is.",
        discussion: """
            Examples:
              riparian plan --problem Fixtures/rb4/rb4-s1.json
              riparian plan --problem Fixtures/rb4/rb4-s12.json --form lp --output plan.json --json
              riparian plan --problem Fixtures/rb4/rb4-s12.json --check plan.json
              riparian plan --telegrams Fixtures/telegrams/thac-ba-2024-09.csv --reservoir thac-ba-dam
              riparian plan --node nodes/vn-tuyen-quang --lang vi
              riparian plan --node nodes/vn-tuyen-quang --output plan.json
              riparian plan --cascade plan.json

            --node plans for the own dams of a node from their newest readings and from the releases that neighbours have
            announced. What --output keeps holds all that the plan was made from: --cascade makes it again, and says whether the
            same came out.
            The problem and the schedule are described in Documentation/Planner.md. Where no plan keeps all limits, the answer
            names few that cannot be kept together, and the exit code is 1.
            """)

    /// How a change of release is charged.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case qp
        case lp

        var planForm: PlanForm { self == .qp ? .quadratic : .linear }
    }

    @Option(help: "The problem, a JSON file; - reads standard input.")
    var problem: String?

    @Option(help: "The folder of a node, in the place of a problem: plan for its own dams as they stand.")
    var node: String?

    @Option(help: "The time for which a node plans, ISO 8601 with a zone; now if not given.")
    var at: String?

    @Option(help: "A cascade of dams, or a kept plan to make again, a JSON file, in the place of a problem.")
    var cascade: String?

    @Option(help: "The language of the text: vi, zh-Hans or en.")
    var lang = "en"

    @Option(help: "Telegrams of a dam, a CSV file, in the place of a problem.")
    var telegrams: String?

    @Option(help: "The reservoir of the telegrams, by its id in the pack.")
    var reservoir: String?

    @Option(help: "The folder of the pack that knows the reservoir; of a node the one in its folder, if not given.")
    var pack: String?

    @Option(help: "Changes of release are charged by their square (qp) or by their size (lp).")
    var form = Form.qp

    @Option(help: "Where the plan is written; equal problems give equal bytes.")
    var output: String?

    @Option(help: "A schedule to review in place of planning: its largest violation and what it costs.")
    var check: String?

    @Option(help: "Threads that plan; 0 for one a core. The plan does not depend on it.")
    var threads = 0

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard (0...1024).contains(threads) else { throw ValidationError("--threads takes 0 to 1024") }
        guard [problem, telegrams, node, cascade].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --problem, --node, --cascade and --telegrams")
        }
        if telegrams != nil, reservoir == nil { throw ValidationError("--telegrams needs --reservoir") }
        if telegrams != nil, output != nil { throw ValidationError("--output goes with a plan, not with --telegrams") }
        if problem == nil, check != nil { throw ValidationError("--check goes with --problem") }
        if node == nil, at != nil { throw ValidationError("--at goes with --node") }
        guard Language(rawValue: lang) != nil else { throw ValidationError("--lang takes vi, zh-Hans or en") }
        if check != nil, output != nil { throw ValidationError("--check makes no plan: leave --output out") }
    }

    func run() async throws {
        if let telegrams { return try review(telegrams: telegrams) }
        if let node { return try await PlanNode(self).plan(node) }
        if let cascade { return try PlanNode(self).plan(cascade: cascade) }
        let problem = try PlanFiles.problem(at: self.problem ?? "-")
        if let check {
            try review(problem, path: check)
        } else {
            try plan(problem)
        }
    }

    private func review(telegrams: String) throws {
        let answer = try PlanTelegrams(
            path: telegrams, reservoir: reservoir ?? "", pack: try loadPack(pack ?? StandardPack.folder)
        ).run()
        if json {
            printDocument(PlanTelegrams.json(answer.result, answer.quality))
        } else {
            print(PlanTelegrams.text(answer.result, answer.quality))
        }
    }

    // MARK: - Plan

    private func plan(_ problem: ReleaseProblem) throws {
        let processor = ProcessUse.processorSeconds
        let begin = ContinuousClock.now
        let outcome = ReleasePlanner(problem, form: form.planForm, loop: parallelLoop(threads)).plan()
        let wall = (ContinuousClock.now - begin).inSeconds
        let spent: [String: JSONValue] = [
            "cpu_s": .number(ProcessUse.processorSeconds - processor), "wall_s": .number(wall),
        ]
        let rules = ScheduleReview(problem.ruleSchedule(), of: problem, form: form.planForm)
        var document = try document(of: outcome, problem)
        document["rules"] = [
            "objective": .number(rules.objective), "mean_peak": .number(rules.meanPeak),
            "violation": .number(rules.largestViolation),
        ]
        if let output { try PlanFiles.write(JSONValue.object(document).canonicalText + "\n", to: output) }
        if json {
            print(JSONValue.object(document.merging(spent) { $1 }).canonicalText)
        } else {
            print(try PlanTables(problem: problem, outcome: outcome, rules: rules, seconds: wall).text)
        }
        if case .solved = outcome { return }
        throw CommandRefusal(.no)
    }

    private func document(of outcome: PlanOutcome, _ problem: ReleaseProblem) throws -> [String: JSONValue] {
        switch outcome {
        case .solved(let plan):
            let figures: [String: JSONValue] = [
                "status": "optimal", "form": .string(form.rawValue), "objective": .number(plan.objective),
                "bound": .number(plan.bound), "gap": .number(plan.gap), "iterations": .integer(plan.iterations),
                "violation": .number(plan.review.largestViolation), "mean_peak": .number(plan.review.meanPeak),
                "peaks": .array(plan.review.peaks.map { .number($0) }),
                "prices": .array(plan.prices.map { PlanCommand.json(of: $0, problem) }),
            ]
            return plan.schedule.json.merging(figures) { $1 }
        case .infeasible(let limits, let iterations):
            let words = ConflictWords(limits, of: problem)
            return [
                "status": "infeasible", "form": .string(form.rawValue), "conflict": words.json,
                "iterations": .integer(iterations),
                "reason": .array(
                    words.sentences(try Catalogues.bundled()).map {
                        ["vi": .string($0.vi), "zh": .string($0.zh), "en": .string($0.en)]
                    }),
            ]
        case .undecided(let iterations):
            // what is done then are the rules
            let figures: [String: JSONValue] = [
                "status": "undecided", "form": .string(form.rawValue), "iterations": .integer(iterations),
            ]
            return problem.ruleSchedule().json.merging(figures) { $1 }
        }
    }

    /// A price as the answer writes it.
    static func json(of price: LimitPrice, _ problem: ReleaseProblem) -> JSONValue {
        [
            "limit": .string(price.limit.rawValue), "reservoir": .string(problem.reservoirs[price.reservoir].id),
            "saving": .number(price.saving), "step": .integer(price.step),
        ]
    }

    // MARK: - Check

    private func review(_ problem: ReleaseProblem, path: String) throws {
        let schedule = try PlanFiles.schedule(at: path, for: problem)
        let review = ScheduleReview(schedule, of: problem, form: form.planForm)
        let worst = review.worst
        let isKept = review.largestViolation <= PlanFiles.checkTolerance
        if json {
            printDocument([
                "status": isKept ? "feasible" : "infeasible", "form": .string(form.rawValue),
                "objective": .number(review.objective), "largest_violation": .number(review.largestViolation),
                "tolerance": .number(PlanFiles.checkTolerance),
                "limit": .optional(worst?.limit),
                "reservoir": .optional(worst.map { problem.reservoirs[$0.reservoir].id }),
                "step": worst.map { .integer($0.step) } ?? .null,
                "scenario": worst.map { .integer($0.scenario) } ?? .null, "mean_peak": .number(review.meanPeak),
                "peaks": .array(review.peaks.map { .number($0) }),
            ])
        } else {
            print("objective \(review.objective) (\(form.rawValue)), mean peak \(review.meanPeak)")
            if let worst {
                print(
                    "largest violation \(worst.amount): \(worst.limit) of \(problem.reservoirs[worst.reservoir].id), "
                        + "step \(worst.step), scenario \(worst.scenario)")
            } else {
                print("all limits are kept")
            }
        }
        if !isKept { throw CommandRefusal(.no) }
    }
}

/// A parallel loop on so many threads; 0 for as many as there are cores.
func parallelLoop(_ threads: Int) -> ParallelLoop {
    { count, body in
        if threads == 1 || count < 2 {
            for index in 0..<count { body(index) }
        } else if threads == 0 || threads >= count {
            DispatchQueue.concurrentPerform(iterations: count, execute: body)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                for index in stride(from: thread, to: count, by: threads) { body(index) }
            }
        }
    }
}

/// The files of the planner.
enum PlanFiles {
    /// A schedule that misses a limit by no more keeps it: the tolerance of the exchange format.
    static let checkTolerance = 1e-6

    static func problem(at path: String) throws -> ReleaseProblem {
        do throws(ReleaseFileProblem) { return try readReleaseProblem(try bytes(at: path), file: path) } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }

    static func schedule(at path: String, for problem: ReleaseProblem) throws -> ReleaseSchedule {
        do throws(ReleaseFileProblem) {
            return try readReleaseSchedule(try bytes(at: path), file: path, for: problem)
        } catch {
            throw CommandRefusal(unreadable: error.fault)
        }
    }

    static func bytes(at path: String) throws(ReleaseFileProblem) -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReleaseFileProblem(
                fault: Fault(
                    file: path, line: 1, rule: "plan-problem", message: "the file is absent or unreadable",
                    advice: "give the path of a JSON file"))
        }
        return [UInt8](data)
    }

    static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw CommandRefusal(.usage, "\(path) cannot be written - give a path in a folder that you may write to")
        }
    }
}
