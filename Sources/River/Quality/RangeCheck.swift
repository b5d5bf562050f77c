import Series

extension QualityCheck {
    /// Bounds inclusive, as in QARTOD's gross range test.
    func rangeFinding(_ reading: CheckedReading, _ context: CheckContext) -> CheckFinding? {
        if let range = context.limits.failRange, !range.contains(reading.value) {
            return outside(range, reading, context, .fail)
        }
        if let range = context.limits.suspectRange, !range.contains(reading.value) {
            return outside(range, reading, context, .suspect)
        }
        return nil
    }

    private func outside(
        _ range: ClosedRange<Double>, _ reading: CheckedReading, _ context: CheckContext, _ quality: Quality
    ) -> CheckFinding {
        let reason =
            "\(short(reading.value)) \(context.unit) lies outside \(short(range.lowerBound)) to "
            + "\(short(range.upperBound)) \(context.unit)"
        return CheckFinding(check: self, quality: quality, reason: reason)
    }
}
