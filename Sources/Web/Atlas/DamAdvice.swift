public import Forecasting
public import River
public import Series

/// What may be released from a dam in the next hours, as its own party sees it.
public struct DamAdvice: Sendable {
    /// The plan beside the rules.
    public let advice: ReleaseAdvice
    /// The readings that it begins with.
    public let state: DamOutlook.State
    /// When the oldest of the readings was taken.
    public let read: Instant
    /// How sure the least sure number of the dam's tables is.
    public let quality: FactQuality
    /// The first gauge below, and the hours that water needs to come there; nil where the pack knows none.
    public let below: (station: StationID, hours: Int)?

    /// Makes one.
    public init(
        _ advice: ReleaseAdvice, state: DamOutlook.State, read: Instant, quality: FactQuality,
        below: (station: StationID, hours: Int)?
    ) {
        self.advice = advice
        self.state = state
        self.read = read
        self.quality = quality
        self.below = below
    }
}
