import Accord
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// Lao Cai with one lane for two readers, as two processes that hold different histories of it.
struct TwoHistories {
    static let origin = "riparian/vn-lao-cai/two-readers/\(Audience(.parties([Made.yunnan, Made.laiChau])).id)"
    static let stage = "vn-lao-cai/lao-cai/stage"
    let folder: TemporaryFolder
    let clock = SimulatedClock(Made.start)
    let log = LogLines()
    /// Lao Cai as most see it, and as it shows itself to some.
    let one: Node
    let other: Node
    let yunnan: Node
    let laiChau: Node

    static let agreement: Agreement = {
        var provision = Provision(clause: "3.1", kind: .share, field: .water, text: Made.text("3.1"))
        let series = Made.series(stage)
        provision.series = [
            SeriesPattern(provider: series.provider, station: series.station, property: series.property)
        ]
        provision.readers = .parties([Made.yunnan, Made.laiChau])
        return Agreement(
            id: AgreementID("two-readers")!,  // an id in its form
            identity: AgreementIdentity(of: .null), title: Made.text("made"), isIllustrative: true,
            parties: [
                AgreementParty(id: Made.yunnan), AgreementParty(id: Made.laoCai), AgreementParty(id: Made.laiChau),
            ], provisions: [provision])
    }()

    init(witnesses: [PartyID: VerifierKey] = [:]) async throws {
        folder = try TemporaryFolder()
        let (path, clock, log) = (folder.path, clock, log)
        func node(_ party: PartyID, _ name: String) throws -> Node {
            let place = "\(path)/\(name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let files = FileFolder(path: place)
            var trust = try TestKeys.trust(in: [Made.yunnan, Made.laoCai, Made.laiChau].filter { $0 != party })
            trust.witnesses = witnesses
            return Node(
                configuration: NodeConfiguration(
                    party: party, basin: Made.basin, register: Made.register, agreement: TwoHistories.agreement,
                    signer: try TestKeys.signer(of: party), trust: trust),
                database: try NodeDatabase(path: place + "/node.sqlite"),
                effects: Effects(
                    now: { clock.now }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                    disk: Disk(
                        write: { try files.write($0, $1) }, read: { try files.read($0) },
                        remove: { try files.remove($0) }), log: { log.add("\(name): \($0)") }))
        }
        one = try node(Made.laoCai, "one")
        other = try node(Made.laoCai, "other")
        yunnan = try node(Made.yunnan, "cn-yunnan")
        laiChau = try node(Made.laiChau, "vn-lai-chau")
        for node in [one, other] {
            try await node.say(
                .standing, of: SeriesPattern(provider: Made.laoCai, station: nil, property: nil), by: "officer")
        }
    }

    /// A reading comes in at one of the two, and is published.
    func takesIn(_ node: Node, hour: Double, _ value: Double) async throws {
        let reading = Made.reading(TwoHistories.stage, hour: hour, value)
        clock.set(max(clock.now, reading.observation.received))
        _ = try await node.receive([reading])
        _ = try await node.publishCheckpoints()
    }

    func pull(_ reader: Node, from node: Node) async throws -> PullOutcome {
        let party = reader.party
        return try await reader.pull(from: node.party, over: LaneLink { try await node.serve($0, to: party) })
    }

    func proof(_ name: String, _ size: Int) throws -> ForkProof {
        let path = try #require(
            LaneName(origin: TwoHistories.origin).map {
                "evidence/\($0.agreement)/\($0.party)/\($0.audience)/\(size).fork"
            })
        return try ForkProof(try #require(try FileFolder(path: folder.path + "/" + name).read(path)))
    }

    var key: VerifierKey {
        get throws { VerifierKey(lane: "riparian/vn-lao-cai", of: try TestKeys.key(of: Made.laoCai)) }
    }

    func isProven(_ proof: ForkProof) throws -> Bool {
        if case .proven = proof.verdict(key: try key) { true } else { false }
    }
}

@Suite struct ForkTests {
    private let origin = TwoHistories.origin

