public import Series

/// Heavy rain to which the water does not answer: a gauge that stands still, or a rain gauge that counts what did not fall.
public struct RainResponseTest: Hashable, Sendable {
    /// s over which rain is summed.
    public let rainWindow: Int64
    /// mm in the window from which an answer is expected.
    public let rain: Double
    /// s after the window within which the answer must come.
    public let responseTime: Int64
    /// Unit of the values: the least rise that is an answer.
    public let rise: Double

    /// Makes a test.
    public init(rainWindow: Int64, rain: Double, responseTime: Int64, rise: Double) {
        self.rainWindow = rainWindow
        self.rain = rain
        self.responseTime = responseTime
        self.rise = rise
    }

    /// One flag a value: suspect from the heavy rain to the end of the time to answer; not evaluated where rain is missing.
    ///
    /// - Parameter rainfall: mm of the step that ends at each time.
    public func flags(_ values: GappedValues, at times: SeriesTimes, rainfall: GappedValues) -> [Quality] {
        precondition(rainfall.count == values.count && times.count == values.count, "the same times")
        var flags = values.flags()
        var (start, sum) = (0, 0.0)
        for place in values.storage.indices {
            let fallen = rainfall.storage[place]
            if fallen.isNaN, flags[place] == .good { flags[place] = .notEvaluated }
            sum += fallen.isNaN ? 0 : fallen
            while start < place, times[start] <= times[place] - rainWindow {
                sum -= rainfall.storage[start].isNaN ? 0 : rainfall.storage[start]
                start += 1
            }
            guard sum >= rain else { continue }
            var end = place
            var low = Double.infinity
            var answer = 0.0
            for later in start..<values.count where times[later] <= times[place] + responseTime {
                end = later
                let value = values.storage[later]
                guard !value.isNaN else { continue }
                low = min(low, value)
                answer = max(answer, value - low)
                if answer >= rise { break }
            }
            guard answer < rise, end < values.count - 1 || times[end] >= times[place] + responseTime else { continue }
            for later in place...end where flags[later] == .good { flags[later] = .suspect }
        }
        return flags
    }
}
