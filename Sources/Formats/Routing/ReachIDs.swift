/// The ids of the rows of a network table: whole numbers where all are, texts otherwise.
public struct ReachIDs: Sendable {
    private enum Storage: Sendable {
        case numbers([Int64])
        case texts([String])
    }

    private let storage: Storage
    /// Row + 1, or 0: by open addressing, or beside `least`.
    private let table: [Int32]
    /// The least of whole numbers that lie close together, whose place in the table is their distance from it; nil for others.
    private let least: Int64?

    /// How many there are.
    public var count: Int {
        switch storage {
        case .numbers(let list): list.count
        case .texts(let list): list.count
        }
    }

    /// Takes whole numbers; nil with the two rows where one stands twice.
    init(numbers: [Int64]) throws(DuplicateID) {
        storage = .numbers(numbers)
        if let span = ReachIDs.span(numbers) {
            least = span.lowerBound
            table = try ReachIDs.direct(numbers, span)
            return
        }
        least = nil
        table = try ReachIDs.index(
            numbers.count, hash: { ReachIDs.hash(numbers[$0]) }, same: { numbers[$0] == numbers[$1] })
    }

    /// Takes texts.
    init(texts: [String]) throws(DuplicateID) {
        storage = .texts(texts)
        least = nil
        table = try ReachIDs.index(
            texts.count, hash: { ReachIDs.hash(texts[$0]) }, same: { texts[$0].utf8.elementsEqual(texts[$1].utf8) })
    }

    /// An id that two rows have.
    struct DuplicateID: Error {
        let first: Int
        let second: Int
    }

    /// From the least to the greatest of numbers that take at most twice as many places as there are; nil for others.
    private static func span(_ numbers: [Int64]) -> ClosedRange<Int64>? {
        guard var least = numbers.first else { return nil }
        var most = least
        for number in numbers { (least, most) = (min(least, number), max(most, number)) }
        let (distance, overflow) = most.subtractingReportingOverflow(least)
        return overflow || distance >= 2 * Int64(numbers.count) ? nil : least...most
    }

    private static func direct(_ numbers: [Int64], _ span: ClosedRange<Int64>) throws(DuplicateID) -> [Int32] {
        var table = [Int32](repeating: 0, count: Int(span.upperBound - span.lowerBound) + 1)
        for (row, number) in numbers.enumerated() {
            let place = Int(number &- span.lowerBound)
            if table[place] != 0 { throw DuplicateID(first: Int(table[place]) - 1, second: row) }
            table[place] = Int32(row + 1)
        }
        return table
    }

    private static func index(
        _ count: Int, hash: (Int) -> UInt64, same: (Int, Int) -> Bool
    ) throws(DuplicateID) -> [Int32] {
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        var table = [Int32](repeating: 0, count: capacity)
        for row in 0..<count {
            var place = Int(truncatingIfNeeded: hash(row)) & (capacity - 1)
            while table[place] != 0 {
                let other = Int(table[place]) - 1
                if same(row, other) { throw DuplicateID(first: other, second: row) }
                place = (place + 1) & (capacity - 1)
            }
            table[place] = Int32(row + 1)
        }
        return table
    }

    private static func hash(_ number: Int64) -> UInt64 {
        let product = UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15
        return product ^ (product >> 32)
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return state ^ (state >> 32)
    }

    /// The id of a row as it is written.
    public func text(_ row: Int) -> String {
        switch storage {
        case .numbers(let list): String(list[row])
        case .texts(let list): list[row]
        }
    }

    /// The id of a row as a whole number, where all are.
    public func number(_ row: Int) -> Int64? {
        guard case .numbers(let list) = storage else { return nil }
        return list[row]
    }

    /// The row of an id.
    public func row(of id: String) -> Int? {
        switch storage {
        case .numbers: Int64(id).flatMap { String($0) == id ? row(of: $0) : nil }
        case .texts(let list): find(ReachIDs.hash(id)) { list[$0].utf8.elementsEqual(id.utf8) }
        }
    }

    /// The row of an id that is a whole number.
    public func row(of id: Int64) -> Int? {
        switch storage {
        case .numbers(let list):
            if let least { return find(id, from: least) }
            return find(ReachIDs.hash(id)) { list[$0] == id }
        case .texts: return row(of: String(id))
        }
    }

    /// The row of an id that is a whole number, looked at first where it is guessed to stand.
    func row(of id: Int64, guess: Int) -> Int? {
        if case .numbers(let list) = storage, guess < list.count, list[guess] == id { return guess }
        return row(of: id)
    }

    /// The rows of ids that are whole numbers; -1 for none. Ids that stand in the order of the rows are found without a search.
    func rows(of wanted: [Int64]) -> [Int32] {
        guard case .numbers(let list) = storage else { return wanted.map { Int32(row(of: $0) ?? -1) } }
        var next = 0
        return wanted.map { id in
            let found = next < list.count && list[next] == id ? next : row(of: id) ?? -1
            next = found + 1
            return Int32(found)
        }
    }

    /// The ids of some rows as whole numbers; nil where one is none in its shortest form.
    func numbers(of rows: [Int]) -> [Int64]? {
        switch storage {
        case .numbers(let list): return rows.map { list[$0] }
        case .texts(let list):
            let numbers = rows.compactMap { row in Int64(list[row]).flatMap { String($0) == list[row] ? $0 : nil } }
            return numbers.count == rows.count ? numbers : nil
        }
    }

    private func find(_ id: Int64, from least: Int64) -> Int? {
        let (place, overflow) = id.subtractingReportingOverflow(least)
        guard !overflow, place >= 0, place < Int64(table.count) else { return nil }
        let row = Int(table[Int(place)])
        return row == 0 ? nil : row - 1
    }

    private func find(_ hash: UInt64, _ isIt: (Int) -> Bool) -> Int? {
        var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[place] != 0 {
            let row = Int(table[place]) - 1
            if isIt(row) { return row }
            place = (place + 1) & (table.count - 1)
        }
        return nil
    }

    /// Of each row its place in the order of the ids, numbers by size and texts by their bytes; nil where the rows stand so.
    var ranks: [Int32]? {
        let order: [Int32]
        switch storage {
        case .numbers(let list):
            if zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }) { return nil }
            order = (0..<Int32(list.count)).sorted { list[Int($0)] < list[Int($1)] }
        case .texts(let list):
            let isBefore = { (a: String, b: String) in a.utf8.lexicographicallyPrecedes(b.utf8) }
            if zip(list, list.dropFirst()).allSatisfy(isBefore) { return nil }
            order = (0..<Int32(list.count)).sorted { isBefore(list[Int($0)], list[Int($1)]) }
        }
        var ranks = [Int32](repeating: 0, count: order.count)
        for (rank, row) in order.enumerated() { ranks[Int(row)] = Int32(rank) }
        return ranks
    }
}
