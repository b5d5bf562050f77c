import River

/// A river network in NetCDF: a list of reaches, or a raster of flow directions of which every cell is a reach.
///
/// A list has `downstream_id(reach)`, ids in `id(reach)` or `reach(reach)`, and the columns of a network table as variables of the
/// same dimension. A raster has `flow_direction(y, x)` and the same columns over its cells. A variable without dimensions holds for
/// all reaches.
struct NetworkNetCDF {
    private let file: NetCDFFile
    private let scheme: RoutingSchemeName
    /// The most cells of a raster, inside and outside.
    private static let mostCells = 500_000_000

    init(_ path: String, scheme: RoutingSchemeName) throws(RoutingFileProblem) {
        file = try NetCDFFile(reading: path)
        self.scheme = scheme
    }

    func table() throws(RoutingFileProblem) -> NetworkTable {
        if let directions = try file.variable("flow_direction") { return try raster(directions) }
        if let downstream = try file.variable("downstream_id") { return try list(downstream) }
        throw problem(
            "network-column", "the file has neither downstream_id nor flow_direction",
            "give downstream_id(reach) for a list of reaches, or flow_direction(y, x) for a raster")
    }

    private func problem(_ rule: String, _ message: String, _ advice: String) -> RoutingFileProblem {
        RoutingFileProblem(file.name, rule: rule, message, advice: advice)
    }

    // MARK: A list of reaches

    private func list(_ downstream: NetCDFFile.Variable) throws(RoutingFileProblem) -> NetworkTable {
        guard let dimension = downstream.dimensions.first, dimension.length > 0,
            downstream.dimensions.count == (downstream.isRowsOfCharacters ? 2 : 1)
        else {
            throw problem("network-empty", "downstream_id is no list of reaches", "give downstream_id(reach)")
        }
        var found: NetCDFFile.Variable?
        for name in ["id", dimension.name, "reach", "reach_id", "river_id"] where found == nil {
            found = try file.variable(name)
        }
        guard let found, found.dimensions.first?.length == dimension.length else {
            throw problem("network-id", "the ids of the reaches are missing", "give a variable id(\(dimension.name))")
        }
        let texts = found.isText ? try file.texts(found) : try file.integers(found).map(String.init)
        if let empty = texts.firstIndex(of: "") {
            throw problem(
                "network-id", "reach \(empty + 1) of \(found.name) has no id", "give every reach an id of its own")
        }
        let ids = try ReachIDs.make(texts, of: file.name)
        let below = downstream.isText ? try file.texts(downstream) : try file.integers(downstream).map(String.init)
        var rows: [Int32] = []
        rows.reserveCapacity(below.count)
        for (row, text) in below.enumerated() {
            if let place = ids.row(of: text) {
                rows.append(Int32(place))
            } else if text.isEmpty || text == "0" || text == "-1" {
                rows.append(-1)
            } else {
                throw problem(
                    "network-unknown-downstream", "\(texts[row]) flows into \(text), which is no id of the file",
                    "give 0 or -1 at an outlet, or add the reach")
            }
        }
        let values = try values(shape: [dimension.length], cells: nil) { ids.text($0) }
        return NetworkTable(
            file: file.name, ids: ids, downstreamRow: rows, parameters: values.parameters, lines: nil,
            bedLevels: values.bedLevels)
    }

    // MARK: A raster

    private func raster(_ directions: NetCDFFile.Variable) throws(RoutingFileProblem) -> NetworkTable {
        guard directions.dimensions.count == 2, !directions.isText else {
            throw problem("network-raster", "flow_direction has not two dimensions", "give flow_direction(y, x)")
        }
        let (height, width) = (directions.dimensions[0].length, directions.dimensions[1].length)
        guard height > 0, width > 0, height <= NetworkNetCDF.mostCells / width else {
            throw problem(
                "network-raster", "flow_direction has \(height) rows and \(width) columns",
                "give 1 to \(NetworkNetCDF.mostCells) cells; cut a larger raster into basins")
        }
        let codes = try file.integers(directions)
        let missing = file.number("_FillValue", of: directions) ?? file.number("missing_value", of: directions)
        let axes = try RasterAxes(file, directions)
        let grid: FlowDirections
        do {
            grid = try FlowDirections(
                codes, columns: axes.columns, isSouthFirst: axes.isSouthFirst,
                missing: missing.flatMap { Int64(exactly: $0) })
        } catch {
            throw problem(
                "network-raster",
                "the flow direction \(error.code) of row \(error.cell / axes.columns + 1), column \(error.cell % axes.columns + 1) is not known",
                "use 1 east, 2 south-east, 4, 8, 16 west, 32, 64 north, 128; 0 or 255 for an outlet; 247 or the fill value outside"
            )
        }
        guard !grid.cells.isEmpty else {
            throw problem("network-empty", "the raster has no cell with a direction", "check flow_direction")
        }
        var lengths: [Double]?
        if NetworkValues.needed(scheme).names.contains("length_m"), try file.variable("length_m") == nil {
            lengths = try grid.cells.indices.map { (row) throws(RoutingFileProblem) in
                try axes.distance(from: Int(grid.cells[row]), code: grid.codes[row])
            }
        }
        let values = try values(
            shape: directions.dimensions.map(\.length), cells: grid.cells, lengths: lengths
        ) { row in
            let cell = Int(grid.cells[row])
            return "row \(cell / axes.columns + 1), column \(cell % axes.columns + 1)"
        }
        let ids: ReachIDs
        do {
            ids = try ReachIDs(numbers: grid.cells.map { Int64($0) + 1 })
        } catch { throw problem("network-duplicate-id", "a cell stands twice", "report this") }
        return NetworkTable(
            file: file.name, ids: ids, downstreamRow: grid.downstreamRow, parameters: values.parameters, lines: nil,
            bedLevels: values.bedLevels)
    }

