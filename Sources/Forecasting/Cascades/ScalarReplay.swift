import River

/// One future, one plant after the other, by the scalar pool: where orders are made while the water runs.
struct ScalarReplay {
    let basis: ReplayBasis
    let member: Int
    private(set) var tracks: [CascadeReplay.Track]
    private var states: [PoolStepper.State]

    private var cascade: PlannedCascade { basis.cascade }

    init(_ basis: ReplayBasis, member: Int) {
        self.basis = basis
        self.member = member
        let empty = CascadeReplay.Track(
            levels: [], storages: [], turbines: [], spill: [], open: [], inflow: [], evaporated: 0)
        tracks = basis.cascade.plants.map { _ in empty }
        states = basis.cascade.plants.map { PoolStepper.State(storage: $0.dam.table.storage(atLevel: $0.level)) }
    }

    /// m3 of a plant at present.
    func storage(_ place: Int) -> Double { states[place].storage }

    /// m of a plant at present.
    func level(_ place: Int) -> Double { cascade.plants[place].dam.table.level(atStorage: states[place].storage) }

    /// What comes to a plant in a step; those above it have released by then.
    func inflow(_ place: Int, step: Int) -> Double {
        cascade.members[member].toPlants[place][step]
            + basis.arriving(at: .plant(place), step: step) { release($0, $1) }
    }

    /// What a plant has released in a step.
    func release(_ place: Int, _ step: Int) -> Double { tracks[place].turbines[step] + tracks[place].spill[step] }

    /// Runs a plant through its next step.
    mutating func advance(_ place: Int, order: DamOrder) {
        let step = tracks[place].levels.count
        let inflow = inflow(place, step: step)
        let stepper = basis.steppers[place]
        let before = states[place]
        for _ in 0..<cascade.replaySteps { stepper.advance(&states[place], inflow: inflow, order: order) }
        let (after, span) = (states[place], Double(cascade.step))
        tracks[place].levels.append(level(place))
        tracks[place].storages.append(after.storage)
        tracks[place].turbines.append((after.turbineVolume - before.turbineVolume) / span)
        tracks[place].spill.append((after.spillVolume - before.spillVolume) / span)
        tracks[place].open.append(order.open)
        tracks[place].inflow.append(inflow)
        tracks[place].evaporated = after.evaporationVolume
    }

    /// Flow at the towns: [town][step].
    var flows: [[Double]] {
        cascade.towns.indices.map { basis.flows(toTown: $0, member: member, releases: tracks.map(\.releases)) }
    }
}
