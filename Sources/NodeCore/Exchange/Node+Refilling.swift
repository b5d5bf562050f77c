import Accord
public import Series
import Storage

/// What a reader gave back of this party's own lanes after a restore.
public struct RefillOutcome: Hashable, Sendable {
    /// Entries taken back, by lane origin.
    public var entries: [String: Int] = [:]
    /// Readings that are new here.
    public var recorded = 0
    /// Readings that had left rounded or summed up: the lane has them, the node's own exact values are lost.
    public var inexact = 0
    /// Lanes of which the reader holds nothing that is not here, by origin.
    public var confirmed: [String] = []
    /// Receipts of this party's own that came back.
    public var receipts = 0
    /// What was not believed, by origin.
    public var refused: [String: IntakeRefusalReason] = [:]

    /// The outcome when nothing was asked.
    public init() {}
}

extension Node {
    /// A receipt that ends the doubt about a lane is at least that many s younger than the restore: readers' clocks differ.
    static let receiptMargin: Int64 = 600

    // MARK: The reader's side

    /// A file of a lane that this party has read, for its provider alone: what it signed, it may have back.
    ///
    /// - Returns: the checkpoint as it was accepted, no bytes when nothing was, or a bundle of entries. Nil while entries
    ///   have been taken over that the checkpoint does not cover: it would say less than this party holds.
    func copyForProvider(_ name: String, of place: LanePlace) throws -> [UInt8]? {
        let accepted = try database.peerLane(place.origin)
        if name == "checkpoint" {
            guard let accepted else { return [] }
            let lines = String(decoding: accepted.note, as: UTF8.self).split(separator: "\n")
            return lines.count > 1 && lines[1] == "\(accepted.size)" ? accepted.note : nil
        }
        guard let tile = LaneTiles.Path(name), tile.kind == "entries", let accepted else { return nil }
        let begin = tile.number * LaneTiles.width
        guard begin + tile.count <= accepted.size else { return nil }
        return try database.peerEntryBytes(place.origin, from: begin, before: begin + tile.count).map {
            LaneTiles.bundle($0)
        }
    }

    // MARK: The provider's side

    /// After a restore: asks a reader how much it holds of each own lane, fetches back what is missing here, and collects
    /// the receipts that this party had given. A lane of which every reader that has joined has shown that nothing is
    /// missing is signed again from then on.
    ///
    /// Nothing is asked where nothing is held. Whatever is not as this party signed it is refused as a whole.
    ///
    /// - Throws: ``LinkDown``, or what the disk throws.
    public func refillOwnLanes(from reader: PartyID, over link: LaneLink) async throws -> RefillOutcome {
        var outcome = RefillOutcome()
        guard configuration.trust.joined.contains(reader), reader != party else { return outcome }
        try await collectOwnReceipts(from: reader, over: link, into: &outcome)
        for place in ownPlaces where place.audience.readers.contains(reader) {
            guard try database.hold(of: place.origin) != nil else { continue }
            do { try await refill(place, from: reader, over: link, into: &outcome) } catch let refusal as LaneRefusal {
                outcome.refused[place.origin] = refusal.reason
                try note(refusal, of: place)
            }
        }
        try endRestoreIfClear()
        if outcome != RefillOutcome() {
            effects.log(
                "refill from \(reader): \(outcome.entries.values.reduce(0, +)) entries, \(outcome.recorded) readings, "
                    + "\(outcome.confirmed.count) lanes confirmed, \(outcome.receipts) own receipts, "
                    + "\(outcome.refused.count) refused")
        }
        return outcome
    }

    private func refill(
        _ place: LanePlace, from reader: PartyID, over link: LaneLink, into outcome: inout RefillOutcome
    ) async throws {
        guard let note = try await bytes(place.folder + "/checkpoint", from: reader, over: link) else { return }
        if !note.isEmpty {
            let checkpoint = try ownCheckpoint(note, of: place)
            let size = try database.lastCheckpoint(of: place.origin)?.size ?? 0
            if checkpoint.size <= size {
                guard try database.root(of: place.origin, size: checkpoint.size) == checkpoint.root else {
                    throw try twoHistories(place, note, size: checkpoint.size)
                }
            } else {
                try database.noteLost(place.origin, size: checkpoint.size)
                let entries = try await entries(of: place, size..<checkpoint.size, from: reader, over: link)
                try await takeBack(entries, after: size, checkpoint, note, of: place, from: reader, into: &outcome)
            }
        }
        // What was carried here says what the reader held then, not what it holds now.
        guard link.isLive else { return }
        try database.confirm(place.origin, by: reader, at: effects.now())
        outcome.confirmed.append(place.origin)
        try clearIfConfirmed(place)
    }

