import Foundation
import Testing

/// Two nodes as two processes on this machine: from nothing to the partner's reading.
@Suite(.serialized) struct ServeCommandTests {
    private let nodes: TwoNodes

    init() throws { nodes = try TwoNodes() }

    /// Test entries to a node that may not answer yet, then to one that may.
    private func drill() throws {
        let call = ["drill", "vn-lao-cai", "--by", "duty officer", "--json"] + nodes.node("cn-yunnan")
        let unanswered = try Program.run(arguments: call + ["--timeout", "2"])
        #expect(unanswered.status == 1 && unanswered.output.contains("riparian drill allow"))
        _ = try nodes.run(["drill", "allow", "--by", "head"] + nodes.node("vn-lao-cai"))
        let answered = try Program.run(arguments: call + ["--timeout", "60"])
        #expect(answered.status == 0 && answered.output.contains("\"answered\": 1"), "\(answered)\(nodes.logs)")
    }

    /// What a telephone reads from the codes that a node shows, in a file.
    private func codes(of party: String) throws -> String {
        let shown = try nodes.run(["peer", "show", "--json"] + nodes.node(party))
        let document = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        let parts = try #require(document?["parts"] as? [String])
        let file = nodes.path("\(party).codes.txt")
        try Data(parts.reversed().joined(separator: "\n").utf8).write(to: URL(filePath: file))
        return file
    }

    @Test func `two nodes meet, and a reading of one stands on the other's page`() throws {
        let (yunnan, laoCai) = (try nodes.make("cn-yunnan"), try nodes.make("vn-lao-cai"))
        let add = ["peer", "add", nodes.path("nodes/vn-lao-cai.introduction")] + nodes.node("cn-yunnan")
        let asked = try nodes.run(add, status: 1)
        #expect(asked.output.contains(laoCai.fingerprint) && asked.errors.isEmpty)
        let misheard = try nodes.run(add + ["--fingerprint", yunnan.fingerprint], status: 1)
        #expect(misheard.errors.contains("do not go on"))
        _ = try nodes.run(
            ["peer", "add", try codes(of: "cn-yunnan"), "--fingerprint", yunnan.fingerprint]
                + nodes.node("vn-lao-cai"))
        try nodes.meet(yunnan, laoCai)
        let ended = try nodes.serveBoth()
        defer { ended() }
        try nodes.approve()
        try nodes.ingest("2026-09-15T08:00+08:00,,manhao,stage,121.25,m,observed,0,,made,")
        #expect(try nodes.rows(1).first?["value"] as? Double == 121.25, "\(nodes.logs)")
        try nodes.ingest("2026-09-15T09:00+08:00,,manhao,stage,121.5,m,observed,0,,made,")
        let both = try nodes.rows(2)
        #expect(both.map { $0["index"] as? Int } == [0, 1])
        #expect(both.allSatisfy { ($0["lane"] as? String)?.hasPrefix("riparian/cn-yunnan/") == true })
        try drill()
        let page = try nodes.page(at: laoCai.pages, "/vn-lao-cai/exchange?lang=en")
        #expect(page.contains("Lines to the neighbours") && page.contains("agrees"))
        let again = try nodes.run(["serve"] + nodes.node("cn-yunnan"), status: 2)
        #expect(again.errors.contains("another process serves"))
        #expect(nodes.eventually { nodes.logs.contains("the line to vn-lao-cai stands") })
        let standing = try nodes.run(
            ["gate", "approve", "cn-yunnan/*/discharge", "--by", "duty officer", "--json"] + nodes.node("cn-yunnan"))
        #expect(standing.output.contains("\"served\": true"))
    }

    @Test
    func `the side that starts first hears that the line stands, and shows at once what came while nobody looked`()
        throws
    {
        let (yunnan, laoCai) = (try nodes.make("cn-yunnan"), try nodes.make("vn-lao-cai"))
        try nodes.meet(yunnan, laoCai)
        let first = try nodes.serve("cn-yunnan")
        defer { first.terminate() }
        #expect(nodes.eventually { nodes.logs.contains("vn-lao-cai does not answer: nobody listens there") })
        #expect(try !nodes.page(at: yunnan.pages, "/cn-yunnan/?lang=en").contains("Manhao"))
        try nodes.ingest("2026-09-15T08:00+08:00,,manhao,stage,121.25,m,observed,0,,made,")
        let second = try nodes.serve("vn-lao-cai")
        defer { second.terminate() }
        #expect(nodes.eventually { nodes.logs.contains("the line to vn-lao-cai stands") }, "\(nodes.logs)")
        #expect(!nodes.logs.contains("answers again"))
        usleep(3_500_000)
        #expect(try nodes.page(at: yunnan.pages, "/cn-yunnan/?lang=en").contains("Manhao"))
    }

