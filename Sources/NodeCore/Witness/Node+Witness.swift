public import Accord
public import Series
import Storage

/// The line to a witness.
public struct WitnessLink: Sendable {
    /// Sends the body of `add-checkpoint` and brings the answer; throws when the line is down.
    public var addCheckpoint: @Sendable (_ body: [UInt8]) async throws -> WitnessAnswer

    /// Makes a link.
    public init(addCheckpoint: @escaping @Sendable ([UInt8]) async throws -> WitnessAnswer) {
        self.addCheckpoint = addCheckpoint
    }
}

/// What came of asking a witness.
public struct WitnessOutcome: Hashable, Sendable {
    /// Entries that its new cosignatures cover, by lane origin.
    public var cosigned: [String: Int] = [:]
    /// What it did not cosign and why, by lane origin.
    public var refused: [String: String] = [:]

    /// The outcome of asking for nothing.
    public init() {}
}

extension Node {
    /// At most so many requests for one lane: a witness that states another size is asked once more from there.
    private static let witnessAttempts = 3

    /// Has a witness cosign the checkpoints of own lanes that it has not cosigned yet, and serves its cosignature below
    /// them; a cosignature is kept like a reader's receipt and counts like one.
    ///
    /// - Parameter witness: one of ``LaneTrust/witnesses``.
    /// - Throws: ``LinkDown``, or what the disk throws.
    public func askWitness(_ witness: PartyID, over link: WitnessLink) async throws -> WitnessOutcome {
        var outcome = WitnessOutcome()
        guard let key = configuration.trust.witnesses[witness] else { return outcome }
        for place in ownPlaces {
            guard let standing = try database.lastCheckpoint(of: place.origin), standing.size > 0,
                try database.hold(of: place.origin) == nil
            else { continue }
            let last = try database.lastReceipt(of: place.origin, by: witness)
            if let last, last.size == standing.size, effects.now() - last.time < Node.receiptPeriod { continue }
            let known = min(last?.size ?? 0, standing.size)
            switch try await reply(for: place.origin, standing, known: known, key: key, witness: witness, over: link) {
            case .cosigned(let note):
                if try keepCosignature(note, of: place, standing, witness: witness, key: key) {
                    outcome.cosigned[place.origin] = standing.size
                }
            case .conflict(let size): outcome.refused[place.origin] = "it has cosigned \(size) entries, and not these"
            case .refused(let status, let what): outcome.refused[place.origin] = "\(status) \(what)"
            }
        }
        if !outcome.cosigned.isEmpty { _ = try publishCheckpoints() }
        if !outcome.cosigned.isEmpty || !outcome.refused.isEmpty {
            effects.log(
                "witness \(witness): \(outcome.cosigned.count) lanes cosigned, \(outcome.refused.count) refused")
        }
        return outcome
    }

    private func reply(
        for origin: String, _ standing: SignedCheckpoint, known: Int, key: VerifierKey, witness: PartyID,
        over link: WitnessLink
    ) async throws -> WitnessReply {
        var old = known
        for attempt in 1...Node.witnessAttempts {
            let request = WitnessRequest(
                oldSize: old,
                proof: try MerkleTree.consistencyProof(from: old, to: standing.size) {
                    try database.subtree(of: origin, $0)
                }, note: standing.note)
            let answer: WitnessAnswer
            do { answer = try await link.addCheckpoint(request.body) } catch {
                throw LinkDown(peer: witness, cause: error)
            }
            let reply = WitnessReply(answer, to: request, of: key)
            guard case .conflict(let size) = reply, size != old, size <= standing.size, attempt < Node.witnessAttempts
            else { return reply }
            old = size
        }
        return .refused(status: 409, what: "it states another size at each request")
    }

    /// Keeps a cosignature, to be served with the next checkpoint; false when it is none.
    private func keepCosignature(
        _ note: [UInt8], of place: LanePlace, _ standing: SignedCheckpoint, witness: PartyID, key: VerifierKey
    ) throws -> Bool {
        guard let time = Receipt.time(in: note, of: key) else { return false }
        let receipt = KeptReceipt(
            lane: place.origin, reader: witness, number: try database.nextReceipt(of: place.origin, by: witness),
            size: standing.size, time: time, note: note)
        try keep(receipt, of: place)
        // The served file is written again when a heartbeat is due: now.
        served[place.origin]?.heartbeat = nil
        return true
    }

    /// The checkpoint as it is served: with the cosignatures that witnesses have given for exactly this size.
    func cosigned(_ standing: SignedCheckpoint, of place: LanePlace) throws -> [UInt8] {
        try configuration.trust.witnesses.keys.sorted().reduce(standing.note) { note, witness in
            guard let last = try database.lastReceipt(of: place.origin, by: witness), last.size == standing.size else {
                return note
            }
            return note + Receipt.lines(in: last.note, named: WitnessName.of(witness))
        }
    }
}
