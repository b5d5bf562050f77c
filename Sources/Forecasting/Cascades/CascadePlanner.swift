import River

/// Plans a cascade, makes orders for whole gates, replays every future by the exact model, and plans again with limits moved
/// in where the replay did not keep them.
///
/// At most ``mostRounds`` rounds. What is then still missed, a conflict of limits, or an answer that was not proven, ends
/// with the rules and the reason. Only replayed levels leave this.
public struct CascadePlanner {
    /// Rounds of planning and replay at most.
    public static let mostRounds = 6
    /// m by which a replayed level may miss a limit.
    public static let levelTolerance = 0.02
    /// Steps to either side to which a miss moves a limit.
    private static let reach = 12

    private let cascade: PlannedCascade
    private let loop: ParallelLoop

    /// Makes a planner for a cascade in which ``PlannedCascade/fault`` finds nothing.
    public init(
        _ cascade: PlannedCascade,
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        self.cascade = cascade
        self.loop = loop
    }

    /// The answer; the same for the same cascade, whatever the loop.
    public func plan() -> CascadePlan {
        let rules = CascadeRuleRun(cascade, loop: loop)
        let relieved = cascade.relieved(by: rules)
        return CascadePlanner(relieved, loop: loop).plan(relieved.problem, beside: rules)
    }

    /// The answer to a program of the cascade, whose limits may be tighter than its own, beside the rules.
    ///
    /// - Parameter mayBeRules: whether the rules are the answer where they keep all levels and cost less: they see each future come,
    ///   while the plan has one order for all in the shared steps.
    func plan(
        _ given: ReleaseProblem, beside rules: CascadeRuleRun, mayBeRules: Bool = true
    ) -> CascadePlan {
        var problem = given
        var rounds: [CascadePlan.Round] = []
        let basis = ReplayBasis(cascade)
        let rulesCost = ReplayCost(rules.replay, of: cascade)
        func byRules(_ reason: CascadePlan.Reason) -> CascadePlan {
            CascadePlan(
                plan: nil, orders: rules.orders, replay: rules.replay,
                moves: cascade.plants.indices.map { cascade.commonMoves(rules.orders, plant: $0) }, cost: rulesCost,
                rules: rules, rulesCost: rulesCost, rounds: rounds, reason: reason)
        }
        for _ in 0..<CascadePlanner.mostRounds {
            switch ReleasePlanner(problem, form: .quadratic, loop: loop).plan() {
            case .infeasible(let limits, let iterations):
                rounds.append(.init(iterations: iterations, objective: nil, missed: []))
                return byRules(rounds.count == 1 ? .conflict(limits) : .conflictAfterReplay(limits))
            case .undecided(let iterations):
                rounds.append(.init(iterations: iterations, objective: nil, missed: []))
                return byRules(.undecided(iterations: iterations))
            case .solved(let plan):
                let gates = GateOrders(basis, plan: plan)
                let orders = concurrentMap(cascade.members.count, loop: loop) { gates.orders(ofMember: $0) }
                let replay = CascadeReplay(cascade, orders: orders, loop: loop)
                let missed = replay.violations(of: cascade, tolerance: CascadePlanner.levelTolerance)
                rounds.append(.init(iterations: plan.iterations, objective: plan.objective, missed: missed))
                guard !missed.isEmpty else {
                    let cost = ReplayCost(replay, of: cascade)
                    if mayBeRules, rulesCost.total < cost.total, isKept(rules) { return byRules(.rulesCostLess) }
                    return CascadePlan(
                        plan: plan, orders: orders, replay: replay,
                        moves: cascade.plants.indices.map { gates.sharedMoves($0) }, cost: cost, rules: rules,
                        rulesCost: rulesCost, rounds: rounds, reason: nil)
                }
                tighten(&problem, by: replay)
            }
        }
        let worst = rounds.last?.missed.max { $0.amount < $1.amount }
        return byRules(worst.map { .missed($0) } ?? .undecided(iterations: 0))
    }

    /// Whether the rules keep all levels.
    private func isKept(_ rules: CascadeRuleRun) -> Bool {
        rules.replay.violations(of: cascade, tolerance: CascadePlanner.levelTolerance).isEmpty
    }

