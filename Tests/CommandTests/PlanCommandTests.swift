import Accord
import Formats
import Foundation
import Series
import TestKit
import Testing

@Suite struct PlanCommandTests {
    private static let problem = "Fixtures/rb4/rb4-s1.json"

    private func document(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func `a plan is printed with the keys of the contract, kept without times, and passes its own check`() throws
    {
        let folder = try TemporaryPlace()
        let path = folder.url.appending(path: "plan.json").path()
        let run = try Program.run("plan", "--problem", Self.problem, "--form", "qp", "--output", path, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let plan = try document(run.output)
        let keys = [
            "status", "objective", "bound", "gap", "iterations", "cpu_s", "wall_s", "first", "scenarios",
        ]
        #expect(Set(plan.keys).isSuperset(of: keys))
        #expect(plan["status"] as? String == "optimal")
        #expect(((plan["objective"] as? Double ?? 0) / 810.844557 - 1).magnitude <= 1e-6)
        let first = try #require(plan["first"] as? [String: [[Double]]])
        #expect(first["turbine"]?.map(\.count) == [24, 24, 24, 24])
        let later = try #require(plan["scenarios"] as? [[String: [[Double]]]])
        #expect(later.map { $0["spill"]?.map(\.count) } == [[216, 216, 216, 216]])
        let kept = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!kept.contains("wall_s"))

        let check = try Program.run("plan", "--problem", Self.problem, "--check", path, "--json")
        #expect(check.status == 0, "\(check.errors)")
        let review = try document(check.output)
        #expect(review["objective"] as? Double == plan["objective"] as? Double)
        #expect((review["largest_violation"] as? Double ?? 1) <= 1e-7)
    }

    @Test func `one thread and two keep the same bytes, and people get a table`() throws {
        let folder = try TemporaryPlace()
        let paths = ["1", "2"].map { folder.url.appending(path: $0).path() }
        for (threads, path) in zip(["1", "2"], paths) {
            let run = try Program.run(
                "plan", "--problem", Self.problem, "--form", "lp", "--threads", threads, "--output", path)
            #expect(run.status == 0)
            #expect(run.output.contains("proven best"))
            #expect(run.output.contains("R4"))
        }
        let kept = try paths.map { try Data(contentsOf: URL(filePath: $0)) }
        #expect(kept[0] == kept[1])
    }

    @Test func `what cannot be kept is named and ends with 1`() throws {
        let folder = try TemporaryPlace()
        let text = try Repository.text(Self.problem).replacing(
            "\"storage_max\":1450.0", with: "\"storage_max\":1100.0")
        let path = folder.url.appending(path: "full.json")
        try Data(text.utf8).write(to: path)
        let run = try Program.run("plan", "--problem", path.path(), "--json")
        #expect(run.status == 1)
        let answer = try document(run.output)
        #expect(answer["status"] as? String == "infeasible")
        let conflict = try #require(answer["conflict"] as? [[String: Any]])
        #expect(conflict.contains { $0["limit"] as? String == "storage_max" && $0["reservoir"] as? String == "R1" })
        #expect(conflict.allSatisfy { $0["step"] is Int })
        let words = try Program.run("plan", "--problem", path.path())
        #expect(words.status == 1)
        #expect(words.output.contains("R1, step 0"))
    }

    @Test func `a schedule that misses limits is told by how much`() throws {
        let folder = try TemporaryPlace()
        let row = { (steps: Int) in Array(repeating: Array(repeating: 2.0, count: steps), count: 4) }
        let schedule: [String: Any] = [
            "first": ["turbine": row(24), "spill": row(24)], "scenarios": [["turbine": row(216), "spill": row(216)]],
        ]
        let path = folder.url.appending(path: "made.json")
        try JSONSerialization.data(withJSONObject: schedule).write(to: path)
        let run = try Program.run("plan", "--problem", Self.problem, "--check", path.path(), "--json")
        #expect(run.status == 1)
        let review = try document(run.output)
        #expect((review["largest_violation"] as? Double ?? 0) > 1)
        #expect(review["status"] as? String == "infeasible")
    }

    @Test func `a kept cascade is planned, and a kept plan is made again and compared`() throws {
        let folder = try TemporaryPlace()
        let start = Instant(secondsSinceEpoch: 1_725_753_600)
        let made = samplePlan(start: start, party: try #require(PartyID("vn-lao-cai")))
        let (cascade, plan) = (
            folder.url.appending(path: "cascade.json").path(), folder.url.appending(path: "plan.json").path()
        )
        try Data(made.json.readableText.utf8).write(to: URL(filePath: cascade))
        let run = try Program.run("plan", "--cascade", cascade, "--output", plan, "--lang", "vi")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("Hồ mẫu") && run.output.contains("thông báo trước"))
        let again = try Program.run("plan", "--cascade", plan, "--json", "--threads", "1")
        #expect(again.status == 0 && again.errors.contains("the same plan came out"), "\(again.errors)")
        #expect(again.output == (try String(contentsOfFile: plan, encoding: .utf8)))
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        let changed = text.replacing("\"basis\":\"plan\"", with: "\"basis\":\"rules\"")
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(filePath: plan))
        let other = try Program.run("plan", "--cascade", plan)
        #expect(other.status == 1 && other.errors.contains("says something else than comes out now"))
    }

    @Test func `a node without readings is told what is missing, dam by dam, in the language asked for`() throws {
        let folder = try TemporaryPlace()
        let dir = folder.url.path()
        let made = try Program.run(
            "init", "--party", "vn-lao-cai", "--dir", dir, "--address", "https://node.example:8443")
        #expect(made.status == 0, "\(made.errors)")
        let run = try Program.run("plan", "--node", dir + "/vn-lao-cai", "--lang", "vi")
        #expect(run.status == 1)
        #expect(run.errors.contains("Hồ Thác Bà") && run.errors.contains("6 giờ qua"), "\(run.errors)")
        #expect(run.errors.contains("no dam of vn-lao-cai can be planned"))
        let absent = try Program.run("plan", "--node", dir + "/vn-lai-chau")
        #expect(absent.status == 2 && absent.errors.contains("no node of vn-lai-chau lies in"))
    }

    @Test func `wrong usage and unreadable input end with 2 and say what to do`() throws {
        let absent = try Program.run("plan", "--problem", "absent.json")
        #expect(absent.status == 2)
        #expect(absent.errors.contains("(absent.json:1:1) - "))
        let both = try Program.run("plan", "--problem", Self.problem, "--check", "a", "--output", "b")
        #expect(both.status == 2)
        #expect(try Program.run("plan", "--node", "a", "--cascade", "b").status == 2)
        #expect(try Program.run("plan", "--cascade", "a", "--check", "b").status == 2)
        #expect(try Program.run("plan", "--problem", Self.problem, "--at", "2024-09-09T00:00:00Z").status == 2)
        #expect(try Program.run("plan", "--cascade", "a", "--lang", "fr").status == 2)
        #expect(try Program.run("plan").status == 2)
        let none = try Program.run("plan", "--cascade", Self.problem)
        #expect(none.status == 2 && none.errors.contains("the key kind is missing"))
        let other = try Program.run("plan", "--problem", "Fixtures/textbook_cases.json")
        #expect(other.status == 2)
        #expect(other.errors.contains("the key steps is missing (Fixtures/textbook_cases.json:1:"))
    }
}
