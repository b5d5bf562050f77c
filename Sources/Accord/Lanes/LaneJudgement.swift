/// Which of a lane's files agree with its signed root.
///
/// A hash of some level stands in up to three places: in its tile, in the tile below, and in the entries. What leads
/// to the root is believed, from the right edge of the tree downwards; what differs from it is a fault. Of level 0 only
/// files that stood out are looked at again.
struct LaneJudgement {
    /// The faults of bundles and tiles: bundles first, then tiles by level.
    var faults: [LaneVerification.Fault] { bundleFaults + tileFaults }
    /// Whether hashes are complete enough for a root, and none of the roots is the signed one.
    private(set) var differs = false
    /// How many entries stand as the root covers them.
    private(set) var entries = 0
    /// Whether reading ended because too many files are missing.
    let isAbandoned: Bool

    private typealias Hashes = [LaneHash?]
    private let files: LaneFiles
    private let root: LaneHash
    private var bundleFaults: [LaneVerification.Fault] = []
    private var tileFaults: [LaneVerification.Fault] = []
    /// By level, from 1: from the entries, from the tile, from the tile below, from what most of these say.
    private var sources: [[Hashes]] = []
    /// The sources of the leaves that no hash above covers.
    private var edgeLeaves: [Hashes] = []
    /// By level, from 1; nil where nothing is believed.
    private var believed: [Hashes] = []
    private var believedEdge: Hashes = []

    init(_ files: LaneFiles, root: [UInt8]) {
        (self.files, self.root) = (files, LaneHash(root))
        let survey = LaneSurvey(files)
        isAbandoned = survey.abandoned != nil
        if let missing = survey.abandoned {
            bundleFaults = missing.map { LaneJudgement.fault($0, 0, .missing) }
            return
        }
        collect(survey)
        believed = sources.map { Hashes(repeating: nil, count: $0[0].count) }
        believedEdge = Hashes(repeating: nil, count: edgeLeaves[0].count)
        var hasRoot = false
        if let edge = edge(level: 0, below: nil, &hasRoot) { believe(edge) } else { differs = hasRoot }
        if files.size == 0 { differs = root != MerkleTree.emptyRoot }
        judge(survey)
    }

    private mutating func collect(_ survey: LaneSurvey) {
        let edge = survey.edge
        let (ofBundle, ofTile) = (edge?.bundle.padded ?? [], edge?.tile.padded ?? [])
        edgeLeaves = [ofBundle, ofTile, edge.map { LaneSurvey.either($0.bundle, $0.tile) } ?? []]
        for (offset, tiles) in survey.tiles.enumerated() {
            let stored = tiles.flatMap(\.padded)
            let (entries, below, agreed): (Hashes, Hashes, Hashes)
            if offset == 0 {
                (entries, below) = (survey.leaves.entries, survey.leaves.tiles)
                agreed = survey.leaves.entries
            } else {
                (entries, below) = (parents(sources[offset - 1][0]), parents(sources[offset - 1][1]))
                agreed = parents(sources[offset - 1][3])
            }
            let majority = stored.indices.map { number -> LaneHash? in
                if let hash = stored[number], hash == below[number] { return hash }
                return agreed[number] ?? below[number] ?? stored[number]
            }
            sources.append([entries, stored, below, majority])
            if offset == 0 { sources[0].append(survey.leaves.either) }
        }
    }

    /// The hashes over full tiles.
    private func parents(_ hashes: Hashes) -> Hashes {
        (0..<(hashes.count / LaneTiles.width)).map { number in
            LaneSurvey.parent(hashes[(number * LaneTiles.width)..<((number + 1) * LaneTiles.width)])
        }
    }

    /// The hashes of a level that no hash above covers, by source.
    private func edges(_ level: Int) -> [Hashes] {
        guard level > 0 else { return edgeLeaves }
        return sources[level - 1].map { Array($0[edgeRange(level)]) }
    }

    private func edgeRange(_ level: Int) -> Range<Int> {
        let count = files.count(level: level)
        return (count / LaneTiles.width * LaneTiles.width)..<count
    }

    /// Which source to believe on each level's right edge, so that the root comes out; nil when none leads there.
    private func edge(level: Int, below: LaneHash?, _ hasRoot: inout Bool) -> [Int]? {
        guard level < files.levels else {
            if below != nil { hasRoot = true }
            return below == root ? [] : nil
        }
        var tried: [Hashes] = []
        for (source, edge) in edges(level).enumerated() {
            let hashes = edge.compactMap { $0 }
            guard hashes.count == edge.count, !tried.contains(edge) else { continue }
            tried.append(edge)
            let next = LaneHash.root(hashes + (below.map { [$0] } ?? []))
            if let rest = self.edge(level: level + 1, below: next, &hasRoot) { return [source] + rest }
        }
        return nil
    }

