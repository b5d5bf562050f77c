import Accord
import Crypto
import Foundation
import NodeCore
import Series

/// The keys of a node: the one that it began with, and those that joined by rotation.
struct NodeKeys: Sendable {
    let party: PartyID
    private let key: Curve25519.Signing.PrivateKey
    /// Further keys of the folder that the party's manifest lists for lanes and receipts.
    private var others: [Curve25519.Signing.PrivateKey] = []

    private init(party: PartyID, key: Curve25519.Signing.PrivateKey) {
        self.party = party
        self.key = key
    }

    /// The keys that a node keeps in its folder, readable by its user alone; one is made when there is none.
    ///
    /// With a manifest of the party in the folder, a revoked key signs nothing more, and every other one signs beside the
    /// first: in the overlap of a rotation both stand below each checkpoint.
    ///
    /// - Parameter isNew: whether the folder is a new node's; in any other a key that is not there is lost, and none is made.
    static func kept(in folder: String, party: PartyID, isNew: Bool = true) throws -> NodeKeys {
        let secrets = SecretKeys(folder: folder + "/keys")
        let ring = try TrustFolder(path: folder + "/keys/trusted").rings()[party]
        guard try secrets.key("lane") != nil || ring?.manifest != nil else {
            guard isNew else {
                throw CommandRefusal(
                    .usage, "the keys of \(folder) are gone (\(folder)/keys:1:1) - restore the node from its backup")
            }
            let keys = NodeKeys(party: party, key: Curve25519.Signing.PrivateKey())
            try keys.keep(in: folder)
            return keys
        }
        var usable: [Curve25519.Signing.PrivateKey] = []
        for id in secrets.ids.sorted(by: { ($0 == "lane" ? "" : $0) < ($1 == "lane" ? "" : $1) }) {
            guard let secret = try secrets.key(id) else { continue }
            let publicKey = Array(secret.publicKey.rawRepresentation)
            if let listed = ring?.manifest?.keys.first(where: { $0.publicKey == publicKey }) {
                if listed.revocation == nil, listed.has(.lane) || listed.has(.receipt) { usable.append(secret) }
            } else if id == "lane", ring?.manifest == nil {
                usable.append(secret)
            }
        }
        guard let first = usable.first else {
            throw CommandRefusal(
                .usage,
                "no key in \(folder)/keys may sign lanes by the party's manifest - make one with riparian key make, "
                    + "list it with riparian key rotate, and run riparian key trust")
        }
        var keys = NodeKeys(party: party, key: first)
        keys.others = Array(usable.dropFirst())
        return keys
    }

    /// What is wrong with all of its keys at a time; nil where one may sign lanes, and where no manifest says.
    func fault(in ring: KeyRing?, at now: Instant) -> String? {
        guard let manifest = ring?.manifest else { return nil }
        let mine = publicKeys
        let listed = manifest.keys.filter { mine.contains($0.publicKey) }
        let mayOneSign = listed.contains { key in
            key.revocation == nil && key.refusal(for: .lane, at: now) == nil
        }
        guard !mayOneSign else { return nil }
        let ended = listed.compactMap { key in key.until.map { "\(key.id) until \($0)" } }.joined(separator: ", ")
        return "no key of this node may sign lanes by the party's manifest now"
            + (ended.isEmpty ? "" : " (\(ended))")
            + ": neighbours refuse what it signs - put the secret of the key that follows "
            + "into its folder keys, or make one with riparian key make and list it with riparian key rotate"
    }

    /// A key that everybody can compute: for demonstrations, where equal runs must give equal bytes, and for nothing else.
    static func demonstration(of party: PartyID) throws -> NodeKeys {
        let seed = Array(SHA256.hash(data: Array("riparian demonstration key of \(party), worth nothing".utf8)))
        return NodeKeys(party: party, key: try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
    }

    /// Puts the key into a node's folder, readable by its user alone, unless one lies there.
    func keep(in folder: String) throws {
        let secrets = SecretKeys(folder: folder + "/keys")
        if try secrets.key("lane") == nil { try secrets.keep(key, as: "lane") }
    }

    /// The public halves of all that it signs with.
    var publicKeys: [[UInt8]] { ([key] + others).map { Array($0.publicKey.rawRepresentation) } }

    /// The public key by which peers know the party.
    var peerKey: VerifierKey { VerifierKey(lane: "riparian/\(party)", of: key) }

    /// What signs the party's lanes and receipts: with every key, one line each.
    var signer: LaneSigner {
        var signer = LaneSigner.signing(with: key, as: party)
        let (others, party, first) = (others, party, signer)
        guard !others.isEmpty else { return signer }
        signer.checkpoint = { origin, size, root in
            try Checkpoint(origin: origin, size: size, root: root)
                .signed(byEach: others, below: try first.checkpoint(origin, size, root))
        }
        signer.receipt = { note, time in
            try others.reduce(try first.receipt(note, time)) {
                try Receipt.cosigned($0, by: $1, reader: "riparian/\(party)", at: time)
            }
        }
        return signer
    }
}

/// The secret keys of a folder, 32 bytes a file `<id>.key`, readable by their user alone.
struct SecretKeys {
    let folder: String

