import Formats
import Foundation
import Hummingbird
import HummingbirdTesting
import NodeCore
import Series
import TestKit
import Testing

@testable import Web

/// The pages of a site, asked in process.
struct PagesTests {
    let catalogues: Catalogues

    init() throws { catalogues = try Catalogues.sample() }

    private func application(
        _ board: DutyBoard = sampleDutyBoard(), catalogues: Catalogues? = nil
    ) throws -> some ApplicationProtocol {
        let site = try DutySite(
            parties: [
                .init(party: board.party, name: board.partyName, zone: board.zone),
                .init(
                    party: board.partners[0].party, name: board.partners[0].name, hasPage: false, zone: board.zone),
            ], stationNames: sampleStationNames, catalogues: catalogues ?? self.catalogues
        ) { $0 == board.party ? board : nil }
        return buildApplication(site: site, host: "127.0.0.1", port: 0)
    }

    private func get(
        _ path: String, board: DutyBoard = sampleDutyBoard(), headers: HTTPFields = [:], catalogues: Catalogues? = nil
    ) async throws -> (status: HTTPResponse.Status, headers: HTTPFields, text: String) {
        try await application(board, catalogues: catalogues).test(.router) { client in
            let response = try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
            return (response.status, response.headers, String(buffer: response.body))
        }
    }

    private static let paths = [
        "/", "/vn-lao-cai/", "/vn-lao-cai/station/lao-cai", "/vn-lao-cai/station/thac-ba-dam",
        "/vn-lao-cai/station/lao-cai.svg", "/nobody/", "/vn-lao-cai/station/nowhere", "/vn-lao-cai/nothing",
    ]

    @Test(arguments: paths) func `no English word and no missing key in the Vietnamese and Chinese pages`(
        path: String
    ) async throws {
        for language in [Language.vietnamese, .chinese] {
            let text = visibleText(ofMarkup: try await get("\(path)?lang=\(language.rawValue)").text)
            // Names of parties in the other two languages stand on the front page, marked with their language.
            let names: Set<String> = ["Yagi", "Lào Cai", "Lao Cai", "Vân Nam", "Yunnan"]
            let found = englishWords(
                in: text, language: language, allowing: neutralWords.union(names), catalogues: catalogues)
            #expect(found == [], "\(path) \(language.rawValue)")
            #expect(text.firstMatch(of: /\[[a-z]+\.[a-zA-Z.]+\]/) == nil, "\(path) \(language.rawValue)")
        }
    }

    @Test(arguments: [[420], [420, 480], [330, 420, 480]])
    func `hours stand in every zone that the basin's parties keep`(
        minutes: [Int]
    ) async throws {
        let texts = try Catalogues.bundled(zones: minutes.map { UTCOffset(minutes: $0) })
        for path in ["/vn-lao-cai/", "/vn-lao-cai/station/lao-cai"] {
            let text = try await get(path + "?lang=en", catalogues: texts).text
            for zone in [330, 420, 480].map({ UTCOffset(minutes: $0) }) {
                #expect(text.contains(zone.name) == minutes.contains(zone.minutes), "\(path) \(zone) of \(minutes)")
            }
        }
    }

    @Test func `each page answers with its status and type`() async throws {
        let expected: [(String, HTTPResponse.Status, String)] = [
            ("/", .ok, "text/html; charset=utf-8"), ("/vn-lao-cai", .ok, "text/html; charset=utf-8"),
            ("/vn-lao-cai/", .ok, "text/html; charset=utf-8"), ("/health", .ok, "text/plain; charset=utf-8"),
            ("/vn-lao-cai/station/lao-cai", .ok, "text/html; charset=utf-8"),
            ("/vn-lao-cai/station/lao-cai.svg", .ok, "image/svg+xml"),
            ("/vn-lao-cai/warnings/lao-cai.xml", .ok, "application/cap+xml; charset=utf-8"),
            ("/vn-lao-cai/warnings/bao-ha.xml", .notFound, "application/problem+json"),
            ("/vn-lao-cai/station/nowhere", .notFound, "text/html; charset=utf-8"),
            ("/cn-yunnan/", .notFound, "text/html; charset=utf-8"), ("/x/y/z/w", .notFound, "text/html; charset=utf-8"),
        ]
        for (path, status, type) in expected {
            let answer = try await get(path)
            #expect(answer.status == status, "\(path)")
            #expect(answer.headers[.contentType] == type, "\(path)")
            #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'self'") == true)
        }
    }

    @Test func `the language comes from the query, then from the browser, then from the party`() async throws {
        #expect(try await get("/vn-lao-cai/").text.contains("<html lang=\"vi\">"))
        let chinese: HTTPFields = [.acceptLanguage: "fr, en;q=0.5, zh-CN;q=0.9"]
        #expect(try await get("/vn-lao-cai/", headers: chinese).text.contains("<html lang=\"zh-Hans\">"))
        #expect(try await get("/vn-lao-cai/?lang=en", headers: chinese).text.contains("<html lang=\"en\">"))
        #expect(try await get("/nobody/?lang=vi").text.contains("Không tìm thấy"))
    }

