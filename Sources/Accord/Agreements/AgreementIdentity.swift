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
