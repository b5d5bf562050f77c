public import Series

/// A message that did not come through a lane: a letter, a fax, a call, a photograph of a notice.
public struct LetterCard: Hashable, Sendable, Codable {
    /// How it came.
    public enum Channel: String, Sendable, Codable, CaseIterable, Hashable {
        /// On paper.
        case letter
        /// By fax.
        case fax
        /// By telephone.
        case telephone
        /// A photograph of a text.
        case photograph
        /// By electronic mail.
        case mail
        /// Read in public.
        case press
    }

    /// 1, 2, ... in the order of registration at this node.
    public let number: Int
    /// How it came.
    public var channel: Channel
    /// Whose message it is.
    public var sender: OfficeReference
    /// Through which offices it came, in their order: ids of the basin's register, or names.
    public var route: [String]
    /// The date and hour it bears, as written, for example `2025-09-30 09:10`; empty where it bears none.
    public var written: String
    /// When it came in here.
    public var received: Instant
    /// What it is about: the id of a reservoir or a station of the basin, or a name.
    public var object: String
    /// Its words, typed in.
    public var text: String
    /// The language it is written in.
    public var language: Language
    /// SHA-256 of the scan, 64 hexadecimal digits; empty where there is none.
    public var scan: String
    /// The letter that it replaces.
    public var supersedes: Int?

    /// Makes a letter.
    public init(
        number: Int, channel: Channel, sender: OfficeReference, route: [String], written: String, received: Instant,
        object: String, text: String, language: Language, scan: String = "", supersedes: Int? = nil
    ) {
        self.number = number
        self.channel = channel
        self.sender = sender
        self.route = route
        self.written = written
        self.received = received
        self.object = object
        self.text = text
        self.language = language
        self.scan = scan
        self.supersedes = supersedes
    }
}

/// One way to understand a letter. Readings that contradict each other stand side by side until somebody answers.
public struct LetterReading: Hashable, Sendable, Codable {
    /// Which letter.
    public let letter: Int
    /// Names it: `A`, `B`, ...
    public let label: String
    /// When the release begins, as the letter's clock shows it: `2025-09-30 12:00`; empty where it is not stated.
    public var start: String
    /// The zone of that clock, for example `+07:00`; empty where the letter names none.
    public var zone: String
    /// When it ends, by the same clock; empty where it is not stated.
    public var end: String
    /// h that it lasts; nil where it is not stated.
    public var hours: Double?
    /// m3/s; nil where it is not stated.
    public var discharge: Double?
    /// Where in the text, or whose text it is.
    public var note: String

    /// Makes a reading.
    public init(
        letter: Int, label: String, start: String, zone: String, end: String = "", hours: Double? = nil,
        discharge: Double? = nil, note: String = ""
    ) {
        self.letter = letter
        self.label = label
        self.start = start
        self.zone = zone
        self.end = end
        self.hours = hours
        self.discharge = discharge
        self.note = note
    }

    /// The moment at which the release begins; nil where hour or zone is missing.
    public var begins: Instant? { LetterReading.moment(start, zone: zone) }

    /// A clock's text as a moment.
    ///
    /// - Parameters:
    ///   - text: `YYYY-MM-DD HH:MM`.
    ///   - zone: `+07:00`.
    public static func moment(_ text: String, zone: String) -> Instant? {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 2, !zone.isEmpty else { return nil }
        return try? Instant(iso8601: parts[0] + "T" + parts[1] + ":00" + zone)
    }

    /// Whether a text is `YYYY-MM-DD HH:MM`.
    public static func isClock(_ text: String) -> Bool { moment(text, zone: "+00:00") != nil }
}

/// What a reply to a letter asks, in three languages; a person sends it.
public struct LetterReply: Hashable, Sendable, Codable {
    /// Which letter.
    public let letter: Int
    /// The words.
    public let text: LocalizedText
    /// Whether a person has sent it.
    public let isSent: Bool

    /// Makes a reply.
    public init(letter: Int, text: LocalizedText, isSent: Bool) {
        self.letter = letter
        self.text = text
        self.isSent = isSent
    }
}

/// An answer that came in, and which reading it confirms.
public struct LetterAnswer: Hashable, Sendable, Codable {
    /// Which letter.
    public let letter: Int
    /// When it came in.
    public let received: Instant
    /// Its words.
    public let text: String
    /// The label of the reading that holds; empty where the answer does not say.
    public let settles: String

    /// Makes an answer.
    public init(letter: Int, received: Instant, text: String, settles: String) {
        self.letter = letter
        self.received = received
        self.text = text
        self.settles = settles
    }
}

/// That an office was told of a letter, or that somebody there has said to have read it.
public struct LetterWord: Hashable, Sendable, Codable {
    /// Which letter.
    public let letter: Int
    /// The office: an id of the basin's register, or a name.
    public let office: String
    /// How it was told: by telephone, in person, ...
    public let means: String
    /// Who has acknowledged; empty for the telling itself.
    public let acknowledgedBy: String
    /// When.
    public let at: Instant

    /// Makes a word.
    public init(letter: Int, office: String, means: String, acknowledgedBy: String, at: Instant) {
        self.letter = letter
        self.office = office
        self.means = means
        self.acknowledgedBy = acknowledgedBy
        self.at = at
    }
}

/// An entry of the shift log.
public struct ShiftEntry: Hashable, Sendable, Codable {
    /// What kind.
    public enum Kind: String, Sendable, Codable, CaseIterable, Hashable {
        /// Something that happened.
        case note
        /// What the next shift must know; open until it has been taken over.
        case handover
        /// That a handover was taken over.
        case taken
    }

    /// What kind.
    public let kind: Kind
    /// The words.
    public let text: String
    /// The entry that is taken over; nil for the others.
    public let handover: Int?

    /// Makes an entry.
    public init(kind: Kind, text: String, handover: Int? = nil) {
        self.kind = kind
        self.text = text
        self.handover = handover
    }
}

/// What a letter leaves open.
public enum LetterGap: String, Sendable, Codable, CaseIterable, Hashable {
    /// Nobody has said yet what it means.
    case unread
    /// It does not say when the release begins.
    case start
    /// It names an hour and no zone.
    case zone
    /// Two readings begin at different moments.
    case startConflict = "start-conflict"
    /// It does not say how much water.
    case discharge
    /// Two readings name different discharges.
    case dischargeConflict = "discharge-conflict"
    /// It does not say until when.
    case end

    /// What the readings of a letter that count leave open, in a fixed order.
    public static func gaps(in counting: [LetterReading]) -> [LetterGap] {
        guard !counting.isEmpty else { return [.unread] }
        var gaps: [LetterGap] = []
        if counting.allSatisfy({ $0.start.isEmpty }) {
            gaps.append(.start)
        } else if counting.contains(where: { !$0.start.isEmpty && $0.zone.isEmpty }) {
            gaps.append(.zone)
        }
        if Set(counting.compactMap(\.begins)).count > 1 || Set(counting.map(\.start).filter { !$0.isEmpty }).count > 1 {
            gaps.append(.startConflict)
        }
        let discharges = Set(counting.compactMap(\.discharge))
        if discharges.isEmpty { gaps.append(.discharge) }
        if discharges.count > 1 { gaps.append(.dischargeConflict) }
        if counting.allSatisfy({ $0.end.isEmpty && $0.hours == nil }) { gaps.append(.end) }
        return gaps
    }
}
