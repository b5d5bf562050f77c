public import Series

/// The warning that stands at a station between cycles.
public struct WarningState: Hashable, Sendable, Codable {
    /// 0 when none, else the alarm level.
    public let level: Int
    /// When this level was reached.
    public let since: Instant
    /// The probabilities of the last run, by level.
    public let lastProbabilities: [Int: Double]
    /// Runs in a row in which the level could be lowered.
    public let quietRuns: Int
    /// What was said and when more must be; nil for a state of an earlier version.
    public let schedule: WarningSchedule?

    /// Makes a state.
    public init(
        level: Int, since: Instant, lastProbabilities: [Int: Double], quietRuns: Int, schedule: WarningSchedule? = nil
    ) {
        self.level = level
        self.since = since
        self.lastProbabilities = lastProbabilities
        self.quietRuns = quietRuns
        self.schedule = schedule
    }
}

/// What was said about a station's warning, and when more must be.
public struct WarningSchedule: Hashable, Sendable, Codable {
    /// When the last bulletin was due.
    public let last: Instant
    /// When the next is due at the latest.
    public let next: Instant
    /// By level, when it was last lowered.
    public let lowered: [Int: Instant]
    /// By level, when a run last spoke against it while it stood.
    public let doubted: [Int: Instant]
    /// Until when the level is not lowered because it has flapped; nil where it has not since it was reached.
    public let heldUntil: Instant?
    /// Upstream points whose data were missing when the event began: their silence holds nothing up.
    public let silent: [StationID]

    /// Makes a schedule.
    public init(
        last: Instant, next: Instant, lowered: [Int: Instant], doubted: [Int: Instant], heldUntil: Instant?,
        silent: [StationID]
    ) {
        self.last = last
        self.next = next
        self.lowered = lowered
        self.doubted = doubted
        self.heldUntil = heldUntil
        self.silent = silent
    }
}
