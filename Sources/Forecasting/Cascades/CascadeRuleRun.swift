public import River
import Series

/// The cascade run by its rules alone, every future: the baseline of a plan, and what is done where there is none.
///
/// Every step the rules of each dam are asked, upstream first. They know the levels, the inflow of the step, and what is
/// expected at the towns: the mean of the futures with the present releases going on. One gate moves at a time with its
/// least spacing, a notice time after it was decided: people below must know before. Turbines follow at once.
public struct CascadeRuleRun: Sendable {
    /// What was decided in a step.
    public struct Decision: Hashable, Sendable {
        /// The rule.
        public let mode: RuleMode
        /// The article behind it; empty where the data quote none.
        public let article: String
        /// m that the rule looks at; nil where none is known.
        public let level: Double?
    }

    /// What it does.
    public let replay: CascadeReplay
    /// [member][plant][step]
    public let orders: [[[DamOrder]]]
    /// [member][plant][step]
    public let decisions: [[[Decision]]]

    /// Runs the rules on a cascade without a fault.
    public init(
        _ cascade: PlannedCascade,
        loop: ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        let basis = ReplayBasis(cascade)
        let outlook = TownOutlook(cascade)
        let runs = concurrentMap(cascade.members.count, loop: loop) { member in
            var run = MemberRules(basis, outlook, member: member)
            for step in 0..<cascade.steps { run.advance(step) }
            return run
        }
        orders = runs.map(\.orders)
        decisions = runs.map(\.decisions)
        replay = CascadeReplay(tracks: runs.map(\.replay.tracks), flows: runs.map(\.replay.flows))
    }
}

/// What is expected at the towns past all plants: the mean of the futures.
private struct TownOutlook: Sendable {
    /// [town][step], m3/s
    let local: [[Double]]

    init(_ cascade: PlannedCascade) {
        let count = Double(max(cascade.members.count, 1))
        local = cascade.towns.indices.map { town in
            (0..<cascade.steps).map { step in
                cascade.members.reduce(0) { $0 + $1.toTowns[town][step] } / count
            }
        }
    }
}

/// One future.
private struct MemberRules: Sendable {
    private let basis: ReplayBasis
    private let outlook: TownOutlook
    private(set) var replay: ScalarReplay
    private(set) var orders: [[DamOrder]]
    private(set) var decisions: [[CascadeRuleRun.Decision]]
    /// Gates open in each step, as far as they have been decided: a notice time ahead.
    private var decided: [[Int]]
    /// Gates as they stand behind that.
    private var gates: [GateState]
    private var held: [DownstreamTrigger?]
    private var highest: [Double]
    private var cascade: PlannedCascade { basis.cascade }

    init(_ basis: ReplayBasis, _ outlook: TownOutlook, member: Int) {
        self.basis = basis
        self.outlook = outlook
        let plants = basis.cascade.plants
        replay = ScalarReplay(basis, member: member)
        orders = plants.map { _ in [] }
        decisions = plants.map { _ in [] }
        decided = plants.map { plant in
            (0..<plant.noticeSteps(of: basis.cascade.step)).map { plant.announcedOpen($0) }
        }
        gates = zip(plants, decided).map { plant, decided in
            var state = GateState(open: min(plant.gatesOpen, plant.dam.gates?.count ?? 0), sinceMove: plant.sinceMove)
            for open in decided { state.advance(to: open, step: basis.cascade.step) }
            return state
        }
        held = plants.map { _ in nil }
        highest = plants.map { _ in 0 }
    }

    mutating func advance(_ step: Int) {
        for place in basis.upstreamFirst {
            let plant = cascade.plants[place]
            let (level, inflow) = (replay.level(place), replay.inflow(place, step: step))
            highest[place] = max(highest[place], inflow)
            let date = cascade.date(ofStep: step)
            let season = plant.rules.seasonLevel(on: date)
            let decision = plant.rules.decide(
                OperatingRules.Situation(
                    date: date, level: level, inflow: inflow, release: release(place, before: step),
                    highestInflow: highest[place],
                    storageAboveSeason: season.map {
                        replay.storage(place) - plant.dam.table.storage(atLevel: $0.level)
                    }, expected: plant.rules.triggers.isEmpty ? [:] : expected(from: step), held: held[place]))
            held[place] = decision.trigger
            let later = gatesOpened(place, for: decision, at: level)
            gates[place].advance(to: later, step: cascade.step)
            decided[place].append(later)
            let order = DamOrder(open: Double(decided[place][step]), release: max(0, decision.release))
            orders[place].append(order)
            decisions[place].append(.init(mode: decision.mode, article: decision.article, level: decision.level))
            replay.advance(place, order: order)
        }
    }

    private func release(_ place: Int, before step: Int) -> Double {
        step == 0 ? cascade.plants[place].releaseBefore : replay.release(place, step - 1)
    }

    private func gatesOpened(_ place: Int, for decision: OperatingRules.Decision, at level: Double) -> Int {
        let (plant, state) = (cascade.plants[place], gates[place])
        guard let group = plant.dam.gates else { return 0 }
        guard state.sinceMove >= group.leastSpacing else { return state.open }
        let beside = plant.dam.turbineCapacity(atLevel: level) + (plant.dam.overflow?.discharge(atLevel: level) ?? 0)
        let wanted =
            decision.release.isFinite
            ? group.nearest(to: max(0, decision.release - beside), atLevel: level, open: state.open) : group.count
        return state.open + (wanted > state.open ? 1 : wanted < state.open ? -1 : 0)
    }

    /// Levels expected at the towns that have a rating, with the present releases going on.
    private func expected(from step: Int) -> [StationID: [OperatingRules.ExpectedLevel]] {
        var result: [StationID: [OperatingRules.ExpectedLevel]] = [:]
        let hours = Double(cascade.step) / 3600
        for (town, known) in cascade.towns.enumerated() {
            guard let rating = known.rating, let station = StationID(known.id) else { continue }
            let ahead = step..<min(cascade.steps, step + max(1, Int((48 / hours).rounded(.up))))
            result[station] = ahead.map { later in
                let above = basis.arriving(at: .town(town), step: later) { place, released in
                    released < min(step, replay.tracks[place].levels.count)
                        ? replay.release(place, released) : release(place, before: step)
                }
                let flow = outlook.local[town][later] + above
                return .init(hours: Double(later - step + 1) * hours, level: rating.value(at: flow))
            }
        }
        return result
    }
}
