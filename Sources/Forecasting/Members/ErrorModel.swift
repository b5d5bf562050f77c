public import River
public import Series

/// How far a forecast may miss, before and after errors of earlier issue times are known.
///
/// The variance of a station's prior is multiplied by one factor that errors move: the mean of a scaled inverse chi-square
/// distribution with ``priorWeight`` degrees of belief in the prior (Gelman et al. 2013, section 2.6).
public struct ErrorModel: Hashable, Sendable {
    /// The factor on the prior's standard deviation.
    public let scale: Double
    /// Verified readings behind the factor.
    public let verified: Int

    /// How many verified readings the prior is worth.
    public static let priorWeight = 6.0
    /// From this many verified readings on the bands count as calibrated.
    public static let enough = 10

    /// Whether enough errors are known.
    public var isCalibrated: Bool { verified >= ErrorModel.enough }

    /// Learns from forecasts that were issued before and whose readings have been received by now.
    ///
    /// Errors of several issue times about one reading are not independent: each reading counts once, with their mean.
    ///
    /// - Parameters:
    ///   - archive: earlier forecasts of one station and property.
    ///   - record: its readings received by now.
    ///   - prior: the station's prior.
    public init(archive: [StationForecast], record: PointSeries, prior: ForecastPrior) {
        var sum = 0.0
        var count = 0
        for point in record.points {
            var squares = 0.0
            var forecasts = 0
            for forecast in archive where forecast.issued < point.time {
                guard let last = forecast.lastReading, let median = forecast.median(at: point.time) else { continue }
                let deviation = ErrorModel.deviation(
                    hours: point.time.hours(since: last.time), change: median - last.value, prior: prior)
                let standardised = (point.value - median) / deviation
                squares += standardised * standardised
                forecasts += 1
            }
            guard forecasts > 0 else { continue }
            sum += squares / Double(forecasts)
            count += 1
        }
        verified = count
        let variance = (ErrorModel.priorWeight + sum) / (ErrorModel.priorWeight + Double(count))
        // one flood can neither halve nor double the prior's band by itself
        scale = min(max(variance.squareRoot(), 0.7), 1.5)
    }

    /// Standard deviation of a forecast's error, in the property's unit.
    ///
    /// - Parameters:
    ///   - hours: h since the newest reading, >= 0.
    ///   - change: the part of the forecast change that comes from a tendency.
    static func deviation(hours: Double, change: Double, prior: ForecastPrior) -> Double {
        let quiet = quietDeviation(hours: hours, prior: prior)
        let moving = prior.tendencyErrorShare * change
        return (quiet * quiet + moving * moving + readingVariance).squareRoot()
    }

    /// The part that grows with lead alone: `a (L / 24 h)^0.6`, the exponent read off daily records of 2000-2010.
    static func quietDeviation(hours: Double, prior: ForecastPrior) -> Double {
        prior.errorAt24Hours * Elementary.power(max(0, hours) / 24, 0.6)
    }

    /// m/h: how fast water may be moving at a gauge whose speed nobody has told yet, judged.
    static let unknownSpeed = 0.1

    /// A gauge is read to about 2 cm in a flood, m2.
    static let readingVariance = 0.02 * 0.02
}

extension StationForecast {
    /// The median at any instant of the axis, straight between valid times; nil outside.
    public func median(at time: Instant) -> Double? { value(of: median, at: time) }

    /// A quantile's trace at any instant of the axis, straight between valid times; nil outside.
    public func value(of trace: [Double], at time: Instant) -> Double? {
        let seconds = time - firstValid
        guard seconds >= 0, !trace.isEmpty else { return nil }
        let index = Int(seconds / step)
        guard index < trace.count else { return nil }
        let rest = seconds - Int64(index) * step
        if rest == 0 { return trace[index] }
        guard index + 1 < trace.count else { return nil }
        return trace[index] + Double(rest) / Double(step) * (trace[index + 1] - trace[index])
    }
}
