import Foundation
public import River
public import Series
import Yams

/// Several tests for one record, and what a person has said about single values, as they stand in a YAML or JSON file.
///
/// ```yaml
/// tests:
///   - test: gross_range_test
///     arguments: {fail_span: [0, 30], suspect_span: [1, 25]}
/// overrules:
///   - {time: 2024-09-09T07:00:00Z, flag: 1, by: Duty officer, reason: seen on the staff gauge}
/// ```
public struct QualityPlan: Sendable {
    /// A word of a person that stands above every test.
    public struct Overrule: Hashable, Sendable {
        /// s since 1970.
        public let time: Int64
        /// What the value is.
        public let flag: Quality
        /// Who says so.
        public let by: String
        /// Why.
        public let reason: String
    }

    /// Name and test, in order.
    public let tests: [(name: String, test: SeriesTest)]
    /// In the order of the file.
    public let overrules: [Overrule]

    /// Reads a plan.
    public init(_ bytes: [UInt8], file: String) throws(TableProblem) {
        let root: Any?
        do {
            var budget = 100_000
            let node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
            root = node.flatMap { QualityPlan.isPlain($0, &budget) ? $0.any : nil }
        } catch {
            throw SeriesTestArguments.problem(file, "this is neither YAML nor JSON", "write tests: and below it a list")
        }
        let members = try SeriesTestArguments(root, test: "a plan", file: file)
        try members.allow(["tests", "overrules"])
        guard let list = members["tests"] as? [Any], !list.isEmpty else {
            throw SeriesTestArguments.problem(file, "the plan has no tests", "write tests: and below it a list")
        }
        var tests: [(name: String, test: SeriesTest)] = []
        for entry in list {
            let item = try SeriesTestArguments(entry, test: "a test of the plan", file: file)
            try item.allow(["test", "arguments"])
            guard let name = try item.text("test") else {
                throw SeriesTestArguments.problem(
                    file, "a test of the plan has no name", "write test: gross_range_test")
            }
            tests.append((name, try SeriesTest(name: name, arguments: item["arguments"], file: file)))
        }
        self.tests = tests
        var overrules: [Overrule] = []
        for entry in members["overrules"] as? [Any] ?? [] { overrules.append(try QualityPlan.overrule(entry, file)) }
        self.overrules = overrules
    }

    /// Whether names are texts throughout, and not more values stand there than a plan can have, repeated ones each time: the library
    /// ends the program on a list as a name.
    private static func isPlain(_ node: Node, _ budget: inout Int) -> Bool {
        budget -= 1
        guard budget > 0 else { return false }
        switch node {
        case .mapping(let mapping):
            for (name, value) in mapping where name.scalar == nil || !isPlain(value, &budget) { return false }
            return true
        case .sequence(let sequence):
            for value in sequence where !isPlain(value, &budget) { return false }
            return true
        default: return true
        }
    }

    private static func overrule(_ entry: Any, _ file: String) throws(TableProblem) -> Overrule {
        let item = try SeriesTestArguments(entry, test: "an overrule", file: file)
        try item.allow(["time", "flag", "by", "reason"])
        // YAML reads a time without quotes as a date of its own
        let time =
            (item["time"] as? Date).map { Int64($0.timeIntervalSince1970) }
            ?? item["time"].flatMap {
                SeriesTest.moment($0)
            }
        guard let time, let number = try item.number("flag"),
            let flag = Int(exactly: number).flatMap({ Quality(rawValue: $0) }),
            let by = try item.text("by"), let reason = try item.text("reason"), !by.isEmpty, !reason.isEmpty
        else {
            throw SeriesTestArguments.problem(
                file, "an overrule is not complete", "give time, flag (1, 2, 3, 4 or 9), by and reason")
        }
        return Overrule(time: time, flag: flag, by: by, reason: reason)
    }
}
