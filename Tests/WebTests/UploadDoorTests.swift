import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOSSL
import NodeCore
import Series
import ServiceLifecycle
import Storage
import Synchronization
import TestKit
import Testing

@testable import Web

/// The door for uploaders over real HTTPS: posts of programs, and the form as a browser uses it.
@Suite(.serialized) struct UploadDoorTests {
    private let world: UploadWorld

    init() throws { world = try UploadWorld() }

    private func table(_ rows: String...) -> String {
        (["observed,station,property,value,unit"] + rows).joined(separator: "\n") + "\n"
    }

    private func json(_ answer: UploadWorld.Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
    }

    private let first = "2024-09-08T00:00Z,lower,stage,30.25,m"

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"),
        ("::1", "0:0:0:0"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("unknown", "unknown"),
    ])
    func `wrong tokens are counted for the network of an address`(_ address: String, _ counted: String) {
        #expect(UploadRequestContext.counted(address) == counted)
    }

    @Test func `a certificate is read back with its key, and with no other`() throws {
        let (from, until) = (SampleBasin.start, SampleBasin.start + 86_400)
        let one = try ServerIdentity.made(for: "uploads.example", from: from, until: until)
        let other = try ServerIdentity.made(for: "192.0.2.1", from: from, until: until)
        let read = try ServerIdentity(chainPEM: one.chainPEM + other.chainPEM, keyPEM: one.keyPEM)
        #expect(read.fingerprint == one.fingerprint && read.fingerprint.split(separator: ":").count == 32)
        #expect(read.isFor("uploads.example") && !read.isFor("192.0.2.1") && other.isFor("192.0.2.1"))
        #expect(read.until == until && read.from == from - 86_400)
        #expect(throws: (any Error).self) { try ServerIdentity(chainPEM: one.chainPEM, keyPEM: other.keyPEM) }
        #expect(throws: (any Error).self) { try ServerIdentity(chainPEM: "", keyPEM: one.keyPEM) }
    }

    // MARK: Programs

    @Test func `a program posts rows and is told what became of each`() async throws {
        try await world.serving { port in
            let answer = try await world.api(port, table(first, "2024-09-08T00:00Z,upper,stage,1,m"))
            #expect(answer.status == .ok && answer.headers[.cacheControl] == "no-store")
            let rows = try #require(try json(answer)["rows"] as? [[String: Any]])
            #expect(rows.map { $0["verdict"] as? String } == ["taken", "refused"])
            #expect(rows[1]["code"] as? String == "not-granted")
            #expect((rows[1]["reason"] as? [String: String])?["zh"]?.contains("不在授权范围内") == true)
            let body =
                "[{\"observed\": \"2024-09-08T00:00Z\", \"station\": \"lower\", \"property\": \"stage\", "
                + "\"value\": 30.25, \"unit\": \"m\"}]"
            let again = try await world.api(port, body, type: "application/json; charset=utf-8")
            #expect(try json(again)["already_known"] as? Int == 1)
            #expect(try world.node.database.observationCount() == 1)
        }
    }

    @Test func `who has no token, a wrong one or one that ended is told so, and too many wrong ones have to wait`()
        async throws
    {
        try await world.serving { port in
            let none = try await world.api(port, table(first), token: nil)
            #expect(none.status == .unauthorized && none.headers[.wwwAuthenticate] == "Bearer")
            #expect(none.headers[.contentType]?.hasPrefix("application/problem+json") == true)
            var uploader = world.uploader
            uploader.revoked = world.clock.now
            try world.write(uploader)
            #expect(try await world.api(port, table(first)).status == .forbidden)
            uploader.revoked = nil
            try world.write(uploader)
            #expect(try await world.api(port, table(first)).status == .ok)
            for _ in 0..<10 {
                #expect(try await world.api(port, table(first), token: "rpu_wrong").status == .unauthorized)
            }
            let waiting = try await world.api(port, table(first))
            #expect(waiting.status == .tooManyRequests && waiting.headers[.retryAfter] == "600")
            world.clock.set(world.clock.now + 40 * 86_400)
            #expect(try json(try await world.api(port, table(first)))["code"] as? String == "token-expired")
            #expect(world.log.withLock { lines in !lines.contains { $0.contains("rpu_") } && !lines.isEmpty })
        }
    }

    @Test func `bodies that are too large, of another type or no table are refused whole`() async throws {
        try await world.serving { port in
            let large = try await world.api(port, String(repeating: "x", count: 1_048_577))
            #expect(large.status == .contentTooLarge)
            #expect(try json(large)["code"] as? String == "too-large")
            #expect(try await world.api(port, table(first), type: "text/plain").status == .unsupportedMediaType)
            #expect(
                try await world.api(port, table(first), type: "text/csv; charset=gbk").status == .unsupportedMediaType)
            let cut = try await world.api(port, "observed,station\n\"2024")
            #expect(cut.status == .unprocessableContent)
            let place = try json(cut)
            #expect(place["line"] as? Int == 2 && place["column"] as? Int == 1)
            let broken = try await world.api(port, "[1,\n2", type: "application/json")
            let fault = try json(broken)
            #expect(fault["line"] as? Int == 2 && fault["column"] as? Int == 2)
            #expect(try world.node.database.observationCount() == 0)
            #expect(try await world.api(port, table(first)).status == .ok)
        }
    }

    @Test func `a check keeps nothing, and old readings and corrections are taken when they are meant`() async throws {
        try await world.serving { port in
            let check = try await world.api(port, table(first), query: "?check=yes")
            let checked = try json(check)
            #expect(checked["taken"] as? Int == 1 && checked["checked_only"] as? Bool == true)
            #expect(try world.node.database.observationCount() == 0)
            let far = try await world.api(port, table("2024-06-08T00:00Z,lower,stage,30.25,m"))
            #expect(try json(far)["refused"] as? Int == 1)
            let meant = try await world.api(port, table("2024-06-08T00:00Z,lower,stage,30.25,m"), query: "?old=yes")
            #expect(try json(meant)["taken"] as? Int == 1)
            let corrected = try await world.api(
                port, table("2024-06-08T00:00Z,lower,stage,30.5,m"), query: "?old=yes&correct=yes")
            #expect(try json(corrected)["corrected"] as? Int == 1)
        }
    }

    @Test func `a store that fails acknowledges nothing, and the same post is taken later`() async throws {
        try await world.serving { port in
            try world.breakStore()
            let failed = try await world.api(port, table(first))
            #expect(failed.status == .serviceUnavailable)
            #expect(try json(failed)["code"] as? String == "not-ready")
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            let sent = try await browser.multipart("/check?lang=en", ["key": browser.key, "table": table(first)])
            let draft = try #require(UploadWorld.field("draft", in: try await browser.follow(sent).text))
            let lost = try await browser.post("/keep?lang=en", ["key": browser.key, "draft": draft])
            #expect(lost.status == .serviceUnavailable && lost.text.contains("Nothing was kept"))
            try world.mendStore()
            let kept = try await browser.post("/keep?lang=en", ["key": browser.key, "draft": draft])
            #expect(try await browser.follow(kept).text.contains("Kept: 1"))
            #expect(try json(try await world.api(port, table(first)))["already_known"] as? Int == 1)
        }
    }

    @Test func `readings that are kept are acknowledged, even where nothing more can be noted`() async throws {
        try await world.serving { port in
            try world.breakStore(at: "intake_refusal")
            let answer = try await world.api(port, table(first, "2024-09-08T00:00Z,upper,stage,1,m"))
            #expect(answer.status == .ok)
            #expect(try world.node.database.observationCount() == 1)
            #expect(try json(answer)["taken"] as? Int == 1)
            #expect(world.log.withLock { lines in lines.contains { $0.contains("is not noted") } })
        }
    }

    // MARK: The form

    @Test func `a person signs in, checks, keeps and gets a receipt, without a script`() async throws {
        try await world.serving { port in
            var browser = UploadWorld.Browser(port: port, world: world)
            let start = try await browser.get("/?lang=zh-Hans")
            #expect(start.text.contains("数据上报") && start.text.contains("name=\"token\""))
            let wrong = try await browser.post("/sign-in?lang=zh-Hans", ["token": "rpu_0"])
            #expect(wrong.status == .unauthorized && wrong.text.contains("令牌无效"))
            let signedIn = try await browser.signIn()
            let cookie = try #require(signedIn.headers[.setCookie])
            for word in ["__Host-riparian-upload=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
                #expect(cookie.contains(word))
            }
            let entry = try await browser.get("/readings?lang=zh-Hans")
            #expect(entry.text.contains("UTC+7，河内时间") && entry.text.contains("lower|stage|m"))
            #expect(!entry.text.contains("upper|") && entry.headers[.cacheControl] == "no-store")
            let fields = [
                "key": browser.key, "zone": "+07:00", "series1": "lower|stage|m", "date1": "2024-09-08",
                "time1": "07:00",
                "value1": "30.25", "unit1": "", "series2": "upper|stage|m", "date2": "2024-09-08", "time2": "07:00",
                "value2": "1", "series3": "lower|stage|m", "date3": "2024-09-08", "time3": "", "value3": "2",
            ]
            let checked = try await browser.follow(try await browser.post("/check?lang=zh-Hans", fields))
            #expect(checked.text.contains("2024年9月8日07:00（UTC+7；08:00 UTC+8）"), "\(checked.text)")
            #expect(checked.text.contains("将保存：1") && checked.text.contains("不在授权范围内"))
            #expect(checked.text.contains("时间缺失") && checked.text.contains("保存 1 行"))
            #expect(try world.node.database.observationCount() == 0)
            let draft = try #require(UploadWorld.field("draft", in: checked.text))
            let keeping = try await browser.post("/keep?lang=zh-Hans", ["key": browser.key, "draft": draft])
            let receipt = try await browser.follow(keeping)
            #expect(receipt.text.contains("回执") && receipt.text.contains("已保存：1"))
            #expect(try world.node.database.observationCount() == 1)
            let twice = try await browser.post("/keep?lang=zh-Hans", ["key": browser.key, "draft": draft])
            #expect(twice.headers[.location] == keeping.headers[.location])
            #expect(try world.node.database.observationCount() == 1)
            _ = try await browser.post("/sign-out", ["key": browser.key])
            #expect(try await browser.get("/readings").status == .unauthorized)
        }
    }

    @Test func `a form without its key, of another site or without a session is not taken`() async throws {
        try await world.serving { port in
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            let fields = [
                "zone": "+07:00", "series1": "lower|stage|m", "date1": "2024-09-08", "time1": "07:00", "value1": "3",
            ]
            #expect(try await browser.post("/check", fields).status == .forbidden)
            #expect(try await browser.post("/check", fields.merging(["key": "x"]) { $1 }).status == .forbidden)
            let right = fields.merging(["key": browser.key]) { $1 }
            #expect(try await browser.post("/check", right, origin: "https://evil.example").status == .forbidden)
            #expect(try await browser.post("/check", right, origin: nil).status == .forbidden)
            #expect(try await browser.post("/check", right).status == .seeOther)
            var stranger = UploadWorld.Browser(port: port, world: world)
            #expect(try await stranger.post("/check", right).status == .unauthorized)
            #expect(try await stranger.post("/sign-in", ["token": world.token.text], origin: nil).status == .forbidden)
            world.clock.set(world.clock.now + 1_800)
            #expect(try await browser.get("/readings").status == .unauthorized)
        }
    }

    @Test func `taking a grant back ends its sessions at once`() async throws {
        try await world.serving { port in
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            #expect(try await browser.get("/readings").status == .ok)
            var uploader = world.uploader
            uploader.revoked = world.clock.now
            try world.write(uploader)
            #expect(try await browser.get("/readings").status == .unauthorized)
        }
    }

    @Test func `hostile names and tables stand on the pages as text`() async throws {
        var uploader = world.uploader
        let hostile = "<script>alert(1)</script>\" onload='x'"
        uploader.name = LocalizedText(vi: hostile, zh: hostile, en: hostile)
        try world.write(uploader)
        try await world.serving { port in
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            let table = self.table("\"<img src=x onerror=alert(2)>\",\"</td><script>\",stage,1,m", first)
            let sent = try await browser.multipart("/check?lang=en", ["key": browser.key, "table": table])
            let checked = try await browser.follow(sent)
            #expect(checked.status == .ok && checked.text.contains("&lt;img src"))
            for page in [checked.text, try await browser.get("/readings?lang=en").text] {
                #expect(
                    !page.withoutOwnScripts.contains("<script") && !page.contains("<img") && !page.contains("onload='"))
            }
            #expect(try await browser.get("/check/%3Cscript%3E").status == .seeOther)
            #expect(checked.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
        }
    }

    @Test func `a file goes before a pasted table, and what is wrong with a whole file is said above the form`()
        async throws
    {
        try await world.serving { port in
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            let sent = try await browser.multipart(
                "/check?lang=en", ["key": browser.key, "table": "x"], file: Array(table(first).utf8))
            #expect(try await browser.follow(sent).text.contains("Keep 1 rows"))
            let broken = try await browser.multipart("/check?lang=en", ["key": browser.key, "table": "a,b\n1,2\n"])
            let page = try await browser.follow(broken)
            #expect(page.status == .unprocessableContent && page.text.contains("missing column observed"))
            let nothing = try await browser.multipart("/check?lang=en", ["key": browser.key, "table": " \n"])
            #expect(nothing.status == .badRequest && nothing.text.contains("Nothing was entered"))
            let large = String(repeating: "x", count: UploadRoutes.formLimit + 1)
            let refused = try await browser.multipart("/check?lang=en", ["key": browser.key, "table": large])
            #expect(refused.status == .contentTooLarge)
        }
    }

    @Test func `another value is kept once the person says that it is a correction`() async throws {
        try await world.serving { port in
            _ = try await world.api(port, table(first))
            var browser = UploadWorld.Browser(port: port, world: world)
            _ = try await browser.signIn()
            let sent = try await browser.multipart(
                "/check?lang=en", ["key": browser.key, "table": table("2024-09-08T00:00Z,lower,stage,30.5,m")])
            let checked = try await browser.follow(sent)
            #expect(checked.text.contains("There is nothing new to keep"))
            let draft = try #require(UploadWorld.field("draft", in: checked.text))
            let again = try await browser.follow(
                try await browser.post("/check?lang=en", ["key": browser.key, "draft": draft, "correct": "yes"]))
            #expect(again.text.contains("Keep 1 rows") && again.text.contains("corrected"))
            let next = try #require(UploadWorld.field("draft", in: again.text))
            _ = try await browser.post("/keep?lang=en", ["key": browser.key, "draft": next])
            #expect(try world.node.database.observationCount() == 2)
        }
    }
}

