import River
import Series

extension PlannedCascade {
    /// m3/s of a unit of flow in the program.
    static let flowUnit = 1_000.0
    /// m3 of a unit of storage in the program.
    static let storageUnit = 1e6
    /// Longest step of a replay, s.
    static let longestReplayStep = 300.0

    /// What is wrong with the cascade in one sentence; nil when it can be planned.
    public var fault: String? {
        guard step > 0, step <= 86_400 else { return "a step lasts 1 s to a day" }
        guard objectives.caution >= 0, objectives.caution <= 1 else { return "caution lies in 0...1" }
        for plant in plants {
            guard plant.lowest < plant.highest, plant.gatesOpen >= 0, plant.notice >= 0, plant.sinceMove >= 0 else {
                return "\(plant.id): the lowest level lies below the highest, gates and times are no negative numbers"
            }
            let levels = [plant.level, plant.lowest, plant.season, plant.highest, plant.target, plant.safe ?? 0]
            guard levels.allSatisfy({ $0.isFinite && $0.magnitude < 1e5 }) else {
                return "\(plant.id): a level is no number of metres"
            }
            guard plant.dam.table.storage(atLevel: plant.lowest) >= 0 else {
                return "\(plant.id): the storage at the lowest level is negative"
            }
            guard plant.notice <= step * Int64(sharedSteps) || members.count == 1 else {
                return "\(plant.id): the notice time is longer than the shared steps"
            }
            guard stepper(of: plant) != nil else {
                return "\(plant.id): the pool empties faster than a replay can follow; take it as run of river"
            }
        }
        for town in towns {
            guard zip(town.alarms, town.alarms.dropFirst()).allSatisfy({ $0 < $1 }) else {
                return "\(town.id): alarm flows rise with their number"
            }
        }
        for reach in reaches {
            guard plants.indices.contains(reach.from) else { return "a reach begins at no plant" }
            switch reach.to {
            case .plant(let place): guard plants.indices.contains(place) else { return "a reach ends at no plant" }
            case .town(let place): guard towns.indices.contains(place) else { return "a reach ends at no town" }
            }
        }
        guard stages.allSatisfy({ $0.groups.count == members.count }) else {
            return "a stage has a group for each member"
        }
        guard members.allSatisfy({ $0.toPlants.count == plants.count && $0.toTowns.count == towns.count }) else {
            return "a member has an inflow for each plant and each town"
        }
        return problem.firstFault
    }

    /// The pool of a plant in steps of a replay.
    func stepper(of plant: Plant) -> PoolStepper? {
        PoolStepper(plant.dam, step: Double(step) / Double(replaySteps))
    }

    /// Steps of a replay in a step of the plan.
    var replaySteps: Int { max(1, Int((Double(step) / PlannedCascade.longestReplayStep).rounded(.up))) }

    /// The convex program of the cascade: flows in 1,000 m3/s, storages in hm3. The control point is nowhere.
    public var problem: ReleaseProblem {
        var problem = ReleaseProblem(
            name: "cascade", steps: steps, sharedSteps: sharedSteps, storagePerFlowStep: storagePerFlowStep,
            reservoirs: plants.map { reservoir($0) }, links: reaches.map { link($0) }, controlPoint: "-",
            weights: .init(peak: 0, floodStorage: 0, endStorage: 0, ramp: 0), scenarios: members.map { scenario($0) })
        problem.stages = stages.filter { $0.until > sharedSteps }
        // each class in units of its own: the room of a reservoir for a day, its largest change, its room
        let rooms = problem.reservoirs.map { max($0.storageMax - $0.storageMin, 1e-6) }
        let room = rooms.reduce(0, +) / Double(max(rooms.count, 1))
        let ramp = problem.reservoirs.reduce(0) { $0 + $1.rampMax } / Double(max(rooms.count, 1))
        problem.weights = .init(
            peak: 0, floodStorage: objectives.weight(.season) / max(room * 86_400 / Double(step), 1e-9),
            endStorage: objectives.weight(.end) / max(room, 1e-9),
            ramp: objectives.weight(.changes) / max(ramp * ramp, 1e-9))
        problem.weights.safety = objectives.weight(.safety) / max(room * 86_400 / Double(step), 1e-9)
        problem.towns = towns.indices.map { programTown($0) }
        problem.tailShare = objectives.tailShare
        return problem
    }

    /// Storage in hm3 of 1,000 m3/s during a step.
    var storagePerFlowStep: Double {
        PlannedCascade.flowUnit * Double(step) / PlannedCascade.storageUnit
    }

    /// Storage of a plant at a level in the units of the program.
    func programStorage(_ plant: Plant, atLevel level: Double) -> Double {
        plant.dam.table.storage(atLevel: level) / PlannedCascade.storageUnit
    }

