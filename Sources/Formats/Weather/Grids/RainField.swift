import Forecasting
import Series

/// Rain of an interval on a grid, as one message of a file has it.
struct RainField {
    let run: Instant
    let member: Int
    let begin: Instant
    let end: Instant
    let grid: GroundGrid
    /// mm, the first row in the north, rows from west to east; NaN where nothing is known.
    let values: [Double]

    /// What is wrong with a message: the rule, what, and what to do.
    struct Flaw: Error {
        let rule: String
        let message: String
        let advice: String
    }

    /// mm of one interval beyond which another unit is likelier than such rain: more than fell anywhere in ten days.
    static let most = 6000.0
    /// Points beyond which a message is no forecast of the weather.
    static let mostPoints = 50_000_000

    /// Refuses what cannot be rain.
    static func check(_ values: [Double]) throws(Flaw) {
        var (lowest, highest) = (0.0, 0.0)
        for value in values where !value.isNaN {
            lowest = min(lowest, value)
            highest = max(highest, value)
        }
        guard lowest >= -RainTimeline.packing else {
            throw Flaw(
                rule: "rain-negative", message: "rain of \(rounded(lowest)) mm",
                advice: "rain is no less than nought: is it a difference, or another parameter?")
        }
        guard highest <= most else {
            throw Flaw(
                rule: "rain-range", message: "rain of \(rounded(highest)) mm",
                advice: "more than \(Int(most)) mm fell nowhere: is it in another unit?")
        }
    }

    private static func rounded(_ value: Double) -> String {
        value.magnitude < 1e12 ? "\((value * 100).rounded() / 100)" : "\(value)"
    }
}

extension RainField {
    /// Reads a message; nil where it is no rain.
    init?(_ message: GribMessage) throws(Flaw) {
        guard let parameter = try RainParameter(message) else { return nil }
        let run = try RainField.run(of: message)
        let (begin, end) = try RainField.interval(of: message, run)
        let layout = try GridLayout(message)
        guard let raw = message.values(count: layout.columns * layout.rows) else {
            throw Flaw(
                rule: "grib-values", message: "the values cannot be unpacked",
                advice: "the message is damaged, or packed in a way that the library was built without: fetch it again")
        }
        let factor: Double =
            switch parameter.meaning {
            case .amount(let factor): factor
            case .rate: message.text("stepType") == "accum" ? 1 : Double(end - begin)
            }
        let values = layout.ordered(raw).map { $0 * factor }
        try RainField.check(values)
        self.init(
            run: run, member: message.integer("perturbationNumber") ?? 0, begin: begin, end: end, grid: layout.grid,
            values: values)
    }

    private static func run(of message: GribMessage) throws(Flaw) -> Instant {
        guard let day = message.integer("dataDate"), let time = message.integer("dataTime"), (0...2359).contains(time),
            time % 100 < 60, (15_820_101...99_991_231).contains(day),
            let date = CivilDate(year: day / 10_000, month: day / 100 % 100, day: day % 100)
        else {
            throw Flaw(
                rule: "grib-time", message: "the date of the run is none",
                advice: "the message is damaged: fetch it again"
            )
        }
        return Instant(date, secondOfDay: time / 100 * 3600 + time % 100 * 60)
    }

    private static func interval(of message: GribMessage, _ run: Instant) throws(Flaw) -> (Instant, Instant) {
        message.countStepsInSeconds()
        let kind = message.text("stepType") ?? "instant"
        guard var start = message.integer("startStep"), let end = message.integer("endStep"),
            start.magnitude < 400_000_000, end.magnitude < 400_000_000
        else {
            throw Flaw(
                rule: "grib-time", message: "the interval of the message cannot be read",
                advice: "the message is damaged, or its unit of time is unusual")
        }
        // Edition 1 of ECMWF gives totals since the start of the run with one time only.
        let isTotalOfECMWF = message.integer("edition") == 1 && message.integer("centre") == 98
        if start == end, isTotalOfECMWF { start = 0 }
        guard kind == "accum" || kind == "avg" || isTotalOfECMWF else {
            throw Flaw(
                rule: "rain-instant", message: "the message gives a rate at one time (\(kind)), no amount",
                advice: "take the field that is summed or averaged over an interval")
        }
        guard end > start else {
            throw Flaw(
                rule: "rain-interval", message: "the interval from \(start) s to \(end) s has no length",
                advice: "totals at the start of a run say nothing: leave them out")
        }
        return (run + Int64(start), run + Int64(end))
    }
}

/// The grid of a message, and the order in which its values stand.
struct GridLayout {
    let grid: GroundGrid
    let columns: Int
    let rows: Int
    private let runsWest: Bool
    private let runsNorth: Bool
    private let isByColumns: Bool

    init(_ message: GribMessage) throws(RainField.Flaw) {
        let kind = message.text("gridType") ?? "unknown"
        guard kind == "regular_ll" else {
            throw RainField.Flaw(
                rule: "grid-kind", message: "the grid is \(kind), not of regular longitudes and latitudes",
                advice: "bring it onto such a grid, with cdo remapcon or on the provider's page")
        }
        guard let columns = message.integer("Ni"), let rows = message.integer("Nj"), columns > 1, rows > 1,
            columns <= RainField.mostPoints / max(1, rows),
            let first = message.number("longitudeOfFirstGridPointInDegrees"),
            let last = message.number("longitudeOfLastGridPointInDegrees"),
            let top = message.number("latitudeOfFirstGridPointInDegrees"),
            let bottom = message.number("latitudeOfLastGridPointInDegrees"),
            message.integer("alternativeRowScanning") != 1
        else {
            throw RainField.Flaw(
                rule: "grid-kind", message: "the grid has no two columns and rows, or rows that turn",
                advice: "the message is damaged, or needs another layout: fetch it again")
        }
        self.columns = columns
        self.rows = rows
        runsWest = message.integer("iScansNegatively") == 1
        runsNorth = message.integer("jScansPositively") == 1
        isByColumns = message.integer("jPointsAreConsecutive") == 1
        var (west, east) = runsWest ? (last, first) : (first, last)
        if east <= west { east += 360 }
        if west > 180 {
            west -= 360
            east -= 360
        }
        let (north, south) = runsNorth ? (bottom, top) : (top, bottom)
        let width = (east - west) / Double(columns - 1)
        let height = (north - south) / Double(rows - 1)
        guard height > 0, north <= 90, south >= -90,
            let grid = GroundGrid(
                west: west - width / 2, north: north + height / 2, width: width, height: height, columns: columns,
                rows: rows)
        else {
            throw RainField.Flaw(
                rule: "grid-kind",
                message:
                    "the grid from \(first), \(top) to \(last), \(bottom) with \(columns) x \(rows) points is none",
                advice: "the message is damaged: fetch it again")
        }
        self.grid = grid
    }

    /// The values with the first row in the north and rows from west to east.
    func ordered(_ values: [Double]) -> [Double] {
        guard runsWest || runsNorth || isByColumns else { return values }
        var result = [Double](repeating: .nan, count: values.count)
        for row in 0..<rows {
            let line = runsNorth ? rows - 1 - row : row
            for column in 0..<columns {
                let place = runsWest ? columns - 1 - column : column
                result[row * columns + column] = values[isByColumns ? place * rows + line : line * columns + place]
            }
        }
        return result
    }
}