    @Test func `the page reloads itself only when asked`() async throws {
        #expect(!(try await get("/vn-lao-cai/").text.contains("http-equiv")))
        #expect(try await get("/vn-lao-cai/?refresh=5").text.contains("<meta http-equiv=\"refresh\" content=\"5\">"))
    }

    @Test func `pages refer to nothing elsewhere and hold no script and no style`() async throws {
        for path in PagesTests.paths {
            let text = try await get(path).text.withoutOwnScripts.replacing("http://www.w3.org/2000/svg", with: "")
            for forbidden in ["http://", "https://", "<script", "style=", "<style", "onclick"] {
                #expect(!text.contains(forbidden) || path.hasSuffix(".xml"), "\(path) \(forbidden)")
            }
        }
    }

    @Test func `the style sheet has a name of its own content and stays cached`() async throws {
        let page = try await get("/").text
        let address = try #require(page.firstMatch(of: /href="(\/assets\/[^"]+)"/)?.output.1)
        let answer = try await get(String(address))
        #expect(answer.status == .ok)
        #expect(answer.headers[.cacheControl]?.contains("immutable") == true)
    }

    @Test func `readings, bands, both zones and how they are known stand on the page`() async throws {
        let duty = try await get("/vn-lao-cai/?lang=en").text
        for text in [
            "Lao Cai", "UTC+7", "UTC+8", "observed", "nothing from Manhao", "not joined", "ILLUSTRATIVE", "REPLAY",
        ] {
            #expect(duty.contains(text), "\(text)")
        }
        let station = try await get("/vn-lao-cai/station/lao-cai?lang=en").text
        for text in ["82.80", "derived", "failed, not used", "doubtful", "tendency of the station", "alarm level III"] {
            #expect(station.contains(text), "\(text)")
        }
        #expect(!(try await get("/vn-lao-cai/?lang=en").text.withoutOwnScripts.contains("late")))
    }

    @Test func `hostile names are written as text`() async throws {
        let name = "<script>alert('x')</script>\"&{{layout}}"
        let board = sampleDutyBoard(hostileName: name)
        for path in [
            "/vn-lao-cai/", "/vn-lao-cai/station/lao-cai", "/vn-lao-cai/station/lao-cai.svg",
            "/vn-lao-cai/warnings/lao-cai.xml",
        ] {
            let text = try await get(path, board: board).text.withoutOwnScripts
            #expect(!text.contains("<script"), "\(path)")
            #expect(text.contains("&lt;script&gt;"), "\(path)")
        }
    }

    @Test func `the hydrograph equals the reviewed one`() async throws {
        let drawing = try await get("/vn-lao-cai/station/lao-cai.svg?lang=vi").text
        #expect(differenceFromGolden(drawing, "Fixtures/web/lao-cai.svg") == nil)
    }

    @Test func `readings are marks that no line joins, failed ones are crossed`() async throws {
        let drawing = try await get("/vn-lao-cai/station/lao-cai.svg?lang=en").text
        #expect(drawing.components(separatedBy: "<polyline").count == 2)
        #expect(drawing.contains("stroke-dasharray"))
        for mark in ["h-obs", "h-other", "h-suspect", "h-failed", "h-gap", "h-90", "h-50", "h-now"] {
            #expect(drawing.contains("class=\"\(mark)\""), "\(mark)")
        }
        #expect(drawing.contains("<desc>") && drawing.contains("Probability of reaching alarm level III"))
    }

    @Test func `pages are written to a folder for the eye where one is named`() async throws {
        guard let folder = ProcessInfo.processInfo.environment["RIPARIAN_PAGES_DIR"] else { return }
        for (name, path) in [("front", "/"), ("duty", "/vn-lao-cai/"), ("station", "/vn-lao-cai/station/lao-cai")] {
            for language in Language.allCases {
                let text = try await get("\(path)?lang=\(language.rawValue)").text
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)-\(language.rawValue).html"))
            }
        }
    }
}

extension String {
    /// A page without its one style, its one module and what the module reads: blocks that no browser runs.
    var withoutOwnScripts: String {
        var page = self
        if let start = page.range(of: "<style>"), let end = page.range(of: "</style>") {
            page.removeSubrange(start.lowerBound..<end.upperBound)
        }
        return
            page
            .replacing(/<script type="module" src="\/assets\/riparian-[0-9a-f]{16}\.js"><\/script>/, with: "")
            .replacing(/<script type="application\/json" class="steps"[^<>]*>[^<>]*<\/script>/, with: "")
    }
}
