public import Series

/// An act of the register as it stands in a lane.
public struct LaneRegister: Hashable, Sendable {
    /// 1, 2, ... among the acts of the party.
    public let number: Int
    /// When it was done, by the writer's clock.
    public let issued: Instant
    /// The act as a JSON document: `{"act": NAME, "of": {...}}`.
    public let document: [UInt8]

    /// Makes an entry.
    public init(number: Int, issued: Instant, document: [UInt8]) {
        self.number = number
        self.issued = issued
        self.document = document
    }

    init?(_ fields: EntryFields) {
        guard fields.count == 4, let number = fields.index("number"), number > 0, let issued = fields.instant("issued"),
            let document = fields.bytes("document"), !document.isEmpty
        else { return nil }
        self.init(number: number, issued: issued, document: document)
    }

    var cbor: CBOR {
        .map([
            "type": .text("register-1"), "number": .integer(Int64(number)), "issued": .instant(issued),
            "document": .bytes(document),
        ])
    }
}
