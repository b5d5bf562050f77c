import Foundation
import HTTPTypes
import Hummingbird
import NodeCore
import Series
import Storage
import TestKit
import Testing

@testable import Web

/// Requests made of pieces of right ones and of chance: nothing of what comes in may bring an answer of the fault kind, come
/// back as it was written, or bring out what is not for whoever asks.
struct FuzzTests {
    private static let usual = 10_000
    /// Requests of each site.
    private static var count: Int {
        ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] == nil ? usual / 2 : 500_000
    }

    /// What must not come back as it is.
    private static let script = "<script>alert(7)</script>"

    @Test func `no request at a node without people faults, is echoed, or brings out a series of another party`()
        async throws
    {
        let world = try DataWorld(count: 40)
        // The party with the restricted series has no pages here; its desk would answer.
        let site = try world.site(showsStore: false, atlas: try DataWorld.atlas())
        #expect(try await DataWorld.get(try world.site(), FuzzTests.restricted).text.contains("3141.59"))
        try await hammer(site, seed: 11, cookies: false)
    }

    @Test func `no request of somebody who is not signed in faults, is echoed, or brings out anything`() async throws {
        let world = try DataWorld(count: 40)
        let people = try people()
        let site = try world.site(people: people)
        try await hammer(site, seed: 12, cookies: true)
        #expect(try people.audit().allSatisfy { $0.act != .signIn || $0.outcome != .done })
    }

    private static let restricted = "/vn-sample/series/vn-sample/upper/stage.json"

    private func people() throws -> PeopleDesk {
        let desk = PeopleDesk(
            database: try NodeDatabase.inMemory(), now: { DataWorld.start },
            randomBytes: { [UInt8](repeating: 5, count: $0) },
            sealingKey: { _ in [UInt8](repeating: 9, count: 32) },
            cost: PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1))
        try desk.add("desk", name: "Desk", role: .dutyOfficer, password: PeopleWorld.password, by: "test")
        return desk
    }

    /// Sends what chance makes and looks at every answer.
    private func hammer(_ site: DutySite, seed: UInt64, cookies: Bool) async throws {
        let (statuses, faults) = try await DataWorld.asking(site) { ask in
            var chance = RequestChance(seed: seed)
            var statuses: [Int: Int] = [:]
            var faults: [String] = []
            for number in 0..<FuzzTests.count where faults.count < 5 {
                let made = chance.request(withCookies: cookies)
                let answer = try await ask(made.path, made.method, made.headers, made.body)
                statuses[answer.status.code, default: 0] += 1
                if let fault = FuzzTests.fault(of: answer, to: made.method, isOpen: !cookies) {
                    faults.append("seed \(seed), request \(number): \(fault): \(made.method) \(made.path)")
                }
            }
            return (statuses, faults)
        }
        #expect(faults == [])
        // Chance has come past the doors as well as against them.
        #expect(statuses[404, default: 0] > 100 || cookies)
        #expect(statuses[200, default: 0] > 100)
        #expect(statuses[405, default: 0] > 10 && statuses[413, default: 0] + statuses[415, default: 0] > 0 || cookies)
    }

    private static func fault(
        of answer: DataWorld.Answer, to method: HTTPRequest.Method, isOpen: Bool
    ) -> String? {
        if answer.status.code >= 500 { return "status \(answer.status.code)" }
        if answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'self'") != true { return "no policy" }
        if answer.headers[.xContentTypeOptions] != "nosniff" { return "types may be guessed" }
        if answer.text.contains("<script>alert") { return "a script came back" }
        if answer.text.contains("3141.59") || answer.text.contains("3,141.59") || answer.text.contains("3.141,59") {
            return "the restricted series came out"
        }
        if !isOpen, answer.text.contains("82.8") { return "a value came out" }
        for field in answer.headers where field.value.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) {
            return "a header was split"
        }
        if answer.headers.contains(where: { $0.name.canonicalName == "x-made" })
            || answer.headers[.setCookie]?.contains("made=1") == true
        {
            return "a header came in"
        }
        if let place = answer.headers[.location], !place.hasPrefix("/") || place.hasPrefix("//") {
            return "leads elsewhere: \(place)"
        }
        if method != .head, answer.status.code >= 400, answer.type == "application/problem+json", answer.code == nil {
            return "no problem document"
        }
        return nil
    }
}

