import River
import Series

/// The priors of a pack; the wide prior where it gives no default.
func forecastPriors(_ tables: PackFolder) -> ForecastPriors {
    var byStation: [StationID: ForecastPrior] = [:]
    var fallback = ForecastPriors().fallback
    for row in tables.records(.forecastPriors) {
        guard let prior = ForecastPrior(row) else { continue }
        if let station = row.id("station", StationID.self) { byStation[station] = prior } else { fallback = prior }
    }
    return ForecastPriors(fallback: fallback, byStation: byStation)
}

extension ForecastPrior {
    /// A prior of a row; nil when a number is missing or not positive.
    init?(_ row: TableRow) {
        guard let tendency = row.number("tendency_memory_h"), let recession = row.number("recession_memory_h"),
            let residual = row.number("residual_memory_h"), let error = row.number("error_sd_24h_m"),
            let share = row.number("tendency_error_share"), tendency > 0, recession > 0, residual > 0, error > 0,
            share > 0
        else { return nil }
        self.init(
            tendencyMemory: tendency, recessionMemory: recession, residualMemory: residual, errorAt24Hours: error,
            tendencyErrorShare: share, source: row.text("source"))
    }
}

/// The limits of a pack; a station's empty fields take the default's.
func checkLimitTable(_ tables: PackFolder) -> CheckLimitTable {
    let rows = tables.records(.checkLimits)
    var byProperty: [Property: CheckLimits] = [:]
    var byStation: [StationID: [Property: CheckLimits]] = [:]
    for row in rows where row["station"] == nil {
        if let property = row.word("property", Property.self) { byProperty[property] = CheckLimits(row, over: .init()) }
    }
    for row in rows {
        guard let station = row.id("station", StationID.self), let property = row.word("property", Property.self) else {
            continue
        }
        byStation[station, default: [:]][property] = CheckLimits(row, over: byProperty[property] ?? .init())
    }
    return CheckLimitTable(byProperty: byProperty, byStation: byStation)
}

extension CheckLimits {
    /// The limits of a row, empty fields from another row's limits.
    init(_ row: TableRow, over fallback: CheckLimits) {
        self.init(
            failRange: row.range("fail_minimum", "fail_maximum") ?? fallback.failRange,
            suspectRange: row.range("suspect_minimum", "suspect_maximum") ?? fallback.suspectRange,
            suspectRate: row.number("suspect_rate_per_h") ?? fallback.suspectRate,
            failRate: row.number("fail_rate_per_h") ?? fallback.failRate,
            suspectSpike: row.number("suspect_spike") ?? fallback.suspectSpike,
            failSpike: row.number("fail_spike") ?? fallback.failSpike,
            flatTolerance: row.number("flat_tolerance") ?? fallback.flatTolerance,
            flatHours: row.number("flat_hours") ?? fallback.flatHours,
            statedDifferenceTolerance: row.number("stated_difference_tolerance") ?? fallback.statedDifferenceTolerance)
    }
}

extension TableRow {
    /// A closed range of two fields; nil when one is empty or they run backwards.
    func range(_ lower: String, _ upper: String) -> ClosedRange<Double>? {
        guard let low = number(lower), let high = number(upper), low <= high else { return nil }
        return low...high
    }
}

extension BasinPack.RatingRefusal {
    init?(_ row: TableRow) {
        guard let station = row.id("station", StationID.self) else { return nil }
        self.init(station: station, validity: row.validity, reason: row.text("reason"), source: row.text("source"))
    }
}

/// Limits and characteristic levels that run backwards.
func limitFaults(_ tables: PackFolder) -> [Fault] {
    let limits = [
        ("fail_minimum", "suspect_minimum"), ("suspect_minimum", "suspect_maximum"),
        ("suspect_maximum", "fail_maximum"), ("fail_minimum", "fail_maximum"),
        ("suspect_rate_per_h", "fail_rate_per_h"), ("suspect_spike", "fail_spike"),
    ]
    let levels = [
        ("dead_level_m", "normal_level_m"), ("normal_level_m", "check_level_m"),
        ("useful_storage_hm3", "total_storage_hm3"), ("flood_storage_hm3", "total_storage_hm3"),
    ]
    return tables.records(.checkLimits).flatMap { backwards($0, limits) }
        + tables.records(.reservoirs).flatMap { backwards($0, levels) }
}

private func backwards(_ row: TableRow, _ pairs: [(lower: String, upper: String)]) -> [Fault] {
    for (lower, upper) in pairs {
        guard let low = row.number(lower), let high = row.number(upper), low > high else { continue }
        return [row.fault(upper, .limitsOutOfOrder, "\(upper) \(row.text(upper)) is below \(lower) \(row.text(lower))")]
    }
    return []
}
