public import River
public import Series

/// A dam with what is kept and wanted there, and what may come to it in the next days as far as its newest readings say.
///
/// Nothing is known of rain or of water on its way: the last known inflow grows by a share within some hours and falls by half
/// in two days after that. Fifteen such futures, all **estimated**.
public struct DamOutlook: Sendable {
    /// What is kept and wanted.
    public struct Terms: Hashable, Sendable {
        /// m: never lower, never higher.
        public var lowest, highest: Double
        /// s between order and execution.
        public var notice: Int64
        /// Hours between two plans.
        public var every: Int
        /// Hours that a plan looks ahead.
        public var horizon: Int
        /// Hours whose orders hold for all futures: three times the usual notice, and twice the hours between plans. More makes plans
        /// that guard against futures which will have shown themselves by then.
        public var shared = 12
        /// s that the clock of the rules is ahead of UTC.
        public var zone: Int64

        /// Hours that a plan looks ahead where nothing else is said.
        public static let usualHorizon = 72

        /// Makes terms.
        public init(
            lowest: Double, highest: Double, notice: Int64 = 4 * 3600, every: Int = 6, horizon: Int = usualHorizon,
            zone: Int64 = 7 * 3600
        ) {
            self.lowest = lowest
            self.highest = highest
            self.notice = notice
            self.every = every
            self.horizon = horizon
            self.zone = zone
        }
    }

    /// How the dam stands.
    public struct State: Hashable, Sendable {
        /// When.
        public var time: Instant
        /// m.
        public var level: Double
        /// m3/s, the last known.
        public var inflow: Double
        /// m3/s in all.
        public var release: Double
        /// Gates open.
        public var gatesOpen: Int
        /// s since a gate was moved; `.max` where nobody knows of a move.
        public var sinceMove: Int64
        /// Gates open in each of the next hours, by orders of which notice has been given.
        public var announced: [Int] = []

        /// Makes a state.
        public init(
            time: Instant, level: Double, inflow: Double, release: Double, gatesOpen: Int, sinceMove: Int64 = .max
        ) {
            self.time = time
            self.level = level
            self.inflow = inflow
            self.release = release
            self.gatesOpen = gatesOpen
            self.sinceMove = sinceMove
        }
    }

    /// A place below the dam and the hours that its water needs to come there.
    public struct Below: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// Whose it is.
        public let party: PartyID
        /// h, >= 0.
        public let hours: Int

        /// Makes a place.
        public init(id: String, party: PartyID, hours: Int) {
            self.id = id
            self.party = party
            self.hours = hours
        }
    }

    /// Its id in plans.
    public let id: String
    /// Who runs it.
    public let party: PartyID
    let dam: Dam
    let rules: OperatingRules
    let terms: Terms

    /// Makes an outlook; nil when the terms make no sense, or when the storage table begins above the lowest level.
    public init?(id: String = "dam", dam: Dam, rules: OperatingRules, terms: Terms, party: PartyID) {
        guard terms.lowest < terms.highest, terms.every >= 1, (24...480).contains(terms.horizon),
            (0...Int64(terms.shared) * 3600).contains(terms.notice), (terms.every...24).contains(terms.shared),
            PoolStepper(dam) != nil,
            dam.table.rows[0].level <= terms.lowest, dam.table.rows[0].storage >= 0
        else { return nil }
        self.id = id
        self.dam = dam
        self.rules = rules
        self.terms = terms
        self.party = party
    }

    /// Hours in which no new order can be carried out.
    public var noticeHours: Int { Int((terms.notice + 3599) / 3600) }

    /// What may come, m3/s in each hour.
    public static func members(from flow: Double, hours: Int) -> [[Double]] {
        var members: [[Double]] = []
        for growth in [1, 1.2, 1.5, 2, 3] {
            for time in [6.0, 18, 36] {
                members.append(
                    (0..<hours).map { step in
                        let ahead = Double(step) + 0.5
                        let rise = flow + (growth - 1) * flow * min(1, ahead / time)
                        return ahead <= time ? rise : rise * Elementary.exp(-0.693147 * (ahead - time) / 48)
                    })
            }
        }
        return members
    }

    /// Gates that a release needs beside the turbines at a level: **estimated** where no telegram says how many are open.
    public func gates(for release: Double, atLevel level: Double) -> Int {
        guard let gates = dam.gates else { return 0 }
        let wanted = release - dam.turbineCapacity(atLevel: level)
        guard wanted > 0 else { return 0 }
        let miss = { (open: Int) in (gates.discharge(atLevel: level, open: Double(open)) - wanted).magnitude }
        return (0...gates.count).min { miss($0) < miss($1) } ?? 0
    }

    /// The dam as a plant of a cascade.
    func plant(id: String, from state: State) -> PlannedCascade.Plant {
        let bottom = dam.table.rows[0].level
        let season = min(rules.seasonLevel(on: day(of: state.time))?.level ?? terms.highest, terms.highest)
        var plant = PlannedCascade.Plant(
            id: id, party: party, dam: dam, rules: rules, level: max(state.level, bottom), gatesOpen: state.gatesOpen,
            sinceMove: state.sinceMove, releaseBefore: max(0, state.release),
            lowest: max(bottom, min(terms.lowest, state.level - 0.1)), season: season,
            highest: max(terms.highest, state.level + 0.05), target: season, rampMax: 1500, notice: terms.notice)
        plant.announced = state.announced
        plant.safe = rules.floodTop(on: day(of: state.time))?.level
        return plant
    }

    /// The dam alone with its futures; water that leaves it goes past the place below.
    public func cascade(from state: State, below: Below? = nil) -> PlannedCascade {
        let town = below ?? Below(id: "below", party: party, hours: 0)
        return PlannedCascade(
            of: [(id, self, state)], towns: [(.init(id: town.id, party: town.party, alarms: []), nil)],
            reaches: [.init(from: 0, to: .town(0), kernel: [.init(lag: town.hours, weight: 1)])], start: state.time)
    }

    /// What to do from a state on: a plan beside the rules, without further questions.
    public func advice(from state: State, below: Below? = nil) -> ReleaseAdvice {
        AdviceMaker(cascade(from: state, below: below), questions: .none).advice()
    }

    func day(of time: Instant) -> CivilDate {
        let seconds = time.secondsSinceEpoch + terms.zone
        return CivilDate(daysSinceEpoch: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    }
}
