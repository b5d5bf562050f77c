/// Proofs that a lane's tree continues a smaller one of its own (RFC 6962, section 2.1.2).
extension MerkleTree {
    /// The most hashes of a proof: a tree has at most 2^63 leaves.
    public static let longestProof = 63

    /// The proof that a tree begins with its first leaves.
    ///
    /// - Parameters:
    ///   - old: how many leaves the smaller tree has, 0...`size`; of none and of all the proof is empty.
    ///   - subtree: the root over leaves of the tree, 32 bytes. Each range that is asked for begins at a multiple of a power
    ///     of two that is not smaller than its length, so that full tiles can answer it.
    public static func consistencyProof(
        from old: Int, to size: Int, subtree: (Range<Int>) throws -> [UInt8]
    ) rethrows -> [[UInt8]] {
        let ranges = proofRanges(from: old, to: size)
        return try (isPerfect(old) ? ranges.dropFirst() : ranges[...]).map(subtree)
    }

    /// Whether a proof shows that one tree continues another; any bytes may be given.
    public static func isConsistent(
        _ proof: [[UInt8]], from old: (size: Int, root: [UInt8]), to new: (size: Int, root: [UInt8])
    ) -> Bool {
        guard old.size >= 0, old.size <= new.size else { return false }
        if old.size == new.size { return proof.isEmpty && old.root == new.root }
        if old.size == 0 { return proof.isEmpty && old.root == emptyRoot }
        guard proof.count <= longestProof else { return false }
        let path = isPerfect(old.size) ? [old.root] + proof : proof
        return root(ofFirst: old.size, in: new, path: path) == old.root
    }

    /// The hashes that tie the root over a tree's first leaves to the root of the tree: a consistency proof that never
    /// leaves the first subtree out.
    ///
    /// - Parameters:
    ///   - old: 1..<`size`.
    ///   - subtree: as in ``consistencyProof(from:to:subtree:)``.
    public static func path(
        toFirst old: Int, of size: Int, subtree: (Range<Int>) throws -> [UInt8]
    ) rethrows -> [[UInt8]] {
        try proofRanges(from: old, to: size).map(subtree)
    }

    /// The root over the first leaves of a tree, as a path ties it to the tree's root; nil when the path does not lead to
    /// that root. Nobody can find a path to another root than the true one without a collision of the hash.
    public static func root(
        ofFirst old: Int, in tree: (size: Int, root: [UInt8]), path: [[UInt8]]
    ) -> [UInt8]? {
        guard old > 0, old < tree.size, (1...longestProof + 1).contains(path.count),
            path.allSatisfy({ $0.count == LaneHash.length })
        else { return nil }
        // RFC 9162, section 2.1.4.2.
        var (first, second) = (old - 1, tree.size - 1)
        while first & 1 == 1 { (first, second) = (first >> 1, second >> 1) }
        var (firstRoot, secondRoot) = (path[0], path[0])
        for hash in path.dropFirst() {
            guard second > 0 else { return nil }
            if first & 1 == 1 || first == second {
                (firstRoot, secondRoot) = (nodeHash(hash, firstRoot), nodeHash(hash, secondRoot))
                while first & 1 == 0, first > 0 { (first, second) = (first >> 1, second >> 1) }
            } else {
                secondRoot = nodeHash(secondRoot, hash)
            }
            (first, second) = (first >> 1, second >> 1)
        }
        return second == 0 && secondRoot == tree.root ? firstRoot : nil
    }

    /// The subtrees that tie a smaller tree to a greater one, in the order of the proof; the first is the last full part of
    /// the smaller tree.
    private static func proofRanges(from old: Int, to size: Int) -> [Range<Int>] {
        guard old > 0, old < size else { return [] }
        var (lower, upper) = (0, size)
        var ranges: [Range<Int>] = []
        while old < upper {
            let half = leftHalf(of: upper - lower)
            if old - lower <= half {
                ranges.append((lower + half)..<upper)
                upper = lower + half
            } else {
                ranges.append(lower..<(lower + half))
                lower += half
            }
        }
        ranges.append(lower..<upper)
        return ranges.reversed()
    }

    /// How many of so many leaves, 2 or more, stand in the left subtree: the greatest power of two that is smaller.
    public static func leftHalf(of count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }

    /// Whether a tree of so many leaves is one full subtree, so that a proof need not name its root.
    private static func isPerfect(_ size: Int) -> Bool { size > 0 && size & (size - 1) == 0 }
}
