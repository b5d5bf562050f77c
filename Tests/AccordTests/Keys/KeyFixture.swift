import Crypto
import Series
import Testing

@testable import Accord

/// An invented party with its root key, node keys and manifests.
struct KeyFixture {
    static let origin = "riparian/cn-yunnan/test/vn-lao-cai"
    static let day: Int64 = 86_400
    let party: PartyID
    let root: Curve25519.Signing.PrivateKey
    /// By id.
    let secrets: [String: Curve25519.Signing.PrivateKey]

    init(_ party: String = "cn-yunnan", seed: UInt8 = 40) throws {
        self.party = try #require(PartyID(party))
        root = try LaneFixture.key(seed)
        secrets = ["one": try LaneFixture.key(seed + 1), "two": try LaneFixture.key(seed + 2)]
    }

    var pinned: VerifierKey { VerifierKey(lane: PartyManifest.name(party), of: root) }

    /// The first second of a day counted from 2026-01-01.
    static func time(_ day: Int64) -> Instant { Instant(secondsSinceEpoch: 1_767_225_600 + day * KeyFixture.day) }

    func key(
        _ id: String, roles: [KeyRole] = KeyRole.allCases, from: Int64 = 0, until: Int64? = nil
    ) throws -> NodeKey {
        NodeKey(
            id: id, publicKey: Array(try #require(secrets[id]).publicKey.rawRepresentation), roles: roles,
            from: KeyFixture.time(from), until: until.map(KeyFixture.time))
    }

    func manifest(_ keys: [NodeKey], day: Int64 = 0) -> PartyManifest {
        PartyManifest(
            party: party, sequence: 1, issued: KeyFixture.time(day),
            root: Array(root.publicKey.rawRepresentation), keys: keys)
    }

    /// A ring that holds the manifests in order.
    func ring(_ manifests: PartyManifest...) throws -> KeyRing {
        var ring = KeyRing(party: party, root: pinned)
        for manifest in manifests { #expect(ring.take(try manifest.signed(byRoot: root)) == .taken) }
        return ring
    }

    /// A checkpoint that a node key signed.
    func checkpoint(_ size: Int, by id: String) throws -> [UInt8] {
        let root = MerkleTree.root((0..<size).map { MerkleTree.leafHash([UInt8($0 & 255), UInt8($0 >> 8)]) })
        return try Checkpoint(origin: KeyFixture.origin, size: size, root: root).signed(by: #require(secrets[id]))
    }

    /// What a ring says to a checkpoint: its size, or why not.
    func answer(_ ring: KeyRing, _ size: Int, by id: String, day: Int64) throws -> Result<Int, KeyRefusal> {
        ring.checkpoint(note: try checkpoint(size, by: id), origin: KeyFixture.origin, at: KeyFixture.time(day))
            .map(\.size)
    }
}
