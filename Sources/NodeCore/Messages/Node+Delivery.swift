public import Accord
public import Series
import Storage

/// What a channel is given: everything that one office needs, under one identifier.
public struct DeliveryParcel: Hashable, Sendable {
    /// The message's number at this node.
    public let message: Int64
    /// To whom and how.
    public let task: DeliveryTask
    /// By which receivers know the message again, whatever the channel.
    public let identifier: String
    /// By which a receiver knows this delivery again: the same however often it is tried.
    public let key: String
    /// When the message was issued.
    public let issued: Instant
    /// Who issued it.
    public let sender: LocalizedText
    /// Whether it is an exercise.
    public let isExercise: Bool
    /// The texts in the language of the route.
    public let texts: MessageTexts
    /// The signed document.
    public let document: [UInt8]
    /// Where a person says that the message has been read; nil where the node has no address.
    public let answerAddress: String?

    /// Makes a parcel.
    public init(
        message: Int64, task: DeliveryTask, identifier: String, key: String, issued: Instant, sender: LocalizedText,
        isExercise: Bool, texts: MessageTexts, document: [UInt8], answerAddress: String?
    ) {
        self.message = message
        self.task = task
        self.identifier = identifier
        self.key = key
        self.issued = issued
        self.sender = sender
        self.isExercise = isExercise
        self.texts = texts
        self.document = document
        self.answerAddress = answerAddress
    }
}

extension Node {
    // MARK: Messages

    /// The latest messages, latest first.
    ///
    /// - Parameter limit: at most that many; no more than ``MessageShelf/limit`` are sure to be found.
    public func messages(kind: KeptMessage.Kind? = nil, limit: Int = 100) throws -> [KeptMessage] {
        Array(try shelf().lazy.filter { kind == nil || $0.kind == kind }.prefix(limit))
    }

    /// The latest messages and every one that holds, latest first, as the store has them now.
    private func shelf() throws -> [KeptMessage] {
        try messageShelf.keepUp(with: database, at: effects.now())
        return messageShelf.messages
    }

    /// A message by its number.
    public func message(_ number: Int64) throws -> KeptMessage? {
        try database.message(number).flatMap { try kept($0) }
    }

    /// A message by its identifier.
    public func message(named identifier: String) throws -> KeptMessage? {
        try database.message(identifier: identifier).flatMap { try kept($0) }
    }

    func kept(_ row: MessageRow) throws -> KeptMessage? {
        KeptMessage(row, entries: try database.deliveries(of: row.number))
    }

    // MARK: What is to be delivered

    /// What is to be tried now, most urgent message first. Nothing is changed: ``begin(_:)`` says that it is being tried.
    public func deliveries(through office: AlertOffice, limit: Int = 64) throws -> [DeliveryParcel] {
        let now = effects.now()
        let waiting = try shelf().filter { $0.expires > now }.sorted {
            ($1.card.level, $0.issued) < ($0.card.level, $1.issued)
        }
        var parcels: [DeliveryParcel] = []
        for message in waiting {
            for task in message.delivery.tasks(at: now) where parcels.count < limit {
                guard let texts = message.card.texts[task.route.language] ?? message.card.texts["en"] else { continue }
                let key = message.card.answerKeys[task.office]
                parcels.append(
                    DeliveryParcel(
                        message: message.number, task: task, identifier: message.identifier,
                        key: "\(message.identifier)/\(task.office)/\(task.route.name)", issued: message.issued,
                        sender: office.name, isExercise: message.card.isExercise, texts: texts,
                        document: message.document,
                        answerAddress: key.flatMap { key in office.address.map { "\($0)/read/\(key)" } }))
            }
        }
        return parcels
    }

    /// Says that a delivery is about to be tried; kept before anything leaves, so that a stop in between is seen.
    public func begin(_ parcel: DeliveryParcel) throws {
        try note(.begun(route: parcel.task.route.name), parcel)
    }

