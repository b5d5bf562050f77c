import River
public import Series

/// A dam's flood as telegrams tell it, planned again from what was known then, beside what was done.
///
/// Telegrams are hours or days apart. The inflow between them is straight, times one factor between two known levels with
/// which storage and releases agree: it is **estimated**, and says how large the factor was. Releases are those of the last
/// telegram. Every few hours a plan is made whose members are made from the telegrams of the past alone
/// (``members(after:)``), and its first orders are carried out on the estimated inflow by the exact model, and so are the
/// releases that were made.
public struct TelegramReview: Sendable {
    /// One telegram.
    public struct Telegram: Hashable, Sendable {
        /// When.
        public let time: Instant
        /// m; nil where it does not say.
        public let level: Double?
        /// m3/s; nil where it does not say.
        public let inflow: Double?
        /// m3/s in all; nil where it does not say.
        public let release: Double?
        /// Gates open from then on; nil where it does not say.
        public let gatesOpen: Int?

        /// Makes a telegram.
        public init(time: Instant, level: Double?, inflow: Double?, release: Double?, gatesOpen: Int?) {
            self.time = time
            self.level = level
            self.inflow = inflow
            self.release = release
            self.gatesOpen = gatesOpen
        }
    }

    /// One hour.
    public struct Hour: Hashable, Sendable {
        /// Its end.
        public let time: Instant
        /// Estimated inflow, m3/s.
        public let inflow: Double
        /// Releases, m3/s: as ordered then, and as planned.
        public let executed, planned: Double
        /// Levels at the end, m: by the executed releases, and by the planned ones.
        public let executedLevel, plannedLevel: Double
        /// Gates open in the plan.
        public let gatesOpen: Int
    }

    /// What came of it.
    public struct Result: Hashable, Sendable {
        /// Hour by hour.
        public let hours: [Hour]
        /// The factors on the straight inflow between known levels.
        public let factors: [Double]
        /// Plans made, and those in whose place the rules stood.
        public let plans, byRules: Int

        /// Highest of the levels and releases, and the levels at the end.
        public var highestExecuted: Double { hours.map(\.executedLevel).max() ?? 0 }
        /// m.
        public var highestPlanned: Double { hours.map(\.plannedLevel).max() ?? 0 }
        /// m3/s.
        public var largestExecuted: Double { hours.map(\.executed).max() ?? 0 }
        /// m3/s.
        public var largestPlanned: Double { hours.map(\.planned).max() ?? 0 }
    }

    private let outlook: DamOutlook
    private let telegrams: [Telegram]

    /// Hours of a review at most.
    public static let mostHours = 24 * 60

    /// Makes a review; nil when the telegrams do not rise in time, when the first does not say level, inflow and release, or
    /// when they lie less than two hours or more than ``mostHours`` apart in all.
    public init?(_ outlook: DamOutlook, telegrams: [Telegram]) {
        guard let first = telegrams.first, let last = telegrams.last, first.level != nil, first.inflow != nil,
            first.release != nil, zip(telegrams, telegrams.dropFirst()).allSatisfy({ $0.time < $1.time }),
            (7200...Int64(TelegramReview.mostHours) * 3600).contains(last.time - first.time),
            telegrams.allSatisfy({ ($0.level ?? 0).magnitude < 1e5 })
        else { return nil }
        self.outlook = outlook
        self.telegrams = telegrams
    }

    private var dam: Dam { outlook.dam }
    private var terms: DamOutlook.Terms { outlook.terms }
    private var start: Instant { telegrams[0].time }
    private var count: Int { Int((telegrams[telegrams.count - 1].time - start) / 3600) }

