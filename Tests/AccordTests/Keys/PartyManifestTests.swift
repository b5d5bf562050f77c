import Crypto
import Series
import Testing

@testable import Accord

@Suite struct PartyManifestTests {
    private let party: KeyFixture
    private let first: PartyManifest
    private let second: PartyManifest

    init() throws {
        party = try KeyFixture()
        first = party.manifest([try party.key("one")])
        second = first.following(
            issued: KeyFixture.time(5), keys: [try party.key("one", until: 30), try party.key("two", from: 5)])
    }

    private func answer(_ note: [UInt8], holding held: PartyManifest...) throws -> ManifestOutcome {
        var ring = KeyRing(party: party.party, root: party.pinned)
        for manifest in held { _ = ring.take(try manifest.signed(byRoot: party.root)) }
        let before = ring
        let outcome = ring.take(note)
        if outcome != .taken { #expect(ring == before) }
        return outcome
    }

    @Test func `a manifest reads back, and no byte of its note can be changed`() throws {
        let note = try second.signed(byRoot: party.root)
        #expect(try PartyManifest(unverified: note) == second)
        #expect(try answer(note, holding: first) == .taken)
        for position in note.indices {
            var changed = note
            changed[position] ^= 0x20
            #expect(try answer(changed, holding: first) != .taken, "byte \(position)")
        }
    }

    @Test func `another root, another signer and another party are refused`() throws {
        let stranger = try KeyFixture(seed: 60)
        #expect(try answer(try stranger.manifest([]).signed(byRoot: stranger.root)) == .refused(.otherRoot))
        #expect(try answer(try first.signed(byRoot: stranger.root)) == .refused(.notSigned))
        let neighbour = try KeyFixture("vn-lao-cai")
        #expect(
            try answer(try neighbour.manifest([]).signed(byRoot: neighbour.root))
                == .refused(.otherParty(neighbour.party)))
        #expect(try answer(try party.checkpoint(1, by: "one")) != .taken)
    }

    @Test func `an older manifest is a replay, an equal one nothing new, two of one number are a fork`() throws {
        let old = try first.signed(byRoot: party.root)
        #expect(try answer(old, holding: first, second) == .refused(.older(held: 2, shown: 1)))
        #expect(try answer(try second.signed(byRoot: party.root), holding: first, second) == .held)
        let other = first.following(issued: KeyFixture.time(6), keys: [try party.key("one")])
        #expect(
            try answer(try other.signed(byRoot: party.root), holding: first, second) == .refused(.fork(sequence: 2)))
        // A third whose predecessor is another second shows the fork as well.
        let third = other.following(issued: KeyFixture.time(7), keys: other.keys)
        #expect(
            try answer(try third.signed(byRoot: party.root), holding: first, second) == .refused(.fork(sequence: 2)))
    }

    @Test func `a manifest that misses some between is taken, one that loses or changes a key is not`() throws {
        let third = second.following(issued: KeyFixture.time(8), keys: second.keys)
        #expect(try answer(try third.signed(byRoot: party.root), holding: first) == .taken)
        let lost = second.following(issued: KeyFixture.time(8), keys: [try party.key("two", from: 5)])
        let changed = second.following(
            issued: KeyFixture.time(8), keys: [try party.key("one", roles: [.lane]), try party.key("two", from: 5)])
        let early = second.following(issued: KeyFixture.time(4), keys: second.keys)
        let revoked = second.following(
            issued: KeyFixture.time(8),
            keys: [
                try party.key("one").revoked(
                    Revocation(at: KeyFixture.time(7), reason: "lost", lastTrusted: [KeyFixture.origin: 9])),
                try party.key("two", from: 5),
            ])
        let again = revoked.following(issued: KeyFixture.time(9), keys: second.keys)
        let weaker = revoked.following(
            issued: KeyFixture.time(9),
            keys: [
                try party.key("one").revoked(
                    Revocation(at: KeyFixture.time(7), reason: "lost", lastTrusted: [KeyFixture.origin: 10])),
                try party.key("two", from: 5),
            ])
        for (manifest, held) in [
            (lost, [first, second]), (changed, [first, second]), (early, [first, second]), (again, [first, revoked]),
            (weaker, [first, revoked]),
        ] {
            let outcome = try answer(try manifest.signed(byRoot: party.root), holding: held[0], held[1])
            guard case .refused(.broken) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
    }

    @Test func `members that this version does not know are signed, kept and passed on`() throws {
        guard case .object(var members) = first.json, case .array(let keys)? = members["keys"],
            case .object(var key)? = keys.first
        else {
            Issue.record("no object")
            return
        }
        members["certificate"] = "abc"
        key["hardware"] = true
        members["keys"] = .array([.object(key)])
        let text = "\(PartyManifest.name(party.party))\n\(JSONValue.object(members).canonicalText)\n"
        let signature = Array(try party.root.signature(for: Array(text.utf8)))
        let note = Array((text + "\n" + SignedNote.line(party.pinned, signature)).utf8)
        #expect(try answer(note) == .taken)
        let next = try PartyManifest(unverified: note).following(
            issued: KeyFixture.time(1), keys: try PartyManifest(unverified: note).keys)
        #expect(next.json.canonicalText.contains("\"certificate\":\"abc\""))
        #expect(next.json.canonicalText.contains("\"hardware\":true"))
        #expect(try answer(try next.signed(byRoot: party.root)) == .taken)
    }
}
