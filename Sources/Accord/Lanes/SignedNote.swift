public import Crypto
public import Series

/// The public key of a lane or of a reader, as `lane.vkey` writes it: `name+hex+base64` (C2SP signed-note).
public struct VerifierKey: Hashable, Sendable {
    /// What the first byte of the key's material says about it.
    enum Algorithm: UInt8 {
        /// Ed25519 over the note.
        case signature = 1
        /// Ed25519 over the note and a time (C2SP tlog-cosignature).
        case cosignature = 4
    }

    /// The key's name: the origin of the lane, or the reader.
    public let name: String
    let algorithm: Algorithm
    /// The public key, 32 bytes.
    public let key: [UInt8]

    init(name: String, algorithm: Algorithm, key: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.key = key
    }

    /// The key that checks a private key's checkpoints of a lane.
    public init(lane origin: String, of key: Curve25519.Signing.PrivateKey) {
        self.init(name: origin, algorithm: .signature, key: Array(key.publicKey.rawRepresentation))
    }

    /// Reads `name+hex+base64`; nil when the form, the id or the length is wrong.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let material = Base64.decode(parts[2]), material.count == 33,
            let algorithm = Algorithm(rawValue: material[0])
        else { return nil }
        self.init(name: String(parts[0]), algorithm: algorithm, key: Array(material.dropFirst()))
        guard isName(name), parts[1] == idText else { return nil }
    }

    /// The same key under the name of a lane: a party signs all its lanes with one key.
    public func named(_ origin: String) -> VerifierKey { VerifierKey(name: origin, algorithm: algorithm, key: key) }

    /// The same key as one that checks dated cosignatures under a name.
    public func cosigning(_ name: String) -> VerifierKey { VerifierKey(name: name, algorithm: .cosignature, key: key) }

    /// `name+hex+base64`.
    public var text: String { "\(name)+\(idText)+\(Base64.encode([algorithm.rawValue] + key))" }

    private var idText: String {
        id.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The first four bytes of SHA-256(name, newline, algorithm, key).
    var id: [UInt8] {
        Array(SHA256.hash(data: Array(name.utf8) + [0x0A, algorithm.rawValue] + key).prefix(4))
    }

    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

private func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.unicodeScalars.contains { $0 == "+" || $0.properties.isWhitespace }
}

/// Why bytes are not a checkpoint of a lane, or not a believable next one.
public struct LaneProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// Not the form of a signed note.
        case form
        /// Another lane's.
        case origin
        /// Not signed by the lane's key.
        case signature
        /// Not the form of an entry.
        case entry
    }

    /// What is wrong.
    public let code: Code
    /// What was found, for a person.
    public let what: String

    /// `code: what`.
    public var description: String { "\(code.rawValue): \(what)" }
}

/// Size and root of a lane, signed by its party: a checkpoint in the form of C2SP tlog-checkpoint and signed-note.
public struct Checkpoint: Hashable, Sendable {
    /// The lane's origin, `riparian/<party>/<agreement>/<audience>`.
    public let origin: String
    /// Number of entries.
    public let size: Int
    /// 32 bytes.
    public let root: [UInt8]

    /// Makes a checkpoint; a root of another length is a bug of the caller.
    public init(origin: String, size: Int, root: [UInt8]) {
        precondition(size >= 0 && root.count == 32, "a checkpoint has a size and a root of 32 bytes")
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The text that is signed.
    var text: String { "\(origin)\n\(size)\n\(Base64.encode(root))\n" }

    /// The signed note.
    public func signed(by key: Curve25519.Signing.PrivateKey) throws -> [UInt8] {
        let verifier = VerifierKey(lane: origin, of: key)
        let signature = Array(try key.signature(for: Array(text.utf8)))
        return Array((text + "\n" + SignedNote.line(verifier, signature)).utf8)
    }

    /// Reads a note and believes it only when the lane's key has signed it.
    ///
    /// Further signatures, receipts for example, may stand below; those of other keys are passed over.
    public init(note: [UInt8], origin: String, key: VerifierKey) throws(LaneProblem) {
        let note = try SignedNote(note)
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, let size = Int(lines[1]), size >= 0, String(size) == lines[1],
            let root = Base64.decode(lines[2]), root.count == 32
        else { throw LaneProblem(code: .form, what: "a checkpoint has an origin, a size and a root") }
        guard lines[0] == origin, key.name == origin else {
            throw LaneProblem(code: .origin, what: "the checkpoint is of \(lines[0]), not of \(origin)")
        }
        let isSigned = note.signatures.contains { entry in
            entry.name == key.name && entry.bytes.starts(with: key.id)
                && key.isValid(Array(entry.bytes.dropFirst(4)), over: Array(note.text.utf8))
        }
        guard isSigned else { throw LaneProblem(code: .signature, what: "the lane's key has not signed these bytes") }
        self.init(origin: origin, size: size, root: root)
    }
}

/// A text with signatures below it (C2SP signed-note).
struct SignedNote {
    /// Ends with a newline.
    let text: String
    let signatures: [(name: String, bytes: [UInt8])]