    // MARK: Columns

    /// The columns that the scheme needs, checked, of all rows or of the cells of a raster.
    private func values(
        shape: [Int], cells: [Int32]?, lengths: [Double]? = nil, place: (Int) -> String
    ) throws(RoutingFileProblem) -> NetworkValues {
        let (needed, advice) = NetworkValues.needed(scheme)
        var (names, columns): ([String], [[Double]]) = ([], [])
        for name in needed + (needed == NetworkValues.section ? NetworkValues.optional : []) {
            if name == "length_m", let lengths {
                names.append(name)
                columns.append(lengths)
                continue
            }
            guard let variable = try file.variable(name) else {
                if NetworkValues.missing(name) != nil { continue }
                throw problem("network-column", "the variable \(name) is missing", advice)
            }
            guard variable.dimensions.isEmpty || variable.dimensions.map(\.length) == shape, !variable.isText else {
                throw problem(
                    "network-column", "\(name) has other dimensions than the network",
                    "give it the dimensions of the network, or none where it holds for all reaches")
            }
            let all = try file.doubles(variable)
            let count = cells?.count ?? shape[0]
            let fill = file.number("_FillValue", of: variable)
            var column: [Double] = []
            column.reserveCapacity(count)
            for row in 0..<count {
                let raw = variable.dimensions.isEmpty ? all[0] : all[cells.map { Int($0[row]) } ?? row]
                let value = raw.isNaN || raw == fill ? NetworkValues.missing(name) ?? .nan : raw
                guard NetworkValues.isInRange(name, value, scheme) || NetworkValues.missing(name) != nil && value.isNaN
                else {
                    throw problem(
                        "network-range", "\(name) of \(place(row)) is \(raw)", NetworkValues.advice(name))
                }
                column.append(value)
            }
            names.append(name)
            columns.append(column)
        }
        return NetworkValues(names: names, scheme: scheme, values: columns)
    }
}

/// The axes of a raster: where its cells lie and how far apart.
struct RasterAxes {
    let columns: Int
    /// Whether the rows go from south to north.
    let isSouthFirst: Bool
    private let file: String
    private let x: [Double]
    private let y: [Double]
    /// nil where the file does not say.
    private let isDegrees: Bool?
    /// m: the mean radius of the earth.
    private static let radius = 6_371_008.8

    init(_ file: NetCDFFile, _ raster: NetCDFFile.Variable) throws(RoutingFileProblem) {
        self.file = file.name
        columns = raster.dimensions[1].length
        let (north, east) = (
            try file.variable(raster.dimensions[0].name), try file.variable(raster.dimensions[1].name)
        )
        guard let north, let east,
            north.dimensions.map(\.length) == [raster.dimensions[0].length],
            east.dimensions.map(\.length) == [columns], !north.isText, !east.isText
        else {
            (x, y, isDegrees, isSouthFirst) = ([], [], nil, false)
            return
        }
        (y, x) = (try file.doubles(north), try file.doubles(east))
        let unit = file.attribute("units", of: north) ?? ""
        isDegrees =
            unit.hasPrefix("degree") ? true : ["m", "metre", "meter", "metres", "meters"].contains(unit) ? false : nil
        isSouthFirst = y.count > 1 && y[1] > y[0]
    }

    /// m from a cell to the one that it flows into; from an outlet as if straight on, to the south.
    func distance(from cell: Int, code: UInt8) throws(RoutingFileProblem) -> Double {
        guard let isDegrees, x.count > 1, y.count > 1 else {
            throw RoutingFileProblem(
                file, rule: "network-raster", "the length of the reaches is not known",
                advice: "give length_m, or coordinates along both axes with units (degrees_north, degrees_east or m)")
        }
        let (row, column) = (cell / columns, cell % columns)
        let (down, right) = FlowDirections.step(code == 0 ? 4 : code)
        var dy = (y[min(row + 1, y.count - 1)] - y[max(row - 1, 0)]).magnitude
        dy /= Double(min(row + 1, y.count - 1) - max(row - 1, 0))
        var dx = (x[min(column + 1, x.count - 1)] - x[max(column - 1, 0)]).magnitude
        dx /= Double(min(column + 1, x.count - 1) - max(column - 1, 0))
        if isDegrees {
            let degree = RasterAxes.radius * Double.pi / 180
            dx *= degree * RasterAxes.cosine(y[row] * Double.pi / 180)
            dy *= degree
        }
        let (a, b) = (Double(down) * dy, Double(right) * dx)
        let length = (a * a + b * b).squareRoot()
        guard NetworkValues.isInRange("length_m", length, .mct) else {
            throw RoutingFileProblem(
                file, rule: "network-raster",
                "the axes give row \(row + 1), column \(column + 1) a length of \(length) m",
                advice: "correct the coordinates, or give length_m")
        }
        return length
    }

    /// The cosine of a latitude by its series, the same on every machine; to 1e-15 for up to a quarter of a circle.
    static func cosine(_ angle: Double) -> Double {
        let square = angle * angle
        var sum = 1.0
        var factor = 22.0
        while factor >= 2 {
            sum = 1 - sum * square / (factor * (factor - 1))
            factor -= 2
        }
        return sum
    }
}
