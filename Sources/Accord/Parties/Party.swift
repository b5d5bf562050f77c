public import Series

/// A party as a register knows it: dated, with its successor.
public struct Party: Hashable, Sendable {
    /// How a party stands to the agreement.
    public enum Kind: String, Sendable, Codable, CaseIterable, Hashable {
        /// Signs.
        case signatory
        /// Publishes or watches without signing.
        case observer
        /// Has been merged into another; its stations may keep their names.
        case former
    }

    /// The id.
    public let id: PartyID
    /// The name in three languages.
    public let name: LocalizedText
    /// How it stands to the agreement.
    public let kind: Kind
    /// ISO 3166 alpha-2 of its state, for example `VN`.
    public let country: String
    /// Its zone.
    public let zone: UTCOffset
    /// When it exists in this form.
    public let validity: Validity
    /// Who follows it; nil while it exists.
    public let successor: PartyID?
    /// Further spellings that lead to it.
    public let aliases: [String]

    /// Makes a party.
    public init(
        id: PartyID, name: LocalizedText, kind: Kind, country: String, zone: UTCOffset, validity: Validity = .always,
        successor: PartyID? = nil, aliases: [String] = []
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.country = country
        self.zone = zone
        self.validity = validity
        self.successor = successor
        self.aliases = aliases
    }
}

/// What an office does.
public enum AuthorityRole: String, Sendable, Codable, CaseIterable, Hashable {
    /// Observes and forecasts.
    case hydromet
    /// Runs a dam.
    case damOperator = "dam-operator"
    /// Leads prevention and rescue.
    case civilDefence = "civil-defence"
    /// Writes across the border.
    case foreignAffairs = "foreign-affairs"
    /// Follows up the protocol.
    case secretariat
}

/// An office of a party, dated: warnings are addressed to offices that exist that day.
public struct Authority: Hashable, Sendable {
    /// The id.
    public let id: String
    /// Whose office it is.
    public let party: PartyID
    /// What it does.
    public let role: AuthorityRole
    /// The name in three languages.
    public let name: LocalizedText
    /// When it exists in this form.
    public let validity: Validity
    /// The office that follows it; nil while it exists.
    public let successor: String?

    /// Makes an authority.
    public init(
        id: String, party: PartyID, role: AuthorityRole, name: LocalizedText, validity: Validity = .always,
        successor: String? = nil
    ) {
        self.id = id
        self.party = party
        self.role = role
        self.name = name
        self.validity = validity
        self.successor = successor
    }
}

/// The parties and offices of a basin.
public struct PartyRegister: Hashable, Sendable {
    /// By id.
    public let parties: [PartyID: Party]
    /// By id.
    public let authorities: [String: Authority]

    /// Makes a register; repeated ids are a bug of the caller (the pack reader names them).
    public init(parties: [Party], authorities: [Authority] = []) {
        self.parties = Dictionary(uniqueKeysWithValues: parties.map { ($0.id, $0) })
        self.authorities = Dictionary(uniqueKeysWithValues: authorities.map { ($0.id, $0) })
    }

    /// The zones that parties keep, west before east.
    public var zones: [UTCOffset] { Set(parties.values.map(\.zone)).sorted { $0.minutes < $1.minutes } }

    /// The zone that a party keeps; UTC where the register does not know it.
    public func zone(of party: PartyID) -> UTCOffset { parties[party]?.zone ?? .zero }

    /// The name of a party; its id where the register does not know it.
    public func name(of party: PartyID) -> LocalizedText {
        parties[party]?.name ?? LocalizedText(vi: party.text, zh: party.text, en: party.text)
    }

    /// An office that exists on a day: the one named, or whoever follows it; nil where nobody does.
    public func authority(_ id: String, on day: CivilDate) -> Authority? {
        var (next, seen): (String?, Set<String>) = (id, [])
        while let name = next, seen.insert(name).inserted, let office = authorities[name] {
            if office.validity.contains(day) { return office }
            next = office.successor
        }
        return nil
    }

    /// The signatories on a day, by id.
    public func signatories(on day: CivilDate) -> [Party] {
        parties.values.filter { $0.kind == .signatory && $0.validity.contains(day) }.sorted { $0.id < $1.id }
    }

    /// The offices of a party with a role on a day, by id.
    public func authorities(of party: PartyID, role: AuthorityRole, on day: CivilDate) -> [Authority] {
        authorities.values.filter { $0.party == party && $0.role == role && $0.validity.contains(day) }
            .sorted { $0.id < $1.id }
    }
}
