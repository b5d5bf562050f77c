/// A reader of zip files that shares nothing with their writer: it trusts the directory, checks it against the local headers and
/// unpacks by its own hand.
struct ZipReader {
    /// What does not hold.
    struct Fault: Error {
        let reason: String
    }

    /// One entry.
    struct Entry {
        let name: String
        let bytes: [UInt8]
        let method: Int
        let time: Int
        let flags: Int
    }

    let entries: [Entry]

    /// The contents of an entry; empty where there is none.
    subscript(name: String) -> [UInt8] { entries.first { $0.name == name }?.bytes ?? [] }

    /// The text of an entry.
    func text(_ name: String) -> String { String(decoding: self[name], as: UTF8.self) }

    /// Reads a whole file.
    init(_ file: [UInt8]) throws {
        func number(_ start: Int, _ count: Int) throws -> Int {
            guard start >= 0, start + count <= file.count else { throw Fault(reason: "ends at \(start)") }
            return (0..<count).reduce(0) { $0 | Int(file[start + $1]) << (8 * $1) }
        }
        let end = file.count - 22
        guard try number(end, 4) == 0x0605_4B50 else { throw Fault(reason: "no end record") }
        let count = try number(end + 10, 2)
        var place = try number(end + 16, 4)
        guard try place + number(end + 12, 4) == end else { throw Fault(reason: "a gap around the directory") }
        var entries: [Entry] = []
        var expected = 0
        for _ in 0..<count {
            guard try number(place, 4) == 0x0201_4B50 else { throw Fault(reason: "no directory record") }
            let local = try number(place + 42, 4)
            guard local == expected, try number(local, 4) == 0x0403_4B50 else { throw Fault(reason: "a gap") }
            // From the version needed to the length of the name both records say the same.
            for offset in 0..<24 where try number(place + 6 + offset, 1) != number(local + 4 + offset, 1) {
                throw Fault(reason: "the records of an entry differ")
            }
            let nameLength = try number(local + 26, 2)
            let start = try local + 30 + nameLength + number(local + 28, 2)
            let packed = try number(local + 18, 4)
            guard start + packed <= place else { throw Fault(reason: "an entry ends behind the directory") }
            let contents = Array(file[start..<start + packed])
            let method = try number(local + 8, 2)
            let bytes = method == 8 ? try Inflation.unpacked(contents) : contents
            guard bytes.count == (try number(local + 22, 4)) else { throw Fault(reason: "a length is wrong") }
            guard ZipReader.checksum(bytes) == (try number(local + 14, 4)) else { throw Fault(reason: "a checksum") }
            entries.append(
                Entry(
                    name: String(decoding: file[local + 30..<local + 30 + nameLength], as: UTF8.self), bytes: bytes,
                    method: method, time: try number(local + 10, 4), flags: try number(local + 6, 2)))
            expected = start + packed
            place += 46 + nameLength
        }
        self.entries = entries
    }

    /// CRC-32 by half bytes.
    static func checksum(_ bytes: [UInt8]) -> Int {
        var halves: [UInt32] = []
        for half in 0..<16 as Range<UInt32> {
            var remainder = half
            for _ in 0..<4 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            halves.append(remainder)
        }
        var state: UInt32 = .max
        for byte in bytes {
            state ^= UInt32(byte)
            state = state >> 4 ^ halves[Int(state & 15)]
            state = state >> 4 ^ halves[Int(state & 15)]
        }
        return Int(~state)
    }

    /// How often an ASCII text stands in an entry.
    func count(_ text: StaticString, in name: String) -> Int {
        let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let bytes = self[name]
        var count = 0
        for start in bytes.indices where bytes[start] == wanted[0] {
            if bytes[start...].starts(with: wanted) { count += 1 }
        }
        return count
    }
}

/// Unpacks deflate, RFC 1951, bit by bit.
private struct Inflation {
    /// The bytes that were packed.
    static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        var inflation = Inflation(bytes)
        return try inflation.bytes()
    }

    private let input: [UInt8]
    private var position = 0
    private var output: [UInt8] = []

    private init(_ input: [UInt8]) { self.input = input }

    /// The symbols of a code by length and code, as `length << 16 | code`.
    private typealias Code = [Int: Int]

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for place in 0..<count {
            guard position >> 3 < input.count else { throw ZipReader.Fault(reason: "deflate ends early") }
            value |= Int(input[position >> 3] >> UInt8(position & 7) & 1) << place
            position += 1
        }
        return value
    }

    private static func code(_ lengths: [Int]) -> Code {
        var code: Code = [:]
        var next = 0
        for length in 1...15 {
            next <<= 1
            for (symbol, own) in lengths.enumerated() where own == length {
                code[length << 16 | next] = symbol
                next += 1
            }
        }
        return code
    }

    private mutating func symbol(_ code: Code) throws -> Int {
        var value = 0
        for length in 1...15 {
            value = value << 1 | (try bits(1))
            if let symbol = code[length << 16 | value] { return symbol }
        }
        throw ZipReader.Fault(reason: "an unknown code")
    }

    private mutating func bytes() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try copy()
            case 1:
                let fixed = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try expand(Inflation.code(fixed), Inflation.code(Array(repeating: 5, count: 30)))
            case 2: try expandDynamic()
            default: throw ZipReader.Fault(reason: "an unknown block")
            }
        }
        guard (position + 7) >> 3 == input.count else { throw ZipReader.Fault(reason: "bytes behind deflate") }
        return output
    }

    private mutating func copy() throws {
        position = (position + 7) & ~7
        let count = try bits(16)
        guard try bits(16) == ~count & 0xFFFF else { throw ZipReader.Fault(reason: "a stored length") }
        for _ in 0..<count { output.append(UInt8(try bits(8))) }
    }

    private mutating func expandDynamic() throws {
        let literals = try bits(5) + 257
        let distances = try bits(5) + 1
        let count = try bits(4) + 4
        var lengths = Array(repeating: 0, count: 19)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for index in 0..<count { lengths[order[index]] = try bits(3) }
        let code = Inflation.code(lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            switch try symbol(code) {
            case 16: all += Array(repeating: all.last ?? 0, count: try bits(2) + 3)
            case 17: all += Array(repeating: 0, count: try bits(3) + 3)
            case 18: all += Array(repeating: 0, count: try bits(7) + 11)
            case let length: all.append(length)
            }
        }
        try expand(Inflation.code(Array(all[..<literals])), Inflation.code(Array(all[literals...])))
    }

    private mutating func expand(_ literals: Code, _ distances: Code) throws {
        while true {
            let symbol = try symbol(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            let extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
            let length =
                switch symbol {
                case ..<265: symbol - 254
                case 285: 258
                default: ((symbol - 265) % 4 + 4) << extra + 3 + (try bits(extra))
                }
            let code = try self.symbol(distances)
            let more = code < 4 ? 0 : code / 2 - 1
            let distance = code < 4 ? code + 1 : (code % 2 + 2) << more + 1 + (try bits(more))
            guard distance <= output.count else { throw ZipReader.Fault(reason: "a distance before the start") }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }
}
