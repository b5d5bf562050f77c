import Accord
import Crypto
import Foundation
import NIOSSL
public import Series
import SwiftASN1
import X509

/// What the door for uploaders shows to browsers and programs: a certificate with its chain, and its key.
public struct ServerIdentity: Sendable {
    /// The certificates as a file holds them, the server's own first.
    public let chainPEM: String
    /// The secret key as a file holds it; never printed.
    public let keyPEM: String
    /// From when on the server's certificate is valid.
    public let from: Instant
    /// Until when.
    public let until: Instant
    /// The SHA-256 of the server's certificate, as browsers show it: `AB:CD:...`.
    public let fingerprint: String

    private let names: [GeneralName]
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// Makes a new key and a certificate that stands for itself: no authority is behind it, so that programs are given it
    /// as a file and people compare its fingerprint.
    ///
    /// - Parameters:
    ///   - host: the name or address under which the door is reached.
    ///   - from: from when on; a day earlier is written, so that a client whose clock is behind believes it too.
    public static func made(for host: String, from: Instant, until: Instant) throws -> ServerIdentity {
        let secret = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(String(host.prefix(64))) }
        let key = Certificate.PrivateKey(secret)
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: Double(from.secondsSinceEpoch) - 86_400),
            notValidAfter: Date(timeIntervalSince1970: Double(until.secondsSinceEpoch)), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([ServerIdentity.generalName(host)])
            }, issuerPrivateKey: key)
        return try ServerIdentity(
            chainPEM: try certificate.serializeAsPEM().pemString, keyPEM: secret.pemRepresentation)
    }

    /// Reads certificates and the key of the first.
    ///
    /// - Throws: what the readers of the forms throw, for any other text.
    public init(chainPEM: String, keyPEM: String) throws {
        let documents = try PEMDocument.parseMultiple(pemString: chainPEM)
        let certificates = try documents.map { try Certificate(pemDocument: $0) }
        guard let own = certificates.first else { throw NIOSSLError.failedToLoadCertificate }
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
        from = Instant(secondsSinceEpoch: Int64(own.notValidBefore.timeIntervalSince1970))
        until = Instant(secondsSinceEpoch: Int64(own.notValidAfter.timeIntervalSince1970))
        names = try own.extensions.subjectAlternativeNames.map { Array($0) } ?? []
        chain = try documents.map { try NIOSSLCertificate(bytes: $0.derBytes, format: .der) }
        key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        // The library finds out whether the key is the certificate's.
        _ = try NIOSSLContext(configuration: ServerIdentity.configuration(chain, key))
        let digits = Array(hexadecimal(SHA256.hash(data: documents[0].derBytes)).uppercased())
        fingerprint = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<($0 + 2)]) }
            .joined(separator: ":")
    }

    /// How the door speaks TLS: with its own certificate alone, 1.2 or newer.
    var configuration: TLSConfiguration { ServerIdentity.configuration(chain, key) }

    private static func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv12
        return tls
    }

    /// Whether the server's certificate names a host or address, word for word.
    public func isFor(_ host: String) -> Bool { names.contains(ServerIdentity.generalName(host)) }

    private static func generalName(_ host: String) -> GeneralName {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, host, &bytes) == 1 { return .ipAddress(ASN1OctetString(contentBytes: bytes[...])) }
        }
        return .dnsName(host)
    }
}
