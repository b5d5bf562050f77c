import Testing

@testable import Accord

@Suite struct MerkleProofTests {
    private let leaves = (0..<41).map { MerkleTree.leafHash([UInt8($0), 9]) }

    private func root(_ size: Int) -> [UInt8] { MerkleTree.root(Array(leaves.prefix(size))) }

    private func proof(_ old: Int, _ size: Int) -> [[UInt8]] {
        MerkleTree.consistencyProof(from: old, to: size) { MerkleTree.root(Array(leaves[$0])) }
    }

    /// RFC 6962, section 2.1.2, word for word.
    private func subproof(_ old: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool) -> [[UInt8]] {
        let count = leaves.count
        if old == count { return isWhole ? [] : [MerkleTree.root(Array(leaves))] }
        var half = 1
        while half * 2 < count { half *= 2 }
        let middle = leaves.startIndex + half
        if old <= half {
            return subproof(old, leaves[..<middle], isWhole) + [MerkleTree.root(Array(leaves[middle...]))]
        }
        return subproof(old - half, leaves[middle...], false) + [MerkleTree.root(Array(leaves[..<middle]))]
    }

    /// The published proofs for the published leaves of Certificate Transparency's implementations.
    @Test(arguments: [
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ])
    func `the published leaves have the published proofs`(old: Int, size: Int, expected: [String]) {
        let leaves = MerkleTreeTests.inputs.map { MerkleTree.leafHash($0) }
        let proof = MerkleTree.consistencyProof(from: old, to: size) { MerkleTree.root(Array(leaves[$0])) }
        #expect(proof.map { hexadecimal($0) } == expected)
    }

    @Test func `every proof of every pair of sizes up to 40 is that of the standard, and holds`() {
        for size in 1...40 {
            for old in 0...size {
                let proof = proof(old, size)
                #expect(proof == (old == 0 ? [] : subproof(old, leaves[..<size], true)), "\(old) to \(size)")
                #expect(MerkleTree.isConsistent(proof, from: (old, root(old)), to: (size, root(size))))
            }
        }
    }

    @Test func `no proof holds for another size, another root, or with a hash changed, left out or added`() {
        for (old, size) in [(1, 2), (3, 7), (4, 8), (5, 8), (6, 40), (16, 33), (31, 32), (39, 40)] {
            let proof = proof(old, size)
            let (before, after) = ((old, root(old)), (size, root(size)))
            #expect(!MerkleTree.isConsistent(proof, from: (old, root(old + 1)), to: after))
            #expect(!MerkleTree.isConsistent(proof, from: before, to: (size, root(size + 1))))
            #expect(!MerkleTree.isConsistent(proof + [root(1)], from: before, to: after))
            #expect(!MerkleTree.isConsistent(proof.dropLast(), from: before, to: after))
            for place in proof.indices {
                var changed = proof
                changed[place][7] ^= 1
                #expect(!MerkleTree.isConsistent(changed, from: before, to: after))
                changed[place] = []
                #expect(!MerkleTree.isConsistent(changed, from: before, to: after))
            }
        }
    }

    @Test func `odd sizes and lengths are refused without a trap`() {
        let (some, other) = (root(3), root(4))
        for (old, size) in [
            (-1, 3), (3, -1), (5, 4), (.min, .max), (.max, .max), (1, .max), (0, .max), (.max - 1, .max),
        ] {
            #expect(!MerkleTree.isConsistent([some], from: (old, some), to: (size, other)))
        }
        let long = [[UInt8]](repeating: some, count: 70)
        #expect(!MerkleTree.isConsistent(long, from: (1, some), to: (.max, other)))
        #expect(MerkleTree.isConsistent([], from: (4, other), to: (4, other)))
        #expect(!MerkleTree.isConsistent([some], from: (4, other), to: (4, other)))
        #expect(!MerkleTree.isConsistent([some], from: (0, MerkleTree.emptyRoot), to: (4, other)))
    }

    @Test func `a path gives the first entries the root that the tree gives them, and no other path leads there`() {
        for size in 2...40 {
            for old in 1..<size {
                let path = MerkleTree.path(toFirst: old, of: size) { MerkleTree.root(Array(leaves[$0])) }
                #expect(MerkleTree.root(ofFirst: old, in: (size, root(size)), path: path) == root(old))
                var changed = path
                changed[size % path.count][0] ^= 1
                #expect(MerkleTree.root(ofFirst: old, in: (size, root(size)), path: changed) == nil)
            }
        }
    }

    @Test func `every subtree that a proof asks for begins where full tiles can answer`() {
        for (old, size) in [(1, 70_000), (255, 65_537), (256, 66_000), (65_535, 65_536), (123_456, 1_000_003)] {
            _ = MerkleTree.path(toFirst: old, of: size) { range in
                var power = 1
                while power < range.count { power *= 2 }
                #expect(range.lowerBound.isMultiple(of: power), "\(range)")
                return MerkleTree.emptyRoot
            }
        }
    }
}
