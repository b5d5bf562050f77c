import Crypto

/// The hash tree of a lane: SHA-256 with RFC 6962 prefixes, so that a leaf can never pass for a node.
public enum MerkleTree {
    /// The hash of an entry, 32 bytes.
    public static func leafHash(_ entry: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0x00] + entry)) }

    /// The root over leaf hashes in order, 32 bytes; of no leaves it is the hash of nothing.
    ///
    /// Source: RFC 6962 (2013), section 2.1.
    public static func root(_ leaves: [[UInt8]]) -> [UInt8] {
        leaves.isEmpty ? Array(SHA256.hash(data: [UInt8]())) : node(leaves[...])
    }

    private static func node(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Array(SHA256.hash(data: [0x01] + node(leaves[..<middle]) + node(leaves[middle...])))
    }
}
