import Crypto
public import Series

/// One-time codes by the clock (RFC 6238): SHA-1, steps of 30 s from 1970, six digits.
public struct OneTimeCode: Sendable {
    /// Bytes of a new secret, as RFC 4226 advises.
    public static let secretSize = 20
    /// s
    public static let step: Int64 = 30
    /// Steps before and after the present one whose code counts too: clocks differ, and people type slowly.
    static let tolerance: Int64 = 1

    private let secret: [UInt8]

    /// Makes one from a secret.
    public init(secret: [UInt8]) { self.secret = secret }

    /// The step of a time.
    public static func step(at time: Instant) -> Int64 { time.secondsSinceEpoch / step }

    /// The code of a step.
    ///
    /// - Parameter digits: 6 for people; 8 in the examples of the RFC.
    public func code(ofStep step: Int64, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let digest = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(digest[19] & 0x0F)
        var number = UInt32(digest[offset] & 0x7F)
        for place in 1...3 { number = number << 8 | UInt32(digest[offset + place]) }
        var limit: UInt32 = 1
        for _ in 0..<digits { limit *= 10 }
        let text = "\(number % limit)"
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is, one step early or late included; nil when it is the code of none.
    func step(of code: String, at time: Instant) -> Int64? {
        let typed = Array(code.utf8)
        let now = OneTimeCode.step(at: time)
        var found: Int64?
        // All are looked at, so that the time says nothing of which one was right.
        for step in (now - OneTimeCode.tolerance)...(now + OneTimeCode.tolerance)
        where UploadToken.isEqual(Array(self.code(ofStep: step).utf8), typed) {
            found = step
        }
        return found
    }

    /// The secret as authenticator applications read it: Base32 (RFC 4648) without padding.
    public var base32: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (text, bits, count) = ("", 0, 0)
        for byte in secret {
            bits = (bits << 8 | Int(byte)) & 0xFFF
            count += 8
            while count >= 5 {
                count -= 5
                text.append(letters[bits >> count & 31])
            }
        }
        if count > 0 { text.append(letters[bits << (5 - count) & 31]) }
        return text
    }

    /// What a telephone reads from a code: `otpauth://totp/...`. It holds the secret.
    ///
    /// - Parameter label: ASCII letters, digits, hyphens and `@`.
    public func address(label: String) -> String {
        "otpauth://totp/Riparian:\(label)?secret=\(base32)&issuer=Riparian&algorithm=SHA1&digits=6&period=\(OneTimeCode.step)"
    }
}
