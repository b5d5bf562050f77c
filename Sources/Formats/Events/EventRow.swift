public import River
public import Series

/// How sure the zone of a stated hour is.
public enum ZoneQuality: String, Sendable, Hashable, CaseIterable {
    /// The text names its zone, or only one zone is possible.
    case exact
    /// Texts contradict one another about the zone, the hour or the amount.
    case conflict
    /// No zone was stated; the publisher's own was taken.
    case assumed
}

extension StatedDifference {
    /// Reads what a note begins with: `+0.65 I`, `-0.16 III`, `=I`; nil when it begins with anything else.
    public init?(note: String) {
        var rest = Substring(note)
        var metres = 0.0
        if rest.hasPrefix("=") {
            rest.removeFirst()
        } else {
            guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
            let text = rest.dropFirst().prefix { ("0"..."9").contains($0) || $0 == "." }
            guard text.first != ".", text.last != ".", let size = decimalNumber(text) else { return nil }
            metres = sign == "-" ? -size : size
            rest = rest.dropFirst().dropFirst(text.count)
        }
        rest = rest.drop { $0 == " " }
        let level = rest.prefix { $0 == "I" }.count
        guard (1...3).contains(level) else { return nil }
        if let next = rest.dropFirst(level).first, next.isLetter || next.isNumber { return nil }
        self.init(value: metres, alarmLevel: level)
    }
}

/// What kind of thing is wrong with a row, for texts in the reader's language; the reason beside it is in English.
public enum RowFault: String, Sendable, Hashable, CaseIterable {
    /// The row has another form than the header says, or is not UTF-8.
    case form
    /// A time is missing, malformed, or does not fit another.
    case time
    /// A time carries no zone.
    case zone
    /// The station is missing or unknown.
    case station
    /// The property or quantity is missing or unknown.
    case property
    /// The number is missing or malformed.
    case value
    /// The unit is missing, unknown or of another kind.
    case unit
    /// The value lies outside the range of its property.
    case range
    /// The word that says how it is known is none.
    case known
    /// The revision is no whole number.
    case revision
    /// The source is too long.
    case source
    /// The row repeats another one of the file.
    case duplicate
    /// The row contradicts another one of the file.
    case conflict
    /// Anything else.
    case other
}

/// One row of an event folder, or of a table taken in through a mapping, with what became of it.
public struct EventRow: Hashable, Sendable {
    /// The file within the folder, for example `levels.csv`.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// What became of it; a replay may still refuse a row whose value fails the checks.
    public var verdict: RowVerdict.Verdict
    /// Why, in English.
    public var reason: String
    /// What kind of thing is wrong with a refused row; nil for any other row.
    public var fault: RowFault?
    /// The reading; nil when the row was refused on reading or carries none.
    public let observation: Observation?
    /// The printed difference to an alarm level.
    public let statedDifference: StatedDifference?
    /// How sure the zone is; nil where the table does not say.
    public let zoneQuality: ZoneQuality?
    /// Which row it says it replaces, as it is written.
    public let supersedes: String?
    /// The remark, as it is written.
    public let note: String

    /// Makes a row.
    public init(
        file: String, line: Int, verdict: RowVerdict.Verdict, reason: String, observation: Observation? = nil,
        statedDifference: StatedDifference? = nil, zoneQuality: ZoneQuality? = nil, supersedes: String? = nil,
        note: String = "", fault: RowFault? = nil
    ) {
        self.file = file
        self.line = line
        self.verdict = verdict
        self.reason = reason
        self.observation = observation
        self.statedDifference = statedDifference
        self.zoneQuality = zoneQuality
        self.supersedes = supersedes
        self.note = note
        self.fault = fault
    }

    /// The row of `replay --json`.
    public var rowVerdict: RowVerdict { RowVerdict(file: file, line: line, verdict: verdict, reason: reason) }

    /// `levels.csv:12`, where messages point.
    public var origin: String { "\(file):\(line)" }
}
