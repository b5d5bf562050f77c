public import Series

/// QARTOD test for an attenuated signal: a record that varies too little over its whole length or over a period before each value.
public struct AttenuatedSignalTest: Hashable, Sendable {
    /// What is measured.
    public enum Measure: String, Sendable, CaseIterable, Hashable {
        /// The standard deviation of the population.
        case standardDeviation = "std"
        /// Largest minus smallest.
        case range
    }

    /// A smaller measure is suspect.
    public let suspect: Double
    /// A smaller measure fails.
    public let fail: Double
    /// s before each value, the beginning not included; nil: the whole record.
    public let period: Double?
    /// The fewest values in a period; nil: that of ``leastPeriod``, or one.
    public let leastCount: Int?
    /// s over the median step: the fewest values in a period.
    public let leastPeriod: Double?
    /// What is measured.
    public let measure: Measure

    /// Makes a test.
    public init(
        suspect: Double, fail: Double, period: Double? = nil, leastCount: Int? = nil, leastPeriod: Double? = nil,
        measure: Measure = .standardDeviation
    ) {
        self.suspect = suspect
        self.fail = fail
        self.period = period
        self.leastCount = leastCount
        self.leastPeriod = leastPeriod
        self.measure = measure
    }

    /// One flag a value: not evaluated where a period holds too few values, and for the range where it holds a missing one.
    ///
    /// - Parameter times: s, strictly increasing, as many as there are values.
    public func flags(_ values: GappedValues, at times: SeriesTimes) -> [Quality] {
        guard let period else {
            let known = values.storage.filter { !$0.isNaN }
            let flag = known.isEmpty ? .notEvaluated : flag(of: whole(known))
            return values.flags(flag)
        }
        precondition(times.count >= values.count, "one time a value")
        var least = leastCount ?? 1
        if leastCount == nil, let leastPeriod, let step = times.medianStep, step > 0 {
            least = Int(min(max(leastPeriod / step, 0), 1e15))
        }
        switch measure {
        case .standardDeviation: return rolling(Spread(), values, times, period, max(least, 1))
        case .range: return rolling(Extremes(values.storage), values, times, period, max(least, 1))
        }
    }

    @inline(__always)
    private func flag(of measure: Double) -> Quality {
        measure < fail ? .fail : measure < suspect ? .suspect : .good
    }

    private func whole(_ known: [Double]) -> Double {
        if measure == .range { return (known.max() ?? 0) - (known.min() ?? 0) }
        let mean = known.reduce(0, +) / Double(known.count)
        return (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)).squareRoot()
    }

    private func rolling(
        _ empty: some RollingMeasure, _ values: GappedValues, _ times: SeriesTimes, _ period: Double, _ least: Int
    ) -> [Quality] {
        var window = empty
        var flags = values.flags(.notEvaluated)
        var start = 0
        let span = Int64(min(max(period, 0), 1e15))
        values.storage.withUnsafeBufferPointer { x in
            times.withUnsafeBufferPointer { times in
                flags.withUnsafeMutableBufferPointer { flags in
                    for place in 0..<x.count {
                        window.add(x[place], at: place)
                        while times[start] <= times[place] - span, start < place {
                            window.remove(x[start], at: start)
                            start += 1
                        }
                        guard flags[place] != .missing, window.count >= least, let measure = window.value else {
                            continue
                        }
                        flags[place] = flag(of: measure)
                    }
                }
            }
        }
        return flags
    }
}

/// A measure of a window that moves over a series.
private protocol RollingMeasure {
    /// Number of values in the window that are not missing.
    var count: Int { get }
    /// nil where it does not exist.
    var value: Double? { get }
    mutating func add(_ value: Double, at place: Int)
    mutating func remove(_ value: Double, at place: Int)
}

/// Standard deviation of the population, with mean and squares carried along (Welford 1962).
private struct Spread: RollingMeasure {
    private(set) var count = 0
    private var mean = 0.0
    private var squares = 0.0
    /// How many of the newest values are the same: then the deviation is exactly zero.
    private var same = 0
    private var newest = Double.nan

    var value: Double? {
        count == 0 ? nil : same >= count ? 0 : (max(0, squares) / Double(count)).squareRoot()
    }

    mutating func add(_ value: Double, at place: Int) {
        guard !value.isNaN else { return }
        count += 1
        same = value == newest ? same + 1 : 1
        newest = value
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
    }

    mutating func remove(_ value: Double, at place: Int) {
        guard !value.isNaN else { return }
        count -= 1
        guard count > 0 else {
            (mean, squares, same, newest) = (0, 0, 0, .nan)
            return
        }
        let distance = value - mean
        mean -= distance / Double(count)
        squares -= distance * (value - mean)
    }
}

/// Largest minus smallest, from two queues of places whose values only fall or only rise.
private struct Extremes: RollingMeasure {
    private let values: [Double]
    private(set) var count = 0
    private var missing = 0
    private var falling = PlaceQueue()
    private var rising = PlaceQueue()

    init(_ values: [Double]) { self.values = values }

    var value: Double? {
        guard missing == 0, let top = falling.first, let bottom = rising.first else { return nil }
        return values[top] - values[bottom]
    }

    mutating func add(_ value: Double, at place: Int) {
        guard !value.isNaN else {
            missing += 1
            return
        }
        count += 1
        while let last = falling.last, values[last] <= value { falling.dropLast() }
        falling.append(place)
        while let last = rising.last, values[last] >= value { rising.dropLast() }
        rising.append(place)
    }

    mutating func remove(_ value: Double, at place: Int) {
        guard !value.isNaN else {
            missing -= 1
            return
        }
        count -= 1
        if falling.first == place { falling.dropFirst() }
        if rising.first == place { rising.dropFirst() }
    }
}

/// A queue of places that is read and shortened at both ends.
private struct PlaceQueue {
    private var places: [Int] = []
    private var head = 0

    var first: Int? { head < places.count ? places[head] : nil }
    var last: Int? { head < places.count ? places[places.count - 1] : nil }

    mutating func append(_ place: Int) {
        if head > 4096, head > places.count / 2 {
            places.removeFirst(head)
            head = 0
        }
        places.append(place)
    }

    mutating func dropLast() { places.removeLast() }
    mutating func dropFirst() { head += 1 }
}
