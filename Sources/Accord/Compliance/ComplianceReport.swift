public import Series

/// A part of a report's span: a month, or all of it.
public enum CompliancePeriod: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// A month as the provision's zone has it; 1...12.
    case month(year: Int, month: Int)
    /// The whole span.
    case whole

    /// `2024-09`, or `all`.
    public var description: String {
        switch self {
        case .month(let year, let month): "\(year)-" + (month < 10 ? "0" : "") + "\(month)"
        case .whole: "all"
        }
    }

    /// Months in order, the whole span last.
    public static func < (left: CompliancePeriod, right: CompliancePeriod) -> Bool {
        switch (left, right) {
        case (.month(let year, let month), .month(let otherYear, let otherMonth)):
            (year, month) < (otherYear, otherMonth)
        case (.month, .whole): true
        default: false
        }
    }
}

/// What decides a row, by name.
public struct RowEvidence: Hashable, Sendable {
    /// The lane's origin; nil where the manifest names none.
    public let lane: String?
    /// The indices of the first and the last entry that deliver what was due; nil when none does.
    public let entries: ClosedRange<Int>?
    /// The signers on whose clocks the deciding receipts are dated, sorted.
    public let clocks: [PartyID]
    /// The earliest and the latest of the deciding receipts; nil without any.
    public let receipts: [ReceiptEvidence]
}

/// What became of one series between two parties under one provision in one period.
public struct ComplianceRow: Hashable, Sendable {
    /// The provision.
    public let clause: String
    /// Who owes; nil where the document does not say.
    public let provider: PartyID?
    /// Which series: its id, or the pattern that no series of the evidence fills; empty where it is not public.
    public let series: String
    /// Who is owed.
    public let reader: DutyReader
    /// The period.
    public let period: CompliancePeriod
    /// The counts.
    public let counts: ComplianceCounts
    /// What decides.
    public let evidence: RowEvidence
}

/// Values that were due one after the other and stand the same way: what a row's counts consist of where they are not
/// simply on time.
public struct ComplianceFinding: Hashable, Sendable {
    /// The provision.
    public let clause: String
    /// Who owes; nil where the document does not say.
    public let provider: PartyID?
    /// The series, as in the row.
    public let series: String
    /// Who is owed.
    public let reader: DutyReader
    /// How they stand.
    public let standing: ComplianceStanding
    /// How many values.
    public let count: Int
    /// The observed times of the first and the last value.
    public let observed: ClosedRange<Instant>
    /// The deadlines of the first and the last value; nil where none is stated.
    public let due: ClosedRange<Instant>?
    /// The lane's origin; nil where the manifest names none.
    public let lane: String?
    /// The first and the last entry that deliver them; nil when none does.
    public let entries: ClosedRange<Int>?
    /// s by which the latest of them was late; nil where that is not known.
    public let worstLate: Int64?
    /// The receipt that decides the latest one, else the last one.
    public let receipt: ReceiptEvidence?
    /// The receipt of another signer that speaks against it.
    public let other: ReceiptEvidence?
    /// The agreed reason.
    public let reason: AgreedReason?
}

/// The last value of an indicator that a target asks for.
public struct IndicatorState: Hashable, Sendable {
    /// The series.
    public let series: SeriesID
    /// Its last value, in the property's unit.
    public let value: Double
    /// When it was observed.
    public let observed: Instant
    /// How it is known.
    public let known: Known
    /// Whether the target is reached by it, and by the day that the document states.
    public let isReached: Bool
    /// The lane and the entry that hold it.
    public let lane: String
    /// The entry's index.
    public let index: Int
}

/// A notice that stands in a lane under a provision.
public struct NoticeState: Hashable, Sendable {
    /// Who sent it.
    public let provider: PartyID
    /// The lane.
    public let lane: String
    /// The entry's index.
    public let index: Int
    /// What it is about.
    public let event: NoticeTerms.Event
    /// When it was issued.
    public let issued: Instant
    /// When it begins.
    public let from: Instant
}

/// One provision over the whole span.
public struct ProvisionState: Hashable, Sendable {
    /// The provision.
    public let provision: Provision
    /// The zone of its months.
    public let zone: NamedZone
    /// How it stands.
    public let word: ComplianceWord
    /// The values due, over all series and readers.
    public let counts: ComplianceCounts
    /// The indicators of a target.
    public let indicators: [IndicatorState]
    /// The notices sent under it.
    public let notices: [NoticeState]
}

/// One party over the whole span.
public struct PartyState: Hashable, Sendable {
    /// Which party.
    public let party: PartyID
    /// Whether the evidence shows a lane or a receipt of it.
    public let isJoined: Bool
    /// What it owed.
    public let provided: ComplianceCounts
    /// What was owed to it by name.
    public let received: ComplianceCounts
}

/// What the parties of an agreement have delivered, as far as a manifest's evidence tells.
public struct ComplianceReport: Hashable, Sendable {
    /// The agreement, as it was applied.
    public let agreement: Agreement
    /// The evidence.
    public let manifest: EvidenceManifest
    /// The provisions, in the order of the document.
    public let provisions: [ProvisionState]
    /// The parties, by id.
    public let parties: [PartyState]
    /// One row a provision, series, pair of parties and period; in this order, months before the whole span.
    public let rows: [ComplianceRow]
    /// The values that are not simply on time, in the order of provisions, series, readers and time.
    public let findings: [ComplianceFinding]
}
