import Series

extension QualityCheck {
    /// At least four readings over the whole window that stay within the tolerance, this one the last.
    func flatLineFinding(_ index: Int, _ readings: [CheckedReading], _ context: CheckContext) -> CheckFinding? {
        guard let tolerance = context.limits.flatTolerance, let hours = context.limits.flatHours else { return nil }
        var low = readings[index].value
        var high = low
        var first = index
        while first > 0 {
            let value = readings[first - 1].value
            guard max(high, value) - min(low, value) < tolerance else { break }
            (low, high) = (min(low, value), max(high, value))
            first -= 1
            if readings[index].time.hours(since: readings[first].time) >= hours, index - first >= 3 {
                return CheckFinding(
                    check: self, quality: .suspect,
                    reason: "stands still within \(short(tolerance)) \(context.unit) since \(readings[first].time)")
            }
        }
        return nil
    }
}
