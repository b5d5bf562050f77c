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
        bundles(entries.map(\.bytes)) + tiles(level: 0, hashes: entries.map(\.leafHash))
    }

    /// The entries in a bundle; nil when it is cut or has a rest.
    public static func entries(inBundle bytes: [UInt8]) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count else { return nil }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            guard position + 2 + length <= bytes.count else { return nil }
            entries.append(Array(bytes[(position + 2)..<(position + 2 + length)]))
            position += 2 + length
        }
        return entries
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

    private static func bundles(_ entries: [[UInt8]]) -> [File] {
        stride(from: 0, to: entries.count, by: width).map { start in
            let part = entries[start..<min(start + width, entries.count)]
            let bytes = part.flatMap { entry in
                precondition(entry.count <= maximumEntry, "an entry is at most 65,535 bytes")
                return CBOR.bigEndian(UInt64(entry.count), 2) + entry
            }
            return File(path: path("entries", number: start / width, count: part.count), bytes: bytes)
        }
    }

    private static func tiles(level: Int, hashes: [[UInt8]]) -> [File] {
        guard !hashes.isEmpty else { return [] }
        var files: [File] = []
        var parents: [[UInt8]] = []
        for start in stride(from: 0, to: hashes.count, by: width) {
            let part = Array(hashes[start..<min(start + width, hashes.count)])
            files.append(
                File(path: path("\(level)", number: start / width, count: part.count), bytes: part.flatMap { $0 }))
            if part.count == width { parents.append(MerkleTree.root(part)) }
        }
        return files + tiles(level: level + 1, hashes: parents)
    }
}
