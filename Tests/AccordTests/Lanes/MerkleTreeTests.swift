import Testing

@testable import Accord

@Suite struct MerkleTreeTests {
    /// The test leaves and roots of Certificate Transparency's implementations of RFC 6962.
    static let inputs = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { bytes($0) }

    @Test func `the root of nothing is the hash of nothing`() {
        #expect(
            hexadecimal(MerkleTree.root([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test(arguments: [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ])
    func `the published leaves have the published roots`(size: Int, root: String) {
        let leaves = MerkleTreeTests.inputs.prefix(size).map { MerkleTree.leafHash($0) }
        #expect(hexadecimal(MerkleTree.root(leaves)) == root)
    }

    @Test(arguments: [
        (0, 256, "tile/0/000"), (5, 7, "tile/0/005.p/7"), (999, 256, "tile/0/999"), (1_000, 1, "tile/0/x001/000.p/1"),
        (70_000, 256, "tile/0/x070/000"), (1_234_067, 256, "tile/0/x001/x234/067"),
    ])
    func `paths are those of tiled logs`(number: Int, count: Int, path: String) {
        #expect(LaneTiles.path("0", number: number, count: count) == path)
    }

    @Test func `a bundle reads back to its entries, and a cut one to nothing`() throws {
        let entries: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 9, count: 65_535)]
        let files = LaneTiles.files(entries.map { ($0, MerkleTree.leafHash($0)) })
        #expect(files.map(\.path) == ["tile/entries/000.p/3", "tile/0/000.p/3"])
        #expect(LaneTiles.entries(inBundle: files[0].bytes) == entries)
        #expect(LaneTiles.entries(inBundle: Array(files[0].bytes.dropLast())) == nil)
        #expect(LaneTiles.entries(inBundle: files[0].bytes + [0]) == nil)
    }

    @Test func `a growing edge has the root of its leaves, and names the tiles that it completes`() {
        var edge = MerkleFrontier()
        var leaves: [[UInt8]] = []
        var tiles: [String: [UInt8]] = [:]
        for number in 0..<700 {
            #expect(number % 37 != 0 || edge.root == MerkleTree.root(leaves))
            let leaf = MerkleTree.leafHash([UInt8(truncatingIfNeeded: number), 1])
            leaves.append(leaf)
            edge.append(leaf) { tiles["\($0)/\($1)"] = $2 }
        }
        #expect(edge.root == MerkleTree.root(leaves))
        #expect(MerkleFrontier(size: 700, encoded: edge.encoded) == edge)
        #expect(MerkleFrontier(size: 701, encoded: edge.encoded) == nil)
        #expect(
            tiles == [
                "1/0": MerkleTree.root(Array(leaves[..<256])), "1/1": MerkleTree.root(Array(leaves[256..<512])),
            ])
    }

    @Test(arguments: [(0, 1), (1, 256), (255, 257), (256, 700), (300, 700), (511, 513)])
    func `the files of a lane that grew are those that the whole lane has and the smaller had not`(old: Int, size: Int)
    {
        let entries = (0..<size).map { number -> (bytes: [UInt8], leafHash: [UInt8]) in
            let bytes = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            return (bytes, MerkleTree.leafHash(bytes))
        }
        var tiles: [Int: [[UInt8]]] = [:]
        var edge = MerkleFrontier()
        for entry in entries {
            edge.append(entry.leafHash) { level, _, hash in tiles[level, default: []].append(hash) }
        }
        let added = LaneTiles.files(
            after: old, size: size, entries: { Array(entries[$0]) }, hashes: { Array((tiles[$0] ?? [])[$1]) })
        let whole = Set(LaneTiles.files(entries))
        #expect(
            whole.subtracting(LaneTiles.files(Array(entries.prefix(old))))
                == Set(added).subtracting(LaneTiles.files(Array(entries.prefix(old)))))
        #expect(Set(added).isSubset(of: whole))
    }

    @Test func `a partial file is a cut of the full one, and only the one spelling of a path reads`() throws {
        let entries = (0..<256).map { number -> (bytes: [UInt8], leafHash: [UInt8]) in
            let bytes = [UInt8](repeating: UInt8(number), count: number)
            return (bytes, MerkleTree.leafHash(bytes))
        }
        let whole = LaneTiles.files(entries)
        for count in [1, 2, 100, 255] {
            for file in LaneTiles.files(Array(entries.prefix(count))) {
                let path = try #require(LaneTiles.Path(file.path))
                let full = try #require(whole.first { LaneTiles.Path($0.path)?.kind == path.kind })
                #expect(path.count == count && path.cut(full.bytes) == file.bytes)
                #expect(path.cut(Array(full.bytes.prefix(10))) == nil || count < 5)
            }
        }
        #expect(LaneTiles.Path("tile/0/x001/x234/067") == LaneTiles.Path("tile/0/x001/x234/067"))
        for wrong in [
            "tile/0/1", "tile/9/000", "tile/0/000.p/256", "tile/0/000.p/0", "tile/../000", "0/000", "tile/0/x000/000",
        ] {
            #expect(LaneTiles.Path(wrong) == nil, "\(wrong)")
        }
    }
}
