public import River
public import Series

/// The outcome of replaying an event: every forecast as it would have been issued, and how it compares.
public struct ReplayResult: Sendable {
    /// The cycles that ran, in order.
    public let issueTimes: [Instant]
    /// All forecasts.
    public let forecasts: [StationForecast]
    /// All drafts.
    public let drafts: [WarningDraft]
    /// The largest balance error of each routed reach over all cycles, relative.
    public let balances: [ReachID: Double]
    /// The series as they stood at the end, with what the checks say.
    public let records: [SeriesRecord]
    /// Everything compared with the readings.
    public let comparison: ReplayComparison
}

/// The tables of a replay; a node that kept its forecasts makes the same.
public struct ReplayComparison: Sendable {
    /// Forecast values beside readings.
    public let forecasts: [VerifiedForecast]
    /// Crests beside official ones.
    public let crests: [CrestComparison]
    /// Lead times of warnings.
    public let warnings: [WarningLead]
    /// Scores beside persistence.
    public let scores: [LeadScore]

    /// Compares what was issued with what was read.
    ///
    /// - Parameters:
    ///   - records: the series as they stood at the end.
    ///   - readings: every reading, for the times that count as valid times.
    public init(
        forecasts: [StationForecast], drafts: [WarningDraft], records: [SeriesRecord], readings: [CycleReading],
        official: [OfficialCrest], basin: Basin
    ) {
        var usable: [SeriesPoint: PointSeries] = [:]
        var received: [SeriesPoint: [ReceivedPoint]] = [:]
        for record in records {
            let point = SeriesPoint(record.series.station, record.series.property)
            usable[point] = record.usable
            received[point] = zip(record.readings, record.assessments).compactMap { reading, assessment in
                guard assessment.quality != .fail, let value = reading.observation.value else { return nil }
                return ReceivedPoint(
                    time: reading.observation.observed, received: reading.observation.received, value: value)
            }
        }
        var times: [SeriesPoint: Set<Instant>] = [:]
        for reading in readings {
            let series = reading.observation.series
            times[SeriesPoint(series.station, series.property), default: []].insert(reading.observation.observed)
        }
        self.forecasts = verify(forecasts, readings: usable, times: times.mapValues { $0.sorted() })
        crests = compareCrests(forecasts, readings: usable, received: received, official: official)
        warnings = warningLeads(drafts, readings: usable) { station, instant in
            let alarms = basin.stations[station]?.alarms(for: .stage, on: basin.day(of: instant)) ?? []
            return Dictionary(alarms.map { ($0.level, $0.value) }) { first, _ in first }
        }
        scores = score(self.forecasts)
    }
}

/// The times at which cycles run: a regular grid while readings are fresh, the half hour after each receipt, and every
/// official issue time.
///
/// - Parameters:
///   - received: when readings came in.
///   - official: when official forecasts were issued.
///   - hours: h between cycles.
public func cycleTimes(received: [Instant], official: [Instant], every hours: Int) -> [Instant] {
    guard let end = received.max() else { return [] }
    let step = Int64(hours) * 3600
    let last = end.roundedUp(toStep: step)
    var times = Set<Instant>()
    var covered = Instant(secondsSinceEpoch: .min / 2)
    for instant in received.sorted() {
        var time = max(instant.roundedUp(toStep: step), covered)
        while time <= last, time - instant <= CycleContext.longestSilence {
            times.insert(time)
            time = time + step
        }
        covered = max(covered, time)
    }
    let first = received.min() ?? end
    for instant in received { times.insert(instant.roundedUp(toStep: 1800)) }
    for time in official where time >= first && time <= last { times.insert(time) }
    return times.sorted()
}

/// Replays an event without nodes: cycle after cycle, each with only what had been received by then.
///
/// - Parameters:
///   - readings: any order.
///   - official: official crests, to be put beside ours.
///   - progress: told after each cycle how many of how many are done.
public func replay(
    _ readings: [CycleReading], official: [OfficialCrest], in basin: Basin, settings: CycleSettings = CycleSettings(),
    progress: (Int, Int) -> Void = { _, _ in }
) -> ReplayResult {
    let arriving = readings.sorted { $0.arrivalKey < $1.arrivalKey }
    let times = cycleTimes(
        received: arriving.map(\.observation.received), official: official.map(\.issued), every: settings.cycleHours)
    var next = 0
    var active: [CycleReading] = []
    var archive: [StationForecast] = []
    var forecasts: [StationForecast] = []
    var drafts: [WarningDraft] = []
    var states: [StationID: WarningState] = [:]
    var balances: [ReachID: Double] = [:]
    for (number, issued) in times.enumerated() {
        while next < arriving.count, arriving[next].observation.received <= issued {
            active.append(arriving[next])
            next += 1
        }
        let oldest = issued - Int64(settings.memoryHours) * 3600
        active.removeAll { $0.observation.observed < oldest }
        archive.removeAll { $0.issued < oldest }
        let result = runForecastCycle(
            CycleInput(issued: issued, readings: active, archive: archive, warnings: states, settings: settings),
            in: basin)
        archive += result.forecasts
        forecasts += result.forecasts
        drafts += result.drafts
        states = result.warnings
        for (reach, balance) in result.balances
        where balance.relativeError.magnitude >= (balances[reach] ?? 0).magnitude {
            balances[reach] = balance.relativeError
        }
        progress(number + 1, times.count)
    }
    let records = finalRecords(arriving, in: basin)
    return ReplayResult(
        issueTimes: times, forecasts: forecasts, drafts: drafts, balances: balances, records: records,
        comparison: ReplayComparison(
            forecasts: forecasts, drafts: drafts, records: records, readings: arriving, official: official,
            basin: basin))
}

/// The series of an event as they stand at its end, however long it is.
public func finalRecords(_ readings: [CycleReading], in basin: Basin) -> [SeriesRecord] {
    var settings = CycleSettings()
    settings.memoryHours = Int.max / 4_000_000
    let end = readings.map { max($0.observation.received, $0.observation.observed) }.max()
    return seriesRecords(
        CycleInput(issued: end ?? Instant(secondsSinceEpoch: 0), readings: readings, settings: settings), in: basin)
}

extension CycleReading {
    /// The order in which readings arrive: by time of receipt, then observation, series and revision.
    var arrivalKey: (Instant, Instant, SeriesID, Int) {
        (observation.received, observation.observed, observation.series, observation.revision)
    }
}
