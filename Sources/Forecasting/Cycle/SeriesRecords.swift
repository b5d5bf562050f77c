import River
import Series

/// The series of a cycle: only what had been received by the issue time, current revisions, checked.
///
/// - Returns: one record a series, sorted by series.
func seriesRecords(_ input: CycleInput, in basin: Basin) -> [SeriesRecord] {
    let oldest = input.issued - Int64(input.settings.memoryHours) * 3600
    var current: [SeriesID: [Instant: CycleReading]] = [:]
    for reading in input.readings {
        let observation = reading.observation
        guard observation.received <= input.issued, observation.observed >= oldest,
            observation.observed <= input.issued
        else { continue }
        let known = current[observation.series]?[observation.observed]
        if let known, known.observation.revision >= observation.revision { continue }
        current[observation.series, default: [:]][observation.observed] = reading
    }
    return current.keys.sorted().map { series in
        let readings = current[series]!.values  // the key is one of the dictionary's
            .filter { $0.observation.value != nil }
            .sorted { $0.observation.observed < $1.observation.observed }
        return record(series, readings, basin)
    }
}

private func record(_ series: SeriesID, _ readings: [CycleReading], _ basin: Basin) -> SeriesRecord {
    let checked = readings.map {
        CheckedReading(time: $0.observation.observed, value: $0.observation.value ?? 0, stated: $0.stated)
    }
    let assessments: [Assessment]
    if let station = basin.stations[series.station] {
        let limits = basin.checkLimits.limits(for: series.station, series.property)
        assessments = assess(checked, of: series.property, at: station, in: basin.zone, limits: limits)
    } else {
        assessments = checked.map { _ in Assessment.notEvaluated }
    }
    return SeriesRecord(series: series, readings: readings, assessments: assessments)
}
