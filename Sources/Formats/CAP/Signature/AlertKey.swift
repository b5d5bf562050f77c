public import Accord
import Crypto
import Foundation
public import Series

/// A public key for alerts that a party has pinned, with the time in which it may sign.
public struct PinnedAlertKey: Hashable, Sendable {
    /// A name for people: the party's id and the id of the key.
    public let name: String
    /// The point on P-256 without compression, 65 bytes.
    public let publicKey: [UInt8]
    /// From when on; nil for no begin.
    public let from: Instant?
    /// Until when, excluded; nil for no end.
    public let until: Instant?
    /// From when on it signs nothing more, because it was given up or stolen.
    public let revoked: Instant?
    /// The certificate that was pinned with it, in DER; nil when the key was pinned alone.
    let certificate: [UInt8]?

    /// Pins a key; nil when the bytes are no point of P-256.
    public init?(
        name: String, publicKey: [UInt8], from: Instant? = nil, until: Instant? = nil, revoked: Instant? = nil
    ) {
        self.init(name, publicKey, from, until, revoked, certificate: nil)
    }

    private init?(
        _ name: String, _ publicKey: [UInt8], _ from: Instant?, _ until: Instant?, _ revoked: Instant?,
        certificate: [UInt8]?
    ) {
        guard (try? P256.Signing.PublicKey(x963Representation: publicKey)) != nil else { return nil }
        self.name = name
        self.publicKey = publicKey
        self.from = from
        self.until = until
        self.revoked = revoked
        self.certificate = certificate
    }

    /// Whether a certificate found in a message may be of this key: the pinned one, or one that the key itself has signed.
    func owns(_ der: [UInt8]) -> Bool {
        if der == certificate { return true }
        guard let found = AlertCertificate(der: der) else { return false }
        return found.publicKey == publicKey && found.isWhole
    }

    /// Pins a key from a file in PEM: a public key, or a certificate, of which the key alone counts, and the times where
    /// none are given.
    ///
    /// - Parameters:
    ///   - name: for people.
    ///   - pem: one block `PUBLIC KEY` or `CERTIFICATE`.
    ///   - from: from when on; by default as the certificate says.
    ///   - until: until when, excluded; by default as the certificate says.
    ///   - revoked: from when on it signs nothing more.
    public init?(name: String, pem: String, from: Instant? = nil, until: Instant? = nil, revoked: Instant? = nil) {
        if let key = try? P256.Signing.PublicKey(pemRepresentation: pem) {
            self.init(
                name: name, publicKey: [UInt8](key.x963Representation), from: from, until: until, revoked: revoked)
            return
        }
        guard let certificate = AlertCertificate(pem: pem) else { return nil }
        self.init(
            name, certificate.publicKey, from ?? certificate.from, until ?? certificate.until, revoked,
            certificate: certificate.der)
    }

    /// Pins a key that a party's manifest lists; nil for one that signs no alerts, or that has no certificate of a key on P-256.
    public init?(_ key: NodeKey, of party: PartyID) {
        guard key.has(.alert), let der = key.certificate, let certificate = AlertCertificate(der: der) else {
            return nil
        }
        self.init(
            "\(party)/\(key.id)", certificate.publicKey, key.from, key.until, key.revocation?.at, certificate: der)
    }

    /// Whether the key made a signature (r||s) of bytes.
    func hasSigned(_ bytes: [UInt8], _ value: [UInt8]) -> Bool {
        guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: value)
        else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

/// What a reader believes: pinned keys and how long a message may have been on its way.
public struct AlertTrust: Hashable, Sendable {
    /// The keys of the sender.
    public let keys: [PinnedAlertKey]
    /// s between `sent` and the first receipt at most: the agreement's limit.
    public let longestDelay: Int64
    /// s that the sender's clock may be ahead.
    public let clockTolerance: Int64

    /// Makes a trust; the delay is a day and the tolerance five minutes where an agreement says nothing.
    public init(keys: [PinnedAlertKey], longestDelay: Int64 = 86_400, clockTolerance: Int64 = 300) {
        self.keys = keys
        self.longestDelay = longestDelay
        self.clockTolerance = clockTolerance
    }
}