    /// The checkpoint that a reader shows, if this party has signed it.
    private func ownCheckpoint(_ note: [UInt8], of place: LanePlace) throws -> Checkpoint {
        let key = configuration.signer.key(place.origin)
        if let own = try? Checkpoint(note: note, origin: place.origin, key: key) { return own }
        // Signed by an earlier key of this party.
        if let own = try? configuration.trust.checkpoint(note, place.origin, party, effects.now()) { return own }
        throw LaneRefusal(reason: .tampered("the checkpoint"))
    }

    private func twoHistories(_ place: LanePlace, _ note: [UInt8], size: Int) throws -> LaneRefusal {
        let mine = try standingCheckpoint(of: place)
        return LaneRefusal(
            reason: .otherHistory("a reader holds other entries than this node, under this party's own signature"),
            evidence: [mine?.note, note].compactMap { $0 }, fork: try database.fork(note, size: size, against: mine))
    }

    private func entries(
        of place: LanePlace, _ range: Range<Int>, from reader: PartyID, over link: LaneLink
    ) async throws -> [SealedEntry] {
        let width = LaneTiles.width
        var entries: [SealedEntry] = []
        for number in (range.lowerBound / width)...((range.upperBound - 1) / width) {
            let begin = number * width
            let count = min(range.upperBound - begin, width)
            let path = place.folder + "/" + LaneTiles.path("entries", number: number, count: count)
            guard let bytes = try await bytes(path, from: reader, over: link) else {
                throw LaneRefusal(reason: .tampered("the reader does not hold every entry from \(begin) on"))
            }
            guard let bundle = LaneTiles.entries(inBundle: bytes), bundle.count >= count else {
                throw LaneRefusal(reason: .tampered("an entry bundle"))
            }
            for (offset, bytes) in bundle.enumerated() where range.contains(begin + offset) {
                entries.append(SealedEntry(bytes))
            }
        }
        return entries
    }

    private func bytes(_ path: String, from reader: PartyID, over link: LaneLink) async throws -> [UInt8]? {
        do { return try await link.fetch(path) } catch { throw LinkDown(peer: reader, cause: error) }
    }

    /// Checks that the entries lead from what is here to the root that this party had signed, and stores them.
    private func takeBack(
        _ entries: [SealedEntry], after size: Int, _ checkpoint: Checkpoint, _ note: [UInt8], of place: LanePlace,
        from reader: PartyID, into outcome: inout RefillOutcome
    ) async throws {
        // Another refill may have been faster while this one waited for bytes.
        guard try database.lastCheckpoint(of: place.origin)?.size ?? 0 == size else { return }
        var tree = try database.tree(of: place.origin)
        for entry in entries { tree.append(entry.leafHash) }
        guard tree.size == checkpoint.size, tree.root == checkpoint.root else {
            throw try twoHistories(place, note, size: checkpoint.size)
        }
        let now = effects.now()
        try readGateRules()
        // Signed once, the same checkpoint may be signed again: without the marks that stood below it meanwhile.
        let signed = SignedCheckpoint(
            size: checkpoint.size, root: checkpoint.root,
            note: try configuration.signer.checkpoint(place.origin, checkpoint.size, checkpoint.root), signed: now)
        var refill = LaneRefill(lane: place.origin, from: size, entries: entries, checkpoint: signed)
        outcome.inexact += try readings(of: &refill, place, from: reader, at: now)
        outcome.recorded += try database.refill(refill, sealing: sealing(at: now))
        outcome.entries[place.origin] = entries.count
        desks = [:]
    }

    /// Reads what the entries hold into a refill.
    ///
    /// - Returns: how many readings had left rounded or summed up.
    private func readings(
        of refill: inout LaneRefill, _ place: LanePlace, from reader: PartyID, at now: Instant
    ) throws -> Int {
        var inexact = 0
        for (offset, entry) in refill.entries.enumerated() {
            let read = try? LaneEntry(entry.bytes)
            if case .register(let act)? = read {
                refill.acts.append(
                    RegisterActRow(
                        party: party, number: act.number, at: act.issued, person: "", document: act.document))
            }
            guard case .observations(let rows)? = read else { continue }
            for (row, observation) in rows.map({ $0.received(at: now) }).enumerated() {
                refill.left.append(observation)
                let reference = LaneReference(lane: place.origin, index: refill.from + offset, offset: row)
                inexact += try take(observation, reference, from: reader, at: now, into: &refill) ? 0 : 1
            }
        }
        return inexact
    }

