/// What a check of a lane's files against its signed checkpoint found.
public struct LaneVerification: Hashable, Sendable {
    /// What is wrong with a file.
    public enum Kind: String, Sendable {
        /// The file is not there.
        case missing
        /// It ends early.
        case cut
        /// It holds something else than the root covers; swapped files are altered files.
        case altered
        /// It goes on after its end.
        case tooLong = "too-long"
        /// The lane's key has not signed it.
        case notSigned = "not-signed"
        /// It belongs to another lane.
        case wrongOrigin = "wrong-origin"
        /// No file agrees with the signed root.
        case rootDiffers = "root-differs"
        /// The lane has fewer entries than an older checkpoint says.
        case shrunk
        /// The lane's first entries are not those of an older checkpoint.
        case forked
        /// Too much is damaged to compare with an older checkpoint.
        case unproven
        /// A signed entry is not a batch of observations.
        case entry
    }

    /// One damaged file, or one entry that cannot be read.
    public struct Fault: Hashable, Sendable {
        /// Below the lane's folder; ``LaneVerification/oldPath`` for the older checkpoint.
        public let path: String
        /// The first entry concerned, from 0; nil where the fault is the checkpoint's.
        public let index: Int?
        /// What is wrong.
        public let kind: Kind
    }

    /// What faults of the older checkpoint name as their path.
    public static let oldPath = "old"
    /// The lane that the key is for.
    public let origin: String
    /// Number of entries that the checkpoint states; nil when it is not believed.
    public internal(set) var size: Int?
    /// The signed root, 32 bytes; nil when the checkpoint is not believed.
    public internal(set) var root: [UInt8]?
    /// Number of entries that were read and that the root covers.
    public internal(set) var entries = 0
    /// Whether every file was looked at; reading ends when too many are missing.
    public internal(set) var isComplete = true
    /// Checkpoint first, then bundles, then hash tiles, each in their order; one a file, beside faults of entries.
    public internal(set) var faults: [Fault] = []
}

/// Checks every file of a lane: the checkpoint's signature, the entries, the hash tiles of all levels, the root.
///
/// Files are read one after another and let go; memory does not grow with the entries, only with their number / 256.
/// Where files disagree, the signed root decides which is right. Entries of lanes that are not ours are not read.
///
/// - Parameters:
///   - key: the lane's; its name is the lane's origin.
///   - old: an older checkpoint of the lane, which the lane must continue.
///   - fetch: the bytes of a file below the lane's folder; nil when there is none.
public func verifyLane(key: VerifierKey, old: [UInt8]?, fetch: @escaping (String) -> [UInt8]?) -> LaneVerification {
    var found = LaneVerification(origin: key.name)
    let path = "checkpoint"
    guard let note = fetch(path) else {
        found.faults.append(LaneVerification.Fault(path: path, index: nil, kind: .missing))
        return found
    }
    guard let checkpoint = found.open(note, path: path, key: key) else { return found }
    (found.size, found.root) = (checkpoint.size, checkpoint.root)
    let files = LaneFiles(size: checkpoint.size, readsEntries: key.name.hasPrefix("riparian/"), fetch: fetch)
    let judgement = LaneJudgement(files, root: checkpoint.root)
    found.entries = judgement.entries
    found.isComplete = !judgement.isAbandoned
    if let old, let older = found.open(old, path: LaneVerification.oldPath, key: key) {
        found.compare(checkpoint, with: older, judgement)
    }
    if judgement.differs { found.faults.append(LaneVerification.Fault(path: path, index: nil, kind: .rootDiffers)) }
    found.faults += judgement.faults
    return found
}

extension LaneVerification {
    /// A believed checkpoint; nil with a fault otherwise.
    fileprivate mutating func open(_ note: [UInt8], path: String, key: VerifierKey) -> Checkpoint? {
        do {
            return try Checkpoint(note: note, origin: key.name, key: key)
        } catch {
            let kind: Kind =
                switch error.code {
                case .form, .entry: .altered
                case .origin: .wrongOrigin
                case .signature: .notSigned
                }
            faults.append(Fault(path: path, index: nil, kind: kind))
            return nil
        }
    }

    /// Whether the lane continues an older checkpoint.
    fileprivate mutating func compare(_ now: Checkpoint, with older: Checkpoint, _ lane: LaneJudgement) {
        let kind: Kind?
        if now.size < older.size {
            kind = .shrunk
        } else if now.size == older.size {
            kind = now.root == older.root ? nil : .forked
        } else if older.size == 0 {
            kind = older.root == MerkleTree.emptyRoot ? nil : .forked
        } else if let root = lane.root(ofFirst: older.size) {
            kind = root == older.root ? nil : .forked
        } else {
            kind = .unproven
        }
        if let kind {
            let index = kind == .shrunk ? now.size : nil
            faults.append(Fault(path: "checkpoint", index: index, kind: kind))
        }
    }
}
