public import River
public import Series

/// The weather of a sub-basin as it stands in a CSV file.
public struct ForcingTable: Sendable {
    /// Rain and evaporation.
    public let forcing: RunoffForcing
    /// One a step.
    public let times: [Instant]
    /// The times as they stand in the file.
    public let timeTexts: [String]

    /// The names under which precipitation may stand, mm per step.
    public static let precipitation = ["P_mm", "precipitation_mm", "P", "prcp"]
    /// The names of potential evaporation, mm per step.
    public static let evaporation = ["PET_mm", "pet_mm", "E", "pet_oudin_mm"]

    /// Reads the weather, and the layers of snow from a second table if there is one.
    ///
    /// - Parameters:
    ///   - layers: columns `P1,T1,S1,P2,...` with the same times: mm, degrees Celsius, share of snow 0...1.
    ///   - meanAnnualSolid: mm of snow a year; nil: that of the whole table of layers.
    public init(
        _ bytes: [UInt8], file: String, layers: (bytes: [UInt8], file: String)? = nil, meanAnnualSolid: Double? = nil
    ) throws(TableProblem) {
        let table = try TimedTable(bytes, file: file)
        let step = try table.step()
        let rain = try table.completeNumbers(
            table.requireColumn("precipitation in mm", ForcingTable.precipitation), in: 0...5000,
            advice: "precipitation is mm of the step, 0 or more; a code such as -999 for a missing value is left empty")
        let evaporation = try table.completeNumbers(
            table.requireColumn("potential evaporation in mm", ForcingTable.evaporation), in: 0...1000,
            advice: "potential evaporation is mm of the step, 0 or more")
        var snow: SnowForcing?
        if let layers {
            snow = try ForcingTable.snow(layers.bytes, file: layers.file, like: table, step, meanAnnualSolid)
        }
        forcing = RunoffForcing(precipitation: rain, evaporation: evaporation, step: step, snow: snow)
        times = table.times
        timeTexts = table.times.indices.map { table.timeText($0) }
    }

    private static func snow(
        _ bytes: [UInt8], file: String, like weather: TimedTable, _ step: Int64, _ meanAnnualSolid: Double?
    ) throws(TableProblem) -> SnowForcing {
        let table = try TimedTable(bytes, file: file)
        guard table.times == weather.times else {
            throw TableProblem(
                Fault(
                    file: file, line: 2, rule: "times-differ",
                    message: "the times of the layers are not those of \(weather.file)",
                    advice: "give one row for each row of the weather"))
        }
        _ = try table.requireColumn("precipitation of the lowest layer", ["P1"])
        var layers: [SnowForcing.Layer] = []
        while table.column(named: ["P\(layers.count + 1)"]) != nil {
            let number = layers.count + 1
            layers.append(
                SnowForcing.Layer(
                    precipitation: try table.completeNumbers(
                        "P\(number)", in: 0...5000, advice: "precipitation is mm of the step, 0 or more"),
                    temperature: try table.completeNumbers(
                        "T\(number)", in: -90...60, advice: "temperature is degrees Celsius"),
                    solidShare: try table.completeNumbers(
                        "S\(number)", in: 0...1, advice: "the share of snow lies between 0 and 1")))
        }
        let mean =
            meanAnnualSolid ?? SnowForcing.meanAnnualSolid(layers, during: 0..<weather.times.count, step: step)
        return SnowForcing(layers: layers, meanAnnualSolid: mean)
    }
}

/// Observed flow beside the weather.
public struct ObservedTable: Sendable {
    /// mm per step for each time of the weather; nil where nothing was read.
    public let depths: [Double?]

    /// The names under which flow may stand, mm per step.
    public static let columns = ["Q_mm", "discharge_mm", "Qmm", "q_mm", "Qobs"]

    /// Reads flow at the times of the weather; times that the table lacks have no value.
    ///
    /// - Parameters:
    ///   - column: nil: the first of ``columns``. A name that ends in `_m3s` is m3/s and needs an area.
    ///   - area: km2, > 0.
    public init(
        _ bytes: [UInt8], file: String, column: String?, area: Double?, at times: [Instant], step: Int64
    ) throws(TableProblem) {
        let table = try TimedTable(bytes, file: file)
        let name = try table.requireColumn("flow", column.map { [$0] } ?? ObservedTable.columns)
        var values = try table.numbers(
            name, in: 0...1e7, advice: "flow is 0 or more; a code such as -999 for a missing value is left empty")
        if name.lowercased().hasSuffix("m3s") {
            guard let area else {
                throw TableProblem(
                    Fault(
                        file: file, line: 1, rule: "area-missing", message: "\(name) is m3/s and the area is not known",
                        advice: "give --area-km2, or a column in mm per step"))
            }
            values = values.map { $0.map { RunoffForcing.depth(ofDischarge: $0, area: area, step: step) } }
        }
        let known = Dictionary(uniqueKeysWithValues: zip(table.times, values))
        depths = times.map { known[$0] ?? nil }
        guard depths.contains(where: { $0 != nil }) else {
            throw TableProblem(
                Fault(
                    file: file, line: 2, rule: "flow-missing", message: "no flow at any time of the weather",
                    advice: "give flow of the same period and step, in the column \(name)"))
        }
    }
}
