public import Series

/// What a forecast assumes at a station before it has errors of its own: numbers of the pack, each with its source.
public struct ForecastPrior: Hashable, Sendable {
    /// h: memory of the speed of a rise. The speed is taken as a process with correlation exp(-t / memory).
    public let tendencyMemory: Double
    /// h: the same for a fall.
    public let recessionMemory: Double
    /// h over which the difference between gauge and routed flow dies away by 1/e.
    public let residualMemory: Double
    /// m: standard deviation of the stage forecast error at a lead of 24 h when the water hardly moves.
    public let errorAt24Hours: Double
    /// Standard deviation of the change that is forecast from the tendency, as a share of that change.
    public let tendencyErrorShare: Double
    /// Where the numbers come from.
    public let source: String

    /// Makes a prior; every number > 0.
    public init(
        tendencyMemory: Double, recessionMemory: Double, residualMemory: Double, errorAt24Hours: Double,
        tendencyErrorShare: Double, source: String
    ) {
        precondition(
            tendencyMemory > 0 && recessionMemory > 0 && residualMemory > 0 && errorAt24Hours > 0
                && tendencyErrorShare > 0, "a prior is positive")
        self.tendencyMemory = tendencyMemory
        self.recessionMemory = recessionMemory
        self.residualMemory = residualMemory
        self.errorAt24Hours = errorAt24Hours
        self.tendencyErrorShare = tendencyErrorShare
        self.source = source
    }
}

/// The priors of a basin: one default, and one for each station that has its own.
public struct ForecastPriors: Hashable, Sendable {
    /// For stations without their own.
    public let fallback: ForecastPrior
    /// By station.
    public let byStation: [StationID: ForecastPrior]

    /// Makes a table of priors; without arguments the wide prior of a basin about which nothing is known.
    public init(
        fallback: ForecastPrior = ForecastPrior(
            tendencyMemory: 17, recessionMemory: 25, residualMemory: 167, errorAt24Hours: 1, tendencyErrorShare: 1.3,
            source: "wide prior, nothing known"),
        byStation: [StationID: ForecastPrior] = [:]
    ) {
        self.fallback = fallback
        self.byStation = byStation
    }

    /// The prior of a station.
    public subscript(station: StationID) -> ForecastPrior { byStation[station] ?? fallback }
}