    /// Says what came of it.
    ///
    /// - Parameter failure: the reason in the channel's words; nil where the machine took it.
    public func end(_ parcel: DeliveryParcel, failure: String?) throws {
        let route = parcel.task.route.name
        try note(failure.map { .failed(route: route, reason: String($0.prefix(300))) } ?? .sent(route: route), parcel)
    }

    private func note(_ step: DeliveryStep, _ parcel: DeliveryParcel) throws {
        try database.note(
            [DeliveryEntry(time: effects.now(), office: parcel.task.office, step: step)], of: parcel.message)
    }

    // MARK: Answers

    /// Writes down what a person has seen to: that an office was called, or has read a message.
    ///
    /// - Returns: false where there is no such message, or it does not go to that office.
    public func note(_ step: DeliveryStep, of number: Int64, office: String, by person: String) throws -> Bool {
        guard let message = try message(number), message.card.addressees.contains(where: { $0.office == office }) else {
            return false
        }
        try database.note(
            [DeliveryEntry(time: effects.now(), office: office, step: step, person: person)], of: number)
        return true
    }

    /// The message and the office that a word of an answer belongs to; nil for a word that none has.
    public func answer(_ key: String) throws -> (message: KeptMessage, office: Addressee)? {
        guard key.utf8.count == 24 else { return nil }
        for message in try shelf() {
            if let office = message.card.answerKeys.first(where: { $0.value == key })?.key,
                let addressee = message.card.addressees.first(where: { $0.office == office })
            {
                return (message, addressee)
            }
        }
        return nil
    }

    /// Takes the steps of the timetables that are due: each is written down once, and told to whoever runs the node.
    ///
    /// - Returns: them, with their messages.
    public func escalate() throws -> [(message: KeptMessage, step: NoticeEscalation)] {
        let now = effects.now()
        var taken: [(KeptMessage, NoticeEscalation)] = []
        for message in try shelf() {
            let due = message.delivery.escalations(at: now)
            guard !due.isEmpty else { continue }
            try database.note(
                due.map { DeliveryEntry(time: now, office: $0.addressee, step: .escalated($0.step)) },
                of: message.number)
            taken += due.map { (message, $0) }
        }
        return taken
    }

    // MARK: Lanes

    /// Puts messages that wait into the lanes of their clauses: after a stop, or when a lane was held.
    func sendWaitingMessages() {
        do {
            for row in try database.messagesToSend() {
                guard let clause = MessageCard(row.card)?.clause, let place = try place(of: row, clause: clause) else {
                    effects.log("\(row.identifier): no clause lets it into a lane any more")
                    try database.noteSent(message: row.number)
                    continue
                }
                guard try database.hold(of: place.origin) == nil else { continue }
                let warning = LaneWarning(
                    clause: clause, identifier: row.identifier, issued: row.issued, document: row.document)
                let index = try append(
                    [.warning(warning)], to: place, clause: clause, by: row.person, message: row.number)
                guard row.kind == KeptMessage.Kind.notice.rawValue else { continue }
                // By which the readers' receipts are known to cover it.
                var entry = NoticeEntryDocument(.lane)
                (entry.identifier, entry.lane, entry.index) = (row.identifier, place.origin, index)
                _ = try database.add(
                    NoticeRow(notice: row.subject, at: effects.now(), person: "", document: try entry.bytes()))
            }
        } catch { effects.log("messages are kept and stand in no lane yet: \(error)") }
    }

    /// The lane of a message: that of the readers of its clause, or, of an answer to another party's notice, one that its sender reads.
    private func place(of row: MessageRow, clause: String) throws -> LanePlace? {
        let agreement = configuration.agreement
        guard let provision = agreement.provision(clause) else { return nil }
        guard row.kind == KeptMessage.Kind.answer.rawValue, let kept = try notice(row.subject), !kept.isOwn else {
            return place(of: provision)
        }
        return agreement.answerAudience(of: provision, by: party, to: kept.notice.sender, at: effects.now()).map {
            LanePlace(party: party, agreement: agreement.id, audience: $0)
        }
    }
}
