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
            throw LaneRefusal(reason: .otherHistory("it has become shorter"), evidence: evidence)
        }
        if checkpoint.size == from {
            guard accepted.map({ $0.root == checkpoint.root }) ?? (checkpoint.root == MerkleTree.emptyRoot) else {
                throw LaneRefusal(reason: .otherHistory("two roots of one size"), evidence: evidence)
            }
            return nil
        }
        let entries = try await entries(from..<checkpoint.size, size: checkpoint.size)
        var tree = try database.tree(of: place.origin)
        for entry in entries { tree.append(entry.leafHash) }
        guard tree.root == checkpoint.root else {
            throw try await disagreement(with: checkpoint, from: from, evidence: evidence)
        }
        return FetchedLane(from: from, entries: entries, root: checkpoint.root, note: note)
    }

    /// Whether new entries that do not lead to the signed root are damaged, or the provider signed another history.
    private func disagreement(
        with checkpoint: Checkpoint, from: Int, evidence: [[UInt8]]
    ) async throws -> LaneRefusal {
        let damaged = LaneRefusal(reason: .tampered("the entries do not lead to the signed root"))
        guard from > 0 else { return damaged }
        var other = MerkleFrontier()
        var rootThen: [UInt8]?
        for entry in try await entries(0..<checkpoint.size, size: checkpoint.size) {
            if other.size == from { rootThen = other.root }
            other.append(entry.leafHash)
        }
        guard other.root == checkpoint.root, let rootThen, try rootThen != database.tree(of: place.origin).root else {
            return damaged
        }
        return LaneRefusal(
            reason: .otherHistory("its first \(from) entries are not those that were accepted"), evidence: evidence)
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
