public import Series

/// A town below a dam for which the rules store a flood.
public struct DownstreamTrigger: Hashable, Sendable {
    /// The station that is protected.
    public let station: StationID
    /// m: the rule begins when the station is expected above this level within ``leadHours``.
    public let above: Double
    /// m: the rule ends when the station is expected below this level; <= ``above``.
    public let endsBelow: Double
    /// h within which the level is expected, > 0.
    public let leadHours: Double
    /// m: how far the reservoir may be filled to hold the station.
    public let storeUpTo: Double
    /// The days of the year on which the rule holds; nil for all.
    public let period: YearlyPeriod?
    /// Whether the rule holds only while the station stands above ``above`` already and is expected to rise further.
    public let whileRising: Bool
    /// The article that says so, as it is quoted.
    public let article: String

    /// Makes a trigger.
    public init(
        station: StationID, above: Double, endsBelow: Double, leadHours: Double, storeUpTo: Double,
        period: YearlyPeriod? = nil, whileRising: Bool = false, article: String
    ) {
        precondition(endsBelow <= above && leadHours > 0, "a trigger ends at or below the level at which it begins")
        self.station = station
        self.above = above
        self.endsBelow = endsBelow
        self.leadHours = leadHours
        self.storeUpTo = storeUpTo
        self.period = period
        self.whileRising = whileRising
        self.article = article
    }

    /// Whether what is expected at the station passes a level.
    fileprivate func isMet(by expected: [OperatingRules.ExpectedLevel], above level: Double) -> Bool {
        let ahead = expected.filter { $0.hours <= leadHours }
        guard whileRising else { return ahead.contains { $0.level > level } }
        guard let next = ahead.min(by: { $0.hours < $1.hours }), next.level > level else { return false }
        return ahead.contains { $0.level > next.level }
    }
}

/// Which rule holds.
public enum RuleMode: String, Hashable, Sendable, CaseIterable {
    /// At the level of the season: what comes is passed on.
    case keep
    /// Above the level of the season: the reservoir is drawn down.
    case drawDown = "draw-down"
    /// Below the level of the season: the reservoir fills.
    case fill
    /// A town below is threatened: the flood is stored.
    case hold
    /// Above the highest level to which a flood may be stored: releases rise with the level.
    case surcharge
    /// At or above the level of the check flood: everything is opened.
    case damSafety = "dam-safety"
}

/// The rules of one reservoir as data; a level that nobody has published is absent, and then the rule that needs it too.
public struct OperatingRules: Hashable, Sendable {
    /// The levels with their periods.
    public var levels: [CharacteristicLevel]
    /// The towns below.
    public var triggers: [DownstreamTrigger]
    /// m3/s that always leave, >= 0.
    public var leastRelease: Double
    /// h in which water above the level of the season is drawn down, > 0.
    public var drawDownHours: Double

    /// Makes rules.
    public init(
        levels: [CharacteristicLevel], triggers: [DownstreamTrigger] = [], leastRelease: Double = 0,
        drawDownHours: Double = 24
    ) {
        precondition(leastRelease >= 0 && drawDownHours > 0, "releases and times are positive")
        self.levels = levels
        self.triggers = triggers
        self.leastRelease = leastRelease
        self.drawDownHours = drawDownHours
    }

    /// A level that is expected at a station.
    public struct ExpectedLevel: Hashable, Sendable {
        /// h until then.
        public let hours: Double
        /// m.
        public let level: Double

        /// Makes one.
        public init(hours: Double, level: Double) {
            self.hours = hours
            self.level = level
        }
    }

    /// What the rules look at.
    public struct Situation: Hashable, Sendable {
        /// The day in the zone of the rules.
        public let date: CivilDate
        /// m.
        public let level: Double
        /// m3/s.
        public let inflow: Double
        /// m3/s that leave at present.
        public let release: Double
        /// m3/s: the highest inflow of the flood so far; drawing down makes no flood higher than it came.
        public let highestInflow: Double
        /// m3 above the level of the season, negative below it; nil where no table says.
        public let storageAboveSeason: Double?
        /// What is expected at each station.
        public let expected: [StationID: [ExpectedLevel]]
        /// The trigger that held until now.
        public let held: DownstreamTrigger?

