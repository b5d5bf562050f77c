public import Crypto
import CryptoExtras
import Foundation

/// Whom a sealed file is for: a public key of the age format (C2SP age), `age1...`.
public struct AgeRecipient: Hashable, Sendable {
    let key: [UInt8]

    /// Reads `age1...`; nil for anything else.
    public init?(_ text: String) {
        guard let (prefix, bytes) = Bech32.decode(text), prefix == "age", bytes.count == 32 else { return nil }
        key = bytes
    }

    fileprivate init(key: [UInt8]) { self.key = key }

    /// `age1...`
    public var text: String { Bech32.encode("age", key) }
}

/// What opens a sealed file: the secret key of the age format, `AGE-SECRET-KEY-1...`.
public struct AgeIdentity: Sendable {
    let secret: Curve25519.KeyAgreement.PrivateKey

    /// Makes a new one.
    public init(_ secret: Curve25519.KeyAgreement.PrivateKey) { self.secret = secret }

    /// Reads a key file: one key a line, lines with `#` are remarks; nil when there is none or one is broken.
    public static func all(inFile text: String) -> [AgeIdentity]? {
        var found: [AgeIdentity] = []
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingCharacters(in: .whitespaces) })
        where !line.isEmpty && !line.hasPrefix("#") {
            guard let (prefix, bytes) = Bech32.decode(line), prefix == "age-secret-key-",
                let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            else { return nil }
            found.append(AgeIdentity(secret))
        }
        return found.isEmpty ? nil : found
    }

    /// Whom this opens files for.
    public var recipient: AgeRecipient { AgeRecipient(key: Array(secret.publicKey.rawRepresentation)) }

    /// The key file, with its recipient as a remark.
    public var file: String {
        "# public key: \(recipient.text)\n"
            + Bech32.encode("age-secret-key-", Array(secret.rawRepresentation)).uppercased() + "\n"
    }
}

/// How a file is sealed.
public enum AgeSeal: Sendable {
    /// For holders of keys, at least one.
    case recipients([AgeRecipient])
    /// By a passphrase, through scrypt with N = 2^`logN`.
    case passphrase(String, logN: Int)

    /// What `age -p` takes: a second or less, 256 MiB.
    public static let usualLogN = 18
}

/// How a file is opened.
public enum AgeOpening: Sendable {
    /// By one of these keys.
    case identities([AgeIdentity])
    /// By a passphrase.
    case passphrase(String)
}

/// One way to the key of a file: a stanza of its header.
struct AgeStanza {
    var arguments: [String]
    var body: [UInt8]

    /// The text in a header.
    var text: String {
        let encoded = AgeStanza.base64(body)
        let lines = stride(from: 0, through: encoded.count, by: 64).map { start in
            String(encoded.dropFirst(start).prefix(64))
        }
        return "-> " + arguments.joined(separator: " ") + "\n" + lines.map { $0 + "\n" }.joined()
    }

    /// Seals a file key for a recipient.
    init(_ fileKey: SymmetricKey, for recipient: AgeRecipient, ephemeral: Curve25519.KeyAgreement.PrivateKey) throws {
        let other = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: recipient.key)
        let share = Array(ephemeral.publicKey.rawRepresentation)
        let key = AgeStanza.wrapKey(
            try ephemeral.sharedSecretFromKeyAgreement(with: other), share: share, recipient: recipient)
        arguments = ["X25519", AgeStanza.base64(share)]
        body = try AgeStanza.wrap(fileKey, with: key)
    }

    /// Seals a file key by a passphrase.
    init(_ fileKey: SymmetricKey, passphrase: String, logN: Int, salt: [UInt8]) throws {
        arguments = ["scrypt", AgeStanza.base64(salt), "\(logN)"]
        body = try AgeStanza.wrap(fileKey, with: try AgeStanza.passphraseKey(passphrase, salt: salt, logN: logN))
    }

    init(arguments: [String], body: [UInt8]) { (self.arguments, self.body) = (arguments, body) }

    /// The file key; nil when this stanza is for somebody else.
    func fileKey(_ opening: AgeOpening) throws -> SymmetricKey? {
        switch (opening, arguments.first) {
        case (.identities(let identities), "X25519"):
            guard arguments.count == 2, let share = AgeStanza.bytes(base64: arguments[1]),
                let ephemeral = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share)
            else { throw ArchiveProblem(.damaged, "its header is damaged") }
            return identities.lazy.compactMap { identity -> SymmetricKey? in
                guard let shared = try? identity.secret.sharedSecretFromKeyAgreement(with: ephemeral) else {
                    return nil
                }
                return unwrapped(by: AgeStanza.wrapKey(shared, share: share, recipient: identity.recipient))
            }.first
        case (.passphrase(let passphrase), "scrypt"):
            guard arguments.count == 3, let salt = AgeStanza.bytes(base64: arguments[1]), salt.count == 16,
                let logN = Int(arguments[2]), (1...22).contains(logN)
            else { throw ArchiveProblem(.damaged, "its header is damaged, or asks for more than 4 GiB of memory") }
            return unwrapped(by: try AgeStanza.passphraseKey(passphrase, salt: salt, logN: logN))
        default: return nil
        }
    }

    private func unwrapped(by key: SymmetricKey) -> SymmetricKey? {
        guard body.count == 32,
            let box = try? ChaChaPoly.SealedBox(
                nonce: ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)), ciphertext: body[..<16],
                tag: body[16...])
        else { return nil }
        return (try? ChaChaPoly.open(box, using: key)).map { SymmetricKey(data: $0) }
    }

    private static func wrap(_ fileKey: SymmetricKey, with key: SymmetricKey) throws -> [UInt8] {
        let nonce = try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
        let box = try fileKey.withUnsafeBytes { try ChaChaPoly.seal($0, using: key, nonce: nonce) }
        return Array(box.ciphertext + box.tag)
    }

    private static func wrapKey(_ shared: SharedSecret, share: [UInt8], recipient: AgeRecipient) -> SymmetricKey {
        shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient.key, sharedInfo: Array("age-encryption.org/v1/X25519".utf8),
            outputByteCount: 32)
    }

    private static func passphraseKey(_ passphrase: String, salt: [UInt8], logN: Int) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(passphrase.utf8), salt: Array("age-encryption.org/v1/scrypt".utf8) + salt, outputByteCount: 32,
            rounds: 1 << logN, blockSize: 8, parallelism: 1)
    }

    static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().trimmingCharacters(in: CharacterSet(charactersIn: "="))
    }

    static func bytes(base64 text: String) -> [UInt8]? {
        guard !text.contains("=") else { return nil }
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: padded).map { [UInt8]($0) }
    }
}