    @Test func `two readers who were shown two roots of one size find it when they compare, and it can be proved`()
        async throws
    {
        let world = try await TwoHistories()
        try await world.takesIn(world.one, hour: 3, 80.25)
        try await world.takesIn(world.other, hour: 3, 80.5)
        #expect(try await world.pull(world.yunnan, from: world.one).recorded == 1)
        #expect(try await world.pull(world.laiChau, from: world.other).recorded == 1)
        let outcome = try await world.pull(world.yunnan, from: world.laiChau)
        #expect(outcome.refused.map(\.value.code) == ["other-history"])
        let proof = try world.proof("cn-yunnan", 1)
        #expect(try world.isProven(proof) && proof.path.isEmpty)
        let fork = try #require(try world.yunnan.knownFork(of: origin))
        #expect(fork.size == 1 && fork.found == world.clock.now && fork.settled == nil)
        let board = try await world.yunnan.exchangeBoard()
        #expect(board.forks.map(\.fork) == [fork] && board.forks.first?.name == Made.text("vn-lao-cai"))

        // Nothing further of it is believed, until a person has decided.
        try await world.takesIn(world.one, hour: 6, 81)
        let refused = try await world.pull(world.yunnan, from: world.one)
        #expect(refused.entries.isEmpty && refused.refused[origin]?.code == "other-history")
        let settled = try #require(try await world.yunnan.settleFork(of: origin, by: "Nguyen Van A"))
        #expect(settled.settled?.person == "Nguyen Van A" && settled.settled?.at == world.clock.now)
        #expect(try await world.pull(world.yunnan, from: world.one).entries == [origin: 1])
        #expect(try await world.yunnan.settleFork(of: "riparian/x/y/z", by: "x") == nil)
    }

    @Test func `a receipt for more than this node holds is compared when it gets there`() async throws {
        let world = try await TwoHistories()
        for (hour, value) in [(3.0, 80.25), (6, 80.5), (9, 80.75)] {
            try await world.takesIn(world.one, hour: hour, value)
            if hour == 3 { _ = try await world.pull(world.yunnan, from: world.one) }
            try await world.takesIn(world.other, hour: hour, hour == 6 ? 82 : value)
            if hour == 6 { _ = try await world.pull(world.laiChau, from: world.other) }
        }
        // The receipt covers two entries; this node holds one, and nothing contradicts it yet.
        let early = try await world.pull(world.yunnan, from: world.laiChau)
        #expect(early.receipts == 1 && early.refused.isEmpty)
        let outcome = try await world.pull(world.yunnan, from: world.one)
        #expect(outcome.refused[origin]?.code == "other-history")
        #expect(try world.yunnan.database.peerLane(origin)?.size == 1, "nothing of it is stored")
        let proof = try world.proof("cn-yunnan", 2)
        #expect(try world.isProven(proof) && !proof.path.isEmpty)
    }

    @Test func `a reader whose provider turns to another history proves it alone`() async throws {
        let world = try await TwoHistories()
        for hour in [3.0, 6, 9] {
            try await world.takesIn(world.one, hour: hour, 80 + hour / 8)
            try await world.takesIn(world.other, hour: hour, 81 + hour / 8)
        }
        try await world.takesIn(world.other, hour: 12, 82)
        _ = try await world.pull(world.yunnan, from: world.one)
        let longer = try await world.pull(world.yunnan, from: world.other)
        #expect(longer.refused[origin]?.code == "other-history")
        #expect(try world.isProven(world.proof("cn-yunnan", 3)))
        // The other way round it became shorter: the smaller checkpoint is no earlier one of the lane.
        _ = try await world.pull(world.laiChau, from: world.other)
        #expect(try await world.pull(world.laiChau, from: world.one).refused[origin]?.code == "other-history")
        #expect(try world.isProven(world.proof("vn-lai-chau", 3)))
    }

    @Test func `a lane that was only rolled back is refused and accused of nothing more`() async throws {
        let world = try await TwoHistories()
        try await world.takesIn(world.one, hour: 3, 80.25)
        try await world.takesIn(world.other, hour: 3, 80.25)
        try await world.takesIn(world.one, hour: 6, 80.5)
        _ = try await world.pull(world.yunnan, from: world.one)
        #expect(try await world.pull(world.yunnan, from: world.other).refused[origin]?.code == "other-history")
        #expect(try world.yunnan.knownFork(of: origin) == nil)
        let evidence = try TemporaryFolder.files(below: world.folder.path + "/cn-yunnan/evidence")
        _ = try await world.pull(world.yunnan, from: world.other)
        #expect(evidence.count == 2)
        #expect(try TemporaryFolder.files(below: world.folder.path + "/cn-yunnan/evidence") == evidence)
    }
}
