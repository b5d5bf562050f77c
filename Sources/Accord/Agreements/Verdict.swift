public import Series

/// The answer to "may this reader have this series?": a value with its reason, never an error.
public enum Verdict: Hashable, Sendable {
    /// Yes, by this clause; ``ownClause`` for the provider itself.
    case granted(clause: String)
    /// No.
    case refused(RefusalReason)
    /// The agreement does not say enough; treated as no by everybody who asks before something leaves.
    case unknown(UnknownReason)

    /// The clause of what a party observes itself.
    public static let ownClause = "own"

    /// Whether the answer is yes.
    public var isGranted: Bool {
        if case .granted = self { return true }
        return false
    }

    /// The clause that grants; nil when the answer is not yes.
    public var clause: String? {
        if case .granted(let clause) = self { return clause }
        return nil
    }
}

/// Why a reader may not have a series.
public enum RefusalReason: Hashable, Sendable {
    /// No provision covers the series.
    case notListed(series: SeriesID)
    /// A provision covers the series, but for other readers.
    case readerNotListed(series: SeriesID, reader: PartyID, clause: String)
    /// The provision holds in another part of the year.
    case outOfSeason(clause: String, season: SeasonWindow)
    /// The provision hands over what was observed from a later day on.
    case beforeHistory(clause: String, since: CivilDate)
    /// The provision lets values leave later.
    case heldBack(clause: String, until: Instant)
    /// The agreement begins later.
    case notYetInForce(from: CivilDate)
    /// The agreement has ended.
    case expired(until: CivilDate)
    /// The reader is no party of the agreement.
    case readerNotParty(reader: PartyID)
    /// The provider is no party of the agreement.
    case providerNotParty(provider: PartyID)
    /// The party does not take part at that time.
    case partyNotValid(party: PartyID)
    /// Who would pass the value on may not have it either.
    case holderNotGranted(series: SeriesID, holder: PartyID)
    /// The clause by which the holder has the value lets it pass to nobody.
    case onwardNotAllowed(clause: String, holder: PartyID, reader: PartyID)
    /// The clause by which the holder has the value lets it pass to the signatories, and the reader is none.
    case onwardToSignatoriesOnly(clause: String, reader: PartyID)
}

/// Why the agreement does not say.
public enum UnknownReason: Hashable, Sendable {
    /// A clause that may cover the series keeps a term to itself.
    case termNotPublic(clause: String, term: Term)
    /// The document as a whole keeps a term to itself.
    case documentTermNotPublic(term: Term)
}

/// A sentence of the catalogues with the words that stand in its places.
public struct CatalogueSentence: Hashable, Sendable {
    /// The context of the entry, for example `verdict.refused.notListed`.
    public let catalogueKey: String
    /// What stands for `{name}`.
    public let arguments: [String: String]

    /// Makes a sentence.
    public init(_ catalogueKey: String, _ arguments: [String: String] = [:]) {
        self.catalogueKey = catalogueKey
        self.arguments = arguments
    }
}

extension Verdict {
    /// The sentence that says the answer to a person.
    public var sentence: CatalogueSentence {
        switch self {
        case .granted(Verdict.ownClause): CatalogueSentence("verdict.granted.own")
        case .granted(let clause): CatalogueSentence("verdict.granted.clause", ["clause": clause])
        case .refused(let reason): reason.sentence
        case .unknown(let reason): reason.sentence
        }
    }
}

extension RefusalReason {
    /// The context of the reason's entry in the catalogues.
    public var catalogueKey: String { sentence.catalogueKey }
    /// What stands in its places.
    public var arguments: [String: String] { sentence.arguments }

    /// The sentence that says the reason to a person.
    public var sentence: CatalogueSentence {
        switch self {
        case .notListed(let series):
            CatalogueSentence("verdict.refused.notListed", ["series": series.description])
        case .readerNotListed(let series, let reader, let clause):
            CatalogueSentence(
                "verdict.refused.readerNotListed",
                ["series": series.description, "reader": reader.text, "clause": clause])
        case .outOfSeason(let clause, let season):
            CatalogueSentence(
                "verdict.refused.outOfSeason",
                [
                    "clause": clause, "from": season.from.description, "to": season.to.description,
                    "zone": season.zone.offset.name,
                ])
        case .beforeHistory(let clause, let since):
            CatalogueSentence("verdict.refused.beforeHistory", ["clause": clause, "since": since.description])
        case .heldBack(let clause, let until):
            CatalogueSentence("verdict.refused.heldBack", ["clause": clause, "until": until.iso8601()])
        case .notYetInForce(let from):
            CatalogueSentence("verdict.refused.notYetInForce", ["from": from.description])
        case .expired(let until):
            CatalogueSentence("verdict.refused.expired", ["until": until.description])
        case .readerNotParty(let reader):
            CatalogueSentence("verdict.refused.readerNotParty", ["reader": reader.text])
        case .providerNotParty(let provider):
            CatalogueSentence("verdict.refused.providerNotParty", ["provider": provider.text])
        case .partyNotValid(let party):
            CatalogueSentence("verdict.refused.partyNotValid", ["party": party.text])
        case .holderNotGranted(let series, let holder):
            CatalogueSentence(
                "verdict.refused.holderNotGranted", ["series": series.description, "holder": holder.text])
        case .onwardNotAllowed(let clause, let holder, let reader):
            CatalogueSentence(
                "verdict.refused.onwardNotAllowed", ["clause": clause, "holder": holder.text, "reader": reader.text])
        case .onwardToSignatoriesOnly(let clause, let reader):
            CatalogueSentence("verdict.refused.onwardToSignatoriesOnly", ["clause": clause, "reader": reader.text])
        }
    }
}

extension UnknownReason {
    /// The context of the reason's entry in the catalogues.
    public var catalogueKey: String { sentence.catalogueKey }
    /// What stands in its places.
    public var arguments: [String: String] { sentence.arguments }

    /// The sentence that says the reason to a person; one entry a term, so that no word needs translating apart.
    public var sentence: CatalogueSentence {
        switch self {
        case .termNotPublic(let clause, let term):
            CatalogueSentence("verdict.unknown.\(term.rawValue)", ["clause": clause])
        case .documentTermNotPublic(let term):
            CatalogueSentence("verdict.unknown.document.\(term.rawValue)")
        }
    }
}

extension Verdict {
    /// `granted`, `refused` or `unknown`.
    public var word: String {
        switch self {
        case .granted: "granted"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }
}
