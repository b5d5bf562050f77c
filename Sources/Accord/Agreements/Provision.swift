public import Series

/// What a provision asks for.
public enum ProvisionKind: String, Sendable, CaseIterable, Hashable {
    /// A standing delivery of series.
    case share
    /// A message when something is about to happen or has happened.
    case notice
    /// A number to be reached; its indicator is a series.
    case target
    /// Something to be done once or each year.
    case action
}

/// A field of cooperation, as the yearly protocol orders its provisions.
public enum FieldOfCooperation: String, Sendable, CaseIterable, Hashable {
    /// Rivers, rain, reservoirs.
    case water
    /// Trade.
    case trade
    /// Roads, railways, gates.
    case transport
    /// Agriculture and forestry.
    case agriculture
    /// Schools and scholarships.
    case education
    /// Health.
    case health
    /// Culture.
    case culture
    /// Tourism.
    case tourism
    /// Border order.
    case borderOrder = "border-order"
    /// Party and administration.
    case administration
}

/// A term that a document may leave out because it is not public: absent is not the same as unlimited.
public enum Term: String, Sendable, CaseIterable, Hashable {
    /// The days in force.
    case force = "in-force"
    /// Which series.
    case series
    /// Who may read.
    case readers
    /// The season.
    case season
    /// How often.
    case rhythm
    /// By when.
    case deadline
    /// Whether it may be passed on.
    case redistribution
    /// The level or the rate that sets a duty off.
    case threshold
}

/// Whether a reader may pass on what it was given.
public enum Redistribution: String, Sendable, CaseIterable, Hashable {
    /// To nobody.
    case none
    /// To the signatories of the same agreement.
    case parties
    /// To everybody.
    case everybody = "public"
}

/// How a value is summed up before it leaves.
public struct Aggregation: Hashable, Sendable {
    /// What is taken of the readings of a period.
    public enum Statistic: String, Sendable, CaseIterable, Hashable {
        /// The mean.
        case mean
        /// The sum.
        case sum
        /// The highest.
        case maximum
        /// The lowest.
        case minimum
        /// The last one.
        case last
    }

    /// What is taken.
    public let statistic: Statistic
    /// The period, min, > 0, stamped at its end.
    public let periodMinutes: Int

    /// Makes an aggregation.
    public init(statistic: Statistic, periodMinutes: Int) {
        precondition(periodMinutes > 0, "a period is longer than nothing")
        self.statistic = statistic
        self.periodMinutes = periodMinutes
    }
}

/// The office that carries out a provision on one side.
public struct ResponsibleBody: Hashable, Sendable {
    /// Whose office it is.
    public let party: PartyID
    /// Its id in the register of authorities; nil when the document only names it.
    public let authority: String?
    /// Its name; nil when the register has it.
    public let name: LocalizedText?

    /// Makes a reference to an office.
    public init(party: PartyID, authority: String? = nil, name: LocalizedText? = nil) {
        self.party = party
        self.authority = authority
        self.name = name
    }
}

/// A number to be reached.
public struct TargetTerms: Hashable, Sendable {
    /// In the unit of the indicator's property.
    public let value: Double
    /// The first day on which it is too late; nil when the document states none.
    public let by: CivilDate?

    /// Makes the terms of a target.
    public init(value: Double, by: CivilDate? = nil) {
        self.value = value
        self.by = by
    }
}

/// One numbered clause of an agreement. A field is nil where the document says nothing about it.
public struct Provision: Hashable, Sendable {
    /// The number as the document writes it, for example `3.1`.
    public let clause: String
    /// What it asks for.
    public let kind: ProvisionKind
    /// The field of cooperation.
    public let field: FieldOfCooperation
    /// Its words.
    public let text: LocalizedText
    /// Which real practice it follows.
    public var model: String?
    /// The series it covers.
    public var series: [SeriesPattern] = []
    /// Who may read them.
    public var readers: Readers?
    /// The part of the year in which it holds; nil for the whole year.
    public var season: SeasonWindow?
    /// How often it is delivered.
    public var rhythm: Rhythm?
    /// Whether the rhythm is the least that is owed, and more is welcome.
    public var rhythmIsMinimum = false
    /// How far the provider has worked on it.
    public var dataClass: DataClass?
    /// A duty to hand over what was observed before the agreement began.
    public var history: HistoryTerms?
    /// min after the observed time by which a value is owed, where the rhythm has no clock of its own; for a notice after
    /// the reading that sets it off.
    public var deadlineMinutes: Int?
    /// Whether it may be passed on.
    public var redistribution: Redistribution?
    /// min after the observed time before which nothing leaves.
    public var minimumDelayMinutes: Int?
    /// The step to which values are rounded before they leave, in the property's unit, > 0.
    public var rounding: Double?
    /// How values are summed up before they leave.
    public var aggregation: Aggregation?
    /// The offices that carry it out.
    public var responsible: [ResponsibleBody] = []
    /// Who pays, where it differs from the document.
    public var cost: CostRule?
    /// The instruments of the document that it carries out, by id.
    public var implements: [String] = []
    /// The provision of an earlier document that it continues.
    public var continues: Lineage?
    /// What stands in its way for now.
    public var obstacle: Obstacle?
    /// The terms of a notice.
    public var notice: NoticeTerms?
    /// What sets a notice off, any one of them.
    public var triggers: [Trigger] = []
    /// The terms of a target.
    public var target: TargetTerms?
    /// The first day on which an action is too late.
    public var actionBy: CivilDate?
    /// Terms that exist but are not public.
    public var undisclosed: [Term] = []

    /// Makes a provision; everything that the document may leave out is set afterwards.
    public init(clause: String, kind: ProvisionKind, field: FieldOfCooperation, text: LocalizedText) {
        self.clause = clause
        self.kind = kind
        self.field = field
        self.text = text
    }

    /// Whether the provision can let a reader see series: shares do, and targets by their indicators.
    public var grantsSeries: Bool { kind == .share || kind == .target }
}
