import Foundation
import River
import Series
import TestKit
import Testing

@testable import Forecasting

@Suite struct CascadePlannerTests {
    private func kept(_ plan: CascadePlan, _ cascade: PlannedCascade) {
        for tracks in plan.replay.tracks {
            for (track, plant) in zip(tracks, cascade.plants) {
                #expect(track.levels.allSatisfy { $0 >= plant.lowest - 0.02 && $0 <= plant.highest + 0.02 })
            }
        }
    }

    @Test(arguments: [1, 2, 5, 9])
    func `lanes replay what one future after the other would, to the bit`(members: Int) throws {
        let cascade = try MadePlants.cascade(members: members, seed: 7)
        #expect(cascade.fault == nil)
        let rules = CascadeRuleRun(cascade)
        #expect(CascadeReplay(cascade, orders: rules.orders) == rules.replay)
    }

    @Test func `a plan beats the rules, keeps its levels in the exact model and shares its first orders`() throws {
        let cascade = try MadePlants.cascade(members: 3, seed: 1)
        let plan = CascadePlanner(cascade).plan()
        #expect(plan.reason == nil)
        #expect(plan.gain > 0)
        kept(plan, cascade)
        for place in cascade.plants.indices {
            let first = plan.orders[0][place].prefix(cascade.sharedSteps)
            #expect(plan.orders.allSatisfy { $0[place].prefix(cascade.sharedSteps) == first })
            #expect(plan.moves[place].allSatisfy { $0.step >= 4 }, "nothing moves before the notice time")
            for orders in plan.orders {
                let open = [Double(cascade.plants[place].gatesOpen)] + orders[place].map(\.open)
                let moves = (1..<open.count).filter { open[$0] != open[$0 - 1] }
                #expect(zip(open, open.dropFirst()).allSatisfy { ($1 - $0).magnitude <= 1 }, "one gate at a time")
                #expect(zip(moves, moves.dropFirst()).allSatisfy { $1 - $0 >= 2 }, "with its spacing")
            }
        }
        #expect(CascadeReplay(cascade, orders: plan.orders) == plan.replay)
    }

    @Test func `a plan goes above the level of safety only where water cannot leave, whatever it does to the town`()
        throws
    {
        var cascade = try MadePlants.cascade(members: 2, seed: 1, plants: 1)
        func highest(_ cascade: PlannedCascade) -> Double {
            CascadePlanner(cascade).plan().replay.tracks.flatMap { $0[0].levels }.max() ?? 0
        }
        let free = highest(cascade)
        let safe = cascade.plants[0].level + 0.5 * (free - cascade.plants[0].level)
        #expect(safe < free - 0.2, "without the level of safety the plan stores more")
        cascade.plants[0].safe = safe
        #expect(cascade.plants[0].full == safe)
        let plan = CascadePlanner(cascade).plan()
        #expect(highest(cascade) <= safe + 0.05)
        #expect(plan.cost.cost(.safety) < 0.01 * plan.cost.cost(.towns))
        let reasons = AdviceMaker(cascade, questions: .none).advice().reasons
        #expect(reasons.contains { $0.code == .safeLevel && $0.value == safe })
        var other = cascade
        other.objectives.order = [.towns, .season, .changes, .end]
        #expect(highest(other) > safe + 0.1, "a class that is left out does not count")
    }

    @Test func `one future that no dam could hold does not take the plan away from the others`() throws {
        var cascade = try MadePlants.cascade(members: 2, seed: 1, plants: 1)
        cascade.members[1].toPlants[0] = cascade.members[1].toPlants[0].map { 6 * $0 }
        let hard = CascadePlanner(cascade).plan()
        #expect(hard.reason != nil && hard.reason != .rulesCostLess, "the highest level cannot be kept there")
        cascade.plants[0].safe = cascade.plants[0].highest - 1
        let plan = CascadePlanner(cascade).plan()
        #expect(plan.reason == nil || plan.reason == .rulesCostLess)
        let top = { (replay: CascadeReplay, member: Int) in replay.tracks[member][0].levels.max() ?? 0 }
        #expect(top(plan.replay, 1) <= top(plan.rules.replay, 1) + 0.05)
        #expect(top(plan.replay, 0) <= cascade.plants[0].highest + 0.02)
    }

