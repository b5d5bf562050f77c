import Testing

/// The simulation is worth what it finds: each fault that is built in on purpose breaks the invariant that guards against
/// it within a few seeds.
@Suite struct PlantedBugTests {
    /// Seeds within which a planted bug must show.
    static let patience: UInt64 = 30

    /// The invariant that guards against each.
    static let guards: [PlantedBug: Set<Invariant>] = [
        .checkpointBeforeData: [.signedIsDurable],
        .skippedProof: [.replicaIsPrefix],
        .lostSync: [.acknowledgedIsKept],
        .policyAtTheReaderOnly: [.nothingUngrantedLeaves],
        .restrictedTextInCommonLane: [.nothingUngrantedStands, .nothingUngrantedLeaves],
    ]

    @Test(arguments: PlantedBug.allCases)
    func `a planted bug breaks its invariant within a few seeds`(bug: PlantedBug) async throws {
        for seed in 1...PlantedBugTests.patience {
            let world = try World(seed: seed, planted: bug)
            // A bug may break other invariants too, earlier or in other seeds.
            guard let broken = try await Seeds.broken(world),
                PlantedBugTests.guards[bug]?.contains(broken.invariant) == true
            else { continue }
            print("\(bug) at seed \(seed), step \(world.step): \(broken)")
            return
        }
        Issue.record("\(PlantedBugTests.patience) seeds have not found \(bug)")
    }
}
