import Crypto
import Foundation

/// Seals bytes in the age format, version 1 (C2SP age): whoever has the key opens the file with `riparian restore` or with
/// any other program for age, such as `age --decrypt`.
///
/// A header holds the file's key, sealed for each recipient; then come pieces of 64 KiB, each with its number and a mark on
/// the last one, so that no piece can be changed, exchanged or left out unnoticed.
public struct AgeWriter {
    static let version = "age-encryption.org/v1"
    /// Bytes of a piece before it is sealed.
    static let piece = 65_536
    static let tagSize = 16

    private let sink: ByteSink
    private var cipher: AgeCipher
    private var waiting: [UInt8] = []

    /// Writes the header.
    ///
    /// - Parameters:
    ///   - randomBytes: that many bytes that nobody can foresee.
    ///   - sink: takes the sealed file.
    public init(
        _ seal: AgeSeal, randomBytes: (Int) -> [UInt8], to sink: @escaping ByteSink
    ) throws {
        let fileKey = SymmetricKey(data: randomBytes(16))
        let stanzas: [AgeStanza] =
            switch seal {
            case .recipients(let recipients):
                try recipients.map {
                    try AgeStanza(
                        fileKey, for: $0,
                        ephemeral: Curve25519.KeyAgreement.PrivateKey(rawRepresentation: randomBytes(32)))
                }
            case .passphrase(let text, let logN):
                [try AgeStanza(fileKey, passphrase: text, logN: logN, salt: randomBytes(16))]
            }
        precondition(!stanzas.isEmpty, "a sealed file is for somebody")
        let head = AgeWriter.version + "\n" + stanzas.map(\.text).joined() + "---"
        let mac = AgeWriter.mac(of: head, fileKey)
        let nonce = randomBytes(16)
        cipher = AgeCipher(fileKey, nonce: nonce)
        self.sink = sink
        try sink(Array("\(head) \(AgeStanza.base64(mac))\n".utf8) + nonce)
    }

    static func mac(of head: String, _ fileKey: SymmetricKey) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: [UInt8](), info: Array("header".utf8), outputByteCount: 32)
        return Array(HMAC<SHA256>.authenticationCode(for: Array(head.utf8), using: key))
    }

    /// Adds bytes.
    public mutating func write(_ bytes: [UInt8]) throws {
        waiting += bytes
        // The last piece must be known as such, so that one whole piece may stay behind.
        var begin = 0
        while waiting.count - begin > AgeWriter.piece {
            try sink(try cipher.seal(waiting[begin..<(begin + AgeWriter.piece)], isLast: false))
            begin += AgeWriter.piece
        }
        if begin > 0 { waiting.removeFirst(begin) }
    }

    /// Ends the file.
    public mutating func finish() throws {
        try sink(try cipher.seal(waiting[...], isLast: true))
        waiting = []
    }
}

/// Opens a file in the age format, piece by piece: a byte that it gives out is the one that was sealed.
public final class AgeReader {
    private let source: ByteSource
    private var cipher: AgeCipher
    private var opened: [UInt8] = []
    private var position = 0
    /// The first byte of the next piece; nil before the first and after the last.
    private var ahead: [UInt8] = []
    private var isAtEnd = false

    /// Whether a file begins as a sealed one does.
    public static func isSealed(_ beginning: [UInt8]) -> Bool { beginning.starts(with: AgeWriter.version.utf8) }

    /// Reads the header.
    ///
    /// - Throws: ``ArchiveProblem``.
    public init(_ opening: AgeOpening, from source: @escaping ByteSource) throws {
        self.source = source
        let header = try AgeHeader(from: source)
        guard let fileKey = try header.stanzas.lazy.compactMap({ try $0.fileKey(opening) }).first else {
            throw ArchiveProblem(.wrongKey, header.kinds)
        }
        guard AgeWriter.mac(of: header.head, fileKey) == header.mac else {
            throw ArchiveProblem(.damaged, "its header has been changed")
        }
        let nonce = try source(16)
        guard nonce.count == 16 else { throw ArchiveProblem(.truncated, "it has been cut short") }
        cipher = AgeCipher(fileKey, nonce: nonce)
        ahead = try source(1)
    }

