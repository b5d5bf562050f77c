/// Which of a lane's files agree with its signed root.
///
/// A hash of some level stands in up to three places: in its tile, in the tile below, and in the entries. What leads
/// to the root is believed, from the right edge of the tree downwards; what differs from it is a fault.
struct LaneJudgement {
    /// The faults of bundles and tiles.
    private(set) var faults: [LaneVerification.Fault] = []
    /// Whether hashes are complete enough for a root, and none of the roots is the signed one.
    private(set) var differs = false
    /// How many entries stand as the root covers them.
    private(set) var entries = 0
    /// The believed leaf hashes; nil where nothing is believed.
    var leaves: [[UInt8]?] { believed.first ?? [] }

    private typealias Hashes = [[UInt8]?]
    private let root: [UInt8]
    /// By level: from the entries, from the tile, from the tile below, from what most of these say.
    private var sources: [[Hashes]] = []
    private var believed: [Hashes] = []

    init(_ files: LaneFiles, root: [UInt8]) {
        self.root = root
        guard !files.isAbandoned else {
            faults = files.all.filter { $0.fault != nil }.map { LaneJudgement.fault($0, $0.hashes.count, $0.fault) }
            return
        }
        collect(files)
        believed = sources.map { Hashes(repeating: nil, count: $0[0].count) }
        var hasRoot = false
        if let edge = edge(level: 0, below: nil, &hasRoot) { believe(edge) }
        differs = hasRoot && (believed.last?.last ?? nil) == nil && files.size > 0
        if files.size == 0 { differs = root != MerkleTree.root([]) }
        judge(files)
    }

    private mutating func collect(_ files: LaneFiles) {
        for level in files.tiles.indices {
            let stored = files.tiles[level].flatMap(LaneJudgement.hashes)
            guard level > 0 else {
                let entries = files.bundles.flatMap(LaneJudgement.hashes)
                sources.append([entries, stored, entries, zip(entries, stored).map { $0 ?? $1 }])
                continue
            }
            let (entries, below) = (parents(sources[level - 1][0]), parents(sources[level - 1][1]))
            let agreed = level == 1 ? entries : parents(sources[level - 1][3])
            let majority = stored.indices.map { number -> [UInt8]? in
                if let hash = stored[number], hash == below[number] { return hash }
                return agreed[number] ?? below[number] ?? stored[number]
            }
            sources.append([entries, stored, below, majority])
        }
    }

    /// A file's hashes, nil for those that it lacks.
    private static func hashes(_ file: LaneFiles.File) -> Hashes {
        file.hashes.map { $0 } + Hashes(repeating: nil, count: file.count - file.hashes.count)
    }

    /// The hashes of full tiles.
    private func parents(_ hashes: Hashes) -> Hashes {
        (0..<(hashes.count / LaneTiles.width)).map { number in
            let tile = hashes[(number * LaneTiles.width)..<((number + 1) * LaneTiles.width)].compactMap { $0 }
            return tile.count == LaneTiles.width ? MerkleTree.root(tile) : nil
        }
    }

    /// The hashes of a level that no hash above covers.
    private func edgeRange(_ level: Int) -> Range<Int> {
        let count = sources[level][0].count
        return (count / LaneTiles.width * LaneTiles.width)..<count
    }

    /// Which source to believe on each level's right edge, so that the root comes out; nil when none leads there.
    private func edge(level: Int, below: [UInt8]?, _ hasRoot: inout Bool) -> [Int]? {
        guard level < sources.count else {
            if below != nil { hasRoot = true }
            return below == root ? [] : nil
        }
        var tried: [Hashes] = []
        for source in sources[level].indices {
            let edge = Array(sources[level][source][edgeRange(level)])
            let hashes = edge.compactMap { $0 }
            guard hashes.count == edge.count, !tried.contains(edge) else { continue }
            tried.append(edge)
            let all = hashes + (below.map { [$0] } ?? [])
            let next = all.isEmpty ? nil : MerkleTree.root(all)
            if let rest = self.edge(level: level + 1, below: next, &hasRoot) { return [source] + rest }
        }
        return nil
    }

    /// Believes the edge, and below it every tile that leads to a believed hash.
    private mutating func believe(_ edge: [Int]) {
        let width = LaneTiles.width
        for level in sources.indices.reversed() {
            let range = edgeRange(level)
            believed[level].replaceSubrange(range, with: sources[level][edge[level]][range])
            for number in 0..<(range.lowerBound / width) {
                guard let parent = believed[level + 1][number] else { continue }
                let tile = (number * width)..<((number + 1) * width)
                for source in sources[level].indices {
                    let hashes = sources[level][source][tile].compactMap { $0 }
                    guard hashes.count == width, MerkleTree.root(hashes) == parent else { continue }
                    believed[level].replaceSubrange(tile, with: hashes)
                    break
                }
            }
        }
    }

    private mutating func judge(_ files: LaneFiles) {
        for (number, bundle) in files.bundles.enumerated() {
            if let fault = fault(bundle, level: 0, number, other: files.tiles[0][number]) { faults.append(fault) }
            for (position, hash) in bundle.hashes.enumerated() where leaves[bundle.first + position] == hash {
                entries += 1
                if bundle.unreadable.contains(position) {
                    faults.append(LaneJudgement.fault(bundle, position, .entry))
                }
            }
        }
        for (level, tiles) in files.tiles.enumerated() {
            for (number, tile) in tiles.enumerated() {
                let other = level == 0 ? files.bundles[number] : nil
                if let fault = fault(tile, level: level, number, other: other) { faults.append(fault) }
            }
        }
    }

    /// What is wrong with a file; the file with the same hashes tells where nothing is believed.
    private func fault(
        _ file: LaneFiles.File, level: Int, _ number: Int, other: LaneFiles.File?
    ) -> LaneVerification.Fault? {
        let start = number * LaneTiles.width
        let truth = believed[level][start..<(start + file.count)]
        if truth.contains(where: { $0 != nil }) {
            let wrong = zip(truth, file.hashes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            if let wrong { return LaneJudgement.fault(file, wrong, .altered) }
        } else if file.fault == nil {
            let parent = level + 1 < believed.count && number < believed[level + 1].count
            if parent, believed[level + 1][number] != nil { return LaneJudgement.fault(file, 0, .altered) }
            let wrong = other.flatMap {
                zip($0.hashes, file.hashes).enumerated().first { $0.element.0 != $0.element.1 }
            }
            if let wrong { return LaneJudgement.fault(file, wrong.offset, .altered) }
        }
        return file.fault.map { LaneJudgement.fault(file, file.hashes.count, $0) }
    }

    private static func fault(
        _ file: LaneFiles.File, _ position: Int, _ kind: LaneVerification.Kind?
    ) -> LaneVerification.Fault {
        LaneVerification.Fault(path: file.path, index: file.first + position * file.span, kind: kind ?? .altered)
    }
}
