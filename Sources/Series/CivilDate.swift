/// A day of the proleptic Gregorian calendar.
///
/// The day arithmetic follows the era method of Howard Hinnant, "chrono-compatible low-level date algorithms" (2013).
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public let daysSinceEpoch: Int64

    /// Makes a date from days since 1970-01-01.
    public init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// Makes a date; nil when the calendar has no such day.
    ///
    /// - Parameters:
    ///   - year: 0...9999.
    ///   - month: 1...12.
    ///   - day: 1...31.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.lengthOfMonth(year: year, month: month)
        else { return nil }
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// - Throws: ``TimeTextProblem`` when the form is wrong or the day does not exist.
    public init(iso8601 text: String) throws(TimeTextProblem) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = digits(bytes, 0, 4), let month = digits(bytes, 5, 2), let day = digits(bytes, 8, 2)
        else { throw TimeTextProblem(code: .form, text: text) }
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw TimeTextProblem(code: .range, text: text)
        }
        self = date
    }

    /// Year, month (1...12) and day of the month (1...31).
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1))
    }

    /// Earlier days sort first.
    public static func < (left: CivilDate, right: CivilDate) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

    private static func lengthOfMonth(year: Int, month: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}

extension CivilDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = parts
        let padded = String(year)
        return String(repeating: "0", count: max(0, 4 - padded.count)) + padded + "-" + twoDigits(month) + "-"
            + twoDigits(day)
    }
}

/// A span of days during which a name, an office, a rating or an alarm level holds: `from` included, `until` excluded.
public struct Validity: Hashable, Sendable {
    /// The first day; nil when it has always held as far as is known.
    public let from: CivilDate?
    /// The first day on which it no longer holds; nil while it holds.
    public let until: CivilDate?

    /// Holds always.
    public static let always = Validity(from: nil, until: nil)

    /// Makes a validity.
    public init(from: CivilDate?, until: CivilDate?) {
        self.from = from
        self.until = until
    }

    /// Whether it holds on `day`.
    public func contains(_ day: CivilDate) -> Bool {
        if let from, day < from { return false }
        if let until, day >= until { return false }
        return true
    }

    /// Whether two spans share a day.
    public func overlaps(_ other: Validity) -> Bool {
        if let until, let from = other.from, from >= until { return false }
        if let from, let until = other.until, from >= until { return false }
        return true
    }
}
