import Accord
import Series
import Storage

/// What a lane has gained: every new entry is proved by the signed checkpoint before its readings are asked for.
struct LaneGain {
    /// Entries accepted so far.
    let from: Int
    /// The signed checkpoint, as it was fetched.
    let note: [UInt8]
    /// The leaf hashes of the new entries, in order.
    let leafHashes: [[UInt8]]
    /// The new entries, where proving them needed their bytes; nil where hash tiles were enough.
    let entries: [SealedEntry]?

    /// Entries of the lane with the new ones.
    var size: Int { from + leafHashes.count }
}

/// A run of new entries whose bytes are proved to be what the provider signed.
struct FetchedLane {
    let from: Int
    let entries: [SealedEntry]
    /// The signed checkpoint, when the run reaches it; nil for a run on the way there.
    let note: [UInt8]?

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
struct LaneFetch: Sendable {
    let place: LanePlace
    let link: LaneLink
    let trust: LaneTrust
    let now: Instant
    let database: NodeDatabase

    /// What is new and proved; nil when the peer serves no such lane, or nothing is new.
    ///
    /// - Parameter announced: what the peer has announced by itself; fetched where there is nothing.
    func gain(announced: LaneAnnouncement? = nil) async throws -> LaneGain? {
        let before = try database.peerLane(place.origin)?.size ?? 0
        var fetched = announced?.note
        if fetched == nil { fetched = try await bytes(of: "checkpoint") }
        guard let note = fetched else { return nil }
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
            // Another pull was faster: what was asked for, or announced, before it is older and no sign of anything.
            guard announced == nil, checkpoint.size < before else { return nil }
            let fork = try database.fork(note, size: checkpoint.size, against: accepted)
            throw LaneRefusal(reason: .otherHistory("it has become shorter"), evidence: evidence, fork: fork)
        }
        if checkpoint.size == from {
            guard accepted.map({ $0.root == checkpoint.root }) ?? (checkpoint.root == MerkleTree.emptyRoot) else {
                let fork = try database.fork(note, size: from, against: accepted)
                throw LaneRefusal(reason: .otherHistory("two roots of one size"), evidence: evidence, fork: fork)
            }
            // A pull that was cut short may have brought all entries without the checkpoint that covers them; and what a key
            // signed that has ended since, its party has signed again with the one that followed.
            if let accepted, !accepted.isCovered || !isBelieved(accepted.note) {
                return LaneGain(from: from, note: note, leafHashes: [], entries: [])
            }
            return nil
        }
        let gain = try await unproved(from..<checkpoint.size, note: note, announced: announced)
        return try await prove(gain, by: checkpoint, since: accepted, evidence: evidence) ? gain : nil
    }

    /// Whether a checkpoint that was accepted once would be accepted now.
    private func isBelieved(_ note: [UInt8]) -> Bool {
        (try? trust.checkpoint(note, place.origin, place.party, now)) != nil
    }

    /// Checks that new entries lead from what was accepted to a signed checkpoint, and that other readers have been shown
    /// the same.
    ///
    /// - Returns: false when another pull of the lane was faster, so that there is nothing to prove.
    private func prove(
        _ gain: LaneGain, by checkpoint: Checkpoint, since accepted: PeerLane?, evidence: [[UInt8]]
    ) async throws -> Bool {
        let waiting = try database.receipts(of: place.origin, sizes: (gain.from + 1)...checkpoint.size)
        let sizes = Set(waiting.map(\.size))
        var tree = try database.tree(of: place.origin)
        guard tree.size == gain.from else { return false }
        let held = tree.root
        var roots: [Int: [UInt8]] = [:]
        for hash in gain.leafHashes {
            tree.append(hash)
            if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        }
        guard tree.root == checkpoint.root else {
            throw try await disagreement(with: checkpoint, since: accepted, held: held, evidence: evidence)
        }
        if try database.knownFork(of: place.origin) == nil { try compare(gain, roots, with: waiting) }
        return true
    }

