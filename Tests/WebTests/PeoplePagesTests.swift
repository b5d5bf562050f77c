import Formats
import Foundation
import HTTPTypes
import Hummingbird
import NodeCore
import Series
import TestKit
import Testing

@testable import Web

/// Signing in at the pages of a node, what each role may do there, and what comes of trying more.
struct PeoplePagesTests {
    private static let closed = [
        "/vn-lao-cai/", "/vn-lao-cai/gate", "/vn-lao-cai/exchange", "/vn-lao-cai/node", "/vn-lao-cai/audit",
        "/vn-lao-cai/map", "/vn-lao-cai/river", "/vn-lao-cai/reservoirs", "/vn-lao-cai/station/lao-cai",
        "/nothing/at/all",
        "/vn-lao-cai",
    ]
    private static let data = [
        "/vn-lao-cai/series/vn-lao-cai/lao-cai/stage.csv", "/vn-lao-cai/changes", "/vn-lao-cai/warnings/lao-cai.xml",
        "/vn-lao-cai/station/lao-cai.svg", "/nodes/vn-lao-cai/other",
    ]

    // MARK: Who sees what

    @Test func `a node without people is open as ever, and knows no signing in`() async throws {
        let world = try PeopleWorld()
        let browser = world.browser()
        let page = try await browser.get("/vn-lao-cai/gate?lang=en")
        #expect(page.status == .ok && page.text.contains("name=\"person\""))
        for part in ["sign-in", "sign-out", "Audit log", "name=\"key\"", "name=\"code\""] {
            #expect(!page.text.withoutOwnScripts.contains(part), "\(part)")
        }
        #expect(page.headers[.cacheControl] == "no-cache")
        #expect(try await browser.get("/sign-in?lang=en").status == .seeOther)
        #expect(try await browser.get("/vn-lao-cai/audit").status == .notFound)
        #expect(try await browser.get("/nothing/at/all").status == .notFound)
        let said = try await browser.post("/vn-lao-cai/gate", ["action": "take-back", "said": "2", "person": "Lan"])
        #expect(said.status == .seeOther)
        #expect(world.deeds.all == ["take-back 2 by Lan"])
        #expect(try world.desk.audit().isEmpty)
    }

