import Accord
import Crypto
import Foundation
import NodeCore
import Series
import Storage
import Synchronization
import TestKit
import Testing

/// A witness in a folder of its own, and a provider that asks it.
@Suite struct NodeWitnessTests {
    private static let conference = PartyID("border-conference")!  // an id in its form
    private let origin = TwoHistories.origin
    private let key: Curve25519.Signing.PrivateKey
    private let signer: WitnessSigner

    init() throws {
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: 77, count: 32))
        signer = WitnessSigner.signing(with: key, as: NodeWitnessTests.conference)
    }

    private func world() async throws -> TwoHistories {
        try await TwoHistories(witnesses: [NodeWitnessTests.conference: signer.key])
    }

    /// A witness over a disk that may fail after it has written.
    private func witness(
        _ world: TwoHistories, diesAfterWriting: @escaping @Sendable () -> Bool = { false }
    ) throws -> NeutralWitness {
        let files = FileFolder(path: world.folder.path + "/witness")
        let clock = world.clock
        return NeutralWitness(
            signer: signer, agreement: TwoHistories.agreement,
            trust: try TestKeys.trust(in: [Made.laoCai, Made.yunnan, Made.laiChau]),
            effects: Effects(
                now: { clock.now }, randomBytes: { [UInt8](repeating: 0, count: $0) },
                disk: Disk(
                    write: {
                        try files.write($0, $1)
                        if diesAfterWriting() { throw Killed() }
                    }, read: { try files.read($0) }, remove: { try files.remove($0) })))
    }

    private struct Killed: Error {}

    private func link(to witness: NeutralWitness) -> WitnessLink {
        WitnessLink { try await witness.addCheckpoint($0) }
    }

    @Test func `a provider asks, serves the cosignature, readers collect it, and it stands in the evidence`()
        async throws
    {
        let world = try await world()
        let witness = try witness(world)
        for hour in 1...5 { try await world.takesIn(world.one, hour: Double(hour), 80 + Double(hour) / 8) }
        let asked = world.clock.now
        let outcome = try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness))
        #expect(outcome.cosigned == [origin: 5] && outcome.refused.isEmpty)
        #expect(try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness)).cosigned.isEmpty)
        let lane = try #require(LaneName(origin: origin))
        let served = try #require(try await world.one.serve(lane.folder + "/checkpoint", to: Made.yunnan))
        #expect(Receipt.time(in: served, of: signer.key) == asked)
        for hour in 6...9 { try await world.takesIn(world.one, hour: Double(hour), 80 + Double(hour) / 8) }
        #expect(
            try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness)).cosigned == [origin: 9]
        )
        #expect(try await witness.record(of: origin)?.checkpoint.size == 9)

        let pulled = try await world.pull(world.yunnan, from: world.one)
        #expect(pulled.entries == [origin: 9] && pulled.receipts == 2 && pulled.refused.isEmpty)
        let evidence = try world.yunnan.storedEvidence.lanes()
        let receipts = evidence.first?.receipts.filter { $0.reader == NodeWitnessTests.conference } ?? []
        #expect(receipts.map(\.size) == [5, 9] && receipts.first?.time == asked)
        // Both sides name it with the same hash.
        let own = try world.one.storedEvidence.lanes().flatMap(\.receipts)
        #expect(receipts.allSatisfy { own.contains($0) })
    }

    @Test func `a provider that has forgotten what was cosigned asks again from there`() async throws {
        let world = try await world()
        let witness = try witness(world)
        for hour in 1...3 {
            try await world.takesIn(world.one, hour: Double(hour), 80)
            try await world.takesIn(world.other, hour: Double(hour), 80)
        }
        _ = try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness))
        try await world.takesIn(world.other, hour: 4, 80)
        let calls = Mutex(0)
        let counting = WitnessLink { body in
            calls.withLock { $0 += 1 }
            return try await witness.addCheckpoint(body)
        }
        #expect(try await world.other.askWitness(NodeWitnessTests.conference, over: counting).cosigned == [origin: 4])
        #expect(calls.withLock { $0 } == 2)
        // The first one holds fewer entries than the witness has cosigned: nothing is signed over.
        world.clock.set(world.clock.now + 7200)
        let outcome = try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness))
        #expect(outcome.refused == [origin: "it has cosigned 4 entries, and not these"])
    }

    @Test func `two histories towards a witness are refused, and it keeps the proof`() async throws {
        let world = try await world()
        let witness = try witness(world)
        try await world.takesIn(world.one, hour: 1, 80)
        try await world.takesIn(world.other, hour: 1, 81)
        _ = try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: witness))
        let outcome = try await world.other.askWitness(NodeWitnessTests.conference, over: link(to: witness))
        #expect(outcome.cosigned.isEmpty && outcome.refused.keys.sorted() == [origin])
        #expect(try world.isProven(world.proof("witness", 1)))
        try await world.takesIn(world.other, hour: 2, 81)
        #expect(
            try await world.other.askWitness(NodeWitnessTests.conference, over: link(to: witness)).refused
                == [origin: "422 the proof does not show that the checkpoint continues the last one"])
    }

    @Test func `a witness that is killed between its record and its answer never cosigns two roots of one size`()
        async throws
    {
        let world = try await world()
        try await world.takesIn(world.one, hour: 1, 80)
        try await world.takesIn(world.other, hour: 1, 81)
        let killed = try witness(world, diesAfterWriting: { true })
        await #expect(throws: LinkDown.self) {
            try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: killed))
        }
        let risen = try witness(world)
        let other = try await world.other.askWitness(NodeWitnessTests.conference, over: link(to: risen))
        #expect(other.cosigned.isEmpty && other.refused.count == 1)
        #expect(
            try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: risen)).cosigned == [origin: 1])
    }

    @Test func `requests at once are taken one after the other`() async throws {
        let world = try await world()
        let witness = try witness(world)
        var bodies: [[UInt8]] = []
        for node in [world.one, world.other] {
            for hour in 1...8 {
                try await world.takesIn(node, hour: Double(hour), node === world.one ? 80 : 81)
                let note = try #require(try node.database.lastCheckpoint(of: origin)?.note)
                bodies.append(WitnessRequest(oldSize: 0, proof: [], note: note).body)
            }
        }
        let answers = try await withThrowingTaskGroup(of: WitnessAnswer.self) { group in
            for body in bodies { group.addTask { try await witness.addCheckpoint(body) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { $0.status == 200 } == 1 && answers.count { $0.status == 409 } == 15)
    }

    @Test func `a damaged record stops the lane and is named`() async throws {
        let world = try await world()
        try await world.takesIn(world.one, hour: 1, 80)
        _ = try await world.one.askWitness(NodeWitnessTests.conference, over: link(to: try witness(world)))
        let files = FileFolder(path: world.folder.path + "/witness")
        let lane = try #require(LaneName(origin: origin))
        let path = "witness/\(lane.agreement)/\(lane.party)/\(lane.audience)/checkpoint"
        var note = try #require(try files.read(path))
        note[20] ^= 1
        try files.write(path, note)
        let standing = try #require(try world.one.database.lastCheckpoint(of: origin)?.note)
        let body = WitnessRequest(oldSize: 0, proof: [], note: standing).body
        await #expect(throws: DamagedRecord(path: path)) { try await witness(world).addCheckpoint(body) }
    }

    @Test func `lanes of others and unknown parties are not found`() async throws {
        let world = try await world()
        let witness = try witness(world)
        for name in ["riparian/vn-lao-cai/two-readers/public", "riparian/x/two-readers/public", "example.com/log"] {
            let note = try Checkpoint(origin: name, size: 0, root: MerkleTree.emptyRoot)
                .signed(by: try TestKeys.key(of: Made.laoCai))
            #expect(
                try await witness.addCheckpoint(WitnessRequest(oldSize: 0, proof: [], note: note).body).status == 404)
        }
        let forged = try Checkpoint(origin: origin, size: 0, root: MerkleTree.emptyRoot).signed(by: key)
        #expect(try await witness.addCheckpoint(WitnessRequest(oldSize: 0, proof: [], note: forged).body).status == 403)
        #expect(try await witness.addCheckpoint([UInt8](repeating: 10, count: 100_000)).status == 400)
    }

    @Test func `proofs from full tiles of a long lane are those of all its leaves`() throws {
        let folder = try TemporaryFolder()
        let database = try NodeDatabase(path: folder.path + "/node.sqlite")
        let count = 70_000
        var tree = MerkleFrontier()
        let leaves = (0..<count).map { number in
            MerkleTree.leafHash(withUnsafeBytes(of: number.bigEndian) { Array($0) })
        }
        for leaf in leaves { tree.append(leaf) }
        let advance = PeerLaneAdvance(
            lane: origin, from: 0, entries: leaves.map { AcceptedEntry(bytes: nil, leafHash: $0) }, note: nil,
            accepted: Made.start)
        _ = try database.record(IntakeBatch(advance: advance))
        for (old, size) in [
            (1, 70_000), (255, 256), (256, 65_536), (300, 65_537), (65_536, 70_000), (69_999, 70_000), (512, 69_632),
        ] {
            let root = { (size: Int) in MerkleTree.root(Array(leaves[..<size])) }
            let proof = try MerkleTree.consistencyProof(from: old, to: size) { range in
                try #require(try database.root(of: origin, entries: range))
            }
            #expect(MerkleTree.isConsistent(proof, from: (old, root(old)), to: (size, root(size))), "\(old) \(size)")
            #expect(try database.root(of: origin, size: old) == root(old))
        }
        #expect(try database.root(of: origin, entries: 0..<70_001) == nil)
    }
}
