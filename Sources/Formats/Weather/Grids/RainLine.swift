public import Forecasting
import Foundation
public import Series

/// What is read of one message of a gridded forecast, already as means over sub-basins: one line of JSON, the form in which the
/// program that reads foreign files hands it on.
public struct RainLine: Codable, Hashable, Sendable {
    /// The number of the message in its file, from 1.
    public var message: Int
    /// The byte behind the message: where the reading goes on.
    public var next: Int
    /// The rule that it breaks; nil where it is in order.
    public var rule: String?
    /// What is wrong with it.
    public var fault: String?
    /// What to do.
    public var advice: String?
    /// What it is called, where it is no rain.
    public var other: String?
    /// The start of the run, ISO 8601.
    public var run: String?
    /// The member; 0 is the control.
    public var member: Int?
    /// The beginning of its interval, ISO 8601.
    public var begin: String?
    /// Its end.
    public var end: String?
    /// mm, one a sub-basin; null where a cell has no value.
    public var depths: [Double?]?

    /// A line of JSON without its end.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(self) else { preconditionFailure("a line of rain is JSON") }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads a line; nil where it is none.
    public init?(text: String) {
        guard let line = try? JSONDecoder().decode(RainLine.self, from: Data(text.utf8)) else { return nil }
        self = line
    }

    init(message: Int, next: Int) {
        self.message = message
        self.next = next
    }

    /// A whole file that cannot be read.
    public init(refusing fault: Fault) {
        self.init(message: 0, next: 0)
        rule = fault.rule
        self.fault = fault.message
        advice = fault.advice
    }

    /// The amount, with the start of its run; nil where the line is none, or breaks a rule.
    public var amount: (run: Instant, amount: RainAmount)? {
        guard let run = run.flatMap({ try? Instant(iso8601: $0) }),
            let begin = begin.flatMap({ try? Instant(iso8601: $0) }),
            let end = end.flatMap({ try? Instant(iso8601: $0) }), end > begin, let member, let depths
        else { return nil }
        return (run, RainAmount(member: member, begin: begin, end: end, depths: depths))
    }

    /// What is wrong with the message, with its place; nil where nothing is.
    public func problem(in file: String) -> Fault? {
        guard let rule, let fault, let advice else { return nil }
        let place = message > 0 ? "message \(message): " : ""
        return Fault(file: file, line: max(1, message), rule: rule, message: place + fault, advice: advice)
    }
}

/// Means over sub-basins of fields on any grid; the shares of a grid are found once.
struct AreaMeans {
    let areas: [AreaFile.Area]
    private var known: [GroundGrid: [GridShares]] = [:]

    init(areas: [AreaFile.Area]) { self.areas = areas }

    /// A part of a sub-basin that may lie outside of a grid: what rounding of printed coordinates leaves.
    private static let outside = 1e-6

    mutating func means(of values: [Double], on grid: GroundGrid) throws(RainField.Flaw) -> [Double?] {
        let shares = known[grid] ?? areas.map { GridShares(of: $0.outline, on: grid) }
        known[grid] = shares
        for (area, part) in zip(areas, shares) where part.covered < 1 - AreaMeans.outside {
            let percent = (part.covered * 1000).rounded(.down) / 10
            throw RainField.Flaw(
                rule: "grid-outside", message: "the grid covers \(percent) % of \(area.name)",
                advice: "take a larger part of the forecast, or sub-basins within it")
        }
        return shares.map { $0.mean(of: values) }
    }

    mutating func fill(_ line: inout RainLine, with field: RainField) throws(RainField.Flaw) {
        line.depths = try means(of: field.values, on: field.grid)
        line.run = field.run.iso8601()
        line.member = field.member
        line.begin = field.begin.iso8601()
        line.end = field.end.iso8601()
    }
}

extension RainLine {
    mutating func refuse(_ flaw: RainField.Flaw) {
        rule = flaw.rule
        fault = flaw.message
        advice = flaw.advice
    }
}
