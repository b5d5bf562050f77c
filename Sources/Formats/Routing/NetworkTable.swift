import Foundation
public import River

/// A river network as a table describes it, one row a reach.
///
/// Columns: `id`, `downstream_id` (empty at an outlet; `0` and `-1` too, unless a row has that id), and `k_s`, `x`, or `lag_s`, `k_s`, or
/// `length_m`, `slope`, `manning_n`, `bottom_width_m`, `side_slope` and, for flood plains, `top_width_cc_m`, `n_cc`,
/// `top_width_m`, and `bed_level_m` where levels are given in a datum. Rows stand in any order; further columns are not read.
public struct NetworkTable: Sendable {
    /// The file as the caller named it.
    public let file: String
    /// Ids by row.
    public let ids: ReachIDs
    /// Of each row the row below; -1 at an outlet.
    public let downstreamRow: [Int32]
    /// What the reaches are, by row.
    public let parameters: ReachParameters
    /// Line of each row in the file; nil where the source has none.
    let lines: [Int32]?
    /// m of the bed at the lower end of each row's reach, not a number where none is given; empty without such a column.
    public let bedLevels: [Double]

    /// Makes the network; a cycle is refused with the ids on it.
    public func network() throws(RoutingFileProblem) -> RiverNetwork {
        do {
            return try RiverNetwork(downstreamRow: downstreamRow, rank: ids.ranks)
        } catch {
            let ring = error.rows.map { ids.text($0) }
            let names = ring.count < 10 ? ring + ring.prefix(1) : ring + ["..."]
            throw RoutingFileProblem(
                file, line: error.rows.first.map { line(of: $0) } ?? 1, rule: "network-\(error.code.rawValue)",
                error.code == .cycle
                    ? "the reaches flow in a circle: \(names.joined(separator: " -> "))"
                    : "more than \(RiverNetwork.mostReaches) reaches",
                advice: error.code == .cycle
                    ? "correct the downstream id of one of them" : "route the basins one by one")
        }
    }

    /// The table with a row for each given hydrograph, `inflow:ID`, which flows into the row of its id.
    public func adding(points rows: [Int32]) throws(RoutingFileProblem) -> NetworkTable {
        guard !rows.isEmpty else { return self }
        let texts = (0..<ids.count).map { ids.text($0) } + rows.map { "inflow:" + ids.text(Int($0)) }
        return NetworkTable(
            file: file, ids: try ReachIDs.make(texts, of: file), downstreamRow: downstreamRow + rows,
            parameters: parameters.addingRows(rows.count),
            lines: lines.map { own in own + rows.map { own[Int($0)] } }, bedLevels: bedLevels)
    }

    /// The line of a row, or its number where the source has no lines.
    func line(of row: Int) -> Int { lines.map { Int($0[row]) } ?? row + 1 }

    /// How a table names its columns.
    public enum Layout: Sendable {
        /// As this project does.
        case riparian
        /// As t-route does: `link`, `to`, `Length`, `So`, `n`, `BtmWdth`, `ChSlp` (vertical per horizontal), `TopWdth`,
        /// `TopWdthCC`, `nCC`, `MusK`, `MusX`; a downstream link that is not in the table is an outlet.
        case tRoute
    }

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - scheme: which columns are needed.
    ///   - aside: what reads some of a NetCDF file beside the rest.
    public static func read(
        _ file: RoutingFile, scheme: RoutingSchemeName, layout: Layout = .riparian, aside: @escaping Aside = atOnce
    ) throws(RoutingFileProblem) -> NetworkTable {
        if file.isTIFF { return try NetworkGeoTIFF(name: file.name, scheme: scheme).table() }
        if file.isNetCDF { return try NetworkNetCDF(file.name, scheme: scheme, aside: aside).table() }
        return try file.scan { (scanner) throws(RoutingFileProblem) in try read(&scanner, scheme, layout) }
    }

