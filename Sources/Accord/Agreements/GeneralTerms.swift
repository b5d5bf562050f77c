public import Series

/// Another instrument that a document or a provision stands in relation to.
public struct Instrument: Hashable, Sendable {
    /// How the document stands to it.
    public enum Relation: String, Sendable, CaseIterable, Hashable {
        /// It is carried out by the document.
        case implements
        /// It has been superseded by the document.
        case replaces
        /// The two have been made to agree.
        case harmonisedWith = "harmonised-with"
        /// It is named without more.
        case related
    }

    /// The id by which provisions name it.
    public let id: String
    /// Its title.
    public let title: LocalizedText
    /// How the document stands to it.
    public let relation: Relation
    /// When it was signed or took effect; nil when the document does not say.
    public let date: CivilDate?

    /// Makes a reference to an instrument.
    public init(id: String, title: LocalizedText, relation: Relation, date: CivilDate? = nil) {
        self.id = id
        self.title = title
        self.relation = relation
        self.date = date
    }
}

/// A word that the document defines.
public struct Definition: Hashable, Sendable {
    /// The id of the word, for example `redistribution`.
    public let id: String
    /// The word.
    public let term: LocalizedText
    /// What it means; nil where the wording is not public.
    public let text: LocalizedText?

    /// Makes a definition.
    public init(id: String, term: LocalizedText, text: LocalizedText? = nil) {
        self.id = id
        self.term = term
        self.text = text
    }
}

/// A paper that belongs to the document.
public struct Annex: Hashable, Sendable {
    /// The id, for example `implementation-plan`.
    public let id: String
    /// Its title.
    public let title: LocalizedText
    /// What it holds, in its order.
    public let contents: [LocalizedText]
    /// When it was signed; nil when the document does not say.
    public let date: CivilDate?
    /// The offices that signed it.
    public let signedBy: [ResponsibleBody]

    /// Makes an annex.
    public init(
        id: String, title: LocalizedText, contents: [LocalizedText] = [], date: CivilDate? = nil,
        signedBy: [ResponsibleBody] = []
    ) {
        self.id = id
        self.title = title
        self.contents = contents
        self.date = date
        self.signedBy = signedBy
    }
}

/// Who pays.
public struct CostRule: Hashable, Sendable {
    /// Who pays.
    public enum Bearer: String, Sendable, CaseIterable, Hashable {
        /// The party that delivers.
        case provider
        /// The party that receives.
        case receiver
        /// Each party its own part.
        case each
        /// The parties together, by a key of their own.
        case shared
    }

    /// Who pays.
    public let bearer: Bearer
    /// The words of the rule; nil when the document gives none.
    public let text: LocalizedText?

    /// Makes a rule.
    public init(bearer: Bearer, text: LocalizedText? = nil) {
        self.bearer = bearer
        self.text = text
    }
}

/// How differences are settled.
public struct DisputeRule: Hashable, Sendable {
    /// The way.
    public enum Kind: String, Sendable, CaseIterable, Hashable {
        /// The parties talk.
        case consultation
        /// A body that both sides have set up decides.
        case jointBody = "joint-body"
        /// A third party helps.
        case mediation
        /// A third party decides.
        case arbitration
    }

    /// The way.
    public let kind: Kind
    /// The words of the rule; nil when the document gives none.
    public let text: LocalizedText?

    /// Makes a rule.
    public init(kind: Kind, text: LocalizedText? = nil) {
        self.kind = kind
        self.text = text
    }
}

/// Which of a row of yearly documents this one is.
public struct Edition: Hashable, Sendable {
    /// Counted from 1.
    public let number: Int
    /// The calendar year, 1900...9999.
    public let year: Int
    /// The party that presides.
    public let chair: PartyID?
    /// The parties in the order in which they preside; the one after the last is the first.
    public let rotation: [PartyID]

    /// Makes an edition.
    public init(number: Int, year: Int, chair: PartyID? = nil, rotation: [PartyID] = []) {
        self.number = number
        self.year = year
        self.chair = chair
        self.rotation = rotation
    }

    /// The party that presides over the next edition; nil when the document does not say.
    public var nextChair: PartyID? {
        guard let chair, let place = rotation.firstIndex(of: chair) else { return nil }
        return rotation[(place + 1) % rotation.count]
    }
}

/// What a document says apart from its parties, force and provisions. A field is nil or empty where it says nothing.
public struct GeneralTerms: Hashable, Sendable {
    /// Where its facts were read, for a document that restates a public one.
    public var source: String?
    /// The version that this one replaces.
    public var amends: AgreementIdentity?
    /// Which of a row of yearly documents it is.
    public var edition: Edition?
    /// The instruments that it names, in its order.
    public var instruments: [Instrument] = []
    /// The words that it defines, in its order.
    public var definitions: [Definition] = []
    /// Its annexes, in its order.
    public var annexes: [Annex] = []
    /// Who pays, where no provision says otherwise.
    public var cost: CostRule?
    /// How differences are settled.
    public var disputes: DisputeRule?

    /// Makes terms that say nothing; everything is set afterwards.
    public init() {}
}
