import Foundation
import TestKit
import Testing

/// `riparian accord` as a user runs it.
@Suite struct AccordCommandTests {
    private let lancang = "Fixtures/agreements/lancang-flood-season.yaml"

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `duties are listed with their deadline in the zones of the document`() throws {
        let period = ["--from", "2026-07-10T00:00Z", "--to", "2026-07-11T00:00Z"]
        let lines = try Program.run("accord", "duties", lancang, period[0], period[1], period[2], period[3])
        #expect(lines.status == 0 && lines.errors.isEmpty)
        #expect(lines.output.contains("due 2026-07-10T01:00:00Z  beijing 09:00"))
        #expect(lines.output.hasSuffix("2 due, 24 values of each series at least\n"))
        let found = try document(
            Program.run("accord", "duties", lancang, period[0], period[1], period[2], period[3], "--json"))
        let duty = try #require((found["duties"] as? [[String: Any]])?.first)
        #expect(duty["due_in_zone"] as? String == "2026-07-10T09:00:00+08:00" && duty["zone"] as? String == "beijing")
        #expect(duty["not_public"] as? [String] == ["in-force"])
        #expect((duty["covers"] as? [String: Any])?["count"] as? Int == 12)
        let none = try Program.run(
            "accord", "duties", lancang, period[0], period[1], period[2], period[3], "--series", "cn/man-an/discharge")
        #expect(none.status == 0 && none.output == "0 due, 0 values of each series at least\n")
    }

    @Test func `a period without a zone, or the wrong way round, is refused with an advice`() throws {
        let noZone = try Program.run(
            "accord", "duties", lancang, "--from", "2026-07-10T00:00", "--to", "2026-07-11T00:00Z")
        #expect(noZone.status == 2 && noZone.errors.contains("add the zone"))
        let inverted = try Program.run(
            "accord", "duties", lancang, "--from", "2026-07-11T00:00Z", "--to", "2026-07-10T00:00Z")
        #expect(inverted.status == 2 && inverted.errors.contains("ends before it begins"))
        let long = try Program.run(
            "accord", "duties", lancang, "--from", "0001-01-01T00:00Z", "--to", "9999-01-01T00:00Z")
        #expect(long.status == 2 && long.errors.contains("longer than 20 years"))
    }

    @Test func `a difference ends with exit code 1, the same document with 0`() throws {
        let place = try TemporaryPlace()
        let later = place.url.appending(path: "later.yaml").path(percentEncoded: false)
        let text = try Repository.text(lancang)
        try Data(text.replacing("\"10-31\"", with: "\"11-30\"").utf8).write(to: URL(filePath: later))
        let differs = try Program.run("accord", "diff", lancang, later)
        #expect(differs.status == 1 && differs.output.contains("~ 1  season.to: \"10-31\" -> \"11-30\""))
        #expect(differs.output.contains("the second names no document that it amends"))
        let json = try document(Program.run("accord", "diff", lancang, later, "--json"))
        #expect(json["differs"] as? Bool == true && (json["provisions"] as? [Any])?.count == 1)
        let same = try Program.run("accord", "diff", lancang, lancang)
        #expect(same.status == 0 && same.output.hasSuffix("the same document\n"))
        #expect(try Program.run("accord", "diff", lancang, later + ".absent").status == 2)
    }

    @Test func `passing on is explained by the redistribution of the clause`() throws {
        let at = ["--at", "2024-09-09T15:00+07:00"]
        let refused = try Program.run(
            "accord", "explain", "cn-yunnan/manhao/stage", "--held-by", "vn-lao-cai", "--reader", "vn-lai-chau", at[0],
            at[1])
        #expect(refused.status == 1)
        #expect(
            refused.output == "refused: Clause 1.1 does not allow vn-lao-cai to pass the value on to vn-lai-chau.\n")
    }
}
