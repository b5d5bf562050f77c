import Foundation

/// A JSON value that remembers where it stands, for documents whose every fault names line and column (RFC 8259).
struct PlacedJSON {
    /// What the value is.
    indirect enum Kind {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([PlacedJSON])
        case object([String: PlacedJSON])
    }

    /// The value.
    let kind: Kind
    /// The byte at which it begins.
    let offset: Int

    /// What is wrong with a text and at which byte.
    struct Problem: Error {
        let offset: Int
        let what: String
    }

    /// Reads a text that holds one value and nothing else; at most 32 levels.
    static func reading(_ bytes: [UInt8]) throws(Problem) -> PlacedJSON {
        var reader = Reader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.problem("nothing may follow the document") }
        return value
    }

    /// Line and column of a byte, from 1; columns count bytes.
    static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.reduce(into: 1) { if $1 == 0x0A { $0 += 1 } }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (line, before.count - start + 1)
    }

    var members: [String: PlacedJSON]? { if case .object(let members) = kind { members } else { nil } }
    var elements: [PlacedJSON]? { if case .array(let elements) = kind { elements } else { nil } }
    var number: Double? { if case .number(let number) = kind { number } else { nil } }
    var string: String? { if case .string(let string) = kind { string } else { nil } }
}

private struct Reader {
    let bytes: [UInt8]
    var position = 0

    func problem(_ what: String) -> PlacedJSON.Problem { PlacedJSON.Problem(offset: position, what: what) }

    mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) throws(PlacedJSON.Problem) -> PlacedJSON {
        guard depth < 32 else { throw problem("values nest too deep") }
        skipBlanks()
        let offset = position
        let kind: PlacedJSON.Kind
        switch next {
        case UInt8(ascii: "{"): kind = .object(try object(depth))
        case UInt8(ascii: "["): kind = .array(try array(depth))
        case UInt8(ascii: "\""): kind = .string(try string())
        case UInt8(ascii: "t"): kind = try word("true", .bool(true))
        case UInt8(ascii: "f"): kind = try word("false", .bool(false))
        case UInt8(ascii: "n"): kind = try word("null", .null)
        default: kind = .number(try number())
        }
        return PlacedJSON(kind: kind, offset: offset)
    }

    private mutating func word(
        _ word: String, _ kind: PlacedJSON.Kind
    ) throws(PlacedJSON.Problem) -> PlacedJSON.Kind {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("a JSON value is expected") }
        position += word.utf8.count
        return kind
    }

    private mutating func array(_ depth: Int) throws(PlacedJSON.Problem) -> [PlacedJSON] {
        position += 1
        var values: [PlacedJSON] = []
        skipBlanks()
        if consume("]") { return [] }
        repeat {
            values.append(try value(depth: depth + 1))
            skipBlanks()
        } while consume(",")
        guard consume("]") else { throw problem("a comma or ] is expected") }
        return values
    }

    private mutating func object(_ depth: Int) throws(PlacedJSON.Problem) -> [String: PlacedJSON] {
        position += 1
        var members: [String: PlacedJSON] = [:]
        skipBlanks()
        if consume("}") { return [:] }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw problem("a key in double quotes is expected") }
            let begin = position
            let key = try string()
            skipBlanks()
            guard consume(":") else { throw problem("a colon is expected") }
            let member = try value(depth: depth + 1)
            guard members.updateValue(member, forKey: key) == nil else {
                throw PlacedJSON.Problem(offset: begin, what: "the key \(key) stands twice")
            }
            skipBlanks()
        } while consume(",")
        guard consume("}") else { throw problem("a comma or } is expected") }
        return members
    }

    /// `-? (0 | 1-9 digits) (. digits)? (e sign? digits)?`
    private mutating func number() throws(PlacedJSON.Problem) -> Double {
        let start = position
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        func digits(_ reader: inout Reader) -> Bool {
            let begin = reader.position
            while isDigit(reader.next) { reader.position += 1 }
            return reader.position > begin
        }
        _ = consume("-")
        let isZero = next == UInt8(ascii: "0")
        let whole = position
        var isFormed = digits(&self) && !(isZero && position > whole + 1)
        if isFormed, consume(".") { isFormed = digits(&self) }
        if isFormed, consume("e") || consume("E") {
            if !consume("+") { _ = consume("-") }
            isFormed = digits(&self)
        }
        guard isFormed, let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite
        else {
            position = start
            throw problem("a JSON value is expected")
        }
        return value
    }

    private mutating func string() throws(PlacedJSON.Problem) -> String {
        let start = position
        position += 1
        var isEscaped = false
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw problem("a text holds a control character") }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                position += 1
            }
            position += 1
        }
        guard position < bytes.count else {
            position = start
            throw problem("a text is opened and never closed")
        }
        position += 1
        let slice = bytes[start..<position]
        if !isEscaped, let text = String(validating: slice.dropFirst().dropLast(), as: UTF8.self) { return text }
        // escapes are rare in these documents: the common reader knows them
        guard let text = try? JSONDecoder().decode(String.self, from: Data(slice)) else {
            position = start
            throw problem("a text holds a wrong escape or is not UTF-8")
        }
        return text
    }
}
