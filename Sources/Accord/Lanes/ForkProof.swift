/// Two checkpoints of one lane that cannot both be true, signed by its provider: proof that it has shown two histories.
///
/// Checkpoints of one size with different roots need nothing else. For different sizes the hashes of a path show which root
/// the greater one gives the first entries. `Documentation/Witness.md` has the file's form.
public struct ForkProof: Hashable, Sendable {
    /// The longest file, bytes.
    public static let maximumSize = 140_000

    /// The signed note with fewer entries; of equal sizes the one with the smaller root.
    public let first: [UInt8]
    /// The other signed note.
    public let second: [UInt8]
    /// Ties the root over the first entries of the greater checkpoint to its root, 32 bytes each; empty for equal sizes.
    public let path: [[UInt8]]
    /// What the first note says.
    public let firstCheckpoint: Checkpoint
    /// What the second note says.
    public let secondCheckpoint: Checkpoint

    /// Puts two notes together, in any order; whether they prove anything is another question.
    ///
    /// - Parameter path: what ``MerkleTree/path(toFirst:of:subtree:)`` makes of the greater tree.
    public init(_ one: [UInt8], _ other: [UInt8], path: [[UInt8]] = []) throws(LaneProblem) {
        let pair = [
            (note: one, shown: try Checkpoint(withExtensions: try SignedNote(one))),
            (note: other, shown: try Checkpoint(withExtensions: try SignedNote(other))),
        ]
        let isInOrder = ForkProof.precedes(pair[0], pair[1]) || !ForkProof.precedes(pair[1], pair[0])
        let (low, high) = isInOrder ? (pair[0], pair[1]) : (pair[1], pair[0])
        (first, firstCheckpoint) = low
        (second, secondCheckpoint) = high
        self.path = path
    }

    private static func precedes(
        _ left: (note: [UInt8], shown: Checkpoint), _ right: (note: [UInt8], shown: Checkpoint)
    ) -> Bool {
        if left.shown.size != right.shown.size { return left.shown.size < right.shown.size }
        if left.shown.root != right.shown.root { return left.shown.root.lexicographicallyPrecedes(right.shown.root) }
        return left.note.lexicographicallyPrecedes(right.note)
    }

    /// The lane's origin as the first note states it.
    public var origin: String { firstCheckpoint.origin }

    /// Entries of the smaller checkpoint: so many stand differently in the two histories.
    public var size: Int { firstCheckpoint.size }
}

/// What a fork proof shows.
public enum ForkVerdict: Hashable, Sendable {
    /// The lane's provider has signed two histories; the keys that signed them, the first checkpoint's first.
    case proven(keys: [String])
    /// It does not prove that.
    case notProven(ForkShortfall)
}

/// Why two checkpoints do not prove two histories.
public enum ForkShortfall: Error, Hashable, Sendable, CustomStringConvertible {
    /// They are of two lanes.
    case twoLanes(String, String)
    /// They say the same.
    case sameRoot(size: Int)
    /// One has more entries, and there are no hashes: the provider may simply have gone on.
    case differentSizes(Int, Int)
    /// The hashes do not lead to the root of the greater checkpoint.
    case falsePath
    /// The greater checkpoint begins with exactly the entries of the smaller one.
    case continues(Int, Int)
    /// The key is of another party or lane.
    case otherKey(key: String, origin: String)
    /// The signature of one checkpoint, 1 or 2, is not believed.
    case notSigned(Int, String)

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .twoLanes(let one, let other): "the checkpoints are of two lanes, \(one) and \(other)"
        case .sameRoot(let size): "both checkpoints state the same root for \(size) entries"
        case .differentSizes(let old, let new):
            "the checkpoints are of \(old) and \(new) entries and no hashes tie them together: the lane may have grown"
        case .falsePath: "the hashes do not lead to the root of the greater checkpoint"
        case .continues(let old, let new): "the checkpoint of \(new) entries continues the one of \(old)"
        case .otherKey(let key, let origin): "the key is called \(key), and the lane is \(origin)"
        case .notSigned(let number, let what): "checkpoint \(number) is not believed: \(what)"
        }
    }
}

