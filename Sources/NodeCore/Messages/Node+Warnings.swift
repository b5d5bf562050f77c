public import Accord
public import Forecasting
import Formats
import River
public import Series
import Storage

/// A warning as it would leave: what the officer looks at before signing.
public struct WarningProposal: Hashable, Sendable {
    /// The draft behind it.
    public let draft: WarningDraft
    /// What it does to its event.
    public let action: WarningAction
    /// Its texts, by language.
    public let texts: [Language: MessageTexts]
    /// The message of the event before it; nil for a first one.
    public let previous: KeptMessage?
    /// Whom it would go to.
    public let addressees: [Addressee]
    /// Whether a person of each of them has to answer.
    public let needsAnswer: Bool
    /// The document, before it is signed.
    public let document: String
}

/// What an officer wants to issue.
public struct WarningOrder: Hashable, Sendable {
    /// For which station.
    public let station: StationID
    /// The cycle whose draft the officer has seen.
    public let cycle: Instant
    /// The officer's own sentences, in every language or in none.
    public let addition: LocalizedText?

    /// Makes an order; an addition that is empty in all languages is none.
    public init(station: StationID, cycle: Instant, addition: LocalizedText? = nil) {
        self.station = station
        self.cycle = cycle
        self.addition = WarningOrder.addition(addition)
    }

    /// What an officer has added; nil where it is empty in all languages.
    public static func addition(_ typed: LocalizedText?) -> LocalizedText? {
        typed.flatMap { [$0.vi, $0.zh, $0.en].allSatisfy(\.isEmpty) ? nil : $0 }
    }

    /// Whether an addition stands in every language, or there is none.
    static func isWhole(_ addition: LocalizedText?) -> Bool {
        addition.map { ![$0.vi, $0.zh, $0.en].contains(where: \.isEmpty) } ?? true
    }
}

extension Node {
    /// The warning that the newest draft of a station would make.
    public func proposal(
        for station: StationID, addition: LocalizedText? = nil, through office: AlertOffice
    ) throws -> Result<WarningProposal, IssueRefusal> {
        try prepared(for: station, addition: addition, through: office, at: effects.now()).map(\.proposal)
    }

    /// Issues a warning that a person signs: it is kept with its event and everybody to whom it goes in one transaction, before
    /// anything leaves. From then on nothing loses it.
    ///
    /// - Returns: its number.
    public func issue(
        _ order: WarningOrder, through office: AlertOffice, by person: String
    ) throws -> Result<Int64, IssueRefusal> {
        let now = effects.now()
        let prepared: PreparedWarning
        switch try self.prepared(for: order.station, addition: order.addition, through: office, at: now) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): prepared = value
        }
        let proposal = prepared.proposal
        guard proposal.draft.issued == order.cycle else { return .failure(.newerDraft) }
        let signed: [UInt8]
        switch try office.signed(proposal.document) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let bytes): signed = bytes
        }
        let event: WarningEvent
        do throws(WarningEventRefusal) { event = try prepared.event.recording(prepared.message) } catch {
            return .failure(.eventMoved)
        }
        var card = MessageCard(
            station: order.station, level: proposal.draft.level, needsAnswer: proposal.needsAnswer,
            isUrgent: proposal.draft.level >= 3, isExercise: configuration.replay != nil,
            timetable: prepared.timetable, addressees: proposal.addressees,
            answerKeys: answerKeys(for: proposal.addressees), clause: prepared.clause,
            texts: Dictionary(uniqueKeysWithValues: proposal.texts.map { ($0.rawValue, $1) }))
        card.action = proposal.action
        card.forecast = proposal.draft.issued
        let message = NewMessage(
            identifier: prepared.message.reference.identifier, kind: KeptMessage.Kind.warning.rawValue,
            subject: order.station.text, issued: now, expires: prepared.message.bulletin.expires, person: person,
            document: signed, card: try card.bytes(), isSent: prepared.clause == nil)
        guard let number = try database.keep(message, event: event) else { return .failure(.eventMoved) }
        effects.log("warning \(message.identifier): level \(card.level), to \(card.addressees.count) offices")
        sendWaitingMessages()
        return .success(number)
    }

    /// Words that nobody can guess, one for each office.
    func answerKeys(for addressees: [Addressee]) -> [String: String] {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return Dictionary(
            uniqueKeysWithValues: addressees.map { addressee in
                // 256 is no multiple of 31: five bits of each byte, those that name no letter again from the next.
                let letters = effects.randomBytes(64).map { Int($0 & 31) }.filter { $0 < alphabet.count }.prefix(24)
                return (addressee.office, String(letters.map { alphabet[$0] }))
            })
    }
}

/// Everything that issuing needs beside a person's word.
private struct PreparedWarning {
    let proposal: WarningProposal
    let event: WarningEvent
    let message: IssuedWarning
    let clause: String?
    let timetable: NoticeTimetable
}

