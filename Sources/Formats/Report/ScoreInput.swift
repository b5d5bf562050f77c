import Foundation
import Series

/// Observed values, one simulation and an ensemble at the same times, as they stand in CSV or JSON files; times that one of them lacks
/// are left out.
public struct ScoreInput: Sendable {
    /// At the common times.
    public let observed: [Double]
    /// At the common times; nil when no simulation is given.
    public let simulated: [Double]?
    /// [time, member] at the common times; nil when no ensemble is given.
    public let members: [[Double]]?

    /// One file: its bytes, its name and the column that is meant.
    public struct File {
        let bytes: [UInt8]
        let name: String
        let column: String?

        /// Names a file.
        public init(bytes: [UInt8], name: String, column: String? = nil) {
            self.bytes = bytes
            self.name = name
            self.column = column
        }
    }

    /// Reads the files. A table has a time or, as the others, none; an ensemble has a column for each member. JSON holds `obs`, `sim`
    /// and `ens`.
    ///
    /// - Parameter other: a further file of single values, in which a time must have one to count.
    public init(observed: File, simulated: File?, members: File?, alsoIn other: File? = nil) throws(TableProblem) {
        let first = try ScoreColumns(observed, key: "obs", isEnsemble: false)
        let second = try simulated.map { (file) throws(TableProblem) in
            try ScoreColumns(file, key: "sim", isEnsemble: false)
        }
        let third = try members.map { (file) throws(TableProblem) in
            try ScoreColumns(file, key: "ens", isEnsemble: true)
        }
        let fourth = try other.map { (file) throws(TableProblem) in
            try ScoreColumns(file, key: "known", isEnsemble: false)
        }
        let others = [second, third, fourth].compactMap { $0 }
        for other in others {
            try other.requireLikeness(to: first)
        }
        let keys = first.keys.filter { key in
            (others + [first]).allSatisfy { $0.rows[key].map { row in row.allSatisfy { $0 != nil } } ?? false }
        }
        guard !keys.isEmpty else {
            throw TableProblem(
                Fault(
                    file: observed.name, line: 1, rule: "score-no-pairs",
                    message: "no time has a value in every file", advice: "give series of the same times"))
        }
        func values(_ columns: ScoreColumns) -> [[Double]] {
            keys.map { key in (columns.rows[key] ?? []).compactMap { $0 } }
        }
        self.observed = values(first).map { $0[0] }
        self.simulated = second.map { values($0).map { $0[0] } }
        self.members = third.map(values)
    }
}

/// A file by time, or by row where it has no time.
private struct ScoreColumns {
    let file: String
    let hasTimes: Bool
    private(set) var keys: [Int64] = []
    private(set) var rows: [Int64: [Double?]] = [:]

    init(_ file: ScoreInput.File, key: String, isEnsemble: Bool) throws(TableProblem) {
        self.file = file.name
        let first = file.bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == UInt8(ascii: "{") {
            hasTimes = false
            try read(json: file.bytes, key: file.column ?? key, isEnsemble: isEnsemble)
            return
        }
        let table = CSVTable(file.bytes, file: file.name)
        hasTimes = TimedTable.timeColumns.contains { table.index(of: $0) != nil }
        if hasTimes {
            let timed = try TimedTable(file.bytes, file: file.name)
            let names = try ScoreColumns.names(timed.columns, file, isEnsemble)
            var columns: [[Double?]] = []
            for name in names { columns.append(try timed.numbers(name)) }
            keys = timed.times.map(\.secondsSinceEpoch)
            for (place, key) in keys.enumerated() { rows[key] = columns.map { $0[place] } }
        } else {
            try read(plain: table, file, isEnsemble)
        }
    }

    private static func names(
        _ columns: [String], _ file: ScoreInput.File, _ isEnsemble: Bool
    ) throws(TableProblem) -> [String] {
        if isEnsemble { return columns }
        let wanted = file.column.map { [$0] } ?? ["value", "Q_mm", "Qsim", "q_mm", "discharge_mm", "Q_m3s"]
        if let name = wanted.first(where: { columns.contains($0) }) { return [name] }
        if file.column == nil, columns.count == 1 { return columns }
        throw TableProblem(
            Fault(
                file: file.name, line: 1, rule: "table-missing-column",
                message: "no column of values among \(columns.joined(separator: ", "))",
                advice: "name it behind the file: \(file.name):COLUMN"))
    }

    private mutating func read(
        plain table: CSVTable, _ file: ScoreInput.File, _ isEnsemble: Bool
    ) throws(TableProblem) {
        if let fault = table.faults.first { throw TableProblem(fault) }
        let names = try ScoreColumns.names(table.header, file, isEnsemble)
        for (place, row) in table.rows.enumerated() {
            var values: [Double?] = []
            for name in names {
                let text = table.field(name, of: row)
                let value = text.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
                if let text, value == nil, text != "NA", text.lowercased() != "nan" {
                    throw TableProblem(
                        table.fault(
                            name, of: row, rule: "not-a-number", message: "\(name) \(text) is no number",
                            advice: "write a decimal point, no comma and no unit"))
                }
                values.append(value)
            }
            keys.append(Int64(place))
            rows[Int64(place)] = values
        }
    }

    private mutating func read(json bytes: [UInt8], key: String, isEnsemble: Bool) throws(TableProblem) {
        // NaN is no JSON, and yet programs write it for what is missing
        let text = String(decoding: bytes, as: UTF8.self).replacing("NaN", with: "null")
        let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        guard let list = object?[key] as? [Any] else {
            throw SeriesTestArguments.problem(file, "the JSON has no list \(key)", "write {\"\(key)\": [...]}")
        }
        for (place, entry) in list.enumerated() {
            let values = isEnsemble ? (entry as? [Any]) ?? [] : [entry]
            keys.append(Int64(place))
            rows[Int64(place)] = values.map { SeriesTestArguments.number($0) }
        }
    }

    func requireLikeness(to other: ScoreColumns) throws(TableProblem) {
        let sizes = Set(rows.values.map(\.count))
        guard sizes.count == 1, sizes != [0] else {
            throw SeriesTestArguments.problem(file, "the rows have unequal numbers of members", "give each the same")
        }
        guard hasTimes == other.hasTimes, hasTimes || rows.count == other.rows.count else {
            throw SeriesTestArguments.problem(
                file, "the rows do not go with those of \(other.file)",
                "give a column of times in both, or as many rows in both")
        }
    }
}
