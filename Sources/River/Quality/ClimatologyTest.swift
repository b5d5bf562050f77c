public import Series

/// QARTOD test 5, climatology: spans of values that hold at times of the year, or between two moments, and at depths. Members are
/// applied in order, a later one overrules an earlier one; a value that none covers is not evaluated. All spans include their ends.
public struct ClimatologyTest: Hashable, Sendable {
    /// When a member holds.
    public enum Season: Hashable, Sendable {
        /// Between two moments, s since 1970.
        case moments(ClosedRange<Int64>)
        /// Months 1...12.
        case months(ClosedRange<Int>)
        /// Weeks of ISO 8601, 1...53.
        case weeks(ClosedRange<Int>)
        /// Days of the year, 1...366.
        case days(ClosedRange<Int>)
        /// Quarters, 1...4.
        case quarters(ClosedRange<Int>)
    }

    /// Spans that hold in a season.
    public struct Member: Hashable, Sendable {
        /// When.
        public let season: Season
        /// Outside is suspect.
        public let span: ClosedRange<Double>
        /// Outside fails; nil: nothing does.
        public let failSpan: ClosedRange<Double>?
        /// m: the depths at which it holds; nil: at all, known or not.
        public let depths: ClosedRange<Double>?

        /// Makes a member.
        public init(
            season: Season, span: ClosedRange<Double>, failSpan: ClosedRange<Double>? = nil,
            depths: ClosedRange<Double>? = nil
        ) {
            self.season = season
            self.span = span
            self.failSpan = failSpan
            self.depths = depths
        }
    }

    /// In the order in which they are applied.
    public let members: [Member]

    /// Makes a test.
    public init(members: [Member]) { self.members = members }

    /// One flag a value.
    ///
    /// - Parameters:
    ///   - times: s since 1970, as many as there are values.
    ///   - depths: m; nil where unknown; nil for a record without depths.
    public func flags(_ values: GappedValues, at times: SeriesTimes, depths: GappedValues? = nil) -> [Quality] {
        precondition(times.count >= values.count, "one time a value")
        var flags = values.flags(.notEvaluated)
        var calendar = SeasonCalendar()
        for place in values.storage.indices where flags[place] != .missing {
            let value = values.storage[place]
            for member in members {
                guard calendar.contains(member.season, times[place]) else { continue }
                if let span = member.depths {
                    guard let depth = depths?[place], span.contains(depth) else { continue }
                }
                if let fail = member.failSpan, !fail.contains(value) {
                    flags[place] = .fail
                } else {
                    flags[place] = member.span.contains(value) ? .good : .suspect
                }
            }
        }
        return flags
    }
}

/// The calendar of one day, kept for its neighbours in the series.
private struct SeasonCalendar {
    private var day = Int64.min
    private var month = 0
    private var week = 0
    private var dayOfYear = 0

    mutating func contains(_ season: ClimatologyTest.Season, _ time: Int64) -> Bool {
        if case .moments(let span) = season { return span.contains(time) }
        let today = time >= 0 ? time / 86_400 : (time - 86_399) / 86_400
        if today != day { read(today) }
        switch season {
        case .moments: return false
        case .months(let span): return span.contains(month)
        case .weeks(let span): return span.contains(week)
        case .days(let span): return span.contains(dayOfYear)
        case .quarters(let span): return span.contains((month + 2) / 3)
        }
    }

    private mutating func read(_ today: Int64) {
        day = today
        let parts = CivilDate(daysSinceEpoch: today).parts
        month = parts.month
        dayOfYear = Int(today - SeasonCalendar.newYear(parts.year)) + 1
        // a week belongs to the year of its Thursday (ISO 8601)
        let weekday = ((today + 3) % 7 + 7) % 7
        let thursday = today - weekday + 3
        let year = CivilDate(daysSinceEpoch: thursday).parts.year
        week = Int(thursday - SeasonCalendar.newYear(year)) / 7 + 1
    }

    private static func newYear(_ year: Int) -> Int64 {
        CivilDate(year: min(max(year, 0), 9999), month: 1, day: 1)?.daysSinceEpoch ?? 0
    }
}
