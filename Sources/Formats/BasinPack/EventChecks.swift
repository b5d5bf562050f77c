import Accord
import River
import Series

/// What the checks of an event folder look up.
private struct EventContext {
    let tables: PackFolder
    let pack: BasinPack?
    let zone: UTCOffset
    /// Ids of the pack's and the event's stations.
    let stations: Set<String>

    /// The day on which a row's time falls in the zone of the pack.
    func day(_ row: TableRow, _ column: String) -> CivilDate? { row.instant(column)?.civil(in: zone).date }
}

/// The faults of one event folder.
///
/// - Parameters:
///   - pack: nil when the pack itself cannot be read; the checks against alarm levels are then left out.
///   - zone: in which the days of alarm levels count.
func eventFaults(_ folder: String, _ event: String, tables: PackFolder, pack: BasinPack?, zone: UTCOffset) -> [Fault] {
    var found: [String: CSVTable] = [:]
    for schema in TableSchema.event {
        let file = "events/" + event + "/" + schema.file
        if let bytes = fileBytes(folder, file) { found[schema.file] = CSVTable(bytes, file: file) }
    }
    var ids = tables.ids
    ids["stations.csv", default: []].formUnion(
        found["stations.csv"]?.records.compactMap { $0["id"] } ?? [])
    var faults: [Fault] = []
    for schema in TableSchema.event {
        guard let table = found[schema.file] else { continue }
        faults += formFaults(of: table, schema) + referenceFaults(of: table, schema, ids: ids)
    }
    faults += readEventDescription(in: folder + "/events/" + event).faults.map {
        Fault(
            file: "events/" + event + "/event.yaml", line: $0.position.line, column: $0.position.column, rule: $0.rule,
            message: $0.message, advice: $0.advice)
    }
    let context = EventContext(tables: tables, pack: pack, zone: zone, stations: ids["stations.csv"] ?? [])
    faults += (found["levels.csv"]?.records ?? []).flatMap { levelFaults($0, context) }
    faults += (found["forecasts.csv"]?.records ?? []).flatMap { forecastFaults($0, context) }
    faults += (found["releases.csv"]?.records ?? []).flatMap { releaseFaults($0, context) }
    faults += (found["deliveries.csv"]?.records ?? []).flatMap { deliveryFaults($0, context) }
    return faults
}

private func levelFaults(_ row: TableRow, _ context: EventContext) -> [Fault] {
    let misfit = unitMisfit(row).map { [$0] } ?? []
    return misfit + orderFaults(row, "observed", "received") + valueFaults(row, context)
        + (differenceFault(row, context).map { [$0] } ?? [])
}

private func forecastFaults(_ row: TableRow, _ context: EventContext) -> [Fault] {
    (unitMisfit(row).map { [$0] } ?? []) + orderFaults(row, "issued", "valid") + valueFaults(row, context)
}

private func deliveryFaults(_ row: TableRow, _ context: EventContext) -> [Fault] {
    let order = orderFaults(row, "observed", "delivered")
    guard let text = row["series"] else { return order }
    guard let series = SeriesID(text), context.stations.contains(series.station.text) else {
        return order + [row.fault("series", .unknownReference, "\(text) is no series of a known station")]
    }
    return order
}

private func orderFaults(_ row: TableRow, _ earlier: String, _ later: String) -> [Fault] {
    guard let first = row.instant(earlier), let second = row.instant(later), second < first else { return [] }
    return [row.fault(later, .timesOutOfOrder, "\(later) lies before \(earlier)")]
}

/// A value outside the fail limits; in centimetres where a hundredth of it would lie inside.
private func valueFaults(_ row: TableRow, _ context: EventContext) -> [Fault] {
    guard let (value, limits) = valueAndLimits(row, context),
        let range = limits.failRange ?? row.word("property", Property.self)?.standardName.validRange,
        !range.contains(value)
    else { return [] }
    if (limits.suspectRange ?? range).contains(value / 100) {
        return [row.fault("value", .centimetresForMetres, "\(row.text("value")) m looks like centimetres")]
    }
    return [row.fault("value", .valueOutOfRange, "\(row.text("value")) lies outside the fail limits of the station")]
}

private func valueAndLimits(_ row: TableRow, _ context: EventContext) -> (value: Double, limits: CheckLimits)? {
    guard let station = row.id("station", StationID.self), let property = row.word("property", Property.self),
        let unit = row.word("unit", Unit.self), let number = row.number("value"),
        let value = unit.convert(number, to: property.unit), let basin = context.pack?.basin
    else { return nil }
    return (value, basin.checkLimits.limits(for: station, property))
}

/// Level minus alarm level against the difference that the note prints; the word `sic` in the note keeps a misprint.
private func differenceFault(_ row: TableRow, _ context: EventContext) -> Fault? {
    guard let note = row["note"], let stated = StatedDifference(note: note),
        !note.split(whereSeparator: { !$0.isLetter }).contains("sic"),
        let (value, limits) = valueAndLimits(row, context), let tolerance = limits.statedDifferenceTolerance,
        let day = context.day(row, "observed"), let station = row.id("station", StationID.self),
        let property = row.word("property", Property.self),
        let alarm = context.pack?.basin.stations[station]?.alarms(for: property, on: day)
            .first(where: { $0.level == stated.alarmLevel })
    else { return nil }
    let difference = value - alarm.value
    guard abs(difference - stated.value) > tolerance + 1e-9 else { return nil }
    return row.fault(
        "value", .statedDifference,
        "\(row.text("value")) minus alarm level \(stated.alarmLevel), \(JSONValue.text(of: alarm.value)), is not "
            + "\(JSONValue.text(of: stated.value)) as the note says")
}

private func releaseFaults(_ row: TableRow, _ context: EventContext) -> [Fault] {
    var faults = orderFaults(row, "observed", "received")
    let quantity = row.text("quantity")
    if quantity.contains(where: { "/;+".contains($0) }) {
        faults.append(row.fault("quantity", .severalQuantities, "\(quantity) names several quantities"))
    }
    if let property = Property(rawValue: quantity), let unit = row.word("unit", Unit.self),
        unit.kind != property.unit.kind
    {
        faults.append(row.fault("unit", .unitMisfit, "\(unit.rawValue) does not measure \(quantity)"))
    }
    let isWord = Property(rawValue: quantity) != nil || ["statement", "order", "notice", "remark"].contains(quantity)
    if !isWord, !quantity.isEmpty, faults.isEmpty {
        faults.append(
            row.fault(
                "quantity", .unknownProperty, "\(quantity) is no standard name, statement, order, notice or remark"))
    }
    if let object = row["object"], isTableIdentifier(object), !context.stations.contains(object) {
        faults.append(row.fault("object", .unknownReference, "\(object) is no row of stations.csv"))
    }
    if row["value"] != nil, row["unit"] == nil {
        faults.append(row.fault("unit", .unitMissing, "the value has no unit"))
    }
    guard let day = context.day(row, "observed") else { return faults }
    faults += endedFaults(row, "party", .parties, .partyEnded, day, context)
    for column in ["authority", "addressee"] {
        faults += endedFaults(row, column, .authorities, .authorityEnded, day, context)
    }
    return faults
}

private func endedFaults(
    _ row: TableRow, _ column: String, _ schema: TableSchema, _ rule: PackRule, _ day: CivilDate,
    _ context: EventContext
) -> [Fault] {
    guard let id = row[column], let named = context.tables.records(schema).first(where: { $0["id"] == id }),
        let end = named.date("valid_to"), day >= end
    else { return [] }
    return [row.fault(column, rule, "\(id) ended on \(end), before \(day)")]
}
