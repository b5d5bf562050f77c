import River
import Series

/// Initial conditions: the state of an earlier run, or one flow a reach.
public enum InitialTable: Sendable {
    /// To go on from.
    case state(StateTable)
    /// m3/s at the lower end of each row's reach, steady.
    case flows([Double])

    /// Reads a table: either of the columns of a state, or `id`, `flow_m3s`.
    ///
    /// - Parameter ids: of the rows of the network, each of which needs a line.
    public static func read(_ file: RoutingFile, ids: ReachIDs) throws(RoutingFileProblem) -> InitialTable {
        try file.scan { (scanner) throws(RoutingFileProblem) in
            let columns = try InitialColumns(header: &scanner)
            var rows = InitialRows(columns, members: try members(scanner, columns, of: ids.count), count: ids.count)
            scanner.skipEmptyLines()
            while !scanner.isAtEnd {
                try rows.read(&scanner, ids)
                scanner.skipEmptyLines()
            }
            if let missing = rows.isRead.firstIndex(of: false) {
                throw RoutingFileProblem(
                    file.name, rule: "initial-missing",
                    "row \(missing / rows.members + 1) of the network has no initial condition",
                    advice: "each reach of the network has one line")
            }
            guard let state = rows.state else { return .flows(rows.flows) }
            return .state(state)
        }
    }

    /// As many as there are lines for each row; one where the table knows no members.
    private static func members(
        _ scanner: FieldScanner, _ columns: InitialColumns, of count: Int
    ) throws(RoutingFileProblem) -> Int {
        guard columns.member != nil else { return 1 }
        var ahead = scanner
        var lines = 0
        ahead.skipEmptyLines()
        while !ahead.isAtEnd {
            repeat { _ = try ahead.field() } while ahead.comma()
            ahead.endLine()
            ahead.skipEmptyLines()
            lines += 1
        }
        return max(1, lines / max(1, count))
    }
}

/// Which field of a line is what.
private struct InitialColumns {
    let names: [String]
    let id: Int
    let member: Int?
    /// Fields that hold numbers.
    let numbers: Range<Int>
    let isState: Bool

    init(header scanner: inout FieldScanner) throws(RoutingFileProblem) {
        var names: [String] = []
        repeat { names.append(scanner.text(try scanner.field())) } while scanner.comma()
        scanner.endLine()
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw RoutingFileProblem(
                scanner.file, rule: "csv-duplicate-column", "the column \(name) stands twice in the header",
                advice: "keep one of the two columns")
        }
        isState = names.prefix(4) == ["time", "scheme", "step_s", "id"]
        let flow = names.firstIndex(of: "flow_m3s")
        guard let id = names.firstIndex(of: "id"), isState || flow != nil else {
            throw RoutingFileProblem(
                scanner.file, rule: "initial-column", "these are no initial conditions",
                advice: "give the file of an earlier --state-out, or the columns id and flow_m3s")
        }
        (self.names, self.id) = (names, id)
        member = isState && names.count > 4 && names[4] == "member" ? 4 : nil
        numbers = isState ? (member == nil ? 4 : 5)..<names.count : flow.map { $0..<($0 + 1) } ?? 0..<0
    }
}

/// The lines of a table of initial conditions while they are read.
private struct InitialRows {
    let columns: InitialColumns
    let members: Int
    /// Whether there was a line, shape [row][member].
    private(set) var isRead: [Bool]
    /// One number a row.
    private(set) var flows: [Double]
    /// Those of a state, shape [row][member].
    private var kept: [[Double]]
    /// The row after that of the last line.
    private var next = 0
    private var origin: (time: Instant, scheme: String, step: Int64)?

    init(_ columns: InitialColumns, members: Int, count: Int) {
        (self.columns, self.members) = (columns, members)
        isRead = .init(repeating: false, count: count * members)
        flows = .init(repeating: 0, count: columns.isState ? 0 : count)
        kept = .init(repeating: [], count: columns.isState ? count * members : 0)
    }

    var state: StateTable? {
        origin.map {
            StateTable(
                time: $0.time, scheme: $0.scheme, step: $0.step, members: members, numbers: kept, points: [])
        }
    }

    mutating func read(_ scanner: inout FieldScanner, _ ids: ReachIDs) throws(RoutingFileProblem) {
        var (index, place, member): (Int, Int?, Int) = (0, nil, 1)
        var (flow, own, texts): (Double?, [Double], [String]) = (nil, [], [])
        repeat {
            let range = try scanner.field()
            if index == columns.id {
                place = try self.place(scanner, range, ids)
            } else if index == columns.member {
                member = try self.member(scanner, range)
            } else if columns.numbers.contains(index) {
                flow = try number(scanner, range, index)
                if columns.isState, let flow { own.append(flow) }
            } else if columns.isState, index < 3, origin == nil {
                texts.append(scanner.text(range))
            }
            index += 1
        } while scanner.comma()
        guard index == columns.names.count, scanner.isAtEndOfLine, let place else {
            throw scanner.problem(
                "csv-field-count", "the row has not \(columns.names.count) fields as the header has",
                "keep empty fields and their commas")
        }
        if columns.isState, origin == nil { origin = try InitialRows.origin(scanner, texts) }
        let slot = place * members + member - 1
        guard !isRead[slot] else {
            throw scanner.problem(
                "initial-value", "\(ids.text(place)) stands twice", "each reach of the network has one line")
        }
        isRead[slot] = columns.isState ? !own.isEmpty : flow != nil
        if columns.isState { kept[slot] = own } else { flows[slot] = flow ?? 0 }
        next = place + 1
        scanner.endLine()
    }

    private func place(
        _ scanner: FieldScanner, _ range: Range<Int>, _ ids: ReachIDs
    ) throws(RoutingFileProblem) -> Int {
        let number = range.isEmpty ? nil : NetworkRows.number(scanner, range)
        guard let row = number.flatMap({ ids.row(of: $0, guess: next) }) ?? ids.row(of: scanner.text(range)) else {
            throw scanner.problem(
                "initial-value", "not an id of the network: \(scanner.text(range))",
                "each reach of the network has one line")
        }
        return row
    }

    private func member(_ scanner: FieldScanner, _ range: Range<Int>) throws(RoutingFileProblem) -> Int {
        guard let member = Int(scanner.text(range)), (1...members).contains(member) else {
            throw scanner.problem(
                "initial-value", "not a member from 1 to \(members)", "each reach of the network has one line a member")
        }
        return member
    }

    /// A number; nil where the field is empty.
    private func number(
        _ scanner: FieldScanner, _ range: Range<Int>, _ index: Int
    ) throws(RoutingFileProblem) -> Double? {
        if range.isEmpty { return nil }
        guard let value = scanner.number(range) else {
            throw scanner.problem(
                "initial-value", "\(columns.names[index]) is no number: \(scanner.text(range))",
                "write a finite number")
        }
        return value
    }

    private static func origin(
        _ scanner: FieldScanner, _ texts: [String]
    ) throws(RoutingFileProblem) -> (time: Instant, scheme: String, step: Int64) {
        guard texts.count == 3, let time = try? Instant(iso8601: texts[0]), let step = Int64(texts[2]) else {
            throw scanner.problem(
                "initial-value", "time, scheme or step cannot be read", "give the file as --state-out wrote it")
        }
        return (time, texts[1], step)
    }
}
