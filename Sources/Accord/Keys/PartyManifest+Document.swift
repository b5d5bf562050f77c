public import Crypto
import Series

extension PartyManifest {
    /// The document.
    public var json: JSONValue {
        var members = others
        members["party"] = .string(party.text)
        members["sequence"] = .integer(sequence)
        members["issued"] = .string(issued.iso8601())
        members["root"] = ["algorithm": .string(NodeKey.ed25519), "public": .string(Base64.encode(root))]
        members["previous"] = .optional(previous)
        members["keys"] = .array(keys.map(\.json))
        return .object(members)
    }

    /// The manifest as a note signed by the root key.
    ///
    /// - Parameter countersigner: the old node key as well, which shows that its holder knew of the change.
    public func signed(
        byRoot key: Curve25519.Signing.PrivateKey, countersigner: Curve25519.Signing.PrivateKey? = nil
    ) throws -> [UInt8] {
        let message = Array(text.utf8)
        var lines = ""
        for (name, key) in [(PartyManifest.name(party), key), (nodeKeyName, countersigner)] {
            guard let key else { continue }
            lines += SignedNote.line(VerifierKey(lane: name, of: key), Array(try key.signature(for: message)))
        }
        return Array((text + "\n" + lines).utf8)
    }

    /// The name under which a node key countersigns.
    var nodeKeyName: String { "riparian/\(party)" }

    /// Reads a note without judging who signed it.
    static func open(_ bytes: [UInt8]) throws(ManifestRefusal) -> (manifest: PartyManifest, note: SignedNote) {
        let note: SignedNote
        do { note = try SignedNote(bytes) } catch { throw .form(error.what) }
        guard let (name, document) = note.document, name.hasPrefix("riparian/"), name.hasSuffix("/manifest")
        else { throw .form("a manifest has its name and a document in canonical JSON") }
        let manifest = try PartyManifest(document)
        guard name == PartyManifest.name(manifest.party) else {
            throw .form("the note is called \(name) and holds a manifest of \(manifest.party)")
        }
        return (manifest, note)
    }

    /// Reads a note without judging who signed it: for people who look at their own manifest.
    public init(unverified note: [UInt8]) throws(ManifestRefusal) {
        self = try PartyManifest.open(note).manifest
    }

    private init(_ document: JSONValue) throws(ManifestRefusal) {
        var members = Members(document)
        guard let party = members.text("party").flatMap(PartyID.init), let sequence = members.whole("sequence"),
            sequence >= 1, let issued = members.time("issued"), var root = members.object("root"),
            root.text("algorithm") == NodeKey.ed25519, let rootKey = root.bytes("public"), rootKey.count == 32,
            case .array(let listed)? = members.take("keys"), let previous = members.take("previous")
        else { throw .form("the manifest lacks party, sequence, issued, root, previous or keys, or one has no form") }
        let keys = listed.compactMap { NodeKey($0) }
        guard keys.count == listed.count else { throw .form("key \(keys.count + 1) of the manifest has no form") }
        guard PartyManifest.isUnambiguous(keys), keys.map(\.id) == keys.map(\.id).sorted() else {
            throw .form("a key stands twice, or the keys are not in the order of their ids")
        }
        var digest: String?
        switch previous {
        case .null: break
        case .string(let text) where text.utf8.count == 64: digest = text
        default: throw .form("previous is a digest of 64 digits or null")
        }
        self.init(
            party: party, sequence: sequence, issued: issued, root: rootKey, previous: digest, keys: keys,
            others: members.rest)
    }
}

extension NodeKey {
    /// The document's part.
    public var json: JSONValue {
        var members = others
        members["id"] = .string(id)
        members["algorithm"] = .string(algorithm)
        members["public"] = .string(Base64.encode(publicKey))
        members["roles"] = .array(roles.map { .string($0) })
        members["from"] = .string(from.iso8601())
        members["until"] = .optional(until?.iso8601())
        members["revoked"] =
            revocation.map { revocation in
                [
                    "at": .string(revocation.at.iso8601()), "reason": .string(revocation.reason),
                    "trusted": .object(revocation.lastTrusted.mapValues { .integer($0) }),
                ]
            } ?? .null
        return .object(members)
    }

