import Accord
import Crypto

/// The secret by which an uploader is known: `rpu_` and 64 hexadecimal digits. It is shown once and kept nowhere.
public struct UploadToken: Sendable {
    /// How every token begins, so that people and scanners for leaked secrets know one.
    public static let prefix = "rpu_"
    /// Bytes of chance in a token.
    public static let size = 32

    /// The token as it is handed over.
    public let text: String

    /// Makes a token from chance.
    ///
    /// - Parameter bytes: 32 bytes that nobody can foresee.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == UploadToken.size, "a token is made of 32 bytes")
        text = UploadToken.prefix + hexadecimal(bytes)
    }

    /// The SHA-256 of whatever somebody shows as a token, 32 bytes.
    public static func digest(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// Whether two digests are equal; how long the answer takes does not depend on where they differ.
    public static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
