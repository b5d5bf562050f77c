import Testing

@testable import Accord

@Suite struct LanePathsTests {
    @Test(arguments: [0, 1, 255, 256, 257, 700, 65_536, 65_800])
    func `the paths are those of the files that a lane has`(size: Int) {
        let entries = (0..<size).map { CBOR.bigEndian(UInt64($0), 4) }
        let files = LaneTiles.files(entries.map { ($0, MerkleTree.leafHash($0)) })
        let paths = Array(LanePaths(size: size))
        #expect(Set(paths) == Set(files.map(\.path)) && paths.count == files.count)
        for from in [0, 1, 256, 300, size - 1, size] where (0...size).contains(from) {
            let rest = Set(LanePaths(size: size, from: from))
            // What a reader of that size has: full files, which no later one changes.
            let held = Set(LaneTiles.files(entries.prefix(from).map { ($0, MerkleTree.leafHash($0)) }).map(\.path))
            #expect(Set(paths).subtracting(held).isSubset(of: rest), "from \(from)")
            #expect(rest.subtracting(paths).isEmpty && (from < size || rest.isEmpty))
        }
    }
}
