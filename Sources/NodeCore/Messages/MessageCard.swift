public import Accord
public import Forecasting
import Foundation
public import Series
import Storage

/// The texts of a message in one language, as people get them.
public struct MessageTexts: Hashable, Sendable, Codable {
    /// One line.
    public let headline: String
    /// What is the matter.
    public let description: String
    /// What to do.
    public let instruction: String
    /// For a text message.
    public let short: String
    /// For a loudspeaker.
    public let spoken: String
    /// For a chat, one fact a line.
    public let chat: String

    /// Makes texts.
    public init(
        headline: String, description: String, instruction: String, short: String, spoken: String, chat: String
    ) {
        self.headline = headline
        self.description = description
        self.instruction = instruction
        self.short = short
        self.spoken = spoken
        self.chat = chat
    }
}

/// What is known of a message beside the document that was signed: how it is delivered, and what stood behind it.
public struct MessageCard: Hashable, Sendable, Codable {
    /// What it is about: a station or a reservoir.
    public let station: StationID
    /// The warning level, 0...4; 0 for an end and for what has no level.
    public let level: Int
    /// What it does to its event; nil for messages that are no warnings.
    public var action: WarningAction?
    /// When the forecast behind it was made; nil where none was.
    public var forecast: Instant?
    /// Whether a person of each office has to answer.
    public let needsAnswer: Bool
    /// Whether it is urgent.
    public let isUrgent: Bool
    /// Whether it is an exercise.
    public let isExercise: Bool
    /// How quickly it has to be answered.
    public let timetable: NoticeTimetable
    /// To whom it goes, as the offices were then.
    public let addressees: [Addressee]
    /// By which each office says that somebody has read it: a word that nobody can guess, by office.
    public let answerKeys: [String: String]
    /// Under which clause of the agreement it goes into a lane; nil where it goes into none.
    public let clause: String?
    /// Its texts, by the code of the language.
    public let texts: [String: MessageTexts]

    /// Makes a card.
    public init(
        station: StationID, level: Int, needsAnswer: Bool, isUrgent: Bool, isExercise: Bool,
        timetable: NoticeTimetable, addressees: [Addressee], answerKeys: [String: String], clause: String?,
        texts: [String: MessageTexts]
    ) {
        self.station = station
        self.level = level
        self.needsAnswer = needsAnswer
        self.isUrgent = isUrgent
        self.isExercise = isExercise
        self.timetable = timetable
        self.addressees = addressees
        self.answerKeys = answerKeys
        self.clause = clause
        self.texts = texts
    }

    /// Reads a card; nil where the bytes are none.
    init?(_ bytes: [UInt8]) {
        guard let card = try? JSONDecoder().decode(MessageCard.self, from: Data(bytes)) else { return nil }
        self = card
    }

    /// The card as the store keeps it: equal cards make equal bytes.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

/// A message that a person has signed, with everything that happened to it.
public struct KeptMessage: Hashable, Sendable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable, Hashable {
        /// Of a river's level.
        case warning
        /// Of something that the agreement wants to be told.
        case notice
        /// That a notice of another party was read here.
        case answer
    }

    /// Its number at this node.
    public let number: Int64
    /// By which receivers know it again.
    public let identifier: String
    /// What it is.
    public let kind: Kind
    /// When it was issued.
    public let issued: Instant
    /// Until when it holds.
    public let expires: Instant
    /// Who signed it.
    public let person: String
    /// The signed document (CAP 1.2).
    public let document: [UInt8]
    /// What else is known of it.
    public let card: MessageCard
    /// Its way to each office.
    public private(set) var delivery: MessageDelivery

    /// Puts a message together; nil where the store holds what this program cannot read.
    init?(_ row: MessageRow, entries: [DeliveryEntry]) {
        guard let kind = Kind(rawValue: row.kind), let card = MessageCard(row.card) else { return nil }
        number = row.number
        identifier = row.identifier
        self.kind = kind
        issued = row.issued
        expires = row.expires
        person = row.person
        document = row.document
        self.card = card
        delivery = MessageDelivery(
            issued: issued, expires: expires, needsAnswer: card.needsAnswer, isUrgent: card.isUrgent,
            timetable: card.timetable, addressees: card.addressees, entries: entries)
    }

    /// The same message after further steps of its deliveries.
    func adding(_ entries: [DeliveryEntry]) -> KeptMessage {
        var message = self
        for entry in entries { message.delivery.add(entry) }
        return message
    }
}
