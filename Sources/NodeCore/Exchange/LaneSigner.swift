public import Accord
public import Crypto
public import Series

/// The key of a party that signs the checkpoints of its lanes and its receipts; the key itself stays in the closures.
public struct LaneSigner: Sendable {
    /// The public key of one of its lanes.
    public var key: @Sendable (_ origin: String) -> VerifierKey
    /// The signed checkpoint of a lane with that many entries and that root.
    public var checkpoint: @Sendable (_ origin: String, _ size: Int, _ root: [UInt8]) throws -> [UInt8]
    /// The note with this party's dated cosignature below: a reader's receipt, or the heartbeat of an own lane.
    public var receipt: @Sendable (_ note: [UInt8], _ at: Instant) throws -> [UInt8]

    /// Makes a signer.
    public init(
        key: @escaping @Sendable (String) -> VerifierKey,
        checkpoint: @escaping @Sendable (String, Int, [UInt8]) throws -> [UInt8],
        receipt: @escaping @Sendable ([UInt8], Instant) throws -> [UInt8]
    ) {
        self.key = key
        self.checkpoint = checkpoint
        self.receipt = receipt
    }
}

extension LaneSigner {
    /// A party that signs all its lanes and receipts with one key, in memory.
    public static func signing(with key: Curve25519.Signing.PrivateKey, as party: PartyID) -> LaneSigner {
        LaneSigner(
            key: { VerifierKey(lane: $0, of: key) },
            checkpoint: { try Checkpoint(origin: $0, size: $1, root: $2).signed(by: key) },
            receipt: { try Receipt.cosigned($0, by: key, reader: "riparian/\(party)", at: $1) })
    }
}

/// Whom a node believes: which checkpoints, which receipts.
public struct LaneTrust: Sendable {
    /// The parties whose lanes can be believed at all: whoever is absent has not joined.
    public var joined: Set<PartyID> { joinedNow() }
    private let joinedNow: @Sendable () -> Set<PartyID>
    /// A party's checkpoint of a lane, believed at a time; throws for any other bytes.
    public var checkpoint:
        @Sendable (_ note: [UInt8], _ origin: String, _ party: PartyID, _ at: Instant) throws -> Checkpoint
    /// The time of a reader's cosignature in a note; nil when it carries none that can be believed.
    public var receiptTime: @Sendable (_ note: [UInt8], _ reader: PartyID) -> Instant?
    /// The keys of the witnesses whose cosignatures count like readers' receipts, by conference; they sign as
    /// ``WitnessName/of(_:)``. None of them is a party.
    public var witnesses: [PartyID: VerifierKey] = [:]
    /// The keys with which a party signs warnings and notices, as its manifest lists them: valid, ended and revoked ones.
    public var alertKeys: @Sendable (PartyID) -> [NodeKey] = { _ in [] }

    /// Makes a trust.
    public init(
        joined: @escaping @autoclosure @Sendable () -> Set<PartyID>,
        checkpoint: @escaping @Sendable ([UInt8], String, PartyID, Instant) throws -> Checkpoint,
        receiptTime: @escaping @Sendable ([UInt8], PartyID) -> Instant?
    ) {
        joinedNow = joined
        self.checkpoint = checkpoint
        self.receiptTime = receiptTime
    }

    /// Believes one pinned key a party, whatever the time.
    public static func pinned(_ keys: [PartyID: VerifierKey]) -> LaneTrust {
        LaneTrust(
            joined: Set(keys.keys),
            checkpoint: { note, origin, party, _ in
                guard let key = keys[party] else { throw NotJoined(party: party) }
                return try Checkpoint(note: note, origin: origin, key: key.named(origin))
            },
            receiptTime: { note, reader in
                keys[reader].flatMap { Receipt.time(in: note, of: $0.cosigning("riparian/\(reader)")) }
            })
    }
}

extension LaneTrust {
    /// The time at which a reader or a witness has cosigned a note; nil when it has not.
    func cosignatureTime(_ note: [UInt8], of giver: PartyID) -> Instant? {
        guard let witness = witnesses[giver] else { return receiptTime(note, giver) }
        return Receipt.time(in: note, of: witness.cosigning(WitnessName.of(giver)))
    }
}

/// A party whose key is not known.
public struct NotJoined: Error, Sendable {
    /// Who.
    public let party: PartyID
}
