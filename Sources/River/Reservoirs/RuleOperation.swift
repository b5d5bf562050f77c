public import Series

/// A reservoir run by its rules alone: the baseline that a plan is compared with, and what is done when there is no plan.
///
/// Every hour the rules are asked, turbines take what they can, and one gate is moved towards the rest when the least spacing
/// has passed. Between the moves the pool is exact.
public struct RuleOperation: Sendable {
    /// One hour of it.
    public struct Hour: Hashable, Sendable {
        /// At the end of the hour, m.
        public let level: Double
        /// m3 at the end.
        public let storage: Double
        /// Mean inflow, m3/s.
        public let inflow: Double
        /// Mean release, m3/s.
        public let release: Double
        /// Gates open during the hour.
        public let gatesOpen: Int
        /// The rule of the hour.
        public let mode: RuleMode
        /// The article behind it.
        public let article: String
    }

    /// The rules.
    public let rules: OperatingRules
    /// The pool.
    public let pool: PoolSimulation
    /// The gates.
    public let gates: GateGroup
    /// Largest flow of the turbines, m3/s, >= 0.
    public let turbineCapacity: Double

    /// Makes an operation.
    public init(rules: OperatingRules, pool: PoolSimulation, gates: GateGroup, turbineCapacity: Double) {
        precondition(turbineCapacity >= 0, "turbines pass no negative flow")
        self.rules = rules
        self.pool = pool
        self.gates = gates
        self.turbineCapacity = turbineCapacity
    }

    /// Runs the reservoir hour by hour.
    ///
    /// - Parameters:
    ///   - level: m at the start.
    ///   - gatesOpen: at the start.
    ///   - start: the first day; days change every 24 hours from it.
    ///   - inflow: m3/s at the beginning of each hour and at the end of the last; two or more.
    ///   - expected: what is expected at the stations below, asked with the hour from 0.
    public func run(
        from level: Double, gatesOpen: Int = 0, on start: CivilDate, inflow: [Double],
        expected: (Int) -> [StationID: [OperatingRules.ExpectedLevel]] = { _ in [:] }
    ) -> [Hour] {
        var state = pool.state(atLevel: level)
        var open = max(0, min(gatesOpen, gates.count))
        var sinceMove = Int64.max
        var release = min(inflow.first ?? 0, turbineCapacity) + gates.discharge(atLevel: level, open: Double(open))
        var held: DownstreamTrigger?
        var highest = 0.0
        var hours: [Hour] = []
        for hour in 0..<max(0, inflow.count - 1) {
            let date = CivilDate(daysSinceEpoch: start.daysSinceEpoch + Int64(hour / 24))
            let season = rules.seasonLevel(on: date)
            highest = max(highest, inflow[hour])
            let decision = rules.decide(
                OperatingRules.Situation(
                    date: date, level: state.level, inflow: inflow[hour], release: release, highestInflow: highest,
                    storageAboveSeason: season.map { state.storage - pool.table.storage(atLevel: $0.level) },
                    expected: expected(hour), held: held))
            held = decision.trigger
            let wanted = gatesWanted(for: decision, at: state.level, open: open)
            if wanted != open, sinceMove >= gates.leastSpacing {
                open += wanted > open ? 1 : -1
                sinceMove = 0
            }
            let before = state
            let turbines = min(turbineCapacity, decision.release)
            let opened = Double(open)
            pool.advance(&state, over: 3600, inflow: (inflow[hour], inflow[hour + 1])) { level in
                turbines + gates.discharge(atLevel: level, open: opened)
            }
            release = (state.releaseVolume - before.releaseVolume) / 3600
            sinceMove = sinceMove > .max - 3600 ? .max : sinceMove + 3600
            hours.append(
                Hour(
                    level: state.level, storage: state.storage,
                    inflow: (state.inflowVolume - before.inflowVolume) / 3600, release: release, gatesOpen: open,
                    mode: decision.mode, article: decision.article))
        }
        return hours
    }

    /// How many gates pass what the turbines leave of the decision.
    private func gatesWanted(for decision: OperatingRules.Decision, at level: Double, open: Int) -> Int {
        guard decision.release.isFinite else { return gates.count }
        return gates.nearest(to: max(0, decision.release - turbineCapacity), atLevel: level, open: open)
    }
}