    /// The largest note, bytes.
    static let maximumSize = 65_536

    init(_ bytes: [UInt8]) throws(LaneProblem) {
        guard bytes.count <= SignedNote.maximumSize, bytes.last == UInt8(ascii: "\n"),
            let all = String(validating: bytes, as: UTF8.self), let gap = SignedNote.lastGap(in: all)
        else { throw LaneProblem(code: .form, what: "not a signed note") }
        text = String(all[..<gap]) + "\n"
        var signatures: [(name: String, bytes: [UInt8])] = []
        for line in all[all.index(gap, offsetBy: 2)...].split(separator: "\n", omittingEmptySubsequences: true) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "\u{2014}", let bytes = Base64.decode(parts[2]), bytes.count > 4 else {
                throw LaneProblem(code: .form, what: "not a signature line: \(line)")
            }
            signatures.append((String(parts[1]), bytes))
        }
        guard all.hasSuffix("\n"), !signatures.isEmpty else {
            throw LaneProblem(code: .form, what: "the note has no signature")
        }
        self.signatures = signatures
    }

    /// The name and the document of a note whose text is just these, a line each, the document in canonical JSON; nil for
    /// any other text.
    var document: (name: String, content: JSONValue)? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, let content = try? JSONText.value(Array(lines[1].utf8)),
            content.canonicalText == lines[1]
        else { return nil }
        return (String(lines[0]), content)
    }

    /// The first of the two newlines between the text and its signatures.
    private static func lastGap(in text: String) -> String.Index? {
        var found: String.Index?
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == "\n", next < text.endIndex, text[next] == "\n" { found = index }
            index = next
        }
        return found
    }

    static func line(_ key: VerifierKey, _ signature: [UInt8]) -> String {
        "\u{2014} \(key.name) \(Base64.encode(key.id + signature))\n"
    }
}

/// A reader's dated countersignature of a checkpoint that it has durably stored (C2SP tlog-cosignature, version 1).
public enum Receipt {
    /// The note with the reader's line below the lane's.
    ///
    /// - Parameters:
    ///   - note: the checkpoint as the lane signed it.
    ///   - reader: the reader's name, without blanks and plus signs.
    ///   - time: the reader's clock.
    public static func cosigned(
        _ note: [UInt8], by key: Curve25519.Signing.PrivateKey, reader: String, at time: Instant
    ) throws -> [UInt8] {
        let parsed = try SignedNote(note)
        let verifier = VerifierKey(
            name: reader, algorithm: .cosignature, key: Array(key.publicKey.rawRepresentation))
        let signature = Array(try key.signature(for: message(parsed.text, time)))
        let stamp = CBOR.bigEndian(UInt64(bitPattern: time.secondsSinceEpoch), 8)
        return note + Array(SignedNote.line(verifier, stamp + signature).utf8)
    }

    /// The reader's time when the note carries a valid line of that reader; nil otherwise.
    public static func time(in note: [UInt8], of reader: VerifierKey) -> Instant? {
        guard reader.algorithm == .cosignature, let parsed = try? SignedNote(note) else { return nil }
        for entry in parsed.signatures where entry.name == reader.name && entry.bytes.count == 76 {
            let stamp = entry.bytes[4..<12].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let time = Instant(foreign: Int64(bitPattern: stamp)) else { continue }
            if entry.bytes.starts(with: reader.id),
                reader.isValid(Array(entry.bytes[12...]), over: message(parsed.text, time))
            {
                return time
            }
        }
        return nil
    }

    /// The key that checks a reader's receipts.
    public static func key(reader: String, of key: Curve25519.Signing.PrivateKey) -> VerifierKey {
        VerifierKey(name: reader, algorithm: .cosignature, key: Array(key.publicKey.rawRepresentation))
    }

    private static func message(_ text: String, _ time: Instant) -> [UInt8] {
        Array("cosignature/v1\ntime \(time.secondsSinceEpoch)\n\(text)".utf8)
    }
}
