import Crypto
import Foundation

/// The one form of XML signature that is written and believed: enveloped in the alert, exclusive canonical form, SHA-256, ECDSA
/// over P-256 with the signature as r||s.
///
/// Source: W3C, XML Signature Syntax and Processing 1.1 (2013); Exclusive XML Canonicalization 1.0 (2002); RFC 4051 for the name
/// of the algorithm, RFC 6931 for the 64 bytes.
struct EnvelopedSignature {
    static let exclusiveForm = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let ecdsa = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"

    /// SHA-256 of the canonical alert without its signature, 32 bytes.
    let digest: [UInt8]
    /// r||s, 64 bytes.
    let value: [UInt8]
    /// The certificates inside in DER; they prove nothing.
    let certificates: [[UInt8]]

    /// What is other than in that form.
    enum Difference: Error, Hashable {
        /// Another algorithm or transform, which may be sound and is not looked at.
        case algorithm(String)
        /// It lacks a part, has one too many, or holds text that encodes nothing.
        case form(String)
    }

    /// Reads a signature, strictly: whatever is not of the form is a difference, so that nothing in it goes unlooked at.
    init(_ node: MarkupNode) throws(Difference) {
        let parts = try EnvelopedSignature.parts(of: node, ["SignedInfo", "SignatureValue"], optional: ["KeyInfo"])
        digest = try EnvelopedSignature.digest(parts[0])
        value = try EnvelopedSignature.bytes(parts[1], count: 64)
        guard node.attributes.isEmpty, parts[1].attributes.isEmpty else { throw .form("attributes") }
        guard parts.count == 3 else {
            certificates = []
            return
        }
        let data = try EnvelopedSignature.parts(of: parts[2], ["X509Data"])[0]
        guard parts[2].attributes.isEmpty, data.attributes.isEmpty, !data.children.isEmpty else {
            throw .form("KeyInfo")
        }
        var found: [[UInt8]] = []
        for child in data.children {
            guard child.name == "X509Certificate", child.attributes.isEmpty else { throw .form(child.name) }
            found.append(try EnvelopedSignature.bytes(child, count: nil))
        }
        certificates = found
    }

    private static func digest(_ signed: MarkupNode) throws(Difference) -> [UInt8] {
        let parts = try parts(of: signed, ["CanonicalizationMethod", "SignatureMethod", "Reference"])
        try require(parts[0], exclusiveForm)
        try require(parts[1], ecdsa)
        let reference = parts[2]
        guard signed.attributes.isEmpty, reference.attributes.count == 1, reference.attribute("URI") == "" else {
            throw .form("Reference")
        }
        let inner = try self.parts(of: reference, ["Transforms", "DigestMethod", "DigestValue"])
        let transforms = try self.parts(of: inner[0], ["Transform", "Transform"])
        try require(transforms[0], enveloped)
        try require(transforms[1], exclusiveForm)
        try require(inner[1], sha256)
        guard inner[0].attributes.isEmpty, inner[2].attributes.isEmpty else { throw .form("Transforms") }
        return try bytes(inner[2], count: 32)
    }

    private static func require(_ node: MarkupNode, _ algorithm: String) throws(Difference) {
        let found = node.attribute("Algorithm") ?? ""
        guard found == algorithm else { throw .algorithm(found) }
        guard node.attributes.count == 1, node.children.isEmpty, node.text.trimmingXMLBlanks.isEmpty else {
            throw .form(node.name)
        }
    }

    /// The children, which must be these in this order and nothing else.
    private static func parts(
        of node: MarkupNode, _ names: [String], optional: [String] = []
    ) throws(Difference) -> [MarkupNode] {
        let found = node.children.map(\.name)
        guard node.children.allSatisfy({ $0.namespace == MarkupDocument.signatures }),
            found == names || found == names + optional, node.text.trimmingXMLBlanks.isEmpty
        else { throw .form(node.name) }
        return node.children
    }

    /// The bytes of a text in base64, blanks left out; only the one text that encodes them is taken.
    private static func bytes(_ node: MarkupNode, count: Int?) throws(Difference) -> [UInt8] {
        let text = String(node.text.filter { !$0.isWhitespace })
        guard node.children.isEmpty, let data = Data(base64Encoded: text), data.base64EncodedString() == text,
            count.map({ $0 == data.count }) ?? !data.isEmpty
        else { throw .form(node.name) }
        return [UInt8](data)
    }

    /// Whether a signature says to sign the document that it stands in.
    static func isEnveloped(_ node: MarkupNode) -> Bool {
        node.children.filter { $0.name == "SignedInfo" }.flatMap { $0.all("Reference") }.contains { reference in
            reference.attribute("URI") == ""
                && reference.all("Transforms").flatMap { $0.all("Transform") }.contains {
                    $0.attribute("Algorithm") == enveloped
                }
        }
    }

    /// The element to put into a compact alert, already in its canonical form.
    static func element(digest: [UInt8], value: [UInt8], certificate: [UInt8]) -> String {
        // The declaration of the prefix stands once, outside: a second one would be a place that nobody has signed.
        "<ds:Signature xmlns:ds=\"\(MarkupDocument.signatures)\">"
            + signedInfo(digest: digest).replacing(" xmlns:ds=\"\(MarkupDocument.signatures)\"", with: "")
            + "<ds:SignatureValue>\(Data(value).base64EncodedString())</ds:SignatureValue>"
            + "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(Data(certificate).base64EncodedString())"
            + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    }

    /// The canonical bytes that the key signs, as text.
    static func signedInfo(digest: [UInt8]) -> String {
        "<ds:SignedInfo xmlns:ds=\"\(MarkupDocument.signatures)\">"
            + empty("CanonicalizationMethod", exclusiveForm) + empty("SignatureMethod", ecdsa)
            + "<ds:Reference URI=\"\"><ds:Transforms>" + empty("Transform", enveloped)
            + empty("Transform", exclusiveForm) + "</ds:Transforms>" + empty("DigestMethod", sha256)
            + "<ds:DigestValue>\(Data(digest).base64EncodedString())</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    }

    private static func empty(_ name: String, _ algorithm: String) -> String {
        "<ds:\(name) Algorithm=\"\(algorithm)\"></ds:\(name)>"
    }
}
