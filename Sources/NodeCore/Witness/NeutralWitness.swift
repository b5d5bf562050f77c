public import Accord
public import Crypto
public import Series

/// The key of a witness; the key itself stays in the closure.
public struct WitnessSigner: Sendable {
    /// What checks its cosignatures; its name is the witness's, `riparian/<conference>/witness` for instance.
    public let key: VerifierKey
    /// The note with the witness's dated cosignature below.
    public let cosign: @Sendable (_ note: [UInt8], _ at: Instant) throws -> [UInt8]

    /// Makes a signer.
    public init(key: VerifierKey, cosign: @escaping @Sendable ([UInt8], Instant) throws -> [UInt8]) {
        self.key = key
        self.cosign = cosign
    }

    /// A witness that signs with a key in memory. The key signs nothing else: two cosigners never share one.
    public static func signing(
        with key: Curve25519.Signing.PrivateKey, as conference: PartyID
    ) -> WitnessSigner {
        let name = WitnessName.of(conference)
        return WitnessSigner(
            key: Receipt.key(reader: name, of: key),
            cosign: { try Receipt.cosigned($0, by: key, reader: name, at: $1) })
    }
}

/// The names of witnesses.
public enum WitnessName {
    /// The name under which the witness of a conference signs.
    public static func of(_ conference: PartyID) -> String { "riparian/\(conference)/witness" }
}

/// A neutral witness at work: it answers `add-checkpoint` of C2SP tlog-witness.
///
/// What it is about to cosign is durable before the cosignature leaves: a witness that was killed in between finds its own
/// cosignature at the next request, and never signs another root of that size.
public actor NeutralWitness {
    /// Its name and public key.
    public nonisolated let key: VerifierKey
    private let signer: WitnessSigner
    private let belief: @Sendable (_ note: [UInt8], _ origin: String, _ at: Instant) -> WitnessBelief
    private let effects: Effects

    /// Makes a witness.
    ///
    /// - Parameters:
    ///   - belief: whether the keys of an origin's lane have signed a note.
    ///   - effects: the clock, and the folder in which it keeps `witness/` and `evidence/`.
    public init(
        signer: WitnessSigner, belief: @escaping @Sendable ([UInt8], String, Instant) -> WitnessBelief,
        effects: Effects
    ) {
        key = signer.key
        self.signer = signer
        self.belief = belief
        self.effects = effects
    }

    /// Makes the witness of an agreement's lanes.
    public init(signer: WitnessSigner, agreement: Agreement, trust: LaneTrust, effects: Effects) {
        let origins = Dictionary(
            agreement.parties.map(\.id).flatMap { party in
                agreement.lanes(of: party).map { ($0.origin, party) }
            }
        ) { first, _ in first }
        self.init(
            signer: signer,
            belief: { note, origin, time in
                guard let party = origins[origin], trust.joined.contains(party) else { return .unknownOrigin }
                return (try? trust.checkpoint(note, origin, party, time)) == nil ? .notSigned : .signed
            }, effects: effects)
    }

    /// Answers the body of `POST <prefix>/add-checkpoint`.
    ///
    /// - Parameter body: at most ``WitnessRequest/maximumSize`` bytes; a longer one is refused.
    /// - Returns: 200 with the cosignature, 400, 403, 404, 409 with the size that was cosigned last, 422, or 503 while the
    ///   clock stands before the last cosignature.
    /// - Throws: what the disk throws, and ``DamagedRecord``: then nothing was cosigned, and the answer is 500.
    public func addCheckpoint(_ body: [UInt8]) async throws -> WitnessAnswer {
        let now = effects.now()
        let judgement = try Witness.judge(body, at: now, belief: { belief($0, $1, now) }, last: record)
        switch judgement {
        case .answer(let answer, let fork):
            if let fork { try keep(fork) }
            return answer
        case .cosign(let note, let origin):
            let cosigned = try signer.cosign(note, now)
            try effects.disk.write(WitnessFiles.record(of: origin), cosigned)
            return Witness.answer(cosigned, of: key)
        }
    }

    /// The last checkpoint of a lane that was cosigned; nil before the first.
    public func record(of origin: String) throws -> WitnessRecord? {
        let path = WitnessFiles.record(of: origin)
        guard let note = try effects.disk.read(path) else { return nil }
        guard let record = WitnessRecord(note, of: key), record.checkpoint.origin == origin else {
            throw DamagedRecord(path: path)
        }
        return record
    }

    private func keep(_ fork: ForkProof) throws {
        let path = WitnessFiles.evidence(of: fork.origin) + "/\(fork.size).fork"
        guard try effects.disk.read(path) == nil else { return }
        try effects.disk.write(path, fork.bytes)
        effects.log("\(fork.origin): two checkpoints of \(fork.size) entries with different roots: \(path)")
    }
}

/// What a witness had written of a lane is no longer what it has signed: it cosigns nothing more of that lane until the file
/// has been restored.
public struct DamagedRecord: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, below the witness's folder.
    public let path: String

    /// Makes the error.
    public init(path: String) { self.path = path }

    /// One sentence with an advice.
    public var description: String {
        "\(path) is not what this witness has cosigned - restore it from the backup; without it nothing of that lane is cosigned"
    }
}

/// Where a witness keeps its files, below its folder.
enum WitnessFiles {
    /// The last checkpoint of a lane that was cosigned.
    static func record(of origin: String) -> String { "witness/\(folder(of: origin))/checkpoint" }

    /// The folder of what contradicts it.
    static func evidence(of origin: String) -> String { "evidence/\(folder(of: origin))" }

    /// `<agreement>/<party>/<audience>`, or for the logs of others a hash of the origin.
    private static func folder(of origin: String) -> String {
        if let lane = LaneName(origin: origin), lane.audience.utf8.allSatisfy({ isPlain($0) }) {
            return "\(lane.agreement)/\(lane.party)/\(lane.audience)"
        }
        return "logs/" + hexadecimal(SHA256.hash(data: Array(origin.utf8)))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch Character(UnicodeScalar(byte)) {
        case "a"..."z", "0"..."9", "-", "_": true
        default: false
        }
    }
}
