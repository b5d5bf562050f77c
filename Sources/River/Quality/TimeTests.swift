public import Series

/// Times that cannot be: outside a span, or none at all.
public struct ImpossibleDateTest: Hashable, Sendable {
    /// s since 1970, ends included; nil: every time is possible.
    public let span: ClosedRange<Int64>?

    /// Makes a test.
    public init(span: ClosedRange<Int64>? = nil) { self.span = span }

    /// One flag a time; nil is missing.
    public func flags(_ times: [Int64?]) -> [Quality] {
        times.map { time in
            guard let time else { return .missing }
            return span.map { $0.contains(time) } ?? true ? .good : .fail
        }
    }
}

/// Times too far behind the one before.
public struct TimeGapTest: Hashable, Sendable {
    /// s: a longer gap fails.
    public let fail: Double

    /// Makes a test.
    public init(fail: Double) { self.fail = fail }

    /// One flag a time; nil is missing; the first is good, and so is one behind a missing time.
    public func flags(_ times: [Int64?]) -> [Quality] {
        times.indices.map { place in
            guard let time = times[place] else { return .missing }
            guard place > 0, let before = times[place - 1] else { return .good }
            return Double(time - before) > fail ? .fail : .good
        }
    }
}
