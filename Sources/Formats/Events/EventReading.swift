public import River
public import Series

/// A forecast that an official service issued, for comparison.
public struct OfficialForecast: Hashable, Sendable {
    /// For which gauge.
    public let station: StationID
    /// Of what.
    public let property: Property
    /// When it was issued.
    public let issued: Instant
    /// For when; nil for a crest whose hour was not stated.
    public let valid: Instant?
    /// In the property's standard unit.
    public let value: Double
    /// Where it was published.
    public let source: String
    /// The line of `forecasts.csv`.
    public let line: Int
}

/// A statement or an order without a number, kept as text: `no release; plants stopped to store`.
public struct ReleaseStatement: Hashable, Sendable {
    /// When it was made.
    public let observed: Instant
    /// When it was received.
    public let received: Instant
    /// The dam's id, or the words of the text where it names no dam of the basin.
    public let object: String
    /// Whose statement it is, as the table writes it.
    public let party: String
    /// `statement`, `order` or another word.
    public let quantity: String
    /// What was said.
    public let text: String
    /// How sure the zone is.
    public let zoneQuality: ZoneQuality?
    /// Where it was published.
    public let source: String
    /// The line of `releases.csv`.
    public let line: Int
}

/// When a reading would have been delivered; everything printed from it is marked *simulated*.
public struct SimulatedDelivery: Hashable, Sendable {
    /// Which series.
    public let series: SeriesID
    /// The reading's time.
    public let observed: Instant
    /// When it would have arrived.
    public let delivered: Instant
    /// The line of `deliveries.csv`.
    public let line: Int
}

/// What `event.yaml` says about an event.
public struct EventDescription: Hashable, Sendable {
    /// The id; the folder's name when the file is absent.
    public let id: String
    /// The title; the id when the file is absent.
    public let title: LocalizedText
    /// What a reader must know beside the numbers.
    public let remarks: [LocalizedText]
    /// The day whose parties the agreement is replayed with; nil: those of the event's own days.
    public let partiesAsOf: CivilDate?

    /// Makes a description.
    public init(id: String, title: LocalizedText, remarks: [LocalizedText] = [], partiesAsOf: CivilDate? = nil) {
        self.id = id
        self.title = title
        self.remarks = remarks
        self.partiesAsOf = partiesAsOf
    }
}

/// An event folder as it was read: every row with its verdict, and what the used rows say.
public struct EventReading: Sendable {
    /// Id, title and remarks.
    public let description: EventDescription
    /// Every row of every table, in the order stations, levels, forecasts, releases, deliveries, and of lines.
    public var rows: [EventRow]
    /// Stations that the event brings and the basin lacks, with their alarm levels.
    public let stations: [Station]
    /// Official forecasts, in the order of the file.
    public let officialForecasts: [OfficialForecast]
    /// Statements without a number, in the order of the file.
    public let statements: [ReleaseStatement]
    /// Simulated deliveries, in the order of the file.
    public let deliveries: [SimulatedDelivery]
    /// What makes a file unreadable: the folder cannot be used.
    public let faults: [Fault]
    /// What is remarked and does no harm: further columns, optional ones that are absent.
    public let advice: [Fault]

    /// The readings of the rows that are not refused, by time of observation, revision, series. Superseded ones are
    /// among them: a correction is known only from its own received time on.
    public var observations: [Observation] {
        rows.filter { $0.verdict != .refused }.compactMap(\.observation).sorted {
            ($0.observed, $0.revision, $0.series) < ($1.observed, $1.revision, $1.series)
        }
    }

    /// The readings that concern reservoirs: those of `releases.csv`, by time.
    public var releases: [Observation] {
        rows.filter { $0.file == "releases.csv" && $0.verdict != .refused }.compactMap(\.observation).sorted {
            ($0.observed, $0.revision, $0.series) < ($1.observed, $1.revision, $1.series)
        }
    }
}
