import CNetCDF
import Foundation
import River
import Series

/// Lateral inflow in NetCDF: `lateral(time[, member], reach)` in m3/s, with the ids of the reaches and the times (CF). Hydrographs
/// are named `inflow`, or `flow` as a run writes them, so that the flows of one part of a river enter the next.
struct HydrographNetCDF: Sendable {
    private let file: NetCDFFile
    private let variable: NetCDFFile.Variable
    private let refusesNegative: Bool
    private var row = 0

    /// Opens a file.
    static func open(
        _ path: String, refusesNegative: Bool, ids: ReachIDs
    ) throws(RoutingFileProblem) -> HydrographTable {
        let file = try NetCDFFile(reading: path)
        var found: NetCDFFile.Variable?
        for name in ["lateral", "inflow", "flow"] where found == nil { found = try file.variable(name) }
        guard let variable = found else {
            throw problem(
                path, "the file has no variable lateral", "name it lateral(time, reach) or lateral(time, member, reach)"
            )
        }
        let rank = variable.dimensions.count
        guard (2...3).contains(rank), !variable.isText else {
            throw problem(
                path, "\(variable.name) has \(rank) dimensions",
                "give lateral(time, reach) or lateral(time, member, reach)")
        }
        let columns = variable.dimensions[rank - 1].length
        let times = try CFTime.times(file, variable.dimensions[0].name)
        let rows = try networkRows(file, variable.dimensions[rank - 1].name, columns, ids)
        guard let first = times.first, columns > 0 else {
            throw problem(path, "\(variable.name) is empty", "give at least one time and one reach")
        }
        let interval = times.count > 1 ? times[1] - first : nil
        for (index, time) in times.enumerated().dropFirst()
        where time - times[index - 1] != interval || time <= times[index - 1] {
            throw problem(
                path, "the time \(time) is not evenly spaced",
                "keep one spacing; a gap is no zero: route the parts one by one")
        }
        let members = rank == 3 ? variable.dimensions[1].length : 1
        guard (1...100_000).contains(members) else {
            throw problem(path, "the file has \(members) members", "give 1 to 100,000")
        }
        return HydrographTable(
            source: .netCDF(HydrographNetCDF(file: file, variable: variable, refusesNegative: refusesNegative)),
            file: path, networkRows: rows, members: members, rowCount: times.count, first: first, interval: interval)
    }

    private static func problem(_ path: String, _ message: String, _ advice: String) -> RoutingFileProblem {
        RoutingFileProblem(path, rule: "netcdf-hydrograph", message, advice: advice)
    }

    private static func networkRows(
        _ file: NetCDFFile, _ dimension: String, _ columns: Int, _ ids: ReachIDs
    ) throws(RoutingFileProblem) -> [Int32] {
        var found: NetCDFFile.Variable?
        for name in [dimension, "reach", "reach_id", "id", "river_id"] where found == nil {
            found = try file.variable(name)
        }
        guard let found, found.dimensions.first?.length == columns else {
            throw problem(
                file.name, "the ids of the reaches are missing",
                "give a variable reach(reach) with the ids of the network")
        }
        if found.isText {
            return try file.texts(found).map { (id) throws(RoutingFileProblem) in
                guard let place = ids.row(of: id) else { throw unknown(file.name, id) }
                return Int32(place)
            }
        }
        let numbers = try file.integers(found)
        let rows = ids.rows(of: numbers)
        if let none = rows.firstIndex(of: -1) { throw unknown(file.name, "\(numbers[none])") }
        return rows
    }

    private static func unknown(_ path: String, _ id: String) -> RoutingFileProblem {
        RoutingFileProblem(
            path, rule: "hydrograph-unknown-id", "\(id) is no id of the network",
            advice: "give columns of reaches of the network only")
    }

    mutating func read<Scalar: RoutingScalar>(
        rows: Int, columns: Int, into room: UnsafeMutablePointer<Scalar>
    ) throws(RoutingFileProblem) {
        let values = variable.dimensions.dropFirst().reduce(1) { $0 * $1.length }
        // a few at a time, looked at while they are in the caches
        let most = max(1, 1 << 18 / max(1, values))
        for first in stride(from: 0, to: rows, by: most) {
            let count = min(most, rows - first)
            try file.read(variable, rows: row..<(row + count), into: room + first * values)
            try check(room + first * values, of: Scalar.self, rows: count, values: values)
            row += count
        }
    }

