import Series

extension QualityCheck {
    /// Bulletins print a level and its distance to an alarm level: both must agree, or one of them is a misprint.
    func alarmDifferenceFinding(_ reading: CheckedReading, _ context: CheckContext) -> CheckFinding? {
        guard let stated = reading.stated, let tolerance = context.limits.statedDifferenceTolerance else { return nil }
        guard let alarm = context.alarms(reading.time).first(where: { $0.level == stated.alarmLevel }) else {
            return nil
        }
        let difference = reading.value - alarm.value
        // a hundredth of the tolerance absorbs binary rounding of decimal fractions
        guard (difference - stated.value).magnitude > tolerance * 1.01 else { return nil }
        return CheckFinding(
            check: self, quality: .suspect,
            reason: "level - alarm \(stated.alarmLevel) is \(short(difference)) \(context.unit), the bulletin prints "
                + "\(short(stated.value)) \(context.unit)")
    }
}
