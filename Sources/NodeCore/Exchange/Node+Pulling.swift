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
    /// Test entries that ask this party for an answer, see ``Node/answer(_:)``.
    public var drills: [DrillQuestion] = []

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
        var outcome = try await pullLanes(from: peer, over: link)
        guard configuration.trust.joined.contains(peer), peer != party else { return outcome }
        try await collectReceipts(from: peer, over: link, into: &outcome)
        try clearByReceipts(of: peer)
        log(outcome, from: peer)
        return outcome
    }

    /// Fetches what a peer's lanes have for this party, without collecting receipts.
    ///
    /// - Parameter announced: what the peer has announced by itself, by lane origin: only these lanes are looked at. Nil for
    ///   every lane.
    public func pullLanes(
        from peer: PartyID, over link: LaneLink, announced: [String: LaneAnnouncement]? = nil
    ) async throws -> PullOutcome {
        var outcome = PullOutcome()
        guard configuration.trust.joined.contains(peer), peer != party else { return outcome }
        var isFirst = try lineBegin(with: peer) == nil
        let refill = try await refillOwnLanes(from: peer, over: link)
        outcome.refused.merge(refill.refused) { first, _ in first }
        for place in configuration.agreement.lanes(of: peer) where place.audience.readers.contains(party) {
            if let announced, announced[place.origin] == nil { continue }
            if let fork = try database.knownFork(of: place.origin), fork.settled == nil {
                outcome.refused[place.origin] = .otherHistory("two were shown, and nobody has decided yet")
                continue
            }
            let fetch = LaneFetch(
                place: place, link: link, trust: configuration.trust, now: effects.now(), database: database)
            do {
                let gain = try await fetch.gain(announced: announced?[place.origin])
                if isFirst { try database.note(Node.lineFact(peer), "\(effects.now().secondsSinceEpoch)") }
                isFirst = false
                if let gain {
                    try await take(gain, by: fetch, into: &outcome)
                }
                try giveReceipt(of: place)
            } catch let refusal as LaneRefusal {
                outcome.refused[place.origin] = refusal.reason
                try note(refusal, of: place)
            }
        }
        if announced != nil { log(outcome, from: peer) }
        return outcome
    }

    // MARK: Since when a line stands

    private static func lineFact(_ peer: PartyID) -> String { "line.begin/\(peer)" }

    /// Since when this node has had a line to a peer: when a lane of it was first read; nil while none has been. What came due
    /// before is not awaited of the peer.
    nonisolated func lineBegin(with peer: PartyID) throws -> Instant? {
        if let noted = try database.fact(Node.lineFact(peer)).flatMap({ Int64($0) }) {
            return Instant(secondsSinceEpoch: noted)
        }
        // A node that took over entries before it kept this fact has long had the line.
        let origins = Set(configuration.agreement.lanes(of: peer).map(\.origin))
        return try database.peerLanes().contains { origins.contains($0.origin) } ? Instant(secondsSinceEpoch: 0) : nil
    }

    private func log(_ outcome: PullOutcome, from peer: PartyID) {
        guard outcome != PullOutcome() else { return }
        effects.log(
            "pull from \(peer): \(outcome.entries.values.reduce(0, +)) entries, \(outcome.recorded) new readings, "
                + "\(outcome.receipts) receipts, \(outcome.refused.count) refused")
    }

    /// Takes a gain over bundle by bundle, each in a transaction of its own: a line that breaks loses one bundle's work, and
    /// memory holds two. The next bundle is fetched while one is being kept, where the line can do several things at once.
    private func take(_ gain: LaneGain, by fetch: LaneFetch, into outcome: inout PullOutcome) async throws {
        let width = LaneTiles.width
        var ranges: [Range<Int>] = []
        var start = gain.from
        repeat {
            let end = min((start / width + 1) * width, gain.size)
            ranges.append(start..<end)
            start = end
        } while start < gain.size
        var upcoming: Task<FetchedLane, any Error>?
        defer { upcoming?.cancel() }
        for (number, range) in ranges.enumerated() {
            let fetched: FetchedLane
            if let running = upcoming {
                fetched = try await running.value
            } else {
                fetched = try await fetch.entries(of: gain, range)
            }
            upcoming = nil
            if fetch.link.window > 1, number + 1 < ranges.count {
                let next = ranges[number + 1]
                upcoming = Task { try await fetch.entries(of: gain, next) }
            }
            guard try accept(fetched, of: fetch.place, into: &outcome) else { return }
        }
    }

    /// Checks the readings of proved entries against the agreement and stores what is granted.
    ///
    /// - Returns: false when another pull of the same lane was faster while this one waited for bytes.
    private func accept(
        _ fetched: FetchedLane, of place: LanePlace, into outcome: inout PullOutcome
    ) throws -> Bool {
        guard try database.peerLane(place.origin)?.size ?? 0 == fetched.from else { return false }
        let now = effects.now()
        let admission = admission(of: fetched, in: place, at: now)
        var advance = PeerLaneAdvance(
            lane: place.origin, from: fetched.from, entries: admission.accepted, note: fetched.note, accepted: now)
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
        var batch = IntakeBatch(
            observations: records,
            refusals: refusals.map {
                IntakeRefusal(origin: $0.key, at: now, code: $0.value.code, reason: $0.value.sentence)
            }, advance: advance)
        batch.acts = admission.acts.map {
            RegisterActRow(party: place.party, number: $0.number, at: $0.issued, person: "", document: $0.document)
        }
        batch.notices = try noticeRows(of: admission.warnings, from: place.party, at: now)
        let kept: RecordOutcome
        do { kept = try database.record(batch) } catch {
            for pile in admission.piles { pile.desk.forget() }
            throw error
        }
        if kept.verdicts.contains(where: { $0 != .recorded }) || !advance.withdrawn.isEmpty { desks = [:] }
        outcome.recorded += kept.recordedCount
        outcome.alreadyKnown += kept.verdicts.count { $0 == .alreadyKnown }
        if !fetched.entries.isEmpty { outcome.entries[place.origin, default: 0] += fetched.entries.count }
        outcome.drills += admission.drills
        outcome.refused.merge(admission.refusals) { first, _ in first }
        for (record, verdict) in zip(records, kept.verdicts) where verdict == .conflicting {
            outcome.refused[record.provenance?.origin ?? place.origin] = .conflicting(record.observation.series)
        }
        return true
    }
}
