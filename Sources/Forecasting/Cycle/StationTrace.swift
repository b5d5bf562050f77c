import River
import Series

/// What one cycle knows about the water at a point: the record, then the forecast from the newest reading on.
struct StationTrace {
    /// Usable readings received by the issue time, not empty.
    let record: PointSeries
    /// From the newest reading to the end of the horizon.
    let axis: TimeAxis
    /// Median, unit of the property, shape [step].
    let centre: [Double]
    /// Standard deviation, shape [step].
    let deviation: [Double]
    /// Whether an input was only estimated.
    let isEstimated: Bool

    /// s between values of a trace.
    static let step: Int64 = 3600

    /// The axis of a trace that begins at `start` and reaches `end`.
    static func axis(from start: Instant, to end: Instant) -> TimeAxis {
        let count = max(1, Int((end - start + step - 1) / step) + 1)
        return TimeAxis(start: start, step: step, count: count)
    }

    /// The record between readings (*interpolated*), the forecast after the newest; nil before the first reading.
    func value(at time: Instant) -> Double? {
        if time <= axis.start { return record.value(at: time, maximumGap: .max) }
        return interpolated(centre, at: time)
    }

    /// 0 up to the newest reading, then the forecast's standard deviation.
    func deviation(at time: Instant) -> Double {
        time <= axis.start ? 0 : interpolated(deviation, at: time)
    }

    /// Whether an instant lies between readings close enough to each other that the water between them is known.
    func isDense(at time: Instant) -> Bool {
        record.value(at: time, maximumGap: StationTrace.longestKnownGap) != nil
    }

    /// s: in a longer gap a flood can turn unseen, so that a difference to interpolated water tells no speed.
    static let longestKnownGap: Int64 = 12 * 3600

    private func interpolated(_ values: [Double], at time: Instant) -> Double {
        let position = Double(time - axis.start) / Double(axis.step)
        let low = min(Int(position), values.count - 1)
        guard low + 1 < values.count else { return values[values.count - 1] }
        return values[low] + (position - Double(low)) * (values[low + 1] - values[low])
    }
}

/// One way of estimating the future at a station: a centre and how far it may miss, on the station's own axis.
struct Estimate {
    let method: ForecastMethod
    let centre: [Double]
    var deviation: [Double]
    let notes: [ForecastNote]
    let isEstimated: Bool
}
