public import Series

/// Days that come back every year, both ends included; a period may pass the end of the year.
public struct YearlyPeriod: Hashable, Sendable {
    /// Month 1...12 and day 1...31 of the first day.
    public let firstMonth, firstDay: Int
    /// Month and day of the last day.
    public let lastMonth, lastDay: Int

    /// Makes a period; nil when a leap year has no such day.
    public init?(from first: (month: Int, day: Int), to last: (month: Int, day: Int)) {
        for day in [first, last] where CivilDate(year: 2000, month: day.month, day: day.day) == nil { return nil }
        (firstMonth, firstDay) = (first.month, first.day)
        (lastMonth, lastDay) = (last.month, last.day)
    }

    /// Reads `MM-DD/MM-DD`.
    public init?(text: String) {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        var days: [(month: Int, day: Int)] = []
        for end in ends {
            let parts = end.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2,
                parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
                let month = Int(parts[0]), let day = Int(parts[1])
            else { return nil }
            days.append((month, day))
        }
        self.init(from: days[0], to: days[1])
    }

    /// `MM-DD/MM-DD`.
    public var text: String {
        [firstMonth, firstDay, lastMonth, lastDay].map { $0 < 10 ? "0\($0)" : "\($0)" }.enumerated()
            .map { [0, 2].contains($0) ? $1 + "-" : $0 == 1 ? $1 + "/" : $1 }.joined()
    }

    /// Whether a day belongs to the period, whatever its year.
    public func contains(_ date: CivilDate) -> Bool {
        let parts = date.parts
        let day = parts.month * 100 + parts.day
        let (first, last) = (firstMonth * 100 + firstDay, lastMonth * 100 + lastDay)
        return first <= last ? (first...last).contains(day) : day >= first || day <= last
    }
}

/// A level that the rules of a reservoir name, with the days on which it holds.
public struct CharacteristicLevel: Hashable, Sendable {
    /// What the level means.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Lowest operating level.
        case dead
        /// Full supply level.
        case normal
        /// Highest level before a flood comes, in a part of the flood season.
        case beforeFlood = "before-flood"
        /// Highest level to which a flood may be stored for the towns below.
        case floodStorage = "flood-storage"
        /// Highest level to which the reservoir may be filled late in the season.
        case filling
        /// Level of the check flood: above it the dam's own safety alone counts.
        case check
    }

    /// What the level means.
    public let kind: Kind
    /// m.
    public let level: Double
    /// The days of the year on which it holds; nil for the whole year.
    public let period: YearlyPeriod?
    /// The first day on which the rule is in force; nil when it always was.
    public let validFrom: CivilDate?
    /// The day from which it is no longer; nil while it is.
    public let validTo: CivilDate?
    /// The article that says so, as it is quoted.
    public let article: String
    /// How sure the number is.
    public let quality: FactQuality
    /// Where it was read.
    public let source: String

    /// Makes a level.
    public init(
        kind: Kind, level: Double, period: YearlyPeriod? = nil, validFrom: CivilDate? = nil, validTo: CivilDate? = nil,
        article: String = "", quality: FactQuality, source: String
    ) {
        self.kind = kind
        self.level = level
        self.period = period
        self.validFrom = validFrom
        self.validTo = validTo
        self.article = article
        self.quality = quality
        self.source = source
    }

    /// Whether the level holds on a day.
    public func holds(on date: CivilDate) -> Bool {
        if let validFrom, date < validFrom { return false }
        if let validTo, date >= validTo { return false }
        return period?.contains(date) ?? true
    }
}

extension [CharacteristicLevel] {
    /// The level of a kind on a day: of several the one in force since the latest day, of those the one whose period is
    /// narrower than the year; nil when none is known, which is no licence to invent one.
    public func level(_ kind: CharacteristicLevel.Kind, on date: CivilDate) -> CharacteristicLevel? {
        filter { $0.kind == kind && $0.holds(on: date) }.enumerated().max { left, right in
            func rank(_ entry: (offset: Int, element: CharacteristicLevel)) -> (Int64, Int, Int) {
                (
                    entry.element.validFrom?.daysSinceEpoch ?? .min, entry.element.period == nil ? 0 : 1, -entry.offset
                )
            }
            return rank(left) < rank(right)
        }?.element
    }
}