        /// Makes a situation.
        public init(
            date: CivilDate, level: Double, inflow: Double, release: Double, highestInflow: Double? = nil,
            storageAboveSeason: Double? = nil,
            expected: [StationID: [ExpectedLevel]] = [:], held: DownstreamTrigger? = nil
        ) {
            self.date = date
            self.level = level
            self.inflow = inflow
            self.release = release
            self.highestInflow = max(inflow, highestInflow ?? .infinity)
            self.storageAboveSeason = storageAboveSeason
            self.expected = expected
            self.held = held
        }
    }

    /// What the rules say.
    public struct Decision: Hashable, Sendable {
        /// Which rule.
        public let mode: RuleMode
        /// m3/s wanted, >= 0; infinite where everything is opened.
        public let release: Double
        /// m: the level that the rule looks at; nil where none is known.
        public let level: Double?
        /// The article behind it; empty where the data quote none.
        public let article: String
        /// The trigger, while one holds.
        public let trigger: DownstreamTrigger?
    }

    /// The level of the season: before a flood, while filling, otherwise the normal level; nil where none is known.
    public func seasonLevel(on date: CivilDate) -> CharacteristicLevel? {
        levels.level(.beforeFlood, on: date) ?? levels.level(.filling, on: date) ?? levels.level(.normal, on: date)
    }

    /// The highest level to which a flood may be stored on a date: above it the dam's own safety counts. Nil where none is known.
    public func floodTop(on date: CivilDate) -> CharacteristicLevel? {
        levels.level(.floodStorage, on: date) ?? levels.level(.normal, on: date)
    }

    /// What the rules say of a situation: the dam's own safety first, then the towns below, then the level of the season.
    public func decide(_ situation: Situation) -> Decision {
        let (date, level, inflow) = (situation.date, situation.level, situation.inflow)
        let least = leastRelease
        if let check = levels.level(.check, on: date), level >= check.level {
            return Decision(
                mode: .damSafety, release: .infinity, level: check.level, article: check.article, trigger: nil)
        }
        let trigger = trigger(in: situation)
        let top = floodTop(on: date)
        if let top, level > max(top.level, trigger?.storeUpTo ?? top.level) {
            return surcharge(situation, above: max(top.level, trigger?.storeUpTo ?? top.level), top)
        }
        if let trigger, level < trigger.storeUpTo {
            return Decision(
                mode: .hold, release: max(least, min(situation.release, inflow)), level: trigger.storeUpTo,
                article: trigger.article, trigger: trigger)
        }
        guard let season = seasonLevel(on: date) else {
            return Decision(mode: .keep, release: max(least, inflow), level: nil, article: "", trigger: nil)
        }
        let extra = (situation.storageAboveSeason ?? 0) / (drawDownHours * 3600)
        let mode: RuleMode = level > season.level ? .drawDown : level < season.level ? .fill : .keep
        return Decision(
            mode: mode, release: max(least, min(inflow + extra, situation.highestInflow)), level: season.level,
            article: season.article, trigger: nil)
    }

    /// Between the highest flood level and the check level the release rises from the inflow to everything.
    private func surcharge(
        _ situation: Situation, above level: Double, _ top: CharacteristicLevel
    ) -> Decision {
        let inflow = max(situation.inflow, leastRelease)
        guard let check = levels.level(.check, on: situation.date), check.level > level else {
            return Decision(
                mode: .surcharge, release: max(inflow, situation.release), level: level, article: top.article,
                trigger: nil)
        }
        let share = min(1, (situation.level - level) / (check.level - level))
        return Decision(
            mode: .surcharge, release: max(situation.release, inflow * (1 + share)), level: level,
            article: top.article, trigger: nil)
    }

    /// The trigger that holds: one that began goes on until its station is expected below the level at which it ends.
    private func trigger(in situation: Situation) -> DownstreamTrigger? {
        return triggers.filter { trigger in
            trigger.period?.contains(situation.date) ?? true
                && trigger.isMet(
                    by: situation.expected[trigger.station] ?? [],
                    above: trigger == situation.held ? trigger.endsBelow : trigger.above)
        }.max { $0.storeUpTo < $1.storeUpTo }
    }
}
