public import Series

/// The observed times that one delivery is about.
public enum Coverage: Hashable, Sendable {
    /// A value of each of these times, earliest first, never empty.
    case each([Instant])
    /// At least so many values observed in this span, both ends included: the document states no step.
    case within(ClosedRange<Instant>, least: Int)

    /// The earliest observed time.
    public var first: Instant {
        switch self {
        case .each(let instants): instants[0]
        case .within(let span, _): span.lowerBound
        }
    }

    /// The latest observed time.
    public var last: Instant {
        switch self {
        case .each(let instants): instants[instants.count - 1]
        case .within(let span, _): span.upperBound
        }
    }

    /// How many values are owed of each series, at least.
    public var count: Int {
        switch self {
        case .each(let instants): instants.count
        case .within(_, let least): least
        }
    }
}

/// One delivery that a provision asks for: who owes what to whom, observed when, by when.
public struct Duty: Hashable, Sendable {
    /// The clause that asks for it.
    public let clause: String
    /// What is owed: values of series by a share or a target, a message by a notice.
    public let kind: ProvisionKind
    /// Who owes it; nil where the document does not say whose series they are.
    public let provider: PartyID?
    /// The provider's series that it is about, or that set a notice off; empty where the document does not say.
    public let series: [SeriesPattern]
    /// To whom it is owed: those readers of the clause that take part at the covered times, without the provider; nil
    /// where they are not public.
    public let readers: Readers?
    /// The observed times that it is about.
    public let covers: Coverage
    /// By when; nil where the document states no deadline, or one that is not public.
    public let due: Instant?
    /// The zone in which the document states the time; nil where it counts from the observed time.
    public let zone: NamedZone?
    /// The terms that are not public, so that nobody can tell whether the duty is met; empty when all are known.
    public let unknownTerms: [Term]

    /// Makes a duty.
    public init(
        clause: String, kind: ProvisionKind = .share, provider: PartyID?, series: [SeriesPattern], readers: Readers?,
        covers: Coverage, due: Instant?, zone: NamedZone? = nil, unknownTerms: [Term] = []
    ) {
        self.clause = clause
        self.kind = kind
        self.provider = provider
        self.series = series
        self.readers = readers
        self.covers = covers
        self.due = due
        self.zone = zone
        self.unknownTerms = unknownTerms
    }

    /// The first of the terms that are not public; nil when all are known.
    public var unknown: Term? { unknownTerms.first }

    /// In which lane of the provider it stands; nil where the readers are not public.
    public var audience: Audience? { readers.map(Audience.init) }

    /// The time by which duties are ordered and counted into periods: the deadline, else the last covered time.
    public var moment: Instant { due ?? covers.last }

    /// Whether the duty asks for a series.
    public func asks(for series: SeriesID) -> Bool {
        (provider == nil || provider == series.provider) && self.series.contains { $0.matches(series) }
    }
}

extension Duty: Comparable {
    /// Earlier moments first, then by clause, provider and covered times.
    public static func < (left: Duty, right: Duty) -> Bool {
        if left.moment != right.moment { return left.moment < right.moment }
        if left.clause != right.clause { return left.clause.utf8.lexicographicallyPrecedes(right.clause.utf8) }
        let (provider, other) = (left.provider?.text ?? "", right.provider?.text ?? "")
        if provider != other { return provider.utf8.lexicographicallyPrecedes(other.utf8) }
        return (left.covers.first, left.covers.last) < (right.covers.first, right.covers.last)
    }
}
