public import River
public import Series

/// A reading with what its bulletin printed beside it.
public struct CycleReading: Hashable, Sendable {
    /// The observation.
    public let observation: Observation
    /// The difference to an alarm level that was printed, for the check; nil when none was.
    public let stated: StatedDifference?

    /// Makes a reading.
    public init(_ observation: Observation, stated: StatedDifference? = nil) {
        self.observation = observation
        self.stated = stated
    }
}

/// What a forecast cycle may choose, the same for every party that wants the same numbers.
public struct CycleSettings: Hashable, Sendable {
    /// Number of ensemble members.
    public var members: Int
    /// Seed of the ensemble.
    public var seed: UInt64
    /// h of forecast.
    public var horizonHours: Int
    /// h between two cycles.
    public var cycleHours: Int
    /// h: readings older than this are not used.
    public var memoryHours: Int
    /// When warnings are raised, lowered and said again.
    public var warningTerms: WarningTerms

    /// Makes settings: 51 members, 48 h ahead, every 3 h, 10 days of readings.
    public init(
        members: Int = 51, seed: UInt64 = 20_240_909, horizonHours: Int = 48, cycleHours: Int = 3,
        memoryHours: Int = 240, warningTerms: WarningTerms = .standard
    ) {
        self.members = members
        self.seed = seed
        self.horizonHours = horizonHours
        self.cycleHours = cycleHours
        self.memoryHours = memoryHours
        self.warningTerms = warningTerms
    }
}

/// Everything that one cycle reads. Pure: the same input gives the same bytes.
public struct CycleInput: Sendable {
    /// The cycle's time; what was received later is not used even when it is passed in.
    public let issued: Instant
    /// Readings of all series, any order, revisions included.
    public let readings: [CycleReading]
    /// Forecasts of earlier cycles, for the errors.
    public let archive: [StationForecast]
    /// The warnings that stand.
    public let warnings: [StationID: WarningState]
    /// Releases that parties have announced and that are not over.
    public let releases: [NoticedRelease]
    /// Choices.
    public let settings: CycleSettings

    /// Makes an input.
    public init(
        issued: Instant, readings: [CycleReading], archive: [StationForecast] = [],
        warnings: [StationID: WarningState] = [:], releases: [NoticedRelease] = [],
        settings: CycleSettings = CycleSettings()
    ) {
        self.issued = issued
        self.readings = readings
        self.archive = archive
        self.warnings = warnings
        self.releases = releases
        self.settings = settings
    }
}

/// What one cycle produces.
public struct CycleResult: Sendable {
    /// One forecast a station, upstream before downstream, then by id.
    public let forecasts: [StationForecast]
    /// Drafts for a person, worst first.
    public let drafts: [WarningDraft]
    /// The warnings that stand after the cycle.
    public let warnings: [StationID: WarningState]
    /// The water balance of each routed reach.
    public let balances: [ReachID: ReachBalance]
    /// What the checks said about each series.
    public let records: [SeriesRecord]
}

/// A series as one cycle saw it: current revisions in order of time, with what the checks say.
public struct SeriesRecord: Sendable {
    /// Which series.
    public let series: SeriesID
    /// The current revisions, oldest first.
    public let readings: [CycleReading]
    /// One a reading.
    public let assessments: [Assessment]

    /// The readings that no check failed.
    public var usable: PointSeries {
        PointSeries(
            zip(readings, assessments).compactMap { reading, assessment in
                guard assessment.quality != .fail, let value = reading.observation.value else { return nil }
                return PointSeries.Point(time: reading.observation.observed, value: value)
            })
    }

    /// Whether the newest usable reading is only estimated.
    public var isEstimated: Bool {
        let newest = readings.indices.last { assessments[$0].quality != .fail && readings[$0].observation.value != nil }
        return newest.map { readings[$0].observation.known } == .estimated
    }
}
