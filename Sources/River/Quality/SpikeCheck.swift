import Series

extension QualityCheck {
    /// The smaller of the distances to both neighbours, when the reading stands above both or below both (the differential
    /// form of QARTOD's spike test, which spares the readings beside a spike). Neighbours lie at most 24 h apart; the newest
    /// reading has no right neighbour yet and is not judged.
    func spikeFinding(_ index: Int, _ readings: [CheckedReading], _ context: CheckContext) -> CheckFinding? {
        guard let before = context.lastUsable(before: index), index + 1 < readings.count else { return nil }
        let (a, b, c) = (readings[before], readings[index], readings[index + 1])
        guard c.time - a.time <= 86_400 else { return nil }
        let height = SpikeTest.height(a.value, b.value, c.value, .differential)
        let quality: Quality
        if let limit = context.limits.failSpike, height > limit {
            quality = .fail
        } else if let limit = context.limits.suspectSpike, height > limit {
            quality = .suspect
        } else {
            return nil
        }
        return CheckFinding(
            check: self, quality: quality,
            reason: "stands \(short(height)) \(context.unit) \(b.value > a.value ? "above" : "below") both neighbours")
    }
}
