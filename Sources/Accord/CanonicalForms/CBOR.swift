/// A value of the part of CBOR that lane entries use, with one encoding: RFC 8949, section 4.2 (shortest heads, definite
/// lengths, map keys sorted by their bytes, floating-point numbers in the shortest form that keeps the value).
enum CBOR: Hashable {
    case unsigned(UInt64)
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([String: CBOR])
    case bool(Bool)
    case null
    case float(Double)

    static func integer(_ value: Int64) -> CBOR {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(-1 - value))
    }

    /// The encoding.
    var encoded: [UInt8] {
        var writer = CBORWriter(capacity: 64)
        writer.write(self)
        return writer.bytes
    }

    static func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    /// Reads exactly one value in its one encoding; nil for anything else, however well-formed.
    static func decode(_ bytes: [UInt8]) -> CBOR? {
        var reader = CBORReader(bytes: bytes)
        guard let value = reader.value(depth: 0), reader.position == bytes.count, value.encoded == bytes else {
            return nil
        }
        return value
    }
}

/// Writes values one after the other in their one encoding.
struct CBORWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// A whole value with everything in it.
    mutating func write(_ value: CBOR) {
        switch value {
        case .unsigned(let number): head(0, number)
        case .negative(let number): head(1, number)
        case .bytes(let content):
            head(2, UInt64(content.count))
            bytes += content
        case .text(let content): text(content)
        case .array(let values):
            head(4, UInt64(values.count))
            for value in values { write(value) }
        case .map(let members):
            head(5, UInt64(members.count))
            let pairs = members.map { (key: CBOR.text($0.key).encoded, value: $0.value) }
            for pair in pairs.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                bytes += pair.key
                write(pair.value)
            }
        case .bool(let isTrue): bytes.append(isTrue ? 0xF5 : 0xF4)
        case .null: null()
        case .float(let number): float(number)
        }
    }

    /// The head of a value: its major type, 0...6, and its argument.
    mutating func head(_ major: UInt8, _ value: UInt64) {
        let type = major << 5
        if value < 24 {
            bytes.append(type | UInt8(truncatingIfNeeded: value))
        } else if value < 0x100 {
            bytes.append(type | 24)
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else if value < 0x1_0000 {
            bytes.append(type | 25)
            number(value, 2)
        } else if value < 0x1_0000_0000 {
            bytes.append(type | 26)
            number(value, 4)
        } else {
            bytes.append(type | 27)
            number(value, 8)
        }
    }

    mutating func integer(_ value: Int64) {
        if value >= 0 { head(0, UInt64(value)) } else { head(1, UInt64(-1 - value)) }
    }

    mutating func text(_ value: String) {
        head(3, UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func null() { bytes.append(0xF6) }

    /// The shortest form that keeps a finite number.
    mutating func float(_ value: Double) {
        precondition(value.isFinite, "an entry holds finite numbers")
        let single = Float(value)
        guard Double(single).bitPattern == value.bitPattern else {
            bytes.append(0xFB)
            return number(value.bitPattern, 8)
        }
        let half = Float16(single)
        if Float(half).bitPattern == single.bitPattern {
            bytes.append(0xF9)
            number(UInt64(half.bitPattern), 2)
        } else {
            bytes.append(0xFA)
            number(UInt64(single.bitPattern), 4)
        }
    }

    private mutating func number(_ value: UInt64, _ count: Int) {
        var shift = UInt64(8 * count)
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// Reads a value without judging its form; the caller encodes it again and compares.
struct CBORReader {
    let bytes: [UInt8]
    var position = 0

    /// Values nest at most this deep.
    static let maximumDepth = 8

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func value(depth: Int) -> CBOR? {
        guard depth <= CBORReader.maximumDepth, let first = take(1)?.first else { return nil }
        if first >> 5 == 7 { return simple(first & 31) }
        guard let size = argument(first & 31) else { return nil }
        switch first >> 5 {
        case 0: return .unsigned(size)
        case 1: return size <= UInt64(Int64.max) ? .negative(size) : nil
        case 2: return take(size).map { .bytes($0) }
        case 3: return take(size).flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) }
        case 4: return array(size, depth)
        case 5: return map(size, depth)
        default: return nil
        }
    }

    private mutating func array(_ count: UInt64, _ depth: Int) -> CBOR? {
        guard count <= UInt64(bytes.count) else { return nil }
        var values: [CBOR] = []
        for _ in 0..<count {
            guard let next = value(depth: depth + 1) else { return nil }
            values.append(next)
        }
        return .array(values)
    }

    private mutating func map(_ count: UInt64, _ depth: Int) -> CBOR? {
        guard count <= UInt64(bytes.count) else { return nil }
        var members: [String: CBOR] = [:]
        for _ in 0..<count {
            guard case .text(let key)? = value(depth: depth + 1), let next = value(depth: depth + 1),
                members.updateValue(next, forKey: key) == nil
            else { return nil }
        }
        return .map(members)
    }

    private mutating func simple(_ kind: UInt8) -> CBOR? {
        switch kind {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 25: return number(2).map { .float(Double(Float16(bitPattern: UInt16($0)))) }.flatMap(finite)
        case 26: return number(4).map { .float(Double(Float(bitPattern: UInt32($0)))) }.flatMap(finite)
        case 27: return number(8).map { .float(Double(bitPattern: $0)) }.flatMap(finite)
        default: return nil
        }
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { position == bytes.count }

    /// The argument of the next value when it is of a major type.
    mutating func head(_ major: UInt8) -> UInt64? {
        guard position < bytes.count, bytes[position] >> 5 == major else { return nil }
        let kind = bytes[position] & 31
        position += 1
        return argument(kind)
    }

    mutating func text() -> String? {
        head(3).flatMap { take($0) }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    mutating func integer() -> Int64? {
        guard position < bytes.count else { return nil }
        if bytes[position] >> 5 == 0 { return head(0).flatMap { Int64(exactly: $0) } }
        return head(1).flatMap { Int64(exactly: $0) }.map { -1 - $0 }
    }

    /// A number, or `.some(nil)` for null; nil for anything else.
    mutating func floatOrNull() -> Double?? {
        guard position < bytes.count, bytes[position] >> 5 == 7 else { return nil }
        let kind = bytes[position] & 31
        position += 1
        switch simple(kind) {
        case .float(let value)?: return .some(value)
        case .null?: return .some(nil)
        default: return nil
        }
    }

    private func finite(_ value: CBOR) -> CBOR? {
        guard case .float(let number) = value, number.isFinite else { return nil }
        return value
    }

    private mutating func argument(_ kind: UInt8) -> UInt64? {
        switch kind {
        case 0..<24: return UInt64(kind)
        case 24: return number(1)
        case 25: return number(2)
        case 26: return number(4)
        case 27: return number(8)
        default: return nil
        }
    }

    private mutating func number(_ count: Int) -> UInt64? {
        guard count <= bytes.count - position else { return nil }
        var value: UInt64 = 0
        for byte in bytes[position..<(position + count)] { value = value << 8 | UInt64(byte) }
        position += count
        return value
    }

    private mutating func take(_ count: UInt64) -> [UInt8]? {
        guard count <= UInt64(bytes.count - position) else { return nil }
        defer { position += Int(count) }
        return Array(bytes[position..<position + Int(count)])
    }
}