/// Forms with files, as browsers send them and as nobody should.
@Suite struct MultipartFormTests {
    private let type = "multipart/form-data; boundary=\"-b\""

    private func read(_ text: String) -> MultipartForm? {
        MultipartForm(Array(text.replacing("\n", with: "\r\n").utf8), contentType: type)
    }

    @Test func `fields and files are told apart`() {
        let form = read(
            "---b\nContent-Disposition: form-data; name=\"key\"\n\nk\n---b\nContent-Disposition: form-data; name=\"file\"; "
                + "filename=\"a.csv\"\nContent-Type: text/csv\n\na,b\n1,2\n\n---b\n"
                + "content-disposition: form-data; name=\"empty\"\n\n\n---b--\n")
        #expect(form?.text("key") == "k" && form?.file("file") == Array("a,b\r\n1,2\r\n".utf8))
        #expect(form?.text("empty")?.isEmpty == true && form?.text("file") == nil && form?.file("key") == nil)
    }

    @Test(arguments: [
        "", "---b", "---b\n", "---b\n\n---b--", "---b\nContent-Disposition: form-data; name=\"a\"\n\nx",
        "---b\nContent-Disposition: form-data\n\nx\n---b--",
        "---b\nContent-Disposition: form-data; name=\"a\"\n\nx\n---bx",
    ])
    func `a body that is none is refused`(_ text: String) {
        #expect(read(text) == nil)
        #expect(MultipartForm(Array(text.utf8), contentType: "multipart/form-data") == nil)
    }

    @Test func `too many fields are refused`() {
        let field = "---b\nContent-Disposition: form-data; name=\"a\"\n\nx\n"
        #expect(read(String(repeating: field, count: 32) + "---b--")?.parts.count == 32)
        #expect(read(String(repeating: field, count: 33) + "---b--") == nil)
    }
}
