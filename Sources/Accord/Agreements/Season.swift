public import Series

/// A day of any year; 29 February exists.
public struct MonthDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1...12.
    public let month: Int
    /// 1...31.
    public let day: Int

    /// Makes a day; nil when no year has it.
    public init?(month: Int, day: Int) {
        guard CivilDate(year: 2000, month: month, day: day) != nil else { return nil }
        self.month = month
        self.day = day
    }

    /// Reads `MM-DD`; nil when the form is wrong or no year has the day.
    public init?(_ text: String) {
        guard text.utf8.count == 5, let date = try? CivilDate(iso8601: "2000-" + text) else { return nil }
        let (_, month, day) = date.parts
        self.month = month
        self.day = day
    }

    /// `MM-DD`.
    public var description: String {
        (month < 10 ? "0" : "") + "\(month)-" + (day < 10 ? "0" : "") + "\(day)"
    }

    /// The day before; 29 February stands before 1 March.
    public var dayBefore: MonthDay { shifted(by: -1) }
    /// The day after; 29 February stands after 28 February.
    public var dayAfter: MonthDay { shifted(by: 1) }

    private func shifted(by days: Int64) -> MonthDay {
        guard let date = CivilDate(year: 2000, month: month, day: day) else { return self }
        let (_, month, day) = CivilDate(daysSinceEpoch: date.daysSinceEpoch + days).parts
        return MonthDay(month: month, day: day) ?? self
    }

    /// Earlier in the year sorts first.
    public static func < (left: MonthDay, right: MonthDay) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }
}

/// A part of every year, both days included, midnight as a named zone has it. It may pass the turn of the year.
public struct SeasonWindow: Hashable, Sendable {
    /// The first day.
    public let from: MonthDay
    /// The last day, included.
    public let to: MonthDay
    /// Where midnight is.
    public let zone: NamedZone

    /// Makes a season.
    public init(from: MonthDay, to: MonthDay, zone: NamedZone) {
        self.from = from
        self.to = to
        self.zone = zone
    }

    /// The rest of the year; nil when the season leaves no day out.
    public var complement: SeasonWindow? {
        let (first, last) = (to.dayAfter, from.dayBefore)
        return first == from ? nil : SeasonWindow(from: first, to: last, zone: zone)
    }

    /// Whether a moment lies in the season.
    public func contains(_ instant: Instant) -> Bool {
        let (_, month, day) = instant.civil(in: zone.offset).date.parts
        guard let today = MonthDay(month: month, day: day) else { return false }
        return from <= to ? (from <= today && today <= to) : (from <= today || today <= to)
    }
}
