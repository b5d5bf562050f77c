import Foundation
import Testing

/// `riparian ingest` and `riparian gate` as a duty officer uses them.
@Suite struct IngestCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private func ingest(_ lines: String...) throws -> Program.Outcome {
        let table =
            (["observed,received,station,property,value,unit,known,revision,supersedes,source,note"] + lines).joined(
                separator: "\n") + "\n"
        try Data(table.utf8).write(to: URL(filePath: path("table.csv")))
        try Program.makeNode(of: "vn-lao-cai", in: path("nodes"))
        return try Program.run(
            "ingest", path("table.csv"), "--dir", path("nodes"), "--party", "vn-lao-cai", "--received",
            "2026-07-02T00:00Z", "--json")
    }

    private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
    }

    private func gate(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(
            arguments: ["gate"] + arguments + ["--dir", path("nodes"), "--party", "vn-lao-cai", "--json"])
    }

    @Test func `a row that the node refuses is not called used`() throws {
        let first = try ingest("2026-07-01T07:00+07:00,,bao-ha,stage,54.31,m,observed,0,,made,")
        #expect(first.status == 0, "\(first.errors)")
        let second = try ingest(
            "2026-07-01T07:00+07:00,,bao-ha,stage,55.10,m,observed,0,,made,",
            "2026-07-01T08:00+07:00,,bao-ha,stage,54.40,m,observed,0,,made,")
        #expect(second.status == 1)
        let rows = try #require(try document(second)["rows"] as? [[String: Any]])
        #expect(rows.map { $0["verdict"] as? String } == ["refused", "used"])
        #expect((rows[0]["reason"] as? String)?.contains("higher revision") == true)
        #expect(try document(second)["stored"] as? Int == 1)
    }

    @Test func `readings for a party whose node is not there are refused, and no folder appears`() throws {
        _ = try ingest("2026-07-01T07:00+07:00,,bao-ha,stage,54.31,m,observed,0,,made,")
        for (party, folder) in [("cn-yunnan", "nodes"), ("vn-lao-cai", "node")] {
            let refused = try Program.run("ingest", path("table.csv"), "--dir", path(folder), "--party", party)
            #expect(refused.status == 2 && refused.errors.contains("no node of \(party) lies in"), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: path(folder) + "/" + party))
        }
    }

    @Test func `words at the gate say what they changed, and those that concern nothing are refused`() throws {
        #expect(try ingest("2026-07-01T07:00+07:00,,bao-ha,stage,54.31,m,observed,0,,made,").status == 0)
        let held = try document(try gate("hold", "vn-lao-cai/bao-ha/stage", "--by", "duty officer"))
        let waiting = try #require(held["held"] as? Int)
        #expect(waiting > 0)
        let taken = try document(try gate("take-back", "1", "--by", "duty officer"))
        #expect(taken["asked"] as? Int == waiting)
        let once = try document(try gate("approve", "vn-lao-cai/bao-ha/stage", "--once", "--by", "duty officer"))
        #expect(once["approved"] as? Int == waiting && once["left"] as? Int == waiting)
        for pattern in ["cn-yunnan/manhao/stage", "vn-lao-cai/nowhere/stage", "*/*/*"] {
            let refused = try gate("approve", pattern, "--by", "duty officer")
            #expect(refused.status == 2 && refused.errors.hasPrefix("riparian: error: "), "\(refused.errors)")
        }
        #expect(try gate("approve", "vn-lao-cai/*/*", "--by", "").status == 2)
        #expect(try gate("take-back", "1", "--by", "duty officer").status == 1)
        let series = try Program.run(
            "series", "vn-lao-cai/bao-ha/stage", "--dir", path("nodes"), "--party", "vn-lao-cai", "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(series.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["value"] as? Double == 54.31 && rows[0]["lane"] is NSNull)
        let wrong = try Program.run("series", "--nothing")
        #expect(wrong.status == 2 && wrong.errors.hasPrefix("riparian: error: "))
    }

    @Test func `readings that the agreement lets nobody have are counted`() throws {
        let inSeason = try ingest("2026-07-01T07:00+07:00,,bao-ha,stage,54.31,m,observed,0,,made,")
        #expect(try document(inSeason)["for_nobody"] as? Int == 0)
        let outOfSeason = try ingest("2026-01-05T07:00+07:00,,bao-ha,stage,50.31,m,observed,0,,made,")
        #expect(outOfSeason.status == 0)
        #expect(try document(outOfSeason)["for_nobody"] as? Int == 1)
    }

    @Test func `an hour in a foreign zone is stored only for whoever says that it is meant`() throws {
        let line = "2026-07-01T09:00+08:00,,bao-ha,stage,54.30,m,observed,0,,made,"
        let refused = try ingest(line, "2026-07-01T03:00Z,,bao-ha,stage,54.40,m,observed,0,,made,")
        #expect(try refused.status == 1 && document(refused)["stored"] as? Int == 1)
        let rows = try #require(try document(refused)["rows"] as? [[String: Any]])
        #expect(
            (rows[0]["reason"] as? String)?.contains("the station's office keeps +07:00: is the hour meant so?") == true
        )
        let meant = try Program.run(
            "ingest", path("table.csv"), "--any-zone", "--dir", path("nodes"), "--party", "vn-lao-cai", "--received",
            "2026-07-02T00:00Z", "--json")
        #expect(try meant.status == 0 && document(meant)["stored"] as? Int == 1)
    }

    @Test(.enabled(if: geteuid() == 0, "only the superuser works in other users' folders"))
    func `what the superuser does in another user's folder belongs to that user afterwards`() throws {
        let nodes = path("nodes")
        try FileManager.default.createDirectory(atPath: nodes, withIntermediateDirectories: true)
        #expect(chown(nodes, 12_345, 12_346) == 0)
        let line = "2026-07-01T07:00+07:00,,bao-ha,stage,54.31,m,observed,0,,made,"
        #expect(try ingest(line).status == 0)
        let made = try Program.run(
            "key", "make", "--dir", nodes, "--party", "vn-lao-cai", "--id", "spare")
        #expect(made.status == 0, "\(made.errors)")
        let names = try #require(FileManager.default.enumerator(atPath: nodes)).compactMap { $0 as? String }
        #expect(names.contains("vn-lao-cai/keys/spare.key"))
        for name in names {
            let facts = try FileManager.default.attributesOfItem(atPath: nodes + "/" + name)
            #expect(facts[.ownerAccountID] as? Int == 12_345, "\(name)")
        }
        let served = try Program.run("serve", "--dir", nodes, "--party", "vn-lao-cai")
        #expect(served.status == 2 && served.errors.contains("belongs to the user"), "\(served.errors)")
    }
}
