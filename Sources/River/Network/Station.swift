public import Series

/// How sure a number of the pack is.
public enum FactQuality: String, Sendable, Codable, CaseIterable, Hashable {
    /// Two or more independent texts, or proved by arithmetic.
    case solid
    /// One text.
    case single
    /// Believed, unchecked.
    case believed
    /// Judged or borrowed: shown as estimated.
    case estimated
}

/// What stands at a point of the network.
public enum StationKind: String, Sendable, Codable, CaseIterable, Hashable {
    /// A gauge with readings.
    case gauge
    /// A point of the network without readings: a confluence, a border crossing, a town.
    case junction
    /// A dam; the reservoir of the same id describes it.
    case dam
}

/// A point of the river network: a gauge, a junction or a dam.
public struct Station: Hashable, Sendable {
    /// The id that series use.
    public let id: StationID
    /// What stands there.
    public let kind: StationKind
    /// The name in three languages.
    public let name: LocalizedText
    /// The river it lies on, as `rivers.csv` names it.
    public let river: String
    /// Who observes it.
    public let provider: PartyID
    /// Degrees north, WGS 84; nil when unknown.
    public let latitude: Double?
    /// Degrees east, WGS 84; nil when unknown.
    public let longitude: Double?
    /// How sure the coordinates are.
    public let coordinateQuality: FactQuality
    /// The datum of its levels; nil for points without levels.
    public let datum: String?
    /// m2; nil when unknown.
    public let catchmentArea: Double?
    /// When it exists.
    public let validity: Validity
    /// Dated alarm levels, ordered by property, validity, level.
    public var alarms: [AlarmLevel]
    /// Dated rating curves, ordered by validity.
    public var ratings: [RatingCurve]
    /// What acting on its warnings costs, and what it saves; empty where nobody has counted it.
    public var warningCosts: [WarningCost] = []

    /// Makes a station.
    public init(
        id: StationID, kind: StationKind = .gauge, name: LocalizedText, river: String, provider: PartyID,
        latitude: Double? = nil, longitude: Double? = nil, coordinateQuality: FactQuality = .estimated,
        datum: String? = nil, catchmentArea: Double? = nil, validity: Validity = .always, alarms: [AlarmLevel] = [],
        ratings: [RatingCurve] = []
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.river = river
        self.provider = provider
        self.latitude = latitude
        self.longitude = longitude
        self.coordinateQuality = coordinateQuality
        self.datum = datum
        self.catchmentArea = catchmentArea
        self.validity = validity
        self.alarms = alarms
        self.ratings = ratings
    }

    /// The alarm levels for a property in force on a day, lowest first.
    public func alarms(for property: Property, on day: CivilDate) -> [AlarmLevel] {
        alarms.filter { $0.property == property && $0.validity.contains(day) }.sorted { $0.level < $1.level }
    }

    /// The rating curve in force on a day; the later begun wins where two overlap.
    public func rating(on day: CivilDate) -> RatingCurve? {
        ratings.last { $0.validity.contains(day) }
    }
}

/// A level at which somebody must act, by law: data of the pack, never a constant of the code.
public struct AlarmLevel: Hashable, Sendable {
    /// 1 is the lowest; the national scale has three.
    public let level: Int
    /// Stage, or inflow at a dam.
    public let property: Property
    /// In the property's standard unit.
    public let value: Double
    /// When it is in force.
    public let validity: Validity
    /// The legal act or scale, for example `vn-bao-dong`.
    public let scheme: String
    /// How sure the number is.
    public let quality: FactQuality
    /// Where it was read.
    public let source: String

    /// Makes an alarm level.
    public init(
        level: Int, property: Property = .stage, value: Double, validity: Validity = .always, scheme: String,
        quality: FactQuality, source: String
    ) {
        self.level = level
        self.property = property
        self.value = value
        self.validity = validity
        self.scheme = scheme
        self.quality = quality
        self.source = source
    }
}
