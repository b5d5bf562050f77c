public import Accord
public import Formats
import Foundation
import River
public import Series
import Storage

/// What a person writes into a notice.
public struct NoticeOrder: Hashable, Sendable {
    /// Under which clause.
    public let clause: String
    /// What it is about: a station or a reservoir, by id.
    public let subject: StationID
    /// What it states; what is not known is absent.
    public let values: [NoticeField: NoticeValue]
    /// Whether it is urgent.
    public let isUrgent: Bool
    /// Whether it is an exercise.
    public let isExercise: Bool

    /// Makes an order.
    public init(
        clause: String, subject: StationID, values: [NoticeField: NoticeValue], isUrgent: Bool = false,
        isExercise: Bool = false
    ) {
        self.clause = clause
        self.subject = subject
        self.values = values
        self.isUrgent = isUrgent
        self.isExercise = isExercise
    }
}

/// Why nothing was done with a notice.
public enum NoticeProblem: Error, Hashable, Sendable {
    /// The agreement has no such clause, or this party sends nothing under it.
    case noClause
    /// Nothing of that name is in the basin.
    case noSubject
    /// There is no such notice.
    case noNotice
    /// It does not fit how far the notice has come.
    case order
    /// The clause does not let whoever asks show what the change would be worth.
    case worthNotShown
    /// There is no such proposal in a plan of this node, or it is not about this notice.
    case noProposal
    /// The message cannot be issued.
    case issue(IssueRefusal)
}

extension Node {
    private static let textLimit = 600
    static let noStation = StationID("unknown")!  // a valid id

    /// All notices, own ones and those that have come in, latest first.
    public func notices() throws -> [KeptNotice] {
        let database = database
        let book = NoticeBook(
            try database.noticeEntries(), agreement: configuration.agreement, party: party,
            receipt: { lane, index, reader in
                (try? database.receipts(of: lane))?.first { $0.reader == reader && $0.size > index }?.time
            })
        return book.notices
    }

    /// A notice by its name.
    public func notice(_ id: String) throws -> KeptNotice? { try notices().first { $0.id == id } }

    /// What is known about the signature of the newest document of a notice that has come in; nil for an own one.
    public func signature(of kept: KeptNotice) -> AlertSignatureVerdict? {
        kept.received.map { signature(of: kept.document, from: kept.notice.sender, received: $0) }
    }

    /// The clauses under which this party can send a notice now.
    public func noticeClauses() -> [Provision] {
        let now = effects.now()
        return configuration.agreement.provisions.filter { clause in
            configuration.agreement.senders(of: clause).contains(party)
                && configuration.agreement.audience(of: clause, by: party, at: now) != nil
        }
    }

    /// Writes the first draft of a notice. Nothing leaves.
    ///
    /// - Returns: its name.
    public func draft(_ order: NoticeOrder, by person: String) throws -> Result<String, NoticeProblem> {
        switch try rows(drafting: [order], by: person) {
        case .failure(let problem): return .failure(problem)
        case .success(let rows):
            for row in rows { _ = try database.add(row) }
            return .success(rows[0].notice)
        }
    }

    /// The first entries of notices, as they are kept.
    func rows(drafting orders: [NoticeOrder], by person: String) throws -> Result<[NoticeRow], NoticeProblem> {
        let (now, clauses) = (effects.now(), noticeClauses())
        var number = try notices().count { $0.isOwn }
        var rows: [NoticeRow] = []
        for order in orders {
            guard let clause = clauses.first(where: { $0.clause == order.clause }) else { return .failure(.noClause) }
            guard configuration.basin.stations[order.subject] != nil else { return .failure(.noSubject) }
            let audience = configuration.agreement.audience(of: clause, by: party, at: now)
            var readers: [String] = []
            if case .parties(let parties)? = audience?.readers {
                readers = parties.map(\.text).filter { $0 != party.text }
            }
            var document = NoticeEntryDocument(.draft)
            document.clause = order.clause
            document.subject = order.subject.text
            document.addressees = readers
            document.isExercise = order.isExercise || configuration.replay != nil
            document.isUrgent = order.isUrgent
            document.set(order.values)
            number += 1
            rows.append(
                NoticeRow(notice: "\(party)-\(number)", at: now, person: person, document: try document.bytes()))
        }
        return .success(rows)
    }

    /// Writes a new wording; the ones before are kept.
    public func revise(
        _ id: String, values: [NoticeField: NoticeValue], isUrgent: Bool, by person: String
    ) throws -> NoticeProblem? {
        guard let kept = try notice(id), kept.isOwn else { return .noNotice }
        guard !kept.notice.isOver else { return .order }
        var document = NoticeEntryDocument(.version)
        document.isUrgent = isUrgent
        document.set(values)
        _ = try database.add(
            NoticeRow(notice: id, at: effects.now(), person: person, document: try document.bytes()))
        return nil
    }

