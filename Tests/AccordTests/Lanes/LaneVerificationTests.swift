import Foundation
import Series
import TestKit
import Testing

@testable import Accord

@Suite struct LaneVerificationTests {
    @Test(arguments: [0, 1, 2, 3, 255, 256, 257, 511, 512, 700])
    func `a lane as it was written has no faults`(size: Int) throws {
        let lane = try LaneFixture(size)
        let found = verifyLane(key: lane.verifier, old: nil) { lane.files[$0] }
        #expect(found.faults.isEmpty)
        #expect(found.entries == size && found.size == size && found.root == MerkleTree.root(lane.leaves))
    }

    @Test func `a lane of three levels has no faults, and a changed tile of each level is named`() throws {
        var files: [String: [UInt8]] = [:]
        let leaves = (0..<65_800).map { MerkleTree.leafHash(CBOR.bigEndian(UInt64($0), 4)) }
        for file in LaneTiles.files(leaves.indices.map { (CBOR.bigEndian(UInt64($0), 4), leaves[$0]) }) {
            files[file.path] = file.bytes
        }
        let key = try LaneFixture.key(7)
        files["checkpoint"] = try Checkpoint(origin: "log", size: leaves.count, root: MerkleTree.root(leaves))
            .signed(by: key)
        let verifier = VerifierKey(lane: "log", of: key)
        let sound = verifyLane(key: verifier, old: nil) { files[$0] }
        #expect(sound.faults.isEmpty && sound.entries == 65_800)
        files["tile/2/000.p/1"]?[0] ^= 1
        files["tile/1/000"]?[32 * 3] ^= 1
        files["tile/0/200"]?[32 * 5] ^= 1
        files["tile/entries/100"]?[2] ^= 1
        let found = verifyLane(key: verifier, old: nil) { files[$0] }
        #expect(
            found.faults.map { "\($0.path) \($0.index ?? -1) \($0.kind.rawValue)" } == [
                "tile/entries/100 25600 altered", "tile/0/200 51205 altered", "tile/1/000 768 altered",
                "tile/2/000.p/1 0 altered",
            ])
    }

    @Test func `each damage to each file is named with the path and the first entry`() throws {
        let lane = try LaneFixture(300)
        let bundle = "tile/entries/000"
        let last = "tile/entries/001.p/44"
        for (path, first) in [
            (bundle, 0), (last, 256), ("tile/0/000", 0), ("tile/0/001.p/44", 256), ("tile/1/000.p/1", 0),
        ] {
            var damaged = lane
            damaged.files[path] = nil
            #expect(damaged.faults() == ["\(path) \(first) missing"])
            damaged.files[path] = []
            #expect(damaged.faults() == ["\(path) \(first) cut"])
            damaged.files[path] = lane.files[path].map { $0 + [0] }
            let end = path == bundle || path == "tile/0/000" || path == "tile/1/000.p/1" ? 256 : 300
            #expect(damaged.faults() == ["\(path) \(end) too-long"])
            damaged.files[path] = lane.files[path].map { Array($0.dropLast()) }
            let cut = path == "tile/1/000.p/1" ? 0 : end - 1
            #expect(damaged.faults() == ["\(path) \(cut) cut"])
            damaged.files[path] = lane.files[path]
            damaged.files[path]?[5] ^= 1
            #expect(damaged.faults() == ["\(path) \(first) altered"])
        }
    }

    @Test func `each changed byte of a bundle, a tile and the checkpoint is found`() throws {
        let lane = try LaneFixture(3)
        for (path, content) in lane.files {
            for position in content.indices {
                var damaged = lane
                damaged.files[path]?[position] ^= 0x20
                let found = damaged.faults()
                #expect(found.count == 1 && found[0].hasPrefix(path), "\(path) byte \(position): \(found)")
            }
        }
    }

    @Test func `swapped bundles, swapped entries and doubled bundles are named`() throws {
        let lane = try LaneFixture(512)
        var swapped = lane
        swapped.files["tile/entries/000"] = lane.files["tile/entries/001"]
        swapped.files["tile/entries/001"] = lane.files["tile/entries/000"]
        #expect(swapped.faults() == ["tile/entries/000 0 altered", "tile/entries/001 256 altered"])
        let small = try LaneFixture(3)
        var doubled = small
        doubled.files["tile/entries/000.p/3"]? += small.files["tile/entries/000.p/3"] ?? []
        #expect(doubled.faults() == ["tile/entries/000.p/3 3 too-long"])
        var reordered = small
        reordered.files["tile/entries/000.p/3"] = [0, 2, 1].flatMap { index in
            CBOR.bigEndian(UInt64(small.entries[index].count), 2) + small.entries[index]
        }
        #expect(reordered.faults() == ["tile/entries/000.p/3 1 altered"])
    }

    @Test func `entries and tiles of another history under a signed root are refused`() throws {
        var lane = try LaneFixture(5)
        lane.files = try LaneFixture(5, from: 9).files
        lane.files["checkpoint"] = try lane.checkpoint()
        #expect(lane.faults() == ["checkpoint - root-differs"])
    }

    @Test func `another key and another lane are told apart`() throws {
        let lane = try LaneFixture(5)
        let other = VerifierKey(lane: LaneFixture.origin, of: try LaneFixture.key(8))
        #expect(lane.faults(key: other) == ["checkpoint - not-signed"])
        #expect(lane.faults(key: lane.verifier.named("riparian/x/y/z")) == ["checkpoint - wrong-origin"])
        var empty = lane
        empty.files = [:]
        #expect(empty.faults() == ["checkpoint - missing"])
        empty.files["checkpoint"] = Array("hello\n".utf8)
        #expect(empty.faults() == ["checkpoint - altered"])
    }

    @Test func `a lane continues its older checkpoints, and shrinking and forking are named`() throws {
        let lane = try LaneFixture(300)
        for size in [0, 1, 2, 255, 256, 257, 299, 300] {
            #expect(lane.faults(old: try lane.checkpoint(size)).isEmpty)
        }
        let longer = try LaneFixture(301)
        #expect(lane.faults(old: try longer.checkpoint()) == ["checkpoint 300 shrunk"])
        let fork = try LaneFixture(300, from: 1)
        #expect(lane.faults(old: try fork.checkpoint(300)) == ["checkpoint - forked"])
        #expect(lane.faults(old: try fork.checkpoint(20)) == ["checkpoint - forked"])
        let stranger = try LaneFixture(20, seed: 8)
        #expect(lane.faults(old: try stranger.checkpoint()) == ["old - not-signed"])
        var damaged = lane
        damaged.files["tile/entries/000"] = nil
        damaged.files["tile/0/000"] = nil
        #expect(damaged.faults(old: try lane.checkpoint(20)).first == "checkpoint - unproven")
    }

    @Test func `a signed entry that holds no observations is named, in our lanes only`() throws {
        let key = try LaneFixture.key(7)
        let entry = Array("not a batch".utf8)
        for (origin, faults) in [(LaneFixture.origin, 1), ("example.com/log", 0)] {
            var files: [String: [UInt8]] = [:]
            for file in LaneTiles.files([(entry, MerkleTree.leafHash(entry))]) { files[file.path] = file.bytes }
            let root = MerkleTree.root([MerkleTree.leafHash(entry)])
            files["checkpoint"] = try Checkpoint(origin: origin, size: 1, root: root).signed(by: key)
            let found = verifyLane(key: VerifierKey(lane: origin, of: key), old: nil) { files[$0] }
            #expect(found.entries == 1 && found.faults.count == faults)
            #expect(found.faults.allSatisfy { $0.kind == .entry && $0.index == 0 })
        }
    }

    @Test func `a checkpoint that states an absurd size ends the check instead of running on`() throws {
        var lane = try LaneFixture(3)
        lane.files["checkpoint"] = try Checkpoint(
            origin: LaneFixture.origin, size: .max, root: MerkleTree.root(lane.leaves)
        ).signed(by: lane.key)
        #expect(lane.faults().count == LaneSurvey.maximumMissing)
    }

    @Test func `a full file stands in for one that was not yet full`() throws {
        var lane = try LaneFixture(256)
        lane.files["checkpoint"] = try lane.checkpoint(200)
        #expect(lane.faults().isEmpty)
    }

    @Test(
        .enabled(if: Repository.canUseSharedData, "\(Repository.sharedDataReason)"),
        arguments: [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15])
    func `a published log verifies at every size and continues every smaller one`(size: Int) throws {
        let folder = try #require(Repository.sharedData).appending(path: "exchange/tlog")
        func file(_ path: String) -> [UInt8]? {
            FileManager.default.contents(atPath: folder.appending(path: path).path(percentEncoded: false)).map {
                [UInt8]($0)
            }
        }
        let key = try #require(
            VerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"))
        for older in [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15] where older <= size {
            let old = try #require(file("checkpoint.\(older)"))
            let found = verifyLane(key: key, old: old) { $0 == "checkpoint" ? file("checkpoint.\(size)") : file($0) }
            #expect(found.faults.isEmpty && found.entries == size)
        }
    }
}
