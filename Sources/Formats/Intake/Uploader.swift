public import Series

/// The id of somebody who posts readings to a party's node: `nansha-dam-company`.
public struct UploaderID: TableIdentifier {
    /// The text of the id.
    public let text: String
    /// Makes an id; nil when the text has another form.
    public init?(_ text: String) {
        guard isTableIdentifier(text) else { return nil }
        self.text = text
    }
}

/// What somebody may post: one property at a station, or every one.
public struct UploadPattern: Hashable, Sendable, CustomStringConvertible {
    /// Where; a pattern always names its station.
    public let station: StationID
    /// What; nil for every property but intended releases, which are granted by a word of their own.
    public let property: Property?

    /// Makes a pattern.
    public init(station: StationID, property: Property?) {
        self.station = station
        self.property = property
    }

    /// Reads `station/property`, or `station/*`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let station = StationID(parts[0]) else { return nil }
        let property = Property(rawValue: parts[1])
        guard property != nil || parts[1] == "*" else { return nil }
        self.init(station: station, property: property)
    }

    /// `station/property`.
    public var description: String { "\(station)/\(property?.rawValue ?? "*")" }
}

/// Somebody who posts readings to a party's node and runs none: a dam company behind a county office.
public struct Uploader: Hashable, Sendable {
    /// Who.
    public let id: UploaderID
    /// The name for people.
    public var name: LocalizedText
    /// Which series may be posted; never empty.
    public var series: [UploadPattern]
    /// Whether intended releases of the stations of ``series`` may be posted too.
    public var mayIntend: Bool
    /// The name of the mapping that explains the columns of its tables; nil for Riparian's own columns.
    public var mapping: String?
    /// The SHA-256 of the token, 32 bytes; the token itself is kept nowhere.
    public var tokenDigest: [UInt8]
    /// When the grant was made.
    public var granted: Instant
    /// Until when the token counts.
    public var validUntil: Instant
    /// When it was taken back; nil while it stands.
    public var revoked: Instant?

    /// Makes one.
    ///
    /// - Parameter tokenDigest: 32 bytes.
    public init(
        id: UploaderID, name: LocalizedText, series: [UploadPattern], mayIntend: Bool = false, mapping: String? = nil,
        tokenDigest: [UInt8], granted: Instant, validUntil: Instant, revoked: Instant? = nil
    ) {
        precondition(tokenDigest.count == 32, "the digest of a token is a SHA-256")
        self.id = id
        self.name = name
        self.series = series
        self.mayIntend = mayIntend
        self.mapping = mapping
        self.tokenDigest = tokenDigest
        self.granted = granted
        self.validUntil = validUntil
        self.revoked = revoked
    }

    /// Whether a property of a station may be posted.
    public func covers(_ station: StationID, _ property: Property) -> Bool {
        series.contains { pattern in
            pattern.station == station
                && (property == .releaseIntention ? mayIntend : pattern.property == nil || pattern.property == property)
        }
    }
}
