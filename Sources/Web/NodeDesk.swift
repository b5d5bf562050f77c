public import Accord
public import Forecasting
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
    /// A part of the table of a series as a party may see it; nil when it may not, when there is nothing, or while its node
    /// does not run.
    public var table: @Sendable (PartyID, SeriesRequest) async -> SeriesPart<[UInt8]>?
    /// The same as values, for documents; nil where nobody tells.
    public var values: (@Sendable (PartyID, SeriesRequest) async -> SeriesPart<[SeriesValue]>?)?
    /// A file of a party's lanes for everybody, `lanes/...`; nil when there is none for everybody.
    public var publicLaneFile: @Sendable (PartyID, _ path: String) async -> [UInt8]?

    /// What is another text whenever a page of a party may look different; nil where nobody tells. It answers nil when there is
    /// nothing more to tell.
    public var mark: (@Sendable (PartyID) async -> String?)?

    /// What a party's page showed at a past time; nil where pages show the present alone.
    public var past: (@Sendable (PartyID, Instant) async -> DutyBoard?)?

    /// What a party's node holds about what was due from one moment to another; nil where pages do not tell.
    public var compliance: (@Sendable (PartyID, _ from: Instant, _ until: Instant) async -> ComplianceReport?)?
    /// How a party's node is; nil where nobody tells, or while it does not run.
    public var health: (@Sendable (PartyID) async -> NodeHealth?)?

    /// The register of provisions, letters and shifts; nil where pages have none.
    public var register: RegisterDesk?
    /// What is proposed for the reservoirs of a board's own party, as far as it is ready; nil where nobody plans.
    public var advice: (@Sendable (DutyBoard) async -> [StationID: DamAdvice])?
    /// How a party's forecasts of a point have done; nil where nobody tells.
    public var skill: (@Sendable (PartyID, SeriesPoint) async -> SkillByLead?)?
    /// Warnings on their way to people; nil where pages show drafts alone.
    public var messages: MessageDesk?
    /// Release plans; nil where nobody plans.
    public var plans: PlanDesk?

    /// ns of a steady clock, by which answers are timed; nil where they are not.
    public var nanoseconds: (@Sendable () -> Int64)?
    /// Whether requests from this very machine that no server in front has brought are not counted. Only where no server stands
    /// in front: one that does not say for whom it asks would let the whole world pass.
    public var trustsOwnMachine = false

    /// Makes a desk.
    public init(
        standing: @escaping @Sendable (PartyID) async -> PartyStanding,
        setRunning: (@Sendable (PartyID, Bool) async -> Bool)? = nil,
        exchange: @escaping @Sendable (PartyID) async -> ExchangeBoard?,
        gate: @escaping @Sendable (PartyID) async -> GateBoard?,
        answer: (@Sendable (PartyID, GateAnswer, String) async -> Int)? = nil,
        history: @escaping @Sendable (PartyID, HistoryQuestion) async -> SeriesHistory?,
        table: @escaping @Sendable (PartyID, SeriesRequest) async -> SeriesPart<[UInt8]>?,
        values: (@Sendable (PartyID, SeriesRequest) async -> SeriesPart<[SeriesValue]>?)? = nil,
        publicLaneFile: @escaping @Sendable (PartyID, String) async -> [UInt8]?,
        mark: (@Sendable (PartyID) async -> String?)? = nil,
        past: (@Sendable (PartyID, Instant) async -> DutyBoard?)? = nil,
        compliance: (@Sendable (PartyID, Instant, Instant) async -> ComplianceReport?)? = nil,
        health: (@Sendable (PartyID) async -> NodeHealth?)? = nil, register: RegisterDesk? = nil,
        messages: MessageDesk? = nil, plans: PlanDesk? = nil,
        advice: (@Sendable (DutyBoard) async -> [StationID: DamAdvice])? = nil,
        skill: (@Sendable (PartyID, SeriesPoint) async -> SkillByLead?)? = nil,
        nanoseconds: (@Sendable () -> Int64)? = nil,
        trustsOwnMachine: Bool = false
    ) {
        self.standing = standing
        self.setRunning = setRunning
        self.exchange = exchange
        self.gate = gate
        self.answer = answer
        self.history = history
        self.table = table
        self.values = values
        self.publicLaneFile = publicLaneFile
        self.mark = mark
        self.past = past
        self.compliance = compliance
        self.health = health
        self.register = register
        self.messages = messages
        self.plans = plans
        self.advice = advice
        self.skill = skill
        self.nanoseconds = nanoseconds
        self.trustsOwnMachine = trustsOwnMachine
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
