public import River
import Series

/// The stations of a pack with their alarm levels and ratings.
func stations(_ tables: PackFolder) -> [Station] {
    let alarms = Dictionary(grouping: alarmRows(tables)) { $0.station }
    let ratings = ratingCurves(tables)
    return tables.records(.stations).compactMap { row -> Station? in
        guard var station = Station(row, fallbackProvider: nil) else { return nil }
        station.alarms = (alarms[station.id] ?? []).compactMap(\.alarm).sorted {
            ($0.property.rawValue, $0.validity.from ?? .earliest, $0.level)
                < ($1.property.rawValue, $1.validity.from ?? .earliest, $1.level)
        }
        station.ratings = (ratings[station.id] ?? []).sorted {
            ($0.validity.from ?? .earliest) < ($1.validity.from ?? .earliest)
        }
        return station
    }
}

/// Reads the `stations.csv` of an event folder: the columns of the pack's table, of which only `id` is needed.
///
/// A column `name` stands for all three languages. A station without `provider` belongs to the party `event`, which is no
/// party of any agreement; without `river` its river is the empty text. Columns that no reader knows are ignored here and
/// named by ``checkBasinPack(at:)``. Rows with a fault are left out.
public func readStations(_ table: CSVTable) -> (stations: [Station], faults: [Fault]) {
    let schema = TableSchema.eventStations
    let faults = formFaults(of: table, schema).filter { $0.rule != PackRule.unknownColumn.rawValue }
    let badLines = Set(faults.map(\.position.line))
    if table.index(of: "id") == nil { return ([], faults.sortedByPlace) }
    let rows = table.records.filter { !badLines.contains($0.row.line) }
    return (rows.compactMap { Station($0, fallbackProvider: PartyID("event")) }, faults.sortedByPlace)
}

extension Station {
    /// A station of a row; nil when the row lacks what a station needs.
    init?(_ row: TableRow, fallbackProvider: PartyID?) {
        guard let id = row.id("id", StationID.self),
            let provider = row.id("provider", PartyID.self) ?? fallbackProvider
        else { return nil }
        let plain = row["name"] ?? id.text
        self.init(
            id: id, kind: row.word("kind", StationKind.self) ?? .gauge,
            name: LocalizedText(
                vi: row["name_vi"] ?? plain, zh: row["name_zh"] ?? plain, en: row["name_en"] ?? plain),
            river: row.text("river"), provider: provider, latitude: row.number("latitude"),
            longitude: row.number("longitude"),
            coordinateQuality: row.word("coordinate_quality", FactQuality.self) ?? .estimated, datum: row["datum"],
            catchmentArea: row.number("catchment_km2").map { $0 * 1_000_000 }, validity: row.validity)
    }
}

extension CivilDate {
    /// Stands for "as long as is known" in comparisons.
    static let earliest = CivilDate(daysSinceEpoch: .min)
    /// Stands for "still" in comparisons.
    static let latest = CivilDate(daysSinceEpoch: .max)
}
