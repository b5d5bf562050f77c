public import Forecasting
public import River
public import Series

/// The tables of weather and flow around the issue of a forecast from rain, put together step by step.
public struct ForecastWeather: Sendable {
    /// s of a step.
    public static let step: Int64 = 3600
    /// The end of the last past step.
    public let issued: Instant
    /// One a sub-basin.
    public let weather: [SubBasinWeather]
    /// The members of the rain, in order.
    public let members: [Int]
    /// The ends of the past steps.
    public let pastTimes: [Instant]

    /// Puts weather together.
    ///
    /// - Parameters:
    ///   - past: mm of the hour that ends at `time`, a column a sub-basin; its last row is the issue.
    ///   - rain: what `riparian ingest grids` has written: rain of intervals is spread evenly over their hours.
    ///   - evaporation: mm of the hour that ends at `time`, a column a sub-basin or one column `all`; from the first past hour to the
    ///     last of the forecast.
    ///   - horizon: hours; nil: as far as the rain goes.
    public init(
        of subBasins: [SubBasin], past: TimedTable, rain: RainForecastTable, evaporation: TimedTable, horizon: Int?
    ) throws(TableProblem) {
        guard try ForecastWeather.isHourly(past), let last = past.times.last else {
            throw ForecastWeather.problem(
                past.file, "weather-step", "the rows are not an hour apart", "give the rain of each hour")
        }
        issued = last
        pastTimes = past.times
        members = rain.members
        let hours = try ForecastWeather.hours(of: rain, after: last, wanted: horizon)
        var all: [SubBasinWeather] = []
        for part in subBasins {
            let fallen = try past.completeNumbers(
                try past.requireColumn("rain of a sub-basin in mm", [part.name]), in: 0...500,
                advice: "rain is mm of the hour, 0 or more")
            let demand = try ForecastWeather.evaporation(
                of: part, evaporation, from: past.times[0], steps: fallen.count + hours)
            let members = try rain.hourly(part.name, from: last, hours: hours)
            all.append(
                SubBasinWeather(
                    past: RunoffForcing(
                        precipitation: fallen, evaporation: Array(demand[..<fallen.count]), step: ForecastWeather.step),
                    rain: members, evaporation: Array(demand[fallen.count...])))
        }
        weather = all
    }

    /// Readings at the past steps: m3/s, a column a point; empty fields are missing, other times are passed over.
    public func readings(_ table: TimedTable, in basin: Basin) throws(TableProblem) -> [StationID: [Double?]] {
        let places = Dictionary(uniqueKeysWithValues: pastTimes.enumerated().map { ($1, $0) })
        var all: [StationID: [Double?]] = [:]
        for name in table.table.header {
            guard let station = StationID(name), basin.stations[station] != nil else { continue }
            var own = [Double?](repeating: nil, count: pastTimes.count)
            for (time, value) in zip(
                table.times, try table.numbers(name, in: 0...1e6, advice: "flow is m3/s, 0 or more"))
            {
                if let place = places[time] { own[place] = value }
            }
            all[station] = own
        }
        guard !all.isEmpty else { throw ForecastWeather.noPoint(of: table) }
        return all
    }

    /// Releases after the issue: m3/s, a column a point, every hour of the forecast.
    public func releases(_ table: TimedTable, in basin: Basin) throws(TableProblem) -> [StationID: [Double]] {
        try flows(table, in: basin, from: issued + ForecastWeather.step, hours: weather[0].evaporation.count)
    }

    /// Flow from outside: m3/s, a column a point, every past hour and every hour of the forecast.
    public func inflows(_ table: TimedTable, in basin: Basin) throws(TableProblem) -> [StationID: [Double]] {
        try flows(table, in: basin, from: pastTimes[0], hours: pastTimes.count + weather[0].evaporation.count)
    }

    private func flows(
        _ table: TimedTable, in basin: Basin, from first: Instant, hours: Int
    ) throws(TableProblem) -> [StationID: [Double]] {
        guard let begin = table.times.firstIndex(of: first), begin + hours <= table.times.count,
            table.times[begin + hours - 1] == first + ForecastWeather.step * Int64(hours - 1)
        else {
            throw ForecastWeather.problem(
                table.file, "weather-hours", "the table has not every hour from \(first) on, \(hours) of them",
                "give a flow for each of these hours")
        }
        var all: [StationID: [Double]] = [:]
        for name in table.table.header {
            guard let station = StationID(name), basin.stations[station] != nil else { continue }
            let flows = try table.completeNumbers(name, in: 0...1e6, advice: "flow is m3/s, 0 or more")
            all[station] = Array(flows[begin..<begin + hours])
        }
        guard !all.isEmpty else { throw ForecastWeather.noPoint(of: table) }
        return all
    }

    private static func hours(
        of rain: RainForecastTable, after issue: Instant, wanted: Int?
    ) throws(TableProblem) -> Int {
        guard rain.first <= issue else {
            throw problem(
                rain.file, "weather-gap",
                "the forecast of rain begins at \(rain.first), after the last past hour \(issue)",
                "give the rain that fell up to then, or an earlier run")
        }
        let reach = Int((rain.last - issue) / step)
        guard reach >= 1, wanted ?? reach <= reach else {
            throw problem(
                rain.file, "weather-short",
                "the forecast of rain ends at \(rain.last), \(max(0, reach)) h after the last past hour",
                "give a run that reaches further, or a smaller --hours")
        }
        return wanted ?? min(reach, 360)
    }

