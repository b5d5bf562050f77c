/// A moment in time: whole seconds of UTC since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Exact and hashable, so that both sides of a border write the same bytes. Local time exists only at the edges: see
/// ``UTCOffset``.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    /// Seconds since 1970-01-01T00:00:00Z; negative before it.
    public var secondsSinceEpoch: Int64

    /// Makes an instant from seconds since the epoch.
    @inlinable
    public init(secondsSinceEpoch: Int64) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// Takes seconds since the epoch from another hand: nil outside the years 0 to 9999, with which nothing can be computed that
    /// means anything.
    @inlinable
    public init?(foreign secondsSinceEpoch: Int64) {
        guard (-62_167_219_200...253_402_300_799).contains(secondsSinceEpoch) else { return nil }
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// Makes an instant from a civil date and a time of day in a zone.
    ///
    /// - Parameters:
    ///   - date: the civil date in the zone.
    ///   - secondOfDay: s since local midnight, 0..<86400.
    ///   - offset: the zone's distance from UTC.
    public init(_ date: CivilDate, secondOfDay: Int = 0, offset: UTCOffset = .zero) {
        self.secondsSinceEpoch = date.daysSinceEpoch * 86_400 + Int64(secondOfDay) - Int64(offset.minutes) * 60
    }

    /// Reads a single number of seconds, so that stored instants stay readable.
    public init(from decoder: any Decoder) throws {
        secondsSinceEpoch = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes a single number of seconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secondsSinceEpoch)
    }

    /// Earlier instants sort first.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// The instant `seconds` later.
    @inlinable
    public static func + (left: Instant, seconds: Int64) -> Instant {
        Instant(secondsSinceEpoch: left.secondsSinceEpoch + seconds)
    }

    /// The instant `seconds` earlier.
    @inlinable
    public static func - (left: Instant, seconds: Int64) -> Instant {
        Instant(secondsSinceEpoch: left.secondsSinceEpoch - seconds)
    }

    /// Seconds from `right` to `left`.
    @inlinable
    public static func - (left: Instant, right: Instant) -> Int64 {
        left.secondsSinceEpoch - right.secondsSinceEpoch
    }

    /// Hours from `other` to this instant, h.
    @inlinable
    public func hours(since other: Instant) -> Double {
        Double(secondsSinceEpoch - other.secondsSinceEpoch) / 3600
    }

    /// The latest multiple of `step` seconds that is not after this instant.
    ///
    /// - Parameter step: s, > 0.
    public func roundedDown(toStep step: Int64) -> Instant {
        precondition(step > 0, "a step of time must be positive")
        let remainder = secondsSinceEpoch % step
        return self - (remainder < 0 ? remainder + step : remainder)
    }

    /// The earliest multiple of `step` seconds that is not before this instant.
    ///
    /// - Parameter step: s, > 0.
    public func roundedUp(toStep step: Int64) -> Instant {
        let down = roundedDown(toStep: step)
        return down == self ? self : down + step
    }

    /// The civil date and the second of the day in a zone.
    public func civil(in offset: UTCOffset) -> (date: CivilDate, secondOfDay: Int) {
        let local = secondsSinceEpoch + Int64(offset.minutes) * 60
        var days = local / 86_400
        var second = local % 86_400
        if second < 0 {
            days -= 1
            second += 86_400
        }
        return (CivilDate(daysSinceEpoch: days), Int(second))
    }
}

extension Instant: CustomStringConvertible {
    /// ISO 8601 in UTC, for example `2024-09-09T13:00:00Z`.
    public var description: String { iso8601() }

    /// ISO 8601 with the zone's offset; UTC itself is written `Z`.
    public func iso8601(in offset: UTCOffset = .zero) -> String {
        let suffix = offset == .zero ? "Z" : offset.description
        return iso8601LocalPart(in: offset) + suffix
    }

    /// The form that CAP 1.2 asks for: the offset always written, a zero offset as `-00:00`.
    ///
    /// Source: OASIS CAP 1.2 (2010), section 3.3.2.
    public func commonAlertingProtocolTime(in offset: UTCOffset) -> String {
        iso8601LocalPart(in: offset) + (offset == .zero ? "-00:00" : offset.description)
    }

    private func iso8601LocalPart(in offset: UTCOffset) -> String {
        let (date, second) = civil(in: offset)
        return date.description + "T" + twoDigits(second / 3600) + ":" + twoDigits(second / 60 % 60) + ":"
            + twoDigits(second % 60)
    }

    /// The clock time `hh:mm` in a zone.
    public func clock(in offset: UTCOffset) -> String {
        let second = civil(in: offset).secondOfDay
        return twoDigits(second / 3600) + ":" + twoDigits(second / 60 % 60)
    }
}

/// Why a text is not an instant, or not a date.
public struct TimeTextProblem: Error, Hashable, Sendable {
    /// What is wrong with the text.
    public enum Code: String, Sendable {
        /// The text does not have the form `YYYY-MM-DDThh:mm[:ss]` followed by a zone.
        case form
        /// The date or the hour does not exist.
        case range
        /// The zone is missing: a time without one is questioned, not guessed.
        case zoneMissing
    }

    /// What is wrong.
    public let code: Code
    /// The text as it was given.
    public let text: String

    /// Makes a problem.
    public init(code: Code, text: String) {
        self.code = code
        self.text = text
    }

    /// The advice for whoever wrote the text, in English.
    public var advice: String {
        switch code {
        case .form: "write a time as YYYY-MM-DDThh:mm:ss followed by its zone, for example 2024-09-09T15:00:00+07:00"
        case .range: "this date or hour does not exist in the calendar"
        case .zoneMissing: "add the zone to the time: hours and minutes ahead of UTC such as +07:00, Z for UTC"
        }
    }
}

extension Instant {
    /// Reads ISO 8601 with a zone: `2024-09-09T15:00+07:00`, seconds optional, `Z` for UTC.
    ///
    /// - Throws: ``TimeTextProblem`` when the form is wrong, the moment does not exist, or the zone is missing.
    public init(iso8601 text: String) throws(TimeTextProblem) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else {
            throw TimeTextProblem(code: .form, text: text)
        }
        let date = try CivilDate(iso8601: String(decoding: bytes[..<10], as: UTF8.self))
        guard let hour = digits(bytes, 11, 2), bytes[13] == UInt8(ascii: ":"), let minute = digits(bytes, 14, 2) else {
            throw TimeTextProblem(code: .form, text: text)
        }
        var position = 16
        var second = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
            guard let value = digits(bytes, position + 1, 2) else { throw TimeTextProblem(code: .form, text: text) }
            second = value
            position += 3
        }
        guard hour < 24, minute < 60, second < 60 else { throw TimeTextProblem(code: .range, text: text) }
        let zone = String(decoding: bytes[position...], as: UTF8.self)
        if zone.isEmpty { throw TimeTextProblem(code: .zoneMissing, text: text) }
        guard let offset = UTCOffset(iso8601: zone) else { throw TimeTextProblem(code: .form, text: text) }
        self.init(date, secondOfDay: hour * 3600 + minute * 60 + second, offset: offset)
    }
}

/// Reads `count` ASCII digits at `start`; nil when there are fewer or another character.
func digits(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
    guard start + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[start..<(start + count)] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
    }
    return value
}

/// A number below 100 as two digits.
func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
