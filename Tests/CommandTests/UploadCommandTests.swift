import Foundation
import Testing

/// A dam company without a node: from the grant to its reading on the party's page, by program, form and mail.
@Suite(.serialized) struct UploadCommandTests {
    private let place: TemporaryPlace

    init() throws { place = try TemporaryPlace() }

    private func path(_ name: String) -> String { place.url.appending(path: name).path(percentEncoded: false) }

    private var node: [String] { ["--dir", path("nodes"), "--party", "cn-yunnan"] }

    private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Outcome {
        let outcome = try Program.run(arguments: arguments + node)
        #expect(outcome.status == status, "\(arguments.prefix(2)): \(outcome.errors)")
        return outcome
    }

    private func document<Document>(_ outcome: Program.Outcome) throws -> Document {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? Document, "\(outcome.errors)")
    }

    private func makeNode() throws -> Int {
        let (peers, pages) = (try TwoNodes.freePort(), try TwoNodes.freePort())
        _ = try run(
            "init", "--address", "https://127.0.0.1:\(peers)", "--listen", "127.0.0.1:\(peers)", "--pages",
            "127.0.0.1:\(pages)")
        return pages
    }

    private func grant(_ id: String, _ more: String...) throws -> [String: Any] {
        try document(try Program.run(arguments: ["upload", "grant", id, "--json"] + more + node))
    }

    /// A time some hours from now, in UTC.
    private func hours(_ hours: Double) -> String {
        Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + hours * 3600).rounded()).ISO8601Format()
    }

    private func table(_ rows: [String]) -> String {
        (["observed,station,property,value,unit"] + rows).joined(separator: "\n") + "\n"
    }

    /// Asks the door over real HTTPS, believing the node's own certificate alone: status and body.
    private func ask(
        _ port: Int, _ way: String, token: String? = nil, body: String? = nil, type: String = "text/csv"
    ) throws -> (status: Int, text: String) {
        let script = """
            import sys, ssl, json, urllib.request, urllib.error
            port, way, token, body, kind, certificate = sys.argv[1:7]
            context = ssl.create_default_context(cafile=certificate)
            headers = {"Content-Type": kind}
            if token: headers["Authorization"] = "Bearer " + token
            data = body.encode() if body else None
            request = urllib.request.Request("https://127.0.0.1:" + port + way, data=data, headers=headers)
            try:
                answer = urllib.request.urlopen(request, context=context, timeout=20)
                print(answer.status); print(answer.read().decode())
            except urllib.error.HTTPError as error:
                print(error.code); print(error.read().decode())
            """
        let text = try Program.python(
            script, ["\(port)", way, token ?? "", body ?? "", type, path("nodes/cn-yunnan/keys/upload.pem")])
        let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (Int(parts.first ?? "") ?? 0, parts.count > 1 ? String(parts[1]) : "")
    }

    /// Starts the node with a door for uploaders and waits until it answers, 30 s at most.
    private func serve(_ port: Int, _ more: String...) throws -> Process {
        let process = try Program.start(
            ["serve", "--upload", "127.0.0.1:\(port)"] + more + node, output: place.url.appending(path: "out"),
            errors: place.url.appending(path: "err"))
        for _ in 0..<150 {
            if try ask(port, "/health").status == 200 { break }
            usleep(200_000)
        }
        return process
    }

    /// The values of the gauge Nansha in the node, in the order of time.
    private func stages() throws -> [Double?] {
        let rows: [[String: Any]] = try document(try run("series", "cn-yunnan/nansha/stage", "--json"))
        #expect(rows.allSatisfy { $0["source"] as? String == "upload nansha-company" })
        return rows.map { $0["value"] as? Double }
    }

    private var log: String { (try? String(contentsOfFile: path("err"), encoding: .utf8)) ?? "" }

    @Test func `a reading goes from a program over HTTPS into the node and onto its page`() throws {
        let pages = try makeNode()
        let granted = try grant("nansha-company", "--series", "nansha/stage,malutang/*", "--intentions")
        let token = try #require(granted["token"] as? String)
        #expect(token.hasPrefix("rpu_") && token.count == 68)
        let file = try String(contentsOfFile: path("nodes/cn-yunnan/uploaders.yaml"), encoding: .utf8)
        #expect(!file.contains(token) && file.contains("token_sha256"))
        let rights = try FileManager.default.attributesOfItem(atPath: path("nodes/cn-yunnan/uploaders.yaml"))
        #expect(rights[.posixPermissions] as? Int == 0o600)
        let mail = path("mail/nansha-company")
        try FileManager.default.createDirectory(atPath: mail, withIntermediateDirectories: true)
        try Data(table(["\(hours(-3)),nansha,stage,222.1,m"]).utf8).write(to: URL(filePath: mail + "/m.csv"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: mail + "/m.csv")
        let port = try TwoNodes.freePort()
        let process = try serve(port, "--upload-mail", path("mail"))
        defer {
            process.interrupt()
            process.waitUntilExit()
        }
        let rows = [
            "\(hours(-1)),nansha,stage,222.25,m", "\(hours(6)),malutang,release-intention,700,m3/s",
            "\(hours(-1)),lao-cai,stage,80,m",
        ]
        let checked = try ask(port, "/api/v1/readings?check=yes", token: token, body: table(rows))
        #expect(checked.status == 200 && checked.text.contains("\"checked_only\": true"), "\(checked) \(log)")
        #expect(try TwoNodes().eventually { !FileManager.default.fileExists(atPath: mail + "/m.csv") }, "\(log)")
        #expect(try stages() == [222.1])
        let posted = try ask(port, "/api/v1/readings", token: token, body: table(rows))
        #expect(posted.status == 200 && posted.text.contains("foreign-station"), "\(posted)")
        let again = try ask(port, "/api/v1/readings", token: token, body: table(rows))
        #expect(again.text.contains("\"already_known\": 2") && again.text.contains("\"taken\": 0"))
        #expect(try stages() == [222.1, 222.25])
        let planned: [[String: Any]] = try document(try run("series", "cn-yunnan/malutang/release-intention", "--json"))
        #expect(planned.map { $0["known"] as? String } == ["forecast"])
        let page = try TwoNodes().page(at: pages, "/cn-yunnan/station/nansha?lang=en")
        #expect(page.contains("222.25") && page.contains("upload nansha-company"))
        #expect(try ask(port, "/api/v1/readings", token: "rpu_wrong", body: table(rows)).status == 401)
        let revoked = try run("upload", "revoke", "nansha-company")
        #expect(revoked.output.contains("can post no more"))
        let after = try ask(port, "/api/v1/readings", token: token, body: table(rows))
        #expect(after.status == 403 && after.text.contains("token-revoked"))
        let renewed: [String: Any] = try document(try run("upload", "renew", "nansha-company", "--json"))
        let next = try #require(renewed["token"] as? String)
        #expect(try ask(port, "/api/v1/readings", token: next, body: table(rows)).status == 200)
        #expect(try ask(port, "/api/v1/readings", token: token, body: table(rows)).status == 401)
        let listed: [[String: Any]] = try document(try run("upload", "list", "--json"))
        let tally = listed.first?["posted"] as? [String: Any]
        #expect(tally?["posts"] as? Int == 4 && tally?["taken"] as? Int == 3)
        #expect(!log.contains("rpu_") && log.contains("posted 3 rows by api, 2 taken"))
        #expect(log.contains("posted 1 rows by mail, 1 taken"))
    }

    @Test func `attachments are taken, refused or wait, and nothing is lost`() throws {
        _ = try makeNode()
        _ = try grant("nansha-company", "--series", "nansha/stage")
        _ = try grant("gone-company", "--series", "manhao/stage")
        _ = try run("upload", "revoke", "gone-company")
        for folder in ["mail/nansha-company", "mail/gone-company", "mail/Not An Id"] {
            try FileManager.default.createDirectory(atPath: path(folder), withIntermediateDirectories: true)
        }
        func put(_ name: String, _ text: String, age: Double = 60) throws {
            try Data(text.utf8).write(to: URL(filePath: path("mail/\(name)")))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path("mail/\(name)"))
        }
        let good = table(["\(hours(-1)),nansha,stage,222.25,m", "\(hours(-1)),manhao,stage,1,m"])
        try put("nansha-company/a.csv", good)
        try put("nansha-company/b.csv", good)
        try put("nansha-company/bad.csv", "observed,station\n1\n")
        try put("nansha-company/growing.csv", good, age: 2)
        try put("nansha-company/none.csv", table(["\(hours(-1)),manhao,stage,1,m"]))
        try put("nansha-company/report.pdf", "%PDF")
        try put("nansha-company/\(String(repeating: "l", count: 240)).csv", good)
        try put("gone-company/a.csv", good)
        try put("secret.csv", good)
        try FileManager.default.createSymbolicLink(
            atPath: path("mail/nansha-company/link.csv"), withDestinationPath: path("mail/secret.csv"))
        let collected = try run("upload", "collect", "--from", path("mail"), "--json", status: 1)
        let outcomes: [[String: Any]] = try document(collected)
        func state(_ file: String) -> String {
            outcomes.first { "\($0["uploader"] ?? "")/\($0["file"] ?? "")" == file }?["state"] as? String ?? "none"
        }
        #expect(state("nansha-company/a.csv") == "taken" && state("nansha-company/b.csv") == "taken")
        #expect(state("nansha-company/bad.csv") == "refused" && state("nansha-company/none.csv") == "refused")
        #expect(state("nansha-company/report.pdf") == "refused" && state("nansha-company/link.csv") == "refused")
        #expect(state("nansha-company/growing.csv") == "none" && state("gone-company/a.csv") == "waiting")
        let counts = outcomes.filter { $0["state"] as? String == "taken" }.map { $0["already_known"] as? Int }
        #expect(counts == [0, 1, 1])
        let taken = try FileManager.default.contentsOfDirectory(atPath: path("mail/nansha-company/taken"))
        #expect(taken.count { $0.hasSuffix("-a.csv") } == 1 && taken.count { $0.hasSuffix(".txt") } == 3)
        let note = try #require(taken.first { $0.hasSuffix("-a.csv.txt") })
        let receipt = try String(contentsOfFile: path("mail/nansha-company/taken/\(note)"), encoding: .utf8)
        #expect(receipt.contains("回执") && receipt.contains("Biên nhận") && receipt.contains("not-granted"))
        let refused = try FileManager.default.contentsOfDirectory(atPath: path("mail/nansha-company/refused"))
        #expect(refused.count == 8)
        let left = try FileManager.default.contentsOfDirectory(atPath: path("mail/nansha-company")).sorted()
        #expect(left == ["growing.csv", "refused", "taken"])
        #expect(try String(contentsOfFile: path("mail/secret.csv"), encoding: .utf8) == good)
        let series: [[String: Any]] = try document(try run("series", "cn-yunnan/nansha/stage", "--json"))
        #expect(series.count == 1)
    }

    @Test func `a grant is refused where it would be none, and says why`() throws {
        _ = try makeNode()
        func refusal(_ arguments: String..., status: Int32) throws -> String {
            let outcome = try Program.run(arguments: ["upload"] + arguments + node)
            #expect(outcome.status == status && outcome.errors.hasPrefix("riparian: error: "), "\(outcome.errors)")
            return outcome.errors
        }
        #expect(try refusal("grant", "x", "--series", "lao-cai/stage", status: 1).contains("vn-lao-cai"))
        #expect(try refusal("grant", "x", "--series", "*/stage", status: 2).contains("always named"))
        #expect(try refusal("grant", "x", "--series", "nowhere/stage", status: 2).contains("no station nowhere"))
        #expect(try refusal("grant", "x", "--series", "malutang/release-intention", status: 2).contains("--intentions"))
        #expect(try refusal("grant", "X Y", "--series", "nansha/stage", status: 2).contains("is no id"))
        #expect(
            try refusal("grant", "x", "--series", "nansha/stage", "--mapping", "none", status: 2).contains("none.yaml"))
        #expect(try refusal("revoke", "x", status: 2).contains("nobody is called x"))
        _ = try grant("x", "--series", "nansha/stage", "--mapping", "sl323-river")
        #expect(try refusal("grant", "x", "--series", "nansha/stage", status: 1).contains("has a grant"))
        try Data("uploaders:\n  - id: x\n    token: rpu_1\n".utf8).write(
            to: URL(filePath: path("nodes/cn-yunnan/uploaders.yaml")))
        #expect(try refusal("list", status: 2).contains("uploaders.yaml:3:5"))
    }
}
