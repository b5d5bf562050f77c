import River
import Series

/// Where a record is heading by itself: its last value and a speed that is forgotten with time.
///
/// The speed is a stationary process with correlation `exp(-t / memory)`. The mean speed over the last readings is turned
/// into the expected speed now (linear regression under that process), and the expected change after t hours is
/// `speed * memory * (1 - exp(-t / memory))`: a damped trend.
struct Tendency {
    /// The newest reading.
    let origin: PointSeries.Point
    /// Unit per hour, expected now.
    let speed: Double
    /// h.
    let memory: Double
    /// Whether there was only one reading, or the one before was too old to tell a speed.
    let isSpeedUnknown: Bool

    /// Readings that close together are averaged into one speed, s.
    static let window: Int64 = 6 * 3600
    /// A gap longer than this says nothing about the speed now, s.
    static let longestGap: Int64 = 30 * 3600

    /// Makes the tendency of a record; nil when it is empty.
    init?(of record: PointSeries, prior: ForecastPrior) {
        guard let last = record.last else { return nil }
        origin = last
        guard let (mean, hours) = Tendency.meanSpeed(of: record) else {
            speed = 0
            memory = prior.tendencyMemory
            isSpeedUnknown = true
            return
        }
        isSpeedUnknown = false
        memory = mean >= 0 ? prior.tendencyMemory : prior.recessionMemory
        speed = mean * Tendency.expectedShare(overHours: hours, memory: memory)
    }

    /// The expected change t hours after the newest reading.
    func change(after hours: Double) -> Double {
        speed * reach(after: hours)
    }

    /// The change after t hours at a speed of 1 unit per hour now.
    func reach(after hours: Double) -> Double { memory * (1 - Elementary.exp(-max(0, hours) / memory)) }

    private static func meanSpeed(of record: PointSeries) -> (speed: Double, hours: Double)? {
        let points = record.points
        guard let last = points.last, points.count >= 2 else { return nil }
        var first = points.count - 2
        guard last.time - points[first].time <= longestGap else { return nil }
        while first > 0, last.time - points[first - 1].time <= window { first -= 1 }
        let hours = last.time.hours(since: points[first].time)
        return ((last.value - points[first].value) / hours, hours)
    }

    /// Regression of the speed at the end of a span on its mean over the span, for an exponential correlation.
    private static func expectedShare(overHours hours: Double, memory: Double) -> Double {
        let x = memory / hours
        let covariance = x * (1 - Elementary.exp(-hours / memory))
        let variance = 2 * x * (1 - covariance)
        return covariance / variance
    }
}
