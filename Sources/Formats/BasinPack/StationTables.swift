import River
import Series

/// The stations of a pack with their alarm levels and ratings.
func stations(_ tables: PackFolder) -> [Station] {
    let alarms = Dictionary(grouping: alarmRows(tables)) { $0.station }
    let ratings = ratingCurves(tables)
    let costs = warningCosts(tables)
    return tables.records(.stations).compactMap { row -> Station? in
        guard var station = Station(row) else { return nil }
        station.alarms = (alarms[station.id] ?? []).compactMap(\.alarm).sorted {
            ($0.property.rawValue, $0.validity.from ?? .earliest, $0.level)
                < ($1.property.rawValue, $1.validity.from ?? .earliest, $1.level)
        }
        station.ratings = (ratings[station.id] ?? []).sorted {
            ($0.validity.from ?? .earliest) < ($1.validity.from ?? .earliest)
        }
        station.warningCosts = costs[station.id] ?? []
        return station
    }
}

extension Station {
    /// A station of a row; nil when the row lacks what a station needs.
    init?(_ row: TableRow) {
        guard let id = row.id("id", StationID.self), let provider = row.id("provider", PartyID.self) else { return nil }
        self.init(
            id: id, kind: row.word("kind", StationKind.self) ?? .gauge,
            name: row.name, river: row.text("river"), provider: provider, latitude: row.number("latitude"),
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
