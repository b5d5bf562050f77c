public import Crypto
public import Series

/// What came of a manifest that was shown.
public enum ManifestOutcome: Hashable, Sendable {
    /// It is the newest now.
    case taken
    /// It was held already.
    case held
    /// It is not believed.
    case refused(ManifestRefusal)
}

/// What is believed about a party's keys: from one pinned root key, through the manifests that it has signed.
public struct KeyRing: Hashable, Sendable {
    /// Whose keys.
    public let party: PartyID
    /// The pinned root key, under the name of the party's manifests.
    public let root: VerifierKey
    /// The newest manifest; nil before the first.
    public private(set) var manifest: PartyManifest?

    /// Makes a ring that knows nothing but the root key.
    ///
    /// - Parameter root: as the party gave it by hand; its name does not matter.
    public init(party: PartyID, root: VerifierKey) {
        self.party = party
        self.root = root.named(PartyManifest.name(party))
    }

    /// Takes a manifest over when the root key has signed it and it continues the newest one.
    public mutating func take(_ note: [UInt8]) -> ManifestOutcome {
        do throws(ManifestRefusal) {
            let (shown, signed) = try PartyManifest.open(note)
            guard shown.party == party else { throw ManifestRefusal.otherParty(shown.party) }
            guard shown.root == root.key else { throw ManifestRefusal.otherRoot }
            guard signed.isSigned(by: root) else { throw ManifestRefusal.notSigned }
            if let manifest {
                if shown == manifest { return .held }
                if let refusal = shown.refusal(after: manifest) { throw refusal }
            }
            manifest = shown
            return .taken
        } catch {
            return .refused(error)
        }
    }

    /// The keys of the newest manifest that were valid when another was issued and have countersigned it, by id.
    public func countersigners(of note: [UInt8]) -> [String] {
        guard let manifest, let (shown, signed) = try? PartyManifest.open(note) else { return [] }
        return manifest.keys.filter { key in
            key.revocation == nil && key.from <= shown.issued && key.until ?? shown.issued + 1 > shown.issued
                && key.verifier(shown.nodeKeyName).map(signed.isSigned) == true
        }.map(\.id)
    }

    /// The checkpoint of a lane of the party, believed when a key with the role ``KeyRole/lane`` signed it that was valid
    /// at a time.
    ///
    /// What a revoked key signed is believed up to the last trusted size of the lane and not beyond, whatever the time:
    /// a backfill goes on under the key that followed.
    public func checkpoint(note bytes: [UInt8], origin: String, at time: Instant) -> Result<Checkpoint, KeyRefusal> {
        let note: SignedNote
        let shown: Checkpoint
        do {
            note = try SignedNote(bytes)
            shown = try Checkpoint(unverified: note)
        } catch { return .failure(.form(error.what)) }
        guard shown.origin == origin else { return .failure(.otherLane(shown.origin)) }
        return signer(of: note, name: origin, role: .lane, at: time) { key, revocation in
            let lastTrusted = revocation.lastTrusted[origin] ?? 0
            guard shown.size > lastTrusted else { return nil }
            return .beyondRevocation(key: key.id, at: revocation.at, lastTrusted: lastTrusted, size: shown.size)
        }.map { _ in shown }
    }

    /// The party's dated cosignature in a note, believed when its key was valid at the time that it states.
    public func receipt(in bytes: [UInt8]) -> Result<Instant, KeyRefusal> {
        guard let manifest else { return .failure(.noManifest(party)) }
        var refusal = KeyRefusal.notSigned
        for key in manifest.keys {
            guard let verifier = key.verifier("riparian/\(party)", .cosignature),
                let time = Receipt.time(in: bytes, of: verifier)
            else { continue }
            if let reason = key.refusal(for: .receipt, at: time) {
                refusal = reason
            } else if let revocation = key.revocation, time >= revocation.at {
                refusal = .revoked(key: key.id, at: revocation.at)
            } else {
                return .success(time)
            }
        }
        return .failure(refusal)
    }

    /// The certificates that a party's line may show at a time, in DER, by id.
    public func certificates(at time: Instant) -> [[UInt8]] {
        (manifest?.keys ?? []).compactMap { key in
            guard let certificate = key.certificate, connectionRefusal(key, at: time) == nil else { return nil }
            return certificate
        }
    }

    /// Why a certificate is not believed to be the party's at a time; nil when it is.
    ///
    /// - Parameter certificate: in DER, as the other end has shown it.
    public func refusal(ofCertificate certificate: [UInt8], at time: Instant) -> KeyRefusal? {
        guard let manifest else { return .noManifest(party) }
        let digest = Array(SHA256.hash(data: certificate))
        guard let key = manifest.keys.first(where: { $0.certificate != nil && $0.publicKey == digest }) else {
            return .notSigned
        }
        return connectionRefusal(key, at: time)
    }

    private func connectionRefusal(_ key: NodeKey, at time: Instant) -> KeyRefusal? {
        if let revocation = key.revocation, time >= revocation.at { return .revoked(key: key.id, at: revocation.at) }
        return key.refusal(for: .connection, at: time)
    }

    /// The key that signed a note under a name.
    ///
    /// - Parameter revoked: why a revoked key is not believed for this note; nil when it still is.
    func signer(
        of note: SignedNote, name: String, role: KeyRole, at time: Instant,
        revoked: (NodeKey, Revocation) -> KeyRefusal?
    ) -> Result<NodeKey, KeyRefusal> {
        guard let manifest else { return .failure(.noManifest(party)) }
        var refusal = KeyRefusal.notSigned
        for key in manifest.keys {
            guard let verifier = key.verifier(name), note.isSigned(by: verifier) else { continue }
            if let reason = key.refusal(for: role, at: time) ?? key.revocation.flatMap({ revoked(key, $0) }) {
                refusal = reason
            } else {
                return .success(key)
            }
        }
        return .failure(refusal)
    }
}

extension SignedNote {
    /// Whether a key's signature stands below the text and holds.
    func isSigned(by key: VerifierKey) -> Bool {
        signatures.contains { entry in
            entry.name == key.name && entry.bytes.starts(with: key.id)
                && key.isValid(Array(entry.bytes.dropFirst(4)), over: Array(text.utf8))
        }
    }
}

extension Checkpoint {
    /// Reads a note without judging who signed it; nil for other bytes.
    public init?(unverifiedNote bytes: [UInt8]) {
        guard let note = try? SignedNote(bytes), let read = try? Checkpoint(unverified: note) else { return nil }
        self = read
    }

    /// Reads a note without judging who signed it.
    init(unverified note: SignedNote) throws(LaneProblem) {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, let size = Int(lines[1]), size >= 0, String(size) == lines[1],
            let root = Base64.decode(lines[2]), root.count == 32
        else { throw LaneProblem(code: .form, what: "a checkpoint has an origin, a size and a root") }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}

extension Checkpoint {
    /// A signed note of this checkpoint with the lines of further keys below: in the overlap of a rotation.
    public func signed(byEach keys: [Curve25519.Signing.PrivateKey], below note: [UInt8]) throws -> [UInt8] {
        try keys.reduce(note) { note, key in
            let signature = Array(try key.signature(for: Array(text.utf8)))
            return note + Array(SignedNote.line(VerifierKey(lane: origin, of: key), signature).utf8)
        }
    }
}
