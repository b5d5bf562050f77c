import River
import Series

/// A curve in the making: the rows of one station and one span of days.
private struct RatingRows {
    let station: StationID
    let validity: Validity
    /// One row of `ratings.csv`, or the rows of `rating_points.csv`.
    let rows: [TableRow]
}

/// The ratings of a pack by station; curves with a fault are left out.
func ratingCurves(_ tables: PackFolder) -> [StationID: [RatingCurve]] {
    var curves: [StationID: [RatingCurve]] = [:]
    for rating in powerLaws(tables) { curves[rating.station, default: []] += powerLaw(rating).map { [$0] } ?? [] }
    for rating in pointCurves(tables) { curves[rating.station, default: []] += points(rating).map { [$0] } ?? [] }
    return curves
}

/// Ratings against each other: dates, order of points, days that two curves or a curve and a refusal share.
func ratingFaults(_ tables: PackFolder) -> [Fault] {
    let all = powerLaws(tables) + pointCurves(tables)
    let refusals = tables.records(.ratingRefusals)
    var faults: [Fault] = []
    for (index, rating) in all.enumerated() {
        let first = rating.rows[0]
        if rating.validity.from == nil, first["valid_from"] == nil {
            faults.append(
                first.fault("valid_from", .ratingWithoutDates, "a rating of \(rating.station) has no first day"))
        }
        faults += orderFaults(rating)
        if all[..<index].contains(where: { $0.station == rating.station && $0.validity.overlaps(rating.validity) }) {
            faults.append(
                first.fault(
                    "valid_from", .overlappingValidity, "another rating of \(rating.station) holds on these days"))
        }
        let isRefused = refusals.contains {
            $0["station"] == rating.station.text && $0.validity.overlaps(rating.validity)
        }
        if isRefused {
            faults.append(
                first.fault("station", .ratingRefused, "ratings of \(rating.station) are refused for these days"))
        }
    }
    return faults
}

private func powerLaws(_ tables: PackFolder) -> [RatingRows] {
    tables.records(.ratings).compactMap { row in
        row.id("station", StationID.self).map { RatingRows(station: $0, validity: row.validity, rows: [row]) }
    }
}

private func pointCurves(_ tables: PackFolder) -> [RatingRows] {
    var curves: [RatingRows] = []
    for row in tables.records(.ratingPoints) {
        guard let station = row.id("station", StationID.self) else { continue }
        let validity = row.validity
        if let index = curves.firstIndex(where: { $0.station == station && $0.validity == validity }) {
            curves[index] = RatingRows(station: station, validity: validity, rows: curves[index].rows + [row])
        } else {
            curves.append(RatingRows(station: station, validity: validity, rows: [row]))
        }
    }
    return curves
}

private func orderFaults(_ rating: RatingRows) -> [Fault] {
    let first = rating.rows[0]
    if let from = first.number("gauged_from_m"), let to = first.number("gauged_to_m") {
        if from >= to { return [first.fault("gauged_to_m", .limitsOutOfOrder, "the gauged range is empty")] }
        return []
    }
    var faults: [Fault] = []
    for (before, after) in zip(rating.rows, rating.rows.dropFirst()) {
        for column in ["stage_m", "discharge_m3s"] {
            guard let lower = before.number(column), let upper = after.number(column), upper <= lower else { continue }
            faults.append(
                after.fault(column, .ratingNotIncreasing, "\(column) does not rise: \(after.text(column))"))
        }
    }
    if rating.rows.count == 1, first.number("stage_m") != nil {
        faults.append(first.fault("stage_m", .ratingNotIncreasing, "a rating has at least two points"))
    }
    return faults
}

private func powerLaw(_ rating: RatingRows) -> RatingCurve? {
    let row = rating.rows[0]
    guard let coefficient = row.number("coefficient"), let zero = row.number("zero_m"),
        let exponent = row.number("exponent"), let from = row.number("gauged_from_m"),
        let to = row.number("gauged_to_m"), from < to, let deviation = row.number("log_sd"),
        let quality = row.word("quality", FactQuality.self)
    else { return nil }
    return RatingCurve(
        validity: rating.validity, form: .powerLaw(coefficient: coefficient, zero: zero, exponent: exponent),
        gaugedRange: from...to, logDeviation: deviation, quality: quality, source: row.text("source"))
}

private func points(_ rating: RatingRows) -> RatingCurve? {
    let points = rating.rows.compactMap { row -> StageDischarge? in
        guard let stage = row.number("stage_m"), let discharge = row.number("discharge_m3s") else { return nil }
        return StageDischarge(stage: stage, discharge: discharge)
    }
    guard let first = points.first, let last = points.last, orderFaults(rating).isEmpty, points.count >= 2,
        let quality = rating.rows[0].word("quality", FactQuality.self)
    else { return nil }
    return RatingCurve(
        validity: rating.validity, form: .points(points), gaugedRange: first.stage...last.stage,
        logDeviation: rating.rows.compactMap { $0.number("log_sd") }.max() ?? 0, quality: quality,
        source: rating.rows[0].text("source"))
}
