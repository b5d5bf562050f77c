import Accord
import Forecasting
import Formats
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// A warning of one party on the other's pages: what holds, what has taken its place, and whether its signature does.
@Suite struct ReceivedWarningTests {
    private let folder: TemporaryFolder
    private let federation: Federation
    private let key: AlertSigningKey
    private let station = StationID("lao-cai")!  // a literal id

    init() throws {
        folder = try TemporaryFolder()
        federation = try Federation(in: folder.path)
        key = try AlertSigningKey(
            makingFor: "duty.example", from: Made.start - 86_400, until: Made.start + 400 * 86_400)
    }

    /// The neighbour's node, which believes some keys for alerts.
    private func reader(_ keys: [NodeKey]) throws -> Node {
        var trust = try TestKeys.trust(in: [Made.laoCai])
        trust.alertKeys = { $0 == Made.laoCai ? keys : [] }
        return try Federation.node(
            Made.yunnan, in: folder.path, clock: federation.clock, log: federation.log, trust: trust)
    }

    private func listed(_ key: AlertSigningKey, revoked: Instant? = nil) -> NodeKey {
        let listed = NodeKey(
            id: "alert", certificate: key.certificate.der, role: .alert, from: key.certificate.from,
            until: key.certificate.until)
        return revoked.map { listed.revoked(Revocation(at: $0, reason: "stolen")) } ?? listed
    }

    private var office: AlertOffice {
        get throws {
            AlertOffice(
                sender: "duty.example", office: "hydromet", name: Made.text("Station"), sign: { try key.sign($0) },
                addressees: [], catalogues: try Catalogues.sample())
        }
    }

    private func issue(_ level: Int, from previous: Int, hour: Int64) async throws {
        let issued = Made.start + hour * 3600
        federation.clock.set(issued + 60)
        let draft = WarningDraft(
            station: station, issued: issued, level: level, previousLevel: previous,
            action: level == 0 ? .cancel : previous == 0 ? .new : .upgrade,
            threshold: level == 0 ? nil : [80, 82, 83.5][level - 1], probability: 0.7, isObserved: false,
            crossing: issued + 5 * 3600, crestTime: issued + 9 * 3600, crestMedian: 84, crestLow: 82, crestHigh: 85,
            latest: .init(time: issued - 600, value: 79), expires: issued + 4 * 3600, notes: [])
        #expect(try federation.laoCai.database.keep(CycleRecord(issued: issued, forecasts: [], drafts: [draft])))
        let order = WarningOrder(station: station, cycle: issued)
        _ = try await federation.laoCai.issue(order, through: office, by: "duty officer").get()
    }

    private func pull(_ reader: Node) async throws {
        for _ in 1...3 { _ = try await federation.laoCai.publishCheckpoints() }
        _ = try await reader.pull(from: Made.laoCai, over: federation.toLaoCai.link)
    }

    @Test
    func `a neighbour's warning is listed with its texts, and the one that takes its place is the one that holds`()
        async throws
    {
        let reader = try reader([listed(key)])
        try await issue(1, from: 0, hour: 1)
        try await pull(reader)
        let first = try #require(try await reader.receivedWarnings().first)
        #expect(first.sender == Made.laoCai && first.level == 1 && first.station == station && first.clause == "3.5")
        #expect(first.texts.count == 3 && first.signature.state == .verified && !first.isExercise)
        #expect(first.holds(at: federation.clock.now) && !first.holds(at: first.expires))
        try await issue(3, from: 1, hour: 2)
        try await issue(0, from: 3, hour: 3)
        try await pull(reader)
        let all = try await reader.receivedWarnings()
        #expect(all.map(\.level) == [0, 3, 1] && all.map(\.isEnd) == [true, false, false])
        #expect(all[2].successor == all[1].identifier && all[1].successor == all[0].identifier)
        #expect(all.allSatisfy { !$0.holds(at: federation.clock.now) })
        // Warnings are no notices, and the own ones do not come back.
        #expect(try await reader.notices().isEmpty)
        #expect(try await federation.laoCai.receivedWarnings().isEmpty)
    }

    @Test func `a signature counts by the sender's manifest: no key, another key, a key that was revoked before`()
        async throws
    {
        try await issue(2, from: 0, hour: 1)
        let sent = federation.clock.now
        let other = try AlertSigningKey(
            makingFor: "duty.example", from: Made.start - 86_400, until: Made.start + 400 * 86_400)
        let reader = try reader([])
        try await pull(reader)
        func verdict(_ keys: [NodeKey]) async throws -> AlertSignatureVerdict {
            try #require(try await self.reader(keys).receivedWarnings().first).signature
        }
        // What cannot be verified is shown with that mark, not dropped.
        #expect(try await verdict([]).state == .unverified)
        #expect(try await verdict([listed(other)]).reason == .otherKey)
        #expect(try await verdict([listed(key)]).state == .verified)
        #expect(try await verdict([listed(key, revoked: sent + 3600)]).state == .verified)
        #expect(try await verdict([listed(key, revoked: sent - 60)]).reason == .revoked)
        // A certificate of a line is none for alerts.
        let line = NodeKey(
            id: "line", certificate: key.certificate.der, from: key.certificate.from, until: key.certificate.until)
        #expect(try await verdict([line]).state == .unverified)
    }

    @Test func `a stolen key's message with an earlier time of sending does not hold`() async throws {
        // Written as if before the revocation; it arrives after it, or too late.
        try await issue(2, from: 0, hour: 1)
        let sent = federation.clock.now
        for (wait, revoked, reason) in [
            (Int64(7_200), sent + 3600, AlertSignatureVerdict.Reason.revoked),
            (2 * 86_400, sent + 400 * 86_400, .delay),
        ] {
            let place = try TemporaryFolder()
            federation.clock.set(sent + wait)
            var trust = try TestKeys.trust(in: [Made.laoCai])
            let keys = [listed(key, revoked: revoked)]
            trust.alertKeys = { _ in keys }
            let reader = try Federation.node(
                Made.yunnan, in: place.path, clock: federation.clock, log: federation.log, trust: trust)
            try await pull(reader)
            #expect(try await reader.receivedWarnings().first?.signature.reason == reason)
        }
    }
}
