import Crypto
public import Series

/// What a party says about its keys: a document signed by its offline root key.
///
/// Canonical JSON in a signed note named `riparian/<party>/manifest`; `Documentation/Keys.md` has its members.
public struct PartyManifest: Hashable, Sendable {
    /// Whose keys.
    public let party: PartyID
    /// Counts the party's manifests, 1 or more.
    public let sequence: Int
    /// When it was made.
    public let issued: Instant
    /// The public root key, Ed25519, 32 bytes.
    public let root: [UInt8]
    /// ``digest`` of the manifest before it; nil for the first.
    public let previous: String?
    /// Every key that the party has ever listed, by id: old signatures are still checked by them.
    public let keys: [NodeKey]
    /// Members that this version does not know.
    let others: [String: JSONValue]

    /// Makes a manifest; a key id or a public key that stands twice is a bug of the caller.
    public init(
        party: PartyID, sequence: Int, issued: Instant, root: [UInt8], previous: String? = nil, keys: [NodeKey]
    ) {
        self.init(
            party: party, sequence: sequence, issued: issued, root: root, previous: previous, keys: keys, others: [:])
    }

    init(
        party: PartyID, sequence: Int, issued: Instant, root: [UInt8], previous: String?, keys: [NodeKey],
        others: [String: JSONValue]
    ) {
        precondition(sequence >= 1 && root.count == 32, "a manifest counts from 1 and has a root key of 32 bytes")
        precondition(PartyManifest.isUnambiguous(keys), "a key stands twice")
        self.party = party
        self.sequence = sequence
        self.issued = issued
        self.root = root
        self.previous = previous
        self.keys = keys.sorted { $0.id < $1.id }
        self.others = others
    }

    static func isUnambiguous(_ keys: [NodeKey]) -> Bool {
        Set(keys.map(\.id)).count == keys.count && Set(keys.map(\.publicKey)).count == keys.count
    }

    /// The manifest that follows this one with other keys.
    ///
    /// - Parameter keys: those of this manifest, changed or not, and new ones.
    public func following(issued: Instant, keys: [NodeKey]) -> PartyManifest {
        PartyManifest(
            party: party, sequence: sequence + 1, issued: issued, root: root, previous: digest, keys: keys,
            others: others)
    }

    /// The key of an id; nil when there is none.
    public func key(_ id: String) -> NodeKey? { keys.first { $0.id == id } }

    /// The name of the notes of a party's manifests.
    public static func name(_ party: PartyID) -> String { "riparian/\(party)/manifest" }

    /// SHA-256 of the signed text, 64 hexadecimal digits: what the next manifest names as ``previous``.
    public var digest: String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

    /// The text that is signed: the name, then the document, a line each.
    var text: String { "\(PartyManifest.name(party))\n\(json.canonicalText)\n" }

    /// What breaks when this manifest is to follow another of the same party and root; nil when it continues it.
    public func refusal(after old: PartyManifest) -> ManifestRefusal? {
        if sequence < old.sequence { return .older(held: old.sequence, shown: sequence) }
        if sequence == old.sequence { return .fork(sequence: sequence) }
        if sequence == old.sequence + 1, previous != old.digest { return .fork(sequence: old.sequence) }
        if issued < old.issued { return .broken("it was issued before the one that is held") }
        for key in old.keys {
            guard let next = self.key(key.id) else { return .broken("it has lost the key \(key.id)") }
            guard next.algorithm == key.algorithm, next.publicKey == key.publicKey, next.roles == key.roles,
                next.from == key.from
            else { return .broken("the key \(key.id) has become another") }
            guard let revocation = key.revocation else { continue }
            guard let later = next.revocation, later.at <= revocation.at,
                later.lastTrusted.allSatisfy({ $0.value <= revocation.lastTrusted[$0.key] ?? 0 })
            else { return .broken("the revocation of the key \(key.id) has become weaker") }
        }
        return nil
    }
}

/// Why a manifest is not taken over.
public enum ManifestRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not of the form.
    case form(String)
    /// It is another party's.
    case otherParty(PartyID)
    /// It states another root key than the one that is pinned.
    case otherRoot
    /// The pinned root key has not signed it.
    case notSigned
    /// A newer one is held.
    case older(held: Int, shown: Int)
    /// The party has signed two different manifests of one number: keep both, they are the proof.
    case fork(sequence: Int)
    /// It does not continue the one that is held.
    case broken(String)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .form(let what): what
        case .otherParty(let party): "it is the manifest of \(party)"
        case .otherRoot: "it states another root key than the one that is known"
        case .notSigned: "the root key has not signed it"
        case .older(let held, let shown): "it is number \(shown), and number \(held) is held already"
        case .fork(let sequence):
            "the root key has signed two different manifests number \(sequence): keep both, ask the party"
        case .broken(let what): "it does not continue the one that is held: \(what)"
        }
    }
}
