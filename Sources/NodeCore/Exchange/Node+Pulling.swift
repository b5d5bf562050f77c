import Accord
public import Series
import Storage

/// What a pull from one peer did.
public struct PullOutcome: Hashable, Sendable {
    /// Readings that are new here.
    public var recorded = 0
    /// Readings that were already kept.
    public var alreadyKnown = 0
    /// Entries accepted, by lane origin; lanes without a new entry are absent.
    public var entries: [String: Int] = [:]
    /// What was not let in, by origin: a reading, an entry or a lane.
    public var refused: [String: IntakeRefusalReason] = [:]

    /// The outcome of a pull that finds nothing new.
    public init() {}
}

extension Node {
    /// Fetches what a peer's lanes have for this party, checks every byte against the signed checkpoints and every reading
    /// against the agreement, stores what is granted, and writes a dated receipt.
    ///
    /// Idempotent by lane and index. Whatever is not as signed is refused as a whole: nothing of it is stored.
    ///
    /// - Throws: ``LinkDown``, or what the disk throws; refusals are part of the outcome.
    public func pull(from peer: PartyID, over link: LaneLink) async throws -> PullOutcome {
        var outcome = PullOutcome()
        guard let key = configuration.peers[peer], peer != party else { return outcome }
        let agreement = configuration.agreement
        for audience in agreement.audiences(of: peer) where audience.readers.contains(party) {
            let place = LanePlace(party: peer, agreement: agreement.id, audience: audience)
            do {
                guard let fetched = try await fetch(place, key: key, over: link) else { continue }
                try accept(fetched, of: place, into: &outcome)
            } catch let refusal as LaneRefusal {
                outcome.refused[place.origin] = refusal.reason
                try note(refusal, of: place)
            }
        }
        if !outcome.entries.isEmpty || !outcome.refused.isEmpty {
            effects.log(
                "pull from \(peer): \(outcome.entries.values.reduce(0, +)) entries, \(outcome.recorded) new readings, "
                    + "\(outcome.refused.count) refused")
        }
        return outcome
    }

    /// Why a lane was not taken over.
    private struct LaneRefusal: Error {
        let reason: IntakeRefusalReason
        /// The checkpoint that was shown, evidence to keep; empty when it was not signed.
        var evidence: [UInt8] = []
    }

    /// New entries of a lane whose bytes are proved to be what the provider signed.
    private struct FetchedLane {
        let from: Int
        let entries: [SealedEntry]
        let root: [UInt8]
        let note: [UInt8]
    }

    private func fetch(_ place: LanePlace, key: LaneKey, over link: LaneLink) async throws -> FetchedLane? {
        guard let note = try await bytes(of: "checkpoint", in: place, over: link) else { return nil }
        let form = configuration.lanes
        let size: Int
        let root: [UInt8]
        do {
            (size, root) = try form.open(note, place.origin, key)
        } catch {
            throw LaneRefusal(reason: .tampered("the checkpoint"))
        }
        let accepted = try database.peerLane(place.origin)
        let from = accepted?.size ?? 0
        if size < from { throw LaneRefusal(reason: .otherHistory("it has become shorter"), evidence: note) }
        if size == from {
            guard accepted == nil || accepted?.root == root else {
                throw LaneRefusal(reason: .otherHistory("two roots of one size"), evidence: note)
            }
            return nil
        }
        var fetched: [SealedEntry] = []
        for number in (from / BundlePath.width)...((size - 1) / BundlePath.width) {
            let bundle = try await self.bundle(number, size: size, of: place, over: link)
            let begin = number * BundlePath.width
            guard bundle.count >= min(size - begin, BundlePath.width) else {
                throw LaneRefusal(reason: .tampered("an entry bundle is cut short"))
            }
            for (index, bytes) in bundle.enumerated() where (from..<size).contains(begin + index) {
                fetched.append(SealedEntry(bytes: bytes, leafHash: form.leafHash(bytes)))
            }
        }
        let known = try database.peerEntries(place.origin).map(\.leafHash)
        guard form.root(known + fetched.map(\.leafHash)) == root else {
            throw LaneRefusal(reason: .tampered("the entries do not lead to the signed root"))
        }
        return FetchedLane(from: from, entries: fetched, root: root, note: note)
    }

    private func bytes(of path: String, in place: LanePlace, over link: LaneLink) async throws -> [UInt8]? {
        do {
            return try await link.fetch(place.folder + "/" + path)
        } catch {
            throw LinkDown(peer: place.party, reason: "\(error)")
        }
    }

