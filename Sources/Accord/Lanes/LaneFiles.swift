import Series

/// One bundle or tile of a lane as it was read, not yet compared with anything.
struct LaneFile {
    /// Below the lane's folder.
    let path: String
    /// The first entry that it covers.
    let first: Int
    /// How many entries one of its hashes covers: 1 for bundles and tiles of level 0.
    let span: Int
    /// How many hashes it should hold.
    let count: Int
    /// The hashes that it holds or leads to, at most ``count``.
    var hashes: [LaneHash] = []
    /// What its length says.
    var fault: LaneVerification.Kind?
    /// Positions of entries that are none of ours.
    var unreadable: [Int] = []

    /// Whether nothing in the file itself is wrong.
    var isWhole: Bool { fault == nil && unreadable.isEmpty }

    /// The hashes, nil for those that it lacks.
    var padded: [LaneHash?] { hashes.map { $0 } + [LaneHash?](repeating: nil, count: count - hashes.count) }
}

/// The files of a lane of a size, read one at a time.
struct LaneFiles {
    /// Number of entries, 0 or more.
    let size: Int
    /// Whether entries must be ours.
    let readsEntries: Bool
    /// The bytes of a file below the lane's folder; nil when there is none.
    let fetch: (String) -> [UInt8]?

    /// Number of levels of hash tiles.
    var levels: Int {
        var level = 0
        while level < 8, size >> (8 * level) > 0 { level += 1 }
        return level
    }

    /// Number of hashes of a level.
    func count(level: Int) -> Int { size >> (8 * level) }

    /// Number of files of a level.
    func files(level: Int) -> Int {
        let count = count(level: level)
        return count / LaneTiles.width + (count.isMultiple(of: LaneTiles.width) ? 0 : 1)
    }

    /// A bundle of entries.
    func bundle(_ number: Int) -> LaneFile {
        read("entries", level: 0, number) { read(bundle: $0, into: &$1) }
    }

    /// A hash tile.
    func tile(level: Int, _ number: Int) -> LaneFile {
        read("\(level)", level: level, number) { LaneFiles.read(tile: $0, into: &$1) }
    }

    private func read(
        _ kind: String, level: Int, _ number: Int, _ fill: ([UInt8], inout LaneFile) -> Void
    ) -> LaneFile {
        let (width, span) = (LaneTiles.width, 1 << (8 * level))
        let count = min(width, count(level: level) - number * width)
        let path = LaneTiles.path(kind, number: number, count: count)
        var file = LaneFile(path: path, first: number * width * span, span: span, count: count)
        if let bytes = fetch(path) {
            fill(bytes, &file)
        } else if count < width, let bytes = fetch(LaneTiles.path(kind, number: number, count: width)) {
            // The lane has grown: a full file may stand in the place of one that was not yet full.
            fill(bytes, &file)
            if file.fault == .tooLong { file.fault = nil }
        } else {
            file.fault = .missing
        }
        return file
    }

    private func read(bundle bytes: [UInt8], into file: inout LaneFile) {
        file.hashes.reserveCapacity(file.count)
        bytes.withUnsafeBytes { buffer in
            var position = 0
            while file.hashes.count < file.count {
                guard let place = LaneTiles.entry(in: buffer, at: position) else { break }
                let entry = UnsafeRawBufferPointer(rebasing: buffer[place])
                if readsEntries, !isLaneEntry(entry) { file.unreadable.append(file.hashes.count) }
                file.hashes.append(LaneHash(leaf: entry))
                position = place.upperBound
            }
            let isFull = file.hashes.count == file.count
            if !isFull { file.fault = .cut } else if position < buffer.count { file.fault = .tooLong }
        }
    }

    private static func read(tile bytes: [UInt8], into file: inout LaneFile) {
        let length = LaneHash.length
        bytes.withUnsafeBytes { buffer in
            file.hashes = stride(from: 0, to: min(buffer.count / length, file.count) * length, by: length).map {
                LaneHash(UnsafeRawBufferPointer(rebasing: buffer[$0..<($0 + length)]))
            }
        }
        if bytes.count < file.count * length { file.fault = .cut }
        if bytes.count > file.count * length { file.fault = .tooLong }
    }
}

/// Whether bytes are an entry of our lanes in its one encoding.
private func isLaneEntry(_ bytes: UnsafeRawBufferPointer) -> Bool {
    (try? LaneEntry(Array(bytes))) != nil
}
