import Crypto
import Foundation
public import Series

/// Why a message is not signed.
public enum AlertSigningRefusal: Error, Hashable, Sendable {
    /// It is not read as XML.
    case unreadable(MarkupRefusal)
    /// It is no alert of version 1.2.
    case noAlert
    /// It bears a signature already.
    case signed
    /// The key is no P-256 key in PEM.
    case key
    /// The certificate is none, or of another key.
    case certificate
    /// The library or the cryptography failed, or what was written does not read back as signed.
    case failed
}

/// A message in the form in which it is signed: no blanks between elements, no comments, exclusive canonical form, behind a
/// declaration of UTF-8. Equal messages have equal bytes.
///
/// - Parameter bytes: an alert without a signature; with one, the signature is left out.
/// - Throws: ``AlertSigningRefusal``.
public func canonicalAlert(_ bytes: [UInt8]) throws(AlertSigningRefusal) -> [UInt8] {
    Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8) + (try canonicalContent(bytes))
}

private func canonicalContent(_ bytes: [UInt8]) throws(AlertSigningRefusal) -> [UInt8] {
    let document: MarkupDocument
    do throws(MarkupRefusal) { document = try MarkupDocument(bytes) } catch { throw .unreadable(error) }
    guard AlertMessage(document.root) != nil else { throw .noAlert }
    guard let content = document.withoutBlankText()?.canonicalWithoutSignature() else { throw .failed }
    return content
}

/// A secret key for alerts.
public struct AlertSigningKey: Sendable {
    private let key: P256.Signing.PrivateKey
    /// Its certificate, which verifiers of XML signatures want to see inside.
    public let certificate: AlertCertificate

    /// Makes a new key with a certificate.
    ///
    /// - Parameters:
    ///   - name: the sender, at most 64 characters of ASCII.
    ///   - from: from when on it signs.
    ///   - until: until when.
    /// - Throws: ``AlertSigningRefusal/certificate`` for a name or times that no certificate can have.
    public init(makingFor name: String, from: Instant, until: Instant) throws(AlertSigningRefusal) {
        guard (1...64).contains(name.utf8.count), name.allSatisfy({ $0.isASCII && !$0.isNewline }), from < until else {
            throw .certificate
        }
        key = P256.Signing.PrivateKey()
        guard let made = try? AlertCertificate(key: key, name: name, from: from, until: until) else { throw .failed }
        certificate = made
    }

    /// Takes a key and its certificate from PEM.
    ///
    /// - Throws: ``AlertSigningRefusal/key`` or ``AlertSigningRefusal/certificate``.
    public init(pem: String, certificate text: String) throws(AlertSigningRefusal) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { throw .key }
        guard let certificate = AlertCertificate(pem: text), certificate.isWhole,
            certificate.publicKey == [UInt8](key.publicKey.x963Representation)
        else { throw .certificate }
        self.key = key
        self.certificate = certificate
    }

    /// The secret key in PEM.
    public var pem: String { key.pemRepresentation + "\n" }

    /// Signs a message: the compact canonical form with the signature before the end of the alert.
    ///
    /// The signature holds a random number, so that no two signatures of one message are equal; what is signed is.
    ///
    /// - Throws: ``AlertSigningRefusal``; also when what was written does not read back as signed by this key.
    public func sign(_ bytes: [UInt8]) throws(AlertSigningRefusal) -> [UInt8] {
        let document: MarkupDocument
        do throws(MarkupRefusal) { document = try MarkupDocument(bytes) } catch { throw .unreadable(error) }
        guard document.root.count("Signature", in: MarkupDocument.signatures) == 0 else { throw .signed }
        let content = try canonicalContent(bytes)
        let digest = Array(SHA256.hash(data: content))
        guard let value = try? key.signature(for: Data(EnvelopedSignature.signedInfo(digest: digest).utf8)),
            let end = content.lastIndex(of: UInt8(ascii: "<"))
        else { throw .failed }
        let element = EnvelopedSignature.element(
            digest: digest, value: [UInt8](value.rawRepresentation), certificate: certificate.der)
        let signed =
            Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8) + content[..<end] + Array(element.utf8)
            + content[end...]
        guard isSigned(signed) else { throw .failed }
        return signed
    }

    /// Whether what was written reads back as signed by this key; the times are judged by whoever receives it.
    private func isSigned(_ bytes: [UInt8]) -> Bool {
        guard let pinned = PinnedAlertKey(name: "", publicKey: certificate.publicKey),
            let sent = (try? AlertMessage(bytes))??.time("sent")?.instant
        else { return false }
        return verifyAlert(bytes, trust: AlertTrust(keys: [pinned]), received: sent).state == .verified
    }
}
