import Accord
import Crypto
import CryptoExtras
import Foundation

/// A password as it is kept: by scrypt (RFC 7914), with a salt of its own and the parameters beside it.
public struct PasswordHash: Hashable, Sendable {
    /// How dear one check is: N = 2^`logN`, r, p. Memory is 128 N r bytes.
    public struct Cost: Hashable, Sendable {
        /// log2 of N, 1...20.
        public let logN: Int
        /// r, 1...32.
        public let blockSize: Int
        /// p, 1...16.
        public let parallelism: Int

        /// Makes a cost.
        public init(logN: Int, blockSize: Int, parallelism: Int) {
            precondition((1...20).contains(logN) && (1...32).contains(blockSize) && (1...16).contains(parallelism))
            self.logN = logN
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// What new passwords are kept with: 64 MiB, 100 to 200 ms on one core of a small server.
        public static let usual = Cost(logN: 16, blockSize: 8, parallelism: 1)
    }

    /// Bytes of a salt, and of a hash.
    static let (saltSize, hashSize) = (16, 32)

    /// How dear a check is.
    public let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a password.
    ///
    /// - Parameter salt: 16 bytes that nobody can foresee.
    /// - Throws: where the machine lacks the memory.
    public init(of password: String, salt: [UInt8], cost: Cost = .usual) throws {
        precondition(salt.count == PasswordHash.saltSize, "a salt is 16 bytes")
        self.cost = cost
        self.salt = salt
        hash = try PasswordHash.derive(password, salt: salt, cost: cost)
    }

    /// A hash that no password has and that takes as long to check as another of its cost.
    static func ofNothing(cost: Cost) -> PasswordHash {
        PasswordHash(
            cost: cost, salt: [UInt8](repeating: 0, count: saltSize), hash: [UInt8](repeating: 0, count: hashSize))
    }

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Reads `scrypt$LOGN$R$P$SALT$HASH`, the last two in hexadecimal; nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let logN = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), (1...20).contains(logN), (1...32).contains(blockSize),
            (1...16).contains(parallelism), let salt = bytes(ofHexadecimal: parts[4]),
            let hash = bytes(ofHexadecimal: parts[5]), salt.count == PasswordHash.saltSize,
            hash.count == PasswordHash.hashSize
        else { return nil }
        cost = Cost(logN: logN, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.hash = hash
    }

    /// What is kept: `scrypt$LOGN$R$P$SALT$HASH`.
    public var text: String {
        "scrypt$\(cost.logN)$\(cost.blockSize)$\(cost.parallelism)$\(hexadecimal(salt))$\(hexadecimal(hash))"
    }

    /// Whether this is the password. How long the answer takes depends on the cost alone.
    public func matches(_ password: String) throws -> Bool {
        UploadToken.isEqual(try PasswordHash.derive(password, salt: salt, cost: cost), hash)
    }

    /// Letters that can be typed in two ways, such as ế, count as one.
    private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.precomposedStringWithCompatibilityMapping.utf8), salt: salt,
            outputByteCount: hashSize, rounds: 1 << cost.logN, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

/// The bytes that an even count of hexadecimal digits writes; nil for anything else.
private func bytes(ofHexadecimal text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// What a new password has to be.
public enum PasswordRule {
    /// Characters at least, and at most.
    public static let length = 12...200

    /// Why a password is not taken, in English for the command line; nil when it is.
    public static func refusal(of password: String, id: String) -> String? {
        guard password.count >= length.lowerBound else {
            return "the password has \(password.count) characters - give at least \(length.lowerBound)"
        }
        guard password.count <= length.upperBound else {
            return "the password has \(password.count) characters - give at most \(length.upperBound)"
        }
        guard Set(password).count >= 5 else {
            return "the password repeats a few characters - give at least 5 different ones"
        }
        guard !password.lowercased().contains(id) else {
            return "the password holds the name to sign in with - choose one without it"
        }
        return nil
    }

    /// A password of 100 bits that is easy to read out: four groups of five letters and digits.
    ///
    /// - Parameter bytes: 20 bytes that nobody can foresee.
    public static func made(from bytes: [UInt8]) -> String {
        precondition(bytes.count == 20, "a password is made of 20 bytes")
        // Without i, l, o and u, which are mistaken for others.
        let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let text = bytes.map { letters[Int($0 & 31)] }
        return stride(from: 0, to: 20, by: 5).map { String(text[$0..<($0 + 5)]) }.joined(separator: "-")
    }
}
