import Series

/// A lane's bundles and tiles as they were read, not yet compared with anything.
struct LaneFiles {
    /// One file and the hashes that it holds or leads to.
    struct File {
        let path: String
        /// The first entry that it covers.
        let first: Int
        /// How many entries one of its hashes covers: 1 for bundles and tiles of level 0.
        let span: Int
        /// How many hashes it should hold.
        let count: Int
        /// What it holds, at most ``count``.
        var hashes: [[UInt8]] = []
        /// What its length says.
        var fault: LaneVerification.Kind?
        /// Positions of entries that are no batch of observations.
        var unreadable: [Int] = []
    }

    /// Reading ends after that many missing files: a checkpoint can state any size.
    static let maximumMissing = 1_000

    let size: Int
    /// The bundles of entries.
    private(set) var bundles: [File] = []
    /// The hash tiles, by level.
    private(set) var tiles: [[File]] = []
    /// Whether reading ended before its end because too many files are missing.
    private(set) var isAbandoned = false

    init(size: Int, readsEntries: Bool, fetch: (String) -> [UInt8]?) {
        self.size = size
        bundles = files("entries", level: 0, fetch) { LaneFiles.read(bundle: $0, into: &$1, readsEntries) }
        var level = 0
        while level < 8, size >> (8 * level) > 0, !isAbandoned {
            tiles.append(files("\(level)", level: level, fetch) { LaneFiles.read(tile: $0, into: &$1) })
            level += 1
        }
    }

    /// All files, bundles first.
    var all: [File] { bundles + tiles.flatMap { $0 } }

    private mutating func files(
        _ kind: String, level: Int, _ fetch: (String) -> [UInt8]?, read: ([UInt8], inout File) -> Void
    ) -> [File] {
        let width = LaneTiles.width
        let (span, total) = (1 << (8 * level), size >> (8 * level))
        var files: [File] = []
        var missing = 0
        for start in stride(from: 0, to: total, by: width) {
            let count = min(width, total - start)
            let path = LaneTiles.path(kind, number: start / width, count: count)
            var file = File(path: path, first: start * span, span: span, count: count)
            if let bytes = fetch(path) {
                read(bytes, &file)
            } else if count < width, let bytes = fetch(LaneTiles.path(kind, number: start / width, count: width)) {
                // The lane has grown: a full file may stand in the place of one that was not yet full.
                read(bytes, &file)
                if file.fault == .tooLong { file.fault = nil }
            } else {
                file.fault = .missing
                missing += 1
            }
            files.append(file)
            if missing == LaneFiles.maximumMissing {
                isAbandoned = true
                break
            }
        }
        return files
    }

    private static func read(bundle bytes: [UInt8], into file: inout File, _ readsEntries: Bool) {
        var position = 0
        while file.hashes.count < file.count {
            guard position + 2 <= bytes.count else { break }
            let end = position + 2 + (Int(bytes[position]) << 8 | Int(bytes[position + 1]))
            guard end <= bytes.count else { break }
            let entry = Array(bytes[(position + 2)..<end])
            if readsEntries, (try? LaneEntry.observations(entry, received: Instant(secondsSinceEpoch: 0))) == nil {
                file.unreadable.append(file.hashes.count)
            }
            file.hashes.append(MerkleTree.leafHash(entry))
            position = end
        }
        if file.hashes.count < file.count { file.fault = .cut } else if position < bytes.count { file.fault = .tooLong }
    }

    private static func read(tile bytes: [UInt8], into file: inout File) {
        file.hashes = stride(from: 0, to: min(bytes.count / 32, file.count) * 32, by: 32).map {
            Array(bytes[$0..<($0 + 32)])
        }
        if bytes.count < file.count * 32 { file.fault = .cut }
        if bytes.count > file.count * 32 { file.fault = .tooLong }
    }
}
