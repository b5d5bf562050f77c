public import Series

/// A marked test entry: it says nothing about the river, is granted by no clause, and counts for no duty.
///
/// A question asks readers of the lane to answer in a lane of their own; an answer names the question.
public struct LaneDrill: Hashable, Sendable {
    /// Which way it goes.
    public enum Part: Hashable, Sendable {
        /// These readers are asked to answer; sorted, at least one.
        case question([PartyID])
        /// The entry of the asking party that is answered, and when it was stored by the answering one.
        case answer(lane: String, index: Int, received: Instant)
    }

    /// The most bytes of a name, UTF-8.
    public static let maximumName = 120

    /// What the person who called the drill called it, at most ``maximumName`` bytes.
    public let name: String
    /// When it was written, by the writer's clock.
    public let issued: Instant
    /// A question or an answer.
    public let part: Part

    /// Makes a drill; an empty question or too long a name is a bug of the caller.
    public init(name: String, issued: Instant, part: Part) {
        precondition(name.utf8.count <= LaneDrill.maximumName, "the name of a drill has at most 120 bytes")
        if case .question(let readers) = part { precondition(!readers.isEmpty, "a drill asks somebody") }
        self.name = name
        self.issued = issued
        self.part = part
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 5, let name = fields.text("name"), name.utf8.count <= LaneDrill.maximumName,
            let issued = fields.instant("issued"), let asks = fields.array("asks"),
            let answers = fields.optional("answers", { LaneDrill.answer($0.array("answers")) })
        else { return nil }
        let readers = asks.compactMap { member -> PartyID? in
            if case .text(let text) = member { PartyID(text) } else { nil }
        }
        guard readers.count == asks.count, readers == Array(Set(readers)).sorted(), readers.isEmpty == (answers != nil)
        else { return nil }
        self.init(name: name, issued: issued, part: answers ?? .question(readers))
    }

    private static func answer(_ members: [CBOR]?) -> Part? {
        guard let members, members.count == 3, case .text(let lane) = members[0], !lane.isEmpty else { return nil }
        let fields = EntryFields(["index": members[1], "received": members[2]])
        guard let index = fields.index("index"), let received = fields.instant("received") else { return nil }
        return .answer(lane: lane, index: index, received: received)
    }

    var cbor: CBOR {
        var asks: [CBOR] = []
        var answers = CBOR.null
        switch part {
        case .question(let readers): asks = Set(readers).sorted().map { .text($0.text) }
        case .answer(let lane, let index, let received):
            answers = .array([.text(lane), .integer(Int64(index)), .instant(received)])
        }
        return .map([
            "type": .text("drill-1"), "name": .text(name), "issued": .instant(issued), "asks": .array(asks),
            "answers": answers,
        ])
    }
}
