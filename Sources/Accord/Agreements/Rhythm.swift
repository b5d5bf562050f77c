/// A time of day, whole minutes.
public struct ClockTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// min since midnight, 0..<1440.
    public let minutes: Int

    /// Makes a time of day; nil outside 0..<1440.
    public init?(minutes: Int) {
        guard (0..<1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    /// Reads `hh:mm`; nil when the form is wrong or no day has the time.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [0, 1, 3, 4].map { Int(bytes[$0]) - 48 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard hour < 24, minute < 60 else { return nil }
        minutes = hour * 60 + minute
    }

    /// `hh:mm`.
    public var description: String {
        let (hour, minute) = (minutes / 60, minutes % 60)
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }

    /// Earlier in the day sorts first.
    public static func < (left: ClockTime, right: ClockTime) -> Bool { left.minutes < right.minutes }
}

/// A time of day on the day of a deadline or on one before it.
public struct RelativeTime: Hashable, Sendable {
    /// 0 for the same day, -1 for the day before.
    public let day: Int
    /// The time of that day.
    public let time: ClockTime

    /// Makes a relative time.
    public init(day: Int, time: ClockTime) {
        self.day = day
        self.time = time
    }
}

/// The observed times that one delivery covers, both ends included.
public struct CoveredWindow: Hashable, Sendable {
    /// The first observed time.
    public let from: RelativeTime
    /// The last observed time.
    public let to: RelativeTime

    /// Makes a window.
    public init(from: RelativeTime, to: RelativeTime) {
        self.from = from
        self.to = to
    }
}

/// One delivery of a day: by when or when, in which zone, and the hours that it covers.
public struct ClockDelivery: Hashable, Sendable {
    /// What the document says about the time.
    public enum Meaning: String, Sendable, CaseIterable, Hashable {
        /// The delivery is late afterwards.
        case deadline
        /// The reading of this time is delivered; the document says elsewhere, or not at all, by when.
        case at
    }

    /// The time of day.
    public let time: ClockTime
    /// What the document says about it.
    public let meaning: Meaning
    /// Whose clock: also that of the covered hours.
    public let zone: NamedZone
    /// The observed times it covers; nil when the document states none.
    public let covers: CoveredWindow?
    /// min between the values inside the delivery; nil when the document states none.
    public let stepMinutes: Int?

    /// Makes a delivery by a deadline.
    public init(deadline: ClockTime, zone: NamedZone, covers: CoveredWindow? = nil, stepMinutes: Int? = nil) {
        self.init(time: deadline, meaning: .deadline, zone: zone, covers: covers, stepMinutes: stepMinutes)
    }

    /// Makes a delivery.
    public init(
        time: ClockTime, meaning: Meaning, zone: NamedZone, covers: CoveredWindow? = nil, stepMinutes: Int? = nil
    ) {
        self.time = time
        self.meaning = meaning
        self.zone = zone
        self.covers = covers
        self.stepMinutes = stepMinutes
    }
}

/// How often a provision is delivered.
public enum Rhythm: Hashable, Sendable {
    /// A value every so many minutes of UTC, > 0.
    case every(minutes: Int)
    /// Deliveries by fixed clock times, in the order of the document.
    case clock([ClockDelivery])
    /// So many deliveries a day, > 0, at times that the document does not state; days of UTC without a zone.
    case perDay(Int, zone: NamedZone?)
}
