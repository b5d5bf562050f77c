public import Series

/// The limits of the checks for one property, each optional: a check without its limit is not run.
public struct CheckLimits: Hashable, Sendable {
    /// m (or the property's unit) below the lowest alarm level, or absolute when there is none: outside is *fail*.
    public var failRange: ClosedRange<Double>?
    /// Outside is *suspect*.
    public var suspectRange: ClosedRange<Double>?
    /// Unit per hour: a faster change is *suspect*.
    public var suspectRate: Double?
    /// Unit per hour: a faster change is *fail*.
    public var failRate: Double?
    /// Unit: a point that far from the mean of its neighbours is *suspect*.
    public var suspectSpike: Double?
    /// Unit: a point that far from the mean of its neighbours is *fail*.
    public var failSpike: Double?
    /// Unit: a record that moves less than this ...
    public var flatTolerance: Double?
    /// ... over this many hours is *suspect*.
    public var flatHours: Double?
    /// Unit: how far level - alarm may lie from the printed difference before the value is *suspect*.
    public var statedDifferenceTolerance: Double?

    /// Makes limits.
    public init(
        failRange: ClosedRange<Double>? = nil, suspectRange: ClosedRange<Double>? = nil, suspectRate: Double? = nil,
        failRate: Double? = nil, suspectSpike: Double? = nil, failSpike: Double? = nil, flatTolerance: Double? = nil,
        flatHours: Double? = nil, statedDifferenceTolerance: Double? = nil
    ) {
        self.failRange = failRange
        self.suspectRange = suspectRange
        self.suspectRate = suspectRate
        self.failRate = failRate
        self.suspectSpike = suspectSpike
        self.failSpike = failSpike
        self.flatTolerance = flatTolerance
        self.flatHours = flatHours
        self.statedDifferenceTolerance = statedDifferenceTolerance
    }
}

/// The limits of a basin: one row a property, and one for each station that has its own.
public struct CheckLimitTable: Hashable, Sendable {
    /// By property.
    public let byProperty: [Property: CheckLimits]
    /// By station and property.
    public let byStation: [StationID: [Property: CheckLimits]]

    /// Makes a table; without arguments no check beyond the standard name's range is run.
    public init(
        byProperty: [Property: CheckLimits] = [:], byStation: [StationID: [Property: CheckLimits]] = [:]
    ) {
        self.byProperty = byProperty
        self.byStation = byStation
    }

    /// The limits that hold for a series.
    public func limits(for station: StationID, _ property: Property) -> CheckLimits {
        byStation[station]?[property] ?? byProperty[property] ?? CheckLimits()
    }
}
