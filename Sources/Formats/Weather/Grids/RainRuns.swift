public import Forecasting
public import Series

/// The runs of a forecast that stand in a number of files, each as rain of its steps.
public struct RainRuns: Sendable {
    /// One run, the earliest first.
    public struct Run: Sendable {
        /// The start of the run.
        public let start: Instant
        /// Its rain.
        public let rain: RainTimeline
    }

    /// The runs in the order of their starts.
    public let runs: [Run]

    /// Puts amounts together.
    ///
    /// - Parameters:
    ///   - amounts: of any number of runs, in any order.
    ///   - source: the file or folder, for what is wrong.
    ///   - areas: the names of the sub-basins.
    ///   - expected: how many members each run must have; nil: as many as there are.
    public init(
        _ amounts: [(run: Instant, amount: RainAmount)], source: String, areas: [String], expected: Int? = nil
    ) throws(TableProblem) {
        guard !amounts.isEmpty else {
            throw RainRuns.problem(
                source, "rain-none", "no message of rain was found", "give total precipitation, summed or averaged")
        }
        var runs: [Run] = []
        for (start, group) in Dictionary(grouping: amounts, by: \.run).sorted(by: { $0.key < $1.key }) {
            do throws(RainTimeline.Flaw) {
                let rain = try RainTimeline(group.map(\.amount))
                runs.append(Run(start: start, rain: rain))
            } catch { throw RainRuns.problem(source, error, run: start, areas: areas) }
        }
        for run in runs {
            if let expected, run.rain.members.count != expected {
                throw RainRuns.problem(
                    source, "rain-members",
                    "the run of \(run.start) has \(run.rain.members.count) members, \(expected) are expected",
                    "wait for the rest, or fetch it again")
            }
        }
        self.runs = runs
    }

    private static func problem(_ file: String, _ rule: String, _ message: String, _ advice: String) -> TableProblem {
        TableProblem(Fault(file: file, line: 1, rule: rule, message: message, advice: advice))
    }

    private static func problem(
        _ file: String, _ flaw: RainTimeline.Flaw, run: Instant, areas: [String]
    ) -> TableProblem {
        let of = "the run of \(run): "
        switch flaw {
        case .empty: return problem(file, "rain-none", of + "no rain", "give total precipitation")
        case .twice(let member, let begin, let end):
            return problem(
                file, "rain-twice", of + "member \(member) has two amounts from \(begin) to \(end)",
                "keep one of the two, for example one stream of the provider a folder")
        case .gap(let member, let from, let to):
            return problem(
                file, "rain-gap", of + "member \(member) has nothing from \(from) to \(to)", "fetch the missing step")
        case .misfit(let member, let begin, let end):
            return problem(
                file, "rain-misfit",
                of + "an amount of member \(member) from \(begin) to \(end) begins where no other begins or ends",
                "give totals since the start of the run, or steps without gaps")
        case .incomplete(let member, let begin, let end):
            return problem(
                file, "rain-members", of + "member \(member) lacks the step from \(begin) to \(end), which others have",
                "wait for the rest, or fetch it again")
        case .falls(let member, let area, let begin, let end, let by):
            let depth = (by * 100).rounded() / 100
            return problem(
                file, "rain-falls",
                of + "the total of member \(member) at \(areas[area]) falls by \(depth) mm from \(begin) to \(end)",
                "a total does not fall: are two runs or streams mixed?")
        }
    }
}

/// Rain over sub-basins as a table.
public enum RainTable {
    /// The header and one line a step and member: `begin,time,member,` the sub-basins, mm of the interval; empty where nothing is known.
    public static func text(_ rain: RainTimeline, areas: [String]) -> String {
        var text = "begin,time,member," + areas.joined(separator: ",") + "\n"
        for (step, interval) in rain.steps.enumerated() {
            for (place, member) in rain.members.enumerated() {
                text += "\(interval.begin),\(interval.end),\(member)"
                for area in areas.indices {
                    text += ","
                    if let depth = rain.depths[place][area][step] { text += number(depth) }
                }
                text += "\n"
            }
        }
        return text
    }

    /// Six digits behind the point: a thousandth of what a gauge can see.
    static func number(_ depth: Double) -> String {
        let text = "\((depth * 1e6).rounded() / 1e6)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
