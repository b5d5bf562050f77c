import Crypto
import Series
import Testing

@testable import Accord

@Suite struct KeyRingTests {
    private let party: KeyFixture

    init() throws { party = try KeyFixture() }

    @Test func `a key signs lanes from its first second to its last, and only in its role`() throws {
        let ring = try party.ring(
            party.manifest([
                try party.key("one", roles: [.lane], from: 1, until: 10), try party.key("two", roles: [.receipt]),
            ]))
        #expect(try party.answer(ring, 5, by: "one", day: 1) == .success(5))
        #expect(try party.answer(ring, 5, by: "one", day: 9) == .success(5))
        #expect(
            try party.answer(ring, 5, by: "one", day: 0)
                == .failure(.notYetValid(key: "one", from: KeyFixture.time(1))))
        #expect(
            try party.answer(ring, 5, by: "one", day: 10) == .failure(.expired(key: "one", until: KeyFixture.time(10)))
        )
        #expect(try party.answer(ring, 5, by: "two", day: 5) == .failure(.withoutRole(key: "two", role: .lane)))
        let stranger = try KeyFixture(seed: 60)
        let foreign = try stranger.checkpoint(5, by: "one")
        let answer = ring.checkpoint(note: foreign, origin: KeyFixture.origin, at: KeyFixture.time(5))
        #expect(answer == .failure(.notSigned))
        let note = try party.checkpoint(5, by: "one")
        let other = ring.checkpoint(note: note, origin: "riparian/cn-yunnan/test/public", at: KeyFixture.time(5))
        #expect(other == .failure(.otherLane(KeyFixture.origin)))
        let nobody = KeyRing(party: party.party, root: party.pinned)
        #expect(try party.answer(nobody, 5, by: "one", day: 5) == .failure(.noManifest(party.party)))
    }

    @Test func `a rotation has an overlap in which both keys sign, and no day without one`() throws {
        let first = party.manifest([try party.key("one", until: 30)])
        let next = first.following(
            issued: KeyFixture.time(20),
            keys: [try party.key("one", until: 30), try party.key("two", from: 20)])
        let ring = try party.ring(first, next)
        for day in Int64(0)..<60 {
            let (old, new) = (
                try party.answer(ring, 5, by: "one", day: day), try party.answer(ring, 5, by: "two", day: day)
            )
            #expect((old == .success(5)) == (day < 30) && (new == .success(5)) == (day >= 20), "day \(day)")
        }
        let both = try next.signed(byRoot: party.root, countersigner: party.secrets["one"])
        let before = try party.ring(first)
        #expect(before.countersigners(of: both) == ["one"])
        #expect(before.countersigners(of: try next.signed(byRoot: party.root)) == [])
    }

    @Test func `a key revoked in mid-backfill leaves no gap and nothing beyond the last trusted size`() throws {
        let first = party.manifest([try party.key("one")])
        let revocation = Revocation(
            at: KeyFixture.time(15), reason: "laptop stolen", lastTrusted: [KeyFixture.origin: 250])
        let next = first.following(
            issued: KeyFixture.time(16),
            keys: [try party.key("one").revoked(revocation), try party.key("two", from: 16)])
        var ring = try party.ring(first)
        // The reader has 100 entries; the manifest arrives while it fetches the rest.
        #expect(try party.answer(ring, 100, by: "one", day: 14) == .success(100))
        #expect(ring.take(try next.signed(byRoot: party.root)) == .taken)
        for size in 101...250 { #expect(try party.answer(ring, size, by: "one", day: 17) == .success(size)) }
        for size in [251, 300, 60_000] {
            for day in [Int64(3), 14, 15, 17] {
                #expect(
                    try party.answer(ring, size, by: "one", day: day)
                        == .failure(
                            .beyondRevocation(key: "one", at: KeyFixture.time(15), lastTrusted: 250, size: size)))
            }
        }
        #expect(try party.answer(ring, 260, by: "two", day: 17) == .success(260))
        // Of a lane that the revocation does not name nothing is believed.
        let note = try Checkpoint(origin: "riparian/cn-yunnan/test/public", size: 1, root: MerkleTree.leafHash([]))
            .signed(by: try #require(party.secrets["one"]))
        let answer = ring.checkpoint(note: note, origin: "riparian/cn-yunnan/test/public", at: KeyFixture.time(17))
        #expect(
            answer.map(\.size)
                == .failure(.beyondRevocation(key: "one", at: KeyFixture.time(15), lastTrusted: 0, size: 1)))
    }

    @Test func `receipts are believed when the key was valid at the time that they state`() throws {
        let first = party.manifest([try party.key("one", from: 1, until: 20), try party.key("two", roles: [.lane])])
        let keys = [
            try party.key("one", from: 1, until: 20).revoked(Revocation(at: KeyFixture.time(9), reason: "lost")),
            try party.key("two", roles: [.lane]),
        ]
        let ring = try party.ring(first, first.following(issued: KeyFixture.time(9), keys: keys))
        func answer(_ id: String, day: Int64) throws -> Result<Instant, KeyRefusal> {
            let note = try party.checkpoint(3, by: "two")
            let secret = try #require(party.secrets[id])
            return ring.receipt(
                in: try Receipt.cosigned(
                    note, by: secret, reader: "riparian/cn-yunnan", at: KeyFixture.time(day)))
        }
        #expect(try answer("one", day: 8) == .success(KeyFixture.time(8)))
        #expect(try answer("one", day: 0) == .failure(.notYetValid(key: "one", from: KeyFixture.time(1))))
        #expect(try answer("one", day: 9) == .failure(.revoked(key: "one", at: KeyFixture.time(9))))
        #expect(try answer("one", day: 20) == .failure(.expired(key: "one", until: KeyFixture.time(20))))
        #expect(try answer("two", day: 8) == .failure(.withoutRole(key: "two", role: .receipt)))
        #expect(ring.receipt(in: try party.checkpoint(3, by: "two")) == .failure(.notSigned))
    }

    @Test func `a key of an unknown algorithm is carried and signs nothing that is believed`() throws {
        let secret = try #require(party.secrets["one"])
        let public_ = Array(secret.publicKey.rawRepresentation)
        let manifest = party.manifest([
            NodeKey(id: "one", algorithm: "sm2", publicKey: public_, roles: [.lane], from: KeyFixture.time(0)),
            NodeKey(
                id: "pq", algorithm: "ml-dsa-44", publicKey: [UInt8](repeating: 7, count: 1_312), roles: [.lane],
                from: KeyFixture.time(0)),
        ])
        let ring = try party.ring(manifest)
        #expect(ring.manifest == manifest)
        #expect(try party.answer(ring, 5, by: "one", day: 1) == .failure(.notSigned))
    }
}
