public import Accord
import Formats
import Foundation
public import Series
import Storage

/// A notice under a clause of the agreement, an own one or one that has come in, with everything that happened to it.
public struct KeptNotice: Hashable, Sendable {
    /// Names it at this node.
    public let id: String
    /// Its versions and what happened.
    public let notice: AgreedNotice
    /// Whether this party sends it.
    public let isOwn: Bool
    /// Who wrote what, oldest first: the time, the person, and the word of the entry.
    public let log: [LogLine]
    /// The message that carries its newest version; nil for a draft.
    public let identifier: String?
    /// The document of a notice that has come in; empty for own ones.
    public let document: [UInt8]
    /// Whether this party has said that it has read the newest version of a notice that has come in.
    public let isAnswered: Bool
    /// When that document came in; nil for own notices.
    public let received: Instant?

    /// A line of its log.
    public struct LogLine: Hashable, Sendable {
        /// When.
        public let time: Instant
        /// Who typed it in; empty for machines and other parties.
        public let person: String
        /// What: a word of the entry's kind or event.
        public let word: String
        /// Whom it is about: an office or a party; empty where it is about nobody.
        public let office: String
    }
}

/// Puts notices together from what was written about them.
struct NoticeBook {
    /// The messages that belong to a notice, in order: the identifier, and its place in a lane.
    private struct Sending {
        var identifier: String
        var lane: String?
        var index: Int?
    }

    private struct Pile {
        var rows: [(row: NoticeRow, document: NoticeEntryDocument)] = []
    }

    private var piles: [String: Pile] = [:]
    private var order: [String] = []
    /// The notice to which a later message of another party belongs, by the name that the message has of its own.
    private var homeOf: [String: String] = [:]
    private let agreement: Agreement
    private let party: PartyID
    /// When a reader's machine had an index of a lane.
    private let receipt: (_ lane: String, _ index: Int, _ reader: PartyID) -> Instant?

    init(
        _ rows: [NoticeRow], agreement: Agreement, party: PartyID,
        receipt: @escaping (String, Int, PartyID) -> Instant?
    ) {
        self.agreement = agreement
        self.party = party
        self.receipt = receipt
        var homes: [String: String] = [:]
        for row in rows {
            guard let document = NoticeEntryDocument(row.document), document.kind != .warning else { continue }
            // A later version of a foreign notice belongs to the notice that it refers to.
            let id =
                document.kind == .received
                ? home(of: document, row.notice, &homes) : homeOf[row.notice] ?? row.notice
            if document.kind == .received { homeOf[row.notice] = id }
            if piles[id] == nil { order.append(id) }
            piles[id, default: Pile()].rows.append((row, document))
        }
    }

    private func home(of document: NoticeEntryDocument, _ own: String, _ homes: inout [String: String]) -> String {
        guard let cap = document.cap, let message = try? AlertMessage(Array(cap)) else { return own }
        let before = message.references.compactMap { homes[$0.identifier] }.first
        let home = before ?? own
        if let identifier = message.text("identifier") { homes[identifier] = home }
        return home
    }

    /// All notices, latest first.
    var notices: [KeptNotice] { order.reversed().compactMap { notice($0) } }

    private func notice(_ id: String) -> KeptNotice? {
        guard let pile = piles[id], let first = pile.rows.first else { return nil }
        return first.document.kind == .received ? received(id, pile) : own(id, pile)
    }

    // MARK: Own notices

    private func own(_ id: String, _ pile: Pile) -> KeptNotice? {
        guard let (row, draft) = pile.rows.first, draft.kind == .draft, let clause = draft.clause,
            let subject = draft.subject
        else { return nil }
        let terms = agreement.provision(clause)?.notice ?? NoticeTerms(event: .plannedRelease)
        var notice = AgreedNotice(
            clause: clause, sender: party, subject: subject, addressees: draft.addressees ?? [], terms: terms,
            isExercise: draft.isExercise ?? false, written: row.at, values: draft.stated,
            isUrgent: draft.isUrgent ?? false)
        var sendings: [Sending] = []
        var steps: [(time: Instant, version: Int, event: NoticeEvent)] = []
        var log: [KeptNotice.LogLine] = []
        var versions: [(time: Instant, document: NoticeEntryDocument)] = []
        for (row, document) in pile.rows {
            log.append(
                KeptNotice.LogLine(
                    time: row.at, person: row.person, word: document.event ?? document.kind.rawValue,
                    office: document.office ?? document.party ?? ""))
            switch document.kind {
            case .version: versions.append((row.at, document))
            case .sent:
                sendings.append(Sending(identifier: document.identifier ?? ""))
                steps.append((row.at, versions.count + 1, .sent))
            case .lane:
                guard let place = sendings.lastIndex(where: { $0.identifier == document.identifier }) else { continue }
                (sendings[place].lane, sendings[place].index) = (document.lane, document.index)
            case .event: if let event = document.noticeEvent { steps.append((row.at, versions.count + 1, event)) }
            case .draft, .received, .warning, .answered: continue
            }
        }
        // The machines of other parties have answered by their receipts.
        for (place, sending) in sendings.enumerated() {
            guard let lane = sending.lane, let index = sending.index else { continue }
            for addressee in notice.addressees {
                guard let reader = PartyID(addressee), let time = receipt(lane, index, reader) else { continue }
                steps.append((time, place + 1, .delivered(to: addressee)))
            }
        }
        notice = NoticeBook.replay(notice, versions: versions, steps: steps)
        return KeptNotice(
            id: id, notice: notice, isOwn: true, log: log, identifier: sendings.last?.identifier, document: [],
            isAnswered: false, received: nil)
    }

