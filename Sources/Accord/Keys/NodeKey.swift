import Crypto
public import Series

/// What a node key may sign.
public enum KeyRole: String, Sendable, CaseIterable, Hashable {
    /// Checkpoints of the party's lanes.
    case lane
    /// Receipts for the lanes of others, and the heartbeats of its own.
    case receipt
    /// Agreements.
    case agreement
    /// Nothing: it proves at the other end of a line who is there.
    case connection
    /// Warnings and notices in the form of the Common Alerting Protocol, by a certificate of a key on P-256.
    case alert
}

/// The end of a key before its time.
public struct Revocation: Hashable, Sendable {
    /// From when on the key signs nothing more.
    public let at: Instant
    /// Why, for people.
    public let reason: String
    /// By lane origin, the largest size of which a checkpoint of this key is still believed; 0 for lanes not named.
    public let lastTrusted: [String: Int]

    /// Makes a revocation; a negative size is a bug of the caller.
    public init(at: Instant, reason: String, lastTrusted: [String: Int] = [:]) {
        precondition(lastTrusted.values.allSatisfy { $0 >= 0 }, "a size is 0 or more")
        self.at = at
        self.reason = reason
        self.lastTrusted = lastTrusted
    }
}

/// A key that works on a party's node, as the party's manifest lists it.
public struct NodeKey: Hashable, Sendable {
    /// The algorithm that this version can check.
    public static let ed25519 = "ed25519"
    /// A certificate of a line: the public key is the SHA-256 of its DER form, which stands beside it.
    public static let certificate = "x509-sha256"

    /// The id, unique in the manifest, for example `lane-2026`.
    public let id: String
    /// How it signs: ``ed25519``; other names, `sm2` or `ml-dsa-44` for instance, are carried and not believed.
    public let algorithm: String
    /// The public key; 32 bytes for Ed25519.
    public let publicKey: [UInt8]
    /// What it may sign: the words of ``KeyRole``, sorted; other words are carried.
    public let roles: [String]
    /// From when on.
    public let from: Instant
    /// Until when, excluded; nil for no end.
    public let until: Instant?
    /// Whether and how it was given up.
    public let revocation: Revocation?
    /// Members of the manifest that this version does not know.
    let others: [String: JSONValue]

    /// Makes a key.
    public init(
        id: String, algorithm: String = NodeKey.ed25519, publicKey: [UInt8], roles: [KeyRole], from: Instant,
        until: Instant? = nil, revocation: Revocation? = nil
    ) {
        self.init(
            id: id, algorithm: algorithm, publicKey: publicKey, roles: roles.map(\.rawValue), from: from, until: until,
            revocation: revocation, others: [:])
    }

    init(
        id: String, algorithm: String, publicKey: [UInt8], roles: [String], from: Instant, until: Instant?,
        revocation: Revocation?, others: [String: JSONValue]
    ) {
        self.id = id
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.roles = Set(roles).sorted()
        self.from = from
        self.until = until
        self.revocation = revocation
        self.others = others
    }

    /// Makes the entry of a certificate: by default one that proves who is at the other end of a line.
    ///
    /// - Parameter certificate: in DER.
    public init(id: String, certificate: [UInt8], role: KeyRole = .connection, from: Instant, until: Instant) {
        self.init(
            id: id, algorithm: NodeKey.certificate, publicKey: Array(SHA256.hash(data: certificate)),
            roles: [role.rawValue], from: from, until: until, revocation: nil,
            others: ["certificate": .string(Base64.encode(certificate))])
    }

    /// The certificate in DER; nil for keys that sign.
    public var certificate: [UInt8]? {
        guard algorithm == NodeKey.certificate, case .string(let text)? = others["certificate"] else { return nil }
        return Base64.decode(text)
    }

    /// Whether an entry that says to be a certificate has one with the digest that it states.
    var isWhole: Bool {
        guard algorithm == NodeKey.certificate else { return true }
        return certificate.map { Array(SHA256.hash(data: $0)) == publicKey } ?? false
    }

    /// Whether it may sign that kind of thing.
    public func has(_ role: KeyRole) -> Bool { roles.contains(role.rawValue) }

    /// The same key with another end.
    public func ending(_ until: Instant) -> NodeKey { copy(until: until, revocation: revocation) }

    /// The same key, given up.
    public func revoked(_ revocation: Revocation) -> NodeKey { copy(until: until, revocation: revocation) }

    private func copy(until: Instant?, revocation: Revocation?) -> NodeKey {
        NodeKey(
            id: id, algorithm: algorithm, publicKey: publicKey, roles: roles, from: from, until: until,
            revocation: revocation, others: others)
    }

    /// The verifier of its signatures under a name; nil for an algorithm that this version cannot check.
    func verifier(_ name: String, _ kind: VerifierKey.Algorithm = .signature) -> VerifierKey? {
        guard algorithm == NodeKey.ed25519, publicKey.count == 32 else { return nil }
        return VerifierKey(name: name, algorithm: kind, key: publicKey)
    }

    /// Why it may not have signed at a time; revocation is judged by whoever knows what was signed.
    public func refusal(for role: KeyRole, at time: Instant) -> KeyRefusal? {
        if !has(role) { return .withoutRole(key: id, role: role) }
        if time < from { return .notYetValid(key: id, from: from) }
        if let until, time >= until { return .expired(key: id, until: until) }
        return nil
    }
}

/// Why a signature of a party is not believed.
public enum KeyRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// No manifest of the party is known.
    case noManifest(PartyID)
    /// The bytes are not of the form.
    case form(String)
    /// It is of another lane.
    case otherLane(String)
    /// No key of the manifest has signed it.
    case notSigned
    /// The key that signed may sign other things only.
    case withoutRole(key: String, role: KeyRole)
    /// The key begins later.
    case notYetValid(key: String, from: Instant)
    /// The key has ended.
    case expired(key: String, until: Instant)
    /// The key was given up, and what it signed is not covered by what is still believed.
    case revoked(key: String, at: Instant)
    /// The key was given up, and the checkpoint goes beyond the last size that is believed.
    case beyondRevocation(key: String, at: Instant, lastTrusted: Int, size: Int)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .noManifest(let party): "no manifest of \(party) is known"
        case .form(let what): what
        case .otherLane(let origin): "it is of the lane \(origin)"
        case .notSigned: "no key of the party's manifest has signed it"
        case .withoutRole(let key, let role): "the key \(key) may not sign as \(role.rawValue)"
        case .notYetValid(let key, let from): "the key \(key) is valid from \(from) on"
        case .expired(let key, let until): "the key \(key) was valid until \(until)"
        case .revoked(let key, let at): "the key \(key) was revoked at \(at)"
        case .beyondRevocation(let key, let at, let lastTrusted, let size):
            "the key \(key) was revoked at \(at): \(lastTrusted) entries are believed, the checkpoint has \(size)"
        }
    }
}
