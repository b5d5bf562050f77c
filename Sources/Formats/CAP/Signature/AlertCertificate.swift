import Crypto
import Foundation
public import Series

/// A certificate of a P-256 key that signs itself (RFC 5280): the envelope in which verifiers of XML signatures expect a key. It
/// proves nothing; keys are pinned.
public struct AlertCertificate: Hashable, Sendable {
    /// In DER.
    public let der: [UInt8]
    /// The point on P-256 without compression, 65 bytes.
    public let publicKey: [UInt8]
    /// From when on, as it says.
    public let from: Instant
    /// Until when, as it says.
    public let until: Instant
    /// The part that is signed, with its head.
    private let signedPart: [UInt8]
    /// Whether it says to be signed by ECDSA with SHA-256.
    private let hasKnownAlgorithm: Bool
    /// The signature in DER.
    private let signature: [UInt8]

    /// ECDSA with SHA-256 (RFC 5758), in DER.
    private static let algorithm = DERWriter.sequence([[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]])

    /// Reads a certificate; nil when it is none, or not of a key on P-256.
    public init?(der: [UInt8]) {
        var outer = DERReader(der)
        guard let certificate = outer.next(0x30), outer.isAtEnd else { return nil }
        var parts = DERReader(certificate.content)
        guard let signed = parts.next(0x30), let algorithm = parts.next(0x30), let bits = parts.next(0x03),
            parts.isAtEnd, bits.content.first == 0
        else { return nil }
        var fields = DERReader(signed.content)
        _ = fields.next(0xA0)
        guard fields.next(0x02) != nil, fields.next(0x30) != nil, fields.next(0x30) != nil,
            let validity = fields.next(0x30), fields.next(0x30) != nil, let key = fields.next(0x30),
            let point = try? P256.Signing.PublicKey(derRepresentation: key.whole)
        else { return nil }
        var times = DERReader(validity.content)
        guard let from = times.time(), let until = times.time() else { return nil }
        self.der = der
        self.from = from
        self.until = until
        publicKey = [UInt8](point.x963Representation)
        signedPart = Array(signed.whole)
        hasKnownAlgorithm = Array(algorithm.whole) == AlertCertificate.algorithm
        signature = Array(bits.content.dropFirst())
    }

    /// Reads a certificate in PEM.
    public init?(pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard let first = lines.firstIndex(of: "-----BEGIN CERTIFICATE-----"),
            let last = lines[first...].firstIndex(of: "-----END CERTIFICATE-----"),
            let data = Data(base64Encoded: lines[(first + 1)..<last].joined())
        else { return nil }
        self.init(der: [UInt8](data))
    }

    /// Whether its own key has signed it.
    public var isWhole: Bool {
        guard hasKnownAlgorithm, let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
            let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
        else { return false }
        return key.isValidSignature(signature, for: signedPart)
    }

    /// In PEM.
    public var pem: String {
        let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }

    /// Makes the certificate of a key.
    ///
    /// - Parameters:
    ///   - key: the secret key.
    ///   - name: the sender, at most 64 characters of ASCII.
    ///   - from: from when on.
    ///   - until: until when.
    /// - Throws: what the cryptography throws when it cannot sign.
    init(key: P256.Signing.PrivateKey, name: String, from: Instant, until: Instant) throws {
        let algorithm = AlertCertificate.algorithm
        let common = DERWriter.sequence([[0x06, 0x03, 0x55, 0x04, 0x03], DERWriter.element(0x0C, Array(name.utf8))])
        let subject = DERWriter.sequence([DERWriter.element(0x31, common)])
        let point = [UInt8](key.publicKey.x963Representation)
        // The serial number is taken from the key: positive, and no two keys share it.
        let serial = [0x01] + SHA256.hash(data: point).prefix(15)
        let part = DERWriter.sequence([
            DERWriter.element(0xA0, [0x02, 0x01, 0x02]), DERWriter.element(0x02, serial), algorithm, subject,
            DERWriter.sequence([DERWriter.time(from), DERWriter.time(until)]), subject,
            [UInt8](key.publicKey.derRepresentation),
        ])
        let signature = [UInt8](try key.signature(for: part).derRepresentation)
        let der = DERWriter.sequence([part, algorithm, DERWriter.element(0x03, [0] + signature)])
        self.der = der
        self.publicKey = point
        self.from = from
        self.until = until
        signedPart = part
        hasKnownAlgorithm = true
        self.signature = signature
    }
}

/// Reads elements of DER (ITU-T X.690), one after the other.
private struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(Array(bytes)) }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next element when it has the tag; nil and nothing read otherwise.
    mutating func next(_ tag: UInt8) -> (content: ArraySlice<UInt8>, whole: ArraySlice<UInt8>)? {
        guard rest.first == tag, rest.count >= 2 else { return nil }
        let head = rest.dropFirst()
        let first = Int(head.first ?? 0)
        var length = first
        var begin = head.dropFirst()
        if first >= 0x80 {
            let count = first - 0x80
            guard (1...3).contains(count), begin.count >= count else { return nil }
            length = begin.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            begin = begin.dropFirst(count)
        }
        guard begin.count >= length else { return nil }
        let content = begin.prefix(length)
        let whole = rest[rest.startIndex..<content.endIndex]
        rest = rest[content.endIndex...]
        return (content, whole)
    }

    /// The next time, in either of its two forms, in UTC.
    mutating func time() -> Instant? {
        if let short = next(0x17), short.content.count == 13 {
            let text = String(decoding: short.content, as: UTF8.self)
            return DERReader.instant((text.prefix(2) < "50" ? "20" : "19") + text)
        }
        guard let long = next(0x18) else { return nil }
        return DERReader.instant(String(decoding: long.content, as: UTF8.self))
    }

    private static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count == 15, bytes[14] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let written =
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))-00:00"
        return AlertTime(written)?.instant
    }
}

/// Writes elements of DER.
private enum DERWriter {
    static func element(_ tag: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
        return [tag] + length + content
    }

    static func sequence(_ parts: [[UInt8]]) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }

    /// Two-digit years until 2049, four-digit ones from 2050 on, as RFC 5280 wants.
    static func time(_ instant: Instant) -> [UInt8] {
        let digits = instant.iso8601().filter { $0.isNumber } + "Z"
        let year = Int(digits.prefix(4)) ?? 0
        return (1950..<2050).contains(year)
            ? element(0x17, Array(digits.dropFirst(2).utf8)) : element(0x18, Array(digits.utf8))
    }
}
