import Accord
import Crypto
import Formats
import Foundation
import NodeCore
import River
import Series
import Storage

/// The key of a node.
struct NodeKeys: Sendable {
    let party: PartyID
    private let key: Curve25519.Signing.PrivateKey

    /// The key that a node keeps in its folder, readable by its user alone; made when there is none.
    static func kept(in folder: String, party: PartyID) throws -> NodeKeys {
        let path = folder + "/keys/lane.key"
        if let data = FileManager.default.contents(atPath: path) {
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data) else {
                throw CommandRefusal(.usage, "\(path) is not a key (\(path):1:1) - restore it from the backup")
            }
            return NodeKeys(party: party, key: key)
        }
        let keys = NodeKeys(party: party, key: Curve25519.Signing.PrivateKey())
        try keys.keep(in: folder)
        return keys
    }

    /// A key that everybody can compute: for demonstrations, where equal runs must give equal bytes, and for nothing else.
    static func demonstration(of party: PartyID) throws -> NodeKeys {
        let seed = Array(SHA256.hash(data: Array("riparian demonstration key of \(party), worth nothing".utf8)))
        return NodeKeys(party: party, key: try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
    }

    /// Puts the key into a node's folder, readable by its user alone, unless one lies there.
    func keep(in folder: String) throws {
        let path = folder + "/keys/lane.key"
        guard FileManager.default.contents(atPath: path) == nil else { return }
        try FileManager.default.createDirectory(
            atPath: folder + "/keys", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let isKept = FileManager.default.createFile(
            atPath: path, contents: key.rawRepresentation, attributes: [.posixPermissions: 0o600])
        guard isKept else { throw CommandRefusal(.ours, "cannot write \(path) - check that this user may write there") }
    }

    /// The public key by which peers know the party.
    var peerKey: LaneKey { LaneKey(VerifierKey(lane: "riparian/\(party)", of: key).text) }

    /// What signs the party's lanes and receipts.
    var signer: LaneSigner {
        let (key, party) = (key, party)
        return LaneSigner(
            key: { LaneKey(VerifierKey(lane: $0, of: key).text) },
            checkpoint: { try Checkpoint(origin: $0, size: $1, root: $2).signed(by: key) },
            receipt: { try Receipt.cosigned($0, by: key, reader: "riparian/\(party)", at: $1) })
    }
}

extension LaneForm {
    /// Lanes as they are served: C2SP tiles over SHA-256, entries in deterministic CBOR, checkpoints signed with Ed25519.
    static let signedTiles = LaneForm(
        entries: { try LaneEntry.entries($0) }, observations: { try LaneEntry.observations($0, received: $1) },
        leafHash: { MerkleTree.leafHash($0) }, root: { MerkleTree.root($0) },
        files: { entries in
            LaneTiles.files(entries.map { ($0.bytes, $0.leafHash) }).map { LaneFile(path: $0.path, bytes: $0.bytes) }
        },
        bundle: { bytes in
            guard let entries = LaneTiles.entries(inBundle: bytes) else {
                throw LaneProblemInBundle()
            }
            return entries
        },
        open: { note, origin, key in
            guard let verifier = VerifierKey(key.text) else { throw LaneProblemInKey(text: key.text) }
            let checkpoint = try Checkpoint(note: note, origin: origin, key: verifier.named(origin))
            return (checkpoint.size, checkpoint.root)
        })
}

/// A bundle that is cut or has a rest.
private struct LaneProblemInBundle: Error, CustomStringConvertible {
    var description: String { "the bundle of entries is cut or has a rest" }
}

/// A text that is no verifier key.
private struct LaneProblemInKey: Error, CustomStringConvertible {
    let text: String
    var description: String { "not a verifier key: \(text)" }
}

/// Puts together what a node works with, from a pack and its agreement.
struct NodeComposition {
    let pack: BasinPack
    let agreement: Agreement
    private let document: [UInt8]

    /// Reads the pack's agreement.
    init(pack: BasinPack) throws {
        self.pack = pack
        let path = pack.folder + "/" + pack.agreementFile
        document = try bytes(of: path)
        let reading = readAgreement(document, file: path)
        guard let agreement = reading.agreement else {
            guard let fault = reading.faults.first else { throw CommandRefusal(.ours, "\(path) cannot be read") }
            throw CommandRefusal(unreadable: fault)
        }
        self.agreement = agreement
    }

    /// The configuration of a party's node.
    ///
    /// - Parameters:
    ///   - peers: the parties that run a node, with the keys of their lanes.
    ///   - event: the event that is replayed, which brings its stations and its banner; nil outside replays.
    func configuration(
        of party: PartyID, keys: NodeKeys, peers: [PartyID: LaneKey], event: EventReading? = nil
    ) -> NodeConfiguration {
        NodeConfiguration(
            party: party, basin: pack.basin.adding(event?.stations ?? []), register: pack.register,
            agreement: event == nil ? agreement : agreement.asIfInForce, rivers: pack.rivers.mapValues(\.name),
            lanes: .signedTiles, signer: keys.signer, peers: peers,
            replay: event.map {
                ReplayBanner(event: $0.description.id, title: $0.description.title, remarks: $0.description.remarks)
            })
    }

    /// Lays out a node's folder: who it is and whom it knows, its key, the agreement as it was read.
    func layOut(_ folder: FileFolder, keys: NodeKeys, peers: [PartyID: LaneKey]) throws {
        try keys.keep(in: folder.path)
        try folder.write("agreements/\(agreement.id).yaml", document)
        let known = peers.filter { $0.key != keys.party }.sorted { $0.key < $1.key }.map { party, key in
            "  \(party): \"\(key.text)\"\n"
        }
        let text = """
            # Who this node is and whom it knows. No secret stands here.
            party: \(keys.party)
            pack: \(pack.id)
            agreement: \(agreement.id)
            agreement_identity: \(agreement.identity)
            key: "\(keys.peerKey.text)"
            peers:\(known.isEmpty ? " {}" : "")

            """
        try folder.write("node.yaml", Array((text + known.joined()).utf8))
    }
}
