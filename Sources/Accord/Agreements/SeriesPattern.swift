public import Series

/// Which series a provision covers: `party/station/property`, each part an id or an explicit `*`.
public struct SeriesPattern: Hashable, Sendable, CustomStringConvertible {
    /// Who observes; nil for anybody.
    public let provider: PartyID?
    /// Where; nil for anywhere.
    public let station: StationID?
    /// What; nil for any property.
    public let property: Property?

    /// Makes a pattern.
    public init(provider: PartyID?, station: StationID?, property: Property?) {
        self.provider = provider
        self.station = station
        self.property = property
    }

    /// Whether the pattern covers a series.
    public func matches(_ series: SeriesID) -> Bool {
        (provider == nil || provider == series.provider) && (station == nil || station == series.station)
            && (property == nil || property == series.property)
    }

    /// Whether everything that another pattern covers is covered here.
    public func covers(_ other: SeriesPattern) -> Bool {
        (provider == nil || provider == other.provider) && (station == nil || station == other.station)
            && (property == nil || property == other.property)
    }

    /// Whether some series can be covered by both patterns.
    public func overlaps(_ other: SeriesPattern) -> Bool {
        (provider == nil || other.provider == nil || provider == other.provider)
            && (station == nil || other.station == nil || station == other.station)
            && (property == nil || other.property == nil || property == other.property)
    }

    /// The part of the pattern that is a party's own, with the party named; nil when there is none. A party that is not
    /// known leaves the pattern as it is.
    public func narrowed(to provider: PartyID?) -> SeriesPattern? {
        guard let provider else { return self }
        guard self.provider == nil || self.provider == provider else { return nil }
        return SeriesPattern(provider: provider, station: station, property: property)
    }

    /// `party/station/property` with `*` for any.
    public var description: String {
        "\(provider?.text ?? "*")/\(station?.text ?? "*")/\(property?.rawValue ?? "*")"
    }
}

/// Who may read what a provision covers.
public enum Readers: Hashable, Sendable {
    /// These parties; never empty, sorted, without repetition.
    case parties([PartyID])
    /// Everybody: the provider publishes the series anyway.
    case everybody

    /// The readers of a list; nil when it is empty.
    public init?(_ parties: some Sequence<PartyID>) {
        let sorted = Set(parties).sorted()
        guard !sorted.isEmpty else { return nil }
        self = .parties(sorted)
    }

    /// The readers but for a provider, to whom nobody needs to deliver; nil when nobody is left.
    public func without(_ provider: PartyID?) -> Readers? {
        switch self {
        case .parties(let parties): Readers(parties.filter { $0 != provider })
        case .everybody: .everybody
        }
    }

    /// Whether a party is among them.
    public func contains(_ reader: PartyID) -> Bool {
        switch self {
        case .parties(let parties): parties.contains(reader)
        case .everybody: true
        }
    }
}
