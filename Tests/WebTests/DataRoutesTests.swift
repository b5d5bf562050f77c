import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NodeCore
import Series
import TestKit
import Testing

@testable import Web

/// The documents beside the pages: what they hold, how they are tagged, cut into parts, and what is answered instead.
struct DataRoutesTests {
    private let world: DataWorld

    init() throws { world = try DataWorld() }

    @Test func `the board is a document with unit, time, clause and knowledge beside each value`() async throws {
        let answer = try await DataWorld.get(try world.site(), "/vn-lao-cai/board.json")
        #expect(answer.status == .ok && answer.type == "application/json")
        let board = try #require(answer.object)
        #expect(board["party"] as? String == "vn-lao-cai" && board["now"] as? String == "2024-09-09T08:00:00Z")
        let points = try #require(board["points"] as? [[String: Any]])
        #expect(points.map { $0["station"] as? String } == ["lao-cai", "bao-ha", "yen-bai", "thac-ba-dam"])
        let latest = try #require(points[0]["latest"] as? [String: Any])
        #expect(latest["value"] as? Double == 82.8 && latest["unit"] as? String == "m")
        #expect(latest["observed"] as? String == "2024-09-09T07:00:00Z")
        #expect(latest["received"] as? String == "2024-09-09T07:20:00Z")
        #expect(latest["known"] as? String == "observed" && latest["clause"] as? String == "own")
        #expect(latest["quality"] as? String == "good" && points[0]["level"] as? Int == 2)
        let forecast = try #require(points[0]["forecast"] as? [String: Any])
        let steps = try #require(forecast["steps"] as? [[String: Any]])
        #expect(steps.count > 3 && steps.allSatisfy { $0["p05"] is Double && $0["median"] is Double })
        #expect((forecast["notes"] as? [[String: Any]])?.first?["code"] as? String == "upstream-missing")
        #expect(forecast["members"] == nil)
        #expect(points[3]["latest"] is NSNull && points[3]["clause"] as? String == "W-1")
        #expect((board["warnings"] as? [[String: Any]])?.first?["level"] as? Int == 3)
        #expect(
            (board["partners"] as? [[String: Any]])?.map { $0["participation"] as? String } == [
                "joined", "not-joined", "observer",
            ])
    }

    @Test func `a station is a document and a table of the same readings and steps`() async throws {
        let site = try world.site()
        let answer = try await DataWorld.get(site, "/vn-lao-cai/station/lao-cai.json?property=stage")
        let point = try #require(answer.object?["point"] as? [String: Any])
        let readings = try #require(point["readings"] as? [[String: Any]])
        let steps = try #require((point["forecast"] as? [String: Any])?["steps"] as? [[String: Any]])
        let table = try await DataWorld.get(site, "/vn-lao-cai/station/lao-cai.csv")
        #expect(table.type == "text/csv; charset=utf-8" && table.text.hasPrefix(StationTable.header))
        let rows = table.text.split(separator: "\n").dropFirst()
        #expect(rows.count { $0.hasPrefix("reading,") } == readings.count && readings.count == 13)
        #expect(rows.count { $0.hasPrefix("forecast,") } == steps.count)
        #expect(
            rows.contains(
                "reading,2024-09-09T07:00:00Z,2024-09-09T07:20:00Z,,82.8,,,,,m,observed,good,raw,0,made,own"))
        #expect(readings.contains { $0["known"] as? String == "derived" } && table.text.contains(",derived,"))
        #expect(StationTable.field("a,\"b\"") == "\"a,\"\"b\"\"\"" && StationTable.field("=1") == "'=1")
    }

    @Test func `reservoirs, map and exchange are documents of what their pages show`() async throws {
        let site = try world.site(atlas: try DataWorld.atlas())
        let pools = try #require(try await DataWorld.get(site, "/vn-lao-cai/reservoirs.json").object)
        let reservoirs = try #require(pools["reservoirs"] as? [[String: Any]])
        #expect(reservoirs.count > 3)
        #expect(
            reservoirs.allSatisfy { reservoir in
                let values = reservoir["values"] as? [String: [String: Any]]
                return values?["pool-level"]?["unit"] as? String == "m"
                    && values?["inflow"]?["unit"] as? String == "m3/s"
            })
        let map = try await DataWorld.get(site, "/vn-lao-cai/map.geojson")
        #expect(map.type == "application/geo+json" && map.object?["type"] as? String == "FeatureCollection")
        let features = try #require(map.object?["features"] as? [[String: Any]])
        let laoCai = try #require(features.first { $0["id"] as? String == "lao-cai" })
        #expect((laoCai["properties"] as? [String: Any])?["level"] as? Int == 3)
        let place = (laoCai["geometry"] as? [String: Any])?["coordinates"] as? [Double]
        #expect(place.map { (103...105).contains($0[0]) && (21...24).contains($0[1]) } == true)
        let exchange = try await DataWorld.get(site, "/vn-lao-cai/exchange.json")
        let peers = try #require(exchange.object?["peers"] as? [[String: Any]])
        #expect(!peers.isEmpty && !exchange.text.contains("89.67"))
        #expect(try await DataWorld.get(try world.site(), "/vn-lao-cai/map.geojson").code == "no-page")
    }

    @Test func `a document that has not changed is not sent again, also by HEAD, whatever the clock says`() async throws
    {
        let site = try world.site()
        for path in ["/vn-lao-cai/board.json", "/vn-lao-cai/station/lao-cai.csv", "/api/openapi.json"] {
            let first = try await DataWorld.get(site, path)
            let tag = try #require(first.headers[.eTag])
            #expect(try await DataWorld.get(site, path, [.ifNoneMatch: tag]).status == .notModified)
            let head = try await DataWorld.asking(site) { ask in try await ask(path, .head, [:], nil) }
            #expect(head.status == .ok && head.text.isEmpty && head.headers[.eTag] == tag)
            #expect(head.headers[.contentType] == first.headers[.contentType])
        }
        var members: [String: Any] = try #require(try await DataWorld.get(site, "/vn-lao-cai/board.json").object)
        members["now"] = nil
        #expect(members["last_cycle"] is String)
    }

    @Test(arguments: [
        ("/vn-lao-cai/station/lao-cai.json?property=colour", 400, "bad-property"),
        ("/vn-lao-cai/board.json?at=yesterday", 400, "bad-time"),
        ("/vn-sample/series/vn-sample/lower/stage.csv?from=2024-09-09", 400, "bad-time"),
        ("/vn-sample/series/vn-sample/lower/stage.json?start=P1M", 400, "bad-period"),
        ("/vn-sample/series/vn-sample/lower/stage.json?start=P1D&from=2024-09-09T00:00Z", 400, "bad-period"),
        ("/vn-sample/series/vn-sample/lower/stage.json?limit=0", 400, "bad-limit"),
        ("/vn-sample/series/vn-sample/lower/stage.json?limit=1e9", 400, "bad-limit"),
        ("/vn-sample/series/vn-sample/lower/stage.json?after=tomorrow", 400, "bad-place"),
        ("/vn-sample/series/vn-sample/lower/stage.json?latest=maybe", 400, "bad-choice"),
        ("/vn-lao-cai/compliance/report.json?from=x", 400, "bad-days"),
        ("/vn-sample/series/vn-sample/mouth/stage.json", 404, "no-series"),
        ("/nobody/board.json", 404, "no-party"), ("/vn-lao-cai/station/nowhere.csv", 404, "no-station"),
        ("/vn-lao-cai/warnings/bao-ha.xml", 404, "no-draft"), ("/vn-lao-cai/nothing.json", 404, "no-page"),
        ("/assets/nothing.css", 404, "no-file"), ("/nodes/vn-lao-cai/lanes/a/b/c/d", 404, "no-file"),
        ("/vn-lao-cai/board.json?x=\(String(repeating: "y", count: 5_000))", 414, "address-too-long"),
    ])
    func `what cannot be answered is a problem with a code and a reason in three languages`(
        path: String, status: Int, code: String
    ) async throws {
        let answer = try await DataWorld.get(try world.site(), path)
        #expect(answer.status.code == status && answer.code == code, "\(answer.text)")
        #expect(answer.type == "application/problem+json" && answer.headers[.cacheControl] == "no-store")
        let problem = try #require(answer.object)
        #expect(problem["status"] as? Int == status && problem["type"] as? String == "about:blank")
        let reason = try #require(problem["reason"] as? [String: String])
        #expect(Set(reason.values).count == 3 && reason["en"] == problem["detail"] as? String)
        #expect(!answer.text.contains("yyyy") && !answer.text.contains("{") == false)
        #expect(reason.values.allSatisfy { !$0.contains("{") && !$0.contains("[problem.") })
    }

    @Test func `people get a page where programs get a problem, by suffix or by what they take`() async throws {
        let site = try world.site()
        #expect(try await DataWorld.get(site, "/nobody/").type == "text/html; charset=utf-8")
        let json = try await DataWorld.get(site, "/nobody/", [.accept: "application/json"])
        #expect(json.type == "application/problem+json" && json.code == "no-party")
        let browser = try await DataWorld.get(site, "/nobody/", [.accept: "text/html, application/json"])
        #expect(browser.type == "text/html; charset=utf-8")
        let stopped = try world.site(isStopped: true)
        for path in ["/vn-lao-cai/board.json", "/vn-sample/series/vn-sample/lower/stage.csv"] {
            let answer = try await DataWorld.get(stopped, path)
            #expect(answer.status == .serviceUnavailable && answer.code == "stopped")
        }
        for problem in Problem.allCases {
            for language in Language.allCases {
                #expect(!world.catalogues[language].text("problem." + problem.rawValue).hasPrefix("["))
            }
        }
    }

    @Test func `a method that an address does not take is named, with those that it takes`() async throws {
        let site = try world.site()
        try await DataWorld.asking(site) { ask in
            let post = try await ask("/vn-lao-cai/board.json", .post, [.contentType: BodyBounds.formType], nil)
            #expect(post.status == .methodNotAllowed && post.code == "method")
            #expect(post.headers[.allow] == "GET, HEAD, OPTIONS")
            let gate = try await ask("/vn-lao-cai/gate", .put, [:], nil)
            #expect(gate.status == .methodNotAllowed && gate.headers[.allow] == "GET, HEAD, OPTIONS, POST")
            #expect(gate.type == "text/html; charset=utf-8")
            let options = try await ask("/vn-lao-cai/station/lao-cai.csv", .options, [:], nil)
            #expect(options.status == .noContent && options.headers[.allow] == "GET, HEAD, OPTIONS")
            #expect(try await ask("/a/b/c/d/e/f", .delete, [:], nil).status == .notFound)
        }
    }

    @Test func `a form that is too long or no form is refused before anything reads it`() async throws {
        let site = try world.site()
        try await DataWorld.asking(site) { ask in
            let json: HTTPFields = [.accept: "application/json", .contentType: BodyBounds.formType]
            let long = try await ask(
                "/vn-lao-cai/gate", .post, json, ByteBuffer(repeating: 97, count: FormPost.limit + 1))
            #expect(long.status == .contentTooLarge && long.code == "too-large")
            let other = try await ask(
                "/vn-lao-cai/gate", .post, [.contentType: "application/json", .accept: "application/json"],
                ByteBuffer(string: "{}"))
            #expect(other.status == .unsupportedMediaType && other.code == "media-type")
            let page = try await ask(
                "/vn-lao-cai/gate", .post, [.contentType: "text/plain"], ByteBuffer(string: "action=approve"))
            #expect(page.status == .unsupportedMediaType && page.text.contains("<html"))
        }
    }

    @Test func `an address of programs is walked part by part, each value once and in order`() async throws {
        let world = try DataWorld(count: 25_000)
        let site = try world.site()
        for suffix in ["json", "csv"] {
            var next: String? = "/vn-sample/series/vn-sample/lower/stage.\(suffix)"
            var (seen, parts): ([String], Int) = ([], 0)
            while let path = next {
                let answer = try await DataWorld.get(site, path)
                #expect(answer.status == .ok)
                if suffix == "json" {
                    let values = try #require(answer.object?["values"] as? [[String: Any]])
                    seen += values.compactMap { $0["observed"] as? String }
                } else {
                    seen += answer.text.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
                }
                next = answer.headers[.link].map { String($0.dropFirst().prefix { $0 != ">" }) }
                #expect(answer.headers[.link]?.hasSuffix(">; rel=\"next\"") ?? true)
                if suffix == "json" { #expect(answer.object?["next"] as? String == next) }
                parts += 1
            }
            #expect(parts == 3 && seen.count == 25_000 && seen == seen.sorted() && Set(seen).count == 25_000)
        }
        let last = try await DataWorld.get(
            site, "/vn-sample/series/vn-sample/lower/stage.json?limit=7&latest=true&to=2100-01-01T00:00Z")
        #expect((last.object?["values"] as? [Any])?.count == 7)
        #expect(last.headers[.link]?.contains("to=2100-01-01T00:00:00Z&latest=true&limit=7&after=") == true)
    }

    @Test func `a full bucket answers, an empty one says when to come back, and it fills again`() throws {
        var limits = SiteLimits()
        (limits.perSecond, limits.burst, limits.addresses) = (2, 4, 3)
        let limit = AddressLimit(limits)
        #expect((0..<4).allSatisfy { _ in limit.take("a", at: 0).isGranted })
        #expect(limit.take("a", at: 0) == AddressLimit.Verdict(isGranted: false, left: 0, wait: 1))
        #expect(limit.take("b", at: 0).isGranted)
        #expect(limit.take("a", at: 500_000_000).isGranted && !limit.take("a", at: 500_000_000).isGranted)
        // A clock that goes back gives nothing away.
        #expect(!limit.take("a", at: 0).isGranted)
        for name in 0..<50 { #expect(limit.take("c\(name)", at: 600_000_000).isGranted) }
        #expect(limit.take("a", at: 60_000_000_000).left == 3)
    }

    @Test func `an address that asks too often is told to wait, and the one behind a server in front is told apart`()
        async throws
    {
        let site = try world.site(isCounted: true)
        var limits = SiteLimits()
        (limits.perSecond, limits.burst) = (1, 3)
        let steady = world.steady
        try await live(site, limits) { client in
            func ask(_ path: String, from address: String?) async throws -> TestClient.Response {
                var headers: HTTPFields = [:]
                headers[.forwardedFor] = address
                return try await client.get(path, headers: headers)
            }
            for left in [2, 1, 0] {
                let answer = try await ask("/vn-lao-cai/board.json", from: "203.0.113.7")
                #expect(answer.status == .ok)
                #expect(answer.headers[.rateLimit]?.hasPrefix("\"address\";r=\(left);") == true)
            }
            let refused = try await ask("/vn-lao-cai/board.json", from: "203.0.113.7")
            #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] == "1")
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(refused.headers[.rateLimitPolicy] == "\"address\";q=3;w=3")
            #expect(try await ask("/vn-lao-cai/board.json", from: "203.0.113.8").status == .ok)
            #expect(try await ask("/health", from: "203.0.113.7").status == .ok)
            steady.wait(seconds: 1)
            #expect(try await ask("/vn-lao-cai/", from: "203.0.113.7").status == .ok)
            // This machine itself is counted too, unless the desk says that no server stands in front.
            for _ in 0..<3 { _ = try await ask("/vn-lao-cai/board.json", from: nil) }
            #expect(try await ask("/vn-lao-cai/board.json", from: nil).status == .tooManyRequests)
        }
        let trusting = try world.site(isCounted: true, trustsOwnMachine: true)
        try await live(trusting, limits) { client in
            for _ in 0..<6 {
                let answer = try await client.get("/vn-lao-cai/board.json")
                #expect(answer.status == .ok)
            }
        }
    }

    private func live(
        _ site: DutySite, _ limits: SiteLimits, _ body: @escaping @Sendable (TestClient) async throws -> Void
    ) async throws {
        try await LiveServer.serving(
            { buildApplication(site: site, host: "127.0.0.1", port: 0, limits: limits, onServerRunning: $0) },
            { port in try await LiveServer.asking(port, body) })
    }
}