    private static func read(
        _ scanner: inout FieldScanner, _ scheme: RoutingSchemeName, _ layout: Layout
    ) throws(RoutingFileProblem) -> NetworkTable {
        let columns = try NetworkColumns(header: &scanner, scheme: scheme, layout: layout)
        var rows = NetworkRows(columns)
        scanner.skipEmptyLines()
        while !scanner.isAtEnd {
            try rows.read(&scanner)
            scanner.skipEmptyLines()
        }
        guard !rows.idRanges.isEmpty else {
            throw RoutingFileProblem(
                scanner.file, rule: "network-empty", "the table has no reach",
                advice: "one row a reach below the header")
        }
        let ids = try rows.ids(scanner)
        return NetworkTable(
            file: scanner.file, ids: ids, downstreamRow: try rows.downstream(ids, scanner),
            parameters: rows.own.parameters,
            lines: rows.lines, bedLevels: rows.own.bedLevels)
    }
}

/// Which field of a row is what.
struct NetworkColumns {
    /// Column names in the order of ``NetworkRows/values``.
    let names: [String]
    /// Of each field of a row: -2 id, -1 downstream id, from 0 a value, nil not read.
    let meaning: [Int?]
    /// Of each of ``names`` what stands for an empty field, and what its values may be.
    let missing: [Double?]
    let ranges: [ColumnRange]
    let scheme: RoutingSchemeName
    let layout: NetworkTable.Layout
    private static let tRoute = [
        "link": "id", "to": "downstream_id", "Length": "length_m", "So": "slope", "n": "manning_n",
        "BtmWdth": "bottom_width_m", "ChSlp": "side_slope", "TopWdth": "top_width_m", "TopWdthCC": "top_width_cc_m",
        "nCC": "n_cc", "MusK": "k_s", "MusX": "x",
    ]

    init(
        header scanner: inout FieldScanner, scheme: RoutingSchemeName, layout: NetworkTable.Layout
    ) throws(RoutingFileProblem) {
        self.layout = layout
        var header: [String] = []
        repeat { header.append(scanner.text(try scanner.field())) } while scanner.comma()
        scanner.endLine()
        for (index, name) in header.enumerated() where header[..<index].contains(name) && !name.isEmpty {
            throw RoutingFileProblem(
                scanner.file, rule: "csv-duplicate-column", "the column \(name) stands twice in the header",
                advice: "keep one of the two columns")
        }
        if layout == .tRoute { header = header.map { NetworkColumns.tRoute[$0] ?? "" } }
        self.scheme = scheme
        let (needed, advice) = NetworkValues.needed(scheme)
        for name in ["id", "downstream_id"] + needed where !header.contains(name) {
            throw RoutingFileProblem(
                scanner.file, rule: "network-column", "the column \(name) is missing",
                advice: advice)
        }
        let names =
            needed + (needed != NetworkValues.section ? [] : NetworkValues.optional.filter { header.contains($0) })
        self.names = names
        missing = names.map { NetworkValues.missing($0) }
        ranges = names.map { NetworkValues.range($0, scheme) }
        meaning = header.map { name in
            name == "id" ? -2 : name == "downstream_id" ? -1 : names.firstIndex(of: name)
        }
    }
}

/// The rows of a network table while they are read.
struct NetworkRows {
    let columns: NetworkColumns
    var idRanges: [Range<Int>] = []
    private var downstreamRanges: [Range<Int>] = []
    private(set) var lines: [Int32] = []
    /// Shape [column][row]; a flood plain that is not given is 0.
    private var values: [[Double]]

    init(_ columns: NetworkColumns) {
        self.columns = columns
        values = columns.names.map { _ in [] }
    }

    mutating func read(_ scanner: inout FieldScanner) throws(RoutingFileProblem) {
        var index = 0
        repeat {
            let range = try scanner.field()
            guard index < columns.meaning.count else { throw fieldCount(scanner) }
            switch columns.meaning[index] {
            case .none: break
            case -2:
                guard !range.isEmpty else {
                    throw scanner.problem("network-id", "the reach has no id", "give every reach an id of its own")
                }
                idRanges.append(range)
            case -1: downstreamRanges.append(range)
            case .some(let column): values[column].append(try value(column, range, scanner))
            }
            index += 1
        } while scanner.comma()
        guard index == columns.meaning.count, scanner.isAtEndOfLine else {
            throw fieldCount(scanner)
        }
        lines.append(Int32(clamping: scanner.line))
        scanner.endLine()
    }

