public import Series

/// The id of an agreement, for example `red-river-illustrative`.
public struct AgreementID: TableIdentifier {
    /// The text of the id.
    public let text: String
    /// Makes an id; nil when the text has another form.
    public init?(_ text: String) {
        guard isTableIdentifier(text) else { return nil }
        self.text = text
    }
}

/// A zone as an agreement names it: the name that people read, the offset that decides.
public struct NamedZone: Hashable, Sendable {
    /// The name in the document, for example `beijing`.
    public let name: String
    /// Its distance from UTC.
    public let offset: UTCOffset

    /// Makes a named zone.
    public init(name: String, offset: UTCOffset) {
        self.name = name
        self.offset = offset
    }
}

/// The days between which something is in force, in a named zone.
public struct DatedForce: Hashable, Sendable {
    /// First day included, last day excluded.
    public let validity: Validity
    /// Where midnight is.
    public let zone: NamedZone

    /// Makes a span of force.
    public init(validity: Validity, zone: NamedZone) {
        self.validity = validity
        self.zone = zone
    }
}

/// A party as an agreement lists it.
public struct AgreementParty: Hashable, Sendable {
    /// How it stands to the agreement.
    public enum Role: String, Sendable, CaseIterable, Hashable {
        /// Signs and owes.
        case signatory
        /// Publishes or watches without signing.
        case observer
    }

    /// What it is.
    public enum Kind: String, Sendable, CaseIterable, Hashable {
        /// A state.
        case state
        /// A province, a region or a prefecture.
        case province
        /// An organisation of several states.
        case organisation
        /// A ministry, a service or another institution.
        case institution
    }

    /// The id.
    public let id: PartyID
    /// How it stands to the agreement.
    public let role: Role
    /// What it is; nil when the document does not say.
    public let kind: Kind?
    /// Its name; nil when the register of parties has it.
    public let name: LocalizedText?
    /// When it takes part, days in the zone of ``Agreement/force``, UTC where the agreement has none.
    public let validity: Validity

    /// Makes a party of an agreement.
    public init(
        id: PartyID, role: Role = .signatory, validity: Validity = .always, kind: Kind? = nil,
        name: LocalizedText? = nil
    ) {
        self.id = id
        self.role = role
        self.kind = kind
        self.name = name
        self.validity = validity
    }
}

/// The signed document as code: who owes what to whom, in numbered provisions.
public struct Agreement: Hashable, Sendable {
    /// The id.
    public let id: AgreementID
    /// What the document is, as its bytes say.
    public let identity: AgreementIdentity
    /// The title.
    public let title: LocalizedText
    /// Whether no government has endorsed it: such a document is only ever applied *as if* in force.
    public let isIllustrative: Bool
    /// Which real practice it follows; nil when the document does not say.
    public let model: LocalizedText?
    /// Who takes part, in the order of the document.
    public let parties: [AgreementParty]
    /// The days in force; nil when the document states none.
    public let force: DatedForce?
    /// Terms of the whole document that exist but are not public.
    public let undisclosed: [Term]
    /// The zones that the provisions name, by name.
    public let zones: [String: UTCOffset]
    /// What it says apart from its parties, force and provisions.
    public let general: GeneralTerms
    /// The provisions, in the order of the document.
    public let provisions: [Provision]

    /// Makes an agreement.
    ///
    /// - Parameter provisions: clause ids are unique; a repeated one is a bug of the caller (the reader names it).
    public init(
        id: AgreementID, identity: AgreementIdentity, title: LocalizedText, isIllustrative: Bool,
        model: LocalizedText? = nil, parties: [AgreementParty], force: DatedForce? = nil, undisclosed: [Term] = [],
        zones: [String: UTCOffset] = [:], general: GeneralTerms = GeneralTerms(), provisions: [Provision]
    ) {
        precondition(Set(provisions.map(\.clause)).count == provisions.count, "a clause id stands twice")
        self.id = id
        self.identity = identity
        self.title = title
        self.isIllustrative = isIllustrative
        self.model = model
        self.parties = parties
        self.force = force
        self.undisclosed = undisclosed
        self.zones = zones
        self.general = general
        self.provisions = provisions
    }

    /// The party of an id; nil when the agreement does not list it.
    public func party(_ id: PartyID) -> AgreementParty? { parties.first { $0.id == id } }

    /// The provision of a clause id; nil when there is none.
    public func provision(_ clause: String) -> Provision? { provisions.first { $0.clause == clause } }

    /// The signatories, by id.
    public var signatories: [PartyID] { parties.filter { $0.role == .signatory }.map(\.id).sorted() }

    /// A copy without the dates of force and of the parties, for the replay of a past event *as if in force*.
    ///
    /// Whoever shows a result of such a copy says so.
    public var asIfInForce: Agreement {
        Agreement(
            id: id, identity: identity, title: title, isIllustrative: isIllustrative, model: model,
            parties: parties.map { AgreementParty(id: $0.id, role: $0.role, kind: $0.kind, name: $0.name) }, force: nil,
            undisclosed: undisclosed.filter { $0 != .force }, zones: zones, general: general, provisions: provisions)
    }
}