    /// Versions and events in the order of their times; what does not fit is left out of the notice and stays in its log.
    private static func replay(
        _ first: AgreedNotice, versions: [(time: Instant, document: NoticeEntryDocument)],
        steps: [(time: Instant, version: Int, event: NoticeEvent)]
    ) -> AgreedNotice {
        var notice = first
        let sorted = steps.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(
            \.element)
        var waiting = versions[...]
        for step in sorted {
            while let version = waiting.first, version.time <= step.time, notice.current.number < step.version {
                notice =
                    (try? notice.updated(
                        at: max(version.time, notice.entries.last?.time ?? version.time),
                        values: version.document.stated,
                        isUrgent: version.document.isUrgent ?? false)) ?? notice
                waiting = waiting.dropFirst()
            }
            let time = max(step.time, notice.entries.last?.time ?? step.time, notice.current.written)
            notice = (try? notice.recording(step.event, at: time)) ?? notice
        }
        for version in waiting {
            notice =
                (try? notice.updated(
                    at: max(version.time, notice.entries.last?.time ?? version.time), values: version.document.stated,
                    isUrgent: version.document.isUrgent ?? false)) ?? notice
        }
        return notice
    }

    // MARK: Notices of others

    private func received(_ id: String, _ pile: Pile) -> KeptNotice? {
        var notice: AgreedNotice?
        var (identifier, bytes, isAnswered): (String?, [UInt8], Bool) = (nil, [], false)
        var received = pile.rows[0].row.at
        var log: [KeptNotice.LogLine] = []
        for (row, document) in pile.rows {
            let message = document.cap.flatMap { try? AlertMessage(Array($0)) }
            let word = message?.text("msgType") == "Cancel" ? "withdrawn" : document.event ?? document.kind.rawValue
            log.append(
                KeptNotice.LogLine(time: row.at, person: row.person, word: word, office: document.party ?? ""))
            switch document.kind {
            case .received:
                guard let cap = document.cap, let message, let sender = document.party.flatMap({ PartyID($0) }) else {
                    continue
                }
                (identifier, bytes, isAnswered) = (message.text("identifier"), Array(cap), false)
                received = row.at
                notice = next(notice, message: message, sender: sender, clause: document.clause ?? "", at: row.at)
            case .answered, .event:
                if document.kind == .answered { isAnswered = true }
                if let before = notice,
                    let event = document.noticeEvent
                        ?? (document.kind == .answered ? .acknowledged(by: row.person, at: party.text) : nil)
                {
                    notice =
                        (try? before.recording(event, at: max(row.at, before.entries.last?.time ?? row.at))) ?? before
                }
            default: continue
            }
        }
        guard let notice else { return nil }
        return KeptNotice(
            id: id, notice: notice, isOwn: false, log: log, identifier: identifier, document: bytes,
            isAnswered: isAnswered, received: received)
    }

    /// The notice after a message: its first version, a new one, or its end.
    private func next(
        _ before: AgreedNotice?, message: AlertMessage, sender: PartyID, clause: String, at time: Instant
    ) -> AgreedNotice? {
        let sent = message.time("sent")?.instant ?? time
        let terms = agreement.provision(clause)?.notice ?? NoticeTerms(event: .plannedRelease)
        let parameters = message.infos.first?.values("parameter") ?? []
        let values = NoticeParameter.values(parameters)
        let isUrgent = NoticeParameter.isUrgent(parameters)
        guard let before else {
            let subject = message.infos.first?.values("parameter").first { $0.name == "riparian:station" }?.value ?? ""
            let first = AgreedNotice(
                clause: clause, sender: sender, subject: subject, addressees: [party.text], terms: terms,
                isExercise: message.text("status") == "Exercise", written: sent, values: values, isUrgent: isUrgent)
            return NoticeBook.sent(first, at: sent, here: time, party: party)
        }
        let moment = max(sent, before.entries.last?.time ?? sent)
        if message.text("msgType") == "Cancel" {
            let reason = NoticeParameter.reason(message.infos.first?.values("parameter") ?? [])
            return (try? before.recording(.withdrawn(reason: reason), at: moment)) ?? before
        }
        guard let updated = try? before.updated(at: moment, values: values, isUrgent: isUrgent) else { return before }
        return NoticeBook.sent(updated, at: moment, here: time, party: party)
    }

    private static func sent(_ notice: AgreedNotice, at sent: Instant, here: Instant, party: PartyID) -> AgreedNotice {
        guard let out = try? notice.recording(.sent, at: sent) else { return notice }
        return (try? out.recording(.delivered(to: party.text), at: max(sent, here))) ?? out
    }
}

extension NoticeEntryDocument {
    /// The event that an entry says; nil for a word of a later program.
    var noticeEvent: NoticeEvent? {
        switch event {
        case "acknowledged": .acknowledged(by: name ?? "", at: office ?? "")
        case "asked": request.map { .asked($0, by: name ?? "", at: office ?? "") }
        case "declined": .declined(reason: reason ?? "", to: office ?? "")
        case "opened": .opened
        case "ended": .ended
        case "closed": .closed
        case "withdrawn": .withdrawn(reason: reason ?? "")
        default: nil
        }
    }
}
