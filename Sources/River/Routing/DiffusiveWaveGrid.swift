/// The nodes of a diffusive wave over a network.
///
/// A reach of length L has `ceil(L / 1000 m)` segments of equal length, shorter ones above a depth that is given; its nodes are their
/// upper ends. The lower end of its last
/// segment is the first node of the reach below: beds join at confluences, and so do water surfaces. Points (pools, given
/// hydrographs) divide the network into trees; the last reach of a tree has a node at its lower end. Where nothing holds the
/// water there, the channel goes on: ghost nodes at growing distances carry the wave away, so that no boundary acts on the flow
/// at the end. Nodes of a tree follow each other, each before the node below it.
struct DiffusiveWaveGrid: Sendable {
    /// m: the longest segment.
    static let longestSegment = 1000.0
    /// The most segments of a reach.
    static let mostSegments = 1000
    /// m: the segment above a depth that is given; the others grow by a half until they are as long as elsewhere.
    static let shortestSegment = 50.0
    /// Nodes below a free end; distances grow by `ghostGrowth`, to more than 600 segments.
    static let ghostCount = 20
    static let ghostGrowth = 1.3

    /// Reaches that are solved together.
    struct Tree: Sendable {
        /// Canonical numbers, ascending; the last is the root.
        var reaches: [Int32] = []
        var nodes: Range<Int> = 0..<0
        /// The node at the lower end of the root.
        var end = 0
        /// Whether the depth at the lower end is given.
        var isHeld = false
        var root: Int { Int(reaches[reaches.count - 1]) }
    }

    /// A tree or a point of a basin, in the order of computation.
    enum Item: Sendable {
        case tree(Int)
        case point(reach: Int, point: Int)
    }

    let trees: [Tree]
    /// Items of each basin: of the reaches of an outlet.
    let basins: [[Item]]
    /// Sections by reach.
    let sections: [ConveyanceSection]
    /// Of each reach its first node; -1 for points.
    let firstNode: [Int32]
    /// Of each reach its last own node, the one above its lower end.
    let lastNode: [Int32]
    /// Of each node the node below; -1 at the end of a tree.
    let down: [Int32]
    /// Of each node its reach.
    let reachOfNode: [Int32]
    /// m from each node to the one below.
    let length: [Double]
    /// Bed slope of the segment below each node.
    let slope: [Double]
    /// Of each reach the points that flow into it, as (reach, point).
    let pointsAbove: [Int: [(reach: Int, point: Int)]]
    /// Nodes kept of a reach at most, ghosts included.
    let mostNodes: Int

    init(_ network: RiverNetwork, _ reaches: [RoutedReach], points: SpecialPoints, held: Set<Int>) {
        var trees: [Tree] = []
        var treeOf = [Int](repeating: -1, count: network.count)
        var (treeAt, outlet) = ([Int: Int](), [Int](repeating: 0, count: network.count))
        for reach in stride(from: network.count - 1, through: 0, by: -1) {
            let below = Int(network.downstream[reach])
            outlet[reach] = below < 0 ? reach : outlet[below]
            guard points.index(of: reach) == nil else { continue }
            if below >= 0, treeOf[below] >= 0 {
                treeOf[reach] = treeOf[below]
            } else {
                treeOf[reach] = trees.count
                treeAt[reach] = trees.count
                trees.append(Tree(isHeld: held.contains(reach)))
            }
        }
        var above: [Int: [(reach: Int, point: Int)]] = [:]
        var basins: [[Item]] = []
        for reach in 0..<network.count {
            if basins.isEmpty || outlet[reach] != outlet[reach - 1] { basins.append([]) }
            if let point = points.index(of: reach) {
                basins[basins.count - 1].append(.point(reach: reach, point: point))
                if network.downstream[reach] >= 0 {
                    above[Int(network.downstream[reach]), default: []].append((reach, point))
                }
            } else {
                trees[treeOf[reach]].reaches.append(Int32(reach))
                if let tree = treeAt[reach] { basins[basins.count - 1].append(.tree(tree)) }
            }
        }
        var nodes = Nodes(count: network.count)
        for tree in trees.indices { nodes.add(&trees[tree], network, reaches) }
        self.trees = trees
        self.basins = basins
        pointsAbove = above
        sections = reaches.map { ConveyanceSection($0) }
        (firstNode, lastNode, down) = (nodes.firstNode, nodes.lastNode, nodes.down)
        (reachOfNode, length, slope) = (nodes.reachOfNode, nodes.length, nodes.slope)
        mostNodes = nodes.mostNodes
    }

