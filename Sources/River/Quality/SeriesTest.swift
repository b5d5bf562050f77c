public import Series

/// A record as the series tests see it.
public struct TestedSeries: Sendable {
    /// What was read.
    public let values: GappedValues
    /// When, s since 1970; nil where the time is unknown. Empty for a record without times.
    public let times: [Int64?]
    /// m; nil for a record without depths.
    public let depths: GappedValues?
    /// Further series at the same times, by name.
    public let others: [String: GappedValues]

    /// Makes a record; further series of another length are a bug of the caller.
    public init(
        values: GappedValues, times: [Int64?] = [], depths: GappedValues? = nil, others: [String: GappedValues] = [:]
    ) {
        precondition(others.values.allSatisfy { $0.count == values.count }, "series of equal length")
        self.values = values
        self.times = times
        self.depths = depths
        self.others = others
    }
}

/// Why a test cannot be run on a record.
public struct SeriesTestProblem: Error, Hashable, Sendable {
    /// What is missing.
    public let message: String
    /// What to do.
    public let advice: String
}

/// The tests of whole series: a new one is a file with its type, a case here and a line in the reader of arguments.
public enum SeriesTest: Sendable {
    /// Outside what the gauge can show.
    case grossRange(GrossRangeTest)
    /// Alone above or below its neighbours in the record.
    case spike(SpikeTest)
    /// Faster than water moves.
    case rateOfChange(RateOfChangeTest)
    /// Standing still.
    case flatLine(FlatLineTest)
    /// Moving too little.
    case attenuatedSignal(AttenuatedSignalTest)
    /// Outside what the season allows.
    case climatology(ClimatologyTest)
    /// A time that cannot be.
    case impossibleDate(ImpossibleDateTest)
    /// A time too far behind the one before.
    case timeGap(TimeGapTest)
    /// A value that no neighbour goes along with, with the names of their series.
    case neighbour(NeighbourTest, with: [String])
    /// A value that the gauge upstream does not explain, with the name of its series.
    case upstream(UpstreamTest, at: String)
    /// Water that gets lost between gauges, with the names of the upstream series.
    case waterBalance(WaterBalanceTest, upstream: [String])
    /// Rain without an answer, with the name of the series of rain.
    case rainResponse(RainResponseTest, rain: String)
    /// A batch that was sent twice.
    case repeatedBatch(RepeatedBatchTest)
    /// A clock that runs wrong, with the name of the series to compare with.
    case clockShift(ClockShiftTest, against: String)
    /// A gauge zero that was moved.
    case datumJump(DatumJumpTest)

    /// One flag a value, or a time for the tests of times.
    public func flags(_ series: TestedSeries) throws(SeriesTestProblem) -> [Quality] {
        let values = series.values
        switch self {
        case .grossRange(let test): return test.flags(values)
        case .spike(let test): return test.flags(values)
        case .rateOfChange(let test): return test.flags(values, at: try series.knownTimes(isIncreasing: true))
        case .flatLine(let test): return test.flags(values, at: try series.knownTimes())
        case .attenuatedSignal(let test):
            let times = test.period == nil ? [] : try series.knownTimes(isIncreasing: true)
            return test.flags(values, at: times)
        case .climatology(let test): return test.flags(values, at: try series.knownTimes(), depths: series.depths)
        case .impossibleDate(let test): return test.flags(series.times)
        case .timeGap(let test): return test.flags(series.times)
        case .neighbour(let test, let names):
            var neighbours: [GappedValues] = []
            for name in names { neighbours.append(try series.other(name)) }
            return test.flags(values, neighbours: neighbours)
        case .upstream(let test, let name):
            return test.flags(
                values, at: try series.knownTimes(isIncreasing: true), upstream: try series.other(name))
        case .waterBalance(let test, let names):
            var upstream: [GappedValues] = []
            for name in names { upstream.append(try series.other(name)) }
            return test.flags(values, at: try series.knownTimes(isIncreasing: true), upstream: upstream)
        case .rainResponse(let test, let name):
            return test.flags(
                values, at: try series.knownTimes(isIncreasing: true), rainfall: try series.other(name))
        case .repeatedBatch(let test): return test.flags(values)
        case .clockShift(let test, let name):
            return test.flags(
                values, at: try series.knownTimes(isIncreasing: true), neighbour: try series.other(name))
        case .datumJump(let test): return test.flags(values)
        }
    }
}

extension TestedSeries {
    /// The times, all of which must be known.
    fileprivate func knownTimes(isIncreasing: Bool = false) throws(SeriesTestProblem) -> SeriesTimes {
        guard times.count >= values.count else {
            throw SeriesTestProblem(message: "the values have no times", advice: "give a time for each value")
        }
        let known = times.compactMap { $0 }
        guard known.count == times.count else {
            throw SeriesTestProblem(message: "a time is missing", advice: "give a time for each value")
        }
        if isIncreasing, zip(known, known.dropFirst()).contains(where: { $0 >= $1 }) {
            throw SeriesTestProblem(
                message: "the times are not in order or one stands twice", advice: "sort the values by time, one a time"
            )
        }
        return known
    }

    fileprivate func other(_ name: String) throws(SeriesTestProblem) -> GappedValues {
        guard let series = others[name] else {
            throw SeriesTestProblem(
                message: "there is no series \(name) beside the values",
                advice: "name a column of the table, one of \(others.keys.sorted().joined(separator: ", "))")
        }
        return series
    }
}
