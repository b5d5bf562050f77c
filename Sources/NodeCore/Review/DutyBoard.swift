public import Forecasting
public import River
public import Series

/// Everything that one party's duty page shows at one moment; a page renders it and computes nothing.
public struct DutyBoard: Sendable {
    /// The party whose page it is.
    public let party: PartyID
    /// Its name.
    public let partyName: LocalizedText
    /// Its own zone.
    public let zone: UTCOffset
    /// The node's time.
    public let now: Instant
    /// When the last cycle ran; nil before the first.
    public let lastCycle: Instant?
    /// Whether the page shows a replay of a past event, not the present.
    public let replay: ReplayBanner?
    /// The agreement in force, as the page names it.
    public let agreement: AgreementBanner
    /// The points of the network that this party may see, worst first.
    public let points: [DutyPoint]
    /// The usual series of the basin's places that this party may have at this time, and why; received or not.
    public let granted: [SeriesID: DutyPoint.Access]
    /// Drafts that wait for a person, worst first.
    public let drafts: [WarningDraft]
    /// Exercises that wait for a person, latest first.
    public var exercises: [Exercise] = []
    /// The other parties.
    public let partners: [PartnerState]

    /// Makes a board.
    public init(
        party: PartyID, partyName: LocalizedText, zone: UTCOffset, now: Instant, lastCycle: Instant?,
        replay: ReplayBanner?, agreement: AgreementBanner, points: [DutyPoint],
        granted: [SeriesID: DutyPoint.Access] = [:], drafts: [WarningDraft], partners: [PartnerState]
    ) {
        self.party = party
        self.partyName = partyName
        self.zone = zone
        self.now = now
        self.lastCycle = lastCycle
        self.replay = replay
        self.agreement = agreement
        self.points = points
        self.granted = granted
        self.drafts = drafts
        self.partners = partners
    }
}

/// What a replay must say on every page.
public struct ReplayBanner: Hashable, Sendable {
    /// The event's id.
    public let event: String
    /// The event's title.
    public let title: LocalizedText
    /// What its readers must know, for example that the agreement is replayed as if in force.
    public let remarks: [LocalizedText]

    /// Makes a banner.
    public init(event: String, title: LocalizedText, remarks: [LocalizedText]) {
        self.event = event
        self.title = title
        self.remarks = remarks
    }
}

/// How a page names the agreement.
public struct AgreementBanner: Hashable, Sendable {
    /// The agreement's id.
    public let id: String
    /// Its title.
    public let title: LocalizedText
    /// Whether no government has endorsed it.
    public let isIllustrative: Bool

    /// Makes a banner.
    public init(id: String, title: LocalizedText, isIllustrative: Bool) {
        self.id = id
        self.title = title
        self.isIllustrative = isIllustrative
    }
}

/// One point of the board.
public struct DutyPoint: Sendable {
    /// Why this party sees the point.
    public enum Access: Hashable, Sendable {
        /// Its own series.
        case own
        /// Granted by a provision of the agreement.
        case granted(clause: String)
        /// Published by an observer for everybody.
        case published
    }

    /// The station.
    public let station: Station
    /// The river's name.
    public let riverName: LocalizedText
    /// The provider's name.
    public let providerName: LocalizedText
    /// Why it is seen.
    public let access: Access
    /// The property shown.
    public let property: Property
    /// The readings of the last days, oldest first, those that failed a check included and marked.
    public let readings: [Observation]
    /// Unit per hour from the last two good readings; nil when there are fewer.
    public let trend: Double?
    /// The alarm levels in force, lowest first.
    public let alarms: [AlarmLevel]
    /// The highest alarm level that the latest good reading stands at or above; 0 when below all.
    public let levelNow: Int
    /// The current forecast; nil when none could be made.
    public let forecast: StationForecast?
    /// The warning level that stands at the point.
    public let warningLevel: Int
    /// Whether the newest reading is so old that it says nothing of the level now.
    public var isSilent = false
    /// The forecast of the run before; nil when there was none lately.
    public var previousForecast: StationForecast?

    /// Makes a point.
    public init(
        station: Station, riverName: LocalizedText, providerName: LocalizedText, access: Access, property: Property,
        readings: [Observation], trend: Double?, alarms: [AlarmLevel], levelNow: Int, forecast: StationForecast?,
        warningLevel: Int
    ) {
        self.station = station
        self.riverName = riverName
        self.providerName = providerName
        self.access = access
        self.property = property
        self.readings = readings
        self.trend = trend
        self.alarms = alarms
        self.levelNow = levelNow
        self.forecast = forecast
        self.warningLevel = warningLevel
    }

    /// The newest reading that no check failed; nil when there is none.
    public var latest: Observation? {
        readings.last { $0.value != nil && $0.quality != .fail && $0.quality != .missing }
    }
}

/// What the board says about another party, in a neighbour's words.
public struct PartnerState: Hashable, Sendable {
    /// How the party takes part.
    public enum Participation: Hashable, Sendable {
        /// It runs a node and its lanes verify.
        case joined
        /// It runs no node: never "late".
        case notJoined
        /// It publishes, without having signed.
        case observer
    }

    /// The party.
    public let party: PartyID
    /// Its name.
    public let name: LocalizedText
    /// How it takes part.
    public let participation: Participation
    /// The newest observation received from it.
    public let lastObservation: Instant?
    /// Series received from it.
    public let seriesReceived: Int
    /// Series that the agreement grants from it.
    public let seriesGranted: Int
    /// What it owed by a stated time within the last day and is awaited, what is awaited longest first; of a party that has
    /// not joined nothing is, nor what came due before this node first had a line to it.
    public var open: [Open] = []
    /// When this node first read a lane of it; nil where it has not, or where nobody noted when.
    public var lineBegin: Instant?

    /// What is awaited under one clause.
    public struct Open: Hashable, Sendable {
        /// The clause.
        public let clause: String
        /// The earliest deadline that has passed.
        public let since: Instant
        /// How many series are awaited.
        public let series: Int

        /// Makes what is awaited.
        public init(clause: String, since: Instant, series: Int) {
            self.clause = clause
            self.since = since
            self.series = series
        }
    }

    /// Makes a state.
    public init(
        party: PartyID, name: LocalizedText, participation: Participation, lastObservation: Instant?,
        seriesReceived: Int, seriesGranted: Int
    ) {
        self.party = party
        self.name = name
        self.participation = participation
        self.lastObservation = lastObservation
        self.seriesReceived = seriesReceived
        self.seriesGranted = seriesGranted
    }
}
