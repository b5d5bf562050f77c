public import Series

/// A way by which a message reaches an office.
public enum DeliveryChannel: String, Sendable, Codable, CaseIterable, Hashable {
    /// A mail over SMTP.
    case mail
    /// A document posted to an address (HTTP).
    case webhook
    /// A text message through a gateway (HTTP).
    case textMessage = "text-message"
    /// A short word to a broker (MQTT), by which programs learn that there is something to fetch.
    case mqtt
    /// A file in a folder that another program reads.
    case spool
    /// A person who is called up; somebody types in what came of it.
    case telephone

    /// Whether a machine takes it, without a person's hand.
    public var isMachine: Bool { self != .telephone }
}

/// One way to one office: the channel, where it leads, and the language of what is sent.
public struct DeliveryRoute: Hashable, Sendable, Codable {
    /// How.
    public let channel: DeliveryChannel
    /// A mail address, an address of the web, a number, a topic or the name of a folder.
    public let target: String
    /// A code as in catalogues: `vi`, `zh-Hans`, `en`.
    public let language: String

    /// Makes a route.
    public init(channel: DeliveryChannel, target: String, language: String) {
        self.channel = channel
        self.target = target
        self.language = language
    }

    /// Names it among the routes of an office: `mail:duty@example.org`.
    public var name: String { "\(channel.rawValue):\(target)" }
}

/// Somebody who is called when an office does not answer.
public struct CallListEntry: Hashable, Sendable, Codable {
    /// Who: a desk or a name, as entered.
    public let name: String
    /// The number, as entered.
    public let telephone: String

    /// Makes an entry.
    public init(name: String, telephone: String) {
        self.name = name
        self.telephone = telephone
    }
}

/// An office that must know, and how it is reached.
public struct Addressee: Hashable, Sendable, Codable {
    /// The office's id: one of the basin's register, or the node's own.
    public let office: String
    /// Its name.
    public let name: LocalizedText
    /// Whose office it is.
    public let party: PartyID
    /// The stations and reservoirs that concern it; empty for all.
    public let stations: [StationID]
    /// The lowest warning level that it is told of, 1...4.
    public let fromLevel: Int
    /// How it is reached, all of them at once; the first is named first.
    public let routes: [DeliveryRoute]
    /// Who is called, in this order, when nobody has answered.
    public let calls: [CallListEntry]

    /// Makes an addressee.
    public init(
        office: String, name: LocalizedText, party: PartyID, stations: [StationID] = [], fromLevel: Int = 1,
        routes: [DeliveryRoute], calls: [CallListEntry] = []
    ) {
        self.office = office
        self.name = name
        self.party = party
        self.stations = stations
        self.fromLevel = fromLevel
        self.routes = routes
        self.calls = calls
    }

    /// Whether a message about a station at a level is for it. A level of 0 ends an event: whoever was told of it is told that.
    public func isConcerned(by station: StationID, level: Int) -> Bool {
        (stations.isEmpty || stations.contains(station)) && (level == 0 || level >= fromLevel)
    }
}
