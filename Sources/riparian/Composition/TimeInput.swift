import Foundation
import Series

/// Times as they come in from the command line.
enum TimeInput {
    /// The clock of the machine.
    static var now: Instant { Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)) }

    /// ns of a clock that nobody sets.
    static var steadyNanoseconds: Int64 { Int64(clamping: DispatchTime.now().uptimeNanoseconds) }

    /// A time with its zone; nil when none is given.
    static func time(_ text: String?, option: String) throws -> Instant? {
        guard let text else { return nil }
        do throws(TimeTextProblem) { return try Instant(iso8601: text) } catch {
            throw CommandRefusal(.usage, "\(option) \(error.text): \(error.advice)")
        }
    }
}
