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

/// The pages of a node, its lanes and its gate, and the forms on them, asked in process.
struct NodePagesTests {
    /// What forms did.
    final class Deeds: Sendable {
        let isRunning = Mutex(true)
        let answers = Mutex<[(GateAnswer, String)]>([])
    }

    let catalogues: Catalogues
    let deeds = Deeds()
    private let board = sampleDutyBoard()

    init() throws { catalogues = try Catalogues.sample() }

    private var desk: NodeDesk {
        let (deeds, sample) = (deeds, SampleNode())
        return NodeDesk(
            standing: { party in
                PartyStanding(
                    party: party,
                    state: deeds.isRunning.withLock { $0 } ? .running : .stopped(since: sample.now - 7200),
                    now: sample.now, unreachable: [sample.yunnan: sample.now - 3600])
            },
            setRunning: { _, isWanted in
                deeds.isRunning.withLock { $0 = isWanted }
                return true
            }, exchange: { _ in sample.exchange }, gate: { _ in sample.gate },
            answer: { _, answer, person in
                deeds.answers.withLock { $0.append((answer, person)) }
                return answer == .takeBack(99) ? 0 : 1
            }, history: { _, question in sample.history(of: question.series) },
            table: { _, asked in
                guard asked.series.station.text == "lao-cai" else { return nil }
                return SeriesPart(Array("\(asked.series) \(asked.latestOnly) \(asked.asOf?.iso8601() ?? "-")".utf8))
            }, publicLaneFile: { _, path in path.hasSuffix("checkpoint") ? Array("note".utf8) : nil })
    }

