import Accord
import Forecasting
import Foundation
import River
import Series

/// What other gate hours would do: four dams in the places of RB4-240, 51 members over ten days, every pool in steps of 5 minutes.
///
/// The value is the replay of given orders; among the details stands the whole answer to a changed hour, for which the gates of every
/// member are planned anew.
struct ReplayBench: Benchmark {
    private let cascade: PlannedCascade
    private let plan: CascadePlan
    private let moves: [ReleaseTrial.Move]
    private let threads: Int

    init(members: Int, threads: Int) throws {
        cascade = try ReplayBench.fourDams(members: members)
        self.threads = threads
        plan = CascadePlanner(cascade, loop: parallelLoop(threads)).plan()
        // one gate later than planned, everywhere
        moves = ReleaseTrial.moves(of: plan).map { .init(plant: $0.plant, step: $0.step + 1, opens: $0.opens) }
    }

    var unit: String { "ms" }
    var size: String {
        "\(cascade.members.count) members, 4 dams, \(cascade.steps) h in steps of 300 s, "
            + "\(threads == 0 ? "all" : "\(threads)") threads"
    }

    func run() throws -> BenchSample {
        let processor = ProcessUse.processorSeconds
        let begin = ContinuousClock.now
        let replay = CascadeReplay(cascade, orders: plan.orders, loop: parallelLoop(threads))
        let wall = (ContinuousClock.now - begin).inSeconds
        let spent = ProcessUse.processorSeconds - processor
        let asked = ContinuousClock.now
        let tried = ReleaseTrial(moves, in: plan, of: cascade, loop: parallelLoop(threads))
        let whole = (ContinuousClock.now - asked).inSeconds
        return BenchSample(
            value: wall * 1000,
            checksum: replay.peaks(ofTown: 0).reduce(0, +) + tried.peaks[0].middle,
            details: [
                "cpu_ms": spent * 1000, "what_if_ms": whole * 1000, "by_rules": plan.reason == nil ? 0 : 1,
            ])
    }

    /// Dams with the room, the turbines and the inflow of RB4-240.
    private static func fourDams(members: Int) throws -> PlannedCascade {
        let problem = PlanBench.fourReservoirs(scenarios: members)
        let party = PartyID("party")!  // a valid id
        let plants = try problem.reservoirs.map { try plant($0, party: party) }
        return PlannedCascade(
            start: Instant(secondsSinceEpoch: 1_725_840_000), steps: problem.steps, sharedSteps: problem.sharedSteps,
            plants: plants, towns: [.init(id: problem.controlPoint, party: party, alarms: [10_000])],
            reaches: problem.links.map { link in
                let to: PlannedCascade.Destination =
                    if case .reservoir(let place) = link.to { .plant(place) } else { .town(0) }
                return .init(from: link.from, to: to, kernel: link.kernel)
            },
            members: problem.scenarios.map { scenario in
                .init(
                    toPlants: scenario.inflow.map { $0.map { 1000 * $0 } },
                    toTowns: [scenario.controlInflow.map { 1000 * $0 }])
            })
    }

    /// A pool of 60 m with vertical walls, eight gates at its bottom and two turbines' worth of its capacity.
    private static func plant(_ reservoir: ReleaseProblem.Reservoir, party: PartyID) throws -> PlannedCascade.Plant {
        let area = reservoir.storageMax * 1e6 / 60
        let level = { (storage: Double) in 100 + storage * 1e6 / area }
        guard let table = StorageTable(area: area, from: 100, to: 180),
            let gates = GateGroup(
                id: "gates", count: 8,
                rating: .underflow(sill: 95, width: 8, height: 9, weir: 1.7, contraction: 0.61), leastSpacing: 7200),
            let turbines = RatingTable(inputs: [100], outputs: [1000 * reservoir.turbineMax]),
            let dam = Dam(table: table, gates: gates, turbines: turbines)
        else { throw CommandRefusal(.ours, "a dam of the benchmark cannot be made - please report it") }
        let full = CharacteristicLevel(
            kind: .normal, level: level(reservoir.storageMax), article: "made", quality: .estimated, source: "made")
        return PlannedCascade.Plant(
            id: reservoir.id, party: party, dam: dam, rules: OperatingRules(levels: [full]),
            level: level(reservoir.storageStart), releaseBefore: 1000 * reservoir.releaseBefore,
            lowest: level(reservoir.storageMin), season: level(reservoir.storageFlood),
            highest: level(reservoir.storageMax) + 5, target: level(reservoir.storageTarget),
            rampMax: 1000 * reservoir.rampMax, notice: 4 * 3600)
    }
}
