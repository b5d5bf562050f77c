import Foundation

/// How much of an XML document from outside is read before anything is built from it.
public struct MarkupBounds: Hashable, Sendable {
    /// Bytes of the document.
    public let bytes: Int
    /// Elements within elements.
    public let depth: Int
    /// Opening brackets, hence about twice the number of elements.
    public let brackets: Int
    /// Equals signs after one opening bracket, hence attributes of one element: the parser compares each with each.
    public let attributes: Int

    /// Makes bounds; all positive.
    public init(bytes: Int = 1 << 20, depth: Int = 32, brackets: Int = 40_000, attributes: Int = 4096) {
        self.bytes = bytes
        self.depth = depth
        self.brackets = brackets
        self.attributes = attributes
    }
}

/// Why bytes are not read as XML.
public struct MarkupRefusal: Error, Hashable, Sendable {
    /// The reasons, named as the rules of the check.
    public enum Code: String, Sendable, CaseIterable {
        /// Longer, wider or with more elements than the bounds allow.
        case size = "SEC-size"
        /// Not UTF-8 throughout, or it says to be something else.
        case encoding = "SEC-encoding"
        /// It brings its own document type: entities, and references to files and the network.
        case doctype = "SEC-doctype"
        /// Elements within elements beyond the bound.
        case depth = "SEC-depth"
        /// Not well-formed.
        case form = "XML-form"
    }

    /// The reason.
    public let code: Code
    /// The line, from 1.
    public let line: Int
    /// The column in bytes, from 1.
    public let column: Int
    /// A word of the parser or the number that was exceeded; not for translation.
    public let detail: String
}

/// What is looked at in the bytes alone, before a parser sees them.
enum MarkupGate {
    /// The bytes without a byte-order mark.
    ///
    /// Refused are: more than the bounds; bytes that are no UTF-8 or hold a zero; a declaration that names another encoding;
    /// `<!DOCTYPE` wherever it stands, also in a comment or a CDATA section.
    static func admit(_ bytes: [UInt8], _ bounds: MarkupBounds) throws(MarkupRefusal) -> ArraySlice<UInt8> {
        guard bytes.count <= bounds.bytes else {
            throw MarkupRefusal(code: .size, line: 1, column: 1, detail: "\(bytes.count) B > \(bounds.bytes) B")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard String(validating: text, as: UTF8.self) != nil else {
            throw refusal(.encoding, bytes, at: firstInvalid(text), "UTF-8")
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw refusal(.form, bytes, at: text.startIndex, "U+FEFF")
        }
        if let zero = text.firstIndex(of: 0) { throw refusal(.encoding, bytes, at: zero, "U+0000") }
        if let encoding = declaredEncoding(text), encoding.lowercased() != "utf-8" {
            throw MarkupRefusal(code: .encoding, line: 1, column: 1, detail: encoding)
        }
        try scan(text, bytes, bounds)
        return text
    }

    /// One pass over the brackets: document types, and too many elements or attributes.
    private static func scan(
        _ text: ArraySlice<UInt8>, _ bytes: [UInt8], _ bounds: MarkupBounds
    ) throws(MarkupRefusal) {
        let doctype = Array("<!DOCTYPE".utf8)
        var brackets = 0
        var attributes = 0
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "<"):
                brackets += 1
                attributes = 0
                if text[index...].starts(with: doctype) { throw refusal(.doctype, bytes, at: index, "<!DOCTYPE") }
                guard brackets <= bounds.brackets else {
                    throw refusal(.size, bytes, at: index, "> \(bounds.brackets) <")
                }
            case UInt8(ascii: "="):
                attributes += 1
                guard attributes <= bounds.attributes else {
                    throw refusal(.size, bytes, at: index, "> \(bounds.attributes) =")
                }
            default: break
            }
        }
    }

    /// The encoding that the declaration names; nil where there is none.
    private static func declaredEncoding(_ text: ArraySlice<UInt8>) -> String? {
        let head = text.prefix(256)
        guard head.starts(with: Array("<?xml".utf8)) else { return nil }
        let declaration = String(decoding: head, as: UTF8.self)
        guard let end = declaration.range(of: "?>"),
            let name = declaration[..<end.lowerBound].range(of: "encoding")
        else { return nil }
        let rest = declaration[name.upperBound..<end.lowerBound].drop { " \t\r\n=".contains($0) }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    private static func refusal(
        _ code: MarkupRefusal.Code, _ bytes: [UInt8], at index: Int, _ detail: String
    ) -> MarkupRefusal {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return MarkupRefusal(code: code, line: line, column: column, detail: detail)
    }

    /// The first byte of the first character that is not well-formed UTF-8 (Unicode 15, table 3-7).
    private static func firstInvalid(_ text: ArraySlice<UInt8>) -> Int {
        var index = text.startIndex
        while index < text.endIndex {
            let count: Int
            switch text[index] {
            case 0...0x7F: count = 1
            case 0xC2...0xDF: count = 2
            case 0xE0...0xEF: count = 3
            case 0xF0...0xF4: count = 4
            default: return index
            }
            guard count == 1 || String(validating: text[index...].prefix(count), as: UTF8.self) != nil else {
                return index
            }
            index += count
        }
        return index
    }
}
