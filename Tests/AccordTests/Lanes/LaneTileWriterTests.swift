import Crypto
import Testing

@testable import Accord

@Suite struct LaneTileWriterTests {
    @Test(arguments: [0, 1, 255, 256, 257, 700, 65_536, 65_800])
    func `entries that pass by make the files of the same entries at once`(size: Int) throws {
        let entries = (0..<size).map { CBOR.bigEndian(UInt64($0), 4) }
        var writer = LaneTileWriter()
        var files: [LaneTiles.File] = []
        for entry in entries { writer.append(entry) { files.append($0) } }
        writer.writeEdge { files.append($0) }
        let leaves = entries.map { MerkleTree.leafHash($0) }
        #expect(Set(files) == Set(LaneTiles.files(zip(entries, leaves).map { ($0, $1) })))
        #expect(writer.root == MerkleTree.root(leaves) && writer.size == size)
    }

    @Test func `the root over hashes is that of the published tree at every size`() {
        let leaves = (0..<70).map { MerkleTree.leafHash([UInt8($0)]) }
        for size in 1...70 {
            let root = LaneHash.root(leaves.prefix(size).map { LaneHash($0) })?.bytes
            #expect(root == MerkleTree.root(Array(leaves.prefix(size))))
            #expect(root == treeHash(leaves[..<size]))
        }
    }

    /// The definition as RFC 6962 (2013), section 2.1, words it: split at the largest power of two below the size.
    private func treeHash(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Array(SHA256.hash(data: [0x01] + treeHash(leaves[..<middle]) + treeHash(leaves[middle...])))
    }
}
