import Accord
import Crypto
import Foundation
import NodeCore
import Series
import Storage
import TestKit
import Testing

/// A reader that catches up while its neighbour changes and loses keys.
@Suite struct KeyedBackfillTests {
    private static let origin = "riparian/vn-lao-cai/made-agreement/cn-yunnan"
    private static let folder = "lanes/made-agreement/vn-lao-cai/cn-yunnan"
    private let place: TemporaryFolder
    private let database: NodeDatabase
    private let root: Curve25519.Signing.PrivateKey
    private let old: Curve25519.Signing.PrivateKey
    private let new: Curve25519.Signing.PrivateKey
    private let entries: [[UInt8]]

    init() throws {
        place = try TemporaryFolder()
        database = try NodeDatabase(path: place.path + "/node.sqlite")
        root = try KeyedBackfillTests.key(1)
        old = try KeyedBackfillTests.key(2)
        new = try KeyedBackfillTests.key(3)
        entries = try (0..<320).map { index in
            let reading = Made.reading("vn-lao-cai/lao-cai/stage", hour: Double(index) / 4, 80 + Double(index % 7) / 10)
            return try LaneEntry.entries([reading.observation])[0]
        }
    }

    private static func key(_ seed: UInt8) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: seed, count: 32))
    }

    /// A day after the start of the readings.
    private func day(_ number: Int64) -> Instant { Made.start + number * 86_400 }

    private func key(_ id: String, _ secret: Curve25519.Signing.PrivateKey, from: Int64, until: Int64? = nil) -> NodeKey
    {
        NodeKey(
            id: id, publicKey: Array(secret.publicKey.rawRepresentation), roles: [.lane, .receipt], from: day(from),
            until: until.map { day($0) })
    }

    private func manifest(_ keys: NodeKey...) -> PartyManifest {
        PartyManifest(
            party: Made.laoCai, sequence: 1, issued: day(0), root: Array(root.publicKey.rawRepresentation), keys: keys)
    }

    /// What a pull brings when the neighbour shows that many entries under a key, and the reader has these manifests.
    private func pull(
        _ size: Int, signedBy key: Curve25519.Signing.PrivateKey, day number: Int64, _ manifests: [PartyManifest]
    ) async throws -> (entries: Int?, refused: String?) {
        var ring = KeyRing(party: Made.laoCai, root: VerifierKey(lane: "root", of: root))
        for manifest in manifests { #expect(ring.take(try manifest.signed(byRoot: root)) == .taken) }
        var files: [String: [UInt8]] = [:]
        var writer = LaneTileWriter()
        for entry in entries.prefix(size) { writer.append(entry) { files[$0.path] = $0.bytes } }
        writer.writeEdge { files[$0.path] = $0.bytes }
        files["checkpoint"] = try Checkpoint(origin: KeyedBackfillTests.origin, size: size, root: writer.root)
            .signed(by: key)
        let (served, time, disk) = (files, day(number), FileFolder(path: place.path))
        let node = Node(
            configuration: NodeConfiguration(
                party: Made.yunnan, basin: Made.basin, register: Made.register, agreement: Made.agreement,
                signer: try TestKeys.signer(of: Made.yunnan), trust: .keyRings([Made.laoCai: ring])),
            database: database,
            effects: Effects(
                now: { time }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                disk: Disk(
                    write: { try disk.write($0, $1) }, read: { try disk.read($0) }, remove: { try disk.remove($0) })))
        let outcome = try await node.pull(
            from: Made.laoCai,
            over: LaneLink { path in
                path.hasPrefix(KeyedBackfillTests.folder + "/")
                    ? served[String(path.dropFirst(KeyedBackfillTests.folder.count + 1))] : nil
            })
        return (outcome.entries[KeyedBackfillTests.origin], outcome.refused[KeyedBackfillTests.origin]?.code)
    }

    private var held: Int { get throws { try database.peerLane(KeyedBackfillTests.origin)?.size ?? 0 } }

    @Test func `a key revoked in mid-backfill leaves no gap and lets nothing in beyond the last trusted size`()
        async throws
    {
        let first = manifest(key("old", old, from: 0))
        let revocation = Revocation(at: day(4), reason: "stolen", lastTrusted: [KeyedBackfillTests.origin: 250])
        let second = first.following(
            issued: day(5), keys: [key("old", old, from: 0).revoked(revocation), key("new", new, from: 5)])
        #expect(try await pull(100, signedBy: old, day: 3, [first]).entries == 100)
        // Whoever has the stolen key goes on with the lane.
        for size in [251, 300] {
            #expect(try await pull(size, signedBy: old, day: 6, [first, second]).refused == "tampered")
            #expect(try held == 100)
        }
        #expect(try await pull(250, signedBy: old, day: 6, [first, second]).entries == 150)
        #expect(try await pull(320, signedBy: new, day: 6, [first, second]).entries == 70)
        #expect(try held == 320)
        let kept = try database.kept(of: Made.series("vn-lao-cai/lao-cai/stage"))
        #expect(kept.count == 320 && Set(kept.compactMap(\.provenance?.index)) == Set(0..<320))
    }

    @Test func `a rotated key goes on where the old one stopped, and an expired one brings nothing`() async throws {
        let first = manifest(key("old", old, from: 0, until: 10))
        let second = first.following(
            issued: day(2), keys: [key("old", old, from: 0, until: 10), key("new", new, from: 5)])
        #expect(try await pull(100, signedBy: old, day: 1, [first]).entries == 100)
        #expect(try await pull(150, signedBy: new, day: 1, [first, second]).refused == "tampered")
        #expect(try await pull(150, signedBy: old, day: 7, [first, second]).entries == 50)
        #expect(try await pull(200, signedBy: new, day: 7, [first, second]).entries == 50)
        #expect(try await pull(300, signedBy: old, day: 10, [first, second]).refused == "tampered")
        #expect(try await pull(300, signedBy: new, day: 10, [first, second]).entries == 100)
        #expect(try held == 300)
    }

    @Test func `a quiet lane that a new key signs again outlives the old one`() async throws {
        let first = manifest(key("old", old, from: 0, until: 10))
        let second = first.following(
            issued: day(2), keys: [key("old", old, from: 0, until: 10), key("new", new, from: 5)])
        func note() throws -> [UInt8] { try #require(try database.peerLane(KeyedBackfillTests.origin)).note }
        #expect(try await pull(100, signedBy: old, day: 1, [first]).entries == 100)
        let signedByOld = try note()
        #expect(try await pull(100, signedBy: new, day: 7, [first, second]).refused == nil)
        #expect(try note() == signedByOld)
        #expect(try await pull(100, signedBy: old, day: 11, [first, second]).refused == "tampered")
        #expect(try await pull(100, signedBy: new, day: 11, [first, second]).refused == nil)
        #expect(try note() != signedByOld)
        #expect(try held == 100)
    }
}

/// A provider whose key changes while its neighbour holds receipts over what the old one signed.
@Suite struct KeyedReceiptTests {
    private let place: TemporaryFolder
    private let federation: Federation

    init() throws {
        place = try TemporaryFolder()
        federation = try Federation(in: place.path)
    }

    /// Yunnan's node after its key was stolen, under the key that followed.
    private func renewed(with new: Curve25519.Signing.PrivateKey) throws -> Node {
        let root = try TestKeys.key(of: Made.national)
        let old = NodeKey(
            id: "lane", publicKey: Array(try TestKeys.key(of: Made.yunnan).publicKey.rawRepresentation),
            roles: [.lane, .receipt], from: Made.start - 86_400, until: nil)
        let sizes = try federation.yunnan.database.ownLanes().map { origin in
            (origin, try #require(try federation.yunnan.database.lastCheckpoint(of: origin)).size)
        }
        let revocation = Revocation(
            at: Made.start + 7_200, reason: "stolen", lastTrusted: Dictionary(uniqueKeysWithValues: sizes))
        let next = NodeKey(
            id: "lane-2", publicKey: Array(new.publicKey.rawRepresentation), roles: [.lane, .receipt],
            from: Made.start + 7_200, until: nil)
        let manifest = PartyManifest(
            party: Made.yunnan, sequence: 1, issued: Made.start + 7_200,
            root: Array(root.publicKey.rawRepresentation), keys: [old.revoked(revocation), next])
        var ring = KeyRing(party: Made.yunnan, root: VerifierKey(lane: "root", of: root))
        #expect(ring.take(try manifest.signed(byRoot: root)) == .taken)
        let neighbour = VerifierKey(lane: "riparian/vn-lao-cai", of: try TestKeys.key(of: Made.laoCai))
        return try Federation.node(
            Made.yunnan, in: federation.folder, clock: federation.clock, log: federation.log,
            signer: .signing(with: new, as: Made.yunnan),
            trust: .keyRings([Made.yunnan: ring], pinned: [Made.laoCai: neighbour]))
    }

    @Test func `receipts over what a lost key signed stay evidence, and the quiet lane is signed again`() async throws {
        try await federation.approveAll()
        _ = try await federation.yunnan.receive([Made.reading("cn-yunnan/manhao/stage", hour: -1, 120)])
        _ = try await federation.yunnan.publishCheckpoints()
        #expect(try await federation.laoCai.pull(from: Made.yunnan, over: federation.toYunnan.link).recorded == 1)
        federation.clock.set(Made.start + 10_800)
        let new = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: 9, count: 32))
        let node = try renewed(with: new)
        let outcome = try await node.pull(from: Made.laoCai, over: federation.toLaoCai.link)
        #expect(outcome.receipts > 0 && outcome.refused.isEmpty, "\(outcome)")
        _ = try await node.publishCheckpoints()
        for origin in try node.database.ownLanes() {
            let place = try #require(LaneName(origin: origin))
            let file = federation.folder + "/cn-yunnan/" + place.folder + "/checkpoint"
            let note = [UInt8](try Data(contentsOf: URL(filePath: file)))
            #expect(throws: Never.self) {
                try Checkpoint(note: note, origin: origin, key: VerifierKey(lane: origin, of: new))
            }
        }
    }
}