    /// The ids, sorted.
    var ids: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".key") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The key of an id; nil when there is none.
    func key(_ id: String) throws -> Curve25519.Signing.PrivateKey? {
        let path = "\(folder)/\(id).key"
        return FileManager.default.fileExists(atPath: path) ? try SecretKeys.read(path) : nil
    }

    /// The key of a file.
    static func read(_ path: String) throws -> Curve25519.Signing.PrivateKey {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandRefusal(
                .usage,
                "\(FolderOwner.fault(of: path)) (\(path):1:1) - name a file with a secret key that this user may read")
        }
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data) else {
            throw CommandRefusal(.usage, "\(path) is not a key (\(path):1:1) - restore it from the backup")
        }
        return key
    }

    /// Writes a key under an id that has none.
    func keep(_ key: Curve25519.Signing.PrivateKey, as id: String) throws {
        FolderOwner.note(folder)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandRefusal(.usage, "\(folder) cannot be made - check that this user may write there")
        }
        try SecretKeys.write(key, to: "\(folder)/\(id).key")
    }

    /// Writes a key to a file that does not exist: from its first moment only its user can read it.
    static func write(_ key: Curve25519.Signing.PrivateKey, to path: String) throws {
        try write(secret: key.rawRepresentation, to: path)
    }

    /// Writes a secret to a file that does not exist: from its first moment only its user can read it.
    static func write(secret: Data, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            let why = errno == EEXIST ? "exists; a key is never overwritten" : "cannot be made by this user"
            throw CommandRefusal(.usage, "\(path) \(why) - name another file, or run it as the user whose folder it is")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: secret)
            try file.synchronize()
        } catch {
            // Half a secret is none, and would be in the way of the next.
            unlink(path)
            throw CommandRefusal(.usage, "\(path) cannot be written: \(error.localizedDescription) - check the disk")
        }
    }
}

/// A folder of what is believed about parties: `<party>.vkey`, the pinned root key, and `<party>.manifest`, the newest
/// manifest, with those before it as `<party>.manifest.<sequence>`.
struct TrustFolder {
    let path: String

    /// The rings of the parties that have a root key there.
    func rings() throws -> [PartyID: KeyRing] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        var rings: [PartyID: KeyRing] = [:]
        for name in names where name.hasSuffix(".vkey") {
            guard let party = PartyID(String(name.dropLast(5))) else { continue }
            let root = try rootKey("\(path)/\(name)")
            if let other = rings.first(where: { $0.value.root.isSameKey(as: root) })?.key {
                throw CommandRefusal(
                    .usage,
                    "\(party) and \(other) have the same root key (\(path)/\(name):1:1) - one of them is not theirs: ask both"
                )
            }
            var ring = KeyRing(party: party, root: root)
            for file in manifests(of: party, among: names) {
                guard let note = contents(file) else { continue }
                if case .refused(let refusal) = ring.take(note) {
                    throw CommandRefusal(
                        .usage, "\(file) is no manifest of \(party): \(refusal) (\(file):1:1) - ask the party")
                }
            }
            rings[party] = ring
        }
        return rings
    }

    /// The files of a party's manifests, oldest first.
    private func manifests(of party: PartyID, among names: [String]) -> [String] {
        let earlier = names.compactMap { name in
            name.hasPrefix("\(party).manifest.") ? Int(name.dropFirst("\(party).manifest.".count)) : nil
        }
        let files = earlier.sorted().map { "\(path)/\(party).manifest.\($0)" }
        return files + (names.contains("\(party).manifest") ? ["\(path)/\(party).manifest"] : [])
    }

    /// The root key of a file, or of the text itself.
    func rootKey(_ text: String) throws -> VerifierKey { try laneKey(text, in: path) }

    /// Whom a node in that folder believes.
    ///
    /// - Parameter pinned: parties that are known by one key and no manifest.
    func trust(pinned: [PartyID: VerifierKey]) throws -> LaneTrust {
        LaneTrust.keyRings(try rings(), pinned: pinned)
    }
}