    /// The review.
    public func run() -> Result {
        let release = executed()
        let (inflow, factors) = estimatedInflow(release)
        let done = levels(of: release, inflow)
        var state = PoolStepper.State(storage: dam.table.storage(atLevel: telegrams[0].level ?? 0))
        var gates = GateState(open: firstGates, sinceMove: .max)
        var last = telegrams[0].release ?? 0
        var orders: [(release: Double, open: Int)] = []
        var announced: [Int] = []
        var (plans, byRules) = (0, 0)
        var flows: [(release: Double, level: Double)] = []
        guard let stepper = PoolStepper(dam) else { return Result(hours: [], factors: [], plans: 0, byRules: 0) }
        while orders.count < count {
            let hour = orders.count
            let cascade = cascade(
                at: hour, level: dam.table.level(atStorage: state.storage), gates: gates, release: last,
                announced: announced)
            let plan = CascadePlanner(cascade).plan()
            plans += 1
            if plan.reason != nil { byRules += 1 }
            let chosen = plan.orders[plan.reason == nil ? 0 : middle(of: cascade)][0]
            // of the moves of the next hours notice is given now
            announced = chosen.dropFirst(terms.every).prefix(cascade.plants[0].noticeSteps(of: 3600)).map {
                Int($0.open)
            }
            for step in 0..<min(terms.every, count - hour, cascade.steps) {
                let order = chosen[step]
                gates.advance(to: Int(order.open), step: 3600)
                let before = state
                for _ in 0..<12 { stepper.advance(&state, inflow: inflow[hour + step], order: order) }
                last =
                    (state.turbineVolume + state.spillVolume - before.turbineVolume - before.spillVolume) / 3600
                orders.append((order.release, Int(order.open)))
                flows.append((last, dam.table.level(atStorage: state.storage)))
            }
        }
        let hours = (0..<count).map { hour in
            Hour(
                time: start + Int64(hour + 1) * 3600, inflow: inflow[hour], executed: release[hour],
                planned: flows[hour].release, executedLevel: done[hour], plannedLevel: flows[hour].level,
                gatesOpen: orders[hour].open)
        }
        return Result(hours: hours, factors: factors, plans: plans, byRules: byRules)
    }

    /// The member with the inflow in the middle, by whose orders the rules go on.
    private func middle(of cascade: PlannedCascade) -> Int {
        let came = cascade.members.map { $0.toPlants[0].prefix(terms.shared).reduce(0, +) }
        return came.indices.sorted { (came[$0], $0) < (came[$1], $1) }[came.count / 2]
    }

    private var firstGates: Int { max(0, min(telegrams[0].gatesOpen ?? 0, dam.gates?.count ?? 0)) }

    // MARK: - What happened

    /// The releases of the telegrams, each until the next.
    private func executed() -> [Double] {
        (0..<count).map { hour in
            let now = start + Int64(hour) * 3600
            return telegrams.last { $0.release != nil && $0.time <= now }?.release ?? 0
        }
    }

    /// Straight between the telegrams, times a factor between known levels.
    private func estimatedInflow(_ release: [Double]) -> (flow: [Double], factors: [Double]) {
        var flow = (0..<count).map { straight(at: start + Int64($0) * 3600) }
        var factors: [Double] = []
        let levels = telegrams.filter { $0.level != nil }
        for (from, to) in zip(levels, levels.dropFirst()) {
            let range = Int((from.time - start) / 3600)..<min(count, Int((to.time - start) / 3600))
            let came = range.reduce(0.0) { $0 + flow[$1] * 3600 }
            guard came > 0, let low = from.level, let high = to.level else { continue }
            let left = range.reduce(0.0) { $0 + release[$1] * 3600 }
            let change = dam.table.storage(atLevel: high) - dam.table.storage(atLevel: low)
            let factor = max(0.1, min(10, (left + change) / came))
            factors.append(factor)
            for hour in range { flow[hour] *= factor }
        }
        return (flow, factors)
    }

    private func straight(at time: Instant) -> Double {
        let known = telegrams.filter { $0.inflow != nil }
        guard let after = known.first(where: { $0.time > time }) else { return known.last?.inflow ?? 0 }
        guard let before = known.last(where: { $0.time <= time }), let low = before.inflow, let high = after.inflow
        else { return after.inflow ?? 0 }
        return low + (high - low) * Double(time - before.time) / Double(after.time - before.time)
    }

    /// The levels that releases make, whatever they flow through.
    private func levels(of release: [Double], _ inflow: [Double]) -> [Double] {
        var storage = dam.table.storage(atLevel: telegrams[0].level ?? 0)
        return zip(release, inflow).map { left, came in
            storage += (came - left) * 3600
            return dam.table.level(atStorage: storage)
        }
    }

    // MARK: - What was known

    /// Members for the hours after one, by the last inflow that a telegram had told by then.
    public func members(after hour: Int) -> [[Double]] {
        DamOutlook.members(from: knownInflow(at: start + Int64(hour) * 3600), hours: terms.horizon)
    }

    private func knownInflow(at time: Instant) -> Double {
        telegrams.last { $0.inflow != nil && $0.time <= time }?.inflow ?? 0
    }

    private func cascade(
        at hour: Int, level: Double, gates: GateState, release: Double, announced: [Int]
    ) -> PlannedCascade {
        let time = start + Int64(hour) * 3600
        var state = DamOutlook.State(
            time: time, level: level, inflow: knownInflow(at: time), release: release, gatesOpen: gates.open,
            sinceMove: gates.sinceMove)
        state.announced = announced
        return outlook.cascade(from: state)
    }
}
