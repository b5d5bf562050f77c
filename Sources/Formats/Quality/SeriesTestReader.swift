public import River
import Foundation
import Series

extension SeriesTest {
    /// The names under which a test can be asked for, each with its arguments: the first is the one to write.
    public static let names: [(name: String, arguments: [String])] = [
        ("gross_range_test", ["fail_span", "suspect_span"]),
        ("spike_test", ["suspect_threshold", "fail_threshold", "method"]),
        ("rate_of_change_test", ["threshold", "fail_threshold"]),
        ("flat_line_test", ["suspect_threshold", "fail_threshold", "tolerance"]),
        (
            "attenuated_signal_test",
            ["suspect_threshold", "fail_threshold", "test_period", "min_obs", "min_period", "check_type"]
        ),
        ("climatology_test", ["config"]),
        ("impossible_date_test", ["fail_span"]),
        ("time_gap_test", ["fail_span"]),
        ("neighbour_test", ["neighbours", "suspect_threshold", "fail_threshold"]),
        ("upstream_test", ["upstream", "travel_time", "suspect_spreads", "fail_spreads", "tolerance"]),
        ("water_balance_test", ["upstream", "window", "travel_time", "least_ratio", "largest_ratio"]),
        ("rain_response_test", ["rain", "rain_window", "rain_mm", "response_time", "rise"]),
        ("repeated_batch_test", ["least_count", "most_count"]),
        ("clock_shift_test", ["neighbour", "window", "largest_shift", "usual_lag", "margin"]),
        ("datum_jump_test", ["jump", "count"]),
    ]

    /// Makes a test of its name and arguments.
    ///
    /// - Parameters:
    ///   - name: as in ``names``; hyphens for underscores and a missing `_test` are understood.
    ///   - arguments: a JSON or YAML object as Foundation or Yams gives it.
    ///   - file: where the arguments stand, for messages.
    public init(name: String, arguments: Any?, file: String) throws(TableProblem) {
        let plain = name.replacing("-", with: "_")
        guard let entry = SeriesTest.names.first(where: { $0.name == plain || $0.name == plain + "_test" }) else {
            let names = SeriesTest.names.map(\.name).joined(separator: ", ")
            throw SeriesTestArguments.problem(file, "no test is called \(name)", "one of \(names)")
        }
        let given = try SeriesTestArguments(arguments, test: entry.name, file: file)
        try given.allow(entry.arguments)
        if let test = try SeriesTest.qartod(entry.name, given) {
            self = test
        } else {
            self = try SeriesTest.hydrological(entry.name, given)
        }
    }

    private static func qartod(_ name: String, _ given: SeriesTestArguments) throws(TableProblem) -> SeriesTest? {
        switch name {
        case "gross_range_test":
            guard let fail = try given.span("fail_span") else {
                throw SeriesTestArguments.problem(
                    given.file, "\(name) needs the argument fail_span", "write [LOWEST, HIGHEST]")
            }
            let suspect = try given.span("suspect_span")
            if let suspect, suspect.lowerBound < fail.lowerBound || suspect.upperBound > fail.upperBound {
                throw SeriesTestArguments.problem(
                    given.file, "suspect_span reaches beyond fail_span", "make it the narrower of the two")
            }
            return .grossRange(GrossRangeTest(failSpan: fail, suspectSpan: suspect))
        case "spike_test":
            let method = try given.text("method") ?? "average"
            guard let chosen = SpikeTest.Method(rawValue: method) else {
                throw SeriesTestArguments.problem(
                    given.file, "no method is called \(method)", "average or differential")
            }
            return .spike(
                SpikeTest(
                    suspect: try given.optional("suspect_threshold").map(\.magnitude),
                    fail: try given.optional("fail_threshold").map(\.magnitude), method: chosen))
        case "rate_of_change_test":
            return .rateOfChange(
                RateOfChangeTest(
                    suspect: try given.required("threshold", in: 0...1e15),
                    fail: try given.optional("fail_threshold", in: 0...1e15)))
        case "flat_line_test":
            return .flatLine(
                FlatLineTest(
                    suspect: try given.required("suspect_threshold", in: 0...1e12).rounded(.towardZero),
                    fail: try given.required("fail_threshold", in: 0...1e12).rounded(.towardZero),
                    tolerance: try given.optional("tolerance", in: 0...1e15) ?? 0))
        case "attenuated_signal_test": return .attenuatedSignal(try attenuated(given))
        case "climatology_test": return .climatology(try climatology(given))
        case "impossible_date_test":
            let span = try given.span("fail_span").map { span in
                let bounds = [span.lowerBound, span.upperBound].map { min(max($0, -latest), latest) }
                return Int64(bounds[0])...Int64(bounds[1])
            }
            return .impossibleDate(ImpossibleDateTest(span: span))
        case "time_gap_test":
            return .timeGap(TimeGapTest(fail: try given.required("fail_span", in: 0...1e12)))
        default: return nil
        }
    }

    private static func attenuated(_ given: SeriesTestArguments) throws(TableProblem) -> AttenuatedSignalTest {
        let measure = try given.text("check_type") ?? "std"
        guard let chosen = AttenuatedSignalTest.Measure(rawValue: measure) else {
            throw SeriesTestArguments.problem(given.file, "no check_type is called \(measure)", "std or range")
        }
        return AttenuatedSignalTest(
            suspect: try given.required("suspect_threshold", in: 0...1e15),
            fail: try given.required("fail_threshold", in: 0...1e15),
            period: try given.optional("test_period", in: 1...1e12),
            leastCount: try given.optional("min_obs", in: 0...1e12).map { Int($0) },
            leastPeriod: try given.optional("min_period", in: 0...1e12), measure: chosen)
    }

