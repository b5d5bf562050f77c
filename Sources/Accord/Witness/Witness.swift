public import Series

/// What a witness remembers of a lane: the last checkpoint that it has cosigned.
public struct WitnessRecord: Hashable, Sendable {
    /// What the checkpoint says.
    public let checkpoint: Checkpoint
    /// The note with the lane's signatures and the witness's cosignature.
    public let note: [UInt8]
    /// The time of the cosignature.
    public let time: Instant

    /// Reads what a witness has written; nil unless its own cosignature stands below and holds.
    public init?(_ note: [UInt8], of witness: VerifierKey) {
        guard let parsed = try? SignedNote(note), let checkpoint = try? Checkpoint(withExtensions: parsed),
            let time = Receipt.time(in: note, of: witness)
        else { return nil }
        (self.checkpoint, self.note, self.time) = (checkpoint, note, time)
    }
}

/// What became of a request to a witness.
public enum WitnessJudgement: Hashable, Sendable {
    /// The note, with its lane's signatures alone, is to be cosigned once its record is durable.
    case cosign(note: [UInt8], origin: String)
    /// It is answered so; a signed checkpoint that contradicts the last one comes with the proof.
    case answer(WitnessAnswer, fork: ForkProof? = nil)
}

/// Whom a witness believes.
public enum WitnessBelief: Hashable, Sendable {
    /// It keeps no record of such a lane.
    case unknownOrigin
    /// No key of the lane has signed the note.
    case notSigned
    /// A key of the lane has signed it.
    case signed
}

/// A neutral witness of lanes (C2SP tlog-witness): it cosigns a checkpoint only when the lane has signed it and it continues
/// the last one that the witness has cosigned. It sees sizes and hashes, never an entry.
public enum Witness {
    /// Judges the body of `add-checkpoint`.
    ///
    /// - Parameters:
    ///   - now: the witness's clock; it never dates a cosignature before the last one.
    ///   - belief: whether the keys of an origin's lane have signed a note.
    ///   - last: what the witness remembers of an origin; nil when it has never cosigned one of its checkpoints.
    public static func judge(
        _ body: [UInt8], at now: Instant, belief: (_ note: [UInt8], _ origin: String) -> WitnessBelief,
        last: (_ origin: String) throws -> WitnessRecord?
    ) rethrows -> WitnessJudgement {
        let request: WitnessRequest
        let note: SignedNote
        let shown: Checkpoint
        do throws(LaneProblem) {
            request = try WitnessRequest(body)
            note = try SignedNote(request.note)
            shown = try Checkpoint(withExtensions: note)
        } catch { return .answer(WitnessAnswer(400, error.what)) }
        switch belief(request.note, shown.origin) {
        case .unknownOrigin: return .answer(WitnessAnswer(404, "this witness keeps no record of such a lane"))
        case .notSigned: return .answer(WitnessAnswer(403, "no key of the lane has signed the checkpoint"))
        case .signed: break
        }
        guard request.oldSize <= shown.size else {
            return .answer(WitnessAnswer(400, "the old size is larger than the checkpoint's"))
        }
        let record = try last(shown.origin)
        let kept = note.bytes { $0 == shown.origin }
        if let record, record.checkpoint.size == shown.size, record.checkpoint.root != shown.root {
            return .answer(.conflict(shown.size), fork: try? ForkProof(record.note, kept))
        }
        let known = record?.checkpoint.size ?? 0
        let knownRoot = record?.checkpoint.root ?? MerkleTree.emptyRoot
        guard request.oldSize == known else { return .answer(.conflict(known)) }
        if known == shown.size, knownRoot != shown.root { return .answer(.conflict(known)) }
        guard MerkleTree.isConsistent(request.proof, from: (known, knownRoot), to: (shown.size, shown.root)) else {
            return .answer(WitnessAnswer(422, "the proof does not show that the checkpoint continues the last one"))
        }
        if let record, now < record.time {
            return .answer(WitnessAnswer(503, "the clock of this witness stands before its last cosignature"))
        }
        return .cosign(note: kept, origin: shown.origin)
    }

    /// The lines of a witness in a note: what it answers.
    public static func answer(_ note: [UInt8], of witness: VerifierKey) -> WitnessAnswer {
        .cosignature(Receipt.lines(in: note, named: witness.name))
    }
}
