public import River

/// What orders do: every dam by its exact model, every future, water carried on by the kernels of the reaches.
///
/// Steps of at most 300 s inside each step of the plan. Four futures run side by side in the lanes of one SIMD value; the
/// answer is that of four scalar runs, bit by bit, whatever the number of threads.
public struct CascadeReplay: Hashable, Sendable {
    /// A plant in one future.
    public struct Track: Hashable, Sendable {
        /// m at the end of every step.
        public var levels: [Double]
        /// m3 at the end of every step.
        public var storages: [Double]
        /// Mean flow through the turbines, m3/s.
        public var turbines: [Double]
        /// Mean flow through gates and over the overflow, m3/s.
        public var spill: [Double]
        /// Gates open.
        public var open: [Double]
        /// Mean inflow with what came from above, m3/s.
        public var inflow: [Double]
        /// m3 that evaporated in all.
        public var evaporated: Double

        /// Mean release, m3/s.
        public var releases: [Double] { zip(turbines, spill).map { $0 + $1 } }
    }

    /// [member][plant]
    public let tracks: [[Track]]
    /// Flow at the towns, m3/s: [member][town][step]
    public let flows: [[[Double]]]

    /// The highest flow at a town in every member.
    public func peaks(ofTown town: Int) -> [Double] { flows.map { $0[town].max() ?? 0 } }

    /// Replays orders.
    ///
    /// - Parameters:
    ///   - cascade: without a fault.
    ///   - orders: [member][plant][step]; or those of one member, which then hold in all.
    ///   - loop: how bodies of independent indices are run.
    public init(
        _ cascade: PlannedCascade, orders: [[[DamOrder]]],
        loop: ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        let lanes = PoolLanes.Lanes.scalarCount
        let groups = (cascade.members.count + lanes - 1) / lanes
        let basis = ReplayBasis(cascade)
        let parts = concurrentMap(groups, loop: loop) { group in
            LaneReplay(cascade, basis, orders: orders, first: group * lanes).run()
        }
        tracks = parts.flatMap { $0 }
        let tracks = self.tracks
        flows = cascade.members.indices.map { member in
            cascade.towns.indices.map { town in
                basis.flows(toTown: town, member: member, releases: tracks[member].map(\.releases))
            }
        }
    }

    init(tracks: [[Track]], flows: [[[Double]]]) {
        self.tracks = tracks
        self.flows = flows
    }
}

/// What every replay of a cascade needs: steppers, order of the plants, kernels.
struct ReplayBasis: Sendable {
    let cascade: PlannedCascade
    let steppers: [PoolStepper]
    let upstreamFirst: [Int]

    init(_ cascade: PlannedCascade) {
        self.cascade = cascade
        steppers = cascade.plants.compactMap { cascade.stepper(of: $0) }
        precondition(steppers.count == cascade.plants.count, "the cascade has a fault")
        upstreamFirst = cascade.upstreamFirst
    }

    /// What arrives somewhere from above in a step: each term of each reach in its order.
    func arriving(at destination: PlannedCascade.Destination, step: Int, releases: (Int, Int) -> Double) -> Double {
        var flow = 0.0
        for reach in cascade.reaches where reach.to == destination {
            for term in reach.kernel {
                let release =
                    step < term.lag ? cascade.plants[reach.from].releaseBefore : releases(reach.from, step - term.lag)
                flow += term.weight * release
            }
        }
        return flow
    }

    /// Flow at a town in a member.
    func flows(toTown town: Int, member: Int, releases: [[Double]]) -> [Double] {
        (0..<cascade.steps).map { step in
            cascade.members[member].toTowns[town][step]
                + arriving(at: .town(town), step: step) { releases[$0][$1] }
        }
    }
}

/// Four members side by side.
private struct LaneReplay {
    private typealias Lanes = PoolLanes.Lanes

    private let basis: ReplayBasis
    private let orders: [[[DamOrder]]]
    private let members: [Int]
    private var cascade: PlannedCascade { basis.cascade }

    init(_ cascade: PlannedCascade, _ basis: ReplayBasis, orders: [[[DamOrder]]], first: Int) {
        self.basis = basis
        self.orders = orders
        // lanes without a member repeat the last
        members = (0..<Lanes.scalarCount).map { min(first + $0, cascade.members.count - 1) }
    }

    func run() -> [[CascadeReplay.Track]] {
        let used = Set(members).count
        let count = cascade.steps
        var releases = [[Lanes]](repeating: [], count: cascade.plants.count)
        let empty = CascadeReplay.Track(
            levels: [], storages: [], turbines: [], spill: [], open: [], inflow: [], evaporated: 0)
        var tracks = [[CascadeReplay.Track]](
            repeating: Array(repeating: empty, count: cascade.plants.count), count: used)
        for place in basis.upstreamFirst {
            let stepper = basis.steppers[place]
            let start = cascade.plants[place].dam.table.storage(atLevel: cascade.plants[place].level)
            var pool = PoolLanes(stepper, storage: Lanes(repeating: start))
            let span = Double(cascade.step)
            var kept = [(levels: Lanes, storages: Lanes, turbines: Lanes, spill: Lanes, inflow: Lanes)]()
            kept.reserveCapacity(count)
            let inflows = arrivals(at: place, releases)
            for step in 0..<count {
                var (open, release) = (Lanes(repeating: 0), Lanes(repeating: 0))
                for (lane, member) in members.enumerated() {
                    let order = orders[orders.count == 1 ? 0 : member][place][step]
                    open[lane] = order.open
                    release[lane] = order.release
                }
                let before = (pool.turbineVolume, pool.spillVolume)
                pool.advance(steps: cascade.replaySteps, inflow: inflows[step], open: open, release: release)
                let turbines = (pool.turbineVolume - before.0) / span
                let spill = (pool.spillVolume - before.1) / span
                kept.append((pool.level(), pool.storage, turbines, spill, inflows[step]))
            }
            releases[place] = kept.map { $0.turbines + $0.spill }
            for lane in 0..<used {
                let member = members[lane]
                tracks[lane][place] = CascadeReplay.Track(
                    levels: kept.map { $0.levels[lane] }, storages: kept.map { $0.storages[lane] },
                    turbines: kept.map { $0.turbines[lane] }, spill: kept.map { $0.spill[lane] },
                    open: orders[orders.count == 1 ? 0 : member][place].map(\.open),
                    inflow: kept.map { $0.inflow[lane] }, evaporated: pool.evaporationVolume[lane])
            }
        }
        return tracks
    }

    /// Inflow of a plant with what comes from above, in the order of ``ReplayBasis/arriving(at:step:releases:)``.
    private func arrivals(at place: Int, _ releases: [[Lanes]]) -> [Lanes] {
        let reaches = cascade.reaches.filter { $0.to == .plant(place) }
        return (0..<cascade.steps).map { step in
            var local = Lanes(repeating: 0)
            for (lane, member) in members.enumerated() { local[lane] = cascade.members[member].toPlants[place][step] }
            var flow = Lanes(repeating: 0)
            for reach in reaches {
                for term in reach.kernel {
                    let release =
                        step < term.lag
                        ? Lanes(repeating: cascade.plants[reach.from].releaseBefore)
                        : releases[reach.from][step - term.lag]
                    flow += term.weight * release
                }
            }
            return local + flow
        }
    }
}