    private static func climatology(_ given: SeriesTestArguments) throws(TableProblem) -> ClimatologyTest {
        guard let list = given["config"] as? [Any] else {
            throw SeriesTestArguments.problem(
                given.file, "climatology_test needs the argument config", "a list of members with tspan and vspan")
        }
        var members: [ClimatologyTest.Member] = []
        for (place, entry) in list.enumerated() {
            let member = try SeriesTestArguments(entry, test: "climatology member \(place + 1)", file: given.file)
            try member.allow(["tspan", "vspan", "fspan", "zspan", "period"])
            guard let span = try member.span("vspan") else {
                throw SeriesTestArguments.problem(
                    given.file, "climatology member \(place + 1) has no vspan", "write [LOWEST, HIGHEST]")
            }
            members.append(
                ClimatologyTest.Member(
                    season: try season(member, place + 1), span: span, failSpan: try member.span("fspan"),
                    depths: try member.span("zspan")))
        }
        return ClimatologyTest(members: members)
    }

    private static func season(
        _ member: SeriesTestArguments, _ number: Int
    ) throws(TableProblem) -> ClimatologyTest.Season {
        let pair = (member["tspan"] as? [Any]) ?? []
        guard pair.count == 2 else {
            throw SeriesTestArguments.problem(
                member.file, "climatology member \(number) has no tspan", "write [FIRST, LAST]")
        }
        guard let period = try member.text("period") else {
            guard let a = moment(pair[0]), let b = moment(pair[1]) else {
                throw SeriesTestArguments.problem(
                    member.file, "tspan of climatology member \(number) is no pair of times",
                    "write [\"2024-06-01\", \"2024-10-31\"], or name a period such as month")
            }
            return .moments(min(a, b)...max(a, b))
        }
        guard let a = whole(pair[0]), let b = whole(pair[1]) else {
            throw SeriesTestArguments.problem(
                member.file, "tspan of climatology member \(number) is no pair of whole numbers", "write [6, 10]")
        }
        let span = min(a, b)...max(a, b)
        switch period {
        case "month": return .months(span)
        case "week", "weekofyear": return .weeks(span)
        case "dayofyear": return .days(span)
        case "quarter": return .quarters(span)
        default:
            throw SeriesTestArguments.problem(
                member.file, "no period is called \(period)", "month, week, dayofyear or quarter")
        }
    }

    private static func hydrological(_ name: String, _ given: SeriesTestArguments) throws(TableProblem) -> SeriesTest {
        switch name {
        case "neighbour_test":
            return .neighbour(
                NeighbourTest(
                    suspect: try given.required("suspect_threshold", in: 0...1e15),
                    fail: try given.optional("fail_threshold", in: 0...1e15)), with: try given.texts("neighbours"))
        case "upstream_test":
            return .upstream(
                UpstreamTest(
                    travelTime: Int64(try given.optional("travel_time", in: 0...1e9) ?? 0),
                    suspect: try given.optional("suspect_spreads", in: 0...1e6) ?? 5,
                    fail: try given.optional("fail_spreads", in: 0...1e6) ?? 10,
                    tolerance: try given.optional("tolerance", in: 0...1e15) ?? 0),
                at: try given.requiredText("upstream"))
        case "water_balance_test":
            return .waterBalance(
                WaterBalanceTest(
                    window: Int64(try given.required("window", in: 1...1e9)),
                    travelTime: Int64(try given.optional("travel_time", in: 0...1e9) ?? 0),
                    leastRatio: try given.required("least_ratio", in: 0...1e6),
                    largestRatio: try given.required("largest_ratio", in: 0...1e6)),
                upstream: try given.texts("upstream"))
        case "rain_response_test":
            return .rainResponse(
                RainResponseTest(
                    rainWindow: Int64(try given.required("rain_window", in: 1...1e9)),
                    rain: try given.required("rain_mm", in: 0.01...1e6),
                    responseTime: Int64(try given.required("response_time", in: 1...1e9)),
                    rise: try given.required("rise", in: 0...1e15)), rain: try given.requiredText("rain"))
        case "repeated_batch_test":
            return .repeatedBatch(
                RepeatedBatchTest(
                    leastCount: Int(try given.optional("least_count", in: 3...1e4) ?? 6),
                    mostCount: Int(try given.optional("most_count", in: 3...1e4) ?? 288)))
        case "clock_shift_test":
            return .clockShift(
                ClockShiftTest(
                    window: Int64(try given.optional("window", in: 1...1e9) ?? 172_800),
                    largestShift: Int64(try given.optional("largest_shift", in: 1...1e9) ?? 21_600),
                    usualLag: Int64(try given.optional("usual_lag", in: -1e9...1e9) ?? 0),
                    margin: try given.optional("margin", in: 0...2) ?? 0.2),
                against: try given.requiredText("neighbour"))
        default:
            return .datumJump(
                DatumJumpTest(
                    jump: try given.required("jump", in: 1e-9...1e15),
                    count: Int(try given.optional("count", in: 3...1e5) ?? 12)))
        }
    }

    /// s: times further from 1970 than this, more than 30,000 years, are none, so that no difference of times overflows.
    private static let latest = 1e12

    /// s since 1970 of a number or a text.
    static func moment(_ value: Any) -> Int64? {
        if let text = value as? String, let time = TimedTable.parse(text) { return time.secondsSinceEpoch }
        let number = (value as? String).flatMap { Double($0) } ?? SeriesTestArguments.number(value)
        return number.flatMap { $0.magnitude <= latest ? Int64($0.rounded()) : nil }
    }

    private static func whole(_ value: Any) -> Int? {
        let number = (value as? String).flatMap { Double($0) } ?? SeriesTestArguments.number(value)
        return number.flatMap { Int(exactly: $0) }
    }
}
