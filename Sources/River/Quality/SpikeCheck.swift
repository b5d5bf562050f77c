import Series

extension QualityCheck {
    /// Distance from the straight line between the neighbours, which must lie at most 24 h apart; the newest reading has no
    /// right neighbour yet and is not judged.
    func spikeFinding(_ index: Int, _ readings: [CheckedReading], _ context: CheckContext) -> CheckFinding? {
        guard let before = context.lastUsable(before: index), index + 1 < readings.count else { return nil }
        let (a, b, c) = (readings[before], readings[index], readings[index + 1])
        guard c.time - a.time <= 86_400 else { return nil }
        let share = Double(b.time - a.time) / Double(c.time - a.time)
        let deviation = b.value - (a.value + share * (c.value - a.value))
        let quality: Quality
        if let limit = context.limits.failSpike, deviation.magnitude > limit {
            quality = .fail
        } else if let limit = context.limits.suspectSpike, deviation.magnitude > limit {
            quality = .suspect
        } else {
            return nil
        }
        return CheckFinding(
            check: self, quality: quality,
            reason: "stands \(short(deviation)) \(context.unit) from the line between its neighbours")
    }
}
