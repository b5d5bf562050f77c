/// Reaches of one kind that do not feed each other and are computed side by side, at most sixteen; a special point stands alone, with
/// kind -1.
struct LaneGroup: Sendable {
    let reaches: [Int32]
    let kind: Int
    var isPoint: Bool { kind < 0 }
    /// Reaches at most.
    static let most = 16

    /// The groups of every piece and, last, of the stem, upstream first.
    static func all(_ network: RiverNetwork, _ cut: NetworkCut, kind: (Int) -> Int) -> [[LaneGroup]] {
        let stem = zip(cut.stem, cut.exchangeRow).filter { $0.1 < 0 }.map { $0.0 }
        // What is below a reach of a piece belongs to the same piece or to the stem, which comes last.
        var places = [Int32](repeating: -1, count: network.count)
        return cut.pieces.map { piece in
            groups(piece.ranges.flatMap { $0.map { Int32($0) } }, network, kind, &places)
        } + [groups(stem, network, kind, &places)]
    }

    /// Fills groups with the reaches whose upstreams are done, those first that have the longest way to the last of these reaches:
    /// no other order of a tree needs fewer groups (Hu 1961, Operations Research 9, 841-848).
    ///
    /// - Parameters:
    ///   - reaches: ascending, so that those below stand behind.
    ///   - places: of each reach its place among those of its part; -1 for those of parts to come.
    private static func groups(
        _ reaches: [Int32], _ network: RiverNetwork, _ kind: (Int) -> Int, _ places: inout [Int32]
    ) -> [LaneGroup] {
        for (place, reach) in reaches.enumerated() { places[Int(reach)] = Int32(place) }
        let below = reaches.map { reach in
            let next = Int(network.downstream[Int(reach)])
            return next < 0 ? -1 : Int(places[next])
        }
        var (way, waiting) = ([Int](repeating: 0, count: reaches.count), [Int32](repeating: 0, count: reaches.count))
        for place in reaches.indices.reversed() where below[place] >= 0 {
            way[place] = way[below[place]] + 1
            waiting[below[place]] += 1
        }
        let kinds = reaches.map { kind(Int($0)) }
        var ready: [Int: ReadyReaches] = [:]
        for place in reaches.indices where waiting[place] == 0 {
            ready[kinds[place], default: ReadyReaches()].insert(place, way: way[place])
        }
        var groups: [LaneGroup] = []
        while let next = ready.filter({ !$0.value.isEmpty }).max(by: {
            ($0.value.longest, $1.key) < ($1.value.longest, $0.key)
        }) {
            var taken: [Int] = []
            while taken.count < (next.key < 0 ? 1 : most), let place = ready[next.key]?.take() { taken.append(place) }
            for place in taken where below[place] >= 0 {
                let place = below[place]
                waiting[place] -= 1
                if waiting[place] == 0 { ready[kinds[place], default: ReadyReaches()].insert(place, way: way[place]) }
            }
            groups.append(LaneGroup(reaches: taken.map { reaches[$0] }, kind: next.key))
        }
        return groups
    }
}

/// Places of reaches that wait for nothing, the one with the longest way first and of several the first: a binary heap.
private struct ReadyReaches {
    private var heap: [Int] = []

    var isEmpty: Bool { heap.isEmpty }
    /// The longest way.
    var longest: Int { heap[0] >> 32 }

    mutating func insert(_ place: Int, way: Int) {
        heap.append(way << 32 | (0xFFFF_FFFF - place))
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2] < heap[child] {
            heap.swapAt((child - 1) / 2, child)
            child = (child - 1) / 2
        }
    }

    mutating func take() -> Int? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            var (parent, child) = (0, 1)
            while child < heap.count {
                if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
                guard heap[child] > last else { break }
                heap[parent] = heap[child]
                (parent, child) = (child, 2 * child + 1)
            }
            heap[parent] = last
        }
        return 0xFFFF_FFFF - (first & 0xFFFF_FFFF)
    }
}
