import Accord
import Series
import Storage

extension Node {
    /// s after which a reader that still fetches confirms the same size again: what shows that it was not offline.
    static let receiptPeriod: Int64 = 3600

    /// At most that many receipts of one reader for one lane are collected in one pull.
    static let maximumReceipts = 10_000

    /// Says, with this party's time and signature, what of a lane is durably stored here: after the transaction, and again
    /// while nothing new comes.
    func giveReceipt(of place: LanePlace) throws {
        guard let accepted = try database.peerLane(place.origin), accepted.isCovered else { return }
        let now = effects.now()
        let last = try database.lastReceipt(of: place.origin, by: party)
        if let last, last.size == accepted.size, now - last.time < Node.receiptPeriod { return }
        let receipt = KeptReceipt(
            lane: place.origin, reader: party, number: last.map { $0.number + 1 } ?? 0, size: accepted.size, time: now,
            note: try configuration.signer.receipt(accepted.note, now))
        try keep(receipt, of: place)
    }

    /// Writes the files of receipts that a process which was killed has left out; once in each process.
    ///
    /// Only the last one of a reader can lack its file: each is written before the next is kept.
    func restoreReceiptFiles() throws {
        guard !receiptFilesAreWhole else { return }
        let agreement = configuration.agreement
        let places = agreement.parties.flatMap { agreement.lanes(of: $0.id) }
        let byOrigin = Dictionary(places.map { ($0.origin, $0) }) { first, _ in first }
        for receipt in try database.lastReceipts() {
            guard let place = byOrigin[receipt.lane] else { continue }
            try write(receipt.note, to: place.receipt(of: receipt.reader, number: receipt.number))
        }
        receiptFilesAreWhole = true
    }

    /// Keeps a receipt, then writes its file.
    func keep(_ receipt: KeptReceipt, of place: LanePlace) throws {
        try database.keep(receipt)
        try effects.disk.write(place.receipt(of: receipt.reader, number: receipt.number), receipt.note)
    }

    /// Collects the receipts that a peer has given: for own lanes, as evidence of delivery, and for third lanes that both
    /// read, to see whether their provider shows everybody the same history.
    func collectReceipts(from peer: PartyID, over link: LaneLink, into outcome: inout PullOutcome) async throws {
        let agreement = configuration.agreement
        for provider in agreement.parties.map(\.id).sorted() where provider != peer {
            guard provider == party || configuration.trust.joined.contains(provider) else { continue }
            for place in agreement.lanes(of: provider) where place.isHeld(by: peer) && place.isHeld(by: party) {
                try await collectReceipts(of: place, by: peer, from: peer, over: link, into: &outcome)
            }
        }
        // What witnesses have cosigned of the peer's own lanes: it had to ask them, and serves what they gave.
        for witness in configuration.trust.witnesses.keys.sorted() {
            for place in agreement.lanes(of: peer) where place.isHeld(by: party) {
                try await collectReceipts(of: place, by: witness, from: peer, over: link, into: &outcome)
            }
        }
    }

    private func collectReceipts(
        of place: LanePlace, by giver: PartyID, from peer: PartyID, over link: LaneLink,
        into outcome: inout PullOutcome
    ) async throws {
        do {
            outcome.receipts += try await collectReceipts(of: place, by: giver, from: peer, over: link)
        } catch let refusal as LaneRefusal {
            outcome.refused["receipts/\(place.origin)/\(giver)"] = refusal.reason
            try note(refusal, of: place)
        }
    }

    private func collectReceipts(
        of place: LanePlace, by giver: PartyID, from peer: PartyID, over link: LaneLink
    ) async throws -> Int {
        var number = try database.nextReceipt(of: place.origin, by: giver)
        let first = number
        var taken = 0
        var refusal: LaneRefusal?
        while number - first < Node.maximumReceipts {
            let note: [UInt8]?
            do { note = try await link.fetch(place.receipt(of: giver, number: number)) } catch {
                throw LinkDown(peer: peer, cause: error)
            }
            guard let note else { break }
            do {
                let receipt = try judged(note, number: number, of: place, from: giver)
                guard try database.nextReceipt(of: place.origin, by: giver) <= number else { break }
                try keep(receipt, of: place)
                taken += 1
                // What nobody can verify is passed over once a later one holds: it is left out of the list.
                refusal = nil
            } catch let fault as LaneRefusal where fault.reason == .falseReceipt {
                refusal = refusal ?? fault
            }
            number += 1
        }
        if let refusal { throw refusal }
        return taken
    }

    /// The checkpoint below a receipt: signed by a key that its party had when the receipt was given, or has now. A key that
    /// has ended takes no evidence with it.
    func receipted(_ note: [UInt8], of place: LanePlace, at time: Instant) throws -> Checkpoint {
        let key = configuration.signer.key(place.origin)
        if place.party == party, let own = try? Checkpoint(note: note, origin: place.origin, key: key) { return own }
        let now = effects.now()
        for moment in [min(time, now), now] {
            if let believed = try? configuration.trust.checkpoint(note, place.origin, place.party, moment) {
                return believed
            }
        }
        throw LaneRefusal(reason: .falseReceipt)
    }

    /// A receipt whose both signatures hold and whose history is the one known here.
    private func judged(
        _ note: [UInt8], number: Int, of place: LanePlace, from giver: PartyID
    ) throws -> KeptReceipt {
        guard let time = configuration.trust.cosignatureTime(note, of: giver) else {
            throw LaneRefusal(reason: .falseReceipt)
        }
        let checkpoint = try receipted(note, of: place, at: time)
        let known = try database.root(of: place.origin, size: checkpoint.size)
        if place.party == party, known == nil {
            // This node signed what it no longer has: it was restored from an old copy. It never signs over it again.
            try database.noteLost(place.origin, size: checkpoint.size)
            throw LaneRefusal(
                reason: .otherHistory(
                    "a reader holds \(checkpoint.size) entries of this party's lane, this node fewer"),
                evidence: [note])
        }
        if let known, known != checkpoint.root {
            let mine = try standingCheckpoint(of: place)
            throw LaneRefusal(
                reason: .otherHistory("another reader has been shown other entries"),
                evidence: [mine?.note, note].compactMap { $0 },
                fork: try database.fork(note, size: checkpoint.size, against: mine))
        }
        return KeptReceipt(
            lane: place.origin, reader: giver, number: number, size: checkpoint.size, time: time, note: note)
    }
}