    private func ask(
        _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> (status: HTTPResponse.Status, headers: HTTPFields, text: String) {
        let board = board
        let site = try DutySite(
            parties: [.init(party: board.party, name: board.partyName, zone: board.zone)],
            stationNames: sampleStationNames,
            catalogues: catalogues, replay: board.replay, desk: desk
        ) { $0 == board.party ? board : nil }
        return try await buildApplication(site: site, host: "127.0.0.1", port: 0).test(.router) { client in
            let response = try await client.executeRequest(
                uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
            return (response.status, response.headers, String(buffer: response.body))
        }
    }

    private func post(
        _ path: String, _ body: String, origin: String? = "http://localhost"
    ) async throws -> (status: HTTPResponse.Status, headers: HTTPFields, text: String) {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[.origin] = origin
        return try await ask(path, method: .post, headers: headers, body: body)
    }

    private static let paths = [
        "/", "/vn-lao-cai/", "/vn-lao-cai/exchange", "/vn-lao-cai/gate", "/vn-lao-cai/node",
        "/vn-lao-cai/station/lao-cai",
    ]

    @Test(arguments: paths) func `no English word and no missing key, whether the node runs or not`(
        path: String
    ) async throws {
        for isRunning in [true, false] {
            deeds.isRunning.withLock { $0 = isRunning }
            for language in [Language.vietnamese, .chinese] {
                let text = visibleText(ofMarkup: try await ask("\(path)?lang=\(language.rawValue)").text)
                let names: Set<String> = ["Yagi", "Lào Cai", "Lao Cai", "Vân Nam", "Yunnan"]
                let found = englishWords(
                    in: text, language: language, allowing: neutralWords.union(names), catalogues: catalogues)
                #expect(found == [], "\(path) \(language.rawValue)")
                #expect(text.firstMatch(of: /\[[a-z]+\.[a-zA-Z.-]+\]/) == nil, "\(path) \(language.rawValue)")
            }
        }
    }

    @Test func `pages hold no script and no style of their own, and a state on each`() async throws {
        for path in NodePagesTests.paths {
            let text = try await ask(path + "?lang=en").text.withoutOwnScripts.replacing(
                "http://www.w3.org/2000/svg", with: "")
            for forbidden in ["http://", "https://", "<script", "style=", "<style", "onclick"] {
                #expect(!text.contains(forbidden), "\(path) \(forbidden)")
            }
            #expect(text.contains("node-running"), "\(path)")
        }
    }

    @Test func `a stopped node shows since when, on every page, and how to start it`() async throws {
        deeds.isRunning.withLock { $0 = false }
        for path in NodePagesTests.paths.dropFirst() {
            let answer = try await ask(path + "?lang=en")
            #expect(answer.status == (path.hasSuffix("node") ? .ok : .serviceUnavailable), "\(path)")
            #expect(answer.text.contains("stopped since 13:00, 9 Sep"), "\(path)")
            #expect(answer.text.contains("Start the node") && answer.text.contains("REPLAY"), "\(path)")
        }
        #expect(try await ask("/?lang=en").text.contains("stopped since"))
        #expect(try await ask("/nodes/vn-lao-cai/lanes/a/vn-lao-cai/public/checkpoint").status == .serviceUnavailable)
        #expect(try await ask("/vn-lao-cai/series/vn-lao-cai/lao-cai/stage.csv").status == .serviceUnavailable)
    }

    @Test func `a node is stopped and started by a form that was confirmed`() async throws {
        let path = "/vn-lao-cai/node?lang=en"
        let unconfirmed = try await post(path, "action=stop")
        #expect(unconfirmed.status == .badRequest && unconfirmed.text.contains("Tick the box"))
        #expect(deeds.isRunning.withLock { $0 })
        let stopped = try await post(path, "action=stop&confirm=yes")
        #expect(stopped.status == .seeOther)
        #expect(stopped.headers[.location] == "/vn-lao-cai/node?lang=en")
        #expect(!deeds.isRunning.withLock { $0 })
        #expect(try await post(path, "action=start&confirm=yes").status == .seeOther)
        #expect(deeds.isRunning.withLock { $0 })
    }

    @Test func `a form from elsewhere, or from nowhere, changes nothing`() async throws {
        for origin in ["http://evil.example", "https://localhost:1", "null", "http://localhost.evil.example", nil] {
            let answer = try await post("/vn-lao-cai/node?lang=en", "action=stop&confirm=yes", origin: origin)
            #expect(answer.status == .forbidden, "\(origin ?? "-")")
            let gate = try await post(
                "/vn-lao-cai/gate", "action=take-back&said=1&person=Somebody", origin: origin)
            #expect(gate.status == .forbidden, "\(origin ?? "-")")
        }
        #expect(deeds.isRunning.withLock { $0 })
        #expect(deeds.answers.withLock { $0.isEmpty })
        let long = "action=stop&confirm=yes&x=" + String(repeating: "x", count: FormPost.limit)
        #expect(try await post("/vn-lao-cai/node", long).status == .contentTooLarge)
        #expect(deeds.isRunning.withLock { $0 })
    }

    @Test func `what a person says at the gate carries the name`() async throws {
        let path = "/vn-lao-cai/gate?lang=en"
        let nameless = try await post(path, "action=rule&choice=vn-lao-cai%2F*%2F*%7C&word=hold&person=+")
        #expect(nameless.status == .badRequest && nameless.text.contains("Write who decides"))
        #expect(try await post(path, "action=approve&person=Desk").status == .badRequest)
        let name = "person=Tr%E1%BB%B1c+ban%2C+hydromet"
        let approved = try await post(path, "action=approve&item=a%7Cb&item=c&\(name)")
        #expect(approved.headers[.location] == "/vn-lao-cai/gate?lang=en&done=1")
        _ = try await post(path, "action=rule&choice=vn-lao-cai%2Flao-cai%2Fstage%7C1.4&word=ask&\(name)")
        _ = try await post(path, "action=rule&choice=vn-lao-cai%2F*%2F*%7C&word=standing&\(name)")
        #expect(try await post(path, "action=take-back&said=99&\(name)").status == .conflict)
        let answers = deeds.answers.withLock { $0 }
        #expect(
            answers.map(\.0) == [
                .approve(["a|b", "c"]), .rule(.ask, pattern: "vn-lao-cai/lao-cai/stage", clause: "1.4"),
                .rule(.standing, pattern: "vn-lao-cai/*/*", clause: nil), .takeBack(99),
            ])
        #expect(answers.allSatisfy { $0.1 == "Trực ban, hydromet" })
    }

    @Test func `the exchange page names sizes, receipts and reasons, and who has not joined`() async throws {
        let text = try await ask("/vn-lao-cai/exchange?lang=en").text
        for part in [
            "Yunnan: 14 of 15", "Dien Bien: no receipt yet", "Lai Chau: not joined", "2 entries in quarantine",
            "the agreement does not let this party have it", "not reachable since", "0123456789ab",
            "Two histories of one lane", "Two signed checkpoints of Yunnan do not agree about the first 41 entries",
            "please speak with Yunnan", "Decided ", "Nguyen Van A", "evidence/a/cn-yunnan/vn-lao-cai/41.fork",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("89.67"))
    }

    @Test func `the gate page offers what waits, what holds and who said so`() async throws {
        let text = try await ask("/vn-lao-cai/gate?lang=en").text
        for part in [
            "Waiting at the gate (1)", "82.80 m", "for a person", "Nguyen Van A", "taken back", "name=\"person\"",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try await ask("/vn-lao-cai/gate?lang=en&done=3").text.contains("Done: 3"))
    }

    @Test func `the station page says where each value came from and whether it may be passed on`() async throws {
        let text = try await ask("/vn-lao-cai/station/lao-cai?lang=en").text
        for part in [
            "<details class=\"panel proof\">", "lane, entry 12.3", "13 entries, root", "0123456789ab", "replaced",
            "taken back", "to nobody", "own: at the gate", "riparian/cn-yunnan/a/vn-lao-cai",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func `a table of a series is asked for by times with a zone`() async throws {
        let path = "/vn-lao-cai/series/vn-lao-cai/lao-cai/stage.csv"
        let whole = try await ask(path)
        #expect(whole.status == .ok && whole.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(whole.text == "vn-lao-cai/lao-cai/stage false -")
        let part = try await ask(
            path + "?from=2024-09-09T07:00:00%2B07:00&to=2024-09-10T00:00:00Z&as-of=2024-09-11T00:00:00Z&latest=true")
        #expect(part.text == "vn-lao-cai/lao-cai/stage true 2024-09-11T00:00:00Z")
        for wrong in ["?from=yesterday", "?to=2024-09-09", "?as-of=2024-09-09T00:00:00"] {
            #expect(try await ask(path + wrong).status == .badRequest, "\(wrong)")
        }
        #expect(try await ask(path + "?from=2024-09-10T00:00:00Z&to=2024-09-09T00:00:00Z").status == .badRequest)
        #expect(try await ask("/vn-lao-cai/series/vn-lao-cai/lao-cai/nothing.csv").status == .notFound)
        #expect(try await ask("/vn-lao-cai/series/vn-lao-cai/ha-noi/stage.csv").status == .notFound)
        #expect(try await ask("/nobody/series/vn-lao-cai/lao-cai/stage.csv").status == .notFound)
    }

    @Test func `only lanes for everybody are offered over plain HTTP`() async throws {
        let open = try await ask("/nodes/vn-lao-cai/lanes/a/vn-lao-cai/public/checkpoint")
        #expect(open.status == .ok && open.text == "note")
        for path in [
            "/nodes/vn-lao-cai/lanes/a/vn-lao-cai/cn-yunnan/checkpoint",
            "/nodes/vn-lao-cai/lanes/a/cn-yunnan/public/checkpoint",
            "/nodes/vn-lao-cai/lanes/a/vn-lao-cai/cn-yunnan/public/checkpoint",
            "/nodes/nobody/lanes/a/nobody/public/checkpoint", "/nodes/vn-lao-cai/lanes/a/vn-lao-cai/public/x",
        ] {
            #expect(try await ask(path).status == .notFound, "\(path)")
        }
    }
}

/// The boards of a made node.
struct SampleNode {
    let now = Instant(secondsSinceEpoch: 1_725_868_800)  // 15:00 on 9 September 2024 in Indochina
    let laoCai = PartyID("vn-lao-cai")!  // literal ids, here and below
    let yunnan = PartyID("cn-yunnan")!
    private let root = "0123456789abcdef"

    private func text(_ vi: String, _ zh: String, _ en: String) -> LocalizedText {
        LocalizedText(vi: vi, zh: zh, en: en)
    }

    var exchange: ExchangeBoard {
        let readings = [
            ExchangeBoard.Reading(
                reader: yunnan, name: text("Vân Nam", "云南省", "Yunnan"), hasJoined: true, size: 14, time: now - 600),
            ExchangeBoard.Reading(
                reader: PartyID("vn-dien-bien")!, name: text("Điện Biên", "奠边省", "Dien Bien"), hasJoined: true,
                size: nil, time: nil),
            ExchangeBoard.Reading(
                reader: PartyID("vn-lai-chau")!, name: text("Lai Châu", "莱州省", "Lai Chau"), hasJoined: false,
                size: nil, time: nil),
        ]
        let own = ExchangeBoard.Lane(
            origin: "riparian/vn-lao-cai/a/x", provider: laoCai, name: text("Lào Cai", "老街省", "Lao Cai"),
            isPublic: false, size: 15, root: root, heartbeat: now - 60, lastEntry: now - 600, quarantined: 0,
            readings: readings)
        let empty = ExchangeBoard.Lane(
            origin: "riparian/vn-lao-cai/a/public", provider: laoCai, name: text("Lào Cai", "老街省", "Lao Cai"),
            isPublic: true, size: 0, root: "", heartbeat: nil, lastEntry: nil, quarantined: 0, readings: [])
        let peer = ExchangeBoard.Lane(
            origin: "riparian/cn-yunnan/a/vn-lao-cai", provider: yunnan, name: text("Vân Nam", "云南省", "Yunnan"),
            isPublic: false, size: 13, root: root, heartbeat: now - 3600, lastEntry: now - 3600, quarantined: 2,
            readings: [])
        return ExchangeBoard(
            own: [own, empty], peers: [peer],
            refusals: [
                ExchangeBoard.Refusal(origin: "lane/riparian/cn-yunnan/a/vn-lao-cai/3/0", at: now, code: "not-granted"),
                ExchangeBoard.Refusal(origin: "x", at: now, code: "of-a-later-version"),
            ], refusalCounts: ["not-granted": 1, "of-a-later-version": 1],
            notJoined: [text("Lai Châu", "莱州省", "Lai Chau")],
            forks: [nil, KnownFork.Settlement(person: "Nguyen Van A", at: now)].map { settled in
                ExchangeBoard.Fork(
                    fork: KnownFork(
                        origin: "riparian/cn-yunnan/a/vn-lao-cai", size: 41, found: now - 600,
                        file: "evidence/a/cn-yunnan/vn-lao-cai/41.fork", settled: settled),
                    provider: yunnan, name: text("Vân Nam", "云南省", "Yunnan"))
            })
    }

    private func reading(_ revision: Int, _ value: Double) -> Observation {
        Observation(
            series: SeriesID("vn-lao-cai/lao-cai/stage")!, observed: now - 10_800, received: now - 10_200, value: value,
            quality: .good, revision: revision, source: "a, \"b\"")
    }

    var gate: GateBoard {
        let readers = [text("Vân Nam", "云南省", "Yunnan")]
        return GateBoard(
            items: [
                GateBoard.Item(
                    id: "a|b", observation: reading(0, 82.8), clause: "1.4", readers: readers, due: now, state: "asked")
            ], waiting: 1,
            choices: [
                GateBoard.Choice(pattern: "vn-lao-cai/lao-cai/stage", clause: "1.4", readers: readers, word: .hold)
            ],
            said: [
                GateBoard.Said(
                    id: 2, pattern: "vn-lao-cai/*/*", clause: nil, mode: "standing", person: "Nguyen Van A", at: now),
                GateBoard.Said(
                    id: 1, pattern: "vn-lao-cai/lao-cai/stage", clause: "1.4", mode: "hold", person: "Nguyen Van A",
                    at: now - 60, ended: now, endedBy: "Nguyen Van B"),
            ])
    }

    func history(of series: SeriesID) -> SeriesHistory {
        let lane = SeriesHistory.LaneProof(
            lane: "riparian/cn-yunnan/a/vn-lao-cai", index: 12, offset: 3, checkpoint: 13, root: root)
        func row(
            _ observation: Observation, _ way: SeriesHistory.Way, isCurrent: Bool, withdrawn: Instant? = nil
        ) -> SeriesHistory.Row {
            SeriesHistory.Row(
                observation: observation, way: way, clause: way == .own ? nil : "1.4",
                onward: way == .own ? .own : .nobody, withdrawn: withdrawn, isCurrent: isCurrent)
        }
        return SeriesHistory(
            series: series,
            rows: [
                row(reading(0, 8.28), .own, isCurrent: false), row(reading(1, 82.8), .own, isCurrent: true),
                row(reading(2, 82.9), .lane(lane), isCurrent: true),
                row(reading(3, 83), .lane(lane), isCurrent: false, withdrawn: now - 60),
            ])
    }
}
