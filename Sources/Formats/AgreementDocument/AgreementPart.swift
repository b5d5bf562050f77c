/// A mapping of an agreement document: which keys it knows and which it needs.
///
/// The one table from which the reader checks a document and `Documentation/AgreementDocument.md` is checked.
public enum AgreementPart: String, Sendable, CaseIterable {
    /// The whole file.
    case document
    /// The days in force.
    case inForce = "in_force"
    /// One of the parties.
    case party
    /// Which of a row of yearly documents it is.
    case edition
    /// Another document that it names.
    case instrument
    /// A word that it defines.
    case definition
    /// A paper that belongs to it.
    case annex
    /// Who pays.
    case cost
    /// How differences are settled.
    case disputes
    /// An office of a party.
    case body
    /// One numbered clause.
    case provision
    /// A part of the year.
    case season
    /// How often something is delivered.
    case rhythm
    /// One delivery of a day.
    case delivery
    /// The observed times of a delivery.
    case covers
    /// What is taken of the readings of a period.
    case aggregation
    /// What was observed before the agreement began.
    case history
    /// What sets a notice off.
    case trigger
    /// The terms of a notice.
    case notice
    /// The terms of a target.
    case target
    /// The terms of an action.
    case action
    /// The earlier provision that a provision continues.
    case continues
    /// What stands in the way of a provision.
    case obstacle

    /// The keys without which the mapping is a fault.
    public var requiredKeys: [String] {
        switch self {
        case .document: ["schema", "id", "title", "parties", "provisions"]
        case .party: ["id"]
        case .inForce, .action, .rhythm, .delivery: []
        case .edition: ["number", "year"]
        case .instrument: ["id", "title", "relation"]
        case .definition: ["id", "term"]
        case .annex: ["id", "title"]
        case .cost: ["bearer"]
        case .disputes: ["kind"]
        case .body: ["party"]
        case .provision: ["clause", "kind", "field", "text"]
        case .season, .covers: ["from", "to"]
        case .aggregation: ["statistic", "period_minutes"]
        case .history: ["since"]
        case .trigger: ["series", "when"]
        case .notice: ["event"]
        case .target: ["value"]
        case .continues: ["agreement", "clause"]
        case .obstacle: ["reason", "since"]
        }
    }

    /// The keys that the mapping may have besides.
    public var optionalKeys: [String] {
        switch self {
        case .document:
            [
                "illustrative", "model", "source", "zones", "in_force", "undisclosed", "amends", "edition",
                "instruments",
                "definitions", "annexes", "cost", "disputes",
            ]
        case .inForce: ["from", "until", "zone"]
        case .party: ["role", "kind", "name", "from", "until"]
        case .edition: ["chair", "rotation"]
        case .instrument: ["date"]
        case .definition, .cost, .disputes: ["text"]
        case .annex: ["contents", "date", "signed_by"]
        case .body: ["authority", "name"]
        case .provision:
            [
                "model", "series", "readers", "season", "rhythm", "data_class", "deadline_minutes", "redistribution",
                "minimum_delay_minutes", "rounding", "aggregation", "history", "responsible", "cost", "implements",
                "continues", "obstacle", "notice", "triggers", "target", "action", "undisclosed",
            ]
        case .season: ["zone", "outside"]
        case .rhythm: ["every_minutes", "clock", "per_day", "zone", "at_least"]
        case .delivery: ["deadline", "at", "zone", "covers", "step_minutes"]
        case .covers, .aggregation: []
        case .history: ["zone", "by", "purpose"]
        case .trigger: ["value", "hours"]
        case .notice:
            [
                "hours_before", "urgent_hours_before", "must_state", "show_worth", "receipt_minutes", "alarm_minutes",
                "acknowledge_minutes", "urgent_acknowledge_minutes", "foreign_affairs_minutes",
            ]
        case .target, .action: ["by"]
        case .continues: ["identity"]
        case .obstacle: ["until", "zone", "lifted_by"]
        }
    }

    /// Every key that the mapping knows, in the order of messages.
    public var keys: [String] { requiredKeys + optionalKeys }
}
