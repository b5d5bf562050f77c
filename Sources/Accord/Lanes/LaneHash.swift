import Crypto

/// A hash of a lane's tree as a plain value: a million of them need no allocation.
struct LaneHash: Hashable, Sendable {
    /// Length in bytes.
    static let length = 32

    private var words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == LaneHash.length, "a hash has 32 bytes")
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { LaneHash($0) } }

    private init(_ digest: SHA256Digest) { self = digest.withUnsafeBytes { LaneHash($0) } }

    /// The hash of an entry.
    init(leaf entry: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: entry)
        self.init(hasher.finalize())
    }

    /// The hash above two others.
    init(_ left: LaneHash, _ right: LaneHash) {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(1)) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: (left.words, right.words)) { hasher.update(bufferPointer: $0) }
        self.init(hasher.finalize())
    }

    /// The root over hashes in order; nil of none.
    static func root(_ hashes: some RandomAccessCollection<LaneHash>) -> LaneHash? {
        var level = Array(hashes)
        guard !level.isEmpty else { return nil }
        // Pairing level by level and passing an odd last one up gives the tree of RFC 6962.
        while level.count > 1 {
            var next: [LaneHash] = []
            next.reserveCapacity((level.count + 1) / 2)
            for index in stride(from: 0, to: level.count - 1, by: 2) {
                next.append(LaneHash(level[index], level[index + 1]))
            }
            if !level.count.isMultiple(of: 2) { next.append(level[level.count - 1]) }
            level = next
        }
        return level[0]
    }

    /// The root over what each level's last tile holds beyond full ones, level 0 first; nil of nothing.
    static func root(edges: [[LaneHash]]) -> LaneHash? {
        edges.reduce(nil) { below, edge in root(edge + (below.map { [$0] } ?? [])) }
    }

    /// The 32 bytes.
    var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    static func == (left: LaneHash, right: LaneHash) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
