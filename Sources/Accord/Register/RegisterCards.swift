public import Series

/// An office that answers for something: one of the basin's register, or named in the entry.
public struct OfficeReference: Hashable, Sendable, Codable {
    /// Whose office it is.
    public let party: PartyID
    /// Its id in the basin's register of authorities; nil when the entry names it.
    public let authority: String?
    /// Its name as it was entered; nil when the register has it.
    public let name: String?

    /// Makes a reference; one without id and without name is refused by ``RegisterAct/problem(in:)``.
    public init(party: PartyID, authority: String? = nil, name: String? = nil) {
        self.party = party
        self.authority = authority
        self.name = name
    }
}

/// Two villages or communes, one on each side, that are friends.
public struct FriendlyPair: Hashable, Sendable, Codable {
    /// Ids of the basin's register of units, or names where it has none.
    public let one: String
    /// The other side's.
    public let other: String

    /// Makes a pair.
    public init(_ one: String, _ other: String) {
        self.one = one
        self.other = other
    }
}

/// One conference and its protocol.
public struct EditionCard: Hashable, Sendable, Codable {
    /// How far it has come.
    public enum State: String, Sendable, Codable, CaseIterable, Hashable {
        /// Being negotiated.
        case draft
        /// Signed and being carried out.
        case signed
        /// Followed by a later one; nothing is changed any more.
        case closed
    }

    /// Lower-case ASCII words joined by hyphens.
    public let id: String
    /// 1, 2, ...
    public let number: Int
    /// Its name.
    public let title: LocalizedText
    /// The first day; nil while not set.
    public var from: CivilDate?
    /// The last day.
    public var until: CivilDate?
    /// Where.
    public var place: LocalizedText?
    /// Who chairs it.
    public var chair: PartyID?
    /// Who chairs the next one, where the conference has said so; never guessed.
    public var nextChair: PartyID?
    /// Who signs, sorted.
    public let parties: [PartyID]
    /// Who watches, as entered.
    public var observers: [String] = []
    /// The meeting of the joint working group before it, as entered.
    public var workingGroup: String?
    /// The edition before it.
    public var previous: String?
    /// How far it has come.
    public var state: State
    /// Further fields of cooperation.
    public var fields: [FreeField] = []
    /// Where this is known from.
    public var source: String

    /// Makes an edition.
    public init(
        id: String, number: Int, title: LocalizedText, parties: [PartyID], state: State, source: String
    ) {
        self.id = id
        self.number = number
        self.title = title
        self.parties = Array(Set(parties)).sorted()
        self.state = state
        self.source = source
    }
}

/// One provision as somebody has registered it.
public struct ProvisionCard: Hashable, Sendable, Codable {
    /// Where it stands.
    public let key: ProvisionKey
    /// What it asks for: `share`, `notice`, `target` or `action`.
    public var kind: String
    /// The field of cooperation, by id.
    public var field: String
    /// Its words; the languages that are not known yet are empty.
    public var text: LocalizedText
    /// The offices that carry it out.
    public var responsible: [OfficeReference] = []
    /// The offices that help.
    public var supporting: [OfficeReference] = []
    /// Friendly villages that it names.
    public var friends: [FriendlyPair] = []
    /// The first day on which it is too late; nil where none is stated.
    public var due: CivilDate?
    /// Who may read it beside the party that registered it, sorted; nil for every party of the edition.
    public var readers: [PartyID]?
    /// The provision of an earlier edition that it continues.
    public var continues: ProvisionKey?
    /// The higher instruments that it carries out, as named.
    public var implements: [String] = []
    /// The indicators that measure it, by id.
    public var indicators: [String] = []
    /// Where it is known from.
    public var source: String = ""

    /// Makes a provision.
    public init(key: ProvisionKey, kind: ProvisionKind, field: String, text: LocalizedText) {
        self.key = key
        self.kind = kind.rawValue
        self.field = field
        self.text = text
    }
}

/// What a number of the protocol means.
public struct IndicatorCard: Hashable, Sendable, Codable {
    /// How often there is a figure.
    public enum Period: String, Sendable, Codable, CaseIterable, Hashable {
        /// `2025`.
        case year
        /// `2025-Q3`.
        case quarter
        /// `2025-09`.
        case month
        /// Once, by the edition's id.
        case edition
    }

    /// Lower-case ASCII words joined by hyphens.
    public let id: String
    /// Its name.
    public var name: LocalizedText
    /// What is counted, and what is not.
    public var definition: LocalizedText
    /// The unit as people write it.
    public var unit: String
    /// How often there is a figure.
    public var period: Period
    /// Who counts, and from what.
    public var source: String
    /// The field of cooperation, by id.
    public var field: String
    /// Who may read it beside the party that registered it, sorted; nil for every party.
    public var readers: [PartyID]?

    /// Makes an indicator.
    public init(
        id: String, name: LocalizedText, definition: LocalizedText, unit: String, period: Period, source: String,
        field: String
    ) {
        self.id = id
        self.name = name
        self.definition = definition
        self.unit = unit
        self.period = period
        self.source = source
        self.field = field
    }
}
