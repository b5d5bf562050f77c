import River
import Series

extension EventTable {
    /// `forecasts.csv` of a folder.
    init(forecastsIn folder: String) {
        self.init(
            "forecasts.csv", in: folder, required: ["issued", "station", "property", "value", "unit"],
            optional: ["valid", "source", "note"])
    }

    /// The official forecasts, and one verdict a row.
    func officialForecasts(_ judge: ReadingJudge) -> (rows: [EventRow], forecasts: [OfficialForecast]) {
        var forecasts: [OfficialForecast] = []
        var firstByKey: [ForecastKey: OfficialForecast] = [:]
        let rows = verdicts { (table, row) throws(RowRefusal) in
            let forecast = try read(row, of: table, judge)
            let key = ForecastKey(
                station: forecast.station, property: forecast.property, issued: forecast.issued, valid: forecast.valid)
            if let first = firstByKey[key] {
                throw RowRefusal(
                    first.value == forecast.value
                        ? "same as line \(first.line)"
                        : "conflict with line \(first.line), another value for the same times: the first is kept"
                )
            }
            firstByKey[key] = forecast
            forecasts.append(forecast)
            return EventRow(
                file: name, line: row.line, verdict: .used, reason: "official forecast, kept for comparison",
                note: table.field("note", of: row) ?? "")
        }
        return (rows, forecasts)
    }

    private func read(_ row: CSVTable.Row, of table: CSVTable, _ judge: ReadingJudge) throws(RowRefusal)
        -> OfficialForecast
    {
        let station = try judge.station(table.field("station", of: row))
        let property = try judge.property(table.field("property", of: row))
        let (value, _) = try judge.quantity(
            table.field("value", of: row), unit: table.field("unit", of: row), property: property)
        let issued = try judge.clock.instant(table.field("issued", of: row), column: "issued")
        var valid: Instant?
        if let word = table.field("valid", of: row) { valid = try judge.clock.instant(word, column: "valid") }
        if let valid, valid < issued { throw RowRefusal("valid \(valid) before it was issued \(issued)") }
        return OfficialForecast(
            station: station.id, property: property, issued: issued, valid: valid, value: value,
            source: table.field("source", of: row) ?? "\(name):\(row.line)", line: row.line)
    }
}

/// What makes two official forecasts the same.
private struct ForecastKey: Hashable {
    let station: StationID
    let property: Property
    let issued: Instant
    let valid: Instant?
}
