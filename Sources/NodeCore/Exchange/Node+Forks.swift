import Accord
import Crypto
public import Series
import Storage

/// A lane of which its provider has signed two histories, as a node remembers it.
public struct KnownFork: Hashable, Sendable {
    /// What a person has decided.
    public struct Settlement: Hashable, Sendable {
        /// Who.
        public let person: String
        /// When.
        public let at: Instant

        /// Makes a settlement.
        public init(person: String, at: Instant) {
            self.person = person
            self.at = at
        }
    }

    /// The lane's origin.
    public let origin: String
    /// Entries that stand differently in the two histories.
    public let size: Int
    /// When this node found it.
    public let found: Instant
    /// The proof, below the node's folder.
    public let file: String
    /// That the lane is read on as this node holds it; nil while nobody has decided.
    public let settled: Settlement?

    /// Makes what is known.
    public init(origin: String, size: Int, found: Instant, file: String, settled: Settlement?) {
        self.origin = origin
        self.size = size
        self.found = found
        self.file = file
        self.settled = settled
    }
}

extension Node {
    /// What this node knows about two histories of a lane; nil when it knows of none.
    public nonisolated func knownFork(of origin: String) throws -> KnownFork? { try database.knownFork(of: origin) }

    /// Lets a lane be read on, as this node holds it, after its provider has shown two histories: a person has spoken with
    /// the provider and decided. The proof stays.
    ///
    /// - Returns: what is known now; nil when no fork of that lane is known.
    public func settleFork(of origin: String, by person: String) throws -> KnownFork? {
        guard let fork = try database.knownFork(of: origin) else { return nil }
        if fork.settled == nil {
            let now = effects.now()
            try database.note(KnownFork.settledFact(origin), "\(now.secondsSinceEpoch) \(person)")
            effects.log("\(origin): read on after two histories, by \(person)")
        }
        return try database.knownFork(of: origin)
    }

    /// Remembers that a lane was refused, with the signed notes that show another history and the proof that they make.
    func note(_ refusal: LaneRefusal, of place: LanePlace) throws {
        let now = effects.now()
        // What is refused again at each pull because of a fork that is known already is not listed again each time.
        if refusal.fork != nil, try database.knownFork(of: place.origin) != nil { return }
        let origin = "lane/\(place.origin)/at/\(now)"
        _ = try database.record(
            IntakeBatch(refusals: [
                IntakeRefusal(origin: origin, at: now, code: refusal.reason.code, reason: refusal.reason.sentence)
            ]))
        for note in refusal.evidence {
            try keepOnce(note, as: place.evidence + "/\(Node.statementHash(of: note)).checkpoint")
        }
        guard let fork = refusal.fork, fork.shortfall == nil else { return }
        let path = place.evidence + "/\(fork.size).fork"
        try keepOnce(fork.bytes, as: path)
        // The file first: what the database remembers can be shown.
        guard try database.knownFork(of: place.origin) == nil else { return }
        try database.note(KnownFork.fact(place.origin), "\(fork.size) \(now.secondsSinceEpoch)")
        effects.log("\(place.origin): its provider has signed two histories: \(path)")
    }

    /// The last checkpoint of a lane, an own one or a peer's, as this node holds it.
    func standingCheckpoint(of place: LanePlace) throws -> StandingCheckpoint? {
        if let peer = try database.peerLane(place.origin) { return peer.standing }
        return try database.lastCheckpoint(of: place.origin).map {
            StandingCheckpoint(origin: place.origin, size: $0.size, note: $0.note)
        }
    }

    private func keepOnce(_ bytes: [UInt8], as path: String) throws {
        guard try effects.disk.read(path) == nil else { return }
        try effects.disk.write(path, bytes)
    }

    /// 16 hexadecimal digits of what a note states, whoever has signed below it since.
    private static func statementHash(of note: [UInt8]) -> String {
        let newline = UInt8(ascii: "\n")
        let end = note.indices.first { note[$0] == newline && $0 + 1 < note.endIndex && note[$0 + 1] == newline }
        return String(hexadecimal(SHA256.hash(data: note[..<(end ?? note.endIndex)])).prefix(16))
    }
}

/// A signed checkpoint whose entries a node holds.
struct StandingCheckpoint {
    let origin: String
    let size: Int
    let note: [UInt8]
}

extension PeerLane {
    /// What the provider has signed of the entries that are held; nil while a first pull is on its way.
    var standing: StandingCheckpoint? {
        coveredSize.map { StandingCheckpoint(origin: origin, size: $0, note: note) }
    }
}

extension LanePlace {
    /// The folder of what contradicts the lane, below the node's.
    var evidence: String { "evidence/\(agreement)/\(party)/\(audience)" }
}

extension KnownFork {
    /// Under which name a node remembers it.
    static func fact(_ origin: String) -> String { "lane.fork/\(origin)" }
    /// Under which name it remembers what a person has decided.
    static func settledFact(_ origin: String) -> String { "lane.fork.settled/\(origin)" }
}

/// Hashes of a tree that is held only in part.
private struct MissingHashes: Error {}

extension NodeDatabase {
    /// What is known about two histories of a lane.
    func knownFork(of origin: String) throws -> KnownFork? {
        guard let lane = LaneName(origin: origin),
            let known = try fact(KnownFork.fact(origin))?.split(separator: " ").compactMap({ Int64($0) }),
            known.count == 2
        else { return nil }
        let settled = try fact(KnownFork.settledFact(origin)).flatMap { text -> KnownFork.Settlement? in
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let seconds = Int64(parts[0]) else { return nil }
            return KnownFork.Settlement(person: String(parts[1]), at: Instant(secondsSinceEpoch: seconds))
        }
        return KnownFork(
            origin: origin, size: Int(known[0]), found: Instant(secondsSinceEpoch: known[1]),
            file: "evidence/\(lane.agreement)/\(lane.party)/\(lane.audience)/\(known[0]).fork", settled: settled)
    }

    /// The proof that a signed note of a lane contradicts what is held of it; nil when it does not, or it cannot be proved.
    ///
    /// - Parameter size: entries that the note covers; more than the standing checkpoint covers are compared when a later
    ///   one has been reached.
    func fork(_ note: [UInt8], size: Int, against standing: StandingCheckpoint?) throws -> ForkProof? {
        guard let standing, size <= standing.size else { return nil }
        do {
            let path =
                size == standing.size
                ? []
                : try MerkleTree.path(toFirst: size, of: standing.size) { try subtree(of: standing.origin, $0) }
            let proof = try ForkProof(note, standing.note, path: path)
            return proof.shortfall == nil ? proof : nil
        } catch is MissingHashes, is LaneProblem { return nil }
    }

    /// The same against what has been accepted of a peer's lane.
    func fork(_ note: [UInt8], size: Int, against accepted: PeerLane?) throws -> ForkProof? {
        try fork(note, size: size, against: accepted?.standing)
    }

    /// The root over entries that are held.
    func subtree(of origin: String, _ range: Range<Int>) throws -> [UInt8] {
        guard let root = try root(of: origin, entries: range) else { throw MissingHashes() }
        return root
    }
}
