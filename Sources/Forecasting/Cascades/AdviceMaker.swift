import River
import Series

/// Makes ``ReleaseAdvice`` from a cascade, what neighbours announce, and nothing else: the same for the same input.
public struct AdviceMaker {
    /// What is looked at beside the plan itself.
    public struct Questions: Hashable, Sendable {
        /// s by which a decision might be later, >= 0; 0 asks nothing.
        public var waiting: Int64 = 6 * 3600
        /// Shares by which announced releases might be smaller.
        public var smaller: [Double] = [0.1, 0.25]
        /// s by which announced releases might begin later.
        public var later: [Int64] = [3 * 3600, 6 * 3600]
        /// Members with which neighbours' releases are tried, at most: evenly spaced ones of all; 0 tries none.
        public var members = 12

        /// No questions: the plan alone, for the first second; the answers may follow.
        public static let none: Questions = {
            var none = Questions()
            (none.waiting, none.members) = (0, 0)
            return none
        }()

        /// Makes the usual questions.
        public init() {}
    }

    private let cascade: PlannedCascade
    private let known: PlannedCascade
    private let intentions: [ReleaseIntention]
    private let questions: Questions
    private let loop: ParallelLoop

    /// - Parameters:
    ///   - cascade: without a fault; its members do not hold the announced releases.
    ///   - intentions: announced releases, each with a flow for every step of the cascade.
    ///   - questions: what is looked at beside the plan.
    ///   - loop: how bodies of independent indices are run.
    public init(
        _ cascade: PlannedCascade, intentions: [ReleaseIntention] = [], questions: Questions = Questions(),
        loop: @escaping ParallelLoop = { count, body in for index in 0..<count { body(index) } }
    ) {
        known = cascade
        self.cascade = cascade.adding(intentions)
        self.intentions = intentions.filter { $0.flow.count == cascade.steps }
        self.questions = questions
        self.loop = loop
    }

    /// The advice.
    public func advice() -> ReleaseAdvice {
        let plan = CascadePlanner(cascade, loop: loop).plan()
        let waiting = questions.waiting > 0 ? waiting(beside: plan) : nil
        let plants = cascade.plants.indices.map { self.plant($0, plan) }
        return ReleaseAdvice(
            plan: plan, plants: plants, towns: cascade.towns.indices.map { town($0, plan) },
            latestNotice: plants.flatMap { $0.gateSteps.map(\.noticeBy) }.filter { $0 >= cascade.start }.min(),
            reasons: AdviceReasons(cascade, plan).reasons,
            rules: comparison(plan.rules.replay, plan.rulesCost, with: plan), waiting: waiting,
            waitingTime: questions.waiting,
            proposals: NeighbourQuestions(known.relieved(by: plan.rules), intentions, questions)
                .proposals(loop: loop))
    }

    // MARK: - Plants and towns

    private func plant(_ place: Int, _ plan: CascadePlan) -> ReleaseAdvice.Plant {
        let plant = cascade.plants[place]
        let tracks = plan.replay.tracks.map { $0[place] }
        let table = plant.dam.table
        let top = table.storage(atLevel: plant.full)
        let free = top - table.storage(atLevel: plant.level)
        let count = Double(tracks.count)
        let rise = tracks.reduce(0.0) { $0 + ($1.inflow.first ?? 0) - ($1.releases.first ?? 0) } / count
        let byRules = plan.rules.replay.tracks.map { $0[place].levels.max() ?? plant.level }
        let decision = plan.rules.decisions[0][place].first
        let steps = plan.moves[place].map { move in
            let time = cascade.time(ofStep: move.step)
            return ReleaseAdvice.GateStep(
                time: time, gate: move.gate, opens: move.opens,
                noticeBy: Instant(secondsSinceEpoch: time.secondsSinceEpoch - plant.notice))
        }
        return ReleaseAdvice.Plant(
            id: plant.id, party: plant.party, gateSteps: steps,
            ordered: plan.orders[0][place].prefix(cascade.sharedSteps).map { $0.release.isFinite ? $0.release : 0 },
            releases: bands(tracks.map(\.releases)), levels: bands(tracks.map(\.levels)), freeStorage: free,
            highest: plant.full,
            highestByRules: byRules.max() ?? plant.level,
            aboveByRules: Double(byRules.count { $0 > plant.full + CascadePlanner.levelTolerance }) / count,
            leastFreeStorage: ReleaseAdvice.Band(of: tracks.map { top - ($0.storages.max() ?? 0) }),
            hoursToHighest: rise > 0 && free > 0 ? free / rise / 3600 : nil,
            rule: decision ?? .init(mode: .keep, article: "", level: nil),
            seasonLevel: plant.rules.seasonLevel(on: cascade.date(ofStep: 0))?.level)
    }

