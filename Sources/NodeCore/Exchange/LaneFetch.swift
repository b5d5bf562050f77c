import Accord
import Series
import Storage

/// New entries of a lane whose bytes are proved to continue what was accepted and to be what the provider signed.
struct FetchedLane {
    let from: Int
    let entries: [SealedEntry]
    let root: [UInt8]
    let note: [UInt8]

    var size: Int { from + entries.count }
}

/// Why a lane was not taken over.
struct LaneRefusal: Error {
    let reason: IntakeRefusalReason
    /// Signed notes that show it, to keep; empty when nothing signed was shown.
    var evidence: [[UInt8]] = []
    /// Two of them that prove two histories; nil where they do not prove it by themselves.
    var fork: ForkProof?
}

/// Fetches what a peer's lane has gained, and believes nothing that the signed checkpoint does not cover.
struct LaneFetch {
    let place: LanePlace
    let link: LaneLink
    let trust: LaneTrust
    let now: Instant
    let database: NodeDatabase

    /// The new entries; nil when the peer serves no such lane, or nothing is new.
    func fetch() async throws -> FetchedLane? {
        guard let note = try await bytes(of: "checkpoint") else { return nil }
        let checkpoint: Checkpoint
        do {
            checkpoint = try trust.checkpoint(note, place.origin, place.party, now)
        } catch {
            throw LaneRefusal(reason: .tampered("the checkpoint"))
        }
        let accepted = try database.peerLane(place.origin)
        let from = accepted?.size ?? 0
        let evidence = [accepted?.note ?? [], note].filter { !$0.isEmpty }
        if checkpoint.size < from {
            let fork = try database.fork(note, size: checkpoint.size, against: accepted)
            throw LaneRefusal(reason: .otherHistory("it has become shorter"), evidence: evidence, fork: fork)
        }
        if checkpoint.size == from {
            guard accepted.map({ $0.root == checkpoint.root }) ?? (checkpoint.root == MerkleTree.emptyRoot) else {
                let fork = try database.fork(note, size: from, against: accepted)
                throw LaneRefusal(reason: .otherHistory("two roots of one size"), evidence: evidence, fork: fork)
            }
            return nil
        }
        let entries = try await entries(from..<checkpoint.size, size: checkpoint.size)
        let waiting = try database.receipts(of: place.origin, sizes: (from + 1)...checkpoint.size)
        let sizes = Set(waiting.map(\.size))
        var tree = try database.tree(of: place.origin)
        var roots: [Int: [UInt8]] = [:]
        for entry in entries {
            tree.append(entry.leafHash)
            if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        }
        guard tree.root == checkpoint.root else {
            throw try await disagreement(with: checkpoint, from: from, evidence: evidence)
        }
        let fetched = FetchedLane(from: from, entries: entries, root: checkpoint.root, note: note)
        if try database.knownFork(of: place.origin) == nil { try compare(fetched, roots, with: waiting) }
        return fetched
    }

    /// Compares what is about to be believed with what other readers say that the provider has shown them: their receipts
    /// may have come before this node held so many entries.
    private func compare(_ fetched: FetchedLane, _ roots: [Int: [UInt8]], with waiting: [KeptReceipt]) throws {
        for receipt in waiting {
            guard let read = ReceiptEvidence.read(receipt.note, of: receipt.reader, at: receipt.time),
                let root = roots[receipt.size], read.root != root
            else { continue }
            let path =
                receipt.size == fetched.size
                ? [] : try MerkleTree.path(toFirst: receipt.size, of: fetched.size) { try subtree($0, of: fetched) }
            throw LaneRefusal(
                reason: .otherHistory("another reader has been shown other entries"),
                evidence: [fetched.note, receipt.note], fork: try? ForkProof(receipt.note, fetched.note, path: path))
        }
    }

    /// The root over some entries, of which the first are kept and the last fetched.
    private func subtree(_ range: Range<Int>, of fetched: FetchedLane) throws -> [UInt8] {
        if range.lowerBound >= fetched.from {
            let places = (range.lowerBound - fetched.from)..<(range.upperBound - fetched.from)
            return MerkleTree.root(fetched.entries[places].map(\.leafHash))
        }
        if range.upperBound <= fetched.from {
            return try database.subtree(of: place.origin, range)
        }
        let middle = range.lowerBound + MerkleTree.leftHalf(of: range.count)
        return MerkleTree.nodeHash(
            try subtree(range.lowerBound..<middle, of: fetched), try subtree(middle..<range.upperBound, of: fetched))
    }

    /// Whether new entries that do not lead to the signed root are damaged, or the provider signed another history.
    private func disagreement(
        with checkpoint: Checkpoint, from: Int, evidence: [[UInt8]]
    ) async throws -> LaneRefusal {
        let damaged = LaneRefusal(reason: .tampered("the entries do not lead to the signed root"))
        guard from > 0 else { return damaged }
        let leaves = try await entries(0..<checkpoint.size, size: checkpoint.size).map(\.leafHash)
        guard MerkleTree.root(leaves) == checkpoint.root,
            try MerkleTree.root(Array(leaves[..<from])) != database.tree(of: place.origin).root
        else { return damaged }
        let path = MerkleTree.path(toFirst: from, of: checkpoint.size) { MerkleTree.root(Array(leaves[$0])) }
        let fork = evidence.count == 2 ? try? ForkProof(evidence[0], evidence[1], path: path) : nil
        return LaneRefusal(
            reason: .otherHistory("its first \(from) entries are not those that were accepted"), evidence: evidence,
            fork: fork)
    }

    /// The entries of a range, bundle by bundle.
    private func entries(_ range: Range<Int>, size: Int) async throws -> [SealedEntry] {
        var fetched: [SealedEntry] = []
        fetched.reserveCapacity(range.count)
        let width = LaneTiles.width
        for number in (range.lowerBound / width)...((range.upperBound - 1) / width) {
            let bundle = try await bundle(number, size: size)
            let begin = number * width
            guard bundle.count >= min(size - begin, width) else {
                throw LaneRefusal(reason: .tampered("an entry bundle is cut short"))
            }
            for (index, bytes) in bundle.enumerated() where range.contains(begin + index) {
                fetched.append(SealedEntry(bytes))
            }
        }
        return fetched
    }

    private func bytes(of path: String) async throws -> [UInt8]? {
        do {
            return try await link.fetch(place.folder + "/" + path)
        } catch {
            throw LinkDown(peer: place.party, reason: "\(error)")
        }
    }

    /// A bundle, or the full one that may have replaced a partial one.
    private func bundle(_ number: Int, size: Int) async throws -> [[UInt8]] {
        let count = min(size - number * LaneTiles.width, LaneTiles.width)
        for width in Set([count, LaneTiles.width]).sorted() {
            guard let bytes = try await bytes(of: LaneTiles.path("entries", number: number, count: width)) else {
                continue
            }
            guard let entries = LaneTiles.entries(inBundle: bytes) else {
                throw LaneRefusal(reason: .tampered("an entry bundle"))
            }
            return entries
        }
        throw LaneRefusal(reason: .tampered("an entry bundle is missing"))
    }
}
