public import River
public import Series

/// Dams with their exact models and rules, the towns below them, and the futures that are thought possible: what a plan is
/// made for, in SI units.
///
/// Time runs in equal steps from ``start``. All flows are means of a step, m3/s; levels and storages stand at its end.
public struct PlannedCascade: Sendable {
    /// A dam with where it stands and what it must keep.
    public struct Plant: Sendable {
        /// The id, unique among plants and towns.
        public var id: String
        /// The party that runs it.
        public var party: PartyID
        /// Its exact model.
        public var dam: Dam
        /// Its rules: the baseline, and what is done without a plan.
        public var rules: OperatingRules
        /// m at the start.
        public var level: Double
        /// Gates open at the start.
        public var gatesOpen: Int
        /// s since a gate was last moved; `.max` where nobody knows of one.
        public var sinceMove: Int64
        /// m3/s that left in all steps before the first.
        public var releaseBefore: Double
        /// m: never lower.
        public var lowest: Double
        /// m: water above it costs, as long as it stands there.
        public var season: Double
        /// m: never higher.
        public var highest: Double
        /// m: above it the dam's own safety counts, see ``PlanObjectives/Class/safety``; nil where nothing is known but ``highest``.
        public var safe: Double?
        /// m wanted at the end.
        public var target: Double
        /// Largest change of the release from one step to the next, m3/s.
        public var rampMax: Double
        /// s between an order and its execution, the time that people below need.
        public var notice: Int64
        /// Gates open in each of the first steps by orders of which notice has been given; after the last of them, and where there are
        /// none, gates stand as they do until the notice time has passed.
        public var announced: [Int] = []

        /// Makes a plant.
        public init(
            id: String, party: PartyID, dam: Dam, rules: OperatingRules, level: Double, gatesOpen: Int = 0,
            sinceMove: Int64 = .max, releaseBefore: Double, lowest: Double, season: Double, highest: Double,
            target: Double, rampMax: Double, notice: Int64
        ) {
            self.id = id
            self.party = party
            self.dam = dam
            self.rules = rules
            self.level = level
            self.gatesOpen = gatesOpen
            self.sinceMove = sinceMove
            self.releaseBefore = releaseBefore
            self.lowest = lowest
            self.season = season
            self.highest = highest
            self.target = target
            self.rampMax = rampMax
            self.notice = notice
        }

        /// m: up to here water may be stored.
        public var full: Double { min(safe ?? highest, highest) }

        /// Gates open in a step before the notice time.
        func announcedOpen(_ step: Int) -> Int {
            let open = announced.isEmpty ? gatesOpen : announced[min(step, announced.count - 1)]
            return max(0, min(open, dam.gates?.count ?? 0))
        }

        /// Steps in which no new order can be carried out.
        func noticeSteps(of step: Int64) -> Int { Int((notice + step - 1) / max(step, 1)) }
    }

    /// A place below where people live, with the alarm flows of its party.
    public struct Town: Hashable, Sendable {
        /// The id, unique among plants and towns.
        public var id: String
        /// The party whose alarm levels these are.
        public var party: PartyID
        /// m3/s from which each alarm counts, the lowest first; empty where none is known.
        public var alarms: [Double]
        /// m against m3/s; nil where no dated rating is known.
        public var rating: RatingTable?

        /// Makes a town.
        public init(id: String, party: PartyID, alarms: [Double], rating: RatingTable? = nil) {
            self.id = id
            self.party = party
            self.alarms = alarms
            self.rating = rating
        }

        /// How many alarms a flow has reached.
        public func alarm(atFlow flow: Double) -> Int { alarms.filter { flow >= $0 }.count }
    }

    /// Where water goes.
    public enum Destination: Hashable, Sendable {
        /// The plant with that place in ``PlannedCascade/plants``.
        case plant(Int)
        /// The town with that place in ``PlannedCascade/towns``.
        case town(Int)
    }

    /// A reach below a plant as a linear kernel of steps.
    public struct Reach: Hashable, Sendable {
        /// Place of the plant in ``PlannedCascade/plants``.
        public var from: Int
        /// Where it ends.
        public var to: Destination
        /// Which share of a release arrives how many steps later.
        public var kernel: [ReleaseProblem.KernelTerm]

        /// Makes a reach.
        public init(from: Int, to: Destination, kernel: [ReleaseProblem.KernelTerm]) {
            self.from = from
            self.to = to
            self.kernel = kernel
        }
    }