    /// Believes the edge, and below it every tile that leads to a believed hash.
    private mutating func believe(_ edge: [Int]) {
        let width = LaneTiles.width
        for level in (1..<max(1, files.levels)).reversed() {
            let (range, offset) = (edgeRange(level), level - 1)
            believed[offset].replaceSubrange(range, with: sources[offset][edge[level]][range])
            for number in 0..<(range.lowerBound / width) {
                guard let parent = believed[offset + 1][number] else { continue }
                let tile = (number * width)..<((number + 1) * width)
                for source in sources[offset].indices where LaneSurvey.parent(sources[offset][source][tile]) == parent {
                    believed[offset].replaceSubrange(tile, with: sources[offset][source][tile])
                    break
                }
            }
        }
        if let first = edge.first { believedEdge = edgeLeaves[first] }
    }

    private mutating func judge(_ survey: LaneSurvey) {
        var conspicuous = survey.conspicuous[...]
        for number in 0..<files.files(level: 0) {
            let believedParent = number < survey.leaves.entries.count ? believed[0][number] : nil
            if conspicuous.first == number {
                conspicuous.removeFirst()
            } else if number == survey.leaves.entries.count {
                if believedEdge == edgeLeaves[0] { entries += believedEdge.count }
                continue
            } else if believedParent == nil || believedParent == survey.leaves.entries[number] {
                if believedParent != nil { entries += LaneTiles.width }
                continue
            }
            judge(
                files.bundle(number), files.tile(level: 0, number), parent: believedParent,
                isEdge: number == survey.leaves.entries.count)
        }
        for (offset, tiles) in survey.tiles.enumerated() {
            for (number, tile) in tiles.enumerated() {
                let start = number * LaneTiles.width
                let truth = believed[offset][start..<(start + tile.count)]
                let above = offset + 1 < believed.count && number < believed[offset + 1].count
                let parent = above ? believed[offset + 1][number] : nil
                if let fault = fault(tile, truth: Array(truth), parent: parent, other: nil) { tileFaults.append(fault) }
            }
        }
    }

    /// The leaves of a bundle and its tile that are believed; nil where nothing is.
    private func truth(_ bundle: LaneFile, _ tile: LaneFile, parent: LaneHash?, isEdge: Bool) -> Hashes {
        if isEdge { return believedEdge }
        guard let parent else { return Hashes(repeating: nil, count: bundle.count) }
        let sources = [bundle.padded, tile.padded, LaneSurvey.either(bundle, tile)]
        return sources.first { LaneSurvey.parent($0) == parent } ?? Hashes(repeating: nil, count: bundle.count)
    }

    private mutating func judge(_ bundle: LaneFile, _ tile: LaneFile, parent: LaneHash?, isEdge: Bool) {
        let truth = truth(bundle, tile, parent: parent, isEdge: isEdge)
        if let fault = fault(bundle, truth: truth, parent: parent, other: tile) { bundleFaults.append(fault) }
        for (position, hash) in bundle.hashes.enumerated() where truth[position] == hash {
            entries += 1
            if bundle.unreadable.contains(position) {
                bundleFaults.append(LaneJudgement.fault(bundle, position, .entry))
            }
        }
        if let fault = fault(tile, truth: truth, parent: parent, other: bundle) { tileFaults.append(fault) }
    }

    /// What is wrong with a file; the file with the same hashes tells where nothing is believed.
    private func fault(
        _ file: LaneFile, truth: Hashes, parent: LaneHash?, other: LaneFile?
    ) -> LaneVerification.Fault? {
        if truth.contains(where: { $0 != nil }) {
            let wrong = zip(truth, file.hashes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            if let wrong { return LaneJudgement.fault(file, wrong, .altered) }
        } else if file.fault == nil {
            if parent != nil { return LaneJudgement.fault(file, 0, .altered) }
            let wrong = other.flatMap {
                zip($0.hashes, file.hashes).enumerated().first { $0.element.0 != $0.element.1 }
            }
            if let wrong { return LaneJudgement.fault(file, wrong.offset, .altered) }
        }
        return file.fault.map { LaneJudgement.fault(file, file.hashes.count, $0) }
    }

    private static func fault(
        _ file: LaneFile, _ position: Int, _ kind: LaneVerification.Kind
    ) -> LaneVerification.Fault {
        LaneVerification.Fault(path: file.path, index: file.first + position * file.span, kind: kind)
    }

    /// The root over the first entries as they are believed; nil when too much is damaged to tell.
    ///
    /// - Parameter count: 1 up to the lane's size.
    func root(ofFirst count: Int) -> [UInt8]? {
        guard !isAbandoned else { return nil }
        let (number, rest) = count.quotientAndRemainder(dividingBy: LaneTiles.width)
        var hashes = number == 0 ? [] : Array(believed[0][..<number])
        if rest > 0 {
            let isEdge = (number + 1) * LaneTiles.width > files.size
            let truth =
                isEdge
                ? believedEdge
                : truth(
                    files.bundle(number), files.tile(level: 0, number), parent: believed[0][number], isEdge: false)
            hashes.append(LaneSurvey.parent(truth[..<rest]))
        }
        return LaneSurvey.parent(hashes)?.bytes
    }
}
