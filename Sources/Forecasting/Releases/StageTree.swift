/// Which scenarios share the releases of which steps: the root shares the first steps, its children those of the first
/// stage, and so on.
struct StageTree {
    /// Scenarios that share the releases of one stage.
    struct Node {
        /// 0 for the root.
        let level: Int
        /// The node of the stage before; nil for the root.
        let parent: Int?
        /// In ascending order.
        let scenarios: [Int]
    }

    /// First step of each level that its nodes do not share any more; ascending.
    let untils: [Int]
    /// The root first, each node after its parent.
    let nodes: [Node]
    /// The last node of each scenario.
    let leaves: [Int]

    /// Steps that are no scenario's own.
    var sharedSteps: Int { untils[untils.count - 1] }

    /// The level of a step; nil for a scenario's own.
    func level(ofStep step: Int) -> Int? { untils.firstIndex { step < $0 } }

    /// The scenarios that share the releases of a step, group by group.
    func groups(sharing step: Int) -> [[Int]] {
        guard let level = level(ofStep: step) else { return leaves.indices.map { [$0] } }
        return nodes.filter { $0.level == level }.map(\.scenarios)
    }

    /// Where a problem has one scenario, it shares with nobody.
    init(_ problem: ReleaseProblem) {
        let all = Array(problem.scenarios.indices)
        var nodes = [Node(level: 0, parent: nil, scenarios: all)]
        var leaves = [Int](repeating: 0, count: all.count)
        guard all.count > 1 else {
            (untils, self.nodes, self.leaves) = ([0], nodes, leaves)
            return
        }
        for (place, stage) in problem.stages.enumerated() {
            var members: [Int: [Int]] = [:]
            for scenario in all { members[stage.groups[scenario], default: []].append(scenario) }
            for group in members.values.sorted(by: { $0[0] < $1[0] }) {
                nodes.append(Node(level: place + 1, parent: leaves[group[0]], scenarios: group))
                for scenario in group { leaves[scenario] = nodes.count - 1 }
            }
        }
        untils = [problem.sharedSteps] + problem.stages.map(\.until)
        self.nodes = nodes
        self.leaves = leaves
    }
}

extension ReleaseProblem {
    /// The first of the scenarios that share the release of a step with a scenario; nil where all share it, and the scenario
    /// itself where it shares with nobody.
    public func sharer(of scenario: Int, step: Int) -> Int? {
        guard step >= sharedSteps else { return nil }
        guard let stage = stages.first(where: { step < $0.until }) else { return scenario }
        return stage.groups.firstIndex(of: stage.groups[scenario])
    }

    /// Some scenarios of the problem, in their order, with their stages.
    func restricted(to places: [Int]) -> ReleaseProblem {
        var part = self
        part.scenarios = places.map { scenarios[$0] }
        part.stages = stages.map { stage in Stage(until: stage.until, groups: places.map { stage.groups[$0] }) }
        return part
    }
}
