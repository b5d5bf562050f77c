public import River

/// Lakes and reservoirs that take the place of reaches.
///
/// Two forms. A table, several rows an id: `id`, `level_m`, `storage_m3`, `outflow_m3s` and, on any of its rows, `start_level_m`.
/// Or one row an id with weir and orifice: `id`, `area_km2`, `maximum_level_m`, `orifice_area_m2`, `orifice_coefficient`,
/// `orifice_level_m`, `weir_coefficient`, `weir_level_m`, `weir_length_m`, `initial_fraction`; the columns of the National Water
/// Model's tables (`lake_id`, `LkArea`, `LkMxE`, `OrificeA`, `OrificeC`, `OrificeE`, `WeirC`, `WeirE`, `WeirL`, `ifd`) are the
/// same thing. Gates beside either: `gate_width_m`, `gate_level_m` (the sill) and `gate_coefficient` on one row of a lake.
public struct LakeTable: Sendable {
    /// A lake or reservoir.
    public struct Lake: Sendable {
        /// The id of the reach whose place it takes.
        public let id: String
        /// Storage and outflow by level.
        public let pool: LevelPool
        /// Gates that a series of openings moves; nil for none.
        public var gate: SluiceGate?
        /// m; nil for the level at which as much leaves as enters.
        public let startLevel: Double?
        /// Where it stands in the file.
        public let line: Int

        /// What stands in a network in the place of the reach.
        public var routed: RoutedLake { RoutedLake(pool: pool, gate: gate, startLevel: startLevel) }
    }

    /// In the order of the file.
    public let lakes: [Lake]

    private static let synonyms = [
        "lake_id": "id", "LkArea": "area_km2", "LkMxE": "maximum_level_m", "OrificeA": "orifice_area_m2",
        "OrificeC": "orifice_coefficient", "OrificeE": "orifice_level_m", "WeirC": "weir_coefficient",
        "WeirE": "weir_level_m", "WeirL": "weir_length_m", "ifd": "initial_fraction",
    ]

    /// Reads a table of either form.
    public static func read(_ file: RoutingFile) throws(RoutingFileProblem) -> LakeTable {
        let table = CSVTable([UInt8](file.data), file: file.name)
        if let fault = table.faults.first { throw RoutingFileProblem(fault) }
        var names: [String: String] = [:]
        for column in table.header { names[synonyms[column] ?? column] = column }
        let reader = LakeReader(table: table, names: names)
        if names["storage_m3"] != nil { return LakeTable(lakes: try reader.tables()) }
        return LakeTable(lakes: try reader.outlets())
    }
}

/// Reads the rows of a lake table.
private struct LakeReader {
    let table: CSVTable
    /// Column in the file by its name here.
    let names: [String: String]

    func tables() throws(RoutingFileProblem) -> [LakeTable.Lake] {
        var order: [String] = []
        var rows: [String: (rows: [LevelPool.Row], start: Double?, gate: SluiceGate?, line: Int)] = [:]
        for row in table.rows {
            let id = try text("id", row)
            if rows[id] == nil { order.append(id) }
            var own = rows[id] ?? ([], nil, nil, row.line)
            own.rows.append(
                LevelPool.Row(
                    level: try number("level_m", row), storage: try number("storage_m3", row),
                    outflow: try number("outflow_m3s", row)))
            if field("start_level_m", row) != nil { own.start = try number("start_level_m", row) }
            if let gate = try gate(row) { own.gate = gate }
            rows[id] = own
        }
        var lakes: [LakeTable.Lake] = []
        for id in order {
            guard let own = rows[id] else { continue }
            guard let pool = LevelPool(rows: own.rows) else {
                throw RoutingFileProblem(
                    table.file, line: own.line, rule: "lake-table",
                    "the table of \(id) does not rise",
                    advice: "at least two rows, level and storage rising, outflow never falling")
            }
            lakes.append(
                LakeTable.Lake(id: id, pool: pool, gate: own.gate, startLevel: own.start, line: own.line))
        }
        return lakes
    }

    func outlets() throws(RoutingFileProblem) -> [LakeTable.Lake] {
        var lakes: [LakeTable.Lake] = []
        var seen = Set<String>()
        for row in table.rows {
            let id = try text("id", row)
            guard seen.insert(id).inserted else {
                throw problem("id", row, "the lake \(id) stands twice", "one row a lake")
            }
            let outlet = LakeOutlet(
                area: try number("area_km2", row) * 1e6, maximumLevel: try number("maximum_level_m", row),
                orificeArea: try number("orifice_area_m2", row),
                orificeCoefficient: try number("orifice_coefficient", row),
                orificeLevel: try number("orifice_level_m", row),
                weirCoefficient: try number("weir_coefficient", row), weirLevel: try number("weir_level_m", row),
                weirLength: try number("weir_length_m", row))
            guard let pool = outlet.pool else {
                throw problem(
                    "area_km2", row, "\(id) is no lake: area, coefficients and levels do not fit together",
                    "area, weir and orifice are above zero, and the orifice lies below weir and highest level")
            }
            let fraction = try number("initial_fraction", row)
            lakes.append(
                LakeTable.Lake(
                    id: id, pool: pool, gate: try gate(row), startLevel: outlet.level(filled: fraction), line: row.line)
            )
        }
        return lakes
    }

    /// The gates that a row names; nil where it names none.
    private func gate(_ row: CSVTable.Row) throws(RoutingFileProblem) -> SluiceGate? {
        let columns = ["gate_width_m", "gate_level_m", "gate_coefficient"]
        guard columns.contains(where: { field($0, row) != nil }) else { return nil }
        let gate = SluiceGate(
            width: try number(columns[0], row), sill: try number(columns[1], row),
            coefficient: try number(columns[2], row))
        guard let gate else {
            throw problem(
                columns[0], row, "the gates have no width, or their coefficient is not above 0 and at most 1",
                "a width in m over all gates, the level of the sill, and a coefficient of about 0.6")
        }
        return gate
    }

    private func field(_ name: String, _ row: CSVTable.Row) -> String? {
        names[name].flatMap { table.field($0, of: row) }
    }

    private func text(_ name: String, _ row: CSVTable.Row) throws(RoutingFileProblem) -> String {
        guard let text = field(name, row) else {
            throw problem(name, row, "\(name) is missing", "give every lake its \(name)")
        }
        return text
    }

    private func number(_ name: String, _ row: CSVTable.Row) throws(RoutingFileProblem) -> Double {
        let text = try text(name, row)
        guard let value = Double(text), value.isFinite, value.magnitude < 1e15 else {
            throw problem(name, row, "\(name) is no number: \(text)", "write a finite decimal number with a point")
        }
        return value
    }

    private func problem(
        _ name: String, _ row: CSVTable.Row, _ message: String, _ advice: String
    ) -> RoutingFileProblem {
        RoutingFileProblem(
            table.fault(names[name] ?? name, of: row, rule: "lake-table", message: message, advice: advice))
    }
}
