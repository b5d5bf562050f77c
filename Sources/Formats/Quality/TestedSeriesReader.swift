import Foundation
public import River
import Series

/// A record to be tested as it stands in a file: a CSV table, or a JSON object with `inp`, `tinp` and `zinp`.
public struct TestedRecord: Sendable {
    /// The record.
    public let series: TestedSeries
    /// One text a value: its time, or its place where there is none.
    public let labels: [String]

    /// Reads a file.
    ///
    /// - Parameter column: the column of the values in a table; nil: `value`, `inp`, or the only one there is.
    public init(_ bytes: [UInt8], file: String, column: String? = nil) throws(TableProblem) {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == UInt8(ascii: "{") {
            try self.init(json: bytes, file: file)
        } else {
            try self.init(table: bytes, file: file, column: column)
        }
    }

    /// Takes `inp`, `tinp` and `zinp` out of an object; nil when it has no `inp` and no `tinp`.
    public init?(members: Any?, file: String) throws(TableProblem) {
        guard let members = members as? [String: Any], members["inp"] != nil || members["tinp"] != nil else {
            return nil
        }
        func list(_ name: String) throws(TableProblem) -> [Any]? {
            guard let value = members[name], !(value is NSNull) else { return nil }
            guard let list = value as? [Any] else {
                throw SeriesTestArguments.problem(file, "\(name) is no list", "write [1, 2, null, ...]")
            }
            return list
        }
        let times = try (list("tinp") ?? []).map { $0 is NSNull ? nil : SeriesTest.moment($0) }
        let values = try list("inp").map { TestedRecord.numbers($0) }
        let depths = try list("zinp").map { TestedRecord.numbers($0) }
        let count = values?.count ?? times.count
        if let depths, depths.count != count {
            throw SeriesTestArguments.problem(file, "inp and zinp have unequal length", "give one depth a value")
        }
        series = TestedSeries(
            values: GappedValues(values ?? [Double?](repeating: nil, count: count)), times: times,
            depths: depths.map { GappedValues($0) })
        labels = (0..<count).map { place in
            guard place < times.count, let time = times[place] else { return String(place) }
            return Instant(foreign: time)?.iso8601() ?? String(place)
        }
    }

    private static func numbers(_ list: [Any]) -> [Double?] { list.map { SeriesTestArguments.number($0) } }

    private init(json bytes: [UInt8], file: String) throws(TableProblem) {
        let object: Any
        do { object = try JSONSerialization.jsonObject(with: Data(bytes)) } catch {
            throw SeriesTestArguments.problem(file, "this is no JSON", "write {\"inp\": [...], \"tinp\": [...]}")
        }
        guard let record = try TestedRecord(members: object, file: file) else {
            throw SeriesTestArguments.problem(file, "the object has no inp", "write {\"inp\": [...], \"tinp\": [...]}")
        }
        self = record
    }

    private init(table bytes: [UInt8], file: String, column: String?) throws(TableProblem) {
        let table = try TimedTable(bytes, file: file)
        let depthName = table.column(named: ["zinp", "depth", "z"])
        let rest = table.columns.filter { $0 != depthName }
        let name: String
        if let column {
            name = try table.requireColumn("values", [column])
        } else if rest.count == 1 {
            name = rest[0]
        } else {
            name = try table.requireColumn("values", ["value", "inp"])
        }
        let values = try table.numbers(name)
        var others: [String: GappedValues] = [:]
        for other in rest where other != name {
            // columns of text, such as a source, are no series
            if let numbers = try? table.numbers(other) { others[other] = GappedValues(numbers) }
        }
        series = TestedSeries(
            values: GappedValues(values), times: table.times.map { $0.secondsSinceEpoch },
            depths: try depthName.map { (name) throws(TableProblem) in GappedValues(try table.numbers(name)) },
            others: others)
        labels = table.times.indices.map { table.timeText($0) }
    }
}