    /// The proved entries of a part of a gain, in order.
    func entries(of gain: LaneGain, _ range: Range<Int>) async throws -> FetchedLane {
        let hashes = gain.leafHashes[(range.lowerBound - gain.from)..<(range.upperBound - gain.from)]
        let note = range.upperBound == gain.size ? gain.note : nil
        if let entries = gain.entries {
            let part = entries[(range.lowerBound - gain.from)..<(range.upperBound - gain.from)]
            return FetchedLane(from: range.lowerBound, entries: Array(part), note: note)
        }
        let entries = try await entries(range, size: gain.size)
        guard zip(entries, hashes).allSatisfy({ $0.leafHash == $1 }) else {
            throw LaneRefusal(reason: .tampered("an entry is not the one that its hash tile names"))
        }
        return FetchedLane(from: range.lowerBound, entries: entries, note: note)
    }

    /// The leaf hashes of a range: from its entries where one bundle holds them all, else from hash tiles.
    private func unproved(
        _ range: Range<Int>, note: [UInt8], announced: LaneAnnouncement?
    ) async throws -> LaneGain {
        let width = LaneTiles.width
        if let bytes = announced?.entries(range) {
            let entries = bytes.map { SealedEntry($0) }
            return LaneGain(
                from: range.lowerBound, note: note, leafHashes: entries.map(\.leafHash), entries: entries)
        }
        if range.lowerBound / width == (range.upperBound - 1) / width {
            let entries = try await entries(range, size: range.upperBound)
            return LaneGain(
                from: range.lowerBound, note: note, leafHashes: entries.map(\.leafHash), entries: entries)
        }
        let numbers = (range.lowerBound / width)...((range.upperBound - 1) / width)
        let tiles = try await each(numbers) { try await tile($0, size: range.upperBound) }
        let hashes = tiles.flatMap(\.self).dropFirst(range.lowerBound % width)
        return LaneGain(from: range.lowerBound, note: note, leafHashes: Array(hashes), entries: nil)
    }

    /// Compares what is about to be believed with what other readers say that the provider has shown them: their receipts
    /// may have come before this node held so many entries.
    private func compare(_ gain: LaneGain, _ roots: [Int: [UInt8]], with waiting: [KeptReceipt]) throws {
        for receipt in waiting {
            guard let read = ReceiptEvidence.read(receipt.note, of: receipt.reader, at: receipt.time),
                let root = roots[receipt.size], read.root != root
            else { continue }
            let path =
                receipt.size == gain.size
                ? [] : try MerkleTree.path(toFirst: receipt.size, of: gain.size) { try subtree($0, of: gain) }
            throw LaneRefusal(
                reason: .otherHistory("another reader has been shown other entries"),
                evidence: [gain.note, receipt.note], fork: try? ForkProof(receipt.note, gain.note, path: path))
        }
    }

    /// The root over some entries, of which the first are kept and the last gain.
    private func subtree(_ range: Range<Int>, of gain: LaneGain) throws -> [UInt8] {
        if range.lowerBound >= gain.from {
            let places = (range.lowerBound - gain.from)..<(range.upperBound - gain.from)
            return MerkleTree.root(Array(gain.leafHashes[places]))
        }
        if range.upperBound <= gain.from {
            return try database.subtree(of: place.origin, range)
        }
        let middle = range.lowerBound + MerkleTree.leftHalf(of: range.count)
        return MerkleTree.nodeHash(
            try subtree(range.lowerBound..<middle, of: gain), try subtree(middle..<range.upperBound, of: gain))
    }

    /// Whether new entries that do not lead to the signed root are damaged, or the provider signed another history.
    private func disagreement(
        with checkpoint: Checkpoint, since accepted: PeerLane?, held: [UInt8], evidence: [[UInt8]]
    ) async throws -> LaneRefusal {
        let from = accepted?.size ?? 0
        let damaged = LaneRefusal(reason: .tampered("the entries do not lead to the signed root"))
        guard from > 0 else { return damaged }
        var leaves: [[UInt8]] = []
        let numbers = 0...((checkpoint.size - 1) / LaneTiles.width)
        for tile in try await each(numbers, { try await tile($0, size: checkpoint.size) }) { leaves += tile }
        guard MerkleTree.root(leaves) == checkpoint.root, MerkleTree.root(Array(leaves[..<from])) != held else {
            return damaged
        }
        let signed = accepted?.coveredSize ?? 0
        let path =
            signed > 0
            ? MerkleTree.path(toFirst: signed, of: checkpoint.size) { MerkleTree.root(Array(leaves[$0])) } : []
        let fork = evidence.count == 2 ? try? ForkProof(evidence[0], evidence[1], path: path) : nil
        return LaneRefusal(
            reason: .otherHistory("its first \(from) entries are not those that were accepted"), evidence: evidence,
            fork: fork)
    }

