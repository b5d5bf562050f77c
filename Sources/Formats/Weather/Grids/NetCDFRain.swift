import Forecasting
import River
import Series

/// Rain on a grid in NetCDF (CF 1.8): `rain(time[, member], latitude, longitude)` in mm, kg m-2 or m, or as a rate over the bounds.
public struct NetCDFRain {
    /// What the amounts of a file without bounds of time are.
    public enum Amounts: String, CaseIterable, Sendable {
        /// Of the step that ends at the time.
        case steps
        /// Of all steps since the beginning.
        case totals
    }

    private let file: NetCDFFile
    private let variable: NetCDFFile.Variable
    private let memberCount: Int
    private let grid: GroundGrid
    private let isUpsideDown: Bool
    private let intervals: [(begin: Instant, end: Instant)]
    private let run: Instant
    private let unit: Unit
    private let packing: Packing

    /// How amounts are packed (CF 1.8, section 8.1).
    private struct Packing {
        let scale: Double
        let offset: Double
        let fills: [Double]

        init(_ file: NetCDFFile, _ variable: NetCDFFile.Variable) {
            scale = file.number("scale_factor", of: variable) ?? 1
            offset = file.number("add_offset", of: variable) ?? 0
            fills = ["_FillValue", "missing_value"].compactMap { file.number($0, of: variable) }
        }
    }

    private enum Unit {
        case amount(factor: Double)
        case rate
    }

    private static let names = ["tp", "precipitation", "rain", "rainfall", "pr", "precip", "apcp", "APCP_surface"]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - variable: the name of the rain; nil: the one of the usual names that stands in the file.
    ///   - amounts: what the amounts are where the file gives no bounds of time; nil: such a file is refused.
    public init(_ path: String, variable name: String?, amounts: Amounts?) throws(TableProblem) {
        do throws(RoutingFileProblem) {
            let file = try NetCDFFile(reading: path)
            self.file = file
            variable = try NetCDFRain.variable(in: file, name)
            memberCount = variable.dimensions.count == 4 ? variable.dimensions[1].length : 1
            unit = try NetCDFRain.unit(of: variable, in: file)
            packing = Packing(file, variable)
            (grid, isUpsideDown) = try NetCDFRain.grid(of: variable, in: file)
            intervals = try NetCDFRain.intervals(of: variable, in: file, amounts)
            guard let first = intervals.first else {
                throw NetCDFRain.problem(file, "netcdf-time", "there is no time in the file", "give at least one step")
            }
            run = try NetCDFRain.referenceTime(in: file) ?? first.begin
        } catch { throw TableProblem(error.fault) }
    }

    /// Reads the steps in order, and hands each member of each on as soon as it is read.
    public func read(areas: [AreaFile.Area], each: (RainLine) -> Void) throws(TableProblem) {
        var means = AreaMeans(areas: areas)
        let size = grid.columns * grid.rows
        var row = [Double](repeating: 0, count: size * memberCount)
        for (step, interval) in intervals.enumerated() {
            do throws(RoutingFileProblem) {
                try row.withUnsafeMutableBufferPointer { (room) throws(RoutingFileProblem) in
                    guard let base = room.baseAddress else { return }
                    try file.read(variable, rows: step..<step + 1, into: base)
                }
            } catch { throw TableProblem(error.fault) }
            for member in 0..<memberCount {
                var line = RainLine(message: step * memberCount + member + 1, next: 0)
                do throws(RainField.Flaw) {
                    let values = unpacked(row[member * size..<(member + 1) * size], interval)
                    try RainField.check(values)
                    try means.fill(
                        &line,
                        with: RainField(
                            run: run, member: member, begin: interval.begin, end: interval.end, grid: grid,
                            values: values))
                } catch { line.refuse(error) }
                each(line)
            }
        }
    }

    private func unpacked(_ raw: ArraySlice<Double>, _ interval: (begin: Instant, end: Instant)) -> [Double] {
        let factor: Double =
            switch unit {
            case .amount(let factor): factor
            case .rate: Double(interval.end - interval.begin)
            }
        var values = raw.map { value in
            packing.fills.contains(value) || !value.isFinite
                ? Double.nan : (value * packing.scale + packing.offset) * factor
        }
        if isUpsideDown {
            let straight = values
            for line in 0..<grid.rows {
                let other = grid.rows - 1 - line
                for column in 0..<grid.columns {
                    values[line * grid.columns + column] = straight[other * grid.columns + column]
                }
            }
        }
        return values
    }

    private static func problem(
        _ file: NetCDFFile, _ rule: String, _ message: String, _ advice: String
    ) -> RoutingFileProblem {
        RoutingFileProblem(file.name, rule: rule, message, advice: advice)
    }
}

extension NetCDFRain {
    private static func variable(
        in file: NetCDFFile, _ name: String?
    ) throws(RoutingFileProblem) -> NetCDFFile.Variable {
        var found: NetCDFFile.Variable?
        for candidate in name.map({ [$0] }) ?? names where found == nil { found = try file.variable(candidate) }
        guard let found, !found.isText else {
            throw problem(
                file, "rain-none",
                "no variable \(name ?? names.joined(separator: ", ")) with numbers stands in the file",
                "name the rain with --variable; ncdump -h lists what is there")
        }
        let dimensions = found.dimensions
        guard (3...4).contains(dimensions.count), isTime(dimensions[0].name) else {
            throw problem(
                file, "grid-kind",
                "\(found.name) has the dimensions (\(dimensions.map(\.name).joined(separator: ", ")))",
                "they are (time, latitude, longitude) or (time, member, latitude, longitude): ncpdq -a brings them in order"
            )
        }
        guard
            dimensions.dropFirst().reduce(1, { $0.multipliedReportingOverflow(by: $1.length).partialValue })
                <= RainField.mostPoints,
            dimensions.allSatisfy({ (1...RainField.mostPoints).contains($0.length) })
        else {
            throw problem(
                file, "grid-kind", "a step of \(found.name) has no points, or more than \(RainField.mostPoints)",
                "take a smaller part of the forecast")
        }
        return found
    }

