import Crypto

/// What identifies a version of an agreement: the SHA-256 of its document.
///
/// The document is the parsed file as canonical JSON (RFC 8785) with every text in Unicode NFC, so that layout, comments
/// and the order of keys do not matter, and every other change does.
public struct AgreementIdentity: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// The identity of a parsed document whose texts are already in NFC.
    public init(of document: JSONValue) {
        bytes = Array(SHA256.hash(data: Array(document.canonicalText.utf8)))
    }

    /// Reads 64 lower-case hexadecimal digits; nil for any other text.
    public init?(_ text: String) {
        guard let bytes = Accord.bytes(hexadecimal: text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String { hexadecimal(bytes) }
}

/// Bytes as lower-case hexadecimal digits.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        text += byte < 16 ? "0" : ""
        text += String(byte, radix: 16)
    }
    return text
}

/// The bytes of lower-case hexadecimal digits; nil for any other text.
func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = text.utf8.map { digit -> UInt8? in
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
        default: nil
        }
    }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
        guard let high = digits[place], let low = digits[place + 1] else { return nil }
        bytes.append(high << 4 | low)
    }
    return bytes
}
