public import Accord
import Formats
import Foundation
public import Series
import Storage

/// One of the changes that a plan of this node proposes to a neighbour.
public struct PlanProposal: Hashable, Sendable {
    /// The number of the plan.
    public let plan: Int64
    /// The place of the proposal in it, from 0.
    public let number: Int

    /// Makes one.
    public init(plan: Int64, number: Int) {
        self.plan = plan
        self.number = number
    }
}

/// Counter-proposals: what an addressee asks of the sender of a notice, and the sender's answer.
extension Node {
    /// Asks the sender of a notice for less water, or for it at another time: a signed answer in the lane of the same clause. Who asks
    /// has read the notice.
    ///
    /// - Parameter proposal: of a plan: what it says that the change is worth at own towns goes with the request, where the clause
    ///   lets both sides show it.
    public func ask(
        _ request: NoticeRequest, about id: String, worthOf proposal: PlanProposal? = nil,
        through office: AlertOffice, by person: String
    ) throws -> NoticeProblem? {
        guard let kept = try notice(id), !kept.isOwn, let reference = (try? AlertMessage(kept.document))?.reference
        else {
            return .noNotice
        }
        guard !kept.notice.isOver else { return .order }
        let worth: [NoticeRequest.Worth]
        switch try self.worth(of: proposal, about: kept.notice) {
        case .success(let found): worth = found
        case .failure(let problem): return problem
        }
        let reason = String(request.reason.prefix(NoticeParameter.limit))
        guard let request = NoticeRequest(values: request.values, reason: reason, worth: worth) else { return .order }
        var entry = NoticeEntryDocument(.answered)
        (entry.event, entry.office, entry.name) = ("asked", party.text, person)
        entry.set(request)
        return try say(
            .asked(request), about: kept, to: reference, addressee: reference.sender, entry: entry, through: office,
            by: person)
    }

    /// By how much a proposal of a plan lowers the highest flow at each own town. What other parties' towns would gain is theirs to
    /// say.
    private func worth(
        of proposal: PlanProposal?, about notice: AgreedNotice
    ) throws -> Result<[NoticeRequest.Worth], NoticeProblem> {
        guard let proposal else { return .success([]) }
        guard notice.terms.showsWorth else { return .failure(.worthNotShown) }
        guard let proposals = try plan(proposal.plan)?.summary.proposals, proposals.indices.contains(proposal.number),
            case let said = proposals[proposal.number], said.plant == notice.subject, said.party == notice.sender.text
        else { return .failure(.noProposal) }
        return .success(
            said.towns.filter { $0.party == party.text }.compactMap { town in
                StationID(town.id).flatMap { NoticeRequest.Worth(place: $0, less: (-town.peak).rounded()) }
            })
    }

    /// Says to an office that what it asked for will not be.
    public func decline(
        requestOf asker: PartyID, about id: String, reason: String, through office: AlertOffice, by person: String
    ) throws -> NoticeProblem? {
        guard let kept = try notice(id), kept.isOwn, let identifier = kept.identifier,
            let row = try database.message(identifier: identifier),
            let reference = (try? AlertMessage(row.document))?.reference
        else { return .noNotice }
        guard !reason.isEmpty, kept.notice.openRequests.contains(where: { $0.office == asker.text }) else {
            return .order
        }
        var entry = NoticeEntryDocument(.event)
        (entry.event, entry.office) = ("declined", asker.text)
        entry.reason = String(reason.prefix(NoticeParameter.limit))
        return try say(
            .declined(reason: reason, to: asker), about: kept, to: reference, addressee: asker.text, entry: entry,
            through: office, by: person)
    }

    private func say(
        _ word: NoticeAnswer.Word, about kept: KeptNotice, to reference: AlertReference, addressee: String,
        entry: NoticeEntryDocument, through office: AlertOffice, by person: String
    ) throws -> NoticeProblem? {
        guard let sign = office.sign else { return .issue(.noKey) }
        let now = effects.now()
        let clock = now.iso8601().filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let identifier =
            "\(office.sender).\(clock).\(entry.event ?? "answer").\(kept.id.split(separator: "/").last ?? "1")"
        let text = NoticeAnswer(word, zone: configuration.register.zone(of: party), catalogues: office.catalogues)
            .message(
                to: reference, identifier: identifier, sender: office.sender, person: person, addressee: addressee,
                sent: now, isExercise: kept.notice.isExercise)
        let signed: [UInt8]
        do { signed = try sign(Array(text.utf8)) } catch { return .issue(.notSigned("\(error)")) }
        let card = MessageCard(
            station: StationID(kept.notice.subject) ?? Node.noStation, level: 0, needsAnswer: false, isUrgent: false,
            isExercise: kept.notice.isExercise, timetable: kept.notice.terms.timetable, addressees: [], answerKeys: [:],
            clause: kept.notice.clause, texts: [:])
        let answer = NewMessage(
            identifier: identifier, kind: KeptMessage.Kind.answer.rawValue, subject: kept.id, issued: now,
            expires: now + 86_400, person: person, document: signed, card: try card.bytes(), isSent: false)
        var entry = entry
        entry.identifier = identifier
        _ = try database.add(
            NoticeRow(notice: kept.id, at: now, person: person, document: try entry.bytes()), sending: answer)
        sendWaitingMessages()
        return nil
    }

    /// The sender of a notice declines what this party asked for.
    func decline(_ message: AlertMessage, from sender: PartyID, at now: Instant) throws -> [NoticeRow] {
        let parameters = message.infos.first?.values("parameter") ?? []
        guard NoticeParameter.declinedParty(parameters) == party.text else { return [] }
        let entries = try database.noticeEntries()
        return try message.references.compactMap { reference in
            let about = entries.first { row in
                NoticeEntryDocument(row.document).map {
                    $0.kind == .received && $0.identifier == reference.identifier && $0.party == sender.text
                } ?? false
            }
            guard let about else { return nil }
            var entry = NoticeEntryDocument(.event)
            (entry.event, entry.office, entry.party) = ("declined", party.text, sender.text)
            entry.name = String((message.text("note") ?? "").prefix(200))
            entry.reason = NoticeParameter.reason(parameters)
            let time = message.time("sent")?.instant ?? now
            return NoticeRow(notice: about.notice, at: min(time, now), person: "", document: try entry.bytes())
        }
    }
}
