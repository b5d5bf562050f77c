public import River
import Series

/// Runs one forecast cycle: checks what had been received, forecasts every station from upstream to downstream, and drafts
/// the warnings. Pure: no clock, no random beyond the stated seed; the same input gives the same bytes.
public func runForecastCycle(_ input: CycleInput, in basin: Basin) -> CycleResult {
    let records = seriesRecords(input, in: basin)
    var context = CycleContext(input: input, basin: basin)
    let errors = EnsembleErrors(count: input.settings.members, seed: input.settings.seed)
    var forecasts: [StationForecast] = []
    let archive = Dictionary(grouping: input.archive.filter { $0.issued < input.issued }) { $0.station }
    for record in records.sorted(by: { basin.comesBefore($0.series.station, $1.series.station) })
    where record.series.property == .stage {
        guard let forecast = context.forecast(record, archive: archive[record.series.station] ?? [], errors: errors)
        else { continue }
        forecasts.append(forecast)
    }
    let rises = forecasts.map { NoticedRise($0, input.releases, in: basin) }
    forecasts = zip(forecasts, rises).map { $0.noting($1.notes) }
    let noticed = Dictionary(
        uniqueKeysWithValues: zip(forecasts.map(\.station), rises).compactMap { station, rise in
            rise.forecast.map { (station, $0) }
        })
    let decision = decideWarnings(forecasts: forecasts, noticed: noticed, input: input, basin: basin)
    return CycleResult(
        forecasts: forecasts, drafts: decision.drafts, warnings: decision.states, balances: context.balances,
        records: records)
}

/// What a cycle carries from station to station.
struct CycleContext {
    let input: CycleInput
    let basin: Basin
    /// The day whose ratings and correspondences hold.
    let day: CivilDate
    /// Stations already forecast.
    var traces: [StationID: StationTrace] = [:]
    var balances: [ReachID: ReachBalance] = [:]

    init(input: CycleInput, basin: Basin) {
        self.input = input
        self.basin = basin
        day = basin.day(of: input.issued)
    }

    /// A station without a reading for that long has no forecast, s.
    static var longestSilence: Int64 { 48 * 3600 }

    func rating(of station: StationID) -> RatingCurve? { basin.stations[station]?.rating(on: day) }

    /// Forecasts one station and keeps its trace for the stations below.
    mutating func forecast(
        _ record: SeriesRecord, archive: [StationForecast], errors: EnsembleErrors
    ) -> StationForecast? {
        let station = record.series.station
        let usable = record.usable
        let prior = basin.priors[station]
        guard let last = usable.last, input.issued - last.time <= CycleContext.longestSilence,
            let tendency = Tendency(of: usable, prior: prior)
        else { return nil }
        let end = input.issued + Int64(input.settings.horizonHours) * 3600
        let axis = StationTrace.axis(from: last.time, to: end)
        var estimate =
            routedDischarge(at: station, record: usable, axis: axis)
            ?? correspondingStage(at: station, record: usable, axis: axis)
            ?? ownTendency(tendency, prior, axis, isEstimated: record.isEstimated, station)
        let model = ErrorModel(archive: archive, record: usable, prior: prior)
        let widest = widestDeviation(at: station)
        estimate.deviation = estimate.deviation.map { min($0 * model.scale, widest) }
        let trace = StationTrace(
            record: usable, axis: axis, centre: estimate.centre, deviation: estimate.deviation,
            isEstimated: estimate.isEstimated || record.isEstimated)
        traces[station] = trace
        return stationForecast(record.series, trace, estimate, model, errors)
    }

    /// m: the widest standard deviation that still says something. Beyond one and a half times the span of the alarm levels
    /// (3 m where fewer than two are known) the forecast knows no more than the river's own range; judged.
    private func widestDeviation(at station: StationID) -> Double {
        let alarms = basin.stations[station]?.alarms(for: .stage, on: day) ?? []
        guard let lowest = alarms.first?.value, let highest = alarms.last?.value, highest > lowest else { return 3 }
        return 1.5 * (highest - lowest)
    }

    private func ownTendency(
        _ tendency: Tendency, _ prior: ForecastPrior, _ axis: TimeAxis, isEstimated: Bool, _ station: StationID
    ) -> Estimate {
        let hours = axis.instants.map { $0.hours(since: axis.start) }
        let search = UpstreamSearch(from: station, in: basin) { traces[$0] != nil }
        return Estimate(
            method: .tendency, centre: hours.map { tendency.origin.value + tendency.change(after: $0) },
            deviation: hours.map { hours in
                let known = ErrorModel.deviation(hours: hours, change: tendency.change(after: hours), prior: prior)
                let unknown = tendency.isSpeedUnknown ? ErrorModel.unknownSpeed * tendency.reach(after: hours) : 0
                return (known * known + unknown * unknown).squareRoot()
            },
            notes: search.missing.map { .upstreamMissing($0) } + search.dams.map { .releaseUnknown($0) },
            isEstimated: isEstimated)
    }

    /// What a reader must know about a source and about what was missed beside it.
    func upstreamNotes(_ source: StationID, _ search: UpstreamSearch) -> [ForecastNote] {
        var notes: [ForecastNote] = search.missing.map { .upstreamMissing($0) }
        notes += search.dams.map { .releaseUnknown($0) }
        if let trace = traces[source] {
            let age = Int(input.issued.hours(since: trace.axis.start))
            if age >= 6 { notes.append(.upstreamStale(source, hours: age)) }
            if trace.isEstimated { notes.append(.upstreamEstimated(source)) }
        }
        return notes
    }

    private func stationForecast(
        _ series: SeriesID, _ trace: StationTrace, _ estimate: Estimate, _ model: ErrorModel, _ errors: EnsembleErrors
    ) -> StationForecast? {
        guard let last = trace.record.last else { return nil }
        let axis = TimeAxis(start: input.issued, step: 3600, count: input.settings.horizonHours + 1)
        let centre = axis.instants.map { trace.value(at: $0) ?? last.value }
        let members = errors.members(centre: centre, deviation: axis.instants.map { trace.deviation(at: $0) })
        let sorted = axis.instants.indices.map { step in members.map { $0[step] }.sorted() }
        var notes = estimate.notes
        let age = Int(input.issued.hours(since: last.time))
        if age >= 6 { notes.append(.ownReadingStale(hours: age)) }
        if !model.isCalibrated { notes.append(.uncalibrated(errors: model.verified)) }
        return StationForecast(
            station: series.station, property: series.property, issued: input.issued, axis: axis, members: members,
            median: sorted.map { quantile(0.5, ofSorted: $0) }, p05: sorted.map { quantile(0.05, ofSorted: $0) },
            p25: sorted.map { quantile(0.25, ofSorted: $0) }, p75: sorted.map { quantile(0.75, ofSorted: $0) },
            p95: sorted.map { quantile(0.95, ofSorted: $0) }, method: estimate.method,
            known: trace.isEstimated ? .estimated : .forecast,
            lastReading: .init(time: last.time, value: last.value), notes: notes.unique)
    }
}

extension Basin {
    /// Upstream before downstream; points outside the network last, by id.
    func comesBefore(_ left: StationID, _ right: StationID) -> Bool {
        (rank(of: left), left.text) < (rank(of: right), right.text)
    }

    private func rank(of station: StationID) -> Int {
        if let index = reaches.lastIndex(where: { $0.downstream == station }) { return index + 1 }
        return reaches.contains { $0.upstream == station } ? 0 : reaches.count + 1
    }
}
