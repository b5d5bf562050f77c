import Accord
import Forecasting
import Foundation
import Series
import TestKit
import Series
import Testing

@testable import Formats

@Suite struct ReleaseProblemReaderTests {
    static func fixture(_ name: String) throws -> ReleaseProblem {
        try readReleaseProblem(try Repository.bytes("Fixtures/rb4/\(name).json"), file: name)
    }

    @Test func `the four reservoirs of RB4 are read as their file has them`() throws {
        let problem = try Self.fixture("rb4-s12")
        #expect(problem.name == "RB4-240")
        #expect((problem.steps, problem.sharedSteps, problem.scenarios.count) == (240, 24, 12))
        #expect(problem.reservoirs.map(\.id) == ["R1", "R2", "R3", "R4"])
        #expect(problem.reservoirs[2].spillPerStorage == 0.0032)
        #expect(problem.links[1].to == .reservoir(2))
        #expect(problem.links[2].to == .controlPoint)
        #expect(problem.links[2].kernel.map(\.lag) == [11, 12, 13])
        #expect(problem.storagePerFlowStep == 3.6)
    }

    @Test(arguments: [
        (PlanForm.quadratic, 810.844557), (.linear, 812.604445),
    ])
    func `the optimum of RB4 with one scenario is met to a millionth`(form: PlanForm, optimum: Double) throws {
        guard case .solved(let plan) = ReleasePlanner(try Self.fixture("rb4-s1"), form: form).plan() else {
            Issue.record("RB4 was not planned")
            return
        }
        #expect((plan.objective / optimum - 1).magnitude <= 1e-6)
        #expect(plan.gap <= 1e-6)
        #expect(plan.review.largestViolation <= 1e-7)
        #expect((plan.review.meanPeak - (form == .quadratic ? 7.16524 : 7.16540)).magnitude <= 1e-4)
    }

    @Test func `the optimum of RB4 with twelve scenarios is not above the best plan known`() throws {
        guard case .solved(let plan) = ReleasePlanner(try Self.fixture("rb4-s12"), form: .quadratic).plan() else {
            Issue.record("RB4 was not planned")
            return
        }
        #expect(plan.objective <= 948.93762 * (1 + 1e-6))
        #expect(plan.gap <= 1e-6)
        #expect(plan.review.largestViolation <= 1e-7)
        #expect((plan.review.peaks.max() ?? 0) > 16)
    }

    @Test(arguments: [UInt64](1...40))
    func `a made problem written and read again is the same`(seed: UInt64) throws {
        let problem = ReleaseProblem.made(seed: seed)
        let text = problem.json.canonicalText
        #expect(try readReleaseProblem(Array(text.utf8), file: "made") == problem)
    }

    @Test func `a plan written and read again reviews the same`() throws {
        let problem = ReleaseProblem.made(seed: 8)
        guard case .solved(let plan) = ReleasePlanner(problem, form: .linear).plan() else {
            Issue.record("a loose cascade was not planned")
            return
        }
        let text = JSONValue.object(plan.schedule.json).canonicalText
        let schedule = try readReleaseSchedule(Array(text.utf8), file: "plan", for: problem)
        #expect(ScheduleReview(schedule, of: problem, form: .linear) == plan.review)
    }

    static let refusals: [(String, String, String)] = [
        ("\"steps\":240", "\"steps\":0", "steps is no whole number"),
        ("\"steps\":240", "\"steps\":1.5", "steps is no whole number"),
        ("\"steps\":240", "\"steps\":1e300", "steps is no whole number"),
        ("\"steps\":240", "\"steps\":241", "240 values in place of 241"),
        ("\"shared_first_steps\":24", "\"shared_first_steps\":241", "shared_first_steps is no whole number"),
        ("\"version\":1", "\"version\":2", "version 1"),
        ("\"scenarios_count\":1", "\"scenarios_count\":3", "scenarios_count"),
        ("\"ramp_max\":0.5", "\"ramp_max\":-0.5", "ramp_max is no number"),
        ("\"ramp_max\":0.5", "\"ramp_max\":null", "ramp_max is no number"),
        ("\"ramp_max\":0.5,", "", "the key ramp_max is missing"),
        ("\"id\":\"R2\"", "\"id\":\"R1\"", "the id R1 is given twice"),
        ("\"to\":\"R2\"", "\"to\":\"R9\"", "a reach ends at R9"),
        ("\"to\":\"R3\"", "\"to\":\"R1\"", "round in a circle"),
        ("\"lag\":5", "\"lag\":-5", "lag is no whole number"),
        ("\"weight\":0.5", "\"weight\":1e999", "a JSON value is expected"),
        ("\"peak\":100.0", "\"peak\":\"much\"", "peak is no number"),
        ("\"inflow\":[{", "\"inflow\":[{\"R7\":[],", "an inflow of R7"),
        ("\"name\"", "name", "a key in double quotes"),
        ("\"name\"", "\"steps\"", "stands twice"),
    ]

    @Test(arguments: refusals)
    func `a fault is named with its place`(old: String, new: String, message: String) throws {
        let text = try Repository.text("Fixtures/rb4/rb4-s1.json")
        let range = try #require(text.range(of: old))
        let damaged = "\n" + text.replacingCharacters(in: range, with: new)
        let problem = #expect(throws: ReleaseFileProblem.self) {
            try readReleaseProblem(Array(damaged.utf8), file: "x.json")
        }
        let fault = try #require(problem?.fault)
        #expect(fault.message.contains(message), "\(fault.message)")
        #expect(fault.file == "x.json")
        #expect(fault.position.line >= 2)
    }

    @Test func `every cut of a problem is refused and none traps`() throws {
        let bytes = Array(ReleaseProblem.made(seed: 61).json.canonicalText.utf8)
        for end in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: ReleaseFileProblem.self) { try readReleaseProblem(Array(bytes[..<end]), file: "cut") }
        }
    }

    @Test func `a schedule of another problem is refused with its place`() throws {
        let (one, other) = (ReleaseProblem.made(seed: 8), ReleaseProblem.made(seed: 9))
        guard case .solved(let plan) = ReleasePlanner(one, form: .linear).plan() else { return }
        let text = JSONValue.object(plan.schedule.json).canonicalText
        #expect(throws: ReleaseFileProblem.self) {
            try readReleaseSchedule(Array(text.utf8), file: "plan", for: other)
        }
    }

    @Test func `a conflict is told in three languages, neighbouring steps in one sentence`() throws {
        var problem = ReleaseProblem.made(seed: 8)
        problem.reservoirs[0].id = "Upper"
        let limits = [
            ConflictingLimit(limit: .rampMax, reservoir: 0, step: 3, scenario: nil),
            ConflictingLimit(limit: .rampMax, reservoir: 0, step: 4, scenario: nil),
            ConflictingLimit(limit: .storageMin, reservoir: 0, step: 4, scenario: 0),
        ]
        let words = ConflictWords(limits, of: problem)
        let sentences = words.sentences(try Catalogues.sample())
        #expect(sentences.count == 2)
        #expect(sentences[0].en.hasPrefix("Upper, steps 3 to 4, all scenarios: release changes by no more than"))
        #expect(sentences[0].vi.contains("các bước 3 đến 4"))
        #expect(sentences[1].zh.contains("蓄水量不低于"))
        guard case .array(let rows) = words.json else { return }
        #expect(rows.count == 3)
    }
}