    @Test func `from the first person on strangers see only what is for everybody`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        let browser = world.browser()
        for path in Self.closed {
            let answer = try await browser.get(path)
            #expect(answer.status == .seeOther, "\(path)")
            let (place, language) = (SiteRoutes.queryValue(path), path.hasPrefix("/vn-") ? "vi" : "en")
            #expect(answer.headers[.location] == "/sign-in?lang=\(language)&to=\(place)", "\(path)")
            #expect(answer.text.isEmpty && answer.headers[.cacheControl] == "no-store", "\(path)")
        }
        for path in Self.data {
            let answer = try await browser.get(path)
            #expect(answer.status == .unauthorized, "\(path)")
            #expect(answer.headers[.contentType] == "application/problem+json", "\(path)")
            #expect(answer.text.contains("\"status\": 401") && answer.text.contains("请先登录"), "\(path)")
        }
        for path in ["/", "/health", "/sign-in", "/nodes/vn-lao-cai/lanes/a/vn-lao-cai/public/checkpoint"] {
            #expect(try await browser.get(path).status == .ok, "\(path)")
        }
        #expect(try await browser.get("/?lang=en").text.contains("href=\"/sign-in?lang=en\""))
        #expect(try await browser.get("/nodes/vn-lao-cai/lanes/a/vn-lao-cai/cn-yunnan/checkpoint").status == .notFound)
        let asset = try #require(world.site.assets.first)
        #expect(try await browser.get("/assets/\(asset.address)").status == .ok)
        let post = try await browser.post("/vn-lao-cai/gate", ["action": "take-back", "said": "2", "person": "Lan"])
        #expect(post.status == .seeOther && world.deeds.all.isEmpty)
    }

    @Test func `whoever signs in sees the pages, the own name and role, and comes back to the asked place`()
        async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        let form = try await browser.get("/sign-in?lang=en&to=/vn-lao-cai/gate%3Flang%3Dvi")
        #expect(form.text.contains("name=\"to\" value=\"/vn-lao-cai/gate?lang=vi\""))
        #expect(form.headers[.cacheControl] == "no-store")
        let answer = try await browser.signIn("Duty-Desk ", to: "/vn-lao-cai/gate?lang=vi")
        #expect(answer.status == .seeOther && answer.headers[.location] == "/vn-lao-cai/gate?lang=vi")
        let page = try await browser.get("/vn-lao-cai/?lang=en")
        #expect(page.status == .ok && page.headers[.cacheControl] == "private, no-cache")
        #expect(page.headers[.vary]?.contains("Cookie") == true)
        for part in ["Name of duty-desk", ">reader<", "action=\"/sign-out?lang=en\""] {
            #expect(page.text.contains(part), "\(part)")
        }
        #expect(try await browser.get("/vn-lao-cai/series/vn-lao-cai/lao-cai/stage.csv").status == .ok)
        #expect(try await browser.get("/nothing/at/all").status == .notFound)
        #expect(try await browser.get("/sign-in").status == .seeOther)
        #expect(try world.acts() == ["sign-in duty-desk  done"])
    }

    @Test func `the cookie is for this host, for forms of this site, and over TLS for TLS alone`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var plain = world.browser()
        let first = try #require(try await plain.signIn("duty-desk").headers[.setCookie])
        #expect(first.hasPrefix("riparian=") && first.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
        var secure = world.browser()
        secure.more = [.forwardedProto: "https"]
        let second = try #require(
            try await secure.signIn("duty-desk", origin: "https://localhost").headers[.setCookie])
        #expect(
            second.hasPrefix("__Host-riparian=") && second.hasSuffix("; Path=/; Secure; HttpOnly; SameSite=Strict"))
        #expect(try await secure.get("/vn-lao-cai/").status == .ok)
        // A cookie that was set without TLS does not count over it.
        secure.cookie = plain.cookie
        #expect(try await secure.get("/vn-lao-cai/").status == .seeOther)
    }

    // MARK: Wrong ones

    @Test func `a wrong password and an unknown name get the same answer, and after five a time to come back`()
        async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        var answers: [Answer] = []
        for name in ["duty-desk", "nobody"] {
            for _ in 1...5 {
                let answer = try await browser.signIn(name, password: "wrong password")
                #expect(answer.status == .unauthorized && answer.headers[.setCookie] == nil)
                answers.append(answer)
            }
            let paused = try await browser.signIn(name)
            #expect(paused.status == .tooManyRequests && paused.headers[.retryAfter] == "30", "\(name)")
            #expect(paused.text.contains("counts from 15:01, 9 Sep"), "\(name)")
            #expect(paused.text.contains("in 1 min"), "\(name)")
            #expect(!paused.text.contains(PeopleWorld.password) && !paused.text.contains("wrong password"))
        }
        #expect(Set(answers.map(\.text)).count == 1)
        world.wait(30)
        #expect(try await browser.signIn("duty-desk").status == .seeOther)
        #expect(
            try world.acts().suffix(2)
                == ["sign-in  wrong", "sign-in duty-desk  done"].map { $0.replacing("in  wrong", with: "in   wrong") })
    }

    typealias Answer = PeopleWorld.Answer

    @Test func `a sign-in form from elsewhere lets nobody in`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        for origin in ["http://evil.example", "null", "http://localhost.evil.example", "http://localhost:81"] {
            let answer = try await browser.signIn("duty-desk", origin: origin)
            #expect(answer.status == .forbidden && answer.headers[.setCookie] == nil, "\(origin)")
        }
        #expect(try world.acts().isEmpty)
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "evil.example",
        "javascript:x",
        "/x\r\nSet-Cookie: a=b", "/ /evil.example", "/sign-out", "/sign-in?to=/sign-in", "///evil.example", "",
        "/" + String(repeating: "a", count: 2_000),
    ])
    func `nobody is led away after signing in`(place: String) async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        let form = try await browser.get("/sign-in?lang=en&to=\(SiteRoutes.queryValue(place))")
        #expect(!form.text.contains("name=\"to\""))
        let answer = try await browser.signIn("duty-desk", to: place)
        #expect(answer.status == .seeOther && answer.headers[.location] == "/vn-lao-cai/?lang=en")
    }

    // MARK: Sessions

    @Test func `forged, foreign, ended and taken cookies open nothing`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .dutyOfficer), (id: "reader-desk", role: .reader))
        var browser = try await world.browser(of: "duty-desk")
        let right = try #require(browser.cookie)
        let page = try await browser.get("/vn-lao-cai/gate?lang=en").text
        #expect(!page.contains(right.dropFirst("riparian=".count)))
        for wrong in [
            "riparian=", "riparian=\(String(repeating: "0", count: 64))", right + "0", String(right.dropLast()),
            "other=" + right.dropFirst("riparian=".count), "riparian=duty-desk", "riparian=' OR 1=1 --",
        ] {
            browser.cookie = wrong
            #expect(try await browser.get("/vn-lao-cai/").status == .seeOther, "\(wrong)")
        }
        // The key of one session does not serve in another one.
        let other = try await world.browser(of: "reader-desk")
        browser.cookie = right
        let forged = try await browser.post("/vn-lao-cai/gate", ["action": "take-back", "said": "2"], key: other.key)
        #expect(forged.status == .forbidden && world.deeds.all.isEmpty)
        browser.cookie = "x=1; riparian=\(right.dropFirst("riparian=".count)) ; y=2"
        #expect(try await browser.get("/vn-lao-cai/").status == .ok)
    }

    @Test func `a session gets a new id at each sign-in, and the one that was shown before is over`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        browser.cookie = "riparian=" + String(repeating: "a", count: 64)
        _ = try await browser.signIn("duty-desk")
        let first = try #require(browser.cookie)
        #expect(first != "riparian=" + String(repeating: "a", count: 64))
        var fixed = world.browser()
        fixed.cookie = "riparian=" + String(repeating: "a", count: 64)
        #expect(try await fixed.get("/vn-lao-cai/").status == .seeOther)
        _ = try await browser.post("/sign-out", [:])
        fixed.cookie = first
        #expect(try await fixed.get("/vn-lao-cai/").status == .seeOther)
        _ = try await browser.signIn("duty-desk")
        #expect(browser.cookie != first)
    }

    @Test func `a session ends an hour after the last page that was asked for by hand, and after twelve hours`()
        async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .dutyOfficer), (id: "reader-desk", role: .reader))
        let officer = try await world.browser(of: "duty-desk")
        var script = officer
        script.more = [.fetchDestination: "empty"]
        for _ in 1...3 {
            world.wait(1_100)
            #expect(try await script.get("/vn-lao-cai/").status == .ok)
            #expect(try await officer.get("/vn-lao-cai/?refresh=60").status == .ok)
        }
        world.wait(400)
        #expect(try await officer.get("/vn-lao-cai/").status == .seeOther)
        // What a reader leaves open follows the node, for half a day.
        var reader = try await world.browser(of: "reader-desk")
        reader.more = [.fetchDestination: "empty"]
        for _ in 1..<24 {
            world.wait(1_800)
            #expect(try await reader.get("/vn-lao-cai/").status == .ok)
        }
        world.wait(1_800)
        #expect(try await reader.get("/vn-lao-cai/").status == .seeOther)
    }

    @Test func `signing out ends the session and says so to the browser; a post without the key does not`() async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        let browser = try await world.browser(of: "duty-desk")
        #expect(try await browser.post("/sign-out", [:], key: "wrong").status == .forbidden)
        #expect(try await browser.post("/sign-out", [:], origin: "http://evil.example").status == .forbidden)
        #expect(try await browser.get("/vn-lao-cai/").status == .ok)
        let out = try await browser.post("/sign-out", [:])
        #expect(out.status == .seeOther && out.headers[.location]?.hasPrefix("/sign-in") == true)
        #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(out.headers[.clearSiteData] == "\"cache\"")
        #expect(try await browser.get("/vn-lao-cai/").status == .seeOther)
        #expect(try world.acts() == ["sign-in duty-desk  done", "sign-out duty-desk  done"])
    }

    @Test func `disabling, another password and another role count in sessions at once`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .dutyOfficer), (id: "reader-desk", role: .reader))
        let (officer, reader) = (try await world.browser(of: "duty-desk"), try await world.browser(of: "reader-desk"))
        #expect(try await officer.get("/vn-lao-cai/gate").text.contains("value=\"rule\""))
        try world.desk.setRole(.reader, of: "duty-desk", by: "test")
        #expect(try await !officer.get("/vn-lao-cai/gate").text.contains("value=\"rule\""))
        try world.desk.disable("duty-desk", by: "test")
        #expect(try await officer.get("/vn-lao-cai/").status == .seeOther)
        try world.desk.enable("duty-desk", by: "test")
        #expect(try await officer.get("/vn-lao-cai/").status == .seeOther)
        #expect(try await reader.get("/vn-lao-cai/").status == .ok)
        try world.desk.setPassword("another long password", of: "reader-desk", by: "test")
        #expect(try await reader.get("/vn-lao-cai/").status == .seeOther)
    }

    // MARK: Acts

    @Test func `what a duty officer says carries the own name, whatever the form says, and stands in the log`()
        async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .dutyOfficer))
        let browser = try await world.browser(of: "duty-desk")
        let page = try await browser.get("/vn-lao-cai/gate?lang=en").text
        #expect(!page.contains("name=\"person\"") && !page.contains("name=\"code\""))
        let rule = ["action": "rule", "choice": "vn-lao-cai/*/*|", "word": "hold", "person": "Somebody else"]
        #expect(try await browser.post("/vn-lao-cai/gate?lang=en", rule).status == .seeOther)
        for (key, origin) in [
            ("", "http://localhost"), ("wrong", "http://localhost"), (browser.key, "http://evil.example"),
        ] {
            let answer = try await browser.post(
                "/vn-lao-cai/gate?lang=en", rule.merging(["key": key]) { $1 }, origin: origin)
            #expect(answer.status == .forbidden)
        }
        #expect(world.deeds.all == ["hold vn-lao-cai/*/* * by Name of duty-desk"])
        #expect(
            try world.acts() == ["sign-in duty-desk  done", "gate duty-desk hold vn-lao-cai/*/* * done"])
    }

    @Test(arguments: Role.allCases) func `each role does what the table says and nothing else`(role: Role) async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: role))
        let browser = try await world.browser(of: "duty-desk")
        let gate = try await browser.post("/vn-lao-cai/gate?lang=en", ["action": "take-back", "said": "2"])
        let node = try await browser.post("/vn-lao-cai/node?lang=en", ["action": "stop", "confirm": "yes"])
        let audit = try await browser.get("/vn-lao-cai/audit?lang=en")
        #expect(gate.status == (role.acts.contains(.answerGate) ? .seeOther : .forbidden))
        #expect(node.status == (role.acts.contains(.changeNode) ? .seeOther : .forbidden))
        #expect(audit.status == (role.acts.contains(.seeAudit) ? .ok : .forbidden))
        #expect(world.deeds.all.count == role.acts.intersection([.answerGate, .changeNode]).count)
        let page = try await browser.get("/vn-lao-cai/gate?lang=en").text
        #expect(page.contains("value=\"rule\"") == role.acts.contains(.answerGate))
        #expect(page.contains("href=\"/vn-lao-cai/audit?lang=en\"") == role.acts.contains(.seeAudit))
        if !role.acts.contains(.answerGate) {
            #expect(gate.text.contains("Nothing was done") && page.contains("belongs to the duty officer"))
            #expect(try world.acts().contains("gate duty-desk take-back not-allowed"))
        }
    }

    @Test func `who has a telephone for codes signs with one, once`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .dutyOfficer))
        let codes = try world.desk.beginCodes(of: "duty-desk", by: "test")
        let browser = try await world.browser(of: "duty-desk")
        #expect(try await browser.get("/vn-lao-cai/gate?lang=en").text.contains("name=\"code\""))
        let word = ["action": "take-back", "said": "2"]
        func say(_ code: String) async throws -> Answer {
            try await browser.post("/vn-lao-cai/gate?lang=en", word.merging(["code": code]) { $1 })
        }
        let right = codes.code(ofStep: OneTimeCode.step(at: world.clock.now))
        for (code, text) in [("", "not the one of this time"), ("12345x", "not the one of this time")] {
            let answer = try await say(code)
            #expect(answer.status == .forbidden && answer.text.contains(text))
        }
        #expect(try await say(right).status == .seeOther)
        let again = try await say(right)
        #expect(again.status == .forbidden && again.text.contains("used already"))
        #expect(world.deeds.all.count == 1)
        // An empty form uses no code up.
        world.wait(30)
        let next = codes.code(ofStep: OneTimeCode.step(at: world.clock.now))
        #expect(try await browser.post("/vn-lao-cai/gate", ["action": "approve", "code": next]).status == .badRequest)
        #expect(try await say(next).status == .seeOther)
        let all = try world.desk.audit().map { "\($0)" }.joined() + again.text
        for secret in [right, next, codes.base32] { #expect(!all.contains(secret)) }
    }

    // MARK: Pages

    @Test func `the audit log is read page by page by an administrator, in three languages`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .administrator))
        let browser = try await world.browser(of: "duty-desk")
        for number in 1...130 {
            try world.desk.note(.gate, by: "duty-desk", on: "say-\(number).", outcome: .done, from: "192.0.2.1")
        }
        let first = try await browser.get("/vn-lao-cai/audit?lang=en").text
        #expect(first.contains("say-130.") && first.contains("say-31.") && !first.contains("say-30."))
        let link = try #require(first.firstMatch(of: /href="([^"]*before=[0-9]+)"/)).1
        let second = try await browser.get(String(link).replacing("&amp;", with: "&")).text
        #expect(second.contains("say-30.") && second.contains("sign in") && !second.contains("say-31."))
        #expect(second.contains("person added") && !second.contains("rel=\"next\""))
        for language in [Language.vietnamese, .chinese] {
            let page = try await browser.get("/vn-lao-cai/audit?lang=\(language.rawValue)&before=20").text
            let found = englishWords(
                in: visibleText(ofMarkup: page), language: language,
                allowing: neutralWords.union(["Lào Cai", "Lao Cai", "Name", "of", "duty-desk"]),
                catalogues: world.catalogues)
            #expect(found == [], "\(language.rawValue)")
            #expect(page.firstMatch(of: /\[[a-z]+\.[a-zA-Z.-]+\]/) == nil)
        }
        #expect(try await browser.get("/vn-lao-cai/audit?before=x").status == .ok)
        #expect(try await browser.get("/vn-lao-cai/audit?before=-5").text.contains("audit"))
    }

    @Test func `sign-in and refusals have no English word in other languages, and no script of their own`() async throws
    {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        var browser = world.browser()
        for language in Language.allCases {
            browser.cookie = nil
            let paths = ["/sign-in?lang=\(language.rawValue)", "/?lang=\(language.rawValue)"]
            var pages: [String] = []
            for path in paths { pages.append(try await browser.get(path).text) }
            _ = try await browser.signIn("duty-desk")
            pages.append(
                try await browser.post("/vn-lao-cai/gate?lang=\(language.rawValue)", ["action": "hold"]).text)
            for page in pages {
                for forbidden in ["http://", "https://", "<script", "style=", "onclick"] {
                    #expect(!page.withoutOwnScripts.contains(forbidden), "\(forbidden)")
                }
                #expect(page.firstMatch(of: /\[[a-z]+\.[a-zA-Z.-]+\]/) == nil)
                guard language != .english else { continue }
                let found = englishWords(
                    in: visibleText(ofMarkup: page), language: language,
                    allowing: neutralWords.union(["Lào Cai", "Lao Cai", "Name", "of", "duty-desk"]),
                    catalogues: world.catalogues)
                #expect(found == [], "\(language.rawValue)")
            }
        }
    }

    @Test func `hostile names and objects are text and nothing else`() async throws {
        let world = try PeopleWorld((id: "admin", role: .administrator))
        let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        try world.desk.add("eve", name: script, role: .dutyOfficer, password: PeopleWorld.password, by: script)
        try world.desk.note(.gate, by: "eve", on: script, outcome: .done, from: script)
        let eve = try await world.browser(of: "eve")
        _ = try await eve.post("/vn-lao-cai/node", ["action": "stop", "confirm": script])
        let admin = try await world.browser(of: "admin")
        for page in [
            try await eve.get("/vn-lao-cai/"), try await eve.get("/vn-lao-cai/gate"),
            try await admin.get("/vn-lao-cai/audit"),
            try await world.browser().get("/sign-in?to=/\(SiteRoutes.queryValue("\"><script>"))"),
        ] {
            #expect(page.status == .ok)
            #expect(!page.text.contains("<script>") && !page.text.contains("<img"))
        }
        #expect(try await eve.get("/vn-lao-cai/").text.contains("&lt;script&gt;"))
    }

    @Test func `addresses come from a server in front of the pages only where that is this machine`() throws {
        func address(_ told: String?, from source: String) -> String {
            var headers: HTTPFields = [:]
            headers[.forwardedFor] = told
            let head = HTTPRequest(
                method: .get, scheme: nil, authority: nil, path: "/", headerFields: headers)
            return PageRequestContext.address(of: Request(head: head, body: .init(buffer: ByteBuffer())), from: source)
        }
        #expect(address("198.51.100.7", from: "127.0.0.1") == "198.51.100.7")
        #expect(address("10.0.0.1, 198.51.100.7", from: "127.0.0.1") == "198.51.100.7")
        #expect(address("198.51.100.7", from: "192.0.2.1") == "192.0.2.1")
        #expect(address("2001:db8:1:2:3::4", from: "::1") == "2001:db8:1:2")
        for hostile in ["<script>", "a b", "", String(repeating: "1", count: 99)] {
            #expect(address(hostile, from: "127.0.0.1") == "127.0.0.1", "\(hostile)")
        }
    }

    // MARK: One's own password

    @Test func `a person changes its own password: its other sessions are over, this one goes on`() async throws {
        let world = try PeopleWorld((id: "duty-desk", role: .reader))
        let (here, there) = (try await world.browser(of: "duty-desk"), try await world.browser(of: "duty-desk"))
        let page = try await here.get("/password?lang=en")
        #expect(page.status == .ok && page.text.contains("autocomplete=\"new-password\""))
        #expect(try await here.get("/vn-lao-cai/?lang=en").text.contains("href=\"/password?lang=en\""))
        let new = "staple of another kind"
        for (fields, status) in [
            (["old": "guessed at random", "new": new, "again": new], HTTPResponse.Status.unprocessableContent),
            (["old": PeopleWorld.password, "new": new, "again": new + "s"], .unprocessableContent),
            (["old": PeopleWorld.password, "new": "short", "again": "short"], .unprocessableContent),
        ] {
            let answer = try await here.post("/password", fields)
            #expect(answer.status == status && answer.text.contains("role=\"alert\"") && !answer.text.contains(new))
        }
        #expect(try await there.get("/vn-lao-cai/").status == .ok)
        let done = try await here.post("/password", ["old": PeopleWorld.password, "new": new, "again": new])
        #expect(done.status == .seeOther)
        let cookie = try #require(done.cookie)
        var moved = here
        moved.cookie = cookie
        #expect(try await moved.get("/vn-lao-cai/").status == .ok)
        #expect(try await there.get("/vn-lao-cai/").status == .seeOther)
        #expect(try await here.get("/vn-lao-cai/").status == .seeOther)
        if case .signedIn = try await world.desk.check("duty-desk", password: new, from: "x") {
        } else {
            Issue.record("the new password does not count")
        }
        #expect(try world.desk.audit().filter { $0.act == .passwordSet }.map(\.outcome) == [.done, .wrong])
        // A form of another site, or of somebody who is not signed in, changes nothing.
        let forged = try await moved.post(
            "/password", ["old": new, "new": "yet another one", "again": "yet another one"], key: "x")
        #expect(forged.status == .forbidden)
        let stranger = try await world.browser().post(
            "/password", ["old": new, "new": "yet another one", "again": "yet another one"])
        #expect(stranger.status == .seeOther)
    }
}
