public import Series

/// A clock that runs wrong: over a day or more the record fits a neighbour clearly better when it is shifted in time.
public struct ClockShiftTest: Hashable, Sendable {
    /// s of the record that are compared at once.
    public let window: Int64
    /// s: the largest shift that is tried, in whole median steps.
    public let largestShift: Int64
    /// s by which the record usually follows the neighbour.
    public let usualLag: Int64
    /// How much better the correlation of changes must be, for example 0.2.
    public let margin: Double

    /// Makes a test.
    public init(window: Int64 = 172_800, largestShift: Int64 = 21_600, usualLag: Int64 = 0, margin: Double = 0.2) {
        self.window = window
        self.largestShift = largestShift
        self.usualLag = usualLag
        self.margin = margin
    }

    /// One flag a value: suspect in windows that fit better at another shift than at the usual one; not evaluated where a window has
    /// too few pairs or does not vary.
    public func flags(_ values: GappedValues, at times: SeriesTimes, neighbour: GappedValues) -> [Quality] {
        var flags = values.flags(.notEvaluated)
        guard let step = times.medianStep, step >= 1, times.count == values.count, values.count > 2 else {
            return flags
        }
        let spacing = Int64(step)
        let shifts = min(largestShift / spacing, 500)
        var start = 0
        while start < values.count {
            let end = (start..<values.count).first { times[$0] >= times[start] + window } ?? values.count
            let usual = correlation(values, times, neighbour, start..<end, lag: usualLag)
            let best = (-shifts...shifts).compactMap { shift -> Double? in
                shift == 0 ? nil : correlation(values, times, neighbour, start..<end, lag: usualLag + shift * spacing)
            }.max()
            if let usual {
                let isShifted = best.map { $0 > usual + margin && $0 > 0.5 } ?? false
                for place in start..<end where flags[place] != .missing { flags[place] = isShifted ? .suspect : .good }
            }
            start = end
        }
        return flags
    }

    /// Correlation of the changes from value to value.
    private func correlation(
        _ values: GappedValues, _ times: SeriesTimes, _ neighbour: GappedValues, _ range: Range<Int>, lag: Int64
    ) -> Double? {
        var other = ShiftedValues(neighbour, at: times)
        let gap = Int64((times.medianStep ?? 0) * 3)
        var (own, theirs): ([Double], [Double]) = ([], [])
        var last = (Double.nan, Double.nan)
        for place in range {
            let pair = (values.storage[place], other.value(at: times[place] - lag, gap: gap))
            let changes = (pair.0 - last.0, pair.1 - last.1)
            last = pair
            guard !(changes.0 + changes.1).isNaN else { continue }
            own.append(changes.0)
            theirs.append(changes.1)
        }
        guard own.count >= 12 else { return nil }
        return PairMoments(observed: own, simulated: theirs).correlation
    }
}
