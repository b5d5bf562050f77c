import Accord
import Crypto
import NodeCore
import Series
import Storage
import Synchronization
import TestKit

extension World {
    /// A reader pulls from a provider; whatever was wrong on the way must be named or without effect.
    ///
    /// - Returns: whether anything happened.
    @discardableResult
    func pull(by seat: Seat, from provider: PartyID) async throws -> Bool {
        guard let wire = wires[provider]?[seat.party] else { return false }
        try prepareFalseHistory(for: wire)
        if chance.isOne(in: 8) { try await probe(wire) }
        let link = wire.link
        let outcome = try await attempt("pull from \(provider) by", at: seat) {
            try await $0.pull(from: provider, over: link)
        }
        let carried = wire.takeCarried()
        try inspect(carried, from: provider, to: seat.party)
        guard let outcome else { return true }
        for (origin, count) in outcome.entries {
            ledgers[seat.party]?.accepted[origin, default: 0] += count
        }
        let codes = outcome.refused.sorted { $0.key < $1.key }.map(\.value.code)
        note(
            "pull from \(provider) by \(seat.party): \(outcome.recorded) \(outcome.receipts) \(codes.joined(separator: " "))"
        )
        count("pull")
        for code in codes { count(code) }
        try expectName(of: carried, in: outcome, from: provider, by: seat)
        try notice(outcome, of: provider, by: seat)
        return !outcome.entries.isEmpty || outcome.receipts > 0
    }

    /// A reader asks for lanes of others: it gets the answer that it would get for a lane that does not exist.
    private func probe(_ wire: Wire) async throws {
        for audience in agreement.audiences(of: wire.provider) where !audience.readers.contains(wire.reader) {
            let folder = "lanes/\(agreement.id)/\(wire.provider)/\(audience)"
            for path in [
                "\(folder)/checkpoint", "\(folder)/tile/entries/000.p/1", "receipts/\(agreement.id)/\(audience)",
            ] {
                guard let bytes = try? await wire.fetch(path) else { continue }
                throw BrokenInvariant(
                    invariant: .nothingUngrantedLeaves, party: wire.provider,
                    detail: "\(wire.reader) got \(bytes.count) bytes of \(path)")
            }
        }
        count("probe")
    }

    /// Whether bytes on a line hold what their reader may not have.
    private func inspect(_ carried: [Carried], from provider: PartyID, to reader: PartyID) throws {
        for item in carried {
            if item.path.hasPrefix("lanes/"), item.path.hasSuffix("/checkpoint"), !item.isAltered {
                remember(item.bytes, of: provider, path: item.path)
            }
            guard !isEvil(provider, .oversharing), Secret.mayStand(in: item.bytes) else { continue }
            for secret in secrets where secret.party != reader {
                let isGranted = federation.readers(of: secret.party, secret.circle).contains(reader)
                if !isGranted, secret.stands(in: item.bytes) {
                    throw BrokenInvariant(
                        invariant: .nothingUngrantedLeaves, party: provider,
                        detail: "\(item.path) shows \(reader) \(secret.party)'s \(secret.circle) readings")
                }
            }
        }
    }

    /// Remembers the size of a checkpoint that somebody has seen.
    private func remember(_ note: [UInt8], of provider: PartyID, path: String) {
        guard let (origin, size) = stated(in: note) else { return }
        let known = ledgers[provider]?.shown[origin] ?? 0
        ledgers[provider]?.shown[origin] = max(known, size)
    }