    private func bundle(_ number: Int, size: Int, of place: LanePlace, over link: LaneLink) async throws -> [[UInt8]] {
        for path in BundlePath.paths(number: number, size: size) {
            guard let bytes = try await bytes(of: path, in: place, over: link) else { continue }
            do {
                return try configuration.lanes.bundle(bytes)
            } catch {
                throw LaneRefusal(reason: .tampered("an entry bundle"))
            }
        }
        throw LaneRefusal(reason: .tampered("an entry bundle is missing"))
    }

    /// Checks the readings of proved entries against the agreement and stores what is granted.
    private func accept(_ fetched: FetchedLane, of place: LanePlace, into outcome: inout PullOutcome) throws {
        let now = effects.now()
        var verified: [VerifiedObservation] = []
        var references: [String: LaneReference] = [:]
        var refusals: [String: IntakeRefusalReason] = [:]
        var accepted: [AcceptedEntry] = []
        for (offset, entry) in fetched.entries.enumerated() {
            let index = fetched.from + offset
            let before = refusals.count
            let readings: [Observation]
            do {
                readings = try configuration.lanes.observations(entry.bytes, now)
            } catch {
                throw LaneRefusal(reason: .tampered("an entry does not read"), evidence: fetched.note)
            }
            for (position, reading) in readings.enumerated() {
                let origin = "lane/\(place.origin)/\(index)/\(position)"
                switch admit(ReceivedObservation(reading, origin: origin), from: place) {
                case .success(let item):
                    verified.append(item)
                    references[origin] = LaneReference(lane: place.origin, index: index, offset: position)
                case .failure(let refusal): refusals[origin] = refusal.reason
                }
            }
            let isClean = refusals.count == before
            accepted.append(AcceptedEntry(bytes: isClean ? entry.bytes : nil, leafHash: entry.leafHash))
        }
        let assessed = try IntakeAssessment.assess(
            verified, stated: [:], in: configuration.basin, database: database)
        let batch = IntakeBatch(
            observations: assessed.map {
                ObservationRecord($0.observation, origin: $0.origin, provenance: references[$0.origin])
            },
            refusals: refusals.sorted { $0.key < $1.key }.map {
                IntakeRefusal(origin: $0.key, at: now, code: $0.value.code, reason: $0.value.sentence)
            },
            advance: PeerLaneAdvance(
                lane: place.origin, from: fetched.from, entries: accepted, root: fetched.root, note: fetched.note,
                accepted: now))
        let kept = try database.record(batch)
        try writeReceipt(of: fetched, in: place, at: now)
        outcome.recorded += kept.recordedCount
        outcome.alreadyKnown += kept.verdicts.count { $0 == .alreadyKnown }
        outcome.entries[place.origin] = fetched.entries.count
        outcome.refused.merge(refusals) { first, _ in first }
        for (item, verdict) in zip(assessed, kept.verdicts) where verdict == .conflicting {
            outcome.refused[item.origin] = .conflicting(item.observation.series)
        }
    }

    private func admit(
        _ received: ReceivedObservation, from place: LanePlace
    ) -> Result<VerifiedObservation, LaneRefusal> {
        let series = received.observation.series
        guard series.provider == place.party else { return .failure(LaneRefusal(reason: .foreignSeries(series))) }
        switch configuration.agreement.verify(received, reader: party) {
        case .refused(let verdict): return .failure(LaneRefusal(reason: .agreement(verdict)))
        case .admitted(let verified):
            let audiences = configuration.agreement.audiences(for: series, at: received.observation.observed)
            guard audiences.contains(where: { $0.audience == place.audience }) else {
                return .failure(LaneRefusal(reason: .otherAudience(series)))
            }
            return .success(verified)
        }
    }

    /// The receipt says what has been durably stored, so it is written after the transaction.
    private func writeReceipt(of fetched: FetchedLane, in place: LanePlace, at now: Instant) throws {
        let receipt = try configuration.signer.receipt(fetched.note, now)
        try effects.disk.write("\(place.receipts)/\(fetched.from + fetched.entries.count)", receipt)
    }

    /// Remembers that a lane was refused, with the signed checkpoint that shows another history.
    private func note(_ refusal: LaneRefusal, of place: LanePlace) throws {
        let now = effects.now()
        let origin = "lane/\(place.origin)/at/\(now)"
        _ = try database.record(
            IntakeBatch(refusals: [
                IntakeRefusal(origin: origin, at: now, code: refusal.reason.code, reason: refusal.reason.sentence)
            ]))
        if !refusal.evidence.isEmpty {
            try effects.disk.write(
                "evidence/\(place.agreement)/\(place.party)/\(place.audience)/\(now)", refusal.evidence)
        }
    }
}
