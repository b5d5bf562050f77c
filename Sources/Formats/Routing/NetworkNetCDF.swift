import River

/// A river network in NetCDF: a list of reaches, or a raster of flow directions of which every cell is a reach.
///
/// A list has `downstream_id(reach)`, ids in `id(reach)` or `reach(reach)`, and the columns of a network table as variables of the
/// same dimension. A raster has `flow_direction(y, x)` and the same columns over its cells. A variable without dimensions holds for
/// all reaches.
struct NetworkNetCDF {
    private let file: NetCDFFile
    private let scheme: RoutingSchemeName
    private let aside: Aside

    init(_ path: String, scheme: RoutingSchemeName, aside: @escaping Aside) throws(RoutingFileProblem) {
        file = try NetCDFFile(reading: path)
        self.scheme = scheme
        self.aside = aside
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
        let ids = try ids(found)
        let ahead = Ahead(aside) { [self] () throws(RoutingFileProblem) in
            try NetworkColumn.values(
                of: file.name, scheme, count: dimension.length,
                column: { (name) throws(RoutingFileProblem) in try column(name, shape: [dimension.length]) },
                place: { ids.text($0) })
        }
        let rows = try rowsBelow(downstream, ids)
        let values = try ahead.value()
        return NetworkTable(
            file: file.name, ids: ids, downstreamRow: rows, parameters: values.parameters, lines: nil,
            bedLevels: values.bedLevels)
    }

    private func ids(_ variable: NetCDFFile.Variable) throws(RoutingFileProblem) -> ReachIDs {
        guard variable.isText else { return try ReachIDs.make(numbers: file.integers(variable), of: file.name) }
        let texts = try file.texts(variable)
        if let empty = texts.firstIndex(of: "") {
            throw problem(
                "network-id", "reach \(empty + 1) of \(variable.name) has no id", "give every reach an id of its own")
        }
        return try ReachIDs.make(texts, of: file.name)
    }

    /// Of each row the row below; -1 at an outlet.
    private func rowsBelow(
        _ downstream: NetCDFFile.Variable, _ ids: ReachIDs
    ) throws(RoutingFileProblem) -> [Int32] {
        let texts = downstream.isText ? try file.texts(downstream) : []
        let numbers = downstream.isText ? [] : try file.integers(downstream)
        let rows = downstream.isText ? texts.map { Int32(ids.row(of: $0) ?? -1) } : ids.rows(of: numbers)
        for (row, below) in rows.enumerated() where below < 0 {
            let text = downstream.isText ? texts[row] : "\(numbers[row])"
            guard text.isEmpty || text == "0" || text == "-1" else {
                throw problem(
                    "network-unknown-downstream",
                    "\(ids.text(row)) flows into \(text), which is no id of the file",
                    "give 0 or -1 at an outlet, or add the reach")
            }
        }
        return rows
    }

    // MARK: A raster

    private func raster(_ directions: NetCDFFile.Variable) throws(RoutingFileProblem) -> NetworkTable {
        guard directions.dimensions.count == 2, !directions.isText else {
            throw problem("network-raster", "flow_direction has not two dimensions", "give flow_direction(y, x)")
        }
        try NetworkRaster.check(
            file.name, rows: directions.dimensions[0].length, columns: directions.dimensions[1].length)
        let missing = file.number("_FillValue", of: directions) ?? file.number("missing_value", of: directions)
        let raster = NetworkRaster(
            file: file.name, scheme: scheme, directions: try file.integers(directions),
            missing: missing.flatMap { Int64(exactly: $0) }, axes: try RasterAxes(file, directions))
        let shape = directions.dimensions.map(\.length)
        return try raster.table { (name) throws(RoutingFileProblem) in try column(name, shape: shape) }
    }

    // MARK: Columns

    /// What the file has under a name; nil where it has nothing.
    private func column(_ name: String, shape: [Int]) throws(RoutingFileProblem) -> NetworkColumn? {
        guard let variable = try file.variable(name) else { return nil }
        guard variable.dimensions.isEmpty || variable.dimensions.map(\.length) == shape, !variable.isText else {
            throw problem(
                "network-column", "\(name) has other dimensions than the network",
                "give it the dimensions of the network, or none where it holds for all reaches")
        }
        return NetworkColumn(
            values: try file.doubles(variable), fill: file.number("_FillValue", of: variable),
            isSame: variable.dimensions.isEmpty)
    }
}