    private func reservoir(_ plant: Plant) -> ReleaseProblem.Reservoir {
        let unit = PlannedCascade.flowUnit
        let turbines = plant.dam.turbines?.outputs.last ?? 0
        var reservoir = ReleaseProblem.Reservoir(
            id: plant.id, storageMin: programStorage(plant, atLevel: plant.lowest),
            storageFlood: programStorage(plant, atLevel: plant.season),
            storageMax: programStorage(plant, atLevel: plant.highest),
            storageStart: programStorage(plant, atLevel: plant.level),
            storageTarget: programStorage(plant, atLevel: plant.target), turbineMax: turbines / unit,
            spillPerStorage: 0, rampMax: plant.rampMax / unit, releaseBefore: plant.releaseBefore / unit)
        reservoir.spillPieces = SpillEnvelope(plant.dam, from: plant.lowest, to: max(plant.highest, plant.level)).pieces
            .map { .init(constant: $0.constant / unit, perStorage: $0.perStorage * PlannedCascade.storageUnit / unit) }
        // before the notice time gates stand as has been announced
        let most = reservoir.largestSpill(atStorage: reservoir.storageStart)
        let held = plant.noticeSteps(of: step)
        let passed = (0..<max(0, min(held, steps))).map { step in
            plant.dam.spill(atLevel: plant.level, open: Double(plant.announcedOpen(step))) / unit
        }
        if passed.contains(where: { $0 < most }) {
            reservoir.tightening.releaseMax = (0..<max(steps, 0)).map {
                $0 < passed.count ? max(0, most - passed[$0]) : 0
            }
        }
        reservoir.storageSafe = plant.safe.map { programStorage(plant, atLevel: $0) }
        reservoir.releaseMin = min(plant.rules.leastRelease, plant.releaseBefore) / unit
        return reservoir
    }

    private func link(_ reach: Reach) -> ReleaseProblem.Link {
        switch reach.to {
        case .plant(let place): return .init(from: reach.from, to: .reservoir(place), kernel: reach.kernel)
        case .town(let place): return .init(from: reach.from, to: .town(place), kernel: reach.kernel)
        }
    }

    private func scenario(_ member: Member) -> ReleaseProblem.Scenario {
        func scaled(_ flows: [[Double]]) -> [[Double]] { flows.map { $0.map { $0 / PlannedCascade.flowUnit } } }
        return ReleaseProblem.Scenario(
            inflow: scaled(member.toPlants), controlInflow: [Double](repeating: 0, count: steps),
            townInflow: scaled(member.toTowns))
    }

    /// A town with weights in units of its own alarm flows; the towns of a party share one weight.
    private func programTown(_ place: Int) -> ReleaseProblem.Town {
        let town = towns[place]
        let siblings = Double(towns.filter { $0.party == town.party }.count)
        let unit = alarmUnit(ofTown: place) / PlannedCascade.flowUnit
        let weight = objectives.weight(.towns) / siblings / unit
        let perStep = 0.1 * weight / Double(max(steps, 1))
        return ReleaseProblem.Town(
            id: town.id, peakWeight: weight * (1 - objectives.caution), tailWeight: weight * objectives.caution,
            thresholds: town.alarms.map { .init(flow: $0 / PlannedCascade.flowUnit, weight: perStep) })
    }

    /// m3/s by which a town's flows are measured: from its lowest to its highest alarm, the alarm itself where it has one, or
    /// the largest flow that comes if nothing is stored.
    func alarmUnit(ofTown place: Int) -> Double {
        let alarms = towns[place].alarms
        if let first = alarms.first, let last = alarms.last {
            return max(1, alarms.count > 1 ? last - first : first.magnitude)
        }
        // what comes past all plants, and what comes to them
        let largest = members.reduce(0.0) { largest, member in
            let coming = member.toPlants.reduce(0.0) { $0 + ($1.max() ?? 0).magnitude }
            return max(largest, coming + (member.toTowns[place].max() ?? 0).magnitude)
        }
        return max(1, largest)
    }
}

/// The least concave curve above what can be spilled at a storage, in few straight pieces.
///
/// Weirs are convex in the head, so that the curve promises more than they pass; the replay finds where that matters.
struct SpillEnvelope {
    /// m3/s at no storage and for each m3; of several pieces the smallest counts.
    private(set) var pieces: [(constant: Double, perStorage: Double)] = []
    /// Pieces at most.
    static let most = 3

    init(_ dam: Dam, from low: Double, to high: Double) {
        let count = 48
        let points = (0...count).map { place -> (storage: Double, flow: Double) in
            let level = low + (high - low) * Double(place) / Double(count)
            return (dam.table.storage(atLevel: level), dam.largestSpill(atLevel: level))
        }
        var hull: [(storage: Double, flow: Double)] = []
        for point in points {
            while hull.count > 1 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                let isBelow =
                    (b.flow - a.flow) * (point.storage - a.storage) <= (point.flow - a.flow) * (b.storage - a.storage)
                guard isBelow else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        let edges = zip(hull, hull.dropFirst()).map { a, b -> (constant: Double, perStorage: Double) in
            let slope = max(0, (b.flow - a.flow) / (b.storage - a.storage))
            return (max(a.flow - slope * a.storage, b.flow - slope * b.storage), slope)
        }
        // any edges bound the curve from above: keep the first, the last and one between
        let wanted = edges.count <= SpillEnvelope.most ? Array(edges.indices) : [0, edges.count / 2, edges.count - 1]
        pieces = wanted.map { edges[$0] }
        if pieces.isEmpty { pieces = [(dam.largestSpill(atLevel: high), 0)] }
    }
}
