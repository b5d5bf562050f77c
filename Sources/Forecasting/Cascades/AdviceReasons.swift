import River
import Series

/// Why a plan is as it is: the limits that hold with their prices, the towns whose peaks are kept low, or why there is none.
struct AdviceReasons {
    private let cascade: PlannedCascade
    private let plan: CascadePlan

    init(_ cascade: PlannedCascade, _ plan: CascadePlan) {
        self.cascade = cascade
        self.plan = plan
    }

    var reasons: [ReleaseAdvice.Reason] { whyRules + safety + limits + towns }

    /// The levels above which a dam's own safety counts, where some future comes within 5 cm.
    private var safety: [ReleaseAdvice.Reason] {
        cascade.plants.enumerated().compactMap { place, plant in
            guard plan.plan != nil, let safe = plant.safe else { return nil }
            let first = plan.replay.tracks.compactMap { tracks in
                tracks[place].levels.firstIndex { $0 > safe - 0.05 }
            }.min()
            return first.map {
                .init(code: .safeLevel, place: plant.id, value: safe, time: cascade.time(ofStep: $0), saving: nil)
            }
        }
    }

    /// Why the rules are shown, and the limits that contradict each other.
    private var whyRules: [ReleaseAdvice.Reason] {
        func reason(_ code: ReleaseAdvice.Reason.Code) -> ReleaseAdvice.Reason {
            .init(code: code, place: nil, value: nil, time: nil, saving: nil)
        }
        switch plan.reason {
        case nil: return []
        case .undecided: return [reason(.undecided)]
        case .rulesCostLess: return [reason(.rulesCostLess)]
        case .conflict(let limits): return [reason(.conflict)] + conflicting(limits)
        case .conflictAfterReplay(let limits): return [reason(.conflictAfterReplay)] + conflicting(limits)
        case .missed(let miss):
            let plant = cascade.plants[miss.plant]
            return [
                .init(
                    code: .missed, place: plant.id, value: miss.limit == .storageMax ? plant.highest : plant.lowest,
                    time: cascade.time(ofStep: miss.step), saving: nil)
            ]
        }
    }

    /// One reason for each limit of each plant, at its first step.
    private func conflicting(_ limits: [ConflictingLimit]) -> [ReleaseAdvice.Reason] {
        var seen: Set<String> = []
        return limits.sorted { ($0.step, $0.reservoir) < ($1.step, $1.reservoir) }.compactMap { limit in
            guard seen.insert("\(limit.reservoir) \(limit.limit.rawValue)").inserted else { return nil }
            return reason(limit.limit, limit.reservoir, limit.step, saving: nil)
        }
    }

    /// The limits that hold, the dearest first: by a metre of level, or by 100 m3/s.
    private var limits: [ReleaseAdvice.Reason] {
        guard let solved = plan.plan else { return [] }
        let cost = max(solved.objective.magnitude, ReleasePlan.leastUnit)
        let priced = solved.prices.map { price -> (worth: Double, reason: ReleaseAdvice.Reason) in
            let plant = cascade.plants[price.reservoir]
            let saving: Double
            let worth: Double
            switch price.limit {
            case .storageMin, .storageMax:
                let level = price.limit == .storageMax ? plant.highest : plant.lowest
                saving = price.saving * plant.dam.table.area(atLevel: level) / PlannedCascade.storageUnit / cost
                worth = saving
            case .releaseMin, .releaseMax, .rampMax:
                saving = price.saving / PlannedCascade.flowUnit / cost
                worth = 100 * saving
            }
            return (worth, reason(price.limit, price.reservoir, price.step, saving: saving))
        }
        return priced.sorted { $0.worth > $1.worth }.map(\.reason)
    }

    private func reason(_ limit: PlanLimit, _ place: Int, _ step: Int, saving: Double?) -> ReleaseAdvice.Reason {
        let plant = cascade.plants[place]
        let (code, value): (ReleaseAdvice.Reason.Code, Double) =
            switch limit {
            case .storageMin: (.lowestLevel, plant.lowest)
            case .storageMax: (.highestLevel, plant.highest)
            case .releaseMin: (.leastRelease, min(plant.rules.leastRelease, plant.releaseBefore))
            case .releaseMax:
                (
                    .largestRelease,
                    plant.dam.turbineCapacity(atLevel: plant.level) + plant.dam.largestSpill(atLevel: plant.level)
                )
            case .rampMax: (.ramp, plant.rampMax)
            }
        return .init(code: code, place: plant.id, value: value, time: cascade.time(ofStep: step), saving: saving)
    }

    /// The towns, those with the highest alarms first: their mean highest flow and when it comes.
    private var towns: [ReleaseAdvice.Reason] {
        guard plan.plan != nil else { return [] }
        let all = cascade.towns.indices.map { place -> (alarm: Int, place: Int, reason: ReleaseAdvice.Reason) in
            let town = cascade.towns[place]
            let peaks = plan.replay.peaks(ofTown: place)
            let mean = peaks.reduce(0, +) / Double(max(peaks.count, 1))
            let steps = plan.replay.flows.map { flows in
                flows[place].indices.max { flows[place][$0] < flows[place][$1] } ?? 0
            }.sorted()
            let step = steps.isEmpty ? 0 : steps[steps.count / 2]
            return (
                town.alarm(atFlow: mean), place,
                .init(code: .townPeak, place: town.id, value: mean, time: cascade.time(ofStep: step), saving: nil)
            )
        }
        return all.sorted { ($1.alarm, $0.place) < ($0.alarm, $1.place) }.map(\.reason)
    }
}
