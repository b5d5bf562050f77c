import Series

/// Ranges that rivers of the earth keep, by column: beyond them the unit is wrong.
private let plausible: [(schema: TableSchema, column: String, range: ClosedRange<Double>)] = [
    (.reaches, "length_km", 0...2000), (.reaches, "slope", 0...0.3), (.reaches, "manning_n", 0.005...0.3),
    (.reaches, "bottom_width_m", 0...30_000), (.reaches, "side_slope", 0...200), (.reaches, "celerity_m_s", 0...15),
    (.stations, "catchment_km2", 0...7_000_000), (.ratings, "exponent", 0...10), (.ratings, "log_sd", 0...2),
    (.ratingPoints, "log_sd", 0...2), (.ratingPoints, "discharge_m3s", 0...300_000),
]

/// Columns of levels in metres: above 3000 m they are taken for centimetres.
private let levelColumns: [(schema: TableSchema, columns: [String])] = [
    (.ratings, ["zero_m", "gauged_from_m", "gauged_to_m"]), (.ratingPoints, ["stage_m"]),
    (.correspondences, ["upstream_stage_m", "downstream_stage_m"]),
    (.reservoirs, ["normal_level_m", "dead_level_m", "check_level_m"]), (.reservoirLevels, ["level_m"]),
    (.reservoirStorage, ["level_m"]), (.reservoirOutlets, ["level_m"]),
    (.reservoirTriggers, ["above_m", "ends_below_m", "store_up_to_m"]),
]

/// Numbers that no river has, and levels that only make sense in centimetres.
func plausibilityFaults(_ tables: PackFolder) -> [Fault] {
    let sizes = plausible.flatMap { schema, column, range in
        tables.records(schema).compactMap { row -> Fault? in
            guard let value = row.number(column), value > 0, !range.contains(value) else { return nil }
            return row.fault(column, .implausible, "\(column) \(row.text(column)) is not that of a river")
        }
    }
    let levels = levelColumns.flatMap { schema, columns in
        tables.records(schema).flatMap { row in
            columns.compactMap { column -> Fault? in
                guard let value = row.number(column), value > 3000 else { return nil }
                return row.fault(column, .centimetresForMetres, "\(row.text(column)) m looks like centimetres")
            }
        }
    }
    return sizes + levels
}
