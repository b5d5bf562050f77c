import Foundation
import Testing

/// The people of a node as its operator manages them, and as its pages see them while it is served.
@Suite(.serialized) struct PersonCommandTests {
    private static let password = "correct horse battery"
    private let nodes: TwoNodes
    private let pages: Int

    init() throws {
        nodes = try TwoNodes()
        pages = try nodes.make("vn-lao-cai").pages
        try Data("\(Self.password)\n".utf8).write(to: URL(filePath: nodes.path("word")))
    }

    private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Outcome {
        try nodes.run(["person"] + arguments + nodes.node("vn-lao-cai"), status: status)
    }

    private func add(_ id: String, _ role: String) throws {
        _ = try run(
            "add", id, "--name", "Name of \(id)", "--role", role, "--password-file", nodes.path("word"), "--by", "test")
    }

    private func document<Document>(_ outcome: Program.Outcome) throws -> Document {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? Document)
    }

    @Test func `people are added, listed and changed, and every change has its line`() throws {
        try add("duty-desk", "reader")
        let made: [String: Any] = try document(
            try run("add", "admin-desk", "--name", "值班室", "--role", "administrator", "--make-password", "--json"))
        let word = try #require(made["password"] as? String)
        #expect(word.count == 23)
        _ = try run("role", "duty-desk", "duty-officer", "--by", "test")
        _ = try run("disable", "duty-desk", "--by", "test")
        _ = try run("enable", "duty-desk", "--by", "test")
        _ = try run("unlock", "duty-desk", "--by", "test")
        let codes = try run("totp", "duty-desk", "--by", "test")
        let address = try #require(codes.output.split(separator: "\n").last)
        #expect(address.hasPrefix("otpauth://totp/Riparian:duty-desk@vn-lao-cai?secret=") && codes.output.contains("▀"))
        let listed: [[String: Any]] = try document(try run("list", "--json"))
        #expect(listed.map { $0["id"] as? String } == ["admin-desk", "duty-desk"])
        #expect(listed.map { $0["totp"] as? Bool } == [false, true])
        #expect(listed.map { $0["role"] as? String } == ["administrator", "duty-officer"])
        let lines: [[String: Any]] = try document(try run("audit", "--json"))
        #expect(
            lines.map { "\($0["act"] ?? "") \($0["object"] ?? "")" } == [
                "person-added duty-desk reader", "person-added admin-desk administrator",
                "role-set duty-desk duty-officer",
                "person-disabled duty-desk", "person-enabled duty-desk", "person-unlocked duty-desk",
                "codes-set duty-desk on",
            ])
        let table = try run("audit", "--csv", "--last", "2").output
        #expect(table.split(separator: "\n").count == 3 && table.contains(",person-unlocked,duty-desk,done,"))
        let secret = try #require(address.split(separator: "=").dropFirst().first?.prefix { $0 != "&" })
        let store =
            ["node.sqlite", "node.sqlite-wal"].map {
                String(
                    decoding: (try? Data(contentsOf: URL(filePath: nodes.path("nodes/vn-lao-cai/\($0)")))) ?? Data(),
                    as: UTF8.self)
            }.joined() + table
        for hidden in [Self.password, word, String(secret)] { #expect(!store.contains(hidden)) }
        let rights = try FileManager.default.attributesOfItem(atPath: nodes.path("nodes/vn-lao-cai/keys/people.key"))
        #expect(rights[.posixPermissions] as? Int == 0o600)
    }

    @Test func `what cannot be done is refused with advice, and changes nothing`() throws {
        try add("duty-desk", "reader")
        try Data("short\n".utf8).write(to: URL(filePath: nodes.path("short")))
        let word = nodes.path("word")
        let cases: [(arguments: [String], status: Int32, advice: String)] = [
            (["add", "duty-desk", "--name", "x y", "--role", "reader", "--password-file", word], 1, "person list"),
            (
                ["add", "Tran Lan", "--name", "x y", "--role", "reader", "--password-file", word], 2,
                "joined by hyphens"
            ),
            (["add", "x", "--name", "x y", "--role", "king", "--password-file", word], 2, "known: reader"),
            (["add", "x", "--name", "x", "--role", "reader", "--password-file", word], 2, "2 to 80"),
            (
                ["add", "x", "--name", "x y", "--role", "reader", "--password-file", nodes.path("short")], 2,
                "at least 12"
            ),
            (["add", "x", "--name", "x y", "--role", "reader", "--password-file", nodes.path("no")], 2, "no"),
            (["add", "x", "--name", "x y", "--role", "reader", "--password", "secret"], 2, "--password"),
            (["role", "nobody", "reader"], 1, "person list"), (["disable", "nobody"], 1, "person list"),
            (["password", "nobody", "--make-password"], 1, "person list"), (["totp", "nobody"], 1, "person list"),
            (["unlock", "nobody"], 1, "person list"), (["audit", "--last", "0"], 2, "--last"),
        ]
        for (arguments, status, advice) in cases {
            let outcome = try nodes.run(["person"] + arguments + nodes.node("vn-lao-cai"), status: status)
            #expect(outcome.errors.hasPrefix("riparian: error: ") && outcome.errors.contains(advice), "\(arguments)")
            #expect(!outcome.errors.contains(Self.password) && !outcome.errors.contains("short\n"))
        }
        let lines: [[String: Any]] = try document(try run("audit", "--json"))
        #expect(lines.count == 1)
    }

    @Test func `a password that is typed is not shown, and has to be typed twice alike`() throws {
        let script = """
            import os, pty, sys, time
            def run(words):
                pid, terminal = pty.fork()
                if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
                seen = b""
                for word in words:
                    while not seen.endswith(b": "): seen += os.read(terminal, 1024)
                    time.sleep(0.2)
                    os.write(terminal, word.encode() + b"\\n")
                    seen += b"."
                try:
                    while True:
                        more = os.read(terminal, 1024)
                        if not more: break
                        seen += more
                except OSError: pass
                return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            for words in (["correct horse battery", "another horse battery"], ["correct horse battery"] * 2):
                text, status = run(words)
                print(status, "horse" in text, "differ" in text)
            """
        let arguments = ["person", "add", "duty-desk", "--name", "Lan", "--role", "reader"] + nodes.node("vn-lao-cai")
        let printed = try python(script, Program.path, arguments)
        #expect(printed == "2 False True\n0 False False\n")
    }

    /// Runs a script and gives what it printed.
    private func python(_ script: String, _ first: String, _ arguments: [String]) throws -> String {
        try Program.python(script, [first] + arguments)
    }

    @Test func `the pages of a served node close with the first person, and a disabled one is out at once`() throws {
        let process = try nodes.serve("vn-lao-cai")
        defer {
            process.interrupt()
            process.waitUntilExit()
        }
        let page = "/vn-lao-cai/?lang=en"
        #expect(try nodes.eventually { try nodes.page(at: pages, page).contains("<main") }, "\(nodes.logs)")
        try add("duty-desk", "duty-officer")
        let script = """
            import sys, subprocess, urllib.request, urllib.parse, urllib.error, http.cookiejar
            base, word, person = sys.argv[1], open(sys.argv[2]).readline().strip(), sys.argv[3:]
            jar = http.cookiejar.CookieJar()
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
            def ask(path, fields=None):
                data = urllib.parse.urlencode(fields).encode() if fields else None
                request = urllib.request.Request(base + path, data=data, headers={"Origin": base})
                try:
                    answer = browser.open(request, timeout=60)
                    return answer.status, answer.url[len(base):], answer.read().decode()
                except urllib.error.HTTPError as error:
                    return error.code, error.url[len(base):], error.read().decode()
            print(*ask("/vn-lao-cai/?lang=en")[:2])
            print(ask("/vn-lao-cai/changes")[0])
            print(ask("/sign-in?lang=en", {"name": "duty-desk", "password": "wrong"})[0])
            status, url, text = ask("/sign-in?lang=en", {"name": "duty-desk", "password": word, "to": "/vn-lao-cai/gate?lang=en"})
            print(status, url, "Name of duty-desk" in text, word in text, [c.name for c in jar], [c.value in text for c in jar])
            key = text.split('name="key" value="')[1].split('"')[0]
            said = {"action": "rule", "choice": "vn-lao-cai/*/*|", "word": "hold", "key": key}
            print(*ask("/vn-lao-cai/gate?lang=en", said)[:2])
            subprocess.run(person, check=True, stdout=subprocess.DEVNULL)
            print(ask("/vn-lao-cai/?lang=en")[1].split("?")[0])
            """
        let disable = [Program.path, "person", "disable", "duty-desk", "--by", "test"] + nodes.node("vn-lao-cai")
        let printed = try python(script, "http://127.0.0.1:\(pages)", [nodes.path("word")] + disable)
        #expect(
            printed == """
                200 /sign-in?lang=en&to=/vn-lao-cai/%3Flang%3Den
                401
                401
                200 /vn-lao-cai/gate?lang=en True False ['riparian'] [False]
                200 /vn-lao-cai/gate?lang=en&done=1
                /sign-in

                """)
        let lines: [[String: Any]] = try document(try run("audit", "--json"))
        #expect(
            lines.map { "\($0["person"] ?? "") \($0["act"] ?? "") \($0["object"] ?? "") \($0["outcome"] ?? "")" } == [
                "test person-added duty-desk duty-officer done", "duty-desk sign-in  wrong", "duty-desk sign-in  done",
                "duty-desk gate hold vn-lao-cai/*/* * done", "test person-disabled duty-desk done",
            ])
        let rules = try nodes.run(["gate", "rules"] + nodes.node("vn-lao-cai")).output
        #expect(rules.contains("Name of duty-desk"))
        #expect(!nodes.logs.contains(Self.password))
    }
}