extension Node {
    private func prepared(
        for station: StationID, addition: LocalizedText?, through office: AlertOffice, at now: Instant
    ) throws -> Result<PreparedWarning, IssueRefusal> {
        guard let place = configuration.basin.stations[station],
            let draft = try database.warningDrafts(by: now).last(where: { $0.station == station })
        else { return .failure(.noDraft) }
        guard WarningOrder.isWhole(addition) else { return .failure(.additionIncomplete) }
        let subject = WarningSubject(party: party, office: office.office, hazard: .riverFlood, station: station)
        var register = WarningRegister()
        for event in try database.warningEvents() {
            do throws(WarningEventRefusal) { register = try register.keeping(event) } catch { continue }
        }
        let zone = configuration.register.zone(of: party)
        let event = register.event(for: subject, year: now.civil(in: zone).date.parts.year)
        guard !(event.messages.isEmpty && draft.level == 0) else { return .failure(.noDraft) }
        let expires = min(max(draft.expires, now + 3600), now + 86_400)
        let bulletin = WarningBulletin(level: draft.level, areas: [station.text], until: nil, expires: expires)
        let action = event.action(of: bulletin)
        let plan = event.plan(action, at: now)
        let issue = AlertIssue(sent: now, number: event.messages.count + 1, addition: addition)
        let changed = draft.issued(as: action, until: expires)
        let writing = WarningWriting(
            draft: changed, station: place, configuration: configuration, office: office, zone: zone, issue: issue,
            exercise: (configuration.replay?.title).map { .replay($0) })
        let document = writing.document(references: plan.references)
        guard let message = try? AlertMessage(Array(document.utf8)), let identifier = message.text("identifier"),
            let sender = message.text("sender")
        else { return .failure(.rejected(rule: "XML-form", line: 1)) }
        let clause = warningClause(at: now)
        let addressees = office.addressees.filter { $0.isConcerned(by: station, level: draft.level) }
        let previous = try event.messages.last.flatMap { try database.message(identifier: $0.reference.identifier) }
        let proposal = WarningProposal(
            draft: changed, action: action, texts: writing.texts, previous: try previous.flatMap { try kept($0) },
            addressees: addressees, needsAnswer: action.needsAcknowledgement, document: document)
        return .success(
            PreparedWarning(
                proposal: proposal, event: event,
                message: IssuedWarning(
                    reference: WarningReference(sender: sender, identifier: identifier, sent: now), action: action,
                    bulletin: bulletin), clause: clause?.clause,
                timetable: clause?.notice?.timetable ?? NoticeTimetable()))
    }

    /// The clause under which warnings go into a lane: of floods, else of unusual flow.
    func warningClause(at now: Instant) -> Provision? {
        let agreement = configuration.agreement
        for event in [NoticeTerms.Event.flood, .abnormalFlow] {
            let found = agreement.provisions.first {
                $0.notice?.event == event && agreement.senders(of: $0).contains(party)
                    && agreement.audience(of: $0, by: party, at: now) != nil
            }
            if let found { return found }
        }
        return nil
    }
}

extension WarningDraft {
    /// The draft as it is issued: what it does follows from what was last said, not from what the cycle before thought.
    fileprivate func issued(as action: WarningAction, until end: Instant) -> WarningDraft {
        WarningDraft(
            station: station, issued: issued, level: level, previousLevel: previousLevel, action: action,
            threshold: threshold, probability: probability, isObserved: isObserved, crossing: crossing,
            crestTime: crestTime, crestMedian: crestMedian, crestLow: crestLow, crestHigh: crestHigh, latest: latest,
            expires: end, notes: notes, isDue: isDue)
    }
}

/// Writes a warning in its three languages.
struct WarningWriting {
    let draft: WarningDraft
    let station: Station
    let configuration: NodeConfiguration
    let office: AlertOffice
    let zone: UTCOffset
    let issue: AlertIssue
    /// What makes it an exercise; nil for the present.
    let exercise: AlertExercise?

    private var river: LocalizedText {
        configuration.rivers[station.river] ?? LocalizedText(vi: station.river, zh: station.river, en: station.river)
    }
    private var property: Property {
        let alarm = station.alarms.first { $0.level == max(1, draft.level) }
        return alarm?.property ?? .stage
    }

    func document(references: [WarningReference]) -> String {
        capDraft(
            draft, station: station, riverName: river, property: property, sender: office.sender,
            senderName: office.name, zone: zone, exercise: exercise,
            stationNames: configuration.basin.stations.mapValues(\.name),
            references: references.map {
                "\($0.sender),\($0.identifier),\($0.sent.commonAlertingProtocolTime(in: zone))"
            },
            issue: issue, indented: false, catalogues: office.catalogues)
    }

    var texts: [Language: MessageTexts] {
        guard let message = try? AlertMessage(Array(document(references: []).utf8)) else { return [:] }
        var texts: [Language: MessageTexts] = [:]
        for language in Language.allCases {
            guard let info = message.infos.first(where: { $0.language == language.alertLanguage }) else { continue }
            let short = AlertShortForms(
                draft, station: station, riverName: river, property: property, zone: zone,
                exercise: exercise, catalogue: office.catalogues[language])
            texts[language] = MessageTexts(
                headline: info.text("headline") ?? "", description: info.text("description") ?? "",
                instruction: info.text("instruction") ?? "", short: short.message, spoken: short.spoken,
                chat: short.chat)
        }
        return texts
    }
}
