import Hummingbird
import HummingbirdCore
import Series

/// The times that a query names: a period, and when it was known.
///
/// A period is `from` and `to`, or `start` and `end`; `start` may be a time, a length of time before now (`P15D`), or both
/// joined by a slash (ISO 8601 intervals: `2024-09-01T00:00Z/P3D`, `2024-09-01T00:00Z/2024-09-04T00:00Z`, `P3D/2024-09-04T00:00Z`).
struct TimeQuery: Equatable {
    /// What is wrong with a query.
    struct Fault: Error, Equatable {
        let problem: Problem
        /// Which part of the query.
        let parameter: String
    }

    /// The first moment; nil for all that is kept.
    let from: Instant?
    /// The last moment; nil for all that is kept.
    let to: Instant?
    /// As it was known then; nil for now.
    let asOf: Instant?

    /// Both ends included; nil for all.
    var interval: ClosedRange<Instant>? {
        guard from != nil || to != nil else { return nil }
        let to = to ?? Instant(secondsSinceEpoch: .max / 4)
        return min(from ?? Instant(secondsSinceEpoch: .min / 4), to)...to
    }

    /// Reads a query.
    ///
    /// - Parameter now: from where lengths of time count back.
    init(_ uri: URI, now: Instant) throws(Fault) {
        self = try TimeQuery(now: now) { name in uri.queryParameters[name[...]].map { String($0) } }
    }

    /// Reads what a query says.
    ///
    /// - Parameter value: the text of a parameter; nil where there is none.
    init(now: Instant, value: (String) -> String?) throws(Fault) {
        func time(_ name: String) throws(Fault) -> Instant? {
            guard let text = value(name) else { return nil }
            guard let time = TimeQuery.time(text) else { throw Fault(problem: .time, parameter: name) }
            return time
        }
        asOf = try time("as-of")
        if let start = value("start") {
            guard value("from") == nil, value("to") == nil else { throw Fault(problem: .period, parameter: "start") }
            let end = try time("end")
            guard let period = TimeQuery.period(start, end: end, now: now) else {
                throw Fault(problem: .period, parameter: "start")
            }
            (from, to) = (period.lowerBound, period.upperBound)
        } else {
            guard value("end") == nil else { throw Fault(problem: .period, parameter: "end") }
            from = try time("from")
            to = try time("to")
        }
        if let from, let to, from > to {
            throw Fault(problem: .period, parameter: value("start") == nil ? "to" : "start")
        }
    }

    /// A time with its zone; nil when it is none. Fractions of a second are left out.
    static func time(_ text: String) -> Instant? {
        guard text.utf8.count <= 40 else { return nil }
        // a plus that was not written as %2B reads as a blank
        var clock = text.dropFirst(11).replacing(" ", with: "+")
        if clock.dropFirst(8).first == "." {
            let digits = clock.dropFirst(9).prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty else { return nil }
            clock = clock.prefix(8) + clock.dropFirst(9 + digits.count)
        }
        return try? Instant(iso8601: String(text.prefix(11)) + clock)
    }

    private static func period(_ text: String, end: Instant?, now: Instant) -> ClosedRange<Instant>? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let bounds: (Instant, Instant)?
        switch parts.count {
        case 1:
            let last = end ?? now
            bounds = (seconds(parts[0]).map { last - $0 } ?? time(parts[0])).map { ($0, last) }
        case 2 where end == nil:
            if let first = time(parts[0]) {
                bounds = (seconds(parts[1]).map { first + $0 } ?? time(parts[1])).map { (first, $0) }
            } else if let length = seconds(parts[0]), let last = time(parts[1]) {
                bounds = (last - length, last)
            } else {
                bounds = nil
            }
        default: bounds = nil
        }
        guard let (first, last) = bounds, first <= last else { return nil }
        return first...last
    }

    /// The length of an ISO 8601 period, s: weeks, days, hours, minutes and seconds, at most a hundred years. Years and months
    /// have no length of their own and are refused.
    static func seconds(_ text: String) -> Int64? {
        guard text.hasPrefix("P"), text.utf8.count <= 24 else { return nil }
        let halves = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let days = sum(halves[0], ["W": 604_800, "D": 86_400]) else { return nil }
        var clock: Int64 = 0
        if halves.count == 2 {
            guard !halves[1].isEmpty, let part = sum(halves[1], ["H": 3_600, "M": 60, "S": 1]) else { return nil }
            clock = part
        } else if halves[0].isEmpty {
            return nil
        }
        let all = days + clock
        return all <= 36_525 * 86_400 ? all : nil
    }

    private static func sum(_ text: Substring, _ units: KeyValuePairs<Character, Int64>) -> Int64? {
        var rest = text
        var total: Int64 = 0
        for (letter, length) in units {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, rest.dropFirst(digits.count).first == letter else { continue }
            guard digits.count <= 10, let count = Int64(digits) else { return nil }
            total += count * length
            rest = rest.dropFirst(digits.count + 1)
        }
        return rest.isEmpty ? total : nil
    }
}