    /// One possible future: what comes past all plants, m3/s.
    public struct Member: Hashable, Sendable {
        /// [plant][step]
        public var toPlants: [[Double]]
        /// [town][step]
        public var toTowns: [[Double]]

        /// Makes a member.
        public init(toPlants: [[Double]], toTowns: [[Double]]) {
            self.toPlants = toPlants
            self.toTowns = toTowns
        }

        /// More water, m3/s in each step.
        mutating func add(_ flow: [Double], at place: Destination) {
            switch place {
            case .plant(let plant): for step in flow.indices { toPlants[plant][step] += flow[step] }
            case .town(let town): for step in flow.indices { toTowns[town][step] += flow[step] }
            }
        }
    }

    /// When the first step begins.
    public var start: Instant
    /// s that the clock of the rules is ahead of UTC.
    public var zone: Int64
    /// s of a step, > 0.
    public var step: Int64
    /// Number of steps.
    public var steps: Int
    /// Steps whose releases are the same in all futures; not shorter than the longest notice time.
    public var sharedSteps: Int
    /// Stages after the shared steps, see ``ReleaseProblem/Stage``; those that end inside the shared steps count for nothing.
    public var stages: [ReleaseProblem.Stage] = []
    /// The plants.
    public var plants: [Plant]
    /// The towns.
    public var towns: [Town]
    /// How the water goes.
    public var reaches: [Reach]
    /// The futures, equally likely.
    public var members: [Member]
    /// What counts.
    public var objectives: PlanObjectives

    /// Makes a cascade; ``fault`` says what is wrong with it.
    public init(
        start: Instant, zone: Int64 = 0, step: Int64 = 3600, steps: Int, sharedSteps: Int, plants: [Plant],
        towns: [Town], reaches: [Reach], members: [Member], objectives: PlanObjectives = PlanObjectives()
    ) {
        self.start = start
        self.zone = zone
        self.step = step
        self.steps = steps
        self.sharedSteps = sharedSteps
        self.plants = plants
        self.towns = towns
        self.reaches = reaches
        self.members = members
        self.objectives = objectives
    }

    /// The cascade with some of its futures alone.
    func keeping(members places: [Int]) -> PlannedCascade {
        var few = self
        few.members = places.map { members[$0] }
        few.stages = stages.map { stage in .init(until: stage.until, groups: places.map { stage.groups[$0] }) }
        return few
    }

    /// The day of a step in the zone of the rules.
    public func date(ofStep index: Int) -> CivilDate {
        let seconds = start.secondsSinceEpoch + zone + Int64(index) * step
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return CivilDate(daysSinceEpoch: day)
    }

    /// When a step begins.
    public func time(ofStep index: Int) -> Instant {
        Instant(secondsSinceEpoch: start.secondsSinceEpoch + Int64(index) * step)
    }

    /// Plants in an order in which each comes after all above it.
    var upstreamFirst: [Int] { problem.downstreamFirst.reversed() }
}

/// What a plan is judged by, in the order of its classes: each class counts a hundred times the next.
///
/// Dam safety is no class: the highest and lowest levels are limits. The classes may be put in another order, that of the
/// agreement.
public struct PlanObjectives: Hashable, Sendable {
    /// A class.
    public enum Class: String, Hashable, Sendable, CaseIterable {
        /// Water above the level from which on a dam's own safety counts, see ``PlannedCascade/Plant/safe``.
        case safety
        /// Flows at the towns of every party, in units of its own alarm flows; parties count alike.
        case towns
        /// Water above the level of the season.
        case season
        /// Changes of release.
        case changes
        /// The level wanted at the end.
        case end
    }

    /// The most important first; a class that is left out does not count.
    public var order: [Class] = Class.allCases
    /// How much of the weight of a peak is on the mean of the worst scenarios, 0...1.
    public var caution = 0.3
    /// Which share of the scenarios is the worst, above 0, at most 1.
    public var tailShare = 0.1

    /// Makes objectives.
    public init(order: [Class] = Class.allCases, caution: Double = 0.3, tailShare: Double = 0.1) {
        self.order = order
        self.caution = caution
        self.tailShare = tailShare
    }

    /// The weight of a class.
    func weight(_ wanted: Class) -> Double {
        guard let place = order.firstIndex(of: wanted) else { return 0 }
        // without a class of its own, safety is in the limits alone
        return [1e5, 1e3, 10, 0.1, 1e-3][min(order.contains(.safety) ? place : place + 1, 4)]
    }
}
