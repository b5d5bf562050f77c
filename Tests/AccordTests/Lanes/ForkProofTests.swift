import Crypto
import Series
import TestKit
import Testing

@testable import Accord

/// Two histories of one lane, equal up to an entry.
@Suite struct ForkProofTests {
    private let one: LaneFixture
    private let other: LaneFixture
    private let start = Instant(secondsSinceEpoch: 1_725_753_600)

    init() throws {
        one = try LaneFixture(9)
        other = try LaneFixture(9, from: 100)
    }

    private func path(_ old: Int, _ lane: LaneFixture) -> [[UInt8]] {
        MerkleTree.path(toFirst: old, of: lane.entries.count) { MerkleTree.root(Array(lane.leaves[$0])) }
    }

    private func shortfall(_ proof: ForkProof, _ key: VerifierKey) -> ForkShortfall? {
        if case .notProven(let shortfall) = proof.verdict(key: key) { shortfall } else { nil }
    }

    @Test func `two roots of one size are a proof whatever their order, and its file reads back`() throws {
        let proof = try ForkProof(one.checkpoint(), other.checkpoint())
        #expect(try proof == ForkProof(other.checkpoint(), one.checkpoint()))
        #expect(proof.verdict(key: one.verifier) == .proven(keys: [one.verifier.text, one.verifier.text]))
        #expect(try ForkProof(proof.bytes) == proof)
        let lines = String(decoding: proof.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "riparian fork proof, version 1" && lines[2] == LaneFixture.origin && lines[3] == "9")
        for name in ["riparian/cn-yunnan", "riparian/cn-yunnan/test/public"] {
            #expect(shortfall(proof, one.verifier.named(name)) == nil)
        }
    }

    @Test func `a path proves it for every pair of sizes, and an honest lane is never accused`() throws {
        let leaves = one.leaves
        for size in 2...9 {
            for old in 1..<size {
                let path = MerkleTree.path(toFirst: old, of: size) { MerkleTree.root(Array(leaves[$0])) }
                let honest = try ForkProof(one.checkpoint(old), one.checkpoint(size), path: path)
                #expect(shortfall(honest, one.verifier) == .continues(old, size))
                let fork = try ForkProof(other.checkpoint(old), one.checkpoint(size), path: path)
                #expect(shortfall(fork, one.verifier) == nil && fork.size == old)
                #expect(try ForkProof(fork.bytes) == fork)
                let bare = try ForkProof(other.checkpoint(old), one.checkpoint(size))
                #expect(shortfall(bare, one.verifier) == .differentSizes(old, size))
            }
        }
    }

    @Test func `what proves nothing says why`() throws {
        let stranger = try LaneFixture.key(8)
        let foreign = try Checkpoint(origin: LaneFixture.origin, size: 9, root: other.leaves[0]).signed(by: stranger)
        #expect(try shortfall(ForkProof(one.checkpoint(), one.checkpoint()), one.verifier) == .sameRoot(size: 9))
        #expect(
            try shortfall(ForkProof(one.checkpoint(5), other.checkpoint(), path: path(5, one)), one.verifier)
                == .falsePath)
        #expect(
            try shortfall(ForkProof(one.checkpoint(), other.checkpoint(), path: path(5, one)), one.verifier)
                == .falsePath)
        #expect(try shortfall(ForkProof(one.checkpoint(0), other.checkpoint()), one.verifier) == .continues(0, 9))
        guard case .notSigned = try shortfall(ForkProof(one.checkpoint(), foreign), one.verifier) else {
            Issue.record("a foreign signature was believed")
            return
        }
        let elsewhere = try Checkpoint(origin: "riparian/x/y/z", size: 9, root: other.leaves[0]).signed(by: one.key)
        #expect(
            try shortfall(ForkProof(one.checkpoint(), elsewhere), one.verifier)
                == .twoLanes(LaneFixture.origin, "riparian/x/y/z"))
        let fork = try ForkProof(one.checkpoint(), other.checkpoint())
        #expect(
            shortfall(fork, one.verifier.named("riparian/vn-lao-cai"))
                == .otherKey(key: "riparian/vn-lao-cai", origin: LaneFixture.origin))
    }

    @Test func `a manifest proves it with any of the party's keys, and a key given up only up to its last size`() throws
    {
        let root = try LaneFixture.key(1)
        let party = try #require(PartyID("cn-yunnan"))
        let listed = NodeKey(
            id: "old", publicKey: Array(one.key.publicKey.rawRepresentation), roles: [.lane], from: start,
            until: start + 10)
        func ring(_ key: NodeKey) throws -> KeyRing {
            var ring = KeyRing(party: party, root: VerifierKey(lane: "root", of: root))
            let manifest = PartyManifest(
                party: party, sequence: 1, issued: start, root: Array(root.publicKey.rawRepresentation), keys: [key])
            #expect(ring.take(try manifest.signed(byRoot: root)) == .taken)
            return ring
        }
        let proof = try ForkProof(one.checkpoint(), other.checkpoint())
        #expect(try proof.verdict(keys: ring(listed)) == .proven(keys: ["old", "old"]))
        for (size, isProof) in [(8, false), (9, true)] {
            let revocation = Revocation(at: start, reason: "stolen", lastTrusted: [LaneFixture.origin: size])
            let verdict = try proof.verdict(keys: ring(listed.revoked(revocation)))
            #expect((verdict == .proven(keys: ["old", "old"])) == isProof)
        }
        let receipts = NodeKey(id: "old", publicKey: listed.publicKey, roles: [.receipt], from: start)
        #expect(try proof.verdict(keys: ring(receipts)) != .proven(keys: ["old", "old"]))
        let bare = KeyRing(party: party, root: VerifierKey(lane: "root", of: root))
        #expect(proof.verdict(keys: bare) == .notProven(.notSigned(1, "no manifest of cn-yunnan is known")))
    }

    @Test func `a damaged file is refused with its line, and none of many mutants traps or proves anything else`()
        throws
    {
        let fork = try ForkProof(other.checkpoint(5), one.checkpoint(), path: path(5, one))
        let bytes = fork.bytes
        func line(_ bytes: [UInt8]) -> Int? {
            do {
                _ = try ForkProof(bytes)
                return nil
            } catch { return error.line }
        }
        #expect(line([]) == 1 && line([10]) == 1 && line([UInt8](repeating: 10, count: 200_000)) == 1)
        #expect(line(Array(bytes.dropLast())) == 18 + fork.path.count - 3 || line(Array(bytes.dropLast())) != nil)
        #expect(line(bytes + [10]) != nil && line(bytes + bytes) != nil)
        let windows = Array(String(decoding: bytes, as: UTF8.self).replacing("\n", with: "\r\n").utf8)
        #expect(line(windows) == 1)
        var generator = SeededGenerator(seed: 5)
        var proven = 0
        for _ in 0..<4_000 {
            var mutant = bytes
            for _ in 0...Int(generator.next() % 3) {
                let place = Int(generator.next() % UInt64(mutant.count))
                switch generator.next() % 4 {
                case 0: mutant[place] ^= UInt8(1 << (generator.next() % 8))
                case 1: mutant.remove(at: place)
                case 2: mutant.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
                default: mutant.removeSubrange(place..<min(mutant.count, place + 40))
                }
                if mutant.isEmpty { mutant = [0] }
            }
            guard mutant != bytes, let read = try? ForkProof(mutant) else { continue }
            if case .proven = read.verdict(key: one.verifier) { proven += 1 }
        }
        #expect(proven == 0)
    }
}
