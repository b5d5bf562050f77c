public import Series

/// A warning as the node proposes it: a person signs or discards it.
public struct WarningDraft: Hashable, Sendable, Codable {
    /// Where.
    public let station: StationID
    /// When the cycle ran.
    public let issued: Instant
    /// The proposed level, 1...4; 0 for a cancellation.
    public let level: Int
    /// The level before this cycle, 0 when none.
    public let previousLevel: Int
    /// What the bulletin does.
    public let action: WarningAction
    /// The alarm level's value that the proposed level stands for, in the property's unit; nil for a cancellation.
    public let threshold: Double?
    /// Share of members that reach the threshold within the horizon, 0...1.
    public let probability: Double
    /// Whether a checked reading already stands at or above the threshold.
    public let isObserved: Bool
    /// When the median first reaches the threshold; nil when it does not or when it is already reached.
    public let crossing: Instant?
    /// When the median is highest.
    public let crestTime: Instant?
    /// The highest median, with its 5 % and 95 % members' values at that time.
    public let crestMedian: Double?
    /// 5 % band at the crest.
    public let crestLow: Double?
    /// 95 % band at the crest.
    public let crestHigh: Double?
    /// The newest reading used.
    public let latest: StationForecast.PointReading?
    /// When the draft must be replaced at the latest.
    public let expires: Instant
    /// What a reader must know about the forecast behind it.
    public let notes: [ForecastNote]
    /// Whether it is to be issued now by the schedule; nil in drafts of an earlier version.
    private let due: Bool?

    /// Whether it is to be issued now: the level has changed, or the bulletin before runs out. Otherwise it shows a person what
    /// the forecast of this cycle would say, and the bulletin before still holds.
    public var isDue: Bool { due ?? true }

    /// Makes a draft.
    public init(
        station: StationID, issued: Instant, level: Int, previousLevel: Int, action: WarningAction, threshold: Double?,
        probability: Double, isObserved: Bool, crossing: Instant?, crestTime: Instant?, crestMedian: Double?,
        crestLow: Double?, crestHigh: Double?, latest: StationForecast.PointReading?, expires: Instant,
        notes: [ForecastNote], isDue: Bool = true
    ) {
        self.station = station
        self.issued = issued
        self.level = level
        self.previousLevel = previousLevel
        self.action = action
        self.threshold = threshold
        self.probability = probability
        self.isObserved = isObserved
        self.crossing = crossing
        self.crestTime = crestTime
        self.crestMedian = crestMedian
        self.crestLow = crestLow
        self.crestHigh = crestHigh
        self.latest = latest
        self.expires = expires
        self.notes = notes
        due = isDue
    }
}
