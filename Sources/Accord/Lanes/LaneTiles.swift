/// The static files of a lane beside its checkpoint, as C2SP tlog-tiles lays them out.
public enum LaneTiles {
    /// Hashes of a full tile, and entries of a full bundle.
    public static let width = 256
    /// The longest entry, bytes.
    public static let maximumEntry = 65_535

    /// One file.
    public struct File: Hashable, Sendable {
        /// Below the lane's folder.
        public let path: String
        /// Its bytes.
        public let bytes: [UInt8]
    }

    /// All tiles and bundles of a lane.
    ///
    /// - Parameter entries: each at most ``maximumEntry`` bytes, with its leaf hash.
    public static func files(_ entries: [(bytes: [UInt8], leafHash: [UInt8])]) -> [File] {
        var levels = [entries.map(\.leafHash)]
        while let last = levels.last, last.count >= width {
            levels.append(
                stride(from: 0, to: last.count - width + 1, by: width).map {
                    MerkleTree.root(Array(last[$0..<($0 + width)]))
                })
        }
        return files(
            after: 0, size: entries.count, entries: { Array(entries[$0]) }, hashes: { level, _ in levels[level] })
    }

    /// The files that a grown lane has and a smaller one had not: bundles and hash tiles from where it ended.
    ///
    /// - Parameters:
    ///   - old: the size whose files exist, 0 for none.
    ///   - size: the size now, >= old.
    ///   - entries: the entries of a range with their leaf hashes.
    ///   - hashes: what the tiles of a level, 1 and up, hold at a range of numbers.
    public static func files(
        after old: Int, size: Int, entries: (Range<Int>) throws -> [(bytes: [UInt8], leafHash: [UInt8])],
        hashes: (_ level: Int, _ numbers: Range<Int>) throws -> [[UInt8]]
    ) rethrows -> [File] {
        guard size > old else { return [] }
        let first = old / width * width
        let added = try entries(first..<size)
        var files = bundles(added.map(\.bytes), from: first / width)
        files += tiles(level: 0, hashes: added.map(\.leafHash), from: first / width)
        var level = 1
        while size >> (8 * level) > 0 {
            let (before, now) = (old >> (8 * level), size >> (8 * level))
            if now > before {
                let start = before / width * width
                files += tiles(level: level, hashes: try hashes(level, start..<now), from: start / width)
            }
            level += 1
        }
        return files
    }

    /// Entries as a bundle: each after its length in two bytes.
    public static func bundle(_ entries: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            precondition(entry.count <= maximumEntry, "an entry is at most 65,535 bytes")
            bytes += CBOR.bigEndian(UInt64(entry.count), 2)
            bytes += entry
        }
        return bytes
    }

    /// The entries in a bundle; nil when it is cut or has a rest.
    public static func entries(inBundle bytes: [UInt8]) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            guard let entry = entry(in: bytes, at: position) else { return nil }
            entries.append(Array(bytes[entry]))
            position = entry.upperBound
        }
        return entries
    }

    /// Where the entry lies in a bundle whose length stands at a position; nil when it is cut.
    static func entry<Bytes: RandomAccessCollection>(in bundle: Bytes, at position: Int) -> Range<Int>?
    where Bytes.Element == UInt8, Bytes.Index == Int {
        guard position + 2 <= bundle.count else { return nil }
        let end = position + 2 + (Int(bundle[position]) << 8 | Int(bundle[position + 1]))
        return end <= bundle.count ? (position + 2)..<end : nil
    }

    /// The path of a tile or bundle: numbers in groups of three digits, a width where it is not full.
    ///
    /// - Parameters:
    ///   - kind: `entries`, or the level of a tile.
    ///   - number: from 0.
    ///   - count: hashes or entries in the file, 1...``width``.
    public static func path(_ kind: String, number: Int, count: Int) -> String {
        var rest = number
        var groups: [String] = []
        repeat {
            let digits = String(rest % 1000)
            groups.insert(String(repeating: "0", count: 3 - digits.count) + digits, at: 0)
            rest /= 1000
        } while rest > 0
        let name = (groups.dropLast().map { "x" + $0 } + groups.suffix(1)).joined(separator: "/")
        return "tile/\(kind)/\(name)" + (count < width ? ".p/\(count)" : "")
    }

    private static func bundles(_ entries: [[UInt8]], from first: Int) -> [File] {
        stride(from: 0, to: entries.count, by: width).map { start in
            let part = entries[start..<min(start + width, entries.count)]
            return File(
                path: path("entries", number: first + start / width, count: part.count), bytes: bundle(part))
        }
    }

    /// The tiles of one level over its hashes, the first tile numbered `first`.
    private static func tiles(level: Int, hashes: [[UInt8]], from first: Int) -> [File] {
        stride(from: 0, to: hashes.count, by: width).map { start in
            let part = hashes[start..<min(start + width, hashes.count)]
            return File(
                path: path("\(level)", number: first + start / width, count: part.count), bytes: part.flatMap { $0 })
        }
    }
}

extension LaneTiles {
    /// The path of a tile or bundle, read.
    public struct Path: Hashable, Sendable {
        /// `entries`, or the level of a tile.
        public let kind: String
        /// From 0.
        public let number: Int
        /// Hashes or entries, 1...``LaneTiles/width``.
        public let count: Int

        /// Reads a path below the lane's folder; nil for any text but the one that ``LaneTiles/path(_:number:count:)``
        /// makes.
        public init?(_ text: String) {
            var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 3, parts.count <= 12, parts.removeFirst() == "tile" else { return nil }
            let kind = parts.removeFirst()
            guard kind == "entries" || (0...7).contains(Int(kind) ?? -1) else { return nil }
            var count = LaneTiles.width
            if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
                guard let width = Int(parts.removeLast()) else { return nil }
                count = width
                parts[parts.count - 1].removeLast(2)
            }
            let digits = parts.dropLast().map { $0.dropFirst() }.joined() + (parts.last ?? "")
            guard let number = Int(digits), (1...LaneTiles.width).contains(count), number >= 0,
                LaneTiles.path(kind, number: number, count: count) == text
            else { return nil }
            self.kind = kind
            self.number = number
            self.count = count
        }

        /// What the path holds, cut out of the bytes of the full file; nil when they are too short.
        public func cut(_ whole: [UInt8]) -> [UInt8]? {
            guard kind == "entries" else { return whole.count >= count * 32 ? Array(whole.prefix(count * 32)) : nil }
            var end = 0
            for _ in 0..<count {
                guard let entry = LaneTiles.entry(in: whole, at: end) else { return nil }
                end = entry.upperBound
            }
            return Array(whole[..<end])
        }
    }
}