    /// Rows that follow those read before where the file has them, looked at; nil where they have to be read.
    mutating func next<Scalar: RoutingScalar>(
        rows: Int, of kind: Scalar.Type
    ) throws(RoutingFileProblem) -> LateralRows<Scalar>? {
        guard let bytes = file.bytes(variable, of: kind), let base = bytes.baseAddress else { return nil }
        let values = variable.dimensions.dropFirst().reduce(1) { $0 * $1.length }
        let own = base + row * values * MemoryLayout<Scalar>.size
        try check(own, of: kind, rows: rows, values: values)
        row += rows
        return LateralRows(memory: own)
    }

    private func check<Scalar: RoutingScalar>(
        _ memory: UnsafeRawPointer, of kind: Scalar.Type, rows: Int, values: Int
    ) throws(RoutingFileProblem) {
        let (least, most): (Scalar, Scalar) = (refusesNegative ? 0 : -1e12, 1e12)
        let numbers = LateralRows<Scalar>(memory: memory)
        guard !HydrographNetCDF.isWithin(least, most, numbers, count: rows * values) else { return }
        let first = (0..<(rows * values)).first { !(numbers[$0] >= least && numbers[$0] < most) } ?? 0
        throw HydrographNetCDF.problem(
            file.name, "a value of \(variable.name) is missing or no flow (row \(row + first / max(1, values)))",
            "a gap is no zero: fill it, or route the parts one by one")
    }

    /// Whether all numbers are at least one and below another.
    private static func isWithin<Scalar: RoutingScalar>(
        _ least: Scalar, _ most: Scalar, _ numbers: LateralRows<Scalar>, count: Int
    ) -> Bool {
        var (outside, index): (Int32, Int) = (0, 0)
        while index < count {
            let number = numbers[index]
            outside |= number >= least && number < most ? 0 : 1
            index &+= 1
        }
        return outside == 0
    }
}

/// Times as the CF conventions write them: a number of units since a moment.
enum CFTime {
    /// The times along a dimension.
    static func times(_ file: NetCDFFile, _ dimension: String) throws(RoutingFileProblem) -> [Instant] {
        guard let variable = try file.variable(dimension), variable.dimensions.count == 1, !variable.isText,
            let units = file.attribute("units", of: variable), let (unit, origin) = read(units)
        else {
            throw RoutingFileProblem(
                file.name, rule: "netcdf-time", "the times along \(dimension) cannot be read",
                advice: "give \(dimension)(\(dimension)) with units such as 'seconds since 1970-01-01T00:00:00Z'")
        }
        let calendar = file.attribute("calendar", of: variable) ?? "standard"
        guard ["standard", "gregorian", "proleptic_gregorian"].contains(calendar) else {
            throw RoutingFileProblem(
                file.name, rule: "netcdf-time", "the calendar \(calendar) has other days than the world",
                advice: "give times in the standard calendar")
        }
        return try instants(file, of: variable, unit, origin)
    }

    /// The bounds of the times along a dimension; nil where the file gives none (CF 1.8, section 7.1).
    static func bounds(
        _ file: NetCDFFile, _ dimension: String
    ) throws(RoutingFileProblem) -> [(begin: Instant, end: Instant)]? {
        guard let variable = try file.variable(dimension), let name = file.attribute("bounds", of: variable) else {
            return nil
        }
        guard let bounds = try file.variable(name), bounds.dimensions.count == 2, bounds.dimensions[1].length == 2,
            !bounds.isText, let units = file.attribute("units", of: variable), let (unit, origin) = read(units)
        else {
            throw RoutingFileProblem(
                file.name, rule: "netcdf-time", "the bounds \(name) of \(dimension) cannot be read",
                advice: "give \(name)(\(dimension), 2) in the units of \(dimension)")
        }
        let all = try instants(file, of: bounds, unit, origin)
        return stride(from: 0, to: all.count - 1, by: 2).map { (all[$0], all[$0 + 1]) }
    }

