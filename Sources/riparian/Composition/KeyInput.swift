import Accord
import Crypto
import Foundation
import Series

/// Reads what the key commands are given.
enum KeyInput {
    /// A party's id.
    static func party(_ text: String) throws -> PartyID {
        guard let party = PartyID(text) else {
            let what = text.isEmpty ? "no party is named" : "\(text) is not a party"
            throw CommandRefusal(.usage, "\(what) (--party) - write an id such as vn-lao-cai")
        }
        return party
    }

    /// A time with its zone; now when none is given.
    static func time(_ text: String?, option: String) throws -> Instant {
        try TimeInput.time(text, option: option) ?? TimeInput.now
    }

    /// Refuses what cannot be the id of a key.
    static func expectIdentifier(_ id: String) throws {
        guard isTableIdentifier(id) else {
            throw CommandRefusal(.usage, "\(id) is no id (--id) - write words of a-z and digits, joined by hyphens")
        }
    }

    /// Whose word it is: somebody's.
    static func person(_ text: String) throws -> String {
        guard !text.allSatisfy(\.isWhitespace) else {
            throw CommandRefusal(.usage, "nobody is named (--by) - write a name and an office")
        }
        return text
    }

    /// From when on a new key or certificate is valid: what is given, else a day ago, so that a neighbour whose clock is behind
    /// believes it at once too.
    static func begin(_ text: String?) throws -> Instant {
        try TimeInput.time(text, option: "--from") ?? TimeInput.now - 86_400
    }

    /// The roles of a list such as `lane,receipt`.
    static func roles(_ text: String) throws -> [KeyRole] {
        let words = text.split(separator: ",")
        guard !words.isEmpty else {
            throw CommandRefusal(
                .usage, "a key without a role signs nothing (--roles) - write lane,receipt for instance")
        }
        return try words.map { word in
            // The others are of certificates: riparian key line, riparian key alert.
            let signing: [KeyRole] = [.lane, .receipt, .agreement]
            guard let role = signing.first(where: { $0.rawValue == word.trimmingCharacters(in: .whitespaces) }) else {
                let known = signing.map(\.rawValue).joined(separator: ", ")
                throw CommandRefusal(.usage, "\(word) is no role (--roles) - known: \(known)")
            }
            return role
        }
    }

    /// The public keys that nodes ask to be listed, a request file each.
    static func requests(_ paths: [String]) throws -> [NodeKey] {
        let keys = try paths.map { path in
            guard let key = NodeKey(request: try bytes(of: path)) else {
                throw CommandRefusal(.usage, "no request for a key (\(path):1:1) - name a file of riparian key make")
            }
            return key
        }
        guard Set(keys.map(\.id)).count == keys.count, Set(keys.map(\.publicKey)).count == keys.count else {
            throw CommandRefusal(.usage, "a key stands twice among the requests - name each once")
        }
        return keys
    }

    /// A manifest whoever has signed it.
    static func manifest(of note: [UInt8], _ file: String) throws -> PartyManifest {
        do throws(ManifestRefusal) { return try PartyManifest(unverified: note) } catch {
            if Introduction.begins(note) {
                throw CommandRefusal(
                    .usage, "this is an introduction, not a manifest (\(file):1:1) - take it in with riparian peer add")
            }
            throw CommandRefusal(
                .usage, "no manifest (\(file):1:1): \(error) - see that the whole file was copied, or ask for it again")
        }
    }

    /// A manifest that a root key has signed, of which the public half is given: itself, or a file that holds it.
    static func manifest(_ path: String, signedBy root: String) throws -> PartyManifest {
        let note = try bytes(of: path)
        let shown = try manifest(of: note, path)
        var ring = KeyRing(party: shown.party, root: try laneKey(root, in: "."))
        if case .refused(let refusal) = ring.take(note) {
            throw CommandRefusal(.no, "\(path) is not believed: \(refusal)")
        }
        return shown
    }

    /// A manifest that the root key at hand has signed, and that key.
    static func manifest(_ path: String, root: String) throws -> (PartyManifest, Curve25519.Signing.PrivateKey) {
        let key = try SecretKeys.read(root)
        let note = try bytes(of: path)
        let shown = try manifest(of: note, path)
        var ring = KeyRing(party: shown.party, root: VerifierKey(lane: PartyManifest.name(shown.party), of: key))
        if case .refused(let refusal) = ring.take(note) {
            throw CommandRefusal(.no, "\(path) is not of this root key: \(refusal) - name the key that signed it")
        }
        return (shown, key)
    }

    /// Writes a manifest that reads back and continues the one before it; any other is not written.
    static func write(
        _ note: [UInt8], after held: PartyManifest?, _ key: Curve25519.Signing.PrivateKey, to path: String
    ) throws {
        do throws(ManifestRefusal) {
            let manifest = try PartyManifest(unverified: note)
            if let held, let refusal = manifest.refusal(after: held) { throw refusal }
        } catch {
            throw CommandRefusal(
                .no, "this manifest would not be believed: \(error) - check the times and keys; nothing was written")
        }
        try write(note, to: path)
    }

    /// Writes a new file.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandRefusal(.usage, "\(path) exists - name a new file; nothing is overwritten")
        }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw CommandRefusal(
                .usage, "\(path) cannot be written - name a folder where this user may write, and check the disk")
        }
    }
}

/// What a command about a manifest says at its end.
struct ManifestReport {
    let manifest: PartyManifest
    let output: String?
    let json: Bool

    func show() {
        if json {
            var document: [String: JSONValue] = ["digest": .string(manifest.digest), "manifest": manifest.json]
            if let output { document["output"] = .string(output) }
            printDocument(.object(document))
            return
        }
        print("\(manifest.party): manifest \(manifest.sequence), issued \(manifest.issued), digest \(manifest.digest)")
        for key in manifest.keys {
            let end = key.until.map { " until \($0)" } ?? ""
            print("  \(key.id) \(key.algorithm) \(key.roles.joined(separator: ",")) from \(key.from)\(end)")
            guard let revocation = key.revocation else { continue }
            print("    revoked \(revocation.at): \(revocation.reason)")
            for (origin, size) in revocation.lastTrusted.sorted(by: { $0.key < $1.key }) {
                print("    believed up to \(size) entries of \(origin)")
            }
        }
        if let output { print("written to \(output): give it to every party and to the own node") }
    }
}
