import Foundation
import River
public import Series

/// What a run kept, as a table from which a later run goes on: `time`, `scheme`, `step_s`, `id`, with several members `member`
/// (from 1), then the numbers of the scheme or of a point, shortest numbers that read back to the same value, so that a restart equals the run without a break.
public struct StateTable: Sendable {
    /// When.
    public let time: Instant
    /// Of which scheme.
    public let scheme: String
    /// s
    public let step: Int64
    /// Runs side by side.
    public let members: Int
    /// The numbers of each row of the network, of the scheme or of a point, shape [row][member].
    public let numbers: [[Double]]
    /// Rows that are points.
    public let points: Set<Int>

    /// Makes a table.
    public init(
        time: Instant, scheme: String, step: Int64, members: Int = 1, numbers: [[Double]], points: Set<Int>
    ) {
        self.members = members
        self.points = points
        self.time = time
        self.scheme = scheme
        self.step = step
        self.numbers = numbers
    }

    /// The bytes of the table.
    ///
    /// - Parameters:
    ///   - ids: of the rows.
    ///   - names: of the numbers of the scheme.
    public func bytes(ids: (Int) -> String, names: [String]) -> [UInt8] {
        let ofPoints = points.isEmpty ? [] : RoutingState.pointNames.map { "point_" + $0 }
        let head = "time,scheme,step_s,id," + (members > 1 ? "member," : "")
        var bytes = Array((head + (names + ofPoints).joined(separator: ",") + "\n").utf8)
        let start = "\(time),\(scheme),\(step),"
        for (index, own) in numbers.enumerated() {
            let row = index / members
            bytes.append(contentsOf: start.utf8)
            bytes.append(contentsOf: quoted(ids(row)).utf8)
            if members > 1 { bytes.append(contentsOf: ",\(index % members + 1)".utf8) }
            let isPoint = points.contains(row)
            if isPoint { bytes.append(contentsOf: repeatElement(0x2C, count: names.count)) }
            for value in own {
                bytes.append(0x2C)
                bytes.append(contentsOf: plainNumber("\(value)").utf8)
            }
            if !isPoint { bytes.append(contentsOf: repeatElement(0x2C, count: ofPoints.count)) }
            bytes.append(0x0A)
        }
        return bytes
    }
}

/// Initial conditions: the state of an earlier run, or one flow a reach.
public enum InitialTable: Sendable {
    /// To go on from.
    case state(StateTable)
    /// m3/s at the lower end of each row's reach, steady.
    case flows([Double])

    /// Reads a table: either of the columns of a state, or `id`, `flow_m3s`.
    ///
    /// - Parameters:
    ///   - row: the row of the network of an id.
    ///   - count: how many rows it has, each of which needs a line.
    public static func read(
        _ file: RoutingFile, count: Int, row: (String) -> Int?
    ) throws(RoutingFileProblem) -> InitialTable {
        let table = CSVTable([UInt8](file.data), file: file.name)
        if let fault = table.faults.first { throw RoutingFileProblem(fault) }
        let isState = table.header.prefix(4) == ["time", "scheme", "step_s", "id"]
        guard isState || (table.index(of: "id") != nil && table.index(of: "flow_m3s") != nil) else {
            throw RoutingFileProblem(
                file.name, rule: "initial-column", "these are no initial conditions",
                advice: "give the file of an earlier --state-out, or the columns id and flow_m3s")
        }
        let hasMembers = isState && table.header.count > 4 && table.header[4] == "member"
        let members = hasMembers ? max(1, table.rows.count / max(1, count)) : 1
        var numbers = [[Double]?](repeating: nil, count: count * members)
        for line in table.rows {
            guard let id = table.field("id", of: line), let place = row(id) else {
                throw problem(table, "id", line, "not an id of the network", "each reach of the network has one line")
            }
            let columns = isState ? Array(table.header.dropFirst(hasMembers ? 5 : 4)) : ["flow_m3s"]
            let member = hasMembers ? table.field("member", of: line).flatMap { Int($0) } ?? 0 : 1
            guard (1...members).contains(member) else {
                throw problem(
                    table, "member", line, "not a member from 1 to \(members)",
                    "each reach of the network has one line a member")
            }
            var own: [Double] = []
            for column in columns {
                guard let text = table.field(column, of: line) else { continue }
                guard let value = Double(text), value.isFinite else {
                    throw problem(table, column, line, "\(column) is no number: \(text)", "write a finite number")
                }
                own.append(value)
            }
            let index = place * members + member - 1
            guard numbers[index] == nil else {
                throw problem(table, "id", line, "\(id) stands twice", "each reach of the network has one line")
            }
            numbers[index] = own
        }
        if let missing = numbers.firstIndex(where: { ($0 ?? []).isEmpty }) {
            throw RoutingFileProblem(
                file.name, rule: "initial-missing",
                "row \(missing / members + 1) of the network has no initial condition",
                advice: "each reach of the network has one line")
        }
        let all = numbers.compactMap { $0 }
        guard isState else { return .flows(all.map { $0[0] }) }
        return .state(try state(table, all, members))
    }

    private static func state(_ table: CSVTable, _ numbers: [[Double]], _ members: Int) throws(RoutingFileProblem)
        -> StateTable
    {
        let line = table.rows[0]
        guard let text = table.field("time", of: line), let time = try? Instant(iso8601: text),
            let scheme = table.field("scheme", of: line),
            let step = table.field("step_s", of: line).flatMap({ Int64($0) })
        else {
            throw problem(
                table, "time", line, "time, scheme or step cannot be read", "give the file as --state-out wrote it")
        }
        return StateTable(time: time, scheme: scheme, step: step, members: members, numbers: numbers, points: [])
    }

    private static func problem(
        _ table: CSVTable, _ column: String, _ row: CSVTable.Row, _ message: String, _ advice: String
    ) -> RoutingFileProblem {
        RoutingFileProblem(
            table.fault(column, of: row, rule: "initial-value", message: message, advice: advice))
    }
}