    private static func instants(
        _ file: NetCDFFile, of variable: NetCDFFile.Variable, _ unit: Int64, _ origin: Instant
    ) throws(RoutingFileProblem) -> [Instant] {
        var times: [Instant] = []
        for value in try file.doubles(variable) {
            let seconds = (value * Double(unit)).rounded()
            guard seconds.magnitude < 1e12, (seconds - value * Double(unit)).magnitude < 1e-3 else {
                throw RoutingFileProblem(
                    file.name, rule: "netcdf-time", "the time \(value) is no whole second",
                    advice: "give times in whole seconds")
            }
            times.append(origin + Int64(seconds))
        }
        return times
    }

    /// Seconds of the unit, and the moment; nil for another form. A moment without a zone is UTC (CF 1.8, section 4.4).
    static func read(_ units: String) -> (unit: Int64, origin: Instant)? {
        let words = units.split(separator: " ").map(String.init)
        guard words.count >= 3, words[1] == "since" else { return nil }
        let unit: Int64? =
            switch words[0].lowercased() {
            case "second", "seconds", "sec", "secs", "s": 1
            case "minute", "minutes", "min", "mins": 60
            case "hour", "hours", "hr", "hrs", "h": 3600
            case "day", "days", "d": 86_400
            default: nil
            }
        guard let unit else { return nil }
        var date = words[2]
        var time = words.count > 3 ? words[3] : "00:00:00"
        if let mark = date.firstIndex(of: "T") {
            time = String(date[date.index(after: mark)...])
            date = String(date[..<mark])
        }
        let zone = words.count > 4 ? words[4] : ""
        if let point = time.firstIndex(of: ".") {
            let rest = time[time.index(after: point)...].drop { $0 == "0" }
            time = String(time[..<point]) + rest
        }
        if zone == "UTC" || zone == "Z" || zone.isEmpty, !time.hasSuffix("Z"), !time.contains("+"), !time.contains("-")
        {
            time += "Z"
        } else {
            time += zone
        }
        guard let origin = try? Instant(iso8601: date + "T" + time) else { return nil }
        return (unit, origin)
    }
}

/// Flows in NetCDF: `flow(time[, member], reach)` in m3/s, with ids and times (CF 1.8).
struct FlowNetCDF {
    private let file: NetCDFFile
    private let variable: NetCDFFile.Variable
    private var row = 0

    /// Begins a file; one that exists is replaced.
    init(
        _ path: String, ids: ReachIDs, columns: [Int], times: [Instant], members: Int, isDouble: Bool
    ) throws(RoutingFileProblem) {
        // one that somebody has open goes on to be theirs
        try? FileManager.default.removeItem(atPath: path)
        file = try NetCDFFile(creating: path)
        let time = (try file.define(dimension: "time", length: times.count), "time", times.count)
        let reach = (try file.define(dimension: "reach", length: columns.count), "reach", columns.count)
        var dimensions = [time]
        if members > 1 {
            dimensions.append((try file.define(dimension: "member", length: members), "member", members))
        }
        dimensions.append(reach)
        let clock = try file.define(
            "time", type: NC_INT64, dimensions: [time],
            attributes: [
                ("units", "seconds since 1970-01-01T00:00:00Z"), ("calendar", "proleptic_gregorian"),
                ("standard_name", "time"),
            ])
        let numbers = ids.numbers(of: columns)
        let names = try file.define(
            "reach", type: numbers == nil ? NC_STRING : NC_INT64, dimensions: [reach],
            attributes: [("long_name", "id of the reach")])
        variable = try file.define(
            "flow", type: isDouble ? NC_DOUBLE : NC_FLOAT, dimensions: dimensions,
            attributes: [
                ("units", "m3 s-1"), ("standard_name", "water_volume_transport_in_river_channel"),
                ("long_name", "flow at the lower end of the reach"),
            ])
        try file.put("Conventions", "CF-1.8")
        try file.endDefinitions()
        try file.write(times.map(\.secondsSinceEpoch), to: clock)
        if let numbers {
            try file.write(numbers, to: names)
        } else {
            try file.write(columns.map { ids.text($0) }, to: names)
        }
    }

    mutating func write<Scalar: RoutingScalar>(
        times: [Instant], _ flows: UnsafePointer<Scalar>
    ) throws(RoutingFileProblem) {
        try file.write(variable, rows: row..<(row + times.count), from: flows)
        row += times.count
    }

    func close() throws(RoutingFileProblem) { try file.synchronise() }
}
