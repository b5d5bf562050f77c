/// What one pass over a lane's files leaves to judge them by: a hash for every 256 entries, and what stood out.
///
/// Bundles and tiles of level 0 are read side by side and let go; a million entries leave four thousand hashes.
struct LaneSurvey {
    /// The hashes over full tiles of level 0, by where the leaves came from; nil where leaves are lacking.
    struct Leaves {
        /// From the entries.
        var entries: [LaneHash?] = []
        /// From the stored tiles.
        var tiles: [LaneHash?] = []
        /// From the entries, and from the tiles where entries are lacking.
        var either: [LaneHash?] = []
    }

    /// Reading ends after that many missing files: a checkpoint can state any size.
    static let maximumMissing = 1_000

    /// Level 0.
    private(set) var leaves = Leaves()
    /// The last bundle and its tile where they are not full.
    private(set) var edge: (bundle: LaneFile, tile: LaneFile)?
    /// The numbers of bundles and level 0 tiles that are not whole or do not agree, ascending.
    private(set) var conspicuous: [Int] = []
    /// The tiles of level 1 and above, by level.
    private(set) var tiles: [[LaneFile]] = []
    /// The missing files, when reading ended because of them.
    private(set) var abandoned: [LaneFile]?

    private var missing: [LaneFile] = []

    init(_ files: LaneFiles) {
        for number in 0..<files.files(level: 0) {
            let (bundle, tile) = (files.bundle(number), files.tile(level: 0, number))
            note([bundle, tile])
            if abandoned != nil { return }
            add(number, bundle, tile)
        }
        for level in 1..<max(1, files.levels) {
            var read: [LaneFile] = []
            for number in 0..<files.files(level: level) {
                read.append(files.tile(level: level, number))
                note(read.suffix(1))
                if abandoned != nil { return }
            }
            tiles.append(read)
        }
    }

    private mutating func note(_ files: some Sequence<LaneFile>) {
        missing += files.filter { $0.fault == .missing }
        if missing.count >= LaneSurvey.maximumMissing { abandoned = missing }
    }

    private mutating func add(_ number: Int, _ bundle: LaneFile, _ tile: LaneFile) {
        let isPlain = bundle.isWhole && tile.isWhole && bundle.hashes == tile.hashes
        if !isPlain { conspicuous.append(number) }
        guard bundle.count == LaneTiles.width else {
            edge = (bundle, tile)
            return
        }
        if isPlain {
            let root = LaneHash.root(tile.hashes)
            leaves.entries.append(root)
            leaves.tiles.append(root)
            leaves.either.append(root)
        } else {
            leaves.entries.append(LaneSurvey.parent(bundle.padded))
            leaves.tiles.append(LaneSurvey.parent(tile.padded))
            leaves.either.append(LaneSurvey.parent(LaneSurvey.either(bundle, tile)))
        }
    }

    /// The hashes of a bundle, and those of its tile where the bundle lacks them.
    static func either(_ bundle: LaneFile, _ tile: LaneFile) -> [LaneHash?] {
        zip(bundle.padded, tile.padded).map { $0 ?? $1 }
    }

    /// The hash over complete hashes; nil when one is lacking.
    static func parent(_ hashes: some RandomAccessCollection<LaneHash?>) -> LaneHash? {
        let complete = hashes.compactMap { $0 }
        return complete.count == hashes.count ? LaneHash.root(complete) : nil
    }
}
