import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

@testable import Web

/// The pages of one node that has people, and the browsers that come to them.
struct PeopleWorld {
    /// What came back.
    struct Answer {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let text: String

        /// The cookie that it gives, `name=value`.
        var cookie: String? { headers[.setCookie].map { String($0.prefix { $0 != ";" }) } }
        /// What the forms of the page carry.
        var formKey: String? { UploadWorld.field("key", in: text) }
    }

    static let password = "correct horse battery"

    let clock = SimulatedClock(Instant(secondsSinceEpoch: 1_725_868_800))
    let desk: PeopleDesk
    let site: DutySite
    let deeds = Mutexed()
    let catalogues: Catalogues

    /// What was said at the gate, and by whom.
    final class Mutexed: Sendable {
        private let said = Mutex<[String]>([])

        func add(_ word: String) { said.withLock { $0.append(word) } }
        var all: [String] { said.withLock { $0 } }
    }

    /// Makes the site, without anybody unless people are named.
    ///
    /// - Parameter register: the desk of the register, given the list of what was done; none if not given.
    init(
        _ people: (id: String, role: Role)..., board: DutyBoard = sampleDutyBoard(), plans: PlanDesk? = nil,
        register: (Mutexed) -> RegisterDesk? = { _ in nil }
    ) throws {
        let (clock, deeds) = (clock, deeds)
        catalogues = try Catalogues.sample()
        let chance = Mutexed64()
        desk = PeopleDesk(
            database: try NodeDatabase.inMemory(), now: { clock.now }, randomBytes: { chance.bytes($0) },
            sealingKey: { _ in [UInt8](repeating: 9, count: 32) },
            cost: PasswordHash.Cost(logN: 4, blockSize: 1, parallelism: 1))
        for person in people {
            try desk.add(
                person.id, name: "Name of \(person.id)", role: person.role, password: Self.password, by: "test")
        }
        let text = LocalizedText(vi: "x", zh: "x", en: "x")
        let gate = GateBoard(
            items: [], waiting: 0,
            choices: [.init(pattern: "vn-lao-cai/lao-cai/stage", clause: "1.4", readers: [text], word: .hold)],
            said: [
                .init(
                    id: 2, pattern: "vn-lao-cai/*/*", clause: nil, mode: "standing", person: "Somebody", at: clock.now)
            ])
        site = try DutySite(
            parties: [.init(party: board.party, name: board.partyName, zone: board.zone)],
            stationNames: sampleStationNames,
            catalogues: catalogues,
            desk: NodeDesk(
                standing: { PartyStanding(party: $0, state: .running, now: clock.now) },
                setRunning: { _, isWanted in
                    deeds.add("node \(isWanted)")
                    return true
                },
                exchange: { _ in nil }, gate: { _ in gate },
                answer: { _, answer, person in
                    deeds.add("\(answer.summary) by \(person)")
                    return 1
                }, history: { _, _ in nil }, table: { _, request in SeriesPart(Array("\(request.series)".utf8)) },
                publicLaneFile: { _, path in path.hasSuffix("checkpoint") ? Array("note".utf8) : nil },
                mark: { _ in "1" }, register: register(deeds), plans: plans),
            people: desk
        ) { $0 == board.party ? board : nil }
    }

    /// Chance that is the same in every run.
    private final class Mutexed64: Sendable {
        private let state = Mutex<UInt64>(7)

        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in
                state.withLock { value in
                    value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return UInt8(truncatingIfNeeded: value >> 33)
                }
            }
        }
    }

    func wait(_ seconds: Int64) { clock.set(clock.now + seconds) }

    func ask(
        _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Answer {
        try await buildApplication(site: site, host: "127.0.0.1", port: 0).test(.router) { client in
            let response = try await client.executeRequest(
                uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
            return Answer(status: response.status, headers: response.headers, text: String(buffer: response.body))
        }
    }

    /// A browser that keeps its cookie and says where its forms stood.
    func browser() -> Browser { Browser(world: self) }

    /// A browser in which a person is signed in.
    func browser(of id: String) async throws -> Browser {
        var browser = browser()
        _ = try await browser.signIn(id)
        return browser
    }

    /// The log without its first lines, which say who was added.
    func acts() throws -> [String] {
        try desk.audit().reversed().filter { $0.act != .personAdded }.map {
            "\($0.act?.rawValue ?? "?") \($0.person) \($0.object) \($0.outcome?.rawValue ?? "?")"
        }
    }

    /// One browser.
    struct Browser {
        let world: PeopleWorld
        var cookie: String?
        var key = ""
        var more: HTTPFields = [:]

        func get(_ path: String) async throws -> Answer {
            var headers = more
            if let cookie { headers[.cookie] = cookie }
            return try await world.ask(path, headers: headers)
        }

        func post(
            _ path: String, _ fields: [String: String], origin: String? = "http://localhost", key: String? = nil
        ) async throws -> Answer {
            var headers = more
            headers[.contentType] = "application/x-www-form-urlencoded"
            headers[.origin] = origin
            if let cookie { headers[.cookie] = cookie }
            let all = fields.merging(["key": key ?? self.key]) { given, _ in given }.filter { !$0.value.isEmpty }
            let body = all.map { name, value in
                "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }.joined(separator: "&")
            return try await world.ask(path, method: .post, headers: headers, body: body)
        }

        /// Signs in and keeps the cookie and the key of the forms.
        mutating func signIn(
            _ id: String, password: String = PeopleWorld.password, to place: String? = nil, origin: String? = nil
        ) async throws -> Answer {
            let answer = try await post(
                "/sign-in?lang=en", ["name": id, "password": password, "to": place ?? ""],
                origin: origin ?? "http://localhost")
            if let new = answer.cookie {
                cookie = new
                key = try await get("/vn-lao-cai/?lang=en").formKey ?? ""
            }
            return answer
        }
    }
}
