import Foundation
import Testing

@Suite struct ReplayCommandTests {
    private func document(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func crests(_ document: [String: Any], _ station: String) throws -> [(issued: String, ours: Double)] {
        try #require(document["peaks"] as? [[String: Any]]).filter { $0["station"] as? String == station }.map {
            ($0["issued"] as? String ?? "", $0["ours"] as? Double ?? .nan)
        }
    }

    @Test func `two replays of Yagi print the same bytes, with the keys of the contract`() throws {
        let one = try Program.run("replay", "--event", "yagi-2024", "--json")
        let two = try Program.run("replay", "--event", "yagi-2024", "--json")
        #expect(one == two)
        #expect(one.status == 0)
        #expect(one.errors.isEmpty)
        let keys = Set(try document(one.output).keys)
        #expect(keys.isSuperset(of: ["event", "seed", "rows", "forecasts", "peaks", "warnings", "balance"]))
    }

    @Test func `the crests of Bao Ha and Yen Bai are seen in time`() throws {
        let result = try document(Program.run("replay", "--event", "yagi-2024", "--json").output)
        for crest in try crests(result, "bao-ha") where ("2024-09-09T02:15"..."2024-09-10T05").contains(crest.issued) {
            #expect((crest.ours - 61.81).magnitude <= 0.8, "Bao Ha from \(crest.issued): \(crest.ours)")
        }
        for crest in try crests(result, "yen-bai") where ("2024-09-09T13:00"..."2024-09-10T10").contains(crest.issued) {
            #expect((crest.ours - 35.73).magnitude <= 0.75, "Yen Bai from \(crest.issued): \(crest.ours)")
        }
        let balances = try #require(result["balance"] as? [[String: Any]])
        #expect(!balances.isEmpty)
        #expect(balances.allSatisfy { ($0["relative"] as? Double ?? 1).magnitude <= 1e-9 })
    }

    @Test func `raising every later reading of Yagi by 5 m leaves all earlier forecasts as they were`() throws {
        let folder = try TemporaryPlace()
        let source = URL(filePath: "Packs/red-river/events/yagi-2024")
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let event = folder.url.appending(path: "yagi-2024")
        try FileManager.default.copyItem(
            at: root.appending(path: source.relativePath), to: event)
        let levels = event.appending(path: "levels.csv")
        let cut = "2024-09-09T20:00:00+07:00"
        let raised = try String(contentsOf: levels, encoding: .utf8).split(separator: "\n").map { line in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields[0] > cut, let value = Double(fields[4]) else { return String(line) }
            fields[4] = "\(value + 5)"
            return fields.joined(separator: ",")
        }.joined(separator: "\n")
        try (raised + "\n").write(to: levels, atomically: true, encoding: .utf8)
        func forecasts(_ event: String) throws -> [String] {
            let result = try document(Program.run("replay", "--event", event, "--json").output)
            return try #require(result["forecasts"] as? [[String: Any]]).filter {
                ($0["issued"] as? String ?? "") <= "2024-09-09T13:00:00Z"
            }.map { row in
                ["station", "issued", "valid", "median", "p05", "p25", "p75", "p95", "method", "known"]
                    .map { "\(row[$0] ?? "")" }.joined(separator: " ")
            }
        }
        let before = try forecasts("yagi-2024")
        #expect(before.count > 300)
        #expect(try forecasts(event.path(percentEncoded: false)) == before)
    }

    @Test func `the share that did not come is asked about only on demand and marked estimated`() throws {
        let plain = try Program.run("replay", "--event", "yagi-2024", "--json")
        #expect(try document(plain.output)["what_if"] == nil)
        let asked = try Program.run(
            "replay", "--event", "yagi-2024", "--json", "--what-if",
            "Packs/red-river/events/yagi-2024/what-if-manhao.yaml")
        let whatIf = try #require(try document(asked.output)["what_if"] as? [String: Any])
        let rows = try #require(whatIf["forecasts"] as? [[String: Any]])
        #expect(rows.contains { $0["known"] as? String == "estimated" && $0["station"] as? String == "lao-cai" })
    }

    @Test func `an event that is nowhere is named with the events there are`() throws {
        let outcome = try Program.run("replay", "--event", "no-such-flood")
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("riparian: error: no event 'no-such-flood'"))
        #expect(outcome.errors.contains("yagi-2024"))
    }

    @Test(arguments: ["replay", "pack", "bench"])
    func `every command explains itself`(command: String) throws {
        let outcome = try Program.run(command, "--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE"))
    }
}
