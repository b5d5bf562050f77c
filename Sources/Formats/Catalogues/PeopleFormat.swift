public import Series

/// Numbers and times as people read them in one language: deterministic, independent of the machine's locale.
///
/// A time is always written with its zone.
public struct PeopleFormat: Sendable {
    /// The language.
    public let language: Language
    /// The zones that people on the river keep: a moment is written in all of them.
    public let zones: [UTCOffset]

    /// Makes a format.
    public init(_ language: Language, zones: [UTCOffset] = []) {
        self.language = language
        self.zones = zones
    }

    /// The zones of the others on the river, for somebody in this one.
    public func otherZones(than zone: UTCOffset) -> [UTCOffset] { zones.filter { $0 != zone } }

    /// A number with a fixed count of decimals: `12.345,60` in Vietnamese, `12,345.60` otherwise; minus as U+2212.
    ///
    /// - Parameters:
    ///   - value: finite; from 2^63 on its shortest form.
    ///   - digits: decimals, 0...6; halves are rounded away from zero.
    public func number(_ value: Double, digits: Int) -> String {
        let isVietnamese = language == .vietnamese
        let text = fixedDecimal(value, digits: digits)
        guard !text.contains("e") else { return isVietnamese ? text.replacing(".", with: ",") : text }
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        var whole = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0, (parts[0].count - index) % 3 == 0 { whole += isVietnamese ? "." : "," }
            whole.append(digit)
        }
        let fraction = parts.count > 1 ? (isVietnamese ? "," : ".") + parts[1] : ""
        return (isNegative ? "\u{2212}" : "") + whole + fraction
    }

    /// A share 0...1 as whole per cent without the sign; what is neither none nor all is never shown as 0 or 100.
    public func percent(_ share: Double) -> String {
        let bounded = min(1, max(0, share))
        let rounded = Int((bounded * 100).rounded())
        if bounded > 0, rounded == 0 { return number(1, digits: 0) }
        if bounded < 1, rounded == 100 { return number(99, digits: 0) }
        return number(Double(rounded), digits: 0)
    }

    /// The unit as people write it: `m³/s` for `m3/s`.
    public func unit(_ unit: Unit) -> String {
        switch unit {
        case .cubicMetrePerSecond: "m³/s"
        case .cubicMetre: "m³"
        case .degreeCelsius: "°C"
        case .count: ""
        default: unit.rawValue
        }
    }

    /// Day, hour and zone: `15:00 ngày 09/9/2024 (UTC+7)`, `2024年9月9日15:00（UTC+8）`, `15:00, 9 Sep 2024 (UTC+7)`.
    public func time(_ instant: Instant, in zone: UTCOffset) -> String {
        let (year, month, day) = instant.civil(in: zone).date.parts
        let clock = instant.clock(in: zone)
        switch language {
        case .vietnamese: return "\(clock) ngày \(padded(day))/\(vietnameseMonth(month))/\(year) (\(zone.name))"
        case .chinese: return "\(year)年\(month)月\(day)日\(clock)（\(zone.name)）"
        case .english: return "\(clock), \(day) \(englishMonths[month - 1]) \(year) (\(zone.name))"
        }
    }

    /// Hour, day without the year, and zone: `15:00 09/9 (UTC+7)`, `9月9日15:00（UTC+8）`, `15:00, 9 Sep (UTC+7)`.
    public func shortTime(_ instant: Instant, in zone: UTCOffset) -> String {
        let text = shortTimeWithoutZone(instant, in: zone)
        return language == .chinese ? "\(text)（\(zone.name)）" : "\(text) (\(zone.name))"
    }

    /// Hour and day for a table or axis whose heading names the zone: `15:00 09/9`, `9月9日15:00`, `15:00, 9 Sep`.
    public func shortTimeWithoutZone(_ instant: Instant, in zone: UTCOffset) -> String {
        let clock = instant.clock(in: zone)
        let day = day(instant, in: zone)
        switch language {
        case .vietnamese: return "\(clock) \(day)"
        case .chinese: return "\(day)\(clock)"
        case .english: return "\(clock), \(day)"
        }
    }

    /// The day without the year: `09/9`, `9月9日`, `9 Sep`.
    public func day(_ instant: Instant, in zone: UTCOffset) -> String {
        let (_, month, day) = instant.civil(in: zone).date.parts
        switch language {
        case .vietnamese: return "\(padded(day))/\(vietnameseMonth(month))"
        case .chinese: return "\(month)月\(day)日"
        case .english: return "\(day) \(englishMonths[month - 1])"
        }
    }

    /// A day with its year: `30/11/2026`, `2026年11月30日`, `30 November 2026`.
    public func date(_ day: CivilDate, in zone: UTCOffset) -> String {
        date(day) + (language == .chinese ? "（" + zone.name + "）" : " (" + zone.name + ")")
    }

    /// A day with its year.
    public func date(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        switch language {
        case .vietnamese: return "\(padded(day))/\(vietnameseMonth(month))/\(year)"
        case .chinese: return "\(year)年\(month)月\(day)日"
        case .english: return "\(day) \(englishMonths[month - 1]) \(year)"
        }
    }

    /// Hour and zone: `15:00 (UTC+7)`; for a second zone beside a full time when the day is the same.
    public func clock(_ instant: Instant, in zone: UTCOffset) -> String {
        let clock = instant.clock(in: zone)
        return language == .chinese ? "\(clock)（\(zone.name)）" : "\(clock) (\(zone.name))"
    }

    /// A moment in every zone of the river, `zone` first: `15:00, 9 Sep 2024 (UTC+7; 16:00 UTC+8)`; the day is repeated
    /// for another zone only where it differs.
    ///
    /// - Parameter withYear: whether the year is written; without it the Vietnamese form is the short one of tables.
    public func allTimes(_ instant: Instant, in zone: UTCOffset, withYear: Bool = true) -> String {
        let (year, month, day) = instant.civil(in: zone).date.parts
        let clock = instant.clock(in: zone)
        let marks = [zone.name] + otherZones(than: zone).map { otherTime(instant, in: $0, beside: zone) }
        let zones =
            language == .chinese ? "（" + marks.joined(separator: "；") + "）" : " (" + marks.joined(separator: "; ") + ")"
        guard withYear else { return shortTimeWithoutZone(instant, in: zone) + zones }
        switch language {
        case .vietnamese: return "\(clock) ngày \(padded(day))/\(vietnameseMonth(month))/\(year)\(zones)"
        case .chinese: return "\(year)年\(month)月\(day)日\(clock)\(zones)"
        case .english: return "\(clock), \(day) \(englishMonths[month - 1]) \(year)\(zones)"
        }
    }

    private func otherTime(_ instant: Instant, in other: UTCOffset, beside zone: UTCOffset) -> String {
        let isSameDay = instant.civil(in: zone).date == instant.civil(in: other).date
        return (isSameDay ? instant.clock(in: other) : shortTimeWithoutZone(instant, in: other)) + " " + other.name
    }

    private var englishMonths: [String] {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    }

    /// Vietnamese offices write the months 1 and 2 with a leading zero, so that nobody can add a 1 in front, and the
    /// others without.
    private func vietnameseMonth(_ month: Int) -> String { month <= 2 ? padded(month) : "\(month)" }

    private func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// A number with a fixed count of decimals and a point, as machines read it: `82.50`; halves away from zero, no `-0`.
///
/// - Parameters:
///   - value: finite; from 2^63 on its shortest form, `1e+20`.
///   - digits: decimals, 0...6.
public func fixedDecimal(_ value: Double, digits: Int) -> String {
    precondition(value.isFinite, "a number for people is finite")
    precondition((0...6).contains(digits), "a number for people has up to 6 decimals")
    var scale: UInt64 = 1
    for _ in 0..<digits { scale *= 10 }
    // The small push makes 2.675, stored as 2.67499999..., round as it is printed.
    let scaled = value.magnitude * Double(scale)
    guard scaled < 0x1p63 else {
        guard value.magnitude < 0x1p63 else { return "\(value)" }
        // More digits than the number has.
        let whole = "\(Int64(value.rounded(.toNearestOrAwayFromZero)))"
        return digits > 0 ? whole + "." + String(repeating: "0", count: digits) : whole
    }
    let push = scaled < 0x1p50 ? scaled.ulp * 2 : 0
    let units = UInt64((scaled + push).rounded(.toNearestOrAwayFromZero))
    let sign = value < 0 && units > 0 ? "-" : ""
    guard digits > 0 else { return sign + "\(units)" }
    let fraction = "\(units % scale)"
    return sign + "\(units / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