extension ForkProof {
    /// Why the two checkpoints do not contradict each other, whoever signed them; nil when they do.
    public var shortfall: ForkShortfall? {
        let (low, high) = (firstCheckpoint, secondCheckpoint)
        guard low.origin.utf8.elementsEqual(high.origin.utf8) else { return .twoLanes(low.origin, high.origin) }
        if low.size == high.size {
            if low.root == high.root { return .sameRoot(size: low.size) }
            return path.isEmpty ? nil : .falsePath
        }
        if low.size == 0 { return .continues(0, high.size) }
        if path.isEmpty { return .differentSizes(low.size, high.size) }
        guard let root = MerkleTree.root(ofFirst: low.size, in: (high.size, high.root), path: path) else {
            return .falsePath
        }
        return root == low.root ? .continues(low.size, high.size) : nil
    }

    /// What it shows to somebody who knows the provider's key, under the name of any of its lanes or of the party.
    public func verdict(key: VerifierKey) -> ForkVerdict {
        guard key.name == origin || ForkProof.party(key.name) == ForkProof.party(origin) else {
            return .notProven(.otherKey(key: key.name, origin: origin))
        }
        let verifier = key.named(origin)
        return verdict { note, _ in
            note.isSigned(by: verifier) ? .success(key.text) : .failure(.form("this key has not signed it"))
        }
    }

    /// What it shows to somebody who believes a party's manifest. A checkpoint has no date: every key that the manifest
    /// lists for lanes counts, one that was given up only as far as its last trusted size.
    public func verdict(keys ring: KeyRing) -> ForkVerdict {
        let name = "riparian/\(ring.party)"
        guard ForkProof.party(name) == ForkProof.party(origin) else {
            return .notProven(.otherKey(key: name, origin: origin))
        }
        return verdict { ring.laneKey(of: $0, origin: origin, size: $1) }
    }

    private func verdict(_ signer: (SignedNote, Int) -> Result<String, KeyRefusal>) -> ForkVerdict {
        if let shortfall { return .notProven(shortfall) }
        var keys: [String] = []
        for (number, (bytes, shown)) in [(first, firstCheckpoint), (second, secondCheckpoint)].enumerated() {
            guard let note = try? SignedNote(bytes) else { return .notProven(.notSigned(number + 1, "no signed note")) }
            switch signer(note, shown.size) {
            case .success(let key): keys.append(key)
            case .failure(let refusal): return .notProven(.notSigned(number + 1, refusal.description))
            }
        }
        return .proven(keys: keys)
    }

    /// The party of a name `riparian/<party>/...`; the whole name for others.
    private static func party(_ name: String) -> Substring {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 2 && parts[0] == "riparian" ? parts[1] : name[...]
    }
}

extension KeyRing {
    /// The id of the key for lanes that signed a checkpoint of so many entries, whenever that was.
    func laneKey(of note: SignedNote, origin: String, size: Int) -> Result<String, KeyRefusal> {
        guard let manifest else { return .failure(.noManifest(party)) }
        var refusal = KeyRefusal.notSigned
        for key in manifest.keys {
            guard let verifier = key.verifier(origin), note.isSigned(by: verifier) else { continue }
            guard key.has(.lane) else {
                refusal = .withoutRole(key: key.id, role: .lane)
                continue
            }
            let lastTrusted = key.revocation.map { $0.lastTrusted[origin] ?? 0 } ?? size
            if size <= lastTrusted { return .success(key.id) }
            let at = key.revocation?.at ?? manifest.issued
            refusal = .beyondRevocation(key: key.id, at: at, lastTrusted: lastTrusted, size: size)
        }
        return .failure(refusal)
    }
}
