import River
import Series

/// An alarm level with its row, the value in the property's standard unit.
struct AlarmRow {
    let row: TableRow
    let station: StationID
    let property: Property
    let level: Int
    let value: Double
    let validity: Validity

    /// Nil when a field is malformed; the field check names it.
    init?(_ row: TableRow) {
        guard let station = row.id("station", StationID.self), let property = row.word("property", Property.self),
            let level = row.whole("level"), let number = row.number("value"), let unit = row.word("unit", Unit.self),
            let value = unit.convert(number, to: property.unit)
        else { return nil }
        self.row = row
        self.station = station
        self.property = property
        self.level = level
        self.value = value
        validity = row.validity
    }

    /// The alarm level; nil when its quality is no word.
    var alarm: AlarmLevel? {
        guard let quality = row.word("quality", FactQuality.self) else { return nil }
        return AlarmLevel(
            level: level, property: property, value: value, validity: validity, scheme: row.text("scheme"),
            quality: quality, source: row.text("source"))
    }
}

/// The alarm levels of a pack.
func alarmRows(_ tables: PackFolder) -> [AlarmRow] { tables.records(.alarms).compactMap { AlarmRow($0) } }

/// Alarm levels against each other, against their gauges, against their units.
func alarmFaults(_ tables: PackFolder) -> [Fault] {
    let rows = alarmRows(tables)
    let misfits = tables.records(.alarms).compactMap { unitMisfit($0) }
    let centimetres = centimetreFaults(rows, neighbours: neighbouringGauges(tables))
    return misfits + centimetres.faults + overlapFaults(rows)
        + orderFaults(rows.filter { !centimetres.stations.contains($0.station) }) + datumFaults(tables, rows)
}

/// Stations whose alarm levels contradict each other: nothing further is concluded from them.
func doubtfulAlarmStations(_ tables: PackFolder) -> Set<StationID> {
    let rows = alarmRows(tables)
    let broken = orderFaultRows(rows) + overlapPairs(rows).map(\.later)
    return centimetreFaults(rows, neighbours: neighbouringGauges(tables)).stations.union(broken.map(\.station))
}

/// A unit that cannot carry the property, in a row with `property` and `unit`.
func unitMisfit(_ row: TableRow) -> Fault? {
    guard let property = row.word("property", Property.self), let unit = row.word("unit", Unit.self),
        unit.kind != property.unit.kind
    else { return nil }
    return row.fault("unit", .unitMisfit, "\(unit.rawValue) does not measure \(property.rawValue)")
}

private func overlapPairs(_ rows: [AlarmRow]) -> [(earlier: AlarmRow, later: AlarmRow)] {
    var pairs: [(earlier: AlarmRow, later: AlarmRow)] = []
    for (index, later) in rows.enumerated() {
        let same = rows[..<index].first {
            $0.station == later.station && $0.property == later.property && $0.level == later.level
                && $0.validity.overlaps(later.validity)
        }
        if let same { pairs.append((same, later)) }
    }
    return pairs
}

private func overlapFaults(_ rows: [AlarmRow]) -> [Fault] {
    overlapPairs(rows).map { earlier, later in
        later.row.fault(
            "valid_from", .overlappingValidity,
            "alarm level \(later.level) of \(later.station) holds already by line \(earlier.row.row.line)")
    }
}

private func orderFaultRows(_ rows: [AlarmRow]) -> [AlarmRow] {
    rows.filter { row in
        rows.contains {
            $0.station == row.station && $0.property == row.property && $0.level < row.level
                && $0.value >= row.value && $0.validity.overlaps(row.validity)
        }
    }
}

private func orderFaults(_ rows: [AlarmRow]) -> [Fault] {
    orderFaultRows(rows).map {
        $0.row.fault("value", .alarmOrder, "level \($0.level) of \($0.station) is not above the lower ones")
    }
}

private func datumFaults(_ tables: PackFolder, _ rows: [AlarmRow]) -> [Fault] {
    let withAlarms = Set(rows.filter { $0.property == .stage }.map(\.station))
    return tables.records(.stations).compactMap { row in
        guard row["datum"] == nil, let id = row.id("id", StationID.self), withAlarms.contains(id) else { return nil }
        return row.fault("datum", .missingDatum, "\(id) has alarm levels and no datum")
    }
}

/// Values that only make sense in centimetres: beyond any gauge, or more than twenty times the other levels of the station
/// or, for the station as a whole, of the gauges next to it.
private func centimetreFaults(
    _ rows: [AlarmRow], neighbours: [StationID: Set<StationID>]
) -> (faults: [Fault], stations: Set<StationID>) {
    let stages = Dictionary(grouping: rows.filter { $0.property == .stage }) { $0.station }
    var faults: [Fault] = []
    var stations: Set<StationID> = []
    for (station, own) in stages.sorted(by: { $0.key < $1.key }) {
        let near = (neighbours[station] ?? []).flatMap { stages[$0] ?? [] }.map { abs($0.value) }
        let isWholeStationOff =
            middle(own.map { abs($0.value) }).flatMap { own in middle(near).map { own > 20 * $0 } } ?? false
        for alarm in own {
            let others = own.filter { $0.row.row.line != alarm.row.row.line }.map { abs($0.value) }
            let isAlone = middle(others).map { alarm.value > 20 * $0 } ?? false
            let all = middle(others.isEmpty ? near : others)
            let isUnitOff = alarm.row["unit"] == "cm" && (all.map { abs(alarm.value) * 20 < $0 } ?? false)
            guard alarm.value > 3000 || isWholeStationOff || isAlone || isUnitOff else { continue }
            stations.insert(station)
            faults.append(
                alarm.row.fault(
                    "value", .centimetresForMetres,
                    "alarm level \(alarm.level) of \(station), \(alarm.row.text("value")) \(alarm.row.text("unit")), "
                        + "mixes metres and centimetres"))
        }
    }
    return (faults, stations)
}

/// The middle of some values; nil when there are none.
private func middle(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
}

/// The gauges next to each gauge, up and down the reaches.
private func neighbouringGauges(_ tables: PackFolder) -> [StationID: Set<StationID>] {
    var neighbours: [StationID: Set<StationID>] = [:]
    for (upper, lower) in gaugePairs(tables, where: Set(alarmRows(tables).map(\.station)), acrossDams: true) {
        neighbours[upper, default: []].insert(lower)
        neighbours[lower, default: []].insert(upper)
    }
    return neighbours
}
