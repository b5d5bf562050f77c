import Testing

/// The simulation is worth what it finds: each fault that is built in on purpose breaks the invariant that guards against
/// it within a few seeds.
@Suite struct PlantedBugTests {
    /// Seeds within which a planted bug must show.
    static let patience: UInt64 = 30

    static let broken: [PlantedBug: Set<Invariant>] = [
        .checkpointBeforeData: [.signedIsDurable],
        .skippedProof: [.replicaIsPrefix],
        .lostSync: [.acknowledgedIsKept, .signedIsDurable],
        .policyAtTheReaderOnly: [.nothingUngrantedLeaves],
        .restrictedTextInCommonLane: [.nothingUngrantedStands],
    ]

    @Test(arguments: PlantedBug.allCases)
    func `a planted bug breaks its invariant within a few seeds`(bug: PlantedBug) async throws {
        for seed in 1...PlantedBugTests.patience {
            let world = try World(seed: seed, planted: bug)
            guard let broken = try await Seeds.broken(world) else { continue }
            print("\(bug) at seed \(seed), step \(world.step): \(broken)")
            #expect(PlantedBugTests.broken[bug]?.contains(broken.invariant) == true, "\(broken)")
            return
        }
        Issue.record("\(PlantedBugTests.patience) seeds have not found \(bug)")
    }
}
