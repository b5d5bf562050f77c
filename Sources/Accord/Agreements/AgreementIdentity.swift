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
        let digits = Array(text.utf8).map { byte -> UInt8? in
            switch byte {
            case 48...57: byte - 48
            case 97...102: byte - 87
            default: nil
            }
        }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
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
