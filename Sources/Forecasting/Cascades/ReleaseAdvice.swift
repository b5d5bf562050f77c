public import Series

/// What the operator's page shows of a plan: what to release when and why, what it does at every town, by when notice must be
/// given, and what waiting, the rules or another release of a neighbour would be worth.
///
/// Made by ``AdviceMaker`` from replayed orders alone. Reasons are codes with values; their sentences stand in the
/// catalogues (`advice`).
public struct ReleaseAdvice: Sendable {
    /// A value that lies below the low one in one of ten members, above the high one in one of ten.
    public struct Band: Hashable, Sendable {
        /// One in ten lies below.
        public let low: Double
        /// Half lie below.
        public let middle: Double
        /// One in ten lies above.
        public let high: Double

        /// Makes a band.
        public init(low: Double, middle: Double, high: Double) {
            self.low = low
            self.middle = middle
            self.high = high
        }
    }

    /// A gate to be moved.
    public struct GateStep: Hashable, Sendable {
        /// When.
        public let time: Instant
        /// Number of the gate, from 1.
        public let gate: Int
        /// Whether it is opened; otherwise it is closed.
        public let opens: Bool
        /// By when the people below must know.
        public let noticeBy: Instant
    }

    /// A plant.
    public struct Plant: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// Who runs it.
        public let party: PartyID
        /// Gates to be moved while all futures share their orders, the first one first.
        public let gateSteps: [GateStep]
        /// m3/s ordered in each of the shared steps, turbines and gates together.
        public let ordered: [Double]
        /// m3/s released in each step.
        public let releases: [Band]
        /// m at the end of each step.
        public let levels: [Band]
        /// m3 free below the highest level now.
        public let freeStorage: Double
        /// m: never higher in the plan.
        public let highest: Double
        /// m: the highest level of the worst member by the rules alone.
        public let highestByRules: Double
        /// Share of the members in which the rules alone fill it above ``highest``.
        public let aboveByRules: Double
        /// m3 free at the highest storage of each member.
        public let leastFreeStorage: Band
        /// h until the highest level is reached if inflow and release of the first step went on; nil where the level falls.
        public let hoursToHighest: Double?
        /// The rule that holds now.
        public let rule: CascadeRuleRun.Decision
        /// m: what the level of the season is today; nil where none is known.
        public let seasonLevel: Double?
    }

    /// A town.
    public struct Town: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// Whose alarm levels count there.
        public let party: PartyID
        /// Highest flow, m3/s, by the rules alone.
        public let before: Band
        /// Highest flow with the orders.
        public let after: Band
        /// Share of the members that reach each alarm, the lowest alarm first, by the rules alone.
        public let alarmsBefore: [Double]
        /// The same with the orders.
        public let alarmsAfter: [Double]
        /// When the highest flow comes, with the orders: the middle of the members.
        public let peakTime: Instant
        /// m at the highest flow by the rules, and with the orders; nil where no dated rating is known.
        public let levelBefore, levelAfter: Band?
    }

    /// Why.
    public struct Reason: Hashable, Sendable {
        /// What kind of reason; the key of its sentence.
        public enum Code: String, Hashable, Sendable, CaseIterable {
            /// The dam must not go below its lowest level.
            case lowestLevel = "lowest-level"
            /// The dam must not go above its highest level.
            case highestLevel = "highest-level"
            /// Above it the dam's own safety counts more than anything else, and some futures reach it.
            case safeLevel = "safe-level"
            /// No less may leave.
            case leastRelease = "least-release"
            /// No more passes turbines and gates.
            case largestRelease = "largest-release"
            /// The release may not change faster.
            case ramp
            /// The highest flow at a town is what is kept low.
            case townPeak = "town-peak"
            /// Limits contradict each other: the rules are shown.
            case conflict
            /// Limits contradict each other once the exact model has moved them in: the rules are shown.
            case conflictAfterReplay = "conflict-after-replay"
            /// Neither a plan nor a conflict was proven: the rules are shown.
            case undecided
            /// The exact model misses a level still: the rules are shown.
            case missed
            /// The rules keep all levels and cost less than the best plan: they are shown.
            case rulesCostLess = "rules-cost-less"
        }

        /// What kind.
        public let code: Code
        /// Id of the plant or town; nil where it is about all.
        public let place: String?
        /// m or m3/s of the limit, or of the peak; nil where there is none.
        public let value: Double?
        /// Where it counts most.
        public let time: Instant?
        /// How much less the plan would cost for each m or m3/s of the limit, as a share of its cost; nil where no price is
        /// known.
        public let saving: Double?
    }

    /// What a change is worth at a town: the mean of the highest flows with it less without it, m3/s.
    public struct TownChange: Hashable, Sendable {
        /// Its id.
        public let town: String
        /// Whose alarm levels count there.
        public let party: PartyID
        /// m3/s, negative where the highest flow becomes smaller.
        public let peak: Double
        /// m at the mean of the highest flows; nil where no dated rating is known.
        public let level: Double?
    }

    /// What another course would be worth.
    public struct Comparison: Hashable, Sendable {
        /// How much more it costs than the orders, as a share of their cost.
        public let extraCost: Double
        /// What it does at the towns.
        public let towns: [TownChange]
    }

    /// Another release of a neighbour.
    public struct CounterProposal: Hashable, Sendable {
        /// What is asked for.
        public enum Change: Hashable, Sendable {
            /// m3/s less during all of it.
            case less(Double)
            /// s later.
            case later(Int64)
        }

        /// The plant that releases.
        public let plant: String
        /// Its party.
        public let party: PartyID
        /// What is asked for.
        public let change: Change
        /// When the announced release begins.
        public let from: Instant
        /// What it would do at the towns, by planning again.
        public let towns: [TownChange]
        /// How much less everything would cost, as a share of the cost, by planning again.
        public let saving: Double
        /// The same by the price of the announced water, which holds for the first m3/s; nil for a later release.
        public let priced: Double?
    }

    /// The plan that this is about.
    public let plan: CascadePlan
    /// The plants.
    public let plants: [Plant]
    /// The towns.
    public let towns: [Town]
    /// By when the first notice must leave; nil where no gate is moved while all futures share their orders.
    public let latestNotice: Instant?
    /// Why, the most important first.
    public let reasons: [Reason]
    /// What the rules alone would be worth.
    public let rules: Comparison
    /// What deciding later would be worth; nil where no plan could be made any more, or where none was made.
    public let waiting: Comparison?
    /// s by which the decision is later in ``waiting``.
    public let waitingTime: Int64
    /// What neighbours could do, the most useful first.
    public let proposals: [CounterProposal]
}

extension ReleaseAdvice {
    /// Places in the flows that are ordered at which a person is told a new one: the first, and each that differs from the one
    /// told before by more than a twentieth of it and more than 20 m3/s.
    ///
    /// - Parameter flows: m3/s in each step.
    public static func changes(in flows: [Double]) -> [Int] {
        var last: Double?
        return flows.indices.filter { step in
            if let last, !((flows[step] - last).magnitude > max(20, 0.05 * last)) { return false }
            last = flows[step]
            return true
        }
    }

    /// Place of the highest value, the first of equal ones; nil where there is none.
    public static func highest(of values: [Double]) -> Int? { values.indices.max { values[$0] < values[$1] } }
}

extension ReleaseAdvice.Plant {
    /// Places of the shared steps at which the middle of the releases changes, from the first on (``ReleaseAdvice/changes(in:)``).
    public var changes: [Int] { ReleaseAdvice.changes(in: releases.prefix(ordered.count).map(\.middle)) }

    /// Place of the step with the highest middle level; nil where there is none.
    public var highestStep: Int? { ReleaseAdvice.highest(of: levels.map(\.middle)) }
}