    private func fieldCount(_ scanner: FieldScanner) -> RoutingFileProblem {
        scanner.problem(
            "csv-field-count", "the row has not \(columns.meaning.count) fields as the header has",
            "keep empty fields and their commas")
    }

    private func value(
        _ column: Int, _ range: Range<Int>, _ scanner: FieldScanner
    ) throws(RoutingFileProblem) -> Double {
        let name = columns.names[column]
        if range.isEmpty, let missing = columns.missing[column] { return missing }
        guard let value = scanner.number(range) else {
            throw scanner.problem(
                "network-number", range.isEmpty ? "\(name) is empty" : "\(name) is no number: \(scanner.text(range))",
                "write a finite decimal number with a point")
        }
        guard columns.ranges[column].contains(value) else {
            throw scanner.problem(
                "network-range", "\(name) is \(scanner.text(range))", NetworkValues.advice(name))
        }
        guard columns.layout == .tRoute, name == "side_slope" else { return value }
        guard value > 0 else {
            throw scanner.problem("network-range", "ChSlp is 0", "ChSlp is vertical per horizontal, above zero")
        }
        return 1 / value
    }

    /// Ids, numbers where every one is a whole number in its shortest form.
    func ids(_ scanner: FieldScanner) throws(RoutingFileProblem) -> ReachIDs {
        do {
            let numbers = idRanges.map { NetworkRows.number(scanner, $0) }
            if numbers.allSatisfy({ $0 != nil }) { return try ReachIDs(numbers: numbers.compactMap { $0 }) }
            return try ReachIDs(texts: idRanges.map { scanner.text($0) })
        } catch {
            throw RoutingFileProblem(
                scanner.file, line: Int(lines[error.second]), rule: "network-duplicate-id",
                "the id \(scanner.text(idRanges[error.second])) stands on line \(lines[error.first]) too",
                advice: "give every reach an id of its own")
        }
    }

    static func number(_ scanner: FieldScanner, _ range: Range<Int>) -> Int64? {
        var index = range.lowerBound
        let isNegative = scanner.bytes[index] == 0x2D
        if isNegative { index += 1 }
        guard index < range.upperBound, range.upperBound - index <= 18 else { return nil }
        if scanner.bytes[index] == 0x30, range.upperBound - index > 1 || isNegative { return nil }
        var value: Int64 = 0
        for place in index..<range.upperBound {
            let byte = scanner.bytes[place]
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return isNegative ? -value : value
    }

    /// Of each row the row below.
    func downstream(_ ids: ReachIDs, _ scanner: FieldScanner) throws(RoutingFileProblem) -> [Int32] {
        var rows: [Int32] = []
        rows.reserveCapacity(downstreamRanges.count)
        for (row, range) in downstreamRanges.enumerated() {
            if range.isEmpty {
                rows.append(-1)
                continue
            }
            let number = NetworkRows.number(scanner, range)
            let found = number.flatMap { ids.row(of: $0) } ?? ids.row(of: scanner.text(range))
            if let found {
                rows.append(Int32(found))
            } else if number == 0 || number == -1 || columns.layout == .tRoute {
                rows.append(-1)
            } else {
                throw RoutingFileProblem(
                    scanner.file, line: Int(lines[row]), rule: "network-unknown-downstream",
                    "\(scanner.text(idRanges[row])) flows into \(scanner.text(range)), which is no id of the table",
                    advice: "leave downstream_id empty at an outlet, or add the reach")
            }
        }
        return rows
    }

    var own: NetworkValues { NetworkValues(names: columns.names, scheme: columns.scheme, values: values) }
}
