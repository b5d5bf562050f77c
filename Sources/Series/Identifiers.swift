/// An id as every table, lane and page writes it: lower-case ASCII words and digits joined by single hyphens.
public protocol TableIdentifier: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The text of the id.
    var text: String { get }
    /// Makes an id; nil when the text is not lower-case ASCII words joined by hyphens.
    init?(_ text: String)
}

extension TableIdentifier {
    /// The text of the id.
    public var description: String { text }

    /// Sorted by the bytes of the text.
    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

    /// Reads the id from a single string.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an identifier: \(text)"))
        }
        self = value
    }

    /// Writes the id as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Whether a text has the form of an id: words of `a-z0-9`, joined by single hyphens, at most 64 bytes.
public func isTableIdentifier(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 64, bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
        return false
    }
    var previous: UInt8 = 0
    for byte in bytes {
        let isWord = (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
        guard isWord || (byte == UInt8(ascii: "-") && previous != byte) else { return false }
        previous = byte
    }
    return true
}

/// A party: a signatory or an observer, for example `cn-yunnan`.
public struct PartyID: TableIdentifier {
    /// The text of the id.
    public let text: String
    /// Makes an id; nil when the text has another form.
    public init?(_ text: String) {
        guard isTableIdentifier(text) else { return nil }
        self.text = text
    }
}

/// A place where something is observed or stored: a station or a reservoir, for example `bao-ha`.
public struct StationID: TableIdentifier {
    /// The text of the id.
    public let text: String
    /// Makes an id; nil when the text has another form.
    public init?(_ text: String) {
        guard isTableIdentifier(text) else { return nil }
        self.text = text
    }
}

/// A stretch of river, for example `lao-cai--bao-ha` written `lao-cai-to-bao-ha`.
public struct ReachID: TableIdentifier {
    /// The text of the id.
    public let text: String
    /// Makes an id; nil when the text has another form.
    public init?(_ text: String) {
        guard isTableIdentifier(text) else { return nil }
        self.text = text
    }
}

/// One property at one feature by one provider: `cn-yunnan/manhao/stage`.
public struct SeriesID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Who observes it.
    public let provider: PartyID
    /// Where.
    public let station: StationID
    /// What.
    public let property: Property

    /// Makes a series id.
    public init(provider: PartyID, station: StationID, property: Property) {
        self.provider = provider
        self.station = station
        self.property = property
    }

    /// Reads `party/station/property`; nil when a part is not an id or the property is not a standard name.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let provider = PartyID(parts[0]), let station = StationID(parts[1]),
            let property = Property(rawValue: parts[2])
        else { return nil }
        self.init(provider: provider, station: station, property: property)
    }

    /// `party/station/property`.
    public var description: String { "\(provider)/\(station)/\(property.rawValue)" }

    /// Sorted by the bytes of the text.
    public static func < (left: SeriesID, right: SeriesID) -> Bool {
        (left.provider, left.station, left.property.rawValue) < (right.provider, right.station, right.property.rawValue)
    }

    /// Reads the id from a single string.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = SeriesID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a series: \(text)"))
        }
        self = value
    }

    /// Writes the id as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
