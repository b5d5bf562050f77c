/// What other moves of gates would do than those of a plan: every future by the exact model, what follows planned anew for whole gates.
public struct ReleaseTrial: Hashable, Sendable {
    /// A gate moved.
    public struct Move: Hashable, Sendable {
        /// Place of the plant in ``PlannedCascade/plants``.
        public let plant: Int
        /// The step at whose beginning it moves; beyond the shared steps it changes nothing.
        public let step: Int
        /// Whether one more is opened; otherwise one is closed.
        public let opens: Bool

        /// Makes a move.
        public init(plant: Int, step: Int, opens: Bool) {
            self.plant = plant
            self.step = step
            self.opens = opens
        }
    }

    /// A plant.
    public struct Plant: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// m: the highest level of each future.
        public let highest: ReleaseAdvice.Band
        /// m3/s: the largest release of each future in the shared steps.
        public let largest: ReleaseAdvice.Band
        /// m by which the worst future misses the highest or the lowest level; 0 where none does.
        public let missed: Double
    }

    /// The plants, in the order of the cascade.
    public let plants: [Plant]
    /// Highest flows at the towns, m3/s, in the order of the cascade.
    public let peaks: [ReleaseAdvice.Band]
    /// The moves, by plant and step.
    public let moves: [Move]

    /// Tries moves in the place of those of a plan.
    public init(
        _ moves: [Move], in plan: CascadePlan, of cascade: PlannedCascade,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        let sorted = moves.filter {
            cascade.plants.indices.contains($0.plant) && (0..<cascade.sharedSteps).contains($0.step)
        }
        .sorted { ($0.plant, $0.step, $0.opens ? 0 : 1) < ($1.plant, $1.step, $1.opens ? 0 : 1) }
        let gates = cascade.plants.indices.map { place in
            sorted.filter { $0.plant == place }.map { GatePlan.Move(step: $0.step, gate: 0, opens: $0.opens) }
        }
        self.init(CascadePlanner(cascade, loop: loop).whatIf(gates, in: plan), of: cascade, moves: sorted)
    }

    private init(_ replay: CascadeReplay, of cascade: PlannedCascade, moves: [Move]) {
        let violations = replay.violations(of: cascade, tolerance: CascadePlanner.levelTolerance)
        plants = cascade.plants.enumerated().map { place, plant in
            let tracks = replay.tracks.map { $0[place] }
            return Plant(
                id: plant.id, highest: .init(of: tracks.map { max(plant.level, $0.levels.max() ?? plant.level) }),
                largest: .init(of: tracks.map { $0.releases.prefix(cascade.sharedSteps).max() ?? 0 }),
                missed: violations.filter { $0.plant == place }.map(\.amount).max() ?? 0)
        }
        peaks = cascade.towns.indices.map { .init(of: replay.peaks(ofTown: $0)) }
        self.moves = moves
    }

    /// A trial beside what the plan does, judged alike.
    public struct Comparison: Hashable, Sendable {
        /// What the plan's own moves do.
        public let planned: ReleaseTrial
        /// What the others would do.
        public let tried: ReleaseTrial

        /// Tries moves.
        public init(
            _ moves: [Move], in plan: CascadePlan, of cascade: PlannedCascade,
            loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
        ) {
            planned = ReleaseTrial(plan.replay, of: cascade, moves: ReleaseTrial.moves(of: plan))
            tried = ReleaseTrial(moves, in: plan, of: cascade, loop: loop)
        }
    }

    /// The moves of a plan, as a trial has them.
    public static func moves(of plan: CascadePlan) -> [Move] {
        plan.moves.enumerated().flatMap { place, moves in
            moves.map { Move(plant: place, step: $0.step, opens: $0.opens) }
        }
    }
}
