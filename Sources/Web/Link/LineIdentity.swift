import Crypto
import Foundation
import NIOSSL
public import Series
import SwiftASN1
import X509

/// What a node shows at the other end of a line: a self-signed P-256 certificate and its key. Peers know it by the digest in
/// the party's signed manifest; no authority stands behind it.
public struct LineIdentity: Sendable {
    /// The certificate in DER.
    public let certificate: [UInt8]
    /// The certificate as a file holds it.
    public let certificatePEM: String
    /// The secret key as a file holds it; never printed.
    public let keyPEM: String
    /// From when on the certificate is valid.
    public let from: Instant
    /// Until when.
    public let until: Instant

    let chain: NIOSSLCertificate
    let key: NIOSSLPrivateKey

    /// Makes a new key and its certificate. It names no key usage: one without certificate signing would not count as its own
    /// issuer, and it is its only one. Its name holds the beginning of its key's SHA-256: whoever believes two certificates of
    /// one party, in the overlap of a rotation, looks them up by name.
    ///
    /// - Parameters:
    ///   - from: from when on; a day earlier is written, so that a peer whose clock is behind believes it too.
    public static func made(for party: PartyID, from: Instant, until: Instant) throws -> LineIdentity {
        let secret = P256.Signing.PrivateKey()
        let key = Certificate.PrivateKey(secret)
        let digest = SHA256.hash(data: secret.publicKey.rawRepresentation)
            .prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let name = try DistinguishedName {
            CommonName("riparian/\(party)")
            OrganizationalUnitName(digest)
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: Double(from.secondsSinceEpoch) - 86_400),
            notValidAfter: Date(timeIntervalSince1970: Double(until.secondsSinceEpoch)), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
            }, issuerPrivateKey: key)
        return try LineIdentity(
            certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: secret.pemRepresentation)
    }

    /// Reads a certificate and its key.
    ///
    /// - Throws: what the readers of the forms throw, for any other text.
    public init(certificatePEM: String, keyPEM: String) throws {
        let read = try Certificate(pemEncoded: certificatePEM)
        var serializer = DER.Serializer()
        try serializer.serialize(read)
        certificate = serializer.serializedBytes
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
        from = Instant(secondsSinceEpoch: Int64(read.notValidBefore.timeIntervalSince1970))
        until = Instant(secondsSinceEpoch: Int64(read.notValidAfter.timeIntervalSince1970))
        chain = try NIOSSLCertificate(bytes: certificate, format: .der)
        key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
    }
}