    private static func isTime(_ name: String) -> Bool { name == "time" || name == "valid_time" }

    private static func unit(of variable: NetCDFFile.Variable, in file: NetCDFFile) throws(RoutingFileProblem) -> Unit {
        let text = file.attribute("units", of: variable)
        switch text?.split(separator: " ").joined(separator: " ") {
        case "mm", "kg m-2", "kg m**-2", "kg/m^2", "kg/m2": return .amount(factor: 1)
        case "m": return .amount(factor: 1000)
        case "kg m-2 s-1", "kg m**-2 s**-1", "mm/s", "mm s-1": return .rate
        default:
            throw problem(
                file, "rain-unit",
                text.map { "\(variable.name) is in \($0)" } ?? "\(variable.name) has no units",
                "give mm, kg m-2 or m of the interval, or a rate in kg m-2 s-1")
        }
    }

    private static func grid(
        of variable: NetCDFFile.Variable, in file: NetCDFFile
    ) throws(RoutingFileProblem) -> (GroundGrid, isUpsideDown: Bool) {
        let sides = variable.dimensions.suffix(2).map(\.name)
        let latitudes = try points(sides[0], in: file, ["latitude", "lat"])
        let longitudes = try points(sides[1], in: file, ["longitude", "lon"])
        let isUpsideDown = latitudes.step > 0
        let north = isUpsideDown ? latitudes.last : latitudes.first
        var west = longitudes.first
        if west > 180 { west -= 360 }
        guard longitudes.step > 0, north <= 90.0001,
            let grid = GroundGrid(
                west: west - longitudes.step / 2, north: north + latitudes.step.magnitude / 2, width: longitudes.step,
                height: latitudes.step.magnitude, columns: longitudes.count, rows: latitudes.count)
        else {
            throw problem(
                file, "grid-kind", "the longitudes run from east to west, or the grid is wider than the globe",
                "give longitudes from west to east, latitudes within 90 degrees")
        }
        return (grid, isUpsideDown)
    }

    private static func points(
        _ name: String, in file: NetCDFFile, _ usual: [String]
    ) throws(RoutingFileProblem) -> (first: Double, last: Double, step: Double, count: Int) {
        guard usual.contains(name), let variable = try file.variable(name), variable.dimensions.count == 1,
            !variable.isText
        else {
            throw problem(
                file, "grid-kind", "the dimension \(name) is no \(usual[0]) with its degrees",
                "bring the forecast onto regular longitudes and latitudes, with cdo remapcon")
        }
        let values = try file.doubles(variable)
        guard values.count >= 2, values.allSatisfy({ $0.magnitude <= 720 }) else {
            throw problem(
                file, "grid-kind", "\(name) has fewer than two points, or values beyond the globe",
                "take a larger part of the forecast, in degrees")
        }
        let step = (values[values.count - 1] - values[0]) / Double(values.count - 1)
        for (place, value) in values.enumerated() {
            guard (value - values[0] - Double(place) * step).magnitude <= 1e-3 * step.magnitude, step != 0 else {
                throw problem(
                    file, "grid-kind", "the points of \(name) are not equally far from each other (\(value))",
                    "bring the forecast onto regular longitudes and latitudes, with cdo remapcon")
            }
        }
        return (values[0], values[values.count - 1], step, values.count)
    }

    private static func intervals(
        of variable: NetCDFFile.Variable, in file: NetCDFFile, _ amounts: Amounts?
    ) throws(RoutingFileProblem) -> [(begin: Instant, end: Instant)] {
        let dimension = variable.dimensions[0].name
        let times = try CFTime.times(file, dimension)
        for (place, pair) in zip(times, times.dropFirst()).enumerated() where pair.1 <= pair.0 {
            throw problem(
                file, "netcdf-order", "time \(place + 2) (\(pair.1)) is not later than the one before (\(pair.0))",
                "sort the steps, and leave out what stands twice")
        }
        if let bounds = try CFTime.bounds(file, dimension) {
            guard bounds.count == times.count, bounds.allSatisfy({ $0.end > $0.begin }) else {
                throw problem(
                    file, "netcdf-time", "an interval of the bounds of time has no length",
                    "give begin and end of each step")
            }
            return bounds
        }
        guard let amounts, times.count >= 2 else {
            throw problem(
                file, "netcdf-time", "the file does not say which interval an amount is of",
                "give bounds of time in the file, or say --amounts steps or --amounts totals with two steps or more")
        }
        let before = times[0] - (times[1] - times[0])
        switch amounts {
        case .steps: return zip([before] + times, times).map { ($0, $1) }
        case .totals: return times.map { (before, $0) }
        }
    }

    private static func referenceTime(in file: NetCDFFile) throws(RoutingFileProblem) -> Instant? {
        guard let variable = try file.variable("forecast_reference_time"), variable.dimensions.isEmpty,
            let units = file.attribute("units", of: variable), let (unit, origin) = CFTime.read(units),
            let value = try file.doubles(variable).first, (value * Double(unit)).magnitude < 1e12
        else { return nil }
        return origin + Int64((value * Double(unit)).rounded())
    }
}