    fileprivate init?(_ document: JSONValue) {
        var members = Members(document)
        guard let id = members.text("id"), isTableIdentifier(id), let algorithm = members.text("algorithm"),
            isTableIdentifier(algorithm), let publicKey = members.bytes("public"), !publicKey.isEmpty,
            algorithm != NodeKey.ed25519 || publicKey.count == 32, case .array(let listed)? = members.take("roles"),
            let from = members.time("from"), let end = members.take("until"), let revoked = members.take("revoked")
        else { return nil }
        let roles = listed.compactMap { role -> String? in
            if case .string(let text) = role { text } else { nil }
        }
        guard roles.count == listed.count, roles == Set(roles).sorted() else { return nil }
        var until: Instant?
        if end != .null {
            guard case .string(let text) = end, let time = Members.time(text), time > from else { return nil }
            until = time
        }
        var revocation: Revocation?
        if revoked != .null {
            guard let read = Revocation(revoked) else { return nil }
            revocation = read
        }
        self.init(
            id: id, algorithm: algorithm, publicKey: publicKey, roles: roles, from: from, until: until,
            revocation: revocation, others: members.rest)
        guard isWhole else { return nil }
    }
}

extension Revocation {
    fileprivate init?(_ document: JSONValue) {
        var members = Members(document)
        guard let at = members.time("at"), let reason = members.text("reason"),
            let trusted = members.object("trusted")
        else { return nil }
        var sizes: [String: Int] = [:]
        for origin in trusted.rest.keys {
            var member = trusted
            guard let size = member.whole(origin), size >= 0 else { return nil }
            sizes[origin] = size
        }
        self.init(at: at, reason: reason, lastTrusted: sizes)
    }
}

/// The members of a document's object, taken out one by one.
struct Members {
    /// What has not been taken.
    private(set) var rest: [String: JSONValue]

    init(_ value: JSONValue) {
        if case .object(let members) = value { rest = members } else { rest = [:] }
    }

    mutating func take(_ name: String) -> JSONValue? { rest.removeValue(forKey: name) }

    mutating func text(_ name: String) -> String? {
        if case .string(let text)? = take(name) { text } else { nil }
    }

    mutating func whole(_ name: String) -> Int? {
        if case .number(let number)? = take(name) { Int(exactly: number) } else { nil }
    }

    mutating func bytes(_ name: String) -> [UInt8]? { text(name).flatMap { Base64.decode($0) } }

    mutating func time(_ name: String) -> Instant? { text(name).flatMap(Members.time) }

    mutating func object(_ name: String) -> Members? {
        if case .object? = rest[name], let value = take(name) { Members(value) } else { nil }
    }

    /// A time in its one form, UTC.
    static func time(_ text: String) -> Instant? {
        guard let time = try? Instant(iso8601: text), time.iso8601() == text else { return nil }
        return time
    }
}

extension NodeKey {
    /// What a node writes for the holder of the root key: the key as the manifest will list it.
    public var request: String { json.readableText + "\n" }

    /// Reads a request; nil for any other bytes.
    public init?(request bytes: [UInt8]) {
        guard let document = try? JSONText.value(bytes), let key = NodeKey(document), key.revocation == nil else {
            return nil
        }
        self = key
    }

    /// The verifier of its checkpoints of a lane; nil when it may not sign lanes or this version cannot check it.
    public func laneVerifier(_ origin: String) -> VerifierKey? { has(.lane) ? verifier(origin) : nil }
}

extension VerifierKey {
    /// Whether another verifier is of the same key, whatever its name.
    public func isSameKey(as other: VerifierKey) -> Bool { key == other.key && algorithm == other.algorithm }
}
