extension PlannedCascade {
    /// A stage in which the futures that bring much the same water in the shared steps stay together: sorted by that water,
    /// in groups of equal size.
    ///
    /// - Parameters:
    ///   - until: first step that the groups do not share any more.
    ///   - count: of groups, >= 1.
    func stage(until: Int, groups count: Int) -> ReleaseProblem.Stage {
        let water = members.map { member in
            (member.toPlants + member.toTowns).reduce(0) { $0 + $1.prefix(sharedSteps).reduce(0, +) }
        }
        let order = water.indices.sorted { (water[$0], $0) < (water[$1], $1) }
        var groups = [Int](repeating: 0, count: members.count)
        for (rank, member) in order.enumerated() { groups[member] = rank * count / max(members.count, 1) }
        return .init(until: until, groups: groups)
    }
}
