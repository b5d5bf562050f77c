public import NodeCore
public import Series

/// What the pages of nodes ask and do; a site without a desk shows boards alone.
public struct NodeDesk: Sendable {
    /// How a party takes part now.
    public var standing: @Sendable (PartyID) async -> PartyStanding
    /// Stops (false) or starts (true) a party's node; nil where pages may not.
    ///
    /// Answers whether the party has a node here.
    public var setRunning: (@Sendable (PartyID, Bool) async -> Bool)?
    /// The lanes of a party; nil while its node does not run.
    public var exchange: @Sendable (PartyID) async -> ExchangeBoard?
    /// The gate of a party; nil while its node does not run.
    public var gate: @Sendable (PartyID) async -> GateBoard?
    /// Does what a person says at a party's gate, and answers how many items it concerned; nil where pages may not.
    public var answer: (@Sendable (PartyID, GateAnswer, _ person: String) async -> Int)?
    /// The history of a series as a party may see it; nil when it may not, or while its node does not run.
    public var history: @Sendable (PartyID, HistoryQuestion) async -> SeriesHistory?
    /// The table of a series as a party may see it, of each observed time only the last revision when the flag says so; nil
    /// when it may not, when there is nothing, or while its node does not run.
    public var table: @Sendable (PartyID, HistoryQuestion, _ latestOnly: Bool) async -> [UInt8]?
    /// A file of a party's lanes for everybody, `lanes/...`; nil when there is none for everybody.
    public var publicLaneFile: @Sendable (PartyID, _ path: String) async -> [UInt8]?

    /// What is another text whenever a page of a party may look different; nil where nobody tells. It answers nil when there is
    /// nothing more to tell.
    public var mark: (@Sendable (PartyID) async -> String?)?

    /// What a party's page showed at a past time; nil where pages show the present alone.
    public var past: (@Sendable (PartyID, Instant) async -> DutyBoard?)?

    /// Makes a desk.
    public init(
        standing: @escaping @Sendable (PartyID) async -> PartyStanding,
        setRunning: (@Sendable (PartyID, Bool) async -> Bool)? = nil,
        exchange: @escaping @Sendable (PartyID) async -> ExchangeBoard?,
        gate: @escaping @Sendable (PartyID) async -> GateBoard?,
        answer: (@Sendable (PartyID, GateAnswer, String) async -> Int)? = nil,
        history: @escaping @Sendable (PartyID, HistoryQuestion) async -> SeriesHistory?,
        table: @escaping @Sendable (PartyID, HistoryQuestion, Bool) async -> [UInt8]?,
        publicLaneFile: @escaping @Sendable (PartyID, String) async -> [UInt8]?,
        mark: (@Sendable (PartyID) async -> String?)? = nil,
        past: (@Sendable (PartyID, Instant) async -> DutyBoard?)? = nil
    ) {
        self.standing = standing
        self.setRunning = setRunning
        self.exchange = exchange
        self.gate = gate
        self.answer = answer
        self.history = history
        self.table = table
        self.publicLaneFile = publicLaneFile
        self.mark = mark
        self.past = past
    }
}

/// Which part of a series' history is asked for.
public struct HistoryQuestion: Hashable, Sendable {
    /// Which series.
    public let series: SeriesID
    /// Observed times, both ends included; nil for all.
    public let interval: ClosedRange<Instant>?
    /// Only what had been received by then; nil for now.
    public let asOf: Instant?

    /// Makes a question.
    public init(series: SeriesID, interval: ClosedRange<Instant>? = nil, asOf: Instant? = nil) {
        self.series = series
        self.interval = interval
        self.asOf = asOf
    }
}