    private func bands(_ series: [[Double]]) -> [ReleaseAdvice.Band] {
        (0..<cascade.steps).map { step in ReleaseAdvice.Band(of: series.map { $0[step] }) }
    }

    private func town(_ place: Int, _ plan: CascadePlan) -> ReleaseAdvice.Town {
        let town = cascade.towns[place]
        let (before, after) = (plan.rules.replay.peaks(ofTown: place), plan.replay.peaks(ofTown: place))
        func shares(_ peaks: [Double]) -> [Double] {
            town.alarms.map { alarm in Double(peaks.filter { $0 >= alarm }.count) / Double(max(peaks.count, 1)) }
        }
        let times = plan.replay.flows.map { flows in
            flows[place].indices.max { flows[place][$0] < flows[place][$1] } ?? 0
        }.sorted()
        func levels(_ peaks: [Double]) -> ReleaseAdvice.Band? {
            town.rating.map { rating in ReleaseAdvice.Band(of: peaks.map { rating.value(at: $0) }) }
        }
        return ReleaseAdvice.Town(
            id: town.id, party: town.party, before: ReleaseAdvice.Band(of: before),
            after: ReleaseAdvice.Band(of: after),
            alarmsBefore: shares(before), alarmsAfter: shares(after),
            peakTime: cascade.time(ofStep: times.isEmpty ? 0 : times[times.count / 2]), levelBefore: levels(before),
            levelAfter: levels(after))
    }

    // MARK: - Other courses

    private func comparison(
        _ replay: CascadeReplay, _ cost: ReplayCost, with plan: CascadePlan
    ) -> ReleaseAdvice.Comparison {
        ReleaseAdvice.Comparison(
            extraCost: (cost.total - plan.cost.total) / max(plan.cost.total, 1e-9),
            towns: cascade.towns.indices.map { place in
                change(at: place, of: cascade, from: plan.replay.peaks(ofTown: place), to: replay.peaks(ofTown: place))
            })
    }

    /// What it costs to go on as now for a while: releases stay, and gates move a notice time after that.
    private func waiting(beside plan: CascadePlan) -> ReleaseAdvice.Comparison? {
        guard plan.reason == nil else { return nil }
        let cascade = cascade.relieved(by: plan.rules)
        var later = cascade
        let steps = Int((questions.waiting + cascade.step - 1) / cascade.step)
        guard steps < cascade.steps else { return nil }
        for place in later.plants.indices { later.plants[place].notice += questions.waiting }
        let longest = later.plants.map(\.notice).max() ?? 0
        later.sharedSteps = min(
            later.steps, max(later.sharedSteps, Int((longest + later.step - 1) / later.step)))
        guard later.fault == nil else { return nil }
        var problem = later.problem
        for place in problem.reservoirs.indices {
            let reservoir = problem.reservoirs[place]
            let left = min(reservoir.rampMax, 1e-3 * max(reservoir.turbineMax, reservoir.rampMax))
            problem.reservoirs[place].tightening.rampMax = (0..<problem.steps).map {
                $0 < steps ? reservoir.rampMax - left : 0
            }
        }
        let other = CascadePlanner(later, loop: loop).plan(problem, beside: plan.rules, mayBeRules: false)
        guard other.reason == nil else { return nil }
        return comparison(other.replay, ReplayCost(other.replay, of: cascade), with: plan)
    }
}

/// The mean of the highest flows at a town after a change less that before it.
func change(
    at place: Int, of cascade: PlannedCascade, from before: [Double], to after: [Double]
) -> ReleaseAdvice.TownChange {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
    let town = cascade.towns[place]
    let (first, second) = (mean(before), mean(after))
    return ReleaseAdvice.TownChange(
        town: town.id, party: town.party, peak: second - first,
        level: town.rating.map { $0.value(at: second) - $0.value(at: first) })
}

extension ReleaseAdvice.Band {
    /// The band of some values, straight between them (Hyndman and Fan 1996, type 7).
    init(of values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            guard let last = sorted.last else { return 0 }
            let place = share * Double(sorted.count - 1)
            let low = Int(place)
            guard low + 1 < sorted.count else { return last }
            return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
        }
        (low, middle, high) = (quantile(0.1), quantile(0.5), quantile(0.9))
    }
}