    /// Writes down that something happened: a person of an office has read it, the gates are open, it has ended, it is filed.
    public func note(_ event: NoticeEvent, of id: String, by person: String) throws -> NoticeProblem? {
        guard let kept = try notice(id), kept.isOwn else { return .noNotice }
        let now = max(effects.now(), kept.notice.entries.last?.time ?? effects.now())
        guard (try? kept.notice.recording(event, at: now)) != nil else { return .order }
        var document = NoticeEntryDocument(.event)
        switch event {
        case .acknowledged(let name, let office):
            (document.event, document.name, document.office) = ("acknowledged", name, office)
        case .opened: document.event = "opened"
        case .ended: document.event = "ended"
        case .closed: document.event = "closed"
        case .sent, .delivered, .withdrawn, .asked, .declined: return .order
        }
        _ = try database.add(NoticeRow(notice: id, at: effects.now(), person: person, document: try document.bytes()))
        return nil
    }

    // MARK: Sending

    /// Signs and sends the newest wording, or takes the notice back.
    ///
    /// - Parameter reason: why it is taken back; nil sends.
    /// - Returns: the number of the message.
    public func send(
        notice id: String, withdrawing reason: String? = nil, through office: AlertOffice, by person: String
    ) throws -> Result<Int64, NoticeProblem> {
        guard let kept = try notice(id), kept.isOwn else { return .failure(.noNotice) }
        guard office.sign != nil else { return .failure(.issue(.noKey)) }
        guard let station = StationID(kept.notice.subject).flatMap({ configuration.basin.stations[$0] }) else {
            return .failure(.noSubject)
        }
        let now = max(effects.now(), kept.notice.entries.last?.time ?? effects.now())
        let event = reason.map { NoticeEvent.withdrawn(reason: $0) } ?? .sent
        guard let moved = try? kept.notice.recording(event, at: now), reason == nil || kept.identifier != nil else {
            return .failure(.order)
        }
        let before = try database.messages(about: id).filter { $0.kind == KeptMessage.Kind.notice.rawValue }
        let zone = configuration.register.zone(of: party)
        let references = before.reversed().map { row in
            "\(office.sender),\(row.identifier),\(row.issued.commonAlertingProtocolTime(in: zone))"
        }
        let clock = now.iso8601().filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let identifier = "\(office.sender).\(clock).\(id).\(before.count + 1)"
        let river =
            configuration.rivers[station.river]
            ?? LocalizedText(vi: station.river, zh: station.river, en: station.river)
        guard
            let text = noticeAlert(
                moved, dam: station, riverName: river, identifier: identifier, sender: office.sender,
                senderName: office.name, zone: zone, references: references, catalogues: office.catalogues)
        else { return .failure(.order) }
        let signed: [UInt8]
        switch try office.signed(text, profile: "riparian-cap-1-notice") {
        case .failure(let refusal): return .failure(.issue(refusal))
        case .success(let bytes): signed = bytes
        }
        return try keep(
            moved, id: id, identifier: identifier, document: signed, station: station, reason: reason, office: office,
            by: person, at: now)
    }

    private func keep(
        _ notice: AgreedNotice, id: String, identifier: String, document bytes: [UInt8], station: Station,
        reason: String?, office: AlertOffice, by person: String, at now: Instant
    ) throws -> Result<Int64, NoticeProblem> {
        let addressees = office.addressees.filter { $0.isConcerned(by: station.id, level: 0) }
        let card = MessageCard(
            station: station.id, level: 0, needsAnswer: reason == nil, isUrgent: notice.isUrgent,
            isExercise: notice.isExercise, timetable: notice.terms.timetable, addressees: addressees,
            answerKeys: answerKeys(for: addressees), clause: notice.clause,
            texts: (try? AlertMessage(bytes)).map { Node.texts(of: $0) } ?? [:])
        let message = NewMessage(
            identifier: identifier, kind: KeptMessage.Kind.notice.rawValue, subject: id, issued: now,
            expires: now + 86_400, person: person, document: bytes, card: try card.bytes(), isSent: false)
        var entry = NoticeEntryDocument(reason == nil ? .sent : .event)
        entry.identifier = identifier
        if let reason { (entry.event, entry.reason) = ("withdrawn", String(reason.prefix(Node.textLimit))) }
        guard
            let number = try database.add(
                NoticeRow(notice: id, at: now, person: person, document: try entry.bytes()), sending: message)
        else { return .failure(.order) }
        effects.log("notice \(identifier): clause \(notice.clause), to \(notice.addressees.count) parties")
        sendWaitingMessages()
        return .success(number)
    }

