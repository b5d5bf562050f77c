import Series

extension SeriesPattern {
    /// Reads `party/station/property` with `*` for any; nil when a part is neither an id nor `*`, or the property is not a
    /// standard name.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        let (provider, station, property) = (
            PartyID(parts[0]), StationID(parts[1]), Property(rawValue: parts[2])
        )
        guard provider != nil || parts[0] == "*", station != nil || parts[1] == "*",
            property != nil || parts[2] == "*"
        else { return nil }
        self.init(provider: provider, station: station, property: property)
    }
}