    /// All nodes that belong to a reach, ghosts included.
    func nodes(of reach: Int) -> Range<Int> {
        guard firstNode[reach] >= 0 else { return 0..<0 }
        let first = Int(firstNode[reach])
        var end = Int(lastNode[reach]) + 1
        while end < reachOfNode.count, Int(reachOfNode[end]) == reach { end += 1 }
        return first..<end
    }

    /// Writes the water that depths mean, m3; in the order in which the solver adds it, so that the bits are the same.
    func fill(_ water: UnsafeMutablePointer<Double>, from depth: UnsafePointer<Double>, _ tree: Tree) {
        for node in tree.nodes {
            water[node] = sections[Int(reachOfNode[node])].hydraulics(depth[node]).area * (0.5 * length[node])
        }
        for node in tree.nodes where down[node] >= 0 {
            let below = Int(down[node])
            water[below] += sections[Int(reachOfNode[node])].hydraulics(depth[below]).area * (0.5 * length[node])
        }
    }

    /// The nodes while they are numbered.
    private struct Nodes {
        var firstNode: [Int32]
        var lastNode: [Int32]
        var down: [Int32] = []
        var reachOfNode: [Int32] = []
        var length: [Double] = []
        var slope: [Double] = []
        var mostNodes = 0

        init(count: Int) {
            firstNode = [Int32](repeating: -1, count: count)
            lastNode = firstNode
        }

        mutating func add(_ tree: inout Tree, _ network: RiverNetwork, _ reaches: [RoutedReach]) {
            let begin = down.count
            for reach in tree.reaches {
                add(Int(reach), reaches[Int(reach)], isHeld: tree.isHeld && Int(reach) == tree.root)
            }
            tree.end = down.count
            let root = tree.root
            let last = reaches[root]
            var distance = length[tree.end - 1]
            for ghost in 0...(tree.isHeld ? 0 : DiffusiveWaveGrid.ghostCount) {
                if ghost > 1 { distance *= DiffusiveWaveGrid.ghostGrowth }
                append(root, distance, last.channel.slope)
            }
            down[down.count - 1] = -1
            length[down.count - 1] = 0
            for reach in tree.reaches.dropLast() {
                down[Int(lastNode[Int(reach)])] = firstNode[Int(network.downstream[Int(reach)])]
            }
            tree.nodes = begin..<down.count
            mostNodes = max(mostNodes, down.count - Int(firstNode[root]))
        }

        private mutating func add(_ number: Int, _ reach: RoutedReach, isHeld: Bool) {
            firstNode[number] = Int32(down.count)
            var rest = reach.length
            var short: [Double] = []
            if isHeld {
                // where a depth is given, the surface may be steep
                var next = DiffusiveWaveGrid.shortestSegment
                while next < DiffusiveWaveGrid.longestSegment, next < 0.5 * rest {
                    short.append(next)
                    rest -= next
                    next *= 1.5
                }
            }
            let wanted = (rest / DiffusiveWaveGrid.longestSegment).rounded(.up)
            let count = max(1, Int(min(wanted, Double(DiffusiveWaveGrid.mostSegments))))
            for _ in 0..<count { append(number, rest / Double(count), reach.channel.slope) }
            for distance in short.reversed() { append(number, distance, reach.channel.slope) }
            lastNode[number] = Int32(down.count - 1)
            mostNodes = max(mostNodes, count + short.count)
        }

        private mutating func append(_ reach: Int, _ distance: Double, _ fall: Double) {
            down.append(Int32(down.count + 1))
            reachOfNode.append(Int32(reach))
            length.append(distance)
            slope.append(fall)
        }
    }
}
