public import Series

/// The fields of cooperation that a protocol orders its provisions by: the known ones, and further ones of an edition.
public enum CooperationFields {
    /// The ids of the known fields, in the order in which they are listed; their names are texts of the catalogues.
    public static let known = [
        "water", "reservoirs", "disaster-prevention", "environment", "trade", "border-gates", "transport",
        "agriculture",
        "education", "health", "culture", "sport", "tourism", "friendly-villages", "border-order", "party-building",
        "cadre-training", "administration",
    ]

    /// Whether a protocol's document and the register mean the same field by a word; the document's ten are all known here.
    public static func id(of field: FieldOfCooperation) -> String { field.rawValue }
}

/// A further field of one edition.
public struct FreeField: Hashable, Sendable, Codable {
    /// Its id, none of the known ones.
    public let id: String
    /// Its name.
    public let name: LocalizedText

    /// Makes a field.
    public init(id: String, name: LocalizedText) {
        self.id = id
        self.name = name
    }
}

/// How a provision stands, in a neighbour's words.
public enum ProvisionStanding: String, Sendable, Codable, CaseIterable, Hashable {
    /// Done as agreed.
    case kept
    /// Under way as planned.
    case onCourse = "on-course"
    /// Under way, later than planned.
    case slow
    /// Not begun, or nothing has been said.
    case open
    /// Goes on in a later edition.
    case carriedOver = "carried-over"
    /// Not done, for a reason that both sides accept.
    case agreedReason = "agreed-reason"

    /// Whether the next conference should speak about it.
    public var belongsOnAgenda: Bool { self == .slow || self == .open }

    /// The more attention, the lower.
    var rank: Int {
        switch self {
        case .open: 0
        case .slow: 1
        case .agreedReason: 2
        case .onCourse: 3
        case .carriedOver: 4
        case .kept: 5
        }
    }
}
