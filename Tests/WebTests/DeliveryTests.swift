import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NodeCore
import Series
import Synchronization
import TestKit
import Testing

@testable import Web

/// How pages travel: tagged, packed, followed, read point by point.
struct DeliveryTests {
    private let catalogues: Catalogues
    private let board = sampleDutyBoard()

    init() throws { catalogues = try Catalogues.sample() }

    private func ask(
        _ path: String, headers: HTTPFields = [:], mark: (@Sendable (PartyID) async -> String?)? = nil
    ) async throws -> (status: HTTPResponse.Status, headers: HTTPFields, body: [UInt8]) {
        let (board, now) = (board, board.now)
        let desk = NodeDesk(
            standing: { PartyStanding(party: $0, state: .running, now: now, unreachable: [:]) },
            exchange: { _ in nil }, gate: { _ in nil }, history: { _, _ in nil }, table: { _, _ in nil },
            publicLaneFile: { _, _ in nil }, mark: mark)
        let site = try DutySite(
            parties: [.init(party: board.party, name: board.partyName, zone: board.zone)],
            stationNames: sampleStationNames,
            catalogues: catalogues, desk: desk
        ) { $0 == board.party ? board : nil }
        return try await buildApplication(site: site, host: "127.0.0.1", port: 0).test(.router) { client in
            let response = try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
            return (response.status, response.headers, Array(buffer: response.body))
        }
    }

    @Test func `a page that a browser has already is not sent again, another one is`() async throws {
        let first = try await ask("/vn-lao-cai/?lang=en")
        let tag = try #require(first.headers[.eTag])
        let again = try await ask("/vn-lao-cai/?lang=en", headers: [.ifNoneMatch: "\"x\", \(tag)"])
        #expect(again.status == .notModified && again.body.isEmpty && again.headers[.eTag] == tag)
        #expect(again.headers[.contentSecurityPolicy] != nil)
        let other = try await ask("/vn-lao-cai/?lang=vi", headers: [.ifNoneMatch: tag])
        #expect(other.status == .ok && other.headers[.eTag] != tag)
        #expect(try await ask("/nobody/", headers: [.ifNoneMatch: "*"]).status == .notFound)
    }

    @Test func `pages are packed for whoever takes it, and hold the same`() async throws {
        for path in ["/vn-lao-cai/?lang=en", "/vn-lao-cai/station/lao-cai?lang=vi", "/vn-lao-cai/station/lao-cai.svg"] {
            let plain = try await ask(path)
            #expect(plain.headers[.contentEncoding] == nil)
            let packed = try await ask(path, headers: [.acceptEncoding: "br, gzip;q=0.5"])
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.body.count < plain.body.count / 2)
            #expect(try Gzip.unpacked(packed.body, limit: 1 << 22) == plain.body)
            #expect(packed.headers[.vary]?.contains("Accept-Encoding") == true)
            #expect(packed.headers[.eTag] == plain.headers[.eTag])
            for answer in [plain, packed] {
                #expect(answer.headers[.contentLength].map { $0 == "\(answer.body.count)" } ?? true)
            }
        }
        #expect(try await ask("/health", headers: [.acceptEncoding: "gzip"]).headers[.contentEncoding] == nil)
        #expect(PageDelivery.accepts("*") && !PageDelivery.accepts("gzip;q=0") && !PageDelivery.accepts("gzipped"))
        #expect(!PageDelivery.accepts(nil) && !PageDelivery.accepts("identity"))
    }

    @Test func `a stream says once that something has changed, and ends with the node`() async throws {
        let marks = Mutex(["a", "a", "b", "b"])
        let answer = try await ask("/vn-lao-cai/changes") { _ in
            marks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        #expect(answer.headers[.contentType] == "text/event-stream" && answer.headers[.eTag] == nil)
        #expect(String(decoding: answer.body, as: UTF8.self) == ":\n\nevent: change\ndata: 1\n\n")
        #expect(try await ask("/vn-lao-cai/changes").status == .notFound)
        #expect(try await ask("/nobody/changes") { _ in nil }.status == .notFound)
    }

    @Test func `a page says where it hears of changes, and only where somebody tells`() async throws {
        func page(_ mark: (@Sendable (PartyID) async -> String?)?) async throws -> String {
            String(decoding: try await ask("/vn-lao-cai/?lang=en", mark: mark).body, as: UTF8.self)
        }
        #expect(try await page { _ in "a" }.contains("data-changes=\"/vn-lao-cai/changes\""))
        #expect(!(try await page(nil).contains("data-changes")))
    }

    @Test func `on a wall a page has nothing to click, and its links stay so`() async throws {
        let page = String(decoding: try await ask("/vn-lao-cai/?lang=en&kiosk=1&refresh=60").body, as: UTF8.self)
        #expect(page.contains("<body class=\"kiosk\"") && page.contains("content=\"60\""))
        #expect(page.contains("/vn-lao-cai/station/lao-cai?lang=en&amp;refresh=60&amp;kiosk=1"))
        let plain = String(decoding: try await ask("/vn-lao-cai/?lang=en&kiosk=0").body, as: UTF8.self)
        #expect(!plain.withoutOwnScripts.contains("kiosk"))
    }

    @Test func `a hydrograph is read point by point, in the order of time, within its drawing`() async throws {
        let page = String(
            decoding: try await ask("/vn-lao-cai/station/lao-cai?lang=en").body, as: UTF8.self)
        let block = try #require(page.firstMatch(of: /class="steps"([^>]*)>([^<]*)<\/script>/))
        let steps = try #require(
            try JSONSerialization.jsonObject(with: Data(block.output.2.utf8)) as? [[Any]])
        let places = try steps.map { try #require($0[0] as? Double) }
        #expect(places.count > 10 && places == places.sorted())
        #expect(places.allSatisfy { (58...788).contains($0) })
        let texts = steps.compactMap { $0[1] as? String }
        #expect(texts.count == steps.count && texts.contains { $0.contains("median") })
        #expect(texts.allSatisfy { $0.contains("UTC+7") && $0.contains("UTC+8") })
        let now = try #require(block.output.1.firstMatch(of: /data-now="(\d+)"/)?.output.1)
        #expect((0..<steps.count).contains(Int(now) ?? -1))
    }
}