    // MARK: Files

    /// Does something for each number, as many at a time as the line likes, in the order of the numbers.
    private func each<Value: Sendable>(
        _ numbers: ClosedRange<Int>, _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        guard link.window > 1, numbers.count > 1 else {
            var values: [Value] = []
            for number in numbers { values.append(try await body(number)) }
            return values
        }
        return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var upcoming = numbers.makeIterator()
            for _ in 0..<link.window {
                guard let number = upcoming.next() else { break }
                group.addTask { (number, try await body(number)) }
            }
            var values: [Int: Value] = [:]
            while let (number, value) = try await group.next() {
                values[number] = value
                if let number = upcoming.next() { group.addTask { (number, try await body(number)) } }
            }
            return numbers.compactMap { values[$0] }
        }
    }

    /// The entries of a range, bundle by bundle.
    private func entries(_ range: Range<Int>, size: Int) async throws -> [SealedEntry] {
        guard !range.isEmpty else { return [] }
        let width = LaneTiles.width
        let numbers = (range.lowerBound / width)...((range.upperBound - 1) / width)
        let bundles = try await each(numbers) { number in
            let begin = number * width
            return try await bundle(number, size: size, wanted: range.clamped(to: begin..<(begin + width)))
        }
        return bundles.flatMap(\.self)
    }

    private func bytes(of path: String) async throws -> [UInt8]? {
        do {
            return try await link.fetch(place.folder + "/" + path)
        } catch {
            throw LinkDown(peer: place.party, cause: error)
        }
    }

    private func tail(of path: String, from offset: Int) async throws -> FetchedTail? {
        do {
            return try await link.fetchTail(place.folder + "/" + path, offset)
        } catch {
            throw LinkDown(peer: place.party, cause: error)
        }
    }

    /// The wanted entries of a bundle: of one that has grown only the new end is asked for, where the line can do so.
    private func bundle(_ number: Int, size: Int, wanted: Range<Int>) async throws -> [SealedEntry] {
        let begin = number * LaneTiles.width
        let offset =
            try wanted.lowerBound == begin
            ? 0 : database.bundleBytes(of: place.origin, begin..<wanted.lowerBound) ?? 0
        for path in paths("entries", number, size: size) {
            guard let tail = try await tail(of: path, from: offset) else { continue }
            guard let entries = LaneTiles.entries(inBundle: tail.bytes) else {
                throw LaneRefusal(reason: .tampered("an entry bundle"))
            }
            let known = tail.isTail ? 0 : wanted.lowerBound - begin
            guard entries.count >= known + wanted.count else {
                throw LaneRefusal(reason: .tampered("an entry bundle is cut short"))
            }
            return entries[known..<(known + wanted.count)].map { SealedEntry($0) }
        }
        throw LaneRefusal(reason: .tampered("an entry bundle is missing"))
    }

    /// The leaf hashes of a tile, as many as the lane has there.
    private func tile(_ number: Int, size: Int) async throws -> [[UInt8]] {
        let count = min(size - number * LaneTiles.width, LaneTiles.width)
        for path in paths("0", number, size: size) {
            guard let bytes = try await bytes(of: path) else { continue }
            guard bytes.count >= count * 32 else { throw LaneRefusal(reason: .tampered("a hash tile is cut short")) }
            return (0..<count).map { Array(bytes[($0 * 32)..<($0 * 32 + 32)]) }
        }
        throw LaneRefusal(reason: .tampered("a hash tile is missing"))
    }

    /// Where a file is: the partial one, then the full one that may have replaced it.
    private func paths(_ kind: String, _ number: Int, size: Int) -> [String] {
        let count = min(size - number * LaneTiles.width, LaneTiles.width)
        return Set([count, LaneTiles.width]).sorted().map { LaneTiles.path(kind, number: number, count: $0) }
    }
}
