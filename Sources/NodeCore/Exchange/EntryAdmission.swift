import Accord
import Formats
import Series
import Storage

/// Entries of one lane on their way in: what the agreement lets in, what goes into quarantine, and why.
struct EntryAdmission {
    /// A reading with the place it came from.
    struct Item {
        let arriving: ArrivingObservation
        let reference: LaneReference
    }

    /// The readings of one series.
    struct Pile {
        let desk: SeriesDesk
        var items: [Item] = []
    }

    /// What is let in, by series in the order of their first reading.
    private(set) var piles: [Pile] = []
    /// What is not, by origin.
    private(set) var refusals: [String: IntakeRefusalReason] = [:]
    /// Every entry; of one that holds something refused only the hash is kept.
    private(set) var accepted: [AcceptedEntry] = []
    /// What the party takes back.
    private(set) var withdrawn: [(index: Int, offset: Int?)] = []
    /// Test entries that ask this party for an answer.
    private(set) var drills: [DrillQuestion] = []
    /// Acts of the party in the register of provisions.
    private(set) var acts: [LaneRegister] = []
    /// Warnings, notices and answers of the party.
    private(set) var warnings: [LaneWarning] = []
    private var numbers: [ObjectIdentifier: Int] = [:]

    mutating func take(_ item: Item, at desk: SeriesDesk) {
        let id = ObjectIdentifier(desk)
        let number = numbers[id] ?? piles.count
        if number == piles.count {
            piles.append(Pile(desk: desk))
            numbers[id] = number
        }
        piles[number].items.append(item)
    }

    mutating func refuse(_ origin: String, _ reason: IntakeRefusalReason) { refusals[origin] = reason }

    mutating func close(_ entry: SealedEntry, isClean: Bool) {
        accepted.append(AcceptedEntry(bytes: isClean ? entry.bytes : nil, leafHash: entry.leafHash))
    }

    mutating func take(_ question: DrillQuestion) { drills.append(question) }

    mutating func take(_ act: LaneRegister) { acts.append(act) }

    mutating func take(_ warning: LaneWarning) { warnings.append(warning) }

    mutating func takeBack(_ index: Int, _ offset: Int?) { withdrawn.append((index, offset)) }
}

extension Node {
    /// Looks at every reading and message of proved entries under the agreement.
    func admission(of fetched: FetchedLane, in place: LanePlace, at now: Instant) -> EntryAdmission {
        var admission = EntryAdmission()
        for (offset, entry) in fetched.entries.enumerated() {
            let index = fetched.from + offset
            let before = admission.refusals.count
            if let read = try? LaneEntry(entry.bytes) {
                admit(read, index: index, in: place, at: now, &admission)
            } else {
                admission.refuse("lane/\(place.origin)/\(index)", .unreadableEntry)
            }
            admission.close(entry, isClean: admission.refusals.count == before)
        }
        return admission
    }

    private func admit(
        _ entry: LaneEntry, index: Int, in place: LanePlace, at now: Instant, _ admission: inout EntryAdmission
    ) {
        switch entry {
        case .observations(let rows):
            for (offset, row) in rows.enumerated() {
                let reference = LaneReference(lane: place.origin, index: index, offset: offset)
                switch admit(row.received(at: now), from: place) {
                case .success(let verified):
                    let item = EntryAdmission.Item(
                        arriving: ArrivingObservation(verified: verified, stated: nil), reference: reference)
                    admission.take(item, at: desk(of: row.series))
                case .failure(let refusal): admission.refuse(reference.origin, refusal.reason)
                }
            }
        case .notice(let notice): admit(clause: notice.clause, index: index, in: place, &admission)
        case .warning(let warning):
            let before = admission.refusals.count
            if !isAnswer(warning, in: place, at: now) {
                admit(clause: warning.clause, index: index, in: place, &admission)
            }
            if admission.refusals.count == before { admission.take(warning) }
        case .forecast(let forecast): admit(clause: forecast.clause, index: index, in: place, &admission)
        case .manifest, .clock: break
        case .register(let act):
            guard RegisterDocument.isShared(act.document) else {
                return admission.refuse("lane/\(place.origin)/\(index)", .unreadableEntry)
            }
            admission.take(act)
        case .drill(let drill):
            guard case .question(let asked) = drill.part, asked.contains(party) else { return }
            admission.take(
                DrillQuestion(asker: place.party, lane: place.origin, index: index, drill: drill, received: now))
        case .tombstone(let tombstone):
            // Only what stands before it in the same lane can be taken back.
            guard tombstone.index < index else {
                return admission.refuse("lane/\(place.origin)/\(index)", .unreadableEntry)
            }
            admission.takeBack(tombstone.index, tombstone.offset)
        }
    }

    /// Whether it is the answer to a notice of this party, in the lane of such answers.
    private func isAnswer(_ warning: LaneWarning, in place: LanePlace, at now: Instant) -> Bool {
        guard let provision = configuration.agreement.provision(warning.clause) else { return false }
        return configuration.agreement.answerAudience(of: provision, by: place.party, to: party, at: now)
            == place.audience && (try? AlertMessage(warning.document))?.text("msgType") == "Ack"
    }

    /// A message is let in when its clause makes this party a reader of what that provider sends.
    private func admit(clause: String, index: Int, in place: LanePlace, _ admission: inout EntryAdmission) {
        guard configuration.agreement.provision(clause)?.readers?.contains(party) == true else {
            return admission.refuse("lane/\(place.origin)/\(index)", .otherClause(clause))
        }
    }

    private func admit(_ observation: Observation, from place: LanePlace) -> Result<VerifiedObservation, LaneRefusal> {
        let series = observation.series
        guard series.provider == place.party else { return .failure(LaneRefusal(reason: .foreignSeries(series))) }
        let received = ReceivedObservation(observation, origin: "")
        switch configuration.agreement.verify(received, reader: party) {
        case .refused(let verdict): return .failure(LaneRefusal(reason: .agreement(verdict)))
        case .admitted(let verified):
            let lanes = desk(of: series).plan.lanes.lanes(at: observation.observed)
            guard lanes.contains(where: { $0.audience == place.audience }) else {
                return .failure(LaneRefusal(reason: .otherAudience(series)))
            }
            return .success(verified)
        }
    }
}
