import Forecasting
import NodeCore
import River
import Series

/// How a reading is drawn.
enum ReadingMark: CaseIterable {
    /// Read from a gauge, not refused by a check.
    case observed
    /// Derived, interpolated or estimated.
    case other
    /// Doubtful.
    case suspect
    /// Failed a check: shown crossed, never used.
    case failed

    /// The mark of a reading; nil when it has no value.
    init?(_ reading: Observation) {
        guard reading.value != nil else { return nil }
        switch reading.quality {
        case .missing: return nil
        case .fail: self = .failed
        case .suspect: self = .suspect
        case .good, .notEvaluated: self = reading.known == .observed ? .observed : .other
        }
    }
}

/// Where times and values of one point stand in a drawing.
struct HydrographScale {
    /// The shown span.
    let times: ClosedRange<Instant>
    /// The shown values, in the property's unit.
    let values: ClosedRange<Double>
    /// Distance of two ticks of the value axis.
    let valueStep: Double
    /// The plot's rectangle.
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    /// Fits a point's readings and forecast into a rectangle.
    ///
    /// - Parameter back: s before `now` from which readings are shown.
    init(
        _ point: DutyPoint, now: Instant, back: Int64, left: Double, top: Double, width: Double, height: Double
    ) {
        let readings = point.readings.filter { $0.observed >= now - back && ReadingMark($0) != nil }
        var start = readings.first?.observed ?? now - 6 * 3600
        var end = max(now + 6 * 3600, readings.last?.observed ?? now)
        if let forecast = point.forecast {
            start = min(start, forecast.firstValid)
            end = max(end, forecast.axis.end ?? end)
        }
        times = start...max(end, start + 3600)
        var shown = readings.filter { $0.quality != .fail }.compactMap(\.value)
        if let forecast = point.forecast { shown += forecast.p05 + forecast.p95 + forecast.median }
        let alarms = point.alarms.map(\.value)
        if shown.isEmpty { shown = alarms }
        var low = shown.min() ?? 0
        var high = shown.max() ?? 1
        if let next = alarms.sorted().first(where: { $0 > high }), next - high <= max(1, high - low) { high = next }
        let reach = max(high - low, point.property.unit.kind == .length ? 0.4 : max(1, high.magnitude * 0.02))
        valueStep = HydrographScale.niceStep(reach / 7)
        low = (low / valueStep).rounded(.down) * valueStep
        high = ((low + max(reach, high - low)) / valueStep + 0.2).rounded(.up) * valueStep
        values = low...high
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }

    func x(_ time: Instant) -> Double {
        left + width * Double(time - times.lowerBound) / Double(times.upperBound - times.lowerBound)
    }

    /// Values outside the shown range stand at its edge.
    func y(_ value: Double) -> Double {
        let bounded = min(max(value, values.lowerBound), values.upperBound)
        return top + height * (values.upperBound - bounded) / (values.upperBound - values.lowerBound)
    }

    /// The values at which the axis is labelled, lowest first.
    var valueTicks: [Double] {
        let count = Int(((values.upperBound - values.lowerBound) / valueStep).rounded())
        return (0...max(1, count)).map { values.lowerBound + Double($0) * valueStep }
    }

    /// The hours at which the axis is labelled in a zone: full steps of its local day, at most `limit`.
    func timeTicks(in zone: UTCOffset, limit: Int) -> [Instant] {
        let span = times.upperBound - times.lowerBound
        let steps: [Int64] = [1, 2, 3, 6, 12, 24, 48, 96, 192, 384].map { $0 * 3600 }
        let step = steps.first { span / $0 < Int64(limit) } ?? 768 * 3600
        let shift = Int64(zone.minutes) * 60
        var tick = (times.lowerBound + shift).roundedUp(toStep: step) - shift
        var ticks: [Instant] = []
        while tick <= times.upperBound {
            ticks.append(tick)
            tick = tick + step
        }
        return ticks
    }

    /// The spans without readings: longer than 3 h and than three usual intervals, up to `now`.
    func gaps(_ readings: [Observation], now: Instant) -> [ClosedRange<Instant>] {
        var usable = readings.filter { ReadingMark($0) != nil && $0.quality != .fail && times.contains($0.observed) }
            .map(\.observed)
        guard usable.count >= 3 else { return [] }
        let intervals = zip(usable, usable.dropFirst()).map { $1 - $0 }.sorted()
        let limit = max(3 * 3600, 3 * intervals[intervals.count / 2])
        if let last = usable.last, now > last { usable.append(now) }
        return zip(usable, usable.dropFirst()).filter { $1 - $0 > limit }.map { $0...$1 }
    }

    /// 1, 2 or 5 times a power of ten, at least `step`.
    private static func niceStep(_ step: Double) -> Double {
        var power = 1.0
        while power * 10 <= step { power *= 10 }
        while power > step { power /= 10 }
        let factor = [1.0, 2, 5, 10].first { $0 * power >= step } ?? 10
        return factor * power
    }
}
