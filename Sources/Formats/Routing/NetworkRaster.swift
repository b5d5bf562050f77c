import River

/// One number of the reaches of a network: of each of them, or the same of all.
struct NetworkColumn {
    /// Of each reach or cell; one where it holds for all.
    let values: [Double]
    /// What stands where nothing is known; nil for none but what is no number.
    let fill: Double?
    let isSame: Bool

    /// The value of a place among all reaches or cells; nil where nothing is known.
    func value(at place: Int) -> Double? {
        let raw = isSame ? values[0] : values[place]
        return raw.isNaN || raw == fill ? nil : raw
    }

    /// Whether there is a value of every place, and each in a range.
    private func isWhole(within range: ColumnRange) -> Bool {
        guard !isSame, fill == nil else { return false }
        return values.allSatisfy { range.contains($0) }
    }

    /// The columns that a scheme needs, checked, of the reaches in their order.
    ///
    /// - Parameters:
    ///   - cells: where each reach stands among all places; nil where they are all places.
    ///   - lengths: m, asked for where the file gives none.
    ///   - column: what the file has under a name.
    ///   - place: what a reach is called.
    static func values(
        of file: String, _ scheme: RoutingSchemeName, count: Int, cells: [Int32]? = nil,
        lengths: (() throws(RoutingFileProblem) -> [Double])? = nil,
        column: (String) throws(RoutingFileProblem) -> NetworkColumn?, place: (Int) -> String
    ) throws(RoutingFileProblem) -> NetworkValues {
        let (needed, advice) = NetworkValues.needed(scheme)
        var (names, columns): ([String], [[Double]]) = ([], [])
        for name in needed + (needed == NetworkValues.section ? NetworkValues.optional : []) {
            let (missing, range) = (NetworkValues.missing(name), NetworkValues.range(name, scheme))
            guard let own = try column(name) else {
                if name == "length_m", let lengths {
                    names.append(name)
                    columns.append(try lengths())
                    continue
                }
                if missing != nil { continue }
                throw RoutingFileProblem(
                    file, rule: "network-column", "the variable \(name) is missing", advice: advice)
            }
            if cells == nil, own.isWhole(within: range) {
                names.append(name)
                columns.append(own.values)
                continue
            }
            var values: [Double] = []
            values.reserveCapacity(count)
            for row in 0..<count {
                let raw = own.value(at: cells.map { Int($0[row]) } ?? row)
                let value = raw ?? missing ?? .nan
                guard range.contains(value) || missing != nil && value.isNaN else {
                    throw RoutingFileProblem(
                        file, rule: "network-range",
                        "\(name) of \(place(row)) is \(raw.map { "\($0)" } ?? "not given")",
                        advice: NetworkValues.advice(name))
                }
                values.append(value)
            }
            names.append(name)
            columns.append(values)
        }
        return NetworkValues(names: names, scheme: scheme, values: columns)
    }
}

/// A raster of flow directions of which every cell is a reach.
struct NetworkRaster {
    /// The most cells, inside and outside.
    static let mostCells = 500_000_000

    let file: String
    let scheme: RoutingSchemeName
    /// D8, row by row.
    let directions: [Int64]
    /// A code that also stands for outside.
    let missing: Int64?
    let axes: RasterAxes

    /// The network; lengths follow from the axes where no column gives them.
    func table(
        column: (String) throws(RoutingFileProblem) -> NetworkColumn?
    ) throws(RoutingFileProblem) -> NetworkTable {
        let grid = try grid()
        let lengths: () throws(RoutingFileProblem) -> [Double] = { () throws(RoutingFileProblem) in
            try grid.cells.indices.map { (row) throws(RoutingFileProblem) in
                try axes.distance(from: Int(grid.cells[row]), code: grid.codes[row])
            }
        }
        let values = try NetworkColumn.values(
            of: file, scheme, count: grid.cells.count, cells: grid.cells, lengths: lengths, column: column
        ) { row in
            let cell = Int(grid.cells[row])
            return "row \(cell / axes.columns + 1), column \(cell % axes.columns + 1)"
        }
        let ids: ReachIDs
        do {
            ids = try ReachIDs(numbers: grid.cells.map { Int64($0) + 1 })
        } catch { throw NetworkRaster.problem(file, "network-duplicate-id", "a cell stands twice", "report this") }
        return NetworkTable(
            file: file, ids: ids, downstreamRow: grid.downstreamRow, parameters: values.parameters, lines: nil,
            bedLevels: values.bedLevels)
    }

    private func grid() throws(RoutingFileProblem) -> FlowDirections {
        let grid: FlowDirections
        do {
            grid = try FlowDirections(
                directions, columns: axes.columns, isSouthFirst: axes.isSouthFirst, missing: missing)
        } catch {
            throw NetworkRaster.problem(
                file, "network-raster",
                "the flow direction \(error.code) of row \(error.cell / axes.columns + 1), column \(error.cell % axes.columns + 1) is not known",
                "use 1 east, 2 south-east, 4, 8, 16 west, 32, 64 north, 128; 0 or 255 for an outlet; 247 or the fill value outside"
            )
        }
        guard !grid.cells.isEmpty else {
            throw NetworkRaster.problem(
                file, "network-empty", "the raster has no cell with a direction", "check flow_direction")
        }
        return grid
    }

    /// Refuses a raster that is empty or too large.
    static func check(_ file: String, rows: Int, columns: Int) throws(RoutingFileProblem) {
        guard rows > 0, columns > 0, rows <= mostCells / columns else {
            throw problem(
                file, "network-raster", "flow_direction has \(rows) rows and \(columns) columns",
                "give 1 to \(mostCells) cells; cut a larger raster into basins")
        }
    }

    private static func problem(
        _ file: String, _ rule: String, _ message: String, _ advice: String
    ) -> RoutingFileProblem {
        RoutingFileProblem(file, rule: rule, message, advice: advice)
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

    /// Axes by the middles of columns and rows; empty where they are not known.
    ///
    /// - Parameter isDegrees: whether they are in degrees, else in m; nil where that is not known.
    init(_ file: String, columns: Int, x: [Double], y: [Double], isDegrees: Bool?) {
        self.file = file
        self.columns = columns
        (self.x, self.y, self.isDegrees) = (x, y, isDegrees)
        isSouthFirst = y.count > 1 && y[1] > y[0]
    }

    init(_ file: NetCDFFile, _ raster: NetCDFFile.Variable) throws(RoutingFileProblem) {
        let columns = raster.dimensions[1].length
        let (north, east) = (
            try file.variable(raster.dimensions[0].name), try file.variable(raster.dimensions[1].name)
        )
        guard let north, let east,
            north.dimensions.map(\.length) == [raster.dimensions[0].length],
            east.dimensions.map(\.length) == [columns], !north.isText, !east.isText
        else {
            self.init(file.name, columns: columns, x: [], y: [], isDegrees: nil)
            return
        }
        let unit = file.attribute("units", of: north) ?? ""
        self.init(
            file.name, columns: columns, x: try file.doubles(east), y: try file.doubles(north),
            isDegrees: unit.hasPrefix("degree")
                ? true : ["m", "metre", "meter", "metres", "meters"].contains(unit) ? false : nil)
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
        guard NetworkValues.range("length_m", .mct).contains(length) else {
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
