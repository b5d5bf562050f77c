import Foundation
import TestKit
import Testing

/// `riparian pack` as a user runs it.
@Suite struct PackCommandTests {
    private func rows(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    }

    @Test(arguments: ["Junnan", "Van Nam", "Vân Nam", "云南"])
    func `each spelling of Yunnan is the one party`(_ name: String) throws {
        let outcome = try Program.run("pack", "resolve", name, "--json")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(try rows(outcome).map { $0["id"] as? String } == ["cn-yunnan"])
    }

    @Test func `Ha Giang is a station and a province with successor and date`() throws {
        let found = try rows(Program.run("pack", "resolve", "Hà Giang", "--json"))
        let keys = ["id", "kind", "name", "successor", "valid_from", "valid_to"]
        #expect(found.allSatisfy { $0.keys.sorted() == keys })
        #expect(found.contains { $0["kind"] as? String == "station" && $0["valid_to"] is NSNull })
        let province = try #require(found.first { $0["id"] as? String == "vn-ha-giang" })
        #expect(province["successor"] as? String == "vn-tuyen-quang" && province["valid_to"] as? String == "2025-07-01")
        #expect((province["name"] as? [String: Any])?["vi"] as? String == "Hà Giang")
    }

    @Test func `a fault ends the check with 1 and is printed with file, line, column, rule and advice`() throws {
        let place = try TemporaryPlace()
        let folder = place.url.appending(path: "pack")
        try FileManager.default.copyItem(at: Repository.root.appending(path: "Packs/red-river"), to: folder)
        let table = folder.appending(path: "reaches.csv")
        let text = try String(contentsOf: table, encoding: .utf8)
        try Data(text.replacing("lao-cai,bao-ha,63.2,", with: "lao-cai,bao-ha,-63.2,").utf8).write(to: table)
        let path = folder.path(percentEncoded: false)
        let outcome = try Program.run("pack", "check", path, "--json")
        #expect(outcome.status == 1)
        let fault = try #require(try rows(outcome).first { $0["rule"] as? String == "not-positive" })
        #expect(
            fault["file"] as? String == "reaches.csv" && fault["line"] as? Int == 6 && fault["column"] as? Int == 39)
        #expect(fault.keys.sorted() == ["advice", "column", "file", "line", "message", "rule"])
        let plain = try Program.run("pack", "check", path)
        #expect(plain.status == 1 && plain.output.contains("reaches.csv:6:39: "))
    }

    @Test func `no pack, no day and no such name end with their codes and say what to do`() throws {
        let nowhere = try Program.run("pack", "check", "no-such-folder")
        #expect(nowhere.status == 2 && nowhere.errors.hasPrefix("riparian: error: "))
        #expect(try Program.run("pack", "resolve", "Hà Giang", "--at", "2025").status == 2)
        let unknown = try Program.run("pack", "resolve", "Atlantis", "--json")
        #expect(unknown.status == 1 && unknown.output.trimmingCharacters(in: .whitespacesAndNewlines) == "[]")
    }
}
