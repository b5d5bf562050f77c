/// Reads JSON strictly (RFC 8259): every fault with its line and column, keys once, at most 32 levels.
enum JSONText {
    /// What is wrong with a text, and where; lines and columns count from 1, columns in bytes.
    struct Problem: Error, Hashable {
        let line: Int
        let column: Int
        let what: String
    }

    /// The value that a text holds, and nothing else.
    static func value(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
        var reader = Reader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        if reader.position < bytes.count { throw reader.problem("nothing may follow the document") }
        return value
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        func problem(_ what: String) -> Problem {
            let before = bytes[..<min(position, bytes.count)]
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return Problem(line: line, column: before.count - start + 1, what: what)
        }

        mutating func skipBlanks() {
            while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
        }

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func consume(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) throws(Problem) -> JSONValue {
            guard depth < 32 else { throw problem("values nest too deep") }
            skipBlanks()
            switch next {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try array(depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func word(_ word: String, _ value: JSONValue) throws(Problem) -> JSONValue {
            guard bytes[position...].starts(with: word.utf8) else { throw problem("a JSON value is expected") }
            position += word.utf8.count
            return value
        }

        private mutating func array(_ depth: Int) throws(Problem) -> JSONValue {
            position += 1
            var values: [JSONValue] = []
            skipBlanks()
            if consume("]") { return .array([]) }
            repeat {
                values.append(try value(depth: depth + 1))
                skipBlanks()
            } while consume(",")
            guard consume("]") else { throw problem("a comma or ] is expected") }
            return .array(values)
        }

        private mutating func object(_ depth: Int) throws(Problem) -> JSONValue {
            position += 1
            var members: [String: JSONValue] = [:]
            skipBlanks()
            if consume("}") { return .object([:]) }
            repeat {
                skipBlanks()
                guard next == UInt8(ascii: "\"") else { throw problem("a key in double quotes is expected") }
                let key = try string()
                skipBlanks()
                guard consume(":") else { throw problem("a colon is expected") }
                let member = try value(depth: depth + 1)
                guard members.updateValue(member, forKey: key) == nil else {
                    throw problem("the key \(key) stands twice")
                }
                skipBlanks()
            } while consume(",")
            guard consume("}") else { throw problem("a comma or } is expected") }
            return .object(members)
        }

        private mutating func number() throws(Problem) -> JSONValue {
            let start = position
            while let digit = next, "+-.0123456789eE".utf8.contains(digit) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            let isFormed =
                digits.first?.isNumber == true && !(digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true)
            guard isFormed, text.last?.isNumber == true, let value = Double(text), value.isFinite else {
                position = start
                throw problem("a JSON value is expected")
            }
            return .number(value)
        }

        private mutating func string() throws(Problem) -> String {
            position += 1
            var content: [UInt8] = []
            while let byte = next, byte != UInt8(ascii: "\"") {
                guard byte >= 0x20 else { throw problem("a text holds a control character") }
                position += 1
                if byte == UInt8(ascii: "\\") { content += try escape() } else { content.append(byte) }
            }
            guard consume("\"") else { throw problem("a text is opened and never closed") }
            guard let text = String(validating: content, as: UTF8.self) else { throw problem("a text is not UTF-8") }
            return text
        }

        private mutating func escape() throws(Problem) -> [UInt8] {
            guard let kind = next else { throw problem("a text ends inside an escape") }
            position += 1
            let plain: [UInt8: UInt8] = [
                UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
                UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
            ]
            if let byte = plain[kind] { return [byte] }
            guard kind == UInt8(ascii: "u"), var code = unit() else { throw problem("no such escape") }
            if (0xD800..<0xDC00).contains(code) {
                guard consume("\\"), consume("u"), let low = unit(), (0xDC00..<0xE000).contains(low) else {
                    throw problem("half of a character")
                }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw problem("half of a character") }
            return Array(String(Character(scalar)).utf8)
        }

        private mutating func unit() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16) else {
                return nil
            }
            position += 4
            return code
        }
    }
}

/// Why bytes are no JSON text, and where; line and column count from 1, columns in bytes.
public struct JSONFault: Error, Hashable, Sendable {
    /// The line.
    public let line: Int
    /// The byte of the line.
    public let column: Int
    /// What is wrong.
    public let what: String
}

extension JSONValue {
    /// Reads a strict JSON text (RFC 8259), at most 32 levels deep.
    public static func reading(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        do throws(JSONText.Problem) { return try JSONText.value(bytes) } catch {
            throw JSONFault(line: error.line, column: error.column, what: error.what)
        }
    }

    /// Reads a strict JSON text (RFC 8259); nil for any other bytes.
    public init?(parsing bytes: [UInt8]) {
        guard let value = try? JSONText.value(bytes) else { return nil }
        self = value
    }
}
