import Accord
import Crypto
import Foundation
import Series

/// What one party hands to another by person, mail or stick: its root key, its manifest, and where its node is. No secret.
struct Introduction {
    let party: PartyID
    let root: VerifierKey
    let manifest: [UInt8]
    let address: String?
    /// The identity of the agreement, so that both see at once whether they speak of the same one.
    let agreement: String

    /// Whether a text can be where a node is.
    static func isAddress(_ text: String) -> Bool {
        guard let url = URL(string: text), url.scheme == "https", let host = url.host(), !host.isEmpty else {
            return false
        }
        return url.path().isEmpty || url.path() == "/"
    }

    /// Whether a text is an address with its port, as a person must give it: a node's port is rarely that of the web.
    static func isComplete(_ text: String) -> Bool { isAddress(text) && URL(string: text)?.port != nil }

    /// What two people compare over the telephone: the first half of the SHA-256 of the root key, in groups of four.
    var fingerprint: String { Introduction.fingerprint(of: root) }

    /// The fingerprint of a root key.
    static func fingerprint(of root: VerifierKey) -> String {
        let digits = Array(hexadecimal(SHA256.hash(data: root.key)).prefix(32))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<($0 + 4)]) }.joined(separator: " ")
    }

    /// The file: the line, ended.
    var text: String { line + "\n" }

    /// Canonical JSON on one line.
    var line: String {
        let document: JSONValue = [
            "riparian": "introduction", "party": .string(party.text), "root": .string(root.text),
            "manifest": .string(String(decoding: manifest, as: UTF8.self)), "address": .optional(address),
            "agreement": .string(agreement),
        ]
        return document.canonicalText
    }

    init(party: PartyID, root: VerifierKey, manifest: [UInt8], address: String?, agreement: String) {
        self.party = party
        self.root = root
        self.manifest = manifest
        self.address = address
        self.agreement = agreement
    }

    /// Whether bytes begin as an introduction does, and do not end.
    private static func isCut(_ bytes: [UInt8]) -> Bool {
        JSONValue(parsing: bytes) == nil && String(validating: bytes, as: UTF8.self) != nil && begins(bytes)
    }

    /// Whether bytes begin as the one line of an introduction does: its members stand in the order of their names.
    static func begins(_ bytes: [UInt8]) -> Bool {
        ["{\"address\":", "{\"agreement\":"].contains { bytes.starts(with: Array($0.utf8)) }
    }

    /// Reads a file; whatever it says is judged by whoever takes it in.
    init(_ bytes: [UInt8], file: String) throws {
        if Introduction.isCut(bytes) {
            throw CommandRefusal(
                .usage,
                "the introduction is cut: it does not end after \(bytes.count) bytes (\(file):1:\(bytes.count)) - get the "
                    + "whole file from the other side")
        }
        guard case .object(let members)? = JSONValue(parsing: bytes), members["riparian"] == "introduction",
            case .string(let name)? = members["party"], let party = PartyID(name),
            case .string(let key)? = members["root"], let root = VerifierKey(key),
            case .string(let manifest)? = members["manifest"], case .string(let agreement)? = members["agreement"]
        else {
            throw CommandRefusal(.usage, "no introduction (\(file):1:1) - name a file that riparian init has written")
        }
        var address: String?
        if case .string(let text)? = members["address"] {
            guard Introduction.isAddress(text) else {
                throw CommandRefusal(.usage, "the address of the introduction is none (\(file):1:1) - ask for another")
            }
            address = text
        }
        self.init(
            party: party, root: root, manifest: Array(manifest.utf8), address: address, agreement: agreement)
    }
}
