import River

/// Orders for whole gates that release what a schedule wants, for the first steps alike in all futures.
///
/// The steps that all futures share get one plan of gates (``GatePlan``), made with the levels that the schedule expects on
/// the mean. After them every future is followed by itself: a day at a time, the water runs by the exact model, what it has
/// come to miss of the schedule's storage is asked for in the next day, and gates are planned again.
struct GateOrders {
    /// Steps in which a missed storage is made up for.
    private static let correctionSteps = 24

    private let basis: ReplayBasis
    private let schedule: ReleaseSchedule
    /// [scenario][reservoir][step], hm3
    private let storages: [[[Double]]]
    private let sharedGates: [GatePlan?]
    /// Gates open in the shared steps as the plan has them, and as they are ordered: [plant][step].
    private let plannedOpen, sharedOpen: [[Int]]
    private var cascade: PlannedCascade { basis.cascade }

    /// - Parameter open: gates open in the shared steps, [plant][step], where somebody wants them otherwise; turbines then go on as
    ///   planned, and the release is more or less by what the gates pass.
    init(_ basis: ReplayBasis, plan: ReleasePlan, sharedOpen open: [[Int]]? = nil) {
        self.basis = basis
        schedule = plan.schedule
        storages = plan.review.storages
        sharedGates = basis.cascade.plants.indices.map { GateOrders.sharedPlan($0, basis.cascade, plan) }
        plannedOpen = sharedGates.map { gates in
            (0..<basis.cascade.sharedSteps).map { gates?.open[$0] ?? 0 }
        }
        sharedOpen = open ?? plannedOpen
    }

    /// The moves of the steps that all futures share; nil for a plant without gates.
    func sharedMoves(_ place: Int) -> [GatePlan.Move] {
        (sharedGates[place]?.moves ?? []).filter { $0.step < cascade.sharedSteps }
    }

    /// One plan of gates over the whole time on the mean of the futures, of which the shared steps are taken.
    private static func sharedPlan(_ place: Int, _ cascade: PlannedCascade, _ plan: ReleasePlan) -> GatePlan? {
        let plant = cascade.plants[place]
        guard let gates = plant.dam.gates else { return nil }
        let count = Double(cascade.members.count)
        var mean = (storage: [Double](repeating: 0, count: cascade.steps), turbine: [Double](), spill: [Double]())
        (mean.turbine, mean.spill) = (mean.storage, mean.storage)
        for member in cascade.members.indices {
            let flows = plan.schedule.wholeFlows(place, scenario: member)
            for step in 0..<cascade.steps {
                mean.storage[step] += plan.review.storages[member][place][step] / count
                mean.turbine[step] += flows.turbine[step] / count
                mean.spill[step] += flows.spill[step] / count
            }
        }
        let start = cascade.programStorage(plant, atLevel: plant.level)
        let levels = ([start] + mean.storage.dropLast()).map {
            plant.dam.table.level(atStorage: $0 * PlannedCascade.storageUnit)
        }
        return GatePlan(
            wish(
                plant, cascade, levels: levels, release: zip(mean.turbine, mean.spill).map { $0 + $1 },
                open: plant.gatesOpen, sinceMove: plant.sinceMove, notice: plant.notice, announced: plant.announced),
            of: gates)
    }

    /// A wish for gates from a total release in the units of the program.
    private static func wish(
        _ plant: PlannedCascade.Plant, _ cascade: PlannedCascade, levels: [Double], release: [Double], open: Int,
        sinceMove: Int64, notice: Int64, announced: [Int] = []
    ) -> GatePlan.Wish {
        let capacity = levels.map { plant.dam.turbineCapacity(atLevel: $0) }
        let total = release.map { max(0, $0 * PlannedCascade.flowUnit) }
        let turbines = zip(total, capacity).map { min($0, $1) }
        let free = levels.map { plant.dam.overflow?.discharge(atLevel: $0) ?? 0 }
        let gates = total.indices.map { max(0, total[$0] - turbines[$0] - free[$0]) }
        // a move is worth a tenth of a gate for an hour
        let gate = plant.dam.gates?.discharge(atLevel: plant.level, open: 1) ?? 0
        var wish = GatePlan.Wish(
            levels: levels, discharge: gates, open: open, step: cascade.step, sinceMove: sinceMove, notice: notice,
            moveCost: 0.01 * gate * gate)
        wish.announced = announced
        wish.turbines = turbines
        wish.turbineCapacity = capacity
        return wish
    }

    /// The orders of a future: [plant][step].
    func orders(ofMember member: Int) -> [[DamOrder]] {
        var run = ScalarReplay(basis, member: member)
        var all = [[DamOrder]](repeating: [], count: cascade.plants.count)
        for place in basis.upstreamFirst { all[place] = follow(place, member, &run) }
        return all
    }

    /// Runs one plant through the whole time.
    private func follow(_ place: Int, _ member: Int, _ run: inout ScalarReplay) -> [DamOrder] {
        let plant = cascade.plants[place]
        let flows = schedule.wholeFlows(place, scenario: member)
        let wanted = zip(flows.turbine, flows.spill).map { $0 + $1 }
        let planned = storages[member][place]
        var orders: [DamOrder] = []
        var gates = GateState(open: plant.gatesOpen, sinceMove: plant.sinceMove)
        func carryOut(_ release: Double, open: Int) {
            gates.advance(to: open, step: cascade.step)
            let order = DamOrder(open: Double(open), release: max(0, release * PlannedCascade.flowUnit))
            orders.append(order)
            run.advance(place, order: order)
        }
        for step in 0..<cascade.sharedSteps {
            let (open, planned) = (sharedOpen[place][step], plannedOpen[place][step])
            var more = 0.0
            if open != planned, let gates = plant.dam.gates {
                let level = plant.dam.table.level(atStorage: run.storage(place))
                more =
                    gates.discharge(atLevel: level, open: Double(open))
                    - gates.discharge(atLevel: level, open: Double(planned))
            }
            carryOut(wanted[step] + more / PlannedCascade.flowUnit, open: open)
        }
        while orders.count < cascade.steps {
            let first = orders.count
            let drift =
                first == 0
                ? 0 : run.storage(place) / PlannedCascade.storageUnit - planned[first - 1]
            let extra = drift / cascade.storagePerFlowStep / Double(GateOrders.correctionSteps)
            let ahead = first..<min(cascade.steps, first + 2 * GateOrders.correctionSteps)
            let release = ahead.map { wanted[$0] + ($0 < first + GateOrders.correctionSteps ? extra : 0) }
            let levels = ahead.map { step in
                let storage = step == 0 ? run.storage(place) / PlannedCascade.storageUnit : planned[step - 1] + drift
                return plant.dam.table.level(atStorage: storage * PlannedCascade.storageUnit)
            }
            let open = plant.dam.gates.map {
                GatePlan(
                    GateOrders.wish(
                        plant, cascade, levels: levels, release: release, open: gates.open,
                        sinceMove: gates.sinceMove, notice: 0), of: $0
                ).open
            }
            for place in 0..<min(GateOrders.correctionSteps, ahead.count) {
                carryOut(release[place], open: open?[place] ?? 0)
            }
        }
        return orders
    }
}

/// Gates as they stand, and how long.
struct GateState {
    var open: Int
    /// s, `.max` where nobody knows of a move.
    var sinceMove: Int64

    /// Stands so during one step.
    mutating func advance(to next: Int, step: Int64) {
        if next != open { sinceMove = 0 }
        open = next
        sinceMove = sinceMove > .max - step ? .max : sinceMove + step
    }
}
