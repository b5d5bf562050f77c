/// The distance of a civil zone from UTC, whole minutes, -720...840.
///
/// Neither party of a border that Riparian serves keeps summer time, so a fixed offset is the zone.
public struct UTCOffset: Hashable, Sendable {
    /// Minutes east of UTC.
    public let minutes: Int

    /// Universal time.
    public static let zero = UTCOffset(minutes: 0)

    /// Makes an offset.
    ///
    /// - Parameter minutes: -720...840; anything else is a bug of the caller.
    public init(minutes: Int) {
        precondition((-720...840).contains(minutes), "a zone lies between UTC-12 and UTC+14")
        self.minutes = minutes
    }

    /// Reads `Z`, `+07:00` or `-00:00`; nil otherwise.
    public init?(iso8601 text: String) {
        if text == "Z" {
            self = .zero
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[3] == UInt8(ascii: ":"), let hours = digits(bytes, 1, 2), let minutes = digits(bytes, 4, 2),
            minutes < 60
        else { return nil }
        let total = (hours * 60 + minutes) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)
        guard (-720...840).contains(total) else { return nil }
        self.minutes = total
    }
}

extension UTCOffset: CustomStringConvertible {
    /// `+07:00`.
    public var description: String {
        let size = abs(minutes)
        return (minutes < 0 ? "-" : "+") + twoDigits(size / 60) + ":" + twoDigits(size % 60)
    }

    /// `UTC+7`, as a duty officer reads it.
    public var name: String {
        let size = abs(minutes)
        let hours = "UTC" + (minutes < 0 ? "-" : "+") + "\(size / 60)"
        return size % 60 == 0 ? hours : hours + ":" + twoDigits(size % 60)
    }
}
