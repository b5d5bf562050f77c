import Crypto

/// The hash tree of a lane: SHA-256 with RFC 6962 prefixes, so that a leaf can never pass for a node.
public enum MerkleTree {
    /// The hash of an entry, 32 bytes.
    public static func leafHash(_ entry: [UInt8]) -> [UInt8] {
        entry.withUnsafeBytes { LaneHash(leaf: $0) }.bytes
    }

    /// The hash over two subtrees, 32 bytes each.
    public static func nodeHash(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        LaneHash(LaneHash(left), LaneHash(right)).bytes
    }

    /// The root of an empty tree: the hash of nothing, 32 bytes.
    public static let emptyRoot: [UInt8] = Array(SHA256.hash(data: [UInt8]()))

    /// The root over leaf hashes in order, 32 bytes; of no leaves it is the hash of nothing.
    ///
    /// Source: RFC 6962 (2013), section 2.1.
    public static func root(_ leaves: [[UInt8]]) -> [UInt8] {
        LaneHash.root(leaves.map { LaneHash($0) })?.bytes ?? emptyRoot
    }

    /// The root of a tree from the right edges of its levels: of each level the hashes that no full tile above covers.
    ///
    /// - Parameter edges: level 0 first, each fewer than ``LaneTiles/width`` hashes.
    public static func root(edges: [[[UInt8]]]) -> [UInt8] {
        LaneHash.root(edges: edges.map { $0.map { LaneHash($0) } })?.bytes ?? emptyRoot
    }
}

/// The right edge of a lane's tree: the hashes of its perfect subtrees, from which it grows without its older leaves.
///
/// Whoever holds the edge of a believed tree, adds new leaves and reaches the root of a signed checkpoint, has proved that
/// the new tree continues the old one: that is a consistency proof by construction (RFC 6962, section 2.1.2).
public struct MerkleFrontier: Hashable, Sendable {
    /// Leaves so far, >= 0.
    public private(set) var size: Int
    /// One hash for each set bit of ``size``, the largest subtree first, 32 bytes each.
    public private(set) var hashes: [[UInt8]]

    /// The edge of an empty tree.
    public init() {
        size = 0
        hashes = []
    }

    /// The edge that ``encoded`` wrote for a size; nil when the bytes cannot be one.
    public init?(size: Int, encoded: [UInt8]) {
        guard size >= 0, encoded.count == size.nonzeroBitCount * 32 else { return nil }
        self.size = size
        hashes = stride(from: 0, to: encoded.count, by: 32).map { Array(encoded[$0..<($0 + 32)]) }
    }

    /// The hashes one after the other.
    public var encoded: [UInt8] { hashes.flatMap { $0 } }

    /// Adds a leaf.
    ///
    /// - Parameter tile: called with level (1, 2, ...), number and hash of each full tile that the leaf completes: what
    ///   the tile of that level holds at that number.
    public mutating func append(
        _ leaf: [UInt8], tile: (_ level: Int, _ number: Int, _ hash: [UInt8]) -> Void = { _, _, _ in }
    ) {
        var hash = leaf
        var height = 0
        while size >> height & 1 == 1 {
            hash = MerkleTree.nodeHash(hashes.removeLast(), hash)
            height += 1
            if height % 8 == 0 { tile(height / 8, size >> height, hash) }
        }
        hashes.append(hash)
        size += 1
    }

    /// The root, 32 bytes.
    public var root: [UInt8] {
        guard var hash = hashes.last else { return MerkleTree.emptyRoot }
        for left in hashes.dropLast().reversed() { hash = MerkleTree.nodeHash(left, hash) }
        return hash
    }
}