    /// The texts of a message, by language.
    static func texts(of message: AlertMessage) -> [String: MessageTexts] {
        var texts: [String: MessageTexts] = [:]
        for language in Language.allCases {
            guard let info = message.infos.first(where: { $0.language == language.alertLanguage }) else { continue }
            let (headline, description) = (info.text("headline") ?? "", info.text("description") ?? "")
            let instruction = info.text("instruction") ?? ""
            let whole = [headline, description, instruction].joined(separator: "\n")
            texts[language.rawValue] = MessageTexts(
                headline: headline, description: description, instruction: instruction,
                short: String(headline.prefix(134)), spoken: whole, chat: whole)
        }
        return texts
    }

    // MARK: Answering

    /// Says to the sender of a notice that a person here has read it: a signed answer in the lane of the same clause.
    public func answer(notice id: String, through office: AlertOffice, by person: String) throws -> NoticeProblem? {
        guard let kept = try notice(id), !kept.isOwn, !kept.isAnswered, let message = try? AlertMessage(kept.document),
            let reference = message.reference
        else { return .noNotice }
        guard let sign = office.sign else { return .issue(.noKey) }
        let now = effects.now()
        let zone = configuration.register.zone(of: party)
        let clock = now.iso8601().filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let identifier = "\(office.sender).\(clock).ack.\(id.split(separator: "/").last ?? "1")"
        let text = noticeAcknowledgement(
            of: reference, identifier: identifier, sender: office.sender, person: person, sent: now, zone: zone,
            isExercise: kept.notice.isExercise, catalogues: office.catalogues)
        let signed: [UInt8]
        do { signed = try sign(Array(text.utf8)) } catch { return .issue(.notSigned("\(error)")) }
        let card = MessageCard(
            station: StationID(kept.notice.subject) ?? Node.noStation, level: 0,
            needsAnswer: false, isUrgent: false, isExercise: kept.notice.isExercise,
            timetable: kept.notice.terms.timetable, addressees: [], answerKeys: [:], clause: kept.notice.clause,
            texts: [:])
        let answer = NewMessage(
            identifier: identifier, kind: KeptMessage.Kind.answer.rawValue, subject: id, issued: now,
            expires: now + 86_400, person: person, document: signed, card: try card.bytes(), isSent: false)
        var entry = NoticeEntryDocument(.answered)
        entry.identifier = identifier
        _ = try database.add(
            NoticeRow(notice: id, at: now, person: person, document: try entry.bytes()), sending: answer)
        sendWaitingMessages()
        return nil
    }

    // MARK: What comes in

    /// What the warnings and notices of a lane add to the notices of this node.
    func noticeRows(of warnings: [LaneWarning], from sender: PartyID, at now: Instant) throws -> [NoticeRow] {
        guard !warnings.isEmpty else { return [] }
        var rows: [NoticeRow] = []
        for warning in warnings {
            guard let message = try? AlertMessage(warning.document) else { continue }
            if message.text("msgType") == "Ack" {
                rows += try acknowledgement(message, from: sender, at: now)
            } else if message.text("msgType") == "Error" {
                rows += try decline(message, from: sender, at: now)
            } else if message.text("scope") == "Restricted" {
                var entry = NoticeEntryDocument(.received)
                (entry.clause, entry.identifier, entry.party) = (warning.clause, warning.identifier, sender.text)
                entry.cap = Data(warning.document)
                let name = warning.identifier.split(separator: ".").suffix(3).joined(separator: ".")
                rows.append(
                    NoticeRow(notice: "\(sender)/\(name)", at: now, person: "", document: try entry.bytes()))
            } else {
                rows.append(try receivedRow(warning, from: sender, at: now))
            }
        }
        return rows
    }

    /// Another party has read an own notice: its answer names the message.
    private func acknowledgement(_ message: AlertMessage, from sender: PartyID, at now: Instant) throws -> [NoticeRow] {
        try message.references.compactMap { reference in
            guard let row = try database.message(identifier: reference.identifier),
                row.kind == KeptMessage.Kind.notice.rawValue
            else { return nil }
            var entry = NoticeEntryDocument(.event)
            (entry.event, entry.office, entry.party) = ("acknowledged", sender.text, sender.text)
            entry.name = String((message.text("note") ?? "").prefix(200))
            if let request = NoticeParameter.request(message.infos.first?.values("parameter") ?? []) {
                entry.event = "asked"
                // what the clause lets nobody show is not kept either
                let shows =
                    MessageCard(row.card)?.clause.flatMap { configuration.agreement.provision($0) }?.notice?.showsWorth
                    == true
                entry.set(shows ? request : request.withoutWorth)
            }
            let time = message.time("sent")?.instant ?? now
            return NoticeRow(notice: row.subject, at: min(time, now), person: "", document: try entry.bytes())
        }
    }
}