    /// Takes one reading back.
    ///
    /// - Returns: whether it left as the node had it.
    private func take(
        _ observation: Observation, _ reference: LaneReference, from reader: PartyID, at now: Instant,
        into refill: inout LaneRefill
    ) throws -> Bool {
        let desk = desk(of: observation.series)
        let ways = desk.plan.departures(of: observation, at: now)
        if let way = ways.first(where: { $0.lane == refill.lane }) {
            if case .summed(let minutes, let end, _) = way.moment {
                refill.sums.append(
                    LaneRefill.Sum(
                        series: observation.series, end: end, periodMinutes: minutes, clause: way.clause,
                        released: observation.revision + 1))
                return false
            }
            if gate.rounding(of: way.clause) != nil { return false }
        }
        let origin = "given back by \(reader): \(reference.origin)"
        let received = ReceivedObservation(observation, origin: origin)
        guard case .admitted(let verified) = configuration.agreement.verify(received, reader: party),
            let assessed = try desk.assess([ArrivingObservation(verified: verified, stated: nil)], database: database)
                .first
        else { return true }
        refill.records.append(ObservationRecord(assessed.observation, origin: origin, departures: ways))
        return true
    }

    // MARK: The end of the doubt

    /// The readers of a lane that have joined.
    private func joinedReaders(of place: LanePlace) -> [PartyID] {
        configuration.trust.joined.filter { place.audience.readers.contains($0) && $0 != party }.sorted()
    }

    /// Ends the hold of a restore on a lane when every reader that has joined has shown what it holds. A lane that nobody
    /// reads yet waits for a person's word: nobody else could know.
    private func clearIfConfirmed(_ place: LanePlace) throws {
        let readers = joinedReaders(of: place)
        guard !readers.isEmpty, case .restored? = try database.hold(of: place.origin) else { return }
        for reader in readers where try database.confirmation(of: place.origin, by: reader) == nil { return }
        try database.clear(place.origin, at: effects.now())
        effects.log("\(place.origin): every reader has shown what it holds; the lane goes on")
    }

    /// Takes receipts that readers gave after a restore as their word on what they hold: for readers whose program gives
    /// nothing back.
    func clearByReceipts(of reader: PartyID) throws {
        guard let restored = try database.restoreInDoubt() else { return }
        for place in ownPlaces where place.audience.readers.contains(reader) {
            guard case .restored? = try database.hold(of: place.origin),
                let last = try database.lastReceipt(of: place.origin, by: reader),
                last.time - restored >= Node.receiptMargin,
                last.size <= (try database.lastCheckpoint(of: place.origin)?.size ?? 0)
            else { continue }
            try database.confirm(place.origin, by: reader, at: effects.now())
            try clearIfConfirmed(place)
        }
        try endRestoreIfClear()
    }

    private func endRestoreIfClear() throws {
        guard try database.restoreInDoubt() != nil else { return }
        for place in ownPlaces where try database.hold(of: place.origin) != nil { return }
        try database.endRestore(at: effects.now(), by: nil)
    }

    /// Collects the receipts that this party had given and a peer keeps, so that new ones do not take their numbers.
    private func collectOwnReceipts(
        from peer: PartyID, over link: LaneLink, into outcome: inout RefillOutcome
    ) async throws {
        let agreement = configuration.agreement
        guard let restored = try database.lastRestore(), try !database.hasReceipts(from: peer, since: restored) else {
            return
        }
        for provider in agreement.parties.map(\.id).sorted() where provider != party {
            guard configuration.trust.joined.contains(provider) else { continue }
            for place in agreement.lanes(of: provider)
            where place.audience.readers.contains(party) && place.isHeld(by: peer) {
                outcome.receipts += try await collectOwnReceipts(of: place, from: peer, over: link)
            }
        }
        if link.isLive { try database.noteReceipts(from: peer, at: restored) }
    }

    private func collectOwnReceipts(
        of place: LanePlace, from peer: PartyID, over link: LaneLink
    ) async throws -> Int {
        var number = try database.nextReceipt(of: place.origin, by: party)
        let first = number
        let key = configuration.signer.key(place.origin).cosigning("riparian/\(party)")
        while number - first < Node.maximumReceipts {
            let path = place.receipt(of: party, number: number)
            guard let note = try await bytes(path, from: peer, over: link),
                let time = Receipt.time(in: note, of: key) ?? configuration.trust.receiptTime(note, party),
                let checkpoint = try? receipted(note, of: place, at: time),
                try database.nextReceipt(of: place.origin, by: party) == number
            else { break }
            try keep(
                KeptReceipt(
                    lane: place.origin, reader: party, number: number, size: checkpoint.size, time: time, note: note),
                of: place)
            number += 1
        }
        return number - first
    }
}
