/// What the checks say about a value (IOOS QARTOD flags): one of the three words that stand beside every number.
public enum Quality: Int, Sendable, Codable, CaseIterable, Hashable {
    /// Passed every check that was run.
    case good = 1
    /// No check has been run.
    case notEvaluated = 2
    /// Doubtful: shown, used with a wider band.
    case suspect = 3
    /// Failed: kept, shown, never used.
    case fail = 4
    /// No value.
    case missing = 9
}

/// How a number is known: it stays with the number to the screen.
public enum Known: String, Sendable, Codable, CaseIterable, Hashable {
    /// Read from a gauge.
    case observed
    /// Computed from another printed value, for example alarm level plus stated difference.
    case derived
    /// Said in advance.
    case forecast
    /// Between two observations.
    case interpolated
    /// Judged, borrowed or assumed.
    case estimated

    /// The number by which lanes and stores write the word: its place in the list, from 1. It never changes.
    public var code: Int {
        switch self {
        case .observed: 1
        case .derived: 2
        case .forecast: 3
        case .interpolated: 4
        case .estimated: 5
        }
    }

    /// The word of a number; nil for any other number.
    public init?(code: Int) {
        guard let word = Known.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }
}

/// How far the provider has worked on a value.
public enum ReviewStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// As it came from the instrument.
    case raw
    /// Looked at, may still change.
    case provisional
    /// Final.
    case validated

    /// The number by which lanes and stores write the word: its place in the list, from 1. It never changes.
    public var code: Int {
        switch self {
        case .raw: 1
        case .provisional: 2
        case .validated: 3
        }
    }

    /// The word of a number; nil for any other number.
    public init?(code: Int) {
        guard let word = ReviewStatus.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }
}

/// One value of a series at a time. It is never overwritten: a correction is a further observation that supersedes it.
public struct Observation: Hashable, Sendable, Codable {
    /// Which series.
    public let series: SeriesID
    /// When the water stood there; for accumulations the end of the period.
    public let observed: Instant
    /// When this party first had it.
    public let received: Instant
    /// The value in the unit of the property's standard name; nil when the provider reports it missing.
    public let value: Double?
    /// What the checks say.
    public var quality: Quality
    /// How it is known.
    public let known: Known
    /// How far the provider has worked on it.
    public let status: ReviewStatus
    /// 0 for the first report, higher for each correction.
    public let revision: Int
    /// Where it was published, never empty in bundled data.
    public let source: String

    /// Makes an observation.
    ///
    /// - Parameters:
    ///   - value: in the property's standard unit.
    ///   - revision: >= 0.
    public init(
        series: SeriesID, observed: Instant, received: Instant, value: Double?, quality: Quality = .notEvaluated,
        known: Known = .observed, status: ReviewStatus = .raw, revision: Int = 0, source: String
    ) {
        precondition(revision >= 0, "a revision counts from zero")
        precondition(value?.isFinite ?? true, "an observation is a finite number or missing")
        self.series = series
        self.observed = observed
        self.received = received
        self.value = value
        self.quality = quality
        self.known = known
        self.status = status
        self.revision = revision
        self.source = source
    }
}

/// An observation as it came in: nothing about it has been believed yet.
public struct ReceivedObservation: Hashable, Sendable {
    /// What was reported.
    public let observation: Observation
    /// Where it came from, for messages: a file and line, or a lane and index.
    public let origin: String

    /// Makes a received observation.
    public init(_ observation: Observation, origin: String) {
        self.observation = observation
        self.origin = origin
    }
}
