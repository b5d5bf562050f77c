import Foundation
import Series

/// Times as they come in from the command line.
enum TimeInput {
    /// The clock of the machine.
    static var now: Instant { Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)) }

    /// A time with its zone; nil when none is given.
    static func time(_ text: String?, option: String) throws -> Instant? {
        guard let text else { return nil }
        do throws(TimeTextProblem) { return try Instant(iso8601: text) } catch {
            throw CommandRefusal(.usage, "\(option) \(error.text): \(error.advice)")
        }
    }
}
