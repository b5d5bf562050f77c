/// What a replay costs by the objectives of its cascade, class by class, so that plans of any origin can be compared.
public struct ReplayCost: Hashable, Sendable {
    /// Cost of every class, in the order of ``PlanObjectives/Class``.
    public let classes: [Double]

    /// All together.
    public var total: Double { classes.reduce(0, +) }

    /// The cost of one class.
    public func cost(_ wanted: PlanObjectives.Class) -> Double {
        classes[PlanObjectives.Class.allCases.firstIndex(of: wanted) ?? 0]
    }

    /// Costs a replay of a cascade without a fault.
    public init(_ replay: CascadeReplay, of cascade: PlannedCascade) {
        let problem = cascade.problem
        let count = Double(cascade.members.count)
        var (safety, season, changes, end) = (0.0, 0.0, 0.0, 0.0)
        for tracks in replay.tracks {
            for (track, reservoir) in zip(tracks, problem.reservoirs) {
                var before = reservoir.releaseBefore
                for (storage, release) in zip(track.storages, track.releases) {
                    let scaled = storage / PlannedCascade.storageUnit
                    season += problem.weights.floodStorage * max(0, scaled - reservoir.storageFlood)
                    safety += problem.weights.safety * max(0, scaled - (reservoir.storageSafe ?? scaled))
                    let flow = release / PlannedCascade.flowUnit
                    changes += problem.weights.ramp * (flow - before) * (flow - before)
                    before = flow
                }
                let last = (track.storages.last ?? 0) / PlannedCascade.storageUnit
                end += problem.weights.endStorage * (last - reservoir.storageTarget).magnitude
            }
        }
        var towns = 0.0
        for (place, town) in problem.towns.enumerated() {
            let peaks = replay.peaks(ofTown: place).map { $0 / PlannedCascade.flowUnit }
            guard !peaks.isEmpty else { continue }
            towns += town.peakWeight * peaks.reduce(0, +) / count
            towns += town.tailWeight * ReleaseProblem.tailMean(peaks, share: problem.tailShare)
            for threshold in town.thresholds {
                let above = replay.flows.reduce(0.0) {
                    $1[place].reduce($0) { $0 + max(0, $1 / PlannedCascade.flowUnit - threshold.flow) }
                }
                towns += threshold.weight * above / count
            }
        }
        classes = [safety / count, towns, season / count, changes / count, end / count]
    }
}

/// A level that a replay did not keep.
public struct ReplayViolation: Hashable, Sendable {
    /// Which limit: ``PlanLimit/storageMin`` or ``PlanLimit/storageMax``.
    public let limit: PlanLimit
    /// Place in ``PlannedCascade/plants``.
    public let plant: Int
    /// From 0.
    public let member: Int
    /// From 0.
    public let step: Int
    /// m by which the level is missed, > 0.
    public let amount: Double
}

extension CascadeReplay {
    /// The levels that are missed by more than a tolerance, the largest miss of each plant and limit.
    ///
    /// A plant that begins outside its levels is looked at from the first step on at which it is inside.
    ///
    /// - Parameter tolerance: m, >= 0.
    public func violations(of cascade: PlannedCascade, tolerance: Double) -> [ReplayViolation] {
        var result: [ReplayViolation] = []
        for (place, plant) in cascade.plants.enumerated() {
            for (limit, sign, level) in [(PlanLimit.storageMin, -1.0, plant.lowest), (.storageMax, 1, plant.highest)] {
                var worst: ReplayViolation?
                for member in tracks.indices {
                    var isInside = sign * (plant.level - level) <= tolerance
                    for (step, value) in tracks[member][place].levels.enumerated() {
                        let miss = sign * (value - level)
                        if miss <= tolerance { isInside = true }
                        guard isInside, miss > max(tolerance, worst?.amount ?? 0) else { continue }
                        worst = ReplayViolation(
                            limit: limit, plant: place, member: member, step: step, amount: miss)
                    }
                }
                if let worst { result.append(worst) }
            }
        }
        return result
    }
}
