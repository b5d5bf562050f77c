/// A regular axis of time.
public struct TimeAxis: Hashable, Sendable {
    /// The first instant.
    public let start: Instant
    /// s between instants, > 0.
    public let step: Int64
    /// Number of instants, >= 0.
    public let count: Int

    /// Makes an axis.
    public init(start: Instant, step: Int64, count: Int) {
        precondition(step > 0 && count >= 0, "an axis has a positive step and a count")
        self.start = start
        self.step = step
        self.count = count
    }

    /// The instant at `index`.
    @inlinable
    public subscript(index: Int) -> Instant { start + Int64(index) * step }

    /// The last instant; nil when the axis is empty.
    public var end: Instant? { count == 0 ? nil : self[count - 1] }

    /// All instants in order.
    public var instants: [Instant] { (0..<count).map { self[$0] } }
}

/// Values at irregular, strictly increasing instants: the usual form of a record with holes.
public struct PointSeries: Hashable, Sendable {
    /// A value at an instant.
    public struct Point: Hashable, Sendable {
        /// When.
        public let time: Instant
        /// In the property's standard unit.
        public let value: Double

        /// Makes a point.
        public init(time: Instant, value: Double) {
            self.time = time
            self.value = value
        }
    }

    /// Strictly increasing in time.
    public private(set) var points: [Point]

    /// Makes a series; unsorted or repeated instants are a bug of the caller.
    public init(_ points: [Point] = []) {
        for index in points.indices.dropFirst() {
            precondition(points[index - 1].time < points[index].time, "points are strictly increasing in time")
        }
        self.points = points
    }

    /// Whether there is no value.
    public var isEmpty: Bool { points.isEmpty }
    /// The latest value.
    public var last: Point? { points.last }
    /// The earliest value.
    public var first: Point? { points.first }

    /// Index of the last point at or before `time`; nil when all are later. O(log n).
    public func index(atOrBefore time: Instant) -> Int? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The value at `time`, straight between neighbours at most `maximumGap` seconds apart; nil outside the record or in a
    /// longer gap. A value that is not at a point is *interpolated*.
    public func value(at time: Instant, maximumGap: Int64) -> Double? {
        guard let index = index(atOrBefore: time) else { return nil }
        let before = points[index]
        if before.time == time { return before.value }
        guard index + 1 < points.count else { return nil }
        let after = points[index + 1]
        guard after.time - before.time <= maximumGap else { return nil }
        let share = Double(time - before.time) / Double(after.time - before.time)
        return before.value + share * (after.value - before.value)
    }

    /// The points in a closed interval.
    public func during(_ interval: ClosedRange<Instant>) -> PointSeries {
        PointSeries(points.filter { interval.contains($0.time) })
    }
}
