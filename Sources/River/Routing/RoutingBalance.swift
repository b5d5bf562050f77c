/// What became of the water of a run, made by the model itself.
public struct NetworkBalance: Hashable, Sendable {
    /// m3 that entered from the side and through given hydrographs.
    public let inflowVolume: Double
    /// m3 that left through the outlets.
    public let outflowVolume: Double
    /// m3 in the reaches at the start.
    public let startStorage: Double
    /// m3 by which the water in reaches and pools grew.
    public let storageChange: Double
    /// What does not close of the whole network, relative to what entered and what was there.
    public let relativeError: Double
    /// The reach whose own balance closes worst, by canonical number; nil without reaches.
    public let worstReach: Int?
    /// What does not close there, relative to what entered it and what was there.
    public let worstRelativeError: Double
}

/// The water of one reach or pool over a run.
public struct PointBalance: Hashable, Sendable {
    /// m3 that entered from upstream and from the side.
    public let inflowVolume: Double
    /// m3 that left.
    public let outflowVolume: Double
    /// m3 at the start.
    public let startStorage: Double
    /// m3 by which the water grew.
    public let storageChange: Double

    /// What does not close, relative to what entered and what was there; to a litre where there was less.
    public var relativeError: Double {
        (inflowVolume - outflowVolume - storageChange)
            / max(inflowVolume.magnitude, startStorage.magnitude, outflowVolume.magnitude, 1e-3)
    }
}
