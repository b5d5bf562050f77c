import Series

extension QualityCheck {
    /// The change since the last reading that has not failed, in units per hour; readings closer than 15 minutes count as
    /// 15 minutes apart so that rounding is not mistaken for speed.
    func rateFinding(_ index: Int, _ readings: [CheckedReading], _ context: CheckContext) -> CheckFinding? {
        guard let before = context.lastUsable(before: index) else { return nil }
        let hours = max(readings[index].time.hours(since: readings[before].time), 0.25)
        let rate = (readings[index].value - readings[before].value) / hours
        let quality: Quality
        if let limit = context.limits.failRate, rate.magnitude > limit {
            quality = .fail
        } else if let limit = context.limits.suspectRate, rate.magnitude > limit {
            quality = .suspect
        } else {
            return nil
        }
        return CheckFinding(
            check: self, quality: quality,
            reason: "changed by \(short(rate)) \(context.unit) per hour since \(readings[before].time)")
    }
}
