import Accord
import Foundation
import Series

/// Something that was written about a notice, as the store keeps it.
struct NoticeEntryDocument: Codable {
    /// What was written.
    enum Kind: String, Codable {
        /// The first draft: clause, subject, addressees, values.
        case draft
        /// A new wording.
        case version
        /// The newest wording was signed and sent as the message `identifier`.
        case sent
        /// That message stands in a lane at `index`.
        case lane
        /// Something else happened: `event`.
        case event
        /// A notice of another party came in: the document `cap`.
        case received
        /// A warning of another party came in: the document `cap`. It is no part of a notice.
        case warning
        /// This party has said that it has read it, as the message `identifier`.
        case answered
    }

    /// A value with how it is known: a number, a moment, a day or words.
    struct Value: Codable {
        var number: Double?
        var time: Int64?
        var day: String?
        var zoneMinutes: Int?
        var text: String?
    }

    /// What a request would be worth at a place.
    struct Worth: Codable {
        var place: String
        var less: Double
    }

    var kind: Kind
    var clause: String?
    var subject: String?
    var addressees: [String]?
    var isExercise: Bool?
    var isUrgent: Bool?
    var values: [String: Value]?
    var worth: [Worth]?
    var event: String?
    var office: String?
    var name: String?
    var reason: String?
    var identifier: String?
    var lane: String?
    var index: Int?
    var party: String?
    var cap: Data?

    init(_ kind: Kind) { self.kind = kind }

    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDecoder().decode(NoticeEntryDocument.self, from: Data(bytes)) else { return nil }
        self = document
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// The values by field; those of a later program are left out.
    var stated: [NoticeField: NoticeValue] {
        var stated: [NoticeField: NoticeValue] = [:]
        for (key, value) in values ?? [:] {
            guard let field = NoticeField(rawValue: key) else { continue }
            if let number = value.number {
                stated[field] = .number(number)
            } else if let time = value.time {
                stated[field] = .time(Instant(secondsSinceEpoch: time))
            } else if let day = value.day.flatMap({ try? CivilDate(iso8601: $0) }) {
                stated[field] = .day(day, UTCOffset(minutes: max(-720, min(840, value.zoneMinutes ?? 0))))
            } else if let text = value.text {
                stated[field] = .text(text)
            }
        }
        return stated
    }

    /// What an office asks for; nil where nothing is asked for.
    var request: NoticeRequest? {
        let worth = (worth ?? []).compactMap { one in
            StationID(one.place).flatMap { NoticeRequest.Worth(place: $0, less: one.less) }
        }
        return NoticeRequest(values: stated, reason: reason ?? "", worth: worth)
    }

    mutating func set(_ request: NoticeRequest) {
        reason = request.reason
        worth = request.worth.isEmpty ? nil : request.worth.map { Worth(place: $0.place.text, less: $0.less) }
        set(request.values)
    }

    mutating func set(_ stated: [NoticeField: NoticeValue]) {
        values = Dictionary(
            uniqueKeysWithValues: stated.map { field, value in
                var document = Value()
                switch value {
                case .number(let number): document.number = number
                case .time(let time): document.time = time.secondsSinceEpoch
                case .day(let day, let zone): (document.day, document.zoneMinutes) = (day.description, zone.minutes)
                case .text(let text): document.text = text
                }
                return (field.rawValue, document)
            })
    }
}
