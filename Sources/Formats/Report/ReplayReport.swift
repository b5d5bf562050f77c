public import Accord
public import Forecasting
public import Series

/// A row of an event folder with what became of it.
public struct RowVerdict: Hashable, Sendable {
    /// What became of a row.
    public enum Verdict: String, Sendable, Hashable {
        /// It took part.
        case used
        /// It did not, for the stated reason.
        case refused
        /// A row of a higher revision replaced it.
        case superseded
    }

    /// The file within the event folder.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// What became of it.
    public let verdict: Verdict
    /// Why; what the checks remark on a row that was used.
    public let reason: String

    /// Makes a verdict.
    public init(file: String, line: Int, verdict: Verdict, reason: String) {
        self.file = file
        self.line = line
        self.verdict = verdict
        self.reason = reason
    }

    /// The row as JSON.
    public var json: JSONValue {
        [
            "file": .string(file), "line": .integer(line), "verdict": .string(verdict.rawValue),
            "reason": .string(reason),
        ]
    }
}

/// The document that `riparian replay --json` prints.
public struct ReplayReport: Sendable {
    /// The event's id.
    public let event: String
    /// The seed of the ensemble.
    public let seed: UInt64
    /// Every row of the event folder, in the order of files and lines.
    public let rows: [RowVerdict]
    /// The tables.
    public let comparison: ReplayComparison
    /// The largest balance error of each routed reach.
    public let balances: [ReachID: Double]
    /// The same event with a further series, when one was asked for.
    public let whatIf: ReplayComparison?
    /// When readings would have been delivered, from the event's own table: always *simulated*.
    public let deliveries: [SimulatedDelivery]

    /// Makes a report.
    public init(
        event: String, seed: UInt64, rows: [RowVerdict], comparison: ReplayComparison, balances: [ReachID: Double],
        whatIf: ReplayComparison? = nil, deliveries: [SimulatedDelivery] = []
    ) {
        self.event = event
        self.seed = seed
        self.rows = rows
        self.comparison = comparison
        self.balances = balances
        self.whatIf = whatIf
        self.deliveries = deliveries
    }

    /// The document.
    public var json: JSONValue {
        var members = comparison.members
        members["event"] = .string(event)
        members["seed"] = .number(Double(seed))
        members["rows"] = .array(rows.map(\.json))
        members["balance"] = .array(
            balances.sorted { $0.key < $1.key }.map {
                ["reach": .string($0.key.text), "relative": .number($0.value)]
            })
        if !deliveries.isEmpty { members["deliveries"] = .array(deliveries.map(\.json)) }
        if let whatIf { members["what_if"] = .object(whatIf.members) }
        return .object(members)
    }
}

extension ReplayComparison {
    fileprivate var members: [String: JSONValue] {
        [
            "forecasts": .array(forecasts.map(\.json)), "peaks": .array(crests.map(\.json)),
            "warnings": .array(warnings.map(\.json)), "scores": .array(scores.map(\.json)),
        ]
    }
}

extension VerifiedForecast {
    /// The row as JSON; numbers of people's size are kept to a tenth of a millimetre.
    public var json: JSONValue {
        [
            "station": .string(station.text), "property": .string(property.rawValue),
            "issued": .string(issued.iso8601()), "valid": .string(valid.iso8601()), "lead_h": .number(leadHours),
            "median": .number(rounded(median)), "p05": .number(rounded(p05)), "p25": .number(rounded(p25)),
            "p75": .number(rounded(p75)), "p95": .number(rounded(p95)), "observed": .optional(observed),
            "error": .optional(error.map(rounded)), "persistence_error": .optional(persistenceError.map(rounded)),
            "method": .string(method.rawValue), "known": .string(known.rawValue),
        ]
    }
}

extension CrestComparison {
    /// The row as JSON.
    public var json: JSONValue {
        [
            "station": .string(station.text), "issued": .string(issued.iso8601()), "ours": .number(rounded(ours)),
            "official": .optional(official), "observed": .optional(observed),
        ]
    }
}

extension WarningLead {
    /// The row as JSON.
    public var json: JSONValue {
        [
            "station": .string(station.text), "level": .integer(level),
            "first_warned": .optional(firstWarned?.iso8601()), "first_crossed": .optional(firstCrossed?.iso8601()),
            "lead_h": .optional(leadHours),
        ]
    }
}

extension LeadScore {
    /// The row as JSON.
    public var json: JSONValue {
        [
            "station": .string(station.text), "lead_from_h": .number(leadFrom), "lead_to_h": .number(leadTo),
            "n": .integer(count), "mean_absolute_error": .number(rounded(meanAbsoluteError)),
            "persistence_mean_absolute_error": .number(rounded(persistenceError)),
            "coverage_90": .number(rounded(coverage)),
        ]
    }
}

extension SimulatedDelivery {
    /// The row as JSON, marked.
    public var json: JSONValue {
        [
            "series": .string(series.description), "observed": .string(observed.iso8601()),
            "delivered": .string(delivered.iso8601()), "delay_min": .number(Double(delivered - observed) / 60),
            "simulated": true,
        ]
    }
}

/// To four digits after the point: a tenth of a millimetre.
private func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
