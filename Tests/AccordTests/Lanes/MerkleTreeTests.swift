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
}