    @Test func `a door that another program holds is named before anything is said to work`() throws {
        let yunnan = try nodes.make("cn-yunnan")
        let holder = try nodes.serve("cn-yunnan")
        defer { holder.terminate() }
        _ = nodes.eventually { (try? nodes.page(at: yunnan.pages, "/")) != nil }
        _ = try nodes.make("vn-lao-cai")
        let refused = try nodes.run(
            ["serve", "--pages", "127.0.0.1:\(yunnan.pages)"] + nodes.node("vn-lao-cai"), status: 2)
        #expect(refused.output.isEmpty)
        #expect(
            refused.errors.contains(
                "127.0.0.1:\(yunnan.pages) is in use by another program - give another place with --pages"),
            "\(refused.errors)")
        let nobody = try nodes.run(
            ["init", "--party", "vn-lai-chau", "--dir", nodes.path("nodes"), "--address", "https://c.example"],
            status: 2)
        #expect(nobody.errors.contains("--address takes https://HOST:PORT"))
    }

    /// Has both nodes believe a manifest of Yunnan, the neighbour first.
    private func trust(_ manifest: String) throws {
        for reader in ["vn-lao-cai", "cn-yunnan"] {
            _ = try nodes.run(["key", "trust", nodes.path(manifest)] + nodes.node(reader))
        }
    }

    /// Makes the next manifest of Yunnan.
    private func manifest(_ number: Int, _ arguments: String...) throws {
        let held = nodes.path("nodes/cn-yunnan/keys/trusted/cn-yunnan.manifest")
        _ = try nodes.run(
            ["key"] + arguments + [
                "--root", nodes.path("nodes/cn-yunnan.root.key"), "--previous", held, "--output",
                nodes.path("manifest.\(number)"),
            ])
        try trust("manifest.\(number)")
    }

    @Test func `keys and certificates are rotated and revoked while both nodes work, and no reading is missing`() throws
    {
        try nodes.meet(try nodes.make("cn-yunnan"), try nodes.make("vn-lao-cai"))
        let ended = try nodes.serveBoth()
        defer { ended() }
        try nodes.approve()
        let keys = nodes.path("nodes/cn-yunnan/keys")
        try nodes.ingest(days: 1...40)
        _ = try nodes.run(["key", "line", "--id", "line-2"] + nodes.node("cn-yunnan"))
        try manifest(2, "rotate", "line", "--keys", keys + "/line-2.request.json")
        #expect(nodes.eventually { nodes.logs.contains("lines show the certificate that is valid until") })
        try nodes.ingest(days: 41...80)
        _ = try nodes.run(["key", "make", "--id", "lane-2"] + nodes.node("cn-yunnan"))
        try manifest(3, "rotate", "lane", "--keys", keys + "/lane-2.request.json")
        #expect(nodes.eventually { nodes.logs.contains("signed with 2 key(s) now") })
        try nodes.ingest(days: 81...120)
        #expect(try nodes.rows(120 * 24).count == 120 * 24, "\(nodes.logs)")
        try manifest(4, "revoke", "line", "--reason", "copied", "--yes")
        try manifest(
            5, "revoke", "lane", "--reason", "stolen", "--lanes", nodes.path("nodes/cn-yunnan/lanes"), "--yes")
        #expect(nodes.eventually { nodes.logs.contains("signed with 1 key(s) now") })
        try nodes.ingest(days: 121...130)
        let rows = try nodes.rows(130 * 24)
        #expect(Set(rows.compactMap { $0["observed"] as? String }).count == 130 * 24 && rows.count == 130 * 24)
        let entries = Set(rows.compactMap { $0["index"] as? Int })
        #expect(entries == Set(0..<entries.count), "\(nodes.logs)")
        #expect(!nodes.logs.contains("refused from"), "\(nodes.logs)")
    }

    @Test func `a manifest whose secrets lie elsewhere is told of, and the node works on and starts with those it has`()
        throws
    {
        try nodes.meet(try nodes.make("cn-yunnan"), try nodes.make("vn-lao-cai"))
        let keys = nodes.path("nodes/cn-yunnan/keys")
        _ = try nodes.run(["key", "line", "--id", "line-2"] + nodes.node("cn-yunnan"))
        let secret = keys + "/line-2.line-key.pem"
        try FileManager.default.moveItem(atPath: secret, toPath: nodes.path("elsewhere.pem"))
        try manifest(2, "rotate", "line", "--keys", keys + "/line-2.request.json")
        let told = try Program.run(
            arguments: ["key", "trust", nodes.path("manifest.2")] + nodes.node("cn-yunnan"))
        #expect(told.status == 0 && told.errors.contains("1 certificate(s) whose secret is not in"), "\(told.errors)")
        let ended = try nodes.serveBoth()
        defer { ended() }
        try nodes.approve()
        try nodes.ingest(days: 1...2)
        #expect(try nodes.rows(2 * 24).count == 2 * 24, "\(nodes.logs)")
        try FileManager.default.moveItem(atPath: nodes.path("elsewhere.pem"), toPath: secret)
        #expect(nodes.eventually { nodes.logs.contains("lines show the certificate that is valid until") })
    }

    /// Ends a process and waits for it.
    private func end(_ process: Process) {
        process.interrupt()
        process.waitUntilExit()
    }

    /// The first proof of two histories in the reader's folder.
    private var proof: String? {
        let evidence = nodes.path("nodes/vn-lao-cai/evidence")
        let found = FileManager.default.enumerator(atPath: evidence)?.compactMap { $0 as? String }
        return found?.filter { $0.hasSuffix(".fork") }.sorted().first.map { evidence + "/" + $0 }
    }

    @Test
    func `a node that is started from an old copy of its folder is found out over the line, and the reader goes on`()
        throws
    {
        let (yunnan, laoCai) = (try nodes.make("cn-yunnan"), try nodes.make("vn-lao-cai"))
        try nodes.meet(yunnan, laoCai)
        try nodes.approve()
        let reader = try nodes.serve("vn-lao-cai")
        defer { end(reader) }
        var provider = try nodes.serve("cn-yunnan")
        try nodes.ingest("2026-09-15T08:00+08:00,,manhao,stage,121.25,m,observed,0,,made,")
        #expect(try nodes.rows(1).count == 1, "\(nodes.logs)")
        end(provider)
        let (folder, old) = (nodes.path("nodes/cn-yunnan"), nodes.path("old"))
        try FileManager.default.copyItem(atPath: folder, toPath: old)
        provider = try nodes.serve("cn-yunnan")
        try nodes.ingest("2026-09-15T09:00+08:00,,manhao,stage,121.5,m,observed,0,,made,")
        #expect(try nodes.rows(2).count == 2, "\(nodes.logs)")
        end(provider)
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: old, toPath: folder)
        // Another second reading, signed before the node has spoken with anybody.
        try nodes.ingest("2026-09-15T09:00+08:00,,manhao,stage,127.5,m,observed,0,,made,")
        provider = try nodes.serve("cn-yunnan")
        defer { end(provider) }
        #expect(nodes.eventually { proof != nil }, "\(nodes.logs)")
        let file = try #require(proof)
        let key = nodes.path("nodes/cn-yunnan.root.key.vkey")
        let checked = try nodes.run([
            "lane", "fork", file, "--root", key, "--manifest",
            nodes.path("nodes/vn-lao-cai/keys/trusted/cn-yunnan.manifest"),
        ])
        #expect(checked.output.contains("a proof: two histories"), "\(checked)")
        let values = try nodes.rows(2).compactMap { $0["value"] as? Double }
        #expect(values == [121.25, 121.5])
        let page = try nodes.page(at: laoCai.pages, "/vn-lao-cai/exchange?lang=en")
        #expect(page.contains("Two histories of one lane"), "\(page)")
    }
}
