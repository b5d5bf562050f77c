/// Makes the files of a lane while its entries pass by: it keeps only the last file of each level.
public struct LaneTileWriter {
    /// Number of entries so far.
    public private(set) var size = 0
    private var bundle: [UInt8] = []
    /// By level, the hashes of the tile that is not full yet.
    private var tiles: [[LaneHash]] = [[]]

    /// Begins an empty lane.
    public init() {}

    /// The root over the entries so far, 32 bytes.
    public var root: [UInt8] { LaneHash.root(edges: tiles)?.bytes ?? MerkleTree.emptyRoot }

    /// Adds an entry of at most ``LaneTiles/maximumEntry`` bytes and hands over the files that are full with it.
    public mutating func append(_ entry: [UInt8], write: (LaneTiles.File) throws -> Void) rethrows {
        precondition(entry.count <= LaneTiles.maximumEntry, "an entry is at most 65,535 bytes")
        bundle.append(UInt8(entry.count >> 8))
        bundle.append(UInt8(entry.count & 255))
        bundle += entry
        size += 1
        if size.isMultiple(of: LaneTiles.width) {
            let path = LaneTiles.path("entries", number: size / LaneTiles.width - 1, count: LaneTiles.width)
            try write(LaneTiles.File(path: path, bytes: bundle))
            bundle.removeAll(keepingCapacity: true)
        }
        try add(entry.withUnsafeBytes { LaneHash(leaf: $0) }, level: 0, write)
    }

    /// Hands over the files that are not full.
    public func writeEdge(_ write: (LaneTiles.File) throws -> Void) rethrows {
        let number = size / LaneTiles.width
        if !bundle.isEmpty {
            let path = LaneTiles.path("entries", number: number, count: size % LaneTiles.width)
            try write(LaneTiles.File(path: path, bytes: bundle))
        }
        for (level, hashes) in tiles.enumerated() where !hashes.isEmpty {
            try write(tile(level: level, hashes, number: (size >> (8 * level)) / LaneTiles.width))
        }
    }

    private mutating func add(
        _ hash: LaneHash, level: Int, _ write: (LaneTiles.File) throws -> Void
    ) rethrows {
        if level == tiles.count { tiles.append([]) }
        tiles[level].append(hash)
        guard tiles[level].count == LaneTiles.width, let parent = LaneHash.root(tiles[level]) else { return }
        try write(tile(level: level, tiles[level], number: (size >> (8 * level)) / LaneTiles.width - 1))
        tiles[level].removeAll(keepingCapacity: true)
        try add(parent, level: level + 1, write)
    }

    private func tile(level: Int, _ hashes: [LaneHash], number: Int) -> LaneTiles.File {
        LaneTiles.File(
            path: LaneTiles.path("\(level)", number: number, count: hashes.count), bytes: hashes.flatMap(\.bytes))
    }
}
