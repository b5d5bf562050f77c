extension ReleaseProblem {
    /// Numbers of this size or larger are refused: nothing on a river is so large, and sums of them stay exact enough.
    public static let largestNumber = 1e12
    /// Largest number of steps, reservoirs, scenarios and terms of a kernel.
    public static let mostSteps = 10_000
    /// Largest number of reservoirs.
    public static let mostReservoirs = 64
    /// Largest number of scenarios.
    public static let mostScenarios = 1_000
    /// Largest product of steps, reservoirs and scenarios.
    public static let mostVariables = 2_000_000

    /// What is wrong with the problem in one sentence; nil when it can be planned.
    public var firstFault: String? {
        faultOfSizes ?? faultOfStages ?? faultOfReservoirs ?? faultOfLinks ?? faultOfInflow
    }

    private var faultOfSizes: String? {
        guard (1...Self.mostSteps).contains(steps) else { return "steps must lie in 1...\(Self.mostSteps)" }
        guard (0...steps).contains(sharedSteps) else { return "the shared steps must lie in 0...\(steps)" }
        guard (1...Self.mostReservoirs).contains(reservoirs.count) else {
            return "1 to \(Self.mostReservoirs) reservoirs can be planned"
        }
        guard (1...Self.mostScenarios).contains(scenarios.count) else {
            return "1 to \(Self.mostScenarios) scenarios can be planned"
        }
        guard steps * reservoirs.count * scenarios.count <= Self.mostVariables else {
            return "steps times reservoirs times scenarios exceed \(Self.mostVariables)"
        }
        guard isSize(storagePerFlowStep), storagePerFlowStep > 0 else {
            return "the storage of a unit of flow in a step must be a positive number"
        }
        let all =
            [weights.peak, weights.floodStorage, weights.safety, weights.endStorage, weights.ramp, weights.tail]
            + towns.flatMap { [$0.peakWeight, $0.tailWeight] + $0.thresholds.map(\.weight) }
        guard all.allSatisfy(isSize) else { return "weights must be numbers of 0 or more" }
        guard towns.allSatisfy({ $0.thresholds.allSatisfy { isNumber($0.flow) } }), towns.count <= Self.mostReservoirs
        else { return "1 to \(Self.mostReservoirs) towns with thresholds that are numbers can be looked at" }
        return tailShare > 0 && tailShare <= 1 ? nil : "the share of the worst scenarios must lie above 0, at most at 1"
    }

    private var faultOfStages: String? {
        var (until, before) = (sharedSteps, [Int](repeating: 0, count: scenarios.count))
        for (place, stage) in stages.enumerated() {
            guard stage.until > until, stage.until <= steps else {
                return "stage \(place + 1) must end after step \(until) and not after step \(steps)"
            }
            guard stage.groups.count == scenarios.count else {
                return "stage \(place + 1) needs a group for each of the \(scenarios.count) scenarios"
            }
            var parents: [Int: Int] = [:]
            for (group, parent) in zip(stage.groups, before) {
                guard parents.updateValue(parent, forKey: group) ?? parent == parent else {
                    return "stage \(place + 1) joins scenarios again that had parted before"
                }
            }
            (until, before) = (stage.until, stage.groups)
        }
        return nil
    }

    private var faultOfReservoirs: String? {
        for reservoir in reservoirs {
            let sizes = [
                reservoir.storageMin, reservoir.storageStart, reservoir.turbineMax, reservoir.spillPerStorage,
                reservoir.rampMax, reservoir.releaseBefore, reservoir.releaseMin,
            ]
            let moved = reservoir.tightening
            let pieces = reservoir.spillPieces
            guard
                [moved.storageMin, moved.storageMax, moved.releaseMax, moved.rampMax].allSatisfy({
                    ($0.isEmpty || $0.count == steps) && $0.allSatisfy(isSize)
                }), pieces.allSatisfy({ isNumber($0.constant) && isSize($0.perStorage) })
            else {
                return "reservoir \(reservoir.id) has a piece of its spill or a limit moved in that is no number"
            }
            let levels = [
                reservoir.storageFlood, reservoir.storageMax, reservoir.storageTarget, reservoir.storageSafe ?? 0,
            ]
            guard sizes.allSatisfy(isSize), levels.allSatisfy(isNumber) else {
                return "reservoir \(reservoir.id) has a limit that is negative or no number"
            }
        }
        let ids = reservoirs.map(\.id) + [controlPoint] + towns.map(\.id)
        return Set(ids).count == ids.count ? nil : "ids of reservoirs and control point must differ"
    }

    private var faultOfLinks: String? {
        for link in links {
            guard reservoirs.indices.contains(link.from) else { return "a reach begins at no reservoir" }
            if case .reservoir(let to) = link.to, !reservoirs.indices.contains(to) {
                return "a reach ends at no reservoir"
            }
            if case .town(let to) = link.to, !towns.indices.contains(to) { return "a reach ends at no town" }
            guard link.kernel.allSatisfy({ (0...Self.mostSteps).contains($0.lag) && isSize($0.weight) }) else {
                return "a routing kernel takes lags of 0...\(Self.mostSteps) steps and weights of 0 or more"
            }
        }
        return downstreamFirst.count == reservoirs.count ? nil : "the reaches go round in a circle"
    }

    private var faultOfInflow: String? {
        for scenario in scenarios {
            let all = scenario.inflow + scenario.townInflow + [scenario.controlInflow]
            guard scenario.inflow.count == reservoirs.count, scenario.townInflow.count == towns.count,
                all.allSatisfy({ $0.count == steps })
            else { return "every scenario needs an inflow for each reservoir, the control point, town and each step" }
            guard all.allSatisfy({ $0.allSatisfy(isNumber) }) else {
                return "an inflow is no number"
            }
        }
        return nil
    }

    private func isNumber(_ value: Double) -> Bool { value.magnitude < Self.largestNumber }

    private func isSize(_ value: Double) -> Bool { value >= 0 && value < Self.largestNumber }
}
