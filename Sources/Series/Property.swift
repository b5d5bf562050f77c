/// What a series is about: one entry of the table of standard names.
///
/// The raw value is the word that tables, series ids and pages share.
public enum Property: String, CaseIterable, Sendable, Codable, Hashable {
    /// Water level above the gauge's zero.
    case stage
    /// Flow through a river section.
    case discharge
    /// Water level of a reservoir.
    case poolLevel = "pool-level"
    /// Flow into a reservoir.
    case inflow
    /// Total flow out of a reservoir: turbines, gates and spill.
    case release
    /// Flow over or through the spillway alone.
    case spill
    /// Flow through the turbines.
    case turbineFlow = "turbine-flow"
    /// Water level just below a dam.
    case tailwater
    /// Volume of water in a reservoir.
    case storage
    /// Number of gates that are open.
    case gatesOpen = "gates-open"
    /// Flow that an operator intends to release in the next 24 hours.
    case releaseIntention = "release-intention"
    /// Rain over the period that ends at the time.
    case precipitation
    /// Air temperature.
    case airTemperature = "air-temperature"
    /// Trade between the parties over the period that ends at the time.
    case tradeTurnover = "trade-turnover"
    /// Delegations exchanged over the period that ends at the time.
    case delegations
    /// Scholarships granted over the period that ends at the time.
    case scholarships
}

/// One row of the table of standard names: everything that input, checks, pages and documentation read about a property.
public struct StandardName: Sendable {
    /// The property.
    public let property: Property
    /// The unit inside Riparian.
    public let unit: Unit
    /// Values outside this closed range are refused on input, in ``unit``.
    public let validRange: ClosedRange<Double>
    /// Digits after the point for people.
    public let displayDigits: Int
    /// Whether the value is a sum over the period that ends at its time.
    public let isAccumulation: Bool
    /// The name that a person reads.
    public let name: LocalizedText
    /// One sentence of description.
    public let description: LocalizedText
}

extension Property {
    /// The row of the table of standard names.
    public var standardName: StandardName { StandardName.table[self]! }  // the initialiser of the table proves it total

    /// The unit inside Riparian.
    public var unit: Unit { standardName.unit }
}