/// Makes requests from a seed.
private struct RequestChance {
    struct Made {
        var path: String
        var method: HTTPRequest.Method
        var headers: HTTPFields
        var body: ByteBuffer?
    }

    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let pieces = [
        "vn-lao-cai", "vn-sample", "nobody", "station", "lao-cai", "lao-cai.json", "lao-cai.csv", "lao-cai.svg",
        "upper",
        "upper.json", "series", "stage.json", "stage.csv", "board.json", "reservoirs.json", "exchange.json",
        "map.geojson", "map", "river", "gate", "node", "exchange", "compliance", "report.json", "audit", "parties",
        "warnings", "lao-cai.xml", "nodes", "lanes", "a", "public", "checkpoint", "tile", "sign-in", "sign-out", "api",
        "openapi.json", "assets", "health", "metrics", "..", ".", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00",
        "<script>alert(7)</script>", "%3Cscript%3Ealert(7)%3C%2Fscript%3E", "{{layout}}", "%0d%0aX-Made:%201",
        "'\"><svg onload=alert(7)>", "%F0%9F%8C%8A", "%ff%fe", "\\..\\..", "node.sqlite", "~", "*", "%",
    ]
    private static let whole = [
        "/", "/vn-lao-cai/", "/vn-lao-cai/board.json", "/vn-lao-cai/station/lao-cai.json",
        "/vn-lao-cai/station/lao-cai", "/vn-sample/series/vn-sample/upper/stage.json",
        "/vn-lao-cai/series/vn-sample/upper/stage.csv", "/vn-lao-cai/map.geojson", "/vn-sample/board.json",
        "/vn-sample/station/upper.json", "/vn-lao-cai/exchange.json", "/sign-in", "/health", "/api/openapi.json",
        "/vn-lao-cai/gate", "/vn-lao-cai/warnings/lao-cai.xml",
        "/nodes/vn-lao-cai/lanes/a/vn-lao-cai/public/checkpoint",
        "/nodes/vn-sample/lanes/a/vn-sample/public/checkpoint", "/metrics",
    ]
    private static let names = [
        "lang", "at", "from", "to", "start", "end", "as-of", "limit", "after", "latest", "property", "kiosk", "refresh",
        "done", "before", "x", "lang[]", "%00",
    ]
    private static let values = [
        "vi", "zh-Hans", "en", "2024-09-09T00:00Z", "2024-09-09T07:00%2B07:00", "P15D", "P1M", "PT6H",
        "2024-09-01T00:00Z/P3D", "9999-12-31T23:59:59Z", "0000-01-01T00:00Z", "-1", "0", "7", "1e308",
        "9223372036854775807", "9223372036854775808", "true", "stage", "discharge",
        "<script>alert(7)</script>", "%3Cscript%3Ealert(7)%3C/script%3E", "%0d%0aSet-Cookie:%20made=1",
        "//evil.example/",
        "2024-09-09T00:00:00Z~0", "2024-09-09T00:00:00Z~99999999999", "", "%", "%zz", "' OR 1=1 --", "../../etc/passwd",
    ]
    private static let methods: [HTTPRequest.Method] = [
        .get, .get, .get, .get, .get, .head, .post, .post, .put, .delete, .options, .patch, .trace,
        .init("BREW")!,  // a literal method
    ]

    mutating func request(withCookies: Bool) -> Made {
        var path =
            chance(2) ? one(RequestChance.whole) : "/" + pieces(1 + below(6)).joined(separator: chance(9) ? "//" : "/")
        if chance(3) { path = mutated(path) }
        if !chance(3) { path += "?" + query() }
        var made = Made(path: path, method: one(RequestChance.methods), headers: [:], body: nil)
        for name in [
            HTTPField.Name.accept, .acceptLanguage, .acceptEncoding, .ifNoneMatch, .range, .referer, .userAgent,
        ]
        where chance(4) {
            made.headers[name] = headerValue()
        }
        if chance(4) { made.headers[.forwardedFor] = chance(2) ? "203.0.113.9" : headerValue() }
        if chance(6) { made.headers[.forwardedProto] = chance(2) ? "https" : headerValue() }
        if withCookies || chance(4) {
            made.headers[.cookie] =
                (chance(2) ? "riparian=" : "__Host-riparian=") + (chance(2) ? headerValue() : text(43))
        }
        if made.method == .post || chance(10) { addBody(to: &made) }
        return made
    }

    private mutating func addBody(to made: inout Made) {
        made.headers[.contentType] =
            chance(3) ? headerValue() : chance(4) ? "application/json" : "application/x-www-form-urlencoded"
        if chance(2) { made.headers[.origin] = chance(2) ? "http://localhost" : headerValue() }
        if chance(20) {
            made.body = ByteBuffer(repeating: 97, count: 60_000 + below(20_000))
        } else if chance(2) {
            made.body = ByteBuffer(
                string: "action=\(one(["stop", "approve", "rule", "x"]))&confirm=yes&item=\(one(RequestChance.values))"
                    + "&name=desk&password=\(one(RequestChance.values))&person=\(one(RequestChance.pieces))&to=//x")
        } else {
            made.body = ByteBuffer(bytes: (0..<below(300)).map { _ in UInt8(below(256)) })
        }
    }

    private mutating func query() -> String {
        (0...below(3)).map { _ in
            "\(one(RequestChance.names))=\(chance(4) ? mutated(one(RequestChance.values)) : one(RequestChance.values))"
        }.joined(separator: "&")
    }

    private mutating func headerValue() -> String {
        switch below(5) {
        case 0: "application/json"
        case 1: "<script>alert(7)</script>"
        case 2: "*"
        case 3: "a\r\nX-Made: 1"
        default: text(1 + below(60))
        }
    }

    /// A text with some of its letters changed, left out or doubled.
    private mutating func mutated(_ text: String) -> String {
        var letters = Array(text.unicodeScalars)
        for _ in 0...below(3) where !letters.isEmpty {
            let place = below(letters.count)
            switch below(3) {
            case 0: letters[place] = UnicodeScalar(UInt8(33 + below(94)))
            case 1: letters.remove(at: place)
            default: letters.insert(letters[place], at: place)
            }
        }
        var changed = String.UnicodeScalarView()
        changed.append(contentsOf: letters)
        let all = String(changed)
        return text.hasPrefix("/") && !all.hasPrefix("/") ? "/" + all : all
    }

    private mutating func text(_ count: Int) -> String {
        String(decoding: (0..<count).map { _ in UInt8(32 + below(95)) }, as: UTF8.self)
    }

    private mutating func pieces(_ count: Int) -> [String] { (0..<count).map { _ in one(RequestChance.pieces) } }
    private mutating func one<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
    private mutating func below(_ bound: Int) -> Int { Int(generator.next(below: UInt64(bound))) }
    private mutating func chance(_ bound: Int) -> Bool { below(bound) == 0 }
}