    /// At most that many of the next bytes; fewer only at the end.
    public func read(_ count: Int) throws -> [UInt8] {
        while opened.count - position < count, !isAtEnd { try openPiece() }
        let end = min(position + count, opened.count)
        let bytes = Array(opened[position..<end])
        position = end
        return bytes
    }

    private func openPiece() throws {
        let whole = AgeWriter.piece + AgeWriter.tagSize
        let sealed = ahead + (try source(whole - ahead.count))
        ahead = sealed.count == whole ? try source(1) : []
        let isLast = ahead.isEmpty
        guard sealed.count >= AgeWriter.tagSize else { throw ArchiveProblem(.truncated, "it has been cut short") }
        guard let bytes = cipher.open(sealed[...], isLast: isLast) else {
            throw isLast
                ? ArchiveProblem(.truncated, "it has been cut short, or its last piece is damaged")
                : ArchiveProblem(.damaged, "a piece of it has been changed")
        }
        opened = Array(opened[position...]) + bytes
        position = 0
        isAtEnd = isLast
    }
}

/// The header of a sealed file.
private struct AgeHeader {
    var stanzas: [AgeStanza] = []
    /// What the mark at its end covers.
    var head = ""
    var mac: [UInt8] = []

    /// Which keys would open it, for people.
    var kinds: String {
        stanzas.contains { $0.arguments.first == "scrypt" }
            ? "the passphrase is not the one, or it asks for a passphrase" : "none of the keys given opens it"
    }

    init(from source: ByteSource) throws {
        let broken = ArchiveProblem(.damaged, "its header is damaged")
        head = try AgeHeader.line(source) + "\n"
        guard head == AgeWriter.version + "\n" else {
            throw ArchiveProblem(.unreadable, "it is not sealed in the form age-encryption.org/v1")
        }
        while true {
            let line = try AgeHeader.line(source)
            if line.hasPrefix("--- ") {
                head += "---"
                guard let mac = AgeStanza.bytes(base64: String(line.dropFirst(4))), mac.count == 32 else {
                    throw broken
                }
                self.mac = mac
                return
            }
            head += line + "\n"
            if line.hasPrefix("-> ") {
                stanzas.append(
                    AgeStanza(arguments: line.dropFirst(3).split(separator: " ").map { String($0) }, body: []))
                guard stanzas.count <= 64 else { throw broken }
            } else if !stanzas.isEmpty, line.count <= 64 {
                try append(line, orThrow: broken)
            } else {
                throw broken
            }
        }
    }

    /// 64 characters are 48 bytes, so that each line of a body can be read by itself.
    private mutating func append(_ line: String, orThrow broken: ArchiveProblem) throws {
        guard let bytes = AgeStanza.bytes(base64: line) else { throw broken }
        stanzas[stanzas.count - 1].body += bytes
    }

    private static func line(_ source: ByteSource) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try source(1).first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
            guard bytes.count <= 4_096 else { break }
        }
        throw ArchiveProblem(.unreadable, "it is no sealed file, or has been cut short")
    }
}

/// Seals and opens the pieces of one file in their order.
private struct AgeCipher {
    private let key: SymmetricKey
    private var number: UInt64 = 0

    init(_ fileKey: SymmetricKey, nonce: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: nonce, info: Array("payload".utf8), outputByteCount: 32)
    }

    private func nonce(isLast: Bool) throws -> ChaChaPoly.Nonce {
        let digits = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * (7 - UInt64($0)))) }
        return try ChaChaPoly.Nonce(data: [0, 0, 0] + digits + [isLast ? 1 : 0])
    }

    mutating func seal(_ bytes: ArraySlice<UInt8>, isLast: Bool) throws -> [UInt8] {
        let box = try ChaChaPoly.seal(bytes, using: key, nonce: try nonce(isLast: isLast))
        number += 1
        return Array(box.ciphertext) + Array(box.tag)
    }

    /// nil when the piece is not the next one as it was sealed.
    mutating func open(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt8]? {
        guard let nonce = try? nonce(isLast: isLast),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: bytes.dropLast(AgeWriter.tagSize), tag: bytes.suffix(AgeWriter.tagSize)),
            let opened = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        number += 1
        return Array(opened)
    }
}
