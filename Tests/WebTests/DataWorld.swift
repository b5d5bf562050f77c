import Accord
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NodeCore
import River
import Series
import Storage
import Synchronization
import TestKit
import Testing

@testable import Web

/// A site of two parties: one with the sample board, and one with a real store, which holds a long series and one that nobody
/// else may have.
struct DataWorld {
    /// What came back.
    struct Answer {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let text: String

        /// The document; nil where it is none.
        var object: [String: Any]? {
            try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        }
        var code: String? { object?["code"] as? String }
        var type: String? { headers[.contentType] }
    }

    /// A value of the restricted series, as it would stand on any page, table or document.
    static let secret = 3_141.59
    static let start = SampleBasin.start
    static let board = sampleDutyBoard()
    /// ns that a test sets; nothing passes by itself.
    let steady = Mutexed()
    let node: Node
    let catalogues: Catalogues

    final class Mutexed: Sendable {
        private let value = Mutex<Int64>(0)

        var now: Int64 { value.withLock { $0 } }
        func wait(seconds: Double) { value.withLock { $0 += Int64(seconds * 1e9) } }
    }

    /// Makes the store.
    ///
    /// - Parameter count: values of the long series, one every ten minutes.
    init(count: Int = 0) throws {
        catalogues = try Catalogues.sample()
        let party = try #require(PartyID("vn-sample"))
        let name = LocalizedText(vi: "Mẫu", zh: "示例", en: "Sample")
        node = Node(
            configuration: NodeConfiguration(
                party: party, basin: SampleBasin.basin,
                register: PartyRegister(parties: [
                    Party(id: party, name: name, kind: .signatory, country: "VN", zone: .indochina)
                ]),
                agreement: Agreement(
                    id: try #require(AgreementID("made")), identity: AgreementIdentity(of: .null), title: name,
                    isIllustrative: true, parties: [AgreementParty(id: party)], provisions: []),
                signer: try TestKeys.signer(of: party)),
            database: try NodeDatabase.inMemory(),
            effects: Effects(
                now: { DataWorld.start }, randomBytes: { [UInt8](repeating: 1, count: $0) },
                disk: Disk(write: { _, _ in }, read: { _ in nil }, remove: { _ in })))
        try fill("vn-sample/lower/stage", count: count) { 24 + Double($0 % 500) / 100 }
        try fill("vn-sample/upper/stage", count: 5) { _ in DataWorld.secret }
    }

    private func fill(_ text: String, count: Int, value: (Int) -> Double) throws {
        let series = try #require(SeriesID(text))
        let records = (0..<count).map { index in
            let observed = DataWorld.start - Int64(count - index) * 600
            return ObservationRecord(
                Observation(
                    series: series, observed: observed, received: observed + 60, value: value(index), quality: .good,
                    source: "made"), origin: "made:\(index)")
        }
        _ = try node.database.record(IntakeBatch(observations: records))
    }

    /// The site.
    ///
    /// - Parameters:
    ///   - showsStore: whether the party with the store has pages here; its desk would answer for it in any case.
    ///   - limits: with them addresses are counted.
    func site(
        showsStore: Bool = true, isCounted: Bool = false, trustsOwnMachine: Bool = false, isStopped: Bool = false,
        people: PeopleDesk? = nil, atlas: BasinAtlas? = nil, advice: [StationID: DamAdvice] = [:]
    ) throws -> DutySite {
        let (node, board) = (node, DataWorld.board)
        var desk = desk(isStopped: isStopped, isCounted: isCounted, trustsOwnMachine: trustsOwnMachine)
        desk.advice = { _ in advice }
        let text = LocalizedText(vi: "Mẫu", zh: "示例", en: "Sample")
        return try DutySite(
            parties: [
                .init(party: board.party, name: board.partyName, zone: board.zone),
                .init(party: node.party, name: text, hasPage: showsStore, zone: board.zone),
            ], stationNames: sampleStationNames, catalogues: catalogues,
            desk: desk,
            atlas: atlas, people: people
        ) { party in
            if party == board.party { return board }
            return try? node.dutyBoard(at: DataWorld.start)
        }
    }

    private func desk(isStopped: Bool, isCounted: Bool, trustsOwnMachine: Bool) -> NodeDesk {
        let (node, board, steady, sample) = (node, DataWorld.board, steady, SampleNode())
        let own = node.party
        let state: PartyStanding.State = isStopped ? .stopped(since: board.now - 60) : .running
        var desk = NodeDesk(
            standing: { PartyStanding(party: $0, state: state, now: board.now) },
            exchange: { party in
                if party == board.party { return sample.exchange }
                return try? await node.exchangeBoard()
            },
            gate: { _ in nil }, history: { _, _ in nil },
            table: { party, request in
                guard party == own else { return nil }
                return try? node.seriesTable(request)
            },
            publicLaneFile: { _, path in
                path.hasSuffix("checkpoint") || path.hasSuffix("lane.vkey") ? Array("note".utf8) : nil
            },
            trustsOwnMachine: trustsOwnMachine)
        desk.values = { party, request in
            guard party == own else { return nil }
            return try? node.seriesValues(request)
        }
        desk.past = { party, time in
            if party == board.party { return board }
            return try? node.dutyBoard(at: time)
        }
        if isCounted { desk.nanoseconds = { steady.now } }
        return desk
    }

    /// The atlas of the bundled pack.
    static func atlas() throws -> BasinAtlas {
        let folder = Repository.root.appending(path: "Packs/red-river").path(percentEncoded: false)
        let pack = try #require(readBasinPack(at: folder).pack)
        let name = LocalizedText(vi: "x", zh: "x", en: "x")
        return BasinAtlas(
            pack, basin: pack.basin,
            agreement: Agreement(
                id: try #require(AgreementID("made")), identity: AgreementIdentity(of: .null), title: name,
                isIllustrative: true, parties: [], provisions: []))
    }

    /// How a site is asked.
    typealias Asking = @Sendable (String, HTTPRequest.Method, HTTPFields, ByteBuffer?) async throws -> Answer

    /// Asks a site in process.
    static func asking<Value: Sendable>(
        _ site: DutySite, _ body: @escaping @Sendable (Asking) async throws -> Value
    ) async throws -> Value {
        try await buildApplication(site: site, host: "127.0.0.1", port: 0).test(.router) { client in
            try await body { path, method, headers, bytes in
                let response = try await client.executeRequest(
                    uri: path, method: method, headers: headers, body: bytes)
                return Answer(status: response.status, headers: response.headers, text: String(buffer: response.body))
            }
        }
    }

    /// Asks for one address.
    static func get(_ site: DutySite, _ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        try await asking(site) { ask in try await ask(path, .get, headers, nil) }
    }
}