    @Test func `what the exact model misses moves the limits in, and the program is solved again`() throws {
        // the flood fills the dam to its highest level: half a gate too little is a miss
        let cascade = try MadePlants.cascade(members: 2, seed: 4, flood: 1.5, highest: 108, spacing: 6 * 3600)
        let plan = CascadePlanner(cascade).plan()
        withKnownIssue("no made cascade is known whose first plan misses a limit in the exact model") {
            #expect(plan.rounds.count > 1)
            #expect(plan.rounds[0].missed.contains { $0.limit == .storageMax })
        }
        #expect(plan.rounds.count <= CascadePlanner.mostRounds)
        if plan.reason == nil { kept(plan, cascade) } else { #expect(plan.replay == plan.rules.replay) }
        for (place, round) in plan.rounds.enumerated().dropFirst() {
            guard let before = plan.rounds[place - 1].objective, let now = round.objective else { continue }
            #expect(now >= before * (1 - 1e-5), "tighter limits never cost less")
        }
    }

    @Test func `where no plan keeps the limits the rules are shown with the conflict`() throws {
        var cascade = try MadePlants.cascade(members: 2, seed: 2, flood: 3, highest: 102)
        cascade.plants[1].rampMax = 50
        let plan = CascadePlanner(cascade).plan()
        guard case .conflict(let limits) = plan.reason else {
            Issue.record("\(String(describing: plan.reason))")
            return
        }
        #expect(!limits.isEmpty)
        #expect(plan.replay == plan.rules.replay)
        #expect(plan.plan == nil)
        #expect(plan.gain == 0)
    }

    @Test(arguments: [UInt64](1...(isSoak ? 60 : 4)))
    func `whatever comes, levels and flows are numbers and the rounds are bounded`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let cascade = try MadePlants.cascade(
            members: 1 + Int(generator.next(below: 3)), steps: 16 + Int(generator.next(below: 24)), seed: seed,
            plants: 2 + Int(generator.next(below: 2)), flood: 4 * generator.nextUnit(),
            highest: 102 + 16 * generator.nextUnit())
        let plan = CascadePlanner(cascade).plan()
        #expect(plan.rounds.count <= CascadePlanner.mostRounds)
        #expect(plan.cost.total.isFinite && plan.rulesCost.total.isFinite)
        #expect(plan.replay.flows.joined().joined().allSatisfy { $0.isFinite })
        for (member, tracks) in plan.replay.tracks.enumerated() {
            for (place, track) in tracks.enumerated() {
                let table = cascade.plants[place].dam.table
                let start = table.storage(atLevel: cascade.plants[place].level)
                let came = track.inflow.reduce(0, +) * 3600
                let left = track.releases.reduce(0, +) * 3600 + track.evaporated
                let end = try #require(track.storages.last)
                #expect((end - start - came + left).magnitude <= 1e-9 * max(came, start), "\(member) \(place)")
            }
        }
    }

    @Test func `a cascade with a fault says so`() throws {
        var cascade = try MadePlants.cascade(members: 2, seed: 1)
        cascade.plants[0].notice = 48 * 3600
        #expect(cascade.fault == "dam-0: the notice time is longer than the shared steps")
        cascade = try MadePlants.cascade(members: 2, seed: 1)
        cascade.plants[1].level = .nan
        #expect(cascade.fault == "dam-1: a level is no number of metres")
        cascade = try MadePlants.cascade(members: 2, seed: 1)
        cascade.members[1].toTowns[0][3] = .infinity
        #expect(cascade.fault == "an inflow is no number")
    }

    /// Whether the long loops are run.
    private static let isSoak = ProcessInfo.processInfo.environment["RIPARIAN_SOAK"] != nil
}