    /// Bytes that were altered on the way must lead to a refusal, unless they made no difference.
    private func expectName(
        of carried: [Carried], in outcome: PullOutcome, from provider: PartyID, by seat: Seat
    ) throws {
        guard outcome.refused.isEmpty, let database = seat.node?.database else { return }
        for item in carried where item.isAltered && item.path.hasPrefix("lanes/") {
            guard let origin = lanes.keys.first(where: { item.path.hasPrefix(folder(of: $0)) }) else { continue }
            let behaviour = evil?.behaviour
            if behaviour == .forging || behaviour == .forking { continue }
            let size = try database.peerLane(origin)?.size ?? 0
            let isComplete = size >= ledgers[provider]?.shown[origin] ?? 0
            if !isComplete, !(behaviour == .replaying && item.path.hasSuffix("/checkpoint")) {
                throw BrokenInvariant(
                    invariant: .faultIsNamed, party: seat.party, detail: "\(item.path) was altered and nobody said so")
            }
        }
        for item in carried where item.isAltered && item.path.hasSuffix("/checkpoint") && isEvil(provider, .replaying) {
            guard let (origin, size) = stated(in: item.bytes) else { continue }
            let accepted = try database.peerLane(origin)?.size ?? 0
            if size < accepted {
                throw BrokenInvariant(
                    invariant: .faultIsNamed, party: seat.party,
                    detail: "a checkpoint of \(size) was taken after one of \(accepted)")
            }
        }
    }

    /// What an honest provider in an honest world is never accused of.
    private func notice(_ outcome: PullOutcome, of provider: PartyID, by seat: Seat) throws {
        let flipped = seats[provider]?.disk.events.contains { $0.kind == .flippedBit } ?? false
        guard evil == nil, planted == nil, !flipped, let first = outcome.refused.sorted(by: { $0.key < $1.key }).first
        else { return }
        throw BrokenInvariant(
            invariant: .faultIsNamed, party: seat.party, detail: "accuses \(provider) of \(first.value) in \(first.key)"
        )
    }

    func folder(of origin: String) -> String {
        let parts = origin.split(separator: "/")
        return parts.count == 4 ? "lanes/\(parts[2])/\(parts[1])/\(parts[3])/" : ""
    }

    // MARK: False histories

    /// Makes the history that the victim is shown: the true one up to a point, other values after it, signed by the party
    /// itself or by nobody it knows.
    private func prepareFalseHistory(for wire: Wire) throws {
        let behaviour = wire.state.withLock { $0.behaviour }
        guard behaviour == .forking || behaviour == .forging, let node = seats[wire.provider]?.node else { return }
        let origin = commonOrigin(of: wire.provider)
        let entries = try node.database.laneEntries(origin)
        let begin = forkIndex ?? entries.count
        forkIndex = begin
        guard entries.count > begin else {
            return wire.state.withLock { $0.forgedFolder = nil }
        }
        var changed = entries.map(\.bytes)
        for index in begin..<changed.count { changed[index] = World.altered(changed[index]) }
        falseLane = KnownLane()
        let sealed = changed.map { (bytes: $0, leafHash: MerkleTree.leafHash($0)) }
        for entry in sealed { falseLane.append(entry.leafHash) }
        let key = try behaviour == .forking ? TestKeys.key(of: wire.provider) : World.strangersKey.get()
        let checkpoint = Checkpoint(origin: origin, size: sealed.count, root: falseLane.roots[sealed.count])
        let folder = folder(of: origin)
        var files = ["\(folder)checkpoint": try checkpoint.signed(by: key)]
        for file in LaneTiles.files(sealed) { files[folder + file.path] = file.bytes }
        wire.state.withLock { state in
            state.forgedFolder = folder
            state.forged = files
        }
        count("false history")
    }

    private static let strangersKey = Result {
        try Curve25519.Signing.PrivateKey(rawRepresentation: Array(SHA256.hash(data: Array("a stranger".utf8))))
    }

    /// An entry with other values.
    private static func altered(_ bytes: [UInt8]) -> [UInt8] {
        guard case .observations(let rows)? = try? LaneEntry(bytes) else { return bytes }
        let changed = rows.map { row in
            Observation(
                series: row.series, observed: row.observed, received: row.received,
                value: row.value.map { Double(bitPattern: $0.bitPattern ^ 0x10_0000) }, quality: row.quality,
                known: row.known, status: row.status, revision: row.revision, source: row.source)
        }
        return (try? LaneEntry.observations(changed).encoded()) ?? bytes
    }
}