    /// Moves the limits of storages in by what was missed, at the steps around it, in all futures.
    private func tighten(_ problem: inout ReleaseProblem, by replay: CascadeReplay) {
        for place in problem.reservoirs.indices {
            let (lowest, highest) = (problem.reservoirs[place].storageMin, problem.reservoirs[place].storageMax)
            var (low, high) = (
                [Double](repeating: 0, count: problem.steps), [Double](repeating: 0, count: problem.steps)
            )
            for tracks in replay.tracks {
                for (step, storage) in tracks[place].storages.enumerated() {
                    let scaled = storage / PlannedCascade.storageUnit
                    low[step] = max(low[step], lowest - scaled)
                    high[step] = max(high[step], scaled - highest)
                }
            }
            func widened(_ misses: [Double], _ before: [Double]) -> [Double] {
                misses.indices.map { step in
                    let around =
                        max(0, step - CascadePlanner.reach)...min(misses.count - 1, step + CascadePlanner.reach)
                    let miss = misses[around].max() ?? 0
                    return ReleaseProblem.Tightening.amount(before, step) + (miss > 0 ? 1.1 * miss : 0)
                }
            }
            let before = problem.reservoirs[place].tightening
            problem.reservoirs[place].tightening.storageMin = widened(low, before.storageMin)
            problem.reservoirs[place].tightening.storageMax = widened(high, before.storageMax)
        }
    }
}

extension CascadePlanner {
    /// What other moves of gates in the shared steps would do: the exact model of every member, the rest of the time planned
    /// anew for whole gates, as the schedule wants it.
    ///
    /// - Parameters:
    ///   - moves: of each plant, in the order of their steps; a plan's own are ``CascadePlan/moves``. A move to a number of
    ///     gates that the plant does not have changes nothing.
    ///   - plan: the plan that is changed.
    public func whatIf(_ moves: [[GatePlan.Move]], in plan: CascadePlan) -> CascadeReplay {
        let open = cascade.plants.indices.map { place -> [Int] in
            let most = cascade.plants[place].dam.gates?.count ?? 0
            let own = moves.indices.contains(place) ? moves[place] : []
            var now = min(cascade.plants[place].gatesOpen, most)
            return (0..<cascade.sharedSteps).map { step in
                for move in own where move.step == step { now = max(0, min(most, now + (move.opens ? 1 : -1))) }
                return now
            }
        }
        var orders = plan.orders
        if let solved = plan.plan {
            let gates = GateOrders(ReplayBasis(cascade), plan: solved, sharedOpen: open)
            orders = concurrentMap(cascade.members.count, loop: loop) { gates.orders(ofMember: $0) }
        } else {
            for member in orders.indices {
                for place in cascade.plants.indices {
                    for step in 0..<cascade.sharedSteps { orders[member][place][step].open = Double(open[place][step]) }
                }
            }
        }
        return CascadeReplay(cascade, orders: orders, loop: loop)
    }
}

extension PlannedCascade {
    /// The cascade in which no level counts as missed to which the rules alone let water rise in some future: where a flood is more
    /// than a dam can hold, a plan is still better than none. Only of dams whose level of safety is known, above which a plan
    /// stores no water of its own accord.
    func relieved(by rules: CascadeRuleRun) -> PlannedCascade {
        var cascade = self
        for place in plants.indices where plants[place].safe != nil {
            let top = rules.replay.tracks.reduce(plants[place].highest) { top, tracks in
                tracks[place].levels.reduce(top, max)
            }
            if top > plants[place].highest { cascade.plants[place].highest = top + CascadePlanner.levelTolerance }
        }
        return cascade
    }

    /// The moves of gates in the shared steps that all futures have in common from the start on.
    func commonMoves(_ orders: [[[DamOrder]]], plant: Int) -> [GatePlan.Move] {
        guard let gates = plants[plant].dam.gates, let first = orders.first else { return [] }
        var open = min(plants[plant].gatesOpen, gates.count)
        var moves: [GatePlan.Move] = []
        for step in 0..<sharedSteps {
            let next = Int(first[plant][step].open)
            guard orders.allSatisfy({ Int($0[plant][step].open) == next }) else { break }
            for count in stride(from: open, to: next, by: next > open ? 1 : -1) {
                moves.append(.init(step: step, gate: gates.order[next > open ? count : count - 1], opens: next > open))
            }
            open = next
        }
        return moves
    }
}