    private static func isHourly(_ table: TimedTable) throws(TableProblem) -> Bool {
        guard table.times.count > 1 else { return true }
        return try table.step() == step
    }

    private static func evaporation(
        of part: SubBasin, _ table: TimedTable, from first: Instant, steps: Int
    ) throws(TableProblem) -> [Double] {
        let column = try table.requireColumn("potential evaporation in mm", [part.name, "all"])
        let values = try table.completeNumbers(
            column, in: 0...10, advice: "potential evaporation is mm of the hour, 0 to 10")
        guard let begin = table.times.firstIndex(of: first), try isHourly(table),
            begin + steps <= values.count
        else {
            throw problem(
                table.file, "weather-evaporation", "the table has not every hour from \(first) on, \(steps) of them",
                "give potential evaporation for the past and for the hours of the forecast")
        }
        return Array(values[begin..<begin + steps])
    }

    private static func noPoint(of table: TimedTable) -> TableProblem {
        problem(
            table.file, "weather-points", "no column of the table is a point of the basin",
            "name the columns by stations of the pack")
    }

    private static func problem(_ file: String, _ rule: String, _ message: String, _ advice: String) -> TableProblem {
        TableProblem(Fault(file: file, line: 1, rule: rule, message: message, advice: advice))
    }
}

/// Forecast rain as `riparian ingest grids` writes it: `begin,time,member,` and a column a sub-basin.
public struct RainForecastTable: Sendable {
    /// The file as the caller named it.
    public let file: String
    /// In order.
    public let members: [Int]
    /// Where the first interval begins, and where the last ends.
    public let first: Instant, last: Instant
    private let table: CSVTable
    private let steps: [(begin: Instant, end: Instant)]
    /// The row of a step and member.
    private let places: [[Int]]

    /// Reads the table.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let table = CSVTable(bytes, file: file)
        if let fault = table.faults.first { throw TableProblem(fault) }
        for name in ["begin", "time", "member"] where table.index(of: name) == nil {
            throw RainForecastTable.problem(
                file, 1, "the column \(name) is missing", "give the table that riparian ingest grids writes")
        }
        var steps: [(begin: Instant, end: Instant)] = []
        var rows: [[Int: Int]] = []
        for (place, row) in table.rows.enumerated() {
            guard let begin = TimedTable.parse(table.field("begin", of: row) ?? ""),
                let end = TimedTable.parse(table.field("time", of: row) ?? ""), end > begin,
                let member = Int(table.field("member", of: row) ?? "")
            else {
                throw RainForecastTable.problem(
                    file, row.line, "begin, time or member cannot be read",
                    "give the table that riparian ingest grids writes")
            }
            if steps.last.map({ $0 != (begin, end) }) ?? true {
                guard steps.last.map({ $0.end == begin }) ?? true else {
                    throw RainForecastTable.problem(
                        file, row.line, "the interval does not begin where the one before ends",
                        "leave no gap, and sort by time")
                }
                steps.append((begin, end))
                rows.append([:])
            }
            guard rows[rows.count - 1].updateValue(place, forKey: member) == nil else {
                throw RainForecastTable.problem(
                    file, row.line, "member \(member) stands twice", "give each member once a step")
            }
        }
        guard let start = steps.first, let end = steps.last, let members = rows.first?.keys.sorted() else {
            throw RainForecastTable.problem(
                file, 1, "the table has no rows", "give the table that riparian ingest grids writes")
        }
        var places: [[Int]] = []
        for (step, row) in zip(steps, rows) {
            guard row.keys.sorted() == members else {
                throw RainForecastTable.problem(
                    file, 1, "the step that ends at \(step.end) has other members than the first",
                    "give every member each step")
            }
            places.append(members.compactMap { row[$0] })
        }
        (first, last) = (start.begin, end.end)
        self.file = file
        self.members = members
        self.table = table
        self.steps = steps
        self.places = places
    }

    /// mm of each hour after an instant, [member][hour]; intervals are spread evenly.
    func hourly(_ name: String, from start: Instant, hours: Int) throws(TableProblem) -> [[Double]] {
        guard let column = table.index(of: name) else {
            throw RainForecastTable.problem(file, 1, "the column \(name) is missing", "give every sub-basin a column")
        }
        var result = [[Double]](repeating: [Double](repeating: 0, count: hours), count: members.count)
        for (step, rows) in zip(steps, places) where step.end > start {
            let length = Double(step.end - step.begin)
            for (member, place) in rows.enumerated() {
                let row = table.rows[place]
                guard let depth = Double(row.fields[column].trimmed), (0...6000).contains(depth) else {
                    throw TableProblem(
                        table.fault(
                            name, of: row, rule: "rain-table", message: "\(name) is '\(row.fields[column])'",
                            advice: "rain is mm of the interval; where nothing is known there is no forecast"))
                }
                let begin = max(0, Int((step.begin - start) / 3600))
                guard begin < hours else { continue }
                for hour in begin..<min(hours, Int((step.end - start + 3599) / 3600)) {
                    let from = max(step.begin, start + Int64(hour) * 3600)
                    let to = min(step.end, start + Int64(hour + 1) * 3600)
                    if to > from { result[member][hour] += depth * Double(to - from) / length }
                }
            }
        }
        return result
    }

    private static func problem(_ file: String, _ line: Int, _ message: String, _ advice: String) -> TableProblem {
        TableProblem(Fault(file: file, line: line, rule: "rain-table", message: message, advice: advice))
    }
}
