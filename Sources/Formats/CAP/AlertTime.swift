public import Series

/// A time of the Common Alerting Protocol 1.2, section 3.3.2: whole seconds and an offset, never `Z`.
public struct AlertTime: Hashable, Sendable {
    /// When.
    public let instant: Instant
    /// Minutes east of Greenwich, -840...840.
    public let offsetMinutes: Int
    /// Whether a zero offset stands there as `+00:00`, where the standard wants `-00:00`.
    public let isPositiveZero: Bool

    /// Reads `2020-08-20T09:00:00+07:00`; nil for every other form and for days and hours that do not exist. 24:00:00 is the
    /// end of the day, as in XML Schema.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let pattern = Array("0000-00-00T00:00:00+00:00".utf8)
        guard bytes.count == pattern.count else { return nil }
        for (byte, wanted) in zip(bytes, pattern) {
            let isRight: Bool =
                switch wanted {
                case UInt8(ascii: "0"): byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                case UInt8(ascii: "+"): byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                default: byte == wanted
                }
            guard isRight else { return nil }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
        guard let date = try? CivilDate(iso8601: String(decoding: bytes[0..<10], as: UTF8.self)) else { return nil }
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        let isEndOfDay = hour == 24 && minute == 0 && second == 0
        let offset = number(20..<22) * 60 + number(23..<25)
        guard hour < 24 || isEndOfDay, minute < 60, second < 60, number(23..<25) < 60, offset <= 840 else { return nil }
        let isWest = bytes[19] == UInt8(ascii: "-")
        offsetMinutes = isWest ? -offset : offset
        isPositiveZero = offset == 0 && !isWest
        let local = Instant(date).secondsSinceEpoch + Int64(hour * 3600 + minute * 60 + second)
        guard let instant = Instant(foreign: local - Int64(offsetMinutes) * 60) else { return nil }
        self.instant = instant
    }
}
