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
    /// Receipts of readers that were collected.
    public var receipts = 0
    /// What was not let in, by origin: a reading, an entry, a receipt or a lane.
    public var refused: [String: IntakeRefusalReason] = [:]

    /// The outcome of a pull that finds nothing new.
    public init() {}
}

extension Node {
    /// Fetches what a peer's lanes have for this party, checks every byte against the signed checkpoints and every reading
    /// against the agreement, stores what is granted, gives a dated receipt, and collects the receipts that the peer has
    /// given for lanes that concern this party.
    ///
    /// Idempotent by lane and index. Whatever is not as signed is refused as a whole: nothing of it is stored.
    ///
    /// - Throws: ``LinkDown``, or what the disk throws; refusals are part of the outcome.
    public func pull(from peer: PartyID, over link: LaneLink) async throws -> PullOutcome {
        var outcome = PullOutcome()
        guard configuration.trust.joined.contains(peer), peer != party else { return outcome }
        let refill = try await refillOwnLanes(from: peer, over: link)
        outcome.refused.merge(refill.refused) { first, _ in first }
        for place in configuration.agreement.lanes(of: peer) where place.audience.readers.contains(party) {
            let fetch = LaneFetch(
                place: place, link: link, trust: configuration.trust, now: effects.now(), database: database)
            do {
                if let fetched = try await fetch.fetch() { try accept(fetched, of: place, into: &outcome) }
                try giveReceipt(of: place)
            } catch let refusal as LaneRefusal {
                outcome.refused[place.origin] = refusal.reason
                try note(refusal, of: place)
            }
        }
        try await collectReceipts(from: peer, over: link, into: &outcome)
        try clearByReceipts(of: peer)
        if outcome != PullOutcome() {
            effects.log(
                "pull from \(peer): \(outcome.entries.values.reduce(0, +)) entries, \(outcome.recorded) new readings, "
                    + "\(outcome.receipts) receipts, \(outcome.refused.count) refused")
        }
        return outcome
    }

    /// Checks the readings of proved entries against the agreement and stores what is granted.
    private func accept(_ fetched: FetchedLane, of place: LanePlace, into outcome: inout PullOutcome) throws {
        // Another pull of the same lane may have been faster while this one waited for bytes.
        guard try database.peerLane(place.origin)?.size ?? 0 == fetched.from else { return }
        let now = effects.now()
        let admission = admission(of: fetched, in: place, at: now)
        var advance = PeerLaneAdvance(
            lane: place.origin, from: fetched.from, entries: admission.accepted, root: fetched.root,
            note: fetched.note, accepted: now)
        advance.withdrawn = admission.withdrawn
        var records: [ObservationRecord] = []
        for pile in admission.piles {
            let assessed = try pile.desk.assess(pile.items.map(\.arriving), database: database)
            for (item, assessed) in zip(pile.items, assessed) {
                records.append(ObservationRecord(assessed.observation, origin: "", provenance: item.reference))
            }
        }
        records.sort {
            guard let left = $0.provenance, let right = $1.provenance else { return false }
            return (left.index, left.offset) < (right.index, right.offset)
        }
        let refusals = admission.refusals.sorted { $0.key < $1.key }
        let batch = IntakeBatch(
            observations: records,
            refusals: refusals.map {
                IntakeRefusal(origin: $0.key, at: now, code: $0.value.code, reason: $0.value.sentence)
            }, advance: advance)
        let kept: RecordOutcome
        do { kept = try database.record(batch) } catch {
            for pile in admission.piles { pile.desk.forget() }
            throw error
        }
        if kept.verdicts.contains(where: { $0 != .recorded }) || !advance.withdrawn.isEmpty { desks = [:] }
        outcome.recorded += kept.recordedCount
        outcome.alreadyKnown += kept.verdicts.count { $0 == .alreadyKnown }
        outcome.entries[place.origin] = fetched.entries.count
        outcome.refused.merge(admission.refusals) { first, _ in first }
        for (record, verdict) in zip(records, kept.verdicts) where verdict == .conflicting {
            outcome.refused[record.provenance?.origin ?? place.origin] = .conflicting(record.observation.series)
        }
    }

    /// Remembers that a lane was refused, with the signed notes that show another history.
    func note(_ refusal: LaneRefusal, of place: LanePlace) throws {
        let now = effects.now()
        let origin = "lane/\(place.origin)/at/\(now)"
        _ = try database.record(
            IntakeBatch(refusals: [
                IntakeRefusal(origin: origin, at: now, code: refusal.reason.code, reason: refusal.reason.sentence)
            ]))
        for (number, note) in refusal.evidence.enumerated() {
            try effects.disk.write(
                "evidence/\(place.agreement)/\(place.party)/\(place.audience)/\(now).\(number + 1)", note)
        }
    }
}
